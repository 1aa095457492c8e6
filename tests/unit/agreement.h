/*
 * A real newsroom and a server for it, beside the reference: who sits at the
 * desk works in the one, and pushes to the other, which asks the gate.
 */
#ifndef COPYDESK_TESTS_AGREEMENT_H
#define COPYDESK_TESTS_AGREEMENT_H

#include "desk/desk.h"
#include "newsroom.h"
#include "random_desk.h"

#define AGREEMENT_START  1795165200 /* 2026-11-20T09:00:00Z */
#define AGREEMENT_DRAFTS 12

/* The bits of a text; one that is none of them is the published one, of which nothing is changed yet. */
enum {
	WORDS = 1,
	UNTITLED = 2, /* this desk asks for a title */
	LATER = 4,    /* has a publishDate */
	UNCHANGED = 8,
};

/* A draft, with what the reference knows of it. */
struct piece {
	struct ref_draft ref;
	char name[32];
	char path[48];
	bool removes; /* leaves no text */
};

struct agreement {
	struct newsroom *n;
	struct desk *desk;
	struct repo *server; /* has the newsroom's objects, and refs of its own */
	char *twin;          /* the folder of the newsroom's twin, or NULL (see twin.h) */
	struct repo *twin_repo;
	char *program; /* the command line, where there is a twin */
	int ended;     /* how it ended the last time, and what it said */
	char said[512];
	unsigned agreed[2]; /* how often it did the same as the desk, and how often it said no as well */
	struct ref_desk rules;
	struct piece pieces[AGREEMENT_DRAFTS];
	size_t count;
	char published[AGREEMENT_DRAFTS][256]; /* texts by the number of the article */
	uint64_t seed;
	int64_t now;
	int person;
	struct error err;
	unsigned done[RULES_RELEASE_FAST + 1][2];
	unsigned due[2];
	unsigned several[2]; /* releases of more than one */
};

/* A newsroom under random rules, with its server, in the folder of a->n; and its end. */
void agreement_begin(struct agreement *a);
void agreement_end(struct agreement *a);

/* Whoever sits there pushes, and the server takes it. */
void agreement_taken(struct agreement *a, const char *what);

/* The newest commit of a ref was made by hand: the server refuses it, and the ref goes back. */
void agreement_refused(struct agreement *a, const char *ref, const struct oid *head, const char *what);

/* A new draft, on the server, too; or one on a published article, where the rules let the person begin it. */
void agreement_new(struct agreement *a);
void agreement_something(struct agreement *a);

/* An event of whoever sits there, of which the reference is to hear. */
struct ref_event agreement_event(struct agreement *a, enum review_event kind);

/* The reference hears of an event that happened. */
void piece_note(struct piece *piece, struct ref_event event);

/* The text of a draft, as a number; its bytes; another. */
int piece_text(const struct piece *piece);
void piece_write(char *out, size_t size, const struct piece *piece, int text);
int piece_random(struct agreement *a);

/* Whether it has not gone out. */
bool piece_is_open(const struct piece *piece);

#endif
