/*
 * The three lists of commands that a person opens: the palette (Ctrl-P), the
 * menu (F10) and the help (F1, and ? outside text).  Each is a prompt made of
 * the rows of a command set; what the person chose is handed to chosen, after
 * the prompt is gone, so that a command can ask a question of its own.
 */
#ifndef COPYDESK_PALETTE_H
#define COPYDESK_PALETTE_H

struct command_choice;
struct command_set;
struct prompt;

/* Called with what was chosen, or never. A row that cannot run is chosen all the same: running it says why.
 */
typedef void palette_chosen(void *context, struct command_choice choice);

/* All that can be done now, narrowed by typing, in the order of the tables. */
struct prompt *palette_commands(const struct command_set *set, palette_chosen *chosen, void *context);

/* The same by menu, with the menus side by side. */
struct prompt *palette_menu(const struct command_set *set, palette_chosen *chosen, void *context);

/* Every key of this screen and what it does; Enter runs it. */
struct prompt *palette_help(const struct command_set *set, palette_chosen *chosen, void *context);

#endif
