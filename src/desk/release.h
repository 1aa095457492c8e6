/*
 * Publishing: approved drafts become one commit on the release branch.
 *
 * Planning asks the rule engine about every draft and says for each what it
 * would do or why not.  Running builds the tree from exactly the approved
 * blobs, writes one single-parent commit, moves the branch by compare-and-swap
 * and then tags.  Where the branch moved meanwhile only for other articles, it
 * is built again; where the same article moved, nothing is released.
 */
#ifndef COPYDESK_RELEASE_H
#define COPYDESK_RELEASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strlist.h"
#include "desk/draft.h"
#include "desk/policy.h"

struct error;
struct strbuf;

enum release_type {
	RELEASE_PUBLISH,
	RELEASE_CORRECT,
	RELEASE_WITHDRAW,
	RELEASE_TYPE_COUNT,
};

/*
 * The name of the release branch: what the repository's configuration says (copydesk.branch), else main
 * where it is a newsroom, else what is checked out.  The caller frees.
 */
int release_branch(struct repo *repo, char **out, struct error *err);

/* "publish", "correct", "withdraw". */
const char *release_type_word(enum release_type type);

/* What releasing a draft does to its article. */
enum release_type release_type_of(const struct draft *draft);

/* By whose word drafts go out. */
enum release_way {
	RELEASE_REVIEWED,  /* the person's who releases them, after every step */
	RELEASE_SCHEDULED, /* that of the person who scheduled each */
	RELEASE_FAST,      /* by a role's fast lane, without the steps */
};

/*
 * Whether a draft, its state derived, may go out in that way, by that person: 0, or E_REFUSED.  What is
 * scheduled goes out by the word of who scheduled it, whoever the person is.
 */
int release_allowed(enum release_way way, const struct draft *draft, const struct policy *policy,
		    const struct repo_person *person, int64_t now, struct error *err);

struct release_item {
	struct draft *draft; /* the plan's own, as it was when it was planned */
	enum release_type type;
	char *title;
	char *refusal; /* why it cannot go, or NULL */
	struct strlist
	    files; /* beside each path that it changes: what that is and whether it is used, or "" */
	struct strlist missing; /* what its text names and the branch will not have, as clauses */
};

struct release_plan {
	enum release_way way;
	struct oid tip;    /* of the release branch that the plan is for */
	struct oid policy; /* the blob of the rules that it was made under */
	struct release_item *items;
	size_t count;
	size_t capacity;
	size_t refused;  /* items with a refusal */
	struct oid tree; /* that results where the others go, all zero when none does */
	size_t added;    /* paths, by what becomes of them */
	size_t replaced;
	size_t removed;
};

struct release_order {
	enum release_way way; /* for planning; what is planned goes out in its plan's way */
	bool brief;           /* for planning: items get neither files nor missing */
	const char *branch;   /* "main" */
	const struct repo_person *person;
	struct repo_time time;
	const struct policy *policy;
	const struct sign_key *key;     /* to sign the release with, or NULL */
	const struct sign_key *tag_key; /* and its tag */

	/*
	 * Asked with the release's commit when all else is well, before the branch moves to it; NULL:
	 * nobody.  What it refuses leaves everything as it was; what it lets pass is released, whatever
	 * comes after.
	 */
	int (*land)(void *context, const struct oid *commit, const struct release_plan *plan,
		    struct error *err);
	void *context;
};

/*
 * Plans the release of drafts as they stand at the heads that were loaded.  The caller clears the
 * plan, which needs nothing of the drafts any more.
 */
int release_plan(struct release_plan *out, struct repo *repo, const struct release_order *order,
		 struct draft *const *drafts, size_t count, struct error *err);
void release_plan_clear(struct release_plan *plan);

/* Takes those that cannot go out of a plan, so that the others can. */
void release_plan_drop_refused(struct release_plan *plan);

/*
 * Whether every path that a draft changes stands on a tree of the release branch as it stood in the
 * draft's base: 0, or E_CONFLICT naming the first that does not.
 */
int release_base_stands(struct repo *repo, const struct oid *tree, const struct draft *draft,
			struct error *err);

/* Appends the plan in words, as the screen shows it and --dry-run prints it. */
void release_describe(struct strbuf *out, const struct release_plan *plan, const struct policy *policy);

/* Appends what the branch holds after it: "After it ... the tree 3f9c2e1d04: 2 paths added, 1 removed.";
 * nothing when nothing goes. */
void release_describe_tree(struct strbuf *out, const struct release_plan *plan);

struct release_result {
	struct oid commit;
	struct oid before; /* the branch's tip that it follows */
	char *tag;         /* "release/2026-11-20.1", or NULL when it could not be written */
	char *warning;     /* what went wrong after the branch moved, in words, or NULL */
};

/*
 * Carries a plan out.  E_REFUSED with the first refusal when any item has one, or when the rules now
 * say no; E_CONFLICT when a draft, its article or the rules moved since the plan was made; nothing is
 * released then.  The caller clears the result.
 */
int release_run(struct release_result *out, struct repo *repo, const struct release_order *order,
		struct release_plan *plan, struct error *err);
void release_result_clear(struct release_result *result);

/* What a release commit says of one of its articles, read from its trailers. */
struct release_record {
	char *path;
	char *draft;
	struct oid head;
	enum release_type type;
	char **approvals; /* "STEP NAME <MAIL>" */
	size_t approval_count;
	size_t approval_capacity;
	char *renames;      /* from where the article was moved, or NULL */
	char *scheduled_by; /* "NAME <MAIL>" of whose order it was, or NULL */
	char *fast_lane;    /* "NAME <MAIL>" of who released it without the steps, or NULL */
};

struct release_records {
	struct release_record *items;
	size_t count;
	size_t capacity;
};

/* Reads them; none for a commit that is no release. E_INVALID for one whose trailers are damaged. */
int release_records_read(struct release_records *out, const char *message, struct error *err);
void release_records_clear(struct release_records *records);

/* -- What went out: the release branch alone decides whether a draft is released -- */

struct release_entry {
	char *draft;
	char *path;
	struct oid head; /* of the draft when it went out */
	char *renames;   /* from where the article was moved, or NULL */
	char *person;    /* who released it: "NAME <MAIL>" */
	struct repo_time time;
	enum release_type type;
	bool fast;    /* by the fast lane */
	size_t order; /* larger: later */
};

/* A release found by what it put at a path, or took from there. */
struct release_place {
	const char *path;
	size_t item;
};

/* Starts as all zeroes, ends with release_index_clear(). */
struct release_index {
	struct oid tip;              /* up to which the release branch was read */
	struct release_entry *items; /* by name of draft, then order */
	size_t count;
	size_t capacity;
	struct release_place *places; /* by path, then order of the item */
	size_t place_count;
	size_t place_capacity;
};

/*
 * Reads the releases up to tip: what is new since the last time, or all of them again where tip does
 * not follow from there.  An error leaves the index as it was.
 */
int release_index_follow(struct release_index *index, struct repo *repo, const struct oid *tip,
			 struct error *err);
void release_index_clear(struct release_index *index);

/* The newest release of the draft of that name, or NULL; borrowed until the index follows. */
const struct release_entry *release_index_newest(const struct release_index *index, const char *name);

/* The newest release of the article at a path, or that moved it from there; NULL, or borrowed as above. */
const struct release_entry *release_index_of_path(const struct release_index *index, const char *path);

/* Whether a draft went out, and was not saved since. */
bool release_index_has(const struct release_index *index, const struct draft *draft);

#endif
