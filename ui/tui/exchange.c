#include "tui/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/worker.h"
#include "desk/after.h"
#include "desk/desk.h"
#include "tui/pane.h"
#include "tui/prompt.h"

/* Milliseconds between two lines of progress. */
#define EVERY 100

enum kind { KIND_FETCH, KIND_PUSH, KIND_RELEASE, KIND_AFTER, KIND_ACT };

static const struct {
	const char *doing;
	const char *title; /* of what is read afterwards */
} kinds[] = {
    [KIND_FETCH] = {"Fetching", "Fetch"},      [KIND_PUSH] = {"Pushing", "Push"},
    [KIND_RELEASE] = {"Releasing", "Release"}, [KIND_AFTER] = {"After the release", "After the release"},
    [KIND_ACT] = {"Signing", "Signing"},
};

struct exchange {
	struct worker *worker;
	const struct pane_host *host;
	struct desk *desk;
	bool has_server;
	unsigned number; /* of the job that runs, 0 for none */
	enum kind kind;  /* of it */
	bool leaving;    /* the terminal is the shell's again */
	char *line;      /* of its progress */
	uint64_t version;
	char *title; /* of the last one, and all there is to read of it; NULL before the first */
	char *words;
};

/* A draft of a plan, as the person saw it. */
struct seen {
	char *name;
	struct oid head;
};

struct job {
	struct exchange *exchange;
	struct worker *worker;
	enum kind kind;
	struct desk_options place;
	char *folder;
	char *as;
	enum release_way way; /* release: what goes, and as of what */
	struct seen *seen;
	size_t seen_count;
	struct oid policy;
	struct release_result released; /* release: the outcome; after: what to run it for */
	struct after after;
	struct exchange_signing act;
	int64_t next; /* when the next line of progress may be posted */
	bool ran;
	int rc;
	int code;            /* what needs the person although it is done, as of an error */
	struct strbuf words; /* the outcome, its first line by itself */
	struct error err;
};

static void job_free(struct job *job)
{
	for (size_t i = 0; i < job->seen_count; i++)
		free(job->seen[i].name);
	free(job->seen);
	free(job->folder);
	free(job->as);
	release_result_clear(&job->released);
	after_clear(&job->after);
	if (job->act.context != NULL)
		job->act.free(job->act.context);
	strbuf_clear(&job->words);
	free(job);
}

/* -- On the worker -- */

struct progress {
	struct exchange *exchange;
	char *line;
};

static void take_progress(void *batch)
{
	struct progress *progress = batch;

	free(progress->exchange->line);
	progress->exchange->line = progress->line;
	progress->exchange->version++;
	free(progress);
}

static void post_progress(void *context, const char *line)
{
	struct job *job = context;
	int64_t now = clock_monotonic();
	struct progress *progress;

	if (now < job->next)
		return;
	job->next = now + EVERY;
	progress = mem_alloc(sizeof *progress);
	*progress = (struct progress){job->exchange, mem_strdup(line)};
	worker_post(job->worker, take_progress, progress);
}

static bool is_cancelled(void *context)
{
	return worker_cancelled(((struct job *)context)->worker);
}

static int fetch(struct job *job, struct desk *desk)
{
	struct desk_fetched fetched;
	int rc = desk_fetch(desk, NULL, &fetched, &job->err);

	if (rc == 0) {
		desk_fetched_words(&job->words, &fetched);
		job->code = desk_fetched_code(&fetched);
	}
	desk_fetched_clear(&fetched);
	return rc;
}

static int push(struct job *job, struct desk *desk)
{
	struct desk_pushed pushed;
	int rc = desk_push(desk, NULL, &pushed, &job->err);

	if (rc == 0) {
		desk_pushed_words(&job->words, &pushed);
		job->code = pushed.refused.count > 0 ? E_REFUSED : pushed.behind.count > 0 ? E_CONFLICT : 0;
	}
	desk_pushed_clear(&pushed);
	return rc;
}

/* What goes out must be what the person saw when they typed the word. */
static int still_as_seen(struct job *job, const struct release_plan *plan)
{
	bool same = plan->count == job->seen_count && oid_equal(&plan->policy, &job->policy);

	for (size_t i = 0; same && i < plan->count; i++)
		same = oid_equal(&plan->items[i].draft->head, &job->seen[i].head);
	if (same)
		return 0;
	return error_set(&job->err, E_CONFLICT,
			 "There is news since you looked: nothing was released; look again.");
}

static int plan_again(struct job *job, struct desk *desk, struct release_plan *plan)
{
	char **names = mem_zalloc(job->seen_count + 1, sizeof *names);
	int rc;

	for (size_t i = 0; i < job->seen_count; i++)
		names[i] = job->seen[i].name;
	if (job->way == RELEASE_FAST)
		rc = desk_plan_fast(desk, names[0], plan, &job->err);
	else
		rc = desk_plan(desk, names, job->seen_count, plan, &job->err);
	free(names);
	return rc;
}

static int release(struct job *job, struct desk *desk)
{
	struct release_plan plan;
	int rc = plan_again(job, desk, &plan);

	if (rc < 0)
		return rc;
	rc = still_as_seen(job, &plan);
	if (rc == 0)
		rc = desk_release(desk, &plan, &job->released, &job->err);
	else
		release_plan_clear(&plan);
	if (rc < 0)
		return rc;
	strbuf_addf(&job->words, "Released %zu article%s%s%s.\n", job->seen_count,
		    job->seen_count == 1 ? "" : "s", job->released.tag ? " as " : "",
		    job->released.tag ? job->released.tag : "");
	if (job->released.warning != NULL) {
		strbuf_addf(&job->words, "%s\n", job->released.warning);
		job->code = E_IO;
	}
	return 0;
}

static int do_and_sign(struct job *job, struct desk *desk)
{
	int rc = job->act.run(job->act.context, desk, &job->err);

	if (rc == 0)
		strbuf_addf(&job->words, "%s\n", job->act.done);
	return rc;
}

static int with_desk(struct job *job, int (*act)(struct job *job, struct desk *desk))
{
	const struct remote_listener listener = {post_progress, is_cancelled, job};
	struct desk *desk;
	int rc = desk_open(&desk, &job->place, &job->err);

	if (rc < 0)
		return rc;
	desk_listen(desk, &listener);
	rc = act(job, desk);
	/* What the server said stands after the outcome; of a failure the first line is in the sentence. */
	if (desk_said(desk)[0] != '\0')
		strbuf_addf(&job->words, "\nThe server says:\n%s", desk_said(desk));
	desk_close(desk);
	return rc;
}

static int run_after(struct job *job)
{
	const struct remote_listener listener = {post_progress, is_cancelled, job};
	struct after_release released = {.commit = &job->released.commit,
					 .old = &job->released.before,
					 .tag = job->released.tag};
	struct after_result result;
	struct clock clock;
	int rc;

	clock_init(&clock);
	released.now.seconds = clock_now(&clock);
	released.now.offset = clock_offset(&clock, released.now.seconds);
	rc = after_run(&job->after, &released, &listener, &result, &job->err);
	if (rc == 0) {
		const char *last;

		strbuf_trim_end(&result.output);
		last = strrchr(result.output.data, '\n');
		strbuf_addf(&job->words, "%s %s\n\n%s", result.outcome, last ? last + 1 : result.output.data,
			    result.output.data);
		job->code = result.failed ? E_IO : 0;
	}
	after_result_clear(&result);
	return rc;
}

static bool slice(struct worker *worker, void *context)
{
	static int (*const acts[])(struct job * job, struct desk * desk) = {
	    [KIND_FETCH] = fetch,
	    [KIND_PUSH] = push,
	    [KIND_RELEASE] = release,
	    [KIND_ACT] = do_and_sign,
	};
	struct job *job = context;

	job->worker = worker;
	job->ran = true;
	job->rc = job->kind == KIND_AFTER ? run_after(job) : with_desk(job, acts[job->kind]);
	return true;
}

/* -- On the desk's thread -- */

/* Keeps all there is to read, and says the first line of it. */
static void tell(struct exchange *x, const struct job *job)
{
	struct strbuf all = STRBUF_INIT;
	struct strbuf first = STRBUF_INIT;
	enum pane_tone tone = job->rc < 0 ? PANE_FAILED : job->code != 0 ? PANE_WARNED : PANE_SAID;
	size_t len;

	if (job->rc < 0)
		strbuf_addf(&all, "%s\n", job->err.message);
	strbuf_add(&all, job->words.data, job->words.len);
	strbuf_trim_end(&all);
	len = strcspn(all.data, "\n");
	strbuf_add(&first, all.data, len);
	if (all.data[len] != '\0')
		strbuf_adds(&first, " (o: read all of it)");
	free(x->title);
	free(x->words);
	x->title = mem_strdup(kinds[job->kind].title);
	x->words = strbuf_detach(&all);
	x->host->say(x->host->app, tone, first.data);
	strbuf_clear(&first);
}

static void done(void *context, bool cancelled)
{
	struct job *job = context;
	struct exchange *x = job->exchange;

	(void)cancelled;
	x->number = 0;
	free(x->line);
	x->line = NULL;
	x->version++;
	/* What was done is done, also when somebody wanted it to stop. */
	if (job->ran) {
		tell(x, job);
		x->host->changed(x->host->app);
	}
	/* A release that is on the branch has its command, whoever wanted to stop the rest. */
	if (job->ran && job->rc == 0 && job->kind == KIND_RELEASE)
		exchange_after(x, &job->released);
	job_free(job);
}

struct exchange *exchange_new(struct worker *worker, const struct pane_host *host, struct desk *desk)
{
	struct exchange *x = mem_zalloc(1, sizeof *x);

	x->worker = worker;
	x->host = host;
	x->desk = desk;
	x->has_server = desk_has_server(desk);
	return x;
}

void exchange_free(struct exchange *x)
{
	if (x == NULL)
		return;
	free(x->line);
	free(x->title);
	free(x->words);
	free(x);
}

bool exchange_has_server(const struct exchange *x)
{
	return x != NULL && x->has_server;
}

const char *exchange_line(const struct exchange *x)
{
	return x != NULL && x->number != 0 ? x->line : NULL;
}

uint64_t exchange_version(const struct exchange *x)
{
	return x != NULL ? x->version : 0;
}

bool exchange_stop(struct exchange *x)
{
	if (x == NULL || x->number == 0)
		return false;
	worker_cancel(x->worker, x->number);
	free(x->line);
	x->line = mem_strdup("Stopping ...");
	x->version++;
	return true;
}

static int not_now(const struct exchange *x, struct error *err)
{
	if (x->number == 0)
		return 0;
	return error_set(err, E_REFUSED, "Wait until this is done, or stop it with Esc: %s", x->line);
}

static struct job *job_new(struct exchange *x, enum kind kind)
{
	const struct repo_person *person = desk_person(x->desk, NULL);
	const char *worktree = repo_worktree(desk_repo(x->desk));
	struct job *job = mem_zalloc(1, sizeof *job);

	job->exchange = x;
	job->kind = kind;
	job->words = (struct strbuf)STRBUF_INIT;
	job->folder = mem_strdup(worktree ? worktree : repo_folder(desk_repo(x->desk)));
	job->as = person ? mem_printf("%s <%s>", person->name, person->mail) : NULL;
	job->place = (struct desk_options){.folder = job->folder, .as = job->as};
	return job;
}

/* Nobody sees the pane any more when this is waited for. */
static void say_why_it_waits(const struct exchange *x)
{
	if (x->leaving && x->number != 0 && x->kind == KIND_AFTER)
		fputs("copydesk: waiting for the command after the release.\n", stderr);
}

static void start(struct exchange *x, struct job *job)
{
	static const struct worker_ops ops = {.slice = slice, .done = done};

	free(x->line);
	x->line = mem_printf("%s ...", kinds[job->kind].doing);
	x->version++;
	x->kind = job->kind;
	x->number = worker_submit(x->worker, &ops, job);
	say_why_it_waits(x);
}

bool exchange_must_end_well(const struct exchange *x)
{
	return x != NULL && x->number != 0 && (x->kind == KIND_RELEASE || x->kind == KIND_AFTER);
}

void exchange_leave(struct exchange *x)
{
	if (x == NULL)
		return;
	x->leaving = true;
	if (x->number != 0 && x->kind != KIND_AFTER)
		worker_cancel(x->worker, x->number);
	say_why_it_waits(x);
	worker_drain(x->worker);
}

int exchange_fetch(struct exchange *x, struct error *err)
{
	int rc = not_now(x, err);

	if (rc == 0)
		start(x, job_new(x, KIND_FETCH));
	return rc;
}

int exchange_push(struct exchange *x, struct error *err)
{
	int rc = not_now(x, err);

	if (rc == 0)
		start(x, job_new(x, KIND_PUSH));
	return rc;
}

int exchange_release(struct exchange *x, struct release_plan *plan, struct error *err)
{
	int rc = not_now(x, err);
	struct job *job;

	if (rc == 0) {
		job = job_new(x, KIND_RELEASE);
		job->way = plan->way;
		job->policy = plan->policy;
		job->seen = mem_zalloc(plan->count, sizeof *job->seen);
		job->seen_count = plan->count;
		for (size_t i = 0; i < plan->count; i++)
			job->seen[i] =
			    (struct seen){mem_strdup(plan->items[i].draft->name), plan->items[i].draft->head};
		start(x, job);
	}
	release_plan_clear(plan);
	return rc;
}

int exchange_sign(struct exchange *x, const struct exchange_signing *what, struct error *err)
{
	int rc = not_now(x, err);
	struct job *job;

	if (rc < 0) {
		what->free(what->context);
		return rc;
	}
	job = job_new(x, KIND_ACT);
	job->act = *what;
	start(x, job);
	return 0;
}

void exchange_after(struct exchange *x, const struct release_result *result)
{
	struct after after;
	struct job *job;

	if (x == NULL || x->number != 0 || !after_find(&after, desk_repo(x->desk)))
		return;
	job = job_new(x, KIND_AFTER);
	job->after = after;
	job->released.commit = result->commit;
	job->released.before = result->before;
	job->released.tag = mem_strdup(result->tag);
	start(x, job);
}

/* -- Reading -- */

int exchange_show(struct exchange *x, struct error *err)
{
	if (x == NULL || x->words == NULL)
		return error_set(err, E_NOTFOUND,
				 "Nothing was fetched or pushed since this desk was opened.");
	x->host->ask(x->host->app, prompt_message(x->title, x->words, NULL, NULL));
	return 0;
}

int exchange_show_after(struct exchange *x, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	int rc = x != NULL ? after_log(&text, desk_repo(x->desk), err) : 0;

	if (rc == 0 && x != NULL)
		x->host->ask(x->host->app, prompt_message("After the releases", text.data, NULL, NULL));
	strbuf_clear(&text);
	return rc;
}
