/*
 * The files that go along when an article is moved to another folder.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/draft.h"

/* Looking for an article that names a file. */
struct search {
	struct repo *repo;
	const char *article; /* that may name it */
	const char *file;    /* its name alone */
	size_t folder;       /* bytes of the folder's path with its slash */
	bool found;
};

static bool names(const struct strbuf *text, const char *file)
{
	return text->len > 0 && memmem(text->data, text->len, file, strlen(file)) != NULL;
}

static int look(void *context, const struct repo_entry *entry)
{
	struct search *search = context;
	size_t len = strlen(entry->path);
	struct strbuf text = STRBUF_INIT;

	if (strchr(entry->path + search->folder, '/') != NULL || strcmp(entry->path, search->article) == 0 ||
	    len < strlen(".md") || strcmp(entry->path + len - strlen(".md"), ".md") != 0)
		return 0;
	/* What cannot be read could name it. */
	search->found =
	    repo_blob_read(search->repo, &entry->id, &text, NULL) < 0 || names(&text, search->file);
	strbuf_clear(&text);
	return search->found;
}

int draft_file_is_shared(struct repo *repo, const struct oid *tree, const char *article, const char *path,
			 bool *shared, struct error *err)
{
	const char *slash = strrchr(article, '/');
	char *folder = mem_strndup(article, slash != NULL ? (size_t)(slash - article) : 0);
	struct search search = {.repo = repo,
				.article = article,
				.file = path_base(path),
				.folder = strlen(folder) + (slash != NULL)};
	int rc = repo_tree_walk(repo, tree, folder, look, &search, err);

	*shared = search.found;
	free(folder);
	return rc < 0 ? rc : 0;
}
