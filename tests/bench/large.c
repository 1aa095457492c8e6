/*
 * A large newsroom as a stream for git-fast-import(1), in two parts, since a release names the ids of
 * its drafts:
 *
 *	large drafts ARTICLES DRAFTS | git fast-import --export-marks=MARKS
 *	large releases DRAFTS RELEASES MARKS | git fast-import
 *
 * The first makes ARTICLES published articles in sections of a thousand, and DRAFTS approved drafts
 * that each correct one of them; the second releases the first RELEASES of these, one commit each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "store/repo.h"

#define SECTION_SIZE 1000

/* Seconds since the epoch of the first commit; each next is a second later. */
#define BEGINNING 1700000000

static const char policy[] = "[newsroom]\n\tname = Large\n"
			     "[role \"editor\"]\n\tperson = B. Editor <b@large.example>\n"
			     "[step \"review\"]\n\trole = editor\n";

static const char writer[] = "A. Writer <a@large.example>";
static const char editor[] = "B. Editor <b@large.example>";

/* Marks: 1 the policy, 2 the root, then four for each draft: blob, save, submit, approve. */
enum { MARK_POLICY = 1, MARK_ROOT, MARK_DRAFTS };

static size_t mark_of(size_t draft, size_t part)
{
	return MARK_DRAFTS + draft * 4 + part;
}

static void path_of(char out[64], size_t article)
{
	snprintf(out, 64, "content/section-%03zu/article-%06zu.md", article / SECTION_SIZE, article);
}

/* Appends an article's text; edition 0 is published. */
static void text_of(struct strbuf *out, size_t article, int edition)
{
	static const char *const words[] = {"harbour", "council", "lake", "path", "ferry", "budget",
					    "school",  "bridge",  "港口", "议会", "渡轮",  "志愿者"};
	size_t n = sizeof words / sizeof words[0];

	strbuf_addf(out, "---\ntitle: Article %zu\ndate: 2026-%02zu-%02zu\nbyline: A. Writer\n---\n", article,
		    article % 12 + 1, article % 28 + 1);
	for (size_t i = 0; i < 180; i++)
		strbuf_addf(out, "%s%s", words[(article * 7 + i * (i + 3)) % n],
			    i % 12 == 11 ? ".\n\n" : " ");
	strbuf_addf(out, "Edition %d.\n", edition);
}

static void emit_data(const char *bytes, size_t len)
{
	printf("data %zu\n", len);
	fwrite(bytes, 1, len, stdout);
	putchar('\n');
}

static void emit_commit(const char *ref, size_t mark, size_t time, const char *who, const char *message)
{
	printf("commit %s\nmark :%zu\nauthor %s %zu +0000\ncommitter %s %zu +0000\n", ref, mark, who,
	       (size_t)BEGINNING + time, who, (size_t)BEGINNING + time);
	emit_data(message, strlen(message));
}

static void emit_root(size_t articles)
{
	char path[64];

	printf("blob\nmark :%d\n", MARK_POLICY);
	emit_data(policy, strlen(policy));
	emit_commit("refs/heads/main", MARK_ROOT, 0, editor, "Begin the newsroom\n");
	printf("M 100644 :%d .copydesk/policy\n", MARK_POLICY);
	for (size_t i = 0; i < articles; i++) {
		struct strbuf text = STRBUF_INIT;

		text_of(&text, i, 0);
		path_of(path, i);
		printf("M 100644 inline %s\n", path);
		emit_data(text.data, text.len);
		strbuf_clear(&text);
	}
	putchar('\n');
}

static void emit_draft(size_t draft)
{
	struct strbuf message = STRBUF_INIT;
	struct strbuf old = STRBUF_INIT;
	struct strbuf text = STRBUF_INIT;
	char hex[3][REPO_HEX_SIZE];
	char path[64];
	char ref[64];
	struct oid id;

	path_of(path, draft);
	snprintf(ref, sizeof ref, "refs/drafts/article-%06zu", draft);
	text_of(&old, draft, 0);
	text_of(&text, draft, 1);
	repo_blob_hash(&id, old.data, old.len);
	oid_hex(hex[0], &id);
	repo_blob_hash(&id, text.data, text.len);
	oid_hex(hex[1], &id);
	repo_blob_hash(&id, policy, strlen(policy));
	oid_hex(hex[2], &id);

	printf("blob\nmark :%zu\n", mark_of(draft, 0));
	emit_data(text.data, text.len);
	strbuf_addf(&message, "Save article-%06zu\n\nDraft: article-%06zu\nArticle: %s\n", draft, draft,
		    path);
	emit_commit(ref, mark_of(draft, 1), draft * 3 + 1, writer, message.data);
	printf("from :%d\nM 100644 :%zu %s\n\n", MARK_ROOT, mark_of(draft, 0), path);
	strbuf_reset(&message);
	strbuf_addf(&message, "Submit article-%06zu\n\nDraft: article-%06zu\nEvent: submit\nArticle: %s\n",
		    draft, draft, path);
	emit_commit(ref, mark_of(draft, 2), draft * 3 + 2, writer, message.data);
	printf("\n");
	strbuf_reset(&message);
	strbuf_addf(&message,
		    "Approve article-%06zu (review)\n\nDraft: article-%06zu\nEvent: approve\nArticle: %s\n"
		    "Step: review\nCovers: 100644 %s %s %s\nPolicy: %s\n",
		    draft, draft, path, hex[1], hex[0], path, hex[2]);
	emit_commit(ref, mark_of(draft, 3), draft * 3 + 3, editor, message.data);
	printf("\n");
	strbuf_clear(&message);
	strbuf_clear(&old);
	strbuf_clear(&text);
}

/* Reads ":MARK HEX" lines; ids of marks that are not there stay empty. */
static char (*read_marks(const char *file, size_t count))[REPO_HEX_SIZE]
{
	char(*marks)[REPO_HEX_SIZE] = mem_zalloc(count, sizeof *marks);
	FILE *in = fopen(file, "r");
	size_t mark;
	char hex[REPO_HEX_SIZE];

	if (in == NULL) {
		perror(file);
		exit(1);
	}
	while (fscanf(in, ":%zu %40s\n", &mark, hex) == 2) {
		if (mark < count)
			memcpy(marks[mark], hex, sizeof hex);
	}
	fclose(in);
	return marks;
}

static void emit_releases(size_t drafts, size_t releases, const char *file)
{
	char(*marks)[REPO_HEX_SIZE] = read_marks(file, mark_of(drafts, 0));
	char path[64];

	for (size_t i = 0; i < releases; i++) {
		struct strbuf message = STRBUF_INIT;

		path_of(path, i);
		strbuf_addf(
		    &message,
		    "Release 1 article\n\nArticle %zu (correct)\n\nArticle: %s\nDraft: article-%06zu %s\n"
		    "Approved-by: review %s\nRelease-Type: correct\n",
		    i, path, i, marks[mark_of(i, 3)], editor);
		emit_commit("refs/heads/main", i + 1, drafts * 3 + i, editor, message.data);
		if (i == 0)
			printf("from %s\n", marks[MARK_ROOT]);
		printf("M 100644 %s %s\n\n", marks[mark_of(i, 0)], path);
		strbuf_clear(&message);
	}
	free(marks);
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "drafts") == 0) {
		size_t drafts = strtoul(argv[3], NULL, 10);

		emit_root(strtoul(argv[2], NULL, 10));
		for (size_t i = 0; i < drafts; i++)
			emit_draft(i);
		return 0;
	}
	if (argc == 5 && strcmp(argv[1], "releases") == 0) {
		emit_releases(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10), argv[4]);
		return 0;
	}
	fprintf(stderr, "usage: large drafts ARTICLES DRAFTS | large releases DRAFTS RELEASES MARKS\n");
	return 2;
}
