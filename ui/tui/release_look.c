#include "tui/release_look.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "tui/pane.h"

/* The job; a repository must not be shared between threads, so it opens a desk of its own. */
struct looking {
	struct release_look look; /* the first, so that it is found by it */
	struct worker *worker;
	unsigned number;
	char *folder;
	char *as;
	struct desk *desk;
	size_t next; /* item */
	void (*done)(void *context, struct release_look *look);
	void *context;
};

struct release_look *release_look_new(void)
{
	struct looking *looking = mem_zalloc(1, sizeof *looking);

	looking->look.question = (struct strbuf)STRBUF_INIT;
	return &looking->look;
}

struct release_look_item *release_look_add(struct release_look *look, const char *name, char *words)
{
	look->items = mem_grow(look->items, &look->capacity, look->count + 1, sizeof *look->items);
	look->items[look->count] = (struct release_look_item){.name = mem_strdup(name), .words = words};
	return &look->items[look->count++];
}

void release_look_free(struct release_look *look)
{
	struct looking *looking = (struct looking *)look;

	if (look == NULL)
		return;
	for (size_t i = 0; i < look->count; i++) {
		free(look->items[i].name);
		free(look->items[i].words);
		free(look->items[i].overdue);
	}
	free(look->items);
	free(look->outcome);
	strbuf_clear(&look->question);
	free(looking->folder);
	free(looking->as);
	free(looking);
}

bool release_look_saw(const struct release_look *look, const struct release_plan *plan)
{
	return oid_equal(&look->tip, &plan->tip) && oid_equal(&look->tree, &plan->tree) &&
	       oid_equal(&look->policy, &plan->policy);
}

/* -- On the worker -- */

static int describe(struct looking *looking, struct release_look_item *item)
{
	struct release_look *look = &looking->look;
	struct strbuf words = STRBUF_INIT;
	struct release_plan plan;
	int rc = desk_plan(looking->desk, &item->name, 1, &plan, &look->err);

	if (rc < 0)
		return rc;
	release_describe(&words, &plan, desk_policy(looking->desk));
	item->refused = plan.refused > 0;
	item->chosen = item->chosen && !item->refused;
	item->words = strbuf_detach(&words);
	release_plan_clear(&plan);
	return 0;
}

static char *outcome_of(const struct release_plan *plan)
{
	struct strbuf words = STRBUF_INIT;

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].refusal != NULL)
			strbuf_addf(&words, "%s\n", plan->items[i].refusal);
	}
	release_describe_tree(&words, plan);
	return strbuf_detach(&words);
}

static int foresee(struct looking *looking, char *const *names, size_t count)
{
	struct release_look *look = &looking->look;
	struct release_plan plan;
	int rc = desk_plan(looking->desk, names, count, &plan, &look->err);

	if (rc < 0)
		return rc;
	look->outcome = outcome_of(&plan);
	release_describe(&look->question, &plan, desk_policy(looking->desk));
	strbuf_addc(&look->question, '\n');
	release_describe_tree(&look->question, &plan);
	look->tip = plan.tip;
	look->tree = plan.tree;
	look->policy = plan.policy;
	release_plan_clear(&plan);
	return 0;
}

/* What the branch holds when the chosen ones went out. */
static int foresee_chosen(struct looking *looking)
{
	const struct release_look *look = &looking->look;
	char **names = mem_zalloc(look->count, sizeof *names);
	size_t count = 0;
	int rc;

	for (size_t i = 0; i < look->count; i++) {
		if (look->items[i].chosen)
			names[count++] = look->items[i].name;
	}
	rc = count > 0 ? foresee(looking, names, count) : 0;
	free(names);
	return rc;
}

/* One draft at a time, then all of them together; true when it is over. */
static bool go_on(struct looking *looking)
{
	const struct desk_options options = {.folder = looking->folder, .as = looking->as};
	struct release_look *look = &looking->look;

	if (looking->desk == NULL) {
		look->rc = desk_open(&looking->desk, &options, &look->err);
		return look->rc < 0;
	}
	while (looking->next < look->count && look->items[looking->next].words != NULL)
		looking->next++;
	if (looking->next < look->count) {
		look->rc = describe(looking, &look->items[looking->next]);
		return look->rc < 0;
	}
	look->rc = foresee_chosen(looking);
	return true;
}

static bool slice(struct worker *worker, void *job)
{
	struct looking *looking = job;

	(void)worker;
	if (!go_on(looking))
		return false;
	desk_close(looking->desk);
	looking->desk = NULL;
	return true;
}

/* -- On the owner's thread -- */

static void over(void *job, bool cancelled)
{
	struct looking *looking = job;

	desk_close(looking->desk);
	if (cancelled || looking->done == NULL)
		release_look_free(&looking->look);
	else
		looking->done(looking->context, &looking->look);
}

void release_look_start(struct release_look *look, const struct pane_place *place,
			void (*done)(void *context, struct release_look *look), void *context)
{
	static const struct worker_ops ops = {.slice = slice, .done = over};
	struct looking *looking = (struct looking *)look;
	const struct repo_person *person = desk_person(place->desk, NULL);
	const char *worktree = repo_worktree(desk_repo(place->desk));

	looking->worker = place->worker;
	looking->folder = mem_strdup(worktree != NULL ? worktree : repo_folder(desk_repo(place->desk)));
	looking->as = person != NULL ? mem_printf("%s <%s>", person->name, person->mail) : NULL;
	looking->done = done;
	looking->context = context;
	looking->number = worker_submit(place->worker, &ops, looking);
}

void release_look_stop(struct release_look *look)
{
	struct looking *looking = (struct looking *)look;

	if (look == NULL)
		return;
	looking->done = NULL;
	worker_cancel(looking->worker, looking->number);
}
