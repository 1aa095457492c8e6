#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "newsroom.h"

/* -- Helpers -- */

/* A tree object of these bytes, which git would not make itself. */
static struct oid raw_tree(struct newsroom *n, const struct strbuf *bytes)
{
	char *file = path_join(n->folder, "raw");
	struct oid id;
	char *hex;

	ok(n, path_write(file, bytes->data, bytes->len, 0600, &n->err));
	assert_int_equal(sh(n, "git -C news hash-object -t tree --literally -w ../raw"), 0);
	hex = sh_output(n);
	hex[40] = '\0';
	assert_true(oid_parse(&id, hex));
	free(hex);
	free(file);
	return id;
}

static void add_raw(struct strbuf *bytes, const char *mode, const char *name, const struct oid *id)
{
	strbuf_addf(bytes, "%s %s", mode, name);
	strbuf_add(bytes, "", 1);
	strbuf_add(bytes, id->id, REPO_OID_SIZE);
}

static int list_entry(void *context, const struct repo_entry *entry)
{
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &entry->id);
	strbuf_addf(context, "%06o %s %s\n", entry->mode, hex, entry->path);
	return 0;
}

static char *listing(struct newsroom *n, const struct oid *tree, const char *prefix)
{
	struct strbuf out = STRBUF_INIT;

	ok(n, repo_tree_walk(n->repo, tree, prefix, list_entry, &out, &n->err));
	return strbuf_detach(&out);
}

static int list_change(void *context, const struct repo_change *change)
{
	char old_hex[REPO_HEX_SIZE];
	char new_hex[REPO_HEX_SIZE];

	oid_hex(old_hex, &change->old_id);
	oid_hex(new_hex, &change->new_id);
	strbuf_addf(context, ":%06o %06o %s %s\t%s\n", change->old_mode, change->new_mode, old_hex, new_hex,
		    change->path);
	return 0;
}

static struct oid edit(struct newsroom *n, const struct oid *tree, const struct repo_entry *changes,
		       size_t count)
{
	struct oid out;

	ok(n, repo_tree_edit(n->repo, &out, tree, changes, count, &n->err));
	return out;
}

/* -- Reading -- */

static void what_stands_at_a_path_is_found(void **state)
{
	struct newsroom *n = *state;
	struct oid tree = newsroom_tree(n, &newsroom_none, "content/city/lake.md", "lake");
	struct repo_entry entry;

	tree = newsroom_tree(n, &tree, "content/city.md", "city");
	ok(n, repo_tree_find(n->repo, &tree, "content/city/lake.md", &entry, &n->err));
	assert_int_equal(entry.mode, REPO_MODE_FILE);
	ok(n, repo_tree_find(n->repo, &tree, "content/city", &entry, &n->err));
	assert_int_equal(entry.mode, REPO_MODE_TREE);
	assert_string_equal(entry.path, "content/city");
	refuses(n, E_NOTFOUND, "content/cit", repo_tree_find(n->repo, &tree, "content/cit", &entry, &n->err));
	refuses(n, E_NOTFOUND, "a/b", repo_tree_find(n->repo, &tree, "content/city.md/a/b", &entry, &n->err));
	refuses(n, E_NOTFOUND, "", repo_tree_find(n->repo, &tree, "content//city.md", &entry, &n->err));
	refuses(n, E_NOTFOUND, "", repo_tree_find(n->repo, &tree, "content/", &entry, &n->err));
	refuses(n, E_NOTFOUND, "", repo_tree_find(n->repo, &tree, "", &entry, &n->err));
	refuses(n, E_NOTFOUND, "x", repo_tree_find(n->repo, &newsroom_none, "x", &entry, &n->err));
}

static int stop_at_second(void *context, const struct repo_entry *entry)
{
	(void)entry;
	return ++*(int *)context == 2 ? 9 : 0;
}

static void a_walk_sees_everything_below_a_folder(void **state)
{
	struct newsroom *n = *state;
	struct oid id;
	struct repo_commit commit;
	int visits = 0;
	char *ours;
	char *git;

	assert_int_equal(
	    sh(n,
	       "cd news; mkdir -p content/city content/city.d other; echo a >content/city/b.md; echo b "
	       ">content/city.md; "
	       "echo c >content/city-x; echo d >content/city.d/志愿者.md; ln -s /etc/passwd content/link; "
	       "echo e >content/run; chmod +x content/run; echo f >other/f; git init -q content/sub; "
	       "git -C content/sub commit -q --allow-empty -m s; git -c advice.addEmbeddedRepo=false add .; "
	       "git commit -qm all; git ls-tree -r HEAD content | sed 's/ blob / /; s/ commit / /; s/\t/ /'"),
	    0);
	git = sh_output(n);
	ok(n, repo_ref_read(n->repo, "refs/heads/main", &id, &n->err));
	ok(n, repo_commit_read(n->repo, &commit, &id, &n->err));
	ours = listing(n, &commit.tree, "content");
	assert_non_null(strstr(git, "160000"));
	assert_non_null(strstr(git, "120000"));
	assert_non_null(strstr(git, "100755"));
	/* git quotes what is not ASCII. */
	assert_int_equal(
	    sh(n,
	       "git -C news -c core.quotePath=false ls-tree -r HEAD content | sed 's/ blob / /; s/ commit / "
	       "/; s/\t/ /'"),
	    0);
	free(git);
	git = sh_output(n);
	assert_string_equal(ours, git);
	free(ours);
	ours = listing(n, &commit.tree, "nothing/here");
	assert_string_equal(ours, "");
	free(ours);
	ours = listing(n, &commit.tree, "content/city.md");
	assert_string_equal(ours, "");
	free(ours);
	assert_int_equal(repo_tree_walk(n->repo, &commit.tree, "", stop_at_second, &visits, &n->err), 9);
	assert_int_equal(visits, 2);
	repo_commit_clear(&commit);
	free(git);
}

static void entries_that_nobody_should_have_made_are_seen(void **state)
{
	struct newsroom *n = *state;
	struct oid blob = newsroom_blob(n, "evil");
	struct strbuf bytes = STRBUF_INIT;
	struct repo_entry change = {.path = "fine.md", .mode = REPO_MODE_FILE, .id = blob};
	struct oid inner;
	struct oid tree;
	char *list;

	n->broken = true;
	add_raw(&bytes, "100644", "b", &blob);
	inner = raw_tree(n, &bytes);
	strbuf_reset(&bytes);
	add_raw(&bytes, "100644", "..", &blob);
	add_raw(&bytes, "40000", ".git", &inner);
	add_raw(&bytes, "100664", "a", &blob);
	add_raw(&bytes, "100755", "a", &blob);
	add_raw(&bytes, "160000", "gone", &blob);
	add_raw(&bytes, "120000", "x/y", &blob);
	tree = raw_tree(n, &bytes);
	list = listing(n, &tree, "");
	assert_non_null(strstr(list, " ..\n"));
	assert_non_null(strstr(list, " .git/b\n"));
	assert_non_null(strstr(list, " gone\n"));
	assert_non_null(strstr(list, " x/y\n"));
	assert_non_null(strstr(list, "100644 "));
	assert_non_null(strstr(list, "100755 "));
	free(list);
	/* An edit beside them leaves them as they are. */
	tree = edit(n, &tree, &change, 1);
	list = listing(n, &tree, "");
	assert_non_null(strstr(list, " ..\n"));
	assert_non_null(strstr(list, " fine.md\n"));
	free(list);
	/* A name that is there twice is there once after it was changed. */
	change.path = "a";
	change.mode = REPO_MODE_NONE;
	tree = edit(n, &tree, &change, 1);
	list = listing(n, &tree, "");
	assert_null(strstr(list, " a\n"));
	free(list);
	strbuf_clear(&bytes);
}

static void a_damaged_tree_is_told(void **state)
{
	static const char *const damages[] = {"100644 a", "100644", "x", "100644 ", "9 a"};
	struct newsroom *n = *state;
	struct strbuf bytes = STRBUF_INIT;
	struct repo_entry entry;
	struct repo_entry change = {.path = "b", .mode = REPO_MODE_FILE};
	struct oid out;

	n->broken = true;
	change.id = newsroom_blob(n, "b");
	for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
		struct oid tree;

		strbuf_reset(&bytes);
		add_raw(&bytes, "100644", "0", &change.id);
		strbuf_adds(&bytes, damages[i]);
		tree = raw_tree(n, &bytes);
		refuses(n, E_GIT, "git fsck",
			repo_tree_walk(n->repo, &tree, "", list_entry, &bytes, &n->err));
		refuses(n, E_GIT, "git fsck", repo_tree_find(n->repo, &tree, "z", &entry, &n->err));
		refuses(n, E_GIT, "git fsck", repo_tree_edit(n->repo, &out, &tree, &change, 1, &n->err));
	}
	refuses(n, E_GIT, "git fsck", repo_tree_find(n->repo, &change.id, "z", &entry, &n->err));
	strbuf_clear(&bytes);
}

static int remember_length(void *context, const struct repo_entry *entry)
{
	*(size_t *)context = strlen(entry->path);
	return 0;
}

static void a_tree_may_be_nested_very_deep(void **state)
{
	struct newsroom *n = *state;
	struct oid tree = newsroom_tree(n, &newsroom_none, "leaf.md", "leaf");
	struct strbuf path = STRBUF_INIT;
	struct repo_entry entry;
	size_t length = 0;

	repo_set_durable(n->repo, false);
	for (int depth = 0; depth < 1900; depth++) {
		struct repo_entry change = {.path = "d", .mode = REPO_MODE_TREE, .id = tree};

		tree = edit(n, &newsroom_none, &change, 1);
		strbuf_adds(&path, "d/");
	}
	strbuf_adds(&path, "leaf.md");
	ok(n, repo_tree_walk(n->repo, &tree, "", remember_length, &length, &n->err));
	assert_int_equal(length, path.len);
	ok(n, repo_tree_find(n->repo, &tree, path.data, &entry, &n->err));
	tree = newsroom_tree(n, &tree, path.data, "changed");
	repo_set_durable(n->repo, true);
	strbuf_clear(&path);
}

/* -- Editing -- */

static void folders_appear_and_vanish(void **state)
{
	struct newsroom *n = *state;
	struct oid tree = newsroom_tree(n, &newsroom_none, "content/city/lake.md", "lake");
	struct repo_entry change = {.path = "content/city/lake.md", .mode = REPO_MODE_NONE};
	struct oid empty;

	empty = edit(n, &tree, &change, 1);
	assert_true(oid_parse(&tree, "4b825dc642cb6eb9a060e54bf8d69288fbee4904"));
	assert_true(oid_equal(&empty, &tree));
	/* Taking away what is not there changes nothing. */
	empty = edit(n, &tree, &change, 1);
	assert_true(oid_equal(&empty, &tree));
}

static void a_tree_is_foreseen_without_being_written(void **state)
{
	struct newsroom *n = *state;
	struct oid tree = newsroom_tree(n, &newsroom_none, "content/city/lake.md", "lake");
	struct repo_entry changes[] = {{.path = "content/city/lake.md", .mode = REPO_MODE_NONE},
				       {.path = "content/port/lake.md",
					.mode = REPO_MODE_FILE,
					.id = newsroom_blob(n, "lake")}};
	char hex[REPO_HEX_SIZE];
	struct oid foreseen;
	struct oid written;

	ok(n, repo_tree_preview(n->repo, &foreseen, &tree, changes, 2, &n->err));
	oid_hex(hex, &foreseen);
	assert_int_not_equal(sh(n, "git -C news cat-file -e %s", hex), 0);
	written = edit(n, &tree, changes, 2);
	assert_true(oid_equal(&foreseen, &written));
	assert_int_equal(sh(n, "git -C news cat-file -e %s", hex), 0);
}

static void a_file_and_a_folder_do_not_share_a_name(void **state)
{
	struct newsroom *n = *state;
	struct oid blob = newsroom_blob(n, "text");
	struct oid tree = newsroom_tree(n, &newsroom_none, "content/city", "file");
	struct repo_entry put = {.path = "content/city/a.md", .mode = REPO_MODE_FILE, .id = blob};
	struct repo_entry both[2] = {put, {.path = "content/city", .mode = REPO_MODE_NONE}};
	struct repo_entry back[2] = {{.path = "content/city", .mode = REPO_MODE_FILE, .id = blob},
				     {.path = "content/city/a.md", .mode = REPO_MODE_NONE}};
	struct oid out;
	char *list;

	refuses(n, E_INVALID, "city is a file", repo_tree_edit(n->repo, &out, &tree, &put, 1, &n->err));
	tree = edit(n, &tree, both, 2);
	list = listing(n, &tree, "");
	assert_non_null(strstr(list, " content/city/a.md\n"));
	free(list);
	refuses(n, E_INVALID, "city is a folder", repo_tree_edit(n->repo, &out, &tree, back, 1, &n->err));
	tree = edit(n, &tree, back, 2);
	list = listing(n, &tree, "");
	assert_non_null(strstr(list, " content/city\n"));
	free(list);
}

static void of_two_changes_of_one_path_the_later_counts(void **state)
{
	struct newsroom *n = *state;
	struct repo_entry changes[3] = {{.path = "a.md", .mode = REPO_MODE_FILE, .id = newsroom_blob(n, "1")},
					{.path = "b.md", .mode = REPO_MODE_FILE, .id = newsroom_blob(n, "2")},
					{.path = "a.md",
					 .mode = REPO_MODE_FILE,
					 .id = newsroom_blob(n, "3")}};
	struct oid tree = edit(n, &newsroom_none, changes, 3);
	struct repo_entry entry;

	ok(n, repo_tree_find(n->repo, &tree, "a.md", &entry, &n->err));
	assert_true(oid_equal(&entry.id, &changes[2].id));
}

static void an_unsafe_path_is_not_put(void **state)
{
	struct newsroom *n = *state;
	struct repo_entry change = {.path = "content/../../etc/passwd", .mode = REPO_MODE_FILE};
	struct oid out;

	change.id = newsroom_blob(n, "x");
	refuses(n, E_INVALID, "content/../../etc/passwd",
		repo_tree_edit(n->repo, &out, &newsroom_none, &change, 1, &n->err));
	change.path = "content/.GIT/config";
	refuses(n, E_INVALID, ".GIT", repo_tree_edit(n->repo, &out, &newsroom_none, &change, 1, &n->err));
	change.path = "content/a.md";
	assert_true(oid_parse(&change.id, "1234567890123456789012345678901234567890"));
	refuses(n, E_GIT, "content/a.md", repo_tree_edit(n->repo, &out, &newsroom_none, &change, 1, &n->err));
}

/* A path of a few names that often meet as file and folder, and sort oddly. */
static const char *random_path(char out[32])
{
	static const char *const names[] = {"a", "a.b", "a-b", "a0", "b", "aa", "A", "é"};
	int depth = 1 + rand() % 3;

	out[0] = '\0';
	for (int i = 0; i < depth; i++) {
		strcat(out, i ? "/" : "");
		strcat(out, names[rand() % 8]);
	}
	return out;
}

/* Whether a put here would meet a file as a folder or a folder as a file. */
static bool clashes(struct newsroom *n, const struct oid *tree, const char *path)
{
	char part[32];
	struct repo_entry entry;

	if (repo_tree_find(n->repo, tree, path, &entry, NULL) == 0 && entry.mode == REPO_MODE_TREE)
		return true;
	for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
		if (repo_tree_find(n->repo, tree, part, &entry, NULL) == 0 && entry.mode != REPO_MODE_TREE)
			return true;
	}
	return false;
}

static void random_edits_and_differences_are_those_of_git(void **state)
{
	struct newsroom *n = *state;
	struct oid blobs[3] = {newsroom_blob(n, "0"), newsroom_blob(n, "1"), newsroom_blob(n, "2")};
	struct oid tree = edit(n, &newsroom_none, NULL, 0);
	char *info = path_join(n->folder, "info");

	srand(20261120);
	repo_set_durable(n->repo, false);
	for (int round = 0; round < 60; round++) {
		struct strbuf lines = STRBUF_INIT;
		struct strbuf changes = STRBUF_INIT;
		struct oid next = tree;
		char hex[REPO_HEX_SIZE];
		char old_hex[REPO_HEX_SIZE];
		char *git;

		for (int i = 0; i < 6; i++) {
			char path[32];
			bool put = rand() % 5 < 3;
			struct repo_entry change = {.path = random_path(path),
						    .mode = put ? rand() % 4 ? REPO_MODE_FILE
									     : REPO_MODE_EXECUTABLE
								: REPO_MODE_NONE};

			if (put && clashes(n, &next, path))
				continue;
			change.id = put ? blobs[rand() % 3] : newsroom_none;
			next = edit(n, &next, &change, 1);
		}
		oid_hex(old_hex, &tree);
		oid_hex(hex, &next);
		ok(n, repo_tree_diff(n->repo, &tree, &next, list_change, &changes, &n->err));
		assert_int_equal(sh(n,
				    "git -C news -c core.quotePath=false diff-tree -r --raw --no-renames "
				    "--no-abbrev %s %s | "
				    "sed 's/ [AMDT]\t/\t/'",
				    old_hex, hex),
				 0);
		git = sh_output(n);
		assert_string_equal(changes.data, git);
		free(git);
		/* All of the change at once gives the same tree, and git builds it from its entries too. */
		git = listing(n, &next, "");
		for (char *at = git; *at != '\0'; at++) {
			if (*at == ' ' && at - git > 40 && at[-41] == ' ')
				*at = '\t';
			strbuf_addc(&lines, *at);
		}
		free(git);
		ok(n, path_write(info, lines.data, lines.len, 0600, &n->err));
		assert_int_equal(
		    sh(n,
		       "cd news; rm -f .git/index; git update-index --index-info <../info; git write-tree"),
		    0);
		git = sh_output(n);
		git[40] = '\0';
		assert_string_equal(hex, git);
		free(git);
		strbuf_clear(&lines);
		strbuf_clear(&changes);
		tree = next;
	}
	repo_set_durable(n->repo, true);
	free(info);
}

struct gathered {
	struct repo_entry items[64];
	size_t count;
};

static int gather(void *context, const struct repo_change *change)
{
	struct gathered *all = context;

	all->items[all->count++] =
	    (struct repo_entry){mem_strdup(change->path), change->new_mode, change->new_id};
	return 0;
}

static void many_edits_at_once_are_the_same_as_one_by_one(void **state)
{
	struct newsroom *n = *state;
	struct oid blobs[3] = {newsroom_blob(n, "0"), newsroom_blob(n, "1"), newsroom_blob(n, "2")};
	struct oid tree = edit(n, &newsroom_none, NULL, 0);

	srand(4711);
	repo_set_durable(n->repo, false);
	for (int round = 0; round < 60; round++) {
		struct gathered all = {.count = 0};
		struct oid next = tree;
		struct oid once;

		for (int i = 0; i < 8; i++) {
			char path[32];
			bool put = rand() % 5 < 3;
			struct repo_entry change = {.path = random_path(path),
						    .mode = put ? REPO_MODE_FILE : REPO_MODE_NONE};

			if (put && clashes(n, &next, path))
				continue;
			change.id = put ? blobs[rand() % 3] : newsroom_none;
			next = edit(n, &next, &change, 1);
		}
		ok(n, repo_tree_diff(n->repo, &tree, &next, gather, &all, &n->err));
		once = edit(n, &tree, all.items, all.count);
		assert_true(oid_equal(&once, &next));
		while (all.count > 0)
			free((char *)all.items[--all.count].path);
		tree = next;
	}
	repo_set_durable(n->repo, true);
}

/* -- Paths -- */

static void unsafe_paths_are_known(void **state)
{
	static const struct {
		const char *path;
		bool safe;
	} rows[] = {
	    {"content/city/lake.md", true},
	    {"志愿者/湖.md", true},
	    {".gitignore", true},
	    {".github/x", true},
	    {"git~2", true},
	    {".gitx", true},
	    {"a.git", true},
	    {"...", true},
	    {".copydesk/policy", true},
	    {"a b", true},
	    {"", false},
	    {"/a", false},
	    {"a/", false},
	    {"a//b", false},
	    {".", false},
	    {"..", false},
	    {"a/../b", false},
	    {"a/./b", false},
	    {".git", false},
	    {"a/.git/hooks/x", false},
	    {".GIT/x", false},
	    {".Git", false},
	    {"git~1", false},
	    {"GIT~1/x", false},
	    {".git ", false},
	    {".git.", false},
	    {".git. .", false},
	    {".git::$INDEX_ALLOCATION/x", false},
	    {".g\xe2\x80\x8cit", false},
	    {"\xef\xbb\xbf.git", false},
	    {".git\xe2\x81\xaf", false},
	    {"a\\b", false},
	    {"a\nb", false},
	    {"a\x7f", false},
	};
	struct newsroom *n = *state;
	struct oid blob = newsroom_blob(n, "x");
	struct strbuf long_name = STRBUF_INIT;
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &blob);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (repo_path_safe(rows[i].path) != rows[i].safe)
			fail_msg("\"%s\" is not %s", rows[i].path, rows[i].safe ? "safe" : "unsafe");
		if (rows[i].safe && sh(n,
				       "git -C news -c core.protectHFS=true -c core.protectNTFS=true "
				       "update-index --add --cacheinfo "
				       "'100644,%s,%s'",
				       hex, rows[i].path) != 0)
			fail_msg("git refuses \"%s\"", rows[i].path);
	}
	for (int i = 0; i < 255; i++)
		strbuf_addc(&long_name, 'x');
	assert_true(repo_path_safe(long_name.data));
	strbuf_addc(&long_name, 'x');
	assert_false(repo_path_safe(long_name.data));
	strbuf_clear(&long_name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(what_stands_at_a_path_is_found),
	    in_newsroom(a_walk_sees_everything_below_a_folder),
	    in_newsroom(entries_that_nobody_should_have_made_are_seen),
	    in_newsroom(a_damaged_tree_is_told),
	    in_newsroom(a_tree_may_be_nested_very_deep),
	    in_newsroom(folders_appear_and_vanish),
	    in_newsroom(a_tree_is_foreseen_without_being_written),
	    in_newsroom(a_file_and_a_folder_do_not_share_a_name),
	    in_newsroom(of_two_changes_of_one_path_the_later_counts),
	    in_newsroom(an_unsafe_path_is_not_put),
	    in_newsroom(random_edits_and_differences_are_those_of_git),
	    in_newsroom(many_edits_at_once_are_the_same_as_one_by_one),
	    in_newsroom(unsafe_paths_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
