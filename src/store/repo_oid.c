/*
 * Ids of objects: ours, libgit2's, and in hex.
 */
#include "store/repo_internal.h"

#include <string.h>

bool oid_equal(const struct oid *a, const struct oid *b)
{
	return memcmp(a->id, b->id, REPO_OID_SIZE) == 0;
}

bool oid_is_zero(const struct oid *oid)
{
	static const struct oid zero;

	return oid_equal(oid, &zero);
}

void oid_hex(char out[REPO_HEX_SIZE], const struct oid *oid)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < REPO_OID_SIZE; i++) {
		out[2 * i] = digits[oid->id[i] >> 4];
		out[2 * i + 1] = digits[oid->id[i] & 15];
	}
	out[REPO_HEX_SIZE - 1] = '\0';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool oid_parse(struct oid *out, const char *hex)
{
	struct oid oid;

	if (strlen(hex) != REPO_HEX_SIZE - 1)
		return false;
	for (size_t i = 0; i < REPO_OID_SIZE; i++) {
		int high = digit(hex[2 * i]);
		int low = digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		oid.id[i] = (unsigned char)(high << 4 | low);
	}
	*out = oid;
	return true;
}

git_oid repo_oid_in(const struct oid *oid)
{
	git_oid id = {{0}};

	memcpy(id.id, oid->id, REPO_OID_SIZE);
	return id;
}

struct oid repo_oid_out(const git_oid *oid)
{
	struct oid out;

	memcpy(out.id, oid->id, REPO_OID_SIZE);
	return out;
}
