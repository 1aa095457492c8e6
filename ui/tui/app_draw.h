/*
 * What stands around the pane that is shown: its title above, what it tells or what was said below.
 */
#ifndef COPYDESK_APP_DRAW_H
#define COPYDESK_APP_DRAW_H

#include "tui/canvas.h"
#include "tui/pane.h"

/* The first line of the screen. */
void app_draw_title(const struct pane *pane, struct canvas_region all);

/*
 * The status line in this row: what was said (NULL for nothing), or else what the pane tells.  A sentence
 * that does not fit takes rows above it.
 */
void app_draw_status(const struct pane *pane, const char *said, enum pane_tone tone, struct canvas_region all,
		     int row);

/* Instead of everything, where the screen holds nothing that could be used. */
void app_draw_too_small(struct canvas_region all);

#endif
