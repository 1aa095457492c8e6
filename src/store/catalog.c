#include "store/catalog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/strlist.h"
#include "store/repo.h"
#include "text/unicode.h"

/* Marks the file as ours and tells its layout; another layout is made anew. */
#define APPLICATION_ID 0x63647363
#define LAYOUT         2

/* A query of more words than this is cut there. */
#define WORDS_MAX 16

enum statement {
	GET,
	PUT_ROW,
	PUT_TEXT,
	PUT_TAG,
	TAGS,
	FIND,
	STATEMENTS,
};

static const char *const statements[STATEMENTS] = {
    [GET] = "SELECT title, date, byline, language, slug, words, han FROM blob WHERE oid = ?1",
    [PUT_ROW] = ("INSERT INTO blob(oid, title, date, byline, language, slug, words, han) "
		 "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(oid) DO UPDATE SET title = ?2, "
		 "date = ?3, byline = ?4, language = ?5, slug = ?6, words = ?7, han = ?8"),
    [PUT_TEXT] = "INSERT INTO text(rowid, title, body) VALUES(?1, ?2, ?3)",
    [PUT_TAG] = ("INSERT INTO tag(name, folded, uses) VALUES(?1, ?2, 1) ON CONFLICT(name) DO UPDATE SET "
		 "uses = uses + 1"),
    [TAGS] = ("SELECT name FROM tag WHERE folded >= ?1 AND folded < ?1 || char(1114111) "
	      "ORDER BY uses DESC, name LIMIT ?2"),
    [FIND] = "SELECT id FROM blob WHERE oid = ?1",
};

/*
 * The text is kept as an index only.  Every place of it starts a trigram, because two spaces are put
 * after it; so a word that is shorter than a trigram is found as the start of one, in the list of
 * them ("gram"), without looking at any text.
 */
static const char layout[] =
    "CREATE TABLE blob(id INTEGER PRIMARY KEY, oid BLOB NOT NULL UNIQUE, title TEXT NOT NULL, "
    "date TEXT NOT NULL, byline TEXT NOT NULL, language TEXT NOT NULL, slug TEXT NOT NULL, "
    "words INTEGER NOT NULL, han INTEGER NOT NULL);"
    "CREATE TABLE tag(name TEXT PRIMARY KEY, folded TEXT NOT NULL, uses INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX tag_folded ON tag(folded);"
    "CREATE VIRTUAL TABLE text USING fts5(title, body, content='', tokenize='trigram case_sensitive 1');"
    "CREATE VIRTUAL TABLE gram USING fts5vocab('text', 'instance');";

struct catalog {
	sqlite3 *db;
	char *path;  /* NULL for one in memory */
	ino_t inode; /* of the file that db has open, 0 for none */
	sqlite3_stmt *statements[STATEMENTS];
};

void catalog_row_clear(struct catalog_row *row)
{
	free(row->title);
	free(row->date);
	free(row->byline);
	free(row->language);
	free(row->slug);
	memset(row, 0, sizeof *row);
}

/* -- Opening -- */

static void close_db(struct catalog *catalog)
{
	for (int i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(catalog->statements[i]);
		catalog->statements[i] = NULL;
	}
	sqlite3_close(catalog->db);
	catalog->db = NULL;
}

static bool is_damage(int code)
{
	return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB ||
	       (code & 0xff) == SQLITE_FORMAT;
}

static int64_t number_of(sqlite3 *db, const char *sql, int *code)
{
	sqlite3_stmt *statement = NULL;
	int64_t number = 0;

	*code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (*code == SQLITE_OK)
		*code = sqlite3_step(statement);
	if (*code == SQLITE_ROW) {
		number = sqlite3_column_int64(statement, 0);
		*code = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	return number;
}

/* Makes the tables in a new file; a file of somebody else's, or of another layout, is SQLITE_NOTADB. */
static int prepare_layout(sqlite3 *db)
{
	int code = SQLITE_OK;
	int64_t ours = number_of(db, "PRAGMA application_id", &code);
	int64_t version = code == SQLITE_OK ? number_of(db, "PRAGMA user_version", &code) : 0;
	int64_t tables = code == SQLITE_OK ? number_of(db, "SELECT count(*) FROM sqlite_schema", &code) : 0;
	char *sql;

	if (code != SQLITE_OK)
		return code;
	if (ours == APPLICATION_ID && version == LAYOUT)
		return SQLITE_OK;
	if (ours != 0 || version != 0 || tables != 0)
		return SQLITE_NOTADB;
	sql = mem_printf("%s PRAGMA application_id = %d; PRAGMA user_version = %d;", layout, APPLICATION_ID,
			 LAYOUT);
	code = sqlite3_exec(db, sql, NULL, NULL, NULL);
	free(sql);
	return code;
}

static int connect(struct catalog *catalog)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
	int code = sqlite3_open_v2(catalog->path ? catalog->path : ":memory:", &catalog->db, flags, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_extended_result_codes(catalog->db, 1);
	sqlite3_busy_timeout(catalog->db, 5000);
	sqlite3_db_config(catalog->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(catalog->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	code = sqlite3_exec(catalog->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL", NULL, NULL,
			    NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(catalog->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (code == SQLITE_OK) {
		code = prepare_layout(catalog->db);
		if (sqlite3_exec(catalog->db, code == SQLITE_OK ? "COMMIT" : "ROLLBACK", NULL, NULL, NULL) !=
			SQLITE_OK &&
		    code == SQLITE_OK)
			code = sqlite3_errcode(catalog->db);
	}
	for (int i = 0; code == SQLITE_OK && i < STATEMENTS; i++)
		code = sqlite3_prepare_v3(catalog->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT,
					  &catalog->statements[i], NULL);
	return code;
}

static int failed(const struct catalog *catalog, int code, struct error *err)
{
	const char *name = catalog->path ? catalog->path : "in memory";

	switch (code & 0xff) {
	case SQLITE_FULL:
		return error_set_errno(err, ENOSPC, "The catalog %s cannot be written", name);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return error_set_errno(err, EACCES, "The catalog %s cannot be opened for writing", name);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return error_set(err, E_IO, "The catalog %s is in use by another program.", name);
	default:
		return error_set(err, E_IO, "The catalog %s failed: %s.", name, sqlite3_errstr(code));
	}
}

/* Puts a file that cannot be used aside, under another name, for whoever wants to look at it. */
static void put_aside(const char *path)
{
	static const char *const tails[] = {"-wal", "-shm", "-journal"};
	char *aside = mem_printf("%s.damaged", path);

	(void)rename(path, aside);
	for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
		char *beside = mem_printf("%s%s", path, tails[i]);

		(void)unlink(beside);
		free(beside);
	}
	free(aside);
}

static ino_t inode_of(const char *path)
{
	struct stat st;

	return path != NULL && stat(path, &st) == 0 ? st.st_ino : 0;
}

/*
 * Opens the file; one that is damaged, or is the one with inode bad, is made anew, empty: what is not
 * there is indexed again.  Under a lock, so that of two programs that find a new or a damaged file
 * one makes it and the other finds it made.
 */
static int open_db(struct catalog *catalog, ino_t bad)
{
	char *lock = catalog->path ? mem_printf("%s.lock", catalog->path) : NULL;
	int fd = lock ? open(lock, O_RDONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
	int code;

	if (fd >= 0)
		(void)flock(fd, LOCK_EX);
	if (bad != 0 && inode_of(catalog->path) == bad)
		put_aside(catalog->path);
	code = connect(catalog);
	if (is_damage(code) && catalog->path != NULL) {
		close_db(catalog);
		put_aside(catalog->path);
		code = connect(catalog);
	}
	catalog->inode = inode_of(catalog->path);
	if (fd >= 0)
		close(fd);
	free(lock);
	return code;
}

int catalog_open(struct catalog **out, const char *path, struct error *err)
{
	struct catalog *catalog = mem_zalloc(1, sizeof *catalog);
	int code;

	catalog->path = mem_strdup(path);
	code = open_db(catalog, 0);
	if (code != SQLITE_OK) {
		int rc = failed(catalog, code, err);

		catalog_close(catalog);
		return rc;
	}
	*out = catalog;
	return 0;
}

void catalog_close(struct catalog *catalog)
{
	if (catalog == NULL)
		return;
	close_db(catalog);
	free(catalog->path);
	free(catalog);
}

/*
 * Says what a statement's failure means.  After damage the catalog is empty and usable again; where
 * even that failed it stays closed, and every later call fails the same way.
 */
static int check(struct catalog *catalog, int code, struct error *err)
{
	if (!is_damage(code))
		return failed(catalog, code, err);
	close_db(catalog);
	code = open_db(catalog, catalog->inode);
	if (code != SQLITE_OK) {
		close_db(catalog);
		return failed(catalog, code, err);
	}
	return error_set(err, E_IO, "The catalog was damaged and is made anew.");
}

/* -- Rows -- */

static char *column_text(sqlite3_stmt *statement, int column)
{
	const unsigned char *text = sqlite3_column_text(statement, column);

	return mem_strdup(text ? (const char *)text : "");
}

static void bind_oid(sqlite3_stmt *statement, int index, const struct oid *oid)
{
	sqlite3_bind_blob(statement, index, oid->id, REPO_OID_SIZE, SQLITE_STATIC);
}

bool catalog_get(struct catalog *catalog, const struct oid *blob, struct catalog_row *out)
{
	sqlite3_stmt *get = catalog->statements[GET];
	int code;

	if (get == NULL)
		return false;
	bind_oid(get, 1, blob);
	code = sqlite3_step(get);
	if (code == SQLITE_ROW) {
		out->title = column_text(get, 0);
		out->date = column_text(get, 1);
		out->byline = column_text(get, 2);
		out->language = column_text(get, 3);
		out->slug = column_text(get, 4);
		out->words = (size_t)sqlite3_column_int64(get, 5);
		out->han = (size_t)sqlite3_column_int64(get, 6);
	}
	sqlite3_reset(get);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		(void)check(catalog, code, NULL);
	return code == SQLITE_ROW;
}

static int execute(struct catalog *catalog, const char *sql, struct error *err)
{
	int code;

	if (catalog->db == NULL)
		return failed(catalog, SQLITE_CANTOPEN, err);
	code = sqlite3_exec(catalog->db, sql, NULL, NULL, NULL);
	return code == SQLITE_OK ? 0 : check(catalog, code, err);
}

int catalog_begin(struct catalog *catalog, struct error *err)
{
	return execute(catalog, "BEGIN IMMEDIATE", err);
}

int catalog_commit(struct catalog *catalog, struct error *err)
{
	int rc;

	/* A failure such as a full disk can have ended the transaction already. */
	if (catalog->db != NULL && sqlite3_get_autocommit(catalog->db))
		return 0;
	rc = execute(catalog, "COMMIT", err);
	if (rc < 0 && catalog->db != NULL && !sqlite3_get_autocommit(catalog->db))
		(void)sqlite3_exec(catalog->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
	sqlite3_bind_text(statement, index, text ? text : "", -1, SQLITE_STATIC);
}

static int run(sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);

	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
}

static int put_row(struct catalog *catalog, const struct oid *blob, const struct catalog_row *row)
{
	sqlite3_stmt *put = catalog->statements[PUT_ROW];

	bind_oid(put, 1, blob);
	bind_text(put, 2, row->title);
	bind_text(put, 3, row->date);
	bind_text(put, 4, row->byline);
	bind_text(put, 5, row->language);
	bind_text(put, 6, row->slug);
	sqlite3_bind_int64(put, 7, (sqlite3_int64)row->words);
	sqlite3_bind_int64(put, 8, (sqlite3_int64)row->han);
	return run(put);
}

/* Folded, with the two spaces that make its last characters start trigrams too. */
static void fold_text(struct strbuf *out, const char *text, size_t len)
{
	unicode_fold(out, text, len);
	strbuf_adds(out, "  ");
}

static int put_text(struct catalog *catalog, int64_t id, const char *title, const char *body, size_t len)
{
	sqlite3_stmt *put = catalog->statements[PUT_TEXT];
	struct strbuf folded_title = STRBUF_INIT;
	struct strbuf folded_body = STRBUF_INIT;
	int code;

	fold_text(&folded_title, title, strlen(title));
	fold_text(&folded_body, body, len);
	sqlite3_bind_int64(put, 1, id);
	sqlite3_bind_text64(put, 2, folded_title.data, folded_title.len, SQLITE_STATIC, SQLITE_UTF8);
	sqlite3_bind_text64(put, 3, folded_body.data, folded_body.len, SQLITE_STATIC, SQLITE_UTF8);
	code = run(put);
	strbuf_clear(&folded_title);
	strbuf_clear(&folded_body);
	return code;
}

/* The row number of a blob, 0 when it is not indexed. */
static int64_t find(struct catalog *catalog, const struct oid *blob, int *code)
{
	sqlite3_stmt *statement = catalog->statements[FIND];
	int64_t id = 0;

	bind_oid(statement, 1, blob);
	*code = sqlite3_step(statement);
	if (*code == SQLITE_ROW)
		id = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	if (*code == SQLITE_ROW || *code == SQLITE_DONE)
		*code = SQLITE_OK;
	return id;
}

static int put_both(struct catalog *catalog, const struct oid *blob, const struct catalog_row *row,
		    const char *body, size_t len)
{
	int code;
	bool is_new = find(catalog, blob, &code) == 0;

	if (code == SQLITE_OK)
		code = put_row(catalog, blob, row);
	/* A blob's text never changes. */
	if (code == SQLITE_OK && is_new)
		code = put_text(catalog, sqlite3_last_insert_rowid(catalog->db), row->title ? row->title : "",
				body, len);
	return code;
}

int catalog_put(struct catalog *catalog, const struct oid *blob, const struct catalog_row *row,
		const char *body, size_t len, struct error *err)
{
	/* Alone, it must have the right to write before it reads, or another program can come between. */
	bool alone = catalog->db != NULL && sqlite3_get_autocommit(catalog->db) != 0;
	int rc = execute(catalog, alone ? "BEGIN IMMEDIATE" : "SAVEPOINT put", err);
	int code;

	if (rc < 0)
		return rc;
	code = put_both(catalog, blob, row, body, len);
	if (code != SQLITE_OK) {
		(void)sqlite3_exec(catalog->db, alone ? "ROLLBACK" : "ROLLBACK TO put; RELEASE put", NULL,
				   NULL, NULL);
		return check(catalog, code, err);
	}
	return execute(catalog, alone ? "COMMIT" : "RELEASE put", err);
}

/* -- Tags -- */

int catalog_put_tag(struct catalog *catalog, const char *tag, struct error *err)
{
	sqlite3_stmt *put = catalog->statements[PUT_TAG];
	struct strbuf folded = STRBUF_INIT;
	int code;

	if (put == NULL)
		return failed(catalog, SQLITE_CANTOPEN, err);
	unicode_fold(&folded, tag, strlen(tag));
	bind_text(put, 1, tag);
	bind_text(put, 2, folded.data);
	code = run(put);
	strbuf_clear(&folded);
	return code == SQLITE_OK ? 0 : check(catalog, code, err);
}

int catalog_tags(struct catalog *catalog, const char *start, size_t most, struct strlist *out,
		 struct error *err)
{
	sqlite3_stmt *tags = catalog->statements[TAGS];
	struct strbuf folded = STRBUF_INIT;
	int code;

	if (tags == NULL)
		return failed(catalog, SQLITE_CANTOPEN, err);
	unicode_fold(&folded, start, strlen(start));
	bind_text(tags, 1, folded.data);
	sqlite3_bind_int64(tags, 2, (sqlite3_int64)most);
	while ((code = sqlite3_step(tags)) == SQLITE_ROW)
		strlist_add(out, (const char *)sqlite3_column_text(tags, 0));
	sqlite3_reset(tags);
	sqlite3_clear_bindings(tags);
	strbuf_clear(&folded);
	return code == SQLITE_DONE ? 0 : check(catalog, code, err);
}

/* -- Searching -- */

struct word {
	char *text; /* folded */
	bool brief; /* shorter than a trigram */
};

static size_t characters(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

/* Splits a query at white space; returns the number of words. */
static size_t split(struct word words[WORDS_MAX], const char *query)
{
	struct strbuf folded = STRBUF_INIT;
	size_t count = 0;
	size_t at = 0;
	size_t start = 0;

	unicode_fold(&folded, query, strlen(query));
	while (at <= folded.len && count < WORDS_MAX) {
		int32_t c = ' ';
		size_t step = at < folded.len ? unicode_decode(folded.data, folded.len, at, &c) : 1;

		if (unicode_is_space(c)) {
			if (at > start) {
				words[count].text = mem_strndup(folded.data + start, at - start);
				words[count].brief = characters(folded.data + start, at - start) < 3;
				count++;
			}
			start = at + step;
		}
		at += step;
	}
	strbuf_clear(&folded);
	return count;
}

/* "SELECT oid ..." with one condition a word, which has one parameter. */
static char *search_sql(const struct word *words, size_t count)
{
	struct strbuf sql = STRBUF_INIT;

	strbuf_adds(&sql, "SELECT oid FROM blob WHERE 1");
	for (size_t i = 0; i < count; i++) {
		if (words[i].brief)
			strbuf_addf(&sql,
				    " AND id IN (SELECT doc FROM gram WHERE term >= ?%zu AND term < ?%zu || "
				    "char(1114111))",
				    i + 1, i + 1);
		else
			strbuf_addf(&sql, " AND id IN (SELECT rowid FROM text WHERE text MATCH ?%zu)", i + 1);
	}
	return strbuf_detach(&sql);
}

/* A word as a phrase of FTS5's query language (SQLite, "FTS5 Phrases"). */
static char *phrase(const char *word)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_addc(&out, '"');
	for (; *word != '\0'; word++) {
		if (*word == '"')
			strbuf_addc(&out, '"');
		strbuf_addc(&out, *word);
	}
	strbuf_addc(&out, '"');
	return strbuf_detach(&out);
}

static void bind_word(sqlite3_stmt *statement, int index, const struct word *word)
{
	if (word->brief)
		sqlite3_bind_text(statement, index, word->text, -1, SQLITE_TRANSIENT);
	else
		sqlite3_bind_text(statement, index, phrase(word->text), -1, free);
}

static int visit_rows(sqlite3_stmt *statement, int (*visit)(void *context, const struct oid *blob),
		      void *context, int *code)
{
	int rc = 0;

	while (rc == 0 && (*code = sqlite3_step(statement)) == SQLITE_ROW) {
		const void *bytes = sqlite3_column_blob(statement, 0);
		struct oid oid;

		if (bytes == NULL || sqlite3_column_bytes(statement, 0) != REPO_OID_SIZE)
			continue;
		memcpy(oid.id, bytes, REPO_OID_SIZE);
		rc = visit(context, &oid);
	}
	if (*code == SQLITE_DONE || *code == SQLITE_ROW)
		*code = SQLITE_OK;
	return rc;
}

int catalog_search(struct catalog *catalog, const char *query,
		   int (*visit)(void *context, const struct oid *blob), void *context, struct error *err)
{
	struct word words[WORDS_MAX];
	size_t count = split(words, query);
	sqlite3_stmt *statement = NULL;
	char *sql = search_sql(words, count);
	int code = SQLITE_CANTOPEN;
	int rc = 0;

	if (catalog->db != NULL)
		code = sqlite3_prepare_v2(catalog->db, sql, -1, &statement, NULL);
	for (size_t i = 0; i < count; i++) {
		if (code == SQLITE_OK)
			bind_word(statement, (int)i + 1, &words[i]);
		free(words[i].text);
	}
	if (code == SQLITE_OK)
		rc = visit_rows(statement, visit, context, &code);
	sqlite3_finalize(statement);
	free(sql);
	return code == SQLITE_OK ? rc : check(catalog, code, err);
}
