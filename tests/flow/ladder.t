# Steps for some sections, a checklist, limits of files, and who may begin what: the desk tells how far a draft is.
. "$FLOW/lib.sh"

does init
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
	check = Numbers checked
[step "science"]
	section = science
	person = D. Science <d@harbour.example>
[step "final"]
	role = chief
	person = E. Deputy <e@harbour.example>
[correct]
	role = chief
[withdraw]
	person = E. Deputy <e@harbour.example>
[policy]
	role = chief
[attachment]
	largest = 1k
	type = jpg
	type = png
END
governed "$home/policy"

# A step of another section is none of this ladder.
draft lake "The lake path" "Five volunteers cleared the path."
does submit lake
does show lake
says "Steps      first, final" "To check   Names checked" "Waits for  first by role editor"
as editor
does status
says "You are first reviewer (step first); you did not write it."
does show lake
says "For you    You are first reviewer (step first); you did not write it."
as writer
does new --section science --slug moon "The moon"
article "$home/moon.md" "The moon" "It is far."
does save moon "$home/moon.md"
does submit moon
does list --json section:science
says '"step": "first"' '"step": "science"' '"step": "final"' '"done": false' '"Names checked"'

# Every item of the checklist is ticked by its name, or nothing is approved.
as editor
refuses 1 'asks for a tick at "Names checked"' approve lake --yes
refuses 1 'asks for a tick at "Numbers checked"' approve lake --yes --check "Names checked"
does approve lake --yes --check "Names checked" --check "Numbers checked"
does show lake
says "Steps      first (done), final" "Waits for  final by role chief or E. Deputy"
holds "the ticks are kept" sh -c 'git log -1 --format=%B refs/drafts/lake | grep -c ^Checked: | grep -qx 2'
does approve moon --yes --check "Names checked" --check "Numbers checked"
as chief
refuses 1 "The step science is for D. Science, and not for C. Chief" approve moon --yes
does approve lake --yes
as writer

# Files beside the article: refused when attached, and when they are there all the same.
printf 'text' >"$home/notes.txt"
refuses 1 "notes.txt cannot go out: this desk takes files of the type jpg or png" attach lake "$home/notes.txt"
head -c 1025 /dev/zero >"$home/big.jpg"
refuses 1 "big.jpg has 1025 bytes, and a file beside an article has at most 1024 on this desk" attach lake "$home/big.jpg"
head -c 5000 /dev/zero >"$home/big.jpg"
refuses 1 "big.jpg has 4.9 KiB, and a file beside an article has at most 1 KiB" attach lake "$home/big.jpg"
head -c 1024 /dev/zero >"$home/small.JPG"
does attach lake "$home/small.JPG"
answers 1 release --yes moon
as editor
does approve lake --yes --check "Names checked" --check "Numbers checked"
as chief
does approve lake --yes
# As no program of ours would: a large picture is saved behind the rules' back.
GIT_INDEX_FILE=$home/index git read-tree refs/drafts/lake
GIT_INDEX_FILE=$home/index git update-index --add --cacheinfo \
	"100644,$(git hash-object -w "$home/big.jpg"),content/culture/big.jpg"
large=$(printf 'Save lake\n\nDraft: lake\nArticle: content/culture/lake.md\n' |
	git commit-tree "$(GIT_INDEX_FILE=$home/index git write-tree)" -p refs/drafts/lake)
fine=$(head_of lake)
git update-ref refs/drafts/lake "$large"
as editor
refuses 1 "content/culture/big.jpg has 4.9 KiB" approve lake --yes --check "Names checked" --check "Numbers checked"
git update-ref refs/drafts/lake "$fine"
as writer
does release --yes lake
does verify
says "0 wrong"

# Who may begin a correction, or a withdrawal.
untouched refuses 1 "Correcting content/culture/lake.md is for the role chief, and not for A. Writer" correct lake
untouched refuses 1 "Withdrawing content/culture/lake.md is for E. Deputy, and not for A. Writer" \
	withdraw lake --reason "Wrong"
as chief
does correct lake
says lake
refuses 1 "is for E. Deputy" withdraw lake --reason "Wrong"
finish
