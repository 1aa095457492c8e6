#include "desk/remote.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/spawn.h"

/* Bytes of lines that are kept of a talkative server. */
#define SAID_LIMIT ((size_t)64 << 10)

/* Milliseconds for a question that is one line. */
#define LOOK_DEADLINE 30000

/* -- Finding -- */

/* An address as it can be shown: without the password of "https://name:password@host/". */
static char *without_password(const char *url)
{
	const char *scheme = strstr(url, "://");
	const char *start = scheme != NULL ? scheme + 3 : NULL;
	const char *end = start != NULL ? start + strcspn(start, "/") : NULL;
	const char *at = NULL;
	const char *colon;

	for (const char *c = start; c < end; c++)
		at = *c == '@' ? c : at;
	colon = at != NULL ? memchr(start, ':', (size_t)(at - start)) : NULL;
	if (colon == NULL)
		return mem_strdup(url);
	return mem_printf("%.*s%s", (int)(colon - url), url, at);
}

static char *configured(struct repo *repo, const char *before, const char *name, const char *after)
{
	char *key = mem_printf("%s%s%s", before, name, after);
	char *value = repo_config(repo, key);

	free(key);
	return value;
}

static bool says_how_to_call_ssh(struct repo *repo)
{
	char *command = repo_config(repo, "core.sshcommand");
	bool own = command != NULL || getenv("GIT_SSH_COMMAND") != NULL || getenv("GIT_SSH") != NULL;

	free(command);
	return own;
}

int remote_find(struct remote *out, struct repo *repo, const char *branch, const char *name,
		struct error *err)
{
	char *own = name != NULL ? mem_strdup(name) : repo_config(repo, "copydesk.remote");
	char *url;

	memset(out, 0, sizeof *out);
	if (own == NULL)
		own = configured(repo, "branch.", branch, ".remote");
	/* git's "." is the repository itself. */
	if (own == NULL || own[0] == '\0' || strcmp(own, ".") == 0) {
		free(own);
		return error_set(
		    err, E_NOTFOUND,
		    "This newsroom is by itself: no server is named to fetch from and push to. "
		    "\"git remote add origin ADDRESS\" and \"git config copydesk.remote origin\" name "
		    "one.");
	}
	url = configured(repo, "remote.", own, ".url");
	if (url == NULL) {
		int rc = error_set(
		    err, E_NOTFOUND,
		    "git knows no server called %s here: \"git remote -v\" lists those that it knows.", own);

		free(own);
		return rc;
	}
	/* Where git itself would run: an address can be a path from there. */
	out->folder = mem_strdup(repo_worktree(repo) ? repo_worktree(repo) : repo_folder(repo));
	out->name = own;
	out->place = without_password(url);
	out->own_ssh = says_how_to_call_ssh(repo);
	free(url);
	return 0;
}

void remote_clear(struct remote *remote)
{
	free(remote->folder);
	free(remote->name);
	free(remote->place);
	memset(remote, 0, sizeof *remote);
}

void remote_answer_clear(struct remote_answer *answer)
{
	for (size_t i = 0; i < answer->count; i++) {
		free(answer->refs[i].name);
		free(answer->refs[i].reason);
	}
	free(answer->refs);
	strbuf_clear(&answer->said);
	memset(answer, 0, sizeof *answer);
	answer->said = (struct strbuf)STRBUF_INIT;
}

/* -- Listening to git -- */

struct hearing {
	const struct remote_listener *listener;
	struct remote_answer *answer;
	struct strbuf line;  /* that is not whole yet */
	struct strbuf words; /* git's own, line by line */
	bool returned;       /* the line had its carriage return: progress, unless it ends now, as ssh's do */
};

/* What git and its helpers on both sides write of progress: progress.c of git, and index-pack. */
static bool is_progress(const char *line)
{
	static const char *const titles[] = {
	    "Enumerating objects:", "Counting objects:",       "Compressing objects:",
	    "Receiving objects:",   "Resolving deltas:",       "Unpacking objects:",
	    "Writing objects:",     "Delta compression using", "Total ",
	    "Checking objects:",    "Checking connectivity:",  "Processing ",
	};

	for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
		if (strncmp(line, titles[i], strlen(titles[i])) == 0)
			return true;
	}
	return false;
}

/* A line for each ref that moved, of which there can be thousands, below "From PLACE". */
static bool is_ref(const char *line)
{
	return line[0] == ' ' || strncmp(line, "From ", 5) == 0;
}

static void keep(struct strbuf *out, const char *line)
{
	if (line[0] != '\0' && out->len + strlen(line) < SAID_LIMIT)
		strbuf_addf(out, "%s\n", line);
}

/* One line, or with passing one that the next is to be written over. */
static void take_line(struct hearing *h, bool passing)
{
	static const char remote[] = "remote: ";
	static const char clears[] = "\033[K";
	bool from_server;
	const char *line;

	strbuf_trim_end(&h->line);
	if (h->line.len >= strlen(clears) && strcmp(h->line.data + h->line.len - strlen(clears), clears) == 0)
		strbuf_truncate(&h->line, h->line.len - strlen(clears));
	strbuf_trim_end(&h->line);
	from_server = strncmp(h->line.data, remote, strlen(remote)) == 0;
	line = from_server ? h->line.data + strlen(remote) : h->line.data;
	if (passing || is_progress(line)) {
		if (line[0] != '\0' && h->listener != NULL && h->listener->progress != NULL)
			h->listener->progress(h->listener->context, line);
	} else if (from_server) {
		keep(&h->answer->said, line);
	} else if (strcmp(line, "remote:") != 0 && !is_ref(line)) {
		keep(&h->words, line);
	}
	if (!passing)
		strbuf_reset(&h->line);
}

static void hear(void *context, bool errors, const char *bytes, size_t len)
{
	struct hearing *h = context;

	for (size_t i = 0; errors && i < len; i++) {
		if (h->returned && bytes[i] != '\n')
			strbuf_reset(&h->line);
		h->returned = bytes[i] == '\r';
		if (bytes[i] == '\n' || bytes[i] == '\r')
			take_line(h, bytes[i] == '\r');
		else if (h->line.len < SAID_LIMIT)
			strbuf_addc(&h->line, bytes[i]);
	}
}

static bool is_cancelled(void *context)
{
	const struct hearing *h = context;

	return h->listener != NULL && h->listener->cancelled != NULL &&
	       h->listener->cancelled(h->listener->context);
}

/*
 * Runs git.  It has no terminal: what would ask there for a password says so instead.  Where nothing
 * else says how ssh is called, it is told that nobody can answer it.
 */
static int run_git(const struct remote *remote, const char *const *argv, int deadline, struct hearing *h,
		   struct strbuf *out, int *status, struct error *err)
{
	static const char *const plain[] = {"GIT_TERMINAL_PROMPT=0", NULL};
	static const char *const batch[] = {"GIT_TERMINAL_PROMPT=0", "GIT_SSH_COMMAND=ssh -o BatchMode=yes",
					    NULL};
	bool own_ssh = remote->own_ssh || getenv("SSH_ASKPASS") != NULL;
	struct spawn spawn = {.argv = argv,
			      .folder = remote->folder,
			      .deadline = deadline,
			      .more = own_ssh ? plain : batch,
			      .heard = hear,
			      .cancelled = is_cancelled,
			      .context = h};
	int rc = spawn_run(&spawn, status, out, NULL, err);

	take_line(h, false);
	if (rc == E_NOTFOUND)
		return error_set(err, E_IO,
				 "The program git is not installed: fetching and pushing needs it.");
	if (rc == E_CANCELLED && deadline == 0)
		return error_set(err, E_CANCELLED, "It was stopped.");
	return rc;
}

/* -- What went wrong -- */

/* What git or ssh says where, and what the person can do. */
static const struct {
	const char *said;
	const char *what; /* after "The server NAME (PLACE) " */
} troubles[] = {
    {"Permission denied (",
     "did not let you in. Load your key with ssh-add, and try with ssh whether it lets you in."},
    {"Host key verification failed",
     "is not known to this machine yet. Log in there once with ssh, which shows its key and asks."},
    {"terminal prompts disabled",
     "asks for a name and password, which nobody can type here. Let git know them (git help credentials)."},
    {"Authentication failed", "did not take the name and password that git knows (git help credentials)."},
    {"Could not resolve host", "cannot be found. Is there a connection to the network?"},
    {"Connection refused",
     "does not answer: the connection was refused. What you did is kept here: try again later."},
    {"onnection timed out", "does not answer. Is there a connection to the network?"},
    {"Operation timed out", "does not answer. Is there a connection to the network?"},
    {"No route to host", "cannot be reached. Is there a connection to the network?"},
    {"Network is unreachable", "cannot be reached. Is there a connection to the network?"},
    {"does not appear to be a git repository",
     "has no newsroom there that can be read. \"git remote -v\" shows the address."},
    {"dubious ownership",
     "has a newsroom that belongs to somebody else there, which git does not trust (safe.directory)."},
    {"insufficient permission", "does not let you write there: ask whoever keeps it."},
};

/* git's own reason: the first line that is marked as one. */
static char *reason_of(const char *words)
{
	static const char *const marks[] = {"fatal: ", "error: ", ""};

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		for (const char *line = words; *line != '\0';) {
			size_t len = strcspn(line, "\n");

			if (strncmp(line, marks[i], strlen(marks[i])) == 0)
				return mem_strndup(line + strlen(marks[i]), len - strlen(marks[i]));
			line += len + (line[len] == '\n');
		}
	}
	return mem_strdup("git did not say why.");
}

static int trouble(const struct remote *remote, const struct hearing *h, struct error *err)
{
	const char *all[] = {h->words.data, h->answer->said.data};
	char *reason;
	int rc;

	if (strstr(all[0], ".lock': File exists") != NULL)
		return error_set(err, E_IO,
				 "Another program is fetching here, or one was cut off: try again in ten "
				 "seconds.");
	for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++) {
		if (strstr(all[0], troubles[i].said) != NULL || strstr(all[1], troubles[i].said) != NULL)
			return error_set(err, E_IO, "The server %s (%s) %s", remote->name, remote->place,
					 troubles[i].what);
	}
	reason = reason_of(h->words.data);
	rc = error_set(err, E_IO, "The server %s (%s) cannot be used: %s", remote->name, remote->place,
		       reason);
	free(reason);
	return rc;
}

/* -- The three calls -- */

static void hearing_init(struct hearing *h, const struct remote_listener *listener,
			 struct remote_answer *answer)
{
	*h = (struct hearing){.listener = listener,
			      .answer = answer,
			      .line = STRBUF_INIT,
			      .words = STRBUF_INIT};
	*answer = (struct remote_answer){.said = STRBUF_INIT};
}

static void hearing_clear(struct hearing *h)
{
	strbuf_clear(&h->line);
	strbuf_clear(&h->words);
}

/* The arguments of a call: command, the remote after "--", the refspecs. The caller frees the list. */
static const char **arguments(const char *const *command, size_t n, const struct remote *remote,
			      const char *const *refspecs, size_t count)
{
	const char **argv = mem_zalloc(n + count + 3, sizeof *argv);

	memcpy(argv, command, n * sizeof *argv);
	argv[n++] = "--";
	argv[n++] = remote->name;
	if (count > 0)
		memcpy(argv + n, refspecs, count * sizeof *argv);
	return argv;
}

int remote_fetch(const struct remote *remote, const char *const *refspecs, size_t count,
		 const struct remote_listener *listener, struct remote_answer *out, struct error *err)
{
	/* Only what is asked for: no other refs by configuration, nothing deleted, no half-done tidying. */
	static const char *const command[] = {"git",
					      "-c",
					      "gc.autoDetach=false",
					      "fetch",
					      "--progress",
					      "--atomic",
					      "--no-tags",
					      "--no-prune",
					      "--refmap=",
					      "--no-write-fetch-head",
					      "--recurse-submodules=no"};
	const char **argv = arguments(command, sizeof command / sizeof command[0], remote, refspecs, count);
	struct hearing h;
	int status;
	int rc;

	hearing_init(&h, listener, out);
	rc = run_git(remote, argv, 0, &h, NULL, &status, err);
	if (rc == 0 && status != 0)
		rc = trouble(remote, &h, err);
	hearing_clear(&h);
	free(argv);
	return rc;
}

int remote_look(const struct remote *remote, const char *ref, struct oid *out, struct error *err)
{
	static const char *const command[] = {"git", "ls-remote", "--quiet"};
	const char **argv = arguments(command, sizeof command / sizeof command[0], remote, &ref, 1);
	struct remote_answer answer;
	struct strbuf text = STRBUF_INIT;
	struct hearing h;
	int status;
	int rc;

	memset(out, 0, sizeof *out);
	hearing_init(&h, NULL, &answer);
	rc = run_git(remote, argv, LOOK_DEADLINE, &h, &text, &status, err);
	if (rc == 0 && status != 0)
		rc = trouble(remote, &h, err);
	/* "HEX\tREF", a line for each ref whose name ends so. */
	for (char *line = text.data; rc == 0 && *line != '\0';) {
		size_t len = strcspn(line, "\n");
		bool more = line[len] != '\0';

		line[len] = '\0';
		if (len > REPO_HEX_SIZE && strcmp(line + REPO_HEX_SIZE, ref) == 0) {
			line[REPO_HEX_SIZE - 1] = '\0';
			(void)oid_parse(out, line);
		}
		line += len + more;
	}
	strbuf_clear(&text);
	hearing_clear(&h);
	remote_answer_clear(&answer);
	free(argv);
	return rc;
}

/* -- Pushing: what became of each ref -- */

static bool holds_any(const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strstr(text, list[i]) != NULL)
			return true;
	}
	return false;
}

/* The fate that a summary tells, "[rejected] (fetch first)": see git-push(1), "Output". */
static enum remote_fate fate_of(const char *summary)
{
	static const char *const moved[] = {"fetch first",          "non-fast-forward",   "already exists",
					    "stale info",           "needs force",        "cannot lock ref",
					    "failed to update ref", "incorrect old value"};
	static const char *const held[] = {"atomic push fail", "atomic transaction fail"};

	if (holds_any(summary, moved, sizeof moved / sizeof moved[0]))
		return REMOTE_MOVED;
	if (holds_any(summary, held, sizeof held / sizeof held[0]))
		return REMOTE_HELD;
	return REMOTE_REFUSED;
}

/* "FLAG\tFROM:TO\tSUMMARY" */
static void read_ref(struct remote_answer *out, const char *line, size_t len)
{
	const char *from = line + 2;
	const char *tab = len > 2 && line[1] == '\t' ? memchr(from, '\t', len - 2) : NULL;
	const char *colon = tab != NULL ? memchr(from, ':', (size_t)(tab - from)) : NULL;
	struct remote_ref *ref;

	if (colon == NULL)
		return;
	out->refs = mem_grow(out->refs, &out->capacity, out->count + 1, sizeof *out->refs);
	ref = &out->refs[out->count++];
	*ref = (struct remote_ref){.name = mem_strndup(colon + 1, (size_t)(tab - colon - 1))};
	if (line[0] != '!')
		return;
	ref->reason = mem_strndup(tab + 1, len - (size_t)(tab + 1 - line));
	ref->fate = fate_of(ref->reason);
}

static size_t count_fate(const struct remote_answer *answer, enum remote_fate fate)
{
	size_t n = 0;

	for (size_t i = 0; i < answer->count; i++)
		n += answer->refs[i].fate == fate;
	return n;
}

/* The server says the reason of a lost race in a line of its own, when all refs go together. */
static bool lost_a_race(const struct remote_answer *answer)
{
	return count_fate(answer, REMOTE_HELD) == answer->count &&
	       strstr(answer->said.data, "cannot lock ref") != NULL;
}

static int judge(const struct remote *remote, const struct remote_answer *answer, const struct hearing *h,
		 struct error *err)
{
	size_t first = strcspn(answer->said.data, "\n");
	const char *reason = NULL;

	for (size_t i = 0; i < answer->count; i++) {
		if (answer->refs[i].fate == REMOTE_MOVED ||
		    (reason == NULL && answer->refs[i].reason != NULL))
			reason = answer->refs[i].reason;
	}
	if (count_fate(answer, REMOTE_MOVED) > 0 || (reason != NULL && lost_a_race(answer)))
		return error_set(err, E_CONFLICT, "The server %s has news that is not here yet.",
				 remote->name);
	if (count_fate(answer, REMOTE_REFUSED) + count_fate(answer, REMOTE_HELD) == 0)
		return trouble(remote, h, err);
	if (first > 0)
		return error_set(err, E_REFUSED, "The server %s said no: %.*s", remote->name, (int)first,
				 answer->said.data);
	return error_set(err, E_REFUSED, "The server %s said no: %s", remote->name, reason);
}

int remote_push(const struct remote *remote, const char *const *refspecs, size_t count,
		const struct remote_listener *listener, struct remote_answer *out, struct error *err)
{
	static const char *const command[] = {"git",
					      "push",
					      "--progress",
					      "--porcelain",
					      "--atomic",
					      "--no-follow-tags",
					      "--recurse-submodules=no"};
	const char **argv = arguments(command, sizeof command / sizeof command[0], remote, refspecs, count);
	struct strbuf text = STRBUF_INIT;
	struct hearing h;
	int status;
	int rc;

	hearing_init(&h, listener, out);
	rc = run_git(remote, argv, 0, &h, &text, &status, err);
	for (const char *line = text.data; *line != '\0';) {
		size_t len = strcspn(line, "\n");

		read_ref(out, line, len);
		line += len + (line[len] == '\n');
	}
	if (rc == 0 && status != 0)
		rc = judge(remote, out, &h, err);
	strbuf_clear(&text);
	hearing_clear(&h);
	free(argv);
	return rc;
}
