#include "random_desk.h"

#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "desk/policy.h"

/* xorshift64*, so that a failure comes again. */
unsigned below(uint64_t *seed, unsigned limit)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (unsigned)((*seed * UINT64_C(2685821657736338717)) >> 33) % limit;
}

bool one_in(uint64_t *seed, unsigned n)
{
	return below(seed, n) == 0;
}

const struct repo_person random_people[REF_PEOPLE] = {
    {(char *)"Anna", (char *)"anna@desk.example"}, {(char *)"Boris", (char *)"boris@desk.example"},
    {(char *)"陈", (char *)"chen@desk.example"},   {(char *)"Dora", (char *)"dora@desk.example"},
    {(char *)"Emil", (char *)"emil@desk.example"}, {(char *)"方", (char *)"fang@desk.example"},
};

const struct repo_person random_again[REF_PEOPLE] = {
    {(char *)"A.", (char *)"Anna@Desk.Example"}, {(char *)"B.", (char *)"BORIS@desk.example"},
    {(char *)"C.", (char *)"chen@DESK.example"}, {(char *)"D.", (char *)"dora@desk.EXAMPLE"},
    {(char *)"E.", (char *)"eMil@desk.example"}, {(char *)"F.", (char *)"FANG@desk.example"},
};

const char *const random_steps[REF_STEPS] = {"first", "second", "legal", "final"};
const char *const random_checks[2] = {"Names checked", "数字已核对"};
static const char *const sections[] = {"city", "culture", "city/deep"};

static const struct repo_person *mixed(int i)
{
	return i % 2 ? &random_again[i] : &random_people[i];
}

struct role {
	const char *name;
	unsigned who;
};

/* Appends lines that name a group: by roles where one is of just these people, else one by one. */
static void add_group(struct strbuf *text, const struct role *roles, unsigned who)
{
	for (int i = 0; i < 3; i++) {
		if (roles[i].who != 0 && (roles[i].who & ~who) == 0) {
			strbuf_addf(text, "\trole = %s\n", roles[i].name);
			who &= ~roles[i].who;
		}
	}
	for (int i = 0; i < REF_PEOPLE; i++) {
		if (who >> i & 1)
			strbuf_addf(text, "\tperson = %s <%s>\n", mixed(i)->name, mixed(i)->mail);
	}
}

static unsigned random_group(uint64_t *seed, const struct role *roles)
{
	unsigned who;

	switch (below(seed, 4)) {
	case 0:
		return 0;
	case 1:
		return roles[below(seed, 3)].who;
	case 2:
		return roles[below(seed, 3)].who | roles[below(seed, 3)].who;
	default:
		who = roles[below(seed, 3)].who;
		return who | 1u << below(seed, REF_PEOPLE);
	}
}

static unsigned size_of(unsigned who)
{
	unsigned n = 0;

	for (int i = 0; i < REF_PEOPLE; i++)
		n += who >> i & 1;
	return n;
}

static void add_steps(struct ref_desk *desk, uint64_t *seed, const struct role *roles, struct strbuf *text)
{
	desk->step_count = 1 + (int)below(seed, 3);
	for (int i = 0; i < desk->step_count; i++) {
		struct ref_step *step = &desk->steps[i];
		unsigned most;

		step->who = random_group(seed, roles);
		most = step->who == 0 ? REF_PEOPLE : size_of(step->who);
		step->approvals = one_in(seed, 3) && most > 1 ? 2 : 1;
		/* The last is for all. */
		step->places = i + 1 < desk->step_count && one_in(seed, 3) ? 1 + below(seed, 7) : 0;
		step->checks = one_in(seed, 4) ? below(seed, 4) : 0;
		strbuf_addf(text, "[step \"%s\"]\n\tapprovals = %u\n", random_steps[i], step->approvals);
		add_group(text, roles, step->who);
		for (int k = 0; k < 3; k++) {
			if (step->places >> k & 1)
				strbuf_addf(text, "\tsection = %s\n", sections[k]);
			if (k < 2 && step->checks >> k & 1)
				strbuf_addf(text, "\tcheck = %s\n", random_checks[k]);
		}
	}
}

static bool random_switch(uint64_t *seed, struct strbuf *text, const char *key, unsigned rare)
{
	bool on = one_in(seed, rare);

	strbuf_addf(text, "\t%s = %s\n", key, on ? "true" : "false");
	return on;
}

static void any_desk(struct ref_desk *desk, uint64_t *seed, struct strbuf *text, bool signs)
{
	struct role roles[3] = {{"editor", 0}, {"chief", 0}, {"lawyer", 0}};
	unsigned lane;

	memset(desk, 0, sizeof *desk);
	for (int i = 0; i < 3; i++) {
		roles[i].who = 1u << below(seed, REF_PEOPLE) | 1u << below(seed, REF_PEOPLE);
		strbuf_addf(text, "[role \"%s\"]\n", roles[i].name);
		for (int k = 0; k < REF_PEOPLE; k++) {
			if (roles[i].who >> k & 1)
				strbuf_addf(text, "\tperson = %s <%s>\n", random_people[k].name,
					    mixed(k)->mail);
		}
	}
	add_steps(desk, seed, roles, text);
	strbuf_adds(text, "[rules]\n");
	desk->author_may_approve = random_switch(seed, text, "author-may-approve", 4);
	desk->one_person_one_step = random_switch(seed, text, "one-person-one-step", 2);
	desk->comments_block = random_switch(seed, text, "comments-block", 2);
	desk->suggester_is_author = random_switch(seed, text, "suggester-is-author", 2);
	if (signs) {
		strbuf_adds(text, "[sign]\n");
		desk->sign_approvals = random_switch(seed, text, "approvals", 5);
		desk->sign_releases = random_switch(seed, text, "releases", 5);
		desk->keys = one_in(seed, 4) ? below(seed, 1u << REF_PEOPLE) : (1u << REF_PEOPLE) - 1;
	}
	strbuf_adds(text, "[release]\n");
	desk->overdue = 1 + below(seed, 20);
	strbuf_addf(text, "\toverdue = %d\n", (int)desk->overdue);
	add_group(text, roles, desk->release = random_group(seed, roles));
	strbuf_adds(text, "[correct]\n");
	add_group(text, roles, desk->correct = random_group(seed, roles));
	lane = below(seed, 4);
	desk->correct_fast = lane < 3 ? roles[lane].who : 0;
	if (lane < 3)
		strbuf_addf(text, "\tfast-lane = %s\n", roles[lane].name);
	strbuf_adds(text, "[withdraw]\n");
	add_group(text, roles, desk->withdraw = random_group(seed, roles));
	lane = below(seed, 4);
	desk->withdraw_fast = lane < 3 ? roles[lane].who : 0;
	if (lane < 3)
		strbuf_addf(text, "\tfast-lane = %s\n", roles[lane].name);
	desk->tombstone = one_in(seed, 3);
	strbuf_addf(text, "\tas = %s\n", desk->tombstone ? "tombstone" : "removal");
	strbuf_adds(text, "[policy]\n");
	add_group(text, roles, desk->change = random_group(seed, roles));
	strbuf_adds(text, "[attachment]\n\tlargest = 1k\n\ttype = png\n");
	strbuf_adds(text, "[require]\n\tfield = title\n");
}

/* Whether the rules are refused for naming too few people for their ladder, which is chance here. */
static bool lacks_people(const struct strbuf *text)
{
	struct policy policy;
	struct error err;

	if (policy_parse(&policy, text->data, text->len, &err) < 0)
		return strstr(err.message, "nobody is left for the step") != NULL;
	policy_clear(&policy);
	return false;
}

void random_desk(struct ref_desk *desk, uint64_t *seed, struct strbuf *text, bool signs)
{
	do {
		strbuf_reset(text);
		any_desk(desk, seed, text, signs);
	} while (lacks_people(text));
}
