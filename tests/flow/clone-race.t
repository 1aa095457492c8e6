# What goes on at the same moment as a fetch is neither lost nor there twice; a push of many tags goes in parts.
. "$FLOW/lib.sh"

does init
git init -q --bare "$home/server.git"
git remote add origin "$home/server.git"
git config copydesk.remote origin
does push
for name in anna ben; do
	git clone -q "$home/server.git" "$home/$name" 2>"$home/err"
	git -C "$home/$name" config user.name "$name"
	git -C "$home/$name" config user.email "$name@harbour.example"
done

# pier WHO: a new article with its slug.
pier()
{
	run new --section culture --slug pier "The pier" &&
		printf -- '---\ntitle: The pier\nslug: pier\ndate: 2026-11-20\n---\n\nWords of %s.\n' "$1" |
		"$copydesk" save pier - 2>"$home/err"
	report $? "a draft pier of $1's"
}

# Both begin a draft of one name; while Anna's is made again somebody goes on with it.
cd "$home/ben" || exit 1
pier Ben
does push
cd "$home/anna" || exit 1
pier Anna
ssh-keygen -q -t ed25519 -N '' -C anna -f "$home/key"
cat >"$home/meanwhile" <<'END'
#!/bin/sh
if [ ! -e "$HOME/once" ]; then
	touch "$HOME/once"
	"$BUILD/copydesk" -C "$HOME/anna" comment pier -m "Meanwhile." >/dev/null 2>&1
fi
exec ssh-keygen "$@"
END
chmod +x "$home/meanwhile"
git config gpg.format ssh
git config user.signingKey "$home/key.pub"
git config gpg.ssh.program "$home/meanwhile"
git config copydesk.sign true
answers 1 fetch
says "yours is called pier-2 now."
holds "there is one copy" test "$(git for-each-ref 'refs/drafts/*' | wc -l)" = 2
does show pier-2
says "Words of Anna." "Meanwhile."
does show pier
says "Words of Ben."
git config copydesk.sign false

# A git that counts what it is asked to push at once.
mkdir "$home/bin"
cat >"$home/bin/git" <<END
#!/bin/sh
case " \$* " in *" push "*) echo "\$#" >>"$home/pushes" ;; esac
exec $(command -v git) "\$@"
END
chmod +x "$home/bin/git"
i=0
while [ $i -lt 450 ]; do
	i=$((i + 1))
	echo "create refs/tags/release/2026-11-19.$i $(git rev-parse main)"
done | git update-ref --stdin
PATH=$home/bin:$PATH
does push
says "tags"
holds "all tags are there" test "$(git -C "$home/server.git" tag -l | wc -l)" = 450
holds "never more than some hundred at once" sh -c "! grep -qE '^([3-9]..|....)' '$home/pushes'"
holds "in three parts" test "$(grep -c '^[12]..$\|^..$' "$home/pushes")" -ge 3
finish "$home/server.git" "$home/anna" "$home/ben"
