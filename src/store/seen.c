#include "store/seen.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/path.h"
#include "base/strbuf.h"

#define FIRST_LINE "copydesk seen 1\n"

/* A file of ours is a few lines; what is larger is none. */
#define SIZE_LIMIT ((size_t)64 << 10)

/* What the file says of whose it is, a line each; a person is known by the mail address alone. */
static void add_key(struct strbuf *out, const struct seen_key *key)
{
	const char *mail = key->person->mail ? key->person->mail : "";

	strbuf_addf(out, "%s\n", key->newsroom);
	for (; *mail != '\0'; mail++)
		strbuf_addc(out, (char)(*mail >= 'A' && *mail <= 'Z' ? *mail - 'A' + 'a' : *mail));
	strbuf_addf(out, "\n%s\n", key->draft);
}

/* The file, named by what it is about, since a draft's name can be longer than a file's. */
static char *file_for(const char *folder, const struct strbuf *key)
{
	char hex[REPO_HEX_SIZE];
	struct oid id;
	char *path;

	repo_blob_hash(&id, key->data, key->len);
	oid_hex(hex, &id);
	path = path_join(folder, hex);
	return path;
}

/* The head in a file's bytes; false unless it is about this key. */
static bool read_head(struct oid *head, const struct strbuf *bytes, const struct strbuf *key)
{
	const size_t first = strlen(FIRST_LINE);
	const size_t digits = REPO_HEX_SIZE - 1;
	char hex[REPO_HEX_SIZE];

	if (bytes->len != first + digits + 1 + key->len || memcmp(bytes->data, FIRST_LINE, first) != 0 ||
	    bytes->data[first + digits] != '\n' ||
	    memcmp(bytes->data + first + digits + 1, key->data, key->len) != 0)
		return false;
	memcpy(hex, bytes->data + first, digits);
	hex[digits] = '\0';
	return oid_parse(head, hex) && !oid_is_zero(head);
}

bool seen_read(struct oid *head, const char *folder, const struct seen_key *key)
{
	struct strbuf words = STRBUF_INIT;
	struct strbuf bytes = STRBUF_INIT;
	bool found;
	char *path;

	add_key(&words, key);
	path = file_for(folder, &words);
	found = path_read(&bytes, path, SIZE_LIMIT, NULL) == 0 && read_head(head, &bytes, &words);
	free(path);
	strbuf_clear(&bytes);
	strbuf_clear(&words);
	return found;
}

int seen_write(const char *folder, const struct seen_key *key, const struct oid *head, struct error *err)
{
	struct strbuf words = STRBUF_INIT;
	struct strbuf bytes = STRBUF_INIT;
	char hex[REPO_HEX_SIZE];
	char *path;
	int rc = path_make_folders(folder, 0700, err);

	add_key(&words, key);
	path = file_for(folder, &words);
	oid_hex(hex, head);
	strbuf_addf(&bytes, FIRST_LINE "%s\n", hex);
	strbuf_add(&bytes, words.data, words.len);
	if (rc == 0)
		rc = path_write(path, bytes.data, bytes.len, 0600, err);
	free(path);
	strbuf_clear(&bytes);
	strbuf_clear(&words);
	return rc;
}
