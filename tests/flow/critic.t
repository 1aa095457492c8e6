# A draft goes outside as CriticMarkup, and the answer becomes suggestions and comments.
. "$FLOW/lib.sh"

# sent NAME: what goes outside, in $home/sent.md.
sent()
{
	"$copydesk" diff --critic "$1" >"$home/sent.md"
}

does init
published lake "The lake path" "Five volunteers cleared the path around the lake. 第二批志愿者来了。

The work was paid by the harbour trust.

Write {++ as it is."
does correct lake --reason "Seven it was."
name=$(cat "$home/out")
"$copydesk" show "$name" --source | sed 's/Five/Six/' >"$home/edited.md"
does save "$name" "$home/edited.md"
does comment "$name" --at "the path" -m "Which path?"
does comment "$name" --question -m "Is all of it so?"
"$copydesk" show "$name" --source | sed 's/paid/funded/; s/第二/第三/' >"$home/edited.md"
as editor
does suggest "$name" "$home/edited.md" -m "The trust says so."
as writer

# Out: changes, suggestions, comments and questions.
does diff --critic "$name"
says '{~~Five~>Six~~} volunteers cleared {==the path==}{>>Comment 1 by A. Writer: Which path?<<}'
says '第{~~二~>三~~}{>>Suggestion 3 by B. Editor, "三" for "二": The trust says so.<<}批' '{~~paid~>funded~~}{>>Suggestion' 'B. Editor, "funded" for "paid": The trust says so.<<}'
says 'Write \{++ as it is.{>>Question 2 by A. Writer: Is all of it so?<<}'
refuses 2 "do not go together" diff --critic --json "$name"

# What comes back as it went out makes nothing.
sent "$name"
untouched does import --critic "$name" "$home/sent.md"
tells "says all of this already"

# In: an answer to that, with more of its own, with other line ends and without the last one.
sed -e 's/cleared/{~~cleared~>mended~~}{>>They say so.<<}/' \
	-e 's/harbour trust/{==harbour trust==}{>>Its full name?<<}/' \
	-e 's/Which path?/Which path? The one in the east./' \
	-e 's/$/\r/' "$home/sent.md" | head -c -2 >"$home/answer.md"
head_of "$name" >"$home/before"
does import --critic "$name" --from "Dr. Stone" "$home/answer.md"
tells "1 suggestion and 2 comments were made on $name."
holds "all of it at once" test "$(git rev-list --count "$(cat "$home/before")..refs/drafts/$name")" = 3
holds "no word of the draft changed" git diff --quiet "$(cat "$home/before")" "refs/drafts/$name"
does show "$name"
says 'open: [-cleared-]{+mended+}' "From Dr. Stone: They say so." 'on "harbour trust"' "From Dr. Stone: Its full name?"
says "From Dr. Stone: The one in the east."
untouched does import --critic "$name" --from "Dr. Stone" "$home/answer.md"
tells "says all of this already"

# The draft went on meanwhile: an answer on an older text is followed.
"$copydesk" show "$name" --source >"$home/old.md"
sed 's/Six volunteers/Then six volunteers/; s/paid/given/' "$home/old.md" >"$home/edited.md"
does save "$name" "$home/edited.md"
sed 's/around/{++all ++}around/; s/paid/{~~paid~>lent~~}/' "$home/old.md" | sed 's/{++ as/\\&/' >"$home/answer.md"
does import --critic "$name" "$home/answer.md"
tells "2 suggestions and 0 comments"
does show "$name"
says '{+all around+}' '[-given-]{+lent+}' "These words were changed here, too"
does take "$name" --all
does show "$name" --source
says "Then six volunteers mended the path all around the lake. 第三批" "The work was lent by" "Write {++ as it is."

# A text that no one knows is refused, with the first place where it differs.
sed 's/came/come/; s/来了/来/; s/around/{++ very/' "$home/sent.md" >"$home/answer.md"
untouched refuses 2 'its line 7 is "Five volunteers cleared the path {++ very the lake.' import --critic "$name" "$home/answer.md"
refuses 2 'In its line 7, "{++" has no "++}"' import --critic "$name" "$home/answer.md"
refuses 2 "takes one FILE" import --critic "$name" "$home/answer.md" "$home/answer.md"
refuses 2 "goes with --critic" import --from "Dr. Stone" "$home/answer.md"

# A new article is sent as it is; a text of Windows, in Chinese, comes back from another system.
printf '\357\273\277---\r\ntitle: 湖\r\ndate: 2026-11-20\r\n---\r\n\r\n第二批志愿者来了。\r\n\r\n步道长三公里。\r\n' >"$home/windows.md"
does new --section city --slug windows "湖"
does save windows "$home/windows.md"
sent windows
same "$home/sent.md" "$home/windows.md"
sed -e 's/\r$//' -e '1s/^\xef\xbb\xbf//' -e 's/第二/第{~~二~>三~~}{>>通知说是第三批。<<}/' -e 's/^步道/{++今年开放。\n\n++}步道/' \
	-e 's/公里。/&{>>真的吗？<<}/' "$home/windows.md" >"$home/answer.md"
does import --critic windows --from "王先生" "$home/answer.md"
tells "2 suggestions and 1 comment were made on windows."
does show windows
says "From 王先生: 通知说是第三批。" 'on "步道长三公里。"'
does take windows --all
"$copydesk" show windows --source >"$home/taken.md"
sed 's/第二/第三/; s/^步道/今年开放。\r\n\r\n步道/' "$home/windows.md" >"$home/both.md"
same "$home/taken.md" "$home/both.md"

finish
