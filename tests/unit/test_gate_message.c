/* The gate reads the messages of what is pushed: only those that copydesk would write come in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "desk/draft.h"
#include "desk/gate.h"
#include "server.h"

#define DRAFT "refs/drafts/lake"
#define LAKE  "content/city/lake.md"

static void a_message_that_copydesk_would_not_write_is_refused(void **state)
{
	static const struct {
		const char *message;
		const char *why;
	} rows[] = {
	    {"Submit lake\n\nDraft: lake\nEvent: submit\nEvent: spike\nArticle: " LAKE "\n",
	     "says \"Event:\" more than once"},
	    {"Submit lake\n\nDraft: lake\nDraft: pier\nEvent: submit\nArticle: " LAKE "\n",
	     "says \"Draft:\" more than once"},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\nArticle: content/city/pier.md\n",
	     "names the article content/city/pier.md"},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\n", "says no \"Article:\""},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\nArticle: " LAKE "\nStep: review\n",
	     "says \"Step:\", which no submit does"},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\nArticle: " LAKE "\nReviewed-by: x\n",
	     "says \"Reviewed-by:\", which no submit does"},
	    {"Submit lake\n\nDraft: lake\nevent: submit\nArticle: " LAKE "\n", "says \"event:\""},
	    {"Submit lake\n\nDraft: lake\nEvent: dance\nArticle: " LAKE "\n", "no event that this version"},
	    {"Submit lake\n\nDraft: lake\nArticle: " LAKE "\n", "no event that this version"},
	    {"Submit lake\nDraft: lake\nEvent: submit\nArticle: " LAKE "\n", "lake is no draft"},
	    {"Submit lake\n\nDraft: lake\nEvent:  submit\nArticle: " LAKE "\n", "not as copydesk writes it"},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\nArticle: " LAKE, "not as copydesk writes it"},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\nSome words\nArticle: " LAKE "\n",
	     "lake is no draft"},
	    {"Submit lake\n\nEvent: approve\n\nDraft: lake\nEvent: submit\nArticle: " LAKE "\n",
	     "not as copydesk writes it"},
	    {"Submit lake\n\nWords.\n---\nDraft: lake\n\nDraft: lake\nEvent: submit\nArticle: " LAKE "\n",
	     "lake is no draft"},
	    {"Submit lake\n\nDraft: lake\nEvent: sub\n mit\nArticle: " LAKE "\n",
	     "no event that this version"},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\n mit\nArticle: " LAKE "\n",
	     "no event that this version"},
	    {"Comment on lake\n\nDraft: lake\nEvent: resolve\nArticle: " LAKE
	     "\nThread: 0123456789012345678901234567890123456789\n",
	     "lake has no comment, question or suggestion 0123456789."},
	    {"Assign lake\n\nDraft: lake\nEvent: assign\nArticle: " LAKE "\nAssignee: Boris\n",
	     "is no person"},
	    {"Released lake\n\nDraft: lake\nEvent: released\nArticle: " LAKE "\n",
	     "It says that lake was released, and the release branch does not."},
	    {"Comment on lake\n\nx\n\nDraft: lake\nEvent: comment\nArticle: " LAKE
	     "\nOn: 0123456789012345678901234567890123456789\nAt: 0+1 x\n",
	     "It is about a text that lake never had."},
	};
	struct server *s = *state;

	server_begin(s);
	server_takes(s, ANNA);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		room_forge(s->r, &(struct forgery){.ref = DRAFT, .message = rows[i].message});
		server_refuses(s, ANNA, DRAFT, rows[i].why);
	}
	room_forge(s->r,
		   &(struct forgery){.ref = DRAFT,
				     .message =
					 "Submit lake\n\nDraft: lake\nEvent: submit\nArticle: " LAKE "\n",
				     .path = LAKE,
				     .text = room_text("The lake", "Other words.")});
	server_refuses(s, ANNA, DRAFT, "says \"Event:\", which no save does");
}

/* What is said of a draft needs one that is there. */
static void a_draft_begins_with_a_save(void **state)
{
	static const char *const messages[] = {
	    "Released lake\n\nDraft: lake\nEvent: released\nArticle: " LAKE "\n",
	    "Assign lake\n\nDraft: lake\nEvent: assign\nArticle: " LAKE
	    "\nAssignee: Boris <boris@desk.example>\n",
	    "Comment on lake\n\nx\n\nDraft: lake\nEvent: comment\nArticle: " LAKE
	    "\nOn: 0123456789012345678901234567890123456789\nAt: 0+1 x\n",
	};
	struct server *s = *state;

	server_follow(s);
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
		room_forge(s->r, &(struct forgery){.ref = DRAFT,
						   .message = messages[i],
						   .parent = room_ref(s->r, "refs/heads/main")});
		server_refuses(s, ANNA, DRAFT, "says \"Event:\", which no save does");
		server_put(s, DRAFT, &newsroom_none);
	}
}

/* Two programs can read two things in one message. */
static void words_are_in_utf8(void **state)
{
	struct server *s = *state;

	server_begin(s);
	server_takes(s, ANNA);
	assert_int_equal(
	    sh(s->r->n, "cd news && printf 'Submit lake\\n\\nDraft: lake\\nEvent: submit\\nArticle: " LAKE
			"\\n' >../words && export GIT_AUTHOR_NAME=Anna GIT_AUTHOR_EMAIL=anna@desk.example "
			"GIT_COMMITTER_NAME=Anna GIT_COMMITTER_EMAIL=anna@desk.example "
			"GIT_AUTHOR_DATE=2026-11-20T09:00:00Z GIT_COMMITTER_DATE=2026-11-20T09:00:00Z && "
			"git update-ref " DRAFT " $(git -c i18n.commitEncoding=UTF-7 commit-tree -p " DRAFT
			" -F ../words " DRAFT "^{tree})"),
	    0);
	server_refuses(s, ANNA, DRAFT, "in another encoding than UTF-8");
}

static void a_draft_keeps_its_kind(void **state)
{
	struct server *s = *state;

	server_begin(s);
	server_takes(s, ANNA);
	room_forge(s->r, &(struct forgery){.ref = DRAFT,
					   .message = "Save lake\n\nDraft: lake\nArticle: " LAKE
						      "\nKind: withdraw\n",
					   .path = LAKE,
					   .text = room_text("The lake", "It is gone.")});
	server_refuses(s, ANNA, DRAFT, "says \"Kind:\", which only the first commit of a draft does.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_server(a_message_that_copydesk_would_not_write_is_refused),
	    in_a_server(a_draft_begins_with_a_save),
	    in_a_server(words_are_in_utf8),
	    in_a_server(a_draft_keeps_its_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
