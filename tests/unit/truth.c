#include "truth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define MAIN "refs/heads/main"

void truth_note(void *context, const struct verify_finding *finding)
{
	strbuf_addf(context, "%s %s: %s\n", finding->ok ? "true" : "LIE",
		    finding->path ? finding->path : "commit", finding->what);
}

bool truth_holds(void *context, const char *draft, const struct oid *head)
{
	return draft_holds(((struct room *)context)->n->repo, draft, head);
}

/* Appends the findings of the commits after root up to tip, each proved by itself. */
static void find_in_pieces(struct room *r, struct strbuf *words, const struct oid *root,
			   const struct oid *tip)
{
	struct release_index released = {0};
	struct verify_range range = {.tip = *tip, .now = INT64_MAX, .holds = truth_holds, .context = r};
	struct verify_result result;
	struct repo_commit commit;

	if (oid_equal(root, tip))
		return;
	ok(r, repo_commit_read(r->n->repo, &commit, tip, &r->err));
	range.old = commit.parent;
	repo_commit_clear(&commit);
	find_in_pieces(r, words, root, &range.old);
	ok(r, release_index_follow(&released, r->n->repo, &range.old, &r->err));
	range.released = &released;
	ok(r, verify_range(&result, r->n->repo, &range, truth_note, words, &r->err));
	assert_int_equal(result.commits, 1);
	release_index_clear(&released);
}

char *truth_findings(struct room *r, const char *only, struct verify_result *result)
{
	struct strbuf words = STRBUF_INIT;
	struct strbuf pieces = STRBUF_INIT;
	struct oid tip = room_ref(r, MAIN);

	ok(r, verify_branch(result, r->n->repo, &tip, only, truth_note, &words, &r->err));
	if (only == NULL) {
		find_in_pieces(r, &pieces, &result->root, &tip);
		assert_string_equal(words.data ? words.data : "", pieces.data ? pieces.data : "");
	}
	strbuf_clear(&pieces);
	return strbuf_detach(&words);
}

void truth_lies_are(struct room *r, const char *wanted)
{
	struct verify_result result;
	struct strbuf lies = STRBUF_INIT;
	char *all = truth_findings(r, NULL, &result);
	size_t count = 0;
	char *rest = all;

	for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
		if (strncmp(line, "LIE ", 4) != 0)
			continue;
		strbuf_addf(&lies, "%s\n", line + 4);
		count++;
	}
	assert_string_equal(lies.data, wanted);
	assert_int_equal(result.lies, count);
	strbuf_clear(&lies);
	free(all);
}

void truth_take_back(struct room *r, struct truth *truth, const char *name)
{
	struct repo_commit commit;
	char *ref = mem_printf("refs/drafts/%s", name);
	struct oid tip;
	char hex[REPO_HEX_SIZE];

	truth->base = room_ref(r, MAIN);
	truth->head = room_ref(r, ref);
	room_release(r, name);
	tip = room_ref(r, MAIN);
	ok(r, repo_commit_read(r->n->repo, &commit, &tip, &r->err));
	truth->tree = commit.tree;
	truth->message = mem_strdup(commit.message);
	repo_commit_clear(&commit);
	oid_hex(hex, &truth->base);
	assert_int_equal(sh(r->n, "git -C news update-ref %s %s", MAIN, hex), 0);
	free(ref);
}

void truth_back_to(struct room *r, const struct oid *commit)
{
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, commit);
	assert_int_equal(sh(r->n, "git -C news update-ref %s %s", MAIN, hex), 0);
}

char *truth_altered(const char *message, const char *part, const char *other)
{
	const char *at = strstr(message, part);

	assert_non_null(at);
	return mem_printf("%.*s%s%s", (int)(at - message), message, other, at + strlen(part));
}

char *truth_with_head(const struct truth *truth, const struct oid *head)
{
	char old_hex[REPO_HEX_SIZE];
	char new_hex[REPO_HEX_SIZE];

	oid_hex(old_hex, &truth->head);
	oid_hex(new_hex, head);
	return truth_altered(truth->message, old_hex, new_hex);
}

void truth_forge(struct room *r, const struct truth *truth, const char *message)
{
	room_forge(r,
		   &(struct forgery){.ref = MAIN, .person = BORIS, .message = message, .tree = truth->tree});
}
