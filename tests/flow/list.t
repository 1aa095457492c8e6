# What list shows and how it is narrowed.
. "$FLOW/lib.sh"

does init
published lake "Volunteers rebuild the lake path" "On Saturday seven volunteers."
does new --section city 志愿者修复湖滨步道
says zhi-yuan-zhe-xiu-fu-hu-bin-bu-dao
han=zhi-yuan-zhe-xiu-fu-hu-bin-bu-dao
draft ferry "New ferry line opens" "The ferry leaves at nine."
does submit ferry

# Without a command and without a terminal the list is printed.
does
says PUBLISHED DRAFT "IN REVIEW" HEADLINE culture/lake ferry
does list
says "志愿者修复湖滨步道"
holds "columns are aligned by what a terminal shows" awk '/ferry/ { a = index($0, "New ferry") } /culture\/lake/ { b = index($0, "Volunteers") } END { exit a == 0 || a != b }' "$home/out"

does list --names
says ferry "$han" culture/lake
does list --state review --names
says ferry
hides lake
does list --state published --names
says lake
hides ferry
does list --section city --names
says "$han"
hides ferry
does list --names 湖滨
says "$han"
hides ferry
does list --names VOLUNTEERS
says lake
does list --names saturday seven
says lake
hides ferry
does list --names state:review section:culture
says ferry
hides lake
does list no-such-word
tells "Nothing matches"
does list state:foo
tells 'There is no state "foo"; the states are draft, review, changes'
does list state:spiked
tells "Nothing matches"
refuses 2 'There is no state "finished"' list --state finished

does list --json
says '"name": "ferry"' '"path": "content/culture/ferry.md"' '"title": "New ferry line opens"' \
	'"section": "culture"' '"date": "2026-11-20"' '"byline": "A. Writer"' '"state": "review"' \
	"\"head\": \"$(head_of ferry)\"" '"approvals": []' '"waiting_on": "review"' '"needed": 1' '"why": null' '"due": null' '"type": "new"' '"type": null' '"name": null' '"head": null'
"$copydesk" --as "B. Editor <b@harbour.example>" approve ferry --yes 2>"$home/err"
does list --json ferry
says '"state": "approved"' '"step": "review"' '"person": "B. Editor <b@harbour.example>"'
does status --json
says '"approved": 1' '"released": 1' '"waiting_for_me": ['

# Nothing that steers a terminal comes out of a headline, a name or a comment.
article "$home/evil.md" '"\e[2JRed \u202Etxet"' "Text"
does new --slug evil Evil
does save evil "$home/evil.md"
does comment evil -m "$(printf 'a\033[31mb\rc')"
does list
holds "no escape in the list" refused_by grep -q "$(printf '\033')" "$home/out"
holds "no override in the list" refused_by grep -q "$(printf '\342\200\256')" "$home/out"
does show evil
holds "no escape where it is shown" refused_by grep -q "$(printf '[\033\r]')" "$home/out"
does log
holds "no escape in the log" refused_by grep -q "$(printf '[\033\r]')" "$home/out"
does list --json evil
says '\u001b[2JRed'
finish
