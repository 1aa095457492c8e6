#include "store/repo_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"

/* -- People -- */

static char *trimmed_copy(const char *text, size_t len)
{
	while (len > 0 && (text[0] == ' ' || text[0] == '\t')) {
		text++;
		len--;
	}
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	return mem_strndup(text, len);
}

static bool is_plain(const char *text, const char *refused)
{
	for (const char *at = text; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f || strchr(refused, *at) != NULL)
			return false;
	}
	return text[0] != '\0';
}

int repo_person_parse(struct repo_person *out, const char *text, struct error *err)
{
	const char *open = strchr(text, '<');
	const char *close = open ? strchr(open, '>') : NULL;

	if (close != NULL && close[1 + strspn(close + 1, " \t\r\n")] == '\0') {
		out->name = trimmed_copy(text, (size_t)(open - text));
		out->mail = trimmed_copy(open + 1, (size_t)(close - open - 1));
		if (is_plain(out->name, "<>") && is_plain(out->mail, "<> "))
			return 0;
		repo_person_clear(out);
	}
	return error_set(err, E_INVALID,
			 "\"%s\" is no person: write NAME <MAIL>, as in B. Editor <b@desk.example>.", text);
}

void repo_person_copy(struct repo_person *out, const struct repo_person *person)
{
	out->name = mem_strdup(person->name);
	out->mail = mem_strdup(person->mail);
}

void repo_person_clear(struct repo_person *person)
{
	free(person->name);
	free(person->mail);
	memset(person, 0, sizeof *person);
}

static int ascii_lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool same_ignoring_case(const char *a, const char *b)
{
	while (*a != '\0' && ascii_lower((unsigned char)*a) == ascii_lower((unsigned char)*b)) {
		a++;
		b++;
	}
	return *a == *b;
}

bool repo_person_same(const struct repo_person *a, const struct repo_person *b)
{
	return same_ignoring_case(a->mail, b->mail);
}

int repo_identity(struct repo *repo, struct repo_person *out, struct error *err)
{
	char *name = repo_config(repo, "user.name");
	char *mail = repo_config(repo, "user.email");
	char *text;
	int rc;

	if (name == NULL || mail == NULL || name[0] == '\0' || mail[0] == '\0') {
		free(name);
		free(mail);
		return error_set(
		    err, E_NOTFOUND,
		    "copydesk does not know who you are: run git config --global user.name \"Your Name\" and "
		    "git config --global user.email you@desk.example, or start it with "
		    "--as 'Your Name <you@desk.example>'.");
	}
	text = mem_printf("%s <%s>", name, mail);
	rc = repo_person_parse(out, text, err);
	free(text);
	free(name);
	free(mail);
	return rc;
}

/* -- Trailers -- */

/* A continued value as one line. */
static char *unfolded(const char *value)
{
	struct strbuf out = STRBUF_INIT;
	char *copy;

	for (const char *at = value; *at != '\0'; at++) {
		if (*at != '\n' && *at != '\r') {
			strbuf_addc(&out, *at);
			continue;
		}
		strbuf_trim_end(&out);
		at += strspn(at, " \t\r\n") - 1;
		strbuf_addc(&out, ' ');
	}
	copy = trimmed_copy(out.data, out.len);
	strbuf_clear(&out);
	return copy;
}

void repo_trailers_read(struct repo_trailers *out, const char *message)
{
	git_message_trailer_array list = {0};

	memset(out, 0, sizeof *out);
	git_libgit2_init();
	if (git_message_trailers(&list, message) < 0)
		list.count = 0;
	out->items = mem_grow(NULL, &out->capacity, list.count, sizeof *out->items);
	for (size_t i = 0; i < list.count; i++) {
		out->items[i].key = mem_strdup(list.trailers[i].key);
		/* After an empty value libgit2 takes the next trailer for it. */
		out->items[i].value =
		    unfolded(list.trailers[i].value[0] == '\n' ? "" : list.trailers[i].value);
	}
	out->count = list.count;
	git_message_trailer_array_free(&list);
	git_libgit2_shutdown();
}

void repo_trailers_clear(struct repo_trailers *trailers)
{
	for (size_t i = 0; i < trailers->count; i++) {
		free(trailers->items[i].key);
		free(trailers->items[i].value);
	}
	free(trailers->items);
	memset(trailers, 0, sizeof *trailers);
}

const char *repo_trailers_get(const struct repo_trailers *trailers, const char *key)
{
	for (size_t i = 0; i < trailers->count; i++) {
		if (same_ignoring_case(trailers->items[i].key, key))
			return trailers->items[i].value;
	}
	return NULL;
}

void repo_message_trailer(struct strbuf *out, const char *key, const char *value)
{
	char *line = unfolded(value);

	/* Without a value libgit2 takes the next line for it. */
	if (line[0] != '\0')
		strbuf_addf(out, "%s: %s\n", key, line);
	free(line);
}

/* -- Typed text -- */

/*
 * A line with the white space of isspace() alone ends a paragraph for git, so it does here; text
 * without its NULs and with LF for CR LF.
 */
struct line {
	const char *text;
	size_t len;
};

static bool next_line(const char **at, const char *end, struct line *out)
{
	const char *newline;

	if (*at >= end)
		return false;
	newline = memchr(*at, '\n', (size_t)(end - *at));
	out->text = *at;
	out->len = (size_t)((newline ? newline : end) - *at);
	*at = newline ? newline + 1 : end;
	return true;
}

static bool is_blank(const struct line *line)
{
	for (size_t i = 0; i < line->len; i++) {
		if (strchr(" \t\r\v\f", line->text[i]) == NULL)
			return false;
	}
	return true;
}

static bool is_indented(const struct line *line)
{
	return line->len >= 2 && line->text[0] == ' ' && line->text[1] == ' ';
}

static bool starts_with(const struct line *line, const char *with)
{
	return line->len >= strlen(with) && memcmp(line->text, with, strlen(with)) == 0;
}

/*
 * Whether git could see more than prose in a line (git-interpret-trailers(1)): "token:", also with
 * the separators that people configure; a comment; the start of a patch; a scissors line, whatever
 * the comment character.
 */
static bool is_risky(const struct line *line)
{
	size_t i = 0;

	if (starts_with(line, "#") || starts_with(line, "---"))
		return true;
	if (memmem(line->text, line->len, ">8", 2) != NULL)
		return true;
	while (i < line->len && (isalnum((unsigned char)line->text[i]) || line->text[i] == '-'))
		i++;
	while (i > 0 && i < line->len && (line->text[i] == ' ' || line->text[i] == '\t'))
		i++;
	return i > 0 && i < line->len && strchr(":=#", line->text[i]) != NULL;
}

/*
 * The end of the run of lines at start that are all blank or all not; says whether one of them is
 * risky and whether all of them are indented already.
 */
static const char *paragraph(const char *start, const char *end, bool *blank, bool *risky, bool *indented)
{
	const char *at = start;
	const char *done = start;
	struct line line;

	*risky = false;
	*indented = true;
	while (next_line(&at, end, &line)) {
		if (done == start)
			*blank = is_blank(&line);
		else if (is_blank(&line) != *blank)
			break;
		*risky = *risky || is_risky(&line);
		*indented = *indented && is_indented(&line);
		done = at;
	}
	return done;
}

/* Copies lines with two spaces put before each, or taken away. */
static void copy_lines(struct strbuf *out, const char *start, const char *end, int shift)
{
	struct line line;

	while (next_line(&start, end, &line)) {
		size_t skip = shift < 0 ? 2 : 0;

		if (shift > 0)
			strbuf_adds(out, "  ");
		strbuf_add(out, line.text + skip, line.len - skip);
		strbuf_addc(out, '\n');
	}
}

/* Text without NULs, with LF for CR LF, without blank lines at its start and end. */
static void normalise(struct strbuf *out, const char *text, size_t len)
{
	struct line line;
	const char *at;
	size_t lead = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] != '\0' && !(text[i] == '\r' && i + 1 < len && text[i + 1] == '\n'))
			strbuf_addc(out, text[i]);
	}
	at = out->data;
	while (next_line(&at, out->data + out->len, &line) && is_blank(&line))
		lead = (size_t)(at - out->data);
	strbuf_splice(out, 0, lead, "", 0);
	while (out->len > 0 && strchr(" \t\r\n\v\f", out->data[out->len - 1]) != NULL)
		strbuf_truncate(out, out->len - 1);
}

void repo_message_body(struct strbuf *out, const char *text, size_t len)
{
	struct strbuf plain = STRBUF_INIT;
	const char *at;
	const char *end;

	normalise(&plain, text, len);
	if (out->len > 0 && out->data[out->len - 1] != '\n')
		strbuf_addc(out, '\n');
	strbuf_addc(out, '\n');
	at = plain.data;
	end = plain.data + plain.len;
	while (at < end) {
		bool blank = false;
		bool risky;
		bool indented;
		const char *done = paragraph(at, end, &blank, &risky, &indented);

		copy_lines(out, at, done, !blank && (risky || indented) ? 1 : 0);
		at = done;
	}
	if (plain.len > 0)
		strbuf_addc(out, '\n');
	strbuf_clear(&plain);
}

/* Where the last paragraph starts, when it is one of trailers; else the end. */
static const char *typed_end(const char *message, const char *start, const char *end)
{
	struct repo_trailers trailers;
	const char *last = start;
	const char *at = start;
	bool after_blank = true;
	struct line line;

	repo_trailers_read(&trailers, message);
	while (trailers.count > 0 && next_line(&at, end, &line)) {
		if (!is_blank(&line) && after_blank)
			last = line.text;
		after_blank = is_blank(&line);
	}
	if (trailers.count > 0)
		end = last;
	repo_trailers_clear(&trailers);
	return end;
}

void repo_message_typed(struct strbuf *out, const char *message)
{
	const char *end = message + strlen(message);
	const char *at = message;
	struct line line;
	size_t from = out->len;
	bool more;

	do {
		more = next_line(&at, end, &line);
	} while (more && !is_blank(&line));
	end = typed_end(message, at, end);
	while (at < end) {
		bool blank = false;
		bool risky;
		bool indented;
		const char *done = paragraph(at, end, &blank, &risky, &indented);

		copy_lines(out, at, done, !blank && indented ? -1 : 0);
		at = done;
	}
	while (out->len > from && strchr(" \t\r\n\v\f", out->data[out->len - 1]) != NULL)
		strbuf_truncate(out, out->len - 1);
}
