#include "store/sign_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/spawn.h"
#include "base/strbuf.h"

#define PROGRAM   "ssh-keygen"
#define WAIT      60000 /* milliseconds for a person to touch a key or to confirm */
#define TOO_LARGE 65536 /* bytes of what a program says */
#define LITERAL   "key::"

void sign_key_clear(struct sign_key *key)
{
	free(key->key);
	free(key->program);
	free(key->folder);
	memset(key, 0, sizeof *key);
}

/* -- The agent -- */

/* The first line that is a key which can be checked, not one with a certificate. */
static char *first_key(const char *lines)
{
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");

		if (sign_kind_label(lines, strcspn(lines, " ")) != NULL)
			return mem_printf(LITERAL "%.*s", (int)len, lines);
		lines += len + (lines[len] == '\n');
	}
	return NULL;
}

int sign_agent_key(char **out, struct error *err)
{
	static const char *const argv[] = {"ssh-add", "-L", NULL};
	struct spawn spawn = {.argv = argv, .deadline = WAIT, .limit = TOO_LARGE};
	struct strbuf lines = STRBUF_INIT;
	int status = 0;
	int rc = spawn_run(&spawn, &status, &lines, NULL, err);

	*out = rc == 0 && status == 0 ? first_key(lines.data) : NULL;
	strbuf_clear(&lines);
	if (rc == E_NOTFOUND)
		return error_advise(err, " Install OpenSSH's client, or name a key: git config --global "
					 "user.signingKey FILE.");
	if (rc < 0 || *out != NULL)
		return rc;
	return error_set(err, E_NOTFOUND,
			 status == 2
			     ? "There is no key to sign with: git's user.signingKey is not set, and no SSH "
			       "agent answers. Name a key with git config --global user.signingKey FILE, or "
			       "log in with agent forwarding (ssh -A)."
			     : "There is no key to sign with: git's user.signingKey is not set, and the SSH "
			       "agent has none. Add one with ssh-add, or name one with git config --global "
			       "user.signingKey FILE.");
}

/* -- What ssh-keygen works on -- */

struct bench {
	char *folder; /* a private one */
	char *text;
	char *signature;
	char *key; /* a file of ours, or the person's */
	bool own_key;
};

/* The public key that stands in the configuration itself, or NULL where that is a file's path. */
static const char *literal(const char *key)
{
	if (strncmp(key, LITERAL, sizeof LITERAL - 1) == 0)
		return key + sizeof LITERAL - 1;
	return strncmp(key, "ssh-", 4) == 0 ? key : NULL;
}

bool sign_key_is_literal(const struct sign_key *key)
{
	return literal(key->key) != NULL;
}

/* A path as git reads one in its configuration (git-config(1), "pathname"). */
static char *key_path(const struct sign_key *key)
{
	const char *home = getenv("HOME");

	if (strncmp(key->key, "~/", 2) == 0 && home != NULL)
		return path_join(home, key->key + 2);
	return key->key[0] == '/' || key->folder == NULL ? mem_strdup(key->key)
							 : path_join(key->folder, key->key);
}

/* Of this person alone, and new. */
static int put_file(const char *path, const void *bytes, size_t len, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int rc = 0;

	if (fd < 0 || path_write_all(fd, bytes, len) < 0)
		rc = error_set_errno(err, errno, "The file %s, which ssh-keygen signs, cannot be written",
				     path);
	if (fd >= 0)
		close(fd);
	return rc;
}

static int set_up(struct bench *bench, const struct sign_key *key, const void *bytes, size_t len,
		  struct error *err)
{
	const char *tmp = getenv("TMPDIR");
	const char *public_key = literal(key->key);
	struct strbuf line = STRBUF_INIT;
	int rc;

	bench->folder = path_join(tmp != NULL && *tmp == '/' ? tmp : "/tmp", "copydesk-sign.XXXXXX");
	if (mkdtemp(bench->folder) == NULL) {
		rc = error_set_errno(err, errno, "No folder can be made to sign in (%s)", bench->folder);
		free(bench->folder);
		bench->folder = NULL;
		return rc;
	}
	bench->text = path_join(bench->folder, "text");
	bench->signature = path_join(bench->folder, "text.sig");
	bench->own_key = public_key != NULL;
	bench->key = public_key != NULL ? path_join(bench->folder, "key.pub") : key_path(key);
	rc = put_file(bench->text, bytes, len, err);
	if (rc == 0 && public_key != NULL) {
		strbuf_addf(&line, "%s\n", public_key);
		rc = put_file(bench->key, line.data, line.len, err);
	}
	strbuf_clear(&line);
	return rc;
}

static void take_down(struct bench *bench)
{
	if (bench->folder != NULL) {
		unlink(bench->text);
		unlink(bench->signature);
		if (bench->own_key)
			unlink(bench->key);
		rmdir(bench->folder);
	}
	free(bench->folder);
	free(bench->text);
	free(bench->signature);
	free(bench->key);
}

/* -- Signing -- */

static bool says(const struct strbuf *errors, const char *words)
{
	return strcasestr(errors->data, words) != NULL;
}

/* Why it did not sign, as far as its words tell. */
static int explain(const struct bench *bench, const char *program, const struct strbuf *errors,
		   struct error *err)
{
	const char *key = bench->own_key ? "that git's user.signingKey names" : bench->key;

	if (says(errors, "passphrase"))
		return error_set(err, E_REFUSED,
				 "The key %s is locked with a passphrase. Unlock it once with: ssh-add %s",
				 key, bench->own_key ? "" : bench->key);
	if (says(errors, "agent refused"))
		return error_set(err, E_REFUSED,
				 "The SSH agent did not sign with the key %s. Confirm it when it asks, or "
				 "touch the key, and try again.",
				 key);
	if (says(errors, "agent socket") || says(errors, "authentication agent"))
		return error_set(
		    err, E_REFUSED,
		    "The key %s is kept by an SSH agent, and none answers. Start one and add the "
		    "key with ssh-add, or log in with agent forwarding (ssh -A).",
		    key);
	if (says(errors, "find key in agent"))
		return error_set(
		    err, E_REFUSED,
		    "The SSH agent does not have the key %s. Add it with ssh-add, where it is kept.", key);
	if (!bench->own_key && !path_exists(bench->key))
		return error_set(err, E_NOTFOUND,
				 "The key %s, which git's user.signingKey names, is not there. Make one with "
				 "ssh-keygen -t ed25519, or name another.",
				 key);
	if (says(errors, "usage:"))
		return error_set(err, E_REFUSED,
				 "The program %s is too old to sign: OpenSSH 8.2 or newer is needed.",
				 program);
	return error_set(err, E_REFUSED, "Signing with the key %s failed: %.*s", key,
			 (int)strcspn(errors->data, "\r\n"), errors->data);
}

/* A signature that nobody can check would be found out too late. */
static bool holds(const struct strbuf *armor, const void *bytes, size_t len)
{
	struct strbuf decoded = STRBUF_INIT;
	struct sign_public key;
	struct sign_blob blob;
	bool good = false;

	if (sign_blob_read(&blob, &decoded, armor->data, armor->len) &&
	    sign_public_read(&key, blob.key.data, blob.key.len)) {
		good = sign_blob_verify(&blob, &key, bytes, len);
		sign_public_clear(&key);
	}
	strbuf_clear(&decoded);
	return good;
}

int sign_make(struct strbuf *out, const struct sign_key *key, const void *bytes, size_t len,
	      struct error *err)
{
	struct bench bench = {0};
	struct strbuf errors = STRBUF_INIT;
	struct strbuf armor = STRBUF_INIT;
	const char *program = key->program != NULL ? key->program : PROGRAM;
	int status = 0;
	int rc = set_up(&bench, key, bytes, len, err);

	if (rc == 0) {
		const char *const with_file[] = {program, "-Y",      "sign",     "-n", SIGN_NAMESPACE,
						 "-f",    bench.key, bench.text, NULL};
		const char *const with_agent[] = {program, "-Y",      "sign", "-n",       SIGN_NAMESPACE,
						  "-f",    bench.key, "-U",   bench.text, NULL};
		struct spawn spawn = {.argv = bench.own_key ? with_agent : with_file,
				      .deadline = WAIT,
				      .limit = TOO_LARGE};

		rc = spawn_run(&spawn, &status, NULL, &errors, err);
		if (rc == E_NOTFOUND)
			error_advise(err, " Install OpenSSH's client.");
		else if (rc == 0 && status != 0)
			rc = explain(&bench, program, &errors, err);
	}
	if (rc == 0)
		rc = path_read(&armor, bench.signature, TOO_LARGE, err);
	if (rc == 0 && !holds(&armor, bytes, len))
		rc = error_set(err, E_REFUSED,
			       "The signature that the key %s gave cannot be checked: use a key made with "
			       "ssh-keygen -t ed25519.",
			       bench.own_key ? "in git's user.signingKey" : bench.key);
	if (rc == 0)
		strbuf_add(out, armor.data, armor.len);
	take_down(&bench);
	strbuf_clear(&errors);
	strbuf_clear(&armor);
	return rc;
}
