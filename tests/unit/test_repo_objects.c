#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "newsroom.h"

/* -- Commits -- */

static void a_commit_comes_back_as_it_was_written(void **state)
{
	struct newsroom *n = *state;
	struct oid tree = newsroom_tree(n, &newsroom_none, "content/city/a.md", "志愿者\n");
	struct oid root = newsroom_commit(n, &tree, &newsroom_none, "Root\n");
	struct repo_commit commit = {.tree = tree, .parent = root, .message = (char *)"发布\n\nDraft: x\n"};
	struct repo_commit back;
	struct oid id;

	commit.author = (struct repo_person){(char *)"编辑 甲", (char *)"jia@desk.example"};
	commit.committer = n->person;
	commit.authored = (struct repo_time){1795165200, -150};
	commit.committed = (struct repo_time){1795165260, 480};
	ok(n, repo_commit_write(n->repo, &id, &commit, &n->err));
	ok(n, repo_commit_read(n->repo, &back, &id, &n->err));
	assert_true(oid_equal(&back.id, &id));
	assert_true(oid_equal(&back.tree, &tree));
	assert_true(oid_equal(&back.parent, &root));
	assert_int_equal(back.parents, 1);
	assert_string_equal(back.author.name, "编辑 甲");
	assert_string_equal(back.author.mail, "jia@desk.example");
	assert_string_equal(back.committer.name, "A. Writer");
	assert_int_equal(back.authored.seconds, 1795165200);
	assert_int_equal(back.authored.offset, -150);
	assert_int_equal(back.committed.offset, 480);
	assert_string_equal(back.message, "发布\n\nDraft: x\n");
	repo_commit_clear(&back);
}

static void a_commit_of_what_is_not_there_is_refused(void **state)
{
	struct newsroom *n = *state;
	struct oid tree = newsroom_tree(n, &newsroom_none, "a.md", "a");
	struct repo_commit commit = {.author = n->person, .committer = n->person, .message = (char *)"x\n"};
	struct repo_commit back;
	struct oid id;

	assert_true(oid_parse(&commit.tree, "1234567890123456789012345678901234567890"));
	refuses(n, E_GIT, "The commit", repo_commit_write(n->repo, &id, &commit, &n->err));
	commit.parent = commit.tree;
	commit.tree = tree;
	refuses(n, E_GIT, "The commit", repo_commit_write(n->repo, &id, &commit, &n->err));
	refuses(n, E_NOTFOUND, "1234567890", repo_commit_read(n->repo, &back, &commit.parent, &n->err));
	refuses(n, E_NOTFOUND, "commit", repo_commit_read(n->repo, &back, &tree, &n->err));
}

static void a_person_that_would_break_a_commit_is_refused(void **state)
{
	static const struct repo_person people[] = {
	    {(char *)"", (char *)"a@b"},    {(char *)"A\nB", (char *)"a@b"},
	    {(char *)"A", (char *)"a b@c"}, {(char *)"A <x", (char *)"a@b"},
	    {(char *)"A", (char *)"a>b"},   {(char *)"A", (char *)"a\nparent 1"},
	    {(char *)"...", (char *)"a@b"},
	};
	struct newsroom *n = *state;
	struct repo_commit commit = {.committer = n->person, .message = (char *)"x\n"};
	struct oid id;

	commit.tree = newsroom_tree(n, &newsroom_none, "a.md", "a");
	for (size_t i = 0; i < sizeof people / sizeof people[0]; i++) {
		commit.author = people[i];
		assert_int_equal(repo_commit_write(n->repo, &id, &commit, &n->err), E_INVALID);
	}
}

static void an_old_commit_in_another_charset_is_read_as_utf8(void **state)
{
	struct newsroom *n = *state;
	struct repo_commit commit;
	struct oid id;

	assert_int_equal(
	    sh(n, "printf '志愿者\\n' | iconv -t GBK >m; cd news; git config i18n.commitEncoding GBK; "
		  "git config user.name $(printf '编辑' | iconv -t GBK); "
		  "git commit -q --allow-empty -F ../m; git config --unset user.name"),
	    0);
	ok(n, repo_ref_read(n->repo, "refs/heads/main", &id, &n->err));
	ok(n, repo_commit_read(n->repo, &commit, &id, &n->err));
	assert_string_equal(commit.message, "志愿者\n");
	assert_string_equal(commit.author.name, "编辑");
	repo_commit_clear(&commit);
}

static void histories_are_compared(void **state)
{
	struct newsroom *n = *state;
	struct oid tree = newsroom_tree(n, &newsroom_none, "a.md", "a");
	struct oid root = newsroom_commit(n, &tree, &newsroom_none, "root\n");
	struct oid left = newsroom_commit(n, &tree, &root, "left\n");
	struct oid right = newsroom_commit(n, &tree, &root, "right\n");

	assert_true(repo_is_ancestor(n->repo, &root, &left));
	assert_true(repo_is_ancestor(n->repo, &left, &left));
	assert_false(repo_is_ancestor(n->repo, &left, &root));
	assert_false(repo_is_ancestor(n->repo, &left, &right));
	assert_false(repo_is_ancestor(n->repo, &newsroom_none, &right));
}

/* -- Blobs -- */

static void a_blob_keeps_every_byte(void **state)
{
	struct newsroom *n = *state;
	static const char bytes[] = "\xef\xbb\xbf"
				    "a\r\nb\0c\xff\n";
	struct strbuf back = STRBUF_INIT;
	struct oid id;
	struct oid hash;
	size_t size;

	ok(n, repo_blob_write(n->repo, &id, bytes, sizeof bytes, &n->err));
	repo_blob_hash(&hash, bytes, sizeof bytes);
	assert_true(oid_equal(&id, &hash));
	ok(n, repo_blob_size(n->repo, &id, &size, &n->err));
	assert_int_equal(size, sizeof bytes);
	strbuf_adds(&back, "before");
	ok(n, repo_blob_read(n->repo, &id, &back, &n->err));
	assert_int_equal(back.len, 6 + sizeof bytes);
	assert_memory_equal(back.data + 6, bytes, sizeof bytes);
	strbuf_clear(&back);
	ok(n, repo_blob_write(n->repo, &id, "", 0, &n->err));
	ok(n, repo_blob_read(n->repo, &id, &back, &n->err));
	assert_int_equal(back.len, 0);
}

static void a_blob_that_is_too_large_is_not_loaded(void **state)
{
	struct newsroom *n = *state;
	struct strbuf back = STRBUF_INIT;
	struct oid id;
	char *hex;

	assert_int_equal(sh(n, "head -c 50000000 /dev/zero | git -C news hash-object -w --stdin"), 0);
	hex = sh_output(n);
	hex[40] = '\0';
	assert_true(oid_parse(&id, hex));
	refuses(n, E_INVALID, "48 MiB", repo_blob_read(n->repo, &id, &back, &n->err));
	assert_int_equal(back.len, 0);
	free(hex);
	assert_int_equal(sh(n, "head -c 16777216 /dev/zero | git -C news hash-object -w --stdin"), 0);
	hex = sh_output(n);
	hex[40] = '\0';
	assert_true(oid_parse(&id, hex));
	ok(n, repo_blob_read(n->repo, &id, &back, &n->err));
	assert_int_equal(back.len, REPO_BLOB_LIMIT);
	strbuf_clear(&back);
	free(hex);
}

static void what_is_no_blob_is_not_read_as_one(void **state)
{
	struct newsroom *n = *state;
	struct strbuf back = STRBUF_INIT;
	struct oid tree = newsroom_tree(n, &newsroom_none, "a.md", "a");
	size_t size;

	refuses(n, E_NOTFOUND, "no text", repo_blob_size(n->repo, &tree, &size, &n->err));
	refuses(n, E_NOTFOUND, "no text", repo_blob_read(n->repo, &tree, &back, &n->err));
	refuses(n, E_NOTFOUND, "no text", repo_blob_size(n->repo, &newsroom_none, &size, &n->err));
}

static void a_damaged_blob_is_told(void **state)
{
	struct newsroom *n = *state;
	struct strbuf back = STRBUF_INIT;
	struct oid id = newsroom_blob(n, "a text that will be damaged\n");
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &id);
	n->broken = true;
	assert_int_equal(
	    sh(n,
	       "cd news/.git/objects/%.2s && chmod u+w %s && printf xxxxxx | dd of=%s bs=1 seek=8 "
	       "conv=notrunc",
	       hex, hex + 2, hex + 2),
	    0);
	refuses(n, E_GIT, "cannot be read", repo_blob_read(n->repo, &id, &back, &n->err));
	strbuf_clear(&back);
}

/* 2 MiB that cannot be packed into much less. */
static void add_large(struct strbuf *out)
{
	unsigned seed = 1;

	while (out->len < (size_t)2 << 20) {
		seed = seed * 1103515245 + 12345;
		strbuf_addc(out, (char)(seed >> 16));
	}
}

static void a_large_blob_is_read_whole_or_by_its_head(void **state)
{
	struct newsroom *n = *state;
	struct strbuf text = STRBUF_INIT, back = STRBUF_INIT;
	struct oid id;

	add_large(&text);
	ok(n, repo_blob_write(n->repo, &id, text.data, text.len, &n->err));
	strbuf_adds(&back, "before");
	ok(n, repo_blob_read(n->repo, &id, &back, &n->err));
	assert_int_equal(back.len, 6 + text.len);
	assert_memory_equal(back.data + 6, text.data, text.len);
	strbuf_reset(&back);
	ok(n, repo_blob_head(n->repo, &id, &back, 1000, &n->err));
	assert_int_equal(back.len, 1000);
	assert_memory_equal(back.data, text.data, back.len);
	strbuf_clear(&text);
	strbuf_clear(&back);
}

static void a_damaged_large_blob_is_told(void **state)
{
	struct newsroom *n = *state;
	struct strbuf text = STRBUF_INIT, back = STRBUF_INIT;
	struct oid id, other;
	char hex[REPO_HEX_SIZE], other_hex[REPO_HEX_SIZE];

	add_large(&text);
	ok(n, repo_blob_write(n->repo, &id, text.data, text.len, &n->err));
	text.data[1 << 20] ^= 1;
	ok(n, repo_blob_write(n->repo, &other, text.data, text.len, &n->err));
	oid_hex(hex, &id);
	oid_hex(other_hex, &other);
	n->broken = true;
	/* another text, itself sound, under its name */
	assert_int_equal(sh(n, "cd news/.git/objects && cp -f %.2s/%s %.2s/%s", other_hex, other_hex + 2, hex,
			    hex + 2),
			 0);
	refuses(n, E_GIT, "cannot be read", repo_blob_read(n->repo, &id, &back, &n->err));
	assert_int_equal(back.len, 0);
	strbuf_clear(&text);
	strbuf_clear(&back);
}

static void objects_of_an_alternate_are_read(void **state)
{
	struct newsroom *n = *state;
	struct strbuf back = STRBUF_INIT;
	struct oid id = newsroom_blob(n, "borrowed\n");
	struct repo *borrower = NULL;
	char *path = path_join(n->folder, "borrower");

	newsroom_advance(n, "refs/heads/main", &newsroom_none);
	assert_int_equal(sh(n, "git clone -q --shared news borrower"), 0);
	ok(n, repo_open(&borrower, path, &n->err));
	ok(n, repo_blob_read(borrower, &id, &back, &n->err));
	assert_string_equal(back.data, "borrowed\n");
	strbuf_clear(&back);
	repo_close(borrower);
	free(path);
}

static void objects_in_a_hooks_quarantine_are_read(void **state)
{
	struct newsroom *n = *state;
	struct strbuf back = STRBUF_INIT;
	struct repo *repo = NULL;
	char *quarantine = path_join(n->folder, "other/.git/objects");
	struct oid id;
	char *hex;

	assert_int_equal(sh(n, "git init -q other; echo pushed | git -C other hash-object -w --stdin"), 0);
	hex = sh_output(n);
	hex[40] = '\0';
	assert_true(oid_parse(&id, hex));
	setenv("GIT_QUARANTINE_PATH", quarantine, 1);
	ok(n, repo_open(&repo, n->news, &n->err));
	unsetenv("GIT_QUARANTINE_PATH");
	ok(n, repo_blob_read(repo, &id, &back, &n->err));
	assert_string_equal(back.data, "pushed\n");
	strbuf_clear(&back);
	repo_close(repo);
	free(quarantine);
	free(hex);
}

/* -- Tags -- */

static void a_tag_is_one_that_git_reads(void **state)
{
	struct newsroom *n = *state;
	struct oid commit = newsroom_advance(n, "refs/heads/main", &newsroom_none);
	struct repo_tag written = {.target = commit,
				   .name = (char *)"release/2026-11-20.1",
				   .tagger = n->person,
				   .time = {1795165200, -570},
				   .message = "2 articles\n\nArticle: content/a.md\n"};
	struct oid tag;
	struct oid peeled;
	char *seen;

	ok(n, repo_tag_write(n->repo, &tag, &written, &n->err));
	ok(n, repo_ref_move(n->repo, "refs/tags/release/2026-11-20.1", &tag, &newsroom_none, &n->person,
			    "tag", &n->err));
	assert_int_equal(
	    sh(n, "git -C news cat-file tag release/2026-11-20.1 | tail -n +3; git -C news describe"), 0);
	seen = sh_output(n);
	assert_string_equal(seen,
			    "tag release/2026-11-20.1\ntagger A. Writer <a@desk.example> 1795165200 -0930\n\n"
			    "2 articles\n\nArticle: content/a.md\nrelease/2026-11-20.1\n");
	free(seen);
	ok(n, repo_peel_commit(n->repo, &peeled, &tag, &n->err));
	assert_true(oid_equal(&peeled, &commit));
	ok(n, repo_peel_commit(n->repo, &peeled, &commit, &n->err));
	assert_true(oid_equal(&peeled, &commit));
	written.target = tag;
	refuses(n, E_INVALID, "must name a commit", repo_tag_write(n->repo, &tag, &written, &n->err));
	tag = newsroom_blob(n, "no commit");
	refuses(n, E_NOTFOUND, "no commit", repo_peel_commit(n->repo, &peeled, &tag, &n->err));
}

static void what_is_not_flushed_at_once_is_flushed_at_the_end(void **state)
{
	struct newsroom *n = *state;
	struct oid now;
	struct oid id;

	repo_set_durable(n->repo, false);
	id = newsroom_advance(n, "refs/drafts/x", &newsroom_none);
	ok(n, repo_flush(n->repo, &n->err));
	repo_set_durable(n->repo, true);
	ok(n, repo_ref_read(n->repo, "refs/drafts/x", &now, &n->err));
	assert_true(oid_equal(&now, &id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(a_commit_comes_back_as_it_was_written),
	    in_newsroom(a_commit_of_what_is_not_there_is_refused),
	    in_newsroom(a_person_that_would_break_a_commit_is_refused),
	    in_newsroom(an_old_commit_in_another_charset_is_read_as_utf8),
	    in_newsroom(histories_are_compared),
	    in_newsroom(a_blob_keeps_every_byte),
	    in_newsroom(a_blob_that_is_too_large_is_not_loaded),
	    in_newsroom(what_is_no_blob_is_not_read_as_one),
	    in_newsroom(a_damaged_blob_is_told),
	    in_newsroom(a_large_blob_is_read_whole_or_by_its_head),
	    in_newsroom(a_damaged_large_blob_is_told),
	    in_newsroom(objects_of_an_alternate_are_read),
	    in_newsroom(objects_in_a_hooks_quarantine_are_read),
	    in_newsroom(a_tag_is_one_that_git_reads),
	    in_newsroom(what_is_not_flushed_at_once_is_flushed_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
