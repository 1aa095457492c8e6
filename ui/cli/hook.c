/*
 * What git runs on a server when somebody pushes (githooks(5)).
 */
#include "cli/commands.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "cli/progress.h"
#include "desk/gate.h"
#include "desk/release.h"

/* Seconds for judging one push, where copydesk.hookDeadline does not say another number. */
#define DEADLINE 30

/* Bytes of git's list of refs: some hundred thousand refs. */
#define LIST_LIMIT ((size_t)64 << 20)

#define HEX_LEN (REPO_HEX_SIZE - 1)

/* -- Out of time -- */

static void out_of_time(int number)
{
	static const char words[] = "copydesk: The push could not be checked in time, so nothing of it was "
				    "taken: push less at once, or ask the administrator of this newsroom for "
				    "a longer copydesk.hookDeadline.\n";

	(void)number;
	(void)!write(STDERR_FILENO, words, sizeof words - 1);
	_exit(2);
}

static void set_deadline(struct repo *repo)
{
	const struct sigaction action = {.sa_handler = out_of_time};
	char *value = repo_config(repo, "copydesk.hookDeadline");
	long seconds = value != NULL ? strtol(value, NULL, 10) : 0;
	struct itimerval timer = {.it_value = {.tv_sec = DEADLINE}};

	if (seconds > 0)
		timer.it_value.tv_sec = seconds;
	free(value);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* -- What git says -- */

struct updates {
	struct gate_update *items;
	size_t count;
	size_t capacity;
};

static void updates_clear(struct updates *updates)
{
	for (size_t i = 0; i < updates->count; i++)
		free(updates->items[i].ref);
	free(updates->items);
}

static int add_update(struct updates *updates, const char *old_hex, const char *new_hex, const char *ref,
		      struct error *err)
{
	struct gate_update update;

	if (!oid_parse(&update.old_id, old_hex) || !oid_parse(&update.new_id, new_hex))
		return error_set(err, E_INVALID, "git named no ref that copydesk understands.");
	update.ref = mem_strdup(ref);
	updates->items =
	    mem_grow(updates->items, &updates->capacity, updates->count + 1, sizeof *updates->items);
	updates->items[updates->count++] = update;
	return 0;
}

/* "OLD NEW REF" */
static int read_line(struct updates *updates, char *line, struct error *err)
{
	if (strlen(line) <= 2 * HEX_LEN + 2 || line[HEX_LEN] != ' ' || line[2 * HEX_LEN + 1] != ' ')
		return error_set(err, E_INVALID, "git named no ref that copydesk understands.");
	line[HEX_LEN] = '\0';
	line[2 * HEX_LEN + 1] = '\0';
	return add_update(updates, line, line + HEX_LEN + 1, line + 2 * HEX_LEN + 2, err);
}

/* The refs that git lists on standard input. */
static int read_list(struct updates *updates, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	int rc = path_read(&text, "-", LIST_LIMIT, err);
	char *rest = text.data;
	char *line;

	if (rc == 0 && strlen(text.data) != text.len)
		rc = error_set(err, E_INVALID, "git named no ref that copydesk understands.");
	while (rc == 0 && (line = strsep(&rest, "\n")) != NULL) {
		if (line[0] != '\0')
			rc = read_line(updates, line, err);
	}
	strbuf_clear(&text);
	return rc;
}

/* -- Judging -- */

static int who_pushes(struct repo_person *person, struct error *err)
{
	const char *value = getenv("COPYDESK_PERSON");

	if (value != NULL && repo_person_parse(person, value, NULL) == 0)
		return 0;
	return error_set(
	    err, E_REFUSED,
	    "This newsroom does not know who pushes, so nothing was taken: its administrator sets "
	    "COPYDESK_PERSON='NAME <MAIL>' in the command of your key, see copydesk-workflow(7), \"A "
	    "shared server\".");
}

static void refuse(void *context, const char *ref, const char *why)
{
	cli_say(context, "copydesk: %s: %s", ref, why);
}

static int judge(struct cli *cli, struct repo *repo, const struct updates *updates, struct error *err)
{
	struct repo_person person;
	struct clock clock;
	struct gate_push push = {.updates = updates->items, .count = updates->count, .person = &person};
	char *branch = NULL;
	size_t refused = 0;
	int rc = who_pushes(&person, err);

	if (rc < 0)
		return rc;
	clock_init(&clock);
	push.now = clock_now(&clock);
	rc = release_branch(repo, &branch, err);
	push.branch = branch;
	if (rc == 0)
		rc = gate_check(repo, &push, refuse, cli, &refused, err);
	free(branch);
	repo_person_clear(&person);
	return rc < 0 ? rc : refused > 0;
}

/* -- The hooks -- */

static int pre_receive(struct cli *cli, struct repo *repo, struct error *err)
{
	struct updates updates = {0};
	int rc;

	set_deadline(repo);
	rc = read_list(&updates, err);
	if (rc == 0)
		rc = judge(cli, repo, &updates, err);
	updates_clear(&updates);
	return rc;
}

static int update(struct cli *cli, struct repo *repo, struct error *err)
{
	struct updates updates = {0};
	int rc;

	set_deadline(repo);
	rc = add_update(&updates, cli->arguments[2], cli->arguments[3], cli->arguments[1], err);
	if (rc == 0)
		rc = judge(cli, repo, &updates, err);
	updates_clear(&updates);
	return rc;
}

/* The name of the tag of a commit that came in the same push, or NULL; borrowed. */
static const char *tag_of(struct repo *repo, const struct updates *updates, const struct oid *commit)
{
	static const char tags[] = "refs/tags/";

	for (size_t i = 0; i < updates->count; i++) {
		const struct gate_update *update = &updates->items[i];
		struct oid named;

		if (strncmp(update->ref, tags, strlen(tags)) == 0 &&
		    repo_peel_commit(repo, &named, &update->new_id, NULL) == 0 && oid_equal(&named, commit))
			return update->ref + strlen(tags);
	}
	return NULL;
}

/* The push stands: the administrator's command runs where the release branch moved. */
static int post_receive(struct cli *cli, struct repo *repo, struct error *err)
{
	struct updates updates = {0};
	char *branch = NULL;
	char *ref = NULL;
	int rc = read_list(&updates, err);

	if (rc == 0)
		rc = release_branch(repo, &branch, err);
	if (rc == 0)
		ref = mem_printf("refs/heads/%s", branch);
	for (size_t i = 0; rc == 0 && i < updates.count; i++) {
		const struct gate_update *update = &updates.items[i];

		if (strcmp(update->ref, ref) == 0 && !oid_is_zero(&update->new_id))
			progress_after(cli, repo, &update->new_id, &update->old_id,
				       tag_of(repo, &updates, &update->new_id));
	}
	free(ref);
	free(branch);
	updates_clear(&updates);
	return rc;
}

static const struct {
	const char *name;
	size_t arguments; /* after the name */
	int (*run)(struct cli *cli, struct repo *repo, struct error *err);
} hooks[] = {
    {"pre-receive", 0, pre_receive},
    {"update", 3, update},
    {"post-receive", 0, post_receive},
};

static int run(struct cli *cli, struct error *err)
{
	struct repo *repo;
	size_t i = 0;
	int rc;

	while (i < sizeof hooks / sizeof hooks[0] && strcmp(hooks[i].name, cli->arguments[0]) != 0)
		i++;
	if (i == sizeof hooks / sizeof hooks[0])
		return cli_usage(cli, err, "There is no hook \"%s\".", cli->arguments[0]);
	if (cli->argument_count != hooks[i].arguments + 1)
		return cli_usage(cli, err, "The hook \"%s\" takes %zu arguments.", hooks[i].name,
				 hooks[i].arguments);
	rc = repo_open(&repo, cli->place.folder, err);
	if (rc < 0)
		return rc;
	rc = hooks[i].run(cli, repo, err);
	repo_close(repo);
	return rc;
}

static const char *const words[] = {"pre-receive", "update", "post-receive", NULL};

const struct cli_command cli_hook = {
    .name = "hook",
    .help = "what git runs on a server when somebody pushes",
    .arguments = "pre-receive | update REF OLD NEW | post-receive",
    .about = "For the hooks of a shared newsroom; \"copydesk init --bare\" installs them.\n"
	     "\n"
	     "pre-receive reads the refs of a push from standard input, and refuses all of\n"
	     "it when one of them may not move: a release branch or draft that is rewritten\n"
	     "or deleted, a release that was not approved to the byte, an event in another's\n"
	     "name or against the desk's rules, a ref that is none of copydesk's. Each\n"
	     "refusal is one line. update asks the same of one ref. post-receive runs the\n"
	     "administrator's command after a release, copydesk.afterRelease.\n"
	     "\n"
	     "Who pushes is what COPYDESK_PERSON='NAME <MAIL>' says, which the command of a\n"
	     "person's key in authorized_keys sets; without it nothing is taken.\n"
	     "copydesk-workflow(7) tells how a server is set up.\n",
    .least = 1,
    .most = 4,
    .offer = OPTION_OFFER_WORDS,
    .words = words,
    .run = run,
};
