# A clock that is put back, by a correction or from another machine: what came later counts as later.
. "$FLOW/lib.sh"

# at TIME: it is that time from here on.
at()
{
	export COPYDESK_CLOCK="2026-11-20T$1:00Z"
}

does init
at 12:00
draft lake "The lake path" "Five volunteers cleared the path."
does submit lake
as editor
at 11:00
does reject lake -m "Five or seven?"
as writer
at 10:00
does show lake --source
sed 's/Five/Seven/' "$home/out" >"$home/lake.md"
does save lake "$home/lake.md"
does submit lake
as editor
at 09:00
does approve lake --yes
does list --state approved --names
says lake
at 08:00
does release --yes lake
does verify
says "1 article proved, 0 wrong"
does log lake
says "approved" "released"
# What has a time of its own waits for it by the clock as it is now.
as writer
at 07:00
draft park "The park" "Trees."
does submit park
as editor
does approve park --yes
at 11:00
does schedule park 2026-11-20T11:30
at 10:00
does release --due
does list --state scheduled --names
says park
at 11:45
does release --due
does list --state published --names
says culture/park
does verify
finish
