# Making newsrooms, of nothing and of what is there.
. "$FLOW/lib.sh"

# In an empty folder.
does init
tells "is a newsroom now"
holds "the policy is committed" git show main:.copydesk/policy
holds "the work tree is clean" test -z "$(git status --porcelain)"
holds "the policy is in the work tree" test -f .copydesk/policy
refuses 1 "is a newsroom already" init
does list
tells "nothing here yet"
does config check
says "1 approval by anybody" "Nobody may approve a draft that they wrote a part of."

# In a folder that does not exist yet; and for one person.
does init --solo --name "One Desk" "$home/solo/deep"
does -C "$home/solo/deep" config
says "You are A. Writer" "The newsroom is One Desk." "Authors may approve their own text."

# In a repository with Markdown: nothing is rewritten.
mkdir -p "$home/site/content/city" "$home/site/content/about"
cd "$home/site" || exit 1
git init -q
printf -- '---\r\ntitle: "Old"   # kept\r\n---\r\nText\r\n' >content/city/old.md
printf 'No front matter' >content/city/plain.md
printf -- '---\ntitle: Bundle\n---\n' >content/about/index.md
printf 'nothing' >content/city/_index.md
printf 'readme\n' >README.md
git add . && git commit -qm "What was there"
before=$(git rev-parse main)
tree=$(git rev-parse main:content)
does init
tells "3 articles that were here already"
holds "one commit is added" test "$(git rev-parse main^)" = "$before"
holds "only the policy is new" test "$(git diff --name-only main^ main)" = .copydesk/policy
holds "no article is rewritten" test "$(git rev-parse main:content)" = "$tree"
holds "the work tree is clean" test -z "$(git status --porcelain)"
does list --names
says city/old city/plain about/index
hides _index
does show city/old --source
same "$home/out" content/city/old.md
does verify
says "0 wrong"

# Bare, to be shared.
git config --global core.hooksPath /nowhere
does init --bare "$home/shared.git"
holds "git runs the hooks that are there" test "$(git -C "$home/shared.git" rev-parse --git-path hooks)" = hooks
git config --global --unset core.hooksPath
tells "for editors to clone and push to"
holds "it is bare" test "$(git -C "$home/shared.git" config core.bare)" = true
holds "git asks before it takes a push" grep -q "^exec copydesk hook pre-receive$" "$home/shared.git/hooks/pre-receive"
holds "the hook can be run" test -x "$home/shared.git/hooks/pre-receive"
holds "git looks at what is pushed" test "$(git -C "$home/shared.git" config receive.fsckObjects)" = true
does -C "$home/shared.git" new Hello
does -C "$home/shared.git" list --names
says hello

# A hook that is there stays.
git init -q --bare "$home/hooked.git"
printf 'mine\n' >"$home/hooked.git/hooks/pre-receive"
does init --bare "$home/hooked.git"
tells "What stands there already stays: $home/hooked.git/hooks/pre-receive"
holds "it is as it was" test "$(cat "$home/hooked.git/hooks/pre-receive")" = mine

# A work tree with changes by hand keeps them.
mkdir "$home/dirty"
cd "$home/dirty" || exit 1
git init -q
printf 'one\n' >a.txt
printf 'one\n' >b.txt
git add . && git commit -qm One
printf 'two\n' >a.txt
printf 'two\n' >b.txt && git add b.txt
printf 'new\n' >c.txt
does init
holds "changes stay changes" test "$(git status --porcelain)" = " M a.txt
M  b.txt
?? c.txt"

# A policy that somebody is just writing by hand is not overwritten.
mkdir -p "$home/halfway/.copydesk"
cd "$home/halfway" || exit 1
git init -q
printf 'mine\n' >.copydesk/policy
refuses 1 ".copydesk/policy" init
holds "it is still there" grep -q mine .copydesk/policy
holds "nothing was committed" refused_by git rev-parse -q --verify main

# On another branch than main; with HEAD detached; without a name.
mkdir "$home/trunk"
cd "$home/trunk" || exit 1
git init -q -b trunk
git commit -q --allow-empty -m One
does init
does status
says "released on the branch trunk"
mkdir "$home/detached"
cd "$home/detached" || exit 1
git init -q
git commit -q --allow-empty -m One
git checkout -q --detach
refuses 1 "HEAD is detached" init
mkdir "$home/nobody"
cd "$home/nobody" || exit 1
git config --global --unset user.name
refuses 2 "copydesk does not know who you are" init
holds "nothing was made" refused_by test -e .git
does --as "B. Editor <b@harbour.example>" init
does list
refuses 2 "copydesk does not know who you are" new Hello
refuses 2 "is no person" --as Bea new Hello
git config --global user.name "A. Writer"

finish "$home/room" "$home/solo/deep" "$home/site" "$home/shared.git" "$home/dirty" "$home/trunk" "$home/nobody"
