#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"

/* A policy file that is larger is none. */
#define FILE_LIMIT ((size_t)1 << 20)

static const char *const words[] = {"check", NULL};

/* Whether an article lies in a section, or in a folder of it. */
static bool has_articles(void *context, const char *section)
{
	struct desk *desk = context;
	char *folder = mem_printf("%s/%s/", desk_policy(desk)->content, section);
	size_t count;
	const struct desk_row *rows = desk_rows(desk, &count);
	bool found = false;

	for (size_t i = 0; !found && i < count; i++)
		found = strncmp(rows[i].path, folder, strlen(folder)) == 0;
	free(folder);
	return found;
}

static void explain(struct cli *cli, const struct policy *policy)
{
	struct strbuf text = STRBUF_INIT;

	policy_explain(&text, policy);
	cli_print_lines(cli, "", text.data, text.len);
	strbuf_reset(&text);
	policy_remarks(&text, policy, has_articles, cli->desk);
	if (text.len > 0) {
		strbuf_adds(&cli->out, "\nWorth a second look:\n");
		cli_print_lines(cli, "  ", text.data, text.len);
	}
	strbuf_clear(&text);
}

static int check_signers(struct cli *cli, const char *file, const struct strbuf *text, struct error *err)
{
	struct strbuf told = STRBUF_INIT;
	struct signers *signers;
	int rc = signers_parse(&signers, file, text->data, text->len, err);

	if (rc < 0)
		return rc;
	signers_explain(&told, signers);
	cli_print_lines(cli, "", told.data, told.len);
	strbuf_clear(&told);
	signers_free(signers);
	return 0;
}

/* A list of signers that is kept under another name; false for what may be rules. */
static bool is_signers(const char *file, const struct strbuf *text)
{
	struct strbuf told = STRBUF_INIT;
	struct signers *signers;
	struct error ignored;
	bool some;

	if (strcmp(path_base(file), path_base(POLICY_SIGNERS_PATH)) == 0)
		return true;
	if (signers_parse(&signers, file, text->data, text->len, &ignored) < 0)
		return false;
	signers_explain(&told, signers);
	some = told.len > 0;
	strbuf_clear(&told);
	signers_free(signers);
	return some;
}

/* A mistake is named by the file that has it, which is not the one of the release branch. */
static int check_rules(struct cli *cli, const char *file, const struct strbuf *text, struct error *err)
{
	size_t prefix = strlen(POLICY_PATH);
	struct policy policy;
	char *rest;
	int rc = policy_parse(&policy, text->data, text->len, err);

	if (rc == 0) {
		explain(cli, &policy);
		if (strcmp(policy.content, desk_policy(cli->desk)->content) != 0)
			cli_say(cli, "The articles are below %s/ now: what stays there is none any more.",
				desk_policy(cli->desk)->content);
		policy_clear(&policy);
	} else if (strncmp(err->message, POLICY_PATH, prefix) == 0) {
		rest = mem_strdup(err->message + prefix);
		rc = error_set(err, err->code, "%s%s", file, rest);
		free(rest);
	}
	return rc;
}

/* A file that is not yet on the release branch: rules, or a list of signers. */
static int check_file(struct cli *cli, const char *file, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	int rc = path_read(&text, file, FILE_LIMIT, err);

	if (rc == 0)
		rc = is_signers(file, &text) ? check_signers(cli, file, &text, err)
					     : check_rules(cli, file, &text, err);
	strbuf_clear(&text);
	return rc;
}

/* The rules in force: those of the release branch, or what is wrong with them. */
static int check_branch(struct cli *cli, struct error *err)
{
	struct policy policy;
	int rc = policy_load(&policy, desk_repo(cli->desk), desk_tip(cli->desk), err);

	if (rc < 0)
		return rc;
	explain(cli, &policy);
	policy_clear(&policy);
	return 0;
}

/* With what this person signs, where somebody asks for that. */
static void tell_key(struct cli *cli)
{
	const struct policy *policy = desk_policy(cli->desk);
	const struct repo_person *person = desk_person(cli->desk, NULL);
	bool must = policy->sign_approvals || policy->sign_releases;
	struct sign_key key;
	struct error why;

	if (person == NULL || !(must || repo_wants_signed(desk_repo(cli->desk), false)))
		return;
	if (repo_signing_key(desk_repo(cli->desk), &key, &why) < 0) {
		strbuf_adds(&cli->out, "You have nothing to sign with: ");
		cli_print(cli, why.message);
		strbuf_adds(&cli->out, "\n");
	} else {
		strbuf_adds(&cli->out, "You sign with ");
		cli_print(cli, sign_key_is_literal(&key) ? "a key that the SSH agent has" : key.key);
		strbuf_adds(&cli->out, ".\n");
		sign_key_clear(&key);
	}
	if (must && !signers_have(policy->signers, person->mail, clock_now(desk_clock(cli->desk))))
		strbuf_adds(&cli->out, "The list of signers has no key of yours that counts now.\n");
}

static int run(struct cli *cli, struct error *err)
{
	const struct repo_person *person = desk_person(cli->desk, NULL);

	if (cli->argument_count > 0 && strcmp(cli->arguments[0], "check") != 0)
		return cli_usage(cli, err, "\"config\" has no \"%s\", only \"check\".", cli->arguments[0]);
	if (cli->argument_count > 1)
		return check_file(cli, cli->arguments[1], err);
	if (cli->argument_count == 0) {
		strbuf_adds(&cli->out, "You are ");
		cli_print(cli, person != NULL ? person->name : "not known: git has no user.name here");
		strbuf_adds(&cli->out, ".\nThe release branch is ");
		cli_print(cli, desk_branch(cli->desk));
		strbuf_adds(&cli->out, ", in ");
		cli_print(cli, repo_folder(desk_repo(cli->desk)));
		strbuf_adds(&cli->out, ".\n");
		tell_key(cli);
	}
	return check_branch(cli, err);
}

const struct cli_command cli_config = {
    .name = "config",
    .help = "explain the desk's rules",
    .arguments = "[check [FILE]]",
    .about = "Says who you are, what you sign with where that is asked for, where releases\n"
	     "go, and the desk's rules in plain sentences, with what is worth a second look.\n"
	     "\"config check\" tells only the rules; with FILE, those of a file that is not\n"
	     "on the release branch yet, or a list called allowed_signers. A mistake is told\n"
	     "with its line and what to put there.\n",
    .most = 2,
    .offer = OPTION_OFFER_WORDS,
    .words = words,
    .need = CLI_NEEDS_DESK,
    .run = run,
};
