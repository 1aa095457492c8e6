/*
 * What the files of the desk room share; no other room includes this.
 */
#ifndef COPYDESK_DESK_INTERNAL_H
#define COPYDESK_DESK_INTERNAL_H

#include "base/clock.h"
#include "base/error.h"
#include "desk/desk.h"
#include "store/catalog.h"

/* A published article; until its text is known, title is the slug and the rest is empty. */
struct desk_article {
	char *path;
	char *section;
	struct oid blob;
	struct catalog_row row;
	bool known;
};

struct desk_articles {
	struct desk_article *items; /* in order of path */
	size_t count;
	size_t capacity;
	size_t known;
};

/*
 * A ref below refs/drafts/.  One that the release branch says went out, and that nobody touched
 * since, is only read when it is asked for: in an old newsroom nearly all are.
 */
struct desk_ref {
	char *name;
	struct oid head;
	char *path;          /* of its article; NULL: what stands there is no draft of ours */
	struct draft *draft; /* NULL: none of ours, or went out and was not asked for yet */
};

struct desk_refs {
	struct desk_ref *items; /* in order of name */
	size_t count;
	size_t capacity;
};

struct desk {
	struct repo *repo;
	struct clock clock;
	struct catalog *catalog;
	char *branch;
	char *branch_ref;
	struct policy policy;
	struct error locked; /* code 0, or why nothing may be written: the policy cannot be read */
	struct repo_person person;
	struct error nobody; /* code 0, or why person is unset */
	bool sample;
	struct oid tip;
	struct oid tip_tree;
	struct release_index releases; /* up to tip */
	struct desk_refs refs;
	struct desk_articles articles;
	uint64_t version;
	struct desk_row *rows;
	size_t row_count;
	size_t row_capacity;
	uint64_t rows_version; /* the version that rows were built for */
	char **kept;           /* strings that rows point at */
	size_t kept_count;
	size_t kept_capacity;
};

/* The ref of that name, or NULL. */
struct desk_ref *desk_find_ref(struct desk *desk, const char *name);

/* Its draft, read now where it was not yet, with its state derived; NULL when it cannot be read. */
struct draft *desk_ref_draft(struct desk *desk, struct desk_ref *ref, struct error *err);

/* Whether it went out and was not saved since. */
bool desk_ref_is_over(const struct desk_ref *ref);

/* Derives a draft's state from what the desk knows. */
void desk_derive(struct desk *desk, struct draft *draft);

/* The published article at that path, or NULL. */
struct desk_article *desk_published(struct desk *desk, const char *path);

/* Ends the room's own files' parts of a desk. */
void desk_forget_refs(struct desk *desk);
void desk_forget_articles(struct desk *desk);
void desk_forget_rows(struct desk *desk);

/*
 * Saves a text over the one of blob from as desk_save() does, and makes the tip that the desk knows the
 * draft's base; text NULL: the article stays taken down.
 */
int desk_save_on_tip(struct desk *desk, const char *name, const struct oid *from, const char *text,
		     size_t len, struct error *err);

/* Now, as git wants it. */
struct repo_time desk_time(const struct desk *desk);

#endif
