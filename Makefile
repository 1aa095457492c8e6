# copydesk: a newsroom in a terminal.  `make help` lists what can be made.

PREFIX ?= /usr/local
BUILD ?= build
VERSION := 0.1.0

PACKAGES := libncurses-dev libgit2-dev libcmark-dev libyaml-dev libicu-dev libsqlite3-dev \
	git gcc make pkg-config
TEST_PACKAGES := libcmocka-dev libvterm-dev hugo mandoc unicode-data
LINT_PACKAGES := clang clang-format clang-tidy cppcheck
PKGS := ncursesw libgit2 libcmark yaml-0.1 icu-i18n icu-uc sqlite3

# -- Sources, floor by floor ------------------------------------------------

LIB += src/base/clock.c
LIB += src/base/error.c
LIB += src/base/mem.c
LIB += src/base/path.c
LIB += src/base/spawn.c
LIB += src/base/strbuf.c
LIB += src/base/worker.c

LIB += src/text/buffer.c
LIB += src/text/date.c
LIB += src/text/diff.c
LIB += src/text/encoding.c
LIB += src/text/frontmatter.c
LIB += src/text/lines.c
LIB += src/text/markdown.c
LIB += src/text/markdown_child.c
LIB += src/text/markdown_escape.c
LIB += src/text/markdown_layout.c
LIB += src/text/merge.c
LIB += src/text/paragraph.c
LIB += src/text/passage.c
LIB += src/text/scalar.c
LIB += src/text/sequence.c
LIB += src/text/unicode.c
LIB += src/text/unicode_breaks.c
LIB += src/text/unicode_compare.c
LIB += src/text/wordcount.c
LIB += src/text/wrap.c
LIB += src/text/yamlblock.c

LIB += src/store/catalog.c
LIB += src/store/journal.c
LIB += src/store/journal_record.c
LIB += src/store/journal_recover.c
LIB += src/store/lease.c
LIB += src/store/repo.c
LIB += src/store/repo_message.c
LIB += src/store/repo_objects.c
LIB += src/store/repo_refs.c
LIB += src/store/repo_tree.c
LIB += src/store/repo_worktree.c

LIB += src/desk/article.c
LIB += src/desk/desk.c
LIB += src/desk/desk_act.c
LIB += src/desk/desk_init.c
LIB += src/desk/desk_locate.c
LIB += src/desk/desk_log.c
LIB += src/desk/desk_refresh.c
LIB += src/desk/desk_rows.c
LIB += src/desk/draft.c
LIB += src/desk/gitconfig.c
LIB += src/desk/import.c
LIB += src/desk/import_claims.c
LIB += src/desk/import_furniture.c
LIB += src/desk/import_labels.c
LIB += src/desk/import_markdown.c
LIB += src/desk/import_plain.c
LIB += src/desk/policy.c
LIB += src/desk/release.c
LIB += src/desk/release_records.c
LIB += src/desk/review.c
LIB += src/desk/rules.c
LIB += src/desk/search.c
LIB += src/desk/verify.c

UI += ui/cli/approve.c
UI += ui/cli/assign.c
UI += ui/cli/attach.c
UI += ui/cli/change.c
UI += ui/cli/cli.c
UI += ui/cli/commands.c
UI += ui/cli/comment.c
UI += ui/cli/completion.c
UI += ui/cli/config.c
UI += ui/cli/correct.c
UI += ui/cli/demo.c
UI += ui/cli/diff.c
UI += ui/cli/edit.c
UI += ui/cli/help.c
UI += ui/cli/import.c
UI += ui/cli/init.c
UI += ui/cli/json.c
UI += ui/cli/list.c
UI += ui/cli/log.c
UI += ui/cli/new.c
UI += ui/cli/option.c
UI += ui/cli/reject.c
UI += ui/cli/release.c
UI += ui/cli/report.c
UI += ui/cli/restore.c
UI += ui/cli/sample.c
UI += ui/cli/save.c
UI += ui/cli/show.c
UI += ui/cli/spike.c
UI += ui/cli/status.c
UI += ui/cli/submit.c
UI += ui/cli/table.c
UI += ui/cli/verify.c
UI += ui/cli/withdraw.c
UI += ui/main.c
UI += ui/tui/app.c
UI += ui/tui/canvas.c
UI += ui/tui/changes.c
UI += ui/tui/command.c
UI += ui/tui/compare.c
UI += ui/tui/desk_pane.c
UI += ui/tui/desk_pane_acts.c
UI += ui/tui/editor.c
UI += ui/tui/editor_draw.c
UI += ui/tui/editor_edit.c
UI += ui/tui/editor_find.c
UI += ui/tui/editor_move.c
UI += ui/tui/editor_recover.c
UI += ui/tui/editor_save.c
UI += ui/tui/field.c
UI += ui/tui/flow.c
UI += ui/tui/frame.c
UI += ui/tui/history.c
UI += ui/tui/import_pane.c
UI += ui/tui/input.c
UI += ui/tui/keymap.c
UI += ui/tui/loop.c
UI += ui/tui/page.c
UI += ui/tui/palette.c
UI += ui/tui/prompt.c
UI += ui/tui/prompt_list.c
UI += ui/tui/reader.c
UI += ui/tui/release_pane.c
UI += ui/tui/review_pane.c
UI += ui/tui/scroll.c
UI += ui/tui/section.c
UI += ui/tui/term.c
UI += ui/tui/terminfo.c

# One line a room; a unit test for room R is tests/unit/test_R.c.
UNITS += article
UNITS += base
UNITS += buffer
UNITS += catalog
UNITS += date
UNITS += desk_refresh
UNITS += diff
UNITS += encoding
UNITS += frontmatter
UNITS += gitconfig
UNITS += import
UNITS += journal
UNITS += lease
UNITS += markdown
UNITS += merge
UNITS += policy
UNITS += repo
UNITS += repo_message
UNITS += repo_objects
UNITS += repo_refs
UNITS += repo_tree
UNITS += repo_worktree
UNITS += review
UNITS += search
UNITS += sequence
UNITS += spawn
UNITS += unicode
UNITS += unicode_standard
UNITS += wordcount
UNITS += worker
UNITS += wrap

# Those of them that work in a repository.
NEWSROOM_UNITS += desk_refresh
NEWSROOM_UNITS += repo
NEWSROOM_UNITS += repo_message
NEWSROOM_UNITS += repo_objects
NEWSROOM_UNITS += repo_refs
NEWSROOM_UNITS += repo_tree
NEWSROOM_UNITS += repo_worktree

# Rooms of ui/tui/, whose tests may compare pictures.
UI_UNITS += canvas
UI_UNITS += json
UI_UNITS += option
UI_UNITS += table
UI_UNITS += command
UI_UNITS += editor
UI_UNITS += editor_model
UI_UNITS += flow
UI_UNITS += frame
UI_UNITS += input
UI_UNITS += keymap
UI_UNITS += prompt

# -- Flags ------------------------------------------------------------------

OPT ?= -O2 -g
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Wformat -Wformat-security
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
HARDEN_LD := -pie -Wl,-z,relro,-z,now
CPPFLAGS += -Isrc -Iui -D_GNU_SOURCE -DCOPYDESK_VERSION='"$(VERSION)"' $(CPPFLAGS_PKG)
CPPFLAGS_PKG := $(shell pkg-config --cflags $(PKGS) 2>/dev/null | sed 's/-I/-isystem /g')
CFLAGS += -std=c11 -pthread $(OPT) $(WARN) $(HARDEN) $(SANITIZE)
LDFLAGS += -pthread $(HARDEN_LD) $(SANITIZE)
LDLIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null)

LIB_OBJ := $(sort $(LIB:%.c=$(BUILD)/%.o))
UI_OBJ := $(sort $(UI:%.c=$(BUILD)/%.o))
UI_ROOM_OBJ := $(filter-out $(BUILD)/ui/main.o,$(UI_OBJ))
UNIT_BIN := $(sort $(UNITS:%=$(BUILD)/tests/test_%))
UI_UNIT_BIN := $(sort $(UI_UNITS:%=$(BUILD)/tests/test_%))

all: $(BUILD)/copydesk

$(BUILD)/libcopydesk.a: $(LIB_OBJ)
	rm -f $@ && ar rcs $@ $^

# Appended ("q"), because "r" keeps only one of the files that have the same name.
$(BUILD)/libcopydesk-ui.a: $(UI_ROOM_OBJ)
	rm -f $@ && ar qcs $@ $^

$(BUILD)/copydesk: $(BUILD)/ui/main.o $(BUILD)/libcopydesk-ui.a $(BUILD)/libcopydesk.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The sample newsroom's texts, packed into the program.
SAMPLE := policy history $(sort $(patsubst ui/sample/%,%,$(wildcard ui/sample/articles/*/*)))
SAMPLE_PACK := $(BUILD)/ui/sample.pack

$(SAMPLE_PACK): ui/sample/pack $(SAMPLE:%=ui/sample/%)
	@mkdir -p $(@D)
	ui/sample/pack ui/sample $(SAMPLE) >$@.new && mv $@.new $@

$(BUILD)/ui/cli/sample.o: CPPFLAGS += -DSAMPLE_PACK='"$(abspath $(SAMPLE_PACK))"'
$(BUILD)/ui/cli/sample.o: $(SAMPLE_PACK)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/test_%: $(BUILD)/tests/unit/test_%.o $(BUILD)/libcopydesk.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$(NEWSROOM_UNITS:%=$(BUILD)/tests/test_%): $(BUILD)/tests/test_%: $(BUILD)/tests/unit/test_%.o \
		$(BUILD)/tests/unit/newsroom.o $(BUILD)/libcopydesk.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$(UI_UNIT_BIN): $(BUILD)/tests/test_%: $(BUILD)/tests/unit/test_%.o $(BUILD)/tests/unit/picture.o \
		$(BUILD)/tests/unit/newsroom.o $(BUILD)/tests/unit/stage.o $(BUILD)/libcopydesk-ui.a $(BUILD)/libcopydesk.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka -lvterm

$(BUILD)/tests/golden/golden: $(BUILD)/tests/golden/golden.o $(BUILD)/libcopydesk.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# A program of its own for tests of the screen, which its driver, screen_driver, runs like the real one.
SCREEN_OBJ := $(BUILD)/tests/screen/screen.o $(BUILD)/tests/screen/pty.o

$(BUILD)/tests/screen_driver: $(SCREEN_OBJ) $(BUILD)/ui/tui/keymap.o $(BUILD)/libcopydesk.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lvterm

$(BUILD)/tests/demo_tui: $(BUILD)/tests/screen/demo_tui.o $(BUILD)/libcopydesk-ui.a $(BUILD)/libcopydesk.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Preloaded, it makes system calls fail.
$(BUILD)/tests/shim.so: tests/faults/shim.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE $(OPT) $(WARN) -shared -fPIC -o $@ $< -ldl

# Each of save, approve and release with each system call failing; SOAK=1 for every way to fail.
faults: all $(BUILD)/tests/shim.so
	@tests/faults/run $(BUILD)

# The tests of the screen alone.
screen: all $(BUILD)/tests/screen_driver $(BUILD)/tests/demo_tui
	@tests/screen/run $(BUILD)

# The tests that need neither a terminal nor much time.
quick: all $(UNIT_BIN) $(UI_UNIT_BIN) $(BUILD)/tests/golden/golden
	@for t in $(UNIT_BIN) $(UI_UNIT_BIN); do CMOCKA_MESSAGE_OUTPUT=TAP $$t >$$t.tap 2>&1 || { cat $$t.tap; exit 1; }; done
	@tests/golden/run $(BUILD) >$(BUILD)/tests/golden.tap || { grep -v '^ok' $(BUILD)/tests/golden.tap; exit 1; }

# The command line as it is used, in newsrooms of its own.
flow: all
	@tests/flow/run $(BUILD)

clean:
	rm -rf $(BUILD)

-include $(LIB_OBJ:.o=.d) $(UI_OBJ:.o=.d) $(UNITS:%=$(BUILD)/tests/unit/test_%.d) \
	$(UI_UNITS:%=$(BUILD)/tests/unit/test_%.d) $(BUILD)/tests/unit/picture.d $(BUILD)/tests/unit/newsroom.d $(BUILD)/tests/unit/stage.d $(BUILD)/tests/golden/golden.d \
	$(SCREEN_OBJ:.o=.d) $(BUILD)/tests/screen/demo_tui.d

.SECONDARY:
.PHONY: all quick faults flow screen clean
