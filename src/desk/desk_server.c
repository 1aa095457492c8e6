/*
 * What makes a bare newsroom a server's: git asks copydesk before it takes a push.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/desk_internal.h"

static const char *const hooks[] = {"pre-receive", "post-receive"};

static int install(const char *folder, const char *hook, struct strbuf *kept, struct error *err)
{
	char *path = path_join(folder, hook);
	char *text = mem_printf("#!/bin/sh\n# See copydesk-workflow(7), \"A shared server\".\n"
				"exec copydesk hook %s\n",
				hook);
	int rc = 0;

	if (path_exists(path))
		strbuf_addf(kept, "%s%s", kept->len > 0 ? ", " : "", path);
	else
		rc = path_write(path, text, strlen(text), 0777, err);
	free(text);
	free(path);
	return rc;
}

int desk_init_server(const char *folder, struct strbuf *kept, struct error *err)
{
	struct repo *repo;
	char *where;
	int rc = repo_open(&repo, folder, err);

	if (rc < 0)
		return rc;
	where = path_join(repo_folder(repo), "hooks");
	rc = path_make_folders(where, 0777, err);
	for (size_t i = 0; rc == 0 && i < sizeof hooks / sizeof hooks[0]; i++)
		rc = install(where, hooks[i], kept, err);
	/* Whatever the machine says of hooks elsewhere: without these, anything would be taken. */
	if (rc == 0)
		rc = repo_config_set(repo, "core.hooksPath", "hooks", err);
	/* Damaged objects, and names that are dangerous in a work tree, are found by git itself. */
	if (rc == 0)
		rc = repo_config_set(repo, "receive.fsckObjects", "true", err);
	free(where);
	repo_close(repo);
	return rc;
}
