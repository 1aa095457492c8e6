/*
 * The form of a draft's messages.  Whoever reads a draft, here, in git's own programs or in a later
 * version, must see the same trailers in it, so a message is only taken as copydesk itself writes it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "desk/gate_internal.h"

#define OF(event) (1u << REVIEW_##event)
#define EVERY     (~0u)
#define EVENTS    (EVERY & ~OF(SAVE))
#define THREADS   (OF(COMMENT) | OF(QUESTION) | OF(SUGGEST))
#define ANSWERS   (OF(REPLY) | OF(RESOLVE) | OF(REOPEN) | OF(REFUSE))
#define BOUND     (OF(APPROVE) | OF(SCHEDULE))

/* The trailers that copydesk writes, and on which commits. */
static const struct {
	const char *key;
	unsigned on;     /* these may have it */
	unsigned always; /* these must */
	unsigned many;   /* these may have it more than once */
} keys[] = {
    {"Draft", EVERY, EVERY, 0},
    {"Event", EVENTS, EVENTS, 0},
    {"Article", EVERY, EVERY, 0},
    {"Kind", OF(SAVE), 0, 0},
    {"Renames", OF(SAVE), 0, 0},
    {"Step", OF(APPROVE), OF(APPROVE), 0},
    {"Checked", OF(APPROVE), 0, OF(APPROVE)},
    {"Assignee", OF(ASSIGN), OF(ASSIGN), 0},
    {"Time", OF(EMBARGO) | OF(SCHEDULE) | OF(ASSIGN), OF(SCHEDULE), 0},
    {"Thread", ANSWERS | OF(SAVE), ANSWERS, OF(SAVE)},
    {"Co-authored-by", OF(SAVE), 0, OF(SAVE)},
    {"On", THREADS, OF(SUGGEST), 0},
    {"At", THREADS, OF(SUGGEST), 0},
    {"Suggest", OF(SUGGEST), OF(SUGGEST), 0},
    {"Covers", BOUND, BOUND, BOUND},
    {"Policy", BOUND, BOUND, 0},
};

#define KEYS (sizeof keys / sizeof keys[0])

static size_t find_key(const char *key)
{
	size_t i = 0;

	while (i < KEYS && strcmp(keys[i].key, key) != 0)
		i++;
	return i;
}

static int has_right_keys(const struct repo_trailers *trailers, enum review_event event, struct error *err)
{
	const char *word = event == REVIEW_SAVE ? "save" : review_event_word(event);
	size_t times[KEYS] = {0};

	for (size_t i = 0; i < trailers->count; i++) {
		size_t key = find_key(trailers->items[i].key);

		if (key == KEYS || (keys[key].on & 1u << event) == 0)
			return error_set(err, E_REFUSED, "Its message says \"%s:\", which no %s does.",
					 trailers->items[i].key, word);
		times[key]++;
	}
	for (size_t i = 0; i < KEYS; i++) {
		if (times[i] == 0 && (keys[i].always & 1u << event) != 0)
			return error_set(err, E_REFUSED, "Its message says no \"%s:\", as each %s does.",
					 keys[i].key, word);
		if (times[i] > 1 && (keys[i].many & 1u << event) == 0)
			return error_set(err, E_REFUSED, "Its message says \"%s:\" more than once.",
					 keys[i].key);
	}
	return 0;
}

/* The message as it would be written from what is read of it. */
static char *written_anew(const char *message, const struct repo_trailers *trailers)
{
	struct strbuf out = STRBUF_INIT;
	struct strbuf typed = STRBUF_INIT;

	strbuf_add(&out, message, strcspn(message, "\n"));
	repo_message_typed(&typed, message);
	repo_message_body(&out, typed.data, typed.len);
	for (size_t i = 0; i < trailers->count; i++)
		repo_message_trailer(&out, trailers->items[i].key, trailers->items[i].value);
	strbuf_clear(&typed);
	return strbuf_detach(&out);
}

static int is_ours(const struct repo_trailers *trailers, const char *message, struct error *err)
{
	char *anew = written_anew(message, trailers);
	bool same = strcmp(anew, message) == 0;

	free(anew);
	if (!same)
		return error_set(err, E_REFUSED,
				 "Its message is not as copydesk writes it: let copydesk make the commit.");
	return 0;
}

/* Of which kind a draft is stands in its first commit, and is the same for ever. */
static int keeps_its_kind(const struct repo_trailers *trailers, const struct draft *draft, struct error *err)
{
	static const char *const firsts[] = {"Kind", "Renames"};

	for (size_t i = 0; draft->count > 1 && i < sizeof firsts / sizeof firsts[0]; i++) {
		if (repo_trailers_get(trailers, firsts[i]) != NULL)
			return error_set(
			    err, E_REFUSED,
			    "Its message says \"%s:\", which only the first commit of a draft does.",
			    firsts[i]);
	}
	return 0;
}

static int names_the_draft(const struct repo_trailers *trailers, const struct draft *draft, struct error *err)
{
	const char *name = repo_trailers_get(trailers, "Draft");
	const char *path = repo_trailers_get(trailers, "Article");

	if (strcmp(name, draft->name) != 0)
		return error_set(err, E_REFUSED, "Its message is of the draft %s.", name);
	if (strcmp(path, draft->path) != 0)
		return error_set(err, E_REFUSED, "Its message names the article %s, and the draft is on %s.",
				 path, draft->path);
	return 0;
}

int gate_message(const struct draft *draft, const struct repo_commit *commit, enum review_event event,
		 struct error *err)
{
	struct repo_trailers trailers;
	int rc;

	repo_trailers_read(&trailers, commit->message);
	rc = is_ours(&trailers, commit->message, err);
	if (rc == 0)
		rc = has_right_keys(&trailers, event, err);
	if (rc == 0)
		rc = keeps_its_kind(&trailers, draft, err);
	if (rc == 0)
		rc = names_the_draft(&trailers, draft, err);
	repo_trailers_clear(&trailers);
	return rc;
}
