# Spelling: the words that no dictionary knows, in both scripts; and the lists of words.
. "$FLOW/lib.sh"

export DICPATH="$FLOW/../dictionaries"
does init --name "Harbour Gazette" .

# -- What is found --

draft lake "The lake press" "The seven volunteers cleared the laek.

It’s wdie: see [the paht](https://exmple.org/wdie) by \`laek\`."
answers 1 spell lake
says "7:34: laek" "9:6: wdie" "9:21: paht"
hides exmple
holds "three words are found" [ "$(wc -l <"$home/out")" -eq 3 ]
answers 1 spell --suggest lake
says "7:34: laek: lake"
answers 1 spell --json --suggest lake
says '"name": "lake"' '"dictionary": "en_US"' '"line": 9' '"column": 21' '"word": "paht"' '"path"'

draft clean "The lake" "The lake is wide."
does spell clean
holds "nothing is printed" [ ! -s "$home/out" ]
does spell --json clean
says '"words": []'

# Each word has its column, in one long paragraph too.
draft long "The lake" "$(awk 'BEGIN { while (i++ < 20000) printf "laek the wdie lake number " }')"
holds "a long paragraph is checked in time" timeout 20 sh -c '"$1" spell long | grep -q "^7:519975: laek$"' sh "$copydesk"

# -- Languages --

cat >"$home/zh.md" <<'END'
---
title: 志愿者修复湖滨步道
date: 2026-11-20
language: zh
---

志愿者在 the lake 修复了步道。他们说：“the laek is wide”，然后走了。
END
run new --section culture --slug hubin 湖滨 && run save hubin "$home/zh.md"
answers 1 spell hubin
says "7:30: laek"
holds "one word is found in Chinese" [ "$(wc -l <"$home/out")" -eq 1 ]

draft british "The harbour" "The colour of the harbour."
answers 1 spell british
says "2:12: harbour" "7:5: colour"
git config copydesk.dictionary en_GB
does spell british
git config --unset copydesk.dictionary
sed -i 's/^language: en/language: en-GB/' "$home/draft.md"
run save british "$home/draft.md"
does spell british

sed -i 's/^language: en-GB/language: tlh/' "$home/draft.md"
run save british "$home/draft.md"
refuses 2 "There is no dictionary for Klingon: install hunspell-tlh." spell british

# -- Lists --

does spell --add laek
same "$home/out" /dev/null
holds "the own list is private" [ "$(stat -c %a "$home/data/copydesk/words")" = 600 ]
does spell --add "Paht’s"
holds "it has the word as it is listed" grep -qx Paht "$home/data/copydesk/words"
answers 1 spell lake
hides laek
says paht

does spell --desk --add wdie
tells "desk-words is a draft"
does spell --desk --add Lindqvist
answers 1 spell lake
says wdie
does show --source desk-words
says wdie Lindqvist
does submit desk-words
as editor
does approve --yes desk-words
as writer
does release --yes desk-words
answers 1 spell lake
hides wdie
does spell --desk --add WDIE
tells "The desk's list has WDIE already."
does verify
says "0 wrong"
does show .copydesk/words
says Lindqvist
does log
says "began a change of the words: desk-words"

# A list that is none cannot be released.
does correct .copydesk/words
name=$(cat "$home/out")
printf 'Lindqvist\n\001laek\n' >"$home/list"
does save "$name" "$home/list"
refuses 1 ".copydesk/words, line 2, is no list of words" submit "$name"

does spike --reason Wrong "$name"

# An approval holds when the desk's words change.
approved harbor "The harbor" "The harbor is wide."
does spell --desk --add Hartog
name=$(git for-each-ref --format='%(refname:lstrip=2)' 'refs/drafts/desk-words*' | tail -1)
does submit "$name"
as editor
does approve --yes "$name"
as writer
does release --yes "$name"
does release --yes harbor
does verify

# -- Usage --

refuses 2 "is no article, so its words are not checked" spell .copydesk/words
refuses 2 "takes NAME or --add" spell --add laek lake
refuses 2 "needs the name" spell
refuses 2 "is not one word" spell --add "two words"
refuses 2 "nothing" spell nothing
finish
