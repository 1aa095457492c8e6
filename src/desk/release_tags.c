/*
 * The tags of releases: one each, by the day and a number.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "desk/release_internal.h"
#include "desk/remote.h"

/* Writes one tag on a release; E_CONFLICT when its name is taken. */
static int write_tag(struct repo *repo, const struct release_order *order, const struct repo_commit *release,
		     char *name, struct error *err)
{
	static const struct oid none;
	const struct repo_tag tag = {.target = release->id,
				     .name = name,
				     .tagger = *order->person,
				     .time = order->time,
				     .message = release->message,
				     .key = order->tag_key};
	char *ref = mem_printf("refs/tags/%s", name);
	struct oid id;
	int rc = repo_tag_write(repo, &id, &tag, err);

	if (rc == 0)
		rc = repo_ref_move(repo, ref, &id, &none, order->person, "release", err);
	free(ref);
	return rc;
}

static bool tag_exists(struct repo *repo, const char *name)
{
	char *ref = mem_printf("refs/tags/%s", name);
	struct oid tag;
	bool exists = repo_ref_read(repo, ref, &tag, NULL) == 0;

	free(ref);
	return exists;
}

/* The commit that a tag stands at; false where there is no such tag. */
static bool tagged_commit(struct repo *repo, const char *name, struct oid *out)
{
	char *ref = mem_printf("refs/tags/%s", name);
	bool found = repo_ref_read(repo, ref, out, NULL) == 0;

	free(ref);
	return found && repo_peel_commit(repo, out, out, NULL) == 0;
}

/* Among so many of a day's newest tags a commit's is looked for: more do not release at the same moment. */
#define TAGS_LOOKED_AT 16

/* The tag that a commit has already, with a number below n, or NULL. */
static char *tag_of(struct repo *repo, const struct oid *commit, const char *date, unsigned n)
{
	for (unsigned i = n; i-- > 1 && n - i <= TAGS_LOOKED_AT;) {
		char *name = mem_printf("release/%s.%u", date, i);
		struct oid at;

		if (tagged_commit(repo, name, &at) && oid_equal(&at, commit))
			return name;
		free(name);
	}
	return NULL;
}

/* Writes the day's next tag that is free; *tag stays NULL where none can be written. */
static int write_next_tag(char **tag, struct repo *repo, const struct release_order *order,
			  const struct repo_commit *release, const char *date, struct error *err)
{
	for (unsigned n = 1;; n++) {
		char *name = mem_printf("release/%s.%u", date, n);
		bool taken = tag_exists(repo, name);
		int rc = E_CONFLICT;

		if (!taken && (*tag = tag_of(repo, &release->id, date, n)) != NULL)
			rc = 0;
		else if (!taken && (rc = write_tag(repo, order, release, name, err)) == 0)
			*tag = mem_strdup(name);
		/* Somebody's git may have taken the name meanwhile; else it cannot be had, and no other can.
		 */
		taken = taken || (rc == E_CONFLICT && tag_exists(repo, name));
		free(name);
		if (!taken)
			return rc;
	}
}

/*
 * Whoever releases next tags for one who was cut off, and cannot know that one who is still at it: so the
 * flock.
 */
int release_tag(char **tag, struct repo *repo, const struct release_order *order,
		const struct repo_commit *release, struct error *err)
{
	char date[CLOCK_TEXT_SIZE];
	int fd;
	int rc = repo_hold(repo, "release-tags", &fd, err);

	*tag = NULL;
	if (rc < 0)
		return rc;
	clock_date(date, release->committed.seconds, release->committed.offset);
	rc = write_next_tag(tag, repo, order, release, date, err);
	close(fd);
	return rc;
}

/* Whether a commit's message says that it is a release. */
static bool is_release(const struct repo_commit *commit)
{
	struct release_records records;
	bool is = false;

	if (release_records_read(&records, commit->message, NULL) == 0) {
		is = records.count > 0;
		release_records_clear(&records);
	}
	return is;
}

int release_tag_before(struct repo *repo, const struct release_order *order, const struct oid *tip,
		       struct error *err)
{
	struct repo_commit before;
	struct remote remote;
	char *tag = NULL;
	int rc = 0;

	/* Where there is a server it may have the tag, and another of that name would be in its way. */
	if (remote_find(&remote, repo, order->branch, NULL, NULL) == 0) {
		remote_clear(&remote);
		return 0;
	}
	if (repo_commit_read(repo, &before, tip, NULL) < 0)
		return 0;
	if (is_release(&before))
		rc = release_tag(&tag, repo, order, &before, err);
	free(tag);
	repo_commit_clear(&before);
	return rc;
}
