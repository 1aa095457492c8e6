# An approval is bound to bytes: it dies with the first that changes.
. "$FLOW/lib.sh"

does init
approved lake "The lake path" "Five volunteers cleared the path."
seen=$(head_of lake)
does list --json
says '"step": "review"'

article "$home/other.md" "The lake path" "Five volunteers cleared the path!"
does save lake "$home/other.md"
does list --json
says '"approvals": []'
does show lake
says "does not count"
answers 1 release --yes lake
tells "Nothing was released"
does list --state review --names
says lake

# What was read is no longer what would be approved.
as editor
refuses 3 "changed since you looked" approve lake --seen "$seen"
refuses 2 "never had the head" approve lake --seen 0123456789abcdef
does approve lake --seen "$(head_of lake | cut -c1-10)"
as writer

# An attachment is part of what was approved.
printf 'picture' >"$home/lake.jpg"
does attach lake "$home/lake.jpg"
answers 1 release --yes lake
as editor
does diff lake
says "File added: content/culture/lake.jpg"
does approve lake --yes
as writer
printf 'PICTURE' >"$home/lake.jpg"
does attach lake "$home/lake.jpg"
answers 1 release --yes lake
"$copydesk" --as "B. Editor <b@harbour.example>" approve lake --yes 2>"$home/err"

# New rules: what was approved under the old ones is asked for again.
sed 's/comments-block = true/comments-block = false/' .copydesk/policy >"$home/policy"
governed "$home/policy"
answers 1 release --yes lake
tells "Nothing was released"
"$copydesk" --as "B. Editor <b@harbour.example>" approve lake --yes 2>"$home/err"
does release --yes lake
same "$home/lake.jpg" content/culture/lake.jpg
does verify
says "0 wrong"

# Two writers: the second one is told, and nothing is lost.
draft park "The park" "Trees."
from=$(git rev-parse refs/drafts/park:content/culture/park.md)
article "$home/a.md" "The park" "Many trees."
article "$home/b.md" "The park" "Few trees."
does save park --from "$from" "$home/a.md"
untouched refuses 3 "was saved by A. Writer meanwhile" save park --from "$from" "$home/b.md"
finish
