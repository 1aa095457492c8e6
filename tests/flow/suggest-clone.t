# Suggestions among clones: what was made and taken apart comes together, and the server's hook agrees.
. "$FLOW/lib.sh"

# in_clone NAME: goes to a clone, as the person whose it is.
in_clone()
{
	cd "$home/$1" || exit 1
}

# clone NAME PERSON MAIL
clone()
{
	git clone -q "$home/server.git" "$home/$1" 2>"$home/err" && git -C "$home/$1" config user.name "$2" &&
		git -C "$home/$1" config user.email "$3"
}

# edited NAME SED: the draft's text with an edit, in $home/edited.md.
edited()
{
	"$copydesk" show "$1" --source | sed "$2" >"$home/edited.md"
}

# The server believes who pushes, as its forced command says.
accepts()
{
	PATH=$BUILD:$PATH COPYDESK_PERSON=$1 git push -q origin "refs/drafts/*:refs/drafts/*" >"$home/out" 2>"$home/err"
	report $? "the server takes what $1 pushes"
}

anna="A. Writer <a@harbour.example>"
ben="B. Editor <b@harbour.example>"
carl="C. Chief <c@harbour.example>"

does init --bare "$home/server.git"
holds "Anna clones" clone anna "A. Writer" a@harbour.example
holds "Ben clones" clone ben "B. Editor" b@harbour.example
holds "Carl clones" clone carl "C. Chief" c@harbour.example
in_clone anna
draft lake "The lake path" "Five volunteers cleared the path around the lake, and a dog was with them.

The work was paid by the harbour trust.

It took them two days, and nobody complained of it.

第二批志愿者星期二来了。"
accepts "$anna"
in_clone ben
does fetch
in_clone carl
does fetch

# Two suggest apart; both come to Anna.
in_clone ben
edited lake 's/Five/Seven/; s/paid/funded/'
does suggest lake "$home/edited.md" -m "Says the notice."
accepts "$ben"
in_clone carl
edited lake 's/第二批/第三批/; s/two days, and/three days.\n\n&/'
does suggest lake "$home/edited.md"
does fetch
accepts "$carl"
does show lake
says "Suggestion 4" "[-Five-]{+Seven+}" "[-二-]{+三+}"
in_clone anna
does fetch
does take lake 1 3
tells "2 suggestions were taken"

# While she takes them, Carl takes one of these and refuses another: that is once in the end.
in_clone carl
does take lake 1
does refuse lake 2 "Paid it is."
accepts "$carl"
in_clone anna
does fetch
accepts "$anna"
does show lake
says "Suggestion 1, taken by C. Chief" "Suggestion 2, refused by C. Chief" "Suggestion 3, taken by A. Writer"
does show lake --source
says "Seven volunteers" "three days" "The work was paid"
holds "her save names who suggested what it still takes" \
	test "$(git log --format='%an:%(trailers:key=Co-authored-by,valueonly,separator=%x2C)' refs/drafts/lake |
		grep -c '^A. Writer:C. Chief <c@harbour.example>$')" = 1

# A suggestion on a text that the server never had finds its place.
in_clone ben
does fetch
edited lake 's/a dog/a small dog/'
does save lake "$home/edited.md"
edited lake 's/nobody/nearly nobody/'
does suggest lake "$home/edited.md"
in_clone anna
edited lake 's/around/all around/'
does save lake "$home/edited.md"
accepts "$anna"
in_clone ben
does fetch
accepts "$ben"
does show lake
says "[-nobody-]{+nearly nobody+}"
in_clone anna
does fetch
does take lake --all
accepts "$anna"
does show lake --source
says "all around the lake, and a small dog" "nearly nobody complained"

# What the hook refuses.
GIT_AUTHOR_DATE=$COPYDESK_CLOCK GIT_COMMITTER_DATE=$COPYDESK_CLOCK git commit-tree "$(git rev-parse 'refs/drafts/lake^{tree}')" -p refs/drafts/lake -m "x

Draft: lake
Event: refuse
Article: content/culture/lake.md
Thread: $(git log -1 --format=%H --grep='^Event: suggest' refs/drafts/lake)" >"$home/forged"
PATH=$BUILD:$PATH COPYDESK_PERSON=$anna git push origin "$(cat "$home/forged"):refs/drafts/lake" 2>"$home/err"
tells "was taken already"

finish "$home/server.git" "$home/anna" "$home/ben" "$home/carl"
