/*
 * The fast lane: what goes out without its review, by whom, and with which words.
 */
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/rules_internal.h"

static int corrects_or_withdraws(const struct question *q, struct error *err)
{
	if (policy_is_desk_file(q->draft->path) || oid_is_zero(&q->draft->base_blob))
		return error_set(
		    err, E_REFUSED,
		    "%s has no published article: the fast lane is for corrections and withdrawals.",
		    q->draft->name);
	return 0;
}

static int is_of_the_lane(const struct question *q, struct error *err)
{
	const struct policy_group *lane =
	    q->draft->withdraws ? &q->policy->withdraw_fast : &q->policy->correct_fast;
	const char *what = q->draft->withdraws ? "Withdrawing" : "Correcting";
	struct strbuf who = STRBUF_INIT;
	int rc;

	if (policy_is_of(q->policy, lane, q->person))
		return 0;
	policy_group_words(&who, lane);
	rc = error_set(err, E_REFUSED, "%s %s without its review is for %s.", what, q->draft->path,
		       who.len > 0 ? who.data : "nobody here");
	strbuf_clear(&who);
	return rc;
}

int rules_fast_lane(const struct question *q, struct error *err)
{
	int rc = corrects_or_withdraws(q, err);

	return rc < 0 ? rc : is_of_the_lane(q, err);
}

/* Whether the text is the notice that was made when the withdrawal began, with its reason, to the byte. */
static bool is_its_notice(const struct draft *draft)
{
	const struct review_commit *first = &draft->commits[0];
	const struct article_note note = {.reason = first->text,
					  .time = first->time.seconds,
					  .offset = first->time.offset};
	struct strbuf notice = STRBUF_INIT;
	bool same;

	if (draft_text(draft) == NULL || draft->base_text == NULL)
		return false;
	article_tombstone(&notice, draft->base_text, draft->base_text_len, &note);
	same = notice.len == draft->text_len && memcmp(notice.data, draft_text(draft), notice.len) == 0;
	strbuf_clear(&notice);
	return same;
}

int rules_fast_words(const struct question *q, struct error *err)
{
	const struct draft *draft = q->draft;
	const struct review_covers *covers = draft_covers(draft);

	if (!draft->withdraws)
		return 0;
	if (!oid_is_zero(&draft->blob) && !is_its_notice(draft))
		return error_set(err, E_REFUSED,
				 "%s has other words than the notice that it began with: without its review "
				 "a withdrawal leaves the published front matter and that sentence, and "
				 "nothing else. Have it reviewed, or spike it and withdraw the article anew.",
				 draft->name);
	for (size_t i = 0; i < covers->count; i++) {
		if (covers->items[i].mode != REPO_MODE_NONE &&
		    strcmp(covers->items[i].path, draft->path) != 0)
			return error_set(err, E_REFUSED,
					 "%s brings %s along, and without its review a withdrawal brings "
					 "nothing new: have it reviewed.",
					 draft->name, covers->items[i].path);
	}
	return 0;
}
