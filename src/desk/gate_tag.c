/*
 * Tags of releases, which are written once, and unsaved text, which is its writer's own.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/gate_internal.h"

#define TAGS "refs/tags/"
#define WIP  "refs/wip/"

/* "release/YYYY-MM-DD.N" */
static bool is_release_name(const char *name)
{
	static const char form[] = "release/dddd-dd-dd.";
	const char *number = name + strlen(form);

	for (size_t i = 0; form[i] != '\0'; i++) {
		if (form[i] == 'd' ? !isdigit((unsigned char)name[i]) : name[i] != form[i])
			return false;
	}
	return *number != '0' && *number != '\0' && number[strspn(number, "0123456789")] == '\0';
}

static int names_a_release(struct gate *g, const struct repo_tag *tag, struct error *err)
{
	struct release_records records = {0};
	struct repo_commit commit;
	long place;
	int rc = gate_place(g, &tag->target, &place, err);

	if (rc == 0 && place < 0)
		return error_set(err, E_REFUSED, "It names a commit that is not on the release branch.");
	if (rc == 0)
		rc = repo_commit_read(g->repo, &commit, &tag->target, err);
	if (rc < 0)
		return rc;
	if (release_records_read(&records, commit.message, NULL) < 0 || records.count == 0)
		rc = error_set(err, E_REFUSED, "It names a commit that released no article.");
	release_records_clear(&records);
	repo_commit_clear(&commit);
	return rc;
}

/* Under the policy as it will be, or one that was in force since what we know. */
static int is_signed_where_asked(struct gate *g, const struct oid *id, const struct repo_tag *tag,
				 struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < g->policy_count && (i == 0 || rc == E_REFUSED); i++) {
		if (!g->policies[i].sign_releases)
			return 0;
		rc = policy_check_signature(&g->policies[i], g->repo, id, &tag->tagger, tag->time,
					    i == 0 ? err : NULL);
	}
	return rc;
}

int gate_tag(struct gate *g, const struct gate_update *update, struct error *err)
{
	const char *name = update->ref + strlen(TAGS);
	struct repo_tag tag;
	int rc;

	if (!oid_is_zero(&update->old_id))
		return error_set(err, E_REFUSED,
				 "The tag of a release stays as it is: it can be neither moved nor deleted.");
	if (!is_release_name(name))
		return error_set(err, E_REFUSED,
				 "A release's tag is called release/, its date, a point and a number, as in "
				 "release/2026-11-20.1.");
	rc = repo_tag_read(g->repo, &tag, &update->new_id, err);
	if (rc == E_NOTFOUND)
		return error_set(err, E_REFUSED,
				 "A release's tag is an annotated one that names a commit, and this is none: "
				 "let \"copydesk release\" make it.");
	if (rc < 0)
		return rc;
	if (strcmp(tag.name, name) != 0)
		rc = error_set(err, E_REFUSED, "Inside it is called %s.", tag.name);
	if (rc == 0)
		rc = gate_is_own(g, &tag.tagger, "tagger", err);
	if (rc == 0)
		rc = gate_has_come(g, tag.time, err);
	if (rc == 0)
		rc = is_signed_where_asked(g, &update->new_id, &tag, err);
	if (rc == 0)
		rc = names_a_release(g, &tag, err);
	repo_tag_clear(&tag);
	return rc;
}

int gate_wip(struct gate *g, const struct gate_update *update, struct error *err)
{
	const char *mail = update->ref + strlen(WIP);
	const char *slash = strchr(mail, '/');
	struct repo_person owner = {.name = (char *)""};
	struct oid commit;
	bool own;

	owner.mail = mem_strndup(mail, slash != NULL ? (size_t)(slash - mail) : strlen(mail));
	own = slash != NULL && repo_person_same(&owner, g->push->person);
	free(owner.mail);
	if (!own)
		return error_set(err, E_REFUSED,
				 "Unsaved text is its writer's own, and yours lies below " WIP
				 "%s/: push it there.",
				 g->push->person->mail);
	if (oid_is_zero(&update->new_id))
		return 0;
	if (repo_peel_commit(g->repo, &commit, &update->new_id, NULL) < 0 ||
	    !oid_equal(&commit, &update->new_id))
		return error_set(err, E_REFUSED, "That is no commit.");
	return 0;
}
