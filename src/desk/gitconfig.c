#include "desk/gitconfig.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"

struct reader {
	const char *file;
	const char *text;
	size_t len;
	size_t pos;
	size_t next_line;      /* of pos, from 1 */
	size_t line;           /* where what is being read starts */
	struct strbuf section; /* that is open; empty before the first */
	struct strbuf name;
	bool named;
	int (*visit)(void *context, const struct gitconfig_item *item);
	void *context;
	struct error *err;
};

static int wrong(const struct reader *r, const char *what)
{
	return error_set(r->err, E_INVALID, "%s, line %zu: %s", r->file, r->line, what);
}

/* -- Characters; CR LF counts as one line end -- */

#define END (-1)

static int peek(const struct reader *r)
{
	if (r->pos >= r->len)
		return END;
	if (r->text[r->pos] == '\r' && r->pos + 1 < r->len && r->text[r->pos + 1] == '\n')
		return '\n';
	return (unsigned char)r->text[r->pos];
}

static int take(struct reader *r)
{
	int c = peek(r);

	if (c == END)
		return END;
	r->pos += r->text[r->pos] == '\r' && c == '\n' ? 2 : 1;
	if (c == '\n')
		r->next_line++;
	return c;
}

static void skip_blanks(struct reader *r)
{
	while (peek(r) == ' ' || peek(r) == '\t')
		take(r);
}

static void skip_comment(struct reader *r)
{
	while (peek(r) != '\n' && peek(r) != END)
		take(r);
}

/* A word of letters, digits, hyphens and dots, in lower case because git compares it so. */
static void read_word(struct reader *r, struct strbuf *out)
{
	while (isalnum(peek(r)) || peek(r) == '-' || peek(r) == '.')
		strbuf_addc(out, (char)tolower(take(r)));
}

/* -- Values -- */

static int read_escape(struct reader *r, struct strbuf *out)
{
	static const char from[] = "ntb\"\\";
	static const char to[] = "\n\t\b\"\\";
	int c = take(r);
	const char *at = c > 0 ? strchr(from, c) : NULL;

	if (at == NULL)
		return wrong(r, "a backslash stands before what needs none; write \\\\ for a backslash.");
	strbuf_addc(out, to[at - from]);
	return 0;
}

/* The value after "=", to the end of its line or lines. */
static int read_value(struct reader *r, struct strbuf *out)
{
	bool quoted = false;
	size_t keep = 0; /* blanks after this are trimmed if nothing follows */
	int rc = 0;
	int c;

	while (rc == 0 && (c = take(r)) != END && c != '\n') {
		if (c == '\\' && peek(r) == '\n') {
			take(r);
			continue;
		}
		if (!quoted && (c == '#' || c == ';')) {
			skip_comment(r);
			continue;
		}
		if (!quoted && isspace(c)) {
			if (out->len > 0)
				strbuf_addc(out, ' ');
			continue;
		}
		if (c == '"')
			quoted = !quoted;
		else if (c == '\\')
			rc = read_escape(r, out);
		else
			strbuf_addc(out, (char)c);
		keep = out->len;
	}
	if (rc == 0 && quoted)
		return wrong(r, "a quotation mark is never closed; put another \" at the value's end.");
	strbuf_truncate(out, keep);
	if (rc == 0 && memchr(out->data, '\0', out->len) != NULL)
		return wrong(r, "the value holds a NUL byte; take it out.");
	return rc;
}

/* -- Lines -- */

static int visit(struct reader *r, const char *key, const char *value)
{
	struct gitconfig_item item = {.section = r->section.data,
				      .name = r->named ? r->name.data : NULL,
				      .key = key,
				      .value = value,
				      .line = r->line};

	return r->visit(r->context, &item);
}

/* The name in quotation marks of a header; a backslash takes the next character as it is. */
static int read_name(struct reader *r)
{
	int c;

	take(r);
	while ((c = take(r)) != '"') {
		if (c == '\\')
			c = take(r);
		if (c == END || c == '\n' || c == '\0')
			return wrong(r, "the name of this section is never closed; put \"] at its end.");
		strbuf_addc(&r->name, (char)c);
	}
	return 0;
}

static int read_section(struct reader *r)
{
	int rc = 0;

	strbuf_reset(&r->section);
	strbuf_reset(&r->name);
	take(r);
	read_word(r, &r->section);
	skip_blanks(r);
	r->named = peek(r) == '"';
	if (r->named)
		rc = read_name(r);
	if (rc == 0 && (r->section.len == 0 || take(r) != ']'))
		rc = wrong(r, "this is no section; put its name there, as [rules] or [step \"review\"].");
	return rc == 0 ? visit(r, NULL, NULL) : rc;
}

static int read_key(struct reader *r)
{
	struct strbuf key = STRBUF_INIT;
	struct strbuf value = STRBUF_INIT;
	bool alone;
	int rc = 0;

	if (isalpha(peek(r)))
		read_word(r, &key);
	skip_blanks(r);
	alone = key.len > 0 && strchr("\n#;", peek(r) == END ? '\n' : peek(r)) != NULL;
	if (key.len == 0 || strchr(key.data, '.') != NULL || (!alone && take(r) != '='))
		rc = wrong(r,
			   "this is neither [section] nor key = value; put one of the two, or # before it.");
	else if (r->section.len == 0)
		rc = wrong(r, "this stands in no section; put a line such as [newsroom] above it.");
	else if (!alone)
		rc = read_value(r, &value);
	if (rc == 0)
		rc = visit(r, key.data, alone ? NULL : value.data);
	strbuf_clear(&key);
	strbuf_clear(&value);
	return rc;
}

int gitconfig_read(const char *file, const char *text, size_t len,
		   int (*visitor)(void *context, const struct gitconfig_item *item), void *context,
		   size_t *lines, struct error *err)
{
	struct reader r = {.file = file,
			   .text = text,
			   .len = len,
			   .next_line = 1,
			   .section = STRBUF_INIT,
			   .name = STRBUF_INIT,
			   .visit = visitor,
			   .context = context,
			   .err = err};
	int rc = 0;

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		r.pos = 3;
	while (rc == 0 && peek(&r) != END) {
		int c = peek(&r);

		r.line = r.next_line;
		if (c == '#' || c == ';')
			skip_comment(&r);
		else if (isspace(c))
			take(&r);
		else
			rc = c == '[' ? read_section(&r) : read_key(&r);
	}
	*lines = r.next_line;
	strbuf_clear(&r.section);
	strbuf_clear(&r.name);
	return rc;
}
