/*
 * What a draft is compared with: which two of its states are laid side by
 * side, what to call them, and the files of each.
 *
 * Two states of one draft are the published text or one of its commits, and a
 * later commit.  Commits are told by index, which stays what it is while the
 * draft grows.
 */
#ifndef COPYDESK_SINCE_H
#define COPYDESK_SINCE_H

#include <stddef.h>

#include "desk/draft.h"

struct error;
struct strbuf;

enum since_kind {
	SINCE_PUBLISHED, /* what was published when the draft began, or was last brought up to date */
	SINCE_BEGAN,     /* the draft's first save */
	SINCE_LOOK,      /* what this person saw when they last left its review */
	SINCE_REVIEW,    /* what this person last commented on, approved or sent back */
	SINCE_SAVE,      /* a save that was chosen */
};

/* since.to: whatever the head is. */
#define SINCE_HEAD ((size_t)-1)

struct since {
	enum since_kind kind;
	size_t from; /* index of a commit; not of SINCE_PUBLISHED */
	size_t to;   /* index of a commit, SINCE_HEAD for the newest */
};

/* Who asks, which "look" and "review" need. */
struct since_reader {
	const struct repo_person *person; /* NULL: nobody is known */
	const struct oid *look;           /* the head that they saw last; NULL: they never looked */
};

/*
 * Reads "published", "began", "look", "review", a save, or "SAVE..SAVE".  A save is its number from 1, or
 * the beginning of its commit's id.  E_INVALID for another word, E_NOTFOUND when there is no
 * such state: they never looked, never reviewed, or there is no such save.
 */
int since_parse(struct since *out, const struct draft *draft, const char *words,
		const struct since_reader *reader, struct error *err);

/* The index of the save with this number from 1, the draft's count when there is none; and back, 0 for none.
 */
size_t since_save(const struct draft *draft, size_t number);
size_t since_number(const struct draft *draft, size_t commit);

/* Appends what is compared: "since the draft began, 2026-11-20 09:00", "from save 2 ... to save 4 ...". */
void since_describe(struct strbuf *out, const struct draft *draft, const struct since *since);

/* A file that goes with the article, in both states. */
struct since_file {
	char *path;
	struct oid before; /* all zero: not there */
	struct oid after;  /* all zero: not there any more */
};

struct since_states {
	struct oid before; /* the article; all zero: it was not there */
	struct oid after;
	struct oid before_tree; /* of the whole */
	struct oid after_tree;
	struct since_file *files; /* all attachments that the draft changes, in git's path order */
	size_t file_count;
	size_t file_capacity;
};

/* Looks both states up; the caller clears. */
int since_read(struct since_states *out, struct repo *repo, const struct draft *draft,
	       const struct since *since, struct error *err);
void since_clear(struct since_states *states);

#endif
