# At a terminal: what will happen is shown, and a word asked for.
. "$FLOW/lib.sh"

if ! command -v script >/dev/null; then
	skip "script(1) gives the terminal"
	echo "1..$steps"
	exit 0
fi

# typed TEXT ARG ...: runs copydesk in a terminal with something typed; its exit status.
typed()
{
	text=$1
	shift
	line=$copydesk
	for word in ${who:+--as "$who"} "$@"; do
		line="$line '$word'"
	done
	printf '%s\n' "$text" | script -qec "$line" /dev/null >"$home/out" 2>"$home/err"
}

does init
draft lake "The lake path" "Five volunteers."
does submit lake
holds "an author is not asked" refused_by typed approve approve lake
says "another person must approve"
hides "Type approve"
as editor
holds "another word approves nothing" refused_by typed yes approve lake
says "{+Five volunteers.+}" "Type approve to go on" "nothing was done"
does list --json lake
says '"approvals": []'
holds "an empty line approves nothing" refused_by typed "" approve lake
holds "the word approves" typed approve approve lake
says "is approved"
as writer
holds "another word releases nothing" refused_by typed no release lake
says "adds content/culture/lake.md" "Type release to go on"
holds "nothing is on the branch" test "$(git rev-list --count main)" -eq 1
holds "the word releases, in any letter case" typed Release release lake
says "release/2026-11-20.1"

# Nothing is asked where a rule says no already.
draft park "The park" "Trees."
holds "a draft that is not approved is not asked about" refused_by typed release release park
says "Nothing was released"
hides "Type release"

# The headline is cut to the terminal, never in half.
draft a-name-that-is-longer-than-there-is-room-for "志愿者修复湖滨步道志愿者修复湖滨步道志愿者修复湖滨步道志愿者修复湖滨步道志愿者修复湖滨步道志愿者" "Text"
printf '\n' | script -qec "stty cols 80; '$copydesk' list" /dev/null >"$home/out" 2>"$home/err"
says "…" culture/lake
holds "no line is longer than the terminal" test "$(tr -d '\r' <"$home/out" | wc -L)" -le 80
finish
