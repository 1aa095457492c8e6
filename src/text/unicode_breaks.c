/* Where words and lines end, by ICU's break iterators over the UTF-8 bytes. */
#include "text/unicode.h"

#include <assert.h>
#include <stdlib.h>

#include <unicode/ubrk.h>
#include <unicode/uloc.h>
#include <unicode/utext.h>

#include "base/error.h"
#include "base/mem.h"

struct unicode_segmenter {
	UBreakIterator *iterator;
	enum unicode_break kind;
};

int unicode_segmenter_new(struct unicode_segmenter **out, enum unicode_break kind, const char *locale,
			  struct error *err)
{
	UErrorCode status = U_ZERO_ERROR;
	char id[ULOC_FULLNAME_CAPACITY] = "";
	UBreakIterator *iterator;

	*out = NULL;
	if (locale != NULL)
		uloc_forLanguageTag(locale, id, sizeof id, NULL, &status);
	if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING)
		id[0] = '\0'; /* the root's rules serve every language */
	status = U_ZERO_ERROR;
	iterator = ubrk_open(kind == UNICODE_WORD ? UBRK_WORD : UBRK_LINE, id, NULL, 0, &status);
	if (U_FAILURE(status))
		return error_set(err, E_IO, "ICU's rules for words and lines cannot be read (%s).",
				 u_errorName(status));
	*out = mem_alloc(sizeof **out);
	(*out)->iterator = iterator;
	(*out)->kind = kind;
	return 0;
}

void unicode_segmenter_free(struct unicode_segmenter *segmenter)
{
	if (segmenter == NULL)
		return;
	ubrk_close(segmenter->iterator);
	free(segmenter);
}

/* The segment that ends where the iterator stands. */
static struct unicode_segment current_segment(const struct unicode_segmenter *segmenter, size_t end)
{
	int32_t rule = ubrk_getRuleStatus(segmenter->iterator);
	bool words = segmenter->kind == UNICODE_WORD;

	return (struct unicode_segment){
	    .end = end,
	    .word = words && rule >= UBRK_WORD_NONE_LIMIT,
	    .hard = !words && rule >= UBRK_LINE_HARD && rule < UBRK_LINE_HARD_LIMIT,
	};
}

void unicode_segments_begin(struct unicode_segmenter *segmenter, const char *text, size_t len)
{
	UErrorCode status = U_ZERO_ERROR;
	UText utext = UTEXT_INITIALIZER;

	assert(len <= INT32_MAX);
	utext_openUTF8(&utext, text, (int64_t)len, &status);
	ubrk_setUText(segmenter->iterator, &utext, &status); /* which makes a copy of its own */
	assert(U_SUCCESS(status));
	ubrk_first(segmenter->iterator);
	utext_close(&utext);
}

bool unicode_segments_next(struct unicode_segmenter *segmenter, struct unicode_segment *out)
{
	int32_t end = ubrk_next(segmenter->iterator);

	if (end == UBRK_DONE)
		return false;
	*out = current_segment(segmenter, (size_t)end);
	return true;
}

void unicode_segments(struct unicode_segmenter *segmenter, const char *text, size_t len,
		      struct unicode_segment **out, size_t *count, size_t *capacity)
{
	struct unicode_segment segment;

	*count = 0;
	if (len == 0)
		return;
	unicode_segments_begin(segmenter, text, len);
	while (unicode_segments_next(segmenter, &segment)) {
		*out = mem_grow(*out, capacity, *count + 1, sizeof **out);
		(*out)[(*count)++] = segment;
	}
}

bool unicode_is_boundary(struct unicode_segmenter *segmenter, const char *text, size_t len, size_t pos)
{
	UErrorCode status = U_ZERO_ERROR;
	UText utext = UTEXT_INITIALIZER;
	bool is;

	assert(len <= INT32_MAX && pos <= len);
	utext_openUTF8(&utext, text, (int64_t)len, &status);
	ubrk_setUText(segmenter->iterator, &utext, &status);
	assert(U_SUCCESS(status));
	is = ubrk_isBoundary(segmenter->iterator, (int32_t)pos);
	utext_close(&utext);
	return is;
}
