# Clones of a newsroom whose server checks every push: what fetch makes again, and what a release sends, is taken.
. "$FLOW/lib.sh"
PATH=$BUILD:$PATH
export PATH

# in_clone NAME: goes to a clone, as the person whose it is.
in_clone()
{
	cd "$home/$1" || exit 1
}

# clone NAME 'PERSON <MAIL>': who pushes from there is what the server knows of the key.
clone()
{
	git clone -q "$home/server.git" "$home/$1" 2>"$home/err" && git -C "$home/$1" config user.name "${2%% <*}" &&
		git -C "$home/$1" config user.email "$(echo "$2" | sed 's/.*<\(.*\)>/\1/')" &&
		git -C "$home/$1" config remote.origin.receivepack "env COPYDESK_PERSON='$2' git-receive-pack"
}

does init --bare "$home/server.git"
holds "Anna clones" clone anna "A. Writer <a@harbour.example>"
holds "Ben clones" clone ben "B. Editor <b@harbour.example>"
in_clone anna
does fetch
draft park "The park" "Trees are planted. The gate stays open."
does submit park
does push
says "Pushed to origin: 1 draft."

# Another's name is not taken; nothing else is lost by it.
"$copydesk" --as "C. Chief <c@harbour.example>" comment park -m "Mine." 2>"$home/err"
untouched answers 1 push
tells "The server origin said no" "C. Chief"

# Other drafts are not held by it.
draft reed "The reed" "Green."
answers 1 push
says "Pushed to origin: 1 draft." "Not pushed: park: The server origin said no" "C. Chief"
answers 1 push --json
git update-ref refs/drafts/park "$(git rev-parse refs/drafts/park^)"

in_clone ben
does fetch
does comment park -m "Which gate?"
article "$home/ben.md" "The park" "Trees are planted. The north gate stays open."
does save park "$home/ben.md"
does push
in_clone anna
article "$home/anna.md" "The park" "Forty trees are planted. The gate stays open."
does save park "$home/anna.md"
does comment park -m "Forty, says the gardener."
does assign park "C. Chief <c@harbour.example>"
does fetch
says "what you did was made again"
hides "Not made again"
does push
says "Pushed to origin: 1 draft."
draft quay "The quay" "Ropes of Anna."
does submit quay
does push
in_clone ben
draft quay "The quay" "Ropes of Ben."
does comment quay -m "Knots?"
answers 1 fetch
says "yours is called quay-2 now"
does push
says "Pushed to origin: 1 draft."
does approve quay --yes
does release --yes quay
tells "Released as commit" "tagged release/"
holds "the server has it" test "$(git -C "$home/server.git" rev-parse main)" = "$(git rev-parse main)"
holds "and the tag" test -n "$(git -C "$home/server.git" tag -l 'release/*')"
holds "and the note" test "$(git -C "$home/server.git" rev-parse refs/drafts/quay)" = "$(head_of quay)"
does push
says "Nothing to push"
in_clone anna

# What was done here to a draft that was released meanwhile does not hold any more.
does comment quay -m "Is it so?"
answers 1 fetch
says "the release branch went on to" "Not made again: comment by A. Writer" "quay is published: comments are over."
does push
says "Nothing to push"
does fetch
says "drafts: nothing new"
does verify
says "0 wrong"

# A release that the rules of the server do not allow: nothing is released, its line is told.
draft mole "The mole" "Stones."
does submit mole
tree=$(git rev-parse refs/drafts/mole^{tree})
tip=$(git rev-parse main)
forged=$(printf 'Release 1 article\n\nArticle: content/culture/mole.md\nDraft: mole %s\nRelease-Type: publish\n' "$(head_of mole)" |
	git commit-tree "$tree" -p "$tip")
git update-ref refs/heads/main "$forged"
git reset -q --hard
untouched answers 1 push
tells "The server origin said no"
git reset -q --hard "$tip"
does push
finish "$home/server.git" "$home/anna" "$home/ben"
