/* What a person typed is never read as a trailer, and comes back; any message and any address is read. */
#include "fuzz.h"

#include <stdlib.h>

#include <git2.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "store/repo.h"

/* What repo_message_typed() is to give back: as repo.h says. */
static void expect_typed(struct strbuf *out, const struct fuzz *typed)
{
	size_t start = 0;

	for (size_t i = 0; i < typed->len; i++) {
		if (typed->at[i] == '\0' ||
		    (typed->at[i] == '\r' && i + 1 < typed->len && typed->at[i + 1] == '\n'))
			continue;
		strbuf_addc(out, typed->at[i]);
	}
	while (out->len > 0 && strchr(" \t\n\r\v\f", out->data[out->len - 1]) != NULL)
		strbuf_truncate(out, out->len - 1);
	for (size_t i = 0; i < out->len && strchr(" \t\n\r\v\f", out->data[i]) != NULL; i++) {
		if (out->data[i] == '\n')
			start = i + 1;
	}
	strbuf_splice(out, 0, start, NULL, 0);
}

static void write_and_read(const struct fuzz *typed)
{
	struct strbuf message = STRBUF_INIT, back = STRBUF_INIT, expected = STRBUF_INIT;
	struct repo_trailers trailers;

	strbuf_adds(&message, "Comment on lake");
	repo_message_body(&message, typed->at, typed->len);
	repo_message_trailer(&message, "Event", "comment");
	repo_trailers_read(&trailers, message.data);
	assert(trailers.count == 1);
	assert(strcmp(repo_trailers_get(&trailers, "Event"), "comment") == 0);
	repo_trailers_clear(&trailers);
	repo_message_typed(&back, message.data);
	expect_typed(&expected, typed);
	assert(strcmp(back.data, expected.data) == 0);
	strbuf_clear(&message);
	strbuf_clear(&back);
	strbuf_clear(&expected);
}

static void read_person(const char *text)
{
	struct repo_person person;
	struct error err;

	if (repo_person_parse(&person, text, &err) < 0)
		return;
	assert(person.name[0] != '\0' && strpbrk(person.name, "<>\n") == NULL);
	assert(person.mail[0] != '\0' && strpbrk(person.mail, "<> \n") == NULL);
	repo_person_clear(&person);
}

/* Once for all, because it is slow. */
int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count;
	(void)arguments;
	git_libgit2_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = {.at = size > 0 ? (const char *)data : "", .len = size};
	char *all = mem_strndup(f.at, f.len);
	struct repo_trailers trailers;

	repo_trailers_read(&trailers, all);
	repo_trailers_clear(&trailers);
	read_person(all);
	write_and_read(&f);
	free(all);
	return 0;
}
