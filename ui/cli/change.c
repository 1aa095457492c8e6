#include "cli/change.h"

#include <string.h>

#include "cli/cli.h"
#include "cli/json.h"
#include "cli/report.h"
#include "cli/table.h"

/* Paragraphs that are shown around a change. */
#define CONTEXT 1

static int read_text(struct desk *desk, const struct oid *blob, struct strbuf *out, struct error *err)
{
	return oid_is_zero(blob) ? 0 : desk_read(desk, blob, out, err);
}

int change_read(struct change *out, struct desk *desk, const struct draft *draft, const struct since *since,
		struct error *err)
{
	int rc;

	*out = (struct change){.draft = draft,
			       .since = *since,
			       .old_text = STRBUF_INIT,
			       .new_text = STRBUF_INIT};
	rc = since_read(&out->states, desk_repo(desk), draft, since, err);
	if (rc == 0)
		rc = read_text(desk, &out->states.before, &out->old_text, err);
	if (rc == 0)
		rc = read_text(desk, &out->states.after, &out->new_text, err);
	if (rc == 0)
		rc = diff_words(&out->diff, out->old_text.data, out->old_text.len, out->new_text.data,
				out->new_text.len, err);
	if (rc == 0)
		rc =
		    redline_build(&out->redline, (struct redline_text){out->old_text.data, out->old_text.len},
				  (struct redline_text){out->new_text.data, out->new_text.len}, err);
	if (rc == 0)
		rc = attachments_read(&out->attachments, desk_repo(desk), draft->path, &out->states,
				      out->new_text.data, out->new_text.len, err);
	if (rc < 0)
		change_clear(out);
	return rc;
}

void change_clear(struct change *change)
{
	diff_clear(&change->diff);
	redline_clear(&change->redline);
	attachments_clear(&change->attachments);
	since_clear(&change->states);
	strbuf_clear(&change->old_text);
	strbuf_clear(&change->new_text);
}

/* The fields of the front matter that changed, as a table. */
static void print_fields(const struct change *change, struct cli *cli)
{
	const struct redline *redline = &change->redline;
	struct table *table = table_new(3);
	size_t changed = 0;

	table_add(table, (const char *[]){"FIELD", "OLD", "NEW"});
	for (size_t i = 0; i < redline->field_count; i++) {
		const struct redline_field *field = &redline->fields[i];

		if (!redline_field_changed(field))
			continue;
		changed++;
		table_add(table, (const char *[]){field->name, field->before ? field->before : "(none)",
						  field->after ? field->after : "(none)"});
	}
	if (changed > 0)
		table_print(table, 1, 0, &cli->out);
	if (changed > 0)
		strbuf_addc(&cli->out, '\n');
	table_free(table);
}

/* The words of the bodies. */
static int print_words(const struct change *change, struct cli *cli, bool whole, struct error *err)
{
	const char *old_text = change->old_text.data + change->redline.old_body;
	const char *new_text = change->new_text.data + change->redline.body;
	struct strbuf text = STRBUF_INIT;
	struct diff diff;
	size_t blank;
	int rc = diff_words(&diff, old_text, change->old_text.len - change->redline.old_body, new_text,
			    change->new_text.len - change->redline.body, err);

	if (rc < 0)
		return rc;
	if (diff_changes(&diff) > 0 || whole)
		diff_format(&text, &diff, old_text, new_text, whole ? -1 : CONTEXT, NULL);
	blank = strspn(text.data, "\r\n");
	cli_print_lines(cli, "", text.data + blank, text.len - blank);
	diff_clear(&diff);
	strbuf_clear(&text);
	return 0;
}

/* Where paragraphs went that stand elsewhere now: the marks alone show them taken out and put in. */
static void print_moves(const struct change *change, struct cli *cli)
{
	const struct redline *redline = &change->redline;

	for (size_t i = 0; i < redline->block_count; i++) {
		const struct redline_block *block = &redline->blocks[i];

		if (block->kind == REDLINE_CAME)
			strbuf_addf(&cli->out, "\nParagraph %zu moved from paragraph %zu.\n", block->number,
				    block->elsewhere);
	}
}

bool change_print_files(struct cli *cli, const struct attachments *attachments)
{
	struct strbuf words = STRBUF_INIT;

	for (size_t i = 0; i < attachments->count; i++) {
		const struct attachment *a = &attachments->items[i];

		strbuf_reset(&words);
		strbuf_addf(&words, "File %s: %s (%s, ", attachment_change_word(a->change), a->path, a->kind);
		attachment_add_size(&words, a->size);
		if (a->change != ATTACHMENT_REMOVED) {
			strbuf_adds(&words, "; ");
			attachment_add_use(&words, attachments, i);
		}
		strbuf_adds(&words, ")");
		cli_print(cli, words.data);
		strbuf_addc(&cli->out, '\n');
	}
	for (size_t i = 0; i < attachments->missing_count; i++) {
		const struct attachment_use *use = &attachments->uses.items[attachments->missing[i]];

		strbuf_reset(&words);
		strbuf_addf(&words, "File missing: %s, which paragraph %zu (line %zu) %s.", use->path,
			    use->paragraph, use->line, use->picture ? "shows" : "links to");
		cli_print(cli, words.data);
		strbuf_addc(&cli->out, '\n');
	}
	strbuf_clear(&words);
	return attachments->count + attachments->missing_count > 0;
}

int change_print(const struct change *change, struct cli *cli, bool whole, struct error *err)
{
	const struct redline *redline = &change->redline;
	size_t files;
	int rc;

	if (oid_is_zero(&change->states.after))
		strbuf_adds(&cli->out, "This draft takes its article down.\n\n");
	if (change->draft->renames != NULL) {
		strbuf_adds(&cli->out, "This draft moves ");
		cli_print(cli, change->draft->renames);
		strbuf_adds(&cli->out, " to ");
		cli_print(cli, change->draft->path);
		strbuf_adds(&cli->out, ".\n\n");
	}
	if (diff_changes(&change->diff) == 0 && !whole)
		cli_say(cli, "No word of the text of %s changed.", change->draft->name);
	else if (redline->changes == 0 && redline->fields_written)
		cli_say(cli, "The front matter of %s is written differently, and says the same.",
			change->draft->name);
	print_fields(change, cli);
	rc = print_words(change, cli, whole, err);
	if (rc < 0)
		return rc;
	if (cli->out.len > 0 && cli->out.data[cli->out.len - 1] != '\n')
		strbuf_addc(&cli->out, '\n');
	print_moves(change, cli);
	files = cli->out.len;
	strbuf_addc(&cli->out, '\n');
	if (!change_print_files(cli, &change->attachments))
		strbuf_truncate(&cli->out, files);
	return 0;
}

static void json_fields(struct json *json, const struct change *change)
{
	const struct redline *redline = &change->redline;

	json_array(json, "fields");
	for (size_t i = 0; i < redline->field_count; i++) {
		const struct redline_field *field = &redline->fields[i];

		if (!redline_field_changed(field))
			continue;
		json_object(json, NULL);
		json_string(json, "name", field->name);
		json_string(json, "before", field->before);
		json_string(json, "after", field->after);
		json_end(json);
	}
	json_end(json);
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

static void json_files(struct json *json, const struct attachments *attachments)
{
	json_array(json, "files");
	for (size_t i = 0; i < attachments->count; i++) {
		const struct attachment *a = &attachments->items[i];

		json_object(json, NULL);
		json_string(json, "path", a->path);
		json_string(json, "change", attachment_change_word(a->change));
		if (a->change == ATTACHMENT_REMOVED)
			json_null(json, "blob");
		else
			report_oid(json, "blob", &a->blob);
		json_string(json, "kind", a->kind);
		json_number(json, "size", (int64_t)a->size);
		json_number(json, "uses", (int64_t)(a->used + a->in_fields));
		json_end(json);
	}
	json_end(json);
	json_array(json, "missing");
	for (size_t i = 0; i < attachments->missing_count; i++) {
		const struct attachment_use *use = &attachments->uses.items[attachments->missing[i]];

		json_object(json, NULL);
		json_string(json, "path", use->path);
		json_number(json, "line", (int64_t)use->line);
		json_end(json);
	}
	json_end(json);
}

void change_json(const struct change *change, struct cli *cli)
{
	struct strbuf since = STRBUF_INIT;
	struct json json;

	since_describe(&since, change->draft, &change->since);
	json_init(&json, &cli->out);
	json_object(&json, NULL);
	json_string(&json, "name", change->draft->name);
	json_string(&json, "path", change->draft->path);
	report_oid(&json, "head", &change->draft->head);
	json_string(&json, "since", since.data);
	json_number(&json, "changes", (int64_t)diff_changes(&change->diff));
	json_fields(&json, change);
	json_array(&json, "runs");
	for (size_t i = 0; i < change->diff.count; i++)
		json_span(&json, change, &change->diff.spans[i]);
	json_end(&json);
	json_files(&json, &change->attachments);
	json_end(&json);
	strbuf_clear(&since);
}
