/*
 * What a draft changes, as "diff" prints it and "approve" shows it before it
 * asks.
 */
#ifndef COPYDESK_CHANGE_H
#define COPYDESK_CHANGE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "desk/attachment.h"
#include "desk/since.h"
#include "text/diff.h"
#include "text/redline.h"

struct cli;
struct desk;
struct draft;
struct error;

struct change {
	const struct draft *draft; /* borrowed */
	struct since since;
	struct since_states states;
	struct strbuf old_text;
	struct strbuf new_text;
	struct diff diff;
	struct redline redline;
	struct attachments attachments;
};

/* Reads the two states of a draft's article that since names. The caller clears. */
int change_read(struct change *out, struct desk *desk, const struct draft *draft, const struct since *since,
		struct error *err);
void change_clear(struct change *change);

/* Appends it to cli->out; whole: also what did not change. */
int change_print(const struct change *change, struct cli *cli, bool whole, struct error *err);
void change_json(const struct change *change, struct cli *cli);

/* Appends the pictures and files of an article, a line each, and what its text names in vain; true if any. */
bool change_print_files(struct cli *cli, const struct attachments *attachments);

#endif
