/*
 * What this person signs with, and when: where the desk's rules ask for it, or the person's own settings do.
 */
#include "desk/desk_internal.h"

#include <string.h>

/* Leaves out empty where nobody asks; a key that is asked for and cannot be had is an error. */
static int take_key(struct desk *desk, struct sign_key *out, bool asked, struct error *err)
{
	memset(out, 0, sizeof *out);
	return asked ? repo_signing_key(desk->repo, out, err) : 0;
}

bool desk_must_sign(const struct desk *desk, enum review_event event)
{
	return desk->policy.sign_approvals && (event == REVIEW_APPROVE || event == REVIEW_SCHEDULE);
}

bool desk_signs(const struct desk *desk, enum review_event event)
{
	return desk_must_sign(desk, event) || repo_wants_signed(desk->repo, false);
}

bool desk_signs_releases(const struct desk *desk)
{
	return desk->policy.sign_releases || repo_wants_signed(desk->repo, false) ||
	       repo_wants_signed(desk->repo, true);
}

int desk_event_key(struct desk *desk, enum review_event event, struct sign_key *out, struct error *err)
{
	return take_key(desk, out, desk_signs(desk, event), err);
}

int desk_release_keys(struct desk *desk, struct desk_release_key *out, struct error *err)
{
	bool must = desk->policy.sign_releases;

	out->commit = must || repo_wants_signed(desk->repo, false);
	out->tag = must || repo_wants_signed(desk->repo, true);
	return take_key(desk, &out->key, out->commit || out->tag, err);
}
