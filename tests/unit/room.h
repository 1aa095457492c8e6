/*
 * A newsroom with its desk, for one test, and its people (see history.h): Anna
 * writes, Boris and 陈 are editors, who approve and release, Dora is the chief,
 * who may change the rules.  It is a sample newsroom, so that one desk can be
 * everybody's.  The time stands at 2026-11-20T09:00:00Z.
 */
#ifndef COPYDESK_TESTS_ROOM_H
#define COPYDESK_TESTS_ROOM_H

#include "desk/desk.h"
#include "history.h"
#include "newsroom.h"

#define ROOM_NOW 1795165200

struct room {
	struct newsroom *n; /* with the repository open a second time */
	struct desk *desk;
	struct error err; /* for ok() */
};

/* For cmocka: *state becomes a struct room. */
int room_setup(void **state);
int room_teardown(void **state);

#define in_a_room(test) cmocka_unit_test_setup_teardown(test, room_setup, room_teardown)

/* The policy that the room starts with. */
extern const char room_policy[];

/* Another person sits down. */
void room_as(struct room *r, enum person person);

/* Closes the desk and opens it again as Anna. */
void room_reopen(struct room *r);

/* The text of an article with that headline and body. */
const char *room_text(const char *headline, const char *body);

/* Drafts by Anna at content/city/NAME.md: begun, submitted, approved by Boris, released by Boris. */
void room_begin(struct room *r, const char *name, const char *text);
void room_submit(struct room *r, const char *name);
void room_approve(struct room *r, const char *name);
void room_release(struct room *r, const char *name);

/* Begun, submitted and approved in one go; and released. */
void room_ready(struct room *r, const char *name, const char *text);
void room_publish(struct room *r, const char *name, const char *text);

/* Anna saves a text over a draft. */
void room_save(struct room *r, const char *name, const char *text);

/* The draft as it is now. */
const struct draft *room_draft(struct room *r, const char *name);

/* The same, read anew from git alone, under the desk's policy; the caller frees. */
struct draft *room_load(struct room *r, const char *name);

/* Its newest commit. */
const struct review_commit *room_last(const struct draft *draft);

/* The state of a draft, as in list --json. */
const char *room_state(struct room *r, const char *name);

/* Another policy, as it should be: saved by Anna, approved by Boris, released by Dora. */
void room_govern(struct room *r, const char *policy);

/* Dora puts another policy, or with NULL none, on the release branch by a commit of her own. */
void room_rule(struct room *r, const char *policy);

/* -- What no program of ours would write -- */

struct forgery {
	const char *ref;    /* that is moved to the commit; created where it is not there */
	enum person person; /* author and committer */
	const char *message;
	const char *path;    /* a path that changes against the parent, or NULL */
	const char *text;    /* its new text, or NULL: it is taken away */
	enum repo_mode mode; /* its mode; REPO_MODE_NONE: a file */
	struct oid parent;   /* all zero: where the ref stands */
	struct oid merged;   /* a second parent */
	struct oid tree;     /* in place of the parent's */
	int64_t later;       /* seconds after ROOM_NOW */
	int offset;          /* minutes east of UTC */
};

/* Commits it and moves the ref, whatever it means. The desk is not told. */
struct oid room_forge(struct room *r, const struct forgery *forgery);

/*
 * An approval of the step review as a program would write it, for the article of a draft of city as that was
 * so many commits ago, and for a policy.
 */
void room_forge_approval(struct room *r, enum person person, const char *name, int ago,
			 const struct oid *policy);

/* Where a ref stands; and so many commits before, by first parents. */
struct oid room_ref(struct room *r, const char *ref);
struct oid room_before(struct room *r, const char *ref, int commits);

/* What stands at a path of a commit, in hex; "" for nothing. The caller frees. */
char *room_blob(struct room *r, const struct oid *commit, const char *path);

#endif
