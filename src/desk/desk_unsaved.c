/* Words that people have not saved: who left which. */
#include "desk/desk_internal.h"
#include "desk/wip.h"

int desk_unsaved(struct desk *desk, const char *name, struct wips *out, struct error *err)
{
	const struct draft *draft = desk_draft(desk, name, err);
	int rc;

	*out = (struct wips){0};
	if (draft == NULL)
		return err != NULL ? err->code : E_NOTFOUND;
	rc = wip_list(out, desk->repo, draft, err);
	wips_keep_new(out, desk->repo, draft);
	return rc;
}

int desk_unsaved_note(struct desk *desk, const char *name, const struct oid *from, struct wip_note *out,
		      struct error *err)
{
	const struct draft *draft = desk_draft(desk, name, err);

	*out = (struct wip_note){0};
	if (draft == NULL)
		return err != NULL ? err->code : E_NOTFOUND;
	if (desk_person(desk, err) == NULL)
		return err != NULL ? err->code : E_NOTFOUND;
	wip_note_init(out, draft, from);
	repo_person_copy(&out->person, &desk->person);
	out->time = desk_time(desk);
	return 0;
}

bool desk_shares_unsaved(struct desk *desk)
{
	return repo_config_bool(desk->repo, "copydesk.wip", true);
}
