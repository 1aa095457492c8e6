#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "store/journal.h"

#define NOW   ((int64_t)1795165200)
#define LIMIT ((size_t)1 << 24)

static const char base_text[] = "On Saturday five volunteers came.\n志愿者修复湖滨步道。\n";

struct fixture {
	char top[64];
	char *folder;
};

static int make_folder(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);

	strcpy(f->top, "/tmp/copydesk-journal-XXXXXX");
	assert_non_null(mkdtemp(f->top));
	f->folder = path_join(f->top, "state/journal");
	*state = f;
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

static int remove_folder(void **state)
{
	struct fixture *f = *state;
	char *above = path_join(f->top, "state");

	empty_folder(f->folder);
	rmdir(above);
	rmdir(f->top);
	free(above);
	free(f->folder);
	free(f);
	return 0;
}

static struct journal_start a_start(void)
{
	struct journal_start start = {.newsroom = "/srv/港口报",
				      .draft = "lake-path",
				      .person = "A. Writer <a@example.org>",
				      .now = NOW};

	repo_blob_hash(&start.base, base_text, strlen(base_text));
	return start;
}

static struct journal *open_one(const char *folder)
{
	struct journal_start start = a_start();
	struct journal *journal;
	struct error err;

	assert_int_equal(journal_open(&journal, folder, &start, NULL, &err), 0);
	return journal;
}

/* Makes an edit in the text and in the journal. */
static void edit(struct journal *journal, struct strbuf *text, size_t pos, size_t cut, const char *insert)
{
	struct buffer_edit e = {pos, cut, insert, strlen(insert)};
	struct error err;

	assert_int_equal(journal_append(journal, &e, &err), 0);
	strbuf_splice(text, pos, cut, insert, e.len);
}

static struct journal_list listed(const char *folder)
{
	struct journal_list list;
	struct error err;

	assert_int_equal(journal_list(&list, folder, &err), 0);
	return list;
}

/* The path of the only file in the folder. */
static char *only_path(const char *folder)
{
	struct journal_list list = listed(folder);
	char *path;

	assert_int_equal(list.count, 1);
	path = mem_strdup(list.items[0].path);
	journal_list_clear(&list);
	return path;
}

static void assert_recovers(const char *path, const char *expected, size_t edits, bool torn)
{
	struct strbuf text = STRBUF_INIT;
	struct journal_recovery found;
	struct error err;

	assert_int_equal(journal_recover(&text, &found, path, base_text, strlen(base_text), &err), 0);
	assert_string_equal(text.data, expected);
	assert_int_equal(found.edits, edits);
	assert_int_equal(found.torn, torn);
	strbuf_clear(&text);
}

static void assert_not_recovered(const char *path, const char *base, int code)
{
	struct strbuf text = STRBUF_INIT;
	struct journal_recovery found;
	struct error err;

	strbuf_adds(&text, "before");
	assert_int_equal(journal_recover(&text, &found, path, base, strlen(base), &err), code);
	assert_string_equal(text.data, "before");
	strbuf_clear(&text);
}

/* -- The whole way -- */

static void what_was_typed_is_there_after_a_crash(void **state)
{
	struct fixture *f = *state;
	struct journal *journal = open_one(f->folder);
	struct strbuf text = STRBUF_INIT;
	struct journal_list list;
	struct stat st;
	struct error err;

	strbuf_adds(&text, base_text);
	edit(journal, &text, 12, 4, "seven");
	edit(journal, &text, 0, 0, "导语 ");
	edit(journal, &text, text.len, 0, "\xff\r\n");
	edit(journal, &text, 3, 9, "");
	assert_int_equal(journal_sync(journal, &err), 0);
	journal_close(journal, false);
	list = listed(f->folder);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].state, JOURNAL_LEFT);
	assert_string_equal(list.items[0].newsroom, "/srv/港口报");
	assert_string_equal(list.items[0].draft, "lake-path");
	assert_string_equal(list.items[0].person, "A. Writer <a@example.org>");
	assert_int_equal(list.items[0].process, getpid());
	assert_int_equal(list.items[0].started, NOW);
	assert_int_equal(list.items[0].edits, 4);
	assert_false(list.items[0].torn);
	assert_int_equal(stat(list.items[0].path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(f->folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_recovers(list.items[0].path, text.data, 4, false);
	assert_not_recovered(list.items[0].path, "another text", E_INVALID);
	journal_list_clear(&list);
	strbuf_clear(&text);
}

static void a_draft_without_a_text_starts_from_nothing(void **state)
{
	struct fixture *f = *state;
	struct journal_start start = a_start();
	struct buffer_edit first = {0, 0, "New.", 4};
	struct strbuf text = STRBUF_INIT;
	struct journal_recovery found;
	struct journal *journal;
	struct error err;
	char *path;

	start.base = (struct oid){{0}};
	assert_int_equal(journal_open(&journal, f->folder, &start, &first, &err), 0);
	journal_close(journal, false);
	path = only_path(f->folder);
	assert_int_equal(journal_recover(&text, &found, path, "", 0, &err), 0);
	assert_string_equal(text.data, "New.");
	assert_not_recovered(path, base_text, E_INVALID);
	free(path);
	strbuf_clear(&text);
}

static void a_save_starts_the_journal_anew(void **state)
{
	struct fixture *f = *state;
	struct journal *journal = open_one(f->folder);
	struct journal_start start = a_start();
	struct strbuf text = STRBUF_INIT;
	struct oid other;
	struct error err;
	char *path;

	strbuf_adds(&text, base_text);
	edit(journal, &text, 0, 2, "By");
	repo_blob_hash(&other, text.data, text.len);
	assert_int_equal(journal_restart(journal, &other, NOW + 60, NULL, &err), 0);
	edit(journal, &text, 0, 2, "In");
	assert_int_equal(journal_restart(journal, &start.base, NOW + 90, NULL, &err), 0);
	strbuf_reset(&text);
	strbuf_adds(&text, base_text);
	edit(journal, &text, 0, 2, "At");
	assert_int_equal(journal_sync(journal, &err), 0);
	journal_close(journal, false);
	path = only_path(f->folder);
	assert_recovers(path, text.data, 1, false);
	free(path);
	strbuf_clear(&text);
}

static void nothing_unsaved_leaves_nothing_behind(void **state)
{
	struct fixture *f = *state;
	struct journal *journal = open_one(f->folder);
	struct strbuf text = STRBUF_INIT;
	struct journal_list list;

	strbuf_adds(&text, base_text);
	edit(journal, &text, 0, 2, "By");
	journal_close(journal, true);
	list = listed(f->folder);
	assert_int_equal(list.count, 0);
	/* One that nothing was typed into is not offered, and goes. */
	journal_close(open_one(f->folder), false);
	list = listed(f->folder);
	assert_int_equal(list.count, 0);
	assert_int_equal(rmdir(f->folder), 0);
	list = listed(f->folder);
	assert_int_equal(list.count, 0);
	strbuf_clear(&text);
}

static void two_journals_of_one_draft_stand_side_by_side(void **state)
{
	struct fixture *f = *state;
	struct journal *a = open_one(f->folder);
	struct journal *b = open_one(f->folder);
	struct strbuf text = STRBUF_INIT;
	struct journal_list list;

	strbuf_adds(&text, base_text);
	edit(a, &text, 0, 0, "a");
	edit(b, &text, 0, 0, "b");
	journal_close(a, false);
	journal_close(b, false);
	list = listed(f->folder);
	assert_int_equal(list.count, 2);
	assert_string_not_equal(list.items[0].path, list.items[1].path);
	journal_list_clear(&list);
	strbuf_clear(&text);
}

static void what_was_set_aside_is_kept_and_not_offered(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT;
	struct error err;
	size_t kept = 0;

	for (int i = 0; i < 3; i++) {
		struct journal *journal = open_one(f->folder);
		struct journal_list list;
		char *path;

		edit(journal, &text, 0, 0, "x");
		journal_close(journal, false);
		path = only_path(f->folder);
		assert_int_equal(journal_set_aside(path, &err), 0);
		assert_int_equal(journal_set_aside(path, &err), E_NOTFOUND);
		free(path);
		list = listed(f->folder);
		assert_int_equal(list.count, 0);
	}
	for (int i = 0; i < 3; i++) {
		char *name = mem_printf("%s/lake-path.%d.0.journal.%d.aside", f->folder, (int)getpid(), i);

		kept += path_exists(name);
		free(name);
	}
	assert_int_equal(kept, 3);
	strbuf_clear(&text);
}

/* -- Damage -- */

/* A journal with a few edits as bytes, where its records end, and the text after each. */
struct sample {
	struct strbuf file;
	char *path;
	size_t ends[16];
	char *texts[16];
	size_t edits;
};

static void make_sample(struct sample *s, const char *folder)
{
	static const struct {
		size_t pos, cut;
		const char *insert;
	} edits[] = {
	    {12, 4, "seven"}, {0, 0, "草"},   {3, 0, "稿"},
	    {0, 6, ""},       {5, 1, "\n\n"}, {20, 10, "a longer run of words"},
	};
	struct journal *journal = open_one(folder);
	struct strbuf text = STRBUF_INIT;
	struct stat st;

	*s = (struct sample){.file = STRBUF_INIT, .edits = sizeof edits / sizeof edits[0]};
	s->path = mem_printf("%s/lake-path.%d.0.journal", folder, (int)getpid());
	strbuf_adds(&text, base_text);
	for (size_t i = 0; i <= s->edits; i++) {
		assert_int_equal(stat(s->path, &st), 0);
		s->ends[i] = (size_t)st.st_size;
		s->texts[i] = mem_strdup(text.data);
		if (i < s->edits)
			edit(journal, &text, edits[i].pos, edits[i].cut, edits[i].insert);
	}
	journal_close(journal, false);
	assert_int_equal(path_read(&s->file, s->path, LIMIT, NULL), 0);
	assert_int_equal(s->file.len, s->ends[s->edits]);
	strbuf_clear(&text);
}

static void clear_sample(struct sample *s)
{
	for (size_t i = 0; i <= s->edits; i++)
		free(s->texts[i]);
	free(s->path);
	strbuf_clear(&s->file);
}

/* How many edits are whole within len bytes. */
static size_t whole_edits(const struct sample *s, size_t len)
{
	size_t n = 0;

	while (n < s->edits && s->ends[n + 1] <= len)
		n++;
	return n;
}

static void write_bytes(const char *path, const char *bytes, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void a_journal_torn_at_any_byte_gives_the_edits_before(void **state)
{
	struct fixture *f = *state;
	struct sample s;

	make_sample(&s, f->folder);
	for (size_t len = 0; len <= s.file.len; len++) {
		size_t edits = whole_edits(&s, len);
		struct journal_list list;

		write_bytes(s.path, s.file.data, len);
		if (len < s.ends[0]) {
			assert_not_recovered(s.path, base_text, E_INVALID);
			list = listed(f->folder);
			assert_int_equal(list.count, len > 0);
			assert_true(len == 0 || list.items[0].state == JOURNAL_DAMAGED);
			journal_list_clear(&list);
			continue;
		}
		assert_recovers(s.path, s.texts[edits], edits, len != s.ends[edits]);
		list = listed(f->folder);
		assert_int_equal(list.count, len > s.ends[0]);
		if (list.count > 0) {
			assert_int_equal(list.items[0].edits, edits);
			assert_int_equal(list.items[0].torn, len != s.ends[edits]);
		}
		journal_list_clear(&list);
	}
	clear_sample(&s);
}

static void a_flipped_bit_costs_the_edits_from_there_on(void **state)
{
	struct fixture *f = *state;
	struct sample s;

	make_sample(&s, f->folder);
	for (size_t i = 0; i < s.file.len; i++) {
		size_t edits = whole_edits(&s, i);
		char byte = s.file.data[i];

		s.file.data[i] = (char)(byte ^ (1 << i % 8));
		write_bytes(s.path, s.file.data, s.file.len);
		s.file.data[i] = byte;
		if (i < s.ends[0])
			assert_not_recovered(s.path, base_text, E_INVALID);
		else
			assert_recovers(s.path, s.texts[edits], edits, true);
	}
	clear_sample(&s);
}

static void any_edits_come_back(void **state)
{
	struct fixture *f = *state;
	struct journal *journal = open_one(f->folder);
	struct strbuf text = STRBUF_INIT;
	uint64_t seed = 20261120;
	char *path;

	strbuf_adds(&text, base_text);
	for (int i = 0; i < 2000; i++) {
		char insert[8] = "";
		size_t pos, cut;

		seed = seed * 6364136223846793005 + 1442695040888963407;
		pos = (seed >> 33) % (text.len + 1);
		cut = (seed >> 20) % 5;
		cut = cut > text.len - pos ? text.len - pos : cut;
		for (size_t j = 0; j < (seed >> 40) % 7; j++)
			insert[j] = (char)(1 + (seed >> (j * 7)) % 255);
		edit(journal, &text, pos, cut, insert);
	}
	journal_close(journal, false);
	path = only_path(f->folder);
	assert_recovers(path, text.data, 2000, false);
	free(path);
	strbuf_clear(&text);
}

/* -- The format, as the header tells it -- */

static void put_number(struct strbuf *out, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		strbuf_addc(out, (char)(value >> (8 * i)));
}

static uint32_t crc32c_bit_by_bit(const char *bytes, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len * 8; i++) {
		uint32_t bit = (crc ^ (uint32_t)((unsigned char)bytes[i / 8] >> i % 8)) & 1;

		crc = crc >> 1 ^ (bit ? 0x82f63b78 : 0);
	}
	return ~crc;
}

static void put_record(struct strbuf *out, const struct strbuf *payload)
{
	struct strbuf checked = STRBUF_INIT;

	put_number(&checked, payload->len, 4);
	strbuf_add(&checked, payload->data, payload->len);
	strbuf_add(out, checked.data, 4);
	put_number(out, crc32c_bit_by_bit(checked.data, checked.len), 4);
	strbuf_add(out, payload->data, payload->len);
	strbuf_clear(&checked);
}

static void put_text(struct strbuf *out, const char *text)
{
	put_number(out, strlen(text), 4);
	strbuf_adds(out, text);
}

/* Writes a journal by hand: one edit that puts "x" before everything. */
static void write_by_hand(const char *path, uint32_t version, const char *host)
{
	struct strbuf file = STRBUF_INIT;
	struct strbuf payload = STRBUF_INIT;
	struct journal_start start = a_start();
	char base[REPO_HEX_SIZE];

	oid_hex(base, &start.base);
	strbuf_adds(&file, "copydesk journal");
	put_number(&file, version, 4);
	put_number(&payload, (uint64_t)NOW, 8);
	put_number(&payload, 4711, 8);
	put_text(&payload, base);
	put_text(&payload, host);
	put_text(&payload, "/srv/news");
	put_text(&payload, "ferry");
	put_text(&payload, "B. Editor <b@example.org>");
	put_record(&file, &payload);
	strbuf_reset(&payload);
	put_number(&payload, 0, 8);
	put_number(&payload, 0, 8);
	strbuf_adds(&payload, "x");
	put_record(&file, &payload);
	write_bytes(path, file.data, file.len);
	strbuf_clear(&file);
	strbuf_clear(&payload);
}

static void the_format_is_the_one_that_is_written_down(void **state)
{
	struct fixture *f = *state;
	char *path = path_join(f->folder, "by-hand.journal");
	char host[256] = "";
	struct journal_list list;
	struct error err;
	char *expected = mem_printf("x%s", base_text);

	assert_int_equal(crc32c_bit_by_bit("123456789", 9), 0xe3069283);
	assert_int_equal(path_make_folders(f->folder, 0700, &err), 0);
	assert_int_equal(gethostname(host, sizeof host - 1), 0);
	write_by_hand(path, 1, host);
	list = listed(f->folder);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].state, JOURNAL_LEFT);
	assert_int_equal(list.items[0].process, 4711);
	assert_string_equal(list.items[0].draft, "ferry");
	assert_string_equal(list.items[0].person, "B. Editor <b@example.org>");
	assert_recovers(path, expected, 1, false);
	journal_list_clear(&list);
	free(expected);
	free(path);
}

static void what_is_not_ours_to_judge_is_kept_and_told(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *host;
		enum journal_state state;
		uint32_t version;
	} rows[] = {
	    {"another-host.example", JOURNAL_ELSEWHERE, 1},
	    {"another-host.example", JOURNAL_UNKNOWN, 2},
	};
	char *path = path_join(f->folder, "by-hand.journal");
	struct error err;

	assert_int_equal(path_make_folders(f->folder, 0700, &err), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct journal_list list;

		write_by_hand(path, rows[i].version, rows[i].host);
		list = listed(f->folder);
		assert_int_equal(list.count, 1);
		assert_int_equal(list.items[0].state, rows[i].state);
		assert_true(path_exists(path));
		journal_list_clear(&list);
	}
	assert_not_recovered(path, base_text, E_INVALID);
	free(path);
}

static void a_file_that_cannot_be_read_hides_no_other(void **state)
{
	struct fixture *f = *state;
	struct journal *journal = open_one(f->folder);
	struct strbuf text = STRBUF_INIT;
	char *link_path = path_join(f->folder, "link.journal");
	char *folder_path = path_join(f->folder, "folder.journal");
	struct journal_list list;
	size_t damaged = 0;

	edit(journal, &text, 0, 0, "x");
	journal_close(journal, false);
	assert_int_equal(symlink("/dev/zero", link_path), 0);
	assert_int_equal(mkdir(folder_path, 0700), 0);
	list = listed(f->folder);
	assert_int_equal(list.count, 3);
	for (size_t i = 0; i < list.count; i++)
		damaged += list.items[i].state == JOURNAL_DAMAGED;
	assert_int_equal(damaged, 2);
	assert_int_equal(list.items[0].state, JOURNAL_LEFT);
	journal_list_clear(&list);
	free(link_path);
	free(folder_path);
	strbuf_clear(&text);
}

/* -- A full disk -- */

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_is_told_at_once_and_costs_no_edit_before(void **state)
{
	struct fixture *f = *state;
	struct journal *journal = open_one(f->folder);
	struct journal_start start = a_start();
	struct buffer_edit more = {0, 0, "more than fits", 14};
	struct buffer_edit whole = {0, strlen(base_text), "All of the text.", 16};
	struct strbuf text = STRBUF_INIT;
	struct stat st;
	struct error err;
	off_t before;
	char *path;

	strbuf_adds(&text, base_text);
	edit(journal, &text, 0, 2, "By");
	path = only_path(f->folder);
	assert_int_equal(stat(path, &st), 0);
	before = st.st_size;
	signal(SIGXFSZ, SIG_IGN);
	limit_files((rlim_t)st.st_size + 10);
	err.message[0] = '\0';
	assert_int_equal(journal_append(journal, &more, &err), E_IO);
	assert_non_null(strstr(err.message, "lake-path"));
	limit_files(40);
	assert_int_equal(journal_restart(journal, &start.base, NOW, &whole, &err), E_IO);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, before);
	limit_files(RLIM_INFINITY);
	/* What follows a lost edit would be made on another text, so it is not taken. */
	assert_int_equal(journal_append(journal, &more, &err), E_IO);
	assert_int_equal(journal_restart(journal, &start.base, NOW, &whole, &err), 0);
	edit(journal, &text, 0, 3, "Each");
	journal_close(journal, false);
	assert_recovers(path, "Each of the text.", 2, false);
	free(path);
	strbuf_clear(&text);
}

static void a_torn_write_is_cut_off_again(void **state)
{
	struct fixture *f = *state;
	struct journal *journal = open_one(f->folder);
	struct buffer_edit more = {0, 0, "more than fits", 14};
	struct strbuf text = STRBUF_INIT;
	struct stat st;
	struct error err;
	char *path;

	strbuf_adds(&text, base_text);
	edit(journal, &text, 0, 2, "By");
	path = only_path(f->folder);
	assert_int_equal(stat(path, &st), 0);
	signal(SIGXFSZ, SIG_IGN);
	limit_files((rlim_t)st.st_size + 10);
	assert_int_equal(journal_append(journal, &more, &err), E_IO);
	limit_files(RLIM_INFINITY);
	journal_close(journal, false);
	assert_recovers(path, text.data, 1, false);
	free(path);
	strbuf_clear(&text);
}

static void a_folder_that_cannot_be_made_is_told(void **state)
{
	struct journal_start start = a_start();
	struct journal *journal;
	struct error err;

	(void)state;
	assert_int_equal(journal_open(&journal, "/dev/null/journal", &start, NULL, &err), E_IO);
}

/* -- Two processes -- */

static void a_live_journal_is_left_alone_and_a_killed_one_offered(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT;
	struct journal_list list;
	struct error err;
	int ready[2];
	char byte;
	pid_t child;

	strbuf_adds(&text, base_text);
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		struct journal *journal = open_one(f->folder);

		edit(journal, &text, 0, 2, "By");
		(void)!write(ready[1], "r", 1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	list = listed(f->folder);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].state, JOURNAL_LIVE);
	assert_int_equal(list.items[0].process, child);
	assert_not_recovered(list.items[0].path, base_text, E_CONFLICT);
	assert_int_equal(journal_set_aside(list.items[0].path, &err), E_CONFLICT);
	journal_list_clear(&list);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	list = listed(f->folder);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].state, JOURNAL_LEFT);
	strbuf_splice(&text, 0, 2, "By", 2);
	assert_recovers(list.items[0].path, text.data, 1, false);
	assert_int_equal(journal_set_aside(list.items[0].path, &err), 0);
	journal_list_clear(&list);
	close(ready[0]);
	strbuf_clear(&text);
}

struct syncing {
	struct journal *journal;
	int stop; /* readable when it is time */
};

static void *sync_until_told(void *context)
{
	struct syncing *s = context;
	struct error err;
	char byte;

	do {
		if (journal_sync(s->journal, &err) < 0)
			return s;
	} while (read(s->stop, &byte, 1) < 0);
	return NULL;
}

static void another_thread_may_sync_while_edits_are_written(void **state)
{
	struct fixture *f = *state;
	struct journal *journal = open_one(f->folder);
	struct journal_start start = a_start();
	struct strbuf text = STRBUF_INIT;
	struct syncing syncing = {.journal = journal};
	struct error err;
	pthread_t thread;
	void *failed;
	int stop[2];
	char *path;

	assert_int_equal(pipe2(stop, O_NONBLOCK), 0);
	syncing.stop = stop[0];
	assert_int_equal(pthread_create(&thread, NULL, sync_until_told, &syncing), 0);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(journal_restart(journal, &start.base, NOW, NULL, &err), 0);
		strbuf_reset(&text);
		strbuf_adds(&text, base_text);
		for (int j = 0; j < 50; j++)
			edit(journal, &text, (size_t)j, 1, "ab");
	}
	assert_int_equal(write(stop[1], "s", 1), 1);
	assert_int_equal(pthread_join(thread, &failed), 0);
	assert_null(failed);
	journal_close(journal, false);
	path = only_path(f->folder);
	assert_recovers(path, text.data, 50, false);
	free(path);
	close(stop[0]);
	close(stop[1]);
	strbuf_clear(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_was_typed_is_there_after_a_crash),
	    TEST(a_draft_without_a_text_starts_from_nothing),
	    TEST(a_save_starts_the_journal_anew),
	    TEST(nothing_unsaved_leaves_nothing_behind),
	    TEST(two_journals_of_one_draft_stand_side_by_side),
	    TEST(what_was_set_aside_is_kept_and_not_offered),
	    TEST(a_journal_torn_at_any_byte_gives_the_edits_before),
	    TEST(a_flipped_bit_costs_the_edits_from_there_on),
	    TEST(any_edits_come_back),
	    TEST(the_format_is_the_one_that_is_written_down),
	    TEST(what_is_not_ours_to_judge_is_kept_and_told),
	    TEST(a_file_that_cannot_be_read_hides_no_other),
	    TEST(a_full_disk_is_told_at_once_and_costs_no_edit_before),
	    TEST(a_torn_write_is_cut_off_again),
	    TEST(a_folder_that_cannot_be_made_is_told),
	    TEST(a_live_journal_is_left_alone_and_a_killed_one_offered),
	    TEST(another_thread_may_sync_while_edits_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
