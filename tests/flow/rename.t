# A published article is moved: its old address stays, and what it uses goes along.
. "$FLOW/lib.sh"

approve_and_release()
{
	as writer
	does submit "$1"
	as editor
	does approve "$1" --yes
	does release --yes "$1"
	as writer
}

does init --name "Harbour Gazette"
printf 'picture' >"$home/quay.png"
printf 'other' >"$home/both.png"
printf -- '---\ntitle: Ferry\ndate: 2026-11-20\nslug: ferry # known so\n---\n\n![Quay](quay.png) and ![both](both.png).\n' >"$home/ferry.md"
draft ferry Ferry "Words."
does save ferry "$home/ferry.md"
does attach ferry "$home/quay.png"
does attach ferry "$home/both.png"
approve_and_release ferry
published pier Pier "Look: ![both](both.png)."
published lake Lake "The lake."

refuses 2 "needs --section or --slug" rename ferry
refuses 2 "stands there already" rename ferry --slug ferry
refuses 1 "Another article is published at content/culture/pier.md" rename ferry --slug pier
refuses 2 "cannot be a slug" rename ferry --slug a/b

# Another section: the picture that only it uses goes along, the other one is there twice.
does rename ferry --section city --slug night-ferry -m "It is the city's."
says night-ferry
does list --json night-ferry
says '"type": "rename"' '"path": "content/city/night-ferry.md"'
does show --source night-ferry
cat >"$home/wanted.md" <<'END'
---
title: Ferry
date: 2026-11-20
slug: night-ferry # known so
aliases: [/culture/ferry/]
---

![Quay](quay.png) and ![both](both.png).
END
same "$home/out" "$home/wanted.md"
does show night-ferry
says "Renamed    from content/culture/ferry.md"
does diff night-ferry
says "This draft moves content/culture/ferry.md to content/city/night-ferry.md."
says "aliases  (none)  /culture/ferry/"
hides "![Quay]"
does submit night-ferry
as editor
does approve night-ferry --yes
does release --dry-run night-ferry
says "Rename: Ferry" "moves content/culture/ferry.md to content/city/night-ferry.md" \
	"adds content/city/quay.png (PNG file, 7 bytes)" "removes content/culture/quay.png"
hides "removes content/culture/both.png"
does release --yes night-ferry
as writer
holds "it is at its new place" test -f content/city/night-ferry.md -a -f content/city/quay.png -a -f content/city/both.png
holds "it left its old one" test ! -e content/culture/ferry.md -a ! -e content/culture/quay.png
holds "what others use stays" test -f content/culture/both.png
holds "the commit tells from where" sh -c 'git log -1 --format=%B main | grep -q "^Renames: content/culture/ferry.md$"'
does verify
does log night-ferry
says "released content/culture/ferry.md (publish)" "began a renaming"
does show content/culture/ferry.md
says "Quay"

# A draft on it that began before says where it is.
does correct lake -m "It is larger."
article "$home/lake.md" "Lake" "The large lake."
does save lake-2 "$home/lake.md"
does rename lake --slug great-lake
approve_and_release great-lake
does list --json lake-2
says '"base": "moved"'
does show lake-2
says "The article was moved to content/culture/great-lake.md by B. Editor"

# Without its old address it is not submitted.
does rename pier --slug long-pier
article "$home/pier.md" Pier "Look: ![both](both.png)."
does save long-pier "$home/pier.md"
refuses 1 "must have /culture/pier/ among its aliases" submit long-pier
does spike long-pier -m "No."

# An address of its own stays as it is, wherever the file goes.
printf -- '---\ntitle: Park\ndate: 2026-11-20\nurl: /green/\n---\n\nTrees.\n' >"$home/park.md"
draft park Park "Words."
does save park "$home/park.md"
approve_and_release park
does rename park --section city
does show --source park-2
same "$home/out" "$home/park.md"
approve_and_release park-2
does verify

# Moved on, and back: the proof and the history follow.
does rename night-ferry --section culture --slug ferry
does show --source ferry-2
says "aliases: [/culture/ferry/, /city/night-ferry/]" "slug: ferry # known so"
approve_and_release ferry-2
does verify
does log ferry
says "released content/city/night-ferry.md (correct)"

# What was published meanwhile comes along.
does rename great-lake --slug small-lake
does correct great-lake
article "$home/lake.md" "Lake" "The small lake."
sed -i 's/^language: en$/&\naliases: [\/culture\/lake\/]/' "$home/lake.md"
does save great-lake-2 "$home/lake.md"
approve_and_release great-lake-2
does submit small-lake
as editor
does approve small-lake --yes
answers 1 release --yes small-lake
tells "bring the draft up to date"
as writer
does update small-lake
does show --source small-lake
says "The small lake." "/culture/great-lake/"
as editor
does approve small-lake --yes
does release --yes small-lake
does verify

# Another file of that name is never replaced.
as writer
draft dock Dock "![b](both.png)"
does attach dock "$home/both.png"
approve_and_release dock
printf 'a third' >"$home/both.png"
as writer
run new --section city --slug quay Quay
article "$home/quay.md" Quay "![b](both.png)"
does save quay "$home/quay.md"
does attach quay "$home/both.png"
approve_and_release quay
refuses 1 "Another file stands at content/city/both.png" rename dock --section city
finish .
