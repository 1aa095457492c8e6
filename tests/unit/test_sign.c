/* Against what ssh-keygen itself makes and takes, at the time of the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/evp.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "newsroom.h"
#include "store/sign.h"

#define NOW  ((int64_t)1795165200) /* 2026-11-20T09:00:00Z */
#define MAIL "b@harbour.example"
#define TEXT "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\n发布\n"

/* Makes a key of a kind ("ed25519", "ecdsa -b 384") in the file KEY, without a passphrase. */
static void make_key(struct newsroom *n, const char *kind, const char *name)
{
	assert_int_equal(sh(n, "ssh-keygen -q -t %s -N '' -C 'B. Editor' -f %s", kind, name), 0);
}

/* The line of KEY.pub; the caller frees. */
static char *public_line(struct newsroom *n, const char *name)
{
	char *path = mem_printf("%s/%s.pub", n->folder, name);
	struct strbuf line = STRBUF_INIT;

	ok(n, path_read(&line, path, 4096, &n->err));
	strbuf_trim_end(&line);
	free(path);
	return strbuf_detach(&line);
}

/* A list of one line, from what stands before the key and the key's name. */
static struct signers *list_of(struct newsroom *n, const char *before, const char *name)
{
	char *line = public_line(n, name);
	char *text = mem_printf("%s %s\n", before, line);
	struct signers *signers = NULL;

	ok(n, signers_parse(&signers, "list", text, strlen(text), &n->err));
	free(text);
	free(line);
	return signers;
}

/* What ssh-keygen makes of a text with a key. */
static void sign_with(struct newsroom *n, struct strbuf *armor, const char *name, const char *space,
		      const char *options)
{
	char *text = mem_printf("%s/text", n->folder);
	char *path = mem_printf("%s/text.sig", n->folder);

	unlink(path);
	ok(n, path_write(text, TEXT, strlen(TEXT), 0600, &n->err));
	assert_int_equal(sh(n, "ssh-keygen -Y sign -n %s %s -f %s text", space, options, name), 0);
	ok(n, path_read(armor, path, 65536, &n->err));
	free(text);
	free(path);
}

static enum sign_verdict check(const struct signers *signers, const char *mail, int64_t time,
			       const struct strbuf *armor)
{
	return sign_check(signers, mail, time, armor->data, armor->len, TEXT, strlen(TEXT));
}

/* The bytes in an armor, and an armor around bytes. */
static void decode(struct strbuf *out, const struct strbuf *armor)
{
	const char *at = strchr(armor->data, '\n');
	const char *end = strstr(armor->data, "\n-----END");
	struct strbuf text = STRBUF_INIT;
	int len;

	for (; at < end; at++) {
		if (*at != '\n')
			strbuf_addc(&text, *at);
	}
	strbuf_reserve(out, text.len + 1);
	len = EVP_DecodeBlock((unsigned char *)out->data, (const unsigned char *)text.data, (int)text.len);
	assert_true(len > 0);
	while (text.len > 0 && text.data[text.len - 1] == '=') {
		strbuf_truncate(&text, text.len - 1);
		len--;
	}
	out->len = (size_t)len;
	strbuf_clear(&text);
}

static void encode(struct strbuf *out, const void *bytes, size_t len)
{
	strbuf_reset(out);
	strbuf_adds(out, "-----BEGIN SSH SIGNATURE-----\n");
	strbuf_reserve(out, 2 * len + 8);
	out->len += (size_t)EVP_EncodeBlock((unsigned char *)out->data + out->len, bytes, (int)len);
	strbuf_adds(out, "\n-----END SSH SIGNATURE-----\n");
}

/* -- Every kind of key -- */

/* Each byte and bit of the signature is needed as it is, in its armor and within. */
static void only_the_whole_holds(const struct signers *signers, const struct strbuf *armor)
{
	struct strbuf bytes = STRBUF_INIT;
	struct strbuf other = STRBUF_INIT;

	decode(&bytes, armor);
	encode(&other, bytes.data, bytes.len);
	assert_int_equal(check(signers, MAIL, NOW, &other), SIGN_GOOD);
	for (size_t len = 0; len < bytes.len; len++) {
		encode(&other, bytes.data, len);
		assert_int_equal(check(signers, MAIL, NOW, &other), SIGN_BAD);
	}
	strbuf_addc(&bytes, '\0');
	encode(&other, bytes.data, bytes.len);
	assert_int_equal(check(signers, MAIL, NOW, &other), SIGN_BAD);
	strbuf_truncate(&bytes, bytes.len - 1);
	for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
		bytes.data[bit / 8] = (char)(bytes.data[bit / 8] ^ 1 << bit % 8);
		encode(&other, bytes.data, bytes.len);
		assert_int_not_equal(check(signers, MAIL, NOW, &other), SIGN_GOOD);
		bytes.data[bit / 8] = (char)(bytes.data[bit / 8] ^ 1 << bit % 8);
	}
	strbuf_reset(&other);
	strbuf_add(&other, armor->data, armor->len);
	strbuf_trim_end(&other);
	for (size_t bit = 0; bit < 8 * other.len; bit++) {
		other.data[bit / 8] = (char)(other.data[bit / 8] ^ 1 << bit % 8);
		assert_int_not_equal(check(signers, MAIL, NOW, &other), SIGN_GOOD);
		other.data[bit / 8] = (char)(other.data[bit / 8] ^ 1 << bit % 8);
	}
	while (other.len > 1) {
		strbuf_truncate(&other, other.len - 1);
		assert_int_equal(check(signers, MAIL, NOW, &other), SIGN_BAD);
	}
	strbuf_clear(&other);
	strbuf_clear(&bytes);
}

static void what_ssh_keygen_signs_holds_whole_and_no_other_way(void **state)
{
	static const char *const kinds[] = {"ed25519", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521",
					    "rsa -b 2048"};
	struct newsroom *n = *state;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct strbuf armor = STRBUF_INIT;
		struct signers *signers;
		char name[16];

		snprintf(name, sizeof name, "key%zu", i);
		make_key(n, kinds[i], name);
		signers = list_of(n, MAIL, name);
		sign_with(n, &armor, name, "git", "");
		assert_int_equal(check(signers, MAIL, NOW, &armor), SIGN_GOOD);
		assert_int_equal(sign_check(signers, MAIL, NOW, armor.data, armor.len, "x", 1), SIGN_BAD);
		only_the_whole_holds(signers, &armor);
		strbuf_reset(&armor);
		sign_with(n, &armor, name, "git", "-O hashalg=sha256");
		assert_int_equal(check(signers, MAIL, NOW, &armor), SIGN_GOOD);
		strbuf_reset(&armor);
		sign_with(n, &armor, name, "file", "");
		assert_int_equal(check(signers, MAIL, NOW, &armor), SIGN_BAD);
		signers_free(signers);
		strbuf_clear(&armor);
	}
}

/* -- Keys on a token: made up here, and taken by ssh-keygen too -- */

static void add_string(struct strbuf *out, const void *bytes, size_t len)
{
	const char number[4] = {(char)(len >> 24), (char)(len >> 16), (char)(len >> 8), (char)len};

	strbuf_add(out, number, 4);
	strbuf_add(out, bytes, len);
}

static void add_digest(struct strbuf *out, const EVP_MD *hash, const void *bytes, size_t len)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned digest_len;

	assert_int_equal(EVP_Digest(bytes, len, digest, &digest_len, hash, NULL), 1);
	strbuf_add(out, digest, digest_len);
}

/* The bytes that SSH signs for TEXT. */
static void add_signed(struct strbuf *out)
{
	struct strbuf digest = STRBUF_INIT;

	add_digest(&digest, EVP_sha512(), TEXT, strlen(TEXT));
	strbuf_adds(out, "SSHSIG");
	add_string(out, "git", 3);
	add_string(out, "", 0);
	add_string(out, "sha512", 6);
	add_string(out, digest.data, digest.len);
	strbuf_clear(&digest);
}

/* Appends a number of a signature as an mpint. */
static void add_number(struct strbuf *out, const BIGNUM *number)
{
	unsigned char bytes[80] = {0};
	int len = BN_bn2bin(number, bytes + 1);
	bool high = (bytes[1] & 0x80) != 0;

	add_string(out, high ? bytes : bytes + 1, (size_t)(len + high));
}

/* The inner signature of a token, with its state of five bytes. */
static void token_sign(struct strbuf *out, EVP_PKEY *pkey, bool ecdsa, const char *word)
{
	static const char touched[5] = {1, 0, 0, 0, 7};
	struct strbuf bytes = STRBUF_INIT;
	struct strbuf what = STRBUF_INIT;
	struct strbuf pair = STRBUF_INIT;
	unsigned char signature[256];
	const unsigned char *der = signature;
	size_t len = sizeof signature;
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	add_signed(&bytes);
	add_digest(&what, EVP_sha256(), "ssh:", 4);
	strbuf_add(&what, touched, 5);
	add_digest(&what, EVP_sha256(), bytes.data, bytes.len);
	assert_int_equal(EVP_DigestSignInit(context, NULL, ecdsa ? EVP_sha256() : NULL, NULL, pkey), 1);
	assert_int_equal(EVP_DigestSign(context, signature, &len, (const unsigned char *)what.data, what.len),
			 1);
	if (ecdsa) {
		ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);

		add_number(&pair, ECDSA_SIG_get0_r(sig));
		add_number(&pair, ECDSA_SIG_get0_s(sig));
		ECDSA_SIG_free(sig);
	} else {
		strbuf_add(&pair, signature, len);
	}
	add_string(out, word, strlen(word));
	add_string(out, pair.data, pair.len);
	strbuf_add(out, touched, 5);
	EVP_MD_CTX_free(context);
	strbuf_clear(&pair);
	strbuf_clear(&what);
	strbuf_clear(&bytes);
}

static void a_token_signs(struct newsroom *n, bool ecdsa)
{
	const char *word = ecdsa ? "sk-ecdsa-sha2-nistp256@openssh.com" : "sk-ssh-ed25519@openssh.com";
	EVP_PKEY *pkey = ecdsa ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	struct strbuf key = STRBUF_INIT;
	struct strbuf inner = STRBUF_INIT;
	struct strbuf blob = STRBUF_INIT;
	struct strbuf armor = STRBUF_INIT;
	struct strbuf list = STRBUF_INIT;
	unsigned char point[128];
	size_t point_len = sizeof point;
	struct signers *signers;
	char *path = mem_printf("%s/list", n->folder);

	if (ecdsa)
		assert_int_equal(EVP_PKEY_get_octet_string_param(pkey, "encoded-pub-key", point, sizeof point,
								 &point_len),
				 1);
	else
		assert_int_equal(EVP_PKEY_get_raw_public_key(pkey, point, &point_len), 1);
	add_string(&key, word, strlen(word));
	if (ecdsa)
		add_string(&key, "nistp256", 8);
	add_string(&key, point, point_len);
	add_string(&key, "ssh:", 4);
	token_sign(&inner, pkey, ecdsa, word);
	strbuf_add(&blob, "SSHSIG\0\0\0\1", 10);
	add_string(&blob, key.data, key.len);
	add_string(&blob, "git", 3);
	add_string(&blob, "", 0);
	add_string(&blob, "sha512", 6);
	add_string(&blob, inner.data, inner.len);
	encode(&armor, blob.data, blob.len);
	strbuf_addf(&list, "%s %s ", MAIL, word);
	strbuf_reserve(&list, 2 * key.len + 8);
	list.len += (size_t)EVP_EncodeBlock((unsigned char *)list.data + list.len,
					    (const unsigned char *)key.data, (int)key.len);
	strbuf_addc(&list, '\n');
	ok(n, signers_parse(&signers, "list", list.data, list.len, &n->err));
	assert_int_equal(check(signers, MAIL, NOW, &armor), SIGN_GOOD);
	only_the_whole_holds(signers, &armor);

	ok(n, path_write(path, list.data, list.len, 0600, &n->err));
	strcpy(strrchr(path, '/'), "/sig");
	ok(n, path_write(path, armor.data, armor.len, 0600, &n->err));
	strcpy(strrchr(path, '/'), "/txt");
	ok(n, path_write(path, TEXT, strlen(TEXT), 0600, &n->err));
	assert_int_equal(sh(n, "ssh-keygen -Y verify -n git -f list -I %s -s sig <txt", MAIL), 0);
	free(path);
	signers_free(signers);
	strbuf_clear(&list);
	strbuf_clear(&armor);
	strbuf_clear(&blob);
	strbuf_clear(&inner);
	strbuf_clear(&key);
	EVP_PKEY_free(pkey);
}

static void what_a_token_signs_holds(void **state)
{
	a_token_signs(*state, false);
	a_token_signs(*state, true);
}

/* -- Verdicts -- */

static void a_verdict_says_what_is_wrong(void **state)
{
	struct newsroom *n = *state;
	struct strbuf armor = STRBUF_INIT;
	struct strbuf none = STRBUF_INIT;
	struct signers *signers;

	make_key(n, "ed25519", "key");
	make_key(n, "ed25519", "stranger");
	sign_with(n, &armor, "key", "git", "");
	signers = list_of(n, MAIL ",c@harbour.example", "key");
	assert_int_equal(check(signers, MAIL, NOW, &none), SIGN_NONE);
	assert_int_equal(check(signers, "B@Harbour.EXAMPLE", NOW, &armor), SIGN_GOOD);
	assert_int_equal(check(signers, "c@harbour.example", NOW, &armor), SIGN_GOOD);
	assert_int_equal(check(signers, "a@harbour.example", NOW, &armor), SIGN_OTHERS);
	assert_true(signers_have(signers, "C@harbour.example", NOW));
	assert_false(signers_have(signers, "a@harbour.example", NOW));
	assert_int_equal(check(NULL, MAIL, NOW, &armor), SIGN_UNKNOWN);
	strbuf_reset(&armor);
	sign_with(n, &armor, "stranger", "git", "");
	assert_int_equal(check(signers, MAIL, NOW, &armor), SIGN_UNKNOWN);
	strbuf_reset(&armor);
	strbuf_adds(&armor, "-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n");
	assert_int_equal(check(signers, MAIL, NOW, &armor), SIGN_BAD);
	signers_free(signers);
	strbuf_clear(&armor);
}

/* ssh-keygen is asked the same at the same time, and must agree. */
static void times_bound_a_key(void **state)
{
	static const struct {
		const char *options;
		int64_t time; /* seconds from NOW, which is 20261120T090000Z */
		enum sign_verdict verdict;
	} rows[] = {
	    {"valid-after=\"20261120Z\"", 0, SIGN_GOOD},
	    {"valid-after=\"20261121Z\"", 0, SIGN_UNTIMELY},
	    {"valid-before=\"20261120Z\"", 0, SIGN_UNTIMELY},
	    {"valid-before=\"202611200900Z\"", 0, SIGN_GOOD},
	    {"valid-before=\"202611200900Z\"", 1, SIGN_UNTIMELY},
	    {"valid-after=\"20261120090000UTC\"", 0, SIGN_GOOD},
	    {"valid-after=\"20261120090000Z\"", -1, SIGN_UNTIMELY},
	    {"valid-after=\"20261120Z\",valid-before=\"20261121Z\"", 0, SIGN_GOOD},
	    {"valid-after=\"20261120Z\",valid-before=\"20261121Z\"", 86400, SIGN_UNTIMELY},
	    /* Without a zone: the system's, here five hours behind. */
	    {"valid-before=\"202611200400\"", 0, SIGN_GOOD},
	    {"valid-before=\"202611200400\"", 1, SIGN_UNTIMELY},
	    {"Valid-After=\"202611200401\"", 0, SIGN_UNTIMELY},
	    {"namespaces=\"file,git\"", 0, SIGN_GOOD},
	    {"namespaces=\"g*,!git\"", 0, SIGN_UNKNOWN},
	    {"namespaces=\"file\"", 0, SIGN_UNKNOWN},
	    {"namespaces=\"file\",valid-after=\"20261120Z\"", 0, SIGN_UNKNOWN},
	};
	struct newsroom *n = *state;
	struct strbuf armor = STRBUF_INIT;
	char *zone = mem_strdup(getenv("TZ"));

	make_key(n, "ed25519", "key");
	sign_with(n, &armor, "key", "git", "");
	setenv("TZ", "EST5", 1);
	tzset();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *before = mem_printf("%s %s", MAIL, rows[i].options);
		struct signers *signers = list_of(n, before, "key");
		time_t time = (time_t)(NOW + rows[i].time);
		struct tm tm;
		char text[32];

		if (check(signers, MAIL, (int64_t)time, &armor) != rows[i].verdict)
			fail_msg("%s at %+d is %s", rows[i].options, (int)rows[i].time,
				 sign_verdict_word(check(signers, MAIL, (int64_t)time, &armor)));
		strftime(text, sizeof text, "%Y%m%d%H%M%S", gmtime_r(&time, &tm));
		if ((sh(n,
			"printf '%%s %%s\\n' '%s' \"$(cat key.pub)\" >list && ssh-keygen -Y verify -n git -f "
			"list "
			"-I %s -O verify-time=%sZ -s text.sig <text",
			before, MAIL, text) == 0) != (rows[i].verdict == SIGN_GOOD))
			fail_msg("ssh-keygen says otherwise of %s at %s", rows[i].options, text);
		signers_free(signers);
		free(before);
	}
	if (zone != NULL)
		setenv("TZ", zone, 1);
	else
		unsetenv("TZ");
	tzset();
	free(zone);
	strbuf_clear(&armor);
}

static void people_are_patterns(void **state)
{
	static const struct {
		const char *people;
		bool his;
	} rows[] = {
	    {"*@harbour.example", true},
	    {"?@harbour.example", true},
	    {"*", true},
	    {"b*@*.example", true},
	    {"a@harbour.example,b@harbour.example", true},
	    {"\"B@harbour.example\"", true},
	    {"*@harbour.example,!b@*", false},
	    {"!c@*,*@harbour.example", true},
	    {"!b@harbour.example", false},
	    {"harbour.example", false},
	    {"b@harbour.example.org", false},
	    {"b@harbour", false},
	    {"??@harbour.example", false},
	};
	struct newsroom *n = *state;
	struct strbuf armor = STRBUF_INIT;

	make_key(n, "ed25519", "key");
	sign_with(n, &armor, "key", "git", "");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct signers *signers = list_of(n, rows[i].people, "key");

		if (check(signers, MAIL, NOW, &armor) != (rows[i].his ? SIGN_GOOD : SIGN_OTHERS))
			fail_msg("%s", rows[i].people);
		signers_free(signers);
	}
	strbuf_clear(&armor);
}

/* -- The list -- */

static void a_list_that_cannot_be_meant_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *line; /* KEY stands for a whole key */
		const char *words;
	} rows[] = {
	    {"b@x.example", "key is missing"},
	    {"b@x.example KEY64", "neither a key nor an option"},
	    {"b@x.example ssh-ed25519", "key is missing"},
	    {"b@x.example ssh-ed25519 AAAA", "key is damaged"},
	    {"b@x.example ssh-ed25519 KEY64A", "key is damaged"},
	    {"b@x.example ecdsa-sha2-nistp256 KEY64", "key is damaged"},
	    {"b@x.example ssh-dss KEY64", "the kind ssh-dss"},
	    {"b@x.example ssh-ed25519-cert-v01@openssh.com KEY64", "the kind ssh-ed25519-cert"},
	    {"b@x.example cert-authority KEY", "honours no cert-authority"},
	    {"b@x.example namespaces=\"git\",Cert-Authority KEY", "honours no cert-authority"},
	    {"b@x.example valid-until=\"20261120\" KEY", "no option \"valid-until\""},
	    {"b@x.example valid-after=20261120 KEY", "quotation marks"},
	    {"b@x.example valid-after=\"20261120 KEY", "quotation marks"},
	    {"b@x.example valid-after=\"2026-11-20\" KEY", "is no time"},
	    {"b@x.example valid-after=\"20261320\" KEY", "is no time"},
	    {"b@x.example valid-after=\"20260231\" KEY", "is no time"},
	    {"b@x.example valid-after=\"202611202400\" KEY", "is no time"},
	    {"b@x.example valid-after=\"20261120+0800\" KEY", "is no time"},
	    {"b@x.example valid-after=\"20261120\",valid-after=\"20261121\" KEY", "twice"},
	    {"b@x.example valid-after=\"20261120\",valid-before=\"20261120\" KEY", "must be later"},
	    {"b@x.example namespaces=\"git\", KEY", "after the last comma"},
	    {"b@x.example namespaces=\"git\";x KEY", "comma alone"},
	    {"\"b@x.example KEY", "quotation mark after"},
	};
	struct newsroom *n = *state;
	char *line;

	make_key(n, "ed25519", "key");
	line = public_line(n, "key");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf text = STRBUF_INIT;
		const char *key = strstr(rows[i].line, "KEY");
		struct signers *signers = NULL;
		bool bare = key != NULL && strncmp(key, "KEY64", 5) == 0;

		strbuf_adds(&text, "# Who signs\n\n");
		if (key == NULL)
			strbuf_adds(&text, rows[i].line);
		else
			strbuf_addf(&text, "%.*s%.*s%s", (int)(key - rows[i].line), rows[i].line,
				    bare ? 68 : (int)strlen(line), bare ? strchr(line, ' ') + 1 : line,
				    key + (bare ? 5 : 3));
		strbuf_adds(&text, "\n# The end\n");
		if (signers_parse(&signers, "list", text.data, text.len, &n->err) != E_INVALID ||
		    strstr(n->err.message, rows[i].words) == NULL ||
		    strstr(n->err.message, "list, line 3: ") == NULL)
			fail_msg("%s: %s", rows[i].line, n->err.message);
		strbuf_clear(&text);
	}
	free(line);
}

static void a_list_may_be_empty_and_have_remarks(void **state)
{
	struct newsroom *n = *state;
	struct signers *signers;
	char *key;
	char *text;

	ok(n, signers_parse(&signers, "list", "", 0, &n->err));
	assert_false(signers_have(signers, MAIL, NOW));
	signers_free(signers);
	make_key(n, "ed25519", "key");
	key = public_line(n, "key");
	text = mem_printf("# One\r\n \r\n\t" MAIL "\tnamespaces=\"git\" %s\r\n", key);
	ok(n, signers_parse(&signers, "list", text, strlen(text), &n->err));
	assert_true(signers_have(signers, MAIL, NOW));
	signers_free(signers);
	refuses(n, E_INVALID, "line 1: This is no text", signers_parse(&signers, "list", "a\0b", 3, &n->err));
	free(text);
	free(key);
}

/* What is released as a list may be anything. */
static void a_list_with_any_byte_changed_is_read_or_refused(void **state)
{
	static const char bytes[] = {'\0', '\n', ' ', '"', '\\', ',', '=', '!', '*', '#', 'A', (char)0xff};
	struct newsroom *n = *state;
	unsigned taken[2] = {0};
	char *key;
	char *text;
	size_t len;

	make_key(n, "ecdsa -b 256", "key");
	key = public_line(n, "key");
	text =
	    mem_printf("\"a@x.example,!*@y.example\" valid-after=\"20260101Z\",namespaces=\"git,\\\"f\" %s\n",
		       key);
	len = strlen(text);
	for (size_t i = 0; i < len; i++) {
		char was = text[i];

		for (size_t k = 0; k < sizeof bytes; k++) {
			struct signers *signers = NULL;
			int rc;

			text[i] = bytes[k];
			rc = signers_parse(&signers, "list", text, len, &n->err);
			assert_true(rc == 0 || (rc == E_INVALID && signers == NULL));
			taken[rc == 0]++;
			(void)signers_have(signers, "a@x.example", NOW);
			signers_free(signers);
		}
		text[i] = was;
	}
	assert_true(taken[0] > 100 && taken[1] > 100);
	free(text);
	free(key);
}

static void a_list_is_told_in_sentences(void **state)
{
	struct newsroom *n = *state;
	struct signers *signers;
	struct strbuf words = STRBUF_INIT;
	char *key;
	char *text;

	make_key(n, "ed25519", "key");
	key = public_line(n, "key");
	text = mem_printf(MAIL " valid-after=\"20260101Z\",valid-before=\"20261231235959Z\" %s\n"
			       "c@x.example namespaces=\"file\" %s\n",
			  key, key);
	ok(n, signers_parse(&signers, "list", text, strlen(text), &n->err));
	signers_explain(&words, signers);
	assert_non_null(strstr(words.data, "The ED25519 key SHA256:"));
	assert_non_null(strstr(words.data, " signs for " MAIL
					   ", from 2026-01-01T00:00:00Z, until 2026-12-31T23:59:59Z.\n"));
	assert_non_null(strstr(words.data, " of c@x.example is not for signing here"));
	assert_int_equal(sh(n, "ssh-keygen -l -f key.pub | grep -qF \"$(echo '%.*s' | cut -d' ' -f4)\"",
			    (int)strcspn(words.data, "\n"), words.data),
			 0);
	signers_free(signers);
	strbuf_clear(&words);
	free(text);
	free(key);
}

/* -- Making -- */

static void a_signature_is_made_that_ssh_keygen_takes(void **state)
{
	struct newsroom *n = *state;
	struct strbuf armor = STRBUF_INIT;
	struct sign_key key = {.key = (char *)"key", .folder = n->folder};
	char *path = mem_printf("%s/sig", n->folder);
	struct signers *signers;

	setenv("TMPDIR", n->folder, 1);
	make_key(n, "ed25519", "key");
	ok(n, sign_make(&armor, &key, TEXT, strlen(TEXT), &n->err));
	signers = list_of(n, MAIL, "key");
	assert_int_equal(check(signers, MAIL, NOW, &armor), SIGN_GOOD);
	ok(n, path_write(path, armor.data, armor.len, 0600, &n->err));
	strcpy(strrchr(path, '/'), "/txt");
	ok(n, path_write(path, TEXT, strlen(TEXT), 0600, &n->err));
	assert_int_equal(
	    sh(n,
	       "printf '%%s %%s\\n' %s \"$(cat key.pub)\" >list && ssh-keygen -Y verify -n git -f list -I %s "
	       "-s sig <txt",
	       MAIL, MAIL),
	    0);
	assert_int_equal(sh(n, "! ls -d copydesk-sign.* >&2"), 0);
	unsetenv("TMPDIR");
	free(path);
	signers_free(signers);
	strbuf_clear(&armor);
}

static void a_key_that_cannot_sign_is_explained(void **state)
{
	struct newsroom *n = *state;
	struct strbuf armor = STRBUF_INIT;
	struct sign_key key = {.folder = n->folder};

	unsetenv("SSH_AUTH_SOCK");
	unsetenv("DISPLAY");
	make_key(n, "ed25519", "key");
	assert_int_equal(sh(n, "ssh-keygen -q -t ed25519 -N secret -f locked && mv key.pub other.pub"), 0);
	key.key = (char *)"nowhere";
	refuses(n, E_NOTFOUND, "nowhere, which git's user.signingKey names, is not there",
		sign_make(&armor, &key, "x", 1, &n->err));
	key.key = (char *)"locked";
	refuses(n, E_REFUSED, "locked with a passphrase. Unlock it once with: ssh-add /",
		sign_make(&armor, &key, "x", 1, &n->err));
	key.key =
	    (char *)"key::ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBKBWtWW8OBLMS3QRyWZFTLxt52fQB9fcxKH6WHfxAKS";
	refuses(n, E_REFUSED, "is kept by an SSH agent, and none answers",
		sign_make(&armor, &key, "x", 1, &n->err));
	key.program = (char *)"/nowhere/ssh-keygen";
	refuses(n, E_NOTFOUND, "not installed", sign_make(&armor, &key, "x", 1, &n->err));
	refuses(n, E_NOTFOUND, "no SSH agent answers", sign_agent_key(&key.key, &n->err));
	assert_int_equal(armor.len, 0);
}

static void the_agent_signs(void **state)
{
	struct newsroom *n = *state;
	struct strbuf armor = STRBUF_INIT;
	struct sign_key key = {0};
	struct signers *signers;
	char *socket = mem_printf("%s/agent", n->folder);
	char *pid;

	make_key(n, "ed25519", "key");
	assert_int_equal(sh(n, "eval \"$(ssh-agent -a %s)\" >/dev/null; echo $SSH_AGENT_PID", socket), 0);
	pid = sh_output(n);
	setenv("SSH_AUTH_SOCK", socket, 1);
	refuses(n, E_NOTFOUND, "the SSH agent has none", sign_agent_key(&key.key, &n->err));
	assert_int_equal(sh(n, "ssh-add -q key && mv key gone"), 0);
	ok(n, sign_agent_key(&key.key, &n->err));
	ok(n, sign_make(&armor, &key, TEXT, strlen(TEXT), &n->err));
	signers = list_of(n, MAIL, "key");
	assert_int_equal(check(signers, MAIL, NOW, &armor), SIGN_GOOD);
	assert_int_equal(sh(n, "ssh-add -q -D"), 0);
	refuses(n, E_REFUSED, "does not have the key", sign_make(&armor, &key, "x", 1, &n->err));
	assert_int_equal(kill((pid_t)strtol(pid, NULL, 10), SIGTERM), 0);
	unsetenv("SSH_AUTH_SOCK");
	signers_free(signers);
	strbuf_clear(&armor);
	sign_key_clear(&key);
	free(socket);
	free(pid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(what_ssh_keygen_signs_holds_whole_and_no_other_way),
	    in_newsroom(what_a_token_signs_holds),
	    in_newsroom(a_verdict_says_what_is_wrong),
	    in_newsroom(times_bound_a_key),
	    in_newsroom(people_are_patterns),
	    in_newsroom(a_list_that_cannot_be_meant_is_refused_with_its_line),
	    in_newsroom(a_list_may_be_empty_and_have_remarks),
	    in_newsroom(a_list_with_any_byte_changed_is_read_or_refused),
	    in_newsroom(a_list_is_told_in_sentences),
	    in_newsroom(a_signature_is_made_that_ssh_keygen_takes),
	    in_newsroom(a_key_that_cannot_sign_is_explained),
	    in_newsroom(the_agent_signs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
