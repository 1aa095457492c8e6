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
#define AGREEMENT_DRAFTS 14
#define AGREEMENT_OLD    4    /* articles from before the newsroom */
#define AGREEMENT_TEXT   4096 /* bytes of the longest text, which is a policy */

/* The bits of a draft's change. */
enum {
	WORDS = 1,
	UNTITLED = 2,   /* this desk asks for a title; of a policy: no policy */
	LATER = 4,      /* has a publishDate */
	UNCHANGED = 8,  /* what is published, of which nothing is changed yet */
	MADE = 16,      /* what the desk made: of a withdrawal, a move, or by bringing it up to date */
	UNALIASED = 32, /* an article that moves must keep its old address */
	PICTURE = 64,   /* with a file beside it */
	BASE = 256,     /* how often it was brought up to date, and all above */
};

enum piece_kind {
	PIECE_ARTICLE, /* new, or a correction */
	PIECE_REMOVAL, /* leaves no text */
	PIECE_NOTICE,  /* a withdrawal that leaves one */
	PIECE_MOVE,
	PIECE_POLICY,
};

/* A draft, with what the reference knows of it. */
struct piece {
	struct ref_draft ref;
	enum piece_kind kind;
	char name[64];
	char path[80];
	char from[80];             /* PIECE_MOVE: the article's path before */
	char made[AGREEMENT_TEXT]; /* what the newest text with MADE is */
	struct ref_desk next;      /* PIECE_POLICY: the rules that it brings, and their text */
	char rules[AGREEMENT_TEXT];
	char base[AGREEMENT_TEXT]; /* what was published when it began, or was brought up to date */
	bool is_behind;            /* something else is by now, or nothing any more */
	bool is_gone;              /* the latter */
};

/* What is published. */
struct published {
	char path[80];
	char text[AGREEMENT_TEXT];
	bool is_there;
	bool is_withdrawn; /* a notice stands there */
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
	struct published published[AGREEMENT_DRAFTS + AGREEMENT_OLD];
	size_t published_count;
	size_t pictures; /* files beside them */
	uint64_t seed;
	int64_t now;
	int person;
	struct error err;
	unsigned done[RULES_RELEASE_FAST + 1][2];
	unsigned due[2];
	unsigned several[2];            /* releases of more than one */
	unsigned out[PIECE_POLICY + 1]; /* what went out, by kind */
	unsigned attached[2];
	unsigned updated[2];
};

/* A newsroom under random rules, with its server, in the folder of a->n; and its end. */
void agreement_begin(struct agreement *a);
void agreement_end(struct agreement *a);

/* Whoever sits there pushes, and the server takes it. */
void agreement_taken(struct agreement *a, const char *what);

/* The newest commit of a ref was made by hand: the server refuses it, and the ref goes back. */
void agreement_refused(struct agreement *a, const char *ref, const struct oid *head, const char *what);

/* A new draft, on the server, too; or one on something published, where the rules let the person begin it. */
void agreement_new(struct agreement *a);
void agreement_something(struct agreement *a);

/* Whether two change the same article, so that only one of them can go out. */
bool piece_is_in_the_way(const struct piece *one, const struct piece *other);

/*
 * Whoever sits there releases: one, by the fast lane or not; several that may go out, and sometimes others
 * among them; what is due.
 */
void agreement_release(struct agreement *a, struct piece *piece, bool fast);
void agreement_release_several(struct agreement *a);
void agreement_release_due(struct agreement *a);

/* What a piece brings has been published. */
void agreement_out(struct agreement *a, struct piece *piece);

/* An event of whoever sits there, of which the reference is to hear. */
struct ref_event agreement_event(struct agreement *a, enum review_event kind);

/* The reference hears of an event that happened. */
void piece_note(struct piece *piece, struct ref_event event);

/* The change of a draft, as a number; the bytes of its text; another, as of now. */
int piece_text(const struct piece *piece);
void piece_write(char *out, size_t size, const struct piece *piece, int text);
int piece_random(struct agreement *a, const struct piece *piece);

/* It is based on what is published now. */
void piece_begin(struct agreement *a, struct piece *piece);

/* Takes the text that the desk made for what it is; the bits of it. */
int piece_made(struct agreement *a, struct piece *piece);

/* Whether it has not gone out. */
bool piece_is_open(const struct piece *piece);

#endif
