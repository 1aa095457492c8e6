#include "text/markdown.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "text/frontmatter.h"
#include "text/markdown_internal.h"
#include "text/unicode.h"

#define KNOWN_STYLES (MARKDOWN_META * 2 - 1)

/* -- Blocks -- */

static void begin_block(struct markdown *md, enum markdown_kind kind, uint32_t container, uint32_t number,
			size_t source)
{
	md->blocks = mem_grow(md->blocks, &md->block_capacity, md->block_count + 1, sizeof *md->blocks);
	md->blocks[md->block_count++] = (struct markdown_block){
	    .kind = kind,
	    .container = container,
	    .number = number,
	    .source = source,
	    .start = md->text.len,
	    .first_span = md->span_count,
	};
}

/* Appends text to the last block; line ends in it are meant. */
static void add_text(struct markdown *md, unsigned style, size_t source, const char *text, size_t len)
{
	struct markdown_block *block = &md->blocks[md->block_count - 1];

	md->spans = mem_grow(md->spans, &md->span_capacity, md->span_count + 1, sizeof *md->spans);
	md->spans[md->span_count++] = (struct markdown_span){.len = len, .style = style, .source = source};
	strbuf_add(&md->text, text, len);
	block->len += len;
	block->span_count++;
}

/* -- Line ends of the source -- */

static bool is_hangul(int32_t c)
{
	return (c >= 0x1100 && c <= 0x11ff) || (c >= 0x3130 && c <= 0x318f) || (c >= 0xa960 && c <= 0xa97f) ||
	       (c >= 0xac00 && c <= 0xd7ff);
}

/* Marks that Chinese and Latin texts share: what stands beyond them tells whose they are. */
static bool is_shared_mark(int32_t c)
{
	return c == 0xb7 || (c >= 0x2014 && c <= 0x201d) || c == 0x2026;
}

/* Whether the cluster at pos belongs to a script that is written without spaces: wide, but not Hangul. */
static bool is_spaceless(const char *text, size_t len, size_t pos, int32_t c)
{
	struct unicode_glyph glyph;

	unicode_glyph(text, len, pos, 0, &glyph);
	return glyph.columns == 2 && !glyph.marked && !is_hangul(c);
}

/* How far to look from a line end, in bytes: a few marks, and no more in a text made to be slow. */
#define NEAR ((size_t)64)

static bool ends_spaceless(const char *text, size_t len)
{
	size_t start = len > NEAR ? len - NEAR : 0;
	int32_t c;

	for (size_t pos = len - start; pos > 0;) {
		pos = unicode_previous(text + start, len - start, pos);
		unicode_decode(text + start, len - start, pos, &c);
		if (!is_shared_mark(c))
			return is_spaceless(text + start, len - start, pos, c);
	}
	return false;
}

static bool starts_spaceless(const char *text, size_t len)
{
	int32_t c;

	len = len > NEAR ? NEAR : len;
	for (size_t pos = 0; pos < len; pos = unicode_next(text, len, pos)) {
		unicode_decode(text, len, pos, &c);
		if (!is_shared_mark(c))
			return is_spaceless(text, len, pos, c);
	}
	return false;
}

/*
 * Takes out the last block's soft line ends that stand between two characters of a script without
 * spaces (CSS Text 3, section 4.1.3 "Segment Break Transformation Rules"); the others stay as spaces.
 */
static void join_lines(struct markdown *md)
{
	struct markdown_block *block = &md->blocks[md->block_count - 1];
	struct markdown_span *spans = md->spans + block->first_span;
	char *text = md->text.data + block->start;
	size_t spans_kept = 0;
	size_t kept = 0; /* bytes */
	size_t pos = 0;

	for (size_t i = 0; i < block->span_count; i++) {
		size_t len = spans[i].len;
		size_t after = pos + len;
		bool drop = spans[i].soft && ends_spaceless(text, kept) &&
			    starts_spaceless(text + after, block->len - after);

		if (!drop) {
			memmove(text + kept, text + pos, len);
			kept += len;
			spans[spans_kept++] = spans[i];
		}
		pos = after;
	}
	md->span_count -= block->span_count - spans_kept;
	block->span_count = spans_kept;
	strbuf_truncate(&md->text, md->text.len - (block->len - kept));
	block->len = kept;
}

/* -- Reading what the child wrote: nothing of it is believed -- */

struct reader {
	struct markdown *md;
	const char *at;
	size_t left;   /* bytes */
	size_t lines;  /* of the article before the body */
	size_t source; /* the last line that was told; lines never fall */
	bool in_block; /* text may follow */
	bool soft;     /* the block has soft line ends */
	bool bad;
};

static uint32_t take_number(struct reader *r)
{
	uint32_t number = 0;

	if (r->left < sizeof number) {
		r->bad = true;
		return 0;
	}
	memcpy(&number, r->at, sizeof number);
	r->at += sizeof number;
	r->left -= sizeof number;
	return number;
}

static uint32_t take_below(struct reader *r, uint32_t bound)
{
	uint32_t number = take_number(r);

	if (number >= bound) {
		r->bad = true;
		return 0;
	}
	return number;
}

/* The index of a container, or MARKDOWN_NONE. */
static uint32_t take_container(struct reader *r)
{
	uint32_t index = take_number(r);

	if (index != MARKDOWN_NONE && index >= r->md->container_count)
		r->bad = true;
	return r->bad ? MARKDOWN_NONE : index;
}

/* A line of the body from 1, or 0 for the line before; gives one of the article from 0. */
static size_t take_line(struct reader *r)
{
	uint32_t line = take_number(r);

	if (line > 0 && r->lines + line - 1 > r->source)
		r->source = r->lines + line - 1;
	return r->source;
}

static void end_block(struct reader *r)
{
	if (r->in_block && r->soft)
		join_lines(r->md);
	r->in_block = false;
	r->soft = false;
}

static void read_container(struct reader *r)
{
	struct markdown *md = r->md;
	struct markdown_container container = {0};

	container.kind = (enum markdown_container_kind)take_below(r, MARKDOWN_CONTAINER_KINDS);
	container.tight = take_below(r, 2) == 1;
	container.parent = take_container(r);
	container.number = take_number(r);
	container.width = take_below(r, 12);
	if (container.parent != MARKDOWN_NONE)
		container.depth = md->containers[container.parent].depth + 1;
	if (container.depth >= MARKDOWN_DEPTH)
		r->bad = true;
	if (r->bad)
		return;
	end_block(r);
	md->containers = mem_grow(md->containers, &md->container_capacity, md->container_count + 1,
				  sizeof *md->containers);
	md->containers[md->container_count++] = container;
}

static void read_block(struct reader *r)
{
	enum markdown_kind kind = (enum markdown_kind)take_below(r, MARKDOWN_KINDS_FROM_CHILD);
	uint32_t container = take_container(r);
	uint32_t number = take_number(r);
	size_t source = take_line(r);

	if (r->bad)
		return;
	end_block(r);
	begin_block(r->md, kind, container, number, source);
	r->in_block = true;
}

/* One span for each line, so that code and HTML know theirs. */
static void read_text(struct reader *r)
{
	unsigned style = take_number(r);
	size_t source = take_line(r);
	uint32_t len = take_number(r);

	if (!r->in_block || (style & ~(unsigned)KNOWN_STYLES) != 0 || len > r->left)
		r->bad = true;
	if (r->bad)
		return;
	for (size_t start = 0; start < len;) {
		const char *lf = memchr(r->at + start, '\n', len - start);
		size_t end = lf != NULL ? (size_t)(lf - r->at) + 1 : len;

		add_text(r->md, style, source, r->at + start, end - start);
		r->source = source;
		if (lf != NULL)
			source++;
		start = end;
	}
	r->at += len;
	r->left -= len;
}

static void read_break(struct reader *r, bool soft)
{
	unsigned style = soft ? take_number(r) : 0;

	if (!r->in_block || (style & ~(unsigned)KNOWN_STYLES) != 0)
		r->bad = true;
	if (r->bad)
		return;
	add_text(r->md, style, r->source, soft ? " " : "\n", 1);
	r->md->spans[r->md->span_count - 1].soft = soft;
	r->soft = r->soft || soft;
}

static void read_cell_end(struct reader *r)
{
	const struct markdown *md = r->md;

	if (r->in_block && (md->blocks[md->block_count - 1].kind == MARKDOWN_TABLE_HEAD ||
			    md->blocks[md->block_count - 1].kind == MARKDOWN_TABLE_ROW)) {
		add_text(r->md, 0, r->source, "\n", 1);
		r->md->spans[r->md->span_count - 1].cell_end = true;
	} else {
		r->bad = true;
	}
}

bool markdown_read(struct markdown *markdown, const char *records, size_t len, size_t lines)
{
	struct reader r = {.md = markdown, .at = records, .left = len, .lines = lines};

	while (!r.bad && r.left > 0) {
		char kind = *r.at++;

		r.left--;
		switch (kind) {
		case 'C':
			read_container(&r);
			break;
		case 'B':
			read_block(&r);
			break;
		case 'T':
			read_text(&r);
			break;
		case 'D':
			read_cell_end(&r);
			break;
		case 'S':
		case 'H':
			read_break(&r, kind == 'S');
			break;
		case 'E':
			end_block(&r);
			return r.left == 0;
		default:
			return false;
		}
	}
	return false;
}

/* -- The header block -- */

static void add_plain(struct strbuf *out, const char *text)
{
	for (; *text != '\0'; text++)
		strbuf_addc(out, *text == '\n' || *text == '\r' ? ' ' : *text);
}

static bool has_han(const char *text)
{
	size_t len = strlen(text);
	int32_t c;

	for (size_t pos = 0; pos < len;) {
		pos += unicode_decode(text, len, pos, &c);
		if (unicode_is_han(c))
			return true;
	}
	return false;
}

/* The language that the article names, or else the script of its headline. */
static bool is_chinese(const struct frontmatter *fm)
{
	const char *language = frontmatter_get(fm, "language");
	const char *title = frontmatter_get(fm, "title");

	if (language != NULL)
		return strncmp(language, "zh", 2) == 0;
	return title != NULL && has_han(title);
}

/* The date as it is written in the article, in words of its language; its time and zone are left out. */
static void add_date(struct strbuf *out, const char *date, bool chinese)
{
	static const char *const months[] = {"January",   "February", "March",    "April",
					     "May",       "June",     "July",     "August",
					     "September", "October",  "November", "December"};
	int year, month, day;
	int64_t time;

	if (!clock_parse(&time, date, 0) || sscanf(date, "%4d-%2d-%2d", &year, &month, &day) != 3)
		add_plain(out, date);
	else if (chinese)
		strbuf_addf(out, "%d年%d月%d日", year, month, day);
	else
		strbuf_addf(out, "%d %s %d", day, months[month - 1], year);
}

static void add_part(struct strbuf *meta, const char *part, const char *between)
{
	if (part == NULL || part[0] == '\0')
		return;
	if (meta->len > 0)
		strbuf_adds(meta, between);
	add_plain(meta, part);
}

static void add_meta(struct strbuf *out, const struct frontmatter *fm)
{
	struct strbuf names = STRBUF_INIT;
	const char *date = frontmatter_get(fm, "date");
	bool chinese = is_chinese(fm);

	if (date != NULL)
		add_date(out, date, chinese);
	for (size_t i = 0; i < frontmatter_items(fm, "byline"); i++)
		add_part(&names, frontmatter_item(fm, "byline", i), chinese ? "、" : ", ");
	add_part(out, names.data, " · ");
	add_part(out, frontmatter_get(fm, "source"), " · ");
	strbuf_clear(&names);
}

static void add_header_block(struct markdown *md, enum markdown_kind kind, unsigned style,
			     const struct strbuf *text)
{
	if (text->len == 0)
		return;
	begin_block(md, kind, MARKDOWN_NONE, 0, 0);
	add_text(md, style, 0, text->data, text->len);
}

static void add_header(struct markdown *md, const struct frontmatter *fm)
{
	const char *title = frontmatter_get(fm, "title");
	struct strbuf headline = STRBUF_INIT;
	struct strbuf meta = STRBUF_INIT;

	if (title != NULL)
		add_plain(&headline, title);
	add_meta(&meta, fm);
	add_header_block(md, MARKDOWN_HEADLINE_BLOCK, MARKDOWN_HEADLINE, &headline);
	add_header_block(md, MARKDOWN_META_BLOCK, MARKDOWN_META, &meta);
	strbuf_clear(&headline);
	strbuf_clear(&meta);
}

/* While front matter is being typed it is often broken: the body is shown all the same, and why. */
static void add_problem(struct markdown *md, const struct error *problem)
{
	begin_block(md, MARKDOWN_PARAGRAPH, MARKDOWN_NONE, 0, 0);
	add_text(md, MARKDOWN_NOTE, 0, problem->message, strlen(problem->message));
}

/* -- The child -- */

/* Appends what the child makes of a body; in case of failure out is as it was. */
static int run_child(int (*function)(void *body, int fd), struct markdown_body body, size_t memory,
		     int deadline, struct strbuf *out, struct error *err)
{
	size_t before = out->len;
	int rc = spawn_isolated(function, &body, memory, deadline, out, err);

	if (rc < 0)
		strbuf_truncate(out, before);
	if (rc == E_CANCELLED)
		return error_set(
		    err, rc,
		    "This text cannot be shown: its markup is so deeply nested that it takes longer "
		    "than %d s.",
		    (deadline + 999) / 1000);
	if (rc == E_INVALID)
		return error_set(err, rc,
				 "This text cannot be shown: it is so long or so deeply nested that it takes "
				 "more than %zu MiB of memory.",
				 memory >> 20);
	return rc;
}

/* What is to be parsed, and within which limits. */
struct parse {
	struct markdown_body body;
	const struct frontmatter *fm;
	const struct error *problem; /* of it, or NULL */
	size_t below;                /* lines between it and the body */
	size_t memory;               /* bytes */
	int deadline;                /* milliseconds */
};

static int parse(struct markdown **out, const struct parse *parse, struct error *err)
{
	struct markdown *md = mem_zalloc(1, sizeof *md);
	struct strbuf records = STRBUF_INIT;
	int rc;

	md->text = (struct strbuf)STRBUF_INIT;
	if (parse->problem != NULL)
		add_problem(md, parse->problem);
	else if (parse->below == 0)
		add_header(md, parse->fm);
	rc = run_child(markdown_child_records, parse->body, parse->memory, parse->deadline, &records, err);
	if (rc == 0 &&
	    !markdown_read(md, records.data, records.len, frontmatter_lines(parse->fm) + parse->below))
		rc = error_set(err, E_IO,
			       "This text cannot be shown: the helper process gave a broken answer.");
	strbuf_clear(&records);
	if (rc < 0)
		markdown_free(md);
	else
		*out = md;
	return rc;
}

int markdown_parse_within(struct markdown **out, const char *text, size_t len, size_t memory, int deadline,
			  struct error *err)
{
	struct parse what = {.memory = memory, .deadline = deadline};
	struct frontmatter *fm;
	struct error problem;
	int rc;

	if (frontmatter_parse(&fm, text, len, &problem) < 0)
		what.problem = &problem;
	what.fm = fm;
	what.body = (struct markdown_body){text + frontmatter_body(fm), len - frontmatter_body(fm)};
	rc = parse(out, &what, err);
	frontmatter_free(fm);
	return rc;
}

/* What is only long may take longer. */
static int deadline_of(size_t len)
{
	return MARKDOWN_DEADLINE + (int)(len >> 20) * MARKDOWN_PER_MIB;
}

int markdown_parse(struct markdown **out, const char *text, size_t len, struct error *err)
{
	return markdown_parse_within(out, text, len, MARKDOWN_MEMORY, deadline_of(len), err);
}

int markdown_parse_part(struct markdown **out, const char *text, size_t len, size_t head, size_t below,
			struct error *err)
{
	struct parse what = {.body = {text + head, len - head},
			     .below = below,
			     .memory = MARKDOWN_MEMORY,
			     .deadline = deadline_of(len)};
	struct frontmatter *fm;
	struct error problem;
	int rc;

	if (frontmatter_parse(&fm, text, head, &problem) < 0)
		what.problem = &problem;
	what.fm = fm;
	rc = parse(out, &what, err);
	frontmatter_free(fm);
	return rc;
}

void markdown_free(struct markdown *markdown)
{
	if (markdown == NULL)
		return;
	strbuf_clear(&markdown->text);
	free(markdown->containers);
	free(markdown->blocks);
	free(markdown->spans);
	free(markdown);
}

int markdown_html(struct strbuf *out, const char *text, size_t len, struct error *err)
{
	struct frontmatter *fm;
	size_t start;

	(void)frontmatter_parse(&fm, text, len, NULL);
	start = frontmatter_body(fm);
	frontmatter_free(fm);
	return run_child(markdown_child_html, (struct markdown_body){text + start, len - start},
			 MARKDOWN_MEMORY, deadline_of(len), out, err);
}
