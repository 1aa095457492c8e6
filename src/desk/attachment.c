#include "desk/attachment.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/attachment_internal.h"

/* -- What a file is -- */

static bool begins(const char *bytes, size_t len, size_t at, const char *magic, size_t magic_len)
{
	return len >= at + magic_len && memcmp(bytes + at, magic, magic_len) == 0;
}

/* An SVG picture is XML whose first element is svg; prologue, comments and blanks may stand before. */
static bool is_svg(const char *bytes, size_t len)
{
	size_t seen = len < 1024 ? len : 1024;
	const char *at = memmem(bytes, seen, "<svg", 4);

	for (const char *b = bytes; at != NULL && b < at; b++) {
		if (*b == '\0')
			return false;
	}
	return at != NULL && (bytes[0] == '<' || (seen > 3 && memcmp(bytes, "\xef\xbb\xbf<", 4) == 0));
}

void attachment_add_kind(struct strbuf *out, const char *path, const char *bytes, size_t len)
{
	static const struct {
		size_t at;
		const char *magic;
		size_t len;
		const char *words;
	} kinds[] = {
	    {0, "\x89PNG\r\n\x1a\n", 8, "PNG picture"},
	    {0, "\xff\xd8\xff", 3, "JPEG picture"},
	    {0, "GIF87a", 6, "GIF picture"},
	    {0, "GIF89a", 6, "GIF picture"},
	    {8, "WEBP", 4, "WebP picture"},
	    {0, "%PDF-", 5, "PDF document"},
	};
	const char *dot = strrchr(path_base(path), '.');

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (begins(bytes, len, kinds[i].at, kinds[i].magic, kinds[i].len) &&
		    (kinds[i].at == 0 || begins(bytes, len, 0, "RIFF", 4))) {
			strbuf_adds(out, kinds[i].words);
			return;
		}
	}
	if (len > 0 && is_svg(bytes, len)) {
		strbuf_adds(out, "SVG picture");
		return;
	}
	for (; dot != NULL && dot[1] != '\0'; dot++)
		strbuf_addc(out, (char)(dot[1] >= 'a' && dot[1] <= 'z' ? dot[1] - 'a' + 'A' : dot[1]));
	strbuf_adds(out, out->len > 0 && out->data[out->len - 1] != ' ' ? " file" : "file");
}

void attachment_add_size(struct strbuf *out, size_t size)
{
	if (size < 1000)
		strbuf_addf(out, "%zu byte%s", size, size == 1 ? "" : "s");
	else if (size < 10000)
		strbuf_addf(out, "%zu.%zu kB", size / 1000, size % 1000 / 100);
	else if (size < 1000000)
		strbuf_addf(out, "%zu kB", size / 1000);
	else
		strbuf_addf(out, "%zu.%zu MB", size / 1000000, size % 1000000 / 100000);
}

/* Appends the kind of a blob, and reads its size in bytes; 0 when it cannot be read. */
static size_t add_kind_of(struct strbuf *out, struct repo *repo, const char *path, const struct oid *blob)
{
	struct strbuf bytes = STRBUF_INIT;
	size_t size = 0;

	if (repo_blob_size(repo, blob, &size, NULL) == 0 && size <= REPO_BLOB_LIMIT)
		(void)repo_blob_read(repo, blob, &bytes, NULL);
	attachment_add_kind(out, path, bytes.data, bytes.len);
	strbuf_clear(&bytes);
	return size;
}

void attachment_describe(struct strbuf *out, struct repo *repo, const char *path, const struct oid *blob)
{
	size_t size = add_kind_of(out, repo, path, blob);

	strbuf_adds(out, ", ");
	attachment_add_size(out, size);
}

/* -- The attachments of a draft -- */

const char *attachment_change_word(enum attachment_change change)
{
	static const char *const words[] = {"unchanged", "added", "replaced", "removed"};

	return words[change];
}

static enum attachment_change change_of(const struct since_file *file)
{
	if (oid_equal(&file->before, &file->after))
		return ATTACHMENT_SAME;
	if (oid_is_zero(&file->after))
		return ATTACHMENT_REMOVED;
	return oid_is_zero(&file->before) ? ATTACHMENT_ADDED : ATTACHMENT_REPLACED;
}

static void find_in_text(struct attachment *out, const struct attachment_uses *uses)
{
	out->use = uses->count;
	for (size_t i = uses->count; i-- > 0;) {
		if (strcmp(uses->items[i].path, out->path) == 0) {
			out->use = i;
			out->used++;
		}
	}
}

static void read_one(struct attachment *out, struct repo *repo, const struct since_file *file,
		     const struct attachments *all)
{
	struct strbuf kind = STRBUF_INIT;

	out->path = mem_strdup(file->path);
	out->change = change_of(file);
	out->blob = out->change == ATTACHMENT_REMOVED ? file->before : file->after;
	out->size = add_kind_of(&kind, repo, out->path, &out->blob);
	out->kind = strbuf_detach(&kind);
	find_in_text(out, &all->uses);
}

/* A path is missing when it is in no tree of the draft; told once, at its first place. */
static void find_missing(struct attachments *out, struct repo *repo, const struct oid *tree)
{
	struct repo_entry entry;

	out->missing = mem_zalloc(out->uses.count + 1, sizeof *out->missing);
	for (size_t i = 0; i < out->uses.count; i++) {
		const char *path = out->uses.items[i].path;
		bool told = false;

		for (size_t j = 0; j < out->missing_count && !told; j++)
			told = strcmp(out->uses.items[out->missing[j]].path, path) == 0;
		if (!told && repo_tree_find(repo, tree, path, &entry, NULL) == E_NOTFOUND)
			out->missing[out->missing_count++] = i;
	}
}

int attachments_read(struct attachments *out, struct repo *repo, const char *article,
		     const struct since_states *states, const char *text, size_t len, struct error *err)
{
	(void)err;
	*out = (struct attachments){.count = states->file_count};
	attachment_find_uses(&out->uses, article, text, len);
	out->items = mem_zalloc(out->count + 1, sizeof *out->items);
	for (size_t i = 0; i < out->count; i++) {
		read_one(&out->items[i], repo, &states->files[i], out);
		out->items[i].in_fields = attachment_in_fields(text, len, path_base(out->items[i].path));
	}
	find_missing(out, repo, &states->after_tree);
	return 0;
}

void attachments_clear(struct attachments *attachments)
{
	for (size_t i = 0; i < attachments->count; i++) {
		free(attachments->items[i].path);
		free(attachments->items[i].kind);
	}
	free(attachments->items);
	free(attachments->missing);
	attachment_uses_clear(&attachments->uses);
	*attachments = (struct attachments){.count = 0};
}

void attachment_add_use(struct strbuf *out, const struct attachments *attachments, size_t index)
{
	const struct attachment *a = &attachments->items[index];

	if (a->used > 0)
		strbuf_addf(out, "used in paragraph %zu", attachments->uses.items[a->use].paragraph);
	if (a->used > 1)
		strbuf_addf(out, " and %zu more place%s", a->used - 1, a->used == 2 ? "" : "s");
	if (a->in_fields)
		strbuf_adds(out, a->used > 0 ? " and in the front matter" : "used in the front matter");
	if (a->used == 0 && !a->in_fields)
		strbuf_adds(out, "nothing uses it");
}
