# An article that was taken down, told by its own name; and words that must not be empty.
. "$FLOW/lib.sh"

does init --name "Harbour Gazette"
refuses 2 "needs a headline" new ""
refuses 2 "needs a headline" new "   "
refuses 2 "use letters, digits and hyphens" new --section "Local News!" Park
does new --section 本地 Park
does list --names
says park

approved ferry "Ferry" "The ferry goes."
as editor
does release --yes ferry
as writer
: >"$home/empty.md"
does correct ferry
refuses 2 "is empty: nothing was saved" save ferry-2 "$home/empty.md"
does spike ferry-2 -m "No need."

does withdraw ferry -m "It does not go."
refuses 1 "is being taken down already, by the draft ferry-3" withdraw ferry -m "Again."
does submit ferry-3
as editor
does approve ferry-3 --yes
does release --yes ferry-3
as writer
does show ferry
says "State      WITHDRAWN" "ferry-3"
does log ferry
says "(withdraw)" "(publish)" "began a withdrawal"
refuses 1 "was taken down, by the draft ferry-3" withdraw ferry -m "Again."
does log

# It is published again by a draft that starts with its last text, through review.
does correct ferry -m "It goes after all."
says "ferry-4"
git show main~1:content/culture/ferry.md >"$home/last.md"
does show --source ferry-4
same "$home/out" "$home/last.md"
does submit ferry-4
as editor
does approve ferry-4 --yes
does release --yes ferry-4
as writer
does list --json ferry
says '"state": "released"'
hides '"state": "withdrawn"'
does verify
finish .
