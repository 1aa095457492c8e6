#include "pty.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <vterm.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/unicode.h"

struct pty {
	int fd; /* the person's end; -1 after a hang-up */
	int pidfd;
	pid_t pid;
	bool ended;  /* waited for */
	bool silent; /* the program closed its end */
	VTerm *vterm;
	VTermScreen *screen;
	bool cursor, normal; /* the cursor is shown; not the alternate screen */
	size_t bytes;
};

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

/* -- The terminal -- */

static int on_property(VTermProp property, VTermValue *value, void *user)
{
	struct pty *pty = user;

	if (property == VTERM_PROP_CURSORVISIBLE)
		pty->cursor = value->boolean != 0;
	if (property == VTERM_PROP_ALTSCREEN)
		pty->normal = value->boolean == 0;
	return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

struct pty *pty_start(const char *command, int height, int width)
{
	struct winsize size = {.ws_row = (unsigned short)height, .ws_col = (unsigned short)width};
	struct pty *pty = mem_zalloc(1, sizeof *pty);
	char *line = mem_printf("exec %s", command);

	fflush(NULL);
	pty->pid = forkpty(&pty->fd, NULL, NULL, &size);
	if (pty->pid < 0)
		fail("forkpty");
	if (pty->pid == 0) {
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		fail("/bin/sh");
	}
	free(line);
	pty->pidfd = pidfd_open(pty->pid, 0);
	if (pty->pidfd < 0 || fcntl(pty->fd, F_SETFL, O_NONBLOCK) < 0)
		fail("pidfd");
	pty->cursor = pty->normal = true;
	pty->vterm = vterm_new(height, width);
	vterm_set_utf8(pty->vterm, 1);
	pty->screen = vterm_obtain_screen(pty->vterm);
	vterm_screen_set_callbacks(pty->screen, &callbacks, pty);
	vterm_screen_enable_altscreen(pty->screen, 1);
	vterm_screen_reset(pty->screen, 1);
	return pty;
}

void pty_free(struct pty *pty)
{
	int status;
	long cpu;

	if (pty == NULL)
		return;
	if (!pty->ended) {
		kill(pty->pid, SIGKILL);
		pty_wait_end(pty, -1, &status, &cpu);
	}
	if (pty->fd >= 0)
		close(pty->fd);
	close(pty->pidfd);
	vterm_free(pty->vterm);
	free(pty);
}

bool pty_pump(struct pty *pty, int milliseconds)
{
	struct pollfd wait = {.fd = pty->fd, .events = POLLIN};
	char bytes[65536];
	ssize_t n;

	if (pty->fd < 0 || pty->silent) {
		wait.fd = pty->pidfd;
		poll(&wait, 1, milliseconds);
		return false;
	}
	if (poll(&wait, 1, milliseconds) <= 0)
		return false;
	n = read(pty->fd, bytes, sizeof bytes);
	if (n <= 0) {
		pty->silent = n == 0 || (errno != EAGAIN && errno != EINTR);
		return false;
	}
	pty->bytes += (size_t)n;
	vterm_input_write(pty->vterm, bytes, (size_t)n);
	return true;
}

size_t pty_bytes(const struct pty *pty)
{
	return pty->bytes;
}

/* -- What the person does -- */

/* Sends bytes, and takes what the program says meanwhile, so that neither waits for the other. */
static void send(struct pty *pty, const char *bytes, size_t len)
{
	while (len > 0 && pty->fd >= 0 && !pty->silent) {
		struct pollfd wait = {.fd = pty->fd, .events = POLLIN | POLLOUT};
		ssize_t n = 0;

		poll(&wait, 1, -1);
		if ((wait.revents & POLLOUT) != 0)
			n = write(pty->fd, bytes, len < 1024 ? len : 1024);
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
		if ((wait.revents & (POLLIN | POLLHUP)) != 0)
			pty_pump(pty, 0);
	}
}

/* Sends what libvterm says that the last key sends. */
static void send_keys(struct pty *pty)
{
	char bytes[64];
	size_t len;

	while ((len = vterm_output_read(pty->vterm, bytes, sizeof bytes)) > 0)
		send(pty, bytes, len);
}

static const struct {
	int32_t code;
	VTermKey key;
} keys[] = {
    {INPUT_ENTER, VTERM_KEY_ENTER},    {INPUT_TAB, VTERM_KEY_TAB},
    {INPUT_ESCAPE, VTERM_KEY_ESCAPE},  {INPUT_BACKSPACE, VTERM_KEY_BACKSPACE},
    {INPUT_DELETE, VTERM_KEY_DEL},     {INPUT_INSERT, VTERM_KEY_INS},
    {INPUT_UP, VTERM_KEY_UP},          {INPUT_DOWN, VTERM_KEY_DOWN},
    {INPUT_LEFT, VTERM_KEY_LEFT},      {INPUT_RIGHT, VTERM_KEY_RIGHT},
    {INPUT_HOME, VTERM_KEY_HOME},      {INPUT_END, VTERM_KEY_END},
    {INPUT_PAGE_UP, VTERM_KEY_PAGEUP}, {INPUT_PAGE_DOWN, VTERM_KEY_PAGEDOWN},
};

void pty_key(struct pty *pty, struct input_key key)
{
	VTermModifier modifiers = (key.modifiers & INPUT_SHIFT ? VTERM_MOD_SHIFT : 0) |
				  (key.modifiers & INPUT_ALT ? VTERM_MOD_ALT : 0) |
				  (key.modifiers & INPUT_CTRL ? VTERM_MOD_CTRL : 0);

	if (key.code < INPUT_ENTER)
		vterm_keyboard_unichar(pty->vterm, (uint32_t)key.code, modifiers);
	if (key.code >= INPUT_F1 && key.code <= INPUT_F12)
		vterm_keyboard_key(pty->vterm, (VTermKey)VTERM_KEY_FUNCTION(key.code - INPUT_F1 + 1),
				   modifiers);
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (keys[i].code == key.code)
			vterm_keyboard_key(pty->vterm, keys[i].key, modifiers);
	}
	send_keys(pty);
}

void pty_type(struct pty *pty, const char *text, size_t len)
{
	send(pty, text, len);
}

/* As a terminal does it: line ends are CR, in brackets if the program asked for them. */
void pty_paste(struct pty *pty, const char *text, size_t len)
{
	char *bytes = mem_strndup(text, len);

	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n')
			bytes[i] = '\r';
	}
	vterm_keyboard_start_paste(pty->vterm);
	send_keys(pty);
	send(pty, bytes, len);
	vterm_keyboard_end_paste(pty->vterm);
	send_keys(pty);
	free(bytes);
}

void pty_resize(struct pty *pty, int height, int width)
{
	struct winsize size = {.ws_row = (unsigned short)height, .ws_col = (unsigned short)width};

	vterm_set_size(pty->vterm, height, width);
	if (ioctl(pty->fd, TIOCSWINSZ, &size) < 0)
		fail("resize");
}

void pty_hang_up(struct pty *pty)
{
	close(pty->fd);
	pty->fd = -1;
}

void pty_signal(struct pty *pty, int number)
{
	kill(pty->pid, number);
}

void pty_limit_memory(struct pty *pty, size_t more)
{
	char *path = mem_printf("/proc/%d/statm", (int)pty->pid);
	FILE *file = fopen(path, "r");
	unsigned long pages = 0;
	struct rlimit limit;

	/* The first number is that of the pages of its address space: proc(5). */
	if (file != NULL && fscanf(file, "%lu", &pages) == 1) {
		limit.rlim_cur = limit.rlim_max = pages * (size_t)sysconf(_SC_PAGESIZE) + more;
		(void)prlimit(pty->pid, RLIMIT_AS, &limit, NULL);
	}
	if (file != NULL)
		fclose(file);
	free(path);
}

bool pty_wait_end(struct pty *pty, int milliseconds, int *status, long *cpu)
{
	struct pollfd wait = {.fd = pty->pidfd, .events = POLLIN};
	struct rusage usage;
	int raw;

	if (poll(&wait, 1, milliseconds) <= 0 || wait4(pty->pid, &raw, 0, &usage) != pty->pid)
		return false;
	pty->ended = true;
	*status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
	*cpu = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
	return true;
}

/* Whether a thread of the program waits for the disk: its state is D, after the name in brackets, in proc(5).
 */
static bool waits_for_disk(const struct pty *pty)
{
	char *path = mem_printf("/proc/%d/task", (int)pty->pid);
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool waits = false;

	while (dir != NULL && !waits && (entry = readdir(dir)) != NULL) {
		char *name = mem_printf("%s/%s/stat", path, entry->d_name);
		FILE *file = fopen(name, "r");
		char state = ' ';

		if (file != NULL && fscanf(file, "%*d (%*[^)]) %c", &state) == 1)
			waits = state == 'D';
		if (file != NULL)
			fclose(file);
		free(name);
	}
	if (dir != NULL)
		closedir(dir);
	free(path);
	return waits;
}

/* Microseconds of a processor that we have had. */
static int64_t had(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* Whoever is always at work gets as much of a processor as the program does. */
bool pty_wait_end_busily(struct pty *pty, int milliseconds, int *spent, int *status, long *cpu)
{
	struct pollfd end = {.fd = pty->pidfd, .events = POLLIN};
	int64_t last = had();
	int64_t counted = 0;

	while (poll(&end, 1, 0) <= 0 && counted < milliseconds * INT64_C(1000)) {
		int64_t now;

		pty_pump(pty, 0);
		now = had();
		if (!waits_for_disk(pty))
			counted += now - last;
		last = now;
	}
	*spent = (int)(counted / 1000);
	return pty_wait_end(pty, 0, status, cpu);
}

bool pty_is_over(const struct pty *pty)
{
	struct pollfd wait = {.fd = pty->pidfd, .events = POLLIN};

	return pty->silent || poll(&wait, 1, 0) > 0;
}

/* -- What the person sees -- */

int pty_height(const struct pty *pty)
{
	int height, width;

	vterm_get_size(pty->vterm, &height, &width);
	return height;
}

static char letter_of(const VTermScreenCell *cell)
{
	if (cell->attrs.reverse)
		return 'r';
	if (cell->attrs.underline)
		return 'u';
	/* nobody sees how bold a blank is, or its ink */
	if ((cell->chars[0] == 0 || cell->chars[0] == ' ') && VTERM_COLOR_IS_DEFAULT_BG(&cell->bg))
		return ' ';
	if (cell->attrs.bold)
		return 'b';
	if (cell->attrs.italic)
		return 'i';
	return VTERM_COLOR_IS_DEFAULT_FG(&cell->fg) && VTERM_COLOR_IS_DEFAULT_BG(&cell->bg) ? ' ' : 'c';
}

static void trim_blanks(struct strbuf *out, size_t start)
{
	size_t len = out->len;

	while (len > start && out->data[len - 1] == ' ')
		len--;
	strbuf_truncate(out, len);
}

static void add_row(struct pty *pty, int row, bool letters, struct strbuf *out)
{
	size_t start = out->len;
	int height, width;

	vterm_get_size(pty->vterm, &height, &width);
	for (int column = 0; column < width; column++) {
		VTermScreenCell cell;

		vterm_screen_get_cell(pty->screen, (VTermPos){.row = row, .col = column}, &cell);
		for (int i = 0; i < cell.width && letters; i++)
			strbuf_addc(out, letter_of(&cell));
		if (cell.chars[0] == 0 && !letters)
			strbuf_addc(out, ' ');
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0 && !letters; i++)
			unicode_encode(out, (int32_t)cell.chars[i]);
		column += cell.width - 1;
	}
	trim_blanks(out, start);
}

void pty_row(struct pty *pty, int row, bool styled, struct strbuf *out)
{
	size_t start;

	add_row(pty, row, false, out);
	if (!styled)
		return;
	start = out->len;
	strbuf_adds(out, "\n~");
	add_row(pty, row, true, out);
	if (out->len == start + 2)
		strbuf_truncate(out, start);
}

int pty_count(struct pty *pty, const char *text)
{
	struct strbuf line = STRBUF_INIT;
	int count = 0;

	for (int row = 0; row < pty_height(pty); row++) {
		strbuf_reset(&line);
		pty_row(pty, row, false, &line);
		for (const char *p = line.data; (p = strstr(p, text)) != NULL; p++)
			count++;
	}
	strbuf_clear(&line);
	return count;
}

bool pty_cursor(struct pty *pty, int *row, int *column)
{
	VTermPos pos;

	vterm_state_get_cursorpos(vterm_obtain_state(pty->vterm), &pos);
	*row = pos.row;
	*column = pos.col;
	return pty->cursor;
}

bool pty_is_restored(struct pty *pty)
{
	tcflag_t line = ICANON | ECHO | ISIG | IEXTEN;
	struct termios modes;

	return pty->normal && pty->cursor && tcgetattr(pty->fd, &modes) == 0 &&
	       (modes.c_lflag & line) == line && (modes.c_oflag & OPOST) != 0 && (modes.c_iflag & ICRNL) != 0;
}
