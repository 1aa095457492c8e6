# What a flow test is made of.  A script starts with
#
#	. "$FLOW/lib.sh"
#
# and ends with "finish".  Each step is one of:
#
#	does ARG ...            run copydesk; its exit status must be 0
#	answers CODE ARG ...    the same with another exit status
#	refuses CODE TEXT ARG ...
#	                        it must fail with that status, print nothing, and
#	                        say one line that names what TEXT says
#	says TEXT ...           the last run printed each of these
#	tells TEXT ...          the last run said each of these on standard error
#	hides TEXT ...          the last run printed none of these
#	same FILE FILE          two files are equal to the byte
#	holds "SENTENCE" COMMAND ...
#	                        a command succeeds
#	governed FILE           the desk's rules become those of the file
#	as WHO                  from here on, run as writer, editor or chief
#
# The output of the last run is in $home/out and $home/err.

set -u
home=$HOME
copydesk=$BUILD/copydesk
steps=0
who=
wrapper= # a command that copydesk is run by

git config --global user.name "A. Writer"
git config --global user.email a@harbour.example
git config --global init.defaultBranch main
git config --global advice.detachedHead false
cd "$home" || exit 1
mkdir room
cd room || exit 1

as()
{
	case $1 in
	writer) who= ;;
	editor) who="B. Editor <b@harbour.example>" ;;
	chief) who="C. Chief <c@harbour.example>" ;;
	esac
}

# Runs copydesk as whoever is acting.
run()
{
	$wrapper "$copydesk" ${who:+--as "$who"} "$@" >"$home/out" 2>"$home/err"
}

# report STATUS SENTENCE: one step is over; what the program said follows a failure.
report()
{
	steps=$((steps + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
		return
	fi
	echo "not ok $2"
	sed 's/^/out: /' "$home/out" | head -40
	sed 's/^/err: /' "$home/err" | head -20
}

answers()
{
	wanted=$1
	shift
	run "$@"
	got=$?
	[ "$got" -eq "$wanted" ]
	report $? "$* ends with $wanted (was $got)"
}

does()
{
	answers 0 "$@"
}

refuses()
{
	wanted=$1
	text=$2
	shift 2
	run "$@"
	got=$?
	[ "$got" -eq "$wanted" ] && [ ! -s "$home/out" ] && [ "$(wc -l <"$home/err")" -eq 1 ] &&
		grep -q '^copydesk: ' "$home/err" && grep -qF -- "$text" "$home/err"
	report $? "$* is refused with $wanted (was $got): $text"
}

# contains FILE TEXT ...
contains()
{
	file=$1
	shift
	for text; do
		grep -qF -- "$text" "$file" || return 1
	done
}

says()
{
	contains "$home/out" "$@"
	report $? "it printed $*"
}

tells()
{
	contains "$home/err" "$@"
	report $? "it said $*"
}

hides()
{
	! grep -qF -- "$1" "$home/out"
	report $? "it did not print $1"
}

same()
{
	cmp -s "$1" "$2"
	report $? "$(basename "$1") and $(basename "$2") are the same"
}

holds()
{
	sentence=$1
	shift
	"$@" >"$home/held" 2>&1
	report $? "$sentence"
}

refused_by()
{
	! "$@"
}

# article FILE TITLE WORDS: a file that can be submitted.
article()
{
	printf -- '---\ntitle: %s\ndate: 2026-11-20\nlanguage: en\n---\n\n%s\n' "$2" "$3" >"$1"
}

# draft NAME TITLE WORDS: a draft in the section culture with that text.
draft()
{
	article "$home/draft.md" "$2" "$3"
	run new --section culture --slug "$1" "$2" && run save "$1" "$home/draft.md"
	report $? "a draft $1"
}

# approved NAME TITLE WORDS: the same, submitted by the writer and approved by the editor.
approved()
{
	draft "$@"
	run submit "$1" && "$copydesk" --as "B. Editor <b@harbour.example>" approve "$1" --yes >"$home/out" 2>"$home/err"
	report $? "$1 is approved"
}

# published NAME TITLE WORDS: the same, released.
published()
{
	approved "$@"
	run release --yes "$1"
	report $? "$1 is published"
}

# governed FILE [WHO]: the desk's rules become those of the file, by a draft that the writer makes, the editor
# approves and the writer, or another, releases.
governed()
{
	governor=${2:-A. Writer <a@harbour.example>}
	name=$("$copydesk" correct .copydesk/policy 2>"$home/err") && run save "$name" "$1" &&
		run submit "$name" && "$copydesk" --as "B. Editor <b@harbour.example>" approve "$name" --yes \
		>"$home/out" 2>"$home/err" && "$copydesk" --as "$governor" release --yes "$name" \
		>"$home/out" 2>"$home/err"
	report $? "the rules are those of $(basename "$1")"
}

# head NAME: the draft's head.
head_of()
{
	git rev-parse --verify -q "refs/drafts/$1"
}

# refs: all refs with what they point at, for comparing before and after.
refs()
{
	git for-each-ref --format='%(refname) %(objectname)'
}

# untouched COMMAND ...: no ref moves while a step runs.
untouched()
{
	refs >"$home/before"
	"$@"
	refs >"$home/after"
	same "$home/before" "$home/after"
}

# Whether this is root, who may do what a test needs (chown, mount).
is_root()
{
	[ "$(id -u)" -eq 0 ]
}

# unprivileged COMMAND ...: for root, who may read and write everything, as somebody who may not.
unprivileged()
{
	if is_root; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

# Makes all that later steps need belong to who runs them unprivileged.
give_away()
{
	cp "$copydesk" "$home/copydesk"
	copydesk=$home/copydesk
	! is_root || chown -R 65534:65534 "$home"
}

# skip SENTENCE: a step that cannot be tried here.
skip()
{
	steps=$((steps + 1))
	echo "ok $1 # SKIP"
}

# finish [REPOSITORY ...]: git must find nothing wrong in them (the current one without).
finish()
{
	[ $# -gt 0 ] || set -- .
	for repository; do
		git -C "$repository" fsck --strict --no-progress --no-dangling >"$home/out" 2>"$home/err"
		report $? "git fsck --strict finds nothing wrong in $(basename "$repository")"
	done
	echo "1..$steps"
}
