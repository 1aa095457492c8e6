#include "store/sign_internal.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/strbuf.h"

#define ARMOR_BEGIN "-----BEGIN SSH SIGNATURE-----\n"
#define ARMOR_END   "\n-----END SSH SIGNATURE-----"
#define MAGIC       "SSHSIG"
#define MAGIC_LEN   6
#define VERSION     1

/* -- Signatures -- */

/* What stands between the lines of the armor. */
static bool unwrap(const char **body, size_t *body_len, const char *armor, size_t len)
{
	const size_t begin = sizeof ARMOR_BEGIN - 1;
	const size_t end = sizeof ARMOR_END - 1;

	while (len > 0 && armor[len - 1] == '\n')
		len--;
	if (len < begin + end || memcmp(armor, ARMOR_BEGIN, begin) != 0 ||
	    memcmp(armor + len - end, ARMOR_END, end) != 0)
		return false;
	*body = armor + begin;
	*body_len = len - begin - end;
	return true;
}

bool sign_blob_read(struct sign_blob *out, struct strbuf *decoded, const char *armor, size_t len)
{
	struct sign_bytes rest;
	struct sign_bytes magic;
	uint32_t version;
	const char *body;
	size_t body_len;

	if (!unwrap(&body, &body_len, armor, len) || !sign_decode(decoded, body, body_len))
		return false;
	rest = (struct sign_bytes){(const unsigned char *)decoded->data, decoded->len};
	return sign_read_bytes(&magic, &rest, MAGIC_LEN) && sign_bytes_are(&magic, MAGIC) &&
	       sign_read_number(&version, &rest) && version == VERSION &&
	       sign_read_string(&out->key, &rest) && sign_read_string(&out->space, &rest) &&
	       sign_read_string(&out->reserved, &rest) && sign_read_string(&out->hash, &rest) &&
	       sign_read_string(&out->signature, &rest) && rest.len == 0;
}

bool sign_blob_id(unsigned char out[20], const void *bytes, size_t len)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	char head[32];
	int head_len = snprintf(head, sizeof head, "blob %zu", len) + 1; /* with its NUL */
	bool made = context != NULL && EVP_DigestInit_ex(context, EVP_sha1(), NULL) == 1 &&
		    EVP_DigestUpdate(context, head, (size_t)head_len) == 1 &&
		    EVP_DigestUpdate(context, bytes, len) == 1 && EVP_DigestFinal_ex(context, out, NULL) == 1;

	EVP_MD_CTX_free(context);
	return made;
}

static const EVP_MD *hash_of(const struct sign_bytes *name)
{
	if (sign_bytes_are(name, "sha512"))
		return EVP_sha512();
	return sign_bytes_are(name, "sha256") ? EVP_sha256() : NULL;
}

bool sign_blob_verify(const struct sign_blob *blob, const struct sign_public *key, const void *bytes,
		      size_t len)
{
	const EVP_MD *hash = hash_of(&blob->hash);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned digest_len = 0;
	struct strbuf signed_bytes = STRBUF_INIT;
	bool holds;

	if (!sign_bytes_are(&blob->space, SIGN_NAMESPACE) || hash == NULL ||
	    EVP_Digest(bytes, len, digest, &digest_len, hash, NULL) != 1)
		return false;
	strbuf_adds(&signed_bytes, MAGIC);
	sign_add_string(&signed_bytes, blob->space.data, blob->space.len);
	sign_add_string(&signed_bytes, blob->reserved.data, blob->reserved.len);
	sign_add_string(&signed_bytes, blob->hash.data, blob->hash.len);
	sign_add_string(&signed_bytes, digest, digest_len);
	holds = sign_public_verify(key, blob->signature, signed_bytes.data, signed_bytes.len);
	strbuf_clear(&signed_bytes);
	return holds;
}

/* -- Verdicts -- */

static const struct {
	const char *word;
	const char *clause;
} verdicts[] = {
    [SIGN_NONE] = {"none", "it is not signed"},
    [SIGN_GOOD] = {"good", "it is signed"},
    [SIGN_BAD] = {"bad", "its signature does not hold"},
    [SIGN_UNKNOWN] = {"unknown-key", "it is signed by a key that nobody is known by"},
    [SIGN_OTHERS] = {"other-key", "it is signed by somebody else's key"},
    [SIGN_UNTIMELY] = {"not-valid-then", "it is signed by a key that did not count at that time"},
};

const char *sign_verdict_word(enum sign_verdict verdict)
{
	return verdicts[verdict].word;
}

const char *sign_verdict_clause(enum sign_verdict verdict)
{
	return verdicts[verdict].clause;
}

static bool is_by(const struct signer *signer, const struct sign_bytes *key)
{
	return signer->for_git && signer->key.blob_len == key->len &&
	       memcmp(signer->key.blob, key->data, key->len) == 0;
}

static enum sign_verdict judge(const struct signers *signers, const char *mail, int64_t time,
			       const struct sign_blob *blob, const void *bytes, size_t len)
{
	enum sign_verdict verdict = SIGN_UNKNOWN;

	for (size_t i = 0; signers != NULL && i < signers->count; i++) {
		const struct signer *signer = &signers->items[i];

		if (!is_by(signer, &blob->key))
			continue;
		/* The same key again has the same answer. */
		if (verdict == SIGN_UNKNOWN) {
			if (!sign_blob_verify(blob, &signer->key, bytes, len))
				return SIGN_BAD;
			verdict = SIGN_OTHERS;
		}
		if (!signers_match(signer->people, mail))
			continue;
		if (signer_counts(signer, time))
			return SIGN_GOOD;
		verdict = SIGN_UNTIMELY;
	}
	return verdict;
}

enum sign_verdict sign_check(const struct signers *signers, const char *mail, int64_t time, const char *armor,
			     size_t armor_len, const void *bytes, size_t len)
{
	struct strbuf decoded = STRBUF_INIT;
	struct sign_blob blob;
	enum sign_verdict verdict = SIGN_BAD;

	if (armor_len == 0)
		return SIGN_NONE;
	if (sign_blob_read(&blob, &decoded, armor, armor_len))
		verdict = judge(signers, mail, time, &blob, bytes, len);
	strbuf_clear(&decoded);
	return verdict;
}
