#include "cli/commands.h"

#include <string.h>

static const struct option_row options[] = {
    {"message", 'm', "TEXT", OPTION_OFFER_NOTHING, "the comment; \"-\" is standard input"},
    {"at", '\0', "PASSAGE", OPTION_OFFER_NOTHING, "the words of the text that it is about"},
    {"question", 'q', NULL, OPTION_OFFER_NOTHING, "a question: nothing is approved before it is settled"},
    {"reply", '\0', "N", OPTION_OFFER_NOTHING, "answer comment N"},
    {"resolve", '\0', "N", OPTION_OFFER_NOTHING, "comment N is settled"},
    {"reopen", '\0', "N", OPTION_OFFER_NOTHING, "comment N is not settled after all"},
    {.name = NULL},
};

/* The one place in the draft's text where the words stand. */
static int find_passage(struct cli *cli, const struct draft *draft, const char *words,
			struct review_passage *out, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	size_t len = strlen(words);
	const char *at = NULL;
	int rc = 0;

	if (len == 0)
		return cli_usage(cli, err, "\"--at\" needs the words that the comment is about.");
	if (!oid_is_zero(&draft->blob))
		rc = desk_read(cli->desk, &draft->blob, &text, err);
	if (rc == 0) {
		at = memmem(text.data, text.len, words, len);
		if (at == NULL)
			rc = error_set(err, E_NOTFOUND, "These words do not stand in %s: %s.", draft->name,
				       words);
		else if (memmem(at + 1, text.len - (size_t)(at + 1 - text.data), words, len) != NULL)
			rc = error_set(err, E_INVALID,
				       "These words stand in %s more than once: give more of the passage.",
				       draft->name);
	}
	if (rc == 0)
		*out = (struct review_passage){.on = draft->blob,
					       .start = (size_t)(at - text.data),
					       .len = len,
					       .quote = (char *)words};
	strbuf_clear(&text);
	return rc;
}

static int comment(struct cli *cli, const char *name, const char *text, struct error *err)
{
	int (*open)(struct desk *, const char *, const struct review_passage *, const char *,
		    struct error *) = option_has(&cli->options, "question") ? desk_question : desk_comment;
	const char *words = option_value(&cli->options, "at");
	struct review_passage passage;
	const struct draft *draft;
	int rc;

	if (words == NULL)
		return open(cli->desk, name, NULL, text, err);
	draft = desk_draft(cli->desk, name, err);
	if (draft == NULL)
		return err->code;
	rc = find_passage(cli, draft, words, &passage, err);
	return rc < 0 ? rc : open(cli->desk, name, &passage, text, err);
}

static int act(struct cli *cli, const char *name, struct error *err)
{
	const char *reply = option_value(&cli->options, "reply");
	const char *resolve = option_value(&cli->options, "resolve");
	const char *reopen = option_value(&cli->options, "reopen");
	struct strbuf text = STRBUF_INIT;
	int rc;

	if ((reply != NULL) + (resolve != NULL) + (reopen != NULL) > 1)
		return cli_usage(cli, err, "--reply, --resolve and --reopen do not go together.");
	if (option_has(&cli->options, "question") && (reply != NULL || resolve != NULL || reopen != NULL))
		return cli_usage(cli, err, "--question asks something new: it does not go with a number.");
	if (resolve != NULL || reopen != NULL)
		return desk_resolve(cli->desk, name, resolve != NULL ? resolve : reopen, resolve != NULL,
				    err);
	rc = cli_text(cli, "message", true, &text, err);
	if (rc == 0 && reply != NULL)
		rc = desk_reply(cli->desk, name, reply, text.data, err);
	else if (rc == 0)
		rc = comment(cli, name, text.data, err);
	strbuf_clear(&text);
	return rc;
}

static int run(struct cli *cli, struct error *err)
{
	return cli_on_draft(cli, act, err);
}

const struct cli_command cli_comment = {
    .name = "comment",
    .help = "comment on a draft, answer, settle",
    .arguments = "NAME",
    .about = "Comments on a draft, or asks about it: on a passage of it with --at, else on\n"
	     "the whole. \"copydesk show\" lists its comments, questions and suggestions with\n"
	     "their numbers, which --reply, --resolve and --reopen take.\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
