# From raw texts to drafts.
. "$FLOW/lib.sh"

does init
cat >"$home/lake.txt" <<'END'
Volunteers rebuild the lake path
Date: November 20, 2026  Source: Harbour Gazette
Author: A. Writer

On Saturday seven volunteers cleared the path. * Not a list, #not a heading.

1. Not a number either.
- END -
Read more about the harbour
Copyright 2026 All Rights Reserved
END
untouched does import --section culture --dry-run "$home/lake.txt"
says "title: Volunteers rebuild the lake path" "date: 2026-11-20" "source: Harbour Gazette" "byline: A. Writer" \
	"slug: volunteers-rebuild-the-lake-path" "On Saturday seven volunteers"
hides "All Rights Reserved"
tells "3 lines are dropped" "line 8" "- END -" "Read more about the harbour" "Copyright 2026 All Rights Reserved"
cp "$home/out" "$home/dry"
does import --section culture "$home/lake.txt"
says volunteers-rebuild-the-lake-path
tells "3 lines are dropped"
does show volunteers-rebuild-the-lake-path --source
same "$home/out" "$home/dry"
does submit volunteers-rebuild-the-lake-path
does show volunteers-rebuild-the-lake-path
says "* Not a list, #not a heading." "1. Not a number either."

# The same again is another article with another address.
does import --section culture - <"$home/lake.txt"
says volunteers-rebuild-the-lake-path-2
does show volunteers-rebuild-the-lake-path-2 --source
says "slug: volunteers-rebuild-the-lake-path-2"

# Markdown keeps its bytes.
printf -- '---\n# a comment\ntitle: "The pier"\ndate: 2026-11-20\nslug: pier\nlanguage: en\n---\n\n* One\n* Two  \n' >"$home/pier.md"
does import "$home/pier.md"
says pier
does show pier --source
same "$home/out" "$home/pier.md"

# Chinese, in its own encoding.
printf '志愿者修复湖滨步道\n时间：2026年11月20日 来源：海港报\n\n周六，七名志愿者清理了湖边的步道。\n（记者 张三）\n' >"$home/han.txt"
iconv -f UTF-8 -t GB18030 "$home/han.txt" >"$home/gb.txt"
for file in han gb; do
	does import --dry-run "$home/$file.txt"
	says "title: 志愿者修复湖滨步道" "date: 2026-11-20" "source: 海港报" "slug: zhi-yuan-zhe-xiu-fu-hu-bin-bu-dao" \
		"language: zh" "七名志愿者" "张三"
done

# One bad file does not stop the others; a wrong one is named.
: >"$home/empty.txt"
answers 2 import "$home/empty.txt" "$home/missing.txt" "$home/han.txt"
tells "empty.txt cannot be imported" "missing.txt cannot be read"
says zhi-yuan-zhe-xiu-fu-hu-bin-bu-dao
head -c 20000000 /dev/zero | tr '\0' 'a' >"$home/large.txt"
refuses 2 "larger than 16 MiB" import "$home/large.txt"
refuses 2 "--json goes with --dry-run" import --json "$home/han.txt"
does import --dry-run --json "$home/lake.txt"
says '"fate": "dropped"' '"what": "the end mark"' '"key": "title"' '"line": 1'

# The real ones, where they are at hand: the body is the expected one.
if [ -d "$SEEDS" ]; then
	for expected in "$SEEDS"/*.expected.md; do
		name=$(basename "$expected" .expected.md)
		does import --section city "$SEEDS/$name.txt"
		draft=$(cat "$home/out")
		run show "$draft" --source
		sed '1,/^---$/d; 1,/^---$/d' "$expected" >"$home/body"
		sed '1,/^---$/d; 1,/^---$/d' "$home/out" >"$home/got"
		same "$home/got" "$home/body"
		does submit "$draft"
	done
fi
finish
