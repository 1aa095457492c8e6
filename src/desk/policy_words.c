/*
 * The rules in words: those of a new newsroom, and any in plain sentences.
 */
#include "desk/policy.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/strbuf.h"

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

	strbuf_adds(out, "# The rules of this desk; see copydesk-policy(5).  \"copydesk config check\"\n"
			 "# explains them in plain sentences.  They change as an article does, by a\n"
			 "# draft of this file that is approved and released.\n\n"
			 "[newsroom]\n\tname = ");
	add_value(out, name);
	strbuf_adds(out, "\n\t# Articles are the Markdown files below this folder.\n\tcontent = content\n"
			 "\t# The language of an article that does not name its own.\n\tlanguage = ");
	add_value(out, language);
	strbuf_adds(
	    out,
	    "\n\n# Who may do what: one line for each person of a role.\n[role \"editor\"]\n\tperson = ");
	add_value(out, who);
	strbuf_adds(out, "\n\n# What a draft must pass before it can be released, in this order.  A step\n"
			 "# without \"role = ...\" is open to everybody; the rules below still keep\n"
			 "# authors out.\n"
			 "[step \"review\"]\n\tapprovals = 1\n\n[rules]\n");
	strbuf_adds(out, solo ? "\t# One person writes, approves and releases here.  Change this to false\n"
				"\t# as soon as there is a second one.\n\tauthor-may-approve = true\n"
			      : "\t# Four eyes: who wrote a part of a draft cannot approve it.\n"
				"\tauthor-may-approve = false\n");
	strbuf_adds(out, "\t# Who approved one step of a draft cannot approve another one.\n"
			 "\tone-person-one-step = true\n"
			 "\t# A comment that is open keeps a draft from being approved.\n"
			 "\tcomments-block = true\n\n"
			 "# Who may release approved drafts: anybody.  To keep it to editors, write\n"
			 "# \"role = editor\" below this line.\n[release]\n\n"
			 "# Who may release a change of this file.\n[policy]\n\trole = editor\n\n"
			 "# What the front matter of an article must have when it is submitted.\n"
			 "[require]\n\tfield = title\n\tfield = date\n\n"
			 "# There is more: checklists, steps for some sections, signatures, a fast lane\n"
			 "# for corrections and withdrawals, forms of fields, sizes of pictures.  The\n"
			 "# manual has an example of a desk with three ranks that uses all of it.\n");
	free(who);
}

/* -- The policy in words -- */

/* "role editor (B. Editor, C. Chief)" */
static void add_group(struct strbuf *out, const struct policy *policy, const struct policy_group *group,
		      const char *nobody)
{
	size_t all = group->roles.count + group->count;

	if (policy_group_is_empty(group))
		strbuf_adds(out, nobody);
	for (size_t i = 0; i < all; i++) {
		strbuf_adds(out, i == 0 ? "" : i + 1 < all ? ", " : " or ");
		if (i >= group->roles.count) {
			strbuf_adds(out, group->people[i - group->roles.count].name);
			continue;
		}
		const struct policy_role *role = policy_find_role(policy, group->roles.items[i]);

		strbuf_addf(out, "the role \"%s\" (", role->name);
		for (size_t j = 0; j < role->count; j++)
			strbuf_addf(out, "%s%s", j > 0 ? ", " : "", role->people[j].name);
		strbuf_adds(out, ")");
	}
}

void policy_list_words(struct strbuf *out, const struct strlist *words, const char *last)
{
	for (size_t i = 0; i < words->count; i++)
		strbuf_addf(out, "%s%s", i == 0 ? "" : i + 1 < words->count ? ", " : last, words->items[i]);
}

static void explain_step(struct strbuf *out, const struct policy *policy, size_t i)
{
	const struct policy_step *step = &policy->steps[i];

	strbuf_addf(out, "Step %zu of %zu, \"%s\", ", i + 1, policy->step_count, step->name);
	if (step->sections.count > 0) {
		strbuf_adds(out, "only for articles in ");
		policy_list_words(out, &step->sections, " and ");
		strbuf_adds(out, ", ");
	}
	strbuf_addf(out, "needs %u approval%s by ", step->approvals, step->approvals == 1 ? "" : "s");
	add_group(out, policy, &step->who, "anybody");
	strbuf_adds(out, ".\n");
	if (step->checks.count > 0) {
		strbuf_adds(out, "Who approves it ticks: ");
		policy_list_words(out, &step->checks, "; ");
		strbuf_adds(out, ".\n");
	}
}

static void explain_field(struct strbuf *out, const struct policy_field *field)
{
	static const char *const forms[POLICY_FORM_COUNT] = {
	    [POLICY_FORM_DATE] = "is a date",
	    [POLICY_FORM_TIME] = "is a date with its time",
	    [POLICY_FORM_NUMBER] = "is a number",
	    [POLICY_FORM_URL] = "is an address of the web",
	    [POLICY_FORM_LANGUAGE] = "is a language tag",
	    [POLICY_FORM_SLUG] = "is of small letters, digits and single hyphens",
	};

	if (field->form != POLICY_FORM_ANY)
		strbuf_addf(out, "The field %s %s.\n", field->name, forms[field->form]);
	if (field->values.count > 0) {
		strbuf_addf(out, "The field %s is one of ", field->name);
		policy_list_words(out, &field->values, " or ");
		strbuf_adds(out, ".\n");
	}
	if (field->longest > 0)
		strbuf_addf(out, "The field %s has at most %u characters.\n", field->name, field->longest);
}

void policy_size_words(struct strbuf *out, size_t size)
{
	unsigned shift = size >= (size_t)1 << 20 ? 20 : 10;
	const char *unit = shift == 20 ? "MiB" : "KiB";
	size_t tenths = (size * 10 + ((size_t)1 << (shift - 1))) >> shift;

	if (size < (size_t)1 << 10)
		strbuf_addf(out, "%zu byte%s", size, size == 1 ? "" : "s");
	else if (tenths % 10 == 0)
		strbuf_addf(out, "%zu %s", tenths / 10, unit);
	else
		strbuf_addf(out, "%zu.%zu %s", tenths / 10, tenths % 10, unit);
}

void policy_range_words(struct strbuf *out, const struct policy_range *range)
{
	if (range->least > 0 && range->most == 0)
		strbuf_adds(out, "at least ");
	if (range->least > 0)
		strbuf_add_count(out, range->least);
	if (range->most > 0) {
		strbuf_adds(out, range->least > 0 ? " to " : "at most ");
		strbuf_add_count(out, range->most);
	}
}

static void explain_length(struct strbuf *out, const struct policy_length *length)
{
	size_t before;

	strbuf_addf(out, "An article%s%s should have ", length->section != NULL ? " in " : "",
		    length->section != NULL ? length->section : "");
	before = out->len;
	policy_range_words(out, &length->words);
	if (out->len > before)
		strbuf_adds(out, " words");
	if (out->len > before && (length->characters.least > 0 || length->characters.most > 0))
		strbuf_adds(out, ", in Chinese ");
	before = out->len;
	policy_range_words(out, &length->characters);
	strbuf_adds(out, out->len > before ? " characters: editors show it, nothing is refused.\n"
					   : ": editors show it, nothing is refused.\n");
}

static void explain_article(struct strbuf *out, const struct policy *policy)
{
	if (policy->required.count > 0) {
		strbuf_adds(out, "An article needs these fields before it can be submitted: ");
		policy_list_words(out, &policy->required, ", ");
		strbuf_adds(out, ".\n");
	}
	for (size_t i = 0; i < policy->field_count; i++)
		explain_field(out, &policy->fields[i]);
	for (size_t i = 0; i < policy->length_count; i++)
		explain_length(out, &policy->lengths[i]);
	strbuf_adds(out, "A file beside an article has at most ");
	policy_size_words(out, policy->attachment_limit);
	if (policy->attachment_types.count > 0) {
		strbuf_adds(out, " and is of the type ");
		policy_list_words(out, &policy->attachment_types, " or ");
	}
	strbuf_adds(out, ".\n");
}

static void explain_rules(struct strbuf *out, const struct policy *policy)
{
	strbuf_adds(out, policy->author_may_approve
			     ? "Authors may approve their own text.\n"
			     : "Nobody may approve a draft that they wrote a part of.\n");
	if (!policy->author_may_approve)
		strbuf_adds(out, policy->suggester_is_author
				     ? "Who suggested words that were taken counts as an author.\n"
				     : "Who suggested words that were taken does not count as an author.\n");
	if (policy->step_count > 1)
		strbuf_adds(out, policy->one_person_one_step
				     ? "Nobody may approve more than one step of a draft.\n"
				     : "One person may approve several steps of a draft.\n");
	strbuf_adds(out,
		    policy->comments_block
			? "An open comment keeps a draft from being approved; so do an open question and an "
			  "open suggestion.\n"
			: "A draft may be approved while comments are open, but not while a question or a "
			  "suggestion is.\n");
}

static void explain_signatures(struct strbuf *out, const struct policy *policy)
{
	if (policy->sign_approvals)
		strbuf_addf(out,
			    "An approval or a schedule counts only when it is signed by a key that %s gives "
			    "its person.\n",
			    POLICY_SIGNERS_PATH);
	if (policy->sign_releases)
		strbuf_addf(out, "A release is signed by a key that %s gives who releases.\n",
			    POLICY_SIGNERS_PATH);
	signers_explain(out, policy->signers);
}

static void explain_takedown(struct strbuf *out, const struct policy *policy)
{
	strbuf_adds(out, "A correction may be begun by ");
	add_group(out, policy, &policy->correct, "anybody");
	strbuf_adds(out, ", and released without the steps by ");
	add_group(out, policy, &policy->correct_fast, "nobody");
	strbuf_adds(out, ".\n");
	if (policy->correction_note != NULL)
		strbuf_addf(out, "A corrected text has a note that begins with \"%s\".\n",
			    policy->correction_note);
	strbuf_adds(out, "A withdrawal may be begun by ");
	add_group(out, policy, &policy->withdraw, "anybody");
	strbuf_adds(out, ", and released without the steps by ");
	add_group(out, policy, &policy->withdraw_fast, "nobody");
	strbuf_adds(out, policy->tombstone ? ".\nA withdrawn article leaves a text that says so.\n"
					   : ".\nA withdrawn article is taken away.\n");
}

void policy_explain(struct strbuf *out, const struct policy *policy)
{
	strbuf_addf(out, "The newsroom is %s.\n", policy->name);
	strbuf_addf(out,
		    "Its articles are the Markdown files below %s/, in the language %s where they do not "
		    "name another.\n",
		    policy->content, policy->language);
	explain_article(out, policy);
	for (size_t i = 0; i < policy->step_count; i++)
		explain_step(out, policy, i);
	explain_rules(out, policy);
	strbuf_adds(out, "An approved draft may be released by ");
	add_group(out, policy, &policy->release, "anybody");
	strbuf_addf(out,
		    ", and goes out by itself up to %u minute%s after the time that it is scheduled for.\n",
		    policy->overdue, policy->overdue == 1 ? "" : "s");
	explain_takedown(out, policy);
	explain_signatures(out, policy);
	strbuf_adds(
	    out,
	    "A change of these rules passes the steps that are for every section, and may be released by ");
	add_group(out, policy, &policy->change, "anybody");
	strbuf_adds(out, ".\n");
}
