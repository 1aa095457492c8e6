/*
 * The text that a person edits, and every step back.
 *
 * Offsets are bytes from the start.  Any bytes are kept as they are, valid
 * UTF-8 or not, LF or CR LF.  Undo takes back a whole step and gives cursor and
 * selection as they were before it, redo as they were after it.  A step is
 *
 * - a run of typing: insertions that each start where the one before ended, up
 *   to the start of the next word, which is where something else follows a
 *   space, a line end or a mark of Chinese punctuation, or to a line end; what
 *   the first of them replaced belongs to it;
 * - a run of line ends typed;
 * - a run of removing, backwards or forwards, in one place;
 * - everything between buffer_begin() and buffer_end();
 * - any other edit by itself.
 *
 * buffer_step() ends a run where none of this would.  Every primitive edit, also
 * those that undo and redo make, is handed to the sink before it is applied, so
 * that a journal that writes in the sink is complete by construction.
 *
 *	buffer_new(&b, bytes, len);
 *	buffer_replace(b, pos, cut, "word", 4, caret);
 *	buffer_step(b);                       -- the next edit starts a new step
 *	buffer_undo(b, &caret);
 *	buffer_free(b);
 */
#ifndef COPYDESK_BUFFER_H
#define COPYDESK_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;

/* One primitive edit: cut bytes at pos gave way to len others. */
struct buffer_edit {
	size_t pos;         /* bytes */
	size_t cut;         /* bytes removed */
	const char *insert; /* borrowed for the call */
	size_t len;         /* bytes inserted */
};

/* Where the person is in the text; bytes. */
struct buffer_caret {
	size_t cursor;
	size_t anchor; /* the other end of the selection; the cursor when nothing is selected */
};

typedef void buffer_sink(void *context, const struct buffer_edit *edit);

struct buffer *buffer_new(const char *text, size_t len);
void buffer_free(struct buffer *buffer);

/* Has every edit handed to sink from now on; NULL for nobody. */
void buffer_set_sink(struct buffer *buffer, buffer_sink *sink, void *context);

/*
 * Has a text of which the first part was shown already be there as a whole; bytes come from malloc() and are
 * the buffer's from now on.  Nothing has been edited before; this is no edit either.
 */
void buffer_complete(struct buffer *buffer, char *bytes, size_t len);

/* -- Reading -- */

size_t buffer_len(const struct buffer *buffer);

/* Rises with every edit, undo and redo; never the same for different texts of one buffer. */
uint64_t buffer_version(const struct buffer *buffer);

/* Len bytes at pos as one run, borrowed until the next call on this buffer. Moves the gap at worst. */
const char *buffer_bytes(struct buffer *buffer, size_t pos, size_t len);

/* Brings the gap to pos, so that an edit there need not: in a text of megabytes that takes a millisecond. */
void buffer_prepare(struct buffer *buffer, size_t pos);

/* The whole text; as buffer_bytes. */
const char *buffer_text(struct buffer *buffer, size_t *len);

/* The byte at pos, which must be below the length. */
char buffer_byte(const struct buffer *buffer, size_t pos);

/* -- Lines: separated by LF; a buffer has one more line than it has LFs -- */

size_t buffer_lines(const struct buffer *buffer);

/* Where line number (from 0) starts, and where it ends, before its LF. */
size_t buffer_line_start(const struct buffer *buffer, size_t line);
size_t buffer_line_end(const struct buffer *buffer, size_t line);

/* The line that holds pos. */
size_t buffer_line_at(const struct buffer *buffer, size_t pos);

/* -- Changing -- */

/*
 * Replaces cut bytes at pos; before is where the person was, for undo.  insert may be borrowed from this
 * buffer; nothing happens when both cut and len are 0.
 */
void buffer_replace(struct buffer *buffer, size_t pos, size_t cut, const char *insert, size_t len,
		    struct buffer_caret before);

/*
 * Makes an insertion part of the step that was made last, so that it goes and comes with it, whatever that
 * was; where nothing was changed since the save point, it is a step of its own.
 */
void buffer_amend(struct buffer *buffer, size_t pos, const char *insert, size_t len,
		  struct buffer_caret before);

/* Where the person is after the last edit, for redo; left out, that is after what came in last. */
void buffer_settle(struct buffer *buffer, struct buffer_caret after);

/* Ends the current run; without edits since the last step, nothing happens. */
void buffer_step(struct buffer *buffer);

/* Makes one step of all edits until buffer_end(), during which nothing is undone; they do not nest. */
void buffer_begin(struct buffer *buffer);
void buffer_end(struct buffer *buffer);

/* Takes a step back or makes it again; *caret is where the person belongs. False when there is none. */
bool buffer_undo(struct buffer *buffer, struct buffer_caret *caret);
bool buffer_redo(struct buffer *buffer, struct buffer_caret *caret);

/* -- The save point -- */

/* What stands now is saved; the next edit starts a new step. */
void buffer_mark_saved(struct buffer *buffer);

/*
 * Whether there was an edit since the save point; undoing or redoing the way back to it makes it false
 * again, typing what was removed does not.  A new buffer is saved.
 */
bool buffer_changed(const struct buffer *buffer);

#endif
