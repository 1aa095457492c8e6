#include "store/sign_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"

#define BLANKS " \t\r"

/* -- Patterns -- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* One pattern of len bytes; '*' is any run of characters, '?' any one. */
static bool matches_one(const char *pattern, size_t len, const char *text)
{
	const char *end = pattern + len;
	const char *star = NULL;
	const char *again = text;

	while (*text != '\0') {
		if (pattern < end && *pattern == '*') {
			star = ++pattern;
			again = text;
		} else if (pattern < end && (*pattern == '?' || *pattern == lower(*text))) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star;
			text = ++again;
		} else {
			return false;
		}
	}
	while (pattern < end && *pattern == '*')
		pattern++;
	return pattern == end;
}

bool signers_match(const char *patterns, const char *text)
{
	bool found = false;

	for (;;) {
		size_t len = strcspn(patterns, ",");
		bool negated = *patterns == '!';

		if (matches_one(patterns + negated, len - negated, text)) {
			if (negated)
				return false;
			found = true;
		}
		if (patterns[len] == '\0')
			return found;
		patterns += len + 1;
	}
}

/* -- Reading the list -- */

struct reader {
	const char *file;
	size_t line;
	struct error *err;
};

static int refuse(const struct reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int refuse(const struct reader *reader, const char *format, ...)
{
	char words[ERROR_MESSAGE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	return error_set(reader->err, E_INVALID, "%s, line %zu: %s", reader->file, reader->line, words);
}

/* Takes a word, which may stand in quotation marks, away from the start of *at; false: a mark is missing. */
static bool take_word(char **out, char **at)
{
	bool quoted = **at == '"';
	char *start = *at + quoted;
	char *end = quoted ? strchr(start, '"') : start + strcspn(start, BLANKS);

	if (end == NULL)
		return false;
	*at = end + (*end != '\0');
	*at += strspn(*at, BLANKS);
	*end = '\0';
	*out = start;
	return true;
}

/* The length of a word of options, in which blanks may stand in quotation marks. */
static size_t options_len(const char *text)
{
	bool quoted = false;
	size_t i;

	for (i = 0; text[i] != '\0' && (quoted || strchr(BLANKS, text[i]) == NULL); i++) {
		if (text[i] == '\\' && text[i + 1] == '"')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
	}
	return i;
}

/* Reads digits as a number. */
static int number(const char *digits, size_t len)
{
	int value = 0;

	for (size_t i = 0; i < len; i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

/*
 * YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, with "Z" or "UTC" after it in universal time, else in the
 * system's zone (ssh-keygen(1), "valid-after").
 */
static bool read_time(int64_t *out, bool *local, const char *text)
{
	size_t len = strspn(text, "0123456789");
	const char *zone = text + len;
	struct tm tm = {.tm_isdst = -1};
	struct tm back;
	time_t time;

	*local = *zone == '\0';
	if ((len != 8 && len != 12 && len != 14) ||
	    !(*local || strcasecmp(zone, "Z") == 0 || strcasecmp(zone, "UTC") == 0))
		return false;
	tm.tm_year = number(text, 4) - 1900;
	tm.tm_mon = number(text + 4, 2) - 1;
	tm.tm_mday = number(text + 6, 2);
	tm.tm_hour = len > 8 ? number(text + 8, 2) : 0;
	tm.tm_min = len > 8 ? number(text + 10, 2) : 0;
	tm.tm_sec = len > 12 ? number(text + 12, 2) : 0;
	back = tm;
	if (tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 59)
		return false;
	time = *local ? mktime(&tm) : timegm(&tm);
	*out = (int64_t)time;
	/* The 31st of February comes back as another day. */
	return tm.tm_mon == back.tm_mon && tm.tm_mday == back.tm_mday;
}

static int set_time(const struct reader *reader, struct signer *signer, const char *name, const char *value)
{
	bool after = strcasecmp(name, "valid-after") == 0;
	bool *has = after ? &signer->has_after : &signer->has_before;
	bool local;

	if (*has)
		return refuse(reader, "%s stands there twice.", name);
	if (!read_time(after ? &signer->after : &signer->before, &local, value))
		return refuse(reader, "\"%s\" is no time: write it as 20261120Z or 20261120093000Z.", value);
	*has = true;
	signer->local_time = signer->local_time || local;
	return 0;
}

static int set_option(const struct reader *reader, struct signer *signer, const char *name, char *value)
{
	if (strcasecmp(name, "cert-authority") == 0)
		return refuse(reader,
			      "copydesk honours no cert-authority, since that would let people sign whom "
			      "nobody put here: write a line with the key of each person.");
	if (value == NULL)
		return refuse(reader,
			      "\"%s\" is neither a key nor an option: a line is MAIL KIND KEY, such as "
			      "b@harbour.example ssh-ed25519 AAAA...",
			      name);
	if (strcasecmp(name, "valid-after") == 0 || strcasecmp(name, "valid-before") == 0)
		return set_time(reader, signer, name, value);
	if (strcasecmp(name, "namespaces") != 0)
		return refuse(reader,
			      "There is no option \"%s\": use namespaces, valid-after or valid-before.",
			      name);
	signer->for_git = signers_match(value, SIGN_NAMESPACE);
	return 0;
}

/* Takes the quotation marks off a value at *at, and moves behind it; NULL where they are missing. */
static char *unquote(char **at)
{
	char *from = *at;
	char *start = from + 1;
	char *to = start;

	if (*from++ != '"')
		return NULL;
	for (; *from != '"'; from++) {
		if (*from == '\0')
			return NULL;
		if (*from == '\\' && from[1] == '"')
			from++;
		*to++ = *from;
	}
	*at = from + 1;
	*to = '\0';
	return start;
}

static int read_options(const struct reader *reader, struct signer *signer, char *options)
{
	while (*options != '\0') {
		size_t len = strcspn(options, "=,");
		char *name = options;
		char *value = NULL;
		bool more;
		int rc;

		options += len;
		if (*options == '=') {
			*options++ = '\0';
			value = unquote(&options);
			if (value == NULL)
				return refuse(reader, "The value of %s must stand in quotation marks.", name);
		}
		more = *options == ',';
		if (*options != '\0' && !more)
			return refuse(reader, "Options are separated by a comma alone.");
		if (more)
			*options++ = '\0';
		rc = set_option(reader, signer, name, value);
		if (rc < 0)
			return rc;
		if (more && *options == '\0')
			return refuse(reader, "An option is missing after the last comma.");
	}
	if (signer->has_after && signer->has_before && signer->before <= signer->after)
		return refuse(reader, "valid-before must be later than valid-after.");
	return 0;
}

/* The kind of key and the key, at *rest; what stands after them is a comment. */
static int read_key(const struct reader *reader, struct signer *signer, char *kind, char *rest)
{
	struct strbuf blob = STRBUF_INIT;
	size_t len = strcspn(rest, BLANKS);
	bool known = sign_kind_label(kind, strlen(kind)) != NULL;
	bool read = known && len > 0 && sign_decode(&blob, rest, len) &&
		    sign_public_read(&signer->key, blob.data, blob.len);
	bool same = read && blob.len > 4 + strlen(kind) && memcmp(blob.data + 4, kind, strlen(kind)) == 0;

	strbuf_clear(&blob);
	if (!known && sign_kind_like(kind, strlen(kind)))
		return refuse(reader,
			      "Keys of the kind %s cannot be used here: make one with ssh-keygen -t ed25519.",
			      kind);
	if (!known || len == 0)
		return refuse(reader, "The key is missing: a line is MAIL KIND KEY, such as "
				      "b@harbour.example ssh-ed25519 AAAA...");
	if (!same)
		return refuse(reader,
			      "The key is damaged%s: copy the whole line from the file that ends in .pub.",
			      strcmp(kind, "ssh-rsa") == 0 ? ", or shorter than 2048 bits" : "");
	return 0;
}

static int read_signer(const struct reader *reader, struct signer *signer, char *line)
{
	char *word;
	int rc = 0;

	if (!take_word(&word, &line) || *word == '\0')
		return refuse(reader, "The quotation mark after the mail addresses is missing.");
	signer->line = reader->line;
	signer->for_git = true;
	signer->people = mem_strdup(word);
	for (char *c = signer->people; *c != '\0'; c++)
		*c = lower(*c);
	if (!sign_kind_like(line, strcspn(line, BLANKS))) {
		size_t len = options_len(line);
		char *options = line;

		line += len;
		if (*line != '\0')
			*line++ = '\0';
		line += strspn(line, BLANKS);
		rc = read_options(reader, signer, options);
	}
	if (rc == 0 && !take_word(&word, &line))
		rc = refuse(reader, "The key is missing.");
	return rc == 0 ? read_key(reader, signer, word, line) : rc;
}

static void clear_signer(struct signer *signer)
{
	free(signer->people);
	sign_public_clear(&signer->key);
}

int signers_parse(struct signers **out, const char *file, const char *text, size_t len, struct error *err)
{
	struct signers *signers = mem_zalloc(1, sizeof *signers);
	struct reader reader = {.file = file, .err = err};
	int rc = 0;

	for (size_t at = 0; rc == 0 && at < len; reader.line++) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t line_len = end != NULL ? (size_t)(end - (text + at)) : len - at;
		char *line = mem_strndup(text + at, line_len);
		char *start = line + strspn(line, BLANKS);
		struct signer signer = {0};

		reader.line += at == 0;
		if (memchr(text + at, '\0', line_len) != NULL)
			rc = refuse(&reader, "This is no text.");
		else if (*start != '\0' && *start != '#')
			rc = read_signer(&reader, &signer, start);
		if (rc == 0 && signer.people != NULL) {
			signers->items = mem_grow(signers->items, &signers->capacity, signers->count + 1,
						  sizeof *signers->items);
			signers->items[signers->count++] = signer;
		} else {
			clear_signer(&signer);
		}
		free(line);
		at += line_len + 1;
	}
	if (rc < 0) {
		signers_free(signers);
		return rc;
	}
	*out = signers;
	return 0;
}

void signers_free(struct signers *signers)
{
	if (signers == NULL)
		return;
	for (size_t i = 0; i < signers->count; i++)
		clear_signer(&signers->items[i]);
	free(signers->items);
	free(signers);
}

/* As ssh-keygen: from the first time, and up to and with the second. */
bool signer_counts(const struct signer *signer, int64_t time)
{
	return signer->for_git && !(signer->has_after && time < signer->after) &&
	       !(signer->has_before && time > signer->before);
}

bool signers_have(const struct signers *signers, const char *mail, int64_t time)
{
	for (size_t i = 0; signers != NULL && i < signers->count; i++) {
		if (signer_counts(&signers->items[i], time) && signers_match(signers->items[i].people, mail))
			return true;
	}
	return false;
}

/* -- In words -- */

static void explain(struct strbuf *out, const struct signer *signer)
{
	char time[CLOCK_TEXT_SIZE];

	strbuf_addf(out, "The %s key ", sign_public_label(&signer->key));
	sign_public_fingerprint(out, &signer->key);
	if (!signer->for_git) {
		strbuf_addf(out, " of %s is not for signing here: its namespaces leave out \"%s\".\n",
			    signer->people, SIGN_NAMESPACE);
		return;
	}
	strbuf_addf(out, " signs for %s", signer->people);
	if (signer->has_after) {
		clock_rfc3339(time, signer->after, 0);
		strbuf_addf(out, ", from %s", time);
	}
	if (signer->has_before) {
		clock_rfc3339(time, signer->before, 0);
		strbuf_addf(out, ", until %s", time);
	}
	strbuf_adds(out, ".\n");
	if (signer->local_time)
		strbuf_addf(out,
			    "Line %zu gives a time in this machine's time zone, so that others may read it "
			    "otherwise: write a Z after it.\n",
			    signer->line);
}

void signers_explain(struct strbuf *out, const struct signers *signers)
{
	for (size_t i = 0; signers != NULL && i < signers->count; i++)
		explain(out, &signers->items[i]);
}
