/*
 * The bytes of a journal, as journal.h describes them: for the rooms that write and read it.
 */
#ifndef COPYDESK_JOURNAL_RECORD_H
#define COPYDESK_JOURNAL_RECORD_H

#include <stdint.h>
#include <stdio.h>

#include "base/strbuf.h"
#include "store/repo.h"

struct buffer_edit;

/* How names of journals end, and of those that were set aside. */
#define JOURNAL_SUFFIX ".journal"
#define JOURNAL_ASIDE  ".aside"

/* The largest payload, bytes: four times the largest text that is ever loaded. */
#define JOURNAL_PAYLOAD_LIMIT (REPO_BLOB_LIMIT * 4)

/* -- Names -- */

/* Appends the part of a draft's name that stands in the file's name, for people who look into the folder. */
void journal_put_name(struct strbuf *out, const char *draft);

/* -- Writing: each appends to out -- */

struct journal_header {
	int64_t started;
	int64_t process;
	char base[REPO_HEX_SIZE];
	char *host;
	char *newsroom;
	char *draft;
	char *person;
};

void journal_header_clear(struct journal_header *header);

/* The start of a file, through the header. */
void journal_put_header(struct strbuf *out, const struct journal_header *header);
void journal_put_edit(struct strbuf *out, const struct buffer_edit *edit);

/* -- Reading -- */

struct journal_reader {
	FILE *file;            /* borrowed */
	struct strbuf payload; /* of the record that was read last */
};

enum journal_read {
	JOURNAL_READ_RECORD,
	JOURNAL_READ_END,     /* the file ends after a whole record */
	JOURNAL_READ_TORN,    /* what follows is no whole record of its kind */
	JOURNAL_READ_VERSION, /* a version that is not known */
	JOURNAL_READ_FAILED,  /* the system failed, see errno */
};

/* Reads the start of a file; the caller clears *out when there is a header. */
enum journal_read journal_read_header(struct journal_reader *reader, struct journal_header *out);

/* Reads the next edit; its bytes are borrowed from the reader. */
enum journal_read journal_read_edit(struct journal_reader *reader, struct buffer_edit *out);

#endif
