#include "store/repo_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "store/sign.h"

#define HEADER "gpgsig "
#define ARMOR  "-----BEGIN "

/* -- What is configured -- */

/* 1 or 0, and -1 for a setting that is not there, or neither true nor false. */
static int config_bool(struct repo *repo, const char *name)
{
	git_config *config = NULL;
	int value = -1;

	if (git_repository_config_snapshot(&config, repo->git) < 0 ||
	    git_config_get_bool(&value, config, name) < 0)
		value = -1;
	git_config_free(config);
	return value;
}

bool repo_wants_signed(struct repo *repo, bool tag)
{
	int own = config_bool(repo, "copydesk.sign");
	char *format;
	bool wants;

	if (own >= 0)
		return own > 0;
	format = repo_config(repo, "gpg.format");
	/* Whoever signs with OpenPGP elsewhere has asked for no SSH signature. */
	wants = format != NULL && strcmp(format, "ssh") == 0 &&
		config_bool(repo, tag ? "tag.gpgsign" : "commit.gpgsign") > 0;
	free(format);
	return wants;
}

int repo_signing_key(struct repo *repo, struct sign_key *out, struct error *err)
{
	char *format = repo_config(repo, "gpg.format");
	int rc = 0;

	memset(out, 0, sizeof *out);
	if (format != NULL && strcmp(format, "ssh") != 0)
		rc = error_set(
		    err, E_REFUSED,
		    "git is set to sign with %s here (gpg.format), and copydesk signs with SSH keys. "
		    "In the newsroom run: git config gpg.format ssh, and git config user.signingKey "
		    "FILE.",
		    format);
	free(format);
	if (rc < 0)
		return rc;
	out->key = repo_config(repo, "user.signingkey");
	out->program = repo_config(repo, "gpg.ssh.program");
	out->folder = mem_strdup(repo->worktree != NULL ? repo->worktree : repo->folder);
	if (out->key == NULL || *out->key == '\0') {
		free(out->key);
		out->key = NULL;
		rc = sign_agent_key(&out->key, err);
	}
	if (rc < 0)
		sign_key_clear(out);
	return rc;
}

/* -- Writing -- */

/* The lines of a signature as one header, which goes after the others (git's add_header_signature()). */
static void insert_header(struct strbuf *bytes, const struct strbuf *armor)
{
	const char *gap = strstr(bytes->data, "\n\n");
	struct strbuf header = STRBUF_INIT;

	for (const char *at = armor->data; *at != '\0';) {
		size_t len = strcspn(at, "\n");

		strbuf_addf(&header, "%s%.*s\n", at == armor->data ? HEADER : " ", (int)len, at);
		at += len + (at[len] == '\n');
	}
	strbuf_splice(bytes, (size_t)(gap - bytes->data) + 1, 0, header.data, header.len);
	strbuf_clear(&header);
}

int repo_sign_commit(struct strbuf *bytes, const struct sign_key *key, struct error *err)
{
	struct strbuf armor = STRBUF_INIT;
	int rc = sign_make(&armor, key, bytes->data, bytes->len, err);

	if (rc == 0)
		insert_header(bytes, &armor);
	strbuf_clear(&armor);
	return rc;
}

int repo_sign_tag(struct strbuf *bytes, const struct sign_key *key, struct error *err)
{
	struct strbuf armor = STRBUF_INIT;
	int rc;

	if (bytes->data[bytes->len - 1] != '\n')
		strbuf_addc(bytes, '\n');
	rc = sign_make(&armor, key, bytes->data, bytes->len, err);
	if (rc == 0)
		strbuf_add(bytes, armor.data, armor.len);
	strbuf_clear(&armor);
	return rc;
}

/* -- Reading -- */

/* The bytes of the line at data, with its end. */
static size_t line_len(const char *data, size_t len)
{
	const char *end = memchr(data, '\n', len);

	return end != NULL ? (size_t)(end - data) + 1 : len;
}

/* Everything but the header gpgsig is what was signed (git's parse_signed_commit()). */
static void split_commit(struct repo_signed *out, const char *data, size_t len)
{
	const size_t word = sizeof HEADER - 1;
	bool within = false;

	while (len > 0) {
		size_t line = line_len(data, len);
		bool first = line > word && memcmp(data, HEADER, word) == 0;

		if (*data == '\n')
			line = len;
		within = first || (within && *data == ' ');
		if (within)
			strbuf_add(&out->signature, data + (first ? word : 1), line - (first ? word : 1));
		else
			strbuf_add(&out->payload, data, line);
		data += line;
		len -= line;
	}
}

/* The signature is what follows the last line that begins one (git's parse_signature()). */
static void split_tag(struct repo_signed *out, const char *data, size_t len)
{
	const size_t word = sizeof ARMOR - 1;
	size_t start = len;

	for (size_t at = 0; at < len; at += line_len(data + at, len - at)) {
		if (len - at > word && memcmp(data + at, ARMOR, word) == 0)
			start = at;
	}
	strbuf_add(&out->payload, data, start);
	strbuf_add(&out->signature, data + start, len - start);
}

int repo_signed_read(struct repo *repo, struct repo_signed *out, const struct oid *id, struct error *err)
{
	git_oid oid = repo_oid_in(id);
	git_odb_object *object = NULL;
	git_object_t type;
	char hex[REPO_HEX_SIZE];
	int code = git_odb_read(&object, repo->odb, &oid);

	memset(out, 0, sizeof *out);
	out->signature = (struct strbuf)STRBUF_INIT;
	out->payload = (struct strbuf)STRBUF_INIT;
	oid_hex(hex, id);
	if (code < 0 && code != GIT_ENOTFOUND)
		return repo_fail(repo, err, "The commit %.10s cannot be read", hex);
	type = code < 0 ? GIT_OBJECT_INVALID : git_odb_object_type(object);
	if (type == GIT_OBJECT_COMMIT)
		split_commit(out, git_odb_object_data(object), git_odb_object_size(object));
	else if (type == GIT_OBJECT_TAG)
		split_tag(out, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	if (type != GIT_OBJECT_COMMIT && type != GIT_OBJECT_TAG)
		return error_set(err, E_NOTFOUND, "There is no commit or tag %.10s in %s.", hex,
				 repo->folder);
	return 0;
}

void repo_signed_clear(struct repo_signed *signature)
{
	strbuf_clear(&signature->signature);
	strbuf_clear(&signature->payload);
}

enum sign_verdict repo_signed_by(const struct repo_signed *signature, const struct signers *signers,
				 const struct repo_person *person, struct repo_time time)
{
	return sign_check(signers, person->mail, time.seconds, signature->signature.data,
			  signature->signature.len, signature->payload.data, signature->payload.len);
}
