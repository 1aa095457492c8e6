/*
 * How a draft or an article is told, in words and as JSON: the one schema of
 * "list --json", "show --json" and "status --json".
 */
#ifndef COPYDESK_REPORT_H
#define COPYDESK_REPORT_H

struct cli;
struct desk;
struct desk_row;
struct draft;
struct json;
struct oid;
struct wip;

/* The members of a row, into an object that is open. */
void report_row(struct json *json, struct desk *desk, const struct desk_row *row);

/* The members "approvals" and "comments" of a draft. */
void report_approvals(struct json *json, struct desk *desk, const struct draft *draft);
void report_threads(struct json *json, struct desk *desk, const struct draft *draft);

/* The member "unsaved": whose unsaved text is shown. */
void report_unsaved(struct json *json, const struct wip *wip);

/* An object id as a string; null when it is all zero. */
void report_oid(struct json *json, const char *key, const struct oid *id);

/* Appends to cli->out what is known of a draft, a line each, and its comments. */
void report_draft(struct cli *cli, const struct draft *draft);
/* The same of a published article that was withdrawn, or released without review; of others nothing. */
void report_article(struct cli *cli, const struct desk_row *row);
void report_comments(struct cli *cli, const struct draft *draft);

#endif
