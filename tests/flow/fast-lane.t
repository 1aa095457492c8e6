# A correction or withdrawal without its review, by whom the rules allow it, and marked for ever.
. "$FLOW/lib.sh"

does init --name "Harbour Gazette"
git config --file .copydesk/policy role.chief.person "C. Chief <c@harbour.example>"
git config --file .copydesk/policy correct.fast-lane chief
git config --file .copydesk/policy withdraw.fast-lane chief
git commit -qa --amend --no-edit
published ferry "Ferry" "The ferry goes."
published pier "Pier" "The pier stands."
as writer
does correct ferry -m "It does not go."
article "$home/new.md" "Ferry" "The ferry does not go."
does save ferry-2 "$home/new.md"
as chief
answers 1 release --fast-lane ferry-2 --yes
tells "ferry-2 is not submitted"
as writer
does submit ferry-2
answers 1 release --fast-lane ferry-2 --yes
tells "without its review is for"
as chief
answers 1 release ferry-2 --yes
untouched refuses 2 "needs the names of drafts" release --fast-lane ferry-2 ferry-2
answers 1 release --fast-lane ferry-2
tells 'to type the word "without review"'
does release --fast-lane ferry-2 --dry-run
says "Correct: Ferry" "without review, by the fast lane"
does release --fast-lane ferry-2 --yes
holds "the commit says so" sh -c 'git log -1 --format=%B main | grep -q "^Fast-Lane: C. Chief <c@harbour.example>$"'
does verify -v
says "without review, by the fast lane of C. Chief <c@harbour.example>; released by C. Chief"
does verify --json
says "without review, by the fast lane of C. Chief"
does log ferry
says "released content/culture/ferry.md (correct) without review, by the fast lane"
does log --json ferry
says '"fast_lane": true'
does show ferry
says "Released   without review, by the fast lane of C. Chief, 2026-11-20"
does show --json ferry
says '"fast_lane": "C. Chief <c@harbour.example>"'
does list --json pier
says '"fast_lane": null'

# What is new takes no fast lane, and neither does what others may.
as writer
draft park "Park" "Trees."
does submit park
as chief
answers 1 release --fast-lane park --yes
tells "the fast lane is for corrections and withdrawals"
as writer
does withdraw pier -m "It fell."
does submit pier-2
as chief
does release --fast-lane pier-2 --yes
does verify -v

# Without its review a withdrawal leaves the notice that it began with, and no other words.
as writer
published quay "Quay" "The quay is long."
cp .copydesk/policy "$home/rules"
git config --file "$home/rules" withdraw.as tombstone
governed "$home/rules"
does withdraw quay -m "It sank."
does show --source quay-2
says "Reason: It sank."
cp "$home/out" "$home/notice.md"
{
	cat "$home/notice.md"
	echo "Buy umbrellas."
} >"$home/more.md"
does save quay-2 "$home/more.md"
does submit quay-2
as chief
answers 1 release --fast-lane quay-2 --yes
tells "has other words than the notice that it began with"
forged=$(printf 'Release 1 article\n\nQuay (withdraw)\n\nArticle: content/culture/quay.md\nDraft: quay-2 %s\nFast-Lane: C. Chief <c@harbour.example>\nRelease-Type: withdraw\n' "$(head_of quay-2)" |
	GIT_COMMITTER_NAME='C. Chief' GIT_COMMITTER_EMAIL=c@harbour.example GIT_COMMITTER_DATE='2026-11-20T09:00:00Z' GIT_AUTHOR_DATE='2026-11-20T09:00:00Z' git commit-tree "refs/drafts/quay-2^{tree}" -p main)
before=$(git rev-parse main)
git update-ref refs/heads/main "$forged"
answers 1 verify
says "has other words than the notice that it began with"
git update-ref refs/heads/main "$before"
as writer
does save quay-2 "$home/notice.md"
as chief
does release --fast-lane quay-2 --yes
does verify

# Who may not take it cannot forge that somebody did.
as writer
does correct ferry -m "More."
article "$home/more.md" "Ferry" "More."
does save ferry-3 "$home/more.md"
does submit ferry-3
head=$(head_of ferry-3)
tree=$(git rev-parse "refs/drafts/ferry-3^{tree}")
forged=$(printf 'Release 1 article\n\nFerry (correct)\n\nArticle: content/culture/ferry.md\nDraft: ferry-3 %s\nFast-Lane: C. Chief <c@harbour.example>\nRelease-Type: correct\n' "$head" |
	GIT_COMMITTER_DATE='2026-11-20T09:00:00Z' GIT_AUTHOR_DATE='2026-11-20T09:00:00Z' git commit-tree "$tree" -p main)
git update-ref refs/heads/main "$forged"
answers 1 verify
says "Correcting content/culture/ferry.md without its review is for"
finish .
