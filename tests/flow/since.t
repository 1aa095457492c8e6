# What a draft is compared with: what is published, its beginning, a save, my last review.
. "$FLOW/lib.sh"

does init
article "$home/text.md" "Lake path" "On Saturday five volunteers came."
does new --section culture Lake path
does save lake-path "$home/text.md"
article "$home/text.md" "Lake path" "On Saturday six volunteers came."
does save lake-path "$home/text.md"
does submit lake-path

as editor
does diff lake-path
says "{+On Saturday six volunteers came.+}"
does diff lake-path --since began
says "{+On Saturday six volunteers came.+}"
does diff lake-path --since 2
says "On Saturday [-five-]{+six+} volunteers came."
does diff lake-path 2..3
says "[-five-]{+six+}"
does diff lake-path 2..
says "[-five-]{+six+}"
does diff lake-path ..2
says "{+On Saturday five volunteers came.+}"
does log lake-path
says "saved (2)" "saved (3)"
id=$(git rev-parse refs/drafts/lake-path~2)
does diff lake-path --since "$(echo "$id" | cut -c 1-8)"
says "[-five-]{+six+}"
does diff lake-path --since "$id" --json
says '"since": "since save 2 (A. Writer, 2026-11-20 09:00)"' '"changes": 1'

refuses 2 "not reviewed lake-path yet" diff lake-path --since review
refuses 2 "have not looked at lake-path" diff lake-path --since look
refuses 2 'has no save 9' diff lake-path --since 9
refuses 2 'has no save 123456' diff lake-path --since 123456
refuses 2 'is older' diff lake-path 3..2
refuses 2 'no SAVE..SAVE' diff lake-path 3
refuses 2 'does not go with' diff lake-path 2..3 --since look

does comment lake-path -m "Six?"
as writer
article "$home/text.md" "Lake path" "On Saturday seven volunteers came."
does save lake-path "$home/text.md"
echo picture >lake.png
does attach lake-path lake.png
as editor
does diff lake-path --since review
says "[-six-]{+seven+}" "File added: content/culture/lake.png"
does comment lake-path -m "Seven."
echo other >lake.png
as writer
does attach lake-path lake.png
as editor
does diff lake-path --since review
tells "No word of the text"
says "File replaced: content/culture/lake.png (PNG file, 6 bytes; nothing uses it)"
does diff lake-path 1..2
hides "lake.png"

# Also between states that a change of the published article parts.
as writer
does comment lake-path --resolve 1
does comment lake-path --resolve 2
as editor
does approve lake-path --yes
does release --all --dry-run
says "adds content/culture/lake.png (PNG file, 6 bytes), which nothing uses"
does release lake-path --yes
does correct culture/lake-path --reason "Eight."
article "$home/text.md" "Lake path" "On Saturday eight volunteers came."
does save lake-path-2 "$home/text.md"
does diff lake-path-2
says "[-seven-]{+eight+}"
does diff lake-path-2 --since began
says "[-seven-]{+eight+}"

# Fields by name, and a paragraph that moved.
as writer
cat >"$home/text.md" <<END
---
title: Lake path
date: 2026-11-18
tags: [lake, path]
---

The ferry leaves at nine from the old pier.

Schools stay closed on Monday.

Rain is expected over all of the coast.
END
does import "$home/text.md" --section city
cat >"$home/text.md" <<END
---
title: 湖滨步道
date: 2026-11-18
tags: [lake, shore]
slug: lake-path-3
---

Schools stay closed on Monday.

Rain is expected over all of the coast.

The ferry leaves at ten from the old pier.
END
does save lake-path-3 "$home/text.md"
does diff lake-path-3 1..2
says "FIELD     OLD         NEW" "title     Lake path   湖滨步道" "tags      lake, path  lake, shore" "language  en          (none)" "Paragraph 3 moved from paragraph 1."
hides "date"
does diff lake-path-3 1..2 --json
says '"before": "lake, path"'

# Pictures and files: what they are, and where the text uses them.
printf '\211PNG\r\n\032\nrest' >lake.jpg
does attach lake-path-3 lake.jpg
printf '\n![The lake](lake.jpg) [the plan](plan.pdf)\n' >>"$home/text.md"
does save lake-path-3 "$home/text.md"
does diff lake-path-3
says "File added: content/city/lake.jpg (PNG picture, 12 bytes; used in paragraph 4)"
says "File missing: content/city/plan.pdf, which paragraph 4 (line 14) links to."
does show lake-path-3
says "File added: content/city/lake.jpg (PNG picture, 12 bytes; used in paragraph 4)" "File missing"
does diff lake-path-3 --json
says '"kind": "PNG picture"' '"size": 12' '"uses": 1' '"line": 14'
finish
