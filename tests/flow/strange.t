# What other tools may leave in a repository or around the program.
. "$FLOW/lib.sh"

does init
draft lake "The lake path" "Five volunteers."

# Refs where drafts are that stand on a text, a tag, or a commit of somebody else's.
git update-ref refs/drafts/text "$(git rev-parse main:.copydesk/policy)"
git tag -a -m "A tag" marked main
git update-ref refs/drafts/tag "$(git rev-parse marked)"
git update-ref refs/drafts/foreign main
git update-ref refs/drafts/folder/inside main
does list --names
says lake
hides foreign
for name in text tag foreign folder/inside; do
	untouched refuses 2 "The draft $name was not made by copydesk" show $name
done
does new --slug foreign "Another"
says foreign-2
untouched answers 3 new --slug folder "A name that is a part of another's"

# Control and bidirectional characters are shown, never sent, but where bytes or data are asked for.
printf -- '---\ntitle: "A \033[31m red \342\200\256 word"\ndate: 2026-11-20\n---\n\nText \033[2J.\n' >"$home/esc.md"
does save lake "$home/esc.md"
told=$(GIT_AUTHOR_NAME="$(printf 'Eve \033[5m\342\200\256')" git commit-tree refs/drafts/lake^{tree} -p refs/drafts/lake -m \
	"$(printf 'Comment on lake \033[2J\n\nA word \033]0;title\007 \342\200\256\n\nDraft: lake\nEvent: comment\nArticle: content/culture/lake.md')")
git update-ref refs/drafts/lake "$told"
for command in list status "show lake" "diff lake" "log lake" log "submit lake"; do
	run $command
	! grep -q "$(printf '\033\|\007\|\342\200\256')" "$home/out" "$home/err"
	report $? "$command sends no control or bidirectional character"
done

# No home, none that can be made, no git in the path, an output that takes nothing.
for without in HOME XDG_CACHE_HOME; do
	wrapper="env -u $without -u XDG_CACHE_HOME HOME=/proc/none"
	does list --names
	says lake
done
wrapper="env PATH=/nonexistent"
does list --names
says lake
does verify
wrapper=
if [ -w /dev/full ]; then
	"$copydesk" list >/dev/full 2>"$home/err"
	got=$?
	[ "$got" -eq 2 ] && [ "$(wc -l <"$home/err")" -eq 1 ]
	report $? "an output that takes nothing is told (was $got)"
fi

# A draft of ten thousand saves.
does new --section culture --slug long "The long draft"
awk -v tip="$(head_of long)" 'BEGIN {
	said = "Save long\n\nDraft: long\nEvent: save\nArticle: content/culture/long.md\n"
	for (i = 1; i <= 10000; i++) {
		text = "---\ntitle: Long\ndate: 2026-11-20\nlanguage: en\n---\n\nSave " i ".\n"
		time = "A. Writer <a@harbour.example> " 1700000000 + i " +0000"
		printf "commit refs/drafts/long\nauthor %s\ncommitter %s\ndata %d\n%s", time, time, length(said), said
		if (i == 1)
			print "from " tip
		printf "M 100644 inline content/culture/long.md\ndata %d\n%s\n", length(text), text
	}
}' | git fast-import --quiet
wrapper="timeout 20"
does list --names
says long
does submit long
does show long
says "Save 10000."
wrapper=

printf 'text\n' >"$home/byte"
# Rules that cannot be read: nothing may be done, and each refusal says why.
published pier "The pier" "Boats."
draft park "The park" "Trees."
cp .copydesk/policy "$home/policy"
printf '[broken\n' >.copydesk/policy
git commit -qam "Break the rules"
does list --names
says park
does show park
for command in "submit park" "new Hello" "comment park -m Hello" "comment park --question -m Hello" "correct pier" \
	"spike park" "restore park" "assign park Bea" "reject park -m No" "approve park --yes" "embargo park 2026-12-01T09:00" \
	"schedule park 2026-12-01T09:00" "withdraw pier --reason Wrong" "rename pier --section city" "update park" \
	"suggest park ../byte" "attach park ../byte" "save park ../byte" "import ../byte" "release --yes park" \
	"release --due" "correct .copydesk/policy"; do
	untouched refuses 2 ".copydesk/policy, line 1" $command
done
cp "$home/policy" .copydesk/policy
git commit -qam "Mend the rules"
does submit park

# What git itself finds wrong was made here on purpose.
for name in text tag; do git update-ref -d "refs/drafts/$name"; done
git tag -d marked >"$home/out"
finish
