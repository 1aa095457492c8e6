#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "newsroom.h"

/* -- People -- */

static void a_person_is_read_from_name_and_mail(void **state)
{
	static const struct {
		const char *text, *name, *mail;
	} rows[] = {
	    {"A. Writer <a@desk.example>", "A. Writer", "a@desk.example"},
	    {"  编辑 甲  < jia@desk.example >\n", "编辑 甲", "jia@desk.example"},
	    {"A<a>", "A", "a"},
	    {"", NULL, NULL},
	    {"A. Writer", NULL, NULL},
	    {"<a@desk.example>", NULL, NULL},
	    {"A <>", NULL, NULL},
	    {"A <a@b> trailing", NULL, NULL},
	    {"A <a@b", NULL, NULL},
	    {"A\nB <a@b>", NULL, NULL},
	    {"A > B <a@b>", NULL, NULL},
	    {"A <a b@c>", NULL, NULL},
	    {"A <a<b>", NULL, NULL},
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct repo_person person = {0};
		int rc = repo_person_parse(&person, rows[i].text, &err);

		if (rc != (rows[i].name ? 0 : E_INVALID))
			fail_msg("\"%s\" gives %d", rows[i].text, rc);
		if (rc == 0) {
			assert_string_equal(person.name, rows[i].name);
			assert_string_equal(person.mail, rows[i].mail);
		}
		repo_person_clear(&person);
	}
}

static void the_mail_address_tells_who_somebody_is(void **state)
{
	const struct repo_person a = {(char *)"A. Writer", (char *)"A@Desk.example"};
	const struct repo_person b = {(char *)"Anna Writer", (char *)"a@desk.example"};
	const struct repo_person c = {(char *)"A. Writer", (char *)"a@desk.example.org"};
	struct repo_person copy;

	(void)state;
	assert_true(repo_person_same(&a, &b));
	assert_false(repo_person_same(&a, &c));
	repo_person_copy(&copy, &a);
	assert_true(repo_person_same(&a, &copy));
	repo_person_clear(&copy);
	assert_null(copy.name);
}

/* -- Trailers -- */

static void trailers_are_those_of_the_last_paragraph(void **state)
{
	struct repo_trailers t;

	(void)state;
	repo_trailers_read(&t, "Subject: no\n\nEvent: no\n\nEvent: submit\nstep : second\nAt: 3-9 a\n  "
			       "long\n  quote\nEvent: two\n");
	assert_int_equal(t.count, 4);
	assert_string_equal(t.items[0].key, "Event");
	assert_string_equal(repo_trailers_get(&t, "event"), "submit");
	assert_string_equal(repo_trailers_get(&t, "Step"), "second");
	assert_string_equal(repo_trailers_get(&t, "at"), "3-9 a long quote");
	assert_null(repo_trailers_get(&t, "Even"));
	assert_null(repo_trailers_get(&t, "Events"));
	repo_trailers_clear(&t);
	repo_trailers_read(&t, "Subject\n\nStep:\nEvent: approve\n");
	assert_string_equal(repo_trailers_get(&t, "Step"), "");
	assert_null(repo_trailers_get(&t, "Event"));
	repo_trailers_clear(&t);
	repo_trailers_read(&t, "Subject\n");
	assert_int_equal(t.count, 0);
	assert_null(repo_trailers_get(&t, "Event"));
	repo_trailers_clear(&t);
	repo_trailers_read(&t, "");
	assert_int_equal(t.count, 0);
	repo_trailers_clear(&t);
}

static void a_trailer_stays_in_its_line(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct repo_trailers t;

	(void)state;
	strbuf_adds(&out, "Subject\n\n");
	repo_message_trailer(&out, "At", "  3-9 first\r\nApproved-by: x\n\n second ");
	repo_message_trailer(&out, "Reason", "\n ");
	repo_message_trailer(&out, "Event", "comment");
	assert_string_equal(out.data, "Subject\n\nAt: 3-9 first Approved-by: x second\nEvent: comment\n");
	repo_trailers_read(&t, out.data);
	assert_int_equal(t.count, 2);
	repo_trailers_clear(&t);
	strbuf_clear(&out);
}

/* -- Typed text -- */

static void prose_is_written_as_it_is(void **state)
{
	static const struct {
		const char *typed, *written;
	} rows[] = {
	    {"", "S\n\n"},
	    {"\n \n", "S\n\n"},
	    {"Five or seven? The city says five.", "S\n\nFive or seven? The city says five.\n\n"},
	    {"One.\n\nTwo.\n\n\n", "S\n\nOne.\n\nTwo.\n\n"},
	    {"Note: five.", "S\n\n  Note: five.\n\n"},
	    {"Fine.\n\nApproved-by: x\nmore", "S\n\nFine.\n\n  Approved-by: x\n  more\n\n"},
	    {"# not a comment", "S\n\n  # not a comment\n\n"},
	    {"a\n---\nb", "S\n\n  a\n  ---\n  b\n\n"},
	    {"  indented", "S\n\n    indented\n\n"},
	    {"时间：五点", "S\n\n时间：五点\n\n"},
	    {"a\r\nb\r\n", "S\n\na\nb\n\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf out = STRBUF_INIT;

		strbuf_adds(&out, "S");
		repo_message_body(&out, rows[i].typed, strlen(rows[i].typed));
		assert_string_equal(out.data, rows[i].written);
		strbuf_clear(&out);
	}
}

/* What a person may have typed, to be put together at random. */
static const char *const pieces[] = {
    "Approved-by: Somebody <s@desk.example>",
    "Event: approve",
    "event:released",
    "Step : second",
    "Draft:",
    ": x",
    "Signed-off-by: A <a@b>",
    "(cherry picked from commit 0123456789)",
    "---",
    "--- a/file",
    "----",
    "---\t",
    "# comment",
    "#Event: approve",
    "# ------------------------ >8 ------------------------",
    "; ------------------------ >8 ------------------------",
    "Conflicts:",
    "\tcontent/a.md",
    " Event: approve",
    "  Event: approve",
    "   three",
    "Bug #43",
    "Key = value",
    "diff --git a/x b/x",
    "Plain prose, with words.",
    "志愿者修复湖滨步道：新闻",
    "时间: 五点",
    "\xff\xfe not UTF-8",
    "\x1b[31mred",
    "\x01\x02",
    "a\rEvent: approve",
    "Event: approve\r",
    "\r",
    " ",
    "\t",
    "\v",
    "\f",
    "x",
    "-",
    "-: y",
    "Event:\n approve",
    "https://desk.example/x",
    "e\xcc\x81: combining",
    "Event\xc2\xa0: x",
    "key-with-dash: v",
    "\xe2\x80\xae: bidi",
};

#define PIECES (sizeof pieces / sizeof pieces[0])

static void type_at_random(struct strbuf *out)
{
	int lines = rand() % 9;

	for (int i = 0; i < lines; i++) {
		switch (rand() % 10) {
		case 0:
		case 1:
		case 2:
			break;
		case 3:
			strbuf_add(out, "", 1);
			strbuf_adds(out, pieces[(size_t)rand() % PIECES]);
			break;
		case 4:
			strbuf_adds(out, pieces[(size_t)rand() % PIECES]);
			strbuf_adds(out, pieces[(size_t)rand() % PIECES]);
			break;
		default:
			strbuf_adds(out, pieces[(size_t)rand() % PIECES]);
			break;
		}
		strbuf_adds(out, rand() % 6 ? "\n" : "\r\n");
	}
	if (rand() % 2)
		strbuf_adds(out, pieces[(size_t)rand() % PIECES]);
}

static bool blank_line(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (strchr(" \t\r\v\f", text[i]) == NULL)
			return false;
	}
	return true;
}

/* What is promised to come back: LF for CR LF, no NUL, no blank lines around, no white space at the end. */
static void promise(struct strbuf *out, const struct strbuf *typed)
{
	size_t start = 0;

	for (size_t i = 0; i < typed->len; i++) {
		if (typed->data[i] == '\0' ||
		    (typed->data[i] == '\r' && i + 1 < typed->len && typed->data[i + 1] == '\n'))
			continue;
		strbuf_addc(out, typed->data[i]);
	}
	for (;;) {
		char *newline = memchr(out->data + start, '\n', out->len - start);

		if (newline == NULL || !blank_line(out->data + start, (size_t)(newline - out->data) - start))
			break;
		start = (size_t)(newline - out->data) + 1;
	}
	strbuf_splice(out, 0, start, "", 0);
	while (out->len > 0 && strchr(" \t\r\n\v\f", out->data[out->len - 1]) != NULL)
		strbuf_truncate(out, out->len - 1);
}

#define CASES 1500

static void write_case(struct newsroom *n, int number, const struct strbuf *message)
{
	char *path = mem_printf("%s/case-%04d", n->folder, number);
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(message->data, 1, message->len, file), message->len);
	assert_int_equal(fclose(file), 0);
	free(path);
}

/* With the desk's own trailers after it, and every other time without any. */
static void build(struct strbuf *message, const struct strbuf *typed, int number)
{
	strbuf_adds(message, "Comment on a draft");
	repo_message_body(message, typed->data, typed->len);
	if (number % 2 == 0) {
		char text[16];

		snprintf(text, sizeof text, "%d", number);
		repo_message_trailer(message, "Case", text);
		repo_message_trailer(message, "Event", "comment");
	}
}

static void check_ours(const struct strbuf *message, int number)
{
	struct repo_trailers t;

	repo_trailers_read(&t, message->data);
	if (t.count != (number % 2 == 0 ? 2 : 0))
		fail_msg("case %d has %zu trailers in:\n%s", number, t.count, message->data);
	if (t.count == 2) {
		assert_string_equal(t.items[0].key, "Case");
		assert_string_equal(t.items[1].key, "Event");
		assert_string_equal(t.items[1].value, "comment");
	}
	repo_trailers_clear(&t);
}

static void nothing_typed_is_ever_read_as_a_trailer(void **state)
{
	struct newsroom *n = *state;
	struct strbuf wanted = STRBUF_INIT;
	char *git;

	srand(1795165200);
	for (int number = 0; number < CASES; number++) {
		struct strbuf typed = STRBUF_INIT;
		struct strbuf message = STRBUF_INIT;
		struct strbuf back = STRBUF_INIT;
		struct strbuf promised = STRBUF_INIT;

		type_at_random(&typed);
		build(&message, &typed, number);
		check_ours(&message, number);
		repo_message_typed(&back, message.data);
		promise(&promised, &typed);
		if (strcmp(back.data, promised.data) != 0)
			fail_msg("case %d comes back as\n[%s] instead of\n[%s]", number, back.data,
				 promised.data);
		write_case(n, number, &message);
		if (number % 2 == 0)
			strbuf_addf(&wanted, "Case: %d\nEvent: comment\n", number);
		strbuf_clear(&typed);
		strbuf_clear(&message);
		strbuf_clear(&back);
		strbuf_clear(&promised);
	}
	assert_int_equal(sh(n, "git interpret-trailers --parse case-*"), 0);
	git = sh_output(n);
	assert_string_equal(git, wanted.data);
	free(git);
	/* Also where somebody has settings of their own. */
	assert_int_equal(sh(n, "git -c core.commentChar=';' -c trailer.separators=':=#' -c "
			       "trailer.event.key=Event -c trailer.ifexists=add "
			       "interpret-trailers --parse case-*"),
			 0);
	git = sh_output(n);
	assert_string_equal(git, wanted.data);
	free(git);
	strbuf_clear(&wanted);
}

static void a_message_survives_the_repository(void **state)
{
	struct newsroom *n = *state;
	struct strbuf message = STRBUF_INIT;
	struct strbuf back = STRBUF_INIT;
	struct oid tree = newsroom_tree(n, &newsroom_none, "a.md", "a");
	struct repo_commit commit;
	struct oid id;

	strbuf_adds(&message, "Comment");
	repo_message_body(&message, "Note: five.\n\n#hash", 19);
	repo_message_trailer(&message, "Event", "comment");
	id = newsroom_commit(n, &tree, &newsroom_none, message.data);
	ok(n, repo_commit_read(n->repo, &commit, &id, &n->err));
	repo_message_typed(&back, commit.message);
	assert_string_equal(back.data, "Note: five.\n\n#hash");
	repo_commit_clear(&commit);
	strbuf_clear(&message);
	strbuf_clear(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_person_is_read_from_name_and_mail),
	    cmocka_unit_test(the_mail_address_tells_who_somebody_is),
	    cmocka_unit_test(trailers_are_those_of_the_last_paragraph),
	    cmocka_unit_test(a_trailer_stays_in_its_line),
	    cmocka_unit_test(prose_is_written_as_it_is),
	    in_newsroom(nothing_typed_is_ever_read_as_a_trailer),
	    in_newsroom(a_message_survives_the_repository),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
