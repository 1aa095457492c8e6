# A work tree follows a release, and is never overwritten.
. "$FLOW/lib.sh"

does init
published lake "The lake path" "Five volunteers."
holds "the file is there" grep -q "Five volunteers" content/culture/lake.md
holds "the work tree is clean" test -z "$(git status --porcelain)"

# Drafts never touch it.
does correct lake --reason "It was seven."
says lake-2
article "$home/new.md" "The lake path" "Seven volunteers."
does save lake-2 "$home/new.md"
holds "a draft leaves the work tree alone" grep -q "Five volunteers" content/culture/lake.md
does submit lake-2
"$copydesk" --as "B. Editor <b@harbour.example>" approve lake-2 --yes 2>"$home/err"

# Changed by hand: refused before anything moves.
printf 'by hand\n' >>content/culture/lake.md
cp content/culture/lake.md "$home/hand.md"
untouched answers 1 release --yes lake-2
tells "content/culture/lake.md"
same content/culture/lake.md "$home/hand.md"

# Changed by hand in the index only.
git add content/culture/lake.md
git show HEAD:content/culture/lake.md >content/culture/lake.md
untouched answers 1 release --yes lake-2
tells "content/culture/lake.md"
git reset -q --hard

# Something else changed by hand does not matter, and stays.
printf 'note\n' >note.txt
printf '# more\n' >>.copydesk/policy
does release --yes lake-2
same content/culture/lake.md "$home/new.md"
holds "the rest is as it was" test "$(git status --porcelain)" = " M .copydesk/policy
?? note.txt"
git checkout -q .copydesk/policy

# A file stands where a new article would go.
approved park "The park" "Trees."
printf 'in the way\n' >content/culture/park.md
untouched answers 1 release --yes park
tells "content/culture/park.md"
holds "it is still there" grep -q "in the way" content/culture/park.md
rm content/culture/park.md
does release --yes park

# Withdrawn: the file goes.
does withdraw park -m "The park is gone."
says park-2
does submit park-2
"$copydesk" --as "B. Editor <b@harbour.example>" approve park-2 --yes 2>"$home/err"
does show park-2
says "takes its article down"
does release --yes park-2
holds "the file is gone" test ! -e content/culture/park.md
holds "the work tree is clean but for the note" test "$(git status --porcelain)" = "?? note.txt"
does list --state withdrawn --names
says park-2
does verify
says "4 articles proved, 0 wrong"

# Another branch is checked out: the release goes on, its files stay.
git checkout -q -b side
approved pier "The pier" "Boats."
does release --yes pier
holds "another branch's files are left alone" test ! -e content/culture/pier.md
holds "main has it" git rev-parse -q --verify main:content/culture/pier.md
git checkout -q main
holds "the work tree is clean again" test "$(git status --porcelain)" = "?? note.txt"

# HEAD detached: a newsroom goes on working.
git checkout -q --detach
approved quay "The quay" "Ropes."
does release --yes quay
holds "a detached work tree is left alone" test ! -e content/culture/quay.md
does verify
says "0 wrong"
finish
