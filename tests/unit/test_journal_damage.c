/* Journals that were damaged, come from elsewhere, or are written by hand in the format of the header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "journals.h"
#include "store/journal.h"

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
	struct journal *journal = journals_open(folder);
	struct strbuf text = STRBUF_INIT;
	struct stat st;

	*s = (struct sample){.file = STRBUF_INIT, .edits = sizeof edits / sizeof edits[0]};
	s->path = mem_printf("%s/lake-path.%d.0.journal", folder, (int)getpid());
	strbuf_adds(&text, journals_base);
	for (size_t i = 0; i <= s->edits; i++) {
		assert_int_equal(stat(s->path, &st), 0);
		s->ends[i] = (size_t)st.st_size;
		s->texts[i] = mem_strdup(text.data);
		if (i < s->edits)
			journals_edit(journal, &text, edits[i].pos, edits[i].cut, edits[i].insert);
	}
	journal_close(journal, false);
	assert_int_equal(path_read(&s->file, s->path, (size_t)1 << 24, NULL), 0);
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
	struct journals *j = *state;
	struct sample s;

	make_sample(&s, j->folder);
	for (size_t len = 0; len <= s.file.len; len++) {
		size_t edits = whole_edits(&s, len);
		struct journal_list list;

		write_bytes(s.path, s.file.data, len);
		if (len < s.ends[0]) {
			assert_not_recovered(s.path, journals_base, E_INVALID);
			list = journals_listed(j->folder);
			assert_int_equal(list.count, len > 0);
			assert_true(len == 0 || list.items[0].state == JOURNAL_DAMAGED);
			journal_list_clear(&list);
			continue;
		}
		assert_recovers(s.path, s.texts[edits], edits, len != s.ends[edits]);
		list = journals_listed(j->folder);
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
	struct journals *j = *state;
	struct sample s;

	make_sample(&s, j->folder);
	for (size_t i = 0; i < s.file.len; i++) {
		size_t edits = whole_edits(&s, i);
		char byte = s.file.data[i];

		s.file.data[i] = (char)(byte ^ (1 << i % 8));
		write_bytes(s.path, s.file.data, s.file.len);
		s.file.data[i] = byte;
		if (i < s.ends[0])
			assert_not_recovered(s.path, journals_base, E_INVALID);
		else
			assert_recovers(s.path, s.texts[edits], edits, true);
	}
	clear_sample(&s);
}

static void any_edits_come_back(void **state)
{
	struct journals *j = *state;
	struct journal *journal = journals_open(j->folder);
	struct strbuf text = STRBUF_INIT;
	uint64_t seed = 20261120;
	char *path;

	strbuf_adds(&text, journals_base);
	for (int i = 0; i < 2000; i++) {
		char insert[8] = "";
		size_t pos, cut;

		seed = seed * 6364136223846793005 + 1442695040888963407;
		pos = (seed >> 33) % (text.len + 1);
		cut = (seed >> 20) % 5;
		cut = cut > text.len - pos ? text.len - pos : cut;
		for (size_t k = 0; k < (seed >> 40) % 7; k++)
			insert[k] = (char)(1 + (seed >> (k * 7)) % 255);
		journals_edit(journal, &text, pos, cut, insert);
	}
	journal_close(journal, false);
	path = journals_only(j->folder);
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
	struct journal_start start = journals_start();
	char base[REPO_HEX_SIZE];

	oid_hex(base, &start.base);
	strbuf_adds(&file, "copydesk journal");
	put_number(&file, version, 4);
	put_number(&payload, (uint64_t)JOURNALS_NOW, 8);
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
	struct journals *j = *state;
	char *path = path_join(j->folder, "by-hand.journal");
	char host[256] = "";
	struct journal_list list;
	struct error err;
	char *expected = mem_printf("x%s", journals_base);

	assert_int_equal(crc32c_bit_by_bit("123456789", 9), 0xe3069283);
	assert_int_equal(path_make_folders(j->folder, 0700, &err), 0);
	assert_int_equal(gethostname(host, sizeof host - 1), 0);
	write_by_hand(path, 1, host);
	list = journals_listed(j->folder);
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
	struct journals *j = *state;
	static const struct {
		const char *host;
		enum journal_state state;
		uint32_t version;
	} rows[] = {
	    {"another-host.example", JOURNAL_ELSEWHERE, 1},
	    {"another-host.example", JOURNAL_UNKNOWN, 2},
	};
	char *path = path_join(j->folder, "by-hand.journal");
	struct error err;

	assert_int_equal(path_make_folders(j->folder, 0700, &err), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct journal_list list;

		write_by_hand(path, rows[i].version, rows[i].host);
		list = journals_listed(j->folder);
		assert_int_equal(list.count, 1);
		assert_int_equal(list.items[0].state, rows[i].state);
		assert_true(path_exists(path));
		journal_list_clear(&list);
	}
	assert_not_recovered(path, journals_base, E_INVALID);
	free(path);
}

static void a_file_that_cannot_be_read_hides_no_other(void **state)
{
	struct journals *j = *state;
	struct journal *journal = journals_open(j->folder);
	struct strbuf text = STRBUF_INIT;
	char *link_path = path_join(j->folder, "link.journal");
	char *folder_path = path_join(j->folder, "folder.journal");
	struct journal_list list;
	size_t damaged = 0;

	journals_edit(journal, &text, 0, 0, "x");
	journal_close(journal, false);
	assert_int_equal(symlink("/dev/zero", link_path), 0);
	assert_int_equal(mkdir(folder_path, 0700), 0);
	list = journals_listed(j->folder);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_journals(a_journal_torn_at_any_byte_gives_the_edits_before),
	    in_journals(a_flipped_bit_costs_the_edits_from_there_on),
	    in_journals(any_edits_come_back),
	    in_journals(the_format_is_the_one_that_is_written_down),
	    in_journals(what_is_not_ours_to_judge_is_kept_and_told),
	    in_journals(a_file_that_cannot_be_read_hides_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
