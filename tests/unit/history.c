#include "history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const struct repo_person history_people[PEOPLE] = {
    [ANNA] = {(char *)"Anna", (char *)"anna@desk.example"},
    [BORIS] = {(char *)"Boris", (char *)"boris@desk.example"},
    [CHEN] = {(char *)"陈", (char *)"chen@desk.example"},
    [DORA] = {(char *)"Dora", (char *)"dora@desk.example"},
};

const char history_ladder[] = "[role \"editor\"]\nperson = Boris <boris@desk.example>\n"
			      "person = 陈 <chen@desk.example>\n"
			      "[role \"chief\"]\nperson = Dora <dora@desk.example>\n"
			      "person = Boris <boris@desk.example>\n"
			      "[step \"first\"]\nrole = editor\napprovals = 2\n"
			      "[step \"final\"]\nrole = chief\n";

struct oid history_oid(unsigned char byte)
{
	struct oid oid;

	memset(oid.id, byte, sizeof oid.id);
	return oid;
}

void history_reset(struct history *h)
{
	struct policy policy = h->policy;

	review_state_clear(&h->state);
	memset(h, 0, sizeof *h);
	h->policy = policy;
	h->policy.blob = history_oid('p');
	h->facts.policy = &h->policy;
	h->facts.commits = h->commits;
	h->facts.now = 1000;
	h->facts.path = "content/city/lake.md";
}

void history_start(struct history *h, const char *policy)
{
	memset(h, 0, sizeof *h);
	assert_int_equal(policy_parse(&h->policy, policy, strlen(policy), NULL), 0);
	history_reset(h);
}

struct review_commit *history_add(struct history *h, enum review_event event, enum person person)
{
	struct review_commit *commit = &h->commits[h->count];

	assert_true(h->count < HISTORY_MAX);
	memset(commit, 0, sizeof *commit);
	commit->id = history_oid((unsigned char)(h->count + 1));
	commit->person = history_people[person];
	commit->event = event;
	commit->text = (char *)"";
	if (h->count > 0)
		commit->covers = commit[-1].covers;
	h->count++;
	return commit;
}

struct review_cover *history_save(struct history *h, enum person person, char version)
{
	struct review_cover *cover = &h->covers[h->count];
	struct review_commit *commit = history_add(h, REVIEW_SAVE, person);

	*cover = (struct review_cover){.path = (char *)"content/city/lake.md",
				       .mode = REPO_MODE_FILE,
				       .blob = history_oid((unsigned char)version),
				       .base = history_oid('0')};
	commit->covers = (struct review_covers){.items = cover, .count = 1};
	return cover;
}

/* An event that is bound to what the draft is now. */
static struct review_commit *add_bound(struct history *h, enum review_event event, enum person person)
{
	struct review_cover *claimed = &h->claimed[h->count];
	struct review_commit *commit = history_add(h, event, person);

	*claimed = commit->covers.items[0];
	commit->claimed = (struct review_covers){.items = claimed, .count = 1};
	commit->policy = h->policy.blob;
	return commit;
}

struct review_commit *history_approve(struct history *h, enum person person, const char *step)
{
	struct review_commit *commit = add_bound(h, REVIEW_APPROVE, person);

	commit->step = (char *)step;
	return commit;
}

struct review_commit *history_schedule(struct history *h, enum person person, int64_t at)
{
	struct review_commit *commit = add_bound(h, REVIEW_SCHEDULE, person);

	commit->at = at;
	return commit;
}

void history_tick(struct history *h, struct review_commit *commit, const char *item)
{
	char **ticks = h->ticks[commit - h->commits];

	assert_true(commit->checked.count < HISTORY_TICKS);
	ticks[commit->checked.count] = (char *)item;
	commit->checked = (struct strlist){.items = ticks, .count = commit->checked.count + 1};
}

void history_name_thread(struct history *h, struct review_commit *commit, char *thread)
{
	char **item = &h->thread_items[commit - h->commits];

	*item = thread;
	commit->threads = (struct strlist){.items = item, .count = 1};
}

void history_answer(struct history *h, enum review_event event, enum person person, size_t index)
{
	char *thread = h->threads[h->count];

	oid_hex(thread, &h->commits[index].id);
	history_name_thread(h, history_add(h, event, person), thread);
}

const struct review_state *history_replay(struct history *h)
{
	review_state_clear(&h->state);
	h->facts.count = h->count;
	review_replay(&h->state, &h->facts);
	return &h->state;
}

void history_end(struct history *h)
{
	review_state_clear(&h->state);
	policy_clear(&h->policy);
}

static enum review_event event_of(const char *verb)
{
	static const struct {
		const char *verb;
		enum review_event event;
	} verbs[] = {
	    {"saves", REVIEW_SAVE},         {"submits", REVIEW_SUBMIT},         {"comments", REVIEW_COMMENT},
	    {"replies", REVIEW_REPLY},      {"resolves", REVIEW_RESOLVE},       {"reopens", REVIEW_REOPEN},
	    {"rejects", REVIEW_REJECT},     {"approves", REVIEW_APPROVE},       {"assigns", REVIEW_ASSIGN},
	    {"spikes", REVIEW_SPIKE},       {"restores", REVIEW_RESTORE},       {"releases", REVIEW_RELEASED},
	    {"asks", REVIEW_QUESTION},      {"suggests", REVIEW_SUGGEST},       {"takes", REVIEW_SAVE},
	    {"refuses", REVIEW_REFUSE},     {"embargoes", REVIEW_EMBARGO},      {"lifts", REVIEW_EMBARGO},
	    {"schedules", REVIEW_SCHEDULE}, {"unschedules", REVIEW_UNSCHEDULE}, {"dances", REVIEW_UNKNOWN},
	};

	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
		if (strcmp(verbs[i].verb, verb) == 0)
			return verbs[i].event;
	}
	fail_msg("Nobody %s.", verb);
	return REVIEW_UNKNOWN;
}

static void suggest(struct history *h, enum person person)
{
	struct review_commit *commit = history_add(h, REVIEW_SUGGEST, person);

	commit->replacement = (char *)"seven";
	commit->passage.on = commit->covers.items[0].blob;
	commit->passage.len = 4;
}

void history_tell(struct history *h, const char *story)
{
	static const char *const steps[] = {"first", "final", "review", "legal"};
	char who;
	char verb[16];
	char what[16];
	int len;

	while (sscanf(story, " %c %15[a-z] %15[^.]%n", &who, verb, what, &len) == 3 ||
	       (what[0] = '\0', sscanf(story, " %c %15[a-z]%n", &who, verb, &len)) == 2) {
		enum person person = (enum person)(who - 'A');
		enum review_event event = event_of(verb);
		size_t step = 0;

		story += len + 1;
		if (strcmp(verb, "takes") == 0) {
			history_answer(h, event, person, (size_t)atoi(what));
		} else if (event == REVIEW_SUGGEST) {
			suggest(h, person);
		} else if (event == REVIEW_SCHEDULE) {
			history_schedule(h, person, atoi(what));
		} else if (event == REVIEW_EMBARGO) {
			history_add(h, event, person)->at = atoi(what);
		} else if (event == REVIEW_SAVE) {
			history_save(h, person, what[0]);
		} else if (event == REVIEW_APPROVE) {
			while (strcmp(steps[step], what) != 0)
				step++;
			history_approve(h, person, steps[step]);
		} else if (what[0] != '\0') {
			history_answer(h, event, person, (size_t)atoi(what));
		} else {
			history_add(h, event, person);
		}
	}
	assert_string_equal(story, "");
}

const char *history_why(struct history *h)
{
	const struct review_state *state = history_replay(h);
	const struct review_approval *last = &state->approvals[state->approval_count - 1];

	assert_int_equal(last->counts, last->why == NULL);
	return last->counts ? "counts" : last->why;
}
static int set_up(void **state, const char *policy)
{
	struct history *h = mem_alloc(sizeof *h);

	history_start(h, policy);
	*state = h;
	return 0;
}

int history_set_up_one_step(void **state)
{
	return set_up(state, "[step \"review\"]\n");
}

int history_set_up_ladder(void **state)
{
	return set_up(state, history_ladder);
}

int history_tear_down(void **state)
{
	history_end(*state);
	free(*state);
	return 0;
}
