# The units of the manual, as they stand there: systemd takes them, and their command releases what is due.
. "$FLOW/lib.sh"

# unit N: the n-th unit of the example.
unit()
{
	awk -v wanted="$1" '/^\[Unit\]$/ { n++ } /^\.Ed$/ { if (n) exit } n == wanted { print }' \
		"$FLOW/../../man/copydesk-workflow.7"
}

does init --name "Harbour Gazette"
approved ferry "The ferry" "It goes."
as editor
does schedule ferry 12:00
mkdir "$home/units"
unit 1 | sed "s|^ExecStart=copydesk|ExecStart=$copydesk|" >"$home/units/copydesk-due.service"
unit 2 >"$home/units/copydesk-due.timer"
holds "the manual has a service" grep -q "^ExecStart=$copydesk -C " "$home/units/copydesk-due.service"
holds "the manual has a timer" grep -q '^OnCalendar=' "$home/units/copydesk-due.timer"
if command -v systemd-analyze >"$home/held"; then
	holds "systemd takes both" systemd-analyze verify --man=no "$home/units/copydesk-due.service" \
		"$home/units/copydesk-due.timer"
	holds "and has nothing to say of them" test ! -s "$home/held"
else
	skip "the units: systemd-analyze is not there"
fi

# The command of the unit, with no more around it than systemd gives.
line=$(sed -n 's/^ExecStart=//p' "$home/units/copydesk-due.service" | sed "s|/srv/newsroom.git|$home/room|")
holds "its command is done" env -i HOME="$home" PATH=/usr/bin:/bin COPYDESK_CLOCK=2026-11-20T12:03:00Z sh -c "cd / && exec $line"
holds "it released what was due" git rev-parse -q --verify main:content/culture/ferry.md
holds "in the name of the unit" sh -c "git log -1 --format=%cn main | grep -qx 'Night Desk'"
holds "on the order of who scheduled it" sh -c "git log -1 --format=%B main | grep -q '^Scheduled-by: B. Editor'"
finish
