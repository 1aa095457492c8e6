/*
 * What the files of the desk room share; no other room includes this.
 */
#ifndef COPYDESK_DESK_INTERNAL_H
#define COPYDESK_DESK_INTERNAL_H

#include "base/clock.h"
#include "base/error.h"
#include "base/strbuf.h"
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
	bool overdue;        /* it was to go out, and the time in which it does is over */
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
	const struct remote_listener *listener; /* borrowed, or NULL */
	struct strbuf said;                     /* by the server, line by line */
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

/* Why a scheduled draft did not go out: "since 09:00: base moved"; NULL when it can. The caller frees. */
char *desk_overdue(struct desk *desk, const struct draft *draft);

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

/* -- Acts -- */

/*
 * One act: before (may be NULL) looks at the fresh draft, fills in change, and can refuse or say that
 * nothing is to be done.  It is asked again for each try, so it keeps nothing of the draft but in
 * change, which is used up before the draft goes.
 */
struct desk_act {
	const char *name;
	struct draft_change change;
	int (*before)(struct desk *desk, const struct draft *draft, struct desk_act *act, struct error *err);
	const struct oid *seen; /* approve, schedule: the head that the person looked at */
	struct oid head;        /* what seen points at where the person named none */
	const char *step;       /* approve: as given by the person, NULL for the one that is due */
	const char *thread;     /* as given by the person */
	struct strlist threads;
	const struct oid *from;  /* save: the blob that the writer started from */
	const char *path;        /* save: where the file goes, NULL for the article's place */
	struct repo_entry entry; /* save: the file to write */
	bool nothing_to_do;
	struct draft_change
	    *also; /* further events after change, which is one too; person and time are filled in */
	size_t also_count;
};

/* Does an act: asks the rule engine on the draft as it stands now, and again when somebody comes first. */
int desk_perform(struct desk *desk, struct desk_act *act, struct error *err);

/* The thread that a person named: see desk_reply(). */
int desk_find_thread(const struct draft *draft, const char *named, size_t *out, struct error *err);

/* What is said of a thread and the first of its replies to those outside, in one line; suggestion: the one
 * that it is, or NULL. */
void desk_thread_note(struct strbuf *out, const struct draft *draft, size_t thread, size_t replies,
		      const struct desk_suggestion *suggestion);

/* Where the words of a suggestion's passage stand unchanged in the text of another blob: see hunk_find(). */
bool desk_find_words(struct desk *desk, const struct review_passage *passage, const struct oid *blob,
		     size_t *at);

/* Changes of a draft's text of blob on, as what will be suggested. */
struct desk_proposal {
	const struct oid *on;
	const char *text; /* of that blob */
	struct hunks *hunks;
};

/* Takes out the hunks that are suggested already; proposal->on must be the draft's text. */
void desk_drop_known(struct desk *desk, const struct draft *draft, struct desk_proposal *proposal);

/* Whether a passage with a NUL byte, which no commit can hold, would be put in. */
int desk_proposal_fits(const struct desk_proposal *proposal, const char *name, struct error *err);

/* Appends a text with the line ends and byte order mark of another, which editors like to change. */
void desk_adapt(struct strbuf *out, const struct strbuf *like, const char *text, size_t len);

/* The words of a passage as a comment quotes them: not more than a screenful. The caller frees. */
char *desk_quote(const char *words, size_t len);

/* The same for an act that is bound to what the person saw; seen NULL: what the desk read last. */
int desk_perform_seen(struct desk *desk, struct desk_act *act, struct error *err);

/* What the person looked at must be what there is, and be due for the same step: 0, or E_CONFLICT. */
int desk_still_as_seen(struct desk *desk, const struct draft *draft, const struct desk_act *act,
		       struct error *err);

/* -- Signing -- */

/* Whether the desk's rules ask for a signature on such an event. */
bool desk_must_sign(const struct desk *desk, enum review_event event);

/* The key to sign an event with; out->key stays NULL where nobody asks for a signature. The caller clears. */
int desk_event_key(struct desk *desk, enum review_event event, struct sign_key *out, struct error *err);

struct desk_release_key {
	struct sign_key key;
	bool commit; /* sign the release with it */
	bool tag;    /* and its tag */
};

/* The same for a release; the caller clears out->key. */
int desk_release_keys(struct desk *desk, struct desk_release_key *out, struct error *err);

/* After an act that is done: a look that fails makes it no less done, and the next look tells. */
void desk_look_again(struct desk *desk);

/* Looks at what moved in git, and then whether this person may write. */
int desk_ready(struct desk *desk, struct error *err);

/* Whether a text or file is small enough; what names it in the sentence. */
int desk_text_fits(const char *what, size_t len, struct error *err);

/* -- The server -- */

/* Our commits of a draft made again on another line. */
struct desk_replayed {
	struct oid head; /* of the new line: loose commits, to which no ref points yet */
	size_t made;
	struct desk_left *left; /* what could not be made again */
	size_t left_count;
	size_t left_capacity;
};

/* What is made again, and where. */
struct desk_replay {
	const struct draft *mine;
	size_t first;           /* index of the first of its commits that is made again */
	const struct oid *onto; /* the commit that it goes on from; all zero: as a new draft */
	const char *name;       /* of the draft that it becomes, and its article's path; NULL: as mine */
	const char *path;
};

/* Makes the commits again. The caller clears out, which an error leaves cleared. */
int desk_replay(struct desk *desk, const struct desk_replay *what, struct desk_replayed *out,
		struct error *err);
void desk_replayed_clear(struct desk_replayed *replayed);

/*
 * A draft and its article's path (NULL with section NULL) that nobody has: the wanted one, or with "-2",
 * "-3" ... the first that is free.  The caller frees both.
 */
int desk_free_slug(struct desk *desk, const char *section, const char *wanted, char **slug, char **path,
		   struct error *err);

/*
 * The name of a draft on an article: its slug, or where a ref cannot be called that (a file that
 * somebody named with spaces), the nearest that it can.  The caller frees.
 */
char *desk_name_for(const char *path);

/*
 * The ref that says where a draft, a release's tag or the release branch stood on the server at the last
 * fetch or push; with the name "", what those of all drafts or tags begin with.  The caller frees.
 */
char *desk_tracking_draft(const struct remote *remote, const char *name);
char *desk_tracking_tag(const struct remote *remote, const char *tag);
char *desk_tracking_branch(const struct desk *desk, const struct remote *remote);

/* Takes the server's lines over from an answer, which it clears. */
void desk_take_said(struct desk *desk, struct remote_answer *answer);

/* The release hook, see release.h; context is the desk. And what follows once the branch moved. */
int desk_land(void *context, const struct oid *commit, const struct release_plan *plan, struct error *err);
int desk_push_records(struct desk *desk, const struct release_plan *plan, const struct release_result *result,
		      struct error *err);

/* Puts a tracking ref to where the server has it now. */
int desk_track(struct desk *desk, const char *ref, const struct oid *id, struct error *err);

struct desk_tracked_ref {
	char *name; /* after the prefix */
	struct oid id;
};

struct desk_tracked {
	struct desk_tracked_ref *items; /* in order of name */
	size_t count;
	size_t capacity;
};

/* The tracking refs that begin with a prefix. The caller clears, after an error too. */
int desk_tracked(struct desk_tracked *out, struct desk *desk, const char *prefix, struct error *err);
void desk_tracked_clear(struct desk_tracked *tracked);

/* Notes that a fetch from a remote ended now; nobody depends on it, so that a failure is no matter. */
void desk_note_fetch(struct desk *desk, const char *remote);

/* Now, as git wants it. */
struct repo_time desk_time(const struct desk *desk);

#endif
