/* What can be done in the editor, as rows. */
#include "tui/editor.h"

#include "text/buffer.h"
#include "text/prose.h"
#include "tui/command.h"
#include "tui/editor_internal.h"

static unsigned holds(const void *target)
{
	const struct editor *e = target;
	size_t start, end, len;
	unsigned needs = COMMAND_ARTICLE | COMMAND_DRAFT | COMMAND_WRITABLE;

	needs |= buffer_changed(e->buffer) ? COMMAND_UNSAVED : COMMAND_SAVED;
	needs |= e->suggests ? COMMAND_SUGGESTS : COMMAND_WRITES;
	if (!e->facing.focus)
		needs |= COMMAND_OWN_TEXT;
	if (e->facing.side != NULL)
		needs |= COMMAND_FACING;
	if (editor_selection(e->facing.focus ? e->facing.side : e, &start, &end))
		needs |= COMMAND_SELECTION;
	e->place.host->clipboard(e->place.host->app, &len);
	if (len > 0)
		needs |= COMMAND_CLIPBOARD;
	if (e->find.words.text.len > 0)
		needs |= COMMAND_SOUGHT;
	return needs;
}

static int toggle_preview(void *target, int argument, struct error *err)
{
	struct editor *e = target;

	(void)argument;
	(void)err;
	if (e->facing.side != NULL)
		editor_facing_clear(e);
	else if (e->focus)
		e->focus = false;
	else if (e->width >= EDITOR_WIDE)
		e->beside = !e->beside;
	else
		e->instead = !e->instead;
	e->page_from = SIZE_MAX;
	e->follow = true;
	editor_show_page(e);
	editor_touch(e);
	return 0;
}

static int toggle_focus(void *target, int argument, struct error *err)
{
	struct editor *e = target;

	(void)argument;
	if (e->facing.side != NULL)
		return error_set(err, E_REFUSED, "There is a text beside this one; F2 takes it away.");
	e->focus = !e->focus;
	e->instead = false;
	e->follow = true;
	editor_say(e, PANE_SAID,
		   e->focus ? "A narrow column to write in; F5 ends it." : "All of the width again.");
	editor_touch(e);
	return 0;
}

static int compare(void *target, int argument, struct error *err)
{
	struct editor *e = target;

	(void)argument;
	(void)err;
	e->place.host->open(e->place.host->app, PANE_COMPARE, e->name);
	if (buffer_changed(e->buffer))
		editor_say(e, PANE_WARNED, "This compares what is saved; your last words are not saved yet.");
	return 0;
}

static int close_command(void *target, int argument, struct error *err)
{
	struct editor *e = target;

	(void)argument;
	(void)err;
	if (editor_close(e))
		e->place.host->close(e->place.host->app, e);
	return 0;
}

/* A move, and the same with Shift. */
#define MOVE(name, label, help, keys, shifted, how)                                                          \
	{"editor." name, label, help, keys, 0, 0, NULL, how, editor_move},                                   \
	{                                                                                                    \
		"editor.select-" name, "Select " label, help ", selecting", shifted, 0, 0, NULL,             \
		    (int)(how) | (int)MOVE_SELECT, editor_move                                               \
	}

static const struct command rows[] = {
    {"editor.save", "Save", "Save the draft", "Ctrl-S", COMMAND_WRITES, 10, "Article", 0, editor_save},
    {"editor.suggest", "Suggest", "Suggest to the author what you changed", "Ctrl-S", COMMAND_SUGGESTS, 10,
     "Article", 0, editor_save},
    {"editor.submit", "Submit", "Save the draft and submit it for review", NULL, 0, 0, "Article", 0,
     editor_submit},
    {"editor.form", "Fields", "Fill in headline, date, tags and other fields", "F4", 0, 45, "Article", 0,
     editor_form_toggle},
    {"editor.unsaved", "Unsaved words", "Take over what others typed and did not save", NULL,
     COMMAND_OWN_TEXT, 0, "Article", 0, editor_unsaved},
    {"editor.compare", "Compare", "Compare the draft with what is published", "F8", 0, 70, "Article", 0,
     compare},
    {"editor.close", "Close", "Close the editor; asks about unsaved text", "Ctrl-Q", 0, 60, "Article", 0,
     close_command},
    {"editor.undo", "Undo", "Take the last step back", "Ctrl-Z", COMMAND_OWN_TEXT, 20, "Edit", 0,
     editor_undo},
    {"editor.redo", "Redo", "Make again what was taken back", "Ctrl-Y", COMMAND_OWN_TEXT, 0, "Edit", 1,
     editor_undo},
    {"editor.cut", "Cut", "Cut the selection", "Ctrl-X", COMMAND_SELECTION | COMMAND_OWN_TEXT, 0, "Edit", 1,
     editor_copy},
    {"editor.copy", "Copy", "Copy the selection", "Ctrl-C", COMMAND_SELECTION, 0, "Edit", 0, editor_copy},
    {"editor.paste", "Paste", "Put in what was cut or copied last", "Ctrl-V",
     COMMAND_CLIPBOARD | COMMAND_OWN_TEXT, 0, "Edit", 0, editor_paste},
    {"editor.select-all", "Select all", "Select all of the text", "Ctrl-A", 0, 0, "Edit", 0,
     editor_select_all},
    {"editor.find", "Find", "Find words; a capital letter makes case count", "Ctrl-F", COMMAND_OWN_TEXT, 30,
     "Find", 0, editor_find_open},
    {"editor.find-next", "Find next", "The next place where the words stand", "F3",
     COMMAND_SOUGHT | COMMAND_OWN_TEXT, 0, "Find", 1, editor_find_next},
    {"editor.find-previous", "Find previous", "The place before where the words stand", "Shift-F3",
     COMMAND_SOUGHT | COMMAND_OWN_TEXT, 0, "Find", -1, editor_find_next},
    {"editor.replace", "Replace", "Replace words; once more in the bar: all of them", "Ctrl-R",
     COMMAND_OWN_TEXT, 0, "Find", 1, editor_find_open},
    {"editor.replace-all", "Replace all", "Replace the words everywhere, or in the lines that were selected",
     NULL, COMMAND_OWN_TEXT, 0, "Find", 0, editor_find_all},
    {"editor.find-back", "To search start", "Back to where the search began", NULL,
     COMMAND_SOUGHT | COMMAND_OWN_TEXT, 0, "Find", 0, editor_find_back},
    {"editor.find-case", "Case", "Whether capital and small letters are different; in the bar also Alt-C",
     NULL, COMMAND_OWN_TEXT, 0, "Find", FIND_TOGGLE_CASE, editor_find_toggle},
    {"editor.find-words", "Whole words", "Whether only whole words are found; in the bar also Alt-W", NULL,
     COMMAND_OWN_TEXT, 0, "Find", FIND_TOGGLE_WORDS, editor_find_toggle},
    {"editor.find-regex", "Expression",
     "Whether what is sought is a regular expression; in the bar also Alt-R", NULL, COMMAND_OWN_TEXT, 0,
     "Find", FIND_TOGGLE_REGEX, editor_find_toggle},
    {"editor.find-width", "Width", "Whether full- and halfwidth forms are the same; in the bar also Alt-V",
     NULL, COMMAND_OWN_TEXT, 0, "Find", FIND_TOGGLE_WIDTH, editor_find_toggle},
    {"editor.find-selection", "In selection",
     "Whether only the selected lines are searched; in the bar also Alt-S", NULL, COMMAND_OWN_TEXT, 0, "Find",
     FIND_TOGGLE_WITHIN, editor_find_toggle},
    {"editor.strong", "Strong", "Make selection or word strong, or no longer", "Ctrl-B", COMMAND_OWN_TEXT, 0,
     "Text", PROSE_STRONG, editor_emphasise},
    {"editor.emphasis", "Emphasis", "Emphasise selection or word, or no longer", "Ctrl-E", COMMAND_OWN_TEXT,
     0, "Text", PROSE_EMPHASIS, editor_emphasise},
    {"editor.link", "Link", "Make selection or word a link, or change it", "Ctrl-K", COMMAND_OWN_TEXT, 0,
     "Text", 0, editor_link},
    {"editor.typeset", "Quotes and dashes", "Make quotes, dashes and points typographic", "Ctrl-T",
     COMMAND_OWN_TEXT, 0, "Text", 0, editor_typeset},
    {"editor.sign", "Special character", "Put in a character by its name or number", "Ctrl-U",
     COMMAND_OWN_TEXT, 0, "Text", 0, editor_ask_sign},
    {"editor.case", "Change case", "Lower, upper and title case in turn", "Alt-C", COMMAND_OWN_TEXT, 0,
     "Text", 0, editor_change_case},
    {"editor.duplicate", "Duplicate", "Put in the paragraph or selection once more", "Ctrl-D",
     COMMAND_OWN_TEXT, 0, "Text", 0, editor_duplicate},
    {"editor.paragraph-up", "Paragraph up", "Move the paragraph before the one above", "Ctrl-Up",
     COMMAND_OWN_TEXT, 0, "Text", -1, editor_move_paragraph},
    {"editor.paragraph-down", "Paragraph down", "Move the paragraph after the one below", "Ctrl-Down",
     COMMAND_OWN_TEXT, 0, "Text", 1, editor_move_paragraph},
    {"editor.join", "Join", "Join with the next paragraph, or all selected", "Alt-J", COMMAND_OWN_TEXT, 0,
     "Text", 0, editor_join},
    {"editor.spell", "Spelling", "The next word that is in no dictionary or list", "F7", COMMAND_OWN_TEXT, 0,
     "Text", 1, editor_spell_next},
    {"editor.spell-previous", "Spelling back", "The last such word before the cursor", "Shift-F7",
     COMMAND_OWN_TEXT, 0, "Text", -1, editor_spell_next},
    {"editor.outline", "Outline", "Go to a heading", "Ctrl-O", COMMAND_OWN_TEXT, 0, "Go", 0, editor_outline},
    {"editor.next-comment", "Next comment", "The next passage with an open comment", "F9", COMMAND_OWN_TEXT,
     0, "Go", 1, editor_next_comment},
    {"editor.previous-comment", "Previous comment", "The passage before with an open comment", "Shift-F9",
     COMMAND_OWN_TEXT, 0, "Go", -1, editor_next_comment},
    {"editor.line", "Go to line", "Go to a line by its number", "Ctrl-G", COMMAND_OWN_TEXT, 0, "Go", 0,
     editor_goto},
    {"editor.preview", "Preview", "Show or hide what the readers will see", "F2", 0, 40, "View", 0,
     toggle_preview},
    {"editor.beside", "Beside", "Show what is published or another text beside", "Shift-F2", 0, 0, "View", 0,
     editor_facing_ask},
    {"editor.side", "Other side", "Go to the text beside, and back", "F6", COMMAND_FACING, 0, "View", 0,
     editor_facing_switch},
    {"editor.spelling", "Spelling marks", "Underline misspelt words, or not", NULL, 0, 0, "View", 0,
     editor_spell_toggle},
    {"editor.focus", "Focus", "Write in a narrow column, without the preview", "F5", 0, 0, "View", 0,
     toggle_focus},
    {"editor.outside", "Edit elsewhere", "Edit the text in the program that VISUAL or EDITOR names", NULL,
     COMMAND_OWN_TEXT, 0, "Edit", 0, editor_outside},
    {"editor.delete-back", "Delete back", "Delete the selection or the character before", "Backspace",
     COMMAND_OWN_TEXT, 0, NULL, MOVE_LEFT, editor_delete},
    {"editor.delete", "Delete", "Delete the selection or the character after", "Delete", COMMAND_OWN_TEXT, 0,
     NULL, MOVE_RIGHT, editor_delete},
    {"editor.delete-word-back", "Delete word back", "Delete the word before the cursor",
     "Ctrl-W, Alt-Backspace", COMMAND_OWN_TEXT, 0, NULL, MOVE_WORD_LEFT, editor_delete},
    {"editor.erase-word", "Delete word back", "Delete the word before the cursor, too", "Ctrl-Backspace",
     COMMAND_OWN_TEXT, 0, NULL, MOVE_WORD_LEFT, editor_delete},
    {"editor.delete-word", "Delete word", "Delete the word after the cursor", "Ctrl-Delete", COMMAND_OWN_TEXT,
     0, NULL, MOVE_WORD_RIGHT, editor_delete},
    MOVE("left", "Left", "One character left", "Left", "Shift-Left", MOVE_LEFT),
    MOVE("right", "Right", "One character right", "Right", "Shift-Right", MOVE_RIGHT),
    MOVE("word-left", "Word left", "To the start of the word", "Ctrl-Left", "Ctrl-Shift-Left",
	 MOVE_WORD_LEFT),
    MOVE("word-right", "Word right", "To the end of the word", "Ctrl-Right", "Ctrl-Shift-Right",
	 MOVE_WORD_RIGHT),
    MOVE("up", "Up", "One row up", "Up", "Shift-Up", MOVE_UP),
    MOVE("down", "Down", "One row down", "Down", "Shift-Down", MOVE_DOWN),
    MOVE("page-up", "Page up", "One page up", "PageUp", "Shift-PageUp", MOVE_PAGE_UP),
    MOVE("page-down", "Page down", "One page down", "PageDown", "Shift-PageDown", MOVE_PAGE_DOWN),
    MOVE("home", "Row start", "To the start of the row", "Home", "Shift-Home", MOVE_HOME),
    MOVE("end", "Row end", "To the end of the row", "End", "Shift-End", MOVE_END),
    MOVE("start", "Text start", "To the body's start, then to line 1", "Ctrl-Home", "Ctrl-Shift-Home",
	 MOVE_START),
    MOVE("finish", "Text end", "To the end of the text", "Ctrl-End", "Ctrl-Shift-End", MOVE_FINISH),
};

const struct command_table editor_commands = {
    .title = "The editor",
    .about = "The draft's text, front matter and body. What is typed goes in at the cursor.",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
    .holds = holds,
};
