#include "store/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "store/journal_record.h"

static int cannot_read(const char *path, int errnum, struct error *err)
{
	if (errnum == ENOENT)
		return error_set(err, E_NOTFOUND, "The crash log %s is gone.", path);
	return error_set_errno(err, errnum, "The crash log %s cannot be read", path);
}

static int being_written(const char *path, struct error *err)
{
	return error_set(err, E_CONFLICT, "The draft of the crash log %s is open in another copydesk.", path);
}

/* Opens a journal for reading; NULL with errno. */
static FILE *open_journal(const char *path, struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int errnum;

	if (fd < 0)
		return NULL;
	if (fstat(fd, st) == 0) {
		if (S_ISREG(st->st_mode))
			return fdopen(fd, "r");
		errno = EINVAL;
	}
	errnum = errno;
	close(fd);
	errno = errnum;
	return NULL;
}

/*
 * Whether a process holds the journal at path, which file was opened from.  When none does, we hold
 * it until file is closed, and nobody puts another in its place.
 */
static bool is_held(FILE *file, const char *path, int how)
{
	struct stat opened;
	struct stat named;

	if (flock(fileno(file), how | LOCK_NB) < 0)
		return true;
	/* A journal that was started anew meanwhile is another file under the same name. */
	return fstat(fileno(file), &opened) < 0 || lstat(path, &named) < 0 || opened.st_dev != named.st_dev ||
	       opened.st_ino != named.st_ino;
}

/* -- Listing -- */

static void clear_entry(struct journal_entry *entry)
{
	free(entry->path);
	free(entry->host);
	free(entry->newsroom);
	free(entry->draft);
	free(entry->person);
}

void journal_list_clear(struct journal_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		clear_entry(&list->items[i]);
	free(list->items);
	*list = (struct journal_list){0};
}

static bool from_here(const char *host)
{
	char here[256] = "";

	return gethostname(here, sizeof here - 1) == 0 && strcmp(here, host) == 0;
}

/* Moves what the header says into the entry. */
static void take_header(struct journal_entry *entry, struct journal_header *header)
{
	entry->started = header->started;
	entry->process = header->process;
	entry->host = header->host;
	entry->newsroom = header->newsroom;
	entry->draft = header->draft;
	entry->person = header->person;
	oid_parse(&entry->base, header->base);
}

static void take_nothing(struct journal_entry *entry)
{
	entry->host = mem_strdup("");
	entry->newsroom = mem_strdup("");
	entry->draft = mem_strdup("");
	entry->person = mem_strdup("");
}

/* Fills in everything but the path. */
static void read_entry(struct journal_entry *entry, FILE *file)
{
	struct journal_reader reader = {file, STRBUF_INIT};
	struct journal_header header;
	struct buffer_edit edit;
	bool held = is_held(file, entry->path, LOCK_SH);
	enum journal_read got = journal_read_header(&reader, &header);

	if (got == JOURNAL_READ_RECORD) {
		take_header(entry, &header);
		entry->state = JOURNAL_LEFT;
		if (!from_here(entry->host))
			entry->state = JOURNAL_ELSEWHERE;
		if (held)
			entry->state = JOURNAL_LIVE;
		while ((got = journal_read_edit(&reader, &edit)) == JOURNAL_READ_RECORD)
			entry->edits++;
		entry->torn = got != JOURNAL_READ_END;
	} else {
		take_nothing(entry);
		entry->state = got == JOURNAL_READ_VERSION ? JOURNAL_UNKNOWN : JOURNAL_DAMAGED;
	}
	strbuf_clear(&reader.payload);
}

/* A journal that was left behind with nothing in it; it goes. */
static bool is_empty(const struct journal_entry *entry, FILE *file)
{
	if (entry->state == JOURNAL_UNKNOWN || entry->state == JOURNAL_DAMAGED || entry->edits > 0 ||
	    entry->torn)
		return false;
	if (entry->state == JOURNAL_LEFT && !is_held(file, entry->path, LOCK_EX))
		unlink(entry->path);
	return true;
}

static void add_entry(struct journal_list *out, const struct journal_entry *entry)
{
	size_t at = out->count;

	out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
	for (; at > 0 && out->items[at - 1].changed < entry->changed; at--)
		out->items[at] = out->items[at - 1];
	out->items[at] = *entry;
	out->count++;
}

static void list_file(struct journal_list *out, const char *folder, const char *name)
{
	struct journal_entry entry = {.path = path_join(folder, name)};
	struct stat st = {0};
	FILE *file = open_journal(entry.path, &st);

	if (file == NULL && errno != ENOENT) {
		take_nothing(&entry);
		entry.state = JOURNAL_DAMAGED;
	} else if (file == NULL || st.st_size == 0) {
		/* It went meanwhile, or its maker has not written to it yet. */
		free(entry.path);
		if (file != NULL)
			fclose(file);
		return;
	} else {
		entry.changed = st.st_mtime;
		read_entry(&entry, file);
	}
	if (is_empty(&entry, file))
		clear_entry(&entry);
	else
		add_entry(out, &entry);
	if (file != NULL)
		fclose(file);
}

static bool is_journal_name(const char *name)
{
	size_t len = strlen(name);
	size_t suffix = strlen(JOURNAL_SUFFIX);

	return len > suffix && strcmp(name + len - suffix, JOURNAL_SUFFIX) == 0;
}

int journal_list(struct journal_list *out, const char *folder, struct error *err)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	*out = (struct journal_list){0};
	if (dir == NULL && errno == ENOENT)
		return 0;
	if (dir == NULL)
		return error_set_errno(err, errno, "The folder %s of crash logs cannot be read", folder);
	while ((entry = readdir(dir)) != NULL)
		if (is_journal_name(entry->d_name))
			list_file(out, folder, entry->d_name);
	closedir(dir);
	return 0;
}

bool journal_named_for(const char *path, const char *draft)
{
	struct strbuf start = STRBUF_INIT;
	bool named;

	journal_put_name(&start, draft);
	strbuf_addc(&start, '.');
	named = strncmp(path_base(path), start.data, start.len) == 0;
	strbuf_clear(&start);
	return named;
}

bool journal_any_for(const char *folder, const char *draft)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool any = false;

	while (dir != NULL && !any && (entry = readdir(dir)) != NULL)
		any = is_journal_name(entry->d_name) && journal_named_for(entry->d_name, draft);
	if (dir != NULL)
		closedir(dir);
	return any;
}

/* -- Recovering -- */

/* Whether the editing started from this text. */
static bool is_base(const struct journal_header *header, const char *base, size_t base_len)
{
	struct oid noted;
	struct oid given;

	if (!oid_parse(&noted, header->base))
		return false;
	if (oid_is_zero(&noted))
		return base_len == 0;
	repo_blob_hash(&given, base, base_len);
	return oid_equal(&noted, &given);
}

static int check_header(struct journal_reader *reader, const char *path, const char *base, size_t base_len,
			struct error *err)
{
	struct journal_header header;
	int rc = 0;

	switch (journal_read_header(reader, &header)) {
	case JOURNAL_READ_RECORD:
		if (!is_base(&header, base, base_len))
			rc = error_set(err, E_INVALID,
				       "The crash log of %s belongs to another text of that draft.",
				       header.draft);
		journal_header_clear(&header);
		return rc;
	case JOURNAL_READ_FAILED:
		return cannot_read(path, errno, err);
	case JOURNAL_READ_VERSION:
		return error_set(err, E_INVALID, "The crash log %s is from another version of copydesk.",
				 path);
	default:
		return error_set(err, E_INVALID, "The start of the crash log %s is damaged.", path);
	}
}

/* Makes the edits on what stands in text from start on. */
static int make_edits(struct strbuf *text, size_t start, struct journal_reader *reader,
		      struct journal_recovery *found)
{
	struct buffer_edit edit;
	enum journal_read got;

	while ((got = journal_read_edit(reader, &edit)) == JOURNAL_READ_RECORD) {
		size_t len = text->len - start;

		/* An edit that does not fit cannot have been made on this text. */
		if (edit.pos > len || edit.cut > len - edit.pos) {
			got = JOURNAL_READ_TORN;
			break;
		}
		strbuf_splice(text, start + edit.pos, edit.cut, edit.insert, edit.len);
		found->edits++;
	}
	found->torn = got == JOURNAL_READ_TORN;
	return got == JOURNAL_READ_FAILED ? -1 : 0;
}

int journal_recover(struct strbuf *out, struct journal_recovery *found, const char *path, const char *base,
		    size_t base_len, struct error *err)
{
	struct journal_reader reader = {NULL, STRBUF_INIT};
	size_t start = out->len;
	struct stat st;
	int rc;

	*found = (struct journal_recovery){0};
	reader.file = open_journal(path, &st);
	if (reader.file == NULL)
		return cannot_read(path, errno, err);
	rc = is_held(reader.file, path, LOCK_SH) ? being_written(path, err)
						 : check_header(&reader, path, base, base_len, err);
	if (rc == 0) {
		strbuf_add(out, base, base_len);
		if (make_edits(out, start, &reader, found) < 0)
			rc = cannot_read(path, errno, err);
		if (rc < 0)
			strbuf_truncate(out, start);
	}
	strbuf_clear(&reader.payload);
	fclose(reader.file);
	return rc;
}

/* A free name for a journal that is set aside, taken by an empty file; NULL with errno. */
static char *aside_name(const char *path)
{
	for (unsigned try = 0;; try++) {
		char *name = mem_printf("%s.%u" JOURNAL_ASIDE, path, try);
		int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		int errnum = errno;

		if (fd >= 0) {
			close(fd);
			return name;
		}
		free(name);
		errno = errnum;
		if (errnum != EEXIST)
			return NULL;
	}
}

int journal_set_aside(const char *path, struct error *err)
{
	struct stat st;
	FILE *file = open_journal(path, &st);
	char *name;
	int rc = 0;

	if (file == NULL)
		return cannot_read(path, errno, err);
	if (is_held(file, path, LOCK_EX)) {
		fclose(file);
		return being_written(path, err);
	}
	name = aside_name(path);
	if (name == NULL || rename(path, name) < 0) {
		rc = errno == ENOENT
			 ? cannot_read(path, errno, err)
			 : error_set_errno(err, errno, "The crash log %s cannot be set aside", path);
		if (name != NULL)
			unlink(name);
	}
	free(name);
	fclose(file);
	return rc;
}
