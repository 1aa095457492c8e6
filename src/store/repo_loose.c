/*
 * Loose objects (gitformat-pack(5) has the others): a zlib stream of a type's name, a blank, the decimal
 * size, a NUL and the content.
 */
#include "store/repo_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <git2/sys/odb_backend.h>
#include <zlib.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"

#define HEADER_MAX 32

/* Deflate makes nothing smaller than by this factor (zlib.net/zlib_tech.html, "Maximum Compression Factor").
 */
#define FACTOR_MAX 1032

#define CHUNK ((size_t)64 << 10)

struct loose {
	int fd;
	size_t file_size; /* bytes */
	size_t chunk_size;
	unsigned char *chunk; /* what was read of the file and is not inflated yet */
	z_stream z;
	bool over; /* the stream has ended, or cannot go on */
};

void repo_loose_name(char out[REPO_LOOSE_SIZE], const git_oid *id)
{
	char hex[REPO_HEX_SIZE];

	git_oid_tostr(hex, sizeof hex, id);
	snprintf(out, REPO_LOOSE_SIZE, "objects/%.2s/%s", hex, hex + 2);
}

static bool loose_open(struct loose *loose, const char *folder, const git_oid *id)
{
	char relative[REPO_LOOSE_SIZE];
	char *path;
	struct stat st;

	repo_loose_name(relative, id);
	path = path_join(folder, relative);
	memset(loose, 0, sizeof *loose);
	loose->fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	if (loose->fd < 0)
		return false;
	loose->file_size = fstat(loose->fd, &st) == 0 ? (size_t)st.st_size : 0;
	loose->chunk_size = loose->file_size < CHUNK ? loose->file_size + 1 : CHUNK;
	loose->chunk = mem_alloc(loose->chunk_size);
	loose->over = inflateInit(&loose->z) != Z_OK;
	return true;
}

static void loose_close(struct loose *loose)
{
	(void)inflateEnd(&loose->z);
	free(loose->chunk);
	close(loose->fd);
}

/* Reads on in the file; a file that ends before its stream does leaves nothing to go on with. */
static void read_on(struct loose *loose)
{
	ssize_t n;

	do
		n = read(loose->fd, loose->chunk, loose->chunk_size);
	while (n < 0 && errno == EINTR);
	loose->z.next_in = loose->chunk;
	loose->z.avail_in = n > 0 ? (uInt)n : 0;
	loose->over = n <= 0;
}

/* The next bytes of the object, fewer only where it ends or is damaged. */
static size_t take(struct loose *loose, char *out, size_t len)
{
	loose->z.next_out = (unsigned char *)out;
	loose->z.avail_out = (uInt)len;
	while (loose->z.avail_out > 0 && !loose->over) {
		if (loose->z.avail_in == 0)
			read_on(loose);
		if (!loose->over)
			loose->over = inflate(&loose->z, Z_NO_FLUSH) != Z_OK;
	}
	return len - loose->z.avail_out;
}

/* What a header says, and what follows it. */
struct header {
	git_object_t type;
	size_t size;
	char bytes[HEADER_MAX];
	const char *rest; /* in bytes: the first of the content */
	size_t rest_len;
};

static bool take_header(struct header *header, struct loose *loose)
{
	size_t len = take(loose, header->bytes, sizeof header->bytes);
	char *nul = memchr(header->bytes, '\0', len);
	char *blank = nul != NULL ? memchr(header->bytes, ' ', (size_t)(nul - header->bytes)) : NULL;
	char *end;

	if (blank == NULL)
		return false;
	*blank = '\0';
	header->type = git_object_string2type(header->bytes);
	errno = 0;
	header->size = strtoull(blank + 1, &end, 10);
	header->rest = nul + 1;
	header->rest_len = (size_t)(header->bytes + len - header->rest);
	return errno == 0 && end == nul && end > blank + 1 && blank[1] != '-' &&
	       header->size / FACTOR_MAX <= loose->file_size;
}

/* The first len bytes of the content; false where there are fewer. */
static bool take_content(char *out, size_t len, struct loose *loose, const struct header *header)
{
	size_t first = header->rest_len < len ? header->rest_len : len;

	memcpy(out, header->rest, first);
	return first + take(loose, out + first, len - first) == len;
}

enum repo_loose repo_loose_blob(const struct repo *repo, const git_oid *id, size_t len, struct strbuf *out)
{
	size_t start = out->len;
	struct header header;
	struct loose loose;
	bool read;

	if (!loose_open(&loose, repo->folder, id))
		return REPO_LOOSE_NONE;
	strbuf_reserve(out, len);
	read = take_header(&header, &loose) && header.type == GIT_OBJECT_BLOB && header.size >= len &&
	       take_content(out->data + start, len, &loose, &header);
	out->len = start + (read ? len : 0);
	out->data[out->len] = '\0';
	loose_close(&loose);
	return read ? REPO_LOOSE_READ : REPO_LOOSE_BROKEN;
}

/* -- The same for libgit2 -- */

/* Before libgit2's packs (2) and loose objects (1). */
#define BEFORE_ALL 3

struct backend {
	git_odb_backend base;
	char *folder;
};

static int backend_read(void **out, size_t *len, git_object_t *type, git_odb_backend *base, const git_oid *id)
{
	const struct backend *backend = (const struct backend *)base;
	struct header header;
	struct loose loose;
	char *bytes = NULL;

	if (!loose_open(&loose, backend->folder, id))
		return GIT_ENOTFOUND;
	/* A NUL after them, as libgit2 puts it itself. */
	if (take_header(&header, &loose) && header.type != GIT_OBJECT_INVALID)
		bytes = git_odb_backend_data_alloc(base, header.size + 1);
	if (bytes != NULL && !take_content(bytes, header.size, &loose, &header)) {
		git_odb_backend_data_free(base, bytes);
		bytes = NULL;
	}
	loose_close(&loose);
	if (bytes == NULL) {
		git_error_set_str(GIT_ERROR_ODB, "the file of an object is damaged");
		return GIT_ERROR;
	}
	bytes[header.size] = '\0';
	*out = bytes;
	*len = header.size;
	*type = header.type;
	return 0;
}

static void backend_free(git_odb_backend *base)
{
	struct backend *backend = (struct backend *)base;

	free(backend->folder);
	free(backend);
}

int repo_loose_install(struct repo *repo)
{
	struct backend *backend = mem_zalloc(1, sizeof *backend);
	int code = git_odb_init_backend(&backend->base, GIT_ODB_BACKEND_VERSION);

	backend->base.read = backend_read;
	backend->base.free = backend_free;
	backend->folder = mem_strdup(repo->folder);
	if (code == 0)
		code = git_odb_add_backend(repo->odb, &backend->base, BEFORE_ALL);
	if (code < 0)
		backend_free(&backend->base);
	return code;
}
