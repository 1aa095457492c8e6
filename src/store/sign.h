/*
 * Signatures by SSH keys, as git makes and checks them (gpg.format = ssh):
 * made by ssh-keygen(1), through the agent where it has the key, and checked
 * here, because a proof of ten thousand releases has no time for as many
 * processes.
 *
 *	sign_make(&armor, &key, bytes, len, &err);
 *	signers_parse(&signers, ".copydesk/allowed_signers", text, text_len, &err);
 *	sign_check(signers, "b@harbour.example", time, armor.data, armor.len, bytes, len);
 *	signers_free(signers);
 *
 * Formats: PROTOCOL.sshsig, PROTOCOL.u2f of OpenSSH, RFC 4253 section 6.6,
 * RFC 5656, RFC 8332, RFC 8709; ssh-keygen(1), ALLOWED SIGNERS.
 */
#ifndef COPYDESK_SIGN_H
#define COPYDESK_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct strbuf;

/* What a signature is for, so that one made for something else is none (ssh-keygen -n). */
#define SIGN_NAMESPACE "git"

/*
 * The id that git gives a text as a blob: SHA-1 over "blob ", the length in digits, NUL and the text
 * (gitformat-loose).  False where libcrypto has no SHA-1.
 */
bool sign_blob_id(unsigned char out[20], const void *bytes, size_t len);

/* -- Making -- */

/* With what a person signs, as git's configuration says. */
struct sign_key {
	char *key;     /* user.signingKey: a file's path, or a public key, with "key::" before it or not */
	char *program; /* gpg.ssh.program; NULL: ssh-keygen */
	char *folder;  /* where a path begins that does not begin with / or ~; NULL: our working folder */
};

void sign_key_clear(struct sign_key *key);

/* Whether it is a public key that stands in the configuration itself, which only an agent can sign with. */
bool sign_key_is_literal(const struct sign_key *key);

/* The first key that the agent has, as a literal for sign_key.key; E_NOTFOUND, with what to do, for none. */
int sign_agent_key(char **out, struct error *err);

/*
 * Appends the signature of bytes, as text in lines; it holds, or this fails.  E_NOTFOUND: no such
 * key, or no ssh-keygen; E_REFUSED: the key is locked, or the agent does not sign with it; each says
 * what to do.  A person who must touch a key or confirm has a minute.
 */
int sign_make(struct strbuf *out, const struct sign_key *key, const void *bytes, size_t len,
	      struct error *err);

/* -- The list of whose key is whose -- */

struct signers;

/*
 * Reads a list (ssh-keygen(1), ALLOWED SIGNERS); E_INVALID says file, line, and what to put there.
 * What could make a key count that nobody wrote down (cert-authority) is refused, and so are keys that
 * cannot be checked here.  A time without a zone is in the system's.
 */
int signers_parse(struct signers **out, const char *file, const char *text, size_t len, struct error *err);
void signers_free(struct signers *signers);

/* Whether the list has a key for that mail address that counts at a time, seconds since the epoch. */
bool signers_have(const struct signers *signers, const char *mail, int64_t time);

/* Appends the list in plain sentences, one a line. */
void signers_explain(struct strbuf *out, const struct signers *signers);

/* -- Checking -- */

enum sign_verdict {
	SIGN_NONE,     /* there is no signature */
	SIGN_GOOD,     /* the person's, and of these bytes */
	SIGN_BAD,      /* damaged, made for something else than git, or of other bytes */
	SIGN_UNKNOWN,  /* by a key that the list does not have */
	SIGN_OTHERS,   /* by a key that the list gives to other people only */
	SIGN_UNTIMELY, /* by a key of the person's that the list does not let count at that time */
};

/* "good", "bad", "unknown-key", "other-key", "not-valid-then", "none": for programs. */
const char *sign_verdict_word(enum sign_verdict verdict);

/* A clause for a sentence, after what is signed or not: "it is not signed". */
const char *sign_verdict_clause(enum sign_verdict verdict);

/*
 * Whether armor (the text of a signature; 0 bytes for none) is a signature of bytes by the person with
 * that mail address (letter case of ASCII aside) at a time, seconds since the epoch.  signers NULL is
 * the empty list.  Several threads may check with one list.
 */
enum sign_verdict sign_check(const struct signers *signers, const char *mail, int64_t time, const char *armor,
			     size_t armor_len, const void *bytes, size_t len);

#endif
