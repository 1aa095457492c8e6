/*
 * A person's unsaved text of a draft, as others can see it: refs/wip/MAIL/NAME.
 *
 * It is a commit on top of the save that the text started from, by that person,
 * which changes the article and nothing else.  Each copy takes the place of the
 * one before.  A ref is never deleted, so one that points at a commit of the
 * draft itself says that nothing is unsaved.  What is here is never released,
 * fetched or pushed by copydesk; whoever can read the repository can read it.
 *
 *	wip_copy(repo, &note, text, len, &err);     -- a pause in typing, on the worker
 *	wip_settle(repo, &note, &err);              -- it was saved, or thrown away
 *	wip_list(&list, repo, draft, &err);
 *	wips_clear(&list);
 */
#ifndef COPYDESK_WIP_H
#define COPYDESK_WIP_H

#include <stdbool.h>
#include <stddef.h>

#include "store/repo.h"

struct draft;
struct error;

#define WIP_REFS "refs/wip/"

/* What a copy is made for; all that is needed of the draft, so that it can be made on another thread. */
struct wip_note {
	char *draft; /* its name */
	char *path;  /* of its article */
	struct oid
	    save; /* the commit of the draft that has the text that the editing started from; zero: none */
	struct repo_person person;
	struct repo_time time;
	bool (*ended)(void *context); /* asked right before the ref moves: the copy is not wanted any more */
	void *context;
};

/* Fills in draft, path and save for the text of this blob; the caller clears. */
void wip_note_init(struct wip_note *note, const struct draft *draft, const struct oid *from);
void wip_note_clear(struct wip_note *note);

/*
 * Copies a text.  E_CONFLICT when another window of the same person was first; E_CANCELLED when ended()
 * says so; E_INVALID where the person's mail address cannot be in a ref, or save is none.
 */
int wip_copy(struct repo *repo, const struct wip_note *note, const char *text, size_t len, struct error *err);

/* Says that nothing of this person's is unsaved; nothing happens where nothing was. */
int wip_settle(struct repo *repo, const struct wip_note *note, struct error *err);

/* The unsaved text of one person. */
struct wip {
	struct repo_person person;
	struct repo_time time;
	struct oid commit;
	struct oid save; /* the draft's commit below it */
	struct oid base; /* the text that it started from */
	struct oid blob; /* the text */
};

struct wips {
	struct wip *items; /* the newest first */
	size_t count;
	size_t capacity;
};

/*
 * Who has unsaved text of a draft.  A ref that is no such commit (of another person, on no commit of the
 * draft, with other changes) is left out.  The caller clears.
 */
int wip_list(struct wips *out, struct repo *repo, const struct draft *draft, struct error *err);
void wips_clear(struct wips *wips);

/* Keeps of a list only what says anything that the draft does not, from what both started from on. */
void wips_keep_new(struct wips *wips, struct repo *repo, const struct draft *draft);

#endif
