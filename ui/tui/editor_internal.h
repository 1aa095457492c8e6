/*
 * What the files of the editor share; nobody else includes it but its tests.
 *
 *	editor.c          the pane: life, title, status, what is due
 *	editor_commands.c the command rows
 *	editor_draw.c     the picture: text, preview, the find bar; the mouse
 *	editor_page.c     which part of the text the preview shows
 *	editor_move.c     the cursor and the selection
 *	editor_edit.c     every change of the text, undo, the clipboard
 *	editor_words.c    words and paragraphs, by src/text/prose; characters by name
 *	editor_go.c       going to a line, a heading, a comment
 *	editor_find.c     find and replace
 *	editor_find_bar.c the bar that it is done in
 *	editor_spell.c    misspelt words: checked off the key path, and where they are
 *	editor_spell_menu.c  going to them, and what is done about them
 *	editor_facing.c   another text beside this one
 *	editor_form.c     the fields at the top as a form
 *	editor_save.c     save, submit, close
 *	editor_merge.c    two people's words become one text
 *	editor_recover.c  the journal, the lease
 *	editor_wip.c      unsaved text that others can take over
 *	editor_unsaved.c  taking over what others left
 *	editor_outside.c  the text in another program
 */
#ifndef COPYDESK_EDITOR_INTERNAL_H
#define COPYDESK_EDITOR_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "store/lease.h"
#include "store/repo.h"
#include "text/find.h"
#include "text/paragraph.h"
#include "text/spell.h"
#include "text/wordcount.h"
#include "tui/canvas.h"
#include "tui/field.h"
#include "tui/pane.h"

struct buffer;
struct buffer_caret;
struct buffer_edit;
struct editor_copying;
struct editor_offer;
struct flow;
struct flush;
struct form;
struct journal;
struct page;
struct prose_edit;
struct spell_check;
struct spell_desk;
struct spell_suggest;
struct strlist;

/* From this width on, the preview stands beside the text. */
#define EDITOR_WIDE 120

/* Bytes above which a preview of the whole text can be waited for. */
#define EDITOR_LONG ((size_t)1 << 20)

enum editor_after {
	EDITOR_AFTER_NOTHING,
	EDITOR_AFTER_SUBMIT,
	EDITOR_AFTER_CLOSE,
};

/* On the way to a match. */
struct editor_seek {
	int by;           /* 1 forwards, -1 backwards, 0 for nowhere */
	size_t from;      /* where it began */
	size_t at, stop;  /* what is to be searched still, forwards or backwards */
	bool again;       /* it goes on from the other end of the text */
	bool typed;       /* what is sought was just typed: nothing is said */
	bool replaced;    /* the match before was replaced */
	uint64_t version; /* of the buffer */
};

/* Making all replacements ready. */
struct editor_replacing {
	bool runs;
	size_t at;        /* bytes of the text up to which they are */
	uint64_t version; /* of the buffer */
	struct find_edits edits;
};

/* The find bar, and what it found. */
struct editor_find {
	bool open;          /* the bar is shown and takes what is typed */
	bool replacing;     /* with its second row */
	bool second;        /* what is typed goes into the second row */
	struct field words; /* what is sought */
	struct field by;    /* what replaces it */
	struct field_history words_history, by_history;
	struct find_options options;
	struct find *find; /* what is sought; NULL where that is nothing, or cannot be: then wrong says why */
	char *wrong;       /* a sentence, or NULL */
	bool within;       /* only what was selected is searched: from begin to end */
	size_t begin, end;
	size_t origin;  /* where the cursor stood when the bar was opened */
	size_t *starts; /* where the matches start, in order; found in slices from the text's start */
	size_t count;
	size_t capacity;
	size_t searched;          /* up to where the text was searched for starts */
	uint64_t version;         /* of the buffer that starts are for */
	struct find_match *shown; /* room for the matches that are on the screen */
	size_t shown_capacity;
	struct editor_seek seek;
	struct editor_replacing all;
};

/* A text that stands beside the one that is edited, to be read and copied from. */
struct editor_facing {
	struct editor *side; /* its text, place and selection; nothing else of it is used; NULL for none */
	char *label;
	bool same;            /* a version of the same text, not another one or another language's */
	bool focus;           /* moves and copying go to it */
	size_t led, followed; /* the tops that were brought together last, of the side with the focus first */
	bool by_side;         /* which side that was */
	uint64_t paired;      /* version of the buffer that the pairs are of */
	struct paragraphs ours, theirs;
	size_t *partners; /* of each paragraph of ours, one of theirs; NULL: not looked for */
};

/* The fields at the top as a form, in place of the text. */
struct editor_form {
	struct form *form;     /* NULL while it is closed */
	char *section;         /* the article's */
	char *asked;           /* the key of the field that a list is open for, or NULL */
	uint64_t version;      /* of the buffer that it shows */
	size_t body;           /* where the body starts in that */
	size_t cursor, anchor; /* the editor's then: where they are moved to, the text is to be seen */
	uint64_t desk_seen;    /* version of the desk whose rules it knows */
	bool busy;             /* the edit under way is the form's own, or that of a save */
	bool left;             /* there was an edit in the body */
};

/* An edit that only the journal has, and what takes it back. */
struct editor_pending {
	bool there;
	size_t pos, len; /* what it put in, bytes */
	char *cut;       /* what it cut */
	size_t cut_len;
};

/* Unsaved text that others can take over. */
struct editor_wip {
	bool shares;                    /* this person lets others see it */
	bool there;                     /* this person's copy may hold unsaved text */
	bool journalled;                /* what this person left unsaved was found in a journal */
	uint64_t copied;                /* version of the buffer that was copied last; 0 for none */
	int64_t tried_at;               /* milliseconds */
	struct editor_copying *copying; /* on the worker; NULL when nothing is */
	struct editor_offer *offer;     /* what others left, while the worker looks; NULL when it does not */
	bool keyed;                     /* a key came since that began */
	char *waiting;                  /* words of the status line: whose words can be taken; or NULL */
};

/* What the commands on words remember. */
struct editor_words {
	char *language;                 /* BCP 47: the article's, or the desk's */
	struct field_history addresses; /* of links */
};

/* A comment that is open, and where its passage is in the text. */
struct editor_comment {
	size_t commit;  /* index of the event that opened it */
	size_t replies; /* how many it has */
	bool placed;    /* start and end are known; else it is on the whole, or on words that are gone */
	size_t start, end;
};

/* Places to go to. */
struct editor_go {
	size_t *places; /* of the headings in the list that is asked */
	size_t count;
	struct editor_comment *comments; /* in the text's order, those without a place last */
	size_t comment_count, comment_capacity;
	bool known;         /* comments are those of ... */
	uint64_t located;   /* ... this version of the buffer */
	uint64_t desk_seen; /* ... and of the desk */
	bool shown;         /* one was gone to: */
	size_t commit;      /* it */
	size_t cursor;      /* and where that put the cursor; elsewhere its passage is marked no more */
};

/* A piece of the text, as it is checked at once. */
struct editor_piece {
	size_t len;                /* bytes */
	bool known;                /* words are those of the text as it is */
	struct spell_state before; /* in which it starts, where all pieces before it are known */
	struct spell_found words;  /* misspelt; shifted by edits until they are known again */
};

/* Misspelt words; see editor_spell.c. */
struct editor_spell {
	bool marks;                  /* they are marked while one writes */
	struct editor_piece *pieces; /* of the whole text; none before anything is checked */
	size_t count;
	size_t capacity;
	bool counted;                  /* all pieces were known once */
	struct spell_desk *desk;       /* dictionary and lists, on the worker; NULL: not opened yet */
	struct spell_check *check;     /* a piece that is being checked; NULL when none is */
	struct spell_suggest *suggest; /* a word that others are looked for; NULL when none is */
	char *language;                /* tag of the front matter, or NULL */
	struct strbuf learnt; /* words that were added while this is open, as spell_learn() takes them */
	bool typed;           /* the last edit ended at this place: the word there is being written */
	size_t typed_at;
	char
	    *did; /* what was done about the last word, while the next is looked for; NULL: none was chosen */
	int asked; /* the word after (1) or before (-1) the cursor is to be shown; 0: no more, or a key came
		    */
};

/* The row of the cursor as it was drawn last with all others; what a key changed in it is drawn by itself. */
struct editor_row {
	bool there;
	uint64_t version; /* of the buffer */
	size_t len;       /* bytes of that */
	size_t top;       /* the editor's */
	size_t front;     /* lines at the head that are front matter */
	size_t words;     /* misspelt ones that the status line told of */
	bool changed;     /* and whether the text was saved */
	struct canvas_region text;
	int at; /* row in it */
	size_t start, end;
	bool last;
};

struct editor {
	struct pane_place place;
	char *name;      /* the draft's */
	bool suggests;   /* saving suggests what changed to the draft's author */
	bool suggested;  /* and did: the text is another than the draft's */
	struct oid from; /* blob that the text started from */
	size_t from_len; /* bytes of it */
	struct buffer *buffer;
	struct flow *flow;
	bool partial;    /* only the head of a large text is in the buffer, see editor_complete() */
	const char *eol; /* "\n" or "\r\n": what Enter makes */

	/* -- Where the person is; bytes -- */
	size_t cursor;
	size_t anchor; /* the other end of the selection; the cursor when nothing is selected */
	bool at_end;   /* the cursor shows at the end of the row before, see flow_at() */
	int goal;      /* column for moves by row; -1: the one where the cursor is */
	bool dragging; /* the left button is down */
	struct {
		size_t pos; /* of the last click */
		int64_t at; /* milliseconds of clock_monotonic() */
		int times;  /* at that place, quickly one after the other */
	} click;

	/* -- What is shown -- */
	size_t top;   /* a place in the first row that is shown */
	bool follow;  /* the cursor must be shown at the next drawing */
	bool resized; /* the pane has another size than when it was drawn last */
	bool focus;   /* a narrow column and nothing else */
	bool beside;  /* the preview stands beside the text where there is room */
	bool instead; /* it stands in its place where there is none */
	int width;    /* of the region at the last drawing */
	struct editor_row row;
	struct canvas_region text; /* where the text was drawn last; not drawn into outside of drawing */
	int text_row, text_column; /* the same, in the pane's region */
	struct page *page;
	size_t page_top;
	size_t page_from;  /* start of the text's first row that page_top was set for; SIZE_MAX for none */
	size_t page_below; /* lines of the body above what the preview had then */
	uint64_t version;
	int64_t saved_at;   /* seconds; when the text was saved last */
	uint64_t desk_seen; /* version of the desk that moved is for */
	bool moved;         /* the draft has another text now than the one that this started from */
	bool moved_by_self; /* the same person saved that, in another window */

	/* -- Known since the last pause in typing -- */
	int64_t edited_at; /* milliseconds of clock_monotonic() */
	uint64_t looked;   /* version of the buffer that it is known of */
	uint64_t paged;    /* version of the buffer that the preview shows */
	bool paged_part;   /* and that a part of it only: */
	bool paged_top;    /* from the top of the body on */
	size_t paged_start, paged_end;
	bool counting; /* in slices: */
	struct wordcount_scan scan;
	size_t scan_from;      /* where the body starts */
	uint64_t scan_version; /* of the buffer that is counted */
	struct wordcount count;
	bool counted;
	char *title;    /* of the front matter, or NULL */
	char *language; /* in words, or NULL */
	char *file;     /* the desk's own file that it is, or NULL for an article */
	char *problem;  /* what is wrong with the front matter, a sentence, or NULL */
	bool fronted;   /* a block of fields was read at the head once: its absence is a problem */

	struct editor_find find;
	struct editor_words words;
	struct editor_go go;
	struct editor_facing facing;
	struct editor_form form;
	struct editor_spell spell;

	/* -- Nothing is lost -- */
	struct journal *journal;    /* NULL where there is none: trouble says why */
	struct flush *flush;        /* taking it to the disk, on the worker; NULL when nothing is */
	bool journal_dirty;         /* it has records that are not on the disk yet */
	int64_t synced_at;          /* milliseconds */
	char *trouble;              /* why unsaved text is not safe, a sentence, or NULL */
	struct lease *lease;        /* NULL when another has it */
	struct lease_holder holder; /* who has it; name NULL for nobody */
	bool held_by_self;          /* that is this person, in another window or a connection that was lost */
	int64_t lease_at;           /* milliseconds; when to look for it again */
	enum editor_after after;    /* what is to follow when the text is saved */
	bool thrown_away;           /* the person does not want what is not saved */
	struct editor_pending pending;
	struct editor_wip wip;
};

/* Something is to be drawn anew. */
static inline void editor_touch(struct editor *e)
{
	e->version++;
}

/* The text that the person is in: this one, or the one that stands beside it. */
static inline struct editor *editor_side(struct editor *e)
{
	return e->facing.focus ? e->facing.side : e;
}

/* Has the whole text be there; false where it cannot be read, and the pane closes. */
bool editor_complete(struct editor *e);

/* Says a sentence, or what went wrong, in the status line. */
void editor_say(struct editor *e, enum pane_tone tone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes the selection's ends in order; false, and both the cursor, when nothing is selected. */
bool editor_selection(const struct editor *e, size_t *start, size_t *end);

/* Sets what the front matter says, and what is wrong with it. Returns where the body starts. */
size_t editor_read_front(struct editor *e);

/* Where one begins to write: past the fields at the top, and the blank line that parts them from the body. */
size_t editor_body_start(struct editor *e);

/* Milliseconds without a key after which what takes time begins, for so many bytes. */
int64_t editor_pause(size_t len);

/* -- editor_page.c -- */

/* Has the preview show the text as it is now, where it does not. */
void editor_show_page(struct editor *e);

/* The same after a pause in typing; returns when that is due. */
int64_t editor_page_tick(struct editor *e, int64_t now);

/* -- editor_draw.c -- */

void editor_draw(void *state, struct canvas_region region, bool focused);
bool editor_draw_row(void *state, struct canvas_region region, int *at);
bool editor_mouse(struct editor *e, const struct input_event *event);

/* Whether the preview is shown in place of the text. */
bool editor_reads(const struct editor *e);

/* Lines at the head that are front matter, its marks included; cheap. */
size_t editor_front_lines(const struct editor *e);

/* -- editor_move.c -- */

enum editor_move {
	MOVE_LEFT,
	MOVE_RIGHT,
	MOVE_WORD_LEFT,
	MOVE_WORD_RIGHT,
	MOVE_UP,
	MOVE_DOWN,
	MOVE_PAGE_UP,
	MOVE_PAGE_DOWN,
	MOVE_HOME,
	MOVE_END,
	MOVE_START,
	MOVE_FINISH,
	MOVE_COUNT,
	MOVE_SELECT = 1 << 8, /* or-ed in: the selection is stretched */
};

int editor_move(void *target, int how, struct error *err);
int editor_select_all(void *target, int argument, struct error *err);

/* The mouse clicks at a place: the cursor goes there; twice selects the word, three times the paragraph. */
void editor_click(struct editor *e, size_t pos);

/* Puts the cursor somewhere, with nothing selected, and shows it. */
void editor_put_cursor(struct editor *e, size_t pos);

/* Selects from start to end, with the cursor at the end, and shows it. */
void editor_select(struct editor *e, size_t start, size_t end);

/* The places before and after a cluster, or a word, that ends or starts at pos. */
size_t editor_cluster_left(struct editor *e, size_t pos);
size_t editor_cluster_right(struct editor *e, size_t pos);
size_t editor_word_left(struct editor *e, size_t pos);
size_t editor_word_right(struct editor *e, size_t pos);

/* -- editor_edit.c -- */

/* Where the person is, as the buffer keeps it for undo. */
struct buffer_caret editor_caret(const struct editor *e);

/* Replaces cut bytes at pos and puts the cursor after what came in. */
void editor_replace(struct editor *e, size_t pos, size_t cut, const char *text, size_t len);

/* Puts text in place of the selection, with its line ends made those of the file, as a step of its own. */
void editor_insert_whole(struct editor *e, const char *text, size_t len);

/* Makes an edit as one step, and selects what it says. */
void editor_make(struct editor *e, const struct prose_edit *edit);

/* What Enter, Tab and typing do; false for a key that types nothing. */
bool editor_type(struct editor *e, const struct input_event *event);

/* Has a text become another by edits of what differs, as one step; the cursor stays at its words. */
void editor_become(struct editor *e, const char *text, size_t len);

/* Makes edits that were made ready, as one step; the cursor and the first row go to their places. */
void editor_apply(struct editor *e, const struct find_edits *edits);

int editor_delete(void *target, int how, struct error *err);
int editor_undo(void *target, int redo, struct error *err);
int editor_copy(void *target, int cut, struct error *err);
int editor_paste(void *target, int argument, struct error *err);

/* -- editor_words.c -- */

void editor_words_clear(struct editor_words *words);
int editor_duplicate(void *target, int argument, struct error *err);
int editor_move_paragraph(void *target, int by, struct error *err);
int editor_join(void *target, int argument, struct error *err);
int editor_change_case(void *target, int argument, struct error *err);
int editor_emphasise(void *target, int strength, struct error *err);
int editor_typeset(void *target, int argument, struct error *err);
int editor_link(void *target, int argument, struct error *err);
int editor_ask_sign(void *target, int argument, struct error *err);

/* -- editor_go.c -- */

void editor_go_clear(struct editor_go *go);
int editor_goto(void *target, int argument, struct error *err);
int editor_outline(void *target, int argument, struct error *err);
int editor_next_comment(void *target, int by, struct error *err);

/* The passage of the comment that was gone to last, while the cursor stays there. */
bool editor_comment_shown(const struct editor *e, size_t *start, size_t *end);

/* -- editor_find.c -- */

enum editor_find_toggle {
	FIND_TOGGLE_CASE,
	FIND_TOGGLE_WORDS,
	FIND_TOGGLE_REGEX,
	FIND_TOGGLE_WIDTH,
	FIND_TOGGLE_WITHIN,
};

void editor_find_init(struct editor_find *find);
void editor_find_clear(struct editor_find *find);
int editor_find_open(void *target, int replacing, struct error *err);
void editor_find_close(struct editor *e);
int editor_find_next(void *target, int by, struct error *err);
int editor_find_back(void *target, int argument, struct error *err);
int editor_find_all(void *target, int argument, struct error *err);
int editor_find_toggle(void *target, int what, struct error *err);
bool editor_find_is_on(const struct editor *e, enum editor_find_toggle what);

/* What is sought is another by now: goes to it from where the search began. */
void editor_find_typed(struct editor *e);

/* Replaces the match that is selected, and goes to the next. */
void editor_find_replace_one(struct editor *e);

/* Stops the replacement of all; false when none was made ready. */
bool editor_find_stop(struct editor *e);

/* To be told of every edit, before it is made. */
void editor_find_edited(struct editor *e, const struct buffer_edit *edit);

/* Searches on for some milliseconds; true while more remains. */
bool editor_find_slice(struct editor *e);

/* Whether all matches are counted, or as many as ever are; and the number of the selected one, 0 for none. */
bool editor_find_counted(const struct editor *e);
bool editor_find_is_most(const struct editor *e);
size_t editor_find_number(const struct editor *e);

/* Fills find.shown with the matches in from..to, while the bar is open; returns how many. */
size_t editor_find_show(struct editor *e, size_t from, size_t to);

/* -- editor_find_bar.c -- */

/* Takes an event while the bar is open. */
bool editor_find_input(struct editor *e, const struct input_event *event);

/* Whether it has a switch for a key with Alt. */
bool editor_find_has_alt(struct input_key key);

/* Rows that the bar takes of so many; and drawing them. */
int editor_find_rows(const struct editor *e, int height);
void editor_find_draw(struct editor *e, struct canvas_region region, bool focused);

/* -- editor_facing.c -- */

int editor_facing_ask(void *target, int argument, struct error *err);
int editor_facing_switch(void *target, int argument, struct error *err);
void editor_facing_clear(struct editor *e);

/* What is typed there goes nowhere, and the mouse takes the focus to the side that it points at. */
bool editor_facing_type(struct editor *e, const struct input_event *event);
bool editor_facing_mouse(struct editor *e, const struct input_event *event);

/* Has the side without the focus show what stands beside the first row of the other. */
void editor_facing_scroll(struct editor *e);

/* -- editor_form.c -- */

int editor_form_toggle(void *target, int argument, struct error *err);
void editor_form_clear(struct editor *e);

/* Whether it stands in place of the text now. */
bool editor_form_shown(const struct editor *e);

/* Whether the draft as it is saved has a fault in its fields that keeps it from being submitted. */
bool editor_form_helps(const struct editor *e);

/* Takes an event while it is shown. */
bool editor_form_input(struct editor *e, const struct input_event *event);
bool editor_form_mouse(struct editor *e, const struct input_event *event);

/* Has the journal hold what is being typed into a field, as if it were kept. */
void editor_form_pend(struct editor *e);

/* Keeps what is being edited in a field; false, and said, where that cannot be. */
bool editor_form_settle(struct editor *e);

/* Sees every edit of the buffer, before it is made. */
void editor_form_edited(struct editor *e, const struct buffer_edit *edit);

/* Has it show the buffer as it is, or gives way to the text where that is what changed. */
void editor_form_watch(struct editor *e);

void editor_form_draw(struct editor *e, struct canvas_region region, bool focused);

/* Appends what the status line says of it while it is shown. */
void editor_form_status(const struct editor *e, struct strbuf *out);

/* -- editor_spell.c -- */

void editor_spell_init(struct editor *e);
void editor_spell_clear(struct editor *e);

/* To be told of every edit before it is made, and of the language that the front matter names, or NULL. */
void editor_spell_edit(struct editor *e, const struct buffer_edit *edit);
void editor_spell_language(struct editor *e, const char *tag);

/* Has the next piece checked when nobody typed since due; returns when to come again. */
int64_t editor_spell_tick(struct editor *e, int64_t now, int64_t due);

/* How far in the pieces a search for misspelt words came; {0} at first, and good until the text changes. */
struct editor_spell_way {
	size_t piece, base;
};

/*
 * The first misspelt word of a part of the text, as far as is known; the one that is being written is none.
 * With the same way, from and to may only grow: the pieces of a long text are not walked for each row anew.
 */
bool editor_spell_in(const struct editor *e, struct editor_spell_way *way, size_t from, size_t to,
		     size_t *start, size_t *end);

/* How many there are; false while that is not known. */
bool editor_spell_count(const struct editor *e, size_t *count);

/* All words are looked at again, with these as well; the list is what spell_learn() takes. */
void editor_spell_learn(struct editor *e, const char *list);

/* The desk is another now: where its list of words is, all are looked at again by that one. */
void editor_spell_look(struct editor *e);

/* Finds the next misspelt word from the cursor on, by 1 or -1, round the text's end; UNKNOWN: not yet. */
enum editor_spell_answer { SPELL_UNKNOWN, SPELL_NONE, SPELL_FOUND };

enum editor_spell_answer editor_spell_seek(const struct editor *e, int by, size_t *start, size_t *end);

/* Why nothing can be checked, a sentence; NULL when it can, or that is not known yet. Borrowed. */
const char *editor_spell_problem(const struct editor *e);

/*
 * Has the worker look for what a word, which ends at the cursor, may have meant; then offer is called with
 * SPELL_SUGGESTIONS of them at most, and the name of the dictionary, borrowed.  Not so when the text or the
 * cursor is another by then, or asked is 0.
 */
typedef void editor_spell_offer(struct editor *e, size_t start, size_t end, const struct strlist *words,
				const char *dictionary);

void editor_spell_suggest(struct editor *e, size_t start, size_t end, editor_spell_offer *offer);

/* -- editor_spell_menu.c -- */

int editor_spell_next(void *target, int by, struct error *err);
int editor_spell_toggle(void *target, int argument, struct error *err);

/* Whether a key is Enter once too often, for a menu that is on its way: it must not come into the text. */
bool editor_spell_waits(const struct editor *e, const struct input_event *event);

/* Goes on with what was asked for, where that can be answered by now. */
void editor_spell_answer(struct editor *e);

/* -- editor_save.c -- */

int editor_save(void *target, int argument, struct error *err);
int editor_submit(void *target, int argument, struct error *err);
bool editor_close(void *state);

/* Saves where no command runs that could show what went wrong. */
void editor_save_or_say(struct editor *e);

/* -- editor_merge.c -- */

/*
 * Merges the text with what the draft holds by now: shows what comes in, asks about each conflict, and
 * saves once that is accepted; before that nothing is written and the text stays as it is.
 */
void editor_merge_saved(struct editor *e);

/* Merges the unsaved words of somebody into the text, which stays unsaved; base is what they started from. */
void editor_merge_unsaved(struct editor *e, const struct strbuf *base, const struct strbuf *theirs,
			  const struct repo_person *person);

/* -- editor_recover.c -- */

/* Opens the journal, takes the lease, and asks what is to be asked first. */
void editor_protect(struct editor *e);

/* Closes the journal, which goes when all is saved, and gives the lease back. */
void editor_unprotect(struct editor *e);

/* Hands an edit to the journal, before it is made. */
void editor_record(struct editor *e, const struct buffer_edit *edit);

/*
 * Has the journal hold an edit that is not made in the text yet (a field that is being typed), in place of
 * the one before; NULL for none.  The next edit of the text ends it.
 */
void editor_pend(struct editor *e, const struct buffer_edit *edit);

/* Has the journal start anew with the text as it is, from the blob in from. */
void editor_restart_journal(struct editor *e);

/* Has the journal flushed, at most once a second; returns when that is due again. */
int64_t editor_sync(struct editor *e, int64_t now);

/* The process ends: flushes the journal, and lets others have what is unsaved. */
void editor_hangup(void *state);

/* Looks for the lease where another had it; returns when that is due again. */
int64_t editor_look_for_lease(struct editor *e, int64_t now);

/* -- editor_wip.c -- */

/* Has unsaved text copied for others after a pause; returns when that is due. */
int64_t editor_share(struct editor *e, int64_t now);

/* The same at once: the terminal is gone, or another program has it. */
void editor_share_last(struct editor *e);

/* The editor is closed: nothing is copied any more, and what is saved or thrown away is not unsaved. */
void editor_unshare(struct editor *e);

/* -- editor_unsaved.c -- */

/*
 * Looks for the unsaved words that others left, and this person elsewhere, and asks about them when they are
 * found; editor_unsaved() says so where there are none.
 */
void editor_offer_unsaved(struct editor *e);
int editor_unsaved(void *target, int argument, struct error *err);

/* Says that somebody has left the draft, and whether with unsaved words. */
void editor_tell_left(struct editor *e, const char *name);

void editor_unsaved_clear(struct editor *e);

/* -- editor_outside.c -- */

/* Gives the text to the program that VISUAL or EDITOR names, and takes what comes back as one step. */
int editor_outside(void *target, int argument, struct error *err);

/* Says where something is that another program had of this draft when all ended at once. */
void editor_tell_outside(struct editor *e);

#endif
