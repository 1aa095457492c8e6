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
# From a copy it is as it was.
cp "$home/sound" "$file"
does show lake --source
same "$home/out" "$home/long.md"

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
