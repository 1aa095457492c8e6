#include "cli/change.h"

#include <string.h>

#include "cli/cli.h"
#include "cli/json.h"
#include "cli/report.h"

/* Paragraphs that are shown around a change. */
#define CONTEXT 1

/* Settling a comment, or answering one, does not say that the whole was read. */
static bool is_review(enum review_event event)
{
	return event == REVIEW_APPROVE || event == REVIEW_REJECT || event == REVIEW_COMMENT;
}

/* The last commit with which a person reviewed the draft, or NULL. */
static const struct review_commit *last_review(const struct draft *draft, const struct repo_person *person)
{
	for (size_t i = draft->count; i > 0; i--) {
		const struct review_commit *commit = &draft->commits[i - 1];

		if (is_review(commit->event) && repo_person_same(&commit->person, person))
			return commit;
	}
	return NULL;
}

/* The article as of a commit of the draft. */
static struct oid text_at(const struct draft *draft, const struct review_commit *commit)
{
	for (size_t i = 0; i < commit->covers.count; i++) {
		if (strcmp(commit->covers.items[i].path, draft->path) == 0)
			return commit->covers.items[i].blob;
	}
	return draft->base_blob;
}

static int old_blob(struct oid *out, struct desk *desk, const struct draft *draft, bool since,
		    struct error *err)
{
	const struct review_commit *commit;
	const struct repo_person *person;

	*out = draft->base_blob;
	if (!since)
		return 0;
	person = desk_person(desk, err);
	if (person == NULL)
		return err->code;
	commit = last_review(draft, person);
	if (commit == NULL)
		return error_set(err, E_NOTFOUND,
				 "%s has not reviewed %s yet: leave --since out to see its whole change.",
				 person->name, draft->name);
	*out = text_at(draft, commit);
	return 0;
}

static int read_text(struct desk *desk, const struct oid *blob, struct strbuf *out, struct error *err)
{
	return oid_is_zero(blob) ? 0 : desk_read(desk, blob, out, err);
}

int change_read(struct change *out, struct desk *desk, const struct draft *draft, bool since,
		struct error *err)
{
	struct oid before;
	int rc = old_blob(&before, desk, draft, since, err);

	*out = (struct change){.draft = draft, .old_text = STRBUF_INIT, .new_text = STRBUF_INIT};
	if (rc == 0)
		rc = read_text(desk, &before, &out->old_text, err);
	if (rc == 0)
		rc = read_text(desk, &draft->blob, &out->new_text, err);
	if (rc == 0)
		rc = diff_words(&out->diff, out->old_text.data, out->old_text.len, out->new_text.data,
				out->new_text.len, err);
	if (rc < 0) {
		strbuf_clear(&out->old_text);
		strbuf_clear(&out->new_text);
	}
	return rc;
}

void change_clear(struct change *change)
{
	diff_clear(&change->diff);
	strbuf_clear(&change->old_text);
	strbuf_clear(&change->new_text);
}

/* "added", "removed" or "changed". */
static const char *cover_word(const struct review_cover *cover)
{
	if (cover->mode == REPO_MODE_NONE)
		return "removed";
	return oid_is_zero(&cover->base) ? "added" : "changed";
}

void change_print(const struct change *change, struct cli *cli, bool whole)
{
	const struct review_covers *covers = draft_covers(change->draft);
	struct strbuf text = STRBUF_INIT;

	if (oid_is_zero(&change->draft->blob))
		strbuf_adds(&cli->out, "This draft takes its article down.\n\n");
	if (diff_changes(&change->diff) > 0 || whole)
		diff_format(&text, &change->diff, change->old_text.data, change->new_text.data,
			    whole ? -1 : CONTEXT);
	else
		cli_say(cli, "No word of the text of %s changed.", change->draft->name);
	cli_print_lines(cli, "", text.data, text.len);
	for (size_t i = 0; i < covers->count; i++) {
		if (strcmp(covers->items[i].path, change->draft->path) == 0)
			continue;
		strbuf_adds(&cli->out, "\nFile ");
		strbuf_adds(&cli->out, cover_word(&covers->items[i]));
		strbuf_adds(&cli->out, ": ");
		cli_print(cli, covers->items[i].path);
	}
	if (cli->out.len > 0 && cli->out.data[cli->out.len - 1] != '\n')
		strbuf_addc(&cli->out, '\n');
	strbuf_clear(&text);
}

static void json_span(struct json *json, const struct change *change, const struct diff_span *span)
{
	static const char *const words[] = {
	    [DIFF_SAME] = "same", [DIFF_REMOVED] = "removed", [DIFF_ADDED] = "added"};
	bool old_text = span->kind == DIFF_REMOVED;

	json_object(json, NULL);
	json_string(json, "kind", words[span->kind]);
	json_bytes(json, "text",
		   old_text ? change->old_text.data + span->old_start
			    : change->new_text.data + span->new_start,
		   old_text ? span->old_len : span->new_len);
	json_end(json);
}

void change_json(const struct change *change, struct cli *cli)
{
	const struct review_covers *covers = draft_covers(change->draft);
	struct json json;

	json_init(&json, &cli->out);
	json_object(&json, NULL);
	json_string(&json, "name", change->draft->name);
	json_string(&json, "path", change->draft->path);
	report_oid(&json, "head", &change->draft->head);
	json_number(&json, "changes", (int64_t)diff_changes(&change->diff));
	json_array(&json, "runs");
	for (size_t i = 0; i < change->diff.count; i++)
		json_span(&json, change, &change->diff.spans[i]);
	json_end(&json);
	json_array(&json, "files");
	for (size_t i = 0; i < covers->count; i++) {
		json_object(&json, NULL);
		json_string(&json, "path", covers->items[i].path);
		json_string(&json, "change", cover_word(&covers->items[i]));
		report_oid(&json, "blob", &covers->items[i].blob);
		json_end(&json);
	}
	json_end(&json);
	json_end(&json);
}
