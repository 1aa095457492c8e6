#include "store/sign_internal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "base/mem.h"
#include "base/strbuf.h"

#define ED25519_KEY       32   /* bytes */
#define ED25519_SIGNATURE 64   /* bytes */
#define RSA_SHORTEST      2048 /* bits */
#define RSA_LONGEST       16384

enum family { ED25519, ECDSA, RSA_KEY };

struct sign_kind {
	const char *word;  /* in keys; in signatures too, but for RSA */
	const char *label; /* as ssh-keygen -l shows it */
	enum family family;
	const char *curve; /* ECDSA: SSH's name of the curve (RFC 5656, section 10.1) */
	const char *group; /* ECDSA: libcrypto's */
	const EVP_MD *(*hash)(void);
	bool token; /* the key is on a token (PROTOCOL.u2f) */
};

static const struct sign_kind kinds[] = {
    {.word = "ssh-ed25519", .label = "ED25519", .family = ED25519},
    {"ecdsa-sha2-nistp256", "ECDSA", ECDSA, "nistp256", "P-256", EVP_sha256},
    {"ecdsa-sha2-nistp384", "ECDSA", ECDSA, "nistp384", "P-384", EVP_sha384},
    {"ecdsa-sha2-nistp521", "ECDSA", ECDSA, "nistp521", "P-521", EVP_sha512},
    {.word = "ssh-rsa", .label = "RSA", .family = RSA_KEY},
    {.word = "sk-ssh-ed25519@openssh.com", .label = "ED25519-SK", .family = ED25519, .token = true},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "ECDSA-SK", ECDSA, "nistp256", "P-256", EVP_sha256, true},
};

static const struct sign_kind *kind_of(const void *word, size_t len)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strlen(kinds[i].word) == len && memcmp(kinds[i].word, word, len) == 0)
			return &kinds[i];
	}
	return NULL;
}

const char *sign_kind_label(const char *word, size_t len)
{
	const struct sign_kind *kind = kind_of(word, len);

	return kind != NULL ? kind->label : NULL;
}

bool sign_kind_like(const char *word, size_t len)
{
	static const char *const starts[] = {"ssh-", "ecdsa-", "sk-", "rsa-"};

	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
		if (len > strlen(starts[i]) && memcmp(word, starts[i], strlen(starts[i])) == 0)
			return memchr(word, '=', len) == NULL;
	}
	return false;
}

/* -- Reading -- */

static EVP_PKEY *make_key(const char *type, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY_CTX *check = NULL;
	EVP_PKEY *pkey = NULL;

	if (params == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	if (pkey != NULL)
		check = EVP_PKEY_CTX_new(pkey, NULL);
	if (pkey != NULL && (check == NULL || EVP_PKEY_public_check_quick(check) != 1)) {
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	EVP_PKEY_CTX_free(check);
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(params);
	return pkey;
}

/* An uncompressed point, which is the only form that OpenSSH writes or takes. */
static EVP_PKEY *read_ecdsa(const struct sign_kind *kind, struct sign_bytes *rest)
{
	struct sign_bytes curve;
	struct sign_bytes point;
	OSSL_PARAM_BLD *build;
	EVP_PKEY *pkey = NULL;

	if (!sign_read_string(&curve, rest) || !sign_bytes_are(&curve, kind->curve) ||
	    !sign_read_string(&point, rest) || point.len == 0 || point.data[0] != 4)
		return NULL;
	build = OSSL_PARAM_BLD_new();
	if (build != NULL &&
	    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, kind->group, 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point.data, point.len) == 1)
		pkey = make_key("EC", build);
	OSSL_PARAM_BLD_free(build);
	return pkey;
}

static EVP_PKEY *read_rsa(struct sign_bytes *rest)
{
	struct sign_bytes exponent;
	struct sign_bytes modulus;
	OSSL_PARAM_BLD *build;
	BIGNUM *e;
	BIGNUM *n;
	EVP_PKEY *pkey = NULL;

	if (!sign_read_mpint(&exponent, rest) || !sign_read_mpint(&modulus, rest) || exponent.len > 8 ||
	    modulus.len < RSA_SHORTEST / 8 || modulus.len > RSA_LONGEST / 8)
		return NULL;
	e = BN_bin2bn(exponent.data, (int)exponent.len, NULL);
	n = BN_bin2bn(modulus.data, (int)modulus.len, NULL);
	build = OSSL_PARAM_BLD_new();
	if (e != NULL && n != NULL && build != NULL && BN_num_bits(n) >= RSA_SHORTEST &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1)
		pkey = make_key("RSA", build);
	OSSL_PARAM_BLD_free(build);
	BN_free(e);
	BN_free(n);
	return pkey;
}

static EVP_PKEY *read_ed25519(struct sign_bytes *rest)
{
	struct sign_bytes bytes;

	if (!sign_read_string(&bytes, rest) || bytes.len != ED25519_KEY)
		return NULL;
	return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes.data, bytes.len);
}

bool sign_public_read(struct sign_public *out, const void *blob, size_t len)
{
	struct sign_bytes rest;
	struct sign_bytes word;

	memset(out, 0, sizeof *out);
	out->blob = mem_alloc(len + 1);
	memcpy(out->blob, blob, len);
	out->blob_len = len;
	rest = (struct sign_bytes){out->blob, len};
	if (sign_read_string(&word, &rest))
		out->kind = kind_of(word.data, word.len);
	if (out->kind != NULL && out->kind->family == ED25519)
		out->pkey = read_ed25519(&rest);
	else if (out->kind != NULL && out->kind->family == ECDSA)
		out->pkey = read_ecdsa(out->kind, &rest);
	else if (out->kind != NULL)
		out->pkey = read_rsa(&rest);
	if (out->pkey != NULL && (!out->kind->token || sign_read_string(&out->application, &rest)) &&
	    rest.len == 0)
		return true;
	sign_public_clear(out);
	return false;
}

void sign_public_clear(struct sign_public *key)
{
	EVP_PKEY_free(key->pkey);
	free(key->blob);
	memset(key, 0, sizeof *key);
}

const char *sign_public_label(const struct sign_public *key)
{
	return key->kind->label;
}

void sign_public_fingerprint(struct strbuf *out, const struct sign_public *key)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned char text[EVP_MAX_MD_SIZE * 2];
	unsigned len = 0;
	int text_len;

	if (EVP_Digest(key->blob, key->blob_len, digest, &len, EVP_sha256(), NULL) != 1)
		return;
	text_len = EVP_EncodeBlock(text, digest, (int)len);
	while (text_len > 0 && text[text_len - 1] == '=')
		text_len--;
	strbuf_adds(out, "SHA256:");
	strbuf_add(out, text, (size_t)text_len);
}

/* -- Verifying -- */

static bool verify(const struct sign_public *key, const EVP_MD *hash, const void *signature,
		   size_t signature_len, const struct strbuf *bytes)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool holds = context != NULL && EVP_DigestVerifyInit(context, NULL, hash, NULL, key->pkey) == 1 &&
		     EVP_DigestVerify(context, signature, signature_len, (const unsigned char *)bytes->data,
				      bytes->len) == 1;

	EVP_MD_CTX_free(context);
	return holds;
}

/* SSH writes the two numbers one after the other, libcrypto wants them in ASN.1. */
static bool verify_ecdsa(const struct sign_public *key, struct sign_bytes signature,
			 const struct strbuf *bytes)
{
	struct sign_bytes r;
	struct sign_bytes s;
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r_number = NULL;
	BIGNUM *s_number = NULL;
	unsigned char *der = NULL;
	int der_len = 0;
	bool holds = false;

	if (pair != NULL && sign_read_mpint(&r, &signature) && sign_read_mpint(&s, &signature) &&
	    signature.len == 0 && r.len <= 66 && s.len <= 66) {
		r_number = BN_bin2bn(r.data, (int)r.len, NULL);
		s_number = BN_bin2bn(s.data, (int)s.len, NULL);
	}
	if (r_number != NULL && s_number != NULL && ECDSA_SIG_set0(pair, r_number, s_number) == 1) {
		r_number = s_number = NULL;
		der_len = i2d_ECDSA_SIG(pair, &der);
	}
	if (der_len > 0)
		holds = verify(key, key->kind->hash(), der, (size_t)der_len, bytes);
	OPENSSL_free(der);
	BN_free(r_number);
	BN_free(s_number);
	ECDSA_SIG_free(pair);
	return holds;
}

/* RFC 8332, section 3: the hash is in the signature's name. SHA-1 is not taken. */
static bool verify_rsa(const struct sign_public *key, const struct sign_bytes *word,
		       const struct sign_bytes *signature, const struct strbuf *bytes)
{
	const EVP_MD *hash = sign_bytes_are(word, "rsa-sha2-512")   ? EVP_sha512()
			     : sign_bytes_are(word, "rsa-sha2-256") ? EVP_sha256()
								    : NULL;
	size_t size = (size_t)EVP_PKEY_get_size(key->pkey);
	unsigned char whole[RSA_LONGEST / 8] = {0};

	if (hash == NULL || signature->len == 0 || signature->len > size || size > sizeof whole)
		return false;
	/* Some signers leave out the zeros at its start. */
	memcpy(whole + size - signature->len, signature->data, signature->len);
	return verify(key, hash, whole, size, bytes);
}

/* What a token signs in place of the bytes (PROTOCOL.u2f, "SSH U2F Signatures"). */
static bool token_bytes(struct strbuf *out, const struct sign_public *key, struct sign_bytes *rest,
			const void *bytes, size_t len)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	struct sign_bytes state;
	unsigned digest_len;

	/* A byte of flags and a counter of four. */
	if (!sign_read_bytes(&state, rest, 5) || EVP_Digest(key->application.data, key->application.len,
							    digest, &digest_len, EVP_sha256(), NULL) != 1)
		return false;
	strbuf_add(out, digest, digest_len);
	strbuf_add(out, state.data, state.len);
	if (EVP_Digest(bytes, len, digest, &digest_len, EVP_sha256(), NULL) != 1)
		return false;
	strbuf_add(out, digest, digest_len);
	return true;
}

bool sign_public_verify(const struct sign_public *key, struct sign_bytes signature, const void *bytes,
			size_t len)
{
	struct strbuf what = STRBUF_INIT;
	struct sign_bytes word;
	struct sign_bytes inner;
	bool holds = sign_read_string(&word, &signature) && sign_read_string(&inner, &signature);

	if (holds && key->kind->token)
		holds = token_bytes(&what, key, &signature, bytes, len);
	else
		strbuf_add(&what, bytes, len);
	holds = holds && signature.len == 0;
	if (key->kind->family == RSA_KEY)
		holds = holds && verify_rsa(key, &word, &inner, &what);
	else
		holds = holds && sign_bytes_are(&word, key->kind->word);
	if (key->kind->family == ED25519)
		holds = holds && inner.len == ED25519_SIGNATURE &&
			verify(key, NULL, inner.data, inner.len, &what);
	else if (key->kind->family == ECDSA)
		holds = holds && verify_ecdsa(key, inner, &what);
	strbuf_clear(&what);
	return holds;
}
