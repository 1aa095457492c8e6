#include "tui/terminfo.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>

#include "base/strbuf.h"

bool terminfo_load(const char *type)
{
	int status = 0;

	/* unlike initscr(), setupterm() with a place for the status comes back from an unknown type */
	return setupterm(type, STDOUT_FILENO, &status) == OK || status > 0;
}

void terminfo_unload(void)
{
	if (cur_term != NULL)
		del_curterm(cur_term);
}

const char *terminfo_string(const char *capability)
{
	const char *value = cur_term != NULL ? tigetstr(capability) : NULL;

	return value == (const char *)-1 ? NULL : value;
}

int terminfo_number(const char *capability)
{
	int value = cur_term != NULL ? tigetnum(capability) : -1;

	return value < 0 ? -1 : value;
}

void terminfo_add(struct strbuf *out, const char *capability)
{
	const char *value = terminfo_string(capability);

	while (value != NULL && *value != '\0') {
		const char *padding = strstr(value, "$<");
		const char *end = padding != NULL ? strchr(padding, '>') : NULL;

		if (end == NULL) {
			strbuf_adds(out, value);
			return;
		}
		strbuf_add(out, value, (size_t)(padding - value));
		value = end + 1;
	}
}
