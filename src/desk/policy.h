/*
 * The desk's rules: .copydesk/policy, read from the release branch, in
 * git-config(1) syntax.  An unknown key or section is an error with its line,
 * never ignored: a rule that is misspelt must not be a rule that is missing.
 * Includes are not followed, and no key names a command.
 *
 *	[newsroom]
 *		name = Harbour Gazette
 *		content = content          -- the content root
 *		language = en
 *	[role "editor"]
 *		person = B. Editor <b@harbour.example>
 *	[step "review"]                    -- steps are in the order of the file
 *		role = editor              -- absent: anybody
 *		approvals = 1
 *	[rules]
 *		author-may-approve = false
 *		one-person-one-step = true
 *		comments-block = true
 *	[release]
 *		role = editor
 *	[policy]
 *		role = chief               -- who may change this file
 *	[require]
 *		field = title
 */
#ifndef COPYDESK_POLICY_H
#define COPYDESK_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "store/repo.h"

#define POLICY_PATH ".copydesk/policy"

struct policy_role {
	char *name;
	struct repo_person *people;
	size_t count;
	size_t capacity;
};

struct policy_step {
	char *name;
	char *role;         /* NULL: anybody */
	unsigned approvals; /* at least 1 */
};

struct policy {
	struct oid blob; /* of the file, which approvals name */
	char *name;      /* of the newsroom */
	char *content;   /* content root, without slashes around */
	char *language;  /* BCP 47 */
	struct policy_role *roles;
	size_t role_count;
	size_t role_capacity;
	struct policy_step *steps; /* at least one */
	size_t step_count;
	size_t step_capacity;
	bool author_may_approve;
	bool one_person_one_step;
	bool comments_block;
	char *release_role; /* NULL: anybody */
	char *policy_role;  /* NULL: anybody */
	char **required;    /* front matter fields that a submitted article must have */
	size_t required_count;
	size_t required_capacity;
};

/* Reads a policy's text; E_INVALID names the line and what to put there. The caller clears. */
int policy_parse(struct policy *out, const char *text, size_t len, struct error *err);

/* Reads the policy in the tree of a commit; E_NOTFOUND when it has none: no newsroom yet. */
int policy_load(struct policy *out, struct repo *repo, const struct oid *commit, struct error *err);
void policy_clear(struct policy *policy);

/* Whether a person has a role; every person has the role NULL. */
bool policy_has_role(const struct policy *policy, const char *role, const struct repo_person *person);

/* The people named in any role, each once, in order; borrowed from the policy, the array is the caller's. */
size_t policy_people(const struct policy *policy, const struct repo_person ***out);

/* The index of a step by name, or -1. */
int policy_step(const struct policy *policy, const char *name);

/* Appends the text of a new newsroom's policy; solo: one person may write, approve and release. */
void policy_template(struct strbuf *out, const char *name, const struct repo_person *person,
		     const char *language, bool solo);

/* Appends the policy in plain sentences, one a line. */
void policy_explain(struct strbuf *out, const struct policy *policy);

#endif
