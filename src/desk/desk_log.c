/*
 * Who did what: the acts of drafts and the releases, newest first.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk_internal.h"
#include "text/unicode.h"

/* Columns of words that were suggested, and of those that they are for. */
#define WORDS_COLUMNS 30

/* An act with the words that were made for it. */
struct act {
	struct desk_entry entry;
	char *what;
	char *person; /* owned for releases, NULL for drafts, whose people are borrowed */
	int64_t
	    when; /* seconds; never before that of the act before it in its line, whatever its clock said */
	size_t order; /* later acts of one line have larger ones, for equal times */
};

struct log {
	struct act *acts;
	size_t count;
	size_t capacity;
};

/* Bytes of the name in "NAME <MAIL>". */
static size_t name_length(const char *person)
{
	size_t len = strcspn(person, "<");

	while (len > 0 && person[len - 1] == ' ')
		len--;
	return len;
}

/* 'suggested "seven" for "five"', 'suggested to strike "five"'. */
static char *suggestion_words(const struct review_commit *commit)
{
	const char *quote = commit->passage.quote != NULL ? commit->passage.quote : "";
	struct strbuf words = STRBUF_INIT;

	strbuf_adds(&words, "suggested ");
	if (commit->replacement[0] != '\0') {
		strbuf_addc(&words, '"');
		unicode_printable(&words, commit->replacement, strlen(commit->replacement), WORDS_COLUMNS);
		strbuf_adds(&words, "\" for \"");
	} else {
		strbuf_adds(&words, "to strike \"");
	}
	unicode_printable(&words, quote, strlen(quote), WORDS_COLUMNS);
	strbuf_addc(&words, '"');
	return strbuf_detach(&words);
}

/* "resolved a question": what an event of a thread is about. */
static char *settled_words(const struct draft *draft, size_t index, const char *verb)
{
	const struct strlist *threads = &draft->commits[index].threads;
	enum review_thread_kind kind = REVIEW_THREAD_COMMENT;
	char hex[REPO_HEX_SIZE];

	for (size_t i = 0; i < index && threads->count > 0; i++) {
		oid_hex(hex, &draft->commits[i].id);
		if (strcmp(hex, threads->items[0]) == 0 && draft->commits[i].event == REVIEW_QUESTION)
			kind = REVIEW_THREAD_QUESTION;
	}
	return mem_printf("%s a %s", verb, review_thread_word(kind));
}

static char *words_for(const struct draft *draft, size_t index)
{
	static const char *const words[] = {
	    [REVIEW_SAVE] = "saved",
	    [REVIEW_SUBMIT] = "submitted",
	    [REVIEW_COMMENT] = "commented",
	    [REVIEW_REPLY] = "replied",
	    [REVIEW_RESOLVE] = "resolved",
	    [REVIEW_REOPEN] = "reopened",
	    [REVIEW_APPROVE] = "approved",
	    [REVIEW_REJECT] = "asked for changes",
	    [REVIEW_ASSIGN] = "assigned",
	    [REVIEW_SPIKE] = "spiked",
	    [REVIEW_RESTORE] = "restored",
	    [REVIEW_QUESTION] = "asked",
	    [REVIEW_SUGGEST] = "suggested words",
	    [REVIEW_REFUSE] = "refused a suggestion",
	    [REVIEW_EMBARGO] = "set an embargo",
	    [REVIEW_SCHEDULE] = "scheduled",
	    [REVIEW_UNSCHEDULE] = "took from the schedule",
	    [REVIEW_RELEASED] = "released",
	    [REVIEW_UNKNOWN] = "did something that this version does not know",
	};
	const struct review_commit *commit = &draft->commits[index];
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	if (index == 0)
		return mem_strdup(strcmp(draft->path, POLICY_WORDS_PATH) == 0 ? "began a change of the words"
				  : policy_is_desk_file(draft->path)          ? "began a change of the rules"
				  : oid_is_zero(&draft->base_blob)            ? "began"
				  : draft->withdraws                          ? "began a withdrawal"
				  : draft->renames != NULL                    ? "began a renaming"
									      : "began a correction");
	if (commit->event == REVIEW_SAVE && commit->threads.count > 0)
		return mem_printf("took %zu suggestion%s (%zu)", commit->threads.count,
				  commit->threads.count == 1 ? "" : "s", since_number(draft, index));
	if (commit->event == REVIEW_SAVE)
		return mem_printf("saved (%zu)", since_number(draft, index));
	if (commit->event == REVIEW_RESOLVE || commit->event == REVIEW_REOPEN)
		return settled_words(draft, index, words[commit->event]);
	if (commit->event == REVIEW_SUGGEST && commit->replacement != NULL)
		return suggestion_words(commit);
	if (commit->event == REVIEW_APPROVE && commit->step != NULL)
		return mem_printf("approved (%s)%s", commit->step,
				  commit->signature == SIGN_GOOD ? ", signed" : "");
	if (commit->event == REVIEW_ASSIGN && commit->assignee != NULL)
		return mem_printf("assigned to %.*s", (int)name_length(commit->assignee), commit->assignee);
	if (commit->event == REVIEW_EMBARGO && commit->at == 0)
		return mem_strdup("lifted the embargo");
	if (commit->event == REVIEW_EMBARGO || commit->event == REVIEW_SCHEDULE) {
		clock_date(date, commit->at, commit->time.offset);
		clock_minutes(minutes, commit->at, commit->time.offset);
		return mem_printf("%s %s %s %s", words[commit->event],
				  commit->event == REVIEW_EMBARGO ? "until" : "for", date, minutes);
	}
	return mem_strdup(words[commit->event]);
}

static struct act *add_act(struct log *log)
{
	log->acts = mem_grow(log->acts, &log->capacity, log->count + 1, sizeof *log->acts);
	log->acts[log->count] = (struct act){.order = log->count};
	return &log->acts[log->count++];
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* That it went out is told by the release. */
static void add_draft(struct log *log, const struct draft *draft)
{
	int64_t when = INT64_MIN;

	for (size_t i = 0; i < draft->count; i++) {
		const struct review_commit *commit = &draft->commits[i];
		struct act *act;

		if (commit->event == REVIEW_RELEASED)
			continue;
		when = later(when, commit->time.seconds);
		act = add_act(log);
		act->when = when;
		act->what = words_for(draft, i);
		act->entry = (struct desk_entry){
		    .id = commit->id,
		    .time = commit->time,
		    .person = commit->person.name,
		    .name = draft->name,
		    .text = commit->text,
		};
	}
}

/* What marks a release for ever. */
static const char *mark_of(const struct release_record *record)
{
	if (record->fast_lane != NULL)
		return " without review, by the fast lane";
	return record->scheduled_by != NULL ? " on schedule" : "";
}

static bool is_fast(const struct release_records *records)
{
	bool fast = false;

	for (size_t i = 0; i < records->count; i++)
		fast = fast || records->items[i].fast_lane != NULL;
	return fast;
}

static char *release_words(const struct release_records *records)
{
	struct strbuf words = STRBUF_INIT;

	if (records->count == 0)
		return mem_strdup("changed the release branch");
	if (records->count == 1)
		return mem_printf("released %s (%s)%s", records->items[0].path,
				  release_type_word(records->items[0].type), mark_of(&records->items[0]));
	strbuf_addf(&words, "released %zu articles: ", records->count);
	for (size_t i = 0; i < records->count; i++)
		strbuf_addf(&words, "%s%s%s", i > 0 ? ", " : "", records->items[i].draft,
			    mark_of(&records->items[i]));
	return strbuf_detach(&words);
}

/* What the log is asked for; without both, everything. */
struct wanted {
	const char *name;     /* of a draft */
	struct strlist paths; /* of an article: where it is, and was */
};

static bool is_wanted_path(const struct wanted *wanted, const char *path)
{
	return wanted->paths.count > 0 && strlist_has(&wanted->paths, path);
}

static bool wants_release(const struct wanted *wanted, const struct release_records *records)
{
	for (size_t i = 0; i < records->count; i++) {
		if ((wanted->name != NULL && strcmp(records->items[i].draft, wanted->name) == 0) ||
		    is_wanted_path(wanted, records->items[i].path))
			return true;
	}
	return wanted->name == NULL && wanted->paths.count == 0;
}

static void add_release(struct log *log, const struct wanted *wanted, const struct repo_commit *commit)
{
	struct release_records records = {0};
	struct act *act;

	(void)release_records_read(&records, commit->message, NULL);
	if (wants_release(wanted, &records)) {
		act = add_act(log);
		act->what = release_words(&records);
		act->person = mem_strdup(commit->committer.name);
		act->entry = (struct desk_entry){.id = commit->id,
						 .time = commit->committed,
						 .person = act->person,
						 .text = "",
						 .fast_lane = is_fast(&records)};
	}
	release_records_clear(&records);
}

/* Adds the commits of the release branch, oldest first so that equal times keep their order. */
static int add_releases(struct log *log, struct desk *desk, const struct wanted *wanted, struct error *err)
{
	struct log newest_first = {0};
	struct oid at = desk->tip;
	int64_t when = INT64_MIN;
	int rc = 0;

	while (rc == 0 && !oid_is_zero(&at)) {
		struct repo_commit commit;

		rc = repo_commit_read(desk->repo, &commit, &at, err);
		if (rc < 0)
			break;
		add_release(&newest_first, wanted, &commit);
		at = commit.parent;
		repo_commit_clear(&commit);
	}
	for (size_t i = newest_first.count; i-- > 0;) {
		struct act *act = add_act(log);
		size_t order = act->order;

		*act = newest_first.acts[i];
		act->order = order;
		when = later(when, act->entry.time.seconds);
		act->when = when;
	}
	free(newest_first.acts);
	return rc;
}

static int newest_first(const void *a, const void *b)
{
	const struct act *x = a;
	const struct act *y = b;

	if (x->when != y->when)
		return x->when < y->when ? 1 : -1;
	return x->order < y->order ? 1 : -1;
}

static bool wants_draft(const struct wanted *wanted, const struct desk_ref *ref)
{
	if (ref->path == NULL)
		return false;
	if (wanted->name != NULL)
		return strcmp(ref->name, wanted->name) == 0;
	return wanted->paths.count == 0 || is_wanted_path(wanted, ref->path);
}

/* Where the article at a path is, and where it was before it was moved there. */
static void add_paths(struct strlist *out, const struct desk *desk, const char *path)
{
	strlist_add(out, path);
	for (size_t i = 0; i < out->count; i++) {
		for (size_t j = 0; j < desk->releases.count; j++) {
			const struct release_entry *entry = &desk->releases.items[j];

			if (entry->renames != NULL && strcmp(entry->path, out->items[i]) == 0 &&
			    !strlist_has(out, entry->renames))
				strlist_add(out, entry->renames);
		}
	}
}

int desk_log(struct desk *desk, const char *name, const char *path,
	     int (*visit)(void *context, const struct desk_entry *entry), void *context, struct error *err)
{
	struct wanted wanted = {.name = name};
	struct log log = {0};
	int rc;

	if (path != NULL)
		add_paths(&wanted.paths, desk, path);
	for (size_t i = 0; i < desk->refs.count; i++) {
		struct desk_ref *ref = &desk->refs.items[i];

		if (wants_draft(&wanted, ref) && desk_ref_draft(desk, ref, NULL) != NULL)
			add_draft(&log, ref->draft);
	}
	rc = add_releases(&log, desk, &wanted, err);
	if (log.count > 0)
		qsort(log.acts, log.count, sizeof *log.acts, newest_first);
	for (size_t i = 0; rc == 0 && i < log.count; i++) {
		log.acts[i].entry.what = log.acts[i].what;
		rc = visit(context, &log.acts[i].entry);
	}
	for (size_t i = 0; i < log.count; i++) {
		free(log.acts[i].what);
		free(log.acts[i].person);
	}
	free(log.acts);
	strlist_clear(&wanted.paths);
	return rc;
}
