/*
 * Where a comment stands when the text has changed since: where the words that it was made on went.
 */
#include <string.h>

#include "base/strbuf.h"
#include "desk/desk_internal.h"
#include "text/diff.h"
#include "text/hunk.h"

/* Bytes of a text, start to end. */
struct range {
	size_t start;
	size_t end;
};

static void extend(struct range *out, size_t start, size_t end)
{
	if (start < out->start)
		out->start = start;
	if (end > out->end)
		out->end = end;
}

/*
 * What became of a range of the old text: what was kept of it, and what came in the place of what was
 * removed.  False when nothing did.
 */
static bool follow(struct range *out, const struct diff *diff, struct range old)
{
	*out = (struct range){.start = (size_t)-1, .end = 0};
	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_span *span = &diff->spans[i];
		const struct diff_span *next = i + 1 < diff->count ? span + 1 : NULL;
		size_t from = span->old_start > old.start ? span->old_start : old.start;
		size_t to =
		    span->old_start + span->old_len < old.end ? span->old_start + span->old_len : old.end;

		if (from >= to)
			continue;
		if (span->kind == DIFF_SAME)
			extend(out, span->new_start + (from - span->old_start),
			       span->new_start + (to - span->old_start));
		else if (span->kind == DIFF_REMOVED && next != NULL && next->kind == DIFF_ADDED)
			extend(out, next->new_start, next->new_start + next->new_len);
	}
	return out->start < out->end;
}

/* Follows the passage from the text that it was made on, where that is still known. */
static bool follow_passage(struct desk *desk, const struct review_passage *passage, const char *text,
			   size_t len, struct range *out)
{
	struct range old = {passage->start, passage->start + passage->len};
	struct strbuf before = STRBUF_INIT;
	struct diff diff;
	bool found = false;
	size_t at;

	if (repo_blob_read(desk->repo, &passage->on, &before, NULL) == 0 && passage->start <= before.len &&
	    passage->len <= before.len - passage->start &&
	    diff_words(&diff, before.data, before.len, text, len, NULL) == 0) {
		/* Words that moved elsewhere are there, and not what came in their place. */
		found = hunk_find(&at, &diff, (struct hunk_text){before.data, before.len},
				  (struct hunk_text){text, len}, passage->start, passage->len);
		if (found)
			*out = (struct range){at, at + passage->len};
		else
			found = !diff.coarse && follow(out, &diff, old);
		diff_clear(&diff);
	}
	strbuf_clear(&before);
	return found;
}

/* The nearest place where the quoted words stand. */
static bool find_quote(const struct review_passage *passage, const char *text, size_t len, struct range *out)
{
	size_t quote_len = passage->quote ? strlen(passage->quote) : 0;
	size_t least = (size_t)-1;
	const char *at = text;

	while (quote_len > 0 &&
	       (at = memmem(at, len - (size_t)(at - text), passage->quote, quote_len)) != NULL) {
		size_t pos = (size_t)(at++ - text);
		size_t away = pos > passage->start ? pos - passage->start : passage->start - pos;

		if (away < least) {
			least = away;
			*out = (struct range){pos, pos + quote_len};
		}
	}
	return least != (size_t)-1;
}

bool desk_locate(struct desk *desk, const struct draft *draft, const struct review_passage *passage,
		 const char *text, size_t len, size_t *start, size_t *end)
{
	struct range found;
	struct oid now;

	(void)draft;
	if (oid_is_zero(&passage->on))
		return false;
	repo_blob_hash(&now, text, len);
	if (oid_equal(&now, &passage->on) && passage->start <= len && passage->len <= len - passage->start)
		found = (struct range){passage->start, passage->start + passage->len};
	else if (!follow_passage(desk, passage, text, len, &found) && !find_quote(passage, text, len, &found))
		return false;
	*start = found.start;
	*end = found.end;
	return true;
}
