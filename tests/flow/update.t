# Two corrections of one article: the second is brought up to date, and approved anew.
. "$FLOW/lib.sh"

# correction NAME WORDS: a submitted and approved correction of the ferry article with that text.
correction()
{
	article "$home/$1.md" "Ferry" "$2"
	does correct ferry
	does save "$1" "$home/$1.md"
	does submit "$1"
	as editor
	does approve "$1" --yes
	as writer
}

does init --name "Harbour Gazette"
published ferry "Ferry" "The ferry goes at nine. The fare is four crowns."
correction ferry-2 "The ferry goes at ten. The fare is four crowns."
correction ferry-3 "The ferry goes at nine. The fare is five crowns."
correction ferry-4 "The ferry goes at noon. The fare is four crowns."
refuses 1 "up to date with what is published" update ferry-3
does release --yes ferry-2
answers 1 release --yes ferry-3
tells "bring the draft up to date"

# Different words: both are kept, and the approval of before is over.
does update ferry-3
does show ferry-3 --source
says "at ten. The fare is five crowns."
answers 1 release --yes ferry-3
tells "only an approved draft can be released"
holds "git's own comparison shows what the draft changes" sh -c 'git diff main...refs/drafts/ferry-3 | grep -q "^+.*five crowns"'
as editor
does approve ferry-3 --yes
does release --yes ferry-3
as writer

# The same words: nothing is written before somebody chooses.
untouched refuses 3 "changed the same words in 1 place: choose whose stay. Give --mine or --theirs." update ferry-4
refuses 2 "Only one of --mine and --theirs" update ferry-4 --mine --theirs
does update ferry-4 --mine
does show ferry-4 --source
says "at noon. The fare is five crowns."

# An article that was taken down meanwhile.
does withdraw ferry -m "No ferry."
does submit ferry-5
as editor
does approve ferry-5 --yes
does release --yes ferry-5
as writer
refuses 1 "was taken down meanwhile" update ferry-4
does verify
finish .
