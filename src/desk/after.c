#include "desk/after.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/spawn.h"

#define SECONDS 600

/* Bytes of one run that are kept from its beginning and from its end, and runs that are. */
#define HEAD_LIMIT ((size_t)16 << 10)
#define TAIL_LIMIT ((size_t)48 << 10)
#define RUNS       5
#define LOG_LIMIT  ((size_t)4 << 20)

/* What a run begins with in the log; its own lines are set in, so that none can be taken for one. */
#define MARK "== "

/* -- What is configured -- */

static char *log_path(const struct repo *repo)
{
	return mem_printf("%s/copydesk/after-release.log", repo_folder(repo));
}

static int seconds_of(struct repo *repo)
{
	char *text = repo_config_own(repo, "copydesk.afterreleaseseconds");
	char *end = text;
	long seconds = text != NULL ? strtol(text, &end, 10) : 0;
	bool ok = text != NULL && *end == '\0' && seconds > 0 && seconds <= INT32_MAX / 1000;

	free(text);
	return ok ? (int)seconds : SECONDS;
}

bool after_find(struct after *out, struct repo *repo)
{
	memset(out, 0, sizeof *out);
	out->command = repo_config_own(repo, "copydesk.afterrelease");
	if (out->command == NULL || out->command[0] == '\0') {
		after_clear(out);
		return false;
	}
	out->folder = mem_strdup(repo_worktree(repo) ? repo_worktree(repo) : repo_folder(repo));
	out->log = log_path(repo);
	out->seconds = seconds_of(repo);
	return true;
}

void after_clear(struct after *after)
{
	free(after->command);
	free(after->folder);
	free(after->log);
	memset(after, 0, sizeof *after);
}

void after_result_clear(struct after_result *result)
{
	free(result->outcome);
	strbuf_clear(&result->output);
	memset(result, 0, sizeof *result);
	result->output = (struct strbuf)STRBUF_INIT;
}

/* -- A run -- */

struct run {
	const struct remote_listener *listener;
	struct strbuf head;
	struct strbuf tail;
	size_t cut; /* bytes that fell out between them */
	struct strbuf line;
};

static void tell_lines(struct run *run, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != '\n' && bytes[i] != '\r') {
			if (run->line.len < 1024)
				strbuf_addc(&run->line, bytes[i]);
			continue;
		}
		if (run->line.len > 0)
			run->listener->progress(run->listener->context, run->line.data);
		strbuf_reset(&run->line);
	}
}

static void hear(void *context, bool errors, const char *bytes, size_t len)
{
	struct run *run = context;
	size_t first = HEAD_LIMIT - run->head.len < len ? HEAD_LIMIT - run->head.len : len;

	(void)errors;
	strbuf_add(&run->head, bytes, first);
	strbuf_add(&run->tail, bytes + first, len - first);
	if (run->tail.len > 2 * TAIL_LIMIT) {
		run->cut += run->tail.len - TAIL_LIMIT;
		strbuf_splice(&run->tail, 0, run->tail.len - TAIL_LIMIT, "", 0);
	}
	if (run->listener != NULL && run->listener->progress != NULL)
		tell_lines(run, bytes, len);
}

static bool is_cancelled(void *context)
{
	const struct run *run = context;

	return run->listener != NULL && run->listener->cancelled != NULL &&
	       run->listener->cancelled(run->listener->context);
}

static void take_output(struct run *run, struct strbuf *out)
{
	if (run->tail.len > TAIL_LIMIT) {
		run->cut += run->tail.len - TAIL_LIMIT;
		strbuf_splice(&run->tail, 0, run->tail.len - TAIL_LIMIT, "", 0);
	}
	strbuf_add(out, run->head.data, run->head.len);
	if (run->cut > 0)
		strbuf_addf(out, "\n[... %zu bytes are left out ...]\n", run->cut);
	strbuf_add(out, run->tail.data, run->tail.len);
	strbuf_trim_end(out);
	if (out->len > 0)
		strbuf_addc(out, '\n');
	strbuf_clear(&run->head);
	strbuf_clear(&run->tail);
	strbuf_clear(&run->line);
}

static char *outcome_of(int rc, int status, const struct after *after, const struct run *run,
			const struct error *why)
{
	if (rc == E_CANCELLED && is_cancelled((void *)run))
		return mem_strdup("The command after the release was stopped.");
	if (rc == E_CANCELLED)
		return mem_printf("The command after the release took longer than %d s and was ended.",
				  after->seconds);
	if (rc < 0)
		return mem_strdup(why->message);
	if (status == 0)
		return mem_strdup("The command after the release is done.");
	return mem_printf("The command after the release failed, with exit status %d.", status);
}

/* -- The log -- */

/* Where the last runs begin that are to stay beside a new one. */
static const char *last_runs(const char *text, size_t count)
{
	const char *at = text + strlen(text);

	while (count > 0 && at > text) {
		at--;
		if (strncmp(at, MARK, strlen(MARK)) == 0 && (at == text || at[-1] == '\n'))
			count--;
	}
	return at;
}

static void add_run(struct strbuf *out, const char *head, const struct after_result *result)
{
	const char *line = result->output.data;

	strbuf_addf(out, MARK "%s\n", head);
	while (*line != '\0') {
		size_t len = strcspn(line, "\n");

		strbuf_addf(out, "  %.*s\n", (int)len, line);
		line += len + (line[len] == '\n');
	}
	strbuf_addf(out, "%s\n\n", result->outcome);
}

/* One that writes takes the others' runs over: a lock beside the log keeps two from doing so at once. */
static int lock_log(const struct after *after, struct error *err)
{
	char *path = mem_printf("%s.lock", after->log);
	char *slash = strrchr(path, '/');
	int fd = -1;

	*slash = '\0';
	if (path_make_folders(path, 0777, err) == 0) {
		*slash = '/';
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
		if (fd < 0 || flock(fd, LOCK_EX) < 0)
			error_set_errno(err, errno, "%s cannot be opened", path);
	}
	free(path);
	return fd;
}

static int keep(const struct after *after, const char *head, const struct after_result *result,
		struct error *err)
{
	struct strbuf old = STRBUF_INIT;
	struct strbuf text = STRBUF_INIT;
	int fd = lock_log(after, err);
	int rc;

	if (fd < 0)
		return E_IO;
	(void)path_read(&old, after->log, LOG_LIMIT, NULL);
	strbuf_adds(&text, last_runs(old.data, RUNS - 1));
	add_run(&text, head, result);
	rc = path_write(after->log, text.data, text.len, 0664, err);
	close(fd);
	strbuf_clear(&old);
	strbuf_clear(&text);
	return rc;
}

int after_log(struct strbuf *out, struct repo *repo, struct error *err)
{
	char *path = log_path(repo);
	int rc = path_read(out, path, LOG_LIMIT, err);

	free(path);
	if (rc == E_NOTFOUND)
		return error_set(err, E_NOTFOUND,
				 "No command has run after a release here: copydesk.afterRelease in the "
				 "repository's configuration would name one.");
	return rc;
}

/* -- The whole -- */

static int start(const struct after *after, const char *const more[], struct run *run, int *status,
		 struct error *err)
{
	const char *argv[] = {"/bin/sh", "-c", after->command, NULL};
	struct spawn spawn = {.argv = argv,
			      .folder = after->folder,
			      .limit = SIZE_MAX,
			      .deadline = after->seconds * 1000,
			      .more = more,
			      .heard = hear,
			      .cancelled = is_cancelled,
			      .context = run};

	return spawn_run(&spawn, status, NULL, NULL, err);
}

int after_run(const struct after *after, const struct after_release *release,
	      const struct remote_listener *listener, struct after_result *out, struct error *err)
{
	struct run run = {.listener = listener,
			  .head = STRBUF_INIT,
			  .tail = STRBUF_INIT,
			  .line = STRBUF_INIT};
	const char *tag = release->tag != NULL ? release->tag : "";
	char commit[REPO_HEX_SIZE];
	char old[REPO_HEX_SIZE];
	char date[CLOCK_TEXT_SIZE];
	char *more[4] = {NULL};
	char *head;
	struct error why;
	int status = 0;
	int rc;

	oid_hex(commit, release->commit);
	oid_hex(old, release->old);
	clock_rfc3339(date, release->now.seconds, release->now.offset);
	head = mem_printf("%s  %s  %s", date, commit, tag);
	more[0] = mem_printf("COPYDESK_COMMIT=%s", commit);
	more[1] = mem_printf("COPYDESK_OLD=%s", old);
	more[2] = mem_printf("COPYDESK_TAG=%s", tag);
	rc = start(after, (const char *const *)more, &run, &status, &why);
	*out = (struct after_result){.failed = rc < 0 || status != 0, .output = STRBUF_INIT};
	out->outcome = outcome_of(rc, status, after, &run, &why);
	take_output(&run, &out->output);
	if (rc < 0 && rc != E_CANCELLED)
		rc = error_set(err, E_IO, "%s", why.message);
	else
		rc = keep(after, head, out, err);
	for (int i = 0; i < 3; i++)
		free(more[i]);
	free(head);
	return rc;
}
