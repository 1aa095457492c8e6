# A draft that nobody is left to approve says so, and what is to be done.
. "$FLOW/lib.sh"

does init --name "Harbour Gazette"
cat >.copydesk/policy <<'END'
[newsroom]
	name = Harbour Gazette
	content = content
	language = en
[role "editor"]
	person = B. Editor <b@harbour.example>
[role "chief"]
	person = C. Chief <c@harbour.example>
[step "review"]
	role = editor
[policy]
	role = chief
[require]
	field = title
END
git commit -qa --amend --no-edit
draft ferry "Ferry" "The ferry goes."
as editor
article "$home/ferry.md" "Ferry" "The ferry goes at eight."
does save ferry "$home/ferry.md"
as writer
does submit ferry
tells "Nobody is left who can approve ferry for review (B. Editor wrote in it): ask role chief to name another reviewer in the desk's rules."
does list --json ferry
says '"waiting_on": "another reviewer for review"' '"stuck": "Nobody is left who can approve ferry'
does show ferry
says "Waits for  another reviewer for review" "Stuck      Nobody is left who can approve ferry for review"
does status
says "Stuck:" "Nobody is left who can approve ferry"
does status --json
says '"stuck": 1'

# Another reviewer, and it goes on.
cp .copydesk/policy "$home/rules"
git config --file "$home/rules" --add role.editor.person "D. Deputy <d@harbour.example>"
governed "$home/rules" "C. Chief <c@harbour.example>"
does list --json ferry
says '"waiting_on": "review by role editor"' '"stuck": null'
finish .
