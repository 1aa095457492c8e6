# verify finds what was not approved, however it was made.
. "$FLOW/lib.sh"

does init
published lake "The lake path" "Five volunteers."
approved park "The park" "Trees."
does release --yes park
does verify
says "2 articles proved, 0 wrong"
good=$(git rev-parse main)
tree=$(git rev-parse main^{tree})
parent=$(git rev-parse main^)
git log -1 --format=%B main >"$home/message"

# tree_with PATH FILE [TREE]: the tree with one file changed.
tree_with()
{
	blob=$(git hash-object -w "$2")
	GIT_INDEX_FILE=$home/index git read-tree "${3:-$tree}"
	GIT_INDEX_FILE=$home/index git update-index --add --cacheinfo "100644,$blob,$1"
	GIT_INDEX_FILE=$home/index git write-tree
}

# forged SENTENCE COMMIT: with main there, verify must fail; then main is put back.
forged()
{
	git update-ref refs/heads/main "$2"
	answers 1 verify
	says WRONG
	report 0 "$1"
	git update-ref refs/heads/main "$good"
}

git show main:content/culture/park.md | sed 's/Trees/trees/' >"$home/byte.md"
forged "one changed byte" \
	"$(git commit-tree "$(tree_with content/culture/park.md "$home/byte.md")" -p "$parent" -F "$home/message")"
forged "an extra article" \
	"$(git commit-tree "$(tree_with content/culture/extra.md "$home/byte.md")" -p "$parent" -F "$home/message")"
forged "an extra picture" \
	"$(git commit-tree "$(tree_with content/culture/extra.jpg "$home/byte.md")" -p "$parent" -F "$home/message")"
forged "an article changed beside the release" \
	"$(git commit-tree "$(tree_with content/culture/lake.md "$home/byte.md")" -p "$parent" -F "$home/message")"
forged "no word of a release" \
	"$(git commit-tree "$(tree_with content/culture/lake.md "$home/byte.md")" -p "$good" -m "Small fix")"
forged "a merge" \
	"$(git commit-tree "$tree" -p "$parent" -p "refs/drafts/park" -F "$home/message")"
forged "the same release twice over changed bytes" \
	"$(git commit-tree "$(tree_with content/culture/park.md "$home/byte.md")" -p "$good" -F "$home/message")"

# The release names another head of the draft: an earlier one, and one of another draft.
head=$(grep -o '[0-9a-f]\{40\}' "$home/message" | head -1)
holds "the release names a head" git cat-file -e "$head^{commit}"
for other in "$(git rev-parse "$head~1")" "$(head_of lake)" 0123456789012345678901234567890123456789; do
	sed "s/$head/$other/" "$home/message" >"$home/swapped"
	forged "the head swapped for $other" "$(git commit-tree "$tree" -p "$parent" -F "$home/swapped")"
done

# The release names somebody who did not approve.
sed 's/B\. Editor <b@/A. Writer <a@/' "$home/message" >"$home/approver"
holds "the approver is another" refused_by cmp -s "$home/message" "$home/approver"
forged "the wrong approver" "$(git commit-tree "$tree" -p "$parent" -F "$home/approver")"
grep -v '^Approved-by' "$home/message" >"$home/unapproved"
forged "no approver" "$(git commit-tree "$tree" -p "$parent" -F "$home/unapproved")"

# An approval by the author, written by hand onto the draft, and released by hand.
draft pier "The pier" "Boats."
does submit pier
pier=$(head_of pier)
git log -1 --format=%B "$head" >"$home/approval"
sed 's/park/pier/g' "$home/approval" >"$home/forged-approval"
selfmade=$(git commit-tree "$pier^{tree}" -p "$pier" -F "$home/forged-approval")
sed "s/park/pier/g; s/$head/$selfmade/; s/The park/The pier/" "$home/message" >"$home/selfmade"
git show "refs/drafts/pier:content/culture/pier.md" >"$home/pier.md"
git update-ref refs/drafts/pier "$selfmade"
forged "an approval by the author's own hand" \
	"$(git commit-tree "$(tree_with content/culture/pier.md "$home/pier.md")" -p "$good" -F "$home/selfmade")"
git update-ref refs/drafts/pier "$pier"

# The rules changed by hand, by a stranger and by one who may release such a change.
sed 's/author-may-approve = false/author-may-approve = true/' .copydesk/policy >"$home/lax"
loose=$(GIT_AUTHOR_NAME=Eve GIT_AUTHOR_EMAIL=eve@harbour.example GIT_COMMITTER_NAME=Eve \
	GIT_COMMITTER_EMAIL=eve@harbour.example git commit-tree "$(tree_with .copydesk/policy "$home/lax")" \
	-p "$good" -m "Loosen")
forged "the rules changed by a stranger" "$loose"
forged "the rules changed without a draft" "$(git commit-tree "$loose^{tree}" -p "$good" -m "Loosen")"

# A file that only the new rules of the same commit make an article.
sed 's/content = content/content = elsewhere/' .copydesk/policy >"$home/moved"
rules=$(git hash-object -w "$home/moved")
words=$(git hash-object -w "$home/pier.md")
moved=$({
	git ls-tree "$good" | grep -v 'copydesk$'
	printf '040000 tree %s\t.copydesk\n' "$(printf '100644 blob %s\tpolicy\n' "$rules" | git mktree)"
	printf '040000 tree %s\telsewhere\n' "$(printf '100644 blob %s\tpier.md\n' "$words" | git mktree)"
} | git mktree)
forged "an article made by moving the content root" "$(git commit-tree "$moved" -p "$good" -m "Move")"
does verify
says "0 wrong"
git update-ref refs/heads/main "$(git commit-tree "$(tree_with README "$home/byte.md")" -p "$good" -m "A readme")"
does verify
says "0 wrong"
git reset -q --hard
finish
