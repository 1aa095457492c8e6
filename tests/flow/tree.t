# Trees that git tools would not make.
. "$FLOW/lib.sh"

does init
published lake "The lake path" "Five volunteers."
published park "The park" "Trees."

# A link and another repository below the content root are no articles, and stay.
ln -s ../../../etc/passwd content/culture/link.md
git add content/culture/link.md
git update-index --add --cacheinfo "160000,$(git rev-parse main),content/culture/module.md"
git commit -qm "A link and a module"
git checkout -q -f HEAD
does list --names
says culture/lake culture/park
hides link
hides module
refuses 2 "no draft and no article" show culture/link
refuses 2 "no draft and no article" show culture/module
does correct lake -m "seven"
article "$home/new.md" "The lake path" "Seven volunteers."
does save lake-2 "$home/new.md"
does submit lake-2
"$copydesk" --as "B. Editor <b@harbour.example>" approve lake-2 --yes 2>"$home/err"
does release --yes lake-2
holds "the link is still there" test "$(git ls-tree main content/culture/link.md | cut -c1-6)" = 120000
holds "the module is still there" test "$(git ls-tree main content/culture/module.md | cut -c1-6)" = 160000

# A new article where a link, or a folder, or a file as a folder, stands.
does new --section culture --slug link "A link"
says link-2
run new --section culture/lake.md --slug pier "Below a file"
run submit pier
got=$?
[ "$got" -ne 0 ] && [ "$(wc -l <"$home/err")" -eq 1 ]
report $? "an article cannot lie below a file (was $got)"

# Entries that no checkout may have: named .., .git, or with a slash.  git fsck would complain, so in
# a repository of their own.
git clone -q . "$home/evil"
cd "$home/evil" || exit 1
git config copydesk.branch main
good=$(git rev-parse main)
blob=$(git rev-parse main:content/culture/lake.md)
culture=$(git rev-parse main:content/culture)
policy=$(git rev-parse main:.copydesk)

# literal_tree [MODE NAME HEX] ...: a tree as it is told, unchecked.
literal_tree()
{
	: >"$home/tree"
	while [ $# -gt 0 ]; do
		printf '%s %s\0' "$1" "$2" >>"$home/tree"
		for byte in $(echo "$3" | sed 's/../0x& /g'); do
			printf "\\$(printf %03o "$byte")"
		done >>"$home/tree"
		shift 3
	done
	git hash-object -t tree -w --literally "$home/tree"
}

for name in .. .git .GIT . a/b "$(printf 'a\nb')"; do
	bad=$(literal_tree 40000 "$name" "$culture" 100644 lake.md "$blob")
	content=$(literal_tree 40000 city "$bad" 40000 culture "$culture")
	tree=$(literal_tree 40000 .copydesk "$policy" 40000 content "$content")
	git update-ref refs/heads/main "$(git commit-tree "$tree" -p "$good" -m "Evil")"
	run list --names
	got=$?
	grep -qF ../ "$home/out" && got=escaped
	[ "$got" = 0 ] || { [ "$got" = 2 ] && [ "$(wc -l <"$home/err")" -eq 1 ]; }
	report $? "an entry named $(echo "$name" | tr '\n' ' ') is left out or told in one line (was $got)"
	answers 1 verify
	says WRONG
	git update-ref refs/heads/main "$good"
done

# A draft by hand that would write outside of its own place.
draft=$(literal_tree 40000 .copydesk "$policy" 40000 content "$(literal_tree 40000 .. "$culture" 40000 culture "$culture")")
head=$(git commit-tree "$draft" -p "$good" -m "Save pier

Draft: pier
Event: save
Article: content/culture/pier.md")
git update-ref refs/drafts/pier "$head"
run list
holds "such a draft does not stop the list" test $? -eq 0
run submit pier
got=$?
[ "$got" -ne 0 ] && [ "$(wc -l <"$home/err")" -eq 1 ]
report $? "such a draft cannot be submitted (was $got)"
holds "nothing was written beside the repository" test ! -e "$home/culture"
cd "$home/room" || exit 1
finish
