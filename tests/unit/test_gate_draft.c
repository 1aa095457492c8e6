/* The gate measures the lines of drafts: where they begin and stand, and what they change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/draft.h"
#include "desk/gate.h"
#include "server.h"

#define MAIN  "refs/heads/main"
#define DRAFT "refs/drafts/lake"
#define LAKE  "content/city/lake.md"

/* Behind a commit that is none of the draft's, the draft would begin anew, without its authors and events. */
static void a_draft_does_not_begin_anew_on_its_own_line(void **state)
{
	struct server *s = *state;
	struct oid tip = room_ref(s->r, MAIN);

	server_begin(s);
	server_takes(s, ANNA);
	room_forge(s->r, &(struct forgery){.ref = DRAFT, .person = BORIS, .message = "x\n"});
	room_forge(s->r, &(struct forgery){.ref = DRAFT,
					   .person = BORIS,
					   .merged = tip,
					   .message = "Save lake\n\nDraft: lake\nArticle: " LAKE "\n"});
	server_refuses(s, BORIS, DRAFT, "lake is no draft: its commits do not say so.");
}

static void a_draft_begins_with_one_parent(void **state)
{
	static const char x[] = "refs/heads/x";
	struct server *s = *state;
	struct oid tip = room_ref(s->r, MAIN);
	struct repo_commit commit;
	struct oid beside;

	ok(s->r, repo_commit_read(s->r->n->repo, &commit, &tip, &s->r->err));
	room_forge(s->r,
		   &(struct forgery){.ref = x, .parent = tip, .message = "x\n", .path = "x", .text = "x"});
	beside = room_forge(s->r, &(struct forgery){.ref = x, .message = "x\n", .tree = commit.tree});
	server_put(s, x, &newsroom_none);
	room_forge(s->r, &(struct forgery){.ref = DRAFT,
					   .parent = beside,
					   .merged = tip,
					   .message = "Save lake\n\nDraft: lake\nArticle: " LAKE "\n",
					   .path = LAKE,
					   .text = room_text("The lake", "Words.")});
	server_refuses(s, ANNA, DRAFT, "lake does not stand on the release branch: begin it there.");
	repo_commit_clear(&commit);
}

static void a_draft_stands_on_the_release_branch(void **state)
{
	static const char save[] = "Save pier\n\nDraft: pier\nArticle: content/city/pier.md\n";
	struct server *s = *state;
	struct room *r = s->r;
	struct oid old = room_ref(r, MAIN);
	struct oid beside;

	server_approved(s);
	/* On another draft; on a commit that nobody has; from the newest release back to an older one. */
	room_forge(r, &(struct forgery){.ref = "refs/drafts/pier",
					.parent = room_ref(r, DRAFT),
					.message = save,
					.path = "content/city/pier.md",
					.text = "x"});
	server_refuses(s, ANNA, "refs/drafts/pier", "pier does not stand on the release branch");
	beside = room_forge(r, &(struct forgery){.ref = "refs/heads/x",
						 .parent = old,
						 .message = "x\n",
						 .path = "x",
						 .text = "x"});
	server_put(s, "refs/heads/x", &newsroom_none);
	room_forge(r, &(struct forgery){.ref = "refs/drafts/pier",
					.parent = beside,
					.message = save,
					.path = "content/city/pier.md",
					.text = "x"});
	server_refuses(s, ANNA, "refs/drafts/pier", "pier does not stand on the release branch");
	room_release(r, "lake");
	server_takes(s, BORIS);
	room_begin(r, "pier", room_text("The pier", "Words."));
	server_takes(s, ANNA);
	room_forge(r, &(struct forgery){.ref = "refs/drafts/pier", .merged = old, .message = save});
	server_refuses(s, ANNA, "refs/drafts/pier", "to an older state of the release branch");
}

static void a_save_changes_its_article_and_what_is_beside_it(void **state)
{
	static const struct {
		const char *path;
		enum repo_mode mode;
		const char *why;
	} rows[] = {
	    {"content/city/pier.md", 0, "neither its article nor a file beside it"},
	    {"content/culture/lake.png", 0, "neither its article nor a file beside it"},
	    {POLICY_PATH, 0, "neither its article nor a file beside it"},
	    {"README", 0, "neither its article nor a file beside it"},
	    {"content/city/lake.png", REPO_MODE_LINK, "as something else than a plain file"},
	    {LAKE, REPO_MODE_EXECUTABLE, "as something else than a plain file"},
	};
	static const char save[] = "Save lake\n\nDraft: lake\nArticle: " LAKE "\n";
	struct server *s = *state;

	server_begin(s);
	server_takes(s, ANNA);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		room_forge(s->r, &(struct forgery){.ref = DRAFT,
						   .message = save,
						   .path = rows[i].path,
						   .text = "x",
						   .mode = rows[i].mode});
		server_refuses(s, ANNA, DRAFT, rows[i].why);
	}
	room_forge(s->r, &(struct forgery){.ref = "refs/drafts/pier",
					   .parent = room_ref(s->r, MAIN),
					   .message = "Save pier\n\nDraft: pier\nArticle: layouts/pier.md\n",
					   .path = "layouts/pier.md",
					   .text = "x"});
	server_refuses(s, ANNA, "refs/drafts/pier", "layouts/pier.md is not an article's place");
}

static void what_is_too_large_is_refused_before_it_is_read(void **state)
{
	struct server *s = *state;
	struct room *r = s->r;
	char *words = mem_alloc(REPO_BLOB_LIMIT + 2);

	server_begin(s);
	server_takes(s, ANNA);
	memset(words, 'x', REPO_BLOB_LIMIT + 1);
	words[REPO_BLOB_LIMIT + 1] = '\0';
	room_forge(r, &(struct forgery){.ref = DRAFT,
					.message = "Save lake\n\nDraft: lake\nArticle: " LAKE "\n",
					.path = LAKE,
					.text = words});
	server_refuses(s, ANNA, DRAFT, LAKE " is larger than 16 MiB, the most that an article may have.");
	room_rule(r, "[step \"review\"]\n[attachment]\n\tlargest = 5k\n");
	server_follow(s);
	words[5121] = '\0';
	room_forge(r, &(struct forgery){.ref = DRAFT,
					.message = "Save lake\n\nDraft: lake\nArticle: " LAKE "\n",
					.path = "content/city/lake.png",
					.text = words});
	server_refuses(s, ANNA, DRAFT,
		       "content/city/lake.png has 5121 bytes, and a file beside an article has at most 5120");
	free(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_server(a_draft_does_not_begin_anew_on_its_own_line),
	    in_a_server(a_draft_begins_with_one_parent),
	    in_a_server(a_draft_stands_on_the_release_branch),
	    in_a_server(a_save_changes_its_article_and_what_is_beside_it),
	    in_a_server(what_is_too_large_is_refused_before_it_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
