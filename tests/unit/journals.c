#include "journals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"

const char journals_base[] = "On Saturday five volunteers came.\n志愿者修复湖滨步道。\n";

int journals_setup(void **state)
{
	struct journals *j = mem_zalloc(1, sizeof *j);

	strcpy(j->top, "/tmp/copydesk-journal-XXXXXX");
	assert_non_null(mkdtemp(j->top));
	j->folder = path_join(j->top, "state/journal");
	*state = j;
	return 0;
}

static void empty_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char *path = path_join(folder, entry->d_name);

		if (entry->d_name[0] != '.')
			remove(path);
		free(path);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(folder);
}

int journals_teardown(void **state)
{
	struct journals *j = *state;
	char *above = path_join(j->top, "state");

	empty_folder(j->folder);
	rmdir(above);
	rmdir(j->top);
	free(above);
	free(j->folder);
	free(j);
	return 0;
}

struct journal_start journals_start(void)
{
	struct journal_start start = {.newsroom = "/srv/港口报",
				      .draft = "lake-path",
				      .person = "A. Writer <a@example.org>",
				      .now = JOURNALS_NOW};

	repo_blob_hash(&start.base, journals_base, strlen(journals_base));
	return start;
}

struct journal *journals_open(const char *folder)
{
	struct journal_start start = journals_start();
	struct journal *journal;
	struct error err;

	assert_int_equal(journal_open(&journal, folder, &start, NULL, &err), 0);
	return journal;
}

void journals_edit(struct journal *journal, struct strbuf *text, size_t pos, size_t cut, const char *insert)
{
	struct buffer_edit e = {pos, cut, insert, strlen(insert)};
	struct error err;

	assert_int_equal(journal_append(journal, &e, &err), 0);
	strbuf_splice(text, pos, cut, insert, e.len);
}

struct journal_list journals_listed(const char *folder)
{
	struct journal_list list;
	struct error err;

	assert_int_equal(journal_list(&list, folder, &err), 0);
	return list;
}

char *journals_only(const char *folder)
{
	struct journal_list list = journals_listed(folder);
	char *path;

	assert_int_equal(list.count, 1);
	path = mem_strdup(list.items[0].path);
	journal_list_clear(&list);
	return path;
}

void assert_recovers(const char *path, const char *expected, size_t edits, bool torn)
{
	struct strbuf text = STRBUF_INIT;
	struct journal_recovery found;
	struct error err;

	assert_int_equal(journal_recover(&text, &found, path, journals_base, strlen(journals_base), &err), 0);
	assert_string_equal(text.data, expected);
	assert_int_equal(found.edits, edits);
	assert_int_equal(found.torn, torn);
	strbuf_clear(&text);
}

void assert_not_recovered(const char *path, const char *base, int code)
{
	struct strbuf text = STRBUF_INIT;
	struct journal_recovery found;
	struct error err;

	strbuf_adds(&text, "before");
	assert_int_equal(journal_recover(&text, &found, path, base, strlen(base), &err), code);
	assert_string_equal(text.data, "before");
	strbuf_clear(&text);
}
