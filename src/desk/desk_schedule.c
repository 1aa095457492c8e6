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

/* An order that could not be carried out at its time is not taken. */
static int before_schedule(struct desk *desk, const struct draft *draft, struct desk_act *act,
			   struct error *err)
{
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];
	int64_t not_before = draft->state.not_before;

	act->change.policy = &desk->policy.blob;
	if (act->change.at < not_before) {
		clock_date(date, not_before, clock_offset(&desk->clock, not_before));
		clock_minutes(minutes, not_before, clock_offset(&desk->clock, not_before));
		return error_set(err, E_REFUSED,
				 "%s is under embargo until %s %s: schedule it for then, or later.",
				 draft->name, date, minutes);
	}
	return desk_still_as_seen(desk, draft, act, err);
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

static int before_unschedule(struct desk *desk, const struct draft *draft, struct desk_act *act,
			     struct error *err)
{
	(void)desk;
	(void)act;
	if (draft->state.schedule == draft->count)
		return error_set(err, E_REFUSED, "%s is not scheduled.", draft->name);
	return 0;
}

int desk_unschedule(struct desk *desk, const char *name, const char *reason, struct error *err)
{
	struct desk_act act = {.name = name,
			       .change = {.event = REVIEW_UNSCHEDULE, .text = reason},
			       .before = before_unschedule};

	return desk_perform(desk, &act, err);
}
