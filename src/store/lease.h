/*
 * Who is editing a draft now: courtesy, not a lock on the text (the ref's
 * compare-and-swap is that).  A lease is a file in the repository's folder,
 * copydesk/leases/<draft>, held with a lock of fcntl(2) (an open file
 * description's) for as long as the editor's process lives, so that a killed
 * editor leaves nothing behind.
 */
#ifndef COPYDESK_LEASE_H
#define COPYDESK_LEASE_H

#include <stdint.h>

struct error;
struct repo_person;
struct lease;

struct lease_holder {
	char *name; /* of the person */
	char *host;
	int64_t since; /* seconds since the epoch */
};

void lease_holder_clear(struct lease_holder *holder);

/*
 * Takes the lease of a draft.  E_CONFLICT when another process has it: *holder (may be NULL) then
 * says who.  A repository that cannot be written gives E_IO; reading goes on without a lease.
 */
int lease_take(struct lease **out, const char *repo_folder, const char *draft,
	       const struct repo_person *person, int64_t now, struct lease_holder *holder, struct error *err);
void lease_release(struct lease *lease);

#endif
