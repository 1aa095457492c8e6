#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "newsroom.h"
#include "random_desk.h"
#include "reference.h"

/*
 * Random desks with random histories: what the program makes of them against the reference.  The
 * histories hold what our programs write, and what only a hand could have written.
 */

/* Where an article may lie, and the sections that this is of, as bits. */
static const struct {
	const char *path;
	unsigned places;
	bool is_desk_file;
} spots[] = {
    {"content/city/lake.md", 1, false},    {"content/city/deep/lake.md", 1 | 4, false},
    {"content/culture/lake.md", 2, false}, {"content/lake.md", 0, false},
    {"content/citys/lake.md", 0, false},   {POLICY_PATH, 0, true},
};

#define SPOTS (sizeof spots / sizeof spots[0])

/* -- A draft, as the reference and as the program sees it -- */

/* The bits of a text: which words, which base, whether there is a picture beside it. */
enum {
	WORDS = 3,
	BASE = 4,
	PICTURE = 8,
	NOTHING = 16, /* the draft changes nothing at all */
};

#define MAX_COVERS 3

struct world {
	uint64_t seed;
	struct ref_desk desk;
	struct ref_draft ref;
	struct policy policy;
	struct draft draft;
	size_t spot;
	const char *from; /* that it is moved from, or NULL */
	bool removes;     /* leaves no text */
	bool good_text;
	bool says_notice; /* a withdrawal that leaves a text says so, and no more */
	char notice[512];
	bool foreign;        /* its picture lies elsewhere */
	size_t picture_size; /* bytes, of at most 1024 that the desk takes */
	size_t sizes[MAX_COVERS];
	struct review_commit commits[REF_EVENTS];
	struct review_cover covers[REF_EVENTS][2][MAX_COVERS]; /* measured, claimed */
	char hex[REF_EVENTS][REF_ABOUT][REPO_HEX_SIZE];
	char *hexes[REF_EVENTS][REF_ABOUT];
	char *ticks[REF_EVENTS][2];
	struct repo_person others[REF_EVENTS][REF_PEOPLE];
	char assignees[REF_EVENTS][64];
};

static struct oid oid_of(unsigned char byte)
{
	struct oid oid;

	memset(oid.id, byte, sizeof oid.id);
	return oid;
}

/* The covers of a text. */
static struct review_covers covers_of(const struct world *w, int text, struct review_cover *items)
{
	bool is_published = w->ref.corrects || w->ref.is_desk_file;
	struct oid base = oid_of(is_published ? (text & BASE ? 'y' : 'x') : 0);
	struct review_cover article = {.path = (char *)spots[w->spot].path,
				       .mode = REPO_MODE_FILE,
				       .blob = oid_of((unsigned char)('a' + (text & WORDS))),
				       .base = base};
	size_t n = 0;

	if ((text & NOTHING) != 0)
		return (struct review_covers){.items = items};
	if (w->removes) {
		article.mode = REPO_MODE_NONE;
		article.blob = oid_of(0);
	}
	if (w->from != NULL) {
		items[n++] = (struct review_cover){.path = (char *)w->from, .base = base};
		article.base = oid_of(0);
	}
	items[n++] = article;
	if ((text & PICTURE) != 0) {
		items[n++] = article;
		items[n - 1].path = (char *)(w->foreign ? "layouts/x.html" : "content/city/x.png");
		items[n - 1].mode = REPO_MODE_FILE;
		items[n - 1].base = oid_of(0);
		items[n - 1].blob = oid_of('p');
	}
	return (struct review_covers){.items = items, .count = n};
}

static int random_text(struct world *w)
{
	int text = (int)below(&w->seed, 2);

	if (one_in(&w->seed, 12) && (w->ref.corrects || w->ref.is_desk_file))
		text |= BASE;
	/* Only city/x.png is a file beside an article, of that folder. */
	if (one_in(&w->seed, 8) && (w->foreign || w->spot == 0))
		text |= PICTURE;
	if (one_in(&w->seed, 25) && w->from == NULL)
		text = NOTHING;
	return w->removes ? text & ~WORDS : text;
}

/* What the program is given for an event of the reference. */
static void add_commit(struct world *w, int index)
{
	static const enum sign_verdict wrong[] = {SIGN_NONE, SIGN_BAD, SIGN_UNKNOWN, SIGN_OTHERS,
						  SIGN_UNTIMELY};
	const struct ref_event *event = &w->ref.events[index];
	struct review_commit *commit = &w->commits[index];

	memset(commit, 0, sizeof *commit);
	commit->id = oid_of((unsigned char)(index + 1));
	commit->person = (one_in(&w->seed, 4) ? random_again : random_people)[event->person];
	commit->event = event->kind;
	commit->text = (char *)"";
	commit->at = event->at;
	commit->signature =
	    event->is_signed ? SIGN_GOOD : wrong[(size_t)index % (sizeof wrong / sizeof wrong[0])];
	commit->step = (char *)(event->step >= 0 ? random_steps[event->step] : "promote");
	commit->policy = oid_of((unsigned char)event->rules);
	commit->covers = covers_of(w, event->text, w->covers[index][0]);
	commit->claimed = covers_of(w, event->claims, w->covers[index][1]);
	commit->replacement = (char *)"words";
	commit->passage.len = 5;
	commit->threads.items = w->hexes[index];
	commit->checked.items = w->ticks[index];
	commit->co_authors = w->others[index];
	for (int i = 0; i < REF_ABOUT; i++) {
		struct oid about =
		    event->about[i] >= 0 ? oid_of((unsigned char)(event->about[i] + 1)) : oid_of(0xee);

		w->hexes[index][i] = w->hex[index][i];
		oid_hex(w->hex[index][i], &about);
		commit->threads.count += event->about[i] >= 0 || i == 0;
		if (event->ticks >> i & 1)
			w->ticks[index][commit->checked.count++] = (char *)random_checks[i];
	}
	for (int i = 0; i < REF_PEOPLE; i++) {
		if (event->co_authors >> i & 1)
			w->others[index][commit->co_author_count++] = random_again[i];
	}
	if (event->kind == REVIEW_ASSIGN) {
		snprintf(w->assignees[index], sizeof w->assignees[index], "%s <%s>",
			 random_again[event->assignee].name, random_people[event->assignee].mail);
		commit->assignee = w->assignees[index];
	}
}

/* -- What happens -- */

static void say(struct world *w, struct ref_event event)
{
	int index = w->ref.count++;

	event.text = event.kind == REVIEW_SAVE || index == 0 ? event.text : w->ref.events[index - 1].text;
	if (event.claims < 0)
		event.claims = event.text;
	w->ref.events[index] = event;
	memset(w->ref.good, 0, sizeof w->ref.good);
	add_commit(w, index);
}

static struct ref_event plain(struct world *w, enum review_event kind)
{
	return (struct ref_event){.kind = kind,
				  .person = (int)below(&w->seed, REF_PEOPLE),
				  .claims = -1,
				  .rules = 'p',
				  .about = {-1, -1}};
}

static int any_before(struct world *w)
{
	return (int)below(&w->seed, (unsigned)w->ref.count);
}

static void say_save(struct world *w)
{
	struct ref_event event = plain(w, REVIEW_SAVE);

	event.text = one_in(&w->seed, 3) ? random_text(w) : w->ref.events[0].text;
	if (!one_in(&w->seed, 3))
		event.person = w->ref.events[0].person;
	if (w->ref.count > 0 && one_in(&w->seed, 2))
		event.about[0] = any_before(w);
	if (event.about[0] >= 0 && one_in(&w->seed, 2))
		event.about[1] = any_before(w);
	if (one_in(&w->seed, 6))
		event.co_authors = below(&w->seed, 1u << REF_PEOPLE);
	say(w, event);
}

/* Whoever may approve now does, as often as not. */
static void say_approve(struct world *w)
{
	struct ref_event event = plain(w, REVIEW_APPROVE);

	event.step = ref_due_step(&w->ref);
	if (event.step == w->desk.step_count || one_in(&w->seed, 10))
		event.step = (int)below(&w->seed, (unsigned)w->desk.step_count + 1) - 1;
	for (int i = 0; i < 8 && !ref_may(&w->ref, RULES_APPROVE, event.person); i++)
		event.person = (int)below(&w->seed, REF_PEOPLE);
	event.ticks = one_in(&w->seed, 10) ? below(&w->seed, 4) : 3;
	event.is_signed = !one_in(&w->seed, 8);
	if (one_in(&w->seed, 20))
		event.claims = random_text(w);
	if (one_in(&w->seed, 20))
		event.rules = 'q';
	say(w, event);
}

static void say_schedule(struct world *w)
{
	struct ref_event event = plain(w, REVIEW_SCHEDULE);

	event.at = one_in(&w->seed, 15) ? 0 : 1000 + 300 * (int64_t)below(&w->seed, 10);
	for (int i = 0; i < 3 && !ref_may(&w->ref, RULES_SCHEDULE, event.person); i++)
		event.person = (int)below(&w->seed, REF_PEOPLE);
	event.is_signed = !one_in(&w->seed, 8);
	if (one_in(&w->seed, 15))
		event.claims = random_text(w);
	if (one_in(&w->seed, 15))
		event.rules = 'q';
	say(w, event);
}

/* An answer to a thread, or to what is none. */
static void say_answer(struct world *w)
{
	static const enum review_event kinds[] = {REVIEW_RESOLVE, REVIEW_RESOLVE, REVIEW_REOPEN,
						  REVIEW_REFUSE,  REVIEW_REFUSE,  REVIEW_REPLY};
	struct ref_event event = plain(w, kinds[below(&w->seed, 6)]);

	event.about[0] = one_in(&w->seed, 20) ? -1 : any_before(w);
	for (int i = 0; i < 3 && w->ref.events[event.about[0] < 0 ? 0 : event.about[0]].kind == REVIEW_SAVE;
	     i++)
		event.about[0] = any_before(w);
	say(w, event);
}

static void say_something(struct world *w)
{
	static const enum review_event kinds[] = {REVIEW_SUBMIT,     REVIEW_SUBMIT,   REVIEW_SUBMIT,
						  REVIEW_COMMENT,    REVIEW_QUESTION, REVIEW_SUGGEST,
						  REVIEW_EMBARGO,    REVIEW_EMBARGO,  REVIEW_RESTORE,
						  REVIEW_UNSCHEDULE, REVIEW_ASSIGN,   REVIEW_REJECT,
						  REVIEW_RELEASED,   REVIEW_UNKNOWN,  REVIEW_SPIKE,
						  REVIEW_RESTORE};
	struct ref_event event = plain(w, kinds[below(&w->seed, sizeof kinds / sizeof kinds[0])]);

	if (event.kind == REVIEW_EMBARGO)
		event.at = one_in(&w->seed, 2) ? 0 : 1000 + 300 * (int64_t)below(&w->seed, 8);
	if (event.kind == REVIEW_ASSIGN)
		event.assignee = (int)below(&w->seed, REF_PEOPLE);
	say(w, event);
}

static void go_on(struct world *w)
{
	unsigned kind = below(&w->seed, 20);

	if (kind < 3)
		say_save(w);
	else if (kind < 10)
		say_approve(w);
	else if (kind < 12)
		say_schedule(w);
	else if (kind < 15 && w->ref.count > 1)
		say_answer(w);
	else
		say_something(w);
}

/* -- The two are asked -- */

/* The aliases are for one that was moved, from wherever. */
static const char good_article[] = "---\ntitle: The lake\naliases: [/city/pond/, /city/lake/, "
				   "/city/deep/lake/, /culture/lake/]\n---\nWords.\n";
static const char bad_article[] = "---\ndate: 2026-11-20\n---\nWords.\n";
static const char published[] = "---\ntitle: The lake\n---\nWords.\n";
static const char good_rules[] = "[step \"review\"]\n";
static const char bad_rules[] = "[stop \"review\"]\n";

static bool fit(const struct world *w)
{
	int text = w->ref.events[w->ref.count - 1].text;

	if ((text & NOTHING) != 0 ||
	    ((text & PICTURE) != 0 && (w->foreign || w->ref.is_desk_file || w->picture_size > 1024)))
		return false;
	if (w->removes)
		return w->ref.corrects && !w->desk.tombstone;
	return w->good_text && (!w->ref.withdraws || (w->desk.tombstone && w->ref.corrects));
}

/* Whether a withdrawal is one and no more: what is published without review. */
static bool says_no_more(const struct world *w)
{
	int text = w->ref.events[w->ref.count - 1].text;

	return !w->ref.withdraws ||
	       ((w->removes || (w->good_text && w->says_notice)) && (text & PICTURE) == 0);
}

/* The text at the head. */
static const char *text_of(struct world *w)
{
	const struct repo_time time = w->commits[0].time;
	const struct article_note note = {.time = time.seconds, .offset = time.offset};
	struct strbuf out = STRBUF_INIT;

	if (w->ref.is_desk_file)
		return w->good_text ? good_rules : bad_rules;
	if (!w->ref.withdraws || !w->good_text || !w->says_notice)
		return w->good_text ? good_article : bad_article;
	article_tombstone(&out, published, strlen(published), &note);
	snprintf(w->notice, sizeof w->notice, "%s", out.data);
	strbuf_clear(&out);
	return w->notice;
}

static void look(struct world *w)
{
	bool is_published = w->ref.corrects || w->ref.is_desk_file;
	const char *text = text_of(w);

	w->ref.is_fit = fit(w);
	w->ref.is_plain = says_no_more(w);
	memset(w->ref.good, 0, sizeof w->ref.good);
	review_state_clear(&w->draft.state);
	w->draft = (struct draft){
	    .name = (char *)"lake",
	    .path = (char *)spots[w->spot].path,
	    .renames = (char *)w->from,
	    .withdraws = w->ref.withdraws,
	    .blob = w->removes ? oid_of(0) : oid_of('a'),
	    .base_blob = is_published ? oid_of('x') : oid_of(0),
	    .base_text = w->ref.withdraws && !w->removes ? (char *)published : NULL,
	    .base_text_len = w->ref.withdraws && !w->removes ? strlen(published) : 0,
	    .text = w->removes ? NULL : (char *)text,
	    .text_len = w->removes ? 0 : strlen(text),
	    .commits = w->commits,
	    .count = (size_t)w->ref.count,
	    .sizes = w->sizes,
	    .released = w->ref.is_out,
	    .publish_time = w->ref.publish,
	};
	draft_derive(&w->draft, &w->policy, w->ref.now);
}

/* How often each answer was given, so that agreeing means something. */
struct seen {
	unsigned states[REVIEW_STATE_COUNT];
	unsigned may[RULES_RELEASE_FAST + 1][2];
	unsigned counts[2];
	unsigned waits[2];
	unsigned due[3];
	unsigned holds[2];
};

#define agree(w, program, reference, format, ...)                                                            \
	do {                                                                                                 \
		int64_t one = (int64_t)(program);                                                            \
		int64_t other = (int64_t)(reference);                                                        \
                                                                                                             \
		if (one != other)                                                                            \
			disagree(w, one, other, format, __VA_ARGS__);                                        \
	} while (0)

static void disagree(const struct world *w, int64_t program, int64_t reference, const char *format, ...)
{
	char what[200];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	for (int i = 0; i < w->ref.count; i++) {
		const struct ref_event *event = &w->ref.events[i];
		const char *word = event->kind == REVIEW_SAVE      ? "save"
				   : event->kind == REVIEW_UNKNOWN ? "unknown"
								   : review_event_word(event->kind);

		print_error("%2d %s %s: text %d, claims %d, step %d, about %d, at %d\n", i,
			    random_people[event->person].name, word, event->text, event->claims, event->step,
			    event->about[0], (int)event->at);
	}
	fail_msg("%s: the program says %d, the reference %d", what, (int)program, (int)reference);
}

static void compare_state(struct world *w, struct seen *seen)
{
	const struct review_state *state = &w->draft.state;
	unsigned authors = 0;

	agree(w, state->name, ref_state(&w->ref), "state %s", review_state_word(state->name));
	agree(w, state->step, ref_due_step(&w->ref), "step %d", state->step);
	agree(w, state->open_threads, ref_open(&w->ref), "open %zu", state->open_threads);
	agree(w, state->blocking, ref_blocking(&w->ref), "blocking %zu", state->blocking);
	for (int i = 0; i < REF_PEOPLE; i++)
		authors |= (unsigned)review_is_author(state, &random_people[i]) << i;
	agree(w, authors, ref_authors(&w->ref), "authors %x", authors);
	for (size_t i = 0; i < state->approval_count; i++) {
		const struct review_approval *approval = &state->approvals[i];

		agree(w, approval->counts, ref_counts(&w->ref, (int)approval->commit), "approval %zu (%s)",
		      approval->commit, approval->why ? approval->why : "counts");
		assert_int_equal(approval->counts, approval->why == NULL);
		seen->counts[approval->counts]++;
	}
	seen->states[state->name]++;
}

static void compare_actions(struct world *w, struct seen *seen)
{
	for (int action = 0; action <= RULES_RELEASE_FAST; action++) {
		for (int person = 0; person < REF_PEOPLE; person++) {
			bool may = rules_check((enum rules_action)action, &w->draft, &w->policy,
					       &(person & 1 ? random_again : random_people)[person],
					       w->ref.now, NULL, NULL) == 0;

			agree(w, may, ref_may(&w->ref, (enum rules_action)action, person), "action %d by %s",
			      action, random_people[person].name);
			seen->may[action][may]++;
		}
	}
	for (int step = 0; step < w->desk.step_count; step++) {
		int person = step % REF_PEOPLE;
		bool may = rules_check(RULES_APPROVE, &w->draft, &w->policy, &random_people[person],
				       w->ref.now, random_steps[step], NULL) == 0;

		agree(w, may, step == ref_due_step(&w->ref) && ref_may(&w->ref, RULES_APPROVE, person),
		      "approve %s by %s", random_steps[step], random_people[person].name);
	}
}

static void compare_waiting(struct world *w, struct seen *seen)
{
	const struct repo_person *person = NULL;
	bool due;
	int rc = rules_due(&w->draft, &w->policy, w->ref.now, &person, &due, NULL);
	int goes = ref_goes_out(&w->ref);

	if (w->draft.state.schedule < w->draft.count) {
		bool holds = w->draft.state.schedule_void == NULL;

		agree(w, holds, ref_order_holds(&w->ref), "order: %s",
		      holds ? "holds" : w->draft.state.schedule_void);
		seen->holds[holds]++;
	}
	agree(w, rc == 0 ? 1 : due ? 0 : -1, goes >= 0 ? 1 : goes == -1 ? 0 : -1, "due %d", (int)due);
	if (rc == 0)
		assert_true(repo_person_same(person, &random_people[goes]));
	seen->due[goes >= 0 ? 2 : goes + 2]++;
	for (int i = 0; i < REF_PEOPLE; i++) {
		bool waits = rules_waits_for(NULL, &w->draft, &w->policy, &random_people[i], w->ref.now);

		agree(w, waits, ref_waits(&w->ref, i), "waits for %s", random_people[i].name);
		seen->waits[waits]++;
	}
}

static void compare(struct world *w, struct seen *seen)
{
	look(w);
	compare_state(w, seen);
	compare_actions(w, seen);
	compare_waiting(w, seen);
}

/* -- Histories -- */

static void random_draft(struct world *w)
{
	struct ref_draft *ref = &w->ref;

	memset(ref, 0, sizeof *ref);
	w->from = NULL;
	w->removes = false;
	w->spot = below(&w->seed, SPOTS);
	w->good_text = !one_in(&w->seed, 10);
	w->says_notice = one_in(&w->seed, 2);
	w->foreign = one_in(&w->seed, 6);
	w->picture_size = one_in(&w->seed, 4) ? 1025 : 1024;
	for (size_t i = 0; i < MAX_COVERS; i++)
		w->sizes[i] = w->picture_size;
	ref->desk = &w->desk;
	ref->is_desk_file = spots[w->spot].is_desk_file;
	ref->places = spots[w->spot].places;
	ref->corrects = !ref->is_desk_file && one_in(&w->seed, 2);
	if (ref->corrects && one_in(&w->seed, 3)) {
		ref->withdraws = true;
		w->removes = one_in(&w->seed, 2);
	} else if (ref->corrects && one_in(&w->seed, 4)) {
		size_t from = below(&w->seed, 3);

		w->from = from == w->spot ? "content/city/pond.md" : spots[from].path;
		ref->places |= from == w->spot ? 1 : spots[from].places;
	}
	ref->is_out = one_in(&w->seed, 25);
	ref->publish = one_in(&w->seed, 5) ? 1000 + 300 * (int64_t)below(&w->seed, 8) : 0;
	ref->now = 850 + 150 * (int64_t)below(&w->seed, 24);
	ref->now += below(&w->seed, 3);
}

/* The list of signers: one key is as good as another for what the rules ask. */
static void know_keys(struct world *w)
{
	struct strbuf list = STRBUF_INIT;
	struct error err;

	for (int i = 0; i < REF_PEOPLE; i++) {
		if (w->desk.keys >> i & 1)
			strbuf_addf(
			    &list,
			    "%s ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBKBWtWW8OBLMS3QRyWZFTLxt52fQB9fcxKH6"
			    "WHfxAKS\n",
			    random_people[i].mail);
	}
	if (signers_parse(&w->policy.signers, "list", list.data, list.len, &err) < 0)
		fail_msg("%s", err.message);
	strbuf_clear(&list);
}

static void begin_world(struct world *w)
{
	struct strbuf text = STRBUF_INIT;
	struct error err;

	w->desk.rules = 'p';
	random_desk(&w->desk, &w->seed, &text, true);
	w->desk.rules = one_in(&w->seed, 30) ? 'q' : 'p';
	if (policy_parse(&w->policy, text.data, text.len, &err) < 0)
		fail_msg("%s\n%s", err.message, text.data);
	w->policy.blob = oid_of((unsigned char)w->desk.rules);
	know_keys(w);
	strbuf_clear(&text);
}

static void one_history(struct world *w, struct seen *seen, bool each_step)
{
	int length;

	random_draft(w);
	say_save(w);
	if (!one_in(&w->seed, 4)) {
		struct ref_event event = plain(w, REVIEW_SUBMIT);

		for (int i = 0; i < 6 && !ref_may(&w->ref, RULES_SUBMIT, event.person); i++)
			event.person = (int)below(&w->seed, REF_PEOPLE);
		say(w, event);
	}
	length = w->ref.count + 2 + (int)below(&w->seed, one_in(&w->seed, 4) ? 36 : 12);
	while (w->ref.count < length) {
		w->ref.is_fit = fit(w);
		go_on(w);
		if (each_step)
			compare(w, seen);
	}
	compare(w, seen);
}

static void enough(unsigned n, const char *what, int which)
{
	if (n < 100)
		fail_msg("only %u of %s %d", n, what, which);
}

static void the_program_and_the_reference_agree(void **state)
{
	const char *soak = getenv("SOAK");
	int desks = soak != NULL && soak[0] != '\0' ? 200000 : 4000;
	struct world *w = mem_zalloc(1, sizeof *w);
	struct seen seen = {0};

	(void)state;
	w->seed = 20261120;
	for (int i = 0; i < desks; i++) {
		begin_world(w);
		for (int k = 0; k < 10; k++)
			one_history(w, &seen, k < 3);
		review_state_clear(&w->draft.state);
		policy_clear(&w->policy);
	}
	free(w);
	for (int i = 0; i < REVIEW_STATE_COUNT; i++)
		enough(seen.states[i], "state", i);
	for (int i = 0; i <= RULES_RELEASE_FAST; i++) {
		enough(seen.may[i][0], "refused action", i);
		enough(seen.may[i][1], "allowed action", i);
	}
	for (int i = 0; i < 3; i++)
		enough(seen.due[i], "due", i);
	for (int i = 0; i < 2; i++) {
		enough(seen.counts[i], "approvals that count", i);
		enough(seen.waits[i], "waiting", i);
		enough(seen.holds[i], "orders that hold", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(the_program_and_the_reference_agree), /* for libgit2, which is slow to begin */
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
