# A disk that is full: nothing is lost, nothing half-written, one sentence.
. "$FLOW/lib.sh"

if ! is_root || ! mkdir "$home/disk" || ! mount -t tmpfs -o size=2m none "$home/disk" 2>/dev/null; then
	skip "a small disk needs root and mount"
	echo "1..$steps"
	exit 0
fi
trap 'cd /; umount "$home/disk"' EXIT

cd "$home/disk" || exit 1
does init
published lake "The lake path" "Five volunteers."
approved park "The park" "Trees."
draft pier "The pier" "Boats."
head -c 200000 /dev/urandom >"$home/picture.jpg"
refs >"$home/before"

cat /dev/zero >fill 2>/dev/null
for command in "attach pier $home/picture.jpg" "submit pier" "new Hello" "release --yes park" "comment pier -m Hello" "correct lake"; do
	run $command
	got=$?
	[ "$got" -eq 2 ] && [ "$(wc -l <"$home/err")" -eq 1 ] && grep -q "disk is full" "$home/err"
	report $? "with no room, $command ends with 2 (was $got) and one sentence"
done
does list --names
says culture/lake park pier
refs >"$home/after"
same "$home/before" "$home/after"
holds "the work tree has the published files" grep -q "Five volunteers" content/culture/lake.md
holds "git finds nothing wrong on the full disk" git fsck --strict --no-dangling

rm fill
does submit pier
does release --yes park
does verify
says "2 articles proved, 0 wrong"
finish
cd /
