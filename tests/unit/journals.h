/*
 * A folder of journals for one test.  They are of a person who types into one
 * text, at 2026-11-20T09:00:00Z.
 */
#ifndef COPYDESK_TESTS_JOURNALS_H
#define COPYDESK_TESTS_JOURNALS_H

#include "base/strbuf.h"
#include "store/journal.h"

#define JOURNALS_NOW ((int64_t)1795165200)

/* The text that is typed into. */
extern const char journals_base[];

struct journals {
	char top[64]; /* goes away after the test */
	char *folder; /* of the journals, below top; not made yet */
};

/* For cmocka: *state becomes a struct journals. */
int journals_setup(void **state);
int journals_teardown(void **state);

#define in_journals(test) cmocka_unit_test_setup_teardown(test, journals_setup, journals_teardown)

/* How a journal of journals_base starts; and one that is open. */
struct journal_start journals_start(void);
struct journal *journals_open(const char *folder);

/* Makes an edit in the text and in the journal. */
void journals_edit(struct journal *journal, struct strbuf *text, size_t pos, size_t cut, const char *insert);

/* What is in the folder; the path of the only file in it, which the caller frees. */
struct journal_list journals_listed(const char *folder);
char *journals_only(const char *folder);

/* The file gives this text; or it gives none for that base, by that code. */
void assert_recovers(const char *path, const char *expected, size_t edits, bool torn);
void assert_not_recovered(const char *path, const char *base, int code);

#endif
