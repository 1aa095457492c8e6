/* What the files of the room of signatures share: keys, and bytes in the manner of SSH. */
#ifndef COPYDESK_SIGN_INTERNAL_H
#define COPYDESK_SIGN_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/sign.h"

/* -- Bytes in the manner of SSH (RFC 4251, section 5) -- */

/* Bytes that belong to somebody else; reading takes them away at the start. */
struct sign_bytes {
	const unsigned char *data;
	size_t len;
};

/* Each is false, and takes nothing, where the bytes do not hold it. */
bool sign_read_bytes(struct sign_bytes *out, struct sign_bytes *from, size_t len);
bool sign_read_number(uint32_t *out, struct sign_bytes *from);
bool sign_read_string(struct sign_bytes *out, struct sign_bytes *from);

/* An mpint that is positive; out has no leading zeros. */
bool sign_read_mpint(struct sign_bytes *out, struct sign_bytes *from);

bool sign_bytes_are(const struct sign_bytes *bytes, const char *text);

/* Appends a string with its length before it. */
void sign_add_string(struct strbuf *out, const void *bytes, size_t len);

/*
 * Appends what base64 stands for; false for anything that an encoder would not have written (RFC 4648,
 * section 4), line ends aside.
 */
bool sign_decode(struct strbuf *out, const char *text, size_t len);

/* -- Public keys -- */

struct sign_kind;

struct sign_public {
	const struct sign_kind *kind;
	unsigned char *blob; /* as it stands in signatures and, in base64, in lists */
	size_t blob_len;
	void *pkey;                    /* libcrypto's EVP_PKEY */
	struct sign_bytes application; /* of a key on a token; in blob */
};

/* Whether a word names a kind of key that can be checked; its short name, or NULL. */
const char *sign_kind_label(const char *word, size_t len);

/* Whether a word names a kind of key at all, as far as one can tell. */
bool sign_kind_like(const char *word, size_t len);

/* Reads a key; false, with nothing to clear, for one that is damaged, too short, or of another kind. */
bool sign_public_read(struct sign_public *out, const void *blob, size_t len);
void sign_public_clear(struct sign_public *key);
const char *sign_public_label(const struct sign_public *key);

/* Appends "SHA256:..." as ssh-keygen -l shows it. */
void sign_public_fingerprint(struct strbuf *out, const struct sign_public *key);

/* Whether signature (the inner one: its kind and its bytes) is the key's, of these bytes. */
bool sign_public_verify(const struct sign_public *key, struct sign_bytes signature, const void *bytes,
			size_t len);

/* -- Signatures -- */

/* What PROTOCOL.sshsig says a signature is made of; borrowed from its bytes. */
struct sign_blob {
	struct sign_bytes key;
	struct sign_bytes space;
	struct sign_bytes reserved;
	struct sign_bytes hash;
	struct sign_bytes signature;
};

/* Reads an armored signature; decoded takes the bytes that out borrows. */
bool sign_blob_read(struct sign_blob *out, struct strbuf *decoded, const char *armor, size_t len);

/* Whether it holds for these bytes, by that key. */
bool sign_blob_verify(const struct sign_blob *blob, const struct sign_public *key, const void *bytes,
		      size_t len);

/* -- The list -- */

struct signer {
	size_t line;
	char *people; /* patterns of mail addresses, in lower case */
	bool for_git; /* its namespaces let it sign for git */
	int64_t after;
	int64_t before;
	bool has_after;
	bool has_before;
	bool local_time; /* a time has no zone */
	struct sign_public key;
};

/* Whether it may sign for git at a time. */
bool signer_counts(const struct signer *signer, int64_t time);

struct signers {
	struct signer *items;
	size_t count;
	size_t capacity;
};

/*
 * Whether a text matches a list of patterns: one of them, and none that begins with ! (ssh_config(5),
 * PATTERNS).
 */
bool signers_match(const char *patterns, const char *text);

#endif
