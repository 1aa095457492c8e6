# Editors with clones of one newsroom: they work without the server, fetch, push, and release through it.
. "$FLOW/lib.sh"

# in_clone NAME: goes to a clone, as the person whose it is.
in_clone()
{
	cd "$home/$1" || exit 1
}

# clone NAME PERSON MAIL
clone()
{
	git clone -q "$home/server.git" "$home/$1" 2>"$home/err" && git -C "$home/$1" config user.name "$2" &&
		git -C "$home/$1" config user.email "$3"
}

# hook NAME: standard input becomes a hook of the server.
hook()
{
	cat >"$home/server.git/hooks/$1" && chmod +x "$home/server.git/hooks/$1"
}

# A newsroom by itself says so.
does init
refuses 2 "by itself" fetch
refuses 2 "by itself" push
published lake "The lake path" "Five volunteers cleared the path. The work was paid by the trust."
git init -q --bare "$home/server.git"
git remote add origin "$home/server.git"
refuses 2 "git knows no server called away" push away
does push origin
says "Pushed to origin: 1 draft, the release branch, tags."
does push origin
says "Nothing to push: origin has everything."
holds "the server has the drafts" git -C "$home/server.git" rev-parse -q --verify refs/drafts/lake

# Two clones.
holds "Anna clones" clone anna "A. Writer" a@harbour.example
holds "Ben clones" clone ben "B. Editor" b@harbour.example
in_clone anna
does status
says "Server origin: 0 drafts to push, 0 to bring in, 0 with both; never fetched."
does fetch
says "Fetched from origin: drafts: 1 new."
does show lake
says "Five volunteers"
does fetch
says "drafts: nothing new"

# A fetch that was cut off leaves locks: they are taken away when they are old, and named while they are not.
in_clone ben
lock=.git/refs/copydesk/origin/drafts/lake.lock
mkdir -p "$(dirname $lock)"
touch "$lock"
refuses 2 "try again in ten seconds" fetch
touch -d "1 minute ago" "$lock" .git/refs/remotes/origin/main.lock
does fetch
says "drafts: 1 new"
holds "the locks are gone" test ! -e "$lock"

# Anna works without the server, and her draft comes to Ben.
mv "$home/server.git" "$home/away.git"
in_clone anna
draft park "The park" "Trees are planted. The gate stays open."
refuses 2 "has no newsroom there" push
refuses 2 "has no newsroom there" fetch
does submit park
mv "$home/away.git" "$home/server.git"
does status
says "Server origin: 1 draft to push, 0 to bring in"
does status --json
says '"ahead": 1' '"remote": "origin"'
does push
says "Pushed to origin: 1 draft."
in_clone ben
does fetch
says "drafts: 1 new"
does list --state review --names
says park

# Both go on: a comment and a save of Ben's, a save of Anna's at other words.
does comment park -m "Which gate?"
article "$home/ben.md" "The park" "Trees are planted. The north gate stays open."
does save park "$home/ben.md"
does push
in_clone anna
article "$home/anna.md" "The park" "Forty trees are planted. The gate stays open."
does save park "$home/anna.md"
does comment park -m "Forty, says the gardener."
before=$(head_of park)
answers 3 push
tells "has news that is not here yet: of park" "copydesk fetch"
holds "the draft is as it was" test "$(head_of park)" = "$before"
does fetch
says "1 with acts on both sides" "park: what you did was made again on top of the server's news."
hides "Not made again"
does show --source park
says "Forty trees are planted. The north gate stays open."
does show park
says "Which gate?" "Forty, says the gardener."
holds "the old line is kept" git rev-parse -q --verify "refs/copydesk/kept/park/$(echo "$before" | cut -c1-10)"
does push
says "1 draft"
in_clone ben
does fetch
says "1 moved on"
does show --source park
says "Forty trees are planted. The north gate stays open."

# The same words on both sides: what clashes is said and left, the rest is made again.
article "$home/ben.md" "The park" "Fifty trees are planted. The north gate stays open."
does save park "$home/ben.md"
does push
in_clone anna
article "$home/anna.md" "The park" "Sixty trees are planted. The north gate stays open."
does save park "$home/anna.md"
does comment park -m "I counted."
kept=$(head_of park)
answers 1 fetch
says "Not made again: save by A. Writer" "The same words were changed on the server, in 1 place." "refs/copydesk/kept/park/"
does show --source park
says "Fifty trees"
does show park
says "I counted."
holds "Anna's words are kept" sh -c "git show $kept:content/culture/park.md | grep -q Sixty"

# An approval is made again only for the same bytes.
does push
in_clone ben
does fetch
does comment park --resolve 1
does comment park --resolve 2
does comment park --resolve 3
does push
in_clone anna
does fetch
article "$home/anna.md" "The park" "Fifty trees are planted. The north gate stays open, always."
does save park "$home/anna.md"
does push
in_clone ben
who="D. Editor <d@harbour.example>"
does approve park --yes
who=
answers 1 fetch
says "Not made again: approval by D. Editor" "The text is another now"

# Both began a draft of the same name: ours goes on under another one.
# quay WHO: a new article with its slug.
quay()
{
	run new --section culture --slug quay "The quay" &&
		printf -- '---\ntitle: The quay\nslug: quay\ndate: 2026-11-20\nlanguage: en\n---\n\nRopes of %s.\n' "$1" |
		"$copydesk" save quay - 2>"$home/err"
	report $? "a draft quay of $1's"
}
does correct lake -m "It was six."
says lake-2
quay Ben
does push
in_clone anna
does correct lake -m "It was seven."
says lake-2
does comment lake-2 -m "Said the trust."
quay Anna
answers 3 push
tells "of lake-2, quay"
does status
says "2 drafts to push"
answers 1 fetch
says "lake-2: the server has another draft of that name; yours is called lake-3 now." \
	"quay: the server has another draft of that name; yours is called quay-2 now."
does show lake-3
says "Said the trust."
does log lake-2
says "It was six."
does show --source quay-2
says "Ropes of Anna." "slug: quay-2"
does show --source quay
says "Ropes of Ben."
does push
says "2 drafts"
in_clone ben
does fetch
says "2 new"

# A release goes to the server before it counts here.
does submit quay
does push
in_clone anna
does fetch
does approve quay --yes
tip=$(git rev-parse main)
mv "$home/server.git" "$home/away.git"
untouched answers 2 release --yes quay
tells "has no newsroom there" "A release must be on the server before it counts"
mv "$home/away.git" "$home/server.git"
hook pre-receive <<'END'
#!/bin/sh
echo "quay: the chief has not read it."
echo "Ask C. Chief."
exit 1
END
untouched answers 1 release --yes quay
tells "The server origin said no: quay: the chief has not read it." "server: Ask C. Chief." "Nothing was released."
untouched answers 1 push
tells "The server origin said no"
rm "$home/server.git/hooks/pre-receive"
does release --yes quay
tells "Released as commit" "tagged release/"
holds "the server has the release" test "$(git -C "$home/server.git" rev-parse main)" = "$(git rev-parse main)"
holds "the tag is there" test "$(git -C "$home/server.git" tag -l 'release/*' | wc -l)" = 2
holds "so is the note on the draft" test "$(git -C "$home/server.git" rev-parse refs/drafts/quay)" = "$(head_of quay)"
holds "the file is here" grep -q "Ropes of Ben" content/culture/quay.md
does push
says "Nothing to push"

# Ben has not heard of it: his own release is told so, and leaves everything as it was.
in_clone ben
draft pier "The pier" "Boats."
does submit pier
who="A. Writer <a@harbour.example>"
does approve pier --yes
who=
untouched answers 3 release --yes pier
tells "has news that is not here yet: of main" "copydesk fetch" "copydesk update NAME"

# A file that was changed by hand: the branch stays, and says which; drafts come all the same.
mkdir -p content/culture
echo "by hand" >content/culture/quay.md
answers 1 fetch
says "The branch main stays as it is here." "content/culture/quay.md was changed by hand"
holds "the file is as it was" grep -q "by hand" content/culture/quay.md
does status
says "the release branch is behind"
rm content/culture/quay.md
# While another program holds the index the files cannot follow: the next fetch brings them on.
main=$(git rev-parse main)
touch .git/index.lock
refuses 2 "index.lock" fetch
rm .git/index.lock
does fetch
holds "the work tree is clean" test -z "$(git status --porcelain)"
git reset -q --hard "$main"
does fetch
says "the release branch went on to $(git -C "$home/server.git" rev-parse --short=10 main)"
holds "the file came" grep -q "Ropes of Ben" content/culture/quay.md
holds "the work tree is clean" test -z "$(git status --porcelain)"
does status
hides "the release branch is behind"
does release --yes pier
does verify
says "0 wrong"

# A race that is lost on the server itself: somebody else's push holds the branch.
in_clone anna
does fetch
draft mole "The mole" "Stones."
does submit mole
does push
in_clone ben
does fetch
does approve mole --yes
hook pre-receive <<'END'
#!/bin/sh
touch refs/heads/main.lock
END
untouched answers 3 release --yes mole
tells "has news" "Nothing was released"
rm "$home/server.git/hooks/pre-receive" "$home/server.git/refs/heads/main.lock"
does release --yes mole

# A connection that breaks off when the server has it already: it is released.
draft buoy "The buoy" "Red."
does submit buoy
who="A. Writer <a@harbour.example>"
does approve buoy --yes
who=
git config remote.origin.receivepack "sh -c 'git-receive-pack \"\$1\"; kill -9 \$PPID' --"
does release --yes buoy
git config --unset remote.origin.receivepack
holds "the server has it" test "$(git -C "$home/server.git" rev-parse main)" = "$(git rev-parse main)"

# Both sides of the branch moved: told what to do, nothing is touched.
git commit -q --allow-empty -m "By hand"
in_clone anna
does fetch
approved reed "The reed" "Green."
does release --yes reed
in_clone ben
answers 3 fetch
says "The branch main has commits here that the server has not got" "git log origin/main..main" "git reset --keep origin/main"
git reset -q --keep origin/main
does fetch
does verify
says "0 wrong"

# What ssh says of itself ends with a carriage return and a newline, and is no progress.
cat >"$home/refused" <<'END'
#!/bin/sh
printf 'ssh: connect to host desk.example port 22: Connection refused\r\n' >&2
exit 255
END
chmod +x "$home/refused"
git remote add desk ssh://desk.example/srv/gazette.git
git config core.sshCommand "$home/refused"
refuses 2 "does not answer: the connection was refused. What you did is kept here" fetch desk
refuses 2 "does not answer: the connection was refused" push desk
git config --unset core.sshCommand
git remote remove desk

# Progress is for a terminal alone.
does fetch --json
says '"drafts": [' '"branch_problem": null'
does push --json
says '"behind": []'
holds "nothing of progress was said" test ! -s "$home/err"
holds "a terminal is shown progress, and then left clean" script -qec "cd $home && rm -rf fresh && git clone -q --no-local server.git fresh 2>/dev/null && cd fresh && $copydesk fetch" "$home/terminal" </dev/null
contains "$home/terminal" " objects: " "Fetched from origin"
report $? "the terminal saw both"
finish "$home/server.git" "$home/anna" "$home/ben"
