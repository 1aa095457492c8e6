#include "desk/article.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/policy.h"
#include "store/catalog.h"
#include "store/repo.h"
#include "text/frontmatter.h"
#include "text/lines.h"
#include "text/unicode.h"
#include "text/wordcount.h"

#define EXTENSION ".md"

/* A name of a file with its extension, bytes: what common file systems take. */
#define NAME_LIMIT 255

/* What follows "root/" in a path, or NULL when it does not lie there. */
static const char *below(const char *root, const char *path)
{
	size_t len = strlen(root);

	if (len == 0)
		return path;
	if (strncmp(path, root, len) != 0 || path[len] != '/')
		return NULL;
	return path + len + 1;
}

static bool has_extension(const char *path)
{
	size_t len = strlen(path);

	return len > strlen(EXTENSION) && strcmp(path + len - strlen(EXTENSION), EXTENSION) == 0;
}

/* Hugo and Jekyll leave out files and folders whose names start so; hidden ones are nobody's articles. */
static bool has_hidden_part(const char *path)
{
	for (const char *part = path; part != NULL; part = strchr(part, '/')) {
		part += *part == '/';
		if (*part == '.' || *part == '_' || *part == '/' || *part == '\0')
			return true;
	}
	return false;
}

bool article_is_path(const char *root, const char *path)
{
	const char *rest = below(root, path);

	return rest != NULL && has_extension(rest) && !has_hidden_part(rest);
}

bool article_is_attachment(const char *article, const char *path)
{
	const char *slash = strrchr(article, '/');
	size_t folder = slash != NULL ? (size_t)(slash - article) + 1 : 0;
	const char *name;
	size_t len;

	if (strncmp(path, article, folder) != 0 || strchr(path + folder, '/') != NULL ||
	    !repo_path_safe(path))
		return false;
	name = path + folder;
	len = strlen(name);
	return name[0] != '.' && !isspace((unsigned char)name[0]) && !isspace((unsigned char)name[len - 1]) &&
	       (len < strlen(EXTENSION) || strcasecmp(name + len - strlen(EXTENSION), EXTENSION) != 0);
}

char *article_section(const char *root, const char *path)
{
	const char *rest = below(root, path);
	const char *slash = rest != NULL ? strchr(rest, '/') : NULL;

	return slash != NULL ? mem_strndup(rest, (size_t)(slash - rest)) : mem_strdup("");
}

char *article_slug(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	size_t len = strlen(name);

	/* A page bundle (Hugo, "Page bundles") is a folder with the article in index.md. */
	if (slash != NULL && strcmp(name, "index" EXTENSION) == 0) {
		name = slash;
		while (name > path && name[-1] != '/')
			name--;
		return mem_strndup(name, (size_t)(slash - name));
	}
	return mem_strndup(name, has_extension(name) ? len - strlen(EXTENSION) : len);
}

/* Whether a new section may be called so: letters of any script, digits, and - _ / between. */
static bool is_section_name(const char *section)
{
	size_t len = strlen(section);

	for (size_t pos = 0; pos < len;) {
		int32_t c;

		pos += unicode_decode(section, len, pos, &c);
		if (c < 0 || (!unicode_is_letter(c) && !unicode_is_number(c) && !unicode_is_mark(c) &&
			      (c >= 0x80 || strchr("-_/", (char)c) == NULL)))
			return false;
	}
	return true;
}

int article_path(char **out, const char *root, const char *section, const char *slug, struct error *err)
{
	char *path;

	if (slug[0] == '\0' || strchr(slug, '/') != NULL || strlen(slug) + strlen(EXTENSION) > NAME_LIMIT)
		return error_set(err, E_INVALID,
				 "\"%s\" cannot be a slug: use letters, digits and hyphens, as in lake-path.",
				 slug);
	path = section[0] != '\0' ? mem_printf("%s/%s/%s%s", root, section, slug, EXTENSION)
				  : mem_printf("%s/%s%s", root, slug, EXTENSION);
	if (!repo_path_safe(path) || !article_is_path(root, path) || !is_section_name(section)) {
		free(path);
		return error_set(
		    err, E_INVALID,
		    "There cannot be an article \"%s\" in the section \"%s\": use letters, digits and "
		    "hyphens, and no name that starts with \".\" or \"_\".",
		    slug, section);
	}
	*out = path;
	return 0;
}

/* -- Reading a text -- */

/* The items under a key, as "A, B"; NULL when there are none or all are empty. */
static char *joined(const struct frontmatter *fm, const char *key)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < frontmatter_items(fm, key); i++) {
		const char *item = frontmatter_item(fm, key, i);

		if (item != NULL && item[0] != '\0')
			strbuf_addf(&text, "%s%s", text.len > 0 ? ", " : "", item);
	}
	return text.len > 0 ? strbuf_detach(&text) : NULL;
}

static char *scalar(const struct frontmatter *fm, const char *key)
{
	const char *value = frontmatter_get(fm, key);

	return mem_strdup(value != NULL ? value : "");
}

/* Returns where the body starts. */
static size_t read_names(struct catalog_row *out, const char *path, const char *text, size_t len)
{
	struct frontmatter *fm;
	char *title;
	char *byline;
	size_t body;

	if (policy_is_desk_file(path)) {
		*out = (struct catalog_row){.title = mem_strdup(policy_file_title(path)),
					    .date = mem_strdup(""),
					    .byline = mem_strdup(""),
					    .language = mem_strdup(""),
					    .slug = mem_strdup("")};
		return len;
	}
	frontmatter_parse(&fm, text, len, NULL);
	title = joined(fm, "title");
	byline = joined(fm, "byline");
	*out = (struct catalog_row){
	    .title = title != NULL ? title : article_slug(path),
	    .date = scalar(fm, "date"),
	    .byline = byline != NULL ? byline : mem_strdup(""),
	    .language = scalar(fm, "language"),
	    .slug = scalar(fm, "slug"),
	};
	body = frontmatter_body(fm);
	frontmatter_free(fm);
	return body;
}

void article_name(struct catalog_row *out, const char *path, const char *text, size_t len)
{
	read_names(out, path, text, len);
}

void article_describe(struct catalog_row *out, const char *path, const char *text, size_t len)
{
	size_t body = read_names(out, path, text, len);
	struct wordcount count = wordcount_of(text + body, len - body);

	out->words = count.words;
	out->han = count.han;
}

int64_t article_publish_time(const char *text, size_t len, int offset)
{
	struct frontmatter *fm;
	const char *value;
	int64_t time = 0;

	frontmatter_parse(&fm, text, len, NULL);
	value = frontmatter_get(fm, "publishDate");
	if (value == NULL || !clock_parse(&time, value, offset))
		time = 0;
	frontmatter_free(fm);
	return time;
}

const char *article_guess_language(const char *text, size_t len)
{
	struct wordcount count = wordcount_of(text, len);

	return count.han > count.words ? "zh" : "en";
}

/* -- Whether it can be submitted -- */

static size_t line_of(const char *text, size_t pos)
{
	size_t line = 1;

	for (size_t i = 0; i < pos; i++)
		line += text[i] == '\n';
	return line;
}

/* Lines from the top in which a "title:" without a block is taken for one whose first line was lost. */
#define TITLE_LINES 20

/* Whether a text without a block has a line "title:" near its top. */
static bool has_loose_title(const struct frontmatter *fm, const char *text, size_t len)
{
	size_t pos = frontmatter_body(fm);

	if (frontmatter_present(fm))
		return false;
	for (int line = 0; line < TITLE_LINES && pos < len; line++) {
		if (len - pos >= 6 && memcmp(text + pos, "title:", 6) == 0)
			return true;
		pos = lines_after(text, len, pos);
	}
	return false;
}

static int check_required(const struct frontmatter *fm, const char *path, const char *field,
			  struct error *err)
{
	char *value = joined(fm, field);
	bool there = value != NULL;

	free(value);
	return there ? 0
		     : error_set(err, E_REFUSED,
				 "%s has no %s, and this desk asks for one: put a line \"%s: ...\" into its "
				 "front matter.",
				 path, field, field);
}

/* The fields that Hugo reads as dates ("Front matter", predefined fields): a wrong one stops its build. */
static const char *const date_fields[] = {"date", "publishDate", "lastmod", "expiryDate"};

static bool is_slug(const char *text)
{
	for (const char *c = text; *c != '\0'; c++) {
		bool hyphen = *c == '-' && c > text && c[1] != '\0' && c[1] != '-';

		if (!hyphen && !islower((unsigned char)*c) && !isdigit((unsigned char)*c))
			return false;
	}
	return text[0] != '\0';
}

static bool is_number(const char *text)
{
	char *end;

	(void)strtod(text, &end);
	return end > text && *end == '\0';
}

static bool is_url(const char *text)
{
	return (strncmp(text, "http://", 7) == 0 && text[7] != '\0') ||
	       (strncmp(text, "https://", 8) == 0 && text[8] != '\0');
}

/* BCP 47, section 2.1, as far as its shape goes. */
static bool is_language(const char *text)
{
	return isalpha((unsigned char)text[0]) &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
		   strlen(text);
}

static bool is_date(const char *text)
{
	int64_t time;

	return clock_parse(&time, text, 0);
}

static bool is_time(const char *text)
{
	return is_date(text) && strchr(text, ':') != NULL;
}

static const struct {
	bool (*holds)(const char *text);
	const char *what; /* it should be */
} forms[POLICY_FORM_COUNT] = {
    [POLICY_FORM_DATE] = {is_date, "a date, as 2026-11-20"},
    [POLICY_FORM_TIME] = {is_time, "a date with its time, as 2026-11-20T09:00:00+08:00"},
    [POLICY_FORM_NUMBER] = {is_number, "a number"},
    [POLICY_FORM_URL] = {is_url, "an address that begins with https:// or http://"},
    [POLICY_FORM_LANGUAGE] = {is_language, "a language tag, as en or zh-Hans"},
    [POLICY_FORM_SLUG] = {is_slug, "of small letters, digits and single hyphens"},
};

static size_t characters_of(const char *text)
{
	size_t n = 0;

	for (const char *c = text; *c != '\0'; c++)
		n += ((unsigned char)*c & 0xc0) != 0x80;
	return n;
}

/* More values than fit into a sentence are for another place. */
#define VALUES_LIMIT 200

/* What a value may be, in the place of a sentence's end. */
static void add_values(struct strbuf *out, const struct policy_field *field)
{
	size_t before = out->len;

	policy_list_words(out, &field->values, " or ");
	if (out->len - before > VALUES_LIMIT) {
		strbuf_truncate(out, before);
		strbuf_adds(out, "one of those that \"copydesk config check\" lists");
	}
}

/* What the policy says of a field is not so of its value. */
static bool breaks_form(struct strbuf *out, const struct policy_field *field, const char *value)
{
	if (value[0] == '\0')
		return false;
	if (forms[field->form].holds != NULL && !forms[field->form].holds(value)) {
		strbuf_addf(out, "must be %s", forms[field->form].what);
		return true;
	}
	if (field->values.count > 0 && !strlist_has(&field->values, value)) {
		strbuf_adds(out, "must be ");
		add_values(out, field);
		return true;
	}
	if (field->longest == 0 || characters_of(value) <= field->longest)
		return false;
	strbuf_addf(out, "has %zu characters; this desk asks for at most %u", characters_of(value),
		    field->longest);
	return true;
}

static bool is_date_field(const char *field)
{
	for (size_t i = 0; i < sizeof date_fields / sizeof date_fields[0]; i++) {
		if (strcasecmp(field, date_fields[i]) == 0)
			return true;
	}
	return false;
}

/* What the generator could not use, whatever the policy says. */
static bool breaks_site(struct strbuf *out, const char *field, const char *value)
{
	if (is_date_field(field) && value[0] != '\0' && !is_date(value)) {
		strbuf_adds(out, "is no date: write it as 2026-11-20 or 2026-11-20T09:00:00+08:00");
		return true;
	}
	if (strcasecmp(field, "slug") == 0 && !is_slug(value)) {
		strbuf_adds(out, "cannot stand in an address: use small letters, digits and single hyphens");
		return true;
	}
	return false;
}

bool article_fault(struct strbuf *out, const char *field, const char *value, const struct policy *policy)
{
	if (breaks_site(out, field, value))
		return true;
	for (size_t i = 0; i < policy->field_count; i++) {
		if (strcasecmp(policy->fields[i].name, field) == 0 &&
		    breaks_form(out, &policy->fields[i], value))
			return true;
	}
	return false;
}

bool article_requires(const struct policy *policy, const char *field)
{
	for (size_t i = 0; i < policy->required.count; i++) {
		if (strcasecmp(policy->required.items[i], field) == 0)
			return true;
	}
	return false;
}

/* The first fault of a field, in each of its items. */
static int check_field(const struct frontmatter *fm, const char *path, const char *field,
		       const struct policy *policy, struct error *err)
{
	size_t items = frontmatter_items(fm, field);
	struct strbuf fault = STRBUF_INIT;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < items; i++) {
		const char *value = frontmatter_item(fm, field, i);

		if (!article_fault(&fault, field, value, policy))
			continue;
		if (strncmp(fault.data, "has ", 4) == 0) /* it is too long to be quoted */
			rc = error_set(err, E_REFUSED, "The %s of %s %s.", field, path, fault.data);
		else
			rc = error_set(err, E_REFUSED, "The %s of %s, \"%s\", %s.", field, path, value,
				       fault.data);
	}
	strbuf_clear(&fault);
	return rc;
}

static int check_fields(const struct frontmatter *fm, const char *path, const struct policy *policy,
			struct error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < policy->required.count; i++)
		rc = check_required(fm, path, policy->required.items[i], err);
	for (size_t i = 0; rc == 0 && i < sizeof date_fields / sizeof date_fields[0]; i++)
		rc = check_field(fm, path, date_fields[i], policy, err);
	if (rc == 0)
		rc = check_field(fm, path, "slug", policy, err);
	for (size_t i = 0; rc == 0 && i < policy->field_count; i++)
		rc = check_field(fm, path, policy->fields[i].name, policy, err);
	return rc;
}

int article_check(const char *path, const char *text, size_t len, const struct policy *policy,
		  struct error *err)
{
	struct frontmatter *fm;
	struct error cause;
	size_t bad;
	int rc;

	if (!unicode_valid(text, len, &bad))
		return error_set(
		    err, E_REFUSED,
		    "%s, line %zu, holds bytes that are not UTF-8: type the passage again, or convert "
		    "the file.",
		    path, line_of(text, bad));
	if (frontmatter_parse(&fm, text, len, &cause) < 0)
		rc = error_set(err, E_REFUSED, "The front matter of %s cannot be read: %s", path,
			       cause.message);
	else if ((rc = check_fields(fm, path, policy, err)) < 0 && has_loose_title(fm, text, len))
		rc = error_set(err, E_REFUSED,
			       "%s does not begin with its fields: line 1 must be \"---\", with the line "
			       "\"title: ...\" and the other fields below it.",
			       path);
	frontmatter_free(fm);
	return rc;
}

/* -- Writing one -- */

int article_template(struct strbuf *out, const char *headline, const char *slug, const char *date,
		     const char *language, const char *byline, struct error *err)
{
	const char *const fields[][2] = {
	    {"title", headline}, {"slug", slug}, {"date", date}, {"language", language}, {"byline", byline}};
	struct strbuf text = STRBUF_INIT;
	struct strbuf next = STRBUF_INIT;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof fields / sizeof fields[0]; i++) {
		if (fields[i][1] == NULL || fields[i][1][0] == '\0')
			continue;
		strbuf_reset(&next);
		rc = frontmatter_set(&next, text.data, text.len, fields[i][0], fields[i][1], err);
		if (rc == 0) {
			strbuf_reset(&text);
			strbuf_add(&text, next.data, next.len);
		}
	}
	if (rc == 0) {
		strbuf_add(out, text.data, text.len);
		strbuf_addc(out, '\n');
	}
	strbuf_clear(&text);
	strbuf_clear(&next);
	return rc;
}
