/* Any marked text is read; and two texts that are written as one come out again to the byte. */
#include "fuzz.h"

#include "base/error.h"
#include "text/critic.h"
#include "text/diff.h"

static void assert_same(const struct strbuf *got, const char *text, size_t len)
{
	assert(got->len == len && (len == 0 || memcmp(got->data, text, len) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = {.at = size > 0 ? (const char *)data : "", .len = size};
	struct strbuf marked = STRBUF_INIT;
	struct fuzz old;
	struct critic critic;
	struct diff diff;

	critic_parse(&critic, f.at, f.len);
	for (size_t i = 0; i < critic.count; i++)
		assert(critic.marks[i].start + critic.marks[i].len <= critic.base.len);
	critic_clear(&critic);
	old = fuzz_piece(&f);
	if (diff_words(&diff, old.at, old.len, f.at, f.len, NULL) < 0)
		return 0;
	critic_format(&marked, &diff, old.at, f.at, NULL, 0);
	critic_parse(&critic, marked.data, marked.len);
	assert(critic.flaw_count == 0);
	assert_same(&critic.base, old.at, old.len);
	assert_same(&critic.taken, f.at, f.len);
	critic_clear(&critic);
	diff_clear(&diff);
	strbuf_clear(&marked);
	return 0;
}
