#include "tui/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/worker.h"
#include "text/frontmatter.h"
#include "text/markdown.h"
#include "text/unicode.h"

/* One text on its way through the worker; page is NULL once nobody wants it. */
struct job {
	struct page *page; /* touched on the owner's thread only */
	char *text;
	size_t len;
	size_t head;  /* of a part: bytes of front matter before it */
	size_t below; /* lines of the body between them; 0: all that there is */
	int width;    /* to lay out for; 0: not known yet */
	struct markdown *markdown;
	struct markdown_page lines;
	char *language;
	int rc;
	struct error err;
};

struct page {
	struct worker *worker;
	struct job *running; /* owned by the worker */
	struct job *waiting; /* the newest text, when one is running; owned */
	struct markdown *markdown;
	size_t below; /* lines of the body above it */
	char *language;
	char *problem;
	struct unicode_segmenter *segmenter; /* of segmenter_language */
	char *segmenter_language;
	struct markdown_page lines;
	int width;  /* that lines are laid out for; 0: none */
	int wanted; /* that they were asked for at last */
	uint64_t version;
};

struct page *page_new(struct worker *worker)
{
	struct page *page = mem_zalloc(1, sizeof *page);

	page->worker = worker;
	return page;
}

static void job_free(struct job *job)
{
	if (job == NULL)
		return;
	markdown_page_clear(&job->lines);
	markdown_free(job->markdown);
	free(job->language);
	free(job->text);
	free(job);
}

static void forget_lines(struct page *page)
{
	markdown_page_clear(&page->lines);
	page->width = 0;
}

void page_free(struct page *page)
{
	if (page == NULL)
		return;
	if (page->running != NULL)
		page->running->page = NULL;
	job_free(page->waiting);
	forget_lines(page);
	markdown_free(page->markdown);
	unicode_segmenter_free(page->segmenter);
	free(page->segmenter_language);
	free(page->language);
	free(page->problem);
	free(page);
}

/* -- Parsing and laying out, on the worker -- */

/* The segmenter of a language; a language that ICU does not know breaks as the root does. NULL without ICU.
 */
static struct unicode_segmenter *segmenter_for(const char *language)
{
	struct unicode_segmenter *segmenter = NULL;

	if (unicode_segmenter_new(&segmenter, UNICODE_LINE, language, NULL) < 0)
		(void)unicode_segmenter_new(&segmenter, UNICODE_LINE, NULL, NULL);
	return segmenter;
}

static void lay_out(struct job *job)
{
	struct unicode_segmenter *segmenter = segmenter_for(job->language);

	if (segmenter != NULL)
		markdown_layout(&job->lines, job->markdown, segmenter, job->width);
	else
		job->width = 0;
	unicode_segmenter_free(segmenter);
}

static bool parse(struct worker *worker, void *context)
{
	struct job *job = context;
	struct frontmatter *fm;
	const char *language;

	(void)worker;
	(void)frontmatter_parse(&fm, job->text, job->below > 0 ? job->head : job->len, NULL);
	language = frontmatter_get(fm, "language");
	job->language = mem_strdup(language ? language : "");
	frontmatter_free(fm);
	if (job->below > 0)
		job->rc = markdown_parse_part(&job->markdown, job->text, job->len, job->head, job->below,
					      &job->err);
	else
		job->rc = markdown_parse(&job->markdown, job->text, job->len, &job->err);
	if (job->rc == 0 && job->width > 0)
		lay_out(job);
	return true;
}

static void parsed(void *context, bool cancelled);

static void start(struct page *page, struct job *job)
{
	static const struct worker_ops ops = {.slice = parse, .done = parsed};

	page->running = job;
	job->width = page->wanted;
	worker_submit(page->worker, &ops, job);
}

/* Shows what a job found instead of what there is. */
static void take(struct page *page, struct job *job)
{
	forget_lines(page);
	markdown_free(page->markdown);
	free(page->language);
	page->markdown = job->markdown;
	page->below = job->below;
	page->language = job->language;
	page->lines = job->lines;
	page->width = job->width;
	job->markdown = NULL;
	job->language = NULL;
	job->lines = (struct markdown_page){.count = 0};
}

static void parsed(void *context, bool cancelled)
{
	struct job *job = context;
	struct page *page = job->page;
	struct job *next;

	if (page == NULL || cancelled) {
		if (page != NULL)
			page->running = NULL;
		job_free(job);
		return;
	}
	next = page->waiting;
	page->waiting = NULL;
	page->running = NULL;
	free(page->problem);
	page->problem = job->rc < 0 ? mem_strdup(job->err.message) : NULL;
	if (job->rc == 0)
		take(page, job);
	page->version++;
	job_free(job);
	if (next != NULL)
		start(page, next);
}

/* Has a job be the next. */
static void show(struct page *page, struct job *job, bool fresh)
{
	job->page = page;
	if (fresh) {
		forget_lines(page);
		markdown_free(page->markdown);
		page->markdown = NULL;
		page->version++;
		/* What still runs is of the other article. */
		if (page->running != NULL)
			page->running->page = NULL;
		page->running = NULL;
	}
	job_free(page->waiting);
	page->waiting = NULL;
	if (page->running != NULL)
		page->waiting = job;
	else
		start(page, job);
}

void page_show(struct page *page, const char *text, size_t len, bool fresh)
{
	struct job *job = mem_zalloc(1, sizeof *job);

	job->text = mem_strndup(text, len);
	job->len = len;
	show(page, job, fresh);
}

void page_show_part(struct page *page, const char *text, const struct page_part *part)
{
	struct job *job = mem_zalloc(1, sizeof *job);
	size_t len = part->end - part->start;

	job->text = mem_alloc(part->head + len + 1);
	memcpy(job->text, text, part->head);
	memcpy(job->text + part->head, text + part->start, len);
	job->text[part->head + len] = '\0';
	job->len = part->head + len;
	job->head = part->head;
	job->below = part->below;
	show(page, job, false);
}

size_t page_below(const struct page *page)
{
	return page->below;
}

void page_show_plain(struct page *page, const char *text, size_t len, bool fresh)
{
	struct strbuf code = STRBUF_INIT;
	bool begins = true;

	/* What is indented by four columns stands as it is, line by line (CommonMark 0.30, 4.4). */
	for (size_t i = 0; i < len; i++) {
		if (begins)
			strbuf_adds(&code, "    ");
		begins = text[i] == '\n';
		if (text[i] == '\t')
			strbuf_adds(&code, "    ");
		else
			strbuf_addc(&code, text[i]);
	}
	page_show(page, code.data ? code.data : "", code.len, fresh);
	strbuf_clear(&code);
}

uint64_t page_version(const struct page *page)
{
	return page->version;
}

const char *page_problem(const struct page *page)
{
	return page->problem;
}

/* -- Laying out and drawing -- */

/* The segmenter of the article's language, kept for the next width. */
static struct unicode_segmenter *segmenter_of(struct page *page)
{
	if (page->segmenter != NULL && strcmp(page->segmenter_language, page->language) == 0)
		return page->segmenter;
	unicode_segmenter_free(page->segmenter);
	free(page->segmenter_language);
	page->segmenter_language = mem_strdup(page->language);
	page->segmenter = segmenter_for(page->language);
	return page->segmenter;
}

size_t page_lines(struct page *page, int width)
{
	struct unicode_segmenter *segmenter;

	if (width < 8)
		return 0;
	page->wanted = width;
	if (page->markdown == NULL)
		return 0;
	if (page->width != width) {
		forget_lines(page);
		segmenter = segmenter_of(page);
		if (segmenter == NULL)
			return 0;
		markdown_layout(&page->lines, page->markdown, segmenter, width);
		page->width = width;
	}
	return page->lines.count;
}

size_t page_line_of(struct page *page, int width, size_t source)
{
	size_t count = page_lines(page, width);

	if (count == 0 || page->lines.lines[count - 1].source < source)
		return count;
	return markdown_page_find(&page->lines, source);
}

static unsigned style_of(unsigned markdown)
{
	static const struct {
		unsigned markdown;
		unsigned canvas;
	} meanings[] = {
	    {MARKDOWN_HEADLINE, CANVAS_HEADLINE}, {MARKDOWN_META, CANVAS_META},
	    {MARKDOWN_HEADING, CANVAS_HEADING},   {MARKDOWN_NOTE, CANVAS_DIM},
	    {MARKDOWN_LINK, CANVAS_LINK},         {MARKDOWN_CODE, CANVAS_CODE},
	    {MARKDOWN_QUOTE, CANVAS_QUOTE},
	};
	unsigned style = CANVAS_NORMAL;

	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0] && style == CANVAS_NORMAL; i++) {
		if (markdown & meanings[i].markdown)
			style = meanings[i].canvas;
	}
	if (markdown & MARKDOWN_STRONG)
		style |= CANVAS_STRONG;
	if (markdown & MARKDOWN_EMPHASIS)
		style |= CANVAS_EMPHASIS;
	return style;
}

static void draw_line(struct canvas_region region, int row, const struct markdown_line *line)
{
	const char *at = line->text;
	int column = 0;

	for (size_t i = 0; i < line->run_count; i++) {
		column =
		    canvas_text(region, row, column, style_of(line->runs[i].style), at, line->runs[i].len);
		at += line->runs[i].len;
	}
}

void page_draw(struct page *page, struct canvas_region region, size_t top)
{
	size_t count = page_lines(page, region.width);

	for (int row = 0; row < region.height && top + (size_t)row < count; row++)
		draw_line(region, row, &page->lines.lines[top + (size_t)row]);
}
