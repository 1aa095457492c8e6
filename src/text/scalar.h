/*
 * How one string is written in YAML.
 *
 * libyaml reads every scalar as a string, but the site generators that read
 * our articles later do not: to Hugo and Jekyll a bare yes is a truth value
 * and 12:30 may be a number.  These functions decide when a string can stand
 * plain and write it quoted where it cannot.  Pure; no YAML is parsed here.
 *
 * Sources: YAML 1.1 (https://yaml.org/spec/1.1/) sections 5.1 (characters),
 * 9.1 (flow scalars), 9.2 and 9.3 (literal and folded), and its type
 * repository (https://yaml.org/type/).
 */
#ifndef COPYDESK_SCALAR_H
#define COPYDESK_SCALAR_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

/* What a YAML 1.1 reader takes a plain scalar for. */
enum scalar_kind {
	SCALAR_STRING,
	SCALAR_NULL,   /* nothing, ~, null */
	SCALAR_BOOL,   /* yes, off, true ... */
	SCALAR_NUMBER, /* anything that starts like a number and might be one in some base */
	SCALAR_DATE,   /* 2026-11-20, with or without a time */
};

enum scalar_style {
	SCALAR_PLAIN,
	SCALAR_SINGLE, /* 'quoted' */
	SCALAR_DOUBLE, /* "quoted" */
};

enum scalar_kind scalar_kind(const char *value);

/*
 * Appends value on one line, in style where that can hold it, else in the quotes that read best.
 * A plain value must be a string or of the kind that the place asks for.  In flow (inside brackets)
 * fewer characters may stand plain.  value is UTF-8.
 */
void scalar_write(struct strbuf *out, const char *value, enum scalar_style style, enum scalar_kind kind,
		  bool flow);

/* Whether the lines below a "|" (or, folded, a ">") can hold value with at most one line end after it. */
bool scalar_fits_block(const char *value, bool folded);

/*
 * Appends such a value as the lines below its header: each line after an eol and indent spaces, the
 * last one without a line end.  The header must say "-" when value has no line end.
 */
void scalar_write_block(struct strbuf *out, const char *value, bool folded, size_t indent, const char *eol);

#endif
