/*
 * What somebody saw of a draft, and what they compare it with.
 */
#include <stdlib.h>

#include "base/path.h"
#include "desk/desk_internal.h"
#include "store/seen.h"

/* The person's private folder for it, which the caller frees; NULL when there is none or nobody sits here. */
static char *look_folder(struct desk *desk, struct seen_key *key, const char *name, struct error *err)
{
	char *folder;
	char *home;

	key->newsroom = repo_folder(desk->repo);
	key->draft = name;
	key->person = desk_person(desk, err);
	if (key->person == NULL || path_home(&home, PATH_STATE, err) < 0)
		return NULL;
	folder = path_join(home, "seen");
	free(home);
	return folder;
}

bool desk_looked(struct desk *desk, const char *name, struct oid *head)
{
	struct seen_key key;
	char *folder = look_folder(desk, &key, name, NULL);
	bool found = folder != NULL && seen_read(head, folder, &key);

	free(folder);
	return found;
}

int desk_look(struct desk *desk, const char *name, const struct oid *head, struct error *err)
{
	struct error why;
	struct seen_key key;
	char *folder = look_folder(desk, &key, name, &why);
	int rc = folder != NULL ? seen_write(folder, &key, head, &why) : why.code;

	free(folder);
	if (rc < 0 && err != NULL)
		*err = why;
	return rc;
}

int desk_since(struct desk *desk, const struct draft *draft, const char *words, struct since *out,
	       struct error *err)
{
	struct oid look;
	struct since_reader reader = {.person = desk_person(desk, NULL)};

	if (desk_looked(desk, draft->name, &look))
		reader.look = &look;
	return since_parse(out, draft, words, &reader, err);
}
