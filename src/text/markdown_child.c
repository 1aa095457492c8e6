/*
 * What runs in the child process, which may crash, run out of memory or be killed: nothing here is
 * called from elsewhere, and ICU is not used.
 */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>

#include "base/mem.h"
#include "base/path.h"
#include "text/markdown.h"
#include "text/markdown_internal.h"

/* A link target and its number in the list at the end. */
struct note {
	char *url;
	char *title;
	uint32_t number;
};

struct writer {
	const struct markdown_body *body;
	struct strbuf out;
	size_t *lines; /* where the lines of the body start */
	size_t line_count, line_capacity;
	uint32_t containers;            /* written so far */
	uint32_t ids[MARKDOWN_DEPTH];   /* of the open containers */
	uint32_t items[MARKDOWN_DEPTH]; /* the number of the next item, by the depth of its list */
	uint32_t digits[MARKDOWN_DEPTH];
	size_t depth;    /* of open containers, also of those that are too deep to be told */
	unsigned quotes; /* open ones of each */
	unsigned strong, emphasis, links, images;
	uint32_t footnotes; /* definitions written so far */
	unsigned block_style;
	uint32_t line; /* of the body, from 1; counted here, because cmark loses count within paragraphs */
	void *known;   /* tsearch(3) tree of struct note by URL */
	struct note **notes;
	size_t note_count, note_capacity;
};

/* -- Records -- */

static void put_number(struct writer *w, uint32_t number)
{
	strbuf_add(&w->out, &number, sizeof number);
}

static void put_text(struct writer *w, unsigned style, const char *text, size_t len)
{
	if (len == 0 || len > UINT32_MAX)
		return;
	strbuf_addc(&w->out, 'T');
	put_number(w, style);
	put_number(w, w->line);
	put_number(w, (uint32_t)len);
	strbuf_add(&w->out, text, len);
}

static uint32_t innermost(const struct writer *w)
{
	size_t depth = w->depth < MARKDOWN_DEPTH ? w->depth : MARKDOWN_DEPTH;

	return depth > 0 ? w->ids[depth - 1] : MARKDOWN_NONE;
}

static void put_block(struct writer *w, enum markdown_kind kind, uint32_t number, int line)
{
	static const unsigned styles[MARKDOWN_KINDS_FROM_CHILD] = {
	    [MARKDOWN_TITLE_BLOCK] = MARKDOWN_HEADING, [MARKDOWN_CODE_BLOCK] = MARKDOWN_CODE,
	    [MARKDOWN_HTML_BLOCK] = MARKDOWN_NOTE,     [MARKDOWN_LINK_NOTE] = MARKDOWN_NOTE,
	    [MARKDOWN_TABLE_HEAD] = MARKDOWN_STRONG,
	};

	w->block_style = styles[kind];
	w->line = line > 0 ? (uint32_t)line : 0;
	strbuf_addc(&w->out, 'B');
	put_number(w, kind);
	put_number(w, innermost(w));
	put_number(w, number);
	put_number(w, w->line);
}

static void put_container(struct writer *w, enum markdown_container_kind kind, bool tight, uint32_t number,
			  uint32_t width)
{
	uint32_t parent = innermost(w);

	w->depth++;
	if (w->depth > MARKDOWN_DEPTH)
		return;
	strbuf_addc(&w->out, 'C');
	put_number(w, kind);
	put_number(w, tight);
	put_number(w, parent);
	put_number(w, number);
	put_number(w, width);
	w->ids[w->depth - 1] = w->containers++;
}

static unsigned style(const struct writer *w)
{
	return w->block_style | (w->strong ? MARKDOWN_STRONG : 0) | (w->emphasis ? MARKDOWN_EMPHASIS : 0) |
	       (w->links ? MARKDOWN_LINK : 0) | (w->quotes ? MARKDOWN_QUOTE : 0);
}

/* -- Containers -- */

static uint32_t digits_of(uint32_t number)
{
	uint32_t digits = 1;

	for (; number >= 10; number /= 10)
		digits++;
	return digits;
}

static void open_quote(struct writer *w, cmark_node *node)
{
	(void)node;
	put_container(w, MARKDOWN_BLOCK_QUOTE, false, 0, 0);
	w->quotes++;
}

static void open_list(struct writer *w, cmark_node *node)
{
	bool bullets = cmark_node_get_list_type(node) == CMARK_BULLET_LIST;
	bool paren = cmark_node_get_list_delim(node) == CMARK_PAREN_DELIM;
	uint32_t start = (uint32_t)cmark_node_get_list_start(node);
	uint32_t last = start;

	for (cmark_node *item = cmark_node_first_child(node); item != NULL; item = cmark_node_next(item))
		last++;
	put_container(w,
		      bullets ? MARKDOWN_BULLET_LIST
		      : paren ? MARKDOWN_PAREN_LIST
			      : MARKDOWN_ORDERED_LIST,
		      cmark_node_get_list_tight(node), 0, 0);
	if (w->depth <= MARKDOWN_DEPTH) {
		w->items[w->depth - 1] = start;
		w->digits[w->depth - 1] = digits_of(last - 1);
	}
}

static void open_item(struct writer *w, cmark_node *node)
{
	size_t list = w->depth - 1;

	(void)node;
	if (w->depth > MARKDOWN_DEPTH)
		put_container(w, MARKDOWN_ITEM, false, 0, 0);
	else
		put_container(w, MARKDOWN_ITEM, false, w->items[list]++, w->digits[list]);
}

static void close_container(struct writer *w, cmark_node *node)
{
	if (cmark_node_first_child(node) == NULL)
		put_block(w, MARKDOWN_EMPTY, 0, cmark_node_get_start_line(node));
	w->depth--;
}

static void close_quote(struct writer *w, cmark_node *node)
{
	close_container(w, node);
	w->quotes--;
}

/* cmark gives them at the end, in the order of their first references, and only those that have one. */
static void open_footnote(struct writer *w, cmark_node *node)
{
	(void)node;
	put_container(w, MARKDOWN_FOOTNOTE, false, ++w->footnotes, 0);
}

/* -- Blocks -- */

static void add_line(struct writer *w, size_t start)
{
	w->lines = mem_grow(w->lines, &w->line_capacity, w->line_count + 1, sizeof *w->lines);
	w->lines[w->line_count++] = start;
}

/* A line ends with LF, CR LF or CR (CommonMark 0.30 section 2.1). */
static void find_lines(struct writer *w)
{
	const char *text = w->body->text;
	size_t len = w->body->len;

	add_line(w, 0);
	for (size_t i = 0; i + 1 < len; i++)
		if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n'))
			add_line(w, i + 1);
}

/* The source of a node's first line, from where the node starts. */
static const char *source_of(const struct writer *w, cmark_node *node, size_t *len)
{
	int line = cmark_node_get_start_line(node);
	int column = cmark_node_get_start_column(node);
	size_t start;

	*len = 0;
	if (line < 1 || column < 1 || (size_t)line > w->line_count)
		return "";
	start = w->lines[line - 1] + (size_t)column - 1;
	if (start >= w->body->len)
		return "";
	while (start + *len < w->body->len && strchr("\r\n", w->body->text[start + *len]) == NULL)
		++*len;
	return w->body->text + start;
}

/* A code block is fenced where its source starts with a fence that is not its own first line. */
static bool is_fenced(const struct writer *w, cmark_node *node)
{
	const char *literal = cmark_node_get_literal(node);
	size_t len;
	const char *source = source_of(w, node, &len);

	if (len < 3 || (memcmp(source, "```", 3) != 0 && memcmp(source, "~~~", 3) != 0))
		return false;
	return strncmp(literal, source, len) != 0 || literal[len] != '\n';
}

/* The text of code and HTML goes without its last line end. */
static void put_source_block(struct writer *w, cmark_node *node, enum markdown_kind kind, int line)
{
	const char *literal = cmark_node_get_literal(node);
	size_t len = strlen(literal);

	while (len > 0 && literal[len - 1] == '\n')
		len--;
	put_block(w, kind, 0, line);
	put_text(w, style(w), literal, len);
}

static void put_code_block(struct writer *w, cmark_node *node)
{
	put_source_block(w, node, MARKDOWN_CODE_BLOCK, cmark_node_get_start_line(node) + is_fenced(w, node));
}

static void put_html_block(struct writer *w, cmark_node *node)
{
	put_source_block(w, node, MARKDOWN_HTML_BLOCK, cmark_node_get_start_line(node));
}

static void put_rule(struct writer *w, cmark_node *node)
{
	put_block(w, MARKDOWN_RULE, 0, cmark_node_get_start_line(node));
}

static void open_heading(struct writer *w, cmark_node *node)
{
	put_block(w, MARKDOWN_TITLE_BLOCK, 0, cmark_node_get_start_line(node));
}

/* The line ends within a code span or HTML. */
static uint32_t lines_within(cmark_node *node)
{
	int lines = cmark_node_get_end_line(node) - cmark_node_get_start_line(node);

	return lines > 0 ? (uint32_t)lines : 0;
}

static bool is_line_end(cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);

	return type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK;
}

/*
 * The lines that cmark took from the head of a paragraph as link definitions: those that it has more
 * than its inlines.
 */
static int lines_taken(cmark_node *paragraph)
{
	cmark_iter *iter = cmark_iter_new(paragraph);
	uint32_t told = 1;
	int lines = cmark_node_get_end_line(paragraph) - cmark_node_get_start_line(paragraph) + 1;
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);

		if (event == CMARK_EVENT_ENTER && node != paragraph)
			told += is_line_end(node) ? 1 : lines_within(node);
	}
	cmark_iter_free(iter);
	return lines > (int)told ? lines - (int)told : 0;
}

static void open_paragraph(struct writer *w, cmark_node *node)
{
	size_t len;
	int taken = source_of(w, node, &len)[0] == '[' ? lines_taken(node) : 0;

	put_block(w, MARKDOWN_PARAGRAPH, 0, cmark_node_get_start_line(node) + taken);
}

/* -- Tables: a row is a block, and a cell's end is told in its text -- */

static uint32_t alignments_of(cmark_node *table)
{
	uint16_t columns = cmark_gfm_extensions_get_table_columns(table);
	const uint8_t *letters = cmark_gfm_extensions_get_table_alignments(table);
	uint32_t alignments = 0;

	for (unsigned i = 0; i < columns && i < MARKDOWN_ALIGNED; i++) {
		enum markdown_alignment alignment = letters[i] == 'r'   ? MARKDOWN_RIGHT
						    : letters[i] == 'c' ? MARKDOWN_CENTRE
									: MARKDOWN_LEFT;

		alignments |= (uint32_t)alignment << (2 * i);
	}
	return alignments;
}

static void open_row(struct writer *w, cmark_node *node)
{
	bool head = cmark_gfm_extensions_get_table_row_is_header(node);

	put_block(w, head ? MARKDOWN_TABLE_HEAD : MARKDOWN_TABLE_ROW, alignments_of(cmark_node_parent(node)),
		  cmark_node_get_start_line(node));
}

static void close_cell(struct writer *w, cmark_node *node)
{
	(void)node;
	strbuf_addc(&w->out, 'D');
}

/* -- Inlines -- */

/* A line end in a text comes from "&#10;" or from HTML and is none for the reader. */
static void put_flat_text(struct writer *w, unsigned flags, const char *text)
{
	size_t len;

	for (; *text != '\0'; text += len) {
		len = strcspn(text, "\r\n");
		put_text(w, flags, text, len);
		if (text[len] != '\0') {
			put_text(w, flags, " ", 1);
			len++;
		}
	}
}

static void put_literal(struct writer *w, unsigned flags, cmark_node *node)
{
	put_flat_text(w, flags, cmark_node_get_literal(node));
	w->line += lines_within(node);
}

static void put_mark(struct writer *w, const char *mark)
{
	put_flat_text(w, style(w) | MARKDOWN_NOTE, mark);
}

static int compare_notes(const void *a, const void *b)
{
	return strcmp(((const struct note *)a)->url, ((const struct note *)b)->url);
}

static uint32_t number_of_link(struct writer *w, cmark_node *link)
{
	struct note *note = mem_zalloc(1, sizeof *note);
	struct note **known;

	note->url = mem_strdup(cmark_node_get_url(link));
	known = tsearch(note, &w->known, compare_notes);
	if (known == NULL)
		abort();
	if (*known != note) {
		free(note->url);
		free(note);
		return (*known)->number;
	}
	note->title = mem_strdup(cmark_node_get_title(link));
	w->notes = mem_grow(w->notes, &w->note_capacity, w->note_count + 1, sizeof *w->notes);
	w->notes[w->note_count++] = note;
	note->number = (uint32_t)w->note_count;
	return note->number;
}

/* Whether a link's text tells its target already, as in <https://example.org>. */
static bool tells_target(cmark_node *link)
{
	static const char *const schemes[] = {"", "mailto:", "https://"};
	cmark_node *child = cmark_node_first_child(link);
	const char *url = cmark_node_get_url(link);

	if (child == NULL || cmark_node_next(child) != NULL || cmark_node_get_type(child) != CMARK_NODE_TEXT)
		return false;
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
		size_t n = strlen(schemes[i]);

		if (strncmp(url, schemes[i], n) == 0 && strcmp(cmark_node_get_literal(child), url + n) == 0)
			return true;
	}
	return false;
}

static void enter_link(struct writer *w, cmark_node *node)
{
	(void)node;
	w->links++;
}

static void leave_link(struct writer *w, cmark_node *node)
{
	char mark[16];

	w->links--;
	if (w->images > 0 || cmark_node_get_url(node)[0] == '\0' || tells_target(node))
		return;
	snprintf(mark, sizeof mark, "[%u]", (unsigned)number_of_link(w, node));
	put_mark(w, mark);
}

/* The file's name at the end of a path or URL, without a query. */
static void put_file_name(struct writer *w, const char *url)
{
	size_t len = strcspn(url, "?#");
	size_t start = len;
	char *name;

	while (start > 0 && url[start - 1] != '/')
		start--;
	if (start == len)
		start = 0;
	name = strncmp(url, "data:", 5) == 0 ? mem_strdup(" (data)")
					     : mem_printf(" (%.*s)", (int)(len - start), url + start);
	put_mark(w, name);
	free(name);
}

/* An image in the text of another is only its text. */
static void enter_image(struct writer *w, cmark_node *node)
{
	if (w->images++ == 0)
		put_mark(w, cmark_node_first_child(node) != NULL ? "[Picture: " : "[Picture");
}

static void leave_image(struct writer *w, cmark_node *node)
{
	if (--w->images > 0)
		return;
	put_mark(w, "]");
	if (cmark_node_get_url(node)[0] != '\0')
		put_file_name(w, cmark_node_get_url(node));
}

static void put_plain(struct writer *w, cmark_node *node)
{
	put_literal(w, style(w), node);
}

static void put_code(struct writer *w, cmark_node *node)
{
	put_literal(w, style(w) | MARKDOWN_CODE, node);
}

static void put_html(struct writer *w, cmark_node *node)
{
	put_literal(w, style(w) | MARKDOWN_NOTE, node);
}

static void put_soft_break(struct writer *w, cmark_node *node)
{
	(void)node;
	strbuf_addc(&w->out, 'S');
	put_number(w, style(w));
	w->line++;
}

static void put_hard_break(struct writer *w, cmark_node *node)
{
	(void)node;
	strbuf_addc(&w->out, 'H');
	w->line++;
}

static void enter_strong(struct writer *w, cmark_node *node)
{
	(void)node;
	w->strong++;
}

static void leave_strong(struct writer *w, cmark_node *node)
{
	(void)node;
	w->strong--;
}

static void enter_emphasis(struct writer *w, cmark_node *node)
{
	(void)node;
	w->emphasis++;
}

static void leave_emphasis(struct writer *w, cmark_node *node)
{
	(void)node;
	w->emphasis--;
}

/* Signs of what was struck out: a terminal seldom has the line through. */
static void put_strike(struct writer *w, cmark_node *node)
{
	(void)node;
	put_mark(w, "~~");
}

static void put_reference(struct writer *w, cmark_node *node)
{
	put_mark(w, "[^");
	put_mark(w, cmark_node_get_literal(node));
	put_mark(w, "]");
}

/* -- The walk -- */

struct step {
	void (*enter)(struct writer *w, cmark_node *node);
	void (*leave)(struct writer *w, cmark_node *node);
};

/* Where a type of cmark's own has its step. */
#define SLOT(type)                                                                                           \
	(((type)&CMARK_NODE_VALUE_MASK) +                                                                    \
	 (((type)&CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_INLINE ? SLOT_INLINE : 0))
#define SLOT_INLINE 16
#define SLOTS       32

/* What is done on the way in and on the way out; cmark leaves only what can hold something. */
static const struct step steps[SLOTS] = {
    [SLOT(CMARK_NODE_BLOCK_QUOTE)] = {open_quote, close_quote},
    [SLOT(CMARK_NODE_LIST)] = {open_list, close_container},
    [SLOT(CMARK_NODE_ITEM)] = {open_item, close_container},
    [SLOT(CMARK_NODE_CODE_BLOCK)] = {put_code_block, NULL},
    [SLOT(CMARK_NODE_HTML_BLOCK)] = {put_html_block, NULL},
    [SLOT(CMARK_NODE_PARAGRAPH)] = {open_paragraph, NULL},
    [SLOT(CMARK_NODE_HEADING)] = {open_heading, NULL},
    [SLOT(CMARK_NODE_THEMATIC_BREAK)] = {put_rule, NULL},
    [SLOT(CMARK_NODE_TEXT)] = {put_plain, NULL},
    [SLOT(CMARK_NODE_SOFTBREAK)] = {put_soft_break, NULL},
    [SLOT(CMARK_NODE_LINEBREAK)] = {put_hard_break, NULL},
    [SLOT(CMARK_NODE_CODE)] = {put_code, NULL},
    [SLOT(CMARK_NODE_HTML_INLINE)] = {put_html, NULL},
    [SLOT(CMARK_NODE_EMPH)] = {enter_emphasis, leave_emphasis},
    [SLOT(CMARK_NODE_STRONG)] = {enter_strong, leave_strong},
    [SLOT(CMARK_NODE_LINK)] = {enter_link, leave_link},
    [SLOT(CMARK_NODE_IMAGE)] = {enter_image, leave_image},
    [SLOT(CMARK_NODE_FOOTNOTE_DEFINITION)] = {open_footnote, close_container},
    [SLOT(CMARK_NODE_FOOTNOTE_REFERENCE)] = {put_reference, NULL},
};

/* The types of extensions have numbers only when they run, and names. */
static const struct {
	const char *type;
	struct step step;
} extension_steps[] = {
    {"table_header", {open_row, NULL}},
    {"table_row", {open_row, NULL}},
    {"table_cell", {NULL, close_cell}},
    {"strikethrough", {put_strike, put_strike}},
};

static struct step step_of(cmark_node *node)
{
	unsigned slot = SLOT(cmark_node_get_type(node));
	unsigned last = SLOT((unsigned)CMARK_NODE_IMAGE) + 1; /* a footnote's reference */
	const char *type;

	if (slot <= (slot < SLOT_INLINE ? SLOT(CMARK_NODE_FOOTNOTE_DEFINITION) : last))
		return steps[slot];
	type = cmark_node_get_type_string(node);
	for (size_t i = 0; i < sizeof extension_steps / sizeof extension_steps[0]; i++) {
		if (strcmp(type, extension_steps[i].type) == 0)
			return extension_steps[i].step;
	}
	return (struct step){NULL, NULL};
}

static void walk(struct writer *w, cmark_node *root)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		struct step step = step_of(node);

		if (event == CMARK_EVENT_ENTER && step.enter != NULL)
			step.enter(w, node);
		if (event == CMARK_EVENT_EXIT && step.leave != NULL)
			step.leave(w, node);
	}
	cmark_iter_free(iter);
}

static void put_notes(struct writer *w)
{
	for (size_t i = 0; i < w->note_count; i++) {
		const struct note *note = w->notes[i];

		put_block(w, MARKDOWN_LINK_NOTE, note->number, (int)w->line_count);
		put_mark(w, note->url);
		if (note->title[0] != '\0') {
			put_mark(w, " \"");
			put_mark(w, note->title);
			put_mark(w, "\"");
		}
	}
}

/* -- Bare addresses -- */

/* Whether an address may stand at the very start of a text: not right after code, a link or HTML. */
static bool may_open(cmark_node *text)
{
	cmark_node *before = cmark_node_previous(text);
	cmark_node_type type = before != NULL ? cmark_node_get_type(before) : CMARK_NODE_SOFTBREAK;

	return type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK || type == CMARK_NODE_EMPH ||
	       type == CMARK_NODE_STRONG;
}

static void put_before(cmark_node *text, const char *bytes, size_t len, const char *url)
{
	cmark_node *link = url != NULL ? cmark_node_new(CMARK_NODE_LINK) : NULL;
	cmark_node *node = cmark_node_new(CMARK_NODE_TEXT);
	char *copy = mem_strndup(bytes, len);

	cmark_node_set_literal(node, copy);
	if (link != NULL) {
		cmark_node_set_url(link, url);
		cmark_node_append_child(link, node);
	}
	cmark_node_insert_before(text, link != NULL ? link : node);
	free(copy);
}

/* Makes links of the addresses in a text. */
static void link_text(cmark_node *text)
{
	char *bytes = mem_strdup(cmark_node_get_literal(text));
	size_t len = strlen(bytes), done = 0;
	bool opens = may_open(text);
	struct markdown_bare bare = {0};

	while (markdown_bare_next(bytes, len, opens, &bare)) {
		char *address = mem_strndup(bytes + bare.start, bare.end - bare.start);
		char *url = mem_printf("%s%s", bare.scheme, address);

		if (bare.start > done)
			put_before(text, bytes + done, bare.start - done, NULL);
		put_before(text, address, strlen(address), url);
		done = bare.end;
		free(url);
		free(address);
	}
	if (done > 0)
		cmark_node_set_literal(text, bytes + done);
	free(bytes);
}

static void link_addresses(cmark_node *root)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;
	int links = 0;

	cmark_consolidate_text_nodes(root);
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);

		if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
			links += event == CMARK_EVENT_ENTER ? 1 : -1;
		else if (type == CMARK_NODE_TEXT && links == 0)
			link_text(node);
	}
	cmark_iter_free(iter);
}

/*
 * What Hugo's Markdown has beyond CommonMark by default: tables, strikethrough, footnotes, quotes and dashes
 * made typographic, and links of bare addresses, by a rule of our own (markdown_bare.c).
 */
static cmark_node *parse(const struct markdown_body *body, cmark_llist **extensions)
{
	static const char *const names[] = {"table", "strikethrough"};
	/* Positions: without that option lines inside code spans and HTML are not counted. */
	cmark_node *root;
	cmark_parser *parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_SOURCEPOS |
						CMARK_OPT_FOOTNOTES | CMARK_OPT_SMART);

	cmark_gfm_core_extensions_ensure_registered();
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(names[i]));
	*extensions = cmark_parser_get_syntax_extensions(parser);
	cmark_parser_feed(parser, body->text, body->len);
	root = cmark_parser_finish(parser);
	link_addresses(root);
	return root;
}

/* What is left allocated goes with the process. */
int markdown_child_records(void *body, int fd)
{
	struct writer w = {.body = body, .out = STRBUF_INIT};
	cmark_llist *extensions;
	cmark_node *root = parse(body, &extensions);

	find_lines(&w);
	walk(&w, root);
	put_notes(&w);
	strbuf_addc(&w.out, 'E');
	return path_write_all(fd, w.out.data, w.out.len) == 0 ? 0 : 1;
}

int markdown_child_html(void *body, int fd)
{
	cmark_llist *extensions;
	cmark_node *root = parse(body, &extensions);
	char *html = cmark_render_html(root, CMARK_OPT_FOOTNOTES, extensions);

	return path_write_all(fd, html, strlen(html)) == 0 ? 0 : 1;
}
