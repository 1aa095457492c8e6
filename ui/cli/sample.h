/*
 * The sample newsroom: built by replaying ui/sample/history through the desk,
 * so that it obeys the rules that it shows.
 */
#ifndef COPYDESK_SAMPLE_H
#define COPYDESK_SAMPLE_H

#include <stddef.h>

struct error;

/*
 * Makes the sample newsroom in a folder that does not exist yet; it appears there whole or not at all.
 * progress (may be NULL) is told how much of the story is told, of how much.
 */
int sample_make(const char *folder, void (*progress)(size_t done, size_t total), struct error *err);

#endif
