# What was scheduled goes out when its time has come, by itself.
. "$FLOW/lib.sh"

at()
{
	COPYDESK_CLOCK=2026-11-20T$1:00Z
	export COPYDESK_CLOCK
}

does init --name "Harbour Gazette"
git config --file .copydesk/policy release.overdue 30
git commit -qa --amend --no-edit
for name in ferry pier lake park; do
	approved $name "The $name" "About the $name."
done
as editor
for name in ferry pier lake; do
	does schedule $name 12:00
done
does schedule park 13:00

# Before its time nothing happens, and nothing is said.
untouched does release --due
hides "Publish"

# All of it is one commit, by whoever runs it, under the authority of who ordered it.
at 12:05
who="Night Desk <night@harbour.example>"
before=$(git rev-parse main)
does release --due --dry-run
says "Publish: The ferry" "scheduled by B. Editor <b@harbour.example> for 2026-11-20 12:00"
does release --due
says "Publish: The ferry" "Publish: The pier" "Publish: The lake"
hides "The park"
holds "it is one commit" test "$(git rev-parse main^)" = "$before"
holds "it names who ordered each" test "$(git log -1 --format=%B main | grep -c '^Scheduled-by: B. Editor <b@harbour.example>$')" -eq 3
untouched does release --due
hides "Publish"
does verify -v
says "scheduled by B. Editor <b@harbour.example>; released by Night Desk"
as writer

# What cannot go is left alone, each with its reason, and keeps nothing else.
at 09:30
for name in one two three four; do
	approved $name "Number $name" "Number $name."
done
does correct ferry -m "It goes later."
article "$home/later.md" "The ferry" "The ferry goes later."
does save ferry-2 "$home/later.md"
does correct ferry -m "It goes earlier."
article "$home/earlier.md" "The ferry" "The ferry goes earlier."
does save ferry-3 "$home/earlier.md"
does submit ferry-2
does submit ferry-3
as editor
does approve ferry-2 --yes
does approve ferry-3 --yes
does schedule one 11:00
for name in two three four ferry-2; do
	does schedule $name 12:00
done
as writer
article "$home/two.md" "Number two" "Number two and a half."
does save two "$home/two.md"
as editor
does reject three -m "Not yet."
does release --yes ferry-3
at 12:01
does list --json two
says '"overdue": "since 12:00: the text changed since"'
does list --json one
says '"overdue": "since 11:00: its time passed more than 30 minutes ago"'
does list --json ferry-2
says '"overdue": "since 12:00: base moved"'
who="Night Desk <night@harbour.example>"
answers 1 release --due
says "Publish: Number four"
hides "Number two"
tells "one is overdue: its time passed more than 30 minutes ago" \
	"two was scheduled by B. Editor, and that does not hold any more: the text changed since" \
	"three was scheduled by B. Editor, and that does not hold any more: it was sent back" \
	"content/culture/ferry.md changed on the release branch since ferry-2 was begun"
holds "each has its line" test "$(wc -l <"$home/err")" -eq 5
untouched answers 1 release --due
does verify -v

# A file that was changed by hand keeps its own article only.
as editor
for name in one two three ferry-2; do
	does schedule $name --cancel
done
as writer
approved five "Number five" "Five."
as editor
does schedule five 13:00
printf 'by hand\n' >content/culture/five.md
at 13:10
who="Night Desk <night@harbour.example>"
answers 1 release --due
says "Publish: The park"
tells "content/culture/five.md"
rm content/culture/five.md
at 13:20
does release --due
says "Publish: Number five"

# As cron runs it: nothing of the person's surroundings but what is given.
at 14:00
as writer
approved six "Number six" "Six."
as editor
does schedule six 14:30
run_like_cron()
{
	env -i HOME="$home" PATH=/usr/bin:/bin COPYDESK_CLOCK=2026-11-20T14:31:00Z LC_ALL=C \
		sh -c "cd / && '$copydesk' -C '$PWD' --as 'Night Desk <night@harbour.example>' release --due" \
		>"$home/out" 2>"$home/err" </dev/null
}
holds "cron can run it" run_like_cron
says "Publish: Number six"
holds "again, it is silent" run_like_cron
holds "and says nothing" test ! -s "$home/out" -a ! -s "$home/err"
who="Night Desk <night@harbour.example>"

# Two at once: it goes out once.
at 15:00
as writer
approved seven "Number seven" "Seven."
approved eight "Number eight" "Eight."
as editor
does schedule seven 15:10
does schedule eight 15:10
at 15:11
who="Night Desk <night@harbour.example>"
before=$(git rev-parse main)
for n in 1 2 3 4; do
	"$copydesk" --as "$who" release --due >"$home/out.$n" 2>"$home/err.$n" &
	pids="${pids-} $!"
done
bad=0
for pid in $pids; do
	wait "$pid" || bad=1
done
holds "none of them fails" test $bad -eq 0
holds "one commit is made" test "$(git rev-list --count "$before..main")" -eq 1

# An order that nobody gave is no proof.
as writer
draft nine "Number nine" "Nine."
does submit nine
as editor
does approve nine --yes
head=$(head_of nine)
tree=$(git rev-parse "refs/drafts/nine^{tree}")
forged=$(printf 'Release 1 article\n\nNumber nine (publish)\n\nArticle: content/culture/nine.md\nDraft: nine %s\nApproved-by: review B. Editor <b@harbour.example>\nScheduled-by: B. Editor <b@harbour.example>\nRelease-Type: publish\n' "$head" |
	GIT_COMMITTER_DATE='2026-11-20T15:12:00Z' GIT_AUTHOR_DATE='2026-11-20T15:12:00Z' git commit-tree "$tree" -p main)
git update-ref refs/heads/main "$forged"
answers 1 verify
says "nine is not due"
finish .
