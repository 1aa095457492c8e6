# Embargo and schedule: who may set them, how times are typed, and what the lists tell.
. "$FLOW/lib.sh"

does init --name "Harbour Gazette"
git config --file .copydesk/policy release.role editor
git config --file .copydesk/policy role.editor.person "B. Editor <b@harbour.example>"
git config --file .copydesk/policy step.review.role editor
git commit -qa --amend --no-edit
draft ferry "Ferry" "The ferry goes."

# Only an approved draft is scheduled, by who may release.
as editor
refuses 1 "only an approved draft can be scheduled" schedule ferry 17:00
as writer
does submit ferry
as editor
does approve ferry --yes
as writer
refuses 1 "is for the role editor, and not for A. Writer" schedule ferry 17:00
refuses 1 "is for the role editor, and not for A. Writer" embargo ferry 17:00
as editor

# Times as people type them.
refuses 2 "says no hour" schedule ferry 2026-11-22
refuses 2 "is no time" schedule ferry tomorrow
refuses 2 "is no time" schedule ferry "2026-11-22T09:00 or so"
refuses 2 "There is no day 2027-02-29" schedule ferry 2027-02-29T09:00
refuses 2 "has passed already" schedule ferry 2026-11-20T09:00
refuses 2 "needs a time after the name, or --cancel" schedule ferry
refuses 2 "needs a time after the name, or --cancel" schedule ferry 17:00 --cancel
refuses 1 "is not scheduled" schedule ferry --cancel
does schedule ferry 17:00 -m "For the evening."
tells "is approved and scheduled" "2026-11-20 17:00, by B. Editor"
does schedule ferry ８：３０
tells "2026-11-21 08:30"
does schedule ferry "2026-11-22 09:00"
does list --json --state scheduled
says '"state": "scheduled"' '"release_at": "2026-11-22T09:00:00Z"' '"overdue": null'
does status
says "1  SCHEDULED"
does show ferry
says "State      SCHEDULED" "Goes out   2026-11-22 09:00, by the word of B. Editor"
does log ferry
says "B. Editor scheduled for 2026-11-22 09:00"
holds "an order names the bytes that it is for" \
	sh -c 'git log -1 --format=%B refs/drafts/ferry | grep -q "^Covers: 100644 .* content/culture/ferry.md$"'

# It is for exactly what was seen.
old=$(head_of ferry)
article "$home/new.md" "Ferry" "The ferry does not go."
as writer
does save ferry "$home/new.md"
does show ferry
says "the text changed since"
as editor
does approve ferry --yes
answers 3 schedule ferry --seen "$old" 17:00
tells "read it again, then schedule it"
does schedule ferry --seen "$(head_of ferry)" 17:00

# An embargo holds whatever else is ordered, and needs no touch of the text.
does embargo ferry 2026-11-23T06:00 -m "Until the council meets."
does log ferry
says "set an embargo until 2026-11-23 06:00"
refuses 1 "is under embargo until 2026-11-23 06:00" schedule ferry 17:00
answers 1 release --yes ferry
tells "is under embargo until"
does embargo ferry --lift
does log ferry
says "lifted the embargo"
does schedule ferry --cancel
does show ferry
says "State      APPROVED"
does release --yes ferry
refuses 1 "is a published article, not a draft" embargo ferry 17:00
does verify

# When somebody should be done is typed in the same way.
draft pier "Pier" "Words."
refuses 2 "says no hour" assign pier "B. Editor" --due 2026-11-22
does assign pier "B. Editor" --due 17:00
holds "the time is kept" sh -c 'git log -1 --format=%B refs/drafts/pier | grep -q "^Time: 2026-11-20T17:00:00Z$"'
finish .
