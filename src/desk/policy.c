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

/* A policy is a page that people read; what is longer than this is something else. */
#define POLICY_LIMIT ((size_t)1 << 20)

#define NAME_LIMIT 64 /* bytes of the name of a role or step, which stands in trailers */

/* A place that names a role: roles may stand below the steps that use them. */
struct reference {
	const char *role; /* borrowed from the policy */
	size_t line;
	size_t step; /* index of the step that it is in, or SIZE_MAX */
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

static int set_text(struct reader *r, void *target, const char *value)
{
	char **text = target;

	(void)r;
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

static void refer(struct reader *r, const char *role, size_t step)
{
	r->references =
	    mem_grow(r->references, &r->reference_capacity, r->reference_count + 1, sizeof r->references[0]);
	r->references[r->reference_count++] = (struct reference){.role = role, .line = r->line, .step = step};
}

static int set_role(struct reader *r, void *target, const char *value)
{
	char **role = target;
	struct policy *p = r->policy;
	bool in_step = p->step_count > 0 && role == &p->steps[p->step_count - 1].role;

	set_text(r, target, value);
	refer(r, *role, in_step ? p->step_count - 1 : SIZE_MAX);
	return 0;
}

static int set_count(struct reader *r, void *target, const char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (!isdigit((unsigned char)value[0]) || *end != '\0' || n < 1 || n > 99)
		return wrong(r, "\"%s\" approvals cannot be asked for; put a number from 1 to 99 there.",
			     value);
	*(unsigned *)target = (unsigned)n;
	return 0;
}

static int add_person(struct reader *r, void *target, const char *value)
{
	struct policy_role *role = target;
	struct repo_person person;

	if (repo_person_parse(&person, value, NULL) < 0)
		return wrong(r,
			     "\"%s\" is no person; put a name and a mail address there, as B. Editor "
			     "<b@example.org>.",
			     value);
	for (size_t i = 0; i < role->count; i++) {
		if (repo_person_same(&role->people[i], &person)) {
			repo_person_clear(&person);
			return wrong(r, "%s is in the role \"%s\" already; take one of the two lines out.",
				     value, role->name);
		}
	}
	role->people = mem_grow(role->people, &role->capacity, role->count + 1, sizeof role->people[0]);
	role->people[role->count++] = person;
	return 0;
}

static int add_field(struct reader *r, void *target, const char *value)
{
	struct policy *p = target;

	if (!(isalpha((unsigned char)value[0]) || value[0] == '_') ||
	    strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") !=
		strlen(value))
		return wrong(r,
			     "\"%s\" is no field of an article's front matter; put one such as title there.",
			     value);
	p->required =
	    mem_grow(p->required, &p->required_capacity, p->required_count + 1, sizeof p->required[0]);
	p->required[p->required_count++] = mem_strdup(value);
	return 0;
}

/* -- The sections and their keys -- */

struct key {
	const char *name;
	size_t offset; /* of the target in what the section describes */
	int (*set)(struct reader *r, void *target, const char *value);
	bool many;
};

#define KEYS_MAX 4

struct section {
	const char *name;
	bool named; /* [role "editor"]: one for each name */
	int (*open)(struct reader *r, const char *name);
	void *(*target)(struct policy *policy);
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

static const struct policy_role *find_role(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->role_count; i++) {
		if (strcmp(policy->roles[i].name, name) == 0)
			return &policy->roles[i];
	}
	return NULL;
}

static int open_role(struct reader *r, const char *name)
{
	struct policy *p = r->policy;
	int rc = check_name(r, "role", name);

	if (rc < 0)
		return rc;
	if (find_role(p, name) != NULL)
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
	p->steps[p->step_count++] = (struct policy_step){.name = mem_strdup(name), .approvals = 1};
	return 0;
}

#define OF_POLICY(field) offsetof(struct policy, field)
#define OF_STEP(field)   offsetof(struct policy_step, field)

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
     .keys = {{"person", 0, add_person, true}}},
    {.name = "step",
     .named = true,
     .open = open_step,
     .target = last_step,
     .keys = {{"role", OF_STEP(role), set_role, false}, {"approvals", OF_STEP(approvals), set_count, false}}},
    {.name = "rules",
     .target = the_policy,
     .keys = {{"author-may-approve", OF_POLICY(author_may_approve), set_bool, false},
	      {"one-person-one-step", OF_POLICY(one_person_one_step), set_bool, false},
	      {"comments-block", OF_POLICY(comments_block), set_bool, false}}},
    {.name = "release", .target = the_policy, .keys = {{"role", OF_POLICY(release_role), set_role, false}}},
    {.name = "policy", .target = the_policy, .keys = {{"role", OF_POLICY(policy_role), set_role, false}}},
    {.name = "require", .target = the_policy, .keys = {{"field", 0, add_field, true}}},
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
			     sections[i].open == open_role ? "editor" : "review");
	if (!sections[i].named && name != NULL)
		return wrong(r, "[%s] takes no name; put [%s] there.", word, word);
	if (!sections[i].named && (r->sections_seen & 1u << i) != 0)
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
static int check_whole(struct reader *r, size_t lines)
{
	const struct policy *p = r->policy;

	for (size_t i = 0; i < r->reference_count; i++) {
		const struct reference *ref = &r->references[i];
		const struct policy_role *role = find_role(p, ref->role);

		r->line = ref->line;
		if (role == NULL)
			return wrong(r,
				     "there is no role \"%s\"; put a section [role \"%s\"] with its "
				     "people into the file.",
				     ref->role, ref->role);
		if (ref->step != SIZE_MAX && p->steps[ref->step].approvals > role->count)
			return wrong(r,
				     "the step \"%s\" asks for %u approvals, but the role \"%s\" has "
				     "only %zu; put more people there, or ask for fewer.",
				     p->steps[ref->step].name, p->steps[ref->step].approvals, ref->role,
				     role->count);
	}
	r->line = lines;
	if (p->step_count == 0)
		return wrong(r, "there is no review step; put a section [step \"review\"] there.");
	return 0;
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

	*out = (struct policy){.one_person_one_step = true, .comments_block = true};
	repo_blob_hash(&out->blob, text, len);
	rc = gitconfig_read(POLICY_PATH, text, len, visit, &r, &lines, err);
	if (rc == 0)
		rc = close_section(&r);
	if (rc == 0)
		rc = check_whole(&r, lines);
	free(r.references);
	set_default(&out->name, "Newsroom");
	set_default(&out->content, "content");
	set_default(&out->language, "en");
	if (rc < 0)
		policy_clear(out);
	return rc;
}

int policy_load(struct policy *out, struct repo *repo, const struct oid *commit, struct error *err)
{
	struct repo_commit at;
	struct repo_entry entry;
	struct strbuf text = STRBUF_INIT;
	size_t size;
	int rc = repo_commit_read(repo, &at, commit, err);

	if (rc < 0)
		return rc;
	rc = repo_tree_find(repo, &at.tree, POLICY_PATH, &entry, err);
	repo_commit_clear(&at);
	if (rc == E_NOTFOUND)
		return error_set(err, E_NOTFOUND, "There is no %s here, so this is no newsroom yet.",
				 POLICY_PATH);
	if (rc == 0 && entry.mode != REPO_MODE_FILE && entry.mode != REPO_MODE_EXECUTABLE)
		return error_set(err, E_INVALID,
				 "%s is no plain file; put the desk's rules into a file of that name.",
				 POLICY_PATH);
	if (rc == 0)
		rc = repo_blob_size(repo, &entry.id, &size, err);
	if (rc == 0 && size > POLICY_LIMIT)
		return error_set(err, E_INVALID,
				 "%s has %zu bytes, and the desk's rules fit in a page; put them "
				 "there as copydesk-policy(5) tells.",
				 POLICY_PATH, size);
	if (rc == 0)
		rc = repo_blob_read(repo, &entry.id, &text, err);
	if (rc == 0)
		rc = policy_parse(out, text.data, text.len, err);
	strbuf_clear(&text);
	return rc;
}

void policy_clear(struct policy *policy)
{
	for (size_t i = 0; i < policy->role_count; i++) {
		for (size_t j = 0; j < policy->roles[i].count; j++)
			repo_person_clear(&policy->roles[i].people[j]);
		free(policy->roles[i].people);
		free(policy->roles[i].name);
	}
	for (size_t i = 0; i < policy->step_count; i++) {
		free(policy->steps[i].name);
		free(policy->steps[i].role);
	}
	for (size_t i = 0; i < policy->required_count; i++)
		free(policy->required[i]);
	free(policy->roles);
	free(policy->steps);
	free(policy->required);
	free(policy->name);
	free(policy->content);
	free(policy->language);
	free(policy->release_role);
	free(policy->policy_role);
	*policy = (struct policy){.name = NULL};
}

/* -- Questions -- */

bool policy_has_role(const struct policy *policy, const char *name, const struct repo_person *person)
{
	const struct policy_role *role;

	if (name == NULL)
		return true;
	role = find_role(policy, name);
	for (size_t i = 0; role != NULL && i < role->count; i++) {
		if (repo_person_same(&role->people[i], person))
			return true;
	}
	return false;
}

size_t policy_people(const struct policy *policy, const struct repo_person ***out)
{
	const struct repo_person **people = NULL;
	size_t capacity = 0;
	size_t count = 0;

	for (size_t i = 0; i < policy->role_count; i++) {
		for (size_t j = 0; j < policy->roles[i].count; j++) {
			const struct repo_person *person = &policy->roles[i].people[j];
			size_t k = 0;

			while (k < count && !repo_person_same(people[k], person))
				k++;
			if (k < count)
				continue;
			people = mem_grow(people, &capacity, count + 1, sizeof people[0]);
			people[count++] = person;
		}
	}
	*out = people;
	return count;
}

int policy_step(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->step_count; i++) {
		if (strcmp(policy->steps[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

/* -- A new newsroom's policy -- */

/* A value that git-config reads back as it is. */
static void add_value(struct strbuf *out, const char *value)
{
	strbuf_addc(out, '"');
	for (const char *c = value; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *c == '\n' || *c == '\t' ? ' ' : *c);
	}
	strbuf_addc(out, '"');
}

void policy_template(struct strbuf *out, const char *name, const struct repo_person *person,
		     const char *language, bool solo)
{
	char *who = mem_printf("%s <%s>", person->name, person->mail);

	strbuf_adds(out,
		    "# The rules of this desk; see copydesk-policy(5).  \"copydesk config check\" explains\n"
		    "# them in plain sentences.  They hold as soon as they are on the release branch.\n\n"
		    "[newsroom]\n\tname = ");
	add_value(out, name);
	strbuf_adds(out, "\n\t# Articles are the Markdown files below this folder.\n\tcontent = content\n"
			 "\t# The language of an article that does not name its own.\n\tlanguage = ");
	add_value(out, language);
	strbuf_adds(
	    out,
	    "\n\n# Who may do what: one line for each person of a role.\n[role \"editor\"]\n\tperson = ");
	add_value(out, who);
	strbuf_adds(out,
		    "\n\n# What a draft must pass before it can be released, in this order.  A step without\n"
		    "# \"role = ...\" is open to everybody; the rules below still keep authors out.\n"
		    "[step \"review\"]\n\tapprovals = 1\n\n[rules]\n");
	strbuf_adds(out,
		    solo
			? "\t# One person writes, approves and releases here.  Change this to false as soon\n"
			  "\t# as there is a second one.\n\tauthor-may-approve = true\n"
			: "\t# Four eyes: who wrote a part of a draft cannot approve it.\n"
			  "\tauthor-may-approve = false\n");
	strbuf_adds(out, "\t# Who approved one step of a draft cannot approve another one.\n"
			 "\tone-person-one-step = true\n"
			 "\t# A comment that is open keeps a draft from being approved.\n"
			 "\tcomments-block = true\n\n"
			 "# Who may release approved drafts: anybody.  To keep it to editors, write\n"
			 "# \"role = editor\" below this line.\n[release]\n\n"
			 "# Who may change this file.\n[policy]\n\trole = editor\n\n"
			 "# What the front matter of an article must have when it is submitted.\n"
			 "[require]\n\tfield = title\n\tfield = date\n");
	free(who);
}

/* -- The policy in words -- */

static void add_people(struct strbuf *out, const struct policy *policy, const char *role)
{
	const struct policy_role *found = role != NULL ? find_role(policy, role) : NULL;

	if (found == NULL) {
		strbuf_adds(out, "anybody");
		return;
	}
	strbuf_addf(out, "the role \"%s\" (", role);
	for (size_t i = 0; i < found->count; i++)
		strbuf_addf(out, "%s%s", i > 0 ? ", " : "", found->people[i].name);
	strbuf_adds(out, ")");
}

static void explain_step(struct strbuf *out, const struct policy *policy, size_t i)
{
	const struct policy_step *step = &policy->steps[i];

	strbuf_addf(out, "Step %zu of %zu, \"%s\", needs %u approval%s by ", i + 1, policy->step_count,
		    step->name, step->approvals, step->approvals == 1 ? "" : "s");
	add_people(out, policy, step->role);
	strbuf_adds(out, ".\n");
}

void policy_explain(struct strbuf *out, const struct policy *policy)
{
	strbuf_addf(out, "The newsroom is %s.\n", policy->name);
	strbuf_addf(out,
		    "Its articles are the Markdown files below %s/, in the language %s where they do not "
		    "name another.\n",
		    policy->content, policy->language);
	if (policy->required_count > 0) {
		strbuf_adds(out, "An article needs these fields before it can be submitted: ");
		for (size_t i = 0; i < policy->required_count; i++)
			strbuf_addf(out, "%s%s", i > 0 ? ", " : "", policy->required[i]);
		strbuf_adds(out, ".\n");
	}
	for (size_t i = 0; i < policy->step_count; i++)
		explain_step(out, policy, i);
	strbuf_adds(out, policy->author_may_approve
			     ? "Authors may approve their own text.\n"
			     : "Nobody may approve a draft that they wrote a part of.\n");
	if (policy->step_count > 1)
		strbuf_adds(out, policy->one_person_one_step
				     ? "Nobody may approve more than one step of a draft.\n"
				     : "One person may approve several steps of a draft.\n");
	strbuf_adds(out, policy->comments_block ? "An open comment keeps a draft from being approved.\n"
						: "A draft may be approved while comments are open.\n");
	strbuf_adds(out, "An approved draft may be released by ");
	add_people(out, policy, policy->release_role);
	strbuf_adds(out, ".\nThese rules may be changed by ");
	add_people(out, policy, policy->policy_role);
	strbuf_adds(out, ".\n");
}
