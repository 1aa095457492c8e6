#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agreement.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/rules.h"
#include "desk/verify.h"
#include "twin.h"

/*
 * Random people at work in real newsrooms: what the reference allows, the desk does, and a server takes
 * it; what it does not allow, the desk refuses, and a server too when it is made by hand.  On some days the
 * command line does everything as well, in a twin of the newsroom, and says and leaves the same.  At the end
 * exactly what the reference saw approved and released is published, and the proof finds no lie.
 */

/* -- Acts -- */

/* One act: what the reference is told of it, what the desk is, and the commit that a hand would make. */
struct act {
	struct ref_event event;
	enum rules_action action;
	bool allowed;
	struct draft_change change;
	struct strlist ticks;
	struct strlist threads;
	struct strlist co_authors;
	struct review_passage passage;
	struct repo_entry entry;
	char assignee[64];
	char thread[REPO_HEX_SIZE];
	char text[AGREEMENT_TEXT];
};

static void act_clear(struct act *act)
{
	strlist_clear(&act->ticks);
	strlist_clear(&act->threads);
	strlist_clear(&act->co_authors);
}

/* A commit of the draft that opened a thread, or any other: what an answer is about. */
static void choose_thread(struct agreement *a, struct piece *piece, struct act *act)
{
	const struct draft *draft = desk_draft(a->desk, piece->name, &a->err);
	int about = (int)below(&a->seed, (unsigned)piece->ref.count);
	enum review_event kind;
	bool suggestion;
	bool open = true;

	for (int i = 0; i < 12 && (kind = piece->ref.events[about].kind) != REVIEW_COMMENT &&
			kind != REVIEW_QUESTION && kind != REVIEW_SUGGEST;
	     i++)
		about = (int)below(&a->seed, (unsigned)piece->ref.count);
	kind = piece->ref.events[about].kind;
	suggestion = kind == REVIEW_SUGGEST;
	for (int i = about; suggestion && i < piece->ref.count; i++)
		open = open &&
		       (piece->ref.events[i].about[0] != about || piece->ref.events[i].kind == REVIEW_REPLY);
	act->event.about[0] = about;
	oid_hex(act->thread, &draft->commits[about].id);
	strlist_add(&act->threads, act->thread);
	act->change.threads = &act->threads;
	if (kind != REVIEW_COMMENT && kind != REVIEW_QUESTION && kind != REVIEW_SUGGEST)
		act->allowed = false;
	else if (act->event.kind == REVIEW_RESOLVE || act->event.kind == REVIEW_REOPEN)
		act->allowed = act->allowed && !suggestion;
	else if (act->event.kind != REVIEW_REPLY)
		act->allowed = act->allowed && suggestion && open;
}

static void fill_approval(struct agreement *a, struct piece *piece, struct act *act)
{
	int step = ref_due_step(&piece->ref);
	unsigned ticks = one_in(&a->seed, 8) ? below(&a->seed, 4) : 3;

	if (step == a->rules.step_count)
		step--;
	/* The desk takes no tick at what the step does not ask for. */
	ticks &= a->rules.steps[step].checks;
	for (int i = 0; i < 2; i++) {
		if (ticks >> i & 1)
			strlist_add(&act->ticks, random_checks[i]);
	}
	act->event.step = step;
	act->event.ticks = ticks;
	act->allowed = act->allowed && (a->rules.steps[step].checks & ~ticks) == 0;
	act->change.step = random_steps[step];
	act->change.checked = &act->ticks;
	act->change.policy = &desk_policy(a->desk)->blob;
}

static void fill_suggestion(struct agreement *a, struct piece *piece, struct act *act)
{
	const struct draft *draft = desk_draft(a->desk, piece->name, &a->err);

	act->passage = (struct review_passage){.on = draft->blob, .len = 3, .quote = (char *)"---"};
	act->change.passage = &act->passage;
	act->change.replacement = "***";
}

static void fill_save(struct agreement *a, struct piece *piece, struct act *act)
{
	/* What is not in the text stays as it is. */
	int beside = piece_text(piece) & (PICTURE | ~(BASE - 1));
	int first = piece->ref.events[0].text & (BASE - 1) & ~PICTURE;
	bool again = (first & (MADE | UNCHANGED)) == 0 && one_in(&a->seed, 2);

	act->event.text = (again ? first : piece_random(a, piece)) | beside;
	if (act->event.text == piece_text(piece))
		act->event.text ^= piece->kind == PIECE_POLICY ? UNTITLED : WORDS;
	piece_write(act->text, sizeof act->text, piece, act->event.text);
	ok(a, repo_blob_write(a->n->repo, &act->entry.id, act->text, strlen(act->text), &a->err));
	act->entry.path = piece->path;
	act->entry.mode = REPO_MODE_FILE;
	act->change.entries = &act->entry;
	act->change.entry_count = 1;
	/* It may take a suggestion, and then says whose. */
	if (one_in(&a->seed, 2)) {
		int about;

		choose_thread(a, piece, act);
		about = act->event.about[0];
		if (piece->ref.events[about].kind == REVIEW_SUGGEST) {
			const struct repo_person *other = &random_people[piece->ref.events[about].person];
			char words[80];

			snprintf(words, sizeof words, "%s <%s>", other->name, other->mail);
			strlist_add(&act->co_authors, words);
			act->change.co_authors = &act->co_authors;
			act->event.co_authors = 1u << piece->ref.events[about].person;
		}
	}
}

static void fill(struct agreement *a, struct piece *piece, struct act *act)
{
	switch (act->event.kind) {
	case REVIEW_SAVE:
		fill_save(a, piece, act);
		break;
	case REVIEW_APPROVE:
		fill_approval(a, piece, act);
		break;
	case REVIEW_SUGGEST:
		fill_suggestion(a, piece, act);
		break;
	case REVIEW_REPLY:
	case REVIEW_RESOLVE:
	case REVIEW_REOPEN:
	case REVIEW_REFUSE:
		choose_thread(a, piece, act);
		break;
	case REVIEW_EMBARGO:
		act->event.at = one_in(&a->seed, 2) ? 0 : a->now + 600 * (int64_t)(1 + below(&a->seed, 6));
		break;
	case REVIEW_SCHEDULE:
		act->event.at = a->now + 600 * (int64_t)(1 + below(&a->seed, 6));
		act->allowed = act->allowed && act->event.at >= ref_not_before(&piece->ref);
		act->change.policy = &desk_policy(a->desk)->blob;
		break;
	case REVIEW_ASSIGN:
		act->event.assignee = (int)below(&a->seed, REF_PEOPLE);
		snprintf(act->assignee, sizeof act->assignee, "%s <%s>",
			 random_people[act->event.assignee].name, random_people[act->event.assignee].mail);
		act->change.assignee = act->assignee;
		act->allowed = act->allowed && ref_can_take(&piece->ref, act->event.assignee);
		break;
	default:
		break;
	}
	act->change.at = act->event.at;
}

/* By hand: the commit, whatever the rules say. */
static int make_by_hand(struct agreement *a, struct piece *piece, struct act *act, struct oid *head)
{
	struct draft *draft;
	int rc = draft_load(&draft, a->n->repo, piece->name, &a->err);

	if (rc < 0)
		return rc;
	act->change.event = act->event.kind;
	act->change.person = &random_people[a->person];
	act->change.time = (struct repo_time){a->now, 0};
	rc = draft_append(head, a->n->repo, draft, &act->change, &a->err);
	draft_free(draft);
	return rc;
}

/* By the desk, as the screen and the command line do it; E_NOTFOUND: it has no such act. */
static int make_by_desk(struct agreement *a, struct piece *piece, struct act *act)
{
	struct desk *desk = a->desk;
	const char *name = piece->name;

	switch (act->event.kind) {
	case REVIEW_SUBMIT:
		return desk_submit(desk, name, "Please.", &a->err);
	case REVIEW_COMMENT:
		return desk_comment(desk, name, NULL, "Five or seven?", &a->err);
	case REVIEW_QUESTION:
		return desk_question(desk, name, NULL, "Is it so?", &a->err);
	case REVIEW_REPLY:
		return desk_reply(desk, name, act->thread, "Seven.", &a->err);
	case REVIEW_RESOLVE:
	case REVIEW_REOPEN:
		return desk_resolve(desk, name, act->thread, act->event.kind == REVIEW_RESOLVE, &a->err);
	case REVIEW_REFUSE:
		return desk_refuse(desk, name, act->thread, NULL, &a->err);
	case REVIEW_APPROVE:
		return desk_approve(desk, name, NULL, NULL, &act->ticks, NULL, &a->err);
	case REVIEW_REJECT:
		return desk_reject(desk, name, "Not so.", &a->err);
	case REVIEW_ASSIGN:
		return desk_assign(desk, name, act->assignee, 0, NULL, &a->err);
	case REVIEW_SPIKE:
		return desk_spike(desk, name, NULL, &a->err);
	case REVIEW_RESTORE:
		return desk_restore(desk, name, NULL, &a->err);
	case REVIEW_EMBARGO:
		return desk_embargo(desk, name, act->event.at, NULL, &a->err);
	case REVIEW_SCHEDULE:
		return desk_schedule(desk, name, act->event.at, NULL, NULL, &a->err);
	case REVIEW_UNSCHEDULE:
		return desk_unschedule(desk, name, NULL, &a->err);
	case REVIEW_SAVE:
		if (act->threads.count == 0)
			return desk_save(desk, name, NULL, act->text, strlen(act->text), NULL, &a->err);
		return E_NOTFOUND;
	default:
		return E_NOTFOUND;
	}
}

/* By the command line, in the twin; false: it has no such act. */
static bool make_by_program(struct agreement *a, struct piece *piece, struct act *act)
{
	static const struct {
		enum review_event kind;
		const char *words[4];
	} rows[] = {{REVIEW_SUBMIT, {"submit", "-m", "Please."}},
		    {REVIEW_COMMENT, {"comment", "-m", "Five or seven?"}},
		    {REVIEW_QUESTION, {"comment", "-m", "Is it so?", "--question"}},
		    {REVIEW_REPLY, {"comment", "-m", "Seven.", "--reply"}},
		    {REVIEW_RESOLVE, {"comment", "--resolve"}},
		    {REVIEW_REOPEN, {"comment", "--reopen"}},
		    {REVIEW_REFUSE, {"refuse"}},
		    {REVIEW_APPROVE, {"approve", "--yes"}},
		    {REVIEW_REJECT, {"reject", "-m", "Not so."}},
		    {REVIEW_ASSIGN, {"assign"}},
		    {REVIEW_SPIKE, {"spike"}},
		    {REVIEW_RESTORE, {"restore"}},
		    {REVIEW_EMBARGO, {"embargo"}},
		    {REVIEW_SCHEDULE, {"schedule"}},
		    {REVIEW_UNSCHEDULE, {"schedule", "--cancel"}},
		    {REVIEW_SAVE, {"save"}}};
	const char *words[16] = {NULL};
	char time[CLOCK_TEXT_SIZE];
	size_t row = 0;
	size_t count = 0;

	while (row < sizeof rows / sizeof rows[0] && rows[row].kind != act->event.kind)
		row++;
	if (row == sizeof rows / sizeof rows[0] || (act->event.kind == REVIEW_SAVE && act->threads.count > 0))
		return false;
	while (count < 4 && rows[row].words[count] != NULL) {
		words[count] = rows[row].words[count];
		count++;
	}
	/* The thread is what the option before it takes, but "refuse" takes the draft first. */
	if (act->threads.count > 0 && act->event.kind != REVIEW_REFUSE)
		words[count++] = act->thread;
	for (size_t i = 0; i < act->ticks.count; i++) {
		words[count++] = "--check";
		words[count++] = act->ticks.items[i];
	}
	if (act->event.kind == REVIEW_EMBARGO && act->event.at == 0)
		words[count++] = "--lift";
	words[count++] = piece->name;
	if (act->event.kind == REVIEW_REFUSE)
		words[count++] = act->thread;
	if (act->event.kind == REVIEW_ASSIGN)
		words[count++] = act->assignee;
	if (act->event.at != 0) {
		clock_rfc3339(time, act->event.at, 0);
		words[count++] = time;
	}
	twin_run(a, words, act->text);
	return true;
}

static const char *word_of(enum review_event kind)
{
	return kind == REVIEW_SAVE ? "save" : review_event_word(kind);
}

/* The desk's answer must be the reference's; 0 when it happened. */
static int do_it(struct agreement *a, struct piece *piece, struct act *act, struct oid *head)
{
	bool ruled = rules_check(act->action, desk_draft(a->desk, piece->name, &a->err), desk_policy(a->desk),
				 &random_people[a->person], a->now, NULL, &a->err) == 0;
	bool twice = make_by_program(a, piece, act);
	int rc = make_by_desk(a, piece, act);
	int said = rc;

	if (ruled != ref_may(&piece->ref, act->action, a->person))
		fail_msg("%s by %s: the rules say %d", word_of(act->event.kind),
			 random_people[a->person].name, ruled);
	/* What the desk cannot do by itself is done by hand where it is allowed. */
	if (rc == E_NOTFOUND && act->allowed)
		rc = make_by_hand(a, piece, act, head);
	else if (rc == E_NOTFOUND)
		rc = E_REFUSED;
	if ((rc == 0) != act->allowed)
		fail_msg("%s on %s by %s is %sallowed, and the desk says %d: %s", word_of(act->event.kind),
			 piece->name, random_people[a->person].name, act->allowed ? "" : "not ", rc,
			 rc < 0 ? a->err.message : "");
	if (twice)
		twin_agrees(a, said, word_of(act->event.kind));
	else
		twin_follow(a);
	return rc;
}

static void act_on(struct agreement *a, struct piece *piece, enum review_event kind)
{
	struct act act = {.event = agreement_event(a, kind), .action = rules_action_of(kind)};
	char *ref = mem_printf("refs/drafts/%s", piece->name);
	struct oid head;

	act.allowed = ref_may(&piece->ref, act.action, a->person);
	fill(a, piece, &act);
	a->done[act.action][act.allowed]++;
	if (do_it(a, piece, &act, &head) == 0) {
		piece_note(piece, act.event);
		agreement_taken(a, word_of(kind));
		ok(a, desk_refresh(a->desk, &a->err));
	} else {
		ok(a, make_by_hand(a, piece, &act, &head));
		agreement_refused(a, ref, &head, word_of(kind));
	}
	free(ref);
	act_clear(&act);
}

/* A save that somebody did, after which the draft's change is another. */
static void note_save(struct agreement *a, struct piece *piece, int text, const char *what)
{
	struct ref_event event = agreement_event(a, REVIEW_SAVE);

	event.text = text;
	piece_note(piece, event);
	agreement_taken(a, what);
}

/* Puts a file beside an article: the desk takes pictures only, and none beside its own files. */
static void attach(struct agreement *a, struct piece *piece)
{
	bool is_picture = !one_in(&a->seed, 4);
	bool allowed =
	    ref_may(&piece->ref, RULES_SAVE, a->person) && is_picture && piece->kind != PIECE_POLICY;
	char *file = mem_printf("map-%s.%s", piece->name, is_picture ? "png" : "exe");
	char *path = mem_printf("%s/%s", a->n->folder, file);
	char bytes[100];
	int rc;

	if (piece->kind != PIECE_REMOVAL && (piece_text(piece) & PICTURE) == 0) {
		snprintf(bytes, sizeof bytes, "\x89PNG\r\n\x1a\n of %s", piece->name);
		ok(a, path_write(path, bytes, strlen(bytes), 0644, &a->err));
		twin_run(a, (const char *const[]){"attach", piece->name, path, NULL}, NULL);
		rc = desk_attach(a->desk, piece->name, file, bytes, strlen(bytes), &a->err);
		if ((rc == 0) != allowed)
			fail_msg("%s is attached to %s: %d %s", file, piece->name, rc, a->err.message);
		twin_agrees(a, rc, "a file");
		a->attached[allowed]++;
		if (rc == 0)
			note_save(a, piece, piece_text(piece) | PICTURE, "a file");
	}
	free(path);
	free(file);
}

static void bring_up_to_date(struct agreement *a, struct piece *piece)
{
	bool allowed = ref_may(&piece->ref, RULES_SAVE, a->person) && piece->is_behind && !piece->is_gone;
	int beside = (piece_text(piece) & (PICTURE | ~(BASE - 1))) + BASE;
	size_t clashes;
	int rc;

	twin_run(a, (const char *const[]){"update", piece->name, "--mine", NULL}, NULL);
	rc = desk_update(a->desk, piece->name, DESK_DRAFT, &clashes, &a->err);
	if ((rc == 0) != allowed)
		fail_msg("%s is brought up to date: %d %s", piece->name, rc, a->err.message);
	twin_agrees(a, rc, "an update");
	a->updated[allowed]++;
	if (rc < 0)
		return;
	piece_begin(a, piece);
	note_save(a, piece, beside | (piece->kind == PIECE_REMOVAL ? 0 : piece_made(a, piece)), "an update");
}

/* -- A day -- */

/* What the lists show to whoever sits there. */
static void compare_rows(struct agreement *a)
{
	size_t count;
	const struct desk_row *rows = desk_rows(a->desk, &count);
	size_t seen = 0;

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; rows[i].name != NULL && k < a->count; k++) {
			struct piece *piece = &a->pieces[k];

			if (strcmp(piece->name, rows[i].name) != 0)
				continue;
			/* What was taken down stays in the list, and what went out does not. */
			seen += piece_is_open(piece);
			assert_true(piece_is_open(piece) || piece->ref.withdraws);
			if (rows[i].state != ref_state(&piece->ref))
				fail_msg("%s is %s, and the list says %s", piece->name,
					 review_state_word(ref_state(&piece->ref)),
					 review_state_word(rows[i].state));
			if ((rows[i].why_mine != NULL) != ref_waits(&piece->ref, a->person))
				fail_msg("%s waits for %s: %s", piece->name, random_people[a->person].name,
					 rows[i].why_mine ? rows[i].why_mine : "not");
		}
	}
	for (size_t k = 0; k < a->count; k++)
		seen += !piece_is_open(&a->pieces[k]);
	assert_int_equal(seen, a->count);
}

static void sit_down(struct agreement *a, enum rules_action wanted, struct piece *piece)
{
	a->person = (int)below(&a->seed, REF_PEOPLE);
	for (int i = 0; piece != NULL && i < 6 && !ref_may(&piece->ref, wanted, a->person); i++)
		a->person = (int)below(&a->seed, REF_PEOPLE);
	ok(a, desk_act_as(a->desk, &random_people[a->person], &a->err));
}

static void time_passes(struct agreement *a)
{
	a->now += below(&a->seed, 400);
	desk_clock(a->desk)->now = a->now;
	for (size_t i = 0; i < a->count; i++)
		a->pieces[i].ref.now = a->now;
	/* Only the clock moved: states follow it. */
	ok(a, desk_refresh(a->desk, &a->err));
}

/* What is likely to happen next to a draft; anything may. */
static enum review_event next_event(struct agreement *a, struct piece *piece)
{
	static const enum review_event kinds[] = {REVIEW_SUBMIT,  REVIEW_APPROVE,    REVIEW_SAVE,
						  REVIEW_COMMENT, REVIEW_COMMENT,    REVIEW_SUGGEST,
						  REVIEW_RESOLVE, REVIEW_REFUSE,     REVIEW_QUESTION,
						  REVIEW_REPLY,   REVIEW_REOPEN,     REVIEW_REOPEN,
						  REVIEW_REJECT,  REVIEW_ASSIGN,     REVIEW_SPIKE,
						  REVIEW_RESTORE, REVIEW_SAVE,       REVIEW_EMBARGO,
						  REVIEW_EMBARGO, REVIEW_UNSCHEDULE, REVIEW_SCHEDULE,
						  REVIEW_COMMENT, REVIEW_QUESTION};

	if (one_in(&a->seed, 3))
		return kinds[below(&a->seed, sizeof kinds / sizeof kinds[0])];
	switch (ref_state(&piece->ref)) {
	case REVIEW_STATE_DRAFT:
	case REVIEW_STATE_CHANGES:
		return piece->ref.is_fit ? REVIEW_SUBMIT : REVIEW_SAVE;
	case REVIEW_STATE_SPIKED:
		return REVIEW_RESTORE;
	case REVIEW_STATE_REVIEW:
		if (ref_blocking(&piece->ref) == 0)
			return REVIEW_APPROVE;
		return one_in(&a->seed, 2) ? REVIEW_RESOLVE : REVIEW_REFUSE;
	default:
		return one_in(&a->seed, 2) ? REVIEW_SCHEDULE : REVIEW_UNSCHEDULE;
	}
}

/* Sits down one who may do it, where there is one. */
static void sit_down_one(struct agreement *a, enum rules_action action, struct piece *piece)
{
	unsigned first = below(&a->seed, REF_PEOPLE);

	for (unsigned i = 0; i < REF_PEOPLE; i++) {
		a->person = (int)((first + i) % REF_PEOPLE);
		if (ref_may(&piece->ref, action, a->person))
			break;
	}
	ok(a, desk_act_as(a->desk, &random_people[a->person], &a->err));
}

/* Whether somebody else is at work on the same article. */
static bool has_a_rival(struct agreement *a, const struct piece *piece)
{
	for (size_t i = 0; i < a->count; i++) {
		if (&a->pieces[i] != piece && piece_is_open(&a->pieces[i]) &&
		    piece_is_in_the_way(&a->pieces[i], piece))
			return true;
	}
	return false;
}

/* One of the drafts, of the rare kinds where there are some. */
static struct piece *rare_piece(struct agreement *a)
{
	size_t first = below(&a->seed, (unsigned)a->count);

	for (size_t i = 0; i < a->count; i++) {
		struct piece *piece = &a->pieces[(first + i) % a->count];

		if (piece_is_open(piece) &&
		    (piece->is_behind || piece->kind != PIECE_ARTICLE || has_a_rival(a, piece)))
			return piece;
	}
	return &a->pieces[first];
}

/* A draft goes all its way, as most do in the end. */
static void see_it_through(struct agreement *a)
{
	struct piece *piece = rare_piece(a);

	if (piece->is_behind && piece_is_open(piece) && one_in(&a->seed, 2)) {
		sit_down_one(a, RULES_SAVE, piece);
		bring_up_to_date(a, piece);
	}
	for (int i = 0; i < 12 && piece_is_open(piece) && piece->ref.count < REF_EVENTS; i++) {
		enum review_state_name state = ref_state(&piece->ref);
		enum review_event kind = piece->ref.is_fit ? REVIEW_SUBMIT : REVIEW_SAVE;

		if (state == REVIEW_STATE_APPROVED || state == REVIEW_STATE_SCHEDULED) {
			sit_down_one(a, RULES_RELEASE, piece);
			agreement_release(a, piece, false);
			return;
		}
		if (state == REVIEW_STATE_SPIKED)
			kind = REVIEW_RESTORE;
		else if (state == REVIEW_STATE_REVIEW)
			kind = ref_blocking(&piece->ref) == 0 ? REVIEW_APPROVE
			       : one_in(&a->seed, 2)          ? REVIEW_RESOLVE
							      : REVIEW_REFUSE;
		if (kind == REVIEW_SAVE && piece->kind == PIECE_REMOVAL)
			return;
		sit_down_one(a, rules_action_of(kind), piece);
		act_on(a, piece, kind);
	}
}

static void something_happens(struct agreement *a)
{
	struct piece *piece = &a->pieces[below(&a->seed, (unsigned)a->count)];
	enum review_event kind;

	for (int i = 0; i < 4 && !piece_is_open(piece); i++)
		piece = &a->pieces[below(&a->seed, (unsigned)a->count)];
	kind = next_event(a, piece);
	/* What leaves no text keeps none; and no history is for ever. */
	if (piece->ref.count == REF_EVENTS ||
	    (piece->kind == PIECE_REMOVAL && (kind == REVIEW_SAVE || kind == REVIEW_SUGGEST)))
		return;
	if (one_in(&a->seed, 6)) {
		bool fast = piece->ref.corrects && !one_in(&a->seed, 3);

		sit_down(a, fast ? RULES_RELEASE_FAST : RULES_RELEASE, piece);
		agreement_release(a, piece, fast);
		return;
	}
	sit_down(a, rules_action_of(kind), one_in(&a->seed, 4) ? NULL : piece);
	if (one_in(&a->seed, 12))
		attach(a, piece);
	else if (one_in(&a->seed, piece->is_behind ? 3 : 30))
		bring_up_to_date(a, piece);
	/* A text that is not there yet has no words to suggest others for. */
	else if (kind != REVIEW_SUGGEST || (!(piece_text(piece) & UNCHANGED) && piece->kind != PIECE_POLICY))
		act_on(a, piece, kind);
}

/* -- The end -- */

static void nothing_is_published_but_what_was_approved(struct agreement *a)
{
	struct verify_result result;
	struct oid tip;
	size_t wanted = 0;

	ok(a, repo_ref_read(a->server, "refs/heads/main", &tip, &a->err));
	assert_true(oid_equal(&tip, desk_tip(a->desk)));
	ok(a, verify_branch(&result, a->server, &tip, NULL, NULL, NULL, &a->err));
	assert_int_equal(result.lies, 0);
	for (size_t i = 0; i < a->published_count; i++) {
		const struct published *at = &a->published[i];
		struct oid blob;
		struct oid there;

		if (!at->is_there)
			continue;
		wanted++;
		repo_blob_hash(&blob, at->text, strlen(at->text));
		ok(a, desk_article(a->desk, at->path, &there, &a->err));
		assert_true(oid_equal(&blob, &there));
	}
	wanted += a->pictures;
	assert_int_equal(sh(a->n, "test $(git -C news ls-tree -r --name-only main content | wc -l) = %zu",
			    wanted),
			 0);
}

static void a_day(struct agreement *a, bool with_twin)
{
	agreement_begin(a);
	if (with_twin)
		twin_begin(a);
	sit_down(a, RULES_SAVE, NULL);
	agreement_new(a);
	for (int i = 0; i < 90; i++) {
		time_passes(a);
		if (a->count < AGREEMENT_DRAFTS && one_in(&a->seed, 8)) {
			sit_down(a, RULES_SAVE, NULL);
			agreement_something(a);
		} else if (one_in(&a->seed, 15)) {
			sit_down(a, RULES_SAVE, NULL);
			agreement_release_due(a);
		} else if (one_in(&a->seed, 10)) {
			sit_down(a, RULES_SAVE, NULL);
			agreement_release_several(a);
		} else if (one_in(&a->seed, 20)) {
			see_it_through(a);
		} else {
			something_happens(a);
		}
		compare_rows(a);
	}
	nothing_is_published_but_what_was_approved(a);
	twin_end(a);
	agreement_end(a);
}

static void desk_and_server_do_what_the_rules_say(void **state)
{
	const char *soak = getenv("SOAK");
	bool is_long = soak != NULL && soak[0] != '\0';
	int days = is_long ? 500 : 60;
	struct agreement *a = mem_zalloc(1, sizeof *a);

	(void)state;
	a->seed = 20261121;
	for (int i = 0; i < days; i++) {
		void *newsroom;

		assert_int_equal(newsroom_setup(&newsroom), 0);
		a->n = newsroom;
		/* A process for each act takes its time. */
		a_day(a, is_long || i % 10 == 0);
		assert_int_equal(newsroom_teardown(&newsroom), 0);
	}
	for (int i = 0; i <= RULES_RELEASE_FAST; i++) {
		if (a->done[i][0] + a->done[i][1] < 8 || a->done[i][1] < 3)
			fail_msg("action %d was done %u times and refused %u times", i, a->done[i][1],
				 a->done[i][0]);
	}
	assert_true(a->due[0] > 0 && a->due[1] > 0);
	assert_true(a->several[0] > 0 && a->several[1] > 0);
	fprintf(stderr,
		"out %u %u %u %u %u attached %u %u updated %u %u agreed %u %u due %u %u several %u %u\n",
		a->out[0], a->out[1], a->out[2], a->out[3], a->out[4], a->attached[0], a->attached[1],
		a->updated[0], a->updated[1], a->agreed[0], a->agreed[1], a->due[0], a->due[1], a->several[0],
		a->several[1]);
	assert_true(a->agreed[0] > 100 && a->agreed[1] > 100);
	assert_true(a->attached[0] > 0 && a->attached[1] > 0 && a->updated[0] > 0 && a->updated[1] > 0);
	for (int i = 0; i <= PIECE_POLICY; i++) {
		if (a->out[i] < 2)
			fail_msg("of kind %d only %u went out", i, a->out[i]);
	}
	free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(desk_and_server_do_what_the_rules_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
