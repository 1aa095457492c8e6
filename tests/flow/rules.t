# The desk's rules change as an article does: by a draft, approved and released under the old ones.
. "$FLOW/lib.sh"

does init
does show .copydesk/policy
says "[step \"review\"]"
does show --json .copydesk/policy
says '"path": ".copydesk/policy"' '"title": "The desk'"'"'s rules"'
does correct --reason "A chief has the last word" .copydesk/policy
says desk-policy
does list
says "The desk's rules" DRAFT desk-policy
does list --json
says '"type": "rules"' '"section": ""' '"title": "The desk'"'"'s rules"'

# Rules that cannot be read are refused, with the line and what to put there.
git show main:.copydesk/policy >"$home/old"
{ cat "$home/old"; printf '[step "final"]\n\trole = chief\n'; } >"$home/wrong"
does save desk-policy "$home/wrong"
lines=$(wc -l <"$home/wrong")
refuses 1 "line $lines: there is no role \"chief\"; put a section [role \"chief\"]" submit desk-policy
{ cat "$home/wrong"; printf '[role "chief"]\n\tperson = C. Chief <c@harbour.example>\n'; } >"$home/new"
does save desk-policy "$home/new"
does diff desk-policy
says "{+" "C. Chief <c@harbour.example>"
does show desk-policy
says "State      DRAFT" "[step \"final\"]"
does submit desk-policy
printf 'picture' >"$home/lake.jpg"
refuses 1 "goes out alone" attach desk-policy "$home/lake.jpg"

# Whoever is named in the new rules has no say before they are released.
as chief
approved lake "The lake path" "Five volunteers cleared the path."
refuses 1 "The desk's rules have no step called final" approve lake --yes --step final
does approve desk-policy --yes
answers 1 release --yes desk-policy
tells "Releasing a change of the desk's rules is for the role editor"
as writer
does release --dry-run desk-policy
says "Change: The desk's rules" "replaces .copydesk/policy"
does release --yes desk-policy
does verify
says "1 article proved, 0 wrong"
does config check
says 'Step 2 of 2, "final", needs 1 approval by the role "chief" (C. Chief).'
does log .copydesk/policy
says "released" "A chief has the last word"
does list --names
hides "desk-policy"
answers 1 release --yes lake
tells "lake is in review"

# A second change, meant for the old rules, loses its approvals when others come first.
does correct .copydesk/policy
says desk-policy-2
sed 's/comments-block = true/comments-block = false/' "$home/new" >"$home/third"
does save desk-policy-2 "$home/third"
does submit desk-policy-2
as editor
does approve desk-policy-2 --yes
as writer
sed 's/comments-block = true/comments-block = yes/' "$home/new" >"$home/fourth"
does correct .copydesk/policy
says desk-policy-3
does save desk-policy-3 "$home/fourth"
does submit desk-policy-3
as editor
does approve desk-policy-3 --yes
as chief
does approve desk-policy-3 --yes
as writer
does release --yes desk-policy-3
does show desk-policy-2
says "does not count, the desk's rules changed since"

# Nobody takes the rules away, and the list of signers goes the same way.
refuses 1 "is the desk's own file, which is changed and not withdrawn" withdraw .copydesk/policy --reason "No more rules"
does correct .copydesk/allowed_signers
says desk-signers
does list
says "The desk's signers"
does verify
says "0 wrong"

# The examples of the manual are rules that a desk can have.
awk -v to="$home/example" '/^\.Bd -literal/ { n++; on = 1; next } /^\.Ed/ { on = 0 } on { print >to n }' \
	"$FLOW/../../man/copydesk-policy.5"
does config check "$home/example2"
does config check "$home/example3"
says 'Step 3 of 5, "culture", only for articles in culture, needs 1 approval by 陈静 or J. Culture.' \
	'Step 4 of 5, "second", needs 2 approvals by the role "senior" (D. Senior, E. Senior).' \
	"Who approves it ticks: Picture rights settled." "The field urgency is one of 1, 2 or 3." \
	"at most 5 MiB and is of the type jpg, png or pdf" "Worth a second look:" \
	'The step "science" is for the section science, in which there is no article yet.'

# Alone, one changes the rules alone.
cd "$home" || exit 1
does init --solo solo
cd solo || exit 1
sed 's/name = .*/name = Solo/' .copydesk/policy >"$home/solo-rules"
does correct .copydesk/policy
does save desk-policy "$home/solo-rules"
does submit desk-policy
does approve desk-policy --yes
does release --yes desk-policy
does verify
says "0 wrong"
does status
says "Solo, released on the branch main"
finish . "$home/room"
