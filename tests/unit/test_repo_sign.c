/* Signed commits and tags, against git itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "newsroom.h"

#define NOW ((int64_t)1795165200) /* 2026-11-20T09:00:00Z */

/* A key for the newsroom's person, in the file "key" and on the list "signers", which git takes too. */
static struct sign_key own_key(struct newsroom *n)
{
	struct sign_key key = {0};

	assert_int_equal(
	    sh(n,
	       "ssh-keygen -q -t ed25519 -N '' -f key && printf '%%s %%s\\n' %s \"$(cat key.pub)\" "
	       ">signers && git config --global gpg.format ssh && "
	       "git config --global gpg.ssh.allowedSignersFile $PWD/signers && "
	       "git config --global user.signingKey $PWD/key",
	       n->person.mail),
	    0);
	ok(n, repo_signing_key(n->repo, &key, &n->err));
	return key;
}

static struct signers *own_list(struct newsroom *n)
{
	char *path = path_join(n->folder, "signers");
	struct strbuf text = STRBUF_INIT;
	struct signers *signers = NULL;

	ok(n, path_read(&text, path, 65536, &n->err));
	ok(n, signers_parse(&signers, "signers", text.data, text.len, &n->err));
	strbuf_clear(&text);
	free(path);
	return signers;
}

static struct oid commit_with(struct newsroom *n, const struct sign_key *key, const char *message)
{
	struct repo_commit commit = {.author = n->person,
				     .committer = n->person,
				     .authored = {NOW, 480},
				     .committed = {NOW, 480},
				     .message = (char *)message,
				     .key = key};
	struct oid id;

	commit.tree = newsroom_tree(n, &newsroom_none, "content/city/a.md", "志愿者\n");
	ok(n, repo_commit_write(n->repo, &id, &commit, &n->err));
	return id;
}

static enum sign_verdict verdict_of(struct newsroom *n, const struct signers *signers, const struct oid *id,
				    int64_t time)
{
	struct repo_signed parts;
	enum sign_verdict verdict;

	ok(n, repo_signed_read(n->repo, &parts, id, &n->err));
	verdict = repo_signed_by(&parts, signers, &n->person, (struct repo_time){time, 0});
	repo_signed_clear(&parts);
	return verdict;
}

static void git_takes_a_signed_commit_and_so_do_we(void **state)
{
	struct newsroom *n = *state;
	struct sign_key key = own_key(n);
	struct signers *signers = own_list(n);
	struct oid id = commit_with(n, &key, "发布\n\nBody\n\n more\n\nDraft: x\n");
	struct repo_commit back;
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &id);
	assert_int_equal(sh(n, "git -C news verify-commit %s", hex), 0);
	assert_int_equal(verdict_of(n, signers, &id, NOW), SIGN_GOOD);
	ok(n, repo_commit_read(n->repo, &back, &id, &n->err));
	assert_string_equal(back.message, "发布\n\nBody\n\n more\n\nDraft: x\n");
	repo_commit_clear(&back);
	assert_int_equal(verdict_of(n, NULL, &id, NOW), SIGN_UNKNOWN);
	id = commit_with(n, NULL, "Unsigned\n");
	assert_int_equal(verdict_of(n, signers, &id, NOW), SIGN_NONE);
	signers_free(signers);
	sign_key_clear(&key);
}

static void what_git_signs_is_good(void **state)
{
	struct newsroom *n = *state;
	struct sign_key key = own_key(n);
	struct signers *signers = own_list(n);
	struct oid id;

	assert_int_equal(sh(n, "cd news && git config user.name A && git config user.email a@desk.example && "
			       "git commit -q -S --allow-empty -m One -m Two && git tag -s -m Tag v1"),
			 0);
	ok(n, repo_ref_read(n->repo, "refs/heads/main", &id, &n->err));
	assert_int_equal(verdict_of(n, signers, &id, NOW), SIGN_GOOD);
	assert_int_equal(sh(n, "git -C news update-ref refs/tag-object $(git -C news rev-parse v1)"), 0);
	ok(n, repo_ref_read(n->repo, "refs/tag-object", &id, &n->err));
	assert_int_equal(verdict_of(n, signers, &id, NOW), SIGN_GOOD);
	signers_free(signers);
	sign_key_clear(&key);
}

/* Each line of a signed commit is changed in turn; nothing of it may be another and hold. */
static void a_signed_commit_that_was_changed_does_not_hold(void **state)
{
	static const char *const changes[] = {
	    "s/^tree .*/tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904/",
	    "s/^author A/author B/",
	    "s/^committer A/committer B/",
	    "s/1795165200/1795165201/",
	    "s/^Approve/Reject/",
	    "/^gpgsig/i encoding latin1",
	    "/^gpgsig/i gpgsig-sha256 x",
	    "/^gpgsig/i mergetag x",
	    "s/^gpgsig .*/&\\n abc/",
	    "s/^ ....\\(.*\\)/ AAAA\\1/",
	    "$a More",
	};
	struct newsroom *n = *state;
	struct sign_key key = own_key(n);
	struct signers *signers = own_list(n);
	struct oid id = commit_with(n, &key, "Approve lake\n");
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &id);
	assert_int_equal(verdict_of(n, signers, &id, NOW), SIGN_GOOD);
	n->broken = true;
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		char *text;

		assert_int_equal(sh(n,
				    "cd news && git cat-file commit %s | sed '%s' | "
				    "git hash-object --literally -t commit -w --stdin",
				    hex, changes[i]),
				 0);
		text = sh_output(n);
		text[REPO_HEX_SIZE - 1] = '\0';
		assert_string_not_equal(text, hex);
		assert_true(oid_parse(&id, text));
		if (verdict_of(n, signers, &id, NOW) == SIGN_GOOD)
			fail_msg("%s", changes[i]);
		free(text);
	}
	signers_free(signers);
	sign_key_clear(&key);
}

static void git_takes_a_signed_tag_and_so_do_we(void **state)
{
	struct newsroom *n = *state;
	struct sign_key key = own_key(n);
	struct signers *signers = own_list(n);
	struct oid commit = commit_with(n, NULL, "Release\n");
	const struct repo_tag written = {.target = commit,
					 .name = (char *)"release/2026-11-20.1",
					 .tagger = n->person,
					 .time = {NOW, 0},
					 .message = "1 article\n\nArticle: a.md",
					 .key = &key};
	struct oid tag;

	ok(n, repo_tag_write(n->repo, &tag, &written, &n->err));
	ok(n, repo_ref_move(n->repo, "refs/tags/release/2026-11-20.1", &tag, &newsroom_none, &n->person,
			    "tag", &n->err));
	assert_int_equal(sh(n, "git -C news verify-tag release/2026-11-20.1"), 0);
	assert_int_equal(verdict_of(n, signers, &tag, NOW), SIGN_GOOD);
	signers_free(signers);
	sign_key_clear(&key);
}

static void nothing_is_written_that_cannot_be_signed(void **state)
{
	struct newsroom *n = *state;
	struct sign_key key = {.key = (char *)"/nowhere/key"};
	struct repo_commit commit = {.author = n->person,
				     .committer = n->person,
				     .message = (char *)"x\n",
				     .key = &key};
	struct oid blob = newsroom_blob(n, "no commit");
	struct repo_signed parts;
	struct oid id;

	commit.tree = newsroom_tree(n, &newsroom_none, "a.md", "a");
	assert_int_equal(sh(n, "find news/.git/objects -type f | wc -l >before"), 0);
	refuses(n, E_NOTFOUND, "/nowhere/key", repo_commit_write(n->repo, &id, &commit, &n->err));
	assert_int_equal(sh(n, "find news/.git/objects -type f | wc -l | cmp - before"), 0);
	refuses(n, E_NOTFOUND, "no commit or tag", repo_signed_read(n->repo, &parts, &blob, &n->err));
	repo_signed_clear(&parts);
}

static void the_configuration_says_who_signs_with_what(void **state)
{
	struct newsroom *n = *state;
	struct sign_key key;

	assert_false(repo_wants_signed(n->repo, false));
	assert_int_equal(sh(n, "git config --global commit.gpgSign true"), 0);
	assert_false(repo_wants_signed(n->repo, false));
	assert_int_equal(sh(n, "git config --global gpg.format ssh"), 0);
	assert_true(repo_wants_signed(n->repo, false));
	assert_false(repo_wants_signed(n->repo, true));
	assert_int_equal(sh(n, "git config --global tag.gpgSign true"), 0);
	assert_true(repo_wants_signed(n->repo, true));
	assert_int_equal(sh(n, "git -C news config copydesk.sign false"), 0);
	assert_false(repo_wants_signed(n->repo, false));
	assert_false(repo_wants_signed(n->repo, true));
	assert_int_equal(sh(n, "git -C news config --unset copydesk.sign"), 0);
	assert_int_equal(sh(n, "git config --global gpg.format openpgp"), 0);
	assert_false(repo_wants_signed(n->repo, true));
	refuses(n, E_REFUSED, "sign with openpgp here", repo_signing_key(n->repo, &key, &n->err));
	assert_int_equal(sh(n, "git config --global --unset gpg.format; git -C news config copydesk.sign on"),
			 0);
	assert_true(repo_wants_signed(n->repo, false));
	assert_true(repo_wants_signed(n->repo, true));
	unsetenv("SSH_AUTH_SOCK");
	refuses(n, E_NOTFOUND, "user.signingKey is not set", repo_signing_key(n->repo, &key, &n->err));
	assert_int_equal(sh(n, "git config --global user.signingKey sub/key; git config --global "
			       "gpg.ssh.program /opt/sign"),
			 0);
	ok(n, repo_signing_key(n->repo, &key, &n->err));
	assert_string_equal(key.key, "sub/key");
	assert_string_equal(key.program, "/opt/sign");
	assert_string_equal(key.folder, n->news);
	sign_key_clear(&key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(git_takes_a_signed_commit_and_so_do_we),
	    in_newsroom(what_git_signs_is_good),
	    in_newsroom(a_signed_commit_that_was_changed_does_not_hold),
	    in_newsroom(git_takes_a_signed_tag_and_so_do_we),
	    in_newsroom(nothing_is_written_that_cannot_be_signed),
	    in_newsroom(the_configuration_says_who_signs_with_what),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
