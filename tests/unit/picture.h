/*
 * Comparing canvases with the pictures under tests/golden/canvas/.
 *
 * With UPDATE=1 in the environment a picture is written instead: look at what git diff shows then.
 */
#ifndef COPYDESK_TESTS_PICTURE_H
#define COPYDESK_TESTS_PICTURE_H

struct canvas;

/* Fails the test unless the canvas with its styles is tests/golden/canvas/NAME.out. */
void picture_check(const struct canvas *canvas, const char *name);

#endif
