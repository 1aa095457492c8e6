#include "store/repo_internal.h"

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "store/sign.h"

/* How often an object is written before that is an error. */
#define WRITE_TRIES 5

/* -- Writing and reading back -- */

/* libgit2 checks the hash of what it reads. */
static int read_back(struct repo *repo, const git_oid *id, size_t len, git_object_t type, const char *what,
		     struct error *err)
{
	git_odb_object *object = NULL;
	int code = git_odb_read(&object, repo->odb, id);

	if (code == 0 && (git_odb_object_size(object) != len || git_odb_object_type(object) != type))
		code = -1;
	git_odb_object_free(object);
	if (code < 0)
		return repo_fail(repo, err, "%s was not kept by the repository %s", what, repo->folder);
	return 0;
}

/*
 * git gc takes away folders of objects that are empty, also one that was just made for this object;
 * then the object goes nowhere, and another try makes the folder again.
 */
static int write_object(struct repo *repo, git_oid *out, const void *bytes, size_t len, git_object_t type)
{
	int code = -1;

	for (int i = 0; code < 0 && i < WRITE_TRIES; i++)
		code = git_odb_write(out, repo->odb, bytes, len, type);
	return code;
}

int repo_object_write(struct repo *repo, git_oid *out, const void *bytes, size_t len, git_object_t type,
		      const char *what, struct error *err)
{
	char file[REPO_LOOSE_SIZE];
	bool folder_is_new;

	if (git_odb_hash(out, bytes, len, type) < 0)
		return repo_fail(repo, err, "%s cannot be written", what);
	if (repo->dry)
		return 0;
	repo_loose_name(file, out);
	folder_is_new = repo_folder_missing(repo, file);
	if (write_object(repo, out, bytes, len, type) < 0)
		return repo_fail(repo, err, "%s cannot be written to %s", what, repo->folder);
	repo_settle(repo, file, folder_is_new);
	return read_back(repo, out, len, type, what, err);
}

/* E_INVALID for a name or mail that git cannot hold. */
static int make_signature(git_signature **out, const struct repo_person *person, struct repo_time time,
			  struct error *err)
{
	for (const char *at = person->name; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ')
			return error_set(err, E_INVALID, "A person's name must be one line of plain text.");
	}
	for (const char *at = person->mail; *at != '\0'; at++) {
		if ((unsigned char)*at <= ' ')
			return error_set(err, E_INVALID, "The mail address of %s must be one word.",
					 person->name);
	}
	if (git_signature_new(out, person->name, person->mail, time.seconds, time.offset) < 0)
		return error_set(err, E_INVALID,
				 "\"%s <%s>\" cannot stand in a commit: a name must not be empty "
				 "nor hold < or >.",
				 person->name, person->mail);
	return 0;
}

/* -- Commits -- */

/* Appends text that a commit's encoding header says is in another charset, as UTF-8. */
static bool convert(struct strbuf *out, const char *text, const char *charset)
{
	iconv_t conversion = iconv_open("UTF-8", charset);
	char *in = (char *)text;
	size_t left = strlen(text);
	bool done = false;

	if (conversion == (iconv_t)-1)
		return false;
	for (;;) {
		char chunk[1024];
		char *to = chunk;
		size_t room = sizeof chunk;
		size_t rc = iconv(conversion, left > 0 ? &in : NULL, &left, &to, &room);

		strbuf_add(out, chunk, (size_t)(to - chunk));
		if (rc == (size_t)-1 && to == chunk)
			break;
		if (left == 0 && rc != (size_t)-1) {
			done = true;
			break;
		}
	}
	iconv_close(conversion);
	return done;
}

/* In UTF-8 where the commit says that it is not; as it is where it cannot be converted. */
static char *in_utf8(const char *text, const char *charset)
{
	struct strbuf out = STRBUF_INIT;

	if (charset != NULL && strcasecmp(charset, "UTF-8") != 0 && convert(&out, text, charset))
		return strbuf_detach(&out);
	strbuf_clear(&out);
	return mem_strdup(text);
}

static void copy_signature(struct repo_person *person, struct repo_time *time, const git_signature *from,
			   const char *charset)
{
	person->name = in_utf8(from ? from->name : "", charset);
	person->mail = in_utf8(from ? from->email : "", charset);
	time->seconds = from ? from->when.time : 0;
	time->offset = from ? from->when.offset : 0;
}

static int lookup_failed(struct repo *repo, int code, const struct oid *id, const char *what,
			 struct error *err)
{
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, id);
	if (code == GIT_ENOTFOUND)
		return error_set(err, E_NOTFOUND, "There is no %s %.10s in %s.", what, hex, repo->folder);
	return repo_fail(repo, err, "The %s %.10s cannot be read", what, hex);
}

int repo_commit_read(struct repo *repo, struct repo_commit *out, const struct oid *id, struct error *err)
{
	git_oid oid = repo_oid_in(id);
	git_commit *commit = NULL;
	int code = git_commit_lookup(&commit, repo->git, &oid);
	const char *charset;

	if (code < 0)
		return lookup_failed(repo, code, id, "commit", err);
	memset(out, 0, sizeof *out);
	charset = git_commit_message_encoding(commit);
	out->recoded = charset != NULL && strcasecmp(charset, "UTF-8") != 0;
	out->id = *id;
	out->tree = repo_oid_out(git_commit_tree_id(commit));
	out->parents = git_commit_parentcount(commit);
	if (out->parents > 0)
		out->parent = repo_oid_out(git_commit_parent_id(commit, 0));
	if (out->parents > 1)
		out->merged = repo_oid_out(git_commit_parent_id(commit, 1));
	copy_signature(&out->author, &out->authored, git_commit_author(commit), charset);
	copy_signature(&out->committer, &out->committed, git_commit_committer(commit), charset);
	out->message = in_utf8(git_commit_message(commit), charset);
	out->is_signed = strstr(git_commit_raw_header(commit), "\ngpgsig ") != NULL;
	git_commit_free(commit);
	return 0;
}

void repo_commit_clear(struct repo_commit *commit)
{
	repo_person_clear(&commit->author);
	repo_person_clear(&commit->committer);
	free(commit->message);
	memset(commit, 0, sizeof *commit);
}

/* The bytes of a commit object; it also proves that tree and parents are there. */
static int commit_bytes(struct repo *repo, struct strbuf *out, const struct repo_commit *commit,
			const git_signature *author, const git_signature *committer, struct error *err)
{
	const struct oid *ids[2] = {&commit->parent, &commit->merged};
	git_commit *parents[2] = {NULL, NULL};
	git_oid tree_id = repo_oid_in(&commit->tree);
	git_tree *tree = NULL;
	git_buf bytes = GIT_BUF_INIT;
	size_t count = 0;
	int code = git_tree_lookup(&tree, repo->git, &tree_id);

	while (code == 0 && count < 2 && !oid_is_zero(ids[count])) {
		git_oid id = repo_oid_in(ids[count]);

		code = git_commit_lookup(&parents[count], repo->git, &id);
		count += code == 0;
	}
	if (code == 0) {
		const git_commit *list[2] = {parents[0], parents[1]};

		code = git_commit_create_buffer(&bytes, repo->git, author, committer, NULL, commit->message,
						tree, count, list);
	}
	while (count > 0)
		git_commit_free(parents[--count]);
	git_tree_free(tree);
	if (code == 0)
		strbuf_add(out, bytes.ptr, bytes.size);
	git_buf_dispose(&bytes);
	return code < 0 ? repo_fail(repo, err, "The commit cannot be written to %s", repo->folder) : 0;
}

int repo_commit_write(struct repo *repo, struct oid *out, const struct repo_commit *commit, struct error *err)
{
	git_signature *author = NULL;
	git_signature *committer = NULL;
	struct strbuf bytes = STRBUF_INIT;
	git_oid id;
	int rc = make_signature(&author, &commit->author, commit->authored, err);

	if (rc == 0)
		rc = make_signature(&committer, &commit->committer, commit->committed, err);
	if (rc == 0)
		rc = commit_bytes(repo, &bytes, commit, author, committer, err);
	if (rc == 0 && commit->key != NULL)
		rc = repo_sign_commit(&bytes, commit->key, err);
	if (rc == 0)
		rc =
		    repo_object_write(repo, &id, bytes.data, bytes.len, GIT_OBJECT_COMMIT, "The commit", err);
	if (rc == 0)
		*out = repo_oid_out(&id);
	strbuf_clear(&bytes);
	git_signature_free(author);
	git_signature_free(committer);
	return rc;
}

bool repo_is_ancestor(struct repo *repo, const struct oid *ancestor, const struct oid *descendant)
{
	git_oid old_id = repo_oid_in(ancestor);
	git_oid new_id = repo_oid_in(descendant);

	return oid_equal(ancestor, descendant) || git_graph_descendant_of(repo->git, &new_id, &old_id) == 1;
}

/* -- Blobs -- */

int repo_blob_size(struct repo *repo, const struct oid *id, size_t *out, struct error *err)
{
	git_oid oid = repo_oid_in(id);
	git_object_t type;
	int code = git_odb_read_header(out, &type, repo->odb, &oid);

	if (code == 0 && type != GIT_OBJECT_BLOB)
		code = GIT_ENOTFOUND;
	return code < 0 ? lookup_failed(repo, code, id, "text", err) : 0;
}

/* From this size on a text is read without a second copy of it. */
#define STREAMED ((size_t)64 << 10)

/*
 * A text that is a file of its own, as one just saved is, straight to where it belongs.  Its id is compared;
 * a third of the time that libgit2 takes for it.
 */
static enum repo_loose read_loose(struct repo *repo, const git_oid *oid, size_t size, struct strbuf *out)
{
	unsigned char id[REPO_OID_SIZE];
	size_t start = out->len;
	enum repo_loose loose = repo_loose_blob(repo, oid, size, out);

	if (loose != REPO_LOOSE_READ ||
	    (sign_blob_id(id, out->data + start, size) && memcmp(id, oid->id, sizeof id) == 0))
		return loose;
	strbuf_truncate(out, start);
	return REPO_LOOSE_BROKEN;
}

int repo_blob_head(struct repo *repo, const struct oid *id, struct strbuf *out, size_t len, struct error *err)
{
	git_oid oid = repo_oid_in(id);
	size_t size;
	int rc = repo_blob_size(repo, id, &size, err);

	if (rc < 0)
		return rc;
	if (size >= STREAMED && size > len && repo_loose_blob(repo, &oid, len, out) == REPO_LOOSE_READ)
		return 0;
	return repo_blob_read(repo, id, out, err);
}

int repo_blob_read(struct repo *repo, const struct oid *id, struct strbuf *out, struct error *err)
{
	git_oid oid = repo_oid_in(id);
	git_odb_object *object = NULL;
	size_t size = 0;
	int rc = repo_blob_size(repo, id, &size, err);
	enum repo_loose loose = REPO_LOOSE_NONE;
	int code;

	if (rc < 0)
		return rc;
	if (size > REPO_BLOB_LIMIT) {
		char hex[REPO_HEX_SIZE];

		oid_hex(hex, id);
		return error_set(err, E_INVALID,
				 "The text %.10s has %zu MiB; copydesk opens nothing above %zu MiB.", hex,
				 (size + (1 << 20) - 1) >> 20, REPO_BLOB_LIMIT >> 20);
	}
	if (size >= STREAMED)
		loose = read_loose(repo, &oid, size, out);
	if (loose == REPO_LOOSE_READ)
		return 0;
	/* libgit2 1.5 never comes back from one that was cut short. */
	code = loose == REPO_LOOSE_BROKEN ? GIT_EMISMATCH : git_odb_read(&object, repo->odb, &oid);
	if (code < 0)
		return lookup_failed(repo, code, id, "text", err);
	strbuf_add(out, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	return 0;
}

int repo_blob_write(struct repo *repo, struct oid *out, const void *bytes, size_t len, struct error *err)
{
	git_oid id;
	int rc = repo_object_write(repo, &id, bytes, len, GIT_OBJECT_BLOB, "The text", err);

	if (rc == 0)
		*out = repo_oid_out(&id);
	return rc;
}

void repo_blob_hash(struct oid *out, const void *bytes, size_t len)
{
	git_oid id = {{0}};

	git_libgit2_init();
	(void)git_odb_hash(&id, bytes, len, GIT_OBJECT_BLOB);
	git_libgit2_shutdown();
	*out = repo_oid_out(&id);
}

/* -- Tags -- */

static void tag_bytes(struct strbuf *bytes, const struct repo_tag *tag, const git_signature *tagger)
{
	char hex[REPO_HEX_SIZE];
	int offset = tagger->when.offset;
	int east = offset < 0 ? -offset : offset;

	oid_hex(hex, &tag->target);
	strbuf_addf(bytes, "object %s\ntype commit\ntag %s\n", hex, tag->name);
	strbuf_addf(bytes, "tagger %s <%s> %lld %c%02d%02d\n\n", tagger->name, tagger->email,
		    (long long)tagger->when.time, offset < 0 ? '-' : '+', east / 60, east % 60);
	strbuf_adds(bytes, tag->message);
}

int repo_tag_write(struct repo *repo, struct oid *out, const struct repo_tag *tag, struct error *err)
{
	git_signature *tagger = NULL;
	struct strbuf bytes = STRBUF_INIT;
	struct oid commit;
	git_oid id;
	int rc = repo_peel_commit(repo, &commit, &tag->target, err);

	if (rc == 0 && !oid_equal(&commit, &tag->target))
		rc = error_set(err, E_INVALID, "The tag %s must name a commit.", tag->name);
	if (rc == 0)
		rc = make_signature(&tagger, &tag->tagger, tag->time, err);
	if (rc == 0 && tagger != NULL)
		tag_bytes(&bytes, tag, tagger);
	if (rc == 0 && tag->key != NULL)
		rc = repo_sign_tag(&bytes, tag->key, err);
	if (rc == 0)
		rc = repo_object_write(repo, &id, bytes.data, bytes.len, GIT_OBJECT_TAG, "The tag", err);
	if (rc == 0)
		*out = repo_oid_out(&id);
	strbuf_clear(&bytes);
	git_signature_free(tagger);
	return rc;
}

int repo_tag_read(struct repo *repo, struct repo_tag *out, const struct oid *id, struct error *err)
{
	git_oid oid = repo_oid_in(id);
	git_tag *tag = NULL;
	int code = git_tag_lookup(&tag, repo->git, &oid);

	if (code == 0 && (git_tag_target_type(tag) != GIT_OBJECT_COMMIT || git_tag_tagger(tag) == NULL)) {
		git_tag_free(tag);
		code = GIT_ENOTFOUND;
	}
	if (code < 0)
		return lookup_failed(repo, code, id, "tag", err);
	out->target = repo_oid_out(git_tag_target_id(tag));
	out->name = mem_strdup(git_tag_name(tag));
	copy_signature(&out->tagger, &out->time, git_tag_tagger(tag), NULL);
	out->message = NULL;
	out->key = NULL;
	git_tag_free(tag);
	return 0;
}

void repo_tag_clear(struct repo_tag *tag)
{
	repo_person_clear(&tag->tagger);
	free(tag->name);
	memset(tag, 0, sizeof *tag);
}

int repo_peel_commit(struct repo *repo, struct oid *out, const struct oid *id, struct error *err)
{
	git_oid oid = repo_oid_in(id);
	git_object *object = NULL;
	git_object *commit = NULL;
	int code = git_object_lookup(&object, repo->git, &oid, GIT_OBJECT_ANY);

	if (code == 0)
		code = git_object_peel(&commit, object, GIT_OBJECT_COMMIT);
	if (code == 0)
		*out = repo_oid_out(git_object_id(commit));
	git_object_free(commit);
	git_object_free(object);
	if (code == GIT_EPEEL || code == GIT_EINVALIDSPEC)
		code = GIT_ENOTFOUND;
	return code < 0 ? lookup_failed(repo, code, id, "commit", err) : 0;
}
