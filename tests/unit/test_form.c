#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/policy.h"
#include "text/unicode.h"
#include "tui/form.h"
#include "tui/form_internal.h"
#include "tui/keymap.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A text, its form, and the desk around them. */
struct session {
	struct form *form;
	struct policy policy;
	struct clock clock;
	struct strbuf text;
	enum form_result result; /* of the last event */
	bool once;               /* after the next change, or in another row, no event is given any more */
	bool over;
	size_t at;
};

static const char plain_rules[] = "[step \"review\"]\n";

static void tags(void *context, const char *start, struct strlist *out)
{
	static const char *const known[] = {"lake", "lake path", "湖滨步道", "湖边"};

	(void)context;
	for (size_t i = 0; i < COUNT(known); i++) {
		if (strncmp(known[i], start, strlen(start)) == 0)
			strlist_add(out, known[i]);
	}
}

static struct session *session_new(const char *rules, const char *text)
{
	struct session *s = mem_zalloc(1, sizeof *s);
	struct form_matter matter = {.section = "culture", .tags = tags};
	struct error err;

	if (policy_parse(&s->policy, rules, strlen(rules), &err) < 0)
		fail_msg("%s", err.message);
	s->clock = (struct clock){.fixed = true, .offset = 480};
	assert_true(clock_parse(&s->clock.now, "2026-11-20T09:00:30Z", 0));
	s->text = (struct strbuf)STRBUF_INIT;
	strbuf_adds(&s->text, text);
	matter.policy = &s->policy;
	matter.clock = &s->clock;
	s->form = form_new(&matter);
	form_read(s->form, s->text.data, s->text.len);
	return s;
}

static void session_free(struct session *s)
{
	form_free(s->form);
	policy_clear(&s->policy);
	strbuf_clear(&s->text);
	free(s);
}

static void set_text(struct session *s, const char *text, size_t len)
{
	strbuf_reset(&s->text);
	strbuf_add(&s->text, text, len);
	form_read(s->form, s->text.data, s->text.len);
}

/* What whoever has the text does with a change; false when it cannot be made. */
static bool make_change(struct session *s)
{
	struct strbuf out = STRBUF_INIT;
	struct error err;
	int rc = form_write(s->form, &out, s->text.data, s->text.len, &err);

	if (rc == 0) {
		strbuf_clear(&s->text);
		s->text = out;
		form_done(s->form, s->text.data, s->text.len);
	}
	return rc == 0;
}

static void give(struct session *s, const struct input_event *event)
{
	if (s->once && s->over)
		return;
	s->result = form_input(s->form, event);
	if (s->result == FORM_CHANGED)
		assert_true(make_change(s));
	s->over = s->result == FORM_CHANGED || s->form->at != s->at;
}

static void press(struct session *s, const char *names)
{
	for (const char *name = names; *name != '\0';) {
		size_t len = strcspn(name, " ");
		struct input_event event = {.kind = INPUT_KEY, .text = ""};

		assert_true(keymap_parse(&event.key, name, len));
		if (strncmp(name, "Space", len) == 0) {
			event.text = " ";
			event.len = 1;
		}
		give(s, &event);
		name += len + (name[len] == ' ');
	}
}

static void type(struct session *s, const char *text)
{
	for (size_t pos = 0, len = strlen(text); pos < len;) {
		size_t next = unicode_next(text, len, pos);
		struct input_event event = {.kind = INPUT_KEY, .text = text + pos, .len = next - pos};

		unicode_decode(text, len, pos, &event.key.code);
		give(s, &event);
		pos = next;
	}
}

static void paste_bytes(struct session *s, const char *text, size_t len)
{
	struct input_event event = {.kind = INPUT_PASTE, .text = text, .len = len};

	give(s, &event);
}

static void paste(struct session *s, const char *text)
{
	paste_bytes(s, text, strlen(text));
}

static const struct form_row *row_of(struct session *s, const char *key)
{
	size_t at = form_find(s->form, key);

	if (at == SIZE_MAX)
		fail_msg("there is no row %s", key);
	return &s->form->rows[at];
}

static void assert_fault(struct session *s, const char *key, const char *fault)
{
	const struct form_row *row = row_of(s, key);

	assert_string_equal(row->fault != NULL ? row->fault : "", fault);
}

/* -- What is shown -- */

static void rows_stand_in_the_order_of_newsroom_rules_and_text(void **state)
{
	static const char rules[] = "[step \"review\"]\n[require]\n\tfield = desk\n\tfield = title\n"
				    "[field \"embargo\"]\n\tform = time\n[field \"tags\"]\n\tlongest = 9\n";
	static const char *const keys[] = {"title",      "slug",   "date",           "publishDate", "lastmod",
					   "expiryDate", "byline", "source",         "located",     "",
					   "language",   "tags",   "aliases",        "description", "urgency",
					   "slugline",   "ednote", "original_title", "publisher",   "desk",
					   "embargo",    "weight", "TITLE",          "draft"};
	struct session *s =
	    session_new(rules, "---\nweight: 3\nTitle: Lake\nTITLE: x\ndraft: no\n---\nBody\n");

	(void)state;
	assert_int_equal(form_state(s->form), FORM_FIELDS);
	assert_int_equal(s->form->count, COUNT(keys));
	for (size_t i = 0; i < COUNT(keys); i++)
		assert_string_equal(s->form->rows[i].key, keys[i]);
	assert_string_equal(row_of(s, "title")->value, "Lake");
	assert_string_equal(row_of(s, "TITLE")->value, "x");
	assert_string_equal(row_of(s, "")->value, "culture");
	assert_true(row_of(s, "title")->required);
	assert_true(row_of(s, "desk")->required);
	assert_false(row_of(s, "slug")->required);
	session_free(s);
}

static void a_field_is_typed_by_what_it_holds_and_what_the_rules_say(void **state)
{
	static const char rules[] = "[step \"review\"]\n[field \"embargo\"]\n\tform = time\n"
				    "[field \"desk\"]\n\tvalue = city\n[field \"of\"]\n\tform = language\n";
	static const char text[] =
	    "---\ntitle: T\nbyline: [A, B]\ndraft: no\nfeatured: 'no'\nseries:\n  a: b\n"
	    "list: [a, [b]]\n---\n";
	static const struct {
		const char *key;
		enum form_type type;
	} rows[] = {
	    {"title", FORM_LINE},    {"date", FORM_DATE},         {"tags", FORM_LIST},
	    {"byline", FORM_LIST},   {"source", FORM_LINE},       {"", FORM_SECTION},
	    {"urgency", FORM_DIGIT}, {"language", FORM_LANGUAGE}, {"embargo", FORM_DATE},
	    {"desk", FORM_VALUES},   {"of", FORM_LANGUAGE},       {"draft", FORM_TRUTH},
	    {"featured", FORM_LINE}, {"series", FORM_OTHER},
	};
	struct session *s = session_new(rules, text);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(row_of(s, rows[i].key)->type, rows[i].type);
	session_free(s);
}

static void a_fault_stands_beside_its_field(void **state)
{
	static const char rules[] =
	    "[step \"review\"]\n[require]\n\tfield = title\n\tfield = tags\n\tfield = date\n"
	    "[field \"title\"]\n\tlongest = 4\n[field \"tags\"]\n\tvalue = a\n\tvalue = b\n";
	struct session *s =
	    session_new(rules, "---\ntitle: 志愿者修复\ntags: [a, c]\nslug: Lake Path\n---\n");

	(void)state;
	assert_fault(s, "title", "has 5 characters; this desk asks for at most 4");
	assert_fault(s, "tags", "must be a or b");
	assert_fault(s, "slug", "cannot stand in an address: use small letters, digits and single hyphens");
	assert_fault(s, "date", "is missing; this desk asks for one");
	assert_fault(s, "source", "");
	assert_int_equal(form_faults(s->form), 4);
	form_choose(s->form, "title");
	press(s, "Enter Backspace Enter");
	assert_fault(s, "title", "");
	session_free(s);
}

static void what_has_no_rows_says_so(void **state)
{
	struct session *s = session_new(plain_rules, "Body\n");

	(void)state;
	assert_int_equal(form_state(s->form), FORM_EMPTY);
	press(s, "Enter");
	assert_int_equal(s->result, FORM_BEGINS);
	set_text(s, "", 0);
	assert_int_equal(form_state(s->form), FORM_EMPTY);
	set_text(s, "---\ntitle: a\ntitle: b\n---\n", 26);
	assert_int_equal(form_state(s->form), FORM_BROKEN);
	assert_int_equal(form_bad_line(s->form), 3);
	press(s, "Enter");
	assert_int_equal(s->result, FORM_TEXT);
	press(s, "Esc");
	assert_int_equal(s->result, FORM_LEAVES);
	type(s, "a");
	assert_int_equal(s->result, FORM_TAKEN);
	set_text(s, "+++\ntitle = 'a'\n+++\n", 20);
	assert_int_equal(form_state(s->form), FORM_BROKEN);
	assert_int_equal(form_bad_line(s->form), 0);
	/* A block that was broken is not one to begin: there would be two. */
	set_text(s, "Words ---\ntitle: a\n---\n", 23);
	assert_int_equal(form_state(s->form), FORM_BROKEN);
	assert_int_equal(form_bad_line(s->form), 1);
	press(s, "Enter");
	assert_int_equal(s->result, FORM_TEXT);
	session_free(s);
}

/* -- Changing -- */

/* Each row: a text, the field, keys or what is typed, the text after. */
static void assert_edit(const char *before, const char *key, const char *keys, const char *typed,
			const char *then, const char *after)
{
	struct session *s = session_new(plain_rules, before);

	form_choose(s->form, key);
	press(s, keys);
	type(s, typed);
	press(s, then);
	assert_string_equal(s->text.data, after);
	session_free(s);
}

static void a_line_of_text_is_edited_in_its_quotes(void **state)
{
	(void)state;
	assert_edit("---\ntitle: \"Lake\" # h\nslug: a\n---\nB\n", "title", "Enter", " path", "Enter",
		    "---\ntitle: \"Lake path\" # h\nslug: a\n---\nB\n");
	assert_edit("---\ntitle: 'Lake'\n---\n", "title", "", "'s path", "Enter",
		    "---\ntitle: 'Lake''s path'\n---\n");
	assert_edit("---\ntitle: Lake\n---\n", "title", "", ": a path", "Enter",
		    "---\ntitle: 'Lake: a path'\n---\n");
	assert_edit("---\ntitle: Lake\n---\n", "title", "Enter Ctrl-U", "志愿者修复湖滨步道 🏞️",
		    "Tab", "---\ntitle: 志愿者修复湖滨步道 🏞️\n---\n");
	assert_edit("---\ntitle: Lake\n---\n", "title", "Enter", "  ", "Enter", "---\ntitle: Lake\n---\n");
}

static void what_is_not_changed_is_not_touched(void **state)
{
	static const char text[] =
	    "---\ntitle:   'Lake'   # h\ndate: '2026-11-20'\ntags: lake\nodd: \"  a \"\n---\nB\n";

	(void)state;
	assert_edit(text, "title", "Enter", "", "Enter", text);
	assert_edit(text, "title", "Enter", "x", "Esc", text);
	assert_edit(text, "title", "Enter", "x", "Backspace Enter", text);
	assert_edit(text, "date", "Enter Up Down", "", "Enter", text);
	assert_edit(text, "tags", "Enter", "", "Tab", text);
	assert_edit(text, "odd", "Enter", "", "Enter", text);
	assert_edit(text, "source", "Enter", "x", "Backspace Enter", text);
	assert_edit(text, "source", "Delete", "", "", text);
}

static void an_absent_field_is_added_and_an_emptied_one_goes(void **state)
{
	(void)state;
	assert_edit("---\ntitle: T\n# end\n---\nB\n", "source", "", "港报", "Enter",
		    "---\ntitle: T\nsource: 港报\n# end\n---\nB\n");
	assert_edit("---\ntitle: T\nsource: x # y\nslug: a\n---\nB\n", "source", "Enter Backspace", "",
		    "Enter", "---\ntitle: T\nslug: a\n---\nB\n");
	assert_edit("---\ntitle: T\ndescription: |\n  a\n  b\nslug: a\n---\n", "description", "Delete", "",
		    "", "---\ntitle: T\nslug: a\n---\n");
	assert_edit("---\ntitle: T\ntags:\n  - a\n  - b\n---\n", "tags", "Enter Ctrl-U Backspace Ctrl-U", "",
		    "Tab", "---\ntitle: T\n---\n");
}

static void several_lines_stay_several_lines(void **state)
{
	(void)state;
	assert_edit("---\ndescription: |\n  One.\n  Two.\nslug: a\n---\n", "description", "Enter End Enter",
		    "Three: 三。", "Tab",
		    "---\ndescription: |\n  One.\n  Two.\n  Three: 三。\nslug: a\n---\n");
	assert_edit("---\ndescription: >-\n  One\n  two.\n---\n", "description", "Enter", "!", "Enter",
		    "---\ndescription: >-\n  One two.!\n---\n");
}

static void a_list_has_one_item_a_line(void **state)
{
	(void)state;
	assert_edit("---\ntags: [a, 'b']\n---\n", "tags", "", "c", "Enter Enter",
		    "---\ntags: [a, 'b', c]\n---\n");
	assert_edit("---\ntags:\n  - a # one\n  - b\n---\n", "tags", "", "湖滨", "Tab",
		    "---\ntags:\n  - a # one\n  - b\n  - 湖滨\n---\n");
	/* Tags are typed as they are shown, with commas; one that has a comma already keeps it. */
	assert_edit("---\ntags: [a]\n---\n", "tags", "", "ferry, harbour", "Tab",
		    "---\ntags: [a, ferry, harbour]\n---\n");
	assert_edit("---\ntags: ['a, b']\n---\n", "tags", "", "渡轮，湖滨、b", "Tab",
		    "---\ntags: ['a, b', 渡轮, 湖滨, b]\n---\n");
	assert_edit("---\naliases: [a]\n---\n", "aliases", "", "b, c", "Tab",
		    "---\naliases: [a, 'b, c']\n---\n");
	assert_edit("---\nurgency: 5\n---\n", "urgency", "", "The ferry", "Tab", "---\nurgency: 5\n---\n");
	assert_edit("---\ntags: [a, b]\n---\n", "tags", "Enter Home Ctrl-K", "", "Tab",
		    "---\ntags: [a]\n---\n");
	assert_edit("---\ntitle: T\n---\n", "aliases", "", "/old/", "Enter Enter",
		    "---\ntitle: T\naliases: [/old/]\n---\n");
	assert_edit("---\nbyline: [\"Smith, A.\", B]\n---\n", "byline", "", "王小明", "Tab",
		    "---\nbyline: [\"Smith, A.\", B, 王小明]\n---\n");
}

static void a_paste_with_a_nul_is_taken_whole(void **state)
{
	static const char pasted[] = "\nlake\0path\nharbour";
	struct session *s = session_new(plain_rules, "---\ntags: [ferry]\n---\n");
	bool other;

	(void)state;
	form_choose(s->form, "tags");
	press(s, "Enter");
	paste_bytes(s, pasted, sizeof pasted - 1);
	assert_true(form_edits(s->form, &other));
	assert_true(other);
	press(s, "Tab");
	assert_non_null(strstr(s->text.data, "ferry, lake path, harbour"));
	session_free(s);
}

static void a_tag_of_the_newsroom_is_offered(void **state)
{
	struct session *s = session_new(plain_rules, "---\ntitle: T\n---\n");

	(void)state;
	form_choose(s->form, "tags");
	type(s, "la");
	assert_int_equal(s->form->offer.count, 2);
	press(s, "Right Enter");
	type(s, "湖滨");
	press(s, "Right Tab");
	assert_string_equal(s->text.data, "---\ntitle: T\ntags: [lake, 湖滨步道]\n---\n");
	form_choose(s->form, "source");
	type(s, "la");
	assert_int_equal(s->form->offer.count, 0);
	session_free(s);
}

static void a_date_is_changed_by_its_parts(void **state)
{
	(void)state;
	assert_edit("---\ndate: 2026-11-30\n---\n", "date", "Enter Up", "", "Enter",
		    "---\ndate: 2026-12-01\n---\n");
	assert_edit("---\ndate: 2026-11-30 # d\n---\n", "date", "Enter PageDown", "", "Enter",
		    "---\ndate: 2026-10-30 # d\n---\n");
	assert_edit("---\ndate: \"2026-11-30T23:30:00.5+08:00\"\n---\n", "date", "Enter Right Up", "",
		    "Enter", "---\ndate: \"2026-12-01T00:30:00.5+08:00\"\n---\n");
	assert_edit("---\ntitle: T\n---\n", "date", "Enter", "", "Enter",
		    "---\ntitle: T\ndate: 2026-11-20\n---\n");
	assert_edit("---\ntitle: T\n---\n", "publishDate", "Enter", "", "Enter",
		    "---\ntitle: T\npublishDate: 2026-11-20T17:00:00+08:00\n---\n");
	assert_edit("---\ndate: Friday\n---\n", "date", "Enter Ctrl-U", "2026-11-27", "Enter",
		    "---\ndate: 2026-11-27\n---\n");
	assert_edit("---\ndate: 2026-11-30\n---\n", "date", "Enter Up", "", "Esc",
		    "---\ndate: 2026-11-30\n---\n");
}

static void a_date_is_typed_as_it_is_written(void **state)
{
	static const char *const ways[] = {"", "Enter", "Enter Left", "Enter Up Right", "Enter Home Down"};
	static const char timed[] = "---\ndate: 2026-11-30T23:30:00+01:00\n---\n";

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
		assert_edit("---\ndate: 2026-11-30\n---\n", "date", ways[i], "2026-12-31", "Enter",
			    "---\ndate: 2026-12-31\n---\n");
	assert_edit("---\ntitle: T\n---\n", "publishDate", "", "2026-12-31", "Enter",
		    "---\ntitle: T\npublishDate: 2026-12-31\n---\n");
	assert_edit("---\ndate: 2026-11-30\n---\n", "date", "", "20270102", "Tab",
		    "---\ndate: 2027-01-02\n---\n");
	/* A time has the zone that it had, or the desk's; a date alone leaves the time. */
	assert_edit("---\ndate: 2026-11-30\n---\n", "date", "Enter", "t17:45", "Enter",
		    "---\ndate: 2026-11-30T17:45+08:00\n---\n");
	assert_edit(timed, "date", "", "2026-12-31T09:00", "Enter",
		    "---\ndate: 2026-12-31T09:00+01:00\n---\n");
	assert_edit(timed, "date", "Enter", "2026-12-31", "Enter",
		    "---\ndate: 2026-12-31T23:30:00+01:00\n---\n");
}

static void what_is_typed_and_no_date_is_not_kept(void **state)
{
	struct session *s = session_new(plain_rules, "---\ndate: 2026-11-30\n---\n");
	bool other;

	(void)state;
	form_choose(s->form, "date");
	press(s, "Enter");
	type(s, "x");
	assert_non_null(form_says(s->form));
	type(s, "2026-13-45");
	assert_null(form_says(s->form));
	press(s, "Enter");
	assert_non_null(form_says(s->form));
	press(s, "Tab");
	assert_non_null(form_says(s->form));
	assert_true(form_edits(s->form, &other));
	assert_string_equal(s->form->field.text.data, "2026-13-45");
	press(s, "Esc");
	assert_string_equal(s->text.data, "---\ndate: 2026-11-30\n---\n");
	session_free(s);
}

static void a_date_is_pasted_as_pages_print_it(void **state)
{
	struct session *s = session_new(plain_rules, "---\ndate: 2026-11-30\n---\n");

	(void)state;
	form_choose(s->form, "date");
	press(s, "Enter");
	paste(s, "二〇二二年六月二十八日");
	press(s, "Enter");
	assert_string_equal(s->text.data, "---\ndate: 2022-06-28\n---\n");
	press(s, "Enter");
	paste(s, "03/04/2022");
	assert_non_null(form_says(s->form));
	press(s, "Enter");
	assert_string_equal(s->text.data, "---\ndate: 2022-06-28\n---\n");
	session_free(s);
}

static void digits_and_truths_change_by_one_key(void **state)
{
	(void)state;
	assert_edit("---\ntitle: T\n---\n", "urgency", "", "4", "", "---\ntitle: T\nurgency: 4\n---\n");
	assert_edit("---\nurgency: 4\n---\n", "urgency", "Right Right", "", "", "---\nurgency: 6\n---\n");
	assert_edit("---\nurgency: 9\n---\n", "urgency", "Right", "0", "", "---\nurgency: 9\n---\n");
	assert_edit("---\ndraft: true # d\n---\n", "draft", "Space", "", "", "---\ndraft: false # d\n---\n");
	assert_edit("---\ndraft: No\n---\n", "draft", "Enter", "", "", "---\ndraft: Yes\n---\n");
	assert_edit("---\ndraft: OFF\n---\n", "draft", "Left", "", "", "---\ndraft: ON\n---\n");
}

static void a_value_that_the_rules_name_is_chosen(void **state)
{
	struct session *s = session_new(
	    "[step \"review\"]\n[field \"desk\"]\n\tvalue = city\n\tvalue = 文化\n\tvalue = sport\n",
	    "---\na: b\n---\n");

	(void)state;
	form_choose(s->form, "desk");
	press(s, "Enter");
	assert_int_equal(s->result, FORM_CHOOSES);
	press(s, "Right Right");
	assert_string_equal(s->text.data, "---\na: b\ndesk: 文化\n---\n");
	press(s, "Left Left");
	assert_string_equal(s->text.data, "---\na: b\ndesk: sport\n---\n");
	form_choose(s->form, "language");
	press(s, "Enter");
	assert_int_equal(s->result, FORM_CHOOSES);
	assert_true(form_set(s->form, "language", "zh-Hans"));
	assert_true(make_change(s));
	assert_string_equal(s->text.data, "---\na: b\ndesk: sport\nlanguage: zh-Hans\n---\n");
	assert_false(form_set(s->form, "language", "zh-Hans"));
	session_free(s);
}

static void what_the_form_cannot_show_is_left_to_the_text(void **state)
{
	struct session *s = session_new(plain_rules, "---\nseries:\n  a: b\n---\n");
	size_t pos;

	(void)state;
	form_choose(s->form, "series");
	press(s, "Enter");
	assert_int_equal(s->result, FORM_TEXT);
	assert_true(form_place(s->form, &pos));
	assert_memory_equal(s->text.data + pos, "a: b", 4);
	press(s, "Delete");
	type(s, "x");
	assert_string_equal(s->text.data, "---\nseries:\n  a: b\n---\n");
	session_free(s);
}

static void up_and_down_keep_what_is_edited(void **state)
{
	struct session *s = session_new(plain_rules, "---\ntitle: T\nslug: a\n---\n");

	(void)state;
	type(s, "x");
	press(s, "Down");
	assert_string_equal(form_key(s->form), "slug");
	assert_string_equal(s->text.data, "---\ntitle: Tx\nslug: a\n---\n");
	press(s, "Enter Shift-Tab");
	assert_string_equal(form_key(s->form), "title");
	press(s, "End PageUp Home Tab Tab");
	assert_string_equal(form_key(s->form), "date");
	press(s, "Ctrl-S");
	assert_int_equal(s->result, FORM_IGNORED);
	press(s, "F10");
	assert_int_equal(s->result, FORM_IGNORED);
	session_free(s);
}

/* -- All texts -- */

static unsigned roll(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % sides;
}

static const char *pick(unsigned *seed, const char *const *list, size_t count)
{
	return list[roll(seed, (unsigned)count)];
}

/* One field, of any shape that articles have. */
static void add_field(struct strbuf *out, unsigned *seed, const char *key, const char *eol)
{
	static const char *const values[] = {"Lake path",
					     "\"Lake: path\"",
					     "'it''s 5'",
					     "志愿者修复湖滨步道",
					     "“湖滨”：🏞️",
					     "2026-11-20",
					     "2026-11-20T09:00:00+08:00",
					     "",
					     "~",
					     "yes",
					     "12:30",
					     "false",
					     "\"\\u6e56 \\\"x\\\"\"",
					     "3",
					     "'  two  '",
					     "Friday",
					     "lake-path"};
	static const char *const lists[] = {"[lake, 湖滨]", "[ 'a' , \"b\" ]", "[]", "[a, [b]]", "{a: b}"};
	static const char *const comments[] = {"", "", "", "  # why", " # 说明"};
	const char *comment = pick(seed, comments, COUNT(comments));

	switch (roll(seed, 7)) {
	case 0:
		strbuf_addf(out, "%s: %s%s%s", key, pick(seed, lists, COUNT(lists)), comment, eol);
		break;
	case 1:
		strbuf_addf(out, "%s:%s%s  - lake%s  # one%s  - '湖滨'%s", key, comment, eol, "", eol, eol);
		break;
	case 2:
		strbuf_addf(out, "%s: |%s%s  One.%s  二。%s%s", key, comment, eol, eol, eol,
			    roll(seed, 2) ? eol : "");
		break;
	case 3:
		strbuf_addf(out, "%s: >-%s%s  One%s  two.%s", key, comment, eol, eol, eol);
		break;
	case 4:
		strbuf_addf(out, "%s:%s%s  - name: autumn%s    no: 1%s", key, comment, eol, eol, eol);
		break;
	default:
		strbuf_addf(out, "%s: %s%s%s", key, pick(seed, values, COUNT(values)), comment, eol);
	}
	if (roll(seed, 6) == 0)
		strbuf_addf(out, "# between 之间%s", eol);
	if (roll(seed, 8) == 0)
		strbuf_adds(out, eol);
}

static const char *const any_keys[] = {"title",    "slug",    "date",    "publishDate", "lastmod",
				       "byline",   "source",  "located", "language",    "tags",
				       "aliases",  "urgency", "ednote",  "draft",       "weight",
				       "Headline", "小标题",  "series",  "description"};

static void random_text(struct strbuf *out, unsigned *seed)
{
	const char *eol = roll(seed, 3) == 0 ? "\r\n" : "\n";
	unsigned used = 0;

	strbuf_reset(out);
	if (roll(seed, 4) == 0)
		strbuf_adds(out, "\xef\xbb\xbf");
	strbuf_addf(out, "---%s", eol);
	for (unsigned i = roll(seed, 9); i > 0; i--) {
		unsigned key = roll(seed, COUNT(any_keys));

		if (!(used & 1u << key))
			add_field(out, seed, any_keys[key], eol);
		used |= 1u << key;
	}
	strbuf_addf(out, "%s%s%sBody: 正文 --- %s---%s", roll(seed, 3) ? "---" : "...", eol, eol, eol, eol);
}

/* Whether the new text is the old with one run of bytes within from..to replaced. */
static bool differs_within(const struct strbuf *old, const struct strbuf *new, size_t from, size_t to)
{
	size_t tail = old->len - to;

	return new->len >= from + tail &&memcmp(old->data, new->data, from) == 0 &&
	       memcmp(old->data + to, new->data + new->len - tail, tail) == 0;
}

/* The bytes that the change of a field may touch: its own, or those of its lines where it goes. */
static bool is_as_small_as_it_can_be(const struct strbuf *old, const struct form_row *row,
				     const struct strbuf *new)
{
	size_t start = row->field.start, end = row->field.end;

	if (row->field.kind == FRONTMATTER_NONE)
		return new->len > old->len;
	while (start > 0 && old->data[start - 1] != '\n')
		start--;
	while (end < old->len && old->data[end] != '\n')
		end++;
	return differs_within(old, new, start, end < old->len ? end + 1 : end);
}

/* Keys that try to change the row that is chosen. */
static void change_somehow(struct session *s, unsigned *seed)
{
	static const char *const typed[] = {"x", " 湖滨",   "20270101", ": '\"#", "- [a]",
					    "5", "🏞️", " ",        "yes"};
	static const char *const keys[] = {"Enter",      "Delete",        "Space",        "Right",
					   "Left",       "Enter Left Up", "Enter Ctrl-U", "Enter Backspace",
					   "Enter Home", "Enter PageDown"};

	press(s, pick(seed, keys, COUNT(keys)));
	type(s, pick(seed, typed, COUNT(typed)));
	press(s, "Tab");
}

/* All fields but one are as they were, to the byte. */
static void assert_others_stay(const struct strbuf *old, const struct strbuf *new, const char *key)
{
	struct frontmatter *a, *b;

	assert_int_equal(frontmatter_parse(&a, old->data, old->len, NULL), 0);
	assert_int_equal(frontmatter_parse(&b, new->data, new->len, NULL), 0);
	for (size_t i = 0; i < frontmatter_count(a); i++) {
		struct frontmatter_field was = frontmatter_find(a, frontmatter_key(a, i));
		struct frontmatter_field is = frontmatter_find(b, frontmatter_key(a, i));

		if (strcmp(frontmatter_key(a, i), key) == 0)
			continue;
		assert_int_equal(is.kind, was.kind);
		assert_int_equal(is.end - is.start, was.end - was.start);
		assert_memory_equal(new->data + is.start, old->data + was.start, was.end - was.start);
	}
	assert_string_equal(old->data + frontmatter_body(a), new->data + frontmatter_body(b));
	frontmatter_free(a);
	frontmatter_free(b);
}

static void one_field_changes_and_every_other_byte_stays(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct strbuf before = STRBUF_INIT;
	unsigned seed = 20261121;
	unsigned changes = 0;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct session *s;

		random_text(&text, &seed);
		s = session_new(plain_rules, text.data);
		s->once = true;
		assert_int_equal(form_state(s->form), FORM_FIELDS);
		for (int k = 0; k < 3; k++) {
			char *key;
			struct form_row row;

			s->form->at = roll(&seed, (unsigned)s->form->count);
			s->at = s->form->at;
			row = *form_chosen(s->form);
			key = mem_strdup(row.key);
			row.key = NULL;
			strbuf_reset(&before);
			strbuf_add(&before, s->text.data, s->text.len);
			s->over = false;
			change_somehow(s, &seed);
			if (strcmp(before.data, s->text.data) != 0) {
				changes++;
				if (!is_as_small_as_it_can_be(&before, &row, &s->text))
					fail_msg("%s of\n%s\nbecame\n%s", key, before.data, s->text.data);
				assert_others_stay(&before, &s->text, key);
			}
			free(key);
		}
		session_free(s);
	}
	assert_in_range(changes, 2000, 6000);
	strbuf_clear(&text);
	strbuf_clear(&before);
}

static void the_form_finds_faults_where_submitting_does(void **state)
{
	static const char rules[] =
	    "[step \"review\"]\n[require]\n\tfield = title\n\tfield = date\n"
	    "[field \"tags\"]\n\tvalue = lake\n[field \"source\"]\n\tlongest = 6\n"
	    "[field \"urgency\"]\n\tform = number\n[field \"language\"]\n\tform = language\n";
	struct session *s = session_new(rules, "");
	struct strbuf text = STRBUF_INIT;
	unsigned seed = 4, faulty = 0;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct error err;
		int rc;

		random_text(&text, &seed);
		set_text(s, text.data, text.len);
		rc = article_check("content/a.md", text.data, text.len, &s->policy, &err);
		if ((rc < 0) != (form_faults(s->form) > 0))
			fail_msg("%s\n%s", rc < 0 ? err.message : "submitted", text.data);
		faulty += rc < 0;
	}
	assert_in_range(faulty, 200, 1999);
	strbuf_clear(&text);
	session_free(s);
}

/* Any keys, on a screen of any size: the form draws within it and the text can be read as before. */
static void no_key_harms_the_text(void **state)
{
	static const char *const keys[] = {"Up",       "Down",      "Left",   "Right",  "Home",      "End",
					   "Enter",    "Tab",       "Esc",    "Delete", "Backspace", "PageUp",
					   "PageDown", "Shift-Tab", "Ctrl-W", "Ctrl-U", "Space"};
	static const char *const typed[] = {"a", "5", "湖", "\"", ":", "#", "🏞️", "t"};
	struct strbuf text = STRBUF_INIT;
	unsigned seed = 7;

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct canvas *canvas = canvas_new(1 + (int)roll(&seed, 30), 1 + (int)roll(&seed, 100));
		struct session *s;

		random_text(&text, &seed);
		s = session_new(plain_rules, text.data);
		for (int k = 0; k < 60; k++) {
			struct frontmatter *fm;

			if (roll(&seed, 3) == 0)
				type(s, pick(&seed, typed, COUNT(typed)));
			else
				press(s, pick(&seed, keys, COUNT(keys)));
			canvas_clear(canvas);
			form_draw(s->form, canvas_region(canvas), true);
			form_click(s->form, (int)roll(&seed, 40) - 5);
			assert_int_equal(frontmatter_parse(&fm, s->text.data, s->text.len, NULL), 0);
			frontmatter_free(fm);
		}
		session_free(s);
		canvas_free(canvas);
	}
	strbuf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_stand_in_the_order_of_newsroom_rules_and_text),
	    cmocka_unit_test(a_field_is_typed_by_what_it_holds_and_what_the_rules_say),
	    cmocka_unit_test(a_fault_stands_beside_its_field),
	    cmocka_unit_test(what_has_no_rows_says_so),
	    cmocka_unit_test(a_line_of_text_is_edited_in_its_quotes),
	    cmocka_unit_test(what_is_not_changed_is_not_touched),
	    cmocka_unit_test(an_absent_field_is_added_and_an_emptied_one_goes),
	    cmocka_unit_test(several_lines_stay_several_lines),
	    cmocka_unit_test(a_list_has_one_item_a_line),
	    cmocka_unit_test(a_paste_with_a_nul_is_taken_whole),
	    cmocka_unit_test(a_tag_of_the_newsroom_is_offered),
	    cmocka_unit_test(a_date_is_changed_by_its_parts),
	    cmocka_unit_test(a_date_is_typed_as_it_is_written),
	    cmocka_unit_test(what_is_typed_and_no_date_is_not_kept),
	    cmocka_unit_test(a_date_is_pasted_as_pages_print_it),
	    cmocka_unit_test(digits_and_truths_change_by_one_key),
	    cmocka_unit_test(a_value_that_the_rules_name_is_chosen),
	    cmocka_unit_test(what_the_form_cannot_show_is_left_to_the_text),
	    cmocka_unit_test(up_and_down_keep_what_is_edited),
	    cmocka_unit_test(one_field_changes_and_every_other_byte_stays),
	    cmocka_unit_test(the_form_finds_faults_where_submitting_does),
	    cmocka_unit_test(no_key_harms_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
