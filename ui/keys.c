/* Prints the key tables of copydesk(1), which the build puts into the manual. */
#include <stdio.h>

#include "base/strbuf.h"
#include "tui/app.h"

int main(void)
{
	struct strbuf out = STRBUF_INIT;
	bool printed;

	app_manual(&out);
	printed = fwrite(out.data, 1, out.len, stdout) == out.len && fflush(stdout) == 0;
	strbuf_clear(&out);
	return printed ? 0 : 1;
}
