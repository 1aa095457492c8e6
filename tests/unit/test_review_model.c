#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "history.h"

/*
 * The rules as a reader of the manual would apply them, each written down for itself, against what
 * review makes of thousands of histories.
 */

/* The last event of the three that decide where a draft lies, before index; 0 when there is none. */
static enum review_event last_turn(const struct history *h, size_t before)
{
	enum review_event turn = REVIEW_SAVE;
	bool aside = false;

	for (size_t i = 0; i < before; i++) {
		enum review_event event = h->commits[i].event;

		if (event == REVIEW_SPIKE || event == REVIEW_RESTORE)
			aside = event == REVIEW_SPIKE;
		if (event == REVIEW_SPIKE || (!aside && (event == REVIEW_SUBMIT || event == REVIEW_REJECT)))
			turn = event;
	}
	return turn;
}

static bool is_aside(const struct history *h)
{
	for (size_t i = h->count; i-- > 0;) {
		if (h->commits[i].event == REVIEW_SPIKE)
			return true;
		if (h->commits[i].event == REVIEW_RESTORE)
			return false;
	}
	return false;
}

/*
 * Whether it was sent back or set aside after index.  Sending back what is aside means nothing, but
 * then it was set aside, and so undone, before.
 */
static bool undone_after(const struct history *h, size_t index)
{
	for (size_t i = index + 1; i < h->count; i++) {
		if (h->commits[i].event == REVIEW_SPIKE || h->commits[i].event == REVIEW_REJECT)
			return true;
	}
	return false;
}

static bool wrote(const struct history *h, const struct repo_person *person)
{
	for (size_t i = 0; i < h->count; i++) {
		if (h->commits[i].event == REVIEW_SAVE &&
		    strcmp(h->commits[i].person.mail, person->mail) == 0)
			return true;
	}
	return false;
}

static bool in_role(const struct policy *policy, const char *role, const struct repo_person *person)
{
	for (size_t i = 0; role != NULL && i < policy->role_count; i++) {
		for (size_t j = 0; j < policy->roles[i].count; j++) {
			if (strcmp(policy->roles[i].name, role) == 0 &&
			    strcmp(policy->roles[i].people[j].mail, person->mail) == 0)
				return true;
		}
	}
	return role == NULL;
}

static const char *role_of(const struct policy_step *step)
{
	return step->who.roles.count > 0 ? step->who.roles.items[0] : NULL;
}

static size_t step_named(const struct policy *policy, const char *name)
{
	size_t i = 0;

	while (i < policy->step_count && strcmp(policy->steps[i].name, name) != 0)
		i++;
	return i;
}

static char version_at(const struct history *h, size_t index)
{
	return (char)h->commits[index].covers.items[0].blob.id[0];
}

static bool is_good(const struct history *h, size_t index);

static unsigned good_before(const struct history *h, size_t index, size_t step)
{
	unsigned n = 0;

	for (size_t i = 0; i < index; i++)
		n += h->commits[i].event == REVIEW_APPROVE &&
		     step_named(&h->policy, h->commits[i].step) == step && is_good(h, i);
	return n;
}

/* Each condition stands for itself. */
static bool judge(const struct history *h, size_t index)
{
	const struct review_commit *commit = &h->commits[index];
	size_t step = step_named(&h->policy, commit->step);
	char claimed = (char)commit->claimed.items[0].blob.id[0];

	if (last_turn(h, index) != REVIEW_SUBMIT || undone_after(h, index))
		return false;
	if (step == h->policy.step_count || claimed != version_at(h, index) ||
	    claimed != version_at(h, h->count - 1) || !oid_equal(&commit->policy, &h->policy.blob))
		return false;
	if (!in_role(&h->policy, role_of(&h->policy.steps[step]), &commit->person) ||
	    (!h->policy.author_may_approve && wrote(h, &commit->person)))
		return false;
	for (size_t i = 0; i < step; i++) {
		if (good_before(h, index, i) < h->policy.steps[i].approvals)
			return false;
	}
	for (size_t i = 0; i < index; i++) {
		const struct review_commit *other = &h->commits[i];

		if (other->event == REVIEW_APPROVE && strcmp(other->person.mail, commit->person.mail) == 0 &&
		    (h->policy.one_person_one_step || strcmp(other->step, commit->step) == 0) &&
		    is_good(h, i))
			return false;
	}
	return true;
}

/* Whether the approval at index counts; good keeps the answers of one history, 0 for none yet. */
static char good[HISTORY_MAX];

static bool is_good(const struct history *h, size_t index)
{
	if (good[index] == 0)
		good[index] = judge(h, index) ? 'y' : 'n';
	return good[index] == 'y';
}

static size_t comments_open(const struct history *h)
{
	size_t open = 0;

	for (size_t i = 0; i < h->count; i++) {
		bool resolved = false;
		char hex[REPO_HEX_SIZE];

		if (h->commits[i].event != REVIEW_COMMENT)
			continue;
		oid_hex(hex, &h->commits[i].id);
		for (size_t j = i + 1; j < h->count; j++) {
			enum review_event event = h->commits[j].event;

			if ((event == REVIEW_RESOLVE || event == REVIEW_REOPEN) &&
			    strcmp(h->commits[j].threads.items[0], hex) == 0)
				resolved = event == REVIEW_RESOLVE;
		}
		open += !resolved;
	}
	return open;
}

static const char *expected_state(const struct history *h)
{
	if (h->facts.released)
		return h->facts.withdraws ? "withdrawn" : "released";
	if (is_aside(h))
		return "spiked";
	if (last_turn(h, h->count) == REVIEW_REJECT)
		return "changes";
	if (last_turn(h, h->count) != REVIEW_SUBMIT)
		return "draft";
	for (size_t i = 0; i < h->policy.step_count; i++) {
		if (good_before(h, h->count, i) < h->policy.steps[i].approvals)
			return "review";
	}
	if (h->policy.comments_block && comments_open(h) > 0)
		return "review";
	return h->facts.publish_time > h->facts.now ? "scheduled" : "approved";
}

/* xorshift64*, so that a failure comes again. */
static unsigned below(uint64_t *seed, unsigned limit)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (unsigned)((*seed * UINT64_C(2685821657736338717)) >> 33) % limit;
}

static void add_random(struct history *h, uint64_t *seed)
{
	static const enum review_event plain[] = {REVIEW_SUBMIT,  REVIEW_SUBMIT, REVIEW_SUBMIT,
						  REVIEW_COMMENT, REVIEW_REJECT, REVIEW_SPIKE,
						  REVIEW_RESTORE, REVIEW_ASSIGN, REVIEW_RELEASED,
						  REVIEW_UNKNOWN};
	static const char *const steps[] = {"first", "first", "first", "final", "final", "legal"};
	enum person person = (enum person)below(seed, PEOPLE);
	unsigned kind = below(seed, 20);
	struct review_commit *commit;
	enum review_event answer;

	if (kind < 3) {
		person = below(seed, 3) ? ANNA : person;
		history_save(h, person, (char)('1' + below(seed, 2)));
	} else if (kind < 12) {
		commit = history_approve(h, person, steps[below(seed, 6)]);
		if (below(seed, 12) == 0)
			commit->claimed.items[0].blob = history_oid('2');
		if (below(seed, 12) == 0)
			commit->policy = history_oid('q');
	} else if (kind < 14) {
		answer = below(seed, 3) ? REVIEW_RESOLVE : REVIEW_REOPEN;
		history_answer(h, answer, person, below(seed, (unsigned)h->count));
	} else {
		history_add(h, plain[below(seed, sizeof plain / sizeof plain[0])], person);
	}
}

static void random_histories_mean_what_the_rules_say(void **state)
{
	unsigned seen[REVIEW_STATE_COUNT] = {0};
	uint64_t seed = 20261120;
	struct history h;

	(void)state;
	history_start(&h, history_ladder);
	for (int turn = 0; turn < 6000; turn++) {
		unsigned length = 2 + below(&seed, 16);
		size_t counted = 0;

		memset(good, 0, sizeof good);
		history_reset(&h);
		h.policy.steps[0].approvals = 1 + below(&seed, 2);
		h.policy.one_person_one_step = below(&seed, 2);
		h.policy.comments_block = below(&seed, 2);
		h.policy.author_may_approve = below(&seed, 4) == 0;
		h.facts.publish_time = below(&seed, 4) == 0 ? 2000 : 0;
		h.facts.released = below(&seed, 20) == 0;
		h.facts.withdraws = below(&seed, 3) == 0;
		history_save(&h, ANNA, '1');
		if (below(&seed, 4))
			history_add(&h, REVIEW_SUBMIT, ANNA);
		while (length-- > 0)
			add_random(&h, &seed);
		history_replay(&h);
		if (strcmp(review_state_word(h.state.name), expected_state(&h)) != 0)
			fail_msg("turn %d is %s, not %s", turn, review_state_word(h.state.name),
				 expected_state(&h));
		for (size_t i = 0; i < h.state.approval_count; i++) {
			const struct review_approval *approval = &h.state.approvals[i];

			if (approval->counts != is_good(&h, approval->commit))
				fail_msg("turn %d, commit %zu: %s", turn, approval->commit,
					 approval->why ? approval->why : "counts");
			counted += approval->counts;
		}
		assert_int_equal(counted, good_before(&h, h.count, 0) + good_before(&h, h.count, 1));
		assert_int_equal(h.state.open_threads, comments_open(&h));
		for (int i = 0; i < PEOPLE; i++)
			assert_int_equal(review_is_author(&h.state, &history_people[i]),
					 wrote(&h, &history_people[i]));
		seen[h.state.name]++;
	}
	history_end(&h);
	/* The histories go everywhere, so that agreeing means something. */
	for (int i = 0; i < REVIEW_STATE_COUNT; i++) {
		if (seen[i] < 20)
			fail_msg("only %u of the histories are %s", seen[i],
				 review_state_word((enum review_state_name)i));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(random_histories_mean_what_the_rules_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
