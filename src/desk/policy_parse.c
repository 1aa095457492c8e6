/*
 * Reading the rules' text: a table of sections and their keys.
 */
#include "desk/policy.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/gitconfig.h"
#include "text/unicode.h"

#define LONGEST_ARTICLE 1000000 /* words or characters; a number above it is a slip */

#define NAME_LIMIT 64 /* bytes of the name of a role or step, which stands in trailers */

/* A place that names a role: roles may stand below the steps that use them. */
struct reference {
	const char *role; /* borrowed from the policy */
	size_t line;
};

struct section;

struct reader {
	struct policy *policy;
	const struct section *section; /* that is open; NULL before the first */
	size_t section_line;
	size_t line;            /* of the item that is read */
	unsigned keys_seen;     /* bits: keys of this section, by their index in its table */
	unsigned sections_seen; /* bits: sections, by their index */
	struct reference *references;
	size_t reference_count;
	size_t reference_capacity;
	size_t *step_lines; /* on which each step begins */
	size_t step_line_capacity;
	struct error *err;
};

static int __attribute__((format(printf, 2, 3))) wrong(const struct reader *r, const char *format, ...)
{
	char text[ERROR_MESSAGE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return error_set(r->err, E_INVALID, "%s, line %zu: %s", POLICY_PATH, r->line, text);
}

/* -- What a value may be -- */

/* What is shown or kept as one line: no control characters, and no blanks around. */
static int check_line(const struct reader *r, const char *value)
{
	size_t len = strlen(value);
	bool good = len > 0 && value[0] != ' ' && value[len - 1] != ' ';

	for (size_t i = 0; good && i < len; i++)
		good = (unsigned char)value[i] >= ' ' && value[i] != 0x7f;
	return good ? 0
		    : wrong(r,
			    "this must be one line of text; take out line ends, tabs and blanks around it.");
}

static int set_text(struct reader *r, void *target, const char *value)
{
	char **text = target;
	int rc = check_line(r, value);

	if (rc < 0)
		return rc;
	free(*text);
	*text = mem_strdup(value);
	return 0;
}

static int set_folder(struct reader *r, void *target, const char *value)
{
	if (!repo_path_safe(value) || value[0] == '.')
		return wrong(r,
			     "\"%s\" cannot be the folder of the articles; put a name such as content there.",
			     value);
	return set_text(r, target, value);
}

/* BCP 47, section 2.1, as far as its shape goes. */
static int set_language(struct reader *r, void *target, const char *value)
{
	if (!isalpha((unsigned char)value[0]) || strspn(value, "abcdefghijklmnopqrstuvwxyz"
							       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
							       "0123456789-") != strlen(value))
		return wrong(r, "\"%s\" is no language; put a tag such as en or zh-Hans there.", value);
	return set_text(r, target, value);
}

/* Booleans of git-config(1), section "Values"; a key without "=" is true. */
static int set_bool(struct reader *r, void *target, const char *value)
{
	static const char *const words[][2] = {{"false", "true"}, {"no", "yes"}, {"off", "on"}, {"0", "1"}};

	for (size_t i = 0; value != NULL && i < sizeof words / sizeof words[0]; i++) {
		for (int truth = 0; truth < 2; truth++) {
			if (strcasecmp(value, words[i][truth]) == 0) {
				*(bool *)target = truth;
				return 0;
			}
		}
	}
	if (value != NULL)
		return wrong(r, "\"%s\" is neither yes nor no; put true or false there.", value);
	*(bool *)target = true;
	return 0;
}

static int add_once(struct reader *r, void *target, const char *value)
{
	if (strlist_has(target, value))
		return wrong(r, "%s stands here already; take one of the two lines out.", value);
	strlist_add(target, value);
	return 0;
}

static int add_check(struct reader *r, void *target, const char *value)
{
	int rc = check_line(r, value);

	return rc < 0 ? rc : add_once(r, target, value);
}

/* A role that a group is made of. */
static int add_role(struct reader *r, void *target, const char *value)
{
	struct policy_group *group = target;
	int rc = add_once(r, &group->roles, value);

	if (rc < 0)
		return rc;
	r->references =
	    mem_grow(r->references, &r->reference_capacity, r->reference_count + 1, sizeof r->references[0]);
	r->references[r->reference_count++] =
	    (struct reference){.role = group->roles.items[group->roles.count - 1], .line = r->line};
	return 0;
}

static int set_number(struct reader *r, unsigned *out, const char *value, unsigned long least,
		      unsigned long most, const char *what)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (!isdigit((unsigned char)value[0]) || *end != '\0' || n < least || n > most)
		return wrong(r, "\"%s\" %s; put a number from %lu to %lu there.", value, what, least, most);
	*out = (unsigned)n;
	return 0;
}

static int set_count(struct reader *r, void *target, const char *value)
{
	return set_number(r, target, value, 1, 99, "approvals cannot be asked for");
}

static int set_minutes(struct reader *r, void *target, const char *value)
{
	return set_number(r, target, value, 1, 525600, "is no number of minutes");
}

static int set_length(struct reader *r, void *target, const char *value)
{
	return set_number(r, target, value, 1, 100000, "is no number of characters");
}

/* Takes a number from the front of *text; false where there is none that a length can be. */
static bool take_length(unsigned *out, const char **text)
{
	char *end;
	unsigned long n = strtoul(*text, &end, 10);

	if (!isdigit((unsigned char)**text) || n < 1 || n > LONGEST_ARTICLE)
		return false;
	*out = (unsigned)n;
	*text = end;
	return true;
}

/* "300..600", "300.." or "..600". */
static int set_range(struct reader *r, void *target, const char *value)
{
	struct policy_range range = {0, 0};
	const char *at = value;
	bool good = (*at == '.' || take_length(&range.least, &at)) && strncmp(at, "..", 2) == 0;

	if (good) {
		at += 2;
		good = (*at == '\0' && range.least > 0) || (take_length(&range.most, &at) && *at == '\0');
	}
	if (!good)
		return wrong(r,
			     "\"%s\" is no length; put the least and the most there, as 300..600, or one of "
			     "the two, as ..600.",
			     value);
	if (range.most > 0 && range.most < range.least)
		return wrong(r, "\"%s\" has no number in it; put the smaller one first.", value);
	*(struct policy_range *)target = range;
	return 0;
}

/* A size in bytes, with the suffixes of git-config(1), section "Values": k, m, g. */
static int set_size(struct reader *r, void *target, const char *value)
{
	static const char suffixes[] = "kmg";
	char *end;
	unsigned long n = strtoul(value, &end, 10);
	const char *suffix = *end != '\0' ? strchr(suffixes, tolower((unsigned char)*end)) : NULL;
	unsigned shift = suffix != NULL ? 10 * (unsigned)(suffix - suffixes + 1) : 0;

	if (!isdigit((unsigned char)value[0]) || n < 1 || (suffix != NULL ? end[1] : *end) != '\0' ||
	    n > REPO_BLOB_LIMIT >> shift)
		return wrong(r,
			     "\"%s\" is no size of a file; put one such as 500k or 5m there, at most %zum.",
			     value, REPO_BLOB_LIMIT >> 20);
	*(size_t *)target = (size_t)n << shift;
	return 0;
}

/* One of the words, by its index; -1 when it is none of them. */
static int one_of(const char *value, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (words[i] != NULL && strcmp(words[i], value) == 0)
			return (int)i;
	}
	return -1;
}

static int set_takedown(struct reader *r, void *target, const char *value)
{
	static const char *const words[] = {"removal", "tombstone"};
	int i = one_of(value, words, 2);

	if (i < 0)
		return wrong(r, "an article cannot be withdrawn as \"%s\"; put removal or tombstone there.",
			     value);
	*(bool *)target = i == 1;
	return 0;
}

static const char *const forms[POLICY_FORM_COUNT] = {
    [POLICY_FORM_DATE] = "date", [POLICY_FORM_TIME] = "time",         [POLICY_FORM_NUMBER] = "number",
    [POLICY_FORM_URL] = "url",   [POLICY_FORM_LANGUAGE] = "language", [POLICY_FORM_SLUG] = "slug",
};

static int set_form(struct reader *r, void *target, const char *value)
{
	int i = one_of(value, forms, POLICY_FORM_COUNT);

	if (i < 0)
		return wrong(r,
			     "\"%s\" is no form of a field; the forms are date, time, number, url, language "
			     "and slug.",
			     value);
	*(enum policy_form *)target = (enum policy_form)i;
	return 0;
}

static int add_type(struct reader *r, void *target, const char *value)
{
	if (strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789") != strlen(value))
		return wrong(r, "\"%s\" is no type of a file; put its extension in small letters, as jpg.",
			     value);
	return add_once(r, target, value);
}

static int add_section(struct reader *r, void *target, const char *value)
{
	if (!repo_path_safe(value))
		return wrong(r, "\"%s\" is no section; put the name of its folder there.", value);
	return add_once(r, target, value);
}

static int read_person(struct reader *r, struct repo_person *out, const char *value)
{
	if (repo_person_parse(out, value, NULL) == 0)
		return 0;
	return wrong(
	    r, "\"%s\" is no person; put a name and a mail address there, as B. Editor <b@example.org>.",
	    value);
}

static bool is_among(const struct repo_person *people, size_t count, const struct repo_person *person)
{
	for (size_t i = 0; i < count; i++) {
		if (repo_person_same(&people[i], person))
			return true;
	}
	return false;
}

static int add_to_role(struct reader *r, void *target, const char *value)
{
	struct policy_role *role = target;
	struct repo_person person;
	int rc = read_person(r, &person, value);

	if (rc == 0 && is_among(role->people, role->count, &person)) {
		repo_person_clear(&person);
		rc = wrong(r, "%s is in the role \"%s\" already; take one of the two lines out.", value,
			   role->name);
	}
	if (rc < 0)
		return rc;
	role->people = mem_grow(role->people, &role->capacity, role->count + 1, sizeof role->people[0]);
	role->people[role->count++] = person;
	return 0;
}

static int add_person(struct reader *r, void *target, const char *value)
{
	struct policy_group *group = target;
	struct repo_person person;
	int rc = read_person(r, &person, value);

	if (rc == 0 && is_among(group->people, group->count, &person)) {
		repo_person_clear(&person);
		rc = wrong(r, "%s stands here already; take one of the two lines out.", value);
	}
	if (rc < 0)
		return rc;
	group->people = mem_grow(group->people, &group->capacity, group->count + 1, sizeof group->people[0]);
	group->people[group->count++] = person;
	return 0;
}

static bool is_field_name(const char *name)
{
	return (isalpha((unsigned char)name[0]) || name[0] == '_') &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
		   strlen(name);
}

static int no_field(struct reader *r, const char *name)
{
	return wrong(r, "\"%s\" is no field of an article's front matter; put one such as title there.",
		     name);
}

static int add_field(struct reader *r, void *target, const char *value)
{
	return is_field_name(value) ? add_once(r, target, value) : no_field(r, value);
}

/* -- The sections and their keys -- */

struct key {
	const char *name;
	size_t offset; /* of the target in what the section describes */
	int (*set)(struct reader *r, void *target, const char *value);
	bool many;
};

#define KEYS_MAX 6

struct section {
	const char *name;
	bool named;    /* [role "editor"]: one for each name */
	bool nameable; /* [length] and [length "news"]: both */
	int (*open)(struct reader *r, const char *name);
	void *(*target)(struct policy *policy);
	const char *example; /* of a name */
	struct key keys[KEYS_MAX];
};

static void *the_policy(struct policy *policy)
{
	return policy;
}

static void *last_role(struct policy *policy)
{
	return &policy->roles[policy->role_count - 1];
}

static void *last_step(struct policy *policy)
{
	return &policy->steps[policy->step_count - 1];
}

static void *last_field(struct policy *policy)
{
	return &policy->fields[policy->field_count - 1];
}

static int check_name(struct reader *r, const char *what, const char *name)
{
	size_t len = strlen(name);
	size_t pos = 0;
	bool good = len > 0 && len <= NAME_LIMIT;

	while (good && pos < len) {
		int32_t c;

		pos += unicode_decode(name, len, pos, &c);
		good = c > ' ' && c != 0x7f && !unicode_is_space(c);
	}
	return good ? 0
		    : wrong(r, "\"%s\" cannot be the name of a %s; put one short word there.", name, what);
}

static void *last_length(struct policy *policy)
{
	return &policy->lengths[policy->length_count - 1];
}

static int open_role(struct reader *r, const char *name)
{
	struct policy *p = r->policy;
	int rc = check_name(r, "role", name);

	if (rc < 0)
		return rc;
	if (policy_find_role(p, name) != NULL)
		return wrong(
		    r, "the role \"%s\" stands here for the second time; put its people into one section.",
		    name);
	p->roles = mem_grow(p->roles, &p->role_capacity, p->role_count + 1, sizeof p->roles[0]);
	p->roles[p->role_count++] = (struct policy_role){.name = mem_strdup(name)};
	return 0;
}

static int open_step(struct reader *r, const char *name)
{
	struct policy *p = r->policy;
	int rc = check_name(r, "step", name);

	if (rc < 0)
		return rc;
	if (policy_step(p, name) >= 0)
		return wrong(r, "the step \"%s\" stands here for the second time; give it another name.",
			     name);
	p->steps = mem_grow(p->steps, &p->step_capacity, p->step_count + 1, sizeof p->steps[0]);
	r->step_lines =
	    mem_grow(r->step_lines, &r->step_line_capacity, p->step_count + 1, sizeof r->step_lines[0]);
	r->step_lines[p->step_count] = r->line;
	p->steps[p->step_count++] = (struct policy_step){.name = mem_strdup(name), .approvals = 1};
	return 0;
}

static int open_field(struct reader *r, const char *name)
{
	struct policy *p = r->policy;

	if (!is_field_name(name))
		return no_field(r, name);
	for (size_t i = 0; i < p->field_count; i++) {
		if (strcmp(p->fields[i].name, name) == 0)
			return wrong(
			    r,
			    "the field \"%s\" stands here for the second time; put its lines into one "
			    "section.",
			    name);
	}
	p->fields = mem_grow(p->fields, &p->field_capacity, p->field_count + 1, sizeof p->fields[0]);
	p->fields[p->field_count++] = (struct policy_field){.name = mem_strdup(name)};
	return 0;
}

static bool same_section(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcasecmp(a, b) == 0);
}

/* name NULL: for every section that has no other. */
static int open_length(struct reader *r, const char *name)
{
	struct policy *p = r->policy;

	if (name != NULL && !repo_path_safe(name))
		return wrong(r, "\"%s\" is no section; put the name of its folder there.", name);
	for (size_t i = 0; i < p->length_count; i++) {
		if (same_section(p->lengths[i].section, name))
			return wrong(
			    r,
			    "this length stands here for the second time; put its lines into one section.");
	}
	p->lengths = mem_grow(p->lengths, &p->length_capacity, p->length_count + 1, sizeof p->lengths[0]);
	p->lengths[p->length_count++] = (struct policy_length){.section = mem_strdup(name)};
	return 0;
}

#define OF_POLICY(field) offsetof(struct policy, field)
#define OF_STEP(field)   offsetof(struct policy_step, field)
#define OF_FIELD(field)  offsetof(struct policy_field, field)
#define OF_LENGTH(field) offsetof(struct policy_length, field)

static const struct section sections[] = {
    {.name = "newsroom",
     .target = the_policy,
     .keys = {{"name", OF_POLICY(name), set_text, false},
	      {"content", OF_POLICY(content), set_folder, false},
	      {"language", OF_POLICY(language), set_language, false}}},
    {.name = "role",
     .named = true,
     .open = open_role,
     .target = last_role,
     .example = "editor",
     .keys = {{"person", 0, add_to_role, true}}},
    {.name = "step",
     .named = true,
     .open = open_step,
     .target = last_step,
     .example = "review",
     .keys = {{"role", OF_STEP(who), add_role, true},
	      {"person", OF_STEP(who), add_person, true},
	      {"section", OF_STEP(sections), add_section, true},
	      {"approvals", OF_STEP(approvals), set_count, false},
	      {"check", OF_STEP(checks), add_check, true}}},
    {.name = "rules",
     .target = the_policy,
     .keys = {{"author-may-approve", OF_POLICY(author_may_approve), set_bool, false},
	      {"one-person-one-step", OF_POLICY(one_person_one_step), set_bool, false},
	      {"comments-block", OF_POLICY(comments_block), set_bool, false},
	      {"suggester-is-author", OF_POLICY(suggester_is_author), set_bool, false}}},
    {.name = "sign",
     .target = the_policy,
     .keys = {{"approvals", OF_POLICY(sign_approvals), set_bool, false},
	      {"releases", OF_POLICY(sign_releases), set_bool, false}}},
    {.name = "release",
     .target = the_policy,
     .keys = {{"role", OF_POLICY(release), add_role, true},
	      {"person", OF_POLICY(release), add_person, true},
	      {"overdue", OF_POLICY(overdue), set_minutes, false}}},
    {.name = "correct",
     .target = the_policy,
     .keys = {{"role", OF_POLICY(correct), add_role, true},
	      {"person", OF_POLICY(correct), add_person, true},
	      {"fast-lane", OF_POLICY(correct_fast), add_role, true},
	      {"note", OF_POLICY(correction_note), set_text, false}}},
    {.name = "withdraw",
     .target = the_policy,
     .keys = {{"role", OF_POLICY(withdraw), add_role, true},
	      {"person", OF_POLICY(withdraw), add_person, true},
	      {"fast-lane", OF_POLICY(withdraw_fast), add_role, true},
	      {"as", OF_POLICY(tombstone), set_takedown, false}}},
    {.name = "policy",
     .target = the_policy,
     .keys = {{"role", OF_POLICY(change), add_role, true}, {"person", OF_POLICY(change), add_person, true}}},
    {.name = "require", .target = the_policy, .keys = {{"field", OF_POLICY(required), add_field, true}}},
    {.name = "field",
     .named = true,
     .open = open_field,
     .target = last_field,
     .example = "date",
     .keys = {{"form", OF_FIELD(form), set_form, false},
	      {"value", OF_FIELD(values), add_once, true},
	      {"longest", OF_FIELD(longest), set_length, false}}},
    {.name = "length",
     .nameable = true,
     .open = open_length,
     .target = last_length,
     .keys = {{"words", OF_LENGTH(words), set_range, false},
	      {"characters", OF_LENGTH(characters), set_range, false}}},
    {.name = "attachment",
     .target = the_policy,
     .keys = {{"largest", OF_POLICY(attachment_limit), set_size, false},
	      {"type", OF_POLICY(attachment_types), add_type, true}}},
};

#define SECTION_COUNT (sizeof sections / sizeof sections[0])

/* -- Reading -- */

/* Ends the section that is open. */
static int close_section(struct reader *r)
{
	const struct policy_role *role;

	if (r->section == NULL || r->section->open != open_role)
		return 0;
	role = last_role(r->policy);
	if (role->count > 0)
		return 0;
	r->line = r->section_line;
	return wrong(r, "the role \"%s\" has nobody in it; put a line person = NAME <MAIL> there.",
		     role->name);
}

static int unknown_section(struct reader *r, const char *word)
{
	struct strbuf names = STRBUF_INIT;
	int rc;

	for (size_t i = 0; i < SECTION_COUNT; i++)
		strbuf_addf(&names, "%s[%s%s]", i > 0 ? ", " : "", sections[i].name,
			    sections[i].named ? " \"...\"" : "");
	rc = wrong(r, "there is no section [%s]; the sections are %s.", word, names.data);
	strbuf_clear(&names);
	return rc;
}

static int open_section(struct reader *r, const char *word, const char *name)
{
	size_t i = 0;
	int rc = close_section(r);

	if (rc < 0)
		return rc;
	while (i < SECTION_COUNT && strcmp(sections[i].name, word) != 0)
		i++;
	if (i == SECTION_COUNT)
		return unknown_section(r, word);
	if (sections[i].named && name == NULL)
		return wrong(r, "[%s] needs a name; put one there, as [%s \"%s\"].", word, word,
			     sections[i].example);
	if (!sections[i].named && !sections[i].nameable && name != NULL)
		return wrong(r, "[%s] takes no name; put [%s] there.", word, word);
	if (!sections[i].named && !sections[i].nameable && (r->sections_seen & 1u << i) != 0)
		return wrong(r, "[%s] stands here for the second time; put its lines into one section.",
			     word);
	r->sections_seen |= 1u << i;
	r->section = &sections[i];
	r->section_line = r->line;
	r->keys_seen = 0;
	return sections[i].open != NULL ? sections[i].open(r, name) : 0;
}

static int unknown_key(struct reader *r, const char *word)
{
	struct strbuf names = STRBUF_INIT;
	int rc;

	for (size_t i = 0; i < KEYS_MAX && r->section->keys[i].name != NULL; i++)
		strbuf_addf(&names, "%s%s", i > 0 ? ", " : "", r->section->keys[i].name);
	rc = wrong(r, "[%s] has no key \"%s\"; its keys are %s.", r->section->name, word, names.data);
	strbuf_clear(&names);
	return rc;
}

/* value NULL: the key stands alone. */
static int set_key(struct reader *r, const char *word, const char *value)
{
	const struct key *keys = r->section->keys;
	char *target = r->section->target(r->policy);
	size_t i = 0;

	while (i < KEYS_MAX && keys[i].name != NULL && strcmp(keys[i].name, word) != 0)
		i++;
	if (i == KEYS_MAX || keys[i].name == NULL)
		return unknown_key(r, word);
	if (!keys[i].many && (r->keys_seen & 1u << i) != 0)
		return wrong(r, "%s stands here for the second time; take one of the two lines out.", word);
	r->keys_seen |= 1u << i;
	if (keys[i].set != set_bool && (value == NULL || value[0] == '\0'))
		return wrong(r, "%s has no value; put one there, as %s = ...", word, word);
	return keys[i].set(r, target + keys[i].offset, value);
}

static int visit(void *context, const struct gitconfig_item *item)
{
	struct reader *r = context;

	r->line = item->line;
	if (item->key == NULL)
		return open_section(r, item->section, item->name);
	return set_key(r, item->key, item->value);
}

/* What can only be seen when all is read. */
static int check_steps(struct reader *r)
{
	const struct policy *p = r->policy;
	bool for_all = false;
	size_t lacking = 0;

	if (p->step_count == 0)
		return wrong(r, "there is no review step; put a section [step \"review\"] there.");
	for (size_t i = 0; i < p->step_count; i++) {
		const struct policy_step *step = &p->steps[i];
		size_t people = policy_group_size(p, &step->who);

		for_all = for_all || step->sections.count == 0;
		r->line = r->step_lines[i];
		if (!policy_group_is_empty(&step->who) && step->approvals > people)
			return wrong(r,
				     "the step \"%s\" asks for %u approvals, but only %zu may give one; name "
				     "more people, or ask for fewer.",
				     step->name, step->approvals, people);
	}
	if (!policy_can_be_climbed(p, &lacking)) {
		r->line = r->step_lines[lacking];
		return wrong(
		    r,
		    "nobody is left for the step \"%s\" when the others have approved theirs, as nobody "
		    "may approve two; name more people, or set one-person-one-step = false.",
		    p->steps[lacking].name);
	}
	if (!for_all)
		return wrong(r, "each step is for some sections only; put one there that is for all of them "
				"and for these rules themselves, without \"section =\".");
	return 0;
}

static int check_whole(struct reader *r, size_t lines)
{
	for (size_t i = 0; i < r->reference_count; i++) {
		const struct reference *ref = &r->references[i];

		r->line = ref->line;
		if (policy_find_role(r->policy, ref->role) == NULL)
			return wrong(r,
				     "there is no role \"%s\"; put a section [role \"%s\"] with its "
				     "people into the file.",
				     ref->role, ref->role);
	}
	r->line = lines;
	return check_steps(r);
}

static void set_default(char **text, const char *value)
{
	if (*text == NULL)
		*text = mem_strdup(value);
}

int policy_parse(struct policy *out, const char *text, size_t len, struct error *err)
{
	struct reader r = {.policy = out, .err = err};
	size_t lines;
	int rc;

	*out = (struct policy){.one_person_one_step = true,
			       .comments_block = true,
			       .overdue = 60,
			       .attachment_limit = REPO_BLOB_LIMIT};
	repo_blob_hash(&out->blob, text, len);
	rc = gitconfig_read(POLICY_PATH, text, len, visit, &r, &lines, err);
	if (rc == 0)
		rc = close_section(&r);
	set_default(&out->name, "Newsroom");
	set_default(&out->content, "content");
	set_default(&out->language, "en");
	if (rc == 0)
		rc = check_whole(&r, lines);
	free(r.references);
	free(r.step_lines);
	if (rc < 0)
		policy_clear(out);
	return rc;
}
