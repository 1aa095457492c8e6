# Four eyes, roles and steps.
. "$FLOW/lib.sh"

does init
draft lake "The lake path" "Five volunteers."
refuses 1 "not submitted" approve lake --yes
does submit lake
refuses 1 "another person must approve" approve lake --yes
answers 1 release --yes lake
tells "Nothing was released"

# Who saves after it is an author too.
as editor
article "$home/second.md" "The lake path" "Six volunteers."
does save lake "$home/second.md"
refuses 1 "another person must approve" approve lake --yes
as chief
does approve lake --yes
as writer
does release --yes lake

# Steps with roles, one person one step.
cat >"$home/policy" <<'END'
[newsroom]
	name = Harbour Gazette
[role "editor"]
	person = B. Editor <b@harbour.example>
	person = C. Chief <c@harbour.example>
[role "chief"]
	person = C. Chief <c@harbour.example>
[step "first"]
	role = editor
	check = Names checked
	check = 数字核对过
[step "final"]
	role = chief
[release]
	role = chief
[policy]
	role = chief
END
does config check "$home/policy"
says 'Step 2 of 2, "final", needs 1 approval by the role "chief" (C. Chief).'
sed 's/role = chief/role = boss/' "$home/policy" >"$home/wrong"
refuses 2 "$home/wrong, line 13: there is no role \"boss\"" config check "$home/wrong"
governed "$home/policy"
does verify
says "0 wrong"
draft park "The park" "Trees."
does submit park
refuses 1 "the role editor" approve park --yes
as editor
refuses 1 "The step due for park is first" approve park --yes --step final
refuses 1 'asks for a tick at "Names checked"' approve park --yes
refuses 1 'The checklist of the step first has no "names"; it has "Names checked", "数字核对过".' approve park --yes --check names
does approve park --yes --check "Names checked" --check 数字核对过
tells "final"
refuses 1 "chief" approve park --yes
as chief
refuses 1 'The step final has no checklist: leave out "Names checked".' approve park --yes --check "Names checked"
does approve park --yes
as editor
answers 1 release --yes park
tells "chief"
as chief
does release --yes park
does verify
says "0 wrong"

# Rules that cannot be read lock the desk: everything is shown and nothing written.
cp .copydesk/policy "$home/policy"
printf '[step "first"]\n\taprovals = 1\n' >.copydesk/policy
git commit -qam "Break the rules"
does list --names
says culture/park
refuses 2 '.copydesk/policy, line 2: [step] has no key "aprovals"; its keys are role, person, section, approvals, check.' config check
untouched refuses 2 '.copydesk/policy, line 2' new --section culture Hello
cp "$home/policy" .copydesk/policy
git commit -qam "Mend the rules"
does new --section culture Hello

# A desk of one.
cd "$home" || exit 1
as writer
does init --solo solo
cd solo || exit 1
draft lake "The lake path" "Five volunteers."
does submit lake
does approve lake --yes
does release --yes lake
does verify
says "1 article proved, 0 wrong"
finish . "$home/room"
