/*
 * The parts of an import: lines with their fate, fields and warnings.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/import_internal.h"

void import_mark(struct import *out, size_t line, enum import_fate fate, const char *what)
{
	char *copy = mem_strdup(what);

	free(out->lines[line].what);
	out->lines[line].what = copy;
	out->lines[line].fate = fate;
}

void import_add_field(struct import *out, const char *key, const char *value, size_t line)
{
	struct import_field *field;

	out->fields = mem_grow(out->fields, &out->capacity[1], out->field_count + 1, sizeof *out->fields);
	field = &out->fields[out->field_count++];
	*field = (struct import_field){mem_strdup(key), mem_strdup(value), line};
}

void import_warn(struct import *out, const char *format, ...)
{
	va_list args;
	char *words = NULL;

	va_start(args, format);
	if (vasprintf(&words, format, args) < 0)
		words = mem_strdup(format);
	va_end(args);
	out->warnings =
	    mem_grow(out->warnings, &out->capacity[2], out->warning_count + 1, sizeof *out->warnings);
	out->warnings[out->warning_count++] = words;
}

const char *import_field(const struct import *import, const char *key)
{
	for (size_t i = 0; i < import->field_count; i++) {
		if (strcmp(import->fields[i].key, key) == 0)
			return import->fields[i].value;
	}
	return NULL;
}

const char *import_fate_name(enum import_fate fate)
{
	static const char *const names[] = {
	    [IMPORT_BLANK] = "blank",
	    [IMPORT_FIELD] = "field",
	    [IMPORT_BODY] = "body",
	    [IMPORT_DROPPED] = "dropped",
	};

	return names[fate];
}

void import_clear(struct import *import)
{
	for (size_t i = 0; i < import->line_count; i++)
		free(import->lines[i].what);
	for (size_t i = 0; i < import->field_count; i++) {
		free(import->fields[i].key);
		free(import->fields[i].value);
	}
	for (size_t i = 0; i < import->warning_count; i++)
		free(import->warnings[i]);
	free(import->lines);
	free(import->fields);
	free(import->warnings);
	free(import->source);
	free(import->text);
	*import = (struct import){0};
}
