/*
 * When a draft goes out: embargo and schedule.
 */
#include "desk/desk_internal.h"
#include "desk/rules.h"

int desk_embargo(struct desk *desk, const char *name, int64_t at, const char *reason, struct error *err)
{
	struct desk_act act = {.name = name, .change = {.event = REVIEW_EMBARGO, .text = reason, .at = at}};

	return desk_perform(desk, &act, err);
}

static int before_schedule(struct desk *desk, const struct draft *draft, struct desk_act *act,
			   struct error *err)
{
	int rc = rules_order(draft, act->change.at, err);

	act->change.policy = &desk->policy.blob;
	return rc < 0 ? rc : desk_still_as_seen(desk, draft, act, err);
}

int desk_schedule(struct desk *desk, const char *name, int64_t at, const struct oid *seen, const char *reason,
		  struct error *err)
{
	struct desk_act act = {.name = name,
			       .change = {.event = REVIEW_SCHEDULE, .text = reason, .at = at},
			       .before = before_schedule,
			       .seen = seen};

	return desk_perform_seen(desk, &act, err);
}

int desk_unschedule(struct desk *desk, const char *name, const char *reason, struct error *err)
{
	struct desk_act act = {.name = name, .change = {.event = REVIEW_UNSCHEDULE, .text = reason}};

	return desk_perform(desk, &act, err);
}
