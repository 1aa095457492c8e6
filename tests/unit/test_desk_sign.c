/* Signed approvals: whose key is whose, at what time, and what keeps a desk from locking itself out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "desk/gate.h"
#include "desk/policy.h"
#include "desk/verify.h"
#include "room.h"

#define MAIN     "refs/heads/main"
#define LAKE_REF "refs/drafts/lake"
#define TAG      "refs/tags/release/2026-11-20.1"

static const char signing_policy[] = "[newsroom]\n\tname = Gazette\n"
				     "[role \"editor\"]\n\tperson = Boris <boris@desk.example>\n"
				     "\tperson = 陈 <chen@desk.example>\n"
				     "[role \"chief\"]\n\tperson = Dora <dora@desk.example>\n"
				     "[step \"review\"]\n\trole = editor\n"
				     "[sign]\n\tapprovals = true\n"
				     "[release]\n\trole = editor\n[policy]\n\trole = chief\n"
				     "[require]\n\tfield = title\n";

/* Makes a key in the file NAME of the room's folder, and gives the line of its public half. */
static char *make_key(struct room *r, const char *name)
{
	char *path = mem_printf("%s/%s.pub", r->n->folder, name);
	struct strbuf line = STRBUF_INIT;

	assert_int_equal(sh(r->n, "ssh-keygen -q -t ed25519 -N '' -C '' -f %s", name), 0);
	ok(r, path_read(&line, path, 4096, &r->err));
	strbuf_trim_end(&line);
	free(path);
	return strbuf_detach(&line);
}

/* Dora puts a list of signers on the release branch, or with NULL none. */
static void list_is(struct room *r, const char *text)
{
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = DORA,
					.message = "Signers\n",
					.path = POLICY_SIGNERS_PATH,
					.text = text});
	ok(r, desk_refresh(r->desk, &r->err));
}

/* This person signs with the key in the file NAME from here on. */
static void sign_with(struct room *r, const char *name)
{
	assert_int_equal(
	    sh(r->n,
	       "git config --global gpg.format ssh && git config --global user.signingKey $PWD/%s "
	       "&& git config --global copydesk.sign true",
	       name),
	    0);
}

/* A list of one line. */
static void listed(struct room *r, const char *before, const char *key)
{
	char *text = mem_printf("%s %s\n", before, key);

	list_is(r, text);
	free(text);
}

/* A newsroom with a policy that wants signatures, and Boris's key, which the caller frees. */
static char *sign_here(struct room *r, const char *policy)
{
	char *key = make_key(r, "boris");

	listed(r, "boris@desk.example", key);
	room_rule(r, policy);
	ok(r, desk_refresh(r->desk, &r->err));
	unsetenv("SSH_AUTH_SOCK");
	return key;
}

static void submitted_lake(struct room *r)
{
	room_begin(r, "lake", room_text("The lake", "Words."));
	room_submit(r, "lake");
}

static int approve(struct room *r, enum person person)
{
	room_as(r, person);
	return desk_approve(r->desk, "lake", NULL, NULL, NULL, NULL, &r->err);
}

/* Why the only approval of the draft does not count, or "" when it does. */
static const char *why(struct room *r)
{
	const struct draft *draft = room_draft(r, "lake");

	assert_int_equal(draft->state.approval_count, 1);
	assert_int_equal(draft->state.approvals[0].counts, draft->state.name == REVIEW_STATE_APPROVED);
	return draft->state.approvals[0].counts ? "" : draft->state.approvals[0].why;
}

static void the_list_is_read_with_the_rules(void **state)
{
	struct room *r = *state;
	char *key = make_key(r, "boris");
	char *list = mem_printf("boris@desk.example %s\n", key);
	struct policy policy;
	struct oid tip = room_ref(r, MAIN);
	struct repo_commit commit;

	ok(r, policy_load(&policy, r->n->repo, &tip, &r->err));
	assert_null(policy.signers);
	list_is(r, list);
	tip = room_ref(r, MAIN);
	ok(r, repo_commit_read(r->n->repo, &commit, &tip, &r->err));
	assert_false(policy_is_in(&policy, r->n->repo, &commit.tree));
	policy_clear(&policy);
	ok(r, policy_load(&policy, r->n->repo, &tip, &r->err));
	assert_true(signers_have(policy.signers, "boris@desk.example", ROOM_NOW));
	assert_true(policy_is_in(&policy, r->n->repo, &commit.tree));
	repo_commit_clear(&commit);
	policy_clear(&policy);

	list_is(r, "boris@desk.example ssh-ed25519 AAAA\n");
	tip = room_ref(r, MAIN);
	refuses(r, E_INVALID, ".copydesk/allowed_signers, line 1: The key is damaged",
		policy_load(&policy, r->n->repo, &tip, &r->err));
	room_as(r, BORIS);
	refuses(r, E_INVALID, "can only be read", desk_spike(r->desk, "x", NULL, &r->err));
	free(list);
	free(key);
}

static void an_approval_counts_when_it_is_signed_by_the_key_of_its_person(void **state)
{
	struct room *r = *state;
	char *key = sign_here(r, signing_policy);
	struct oid submitted;
	struct oid head;
	struct repo_commit commit;
	char hex[REPO_HEX_SIZE];

	submitted_lake(r);
	submitted = room_ref(r, LAKE_REF);
	refuses(r, E_NOTFOUND, "There is no key to sign with", approve(r, BORIS));
	sign_with(r, "boris");
	refuses(r, E_REFUSED, "has no key of chen@desk.example that counts now", approve(r, CHEN));
	free(make_key(r, "other"));
	sign_with(r, "other");
	refuses(r, E_REFUSED, "signed by a key that nobody is known by", approve(r, BORIS));
	head = room_ref(r, LAKE_REF);
	assert_true(oid_equal(&head, &submitted));

	sign_with(r, "boris");
	ok(r, approve(r, BORIS));
	assert_string_equal(why(r), "");
	/* The same words without the signature. */
	head = room_ref(r, LAKE_REF);
	ok(r, repo_commit_read(r->n->repo, &commit, &head, &r->err));
	oid_hex(hex, &submitted);
	assert_int_equal(sh(r->n, "git -C news update-ref %s %s", LAKE_REF, hex), 0);
	room_forge(r, &(struct forgery){.ref = LAKE_REF, .person = BORIS, .message = commit.message});
	assert_string_equal(why(r), "it is not signed");
	repo_commit_clear(&commit);
	free(key);
}

/* The list in force decides, not the one of the day of the approval; the time is the approval's. */
static void the_list_decides_whose_key_counts_and_when(void **state)
{
	static const struct {
		const char *before;
		const char *why;
	} rows[] = {
	    {"boris@desk.example", ""},
	    {"chen@desk.example", "it is signed by somebody else's key"},
	    {"boris@desk.example valid-before=\"202611200859Z\"",
	     "it is signed by a key that did not count at that time"},
	    {"boris@desk.example valid-after=\"202611200901Z\"",
	     "it is signed by a key that did not count at that time"},
	    {"BORIS@desk.example valid-after=\"20261120Z\",valid-before=\"202611200900Z\"", ""},
	    {"*@desk.example namespaces=\"file\"", "it is signed by a key that nobody is known by"},
	    {"*@desk.example,!boris@*", "it is signed by somebody else's key"},
	};
	struct room *r = *state;
	char *key = sign_here(r, signing_policy);

	submitted_lake(r);
	sign_with(r, "boris");
	ok(r, approve(r, BORIS));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		listed(r, rows[i].before, key);
		if (strcmp(why(r), rows[i].why) != 0)
			fail_msg("%s: %s", rows[i].before, why(r));
	}
	list_is(r, NULL);
	assert_string_equal(why(r), "it is signed by a key that nobody is known by");
	free(key);
}

static void a_key_that_has_run_out_is_told_before_anything_is_asked(void **state)
{
	struct room *r = *state;
	char *key = sign_here(r, signing_policy);

	submitted_lake(r);
	sign_with(r, "boris");
	listed(r, "boris@desk.example valid-before=\"202611200859Z\"", key);
	refuses(r, E_REFUSED, "has no key of boris@desk.example that counts now", approve(r, BORIS));
	free(key);
}

static void who_wants_it_signs_everything(void **state)
{
	struct room *r = *state;
	struct release_result result;
	struct release_plan plan;
	char *key = make_key(r, "boris");

	sign_with(r, "boris");
	submitted_lake(r);
	ok(r, approve(r, BORIS));
	assert_string_equal(why(r), "");
	assert_int_equal(sh(r->n, "for id in $(git -C news rev-list main..refs/drafts/lake); do "
				  "git -C news cat-file commit $id | grep -q '^gpgsig ' || exit 1; done"),
			 0);
	ok(r, desk_plan(r->desk, (char *[]){(char *)"lake"}, 1, &plan, &r->err));
	ok(r, desk_release(r->desk, &plan, &result, &r->err));
	assert_int_equal(sh(r->n,
			    "printf '%%s %%s\\n' boris@desk.example \"$(cat boris.pub)\" >list && "
			    "git config --global gpg.ssh.allowedSignersFile $PWD/list && "
			    "git -C news verify-commit main && git -C news verify-tag release/2026-11-20.1"),
			 0);
	release_result_clear(&result);
	free(key);
}

/* -- Releases -- */

static void note(void *context, const struct verify_finding *finding)
{
	if (finding->draft != NULL)
		strbuf_addf(context, "%s %s: %s\n", finding->ok ? "proved" : "wrong",
			    sign_verdict_word(finding->signature), finding->what);
}

/* What the proof says of the article, which went out once. */
static void proves(struct room *r, const char *words)
{
	struct strbuf out = STRBUF_INIT;
	struct oid tip = room_ref(r, MAIN);
	struct verify_result result;

	ok(r, verify_branch(&result, r->n->repo, &tip, "content/city/lake.md", note, &out, &r->err));
	assert_string_equal(out.data, words);
	strbuf_clear(&out);
}

static void a_release_is_signed_where_the_rules_ask(void **state)
{
	struct room *r = *state;
	char *policy = mem_printf("%s[sign]\n\treleases = true\n", room_policy);
	char *key = sign_here(r, policy);
	struct release_result result;
	struct release_plan plan;
	struct repo_commit commit;
	struct oid tip;
	struct oid before;
	char hex[REPO_HEX_SIZE];

	submitted_lake(r);
	ok(r, approve(r, BORIS));
	before = room_ref(r, MAIN);
	ok(r, desk_plan(r->desk, (char *[]){(char *)"lake"}, 1, &plan, &r->err));
	assert_null(plan.items[0].refusal);
	refuses(r, E_NOTFOUND, "There is no key to sign with",
		desk_release(r->desk, &plan, &result, &r->err));
	free(make_key(r, "other"));
	sign_with(r, "other");
	ok(r, desk_plan(r->desk, (char *[]){(char *)"lake"}, 1, &plan, &r->err));
	refuses(r, E_REFUSED, "signed by a key that nobody is known by",
		desk_release(r->desk, &plan, &result, &r->err));
	tip = room_ref(r, MAIN);
	assert_true(oid_equal(&tip, &before));
	room_as(r, CHEN);
	ok(r, desk_plan(r->desk, (char *[]){(char *)"lake"}, 1, &plan, &r->err));
	assert_non_null(strstr(plan.items[0].refusal, "has no key of chen@desk.example"));
	release_plan_clear(&plan);

	sign_with(r, "boris");
	room_release(r, "lake");
	proves(r, "proved good: approved: review Boris <boris@desk.example>; released by Boris (signed)\n");
	/* A list of later changes nothing of what was released under this one. */
	list_is(r, NULL);
	proves(r, "proved good: approved: review Boris <boris@desk.example>; released by Boris (signed)\n");

	/* The same release without the signature. */
	assert_int_equal(sh(r->n, "git -C news update-ref %s main~1", MAIN), 0);
	tip = room_ref(r, MAIN);
	ok(r, repo_commit_read(r->n->repo, &commit, &tip, &r->err));
	oid_hex(hex, &before);
	assert_int_equal(sh(r->n, "git -C news update-ref %s %s", MAIN, hex), 0);
	room_forge(r, &(struct forgery){
			  .ref = MAIN, .person = BORIS, .message = commit.message, .tree = commit.tree});
	proves(r, "wrong none: the desk's rules ask for a signature of Boris, but it is not signed\n");
	repo_commit_clear(&commit);
	free(policy);
	free(key);
}

static void what_a_signed_approval_proves_holds_for_ever(void **state)
{
	struct room *r = *state;
	char *key = sign_here(r, signing_policy);

	submitted_lake(r);
	sign_with(r, "boris");
	ok(r, approve(r, BORIS));
	assert_int_equal(sh(r->n, "git config --global copydesk.sign false"), 0);
	room_release(r, "lake");
	list_is(r, NULL);
	proves(r, "proved none: approved: review Boris <boris@desk.example> (signed); released by Boris\n");
	free(key);
}

/* -- A server -- */

static void tell(void *context, const char *ref, const char *why_not)
{
	strbuf_addf(context, "%s: %s\n", ref, why_not);
}

/* What a server says, at a time, when somebody pushes a ref from one commit to where it stands here. */
static void server_says(struct room *r, enum person person, int64_t now, const char *ref,
			const struct oid *from, const char *wanted)
{
	struct gate_update update = {.ref = (char *)ref, .old_id = *from, .new_id = room_ref(r, ref)};
	const struct gate_push push = {&update, 1, &history_people[person], now, "main"};
	struct strbuf said = STRBUF_INIT;
	char old_hex[REPO_HEX_SIZE];
	char new_hex[REPO_HEX_SIZE];
	size_t refused;

	/* A server still has the ref where it was. */
	oid_hex(old_hex, &update.old_id);
	oid_hex(new_hex, &update.new_id);
	assert_int_equal(sh(r->n, "git -C news update-ref %s %s", ref, old_hex), 0);
	ok(r, gate_check(r->n->repo, &push, tell, &said, &refused, &r->err));
	assert_int_equal(sh(r->n, "git -C news update-ref %s %s", ref, new_hex), 0);
	if (*wanted == '\0' ? said.len > 0 : strstr(said.data, wanted) == NULL)
		fail_msg("%s", said.data);
	strbuf_clear(&said);
}

static void a_server_takes_only_what_is_signed_and_by_a_key_that_still_counts(void **state)
{
	struct room *r = *state;
	char *policy = mem_printf("%s[sign]\n\treleases = true\n\tapprovals = true\n", room_policy);
	char *key = sign_here(r, policy);
	struct oid submitted;
	struct oid before;
	struct oid head;
	struct repo_commit commit;
	char hex[REPO_HEX_SIZE];

	listed(r, "boris@desk.example valid-before=\"202611200930Z\"", key);
	submitted_lake(r);
	submitted = room_ref(r, LAKE_REF);
	sign_with(r, "boris");
	ok(r, approve(r, BORIS));
	server_says(r, BORIS, ROOM_NOW, LAKE_REF, &submitted, "");
	/* Dated back, or just late: the server cannot know. */
	server_says(r, BORIS, ROOM_NOW + 3600, LAKE_REF, &submitted,
		    "it is signed by a key that did not count at that time");
	head = room_ref(r, LAKE_REF);
	ok(r, repo_commit_read(r->n->repo, &commit, &head, &r->err));
	oid_hex(hex, &submitted);
	assert_int_equal(sh(r->n, "git -C news update-ref %s %s", LAKE_REF, hex), 0);
	room_forge(r, &(struct forgery){.ref = LAKE_REF, .person = BORIS, .message = commit.message});
	server_says(r, BORIS, ROOM_NOW, LAKE_REF, &submitted, "but it is not signed");
	repo_commit_clear(&commit);
	oid_hex(hex, &head);
	assert_int_equal(sh(r->n, "git -C news update-ref %s %s", LAKE_REF, hex), 0);

	before = room_ref(r, MAIN);
	room_release(r, "lake");
	server_says(r, BORIS, ROOM_NOW, MAIN, &before, "");
	server_says(r, BORIS, ROOM_NOW + 3600, MAIN, &before,
		    "it is signed by a key that did not count at that time");
	server_says(r, BORIS, ROOM_NOW, TAG, &newsroom_none, "");
	assert_int_equal(sh(r->n,
			    "git -C news cat-file tag %s | sed '/^-----BEGIN/,$d' | "
			    "git -C news hash-object -t tag -w --stdin | xargs git -C news update-ref %s",
			    TAG, TAG),
			 0);
	server_says(r, BORIS, ROOM_NOW, TAG, &newsroom_none, "but it is not signed");
	free(policy);
	free(key);
}

/* -- No way to lock a desk from within -- */

static int submit_file(struct room *r, const char *path, const char *text)
{
	char *message = mem_printf("Save\n\nDraft: rules\nArticle: %s\n", path);

	assert_int_equal(sh(r->n, "git -C news update-ref -d refs/drafts/rules"), 0);
	room_forge(r, &(struct forgery){.ref = "refs/drafts/rules",
					.person = ANNA,
					.parent = room_ref(r, MAIN),
					.message = message,
					.path = path,
					.text = text});
	free(message);
	room_as(r, ANNA);
	return desk_submit(r->desk, "rules", NULL, &r->err);
}

static void rules_that_nobody_could_meet_are_refused(void **state)
{
	struct room *r = *state;
	char *key = make_key(r, "boris");
	char *list = mem_printf("boris@desk.example %s\n", key);
	char *releases = mem_printf("%s[sign]\n\treleases = true\n", room_policy);

	refuses(r, E_REFUSED,
		"too few people with a key in .copydesk/allowed_signers to sign for the step review",
		submit_file(r, POLICY_PATH, signing_policy));
	refuses(r, E_REFUSED, "nobody with a key in .copydesk/allowed_signers who can release",
		submit_file(r, POLICY_PATH, releases));
	refuses(r, E_REFUSED, "cannot become the list of signers. .copydesk/allowed_signers, line 1: ",
		submit_file(r, POLICY_SIGNERS_PATH, "boris@desk.example\n"));
	ok(r, submit_file(r, POLICY_SIGNERS_PATH, list));
	list_is(r, list);
	ok(r, submit_file(r, POLICY_PATH, signing_policy));
	refuses(r, E_REFUSED, "nobody with a key", submit_file(r, POLICY_PATH, releases));
	room_rule(r, signing_policy);
	refuses(r, E_REFUSED, "too few people", submit_file(r, POLICY_SIGNERS_PATH, "# None\n"));
	refuses(r, E_REFUSED, "changed and not withdrawn", submit_file(r, POLICY_SIGNERS_PATH, NULL));
	free(releases);
	free(list);
	free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(the_list_is_read_with_the_rules),
	    in_a_room(an_approval_counts_when_it_is_signed_by_the_key_of_its_person),
	    in_a_room(the_list_decides_whose_key_counts_and_when),
	    in_a_room(a_key_that_has_run_out_is_told_before_anything_is_asked),
	    in_a_room(who_wants_it_signs_everything),
	    in_a_room(a_release_is_signed_where_the_rules_ask),
	    in_a_room(what_a_signed_approval_proves_holds_for_ever),
	    in_a_room(a_server_takes_only_what_is_signed_and_by_a_key_that_still_counts),
	    in_a_room(rules_that_nobody_could_meet_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
