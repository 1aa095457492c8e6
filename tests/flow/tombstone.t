# What readers are told: that an article was withdrawn, or corrected, where the rules ask for it.
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
git config --file .copydesk/policy withdraw.as tombstone
git config --file .copydesk/policy correct.note Correction
git commit -qa --amend --no-edit
printf -- '---\ntitle: Ferry # by the harbour\ndate: 2026-11-20\nslug: ferry\naliases: [/old/ferry/]\n---\n\nThe ferry goes.\n' >"$home/ferry.md"
draft ferry Ferry "Words."
does save ferry "$home/ferry.md"
approve_and_release ferry
printf -- '---\ntitle: 渡轮\ndate: 2026-11-20\nlanguage: zh\n---\n\n渡轮开航。\n' >"$home/zh.md"
draft duchuan 渡轮 "Words."
does save duchuan "$home/zh.md"
approve_and_release duchuan

# The first lines stay, and a sentence takes the place of the text.
does withdraw ferry -m "It *never*
went."
does show ferry-2
says "This article was withdrawn on 20 November 2026. Reason: It *never* went."
approve_and_release ferry-2
cat >"$home/wanted.md" <<'END'
---
title: Ferry # by the harbour
date: 2026-11-20
slug: ferry
aliases: [/old/ferry/]
---

This article was withdrawn on 20 November 2026. Reason: It \*never\* went.
END
same content/culture/ferry.md "$home/wanted.md"
does show ferry
says "State      WITHDRAWN"
does list --json ferry
says '"state": "withdrawn"' '"name": null'
does status
says "1  WITHDRAWN"
refuses 1 "is withdrawn already" withdraw ferry -m "Again."
does withdraw duchuan -m "尚未开航。"
does show --source duchuan-2
says "本文已于2026年11月20日撤下。原因：尚未开航。"
does spike duchuan-2 -m "No."

# A draft on what was withdrawn meanwhile says so.
published pier Pier "The pier stands."
does correct pier -m "It leans."
does withdraw pier -m "It fell."
approve_and_release pier-3
does list --json pier-2
says '"base": "withdrawn"'
does show pier-2
says "Base       The article was taken down by B. Editor, 2026-11-20 09:00, after this draft began."

# A correction has its note, or is not submitted.
does correct duchuan -m "时间有误"
does show --source duchuan-3
says "*Correction，2026年11月20日：时间有误*"
printf '渡轮八点开航。\n\n**Corrections** of course.\n' >>"$home/zh.md"
does save duchuan-3 "$home/zh.md"
refuses 1 'a new paragraph must begin with "Correction"' submit duchuan-3
printf '\n*Correction: 八点。*\n' >>"$home/zh.md"
does save duchuan-3 "$home/zh.md"
approve_and_release duchuan-3
does list --json duchuan --state released
says '"base": null'
# The note of the last correction is none of the next.
does correct duchuan
printf '\n九点。\n' >>"$home/zh.md"
does save duchuan-4 "$home/zh.md"
refuses 1 'a new paragraph must begin with "Correction"' submit duchuan-4

# What was withdrawn comes back with its last text, and a note.
does correct ferry -m "It goes after all."
does show --source ferry-3
says "The ferry goes." "*Correction, 20 November 2026: It goes after all.*"
approve_and_release ferry-3
does list --json ferry --state released
says '"path": "content/culture/ferry.md"'
does verify

# A tag that a crash kept from being written is written with the next release.
git update-ref -d "refs/tags/$(git describe --exact-match main)"
before=$(git rev-parse main)
published park Park "Trees."
holds "the release before has its tag" test "$(git rev-parse "$(git describe --exact-match "$before")^{commit}")" = "$before"
finish .
