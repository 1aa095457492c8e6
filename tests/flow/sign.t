# Signing by SSH keys, and plain git that takes what was signed.
. "$FLOW/lib.sh"

unset SSH_AUTH_SOCK SSH_AGENT_PID

# key NAME: a key without a passphrase in $home/keys.
key()
{
	mkdir -p "$home/keys" && ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$home/keys/$1"
}

# signer MAIL NAME [OPTIONS]: a line of the list.
signer()
{
	printf '%s %s%s\n' "$1" "${3:+$3 }" "$(cut -d' ' -f1-2 <"$home/keys/$2.pub")"
}

# put FILE: standard input becomes one of the desk's own files on the release branch, by the chief.
put()
{
	blob=$(git hash-object -w --stdin)
	GIT_INDEX_FILE=$home/index git read-tree main 2>/dev/null
	GIT_INDEX_FILE=$home/index git update-index --add --cacheinfo "100644,$blob,$1"
	commit=$(GIT_INDEX_FILE=$home/index git write-tree | xargs git -c user.name="C. Chief" \
		-c user.email=c@harbour.example commit-tree -m "Change $1" $(git rev-parse -q --verify main | sed 's/^/-p /'))
	git update-ref refs/heads/main "$commit"
}

# git_takes COMMIT COMMAND ...: git checks with the list that COMMIT has.
git_takes()
{
	git show "$1:.copydesk/allowed_signers" >"$home/signers"
	shift
	git -c gpg.ssh.allowedSignersFile="$home/signers" "$@"
}

export GIT_AUTHOR_DATE="2026-11-20T08:00:00Z" GIT_COMMITTER_DATE="2026-11-20T08:00:00Z"
key b
key c
key stranger
git init -q --bare .
{
	echo '# Whose key is whose.'
	signer b@harbour.example b 'valid-after="20260101Z"'
	signer c@harbour.example c
} | put .copydesk/allowed_signers
put .copydesk/policy <<-'END'
	[newsroom]
		name = Harbour Gazette
	[role "editor"]
		person = B. Editor <b@harbour.example>
		person = C. Chief <c@harbour.example>
	[step "review"]
		role = editor
	[sign]
		approvals = true
		releases = true
	[require]
		field = title
END

does config
says "You have nothing to sign with: There is no key" "The list of signers has no key of yours"
as editor
does config
hides "The list of signers has no key"
as writer
does config check
says "An approval or a schedule counts only when it is signed" "A release is signed by a key" \
	"The ED25519 key SHA256:" " signs for b@harbour.example, from 2026-01-01T00:00:00Z."
git show main:.copydesk/allowed_signers >"$home/allowed_signers"
does config check "$home/allowed_signers"
says " signs for c@harbour.example."
cp "$home/allowed_signers" "$home/list-of-november"
does config check "$home/list-of-november"
says " signs for c@harbour.example."
echo "b@harbour.example cert-authority $(cat "$home/keys/b.pub")" >"$home/allowed_signers"
refuses 2 "allowed_signers, line 1: copydesk honours no cert-authority" config check "$home/allowed_signers"

# An approval.
draft lake "The lake path" "Five volunteers."
does submit lake
as editor
untouched refuses 2 "There is no key to sign with" approve --yes lake
git config gpg.format ssh
git config user.signingKey "$home/keys/stranger"
untouched refuses 1 "signed by a key that nobody is known by" approve --yes lake
git config user.signingKey "$home/keys/c"
untouched refuses 1 "signed by somebody else's key" approve --yes lake
git config gpg.format openpgp
untouched refuses 1 "git config gpg.format ssh" approve --yes lake
git config gpg.format ssh
git config user.signingKey "$home/keys/b.pub"
does approve --yes lake
does config
says "You sign with $home/keys/b.pub."
holds "git takes the approval" git_takes main verify-commit refs/drafts/lake
cp "$home/held" "$home/words"
holds "and knows whose it is" grep -q 'Good "git" signature for b@harbour.example' "$home/words"
does show lake
says "review, by B. Editor, signed"
does list --json lake
says '"signed": true'
does log lake
says "approved (review), signed"

# A release.
does release --yes lake
tells release/2026-11-20.1
holds "git takes the release" git_takes main verify-commit main
holds "git takes its tag" git_takes main verify-tag release/2026-11-20.1
does verify lake
says "approved: review B. Editor <b@harbour.example> (signed); released by B. Editor (signed)"
does verify --json
says '"signature": "good"'

# The same release without its signature is a lie.
released=$(git rev-parse main)
git cat-file commit main | sed '/^gpgsig/,/END SSH/d' | git hash-object -t commit -w --stdin |
	xargs git update-ref refs/heads/main
answers 1 verify
says "the desk's rules ask for a signature of B. Editor, but it is not signed"
git update-ref refs/heads/main "$released"
does verify

# A key that signed, and is taken from the list or has run out.
as writer
draft park "The park" "Trees."
does submit park
as editor
does approve --yes park
{ signer c@harbour.example c; } | put .copydesk/allowed_signers
does show park
says "does not count, it is signed by a key that nobody is known by"
untouched answers 1 release --yes park
tells "only an approved draft can be released"
{ signer b@harbour.example b 'valid-before="202611200859Z"'; signer c@harbour.example c; } | put .copydesk/allowed_signers
does show park
says "does not count, it is signed by a key that did not count at that time"
untouched refuses 1 "no key of b@harbour.example that counts now" approve --yes park
{ signer b@harbour.example b; signer c@harbour.example c; } | put .copydesk/allowed_signers
does show park
says "review, by B. Editor, signed"

# A release by the clock is signed by whoever runs it, under an order that was signed.
at_six()
{
	COPYDESK_CLOCK=2026-11-20T09:06:00Z "$copydesk" --as "Night Desk <night@harbour.example>" release --due \
		>"$home/out" 2>"$home/err"
}
key night
does schedule park 2026-11-20T09:05Z
holds "git takes the order" git_takes main verify-commit refs/drafts/park
git config user.signingKey "$home/keys/night"
untouched holds "who is not on the list signs no release" refused_by at_six
{ signer b@harbour.example b; signer c@harbour.example c; signer night@harbour.example night; } | put .copydesk/allowed_signers
holds "who is releases what is due" at_six
holds "git takes that release" git_takes main verify-commit main
COPYDESK_CLOCK=2026-11-20T09:07:00Z run verify park
says "review B. Editor <b@harbour.example> (signed); scheduled by B. Editor <b@harbour.example> (signed); released by Night Desk (signed)"
git config user.signingKey "$home/keys/b.pub"

# A key that only the agent has, as on a server that somebody came to with ssh -A.
as writer
draft pier "The pier" "Planks."
does submit pier
as chief
agent=$(ssh-agent -a "$home/agent" | sed -n 's/^SSH_AGENT_PID=\([0-9]*\);.*/\1/p')
export SSH_AUTH_SOCK="$home/agent"
ssh-add -q "$home/keys/c" && rm "$home/keys/c"
git config --unset user.signingKey
does approve --yes pier
holds "git takes what the agent signed" git_takes main verify-commit refs/drafts/pier
git config user.signingKey "key::$(ssh-add -L)"
does release --yes pier
holds "git takes the release that the agent signed" git_takes main verify-commit main
kill "$agent"
as writer
draft quay "The quay" "Stones."
does submit quay
as chief
untouched refuses 1 "is kept by an SSH agent, and none answers" approve --yes quay

# Who signs everything else does not sign what the sample's people did, nor needs a key for it.
git config --global gpg.format ssh
git config --global commit.gpgSign true
git config --global user.signingKey /nowhere/key
does demo
holds "the sample is there" git -C "$home/data/copydesk/harbour-gazette" rev-parse main
refuses 2 "The key /nowhere/key" init "$home/signed"
git config --global user.signingKey "$home/keys/stranger"
does init "$home/signed-too"
holds "what makes a newsroom is signed, too" sh -c 'git -C "$HOME/signed-too" cat-file commit main | grep -q "^gpgsig "'
git config --global --unset commit.gpgSign

# A person who wants it signs what nobody asks for, and a locked key is told.
as writer
git config copydesk.sign true
ssh-keygen -q -t ed25519 -N secret -f "$home/keys/locked"
git config user.signingKey "$home/keys/locked"
untouched refuses 1 "is locked with a passphrase. Unlock it once with: ssh-add $home/keys/locked" comment quay -m "Which?"
git config user.signingKey "$home/keys/stranger"
does comment quay -m "Which?"
holds "the comment is signed" sh -c 'git cat-file commit refs/drafts/quay | grep -q "^gpgsig "'
finish
