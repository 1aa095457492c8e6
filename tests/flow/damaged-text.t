# A text that is damaged in the repository: nothing is done with it, and the reason is told.
. "$FLOW/lib.sh"

does init --name "Harbour Gazette"
draft lake "Lake" "The lake."
{
	printf -- "---\ntitle: Lake\ndate: 2026-11-20\n---\n\n"
	seq 60000 | sed 's/$/ planks went into the path./'
} >"$home/long.md"
does save lake "$home/long.md"
does submit lake
object=$(git rev-parse refs/drafts/lake:content/culture/lake.md)
file=.git/objects/$(echo "$object" | cut -c1-2)/$(echo "$object" | cut -c3-)
chmod u+w "$file"
cp "$file" "$home/sound"
size=$(wc -c <"$file")
# Its head can still be read: the front matter is in it.
dd if=/dev/zero of="$file" bs=1 seek=$((size - 2000)) count=1000 conv=notrunc 2>/dev/null
as editor
refuses 1 "The text of lake cannot be read from the repository." approve lake --yes
does list lake
as writer
answers 2 show lake --source
# The same of one that was cut short, also at its head.
for left in $((size - 2000)) 60 1 0; do
	cp "$home/sound" "$file" && truncate -s "$left" "$file"
	answers 2 show lake --source
	does list
done
# From a copy it is as it was.
cp "$home/sound" "$file"
does show lake --source
same "$home/out" "$home/long.md"

# A section that was cut short.
small=$(printf -- "---\ntitle: Small\ndate: 2026-11-20\n---\n\nSmall.\n" | git hash-object -w --stdin)
seq 4000 | sed 's/.*/content\/city\/&.md/' | while read -r path; do
	printf '100644 blob %s\t%s\n' "$small" "$path"
done | git update-index --index-info
git commit -q -m "Four thousand"
tree=$(git rev-parse HEAD:content/city)
tree=.git/objects/$(echo "$tree" | cut -c1-2)/$(echo "$tree" | cut -c3-)
chmod u+w "$tree"
cp "$tree" "$home/tree"
truncate -s -2000 "$tree"
refuses 2 "is damaged" list
cp "$home/tree" "$tree"
does list
git reset -q --hard HEAD^

# A suggestion that was made on a text that is damaged now was not overtaken.
draft park "The park" "Five benches stand in the park."
does show park --source
sed 's/Five/Seven/' "$home/out" >"$home/edited.md"
sed 's/stand in/are in/' "$home/out" >"$home/saved.md"
as editor
does suggest park "$home/edited.md"
as writer
object=$(git rev-parse refs/drafts/park:content/culture/park.md)
does save park "$home/saved.md"
does show park
says "Suggestion 1, open: [-Five-]{+Seven+}"
blob=.git/objects/$(echo "$object" | cut -c1-2)/$(echo "$object" | cut -c3-)
chmod u+w "$blob"
cp "$blob" "$home/sound"
echo damaged >"$blob"
does show park
says "Suggestion 1, unreadable: [-Five-]{+Seven+}"
does show --json park
says '"state": "unreadable"'
refuses 2 "cannot be read" take park 1
cp "$home/sound" "$blob"
does take park 1
finish
