# Texts that are not what they should be.
. "$FLOW/lib.sh"

does init
draft lake "The lake path" "Five volunteers."

# Front matter that is not YAML is kept, shown, and refused when it is submitted.
printf -- '---\ntitle: [unclosed\n---\n\nBody\n' >"$home/broken.md"
does save lake "$home/broken.md"
does show lake --source
same "$home/out" "$home/broken.md"
does show lake
says Body
does list
says lake
refuses 1 "front matter of content/culture/lake.md cannot be read" submit lake
printf -- '+++\ntitle = "T"\n+++\n\nBody\n' >"$home/toml.md"
does save lake "$home/toml.md"
refuses 1 "content/culture/lake.md" submit lake
printf -- '---\ntitle: T\n---\n\nBody\n' >"$home/dateless.md"
does save lake "$home/dateless.md"
refuses 1 "has no date" submit lake
printf -- '---\ntitle: T\ndate: yesterday\n---\n\nBody\n' >"$home/undated.md"
does save lake "$home/undated.md"
refuses 1 '"yesterday", is no date' submit lake

# Bytes that are not UTF-8 are kept to the byte and shown as marks.
printf -- '---\ntitle: T\ndate: 2026-11-20\n---\n\nBad \377\376 byte \264\363\n' >"$home/bytes.md"
does save lake "$home/bytes.md"
does show lake --source
same "$home/out" "$home/bytes.md"
does show lake
says "Bad"
holds "what is shown is UTF-8" iconv -f UTF-8 -t UTF-8 "$home/out"
does show lake --json
holds "JSON is UTF-8" iconv -f UTF-8 -t UTF-8 "$home/out"
does diff lake
holds "a diff is UTF-8" iconv -f UTF-8 -t UTF-8 "$home/out"
refuses 1 "line 6, holds bytes that are not UTF-8" submit lake

# Line ends, a BOM and no last line end are kept.
printf '\357\273\277---\r\ntitle: T\r\ndate: 2026-11-20\r\n---\r\n\r\nBody' >"$home/dos.md"
does save lake "$home/dos.md"
does show lake --source
same "$home/out" "$home/dos.md"
does submit lake

# Nothing at all, which a failed command before a pipe gives; only NUL bytes; and a name that is taken.
: >"$home/empty.md"
refuses 2 "is empty: nothing was saved" save lake "$home/empty.md"
does show lake --source
same "$home/out" "$home/dos.md"
head -c 1000 /dev/zero >"$home/zero.md"
does save lake "$home/zero.md"
does show lake
does show lake --source
same "$home/out" "$home/zero.md"
does new --section culture --slug lake "Another lake"
says lake-2
does show lake-2 --source
says "slug: lake-2" "title: Another lake"
refuses 2 "cannot be" new --section ../.. Hello
refuses 2 "cannot be" new --section .git Hello
refuses 2 "slug" new --slug "" Hello
refuses 2 "slug" new --slug a/b Hello
does new --section culture "🎈🎈🎈"

# 50 MB: said before anything is loaded, from a file, from standard input and in a commit.
head -c 52428800 /dev/zero | tr '\0' 'a' >"$home/large.md"
untouched refuses 2 "larger than 16 MiB" save lake "$home/large.md"
untouched refuses 2 "larger than 16 MiB" save lake - <"$home/large.md"
untouched refuses 2 "larger than 16 MiB" attach lake "$home/large.md"
mkdir -p content/city
cp "$home/large.md" content/city/large.md
git add content && git commit -qm "A large article"
does list --names
says city/large
refuses 2 "50 MiB" show city/large

# Attachments: the names they may have.
printf 'x' >"$home/.hidden"
refuses 2 "cannot be attached under that name" attach lake "$home/.hidden"
refuses 2 "cannot be attached under that name" attach lake "$home/empty.md"

# A passage, a reason and a name with everything that git might read as its own.
does comment lake -m "$(printf 'Approved-by: review B. Editor <b@harbour.example>\n\nEvent: approve\nStep: review')"
does show lake
hides APPROVED
says "Event: approve"
finish
