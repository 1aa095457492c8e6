# copydesk: a newsroom in a terminal.  "make help" lists what can be made.

VERSION := 0.1.0
PREFIX ?= /usr/local
BUILD ?= build

# Debian's names; the README says what each is for.
PACKAGES := gcc git hunspell-en-gb hunspell-en-us libc6-dev libcmark-gfm-dev \
	libcmark-gfm-extensions-dev libgit2-dev libhunspell-dev libicu-dev libncurses-dev libpcre2-dev \
	libsqlite3-dev libssl-dev libyaml-dev make openssh-client pkg-config zlib1g-dev
TEST_PACKAGES := hugo libcmocka-dev libvterm-dev mandoc openssh-server unicode-data
LINT_PACKAGES := clang-format-14 clang-tidy-14 cppcheck
FUZZ_PACKAGES := clang
BENCH_PACKAGES := dwdiff hunspell joe micro nano ne strace vim vis

# The same for pkg-config.
PKGS := hunspell icu-i18n icu-uc libcmark-gfm libcrypto libgit2 libpcre2-8 ncursesw sqlite3 yaml-0.1 zlib

# -- Sources, floor by floor --------------------------------------------------

LIB += src/base/clock.c
LIB += src/base/error.c
LIB += src/base/mem.c
LIB += src/base/path.c
LIB += src/base/spawn.c
LIB += src/base/spawn_foreground.c
LIB += src/base/strbuf.c
LIB += src/base/strlist.c
LIB += src/base/worker.c

LIB += src/text/buffer.c
LIB += src/text/critic.c
LIB += src/text/date.c
LIB += src/text/dateparts.c
LIB += src/text/diff.c
LIB += src/text/encoding.c
LIB += src/text/find.c
LIB += src/text/find_by.c
LIB += src/text/find_pattern.c
LIB += src/text/find_view.c
LIB += src/text/frontmatter.c
LIB += src/text/hunk.c
LIB += src/text/language.c
LIB += src/text/lines.c
LIB += src/text/markdown.c
LIB += src/text/markdown_child.c
LIB += src/text/markdown_bare.c
LIB += src/text/markdown_escape.c
LIB += src/text/markdown_layout.c
LIB += src/text/merge.c
LIB += src/text/merge_fields.c
LIB += src/text/outline.c
LIB += src/text/paragraph.c
LIB += src/text/passage.c
LIB += src/text/prose.c
LIB += src/text/prose_links.c
LIB += src/text/prose_marks.c
LIB += src/text/prose_typeset.c
LIB += src/text/prose_words.c
LIB += src/text/redline.c
LIB += src/text/scalar.c
LIB += src/text/sequence.c
LIB += src/text/signs.c
LIB += src/text/spell.c
LIB += src/text/spell_prose.c
LIB += src/text/spell_text.c
LIB += src/text/spell_words.c
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
LIB += src/store/repo_config.c
LIB += src/store/repo_files.c
LIB += src/store/repo_follow.c
LIB += src/store/repo_locks.c
LIB += src/store/repo_loose.c
LIB += src/store/repo_message.c
LIB += src/store/repo_objects.c
LIB += src/store/repo_oid.c
LIB += src/store/repo_refs.c
LIB += src/store/repo_refs_batch.c
LIB += src/store/repo_sign.c
LIB += src/store/repo_tree.c
LIB += src/store/repo_worktree.c
LIB += src/store/seen.c
LIB += src/store/sign.c
LIB += src/store/sign_make.c
LIB += src/store/sign_public.c
LIB += src/store/sign_signers.c
LIB += src/store/sign_wire.c

LIB += src/desk/after.c
LIB += src/desk/article.c
LIB += src/desk/article_notice.c
LIB += src/desk/article_url.c
LIB += src/desk/attachment.c
LIB += src/desk/attachment_uses.c
LIB += src/desk/desk.c
LIB += src/desk/desk_act.c
LIB += src/desk/desk_answer.c
LIB += src/desk/desk_base.c
LIB += src/desk/desk_begin.c
LIB += src/desk/desk_critic.c
LIB += src/desk/desk_fetch.c
LIB += src/desk/desk_init.c
LIB += src/desk/desk_locate.c
LIB += src/desk/desk_log.c
LIB += src/desk/desk_look.c
LIB += src/desk/desk_push.c
LIB += src/desk/desk_refresh.c
LIB += src/desk/desk_release.c
LIB += src/desk/desk_rename.c
LIB += src/desk/desk_replay.c
LIB += src/desk/desk_review.c
LIB += src/desk/desk_rows.c
LIB += src/desk/desk_schedule.c
LIB += src/desk/desk_server.c
LIB += src/desk/desk_sign.c
LIB += src/desk/desk_suggest.c
LIB += src/desk/desk_suggestions.c
LIB += src/desk/desk_tracking.c
LIB += src/desk/desk_unsaved.c
LIB += src/desk/desk_update.c
LIB += src/desk/desk_words.c
LIB += src/desk/draft.c
LIB += src/desk/draft_append.c
LIB += src/desk/draft_moves.c
LIB += src/desk/gate.c
LIB += src/desk/gate_branch.c
LIB += src/desk/gate_draft.c
LIB += src/desk/gate_event.c
LIB += src/desk/gate_facts.c
LIB += src/desk/gate_message.c
LIB += src/desk/gate_tag.c
LIB += src/desk/gitconfig.c
LIB += src/desk/import.c
LIB += src/desk/import_claims.c
LIB += src/desk/import_furniture.c
LIB += src/desk/import_labels.c
LIB += src/desk/import_lines.c
LIB += src/desk/import_markdown.c
LIB += src/desk/import_parts.c
LIB += src/desk/import_plain.c
LIB += src/desk/policy.c
LIB += src/desk/policy_check.c
LIB += src/desk/policy_load.c
LIB += src/desk/policy_parse.c
LIB += src/desk/policy_words.c
LIB += src/desk/release.c
LIB += src/desk/release_plan.c
LIB += src/desk/release_records.c
LIB += src/desk/release_tags.c
LIB += src/desk/remote.c
LIB += src/desk/review.c
LIB += src/desk/rules.c
LIB += src/desk/rules_files.c
LIB += src/desk/rules_lane.c
LIB += src/desk/rules_people.c
LIB += src/desk/rules_waiting.c
LIB += src/desk/search.c
LIB += src/desk/since.c
LIB += src/desk/verify.c
LIB += src/desk/wip.c

UI += ui/cli/approve.c
UI += ui/cli/assign.c
UI += ui/cli/attach.c
UI += ui/cli/change.c
UI += ui/cli/cli.c
UI += ui/cli/cli_run.c
UI += ui/cli/commands.c
UI += ui/cli/comment.c
UI += ui/cli/completion.c
UI += ui/cli/config.c
UI += ui/cli/correct.c
UI += ui/cli/demo.c
UI += ui/cli/diff.c
UI += ui/cli/edit.c
UI += ui/cli/embargo.c
UI += ui/cli/fetch.c
UI += ui/cli/help.c
UI += ui/cli/hook.c
UI += ui/cli/import.c
UI += ui/cli/init.c
UI += ui/cli/json.c
UI += ui/cli/list.c
UI += ui/cli/log.c
UI += ui/cli/new.c
UI += ui/cli/option.c
UI += ui/cli/progress.c
UI += ui/cli/push.c
UI += ui/cli/refuse.c
UI += ui/cli/reject.c
UI += ui/cli/release.c
UI += ui/cli/rename.c
UI += ui/cli/report.c
UI += ui/cli/restore.c
UI += ui/cli/sample.c
UI += ui/cli/save.c
UI += ui/cli/schedule.c
UI += ui/cli/show.c
UI += ui/cli/spell.c
UI += ui/cli/spike.c
UI += ui/cli/status.c
UI += ui/cli/submit.c
UI += ui/cli/suggest.c
UI += ui/cli/table.c
UI += ui/cli/take.c
UI += ui/cli/update.c
UI += ui/cli/verify.c
UI += ui/cli/withdraw.c

UI += ui/tui/app.c
UI += ui/tui/app_draw.c
UI += ui/tui/canvas.c
UI += ui/tui/changes.c
UI += ui/tui/changes_fields.c
UI += ui/tui/changes_rows.c
UI += ui/tui/command.c
UI += ui/tui/compare.c
UI += ui/tui/comparison.c
UI += ui/tui/comparison_ask.c
UI += ui/tui/correct.c
UI += ui/tui/desk_pane.c
UI += ui/tui/desk_pane_acts.c
UI += ui/tui/desk_pane_draw.c
UI += ui/tui/desk_pane_list.c
UI += ui/tui/editor.c
UI += ui/tui/editor_commands.c
UI += ui/tui/editor_draw.c
UI += ui/tui/editor_edit.c
UI += ui/tui/editor_facing.c
UI += ui/tui/editor_find.c
UI += ui/tui/editor_find_bar.c
UI += ui/tui/editor_form.c
UI += ui/tui/editor_go.c
UI += ui/tui/editor_merge.c
UI += ui/tui/editor_move.c
UI += ui/tui/editor_outside.c
UI += ui/tui/editor_page.c
UI += ui/tui/editor_recover.c
UI += ui/tui/editor_save.c
UI += ui/tui/editor_spell.c
UI += ui/tui/editor_spell_menu.c
UI += ui/tui/editor_unsaved.c
UI += ui/tui/editor_wip.c
UI += ui/tui/editor_words.c
UI += ui/tui/exchange.c
UI += ui/tui/field.c
UI += ui/tui/flow.c
UI += ui/tui/form.c
UI += ui/tui/form_draw.c
UI += ui/tui/form_edit.c
UI += ui/tui/frame.c
UI += ui/tui/frame_look.c
UI += ui/tui/frame_pen.c
UI += ui/tui/frame_scroll.c
UI += ui/tui/history.c
UI += ui/tui/import_pane.c
UI += ui/tui/input.c
UI += ui/tui/keymap.c
UI += ui/tui/loop.c
UI += ui/tui/matter.c
UI += ui/tui/page.c
UI += ui/tui/palette.c
UI += ui/tui/prompt.c
UI += ui/tui/prompt_journal.c
UI += ui/tui/prompt_list.c
UI += ui/tui/proof.c
UI += ui/tui/reader.c
UI += ui/tui/release_look.c
UI += ui/tui/release_pane.c
UI += ui/tui/review_pane.c
UI += ui/tui/review_pane_acts.c
UI += ui/tui/review_pane_decide.c
UI += ui/tui/review_pane_suggestions.c
UI += ui/tui/review_pane_threads.c
UI += ui/tui/scroll.c
UI += ui/tui/section.c
UI += ui/tui/term.c
UI += ui/tui/terminfo.c
UI += ui/tui/timing.c
UI += ui/tui/update.c

UI += ui/main.c

# The unit test of a room is tests/unit/test_ROOM.c, with more themes test_ROOM_THEME.c: the library's, then
# those of ui/.
UNITS += after
UNITS += article
UNITS += attachment
UNITS += base
UNITS += buffer
UNITS += catalog
UNITS += critic
UNITS += date
UNITS += dateparts
UNITS += desk
UNITS += desk_race
UNITS += desk_refresh
UNITS += desk_replay
UNITS += desk_review
UNITS += desk_sign
UNITS += desk_suggest
UNITS += diff
UNITS += draft
UNITS += draft_forged
UNITS += draft_message
UNITS += encoding
UNITS += find
UNITS += frontmatter
UNITS += frontmatter_chance
UNITS += gate
UNITS += gate_branch
UNITS += gate_draft
UNITS += gate_message
UNITS += gate_rules
UNITS += gitconfig
UNITS += hunk
UNITS += import
UNITS += journal
UNITS += journal_damage
UNITS += language
UNITS += lease
UNITS += markdown
UNITS += merge
UNITS += one_bit
UNITS += outline
UNITS += policy
UNITS += prose
UNITS += redline
UNITS += release
UNITS += release_records
UNITS += remote
UNITS += repo
UNITS += repo_message
UNITS += repo_objects
UNITS += repo_refs
UNITS += repo_refs_batch
UNITS += repo_sign
UNITS += repo_tree
UNITS += repo_worktree
UNITS += review
UNITS += review_model
UNITS += review_orders
UNITS += review_threads
UNITS += rules
UNITS += rules_agree
UNITS += rules_changes
UNITS += rules_model
UNITS += rules_waiting
UNITS += search
UNITS += seen
UNITS += sequence
UNITS += sign
UNITS += signs
UNITS += since
UNITS += spawn
UNITS += spell
UNITS += unicode
UNITS += unicode_standard
UNITS += verify
UNITS += verify_rules
UNITS += wip
UNITS += wordcount
UNITS += worker
UNITS += wrap

UI_UNITS += canvas
UI_UNITS += changes
UI_UNITS += command
UI_UNITS += editor
UI_UNITS += editor_find
UI_UNITS += editor_form
UI_UNITS += editor_model
UI_UNITS += editor_moves
UI_UNITS += editor_safe
UI_UNITS += editor_save
UI_UNITS += editor_spell
UI_UNITS += editor_undo
UI_UNITS += editor_unsaved
UI_UNITS += editor_words
UI_UNITS += flow
UI_UNITS += form
UI_UNITS += frame
UI_UNITS += input
UI_UNITS += json
UI_UNITS += keymap
UI_UNITS += option
UI_UNITS += panes
UI_UNITS += prompt
UI_UNITS += review_pane
UI_UNITS += screen_rules
UI_UNITS += table

# What they share.
UNIT_LIB += tests/unit/agreement.c
UNIT_LIB += tests/unit/agreement_release.c
UNIT_LIB += tests/unit/history.c
UNIT_LIB += tests/unit/journals.c
UNIT_LIB += tests/unit/newsroom.c
UNIT_LIB += tests/unit/picture.c
UNIT_LIB += tests/unit/random_desk.c
UNIT_LIB += tests/unit/reference.c
UNIT_LIB += tests/unit/room.c
UNIT_LIB += tests/unit/scene.c
UNIT_LIB += tests/unit/server.c
UNIT_LIB += tests/unit/stage.c
UNIT_LIB += tests/unit/truth.c
UNIT_LIB += tests/unit/twin.c
UNIT_LIB += tests/unit/writer.c

# -- Flags --------------------------------------------------------------------

OPT ?= -O2 -g
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Wformat=2 -Wno-format-nonliteral -Wno-missing-field-initializers
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
HARDEN_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack
ifneq ($(filter x86_64%,$(shell $(CC) -dumpmachine)),)
HARDEN += -fcf-protection
endif

PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null | sed 's/-I/-isystem /g')
# The extensions of cmark-gfm have no pkg-config file.
LDLIBS := -lcmark-gfm-extensions $(shell pkg-config --libs $(PKGS) 2>/dev/null)

CPPFLAGS += -Isrc -Iui -D_GNU_SOURCE -DCOPYDESK_VERSION='"$(VERSION)"' $(PKG_CFLAGS)
CFLAGS += -std=c11 -pthread $(OPT) $(WARN) $(HARDEN) $(SANITIZE)
LDFLAGS += -pthread $(HARDEN_LD) $(SANITIZE)

# Commands are shown with V=1, otherwise what they make.
ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-4s %s\n' $(1) $(2)
endif

# Goals that install what is missing, or need nothing; all others need the packages now.
NO_PACKAGES := demo check bench fuzz lint help clean uninstall
ifneq ($(filter-out $(NO_PACKAGES),$(or $(MAKECMDGOALS),all)),)
ifneq ($(shell pkg-config --exists $(PKGS) 2>/dev/null && echo found),found)
$(error Some packages are missing. "make demo" installs them, and so does: apt-get install $(PACKAGES))
endif
endif

# A make that starts after packages were installed, since pkg-config is asked when a makefile is read.
AGAIN = $(MAKE) --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

# -- The program --------------------------------------------------------------

LIB_OBJ := $(LIB:%.c=$(BUILD)/%.o)
UI_OBJ := $(UI:%.c=$(BUILD)/%.o)
UI_ROOM_OBJ := $(filter-out $(BUILD)/ui/main.o,$(UI_OBJ))

all: $(BUILD)/copydesk ## build the program, build/copydesk

$(BUILD)/libcopydesk.a: $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar qcs $@ $^

$(BUILD)/libcopydesk-ui.a: $(UI_ROOM_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar qcs $@ $^

$(BUILD)/copydesk: $(BUILD)/ui/main.o $(BUILD)/libcopydesk-ui.a $(BUILD)/libcopydesk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The sample newsroom's texts, packed into the program.
SAMPLE := policy words history $(sort $(patsubst ui/sample/%,%,$(wildcard ui/sample/articles/*/*)))
SAMPLE_PACK := $(BUILD)/ui/sample.pack

$(SAMPLE_PACK): ui/sample/pack $(SAMPLE:%=ui/sample/%)
	@mkdir -p $(@D)
	$(call say,PACK,$@)
	$(Q)ui/sample/pack ui/sample $(SAMPLE) >$@.new && mv $@.new $@

$(BUILD)/ui/cli/sample.o: CPPFLAGS += -DSAMPLE_PACK='"$(abspath $(SAMPLE_PACK))"'
$(BUILD)/ui/cli/sample.o: $(SAMPLE_PACK)

demo: ## install what is missing, build, and open a sample newsroom
	@.ci/packages $(PACKAGES)
	@+$(AGAIN) all
	@$(BUILD)/copydesk demo

# -- The manual ---------------------------------------------------------------

MANUAL := $(BUILD)/man/copydesk.1 $(BUILD)/man/copydesk-policy.5 $(BUILD)/man/copydesk-workflow.7

$(BUILD)/keys: $(BUILD)/ui/keys.o $(BUILD)/libcopydesk-ui.a $(BUILD)/libcopydesk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Commands and keys are printed by the program from the rows that it works by.
$(BUILD)/man/%: man/% $(BUILD)/copydesk $(BUILD)/keys
	@mkdir -p $(@D)
	$(call say,MAN,$@)
	$(Q)$(BUILD)/copydesk help --mdoc >$@.commands
	$(Q)$(BUILD)/keys >$@.keys
	$(Q)sed -e '/^@COMMANDS@$$/{r $@.commands' -e d -e '}' -e '/^@KEYS@$$/{r $@.keys' -e d -e '}' $< >$@.new
	$(Q)rm -f $@.commands $@.keys && mv $@.new $@

man: $(MANUAL) ## make the manual pages, build/man/*

# -- Installing ---------------------------------------------------------------

BINDIR = $(DESTDIR)$(PREFIX)/bin
SHAREDIR = $(DESTDIR)$(PREFIX)/share
BASH_COMPLETION = $(SHAREDIR)/bash-completion/completions/copydesk
ZSH_COMPLETION = $(SHAREDIR)/zsh/site-functions/_copydesk
FISH_COMPLETION = $(SHAREDIR)/fish/vendor_completions.d/copydesk.fish

install: all man ## install below PREFIX (/usr/local), in DESTDIR if that is set
	install -D -m 755 $(BUILD)/copydesk $(BINDIR)/copydesk
	install -d $(dir $(BASH_COMPLETION)) $(dir $(ZSH_COMPLETION)) $(dir $(FISH_COMPLETION))
	$(BUILD)/copydesk completion bash >$(BASH_COMPLETION)
	$(BUILD)/copydesk completion zsh >$(ZSH_COMPLETION)
	$(BUILD)/copydesk completion fish >$(FISH_COMPLETION)
	install -D -m 644 -t $(SHAREDIR)/man/man1 $(filter %.1,$(MANUAL))
	install -D -m 644 -t $(SHAREDIR)/man/man5 $(filter %.5,$(MANUAL))
	install -D -m 644 -t $(SHAREDIR)/man/man7 $(filter %.7,$(MANUAL))

uninstall: ## take out what install put there
	rm -f $(BINDIR)/copydesk $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION)
	rm -f $(SHAREDIR)/man/man1/copydesk.1 $(SHAREDIR)/man/man5/copydesk-policy.5
	rm -f $(SHAREDIR)/man/man7/copydesk-workflow.7

# -- Tests --------------------------------------------------------------------

UNIT_LIB_OBJ := $(UNIT_LIB:%.c=$(BUILD)/%.o)
UNIT_BIN := $(UNITS:%=$(BUILD)/tests/test_%) $(UI_UNITS:%=$(BUILD)/tests/test_%)
TEST_BIN := $(BUILD)/tests/golden/golden $(BUILD)/tests/screen_driver $(BUILD)/tests/demo_tui \
	$(BUILD)/tests/shim.so $(BUILD)/tests/starve.so $(BUILD)/tests/kills $(BUILD)/tests/monkey

$(BUILD)/tests/libunit.a: $(UNIT_LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar qcs $@ $^

$(UNIT_BIN): $(BUILD)/tests/test_%: $(BUILD)/tests/unit/test_%.o $(BUILD)/tests/libunit.a \
		$(BUILD)/libcopydesk-ui.a $(BUILD)/libcopydesk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka -lvterm

$(BUILD)/tests/golden/golden: $(BUILD)/tests/golden/golden.o $(BUILD)/libcopydesk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Plays a person at a terminal; and a program of its own for tests of the terminal.
SCREEN_OBJ := $(patsubst %,$(BUILD)/tests/screen/%.o,pty screen script verbs)

$(BUILD)/tests/screen_driver: $(SCREEN_OBJ) $(BUILD)/ui/tui/keymap.o $(BUILD)/libcopydesk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lvterm

# A person who is cut off while typing, and one who presses any key.
ROUGH_BIN := $(BUILD)/tests/kills $(BUILD)/tests/monkey

$(ROUGH_BIN): $(BUILD)/tests/%: $(BUILD)/tests/screen/%.o $(BUILD)/tests/screen/pty.o $(BUILD)/libcopydesk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lvterm

$(BUILD)/tests/demo_tui: $(BUILD)/tests/screen/demo_tui.o $(BUILD)/libcopydesk-ui.a $(BUILD)/libcopydesk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Preloaded, they make system calls fail, and leave a library without memory.
$(BUILD)/tests/shim.so $(BUILD)/tests/starve.so: $(BUILD)/tests/%.so: tests/faults/%.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(OPT) $(WARN) -shared -fPIC -o $@ $< -ldl

check: ## install what is missing, build, and run every test
	@.ci/packages $(PACKAGES) $(TEST_PACKAGES)
	@+$(AGAIN) tests
	@tests/run $(BUILD)

tests: all man $(UNIT_BIN) $(TEST_BIN) ## build the tests

quick: all $(UNIT_BIN) $(BUILD)/tests/golden/golden ## run the tests that need no terminal and little time
	@tests/run $(BUILD) unit golden

flow: all ## run the tests of the command line
	@tests/run $(BUILD) flow

screen: all $(TEST_BIN) ## run the tests of the screen
	@tests/run $(BUILD) screen

faults: all $(TEST_BIN) ## run the tests of failing system calls
	@tests/run $(BUILD) faults

torture: all $(TEST_BIN) ## kill the editor while somebody types, and press any key
	@tests/run $(BUILD) torture

race: all $(TEST_BIN) ## let several work at once on one newsroom, and kill them
	@tests/run $(BUILD) race kills

soak: all $(TEST_BIN) $(UNIT_BIN) ## faults, torture, race and models for long
	@SOAK=1 TEST_TIMEOUT=14400 tests/run $(BUILD) faults torture race kills unit

asan: ## run every test under the address and undefined behaviour sanitizers
	@+$(MAKE) --no-print-directory $(SANITIZED) tests
	@LSAN_OPTIONS=suppressions=$(CURDIR)/tests/leaks tests/run build-asan unit golden flow screen

SANITIZED := BUILD=build-asan SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=undefined' \
	OPT='-O1 -g -fno-omit-frame-pointer' HARDEN= HARDEN_LD=

# -- Inputs that nobody thought of --------------------------------------------

FUZZ := critic find frontmatter journal markdown merge trailers
FUZZ_BIN := $(FUZZ:%=$(BUILD)/tests/fuzz_%)

$(FUZZ_BIN): $(BUILD)/tests/fuzz_%: $(BUILD)/tests/fuzz/%.o $(BUILD)/libcopydesk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

fuzz-programs: $(FUZZ_BIN)

fuzz: ## let a fuzzer make up inputs, a minute for each program of tests/fuzz
	@.ci/packages $(PACKAGES) $(FUZZ_PACKAGES)
	@+$(AGAIN) $(FUZZED) fuzz-programs
	@tests/fuzz/run build-fuzz

# A null pointer plus nothing is let pass: C says by now that it is one (N3322), and every compiler did.
FUZZED := CC=clang BUILD=build-fuzz OPT='-O1 -g -fno-omit-frame-pointer' HARDEN= HARDEN_LD= \
	SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined \
	-fno-sanitize=pointer-overflow'

# -- How fast it is -----------------------------------------------------------

bench: ## measure how fast it is, beside programs that do the like
	@.ci/packages $(PACKAGES) $(TEST_PACKAGES) $(BENCH_PACKAGES)
	@+$(AGAIN) tests $(BUILD)/tests/bench/bench $(BUILD)/tests/bench/large $(BUILD)/tests/bench/editor
	@tests/bench/run $(BUILD)
	@tests/bench/editor $(BUILD)

$(BUILD)/tests/bench/bench $(BUILD)/tests/bench/editor: %: %.o $(BUILD)/tests/bench/figures.o \
		$(BUILD)/tests/screen/pty.o $(BUILD)/libcopydesk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lvterm

$(BUILD)/tests/bench/large: $(BUILD)/tests/bench/large.o $(BUILD)/libcopydesk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# -- In order -----------------------------------------------------------------

C_FILES = $(sort $(wildcard src/*/*.c ui/*.c ui/*/*.c tests/*/*.c))

lint: ## check the code's layout, and look for mistakes
	@.ci/packages $(PACKAGES) $(TEST_PACKAGES) $(LINT_PACKAGES)
	@+$(AGAIN) lint-now

lint-now: $(SAMPLE_PACK)
	@clang-format-14 --dry-run -Werror $(C_FILES) $(wildcard src/*/*.h ui/*/*.h tests/*/*.h)
	@cppcheck -q --std=c11 --enable=warning,portability --inline-suppr --error-exitcode=1 \
		--suppress=missingInclude -Isrc -Iui -DSAMPLE_PACK='""' src ui
	@printf '%s\n' $(LIB) $(UI) | flags='$(subst ',,$(CPPFLAGS)) -std=c11 -DSAMPLE_PACK="$(abspath $(SAMPLE_PACK))"' \
		xargs -P $$(nproc) -n 6 sh -c 'clang-tidy-14 --quiet "$$@" -- $$flags 2>/dev/null' lint

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 14
	@echo "  V=1 shows the commands; CC=clang BUILD=build-clang takes another compiler."

clean: ## remove what was built
	rm -rf $(BUILD) build-asan build-fuzz

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all demo man install uninstall check tests quick flow screen faults torture race soak asan bench fuzz \
	fuzz-programs lint lint-now help clean
