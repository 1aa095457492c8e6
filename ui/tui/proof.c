#include "tui/proof.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "desk/verify.h"
#include "tui/prompt.h"

/* Lies that are shown in full; there is a count of all, and the command line shows the rest. */
#define SHOWN 20

/* A repository must not be shared between threads, so the job opens its own. */
struct proof {
	const struct pane_host *host;
	char *folder;
	struct oid tip;
	struct verify_result result;
	struct strbuf lies;
	size_t shown;
	int rc;
	struct error err;
};

static void note(void *context, const struct verify_finding *finding)
{
	struct proof *proof = context;
	char date[CLOCK_TEXT_SIZE];

	if (finding->ok || proof->shown++ >= SHOWN)
		return;
	clock_date(date, finding->time.seconds, finding->time.offset);
	strbuf_addf(&proof->lies, "\n%s  %s\n    %s\n", date, finding->path ? finding->path : "",
		    finding->what);
}

static bool prove(struct worker *worker, void *job)
{
	struct proof *proof = job;
	struct repo *repo;

	(void)worker;
	proof->rc = repo_open(&repo, proof->folder, &proof->err);
	if (proof->rc < 0)
		return true;
	proof->rc = verify_branch(&proof->result, repo, &proof->tip, NULL, note, proof, &proof->err);
	repo_close(repo);
	return true;
}

static void proved(void *job, bool cancelled)
{
	struct proof *proof = job;
	const struct verify_result *result = &proof->result;
	struct strbuf text = STRBUF_INIT;
	char root[REPO_HEX_SIZE];

	oid_hex(root, &result->root);
	if (proof->rc < 0)
		strbuf_adds(&text, proof->err.message);
	else if (result->lies == 0)
		strbuf_addf(&text,
			    "Every published byte was approved: %zu commit%s, %zu release%s of an "
			    "article.\n\nTrust begins "
			    "at %.10s, the commit that made this a newsroom; what stood before is taken as "
			    "it stands.",
			    result->commits, result->commits == 1 ? "" : "s", result->articles,
			    result->articles == 1 ? "" : "s", root);
	else
		strbuf_addf(&text, "%zu of %zu commits cannot be proved.\n%s", result->lies, result->commits,
			    proof->lies.data);
	if (!cancelled)
		proof->host->ask(proof->host->app, prompt_message("Proof", text.data, NULL, NULL));
	strbuf_clear(&text);
	strbuf_clear(&proof->lies);
	free(proof->folder);
	free(proof);
}

void proof_start(const struct pane_place *place)
{
	static const struct worker_ops ops = {.slice = prove, .done = proved};
	struct proof *proof = mem_zalloc(1, sizeof *proof);

	proof->host = place->host;
	proof->folder = mem_strdup(repo_folder(desk_repo(place->desk)));
	proof->tip = *desk_tip(place->desk);
	proof->lies = (struct strbuf)STRBUF_INIT;
	place->host->say(place->host->app, PANE_SAID, "Proving every release ...");
	worker_submit(place->worker, &ops, proof);
}
