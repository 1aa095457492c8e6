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
 *	[step "first"]                     -- steps are in the order of the file
 *		role = editor              -- and person = ...; neither: anybody
 *		section = culture          -- only for articles of these sections
 *		approvals = 1
 *		check = Names checked      -- ticked by whoever approves
 *	[rules]
 *		author-may-approve = false
 *		one-person-one-step = true
 *		comments-block = true
 *		suggester-is-author = false
 *	[sign]
 *		approvals = false          -- whether they must be signed to count
 *		releases = false
 *	[release]
 *		role = editor              -- who may release, schedule, and set an embargo
 *		overdue = 60               -- minutes
 *	[correct]
 *		role = editor              -- who may begin a correction
 *		fast-lane = chief          -- who may release one without the steps
 *		note = Correction          -- what a note in the corrected text begins with
 *	[withdraw]
 *		role = editor
 *		fast-lane = chief
 *		as = removal               -- or tombstone
 *	[policy]
 *		role = chief               -- who may release a change of the desk's own files
 *	[require]
 *		field = title
 *	[field "urgency"]
 *		form = number
 *		value = 1
 *		longest = 80
 *	[length]                           -- of articles; a section can have its own
 *		words = 300..600
 *		characters = 500..1000     -- of Chinese
 *	[length "news"]
 *		words = ..400
 *	[attachment]
 *		largest = 5m
 *		type = jpg
 */
#ifndef COPYDESK_POLICY_H
#define COPYDESK_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strlist.h"
#include "store/repo.h"

#define POLICY_PATH ".copydesk/policy"

/* The keys whose signatures are believed, in the format of ssh-keygen(1), "ALLOWED SIGNERS". */
#define POLICY_SIGNERS_PATH ".copydesk/allowed_signers"

/* The words that this desk spells its own way, names above all; see spell_learn(). */
#define POLICY_WORDS_PATH ".copydesk/words"

struct policy_role {
	char *name;
	struct repo_person *people;
	size_t count;
	size_t capacity;
};

/* Who may do something: the people of some roles, and some others. */
struct policy_group {
	struct strlist roles;
	struct repo_person *people;
	size_t count;
	size_t capacity;
};

struct policy_step {
	char *name;
	struct policy_group who; /* empty: anybody */
	unsigned approvals;      /* at least 1 */
	struct strlist sections; /* that it is for; none: every section */
	struct strlist checks;   /* its checklist */
};

enum policy_form {
	POLICY_FORM_ANY,
	POLICY_FORM_DATE, /* 2026-11-20, with or without a time */
	POLICY_FORM_TIME, /* with a time */
	POLICY_FORM_NUMBER,
	POLICY_FORM_URL,
	POLICY_FORM_LANGUAGE, /* BCP 47 */
	POLICY_FORM_SLUG,
	POLICY_FORM_COUNT,
};

/* What a field of the front matter must look like where an article has it. */
struct policy_field {
	char *name;
	enum policy_form form;
	struct strlist values; /* the only ones; none: any */
	unsigned longest;      /* characters; 0: any number */
};

/* How much there should be; 0: no limit. */
struct policy_range {
	unsigned least, most;
};

/* How long articles should be: what writers are shown, and no rule that refuses anything. */
struct policy_length {
	char *section; /* or NULL: of all that have no other */
	struct policy_range words;
	struct policy_range characters; /* of Han */
};

struct policy {
	struct oid blob; /* of the file, which approvals name */
	char *name;      /* of the newsroom */
	char *content;   /* content root, without slashes around */
	char *language;  /* BCP 47 */
	struct policy_role *roles;
	size_t role_count;
	size_t role_capacity;
	struct policy_step *steps; /* at least one is for every section */
	size_t step_count;
	size_t step_capacity;
	bool author_may_approve;
	bool one_person_one_step;
	bool comments_block;
	bool suggester_is_author; /* whose suggestion was taken cannot approve */
	bool sign_approvals;
	bool sign_releases;
	struct policy_group release; /* empty: anybody; so below, but for the fast lanes */
	unsigned overdue;            /* minutes after its time in which a scheduled draft still goes out */
	struct policy_group correct;
	struct policy_group correct_fast; /* empty: nobody */
	char *correction_note;            /* or NULL: none is asked for */
	struct policy_group withdraw;
	struct policy_group withdraw_fast; /* empty: nobody */
	bool tombstone;                    /* a withdrawal leaves a text that says so */
	struct policy_group change;        /* of the desk's own files */
	struct strlist required;           /* front matter fields that a submitted article must have */
	struct policy_field *fields;
	size_t field_count;
	size_t field_capacity;
	struct policy_length *lengths;
	size_t length_count;
	size_t length_capacity;
	size_t attachment_limit;         /* bytes */
	struct strlist attachment_types; /* extensions without the dot; none: any */
	struct signers *signers;         /* the list of the same tree; NULL: there is none */
	struct oid signers_blob;         /* all zero: there is none */
};

/* Reads a policy's text; E_INVALID names the line and what to put there. The caller clears. */
int policy_parse(struct policy *out, const char *text, size_t len, struct error *err);

/*
 * Reads the policy in the tree of a commit, with the signers' list beside it; E_NOTFOUND when it has no
 * policy: no newsroom yet.
 */
int policy_load(struct policy *out, struct repo *repo, const struct oid *commit, struct error *err);
void policy_clear(struct policy *policy);

/* Whether policy and signers' list are those that a tree has. */
bool policy_is_in(const struct policy *policy, struct repo *repo, const struct oid *tree);

/*
 * Where the policy asks for a signature, whether the commit (or tag) has that person's of that time: 0,
 * or E_REFUSED, with what to do.
 */
int policy_check_signature(const struct policy *policy, struct repo *repo, const struct oid *commit,
			   const struct repo_person *person, struct repo_time time, struct error *err);

/* Whether a person is of a group; nobody is of an empty one. */
bool policy_is_of(const struct policy *policy, const struct policy_group *group,
		  const struct repo_person *person);

/* The same, but an empty group is everybody. */
bool policy_may(const struct policy *policy, const struct policy_group *group,
		const struct repo_person *person);

bool policy_group_is_empty(const struct policy_group *group);

/* How many people are of a group. */
size_t policy_group_size(const struct policy *policy, const struct policy_group *group);

/* A role by its name, or NULL; borrowed. */
const struct policy_role *policy_find_role(const struct policy *policy, const char *name);

/* Appends "role editor", "role editor or B. Editor"; nothing for an empty group. */
void policy_group_words(struct strbuf *out, const struct policy_group *group);

/* Whether a path is one of the desk's own files, which change as an article does. */
bool policy_is_desk_file(const char *path);

/*
 * Who releases what stands at a path, and so says when it goes out: for the desk's own files another
 * group than for articles.  Borrowed.
 */
const struct policy_group *policy_releasers(const struct policy *policy, const char *path);

/* What such a file is called in lists: "The desk's rules"; NULL for every other path. */
const char *policy_file_title(const char *path);

/* Whether a step is for the article (or desk's own file) at a path: its ladder is of such steps. */
bool policy_step_applies(const struct policy *policy, size_t step, const char *path);

/* How long the article at a path should be; both 0 where nothing is said. */
struct policy_length policy_length_of(const struct policy *policy, const char *path);

/* Appends "300 to 600", "at least 300" or "at most 600"; nothing for no limit. */
void policy_range_words(struct strbuf *out, const struct policy_range *range);

/* The people named in any role or group, each once, in order; borrowed from the policy, the array is the
 * caller's. */
size_t policy_people(const struct policy *policy, const struct repo_person ***out);

/* The index of a step by name, or -1. */
int policy_step(const struct policy *policy, const char *name);

/* Appends the text of a new newsroom's policy; solo: one person may write, approve and release. */
void policy_template(struct strbuf *out, const char *name, const struct repo_person *person,
		     const char *language, bool solo);

/* A ladder as far as it is still to be climbed; each answers for a step by its index. */
struct policy_climb {
	unsigned (*needed)(void *context, size_t step); /* the approvals that it lacks, 0 for one of another
							   ladder */
	bool (*may)(void *context, size_t step, const struct repo_person *person); /* who is of its people */
	void *context;
};

/*
 * Whether there are people enough for what is left of a ladder, when nobody may hold two steps of it; else
 * *step is one that lacks somebody.
 */
bool policy_can_climb(const struct policy *policy, const struct policy_climb *climb, size_t *step);

/*
 * Whether there are people enough for every ladder, when nobody may hold two steps of it; else *step is one
 * that lacks somebody.  policy_parse() asks.
 */
bool policy_can_be_climbed(const struct policy *policy, size_t *step);

/*
 * Appends what works, and is worth a second look all the same, one sentence a line.  has_articles says
 * whether there is an article in a section; NULL: not known.
 */
void policy_remarks(struct strbuf *out, const struct policy *policy,
		    bool (*has_articles)(void *context, const char *section), void *context);

/* Appends "a, b or c"; last stands before the last one. */
void policy_list_words(struct strbuf *out, const struct strlist *words, const char *last);

/* Appends a size in the units of [attachment]: "5 MiB", "1.2 MiB", "500 KiB", "12 bytes". */
void policy_size_words(struct strbuf *out, size_t size);

/* Appends the policy in plain sentences, one a line. */
void policy_explain(struct strbuf *out, const struct policy *policy);

#endif
