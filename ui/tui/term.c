#include "tui/term.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "tui/canvas.h"
#include "tui/frame.h"
#include "tui/terminfo.h"

#define ESCAPE_DELAY     50
#define ESCAPE_DELAY_MAX 1000

/* Milliseconds that the process may take to end when its terminal is gone, or a signal asks for it. */
#define LAST_WORDS 850

/* Bytes of a person's input taken before the screen is drawn again. */
#define READ_LIMIT ((size_t)1 << 20)

struct term {
	struct frame *frame;
	struct input *input;
	struct strbuf out;   /* kept between drawings */
	struct strbuf start; /* bytes that take the terminal over */
	char *notice;
	int height, width;
	int escape_delay; /* milliseconds */
	int64_t deadline; /* of what waits in input, clock_monotonic() */
	bool resized;     /* INPUT_RESIZE is due */
	bool gone;        /* nothing can be read or written any more, or the end was asked for */
	bool told;        /* INPUT_HANGUP has been given */
	bool copies;      /* the terminal takes OSC 52 */
	struct termios raw;
};

/* -- Signals, and the way out -- */

enum signal_word {
	SIGNAL_RESIZE = 'r',
	SIGNAL_CONTINUE = 'c',
	SIGNAL_END = 'e',
};

/*
 * What signal handlers need, which have no other way to it.  The bytes that give the terminal back
 * are made beforehand, so that a handler only has to write them.
 */
static struct {
	int pipe[2];
	volatile sig_atomic_t ending; /* a signal asked for the end */
	volatile sig_atomic_t taken;  /* the terminal is ours */
	pid_t owner;                  /* a forked child must not give it back */
	struct termios before;
	char restore[256];
	size_t restore_len;
} signals;

static const struct {
	int number;
	enum signal_word word;
	int flags;
} caught[] = {
    {SIGWINCH, SIGNAL_RESIZE, SA_RESTART},
    {SIGCONT, SIGNAL_CONTINUE, SA_RESTART},
    {SIGTERM, SIGNAL_END, 0}, /* without SA_RESTART, so that it ends a write that is stuck */
    {SIGHUP, SIGNAL_END, 0},
    {SIGINT, SIGNAL_END, 0},
};

/* Ctrl-Z and its kin must not stop us with the screen half drawn. */
static const int ignored[] = {SIGTSTP, SIGTTIN, SIGTTOU};

static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void give_back(void)
{
	if (!signals.taken || signals.owner != getpid())
		return;
	signals.taken = 0;
	if (write(STDOUT_FILENO, signals.restore, signals.restore_len) < 0)
		return; /* there is no terminal any more */
	tcsetattr(STDIN_FILENO, TCSANOW, &signals.before);
}

/*
 * Whatever still runs when the end was asked for (a slow disk, a preview, a push), the process ends within a
 * second: what was typed is in the journal, and all that is written otherwise can be cut off anywhere.
 */
static void end_soon(void)
{
	const struct itimerval timer = {.it_value = {.tv_usec = LAST_WORDS * 1000}};

	setitimer(ITIMER_REAL, &timer, NULL);
}

static void on_alarm(int number)
{
	(void)number;
	give_back();
	_exit(0);
}

static void on_signal(int number)
{
	int kept = errno;

	for (size_t i = 0; i < COUNT(caught); i++) {
		char word = (char)caught[i].word;

		if (caught[i].number != number)
			continue;
		if (word == SIGNAL_END && !signals.ending) {
			signals.ending = 1;
			end_soon();
		}
		if (write(signals.pipe[1], &word, 1) < 0)
			break; /* full: what is in it will wake the loop just the same */
	}
	errno = kept;
}

/* The same where nobody else can say a last word: after a fault, and when memory ran out. */
static void give_back_and_tell(void)
{
	static const char words[] =
	    "copydesk had to stop. Unsaved text is in the journal and is offered at the next start.\n";
	bool ours = signals.taken && signals.owner == getpid();

	give_back();
	if (ours && write(STDERR_FILENO, words, sizeof words - 1) < 0)
		_exit(2);
}

static void on_crash(int number)
{
	give_back_and_tell();
	raise(number); /* SA_RESETHAND: now it does what it would have done */
}

static void set_handler(int number, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

static int open_signals(struct error *err)
{
	static bool registered;

	if (pipe2(signals.pipe, O_NONBLOCK | O_CLOEXEC) < 0)
		return error_set_errno(err, errno, "A pipe for signals cannot be made");
	signals.ending = 0;
	signals.owner = getpid();
	for (size_t i = 0; i < COUNT(caught); i++)
		set_handler(caught[i].number, on_signal, caught[i].flags);
	for (size_t i = 0; i < COUNT(ignored); i++)
		set_handler(ignored[i], SIG_IGN, 0);
	for (size_t i = 0; i < COUNT(crashes); i++)
		set_handler(crashes[i], on_crash, (int)(SA_RESETHAND | SA_NODEFER));
	set_handler(SIGALRM, on_alarm, 0);
	if (!registered) {
		atexit(give_back);
		(void)at_quick_exit(give_back_and_tell);
	}
	registered = true;
	return 0;
}

static void close_signals(void)
{
	for (size_t i = 0; i < COUNT(caught); i++)
		set_handler(caught[i].number, SIG_DFL, 0);
	for (size_t i = 0; i < COUNT(ignored); i++)
		set_handler(ignored[i], SIG_DFL, 0);
	for (size_t i = 0; i < COUNT(crashes); i++)
		set_handler(crashes[i], SIG_DFL, 0);
	/* The timer runs on: what is left to be tidied up can be slow, too. */
	set_handler(SIGALRM, signals.ending ? on_alarm : SIG_DFL, 0);
	close(signals.pipe[0]);
	close(signals.pipe[1]);
}

/* -- What the terminal can do -- */

/* Terminals that are known to take OSC 52, by the start of TERM. */
static const char *const copying[] = {"xterm", "tmux",  "screen",  "rxvt",    "alacritty",
				      "foot",  "kitty", "wezterm", "ghostty", "contour"};

static const struct {
	const char *capability;
	struct input_key key;
} capabilities[] = {
    {"kcuu1", {INPUT_UP, 0}},
    {"kcud1", {INPUT_DOWN, 0}},
    {"kcub1", {INPUT_LEFT, 0}},
    {"kcuf1", {INPUT_RIGHT, 0}},
    {"khome", {INPUT_HOME, 0}},
    {"kend", {INPUT_END, 0}},
    {"kpp", {INPUT_PAGE_UP, 0}},
    {"knp", {INPUT_PAGE_DOWN, 0}},
    {"kich1", {INPUT_INSERT, 0}},
    {"kdch1", {INPUT_DELETE, 0}},
    {"kcbt", {INPUT_TAB, INPUT_SHIFT}},
    {"kLFT", {INPUT_LEFT, INPUT_SHIFT}},
    {"kRIT", {INPUT_RIGHT, INPUT_SHIFT}},
    {"kHOM", {INPUT_HOME, INPUT_SHIFT}},
    {"kEND", {INPUT_END, INPUT_SHIFT}},
    {"kf1", {INPUT_F1, 0}},
    {"kf2", {INPUT_F1 + 1, 0}},
    {"kf3", {INPUT_F1 + 2, 0}},
    {"kf4", {INPUT_F1 + 3, 0}},
    {"kf5", {INPUT_F1 + 4, 0}},
    {"kf6", {INPUT_F1 + 5, 0}},
    {"kf7", {INPUT_F1 + 6, 0}},
    {"kf8", {INPUT_F1 + 7, 0}},
    {"kf9", {INPUT_F1 + 8, 0}},
    {"kf10", {INPUT_F1 + 9, 0}},
    {"kf11", {INPUT_F1 + 10, 0}},
    {"kf12", {INPUT_F12, 0}},
};

static bool starts_with_any(const char *name, const char *const *starts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strncmp(name, starts[i], strlen(starts[i])) == 0)
			return true;
	}
	return false;
}

/* Loads terminfo for TERM, or for a vt100 where there is none. */
static int load_terminfo(struct term *term, struct error *err)
{
	const char *name = getenv("TERM");
	const char *cup;

	if (name == NULL || *name == '\0')
		name = "(none)";
	if (!terminfo_load(name)) {
		term->notice =
		    mem_printf("The terminal type %s is not known here; copydesk treats it as a vt100, "
			       "without colours.",
			       name);
		terminfo_load("vt100");
		return 0;
	}
	cup = terminfo_string("cup");
	if (cup == NULL || strncmp(cup, "\x1b[", 2) != 0)
		return error_set(
		    err, E_INVALID,
		    "A terminal of the type %s cannot place its cursor as copydesk needs it. Set TERM "
		    "to what your terminal is, such as xterm-256color.",
		    name);
	term->copies = starts_with_any(name, copying, COUNT(copying));
	return 0;
}

static bool has_all(const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (terminfo_string(names[i]) == NULL)
			return false;
	}
	return true;
}

void term_look(struct frame_look *look)
{
	static const char *const scrolling[] = {"csr", "ind", "ri"};
	const char *no_color = getenv("NO_COLOR");
	const char *rmul = terminfo_string("rmul");
	int colours = no_color != NULL && *no_color != '\0' ? 0 : terminfo_number("colors");

	*look = (struct frame_look){
	    .colours = colours,
	    .italic = terminfo_string("sitm") != NULL,
	    .faint = terminfo_string("dim") != NULL,
	    .underline = terminfo_string("smul") != NULL,
	    .takes_back = rmul != NULL && strcmp(rmul, "\x1b[24m") == 0,
	    .erases = terminfo_string("ech") != NULL,
	    .slides = terminfo_string("ich") != NULL && terminfo_string("dch") != NULL,
	    .scrolls = has_all(scrolling, COUNT(scrolling)),
	    .scrolls_by = terminfo_string("indn") != NULL && terminfo_string("rin") != NULL,
	    .hide_cursor = terminfo_string("civis") != NULL,
	};
}

/*
 * The bytes that take the terminal over, and those that give it back: alternate screen, keypad keys
 * as terminfo has them, no wrapping at the right edge (DECAWM), bracketed paste.
 */
static void make_modes(struct term *term)
{
	struct strbuf restore = STRBUF_INIT;

	terminfo_add(&term->start, "smcup");
	terminfo_add(&term->start, "smkx");
	strbuf_adds(&term->start, "\x1b[?7l\x1b[?2004h");
	strbuf_adds(&restore, terminfo_string("csr") != NULL ? "\x1b[r" : "");
	strbuf_adds(&restore, "\x1b[m\x1b[?1000l\x1b[?1006l\x1b[?2004l\x1b[?7h");
	terminfo_add(&restore, "rmkx");
	if (terminfo_string("rmcup") != NULL)
		terminfo_add(&restore, "rmcup");
	else
		strbuf_adds(&restore, "\x1b[H\x1b[J");
	/* Last, since terminals made with libvterm also put back whether the cursor was hidden. */
	strbuf_adds(&restore, "\x1b[?25h");
	assert(restore.len <= sizeof signals.restore);
	memcpy(signals.restore, restore.data, restore.len);
	signals.restore_len = restore.len;
	strbuf_clear(&restore);
}

static void define_keys(struct input *input)
{
	const char *backspace = terminfo_string("kbs");

	if (signals.before.c_cc[VERASE] == 0x7f && backspace != NULL && strcmp(backspace, "\x7f") == 0)
		input_define_ctrl_h(input);
	for (size_t i = 0; i < COUNT(capabilities); i++) {
		const char *sequence = terminfo_string(capabilities[i].capability);

		if (sequence != NULL)
			input_define(input, sequence, capabilities[i].key);
	}
}

static int escape_delay(void)
{
	const char *text = getenv("ESCDELAY");
	long delay = text != NULL ? strtol(text, NULL, 10) : 0;

	return delay < 1 ? ESCAPE_DELAY : delay > ESCAPE_DELAY_MAX ? ESCAPE_DELAY_MAX : (int)delay;
}

/* -- Opening and closing -- */

static void use_utf8(void)
{
	setlocale(LC_ALL, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

static void find_size(struct term *term)
{
	struct winsize size = {.ws_row = 0};

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0 || size.ws_col == 0) {
		size.ws_row = (unsigned short)(terminfo_number("lines") > 0 ? terminfo_number("lines") : 24);
		size.ws_col = (unsigned short)(terminfo_number("cols") > 0 ? terminfo_number("cols") : 80);
	}
	term->height = size.ws_row;
	term->width = size.ws_col;
}

/* Writes all of it; a terminal that is gone, or an end that was asked for meanwhile, is kept in mind. */
static void send(struct term *term, const char *bytes, size_t len)
{
	while (len > 0 && !term->gone) {
		ssize_t n = write(STDOUT_FILENO, bytes, len);
		struct pollfd wait = {.fd = STDOUT_FILENO, .events = POLLOUT};

		if (n >= 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN && !signals.ending) {
			poll(&wait, 1, -1);
		} else if (errno != EINTR || signals.ending) {
			term->gone = true;
		}
	}
}

/* Raw mode: every key arrives as it is, and every byte leaves as it is. */
static int take_over(struct term *term, struct error *err)
{
	if (tcsetattr(STDIN_FILENO, TCSANOW, &term->raw) < 0)
		return error_set_errno(err, errno, "The terminal's mode cannot be changed");
	signals.taken = 1;
	send(term, term->start.data, term->start.len);
	return 0;
}

static void make_raw(struct term *term)
{
	term->raw = signals.before;
	cfmakeraw(&term->raw);
	term->raw.c_iflag &= ~(tcflag_t)(IXOFF | IXANY);
	term->raw.c_cc[VMIN] = 1;
	term->raw.c_cc[VTIME] = 0;
}

static void free_term(struct term *term)
{
	terminfo_unload();
	frame_free(term->frame);
	input_free(term->input);
	strbuf_clear(&term->out);
	strbuf_clear(&term->start);
	free(term->notice);
	free(term);
}

int term_open(struct term **out, struct error *err)
{
	struct term *term;
	struct frame_look look;
	int code;

	*out = NULL;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &signals.before) < 0)
		return error_set(
		    err, E_INVALID,
		    "There is no terminal here. In a script, give a command: copydesk help lists them.");
	use_utf8();
	term = mem_zalloc(1, sizeof *term);
	term->out = term->start = (struct strbuf)STRBUF_INIT;
	code = load_terminfo(term, err);
	if (code == 0)
		code = open_signals(err);
	if (code < 0) {
		free_term(term);
		return code;
	}
	make_modes(term);
	make_raw(term);
	term_look(&look);
	term->frame = frame_new(&look);
	term->input = input_new();
	term->escape_delay = escape_delay();
	define_keys(term->input);
	find_size(term);
	code = take_over(term, err);
	if (code < 0) {
		close_signals();
		free_term(term);
		return code;
	}
	*out = term;
	return 0;
}

void term_close(struct term *term)
{
	if (term == NULL)
		return;
	give_back();
	close_signals();
	free_term(term);
}

void term_suspend(struct term *term)
{
	(void)term;
	give_back();
}

void term_resume(struct term *term)
{
	if (signals.ending || take_over(term, NULL) < 0)
		term->gone = true;
	find_size(term);
	term_forget(term);
	term->resized = true;
}

void term_take_time(void)
{
	const struct itimerval never = {.it_value = {.tv_sec = 0}};

	setitimer(ITIMER_REAL, &never, NULL);
}

bool term_is_ending(void *term)
{
	(void)term;
	return signals.ending != 0;
}

const char *term_notice(const struct term *term)
{
	return term->notice;
}

int term_height(const struct term *term)
{
	return term->height;
}

int term_width(const struct term *term)
{
	return term->width;
}

/* -- Output -- */

void term_draw(struct term *term, const struct canvas *canvas)
{
	strbuf_reset(&term->out);
	frame_draw(term->frame, canvas, &term->out);
	send(term, term->out.data, term->out.len);
}

void term_draw_row(struct term *term, const struct canvas *canvas, int row)
{
	strbuf_reset(&term->out);
	frame_draw_row(term->frame, canvas, row, &term->out);
	send(term, term->out.data, term->out.len);
}

void term_forget(struct term *term)
{
	frame_forget(term->frame);
}

void term_mouse(struct term *term, bool on)
{
	const char *bytes = on ? "\x1b[?1000h\x1b[?1006h" : "\x1b[?1006l\x1b[?1000l";

	send(term, bytes, strlen(bytes));
}

/* RFC 4648 section 4. */
static void add_base64(struct strbuf *out, const char *text, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t pos = 0; pos < len; pos += 3) {
		size_t count = len - pos < 3 ? len - pos : 3;
		unsigned char group[3] = {0};
		uint32_t bits;

		memcpy(group, text + pos, count);
		bits = (uint32_t)group[0] << 16 | (uint32_t)group[1] << 8 | group[2];
		for (size_t i = 0; i < 4; i++)
			strbuf_addc(out, i <= count ? digits[bits >> (18 - 6 * i) & 63] : '=');
	}
}

bool term_copy(struct term *term, const char *text, size_t len)
{
	if (!term->copies || len > TERM_COPY_LIMIT)
		return false;
	strbuf_reset(&term->out);
	strbuf_adds(&term->out, "\x1b]52;c;");
	add_base64(&term->out, text, len);
	strbuf_addc(&term->out, '\a');
	send(term, term->out.data, term->out.len);
	return true;
}

/* -- Input -- */

int term_fd(const struct term *term)
{
	return term->gone ? -1 : STDIN_FILENO;
}

int term_signal_fd(const struct term *term)
{
	(void)term;
	return signals.pipe[0];
}

int term_timeout(const struct term *term)
{
	int64_t left = term->deadline - clock_monotonic();

	if (!input_pending(term->input))
		return -1;
	return left < 0 ? 0 : (int)left;
}

static void read_signals(struct term *term)
{
	char words[64];
	ssize_t n = read(signals.pipe[0], words, sizeof words);

	for (ssize_t i = 0; i < n; i++) {
		if (words[i] == SIGNAL_CONTINUE)
			take_over(term, NULL);
		term->resized = term->resized || words[i] != SIGNAL_END;
	}
	if (signals.ending)
		term->gone = true;
	if (!term->resized)
		return;
	find_size(term);
	term_forget(term);
}

static bool is_readable(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};

	return poll(&wait, 1, 0) > 0;
}

static void read_keys(struct term *term)
{
	char bytes[4096];
	size_t total = 0;

	while (!term->gone && total < READ_LIMIT && is_readable(STDIN_FILENO)) {
		ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);

		if (n > 0) {
			input_feed(term->input, bytes, (size_t)n);
			total += (size_t)n;
			term->deadline = clock_monotonic() + term->escape_delay;
		} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
			term->gone = true; /* end of file, or EIO: the terminal was closed */
			end_soon();
		}
	}
}

void term_read(struct term *term)
{
	read_signals(term);
	read_keys(term);
	if (term_timeout(term) == 0)
		input_expire(term->input);
}

bool term_next(struct term *term, struct input_event *event)
{
	*event = (struct input_event){.text = ""};
	if (term->gone) {
		event->kind = INPUT_HANGUP;
		if (term->told)
			return false;
		term->told = true;
		return true;
	}
	if (term->resized) {
		event->kind = INPUT_RESIZE;
		term->resized = false;
		return true;
	}
	return input_next(term->input, event);
}
