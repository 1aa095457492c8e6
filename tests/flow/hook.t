# A shared newsroom behind a real sshd: what its hook takes from real pushes, and what it refuses.
. "$FLOW/lib.sh"

sshd=$(command -v sshd || echo /usr/sbin/sshd)
if [ ! -x "$sshd" ]; then
	skip "pushes over SSH: sshd (openssh-server) is not there"
	git init -q
	finish
	exit 0
fi

# -- The server: three persons with a key each, and one account --

a="A. Writer <a@harbour.example>"
b="B. Editor <b@harbour.example>"
c="C. Chief <c@harbour.example>"
server=$home/server.git

# key NAME PERSON: the line that the manual tells of.
key()
{
	ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$home/$1.key"
	printf "restrict,command=\"COPYDESK_PERSON='%s' git-shell -c \\\\\"\$SSH_ORIGINAL_COMMAND\\\\\"\" %s\n" \
		"$2" "$(cat "$home/$1.key.pub")" >>"$home/keys"
}

key a "$a"
key b "$b"
key c "$c"
key nobody ""
ssh-keygen -q -t ed25519 -N '' -f "$home/host.key"
[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
mkfifo "$home/sshd.out"

# listen PORT: an sshd on the loopback; fails where the port is taken.
listen()
{
	cat >"$home/sshd.conf" <<-END
	ListenAddress 127.0.0.1
	Port $1
	HostKey $home/host.key
	AuthorizedKeysFile $home/keys
	PidFile none
	StrictModes no
	UsePAM no
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	PermitRootLogin prohibit-password
	SetEnv PATH=$home/bin:$PATH HOME=$home GIT_CONFIG_NOSYSTEM=1 COPYDESK_CLOCK=$COPYDESK_CLOCK LC_ALL=C.UTF-8
	END
	"$sshd" -D -e -f "$home/sshd.conf" 2>"$home/sshd.out" &
	pid=$!
	exec 3<"$home/sshd.out"
	while read -r line <&3; do
		echo "$line" >>"$home/sshd.log"
		case $line in
		*"Server listening"*)
			cat <&3 >>"$home/sshd.log" &
			return 0
			;;
		esac
	done
	exec 3<&-
	return 1
}

port=$((20000 + $$ % 20000))
tries=0
until listen "$port"; do
	tries=$((tries + 1))
	port=$((port + 1))
	[ "$tries" -lt 10 ] || break
done
if [ "$tries" -eq 10 ]; then
	skip "pushes over SSH: no sshd can be started here ($(tail -1 "$home/sshd.log"))"
	cd "$home/room" && git init -q
	finish
	exit 0
fi
trap 'kill "$pid"' EXIT
printf '[127.0.0.1]:%s %s\n' "$port" "$(cat "$home/host.key.pub")" >"$home/known"
mkdir "$home/bin"
ln -s "$copydesk" "$home/bin/copydesk"

# The newsroom: a root of trust with rules for three, and the hook that init --bare makes.
mkdir .copydesk
cat >.copydesk/policy <<-END
	[newsroom]
	name = Harbour Gazette
	[role "editor"]
	person = $b
	person = $c
	[role "chief"]
	person = $c
	[step "review"]
	role = editor
	[release]
	role = editor
	[policy]
	role = chief
	[attachment]
	largest = 20k
END
git init -q && git add . && GIT_AUTHOR_DATE=2026-11-20T08:00:00Z GIT_COMMITTER_DATE=2026-11-20T08:00:00Z git commit -qm "Rules"
git clone -q --bare . "$server"
does init --bare "$home/other.git"
cp "$home/other.git/hooks/pre-receive" "$home/other.git/hooks/post-receive" "$server/hooks/"
git -C "$server" config receive.fsckObjects true

# -- People: each has a bare clone, so that all refs can be fetched as they are --

export GIT_AUTHOR_DATE=2026-11-20T08:59:00Z GIT_COMMITTER_DATE=2026-11-20T08:59:00Z

# person WHO: from here on, in that person's clone.
person()
{
	cd "$home/$1" || exit 1
	me=$1
	export GIT_SSH_COMMAND="ssh -F none -i $home/$1.key -p $port -o UserKnownHostsFile=$home/known -o IdentitiesOnly=yes -o BatchMode=yes"
	case $1 in
	a) who=$a ;;
	b) who=$b ;;
	c) who=$c ;;
	esac
	export GIT_AUTHOR_NAME="${who%% <*}" GIT_COMMITTER_NAME="${who%% <*}"
	mail=${who##*<}
	export GIT_AUTHOR_EMAIL="${mail%>}" GIT_COMMITTER_EMAIL="${mail%>}"
}

# The clone becomes what the server has.
get()
{
	git fetch -q --prune origin '+refs/*:refs/*'
}

push()
{
	git push --atomic origin "$@" >"$home/out" 2>"$home/err"
}

# takes SENTENCE REFSPEC ...
takes()
{
	sentence=$1
	shift
	push "$@"
	report $? "$me: $sentence"
}

# rejects SENTENCE TEXT REFSPEC ...: it is refused with a line that says so, and no ref of the server moves.
rejects()
{
	sentence=$1
	text=$2
	shift 2
	git -C "$server" for-each-ref >"$home/before"
	push "$@"
	got=$?
	git -C "$server" for-each-ref >"$home/after"
	[ "$got" -ne 0 ] && grep -F "remote: copydesk: " "$home/err" | grep -qF -- "$text" &&
		cmp -s "$home/before" "$home/after"
	report $? "$me is refused: $sentence ($text)"
	get
}

for name in a b c nobody; do
	git init -q --bare "$home/$name"
	person "$name"
	git remote add --mirror=fetch origin "ssh://127.0.0.1$server" && get
	report $? "$name: fetches"
done

# tree_with REV PATH FILE: the tree of a commit with one file changed.
tree_with()
{
	rm -f "$home/index"
	GIT_INDEX_FILE=$home/index git read-tree "$1"
	GIT_INDEX_FILE=$home/index git update-index --add --cacheinfo "100644,$(git hash-object -w "$3"),$2"
	GIT_INDEX_FILE=$home/index git write-tree
}

# on REF TREE MESSAGE [PARENT]: puts a commit of that tree on a ref, whatever it means.
on()
{
	printf '%b' "$3" >"$home/message"
	git update-ref "$1" "$(git commit-tree -F "$home/message" -p "${4:-$1}" "$2")"
}

main=refs/heads/main
lake=refs/drafts/lake
place=content/culture/lake.md
ours="\n\nDraft: lake\nEvent: EVENT\nArticle: $place\n"

# event EVENT TRAILERS: on the lake, by who is there.
event()
{
	on $lake "$lake^{tree}" "Do it\n\nDraft: lake\nEvent: $1\nArticle: $place\n${2:-}"
}

# approval REV: the trailers of an approval of the lake as it was there.
approval()
{
	printf 'Step: review\\n'
	git diff-tree -r --no-abbrev $main "$1" | awk '{ printf "Covers: %s %s %s %s\\n", $2, $4, $3, $6 }'
	printf 'Policy: %s\\n' "$(git rev-parse $main:.copydesk/policy)"
}

# -- Who pushes --

git update-ref refs/wip/nobody@harbour.example/x $main
rejects "somebody who is not known" "does not know who pushes" refs/wip/nobody@harbour.example/x

# -- The way of an article --

person a
draft lake "The lake" "Five volunteers."
takes "a new draft" $lake
printf 'png' >"$home/lake.png"
does attach lake "$home/lake.png"
does submit lake
does comment lake -m "Ready?"
takes "a submitted one, with a comment" $lake

event approve "$(approval $lake)"
rejects "to approve the own draft" "The step review is for" $lake
GIT_COMMITTER_NAME="B. Editor" GIT_COMMITTER_EMAIL=b@harbour.example event spike
rejects "a forged committer" "Its committer is B. Editor" $lake
GIT_AUTHOR_NAME="B. Editor" GIT_AUTHOR_EMAIL=b@harbour.example event approve "$(approval $lake)"
rejects "a forged author" "Its author is B. Editor" $lake
GIT_AUTHOR_DATE=2026-11-20T09:05:00Z event spike
rejects "an event dated ahead" "which is still to come" $lake
event spike "Event: restore\n"
rejects "a trailer twice" "\"Event:\" more than once" $lake
event spike "Step review\n"
rejects "a trailer that is none" "is no draft" $lake
event spike "Step: review\n"
rejects "a trailer of another event" "\"Step:\", which no spike does" $lake
event dance
rejects "an event that nobody knows" "no event that this version of copydesk knows" $lake

# Larger than an article, and than a file beside it, may be.
head -c 17000000 /dev/zero | tr '\0' x >"$home/large.md"
on $lake "$(tree_with $lake $place "$home/large.md")" "Save lake\n\nDraft: lake\nArticle: $place\n"
rejects "an article that is too large" "is larger than 16 MiB" $lake
head -c 30000 /dev/zero >"$home/large.png"
on $lake "$(tree_with $lake content/culture/lake.png "$home/large.png")" "Save lake\n\nDraft: lake\nArticle: $place\n"
rejects "a picture that is too large" "and a file beside an article has at most 20 KiB" $lake
on $lake "$(tree_with $lake .copydesk/policy "$home/draft.md")" "Save lake\n\nDraft: lake\nArticle: $place\n"
rejects "a save of something else" "neither its article nor a file beside it" $lake

# Nothing is rewritten or deleted; nothing else is there to be pushed.
git update-ref $lake $lake~1
rejects "to push it back by force" "a draft only grows" "+$lake"
rejects "to delete it" "The draft lake cannot be deleted" ":$lake"
rejects "to delete the release branch" "The release branch cannot be deleted" ":$main"
on refs/heads/x "$main^{tree}" "x\n" $main
rejects "another branch" "and nothing else" refs/heads/x
git update-ref refs/notes/x $main
git update-ref "refs/replace/$(git rev-parse $main)" $main
rejects "notes" "refs/notes/x: " refs/notes/x
rejects "what git would take in place of a commit" "refs/replace/" "refs/heads/main:refs/replace/$(git rev-parse $main)"
rejects "another's unsaved text" "its writer's own" "$main:refs/wip/b@harbour.example/lake"
takes "own unsaved text" "$main:refs/wip/a@harbour.example/lake"
takes "own unsaved text taken away" ":refs/wip/a@harbour.example/lake"

# One that may not move holds back all.
does comment lake -m "Anybody?"
rejects "several refs, of which one is refused" "refs/heads/x: " $lake $main:refs/heads/x $main:refs/wip/a@harbour.example/lake

person a
does comment lake --resolve 1
takes "an answer" $lake
person b
get
does approve --yes lake
takes "an approval" $lake
did=$(git rev-parse $lake)

# The approval again, on other bytes.
person a
get
article "$home/lake.md" "The lake" "Seven volunteers."
does save lake "$home/lake.md"
takes "a save after the approval" $lake
person b
get
event approve "$(approval "$did")"
rejects "a replayed approval" "It is for other bytes than lake has" $lake
on $lake "$lake^{tree}" "$(git log -1 --format=%B "$did")\n"
rejects "the same commit once more" "It is for other bytes than lake has" $lake
# The same bytes, approved by somebody whom a direct commit made an editor.
person a
get
sed "s/^person = B. Editor.*/&\nperson = $a/" "$home/room/.copydesk/policy" >"$home/lax"
on $main "$(tree_with $main .copydesk/policy "$home/lax")" "More editors\n"
event approve "$(approval $lake)"
rejects "an approver added in the same push" "refs/heads/main: " $main $lake

# -- Releases --

person b
get
does approve --yes lake
takes "another approval" $lake
get
does release --yes lake
released=$(git rev-parse $main)
tag=refs/tags/release/2026-11-20.1
git log -1 --format=%B $main >"$home/release"

# release_as TREE [PARENT]: the release once more, of another tree.
release_as()
{
	git update-ref $main "$(git commit-tree -F "$home/release" -p "$(git rev-parse "$released~1")" "$1")"
}

article "$home/other.md" "The lake" "Eight volunteers."
release_as "$(tree_with "$released" $place "$home/other.md")"
git update-ref -d $tag
rejects "a byte that nobody approved" "was published with other bytes than were approved" $main
release_as "$(tree_with "$released" content/culture/more.md "$home/other.md")"
rejects "a release that carries one more file" "content/culture/more.md changed without an approved draft" $main
on $main "$(tree_with $main $place "$home/other.md")" "Small fix\n"
rejects "an article changed by hand" "changed without an approved draft" $main
GIT_COMMITTER_DATE=2026-11-20T09:05:00Z release_as "$released^{tree}"
rejects "a release dated ahead" "which is still to come" $main
release_as "$released^{tree}"
person c
git fetch -q "$home/b" "+$main:$main"
rejects "another's release" "Its committer is B. Editor" $main
person b
holds "nothing was made by judging" refused_by test -e "$server/copydesk"
git -C "$server" config copydesk.afterRelease 'echo "A site of $COPYDESK_OLD $COPYDESK_COMMIT"'
takes "a release and what its draft says of it" "$released:$main" $lake
tells "remote: after release: A site of $(git rev-parse "$released~1") $released"
git -C "$server" config copydesk.afterRelease "exit 3" # which changes nothing
get
git tag -m "Release" release/2026-11-20.1 main
takes "its tag" $tag
holds "no command runs after what is no release" refused_by grep -q "after release" "$home/err"
git tag -f -m "Again" release/2026-11-20.1 main >/dev/null
rejects "to move the tag" "can be neither moved nor deleted" "+$tag"
rejects "to delete the tag" "can be neither moved nor deleted" ":$tag"
git update-ref $main $main~1
rejects "to push the release branch back by force" "moves forward only" "+$main"

# -- Corrections, an update, a withdrawal, one set aside --

# own ACT ...: the person does it in the own clone, and pushes the draft $name.
own()
{
	run "$@"
	report $? "$*"
	takes "$1 $name" "refs/drafts/$name"
}

# out: the editor approves and releases the draft $name, and pushes all of that at once.
out()
{
	person b
	get
	number=$(($(git tag | wc -l) + 1))
	does approve --yes "$name"
	does release --yes "$name"
	takes "the release of $name, approved, with its tag" $main "refs/drafts/$name" "refs/tags/release/2026-11-20.$number"
}

person a
get
does correct lake -m "A number"
first=$(cat "$home/out")
does correct lake -m "A name"
second=$(cat "$home/out")
takes "two corrections" "refs/drafts/$first" "refs/drafts/$second"
name=$first
article "$home/lake.md" "The lake" "Eight volunteers."
own save "$name" "$home/lake.md"
own submit "$name"
out
person a
get
name=$second
article "$home/lake.md" "The old lake" "Seven volunteers."
own save "$name" "$home/lake.md"
own update "$name"
own submit "$name"
out
holds "both corrections are published" sh -c "git -C '$server' show main:$place | grep -q 'The old lake' && git -C '$server' show main:$place | grep -q Eight"
person a
get
does withdraw lake -m "Legal"
name=$(cat "$home/out")
own submit "$name"
person b
get
own spike "$name" -m "Not yet."
own restore "$name" -m "Now."
person a
get
own submit "$name"
out
holds "the lake is taken down" refused_by git -C "$server" cat-file -e "main:$place"

# -- The desk's rules --

person a
get
on $main "$(tree_with $main .copydesk/policy "$home/lax")" "More editors\n"
rejects "rules changed by hand" ".copydesk/policy was changed by A. Writer without an approved draft" $main
person c
get
on $main "$(tree_with $main .copydesk/policy "$home/lax")" "More editors\n"
rejects "rules changed by hand, also by who may release them" "without an approved draft" $main
person a
does correct .copydesk/policy
name=$(cat "$home/out")
own save "$name" "$home/lax"
own submit "$name"
person b
get
own approve "$name" --yes
answers 1 release --yes "$name"
tells "for the role chief"
person c
get
does release --yes "$name"
takes "the release of new rules" $main "refs/drafts/$name"
# From here on the writer is an editor, who still approves no own words.
person a
get
draft pier "The pier" "Boats."
does submit pier
takes "a draft under the new rules" refs/drafts/pier
person c
get
draft port "The port" "Ships."
does submit port
takes "another's" refs/drafts/port
person a
get
name=port
own approve port --yes
person b
get
does verify
says "0 wrong"

# -- Clones that work by copydesk --

# clone WHO: a work tree of that person, as git makes it.
clone()
{
	person "$1"
	git clone -q "ssh://127.0.0.1$server" "$home/$1-desk" && cd "$home/$1-desk" || exit 1
	git config core.sshCommand "$GIT_SSH_COMMAND"
	git config user.name "$GIT_AUTHOR_NAME"
	git config user.email "$GIT_AUTHOR_EMAIL"
}

# at WHO: from here on, at that person's desk.
at()
{
	person "$1"
	cd "$home/$1-desk" || exit 1
}

clone a
does fetch
clone b
does fetch
at a
draft dock "The dock" "Ten boats."
does submit dock
does push
at b
does fetch
does approve --yes dock
# Meanwhile, at the other desk; here it is not known yet.
at a
does comment dock -m "Ten?"
does push
at b
does comment dock -m "Eleven."
answers 3 push
answers 1 fetch
says "Not made again: approval by B. Editor" "dock has 1 open comment"
does push
does comment dock --resolve 1
does comment dock --resolve 2
does approve --yes dock
does release --yes dock
tells "Released as commit"
does push
holds "the release is on the server" sh -c "git -C '$server' show main:content/culture/dock.md | grep -q Ten"
holds "and its tag" test "$(git -C "$server" rev-parse "$(git tag --points-at main)^{}")" = "$(git rev-parse main)"
at a
does fetch
does show dock
says "Ten boats."
# An approval that another program wrote, past the rules.
draft quay "The quay" "Two cranes."
does submit quay
does push
event=$(printf 'Approve quay (review)\n\nDraft: quay\nEvent: approve\nArticle: content/culture/quay.md\nStep: review\nCovers: 100644 %s %040d content/culture/quay.md\nPolicy: %s' \
	"$(git rev-parse refs/drafts/quay:content/culture/quay.md)" 0 "$(git rev-parse main:.copydesk/policy)")
git update-ref refs/drafts/quay "$(git commit-tree -m "$event" -p refs/drafts/quay "refs/drafts/quay^{tree}")"
answers 1 push
tells "You wrote in quay: another person must approve it."
at b
does verify
says "0 wrong"

# -- What the hook cannot judge --

git -C "$server" config copydesk.hookDeadline 1
mkfifo "$home/slow"
exec 4<>"$home/slow"
GIT_DIR=. "$copydesk" -C "$server" hook pre-receive <"$home/slow" >"$home/out" 2>"$home/err"
got=$?
exec 4<&-
[ "$got" -ne 0 ] && grep -q "could not be checked in time" "$home/err"
report $? "out of time is refused"
answers 2 -C "$server" hook dance
answers 2 -C "$server" hook update refs/heads/main
tells "The hook \"update\" takes 3 arguments."
tip=$(git rev-parse main)
COPYDESK_PERSON=$a refuses 1 "cannot be deleted" -C "$server" hook update refs/heads/main "$tip" 0000000000000000000000000000000000000000
COPYDESK_PERSON="A. Writer" refuses 1 "does not know who pushes" -C "$server" hook update refs/heads/main "$tip" "$tip"
COPYDESK_PERSON=$a does -C "$server" hook update refs/wip/a@harbour.example/x 0000000000000000000000000000000000000000 "$tip"
finish "$server" "$home/a" "$home/b" "$home/c" "$home/a-desk" "$home/b-desk"
