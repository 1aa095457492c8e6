/* Words that people have not saved: who left which, and whether they say anything new. */
#include <stdlib.h>
#include <string.h>

#include "desk/desk_internal.h"
#include "desk/wip.h"
#include "text/merge.h"

/* Whether a text has anything that the draft's has not, from what both started from on. */
static bool says_more(struct desk *desk, const struct draft *draft, const struct wip *wip)
{
	struct strbuf base = STRBUF_INIT;
	struct strbuf text = STRBUF_INIT;
	struct merge merge = {0};
	bool more = true;

	if (oid_equal(&wip->blob, &draft->blob))
		return false;
	if (draft_text(draft) == NULL)
		return true;
	if (desk_read(desk, &wip->base, &base, NULL) == 0 && desk_read(desk, &wip->blob, &text, NULL) == 0 &&
	    merge_articles(&merge, (struct merge_text){base.data, base.len},
			   (struct merge_text){draft_text(draft), draft->text_len},
			   (struct merge_text){text.data, text.len}, NULL) == 0)
		more = false;
	for (size_t i = 0; !more && i < merge.count; i++)
		more = merge.chunks[i].kind == MERGE_THEIRS || merge.chunks[i].kind == MERGE_CONFLICT;
	merge_clear(&merge);
	strbuf_clear(&text);
	strbuf_clear(&base);
	return more;
}

int desk_unsaved(struct desk *desk, const char *name, struct wips *out, struct error *err)
{
	const struct draft *draft = desk_draft(desk, name, err);
	size_t count = 0;
	int rc;

	*out = (struct wips){0};
	if (draft == NULL)
		return err != NULL ? err->code : E_NOTFOUND;
	rc = wip_list(out, desk->repo, draft, err);
	for (size_t i = 0; i < out->count; i++) {
		struct wip wip = out->items[i];

		if (says_more(desk, draft, &wip))
			out->items[count++] = wip;
		else
			repo_person_clear(&wip.person);
	}
	out->count = count;
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
