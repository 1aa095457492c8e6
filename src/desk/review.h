/*
 * From the commits of a draft to its state: a pure function, and the only
 * place that knows what a history means.  Nothing stores the state.
 *
 * A commit whose tree is another than its parent's is a save, whatever its
 * trailers say; one that changes nothing is the event that its trailers name.
 */
#ifndef COPYDESK_REVIEW_H
#define COPYDESK_REVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strlist.h"
#include "store/repo.h"

struct policy;

enum review_event {
	REVIEW_SAVE,     /* the text or an attachment changed */
	REVIEW_SUBMIT,   /* ready for review */
	REVIEW_COMMENT,  /* opens a thread at a passage, or on the whole */
	REVIEW_QUESTION, /* the same, and nothing is approved before it is resolved */
	REVIEW_SUGGEST,  /* opens a thread that proposes other words for a passage */
	REVIEW_REPLY,    /* adds to a thread */
	REVIEW_RESOLVE,  /* closes a comment or question */
	REVIEW_REOPEN,   /* opens it again */
	REVIEW_REFUSE,   /* closes a suggestion that was not taken */
	REVIEW_APPROVE,  /* a person's yes for a step, bound to exact bytes */
	REVIEW_REJECT,   /* asks for changes, with a reason */
	REVIEW_ASSIGN,   /* names who should do it next */
	REVIEW_SPIKE,    /* set aside */
	REVIEW_RESTORE,  /* taken up again */
	REVIEW_EMBARGO,  /* not to be released before a time, or without a time: free again */
	REVIEW_SCHEDULE, /* a person's order to release exactly these bytes at a time */
	REVIEW_UNSCHEDULE,
	REVIEW_RELEASED, /* went out: a note for readers, since only the release branch can say so */
	REVIEW_UNKNOWN,  /* of a later version: kept, counts for nothing */
};

/* The word of an event in the trailer "Event", and back; NULL for REVIEW_SAVE and REVIEW_UNKNOWN. */
const char *review_event_word(enum review_event event);
enum review_event review_event_parse(const char *word);

/* One path that the draft changes against its base: what an approval is bound to. */
struct review_cover {
	char *path;
	unsigned mode; /* REPO_MODE_NONE: taken away */
	struct oid blob;
	struct oid base; /* blob in the base, all zero when new */
};

struct review_covers {
	struct review_cover *items; /* in git's path order */
	size_t count;
	size_t capacity;
};

/* Adds a path that differs, its old side being the base. */
void review_covers_add(struct review_covers *covers, const struct repo_change *change);

bool review_covers_equal(const struct review_covers *a, const struct review_covers *b);
void review_covers_clear(struct review_covers *covers);

/* The value of the trailer "Suggest": words in quotes, as git quotes paths (git-config(1), core.quotePath).
 */
void review_replacement_format(struct strbuf *out, const char *words);

/* Reads it; NULL for what is no such value. The caller frees. */
char *review_replacement_parse(const char *value);

/* The value of the trailer "Covers": "100644 BLOB BASE path", and back. */
void review_cover_format(struct strbuf *out, const struct review_cover *cover);
bool review_cover_parse(struct review_cover *out, const char *text);

/* A passage that a comment stands at. */
struct review_passage {
	struct oid on; /* blob that it was made on; all zero: on the whole draft */
	size_t start;  /* bytes in that blob */
	size_t len;
	char *quote; /* the passage's text, one line; NULL for none */
};

/* One commit of a draft, with what was measured from its tree. */
struct review_commit {
	struct oid id;
	struct repo_person person; /* its author */
	struct repo_time time;
	enum review_event event;
	char *text;             /* what the person typed; "" for nothing */
	char *step;             /* approve */
	struct strlist checked; /* approve: what was ticked of the step's checklist */
	struct strlist threads; /* hex ids of the commits that opened them: one of a reply, resolve, reopen
				 or refuse, those of the suggestions that a save takes */
	struct repo_person *co_authors; /* save: whose suggestions it takes */
	size_t co_author_count;
	size_t co_author_capacity;
	char *assignee;                /* assign: "NAME <MAIL>" */
	int64_t at;                    /* embargo, schedule; assign: due; seconds, 0: no time */
	struct review_passage passage; /* comment, question, suggest */
	char *replacement;             /* suggest: the words, "" to strike the passage */
	struct review_covers
	    claimed;       /* approve, schedule: the bytes that the person's program says it is for */
	struct oid policy; /* approve, schedule: the policy's blob then */
	enum sign_verdict signature; /* approve, schedule: measured by the signers' list in force */
	struct review_covers covers; /* measured: the draft's whole change as of this commit */
};

void review_commit_clear(struct review_commit *commit);

/* Where a draft stands; the words are the design's. */
enum review_state_name {
	REVIEW_STATE_DRAFT,
	REVIEW_STATE_REVIEW,
	REVIEW_STATE_CHANGES,
	REVIEW_STATE_APPROVED,
	REVIEW_STATE_SCHEDULED,
	REVIEW_STATE_RELEASED,
	REVIEW_STATE_WITHDRAWN,
	REVIEW_STATE_SPIKED,
	REVIEW_STATE_COUNT,
};

/* "draft", "review" ... as in list --json; and "DRAFT", "IN REVIEW", "PUBLISHED" ... as on the screen. */
const char *review_state_word(enum review_state_name state);
const char *review_state_label(enum review_state_name state);

/* The state of that word; REVIEW_STATE_COUNT when there is none. */
enum review_state_name review_state_parse(const char *word);

/* The sentence about a word that is no state, with those that there are.  The caller frees it. */
char *review_state_missing(const char *word);

struct review_approval {
	size_t commit; /* index of the event */
	int step;      /* index in the policy, -1 when it has no such step */
	bool counts;
	const char *why; /* when it does not count: a clause ("the text changed since") */
};

enum review_thread_kind {
	REVIEW_THREAD_COMMENT,
	REVIEW_THREAD_QUESTION,
	REVIEW_THREAD_SUGGESTION,
};

/* "comment", "question", "suggestion". */
const char *review_thread_word(enum review_thread_kind kind);

struct review_thread {
	enum review_thread_kind kind;
	size_t commit;   /* index of the event that opened it */
	size_t *replies; /* indexes of its replies, in order */
	size_t reply_count;
	size_t reply_capacity;
	bool resolved;
	bool taken;         /* a suggestion that was resolved by a save; without it one was refused */
	size_t resolved_by; /* index of the last commit that closed or opened it; only when there is one */
};

struct review_state {
	enum review_state_name name;
	struct review_approval *approvals; /* all that were ever given, in order */
	size_t approval_count;
	size_t approval_capacity;
	struct review_thread *threads;
	size_t thread_count;
	size_t thread_capacity;
	size_t open_threads;
	size_t blocking;                    /* open threads that keep it from being approved */
	const struct repo_person **authors; /* who saved since the base, each once, the first writer first;
					       borrowed from the commits */
	size_t author_count;
	size_t author_capacity;
	int step; /* the first step of its ladder that still needs approvals; the policy's count when none
		     does */
	bool submitted;
	size_t last_save;   /* index of the newest save */
	size_t reason;      /* index of the reject that asked for changes; only in REVIEW_STATE_CHANGES */
	size_t assignment;  /* index of the newest assign, commit count when there is none */
	int64_t not_before; /* the later of publishDate and embargo, seconds; 0: none */
	size_t schedule; /* index of the newest schedule, commit count when there is none or it was undone */
	const char *schedule_void; /* why that does not hold any more: a clause; NULL when it holds */
};

struct review_facts {
	const struct review_commit *commits; /* from the first of the draft to its head */
	size_t count;                        /* at least 1 */
	const struct policy *policy;         /* in force */
	const char *path;                    /* of the article: which steps are for it */
	const char *renames;                 /* where the article stood before, or NULL: those steps, too */
	bool corrects;                       /* it changes or takes down a published article */
	int64_t publish_time;                /* of the article at the head, seconds; 0: none */
	int64_t now;                         /* seconds */
	bool released;                       /* the release branch says that this head went out */
	bool withdraws;                      /* the draft takes its article down */
};

/* Derives the state; the caller clears. */
void review_replay(struct review_state *out, const struct review_facts *facts);
void review_state_clear(struct review_state *state);

/* Whether a step of the policy is for this draft: for its article's place, or the one that it is moved from.
 */
bool review_step_applies(const struct review_facts *facts, size_t step);

/* The number of a thread in state->threads by the hex id of the commit that opened it, or -1. */
int review_find_thread(const struct review_facts *facts, const struct review_state *state, const char *hex);

/* Whether a person is an author: saved text since the base, and so cannot approve. */
bool review_is_author(const struct review_state *state, const struct repo_person *person);

#endif
