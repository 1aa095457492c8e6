#include "cli/commands.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/change.h"
#include "desk/rules.h"

static const struct option_row options[] = {
    {"seen", '\0', "HEAD", OPTION_OFFER_NOTHING, "the head that you read (of show or list --json)"},
    {"step", '\0', "STEP", OPTION_OFFER_NOTHING, "the review step; else the one that is due"},
    {"check", 'c', "WORDS", OPTION_OFFER_NOTHING, "tick this item of the step's checklist; give it for each"},
    {"message", 'm', "TEXT", OPTION_OFFER_NOTHING, "what you have to say; \"-\" is standard input"},
    {"yes", 'y', NULL, OPTION_OFFER_NOTHING, "do not ask: approve the draft as it is now"},
    {.name = NULL},
};

/* Shows the change on a terminal and asks; what was shown is what is approved. */
static int ask(struct cli *cli, const struct draft *draft, struct error *err)
{
	struct change change;
	char *question;
	int rc;

	if (cli->terminal && !option_has(&cli->options, "yes")) {
		rc = change_read(&change, cli->desk, draft, &(struct since){.to = SINCE_HEAD}, err);
		if (rc < 0)
			return rc;
		rc = change_print(&change, cli, false, err);
		change_clear(&change);
		if (rc < 0)
			return rc;
		strbuf_addc(&cli->out, '\n');
	}
	question = mem_printf("This approves the change of %s above.", draft->name);
	rc = cli_confirm(cli, "approve", question, err);
	free(question);
	return rc;
}

/* Asked before the person is: nobody should type a word for nothing. */
static int may_approve(struct cli *cli, const struct draft *draft, const struct strlist *checked,
		       struct error *err)
{
	const struct policy *policy = desk_policy(cli->desk);
	int rc = desk_may_write(cli->desk, err);

	if (rc == 0)
		rc = rules_check(RULES_APPROVE, draft, policy, desk_person(cli->desk, NULL),
				 clock_now(desk_clock(cli->desk)), option_value(&cli->options, "step"), err);
	/* Which of the given ticks are wrong is told when it is done. */
	return rc < 0 || checked->count > 0 ? rc : rules_checklist(policy, draft->state.step, checked, err);
}

static int approve(struct cli *cli, const char *name, struct error *err)
{
	const char *head = option_value(&cli->options, "seen");
	const struct draft *draft = desk_draft(cli->desk, name, err);
	struct strbuf text = STRBUF_INIT;
	struct strlist checked = {0};
	struct oid seen;
	int rc;

	if (draft == NULL)
		return err->code;
	option_values(&cli->options, "check", &checked);
	seen = draft->head;
	if (head != NULL) {
		rc = cli_head(draft, head, &seen, err);
	} else {
		rc = may_approve(cli, draft, &checked, err);
		if (rc == 0)
			rc = ask(cli, draft, err);
	}
	if (rc == 0)
		rc = cli_text(cli, "message", false, &text, err);
	if (rc == 0)
		rc = desk_approve(cli->desk, name, option_value(&cli->options, "step"), &seen, &checked,
				  text.data, err);
	strlist_clear(&checked);
	strbuf_clear(&text);
	return rc;
}

static int run(struct cli *cli, struct error *err)
{
	return cli_on_draft(cli, approve, err);
}

const struct cli_command cli_approve = {
    .name = "approve",
    .help = "approve a draft for the review step that is due",
    .arguments = "NAME",
    .about = "Approves exactly the bytes that you read. With --seen, those of that head:\n"
	     "when the draft changed since, nothing is approved and the exit status is 3. On\n"
	     "a terminal the change is shown and the word \"approve\" asked for; elsewhere\n"
	     "--seen or --yes is needed. Where the step has a checklist, --check names each\n"
	     "item that you have seen to.\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
