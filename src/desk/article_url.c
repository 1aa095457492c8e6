/*
 * Where readers find an article.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "text/frontmatter.h"

/* A part of an address as Hugo makes it: ASCII letters small, blanks as hyphens, "/" before and after. */
static void add_part(struct strbuf *out, const char *part, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = part[i];

		strbuf_addc(out, c == ' ' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
	strbuf_addc(out, '/');
}

char *article_url(const char *root, const char *path, const char *text, size_t len)
{
	struct strbuf out = STRBUF_INIT;
	const char *rest = path + strlen(root) + 1;
	char *slug = article_slug(path);
	struct frontmatter *fm;
	const char *url;
	const char *own;
	const char *slash;

	(void)frontmatter_parse(&fm, text, len, NULL);
	url = frontmatter_get(fm, "url");
	own = frontmatter_get(fm, "slug");
	if (url != NULL && url[0] != '\0') {
		strbuf_addf(&out, "%s%s", url[0] == '/' ? "" : "/", url);
	} else {
		size_t folder;

		slash = strrchr(rest, '/');
		folder = slash != NULL ? (size_t)(slash - rest) : 0;
		/* The folder of a page bundle is its name. */
		if (slash != NULL && strcmp(slash, "/index.md") == 0) {
			while (folder > 0 && rest[folder - 1] != '/')
				folder--;
			folder -= folder > 0;
		}
		strbuf_addc(&out, '/');
		if (folder > 0)
			add_part(&out, rest, folder);
		own = own != NULL && own[0] != '\0' ? own : slug;
		add_part(&out, own, strlen(own));
	}
	frontmatter_free(fm);
	free(slug);
	return strbuf_detach(&out);
}

static size_t without_slash(const char *url)
{
	size_t len = strlen(url);

	return len > 1 && url[len - 1] == '/' ? len - 1 : len;
}

bool article_has_alias(const char *text, size_t len, const char *url)
{
	struct frontmatter *fm;
	bool found = false;

	(void)frontmatter_parse(&fm, text, len, NULL);
	for (size_t i = 0; !found && i < frontmatter_items(fm, "aliases"); i++) {
		const char *alias = frontmatter_item(fm, "aliases", i);
		size_t n = without_slash(alias);

		found = n == without_slash(url) && memcmp(alias, url, n) == 0;
	}
	frontmatter_free(fm);
	return found;
}

/* The text with its aliases and one more. */
static int with_alias(struct strbuf *out, const char *text, size_t len, const char *url, struct error *err)
{
	struct frontmatter *fm;
	const char **items;
	size_t count;
	int rc = frontmatter_parse(&fm, text, len, err);

	if (rc == 0) {
		count = frontmatter_items(fm, "aliases");
		items = mem_zalloc(count + 1, sizeof *items);
		for (size_t i = 0; i < count; i++)
			items[i] = frontmatter_item(fm, "aliases", i);
		items[count] = url;
		rc = frontmatter_set_list(out, text, len, "aliases", items, count + 1, err);
		free(items);
	}
	frontmatter_free(fm);
	return rc;
}

/* The text with its slug, where it names one and the file's name changes, made that of its new place. */
static int with_slug(struct strbuf *out, const char *from, const char *to, const char *text, size_t len,
		     struct error *err)
{
	char *old_slug = article_slug(from);
	char *new_slug = article_slug(to);
	struct frontmatter *fm;
	bool named;
	int rc = 0;

	(void)frontmatter_parse(&fm, text, len, NULL);
	named = frontmatter_get(fm, "slug") != NULL && strcmp(old_slug, new_slug) != 0;
	frontmatter_free(fm);
	if (named)
		rc = frontmatter_set(out, text, len, "slug", new_slug, err);
	else
		strbuf_add(out, text, len);
	free(old_slug);
	free(new_slug);
	return rc;
}

int article_move(struct strbuf *out, const char *root, const char *from, const char *to, const char *text,
		 size_t len, struct error *err)
{
	struct strbuf moved = STRBUF_INIT;
	char *old_url = article_url(root, from, text, len);
	char *new_url = NULL;
	int rc = with_slug(&moved, from, to, text, len, err);

	if (rc == 0)
		new_url = article_url(root, to, moved.data, moved.len);
	if (rc == 0 && strcmp(old_url, new_url) != 0 && !article_has_alias(moved.data, moved.len, old_url))
		rc = with_alias(out, moved.data, moved.len, old_url, err);
	else if (rc == 0)
		strbuf_add(out, moved.data, moved.len);
	strbuf_clear(&moved);
	free(new_url);
	free(old_url);
	return rc;
}
