/*
 * The desk: everything that is open in one newsroom, and the one door that the
 * screen and the command line use.  Whatever is done here is checked by the
 * rule engine first, is one commit, and is on disk when the call returns.
 *
 * A desk belongs to one thread.  Drafts and rows that it gives are borrowed
 * until desk_refresh() says that something changed.
 *
 *	desk_open(&desk, &options, &err);
 *	rows = desk_rows(desk, &count);
 *	desk_approve(desk, "lake-path", NULL, &seen, NULL, &err);
 *	desk_close(desk);
 */
#ifndef COPYDESK_DESK_H
#define COPYDESK_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "desk/draft.h"
#include "desk/policy.h"
#include "desk/release.h"
#include "desk/remote.h"
#include "desk/since.h"
#include "desk/verify.h"

struct catalog;
struct clock;
struct desk;
struct error;
struct strbuf;
struct strlist;
struct wip_note;
struct wips;

struct desk_options {
	const char *folder; /* in the newsroom; NULL: the current folder */
	const char *as;     /* "NAME <MAIL>", or NULL for git's user.name and user.email */
};

/* -- A newsroom is made, opened and closed -- */

struct desk_init {
	const char *folder;
	const char *name;   /* of the newsroom; NULL: the folder's name */
	const char *policy; /* text of the policy; NULL: the default one */
	const char *as;
	const struct clock *clock; /* NULL: the system's */
	bool bare;
	bool solo;
	bool durable; /* false only while building the sample newsroom */
	bool signs;   /* signs where the person's settings ask for that */
};

/*
 * Makes a newsroom: a repository where there is none, and the commit that adds the policy (the root
 * of trust).  What is there already is kept; E_REFUSED when it is a newsroom already.  *articles is
 * the number of Markdown files that are articles now.
 */
int desk_init(const struct desk_init *init, size_t *articles, struct error *err);

/*
 * Makes git ask copydesk before it takes a push to the repository in folder: writes the hooks, and has
 * objects checked.  A hook that is there stays as it is; kept is told where.
 */
int desk_init_server(const char *folder, struct strbuf *kept, struct error *err);

/*
 * Opens a newsroom.  E_NOTFOUND when the folder is in no repository, or the repository has no policy
 * on its release branch (run "copydesk init").  No person is needed to read.
 */
int desk_open(struct desk **out, const struct desk_options *options, struct error *err);
void desk_close(struct desk *desk);

/* -- What the desk knows -- */

struct repo *desk_repo(struct desk *desk);
const struct policy *desk_policy(const struct desk *desk);
struct clock *desk_clock(struct desk *desk);

/* The release branch's name, and its tip as of the last refresh. */
const char *desk_branch(const struct desk *desk);
const struct oid *desk_tip(const struct desk *desk);

/* Who sits here; NULL, with the reason in err (may be NULL), when git does not know a name. */
const struct repo_person *desk_person(const struct desk *desk, struct error *err);

/*
 * 0 when this person may write here; else the reason, in err (may be NULL): git knows no name, the
 * policy cannot be read, the repository is read-only.
 */
int desk_may_write(struct desk *desk, struct error *err);

/* Whether this is the sample newsroom, in which one may act as another of its people. */
bool desk_is_sample(const struct desk *desk);

/* Sits another person down; E_REFUSED but in the sample newsroom. */
int desk_act_as(struct desk *desk, const struct repo_person *person, struct error *err);

/* Rises whenever what the desk shows has changed. */
uint64_t desk_version(const struct desk *desk);

/* Looks whether refs moved, and reads again what did. Cheap when nothing moved. */
int desk_refresh(struct desk *desk, struct error *err);

/*
 * Reads articles that the catalog does not know yet for about budget milliseconds (negative: all of
 * them); until then their rows show the slug.  *known and *total (may be NULL) count articles.
 * True while more remains.
 */
bool desk_index(struct desk *desk, int budget, size_t *known, size_t *total);

/* -- The list -- */

/* What became of what a draft is based on. */
enum desk_base {
	DESK_BASE_CURRENT,   /* it stands as it was */
	DESK_BASE_CORRECTED, /* another text stands there */
	DESK_BASE_WITHDRAWN, /* it was taken down */
	DESK_BASE_MOVED,     /* it stands at another path */
};

/* "current", "corrected", "withdrawn", "moved". */
const char *desk_base_word(enum desk_base base);

struct desk_row {
	const char *name; /* the draft's, or NULL for a published article */
	const char *path; /* the article's */
	const char *title;
	const char *section;
	const char *date; /* of the front matter, or ""; published and drafts alike */
	const char *byline;
	const char *language;
	enum review_state_name state;
	struct oid head;        /* the draft's head; all zero for an article */
	struct oid blob;        /* the text; all zero for a withdrawal */
	int64_t changed;        /* time of the draft's last commit, seconds; 0 for an article */
	const char *who;        /* the draft's last person, or the byline */
	const char *waiting_on; /* in words, "" for nothing */
	const char *why_mine;   /* why it waits for this person, a sentence, or NULL when it does not */
	const char *stuck;      /* that too few people are left who can approve it, a sentence, or NULL */
	bool rules;             /* the draft changes one of the desk's own files */
	bool corrects;          /* the draft changes a published article */
	bool withdraws;         /* the draft takes one down */
	bool renames;           /* the draft moves one */
	int64_t release_at;     /* when it is to go out, or its embargo ends, seconds; 0: no time */
	const char *prefix; /* what is to be known before the headline: "Overdue: ", "11-22 09:00: ", or "" */
	const char *overdue;   /* why it did not go out: "since 09:00: base moved", or NULL */
	enum desk_base base;   /* what became meanwhile of what the draft is based on */
	const char *fast_lane; /* an article that was released without review: "NAME <MAIL>", or NULL */
	bool mine;             /* this person saved it, or it is assigned to them */
	size_t open_threads;
	const char *open; /* these in words, "1 question and 2 suggestions"; "" for none */
};

/* All drafts that are not released, newest first, then all published articles by date, newest first. */
const struct desk_row *desk_rows(struct desk *desk, size_t *count);

/*
 * Appends the indexes of the rows that a filter line matches (see search.h); its words may also stand
 * in the article's text.  *out grows by mem_grow() and is the caller's.
 */
void desk_filter(struct desk *desk, const char *query, size_t **out, size_t *count, size_t *capacity);

/*
 * Why a filter line can match nothing at all, a sentence; NULL when it can.  The caller frees it.
 */
char *desk_filter_problem(const char *query);

/*
 * Adds tags of what was published, at most so many, that begin with start in any case, those that are
 * used most first; what is not indexed yet is not among them.
 */
void desk_tags(struct desk *desk, const char *start, size_t most, struct strlist *out);

/*
 * What became of a draft's base since it began.  *release (may be NULL) is the release that did it, borrowed
 * until the desk is refreshed; NULL where no release did.
 */
enum desk_base desk_base_state(struct desk *desk, const struct draft *draft,
			       const struct release_entry **release);

/* Appends that as a sentence, "The article was corrected by ..., 2026-11-20 09:00, after this draft began.";
 * nothing while it is current. */
void desk_base_describe(struct strbuf *out, struct desk *desk, const struct draft *draft);

/* The same in a few words, for a title: "base corrected by B. Editor, 09:00". */
void desk_base_brief(struct strbuf *out, struct desk *desk, const struct draft *draft);

/* The newest release of the article at a path, or that moved it from there; NULL, or borrowed as above. */
const struct release_entry *desk_released(const struct desk *desk, const char *path);

/* A draft by name, released ones too, with its state derived; NULL with E_NOTFOUND. */
const struct draft *desk_draft(struct desk *desk, const char *name, struct error *err);

/*
 * Finds what NAME means: a draft's name, else an article's path (with or without the content root
 * and ".md") or slug, or the path of one of the desk's own files; an article that was taken down is the
 * draft that did it.  Of *name and *path, which the caller frees, the one that it is not is NULL.
 */
int desk_find(struct desk *desk, const char *name, char **draft, char **path, struct error *err);

/* The name of the newest draft on a path that is neither out nor spiked, or NULL; borrowed. */
const char *desk_open_draft(struct desk *desk, const char *path);

/* The text of a blob, with its size looked at first. */
int desk_read(struct desk *desk, const struct oid *blob, struct strbuf *out, struct error *err);

/* The blob of a published article, or of one of the desk's own files; E_NOTFOUND. */
int desk_article(struct desk *desk, const char *path, struct oid *blob, struct error *err);

/* -- Writing -- */

/*
 * A new draft with this text, or with that of an empty article when text is NULL; *name is the
 * caller's.  slug NULL: from the headline; "-2" on collision, which a slug in the text follows.
 */
int desk_new(struct desk *desk, const char *section, const char *slug, const char *headline, const char *text,
	     size_t len, char **name, struct error *err);

/*
 * A draft that changes a published article or one of the desk's own files, or that takes an article down;
 * *name is the caller's.
 */
int desk_correct(struct desk *desk, const char *path, const char *reason, char **name, struct error *err);
int desk_withdraw(struct desk *desk, const char *path, const char *reason, char **name, struct error *err);

/*
 * A draft that moves a published article to another section or gives it another slug (NULL: as it is), with
 * its old address among the text's aliases, and the files that only it uses.  *name is the caller's.
 * E_REFUSED where another article stands or is to stand there.
 */
int desk_rename(struct desk *desk, const char *path, const char *section, const char *slug,
		const char *reason, char **name, struct error *err);

/*
 * Saves text over a draft.  from is the blob that the writer started from: when the draft's text is
 * another by now, nothing is written and the answer is E_CONFLICT; NULL: whatever it is.  Same text:
 * 0 and no commit.  *saved is the blob that was written.
 */
int desk_save(struct desk *desk, const char *name, const struct oid *from, const char *text, size_t len,
	      struct oid *saved, struct error *err);

/* Adds or replaces a file beside the article. */
int desk_attach(struct desk *desk, const char *name, const char *file, const char *bytes, size_t len,
		struct error *err);

/* Whose words stay where a draft and the published text changed the same ones. */
enum desk_side {
	DESK_NEITHER, /* nobody chose yet */
	DESK_DRAFT,
	DESK_PUBLISHED,
};

/*
 * Brings a draft up to date with the release branch: what was published since it began comes into
 * its text, word by word, and its base becomes the branch's tip.  Its approvals end with that, and
 * whoever does it is an author of it.  *clashes is the number of places that both sides changed; with
 * DESK_NEITHER these are E_CONFLICT and nothing is written.  An attachment that both changed is a
 * clash, too, and stays as the draft has it.  E_REFUSED when there is nothing to bring in, or the article
 * was taken down or another published in its place.
 */
int desk_update(struct desk *desk, const char *name, enum desk_side side, size_t *clashes, struct error *err);

/*
 * Whether this person may do it to the draft as it was last read: 0, or E_REFUSED with the reason.
 * Doing it asks again.
 */
int desk_may(struct desk *desk, const char *name, enum review_event event, struct error *err);

/*
 * Whether this person signs such an event, or a release and its tag: a key can ask for a touch or wait for
 * its agent, so where nothing may wait it is done elsewhere.
 */
bool desk_signs(const struct desk *desk, enum review_event event);
bool desk_signs_releases(const struct desk *desk);

/* -- Reviewing; text may be NULL where a reason is not asked for -- */

int desk_submit(struct desk *desk, const char *name, const char *text, struct error *err);

/*
 * step NULL: the one that is due.  checked: what was ticked of its checklist, NULL for nothing.  seen: the
 * head that the person looked at, NULL for the one that the desk read last; E_CONFLICT when the change is
 * another by now, or without step another step is due.
 */
int desk_approve(struct desk *desk, const char *name, const char *step, const struct oid *seen,
		 const struct strlist *checked, const char *text, struct error *err);
int desk_reject(struct desk *desk, const char *name, const char *reason, struct error *err);
int desk_comment(struct desk *desk, const char *name, const struct review_passage *passage, const char *text,
		 struct error *err);

/* As a comment, but nothing is approved before it is resolved. */
int desk_question(struct desk *desk, const char *name, const struct review_passage *passage, const char *text,
		  struct error *err);

/* thread is the hex id of the comment, or a beginning of it that is the only one, or its number from 1. */
int desk_reply(struct desk *desk, const char *name, const char *thread, const char *text, struct error *err);
int desk_resolve(struct desk *desk, const char *name, const char *thread, bool resolved, struct error *err);

/* due: seconds, 0 for no time. */
int desk_assign(struct desk *desk, const char *name, const char *person, int64_t due, const char *text,
		struct error *err);

/* Nothing of it is released before a time (seconds); 0: the embargo is lifted. */
int desk_embargo(struct desk *desk, const char *name, int64_t at, const char *reason, struct error *err);

/*
 * An order to release exactly these bytes at a time (seconds), which "release --due" carries out; seen as of
 * desk_approve().  A newer one takes the place of the one before.
 */
int desk_schedule(struct desk *desk, const char *name, int64_t at, const struct oid *seen, const char *reason,
		  struct error *err);
int desk_unschedule(struct desk *desk, const char *name, const char *reason, struct error *err);
int desk_spike(struct desk *desk, const char *name, const char *reason, struct error *err);
int desk_restore(struct desk *desk, const char *name, const char *reason, struct error *err);

/*
 * Where a thread's passage stands in a text, which may have been edited since: where its words are, or
 * what came in their place.  False when it is gone, or the comment is on the whole draft.  Bytes.
 */
bool desk_locate(struct desk *desk, const struct draft *draft, const struct review_passage *passage,
		 const char *text, size_t len, size_t *start, size_t *end);

/* -- Suggesting words -- */

enum desk_suggestion_state {
	DESK_SUGGESTION_OPEN,
	DESK_SUGGESTION_TAKEN,
	DESK_SUGGESTION_REFUSED,
	DESK_SUGGESTION_OVERTAKEN,  /* open, but its old words do not stand in the text any more */
	DESK_SUGGESTION_UNREADABLE, /* open, but nobody can tell whether they do: a text cannot be read */
};

/* "open", "taken", "refused", "overtaken", "unreadable". */
const char *desk_suggestion_word(enum desk_suggestion_state state);

struct desk_suggestion {
	size_t thread; /* index in the draft's state->threads */
	enum desk_suggestion_state state;
	size_t start, len; /* open: where its old words stand in the draft's text, bytes */
	char *old_words;
	const char *new_words; /* borrowed from the draft; "" to strike the passage */
};

struct desk_suggestions {
	struct desk_suggestion *items; /* in the order of the draft's threads */
	size_t count;
	size_t capacity;
	int code;     /* 0, or E_IO or E_GIT where a text could not be read */
	char *reason; /* the sentence of that, or NULL */
};

/*
 * The suggestions on a draft, and where each stands in its text now: saves that took others move it
 * along exactly, other saves as hunk_find() says.  The caller clears.
 */
void desk_suggestions(struct desk *desk, const struct draft *draft, struct desk_suggestions *out);
void desk_suggestions_clear(struct desk_suggestions *suggestions);

/* The suggestion of a thread, or NULL when the thread is none. */
const struct desk_suggestion *desk_suggestion_of(const struct desk_suggestions *suggestions, size_t thread);

/*
 * Suggests the words by which an edited text differs from that of blob seen, which is or was the draft's:
 * an event for each change, all of them at once or none.  Other line ends, or another byte order mark,
 * are no change; what is suggested already is not suggested again.  *made is their number.  E_INVALID
 * where the draft's text is empty.
 */
int desk_suggest(struct desk *desk, const char *name, const struct oid *seen, const char *text, size_t len,
		 const char *reason, size_t *made, struct error *err);

/* Which suggestions are to be taken; only one of the three is given. */
struct desk_choice {
	const struct strlist *threads; /* as for desk_reply() */
	const char *from;              /* all of a person: "NAME <MAIL>", a name or a mail */
	bool all;
};

struct desk_taken {
	size_t count;
	struct strlist left; /* a sentence for each that was chosen but overtaken */
};

/*
 * Takes suggestions: one save that names their authors.  Where two want the same words, the first is
 * taken and the other left.  E_REFUSED when none can be taken; also when one that was named by itself is
 * not open any more.  The caller clears out->left, also after an error.
 */
int desk_take(struct desk *desk, const char *name, const struct desk_choice *choice, struct desk_taken *out,
	      struct error *err);

/* Refuses a suggestion; the reason may be NULL. */
int desk_refuse(struct desk *desk, const char *name, const char *thread, const char *reason,
		struct error *err);

/* -- Those outside, by CriticMarkup (see critic.h) -- */

/*
 * Appends the text that since ends with, and how it differs from the one before as marks.  At the
 * draft's text of now its open suggestions are marked as taken, each with a comment that says whose it
 * is, and open comments and questions stand at their passages.  A new article is itself the text that
 * marks are on.
 */
int desk_critic_write(struct desk *desk, const struct draft *draft, const struct since *since,
		      struct strbuf *out, struct error *err);

struct desk_answer {
	const char *text;
	size_t len;
	const char *from; /* who outside wrote it, for the reasons; NULL: this person did */
};

struct desk_answered {
	size_t suggestions;
	size_t comments;      /* replies, too */
	struct strlist notes; /* sentences on marks that were left out, with their lines in the answer */
};

/*
 * Makes suggestions and comments of the marks of an answer, all of them at once or none.  With its marks
 * refused it must be the draft's text, the published one or that of any save, but for the kind of line
 * ends, the last one and a byte order mark; else E_INVALID names the first difference.  What the draft
 * says already, and comments that came from desk_critic_write(), are not made again; what was
 * added to these is a reply.  The caller clears out->notes, also after an error.
 */
int desk_critic_read(struct desk *desk, const char *name, const struct desk_answer *answer,
		     struct desk_answered *out, struct error *err);

/* -- What was looked at -- */

/*
 * The head of a draft that this person saw when they last left its review; false when they never did.
 * Kept in their private folder, see seen.h.
 */
bool desk_looked(struct desk *desk, const char *name, struct oid *head);

/* Keeps that they saw it, and that they leave it now. */
int desk_look(struct desk *desk, const char *name, const struct oid *head, struct error *err);

/* What this person means by words as of since_parse(), about a draft. */
int desk_since(struct desk *desk, const struct draft *draft, const char *words, struct since *out,
	       struct error *err);

/* -- Words that are not saved -- */

/*
 * Who has unsaved text of a draft that says anything which the draft does not; the newest first.  The
 * caller clears with wips_clear().
 */
int desk_unsaved(struct desk *desk, const char *name, struct wips *out, struct error *err);

/*
 * What a copy of this person's unsaved text is made with, on another thread too; from is the blob that it
 * started from.  The caller clears with wip_note_clear(), also after an error.
 */
int desk_unsaved_note(struct desk *desk, const char *name, const struct oid *from, struct wip_note *out,
		      struct error *err);

/* Whether this person lets others see it: copydesk.wip of git's configuration, true when unset. */
bool desk_shares_unsaved(struct desk *desk);

/* -- Releasing and proving -- */

/* Plans the named drafts, or with names NULL all that are approved. The plan is the caller's to clear. */
int desk_plan(struct desk *desk, char *const *names, size_t count, struct release_plan *out,
	      struct error *err);

/*
 * The same without a look at the files beside the articles, which can be many and large: to carry out what
 * was described by desk_plan().  Its items have no files and nothing missing, so it cannot be described.
 */
int desk_plan_briefly(struct desk *desk, char *const *names, size_t count, struct release_plan *out,
		      struct error *err);

/* Plans all whose time has come, each by the word of who scheduled it. */
int desk_plan_due(struct desk *desk, struct release_plan *out, struct error *err);

/* Plans a correction or withdrawal by the fast lane: without the steps, and marked so for ever. */
int desk_plan_fast(struct desk *desk, const char *name, struct release_plan *out, struct error *err);

/*
 * Carries a plan out, and clears it whatever the outcome.  Where the newsroom has a server, the release
 * must be taken there first: E_CONFLICT, E_REFUSED and E_IO of desk_push() leave everything as it was.
 */
int desk_release(struct desk *desk, struct release_plan *plan, struct release_result *out, struct error *err);

/* See verify_branch(). */
int desk_verify(struct desk *desk, const char *path, struct verify_result *out,
		void (*visit)(void *context, const struct verify_finding *finding), void *context,
		struct error *err);

/* -- The server, where the newsroom has one: see remote.h -- */

/* Who follows what is done with the server from now on, a release too; borrowed; NULL: nobody. */
void desk_listen(struct desk *desk, const struct remote_listener *listener);

/* The server's own lines of the last fetch, push or release; not made safe to print; borrowed. */
const char *desk_said(const struct desk *desk);

/* Whether the newsroom has a server. */
bool desk_has_server(struct desk *desk);

/* A commit of ours that could not be made again. */
struct desk_left {
	char *what;   /* "save by A. Writer, 2026-11-20 09:05" */
	char *reason; /* a sentence */
};

enum desk_news_kind {
	DESK_NEWS_NEW,        /* began elsewhere */
	DESK_NEWS_MOVED_ON,   /* others went on with it */
	DESK_NEWS_MADE_AGAIN, /* both did: ours was made again on top of theirs */
	DESK_NEWS_RENAMED,    /* the server has another draft of that name: ours has another name now */
	DESK_NEWS_TROUBLE,    /* it stays as it is here; problem says why */
};

/* What a fetch brought of one draft. */
struct desk_news {
	enum desk_news_kind kind;
	char *name;
	char *renamed;          /* the new name of ours, or NULL */
	char *kept;             /* the ref that holds our line as it was, or NULL */
	char *problem;          /* a sentence, or NULL */
	struct desk_left *left; /* what of ours could not be made again */
	size_t left_count;
};

struct desk_fetched {
	char *remote;
	struct oid before; /* the release branch, before and after */
	struct oid after;
	int branch_code;      /* 0, E_REFUSED (a file was changed by hand) or E_CONFLICT (both moved) */
	char *branch_problem; /* why the branch stays where it is, and what to do; or NULL */
	size_t ahead;         /* drafts with acts that the server has not got */
	size_t tags;          /* that are new here */
	struct desk_news *items;
	size_t count;
	size_t capacity;
};

/*
 * Brings in what the server has: the release branch by fast-forward, with its work tree; drafts, where
 * what was done here meanwhile is made again on top; and the tags of releases.  remote NULL: the
 * newsroom's own.  The listener is asked for a halt while git runs and between drafts: what has come
 * in by then is in.  The caller clears, also after an error.
 */
int desk_fetch(struct desk *desk, const char *remote, struct desk_fetched *out, struct error *err);
void desk_fetched_clear(struct desk_fetched *fetched);

/* Appends what came in, in words, a line each. */
void desk_fetched_words(struct strbuf *out, const struct desk_fetched *fetched);

/* The first of it that needs a person: 0, E_REFUSED or E_CONFLICT. */
int desk_fetched_code(const struct desk_fetched *fetched);

struct desk_pushed {
	char *remote;
	bool branch;            /* commits of the release branch went out, too */
	struct strlist drafts;  /* that went out */
	struct strlist behind;  /* that did not: the server has news of them, as of the last fetch */
	struct strlist refused; /* that the server did not take though it took others: "NAME: REASON" */
	size_t tags;
};

/*
 * Pushes what the server has not got: acts on drafts, tags, and the release branch where that is only
 * ahead.  All goes together; where the server says no to that, each draft by itself, so that one that
 * is refused does not hold the others.  E_CONFLICT when the server has news of one of them that is not
 * here, E_REFUSED when it took none: nothing went then.  The caller clears, also after an error.
 */
int desk_push(struct desk *desk, const char *remote, struct desk_pushed *out, struct error *err);
void desk_pushed_clear(struct desk_pushed *pushed);

/* Appends what went out, in words, a line each. */
void desk_pushed_words(struct strbuf *out, const struct desk_pushed *pushed);

/* How far the newsroom and its server are apart, as of the last fetch. */
struct desk_distance {
	char *remote;
	int64_t fetched; /* time of that fetch, seconds; 0: never */
	size_t ahead;    /* drafts with acts that the server has not got */
	size_t behind;   /* drafts with acts of others that were not taken in */
	size_t apart;    /* drafts with both */
	bool branch_ahead;
	bool branch_behind;
};

/* E_NOTFOUND for a newsroom by itself. The caller clears. */
int desk_distance(struct desk *desk, struct desk_distance *out, struct error *err);
void desk_distance_clear(struct desk_distance *distance);

/* -- Spelling -- */

/* What the words of an article are checked by; a value that a worker may take along. */
struct desk_spelling {
	char *language;   /* of the article: what spell_open() takes */
	char *preferred;  /* dictionaries that this person prefers, copydesk.dictionary; or NULL */
	char *words;      /* the list of the release branch, and the person's own, for spell_learn() */
	size_t words_len; /* bytes */
	struct oid list;  /* the blob of the release branch's list; all zero: there was none */
};

/* language is the article's, or NULL: the newsroom's. The caller clears. */
int desk_spelling(struct desk *desk, const char *language, struct desk_spelling *out, struct error *err);
void desk_spelling_clear(struct desk_spelling *spelling);

/* Whether the release branch still has that list, as far as the desk knows by now. */
bool desk_spelling_is_current(struct desk *desk, const struct desk_spelling *spelling);

/* Whether misspelt words are marked while this person writes: copydesk.spelling, true where it is absent. */
bool desk_marks_spelling(struct desk *desk);

/* Adds a word to the person's own list, which is for all newsrooms; one that is there already: 0. */
int desk_learn_word(const char *word, struct error *err);

/*
 * Adds a word to the desk's list, by a draft of it: the open one, or a new one, which then has to pass its
 * review.  *name, which the caller frees, is that draft; NULL where the list has the word already.
 */
int desk_add_word(struct desk *desk, const char *word, char **name, struct error *err);

/* -- Who did what -- */

struct desk_entry {
	struct oid id;
	struct repo_time time;
	const char *person; /* name */
	const char *what;   /* "saved", "submitted", "approved (review)", "released 2 articles" */
	const char *name;   /* the draft, or NULL */
	const char *text;   /* what the person typed, "" for nothing */
	bool fast_lane;     /* a release without review */
};

/*
 * Calls visit for each act, newest first: of one draft, of the article at a path (its drafts and
 * releases), or of the newsroom (both NULL); stops at non-zero and returns it.
 */
int desk_log(struct desk *desk, const char *name, const char *path,
	     int (*visit)(void *context, const struct desk_entry *entry), void *context, struct error *err);

#endif
