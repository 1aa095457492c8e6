# Words are suggested, taken and refused; questions block.
. "$FLOW/lib.sh"

# edited NAME SED: the draft's text with an edit, in $home/edited.md.
edited()
{
	"$copydesk" show "$1" --source | sed "$2" >"$home/edited.md"
}

does init
draft lake "The lake path" "Five volunteers cleared the path. 第二批志愿者来了。

The work was paid by the trust."
does submit lake
edited lake 's/Five/Seven/; s/第二批/第三批/; s/paid/funded/'
as editor
head_of lake >"$home/before"
does suggest lake "$home/edited.md" -m "The notice says so."
tells "3 suggestions were made on lake"
holds "they are three events" test "$(git rev-list --count "$(cat "$home/before")..refs/drafts/lake")" = 3
holds "no word of the draft changed" git diff --quiet "$(cat "$home/before")" refs/drafts/lake
does suggest lake "$home/edited.md"
tells "or they are suggested already"
does show lake
says 'Suggestion 1, open: [-Five-]{+Seven+}' 'Suggestion 2, open: [-二-]{+三+}' "The notice says so."
does show --json lake
says '"kind": "suggestion"' '"state": "open"' '"old": "paid"' '"new": "funded"'

# They block as comments do, and a question does whatever the rules say.
refuses 1 "lake has 3 suggestions that nobody took or refused yet" approve lake --yes
refuses 1 "Suggestion 1 on lake is taken or refused, not resolved." comment lake --resolve 1
does comment lake --question --at "the trust" -m "Which trust?"
does show lake
says 'Question 4, open, on "the trust"'
refuses 1 "The question 4 on lake is no suggestion" refuse lake 4
refuses 2 "does not go with a number" comment lake --question --resolve 4
does comment lake --resolve 4

# Taking is one save, in the words of whoever suggested them.
as writer
refuses 2 "Say which" take lake
refuses 2 "Say which" take lake 1 --all
does refuse lake 2 "Second it is."
does take lake 3 1
tells "2 suggestions were taken into lake."
does show lake --source
says "Seven volunteers cleared the path. 第二批志愿者来了。" "The work was funded by the trust."
holds "git knows whose words they are" \
	test "$(git log -1 --format='%an: %(trailers:key=Co-authored-by,valueonly,separator=%x2C)' refs/drafts/lake)" = \
	"A. Writer: B. Editor <b@harbour.example>"
does show lake
says "Suggestion 1, taken by A. Writer" "Suggestion 2, refused by A. Writer" "Second it is."
refuses 1 "was refused already" take lake 2
refuses 1 "There is no open suggestion on lake." take lake --all
does log lake
says "took 2 suggestions" "refused a suggestion" 'suggested "funded" for "paid"'

# Who suggested what was taken may approve, unless the rules say otherwise.
as editor
does approve lake --yes
as writer
does release --yes lake
does verify
says "0 wrong"
draft rules "The rules" "Some words."
sed -i 's/^\[rules\]$/&\n\tsuggester-is-author = true/' .copydesk/policy
git commit -qam "Ask for a third person"
edited rules 's/Some/More/'
as editor
does suggest rules "$home/edited.md"
as writer
does take rules --from "B. Editor"
does submit rules
as editor
refuses 1 "You wrote in rules: another person must approve it." approve rules --yes
as writer

# An edit overtakes what it touches, and nothing else.
draft park "The park" "Old trees stand in the park, and nobody has counted them since the war.

The benches are green."
edited park 's/Old/Young/; s/green/red/'
as editor
does suggest park <"$home/edited.md"
as writer
does comment park --at "since the war" -m "Which one?"
edited park 's/Old trees/Trees/; s/^The benches/All benches/; s/ since the war//'
does save park "$home/edited.md"
does show park
says 'on "since the war", which is not in the text any more'
says "Suggestion 1, overtaken: [-Old-]{+Young+}" "Suggestion 2, open: [-green-]{+red+}"
refuses 1 "Suggestion 1 on park was overtaken" take park 1
does show park --json
says '"gone": true' '"state": "overtaken"'
does take park --all
tells "1 suggestion was taken" "Suggestion 1 on park was overtaken"
does show park --source
says "Trees stand in" "All benches are red."

# Two who suggest at once: neither is lost. A text of Windows keeps its line ends and its mark.
printf '\357\273\277---\r\ntitle: 湖\r\ndate: 2026-11-20\r\n---\r\n\r\n第二批志愿者来了。\r\n\r\n步道长三公里。\r\n' >"$home/windows.md"
does new --section city --slug windows "湖"
does save windows "$home/windows.md"
sed 's/第二/第四/' "$home/windows.md" >"$home/one.md"
sed 's/三公里/五公里/' "$home/windows.md" >"$home/two.md"
"$copydesk" --as "B. Editor <b@harbour.example>" suggest windows "$home/one.md" 2>"$home/err1" &
first=$!
"$copydesk" --as "C. Chief <c@harbour.example>" suggest windows "$home/two.md" 2>"$home/err2"
holds "one suggests" test $? = 0
holds "and so does the other, at once" wait $first
does take windows --all
tells "2 suggestions were taken"
"$copydesk" show windows --source >"$home/taken.md"
sed 's/第二/第四/; s/三公里/五公里/' "$home/windows.md" >"$home/both.md"
same "$home/taken.md" "$home/both.md"

# An editor that changes line ends suggests nothing by that.
sed 's/\r$//; 1s/^\xef\xbb\xbf//; s/步道/大道/' "$home/both.md" >"$home/unix.md"
as editor
does suggest windows "$home/unix.md"
tells "1 suggestion was made"
as writer

# What cannot be.
refuses 2 "is empty" suggest park /dev/null
refuses 2 "is no blob" suggest park "$home/edited.md" --from x
refuses 2 "is not one of park" suggest park "$home/edited.md" --from 1111111111111111111111111111111111111111
refuses 2 "has no comment, question or suggestion 9" refuse park 9
does withdraw lake --reason "All wrong."
name=$(cat "$home/out")
refuses 1 "there are no words to suggest others for" suggest "$name" "$home/edited.md"

finish
