/*
 * What the files of the desk room share; no other room includes this.
 */
#ifndef COPYDESK_DESK_INTERNAL_H
#define COPYDESK_DESK_INTERNAL_H

#include "base/clock.h"
#include "base/error.h"
#include "desk/desk.h"
#include "store/catalog.h"

/* A published article. */
struct desk_article {
	char *path;
	struct oid blob;
	struct catalog_row row; /* once known */
	bool known;
};

struct desk {
	struct repo *repo;
	struct clock clock;
	struct catalog *catalog;
	char *branch;
	char *branch_ref;
	struct policy policy;
	struct error locked;   /* code 0, or why nothing may be written: the policy cannot be read */
	struct repo_person person;
	struct error nobody;   /* code 0, or why person is unset */
	bool sample;
	struct oid tip;
	struct oid tip_tree;
	bool half_read; /* the last look failed on its way: the next one reads all again */
	struct draft **drafts; /* in order of name */
	size_t draft_count;
	size_t draft_capacity;
	struct desk_article *articles; /* in order of path */
	size_t article_count;
	size_t article_capacity;
	size_t articles_known;
	uint64_t version;
	struct desk_row *rows;
	size_t row_count;
	size_t row_capacity;
	uint64_t rows_version; /* the version that rows were built for */
	char **kept;           /* strings that rows point at */
	size_t kept_count;
	size_t kept_capacity;
};

/* The draft with that name among those that are loaded, or NULL. */
struct draft *desk_loaded(struct desk *desk, const char *name);

/* The published article at that path, or NULL. */
struct desk_article *desk_published(struct desk *desk, const char *path);

/* Now, as git wants it. */
struct repo_time desk_time(const struct desk *desk);

/* 0 when this desk may write: a person sits here and the policy reads. */
int desk_may_write(struct desk *desk, struct error *err);

/* A release's order, for this desk and now. */
struct release_order desk_order(struct desk *desk);

#endif
