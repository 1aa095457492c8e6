/*
 * Prints what the rooms make of a file, or of two, for the golden pairs: golden KIND FILE [FILE].
 * See run, beside this file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/import.h"
#include "text/critic.h"
#include "text/diff.h"
#include "text/frontmatter.h"
#include "text/markdown.h"
#include "text/unicode.h"

#define INPUT_LIMIT ((size_t)16 << 20)
#define ITEM_LIMIT  16

/* Turns "\n", "\t" and "\\" into what they mean, in place. */
static void unescape(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		if (*text == '\\' && text[1] != '\0')
			text++;
		else {
			*to++ = *text;
			continue;
		}
		*to++ = *text == 'n' ? '\n' : *text == 't' ? '\t' : *text;
	}
	*to = '\0';
}

static int splice_list(struct strbuf *out, const char *article, const char *key, char *value,
		       struct error *err)
{
	const char *items[ITEM_LIMIT];
	size_t count = 0;
	char *rest = value;

	while (*value != '\0' && rest != NULL && count < ITEM_LIMIT) {
		items[count] = strsep(&rest, "|");
		items[count] += strspn(items[count], " ");
		count++;
	}
	return frontmatter_set_list(out, article, strlen(article), key, items, count, err);
}

/*
 * The first line is a command, the rest is the article: "set KEY VALUE", "remove KEY" or
 * "list KEY ITEM|ITEM...".
 */
static int splice(struct strbuf *out, const struct strbuf *in, struct error *err)
{
	char *rest = in->data;
	char *command = strsep(&rest, "\n");
	char *verb = strsep(&command, " ");
	char *key = strsep(&command, " ");

	if (rest == NULL || key == NULL)
		return error_set(err, E_INVALID, "The first line is no command.");
	if (command != NULL)
		unescape(command);
	if (strcmp(verb, "remove") == 0)
		return frontmatter_set(out, rest, strlen(rest), key, NULL, err);
	if (strcmp(verb, "list") == 0)
		return splice_list(out, rest, key, command ? command : verb + strlen(verb), err);
	return frontmatter_set(out, rest, strlen(rest), key, command ? command : "", err);
}

/* A run as it is in the page, "{style+style:text}" where it has any style. */
static void add_run(struct strbuf *out, const char *text, const struct markdown_run *run)
{
	static const char *const names[] = {"strong", "emphasis", "code",     "link", "heading",
					    "quote",  "note",     "headline", "meta"};
	char mark = '{';

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if ((run->style >> i & 1) != 0) {
			strbuf_addf(out, "%c%s", mark, names[i]);
			mark = '+';
		}
	}
	if (run->style != 0)
		strbuf_addc(out, ':');
	strbuf_add(out, text, run->len);
	if (run->style != 0)
		strbuf_addc(out, '}');
}

/* The first line is a width and a language, as in "40 zh"; each line comes after its source line. */
static int markdown(struct strbuf *out, const struct strbuf *in, struct error *err)
{
	char *article = in->data;
	char *language = strsep(&article, "\n");
	int width = atoi(strsep(&language, " "));
	struct unicode_segmenter *segmenter;
	struct markdown *blocks;
	struct markdown_page page;
	int rc = unicode_segmenter_new(&segmenter, UNICODE_LINE, language, err);

	if (rc == 0)
		rc = markdown_parse(&blocks, article, in->len - (size_t)(article - in->data), err);
	if (rc < 0)
		return rc;
	markdown_layout(&page, blocks, segmenter, width);
	for (size_t i = 0; i < page.count; i++) {
		const struct markdown_line *line = &page.lines[i];
		const char *text = line->text;

		strbuf_addf(out, "%3zu|", line->source + 1);
		for (size_t run = 0; run < line->run_count; text += line->runs[run++].len)
			add_run(out, text, &line->runs[run]);
		strbuf_adds(out, unicode_columns(line->text, line->len) > width ? "  TOO WIDE\n" : "\n");
	}
	markdown_page_clear(&page);
	markdown_free(blocks);
	unicode_segmenter_free(segmenter);
	return 0;
}

/* Every line is plain text, and comes out as Markdown. */
static int escape(struct strbuf *out, const struct strbuf *in, struct error *err)
{
	char *rest = in->data;
	char *line;

	(void)err;
	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL) {
		markdown_escape(out, line, strlen(line));
		strbuf_addc(out, '\n');
	}
	return 0;
}

/* The words that changed, with one paragraph of context. */
static int compare(struct strbuf *out, const struct strbuf *old_text, const struct strbuf *new_text,
		   struct error *err)
{
	struct diff diff;
	int rc = diff_words(&diff, old_text->data, old_text->len, new_text->data, new_text->len, err);

	if (rc < 0)
		return rc;
	diff_format(out, &diff, old_text->data, new_text->data, 1, NULL);
	diff_clear(&diff);
	return 0;
}

/* Both texts as one with CriticMarkup, which must be read back as both. */
static int critic_out(struct strbuf *out, const struct strbuf *old_text, const struct strbuf *new_text,
		      struct error *err)
{
	struct critic critic;
	struct diff diff;
	int rc = diff_words(&diff, old_text->data, old_text->len, new_text->data, new_text->len, err);

	if (rc < 0)
		return rc;
	critic_format(out, &diff, old_text->data, new_text->data, NULL, 0);
	diff_clear(&diff);
	critic_parse(&critic, out->data, out->len);
	if (critic.base.len != old_text->len ||
	    memcmp(critic.base.data, old_text->data, old_text->len) != 0 ||
	    critic.taken.len != new_text->len ||
	    memcmp(critic.taken.data, new_text->data, new_text->len) != 0)
		rc = error_set(err, E_INVALID, "What was written is not read back.");
	critic_clear(&critic);
	return rc;
}

/* The marks of a text with CriticMarkup, what cannot be read of it, and both of its texts. */
static int critic_in(struct strbuf *out, const struct strbuf *in, struct error *err)
{
	static const char *const kinds[] = {"add", "remove", "replace", "highlight", "comment"};
	struct critic critic;

	(void)err;
	critic_parse(&critic, in->data, in->len);
	for (size_t i = 0; i < critic.count; i++) {
		const struct critic_mark *mark = &critic.marks[i];

		strbuf_addf(out, "line %zu: %s [", mark->line, kinds[mark->kind]);
		strbuf_add(out, critic.base.data + mark->start, mark->len);
		strbuf_addf(out, "] \"%s\"", mark->text.data);
		if (mark->about != CRITIC_NOTHING)
			strbuf_addf(out, " about mark %zu", mark->about + 1);
		strbuf_addc(out, '\n');
	}
	for (size_t i = 0; i < critic.flaw_count; i++)
		strbuf_addf(out, "line %zu: %s\n", critic.flaws[i].line, critic.flaws[i].what);
	strbuf_addf(out, "--- refused\n%s--- taken\n%s", critic.base.data, critic.taken.data);
	critic_clear(&critic);
	return 0;
}

static int import_file(struct strbuf *out, const struct strbuf *in, const char *name, struct error *err)
{
	const struct import_options options = {.name = name};
	struct import import;
	int rc = import_text(&import, in->data, in->len, &options, err);

	for (size_t i = 0; rc == 0 && i < import.line_count; i++) {
		const struct import_line *line = &import.lines[i];

		if (line->fate == IMPORT_BLANK)
			continue;
		strbuf_addf(out, "%-7s|", import_fate_name(line->fate));
		strbuf_add(out, line->text, line->len);
		strbuf_addf(out, "%s%s\n", line->what ? "  <- " : "", line->what ? line->what : "");
	}
	for (size_t i = 0; rc == 0 && i < import.warning_count; i++)
		strbuf_addf(out, "warning|%s\n", import.warnings[i]);
	if (rc == 0)
		strbuf_addf(out, "\n%s", import.text);
	import_clear(&import);
	return rc;
}

/* Where each line went and why, warnings, and the article. */
static int import_plain_file(struct strbuf *out, const struct strbuf *in, struct error *err)
{
	return import_file(out, in, NULL, err);
}

static int import_markdown_file(struct strbuf *out, const struct strbuf *in, struct error *err)
{
	return import_file(out, in, "drafts/lake-path.md", err);
}

/* A kind takes one file, or an old and a new one. */
static const struct {
	const char *kind;
	int (*print)(struct strbuf *out, const struct strbuf *in, struct error *err);
	int (*compare)(struct strbuf *out, const struct strbuf *old_text, const struct strbuf *new_text,
		       struct error *err);
} kinds[] = {
    {"critic", .print = critic_in, .compare = critic_out},
    {"diff", .compare = compare},
    {"escape", .print = escape},
    {"import", .print = import_plain_file},
    {"import-markdown", .print = import_markdown_file},
    {"markdown", .print = markdown},
    {"splice", .print = splice},
};

static int print(struct strbuf *out, const char *kind, const struct strbuf *files, int count,
		 struct error *err)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strcmp(kinds[i].kind, kind) != 0)
			continue;
		if (count == 1 && kinds[i].print != NULL)
			return kinds[i].print(out, &files[0], err);
		if (count == 2 && kinds[i].compare != NULL)
			return kinds[i].compare(out, &files[0], &files[1], err);
	}
	return error_set(err, E_NOTFOUND, "There is no kind \"%s\" for %d files.", kind, count);
}

int main(int argc, char **argv)
{
	struct strbuf files[2] = {STRBUF_INIT, STRBUF_INIT};
	struct strbuf out = STRBUF_INIT;
	struct error err;

	if (argc != 3 && argc != 4) {
		fprintf(stderr, "usage: golden KIND FILE [FILE]\n");
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		if (path_read(&files[i - 2], argv[i], INPUT_LIMIT, &err) < 0) {
			fprintf(stderr, "%s\n", err.message);
			return 2;
		}
	}
	if (print(&out, argv[1], files, argc - 2, &err) < 0)
		printf("refused: %s\n", err.message);
	else
		fwrite(out.data, 1, out.len, stdout);
	strbuf_clear(&files[0]);
	strbuf_clear(&files[1]);
	strbuf_clear(&out);
	return 0;
}
