#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "tui/canvas.h"

#include "picture.h"

void picture_check(const struct canvas *canvas, const char *name)
{
	char *path = mem_printf("tests/golden/canvas/%s.out", name);
	struct strbuf now = STRBUF_INIT, then = STRBUF_INIT;
	struct error err = {.code = 0};

	canvas_dump(&now, canvas, true);
	if (getenv("UPDATE") != NULL)
		assert_int_equal(path_write(path, now.data, now.len, 0644, &err), 0);
	if (path_read(&then, path, (size_t)1 << 20, &err) < 0)
		print_message("# %s\n", err.message);
	assert_string_equal(now.data, then.data);
	strbuf_clear(&then);
	strbuf_clear(&now);
	free(path);
}
