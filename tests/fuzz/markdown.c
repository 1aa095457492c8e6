/* Whatever a child process hands over is laid out in lines that hold together, at any width. */
#include "fuzz.h"

#include "base/error.h"
#include "base/strbuf.h"
#include "text/markdown_internal.h"
#include "text/markdown.h"
#include "text/unicode.h"

#include "base/mem.h"

static void put_number(struct strbuf *out, uint32_t number)
{
	strbuf_add(out, &number, sizeof number);
}

/* A small number, or rarely a large one. */
static uint32_t number(struct fuzz *f)
{
	unsigned byte = fuzz_byte(f);

	return byte < 0xf0 ? byte % 16 : byte < 0xfc ? byte * 0x1000000u : MARKDOWN_NONE;
}

/* Records that are well formed but may say anything. */
static void make_records(struct strbuf *out, struct fuzz *f)
{
	while (f->len > 0) {
		unsigned kind = fuzz_byte(f) % 7;
		struct fuzz text;

		strbuf_addc(out, "CBTTSHD"[kind]);
		if (kind == 0) {
			for (int i = 0; i < 5; i++)
				put_number(out, number(f));
		} else if (kind == 1) {
			for (int i = 0; i < 4; i++)
				put_number(out, number(f));
		} else if (kind < 4) {
			put_number(out, number(f));
			put_number(out, number(f));
			text = fuzz_piece(f);
			put_number(out, (uint32_t)text.len);
			strbuf_add(out, text.at, text.len);
		} else if (kind == 4) {
			put_number(out, number(f));
		}
	}
	strbuf_addc(out, 'E');
}

static void check_page(const struct markdown_page *page)
{
	for (size_t i = 0; i < page->count; i++) {
		const struct markdown_line *line = &page->lines[i];
		size_t covered = 0;

		for (size_t j = 0; j < line->run_count; j++)
			covered += line->runs[j].len;
		assert(covered == line->len && line->text[line->len] == '\0');
	}
	for (size_t source = 0; page->count > 0 && source < 20; source++)
		assert(markdown_page_find(page, source) < page->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct unicode_segmenter *segmenter; /* costly to open */
	struct fuzz f = {.at = size > 0 ? (const char *)data : "", .len = size};
	struct markdown *markdown = mem_zalloc(1, sizeof *markdown);
	struct strbuf records = STRBUF_INIT;
	struct markdown_page page;
	unsigned how = fuzz_byte(&f);

	if (segmenter == NULL)
		assert(unicode_segmenter_new(&segmenter, UNICODE_LINE, NULL, NULL) == 0);
	if ((how & 1) != 0)
		make_records(&records, &f);
	else
		strbuf_add(&records, f.at, f.len);
	markdown->text = (struct strbuf)STRBUF_INIT;
	(void)markdown_read(markdown, records.data, records.len, how >> 4);
	markdown_layout(&page, markdown, segmenter, (int)(how >> 1));
	check_page(&page);
	markdown_page_clear(&page);
	markdown_free(markdown);
	strbuf_clear(&records);
	return 0;
}
