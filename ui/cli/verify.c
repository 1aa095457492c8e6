#include "cli/commands.h"

#include <stdlib.h>

#include "cli/json.h"
#include "cli/report.h"

static const struct option_row options[] = {
    {"all", 'a', NULL, OPTION_OFFER_NOTHING, "the whole newsroom, as without NAME"},
    {"verbose", 'v', NULL, OPTION_OFFER_NOTHING, "also tell what was proved"},
    {"json", '\0', NULL, OPTION_OFFER_NOTHING, "as JSON, for programs"},
    {.name = NULL},
};

struct printer {
	struct cli *cli;
	struct json *json; /* NULL: in words */
	bool proofs;       /* print also what is well */
};

static void print_words(struct printer *p, const struct verify_finding *finding)
{
	char hex[REPO_HEX_SIZE];

	if (finding->ok && !p->proofs)
		return;
	oid_hex(hex, &finding->commit);
	strbuf_addf(&p->cli->out, "%s %.10s ", finding->ok ? "proved" : "WRONG ", hex);
	if (finding->path != NULL) {
		cli_print(p->cli, finding->path);
		strbuf_adds(&p->cli->out, ": ");
	}
	cli_print(p->cli, finding->what);
	strbuf_addc(&p->cli->out, '\n');
}

static void print_json(struct printer *p, const struct verify_finding *finding)
{
	json_object(p->json, NULL);
	report_oid(p->json, "commit", &finding->commit);
	json_string(p->json, "path", finding->path);
	json_string(p->json, "draft", finding->draft);
	json_string(p->json, "what", finding->what);
	json_string(p->json, "signature", sign_verdict_word(finding->signature));
	json_bool(p->json, "ok", finding->ok);
	json_end(p->json);
}

static void print(void *context, const struct verify_finding *finding)
{
	struct printer *p = context;

	if (p->json != NULL)
		print_json(p, finding);
	else
		print_words(p, finding);
}

static void end_json(struct json *json, const struct verify_result *result)
{
	json_end(json);
	report_oid(json, "root", &result->root);
	json_number(json, "commits", (int64_t)result->commits);
	json_number(json, "articles", (int64_t)result->articles);
	json_number(json, "wrong", (int64_t)result->lies);
	json_end(json);
}

static void end_words(struct cli *cli, const struct verify_result *result)
{
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &result->root);
	strbuf_addf(&cli->out, "Root of trust: %s. What stood before it is taken as it stands.\n", hex);
	strbuf_addf(&cli->out, "%zu commit%s since, %zu article%s proved, %zu wrong.\n", result->commits,
		    result->commits == 1 ? "" : "s", result->articles, result->articles == 1 ? "" : "s",
		    result->lies);
}

static int verify(struct cli *cli, const char *path, struct error *err)
{
	struct json json;
	struct printer p = {.cli = cli, .proofs = path != NULL || option_has(&cli->options, "verbose")};
	struct verify_result result;
	int rc;

	if (option_has(&cli->options, "json")) {
		p.json = &json;
		json_init(&json, &cli->out);
		json_object(&json, NULL);
		json_array(&json, "findings");
	}
	rc = desk_verify(cli->desk, path, &result, print, &p, err);
	if (rc < 0)
		return rc;
	if (p.json != NULL)
		end_json(&json, &result);
	else
		end_words(cli, &result);
	return result.lies > 0;
}

static int run(struct cli *cli, struct error *err)
{
	char *path = NULL;
	int rc = 0;

	if (cli->argument_count > 0 && option_has(&cli->options, "all"))
		return cli_usage(cli, err, "\"verify\" takes NAME or --all, not both.");
	if (cli->argument_count > 0)
		rc = cli_article(cli, cli->arguments[0], &path, err);
	if (rc == 0)
		rc = verify(cli, path, err);
	free(path);
	return rc;
}

const struct cli_command cli_verify = {
    .name = "verify",
    .help = "prove that published bytes are approved bytes",
    .arguments = "[NAME]",
    .about = "Walks the release branch from its root of trust, the commit that made it a\n"
	     "newsroom, and proves from git alone that each commit since is a release of\n"
	     "approved drafts, to the byte, or a change that the desk's rules allow. NAME\n"
	     "looks at one article.\n"
	     "\n"
	     "The exit status is 1 when something is wrong; each such thing is one line.\n",
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_DESK,
    .options = options,
    .run = run,
};
