/*
 * Configuration, as git reads it, and one setting of the repository's own written.
 */
#include "store/repo_internal.h"

#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"

char *repo_config(struct repo *repo, const char *name)
{
	git_config *config = NULL;
	git_buf value = GIT_BUF_INIT;
	char *out = NULL;
	int code;

	git_libgit2_init();
	code = repo != NULL ? git_repository_config_snapshot(&config, repo->git)
			    : git_config_open_default(&config);
	if (code == 0 && git_config_get_string_buf(&value, config, name) == 0)
		out = mem_strdup(value.ptr);
	git_buf_dispose(&value);
	git_config_free(config);
	git_libgit2_shutdown();
	return out;
}

char *repo_config_own(struct repo *repo, const char *name)
{
	static const git_config_level_t levels[] = {GIT_CONFIG_LEVEL_LOCAL, GIT_CONFIG_LEVEL_SYSTEM};
	git_config *all = NULL;
	char *out = NULL;

	if (git_repository_config(&all, repo->git) < 0)
		return NULL;
	for (size_t i = 0; out == NULL && i < sizeof levels / sizeof levels[0]; i++) {
		git_config *own = NULL;
		git_buf value = GIT_BUF_INIT;

		if (git_config_open_level(&own, all, levels[i]) == 0 &&
		    git_config_get_string_buf(&value, own, name) == 0)
			out = mem_strdup(value.ptr);
		git_buf_dispose(&value);
		git_config_free(own);
	}
	git_config_free(all);
	return out;
}

bool repo_config_bool(struct repo *repo, const char *name, bool otherwise)
{
	git_config *config = NULL;
	int value = otherwise;

	if (git_repository_config_snapshot(&config, repo->git) == 0 &&
	    git_config_get_bool(&value, config, name) < 0)
		value = otherwise;
	git_config_free(config);
	return value != 0;
}

/* What we note while we write the settings; see repo_note_read(). */
#define SETTING "setting"

static int write_setting(struct repo *repo, const char *name, const char *value, int stale)
{
	git_config *all = NULL;
	git_config *own = NULL;
	struct repo_retry retry;
	int code = git_repository_config(&all, repo->git);

	repo_retry_start(&retry);
	if (code == 0)
		code = git_config_open_level(&own, all, GIT_CONFIG_LEVEL_LOCAL);
	while (code == 0) {
		code = git_config_set_string(own, name, value);
		if (code != GIT_ELOCKED)
			break;
		repo_clear_stale_lock(repo, "config", stale);
		code = repo_retry_wait(&retry) ? 0 : GIT_ELOCKED;
	}
	git_config_free(own);
	git_config_free(all);
	return code;
}

int repo_config_set(struct repo *repo, const char *name, const char *value, struct error *err)
{
	char note[REPO_NOTE_SIZE];
	bool died;
	int code;
	int fd = -1;
	int rc = repo_flock(repo, "config", &fd, err);

	if (rc < 0)
		return rc;
	died = repo_note_read(fd, note);
	repo_note_write(fd, SETTING);
	code = write_setting(repo, name, value, died ? REPO_LOCK_DEAD : REPO_LOCK_STALE);
	/* A lock that still stands may be theirs: the next one is to know. */
	if (code != GIT_ELOCKED || !died)
		repo_note_clear(fd);
	if (code == GIT_EINVALIDSPEC)
		rc = error_set(err, E_INVALID, "%s is not a name that git's configuration can hold.", name);
	else if (code == GIT_ELOCKED)
		rc = error_set(err, E_IO,
			       "Another program is changing the settings just now (%s/config.lock is there); "
			       "try again in a few seconds.",
			       repo->folder);
	else if (code < 0)
		rc = repo_fail(repo, err, "The setting %s cannot be written in %s", name, repo->folder);
	else
		repo_settle(repo, "config", false);
	close(fd);
	return rc;
}
