/*
 * A look at what can go out, off the key path: what becomes of each draft, and
 * of the branch when those that are chosen go.  Pictures are read for it, and
 * there can be many.
 *
 *	struct release_look *look = release_look_new();
 *	release_look_add(look, name, NULL)->chosen = true;
 *	release_look_start(look, &place, done, list);  -- done(list, look) in the owner's thread
 *	release_look_stop(look);                       -- nobody waits for it any more
 */
#ifndef COPYDESK_RELEASE_LOOK_H
#define COPYDESK_RELEASE_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "store/repo.h"

struct pane_place;
struct release_plan;

struct release_look_item {
	char *name;    /* the draft's */
	char *words;   /* what it does, or why it stays; NULL: to be found out */
	char *overdue; /* since when it is, and why; or NULL */
	bool scheduled;
	bool refused; /* something stands against it */
	bool chosen;  /* it goes, where nothing does */
};

struct release_look {
	struct release_look_item *items;
	size_t count;
	size_t capacity;
	char *outcome; /* what the branch holds when the chosen ones went out; NULL: none is chosen */
	struct strbuf question; /* what the chosen ones do, all together */
	struct oid tip;         /* that the branch stands at */
	struct oid tree;        /* that it will have, and the rules under which */
	struct oid policy;
	int rc;
	struct error err;
};

struct release_look *release_look_new(void);

/* A draft by its name, to be filled in before the look is started; takes words. */
struct release_look_item *release_look_add(struct release_look *look, const char *name, char *words);

/* Looks, and hands itself to done, which frees it. */
void release_look_start(struct release_look *look, const struct pane_place *place,
			void (*done)(void *context, struct release_look *look), void *context);

/* Nobody waits for one that was started: it ends when it can, and is freed. */
void release_look_stop(struct release_look *look);

void release_look_free(struct release_look *look);

/* Whether a plan does to the branch what was seen. */
bool release_look_saw(const struct release_look *look, const struct release_plan *plan);

#endif
