#include "cli/sample.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/spawn.h"
#include "base/strbuf.h"
#include "desk/desk.h"

/* The packed files (ui/sample/pack): for each a line "NAME SIZE", then its bytes. */
__asm__(".section .rodata\n"
	".global sample_pack, sample_pack_end\n"
	"sample_pack: .incbin \"" SAMPLE_PACK "\"\n"
	"sample_pack_end: .byte 0\n"
	".previous\n");
extern const char sample_pack[];
extern const char sample_pack_end[];

#define MAX_FIELDS 7

struct file {
	const char *bytes;
	size_t len;
};

/* One line of the history. */
struct act {
	char *line; /* owned; fields point into it */
	char *fields[MAX_FIELDS];
	size_t count; /* of fields: time, person, verb, and what the verb takes */
};

struct story {
	struct desk *desk;
	const struct act *act;
	char *name; /* fourth field: the draft */
};

static bool find_file(struct file *out, const char *name)
{
	const char *at = sample_pack;

	/* cppcheck-suppress comparePointers; the two are ends of one object */
	while (at < sample_pack_end) {
		char here[256];
		size_t size;
		int header = 0;

		if (sscanf(at, "%255s %zu%n", here, &size, &header) != 2)
			return false;
		at += header + 1;
		if (strcmp(here, name) == 0) {
			*out = (struct file){.bytes = at, .len = size};
			return true;
		}
		at += size;
	}
	return false;
}

static int article_file(struct file *out, const char *name, struct error *err)
{
	char *path = mem_printf("articles/%s", name);
	bool found = find_file(out, path);

	free(path);
	return found ? 0 : error_set(err, E_NOTFOUND, "The sample has no file %s.", name);
}

/* -- The verbs -- */

static const char *field(const struct story *story, size_t index)
{
	return index < story->act->count ? story->act->fields[index] : "";
}

static int begin_draft(struct story *story, struct error *err)
{
	char *section = mem_strndup(field(story, 4), strcspn(field(story, 4), "/"));
	struct file file;
	char *name = NULL;
	int rc = article_file(&file, field(story, 4), err);

	if (rc == 0)
		rc = desk_new(story->desk, section, story->name, story->name, file.bytes, file.len, &name,
			      err);
	free(section);
	free(name);
	return rc;
}

/* Where the draft's text has the words of the fifth field; NULL with err filled. */
static const char *find_words(struct story *story, const struct draft **draft, struct error *err)
{
	const char *found;

	*draft = desk_draft(story->desk, story->name, err);
	if (*draft == NULL)
		return NULL;
	found = strstr(draft_text(*draft), field(story, 4));
	if (found == NULL)
		error_set(err, E_INVALID, "%s does not say \"%s\".", story->name, field(story, 4));
	return found;
}

/* The draft's text with the words of the sixth field in place of those of the fifth; from: what it is of. */
static int other_words(struct story *story, struct strbuf *text, struct oid *from, struct error *err)
{
	const struct draft *draft;
	const char *found = find_words(story, &draft, err);

	if (found == NULL)
		return err->code;
	*from = draft->blob;
	strbuf_add(text, draft_text(draft), draft->text_len);
	strbuf_splice(text, (size_t)(found - draft_text(draft)), strlen(field(story, 4)), field(story, 5),
		      strlen(field(story, 5)));
	return 0;
}

static int replace(struct story *story, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct oid from;
	int rc = other_words(story, &text, &from, err);

	if (rc == 0)
		rc = desk_save(story->desk, story->name, &from, text.data, text.len, NULL, err);
	strbuf_clear(&text);
	return rc;
}

static int suggest(struct story *story, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct oid seen;
	size_t made;
	int rc = other_words(story, &text, &seen, err);

	if (rc == 0)
		rc = desk_suggest(story->desk, story->name, &seen, text.data, text.len, field(story, 6),
				  &made, err);
	strbuf_clear(&text);
	return rc;
}

static int attach(struct story *story, struct error *err)
{
	struct file file;
	int rc = article_file(&file, field(story, 4), err);

	if (rc < 0)
		return rc;
	return desk_attach(story->desk, story->name, path_base(field(story, 4)), file.bytes, file.len, err);
}

static int submit(struct story *story, struct error *err)
{
	return desk_submit(story->desk, story->name, field(story, 4), err);
}

typedef int speak(struct desk *desk, const char *name, const struct review_passage *passage, const char *text,
		  struct error *err);

/* Says something at a passage. */
static int say(struct story *story, speak *how, struct error *err)
{
	const struct draft *draft;
	const char *found = find_words(story, &draft, err);
	struct review_passage passage;

	if (found == NULL)
		return err->code;
	passage = (struct review_passage){
	    .on = draft->blob,
	    .start = (size_t)(found - draft_text(draft)),
	    .len = strlen(field(story, 4)),
	    .quote = story->act->fields[4],
	};
	return how(story->desk, story->name, &passage, field(story, 5), err);
}

static int comment(struct story *story, struct error *err)
{
	return say(story, desk_comment, err);
}

static int ask(struct story *story, struct error *err)
{
	return say(story, desk_question, err);
}

/* A time of the fields, in UTC. */
static int read_time(struct story *story, size_t index, int64_t *out, struct error *err)
{
	if (clock_parse(out, field(story, index), 0))
		return 0;
	return error_set(err, E_INVALID, "\"%s\" is no time.", field(story, index));
}

static int schedule(struct story *story, struct error *err)
{
	int64_t at;
	int rc = read_time(story, 4, &at, err);

	return rc < 0 ? rc : desk_schedule(story->desk, story->name, at, NULL, field(story, 5), err);
}

static int resolve(struct story *story, struct error *err)
{
	return desk_resolve(story->desk, story->name, field(story, 4), true, err);
}

static int approve(struct story *story, struct error *err)
{
	return desk_approve(story->desk, story->name, field(story, 4), NULL, NULL, NULL, err);
}

static int reject(struct story *story, struct error *err)
{
	return desk_reject(story->desk, story->name, field(story, 4), err);
}

static int release(struct story *story, struct error *err)
{
	char *names[8];
	size_t count = 0;
	struct release_plan plan;
	struct release_result result;
	char *rest = story->name;
	int rc;

	for (char *name = strsep(&rest, ","); name != NULL && count < 8; name = strsep(&rest, ","))
		names[count++] = name + strspn(name, " ");
	rc = desk_plan(story->desk, names, count, &plan, err);
	if (rc == 0)
		rc = desk_release(story->desk, &plan, &result, err);
	if (rc == 0)
		release_result_clear(&result);
	return rc;
}

typedef int begin_on(struct desk *desk, const char *path, const char *reason, char **name, struct error *err);

/* Begins a draft on the published article with that slug, whatever its section. */
static int with_article(struct story *story, begin_on *begin, struct error *err)
{
	char *draft;
	char *path;
	char *name = NULL;
	int rc = desk_find(story->desk, story->name, &draft, &path, err);

	if (rc == 0 && path == NULL)
		rc = error_set(err, E_INVALID, "%s is not published.", story->name);
	if (rc == 0)
		rc = begin(story->desk, path, field(story, 4), &name, err);
	free(draft);
	free(path);
	free(name);
	return rc;
}

static int correct(struct story *story, struct error *err)
{
	return with_article(story, desk_correct, err);
}

static int withdraw(struct story *story, struct error *err)
{
	return with_article(story, desk_withdraw, err);
}

/* Begins the desk's list of words, with the one that is packed. */
static int list_words(struct story *story, struct error *err)
{
	const struct draft *draft = NULL;
	struct file file;
	char *name = NULL;
	int rc = desk_correct(story->desk, POLICY_WORDS_PATH, field(story, 4), &name, err);

	if (rc == 0 && !find_file(&file, "words"))
		rc = error_set(err, E_NOTFOUND, "The sample has no list of words.");
	if (rc == 0) {
		draft = desk_draft(story->desk, name, err);
		rc = draft == NULL ? err->code : 0;
	}
	if (rc == 0)
		rc = desk_save(story->desk, name, &draft->blob, file.bytes, file.len, NULL, err);
	free(name);
	return rc;
}

static int spike(struct story *story, struct error *err)
{
	return desk_spike(story->desk, story->name, field(story, 4), err);
}

static int assign(struct story *story, struct error *err)
{
	int64_t due = 0;
	int rc = field(story, 5)[0] != '\0' ? read_time(story, 5, &due, err) : 0;

	return rc < 0 ? rc : desk_assign(story->desk, story->name, field(story, 4), due, NULL, err);
}

static const struct {
	const char *word;
	int (*run)(struct story *story, struct error *err);
} verbs[] = {
    {"new", begin_draft},  {"replace", replace}, {"attach", attach},     {"submit", submit},
    {"comment", comment},  {"resolve", resolve}, {"approve", approve},   {"reject", reject},
    {"release", release},  {"correct", correct}, {"withdraw", withdraw}, {"spike", spike},
    {"assign", assign},    {"ask", ask},         {"suggest", suggest},   {"schedule", schedule},
    {"words", list_words},
};

/* -- Telling the story -- */

static int sit_down(struct desk *desk, const char *name, struct error *err)
{
	const struct repo_person **people;
	size_t count = policy_people(desk_policy(desk), &people);
	size_t i = 0;
	int rc;

	while (i < count && strcmp(people[i]->name, name) != 0)
		i++;
	if (i < count)
		rc = desk_act_as(desk, people[i], err);
	else
		rc = error_set(err, E_NOTFOUND, "The sample's rules name nobody called %s.", name);
	free(people);
	return rc;
}

static int perform(struct desk *desk, const struct act *act, struct error *err)
{
	struct story story = {.desk = desk, .act = act};
	int rc;

	if (act->count < 4 || !clock_parse(&desk_clock(desk)->now, act->fields[0], 0))
		return error_set(err, E_INVALID, "The sample's history has a line that cannot be read.");
	story.name = act->fields[3];
	rc = sit_down(desk, act->fields[1], err);
	for (size_t i = 0; rc == 0 && i < sizeof verbs / sizeof verbs[0]; i++) {
		if (strcmp(verbs[i].word, act->fields[2]) == 0)
			return verbs[i].run(&story, err);
	}
	return rc < 0 ? rc : error_set(err, E_INVALID, "The sample's history has no act %s.", act->fields[2]);
}

static void split(struct act *act, const char *line, size_t len)
{
	static const char between[] = " | ";
	char *rest;

	act->line = mem_strndup(line, len);
	act->count = 0;
	rest = act->line;
	while (rest != NULL && act->count < MAX_FIELDS) {
		char *next = act->count + 1 < MAX_FIELDS ? strstr(rest, between) : NULL;

		if (next != NULL)
			*next = '\0';
		act->fields[act->count++] = rest;
		rest = next != NULL ? next + sizeof between - 1 : NULL;
	}
}

static int tell(struct desk *desk, const struct file *history, void (*progress)(size_t done, size_t total),
		struct error *err)
{
	const char *end = history->bytes + history->len;
	int rc = 0;

	for (const char *at = history->bytes; rc == 0 && at < end;) {
		const char *eol = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((eol ? eol : end) - at);
		struct act act;

		if (len > 0 && at[0] != '#') {
			split(&act, at, len);
			rc = perform(desk, &act, err);
			if (rc < 0)
				error_advise(err, " (The sample's history, %s.)", act.fields[0]);
			free(act.line);
		}
		at += len + 1;
		if (progress != NULL)
			progress((size_t)(at - history->bytes), history->len);
	}
	return rc;
}

/* The newcomer sits down as the first person of the rules. */
static int settle(struct desk *desk, struct error *err)
{
	const struct repo_person **people;
	size_t count = policy_people(desk_policy(desk), &people);
	int rc;

	assert(count > 0);
	(void)count;
	rc = repo_config_set(desk_repo(desk), "user.name", people[0]->name, err);
	if (rc == 0)
		rc = repo_config_set(desk_repo(desk), "user.email", people[0]->mail, err);
	free(people);
	return rc == 0 ? repo_flush(desk_repo(desk), err) : rc;
}

/* An empty newsroom with the sample's rules, marked as the sample. */
static int found(const char *folder, const char *as, struct error *err)
{
	struct clock begin = {.fixed = true};
	struct file policy = {0};
	struct desk_init init = {.folder = folder, .as = as, .clock = &begin};
	struct repo *repo;
	char *text;
	size_t articles;
	int rc;

	(void)find_file(&policy, "policy");
	text = mem_strndup(policy.bytes, policy.len);
	init.policy = text;
	clock_parse(&begin.now, "2021-03-01T08:00Z", 0);
	rc = desk_init(&init, &articles, err);
	free(text);
	if (rc == 0)
		rc = repo_open(&repo, folder, err);
	if (rc < 0)
		return rc;
	rc = repo_config_set(repo, "copydesk.sample", "true", err);
	/* What its people did is not to be signed by the newcomer. */
	if (rc == 0)
		rc = repo_config_set(repo, "copydesk.sign", "false", err);
	/* The Harbour Gazette is not spelt like that in America. */
	if (rc == 0)
		rc = repo_config_set(repo, "copydesk.dictionary", "en_GB", err);
	repo_close(repo);
	return rc;
}

static int make_in(const char *folder, void (*progress)(size_t done, size_t total), struct error *err)
{
	static const char chief[] = "Ruth Calloway <ruth@harbour-gazette.example>";
	struct file history = {0};
	struct desk *desk = NULL;
	int rc = found(folder, chief, err);

	if (rc == 0)
		rc = desk_open(&desk, &(struct desk_options){.folder = folder, .as = chief}, err);
	if (rc < 0)
		return rc;
	(void)find_file(&history, "history");
	repo_set_durable(desk_repo(desk), false);
	desk_clock(desk)->fixed = true;
	rc = tell(desk, &history, progress, err);
	if (rc == 0)
		rc = settle(desk, err);
	desk_close(desk);
	return rc;
}

static void remove_folder(const char *folder)
{
	const char *const argv[] = {"rm", "-rf", "--", folder, NULL};
	int status;

	(void)spawn_run(&(struct spawn){.argv = argv}, &status, NULL, NULL, NULL);
}

int sample_make(const char *folder, void (*progress)(size_t done, size_t total), struct error *err)
{
	char *beside = mem_printf("%s.new-%ld", folder, (long)getpid());
	int rc = make_in(beside, progress, err);

	if (rc == 0 && rename(beside, folder) < 0)
		rc = error_set(err, E_IO, "The sample newsroom cannot be moved to its place, %s.", folder);
	if (rc < 0)
		remove_folder(beside);
	free(beside);
	return rc;
}
