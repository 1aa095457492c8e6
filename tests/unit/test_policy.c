#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "desk/policy.h"

static const struct repo_person writer = {"A. Writer", "a@harbour.example"};
static const struct repo_person editor = {"Bea", "B@harbour.example"};

static const char whole[] =
    "[newsroom]\n\tname = Harbour Gazette\n\tcontent = site/content\n\tlanguage = zh-Hans\n"
    "[step \"first\"]\n\trole = editor\n\tapprovals = 2\n"
    "[step \"终审\"]\n"
    "[role \"editor\"]\n\tperson = B. Editor <b@harbour.example>\n"
    "\tperson = C. Chief <c@harbour.example>\n"
    "[role \"chief\"]\n\tperson = C. Chief <C@harbour.example>\n"
    "[rules]\n\tauthor-may-approve = yes\n\tone-person-one-step = off\n\tcomments-block = 0\n"
    "[release]\n\trole = editor\n[policy]\n\trole = chief\n"
    "[require]\n\tfield = title\n\tfield = publishDate\n";

static void a_whole_policy_is_read(void **state)
{
	const struct repo_person **people;
	struct policy policy;
	struct error err;

	(void)state;
	assert_int_equal(policy_parse(&policy, whole, strlen(whole), &err), 0);
	assert_string_equal(policy.name, "Harbour Gazette");
	assert_string_equal(policy.content, "site/content");
	assert_string_equal(policy.language, "zh-Hans");
	assert_int_equal(policy.step_count, 2);
	assert_string_equal(policy.steps[0].who.roles.items[0], "editor");
	assert_int_equal(policy.steps[0].approvals, 2);
	assert_true(policy_group_is_empty(&policy.steps[1].who));
	assert_int_equal(policy.steps[1].approvals, 1);
	assert_int_equal(policy_step(&policy, "终审"), 1);
	assert_int_equal(policy_step(&policy, "third"), -1);
	assert_true(policy.author_may_approve);
	assert_false(policy.one_person_one_step);
	assert_false(policy.comments_block);
	assert_string_equal(policy.release.roles.items[0], "editor");
	assert_string_equal(policy.change.roles.items[0], "chief");
	assert_int_equal(policy.required.count, 2);
	assert_string_equal(policy.required.items[1], "publishDate");
	assert_true(policy_may(&policy, &policy.release, &editor));
	assert_true(policy_is_of(&policy, &policy.release, &editor));
	assert_false(policy_may(&policy, &policy.change, &editor));
	assert_false(policy_may(&policy, &policy.release, &writer));
	assert_true(policy_may(&policy, &policy.correct, &writer));
	assert_false(policy_is_of(&policy, &policy.correct_fast, &writer));
	assert_int_equal(policy_people(&policy, &people), 2);
	assert_string_equal(people[1]->name, "C. Chief");
	free(people);
	policy_clear(&policy);
}

static void what_is_left_out_has_safe_defaults(void **state)
{
	const char *text = "[step \"review\"]\n";
	struct policy policy;
	struct error err;

	(void)state;
	assert_int_equal(policy_parse(&policy, text, strlen(text), &err), 0);
	assert_string_equal(policy.content, "content");
	assert_string_equal(policy.language, "en");
	assert_false(policy.author_may_approve);
	assert_true(policy.one_person_one_step);
	assert_true(policy.comments_block);
	assert_true(policy_group_is_empty(&policy.release));
	assert_int_equal(policy.required.count, 0);
	policy_clear(&policy);
}

static void a_wrong_policy_is_refused_with_line_and_remedy(void **state)
{
	static const struct {
		const char *text;
		const char *line;
		const char *remedy;
	} rows[] = {
	    {"", "line 1:", "put a section [step \"review\"] there"},
	    {"[newsroom]\n\tname = x\n", "line 3:", "put a section [step \"review\"] there"},
	    {"[step \"review\"]\n[rule]\n", "line 2:", "the sections are [newsroom], [role \"...\"]"},
	    {"[step \"review\"]\n\taprovals = 1\n",
	     "line 2:", "its keys are role, person, section, approvals, check"},
	    {"[step \"review\"]\n\tapprovals = 0\n", "line 2:", "a number from 1 to 99"},
	    {"[step \"review\"]\n\tapprovals = -1\n", "line 2:", "a number from 1 to 99"},
	    {"[step \"review\"]\n\tapprovals = two\n", "line 2:", "a number from 1 to 99"},
	    {"[step \"review\"]\n\tapprovals\n", "line 2:", "as approvals = ..."},
	    {"[step \"review\"]\n\tapprovals = 1\n\tapprovals = 1\n",
	     "line 3:", "take one of the two lines out"},
	    {"[step \"review\"]\n\trole = editor\n", "line 2:", "put a section [role \"editor\"]"},
	    {"[step \"review\"]\n[release]\n\trole = editor\n", "line 3:", "put a section [role \"editor\"]"},
	    {"[step \"review\"]\n[step \"review\"]\n", "line 2:", "give it another name"},
	    {"[step]\n", "line 1:", "as [step \"review\"]"},
	    {"[role]\n", "line 1:", "as [role \"editor\"]"},
	    {"[step \"first review\"]\n", "line 1:", "one short word"},
	    {"[step \"\"]\n", "line 1:", "one short word"},
	    {"[rules \"x\"]\n", "line 1:", "put [rules] there"},
	    {"[rules]\n[step \"review\"]\n[rules]\n", "line 3:", "into one section"},
	    {"[step \"review\"]\n[rules]\n\tcomments-block = maybe\n", "line 3:", "true or false"},
	    {"[step \"review\"]\n[role \"editor\"]\n[rules]\n", "line 2:", "person = NAME <MAIL>"},
	    {"[step \"review\"]\n[role \"editor\"]\n", "line 2:", "person = NAME <MAIL>"},
	    {"[role \"editor\"]\n\tperson = Bea\n", "line 2:", "as B. Editor <b@example.org>"},
	    {"[role \"e\"]\n\tperson = A <a@x.y>\n\tperson = B <A@X.y>\n", "line 3:", "take one of the two"},
	    {"[role \"e\"]\n\tperson = A <a@x.y>\n[role \"e\"]\n", "line 3:", "into one section"},
	    {"[role \"e\"]\n\tperson = A <a@x.y>\n[step \"s\"]\n\tapprovals = 2\n\trole = e\n",
	     "line 3:", "ask for fewer"},
	    {"[step \"s\"]\n\tsection = city\n", "line 1:", "without \"section =\""},
	    {"[step \"s\"]\n\tsection = ../x\n", "line 2:", "the name of its folder"},
	    {"[step \"s\"]\n\tcheck = Names\n\tcheck = Names\n", "line 3:", "take one of the two"},
	    {"[step \"s\"]\n[release]\n\toverdue = soon\n", "line 3:", "a number from 1 to 525600"},
	    {"[step \"s\"]\n[withdraw]\n\tas = air\n", "line 3:", "removal or tombstone"},
	    {"[step \"s\"]\n[correct]\n\tfast-lane = chief\n", "line 3:", "put a section [role \"chief\"]"},
	    {"[step \"s\"]\n[field \"a b\"]\n", "line 2:", "one such as title"},
	    {"[step \"s\"]\n[field \"date\"]\n\tform = moon\n", "line 3:", "the forms are date"},
	    {"[step \"s\"]\n[attachment]\n\tlargest = 17m\n", "line 3:", "at most 16m"},
	    {"[step \"s\"]\n[attachment]\n\ttype = .jpg\n", "line 3:", "as jpg"},
	    {"[step \"s\"]\n\tcheck = \"Names\\nand more\"\n", "line 2:", "take out line ends"},
	    {"[step \"s\"]\n\tcheck = \" Names\"\n", "line 2:", "blanks around it"},
	    {"[step \"s\"]\n[correct]\n\tnote = \"a\\tb\"\n", "line 3:", "take out line ends, tabs"},
	    {"[step \"s\"]\n[sign]\n\tapprovals = often\n", "line 3:", "true or false"},
	    {"[step \"s\"]\n[field \"x\"]\n\tlongest = 0\n", "line 3:", "a number from 1 to 100000"},
	    {"[step \"s\"]\n[field \"x\"]\n[field \"x\"]\n", "line 3:", "into one section"},
	    {"[step \"s\"]\n[length]\n[length]\n", "line 3:", "into one section"},
	    {"[step \"s\"]\n[length \"a\"]\n[length \"A\"]\n", "line 3:", "into one section"},
	    {"[step \"s\"]\n[length \"../a\"]\n", "line 2:", "is no section"},
	    {"[step \"s\"]\n[length]\n\twords = 300\n", "line 3:", "as 300..600"},
	    {"[step \"s\"]\n[length]\n\twords = ..\n", "line 3:", "as 300..600"},
	    {"[step \"s\"]\n[length]\n\twords = 300..600x\n", "line 3:", "as 300..600"},
	    {"[step \"s\"]\n[length]\n\twords = 0..600\n", "line 3:", "as 300..600"},
	    {"[step \"s\"]\n[length]\n\twords = 300 .. 600\n", "line 3:", "as 300..600"},
	    {"[step \"s\"]\n[length]\n\tcharacters = 600..300\n", "line 3:", "the smaller one first"},
	    {"[step \"s\"]\n[length]\n\tnews = 1..2\n", "line 3:", "its keys are words, characters"},
	    {"[step \"s\"]\n[policy]\n\tperson = Bea\n", "line 3:", "as B. Editor <b@example.org>"},
	    {"[step \"s\"]\n[policy]\n\tperson = B <b@x.y>\n\tperson = C <B@x.y>\n",
	     "line 4:", "take one of the two"},
	    {"[role \"e\"]\n\tperson = A <a@x.y>\n[step \"first\"]\n\trole = e\n[step \"second\"]\n\trole = "
	     "e\n",
	     "line 5:", "nobody is left for the step \"second\""},
	    {"[newsroom]\n\tcontent = ../x\n", "line 2:", "a name such as content"},
	    {"[newsroom]\n\tcontent = /x\n", "line 2:", "a name such as content"},
	    {"[newsroom]\n\tcontent = .copydesk\n", "line 2:", "a name such as content"},
	    {"[newsroom]\n\tlanguage = Chinese please\n", "line 2:", "a tag such as en"},
	    {"[newsroom]\n\tname =\n", "line 2:", "as name = ..."},
	    {"[require]\n\tfield = a b\n", "line 2:", "one such as title"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy policy;
		struct error err = {.code = 0};

		assert_int_equal(policy_parse(&policy, rows[i].text, strlen(rows[i].text), &err), E_INVALID);
		assert_non_null(strstr(err.message, ".copydesk/policy, "));
		assert_non_null(strstr(err.message, rows[i].line));
		assert_non_null(strstr(err.message, rows[i].remedy));
	}
}

static void everything_that_a_desk_can_ask_for_is_read(void **state)
{
	static const char text[] = "[role \"chief\"]\n\tperson = C <c@x.y>\n"
				   "[step \"culture\"]\n\tsection = culture\n\tperson = F <f@x.y>\n"
				   "\tcheck = Names checked\n\tcheck = Picture rights\n"
				   "[step \"final\"]\n\trole = chief\n\tperson = D <d@x.y>\n\tapprovals = 2\n"
				   "[rules]\n\tsuggester-is-author = true\n[sign]\n\tapprovals = true\n"
				   "\treleases = off\n"
				   "[release]\n\toverdue = 5\n\trole = chief\n\tperson = D <d@x.y>\n"
				   "[correct]\n\tfast-lane = chief\n\tnote = 更正\n\tperson = D <d@x.y>\n"
				   "[withdraw]\n\tas = tombstone\n\trole = chief\n\tfast-lane = chief\n"
				   "[policy]\n\tperson = E <e@x.y>\n[field \"urgency\"]\n\tform = number\n"
				   "\tvalue = 1\n\tvalue = 2\n\tlongest = 1\n[attachment]\n\tlargest = 5m\n"
				   "\ttype = jpg\n\ttype = png\n";
	const struct repo_person chief = {.name = (char *)"C", .mail = (char *)"c@x.y"};
	const struct repo_person other = {.name = (char *)"E", .mail = (char *)"e@x.y"};
	struct policy p;

	(void)state;
	assert_int_equal(policy_parse(&p, text, strlen(text), NULL), 0);
	assert_string_equal(p.steps[0].checks.items[1], "Picture rights");
	assert_int_equal(policy_group_size(&p, &p.steps[1].who), 2);
	assert_true(policy_step_applies(&p, 0, "content/culture/a.md"));
	assert_true(policy_step_applies(&p, 0, "content/culture/film/a.md"));
	assert_true(policy_step_applies(&p, 0, "content/Culture/a.md"));
	assert_false(policy_step_applies(&p, 0, "content/cultures/a.md"));
	assert_false(policy_step_applies(&p, 0, POLICY_PATH));
	assert_true(p.suggester_is_author && p.sign_approvals && !p.sign_releases && p.tombstone);
	assert_int_equal(p.overdue, 5);
	assert_true(policy_is_of(&p, &p.correct_fast, &chief));
	assert_false(policy_is_of(&p, &p.correct_fast, &other));
	assert_string_equal(p.correction_note, "更正");
	assert_int_equal(p.fields[0].form, POLICY_FORM_NUMBER);
	assert_int_equal(p.fields[0].values.count, 2);
	assert_int_equal(p.fields[0].longest, 1);
	assert_int_equal(p.attachment_limit, 5 << 20);
	assert_string_equal(p.attachment_types.items[1], "png");
	assert_int_equal(policy_group_size(&p, &p.release), 2);
	assert_true(policy_may(&p, &p.withdraw, &chief) && !policy_may(&p, &p.withdraw, &other));
	assert_true(policy_is_of(&p, &p.withdraw_fast, &chief) && !policy_may(&p, &p.correct, &other));
	assert_true(policy_may(&p, &p.change, &other) && !policy_may(&p, &p.change, &chief));
	policy_clear(&p);
}

static void the_length_of_articles_is_of_the_nearest_section(void **state)
{
	static const char text[] =
	    "[step \"s\"]\n[length]\n\twords = 300..600\n\tcharacters = 500..\n"
	    "[length \"city\"]\n\twords = ..400\n[length \"city/sport\"]\n\twords = 50..80\n"
	    "[length \"文化\"]\n\tcharacters = 800..1200\n";
	static const struct {
		const char *path;
		struct policy_range words, characters;
	} rows[] = {
	    {"content/a.md", {300, 600}, {500, 0}},
	    {"content/culture/a.md", {300, 600}, {500, 0}},
	    {"content/city/a.md", {0, 400}, {500, 0}},
	    {"content/City/hall/a.md", {0, 400}, {500, 0}},
	    {"content/city/sport/a.md", {50, 80}, {500, 0}},
	    {"content/文化/a.md", {300, 600}, {800, 1200}},
	    {POLICY_PATH, {0, 0}, {0, 0}},
	};
	struct strbuf words = STRBUF_INIT;
	struct policy p;

	(void)state;
	assert_int_equal(policy_parse(&p, text, strlen(text), NULL), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy_length length = policy_length_of(&p, rows[i].path);

		assert_int_equal(length.words.least, rows[i].words.least);
		assert_int_equal(length.words.most, rows[i].words.most);
		assert_int_equal(length.characters.least, rows[i].characters.least);
		assert_int_equal(length.characters.most, rows[i].characters.most);
	}
	policy_explain(&words, &p);
	assert_non_null(strstr(words.data, "An article should have 300 to 600 words, in Chinese at least 500 "
					   "characters: editors show it, nothing is refused.\n"));
	assert_non_null(strstr(words.data, "An article in city should have at most 400 words: editors"));
	assert_non_null(
	    strstr(words.data, "An article in 文化 should have 800 to 1,200 characters: editors"));
	strbuf_clear(&words);
	policy_clear(&p);
}

static void a_length_that_says_nothing_is_remarked_on(void **state)
{
	static const char text[] = "[step \"s\"]\n[length \"city\"]\n";
	struct strbuf words = STRBUF_INIT;
	struct policy p;

	(void)state;
	assert_int_equal(policy_parse(&p, text, strlen(text), NULL), 0);
	policy_remarks(&words, &p, NULL, NULL);
	assert_non_null(strstr(words.data, "The length of articles in city is not said"));
	strbuf_clear(&words);
	policy_clear(&p);
}

static void a_key_without_a_value_is_true(void **state)
{
	const char *text = "[step \"review\"]\n[rules]\n\tauthor-may-approve\n";
	struct policy policy;
	struct error err;

	(void)state;
	assert_int_equal(policy_parse(&policy, text, strlen(text), &err), 0);
	assert_true(policy.author_may_approve);
	policy_clear(&policy);
}

static void the_policy_of_a_new_newsroom_reads_back(void **state)
{
	static const struct repo_person odd = {"O'Neil \"Q\" \\; #", "q@harbour.example"};

	(void)state;
	for (int solo = 0; solo < 2; solo++) {
		struct strbuf text = STRBUF_INIT;
		struct policy policy;
		struct error err = {.code = 0};

		policy_template(&text, "The \"Gazette\" # 1", &odd, "en", solo);
		assert_int_equal(policy_parse(&policy, text.data, text.len, &err), 0);
		assert_string_equal(policy.name, "The \"Gazette\" # 1");
		assert_string_equal(policy.roles[0].people[0].name, odd.name);
		assert_int_equal(policy.author_may_approve, solo);
		assert_int_equal(policy.step_count, 1);
		assert_true(policy_group_is_empty(&policy.steps[0].who));
		assert_true(policy_group_is_empty(&policy.release));
		assert_string_equal(policy.change.roles.items[0], "editor");
		assert_int_equal(policy.required.count, 2);
		policy_clear(&policy);
		strbuf_clear(&text);
	}
}

static void a_policy_is_explained_in_sentences(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct policy policy;
	struct error err;

	(void)state;
	assert_int_equal(policy_parse(&policy, whole, strlen(whole), &err), 0);
	policy_explain(&text, &policy);
	assert_string_equal(
	    text.data,
	    "The newsroom is Harbour Gazette.\n"
	    "Its articles are the Markdown files below site/content/, in the language zh-Hans where they do "
	    "not "
	    "name another.\n"
	    "An article needs these fields before it can be submitted: title, publishDate.\n"
	    "A file beside an article has at most 16 MiB.\n"
	    "Step 1 of 2, \"first\", needs 2 approvals by the role \"editor\" (B. Editor, C. Chief).\n"
	    "Step 2 of 2, \"终审\", needs 1 approval by anybody.\n"
	    "Authors may approve their own text.\n"
	    "One person may approve several steps of a draft.\n"
	    "A draft may be approved while comments are open, but not while a question or a suggestion is.\n"
	    "An approved draft may be released by the role \"editor\" (B. Editor, C. Chief), and goes out by "
	    "itself up to 60 minutes after the time that it is scheduled for.\n"
	    "A correction may be begun by anybody, and released without the steps by nobody.\n"
	    "A withdrawal may be begun by anybody, and released without the steps by nobody.\n"
	    "A withdrawn article is taken away.\n"
	    "A change of these rules passes the steps that are for every section, and may be released by the "
	    "role \"chief\" (C. Chief).\n");
	policy_clear(&policy);
	strbuf_clear(&text);
}

/* Whether a text is a policy. */
static bool parses(const char *text)
{
	struct policy p;
	bool good = policy_parse(&p, text, strlen(text), NULL) == 0;

	if (good)
		policy_clear(&p);
	return good;
}

#define THREE                                                                                                \
	"[role \"a\"]\nperson = A <a@x.y>\nperson = B <b@x.y>\n[role \"b\"]\nperson = B <b@x.y>\n"           \
	"person = C <c@x.y>\n[role \"c\"]\nperson = C <c@x.y>\n"

static void a_ladder_needs_people_enough(void **state)
{
	(void)state;
	/* A, B and C, though the first choice of each step is another. */
	assert_true(parses(THREE "[step \"1\"]\nrole = b\n[step \"2\"]\nrole = a\n[step \"3\"]\nrole = c\n"));
	assert_false(parses(THREE "[step \"1\"]\nrole = b\napprovals = 2\n[step \"3\"]\nrole = c\n"));
	assert_true(parses(THREE "[step \"1\"]\nrole = b\napprovals = 2\n[step \"3\"]\nrole = c\n"
				 "[rules]\none-person-one-step = false\n"));
	/* Anybody is always somebody else. */
	assert_true(parses(THREE "[step \"1\"]\nrole = c\n[step \"2\"]\n[step \"3\"]\napprovals = 5\n"));
	/* Each section has its own ladder. */
	assert_true(parses(THREE
			   "[step \"0\"]\n[step \"1\"]\nrole = c\nsection = city\n[step \"2\"]\nrole = c\n"
			   "section = culture\n"));
	assert_false(parses(THREE
			    "[step \"0\"]\n[step \"1\"]\nrole = c\nsection = city\n[step \"2\"]\nrole = "
			    "c\nsection = city/park\n"));
	assert_false(parses(THREE "[step \"0\"]\nrole = c\n[step \"1\"]\nrole = c\nsection = city\n"));
}

static bool only_city(void *context, const char *section)
{
	(void)context;
	return strcmp(section, "city") == 0;
}

static void what_works_may_still_be_worth_a_remark(void **state)
{
	static const char text[] = THREE "[step \"1\"]\nrole = c\n[step \"2\"]\nrole = a\nsection = city\n"
					 "section = sport\n";
	struct strbuf words = STRBUF_INIT;
	struct policy p;

	(void)state;
	assert_int_equal(policy_parse(&p, text, strlen(text), NULL), 0);
	policy_remarks(&words, &p, only_city, NULL);
	assert_string_equal(
	    words.data, "The role \"b\" is used by no step and no rule.\n"
			"The step \"2\" is for the section sport, in which there is no article yet.\n"
			"What C writes a part of cannot pass the step \"1\": there is nobody else for it.\n");
	strbuf_reset(&words);
	p.author_may_approve = true;
	policy_remarks(&words, &p, NULL, NULL);
	assert_string_equal(words.data, "The role \"b\" is used by no step and no rule.\n");
	strbuf_clear(&words);
	policy_clear(&p);
}

static void a_size_is_told_in_words(void **state)
{
	static const struct {
		size_t size;
		const char *words;
	} rows[] = {
	    {1, "1 byte"},
	    {1023, "1023 bytes"},
	    {1024, "1 KiB"},
	    {1536, "1.5 KiB"},
	    {500 << 10, "500 KiB"},
	    {5 << 20, "5 MiB"},
	    {(5 << 20) + 1, "5 MiB"},
	    {16 << 20, "16 MiB"},
	    {7654321, "7.3 MiB"},
	    {(1 << 20) - 1, "1024 KiB"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf words = STRBUF_INIT;

		policy_size_words(&words, rows[i].size);
		assert_string_equal(words.data, rows[i].words);
		strbuf_clear(&words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_whole_policy_is_read),
	    cmocka_unit_test(what_is_left_out_has_safe_defaults),
	    cmocka_unit_test(a_wrong_policy_is_refused_with_line_and_remedy),
	    cmocka_unit_test(everything_that_a_desk_can_ask_for_is_read),
	    cmocka_unit_test(the_length_of_articles_is_of_the_nearest_section),
	    cmocka_unit_test(a_length_that_says_nothing_is_remarked_on),
	    cmocka_unit_test(a_key_without_a_value_is_true),
	    cmocka_unit_test(a_ladder_needs_people_enough),
	    cmocka_unit_test(what_works_may_still_be_worth_a_remark),
	    cmocka_unit_test(a_size_is_told_in_words),
	    cmocka_unit_test(the_policy_of_a_new_newsroom_reads_back),
	    cmocka_unit_test(a_policy_is_explained_in_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
