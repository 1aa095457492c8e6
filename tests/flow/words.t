# What is said is said once, of the right thing, and in one form.
. "$FLOW/lib.sh"

does init --name "Harbour Gazette"
cat >>.copydesk/policy <<'END'
[correct]
	fast-lane = chief
[role "chief"]
	person = C. Chief <c@harbour.example>
END
git commit -qa --amend --no-edit
published ferry "Ferry" "The ferry goes."

# The log names what was settled.
draft pier "Pier" "The pier stands."
as editor
does comment pier -m "Where?"
does comment pier --question -m "Since when?"
as writer
does comment pier --resolve 1
does comment pier --resolve 2
does comment pier --reopen 2
does log pier
says "resolved a comment" "resolved a question" "reopened a question"
does submit pier
tells "pier is in review, and waits for A. Writer: question."

# Two corrections of one article: whoever begins the second is told of the first.
does correct ferry -m "It does not go."
as editor
does correct ferry -m "It goes late."
tells "content/culture/ferry.md is being changed already, in the draft ferry-2 by A. Writer. This is another one beside it."
as writer
does spike ferry-2 -m "No."
does spike ferry-3 -m "No."
does correct ferry
holds "nobody is named when nobody changes it" sh -c "! grep -q already '$home/err'"

# Rules that changed meanwhile are no article, and what went out under the old ones was approved then.
does correct .copydesk/policy
cp .copydesk/policy "$home/rules"
echo "# A remark." >>"$home/rules"
governed "$home/rules"
name=desk-policy
does show $name
says "The desk's rules were changed by A. Writer"
does show desk-policy-2
says "Approved   review, by B. Editor"
hides "does not count"

# A server's no stands in one line.
git init -q --bare "$home/server.git"
git remote add origin "$home/server.git"
git config copydesk.remote origin
printf '#!/bin/sh\necho "pier: the chief has not read it." >&2\necho "Ask C. Chief." >&2\nexit 1\n' >"$home/server.git/hooks/pre-receive"
chmod +x "$home/server.git/hooks/pre-receive"
answers 1 push
tells "said no: pier: the chief has not read it." "server: Ask C. Chief."
holds "its reason is told once" test "$(grep -c 'the chief has not read it' "$home/err")" = 1
rm "$home/server.git/hooks/pre-receive"
finish
