/* The text in an editor of the person's own choice, for a while. */
#include "tui/editor_internal.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/strlist.h"
#include "desk/desk.h"
#include "text/buffer.h"

/* What the folders are called, followed by the process. */
#define OUTSIDE "outside-"

/* The file that the text is in meanwhile, in a folder of its own that nobody else can read. */
struct outside {
	char *folder;
	char *path;
	struct strlist argv; /* the words of the command, and the file */
};

static void outside_clear(struct outside *o)
{
	strlist_clear(&o->argv);
	free(o->folder);
	free(o->path);
}

/* -- Which program -- */

/*
 * Whether whoever keeps the newsroom or the machine lets nobody start programs; one's own wish counts too.
 * In the newsroom's own configuration, whatever is not plainly no is yes.
 */
static bool is_restricted(struct editor *e)
{
	static const char *const no[] = {"false", "no", "off", "0"};
	struct repo *repo = desk_repo(e->place.desk);
	char *own = repo_config_own(repo, "copydesk.restricted");
	bool restricted = own != NULL;

	for (size_t i = 0; own != NULL && i < sizeof no / sizeof no[0]; i++)
		restricted = restricted && strcasecmp(own, no[i]) != 0;
	free(own);
	return restricted || repo_config_bool(repo, "copydesk.restricted", false);
}

/* The words of $VISUAL or $EDITOR, split at blanks; no shell is asked. */
static int find_program(struct outside *o, struct error *err)
{
	const char *words = getenv("VISUAL");
	size_t len;

	if (words == NULL || words[strspn(words, " \t")] == '\0')
		words = getenv("EDITOR");
	for (; words != NULL && *words != '\0'; words += len) {
		words += strspn(words, " \t");
		len = strcspn(words, " \t");
		if (len > 0) {
			char *word = mem_strndup(words, len);

			strlist_add(&o->argv, word);
			free(word);
		}
	}
	if (o->argv.count > 0)
		return 0;
	return error_set(err, E_REFUSED,
			 "Which program? Set the variable VISUAL or EDITOR to it, as in EDITOR=nano.");
}

/* -- The file -- */

/* A name that shows what it is, and that nobody takes for an option or a path. */
static void add_name(struct strbuf *out, const char *draft)
{
	for (size_t i = 0; i < 100 && draft[i] != '\0'; i++) {
		char c = draft[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		strbuf_addc(out, plain || (c == '-' && i > 0) || c == '_' ? c : '_');
	}
	strbuf_adds(out, ".md");
}

static int write_file(struct outside *o, struct editor *e, struct error *err)
{
	struct strbuf name = STRBUF_INIT;
	const char *text;
	char *home;
	size_t len;
	int rc = path_home(&home, PATH_STATE, err);

	if (rc < 0)
		return rc;
	o->folder = mem_printf("%s/" OUTSIDE "%ld-XXXXXX", home, (long)getpid());
	free(home);
	if (mkdtemp(o->folder) == NULL) {
		rc = error_set_errno(err, errno, "A folder for the text cannot be made at %s", o->folder);
		free(o->folder);
		o->folder = NULL;
		return rc;
	}
	add_name(&name, e->name);
	o->path = path_join(o->folder, name.data);
	strbuf_clear(&name);
	text = buffer_text(e->buffer, &len);
	rc = path_write(o->path, text, len, 0600, err);
	strlist_add(&o->argv, o->path);
	return rc;
}

/* Takes the file away again, and what the program left beside it. */
static void remove_folder(const struct outside *o)
{
	DIR *dir = o->folder != NULL ? opendir(o->folder) : NULL;
	struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	}
	closedir(dir);
	(void)rmdir(o->folder); /* what cannot be taken away stays where only this person can read it */
}

/* Whether a folder was left behind with this file: by a process that is over. */
static bool is_left(const char *folder, const char *name, const char *file)
{
	char *path = mem_printf("%s/%s/%s", folder, name, file);
	long process = strtol(name + strlen(OUTSIDE), NULL, 10);
	bool over = process > 0 && kill((pid_t)process, 0) < 0 && errno == ESRCH;
	bool left = over && path_exists(path);

	free(path);
	return left;
}

void editor_tell_outside(struct editor *e)
{
	struct strbuf file = STRBUF_INIT;
	struct dirent *entry;
	char *home;
	DIR *dir;

	if (path_home(&home, PATH_STATE, NULL) < 0)
		return;
	add_name(&file, e->name);
	dir = opendir(home);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, OUTSIDE, strlen(OUTSIDE)) == 0 &&
		    is_left(home, entry->d_name, file.data))
			editor_say(e, PANE_WARNED,
				   "What another program had of this draft when it was cut off is kept in "
				   "%s/%s: take from it what you need, and remove it.",
				   home, entry->d_name);
	}
	if (dir != NULL)
		closedir(dir);
	strbuf_clear(&file);
	free(home);
}

/* -- There and back -- */

static bool is_same(struct editor *e, const struct strbuf *text)
{
	size_t len;
	const char *now = buffer_text(e->buffer, &len);

	return len == text->len && memcmp(now, text->data, len) == 0;
}

/* Takes the text over as one step, and tells when the draft moved meanwhile. */
static void take(struct editor *e, const struct strbuf *text)
{
	const struct draft *draft;
	bool moved;

	buffer_step(e->buffer);
	if (!is_same(e, text))
		editor_become(e, text->data, text->len);
	e->place.host->changed(e->place.host->app);
	draft = desk_draft(e->place.desk, e->name, NULL);
	moved = draft != NULL && !oid_equal(&draft->blob, &e->from);
	if (!buffer_changed(e->buffer))
		editor_say(e, PANE_SAID, "The text is as it was.");
	else if (moved)
		editor_say(
		    e, PANE_WARNED,
		    "The text is taken over, and the draft was saved by %s meanwhile: Ctrl-S shows both.",
		    draft->commits[draft->state.last_save].person.name);
	else
		editor_say(e, PANE_SAID, "The text is taken over; Ctrl-S saves it, Ctrl-Z takes it back.");
}

/* Whether there is another file than the one with the text: what an editor saves when it is cut off. */
static bool has_others(const struct outside *o)
{
	DIR *dir = opendir(o->folder);
	struct dirent *entry;
	size_t files = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		files += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	if (dir != NULL)
		closedir(dir);
	return files > 1;
}

/* The text is as it was; what was written in a file that is not taken is kept, and what stands beside it. */
static int fail(struct editor *e, const struct outside *o, int status, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	bool same = path_read(&text, o->path, REPO_BLOB_LIMIT, NULL) == 0 && is_same(e, &text);
	const char *kept = !same ? o->path : has_others(o) ? o->folder : NULL;
	int rc;

	strbuf_clear(&text);
	rc = error_set(err, E_INVALID, "%s ended with status %d: your text is as it was.%s%s%s",
		       o->argv.items[0], status, kept != NULL ? " What was written there is in " : "",
		       kept != NULL ? kept : "", kept != NULL ? "." : "");
	if (kept == NULL)
		remove_folder(o);
	return rc;
}

static int go(struct editor *e, struct outside *o, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	const char *argv[64] = {NULL};
	int status = 0;
	int rc;

	for (size_t i = 0; i < o->argv.count && i < sizeof argv / sizeof argv[0] - 1; i++)
		argv[i] = o->argv.items[i];
	rc = e->place.host->lend(e->place.host->app, argv, &status, err);
	if (rc < 0) {
		remove_folder(o);
		return rc;
	}
	if (status != 0)
		return fail(e, o, status, err);
	rc = path_read(&text, o->path, REPO_BLOB_LIMIT, err);
	if (rc == 0) {
		take(e, &text);
		remove_folder(o);
	}
	strbuf_clear(&text);
	return rc;
}

int editor_outside(void *target, int argument, struct error *err)
{
	struct editor *e = target;
	struct outside o = {.folder = NULL};
	int rc;

	(void)argument;
	if (is_restricted(e))
		return error_set(err, E_REFUSED,
				 "No other program is started here: copydesk.restricted is true in git's "
				 "configuration.");
	if (!editor_form_settle(e))
		return 0; /* which said why */
	rc = find_program(&o, err);
	if (rc == 0)
		rc = write_file(&o, e, err);
	/* The terminal may be gone while another program has it: all that was typed is on the disk then. */
	if (rc == 0)
		editor_hangup(e);
	if (rc == 0)
		rc = go(e, &o, err);
	else
		remove_folder(&o);
	outside_clear(&o);
	return rc;
}
