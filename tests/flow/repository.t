# Repositories that cannot be used: one sentence each, and nothing is touched.
. "$FLOW/lib.sh"

does init
published lake "The lake path" "Five volunteers."
draft park "The park" "Trees."

# None, an empty one, one that is no newsroom, one with HEAD detached.
mkdir "$home/none" "$home/unborn" "$home/plain"
refuses 2 "There is no newsroom in $home/none" -C "$home/none" list
git -C "$home/unborn" init -q
refuses 2 "has no commit on the branch main yet" -C "$home/unborn" list
git -C "$home/plain" init -q
git -C "$home/plain" commit -q --allow-empty -m One
refuses 2 "copydesk init" -C "$home/plain" list
git -C "$home/plain" checkout -q --detach
refuses 1 "HEAD is detached" -C "$home/plain" list

# Shallow, SHA-256, partial, an extension of the future.
git clone -q --depth 1 "file://$home/room" "$home/shallow"
refuses 2 "git fetch --unshallow" -C "$home/shallow" list
git init -q --object-format=sha256 "$home/sha256"
refuses 2 "SHA-256" -C "$home/sha256" list
refuses 2 "SHA-256" init "$home/sha256"
git clone -q . "$home/future"
git -C "$home/future" config core.repositoryFormatVersion 1
git -C "$home/future" config extensions.teleport true
refuses 2 "teleport" -C "$home/future" list

# Damaged: no HEAD, a branch that names nothing, an object that is missing.
git clone -q . "$home/headless"
rm "$home/headless/.git/HEAD"
refuses 2 "git init $home/headless" -C "$home/headless" list
git init -q "$home/headless"
does -C "$home/headless" list --names
git clone -q --no-local . "$home/hole"
blob=$(git rev-parse main:content/culture/lake.md)
git -C "$home/hole" unpack-objects -q <"$(ls "$home/hole"/.git/objects/pack/*.pack)" 2>/dev/null
mkdir "$home/packs"
mv "$home/hole"/.git/objects/pack/* "$home/packs"
for pack in "$home"/packs/*.pack; do git -C "$home/hole" unpack-objects -q <"$pack"; done
rm -f "$home/hole/.git/objects/$(echo "$blob" | cut -c1-2)/$(echo "$blob" | cut -c3-)"
does -C "$home/hole" list --names
says culture/lake
refuses 2 "$(echo "$blob" | cut -c1-10)" -C "$home/hole" show lake

# A draft ref that is no draft; a file and a folder where a repository should be.
git update-ref refs/drafts/stray main
does list --names
hides stray
refuses 2 "not made by copydesk" show stray
git update-ref -d refs/drafts/stray
printf 'x' >"$home/file"
answers 2 -C "$home/file" list
holds "a file is no folder: one line" test "$(wc -l <"$home/err")" -eq 1

# From a folder inside the work tree, and from inside .git.
does -C content/culture list --names
says culture/lake
does -C .git list --names
says culture/lake

# Somebody else's.
if is_root; then
	cp -a . "$home/foreign"
	chown -R 12345 "$home/foreign"
	refuses 2 "belongs to somebody else" -C "$home/foreign" list
	git config --global --add safe.directory "$home/foreign"
	does -C "$home/foreign" list --names
	says culture/lake
	git config --global --unset-all safe.directory
else
	skip "somebody else's repository needs root to make"
fi

# Read-only, and unreadable.
give_away
wrapper=unprivileged
chmod -R a-w .
refs >"$home/before" 2>/dev/null
does list --names
says culture/lake park
does show park
does verify
says "0 wrong"
for command in "new Hello" "submit park" "comment park -m Hello" "save park $home/draft.md" "spike park" "correct lake"; do
	refuses 2 "you have no permission" $command
done
chmod -R u+w .
chmod 000 .git
refuses 2 "cannot be read" list
chmod 700 .git
chmod 000 .git/objects
refuses 2 "cannot be read: you have no permission" list
chmod 700 .git/objects
chmod 000 .git/refs
refuses 2 "cannot be read: you have no permission" list
chmod 700 .git/refs
does list --names
says culture/lake park
wrapper=
! is_root || chown -R 0:0 "$home"
finish
