/*
 * One draft: a line of commits on refs/drafts/<name>, read into what review
 * needs, and grown by one commit at a time.
 *
 * Reading walks first parents from the head while commits carry the trailer
 * "Draft: <name>".  The base is where the release branch was when the draft
 * began, or when it was last brought up to date (a merge commit, whose second
 * parent is the new base).
 */
#ifndef COPYDESK_DRAFT_H
#define COPYDESK_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "desk/review.h"
#include "store/repo.h"

struct error;
struct policy;
struct strbuf;

#define DRAFT_REFS "refs/drafts/"

/* The size of a file that cannot be read, or that the draft takes away. */
#define DRAFT_NO_SIZE ((size_t)-1)

/* The signature of one of a draft's commits that may need one. */
struct draft_signature {
	size_t commit; /* its index */
	struct repo_time time;
	struct repo_signed parts;
};

struct draft {
	char *name;
	struct oid head;
	struct oid head_tree;
	struct oid base; /* commit on the release branch */
	struct oid base_tree;
	char *path;               /* of the article */
	char *renames;            /* the article's path in the base, where the draft moves it; else NULL */
	bool withdraws;           /* takes the article down: away, or by a text that says so */
	bool is_withdrawal;       /* its first commit says so */
	struct oid blob;          /* the article at the head; all zero when the draft takes it away */
	struct oid base_blob;     /* the article in the base; all zero when new */
	char *text;               /* the article at the head, where it is not large: ask draft_text() */
	struct draft_text *large; /* the same where it is, or NULL */
	size_t text_len;          /* bytes of either */
	char *base_text; /* the published text that the draft changes; NULL for what is new or goes away,
			    and as above */
	size_t base_text_len;
	char *torn; /* measured where it moves: a file that it takes from another article of the folder, or
		       NULL */
	struct review_commit *commits;
	size_t count;
	size_t capacity;
	size_t
	    *sizes; /* bytes of each of draft_covers(), in their order; DRAFT_NO_SIZE: unreadable, or none */
	struct draft_signature *signatures; /* of its approvals and schedules that have one */
	size_t signature_count;
	size_t signature_capacity;
	struct oid signers;        /* the list that they were last measured by */
	bool released;             /* the release branch says so; set by the desk */
	int64_t publish_time;      /* in the article's publishDate; see review_facts */
	struct review_state state; /* by draft_derive() */
};

/*
 * The article at the head; NULL when it is taken down, no file, or above REPO_BLOB_LIMIT.  A large one is
 * read when it is asked for first, and is NULL too where that fails.  Borrowed from the draft.
 */
const char *draft_text(const struct draft *draft);

/* The same, as far as it is known already: the front matter, which decides nearly everything, is in it. */
const char *draft_head(const struct draft *draft, size_t *len);

/* For who cannot go on without it: E_IO, in words, where draft_text() gives NULL. */
int draft_need_text(const struct draft *draft, struct error *err);

/* Whether there is a text, without reading it. */
bool draft_has_text(const struct draft *draft);

/* Hands the text over as memory of its own, for free(); the draft reads it again when it is asked. */
char *draft_take_text(const struct draft *draft);

/*
 * Reads a draft.  E_NOTFOUND when there is no such ref, E_GIT when its commits are not a draft's.
 * The state is not derived yet.  The caller frees with draft_free().
 */
int draft_load(struct draft **out, struct repo *repo, const char *name, struct error *err);

/* The same as of a certain head, whatever the ref says now: for proofs. */
int draft_load_at(struct draft **out, struct repo *repo, const char *name, const struct oid *head,
		  struct error *err);
void draft_free(struct draft *draft);

/*
 * Goes on by one commit, whose first parent is the head that was loaded: as if the draft had been loaded
 * there; its state is to be derived anew.  After an error the draft can only be freed.
 */
int draft_advance(struct draft *draft, struct repo *repo, const struct oid *next, struct error *err);

/* Whether a commit stands in the line of the draft of that name; and in its line as of a certain head. */
bool draft_holds(struct repo *repo, const char *name, const struct oid *commit);
bool draft_line_holds(struct repo *repo, const char *name, const struct oid *head, const struct oid *commit);

/*
 * Whether another article of the folder names a file beside an article, which then must stay there: its name
 * is looked for as it stands.  Reads them all.
 */
int draft_file_is_shared(struct repo *repo, const struct oid *tree, const char *article, const char *path,
			 bool *shared, struct error *err);

/* Measures its signatures by the policy's list of signers, and derives draft->state at a time. */
void draft_derive(struct draft *draft, const struct policy *policy, int64_t now);

/* The facts that the state was derived from; borrowed from the draft and the policy. */
struct review_facts draft_facts(const struct draft *draft, const struct policy *policy, int64_t now);

/* The draft's whole change: the covers at its head. Borrowed. */
const struct review_covers *draft_covers(const struct draft *draft);

/* What is to be appended. */
struct draft_change {
	enum review_event event; /* REVIEW_SAVE for a save */
	const struct repo_person *person;
	struct repo_time time;
	const char *text;                     /* what the person typed, or NULL */
	const char *step;                     /* approve */
	const struct strlist *checked;        /* approve: what was ticked, or NULL */
	const struct strlist *threads;        /* hex ids: see review_commit; or NULL */
	const struct strlist *co_authors;     /* save: "NAME <MAIL>" of whose suggestions it takes, or NULL */
	const char *assignee;                 /* assign */
	int64_t at;                           /* embargo, schedule, assign: seconds, 0: no time */
	const struct review_passage *passage; /* comment, question, suggest, or NULL */
	const char *replacement;              /* suggest */
	const struct oid *policy;             /* approve, schedule: the policy's blob */
	bool withdraws;                       /* the first save: takes the article down */
	const char *renames;                  /* the first save: from where it moves the article, or NULL */
	const struct repo_entry *entries;     /* save: the paths that change */
	size_t entry_count;
	const struct oid *base;            /* save: bring the draft up to this commit of the release branch */
	bool loose;                        /* the commit is written, and no ref moves to it */
	const struct sign_key *key;        /* to sign it with, or NULL */
	const struct policy *signed_under; /* which must find that its person signed it; NULL: none asks */
};

/* Begins a draft for an article's path on a base commit with its first save; E_CONFLICT: name taken. */
int draft_begin(struct oid *head, struct repo *repo, const char *name, const char *path,
		const struct oid *base, const struct draft_change *change, struct error *err);

/*
 * Appends a commit to a loaded draft's head; E_CONFLICT when the ref has moved on meanwhile (load
 * it again and look).
 */
int draft_append(struct oid *head, struct repo *repo, const struct draft *draft,
		 const struct draft_change *change, struct error *err);

/* The same with several events at once, all of them or none: the ref moves once. */
int draft_append_events(struct oid *head, struct repo *repo, const struct draft *draft,
			const struct draft_change *changes, size_t count, struct error *err);

/*
 * The two halves of draft_append_events(), for many drafts at once: the commits of each first, then all the
 * refs (see repo_refs_move()).  A draft that has moved on meanwhile is left, and that is no failure.
 */
int draft_write_events(struct oid *head, struct repo *repo, const struct draft *draft,
		       const struct draft_change *changes, size_t count, struct error *err);
int draft_move_all(struct repo *repo, const struct draft *const *drafts, const struct oid *heads,
		   size_t count, const struct repo_person *person, struct error *err);

#endif
