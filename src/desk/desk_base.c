/*
 * What became meanwhile of what a draft is based on, and of when it was to go out.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk_internal.h"
#include "desk/rules.h"

const char *desk_base_word(enum desk_base base)
{
	static const char *const words[] = {
	    [DESK_BASE_CURRENT] = "current",
	    [DESK_BASE_CORRECTED] = "corrected",
	    [DESK_BASE_WITHDRAWN] = "withdrawn",
	    [DESK_BASE_MOVED] = "moved",
	};

	return words[base];
}

const struct release_entry *desk_released(const struct desk *desk, const char *path)
{
	return release_index_of_path(&desk->releases, path);
}

enum desk_base desk_base_state(struct desk *desk, const struct draft *draft,
			       const struct release_entry **release)
{
	const char *path = draft->renames != NULL ? draft->renames : draft->path;
	const struct release_entry *newest = NULL;
	enum desk_base base = DESK_BASE_CURRENT;
	struct repo_entry now = {0};

	if (!draft->released && !oid_equal(&draft->base, &desk->tip)) {
		if (repo_tree_find(desk->repo, &desk->tip_tree, path, &now, NULL) < 0)
			memset(&now, 0, sizeof now);
		if (!oid_equal(&now.id, &draft->base_blob)) {
			newest = release_index_of_path(&desk->releases, path);
			base = DESK_BASE_CORRECTED;
		}
	}
	if (base == DESK_BASE_CORRECTED && oid_is_zero(&now.id))
		base =
		    newest != NULL && strcmp(newest->path, path) != 0 ? DESK_BASE_MOVED : DESK_BASE_WITHDRAWN;
	else if (base == DESK_BASE_CORRECTED && newest != NULL && newest->type == RELEASE_WITHDRAW)
		base = DESK_BASE_WITHDRAWN;
	if (release != NULL)
		*release = newest;
	return base;
}

void desk_base_describe(struct strbuf *out, struct desk *desk, const struct draft *draft)
{
	static const char *const verbs[] = {
	    [DESK_BASE_CORRECTED] = "changed",
	    [DESK_BASE_WITHDRAWN] = "taken down",
	    [DESK_BASE_MOVED] = "moved to ",
	};
	const struct release_entry *release;
	enum desk_base base = desk_base_state(desk, draft, &release);
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	if (base == DESK_BASE_CURRENT)
		return;
	if (oid_is_zero(&draft->base_blob))
		strbuf_addf(out, "Another article was published at %s", draft->path);
	else if (policy_is_desk_file(draft->path))
		strbuf_addf(out, "%s were changed", policy_file_title(draft->path));
	else
		strbuf_addf(out, "The article was %s%s", verbs[base],
			    base == DESK_BASE_MOVED ? release->path : "");
	if (release != NULL) {
		clock_date(date, release->time.seconds, release->time.offset);
		clock_minutes(minutes, release->time.seconds, release->time.offset);
		strbuf_addf(out, " by %.*s, %s %s,", (int)(strcspn(release->person, "<") - 1),
			    release->person, date, minutes);
	}
	strbuf_adds(out, " after this draft began.");
}

void desk_base_brief(struct strbuf *out, struct desk *desk, const struct draft *draft)
{
	const struct release_entry *release;
	enum desk_base base = desk_base_state(desk, draft, &release);
	char time[CLOCK_TEXT_SIZE];

	if (base == DESK_BASE_CURRENT)
		return;
	strbuf_addf(out, "base %s", desk_base_word(base));
	if (release != NULL) {
		clock_words(time, &desk->clock, release->time.seconds);
		strbuf_addf(out, " by %.*s, %s", (int)(strcspn(release->person, "<") - 1), release->person,
			    time);
	}
}

/* Why a draft whose time has come does not go out: a clause; NULL when it can. The caller frees. */
static char *find_obstacle(struct desk *desk, const struct draft *draft, bool *due)
{
	const struct review_state *state = &draft->state;
	const struct repo_person *scheduler;
	int64_t now = clock_now(&desk->clock);
	struct error err;
	int rc = rules_due(draft, &desk->policy, now, &scheduler, due, &err);

	if (!*due)
		return NULL;
	if (state->schedule_void != NULL)
		return mem_strdup(state->schedule_void);
	if (state->name != REVIEW_STATE_APPROVED && state->name != REVIEW_STATE_SCHEDULED)
		return mem_strdup("it is not approved any more");
	if (release_base_stands(desk->repo, &desk->tip_tree, draft, NULL) < 0)
		return mem_strdup("base moved");
	if (now - draft->commits[state->schedule].at > (int64_t)desk->policy.overdue * 60)
		return mem_printf("its time passed more than %u minutes ago", desk->policy.overdue);
	return rc < 0 ? mem_strdup(err.message) : NULL;
}

char *desk_overdue(struct desk *desk, const struct draft *draft)
{
	char since[CLOCK_TEXT_SIZE];
	bool due = false;
	char *obstacle = find_obstacle(desk, draft, &due);
	char *words = NULL;

	if (obstacle != NULL) {
		clock_words(since, &desk->clock, draft->commits[draft->state.schedule].at);
		words = mem_printf("since %s: %s", since, obstacle);
	}
	free(obstacle);
	return words;
}
