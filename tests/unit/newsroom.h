/*
 * A repository in a temporary folder for one test, with a home of its own, so
 * that nobody's git settings change an answer.  The folder goes away at the
 * end, after git has found nothing wrong with the repository in it.
 */
#ifndef COPYDESK_TESTS_NEWSROOM_H
#define COPYDESK_TESTS_NEWSROOM_H

#include <stdbool.h>

#include "base/error.h"
#include "store/repo.h"

struct newsroom {
	char folder[64];   /* holds "home" and the repository "news" */
	char news[80];     /* the repository */
	struct repo *repo; /* open, on the unborn branch main; a test may close it and leave NULL */
	struct repo_person person;
	struct error err; /* for ok() */
	bool broken;      /* the test broke the repository on purpose: no git fsck */
};

/* For cmocka: *state becomes a struct newsroom. */
int newsroom_setup(void **state);
int newsroom_teardown(void **state);

#define in_newsroom(test) cmocka_unit_test_setup_teardown(test, newsroom_setup, newsroom_teardown)

/* Runs a shell command in the newsroom's folder, with its output in sh.log; its exit status. */
int sh(struct newsroom *n, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What the last sh() wrote. The caller frees. */
char *sh_output(struct newsroom *n);

/* Fails the test with the message of n->err unless the expression, which fills it, is 0. */
#define ok(n, expression)                                                                                    \
	do {                                                                                                 \
		if ((expression) != 0)                                                                       \
			fail_msg("%s: %s", #expression, (n)->err.message);                                   \
	} while (0)

/* Fails the test unless the expression gives the code and the message holds the words. */
#define refuses(n, wanted, words, expression)                                                                \
	do {                                                                                                 \
		int given = (expression);                                                                    \
                                                                                                             \
		if (given != (wanted) || strstr((n)->err.message, (words)) == NULL)                          \
			fail_msg("%s gives %d: %s", #expression, given, (n)->err.message);                   \
	} while (0)

extern const struct oid newsroom_none;

/* Writes a blob; a tree that is base with a file at path; a commit at a fixed time. */
struct oid newsroom_blob(struct newsroom *n, const char *text);
struct oid newsroom_tree(struct newsroom *n, const struct oid *base, const char *path, const char *text);
struct oid newsroom_commit(struct newsroom *n, const struct oid *tree, const struct oid *parent,
			   const char *message);

/* Moves a ref to a new commit of the tree (all zero: the empty one) on its tip, or creates it. */
struct oid newsroom_advance(struct newsroom *n, const char *ref, const struct oid *tree);

#endif
