# The whole way of one article, on the command line.
. "$FLOW/lib.sh"

does init --name "Harbour Gazette"
does new --section culture Volunteers rebuild the lake path
says volunteers-rebuild-the-lake-path
name=volunteers-rebuild-the-lake-path

article "$home/text.md" "Volunteers rebuild the lake path" "On Saturday five volunteers cleared the path."
does save $name "$home/text.md"
does show $name --source
same "$home/out" "$home/text.md"
does save $name "$home/text.md"
tells "nothing to save"
does diff $name
says "{+On Saturday five volunteers cleared the path.+}"
does submit $name -m "Please check the number."
does list --state review --names
says $name

as editor
does status
says "Waiting for you" $name
does show $name
says "IN REVIEW" "On Saturday five volunteers cleared the path." "$(head_of $name)"
does comment $name --at five -m "Five or seven? The city's notice says seven."
does reject $name --reason "The number is wrong."
tells "needs changes"

as writer
does status
says $name
article "$home/text.md" "Volunteers rebuild the lake path" "On Saturday seven volunteers cleared the path."
does save $name - <"$home/text.md"
does comment $name --reply 1 -m "Seven, indeed."
does submit $name

as editor
does diff $name --since review
says "[-five-]{+seven+}"
refuses 1 "open comment" approve $name --yes
does show $name
says 'Comment 1, open, on "five"' "Seven, indeed."
does comment $name --resolve 1
does approve $name --seen "$(head_of $name)" -m "Good."
tells "is approved"

as writer
does release --all --dry-run
says "content/culture/$name.md"
holds "a dry run releases nothing" test "$(git rev-list --count main)" -eq 1
answers 1 release $name
tells 'give --yes'
holds "without the word nothing is released" test "$(git rev-list --count main)" -eq 1
does release --yes $name
tells "release/2026-11-20.1"
holds "a release is one commit" test "$(git rev-list --count main)" -eq 2
holds "a release has one parent" refused_by git rev-parse -q --verify main^2
git show "main:content/culture/$name.md" >"$home/published.md"
same "$home/text.md" "$home/published.md"
same "$home/text.md" "content/culture/$name.md"
holds "the work tree is clean" test -z "$(git status --porcelain)"
holds "the tag is annotated and names the commit" test "$(git rev-parse 'release/2026-11-20.1^{commit}')" = "$(git rev-parse main)"
holds "the tag is an object" test "$(git cat-file -t release/2026-11-20.1)" = tag

does list
says PUBLISHED "culture/$name"
does show culture/$name --source
same "$home/out" "$home/text.md"
does show $name --html
says "seven volunteers"
does show "content/culture/$name.md" --json
says '"state": "released"' '"head": null'
does log
says "A. Writer submitted: $name" "B. Editor approved (review): $name" "Five or seven?" "Please check the number."
does log $name
says "A. Writer released"
does verify
says "1 article proved, 0 wrong"
does verify $name
says proved
does verify --json
says '"wrong": 0'
refuses 2 "no draft and no article" show no-such-article
finish
