#include "text/language.h"

#include <string.h>

#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "base/strbuf.h"

/* UTF-16 units of a name; a longer one is none. */
#define NAME_SIZE 128

const char *const language_tags[] = {
    "af", "sq",      "am",      "ar",    "hy", "az",    "bn", "eu", "bs",    "bg",    "my",    "ca",
    "zh", "zh-Hans", "zh-Hant", "hr",    "cs", "da",    "nl", "en", "en-AU", "en-CA", "en-GB", "en-US",
    "et", "fil",     "fi",      "fr",    "gl", "ka",    "de", "el", "gu",    "ha",    "he",    "hi",
    "hu", "is",      "ig",      "id",    "ga", "it",    "ja", "kn", "kk",    "km",    "ko",    "ku",
    "ky", "lo",      "lv",      "lt",    "mk", "ms",    "ml", "mt", "mr",    "mn",    "ne",    "nb",
    "nn", "ps",      "fa",      "pl",    "pt", "pt-BR", "pa", "ro", "ru",    "sr",    "si",    "sk",
    "sl", "so",      "es",      "es-MX", "sw", "sv",    "tg", "ta", "te",    "th",    "bo",    "ti",
    "tr", "tk",      "uk",      "ur",    "ug", "uz",    "vi", "cy", "xh",    "yo",    "zu",
};

const size_t language_count = sizeof language_tags / sizeof language_tags[0];

/* Asks ICU; an id of which it knows no name comes back as it is. */
bool language_name(struct strbuf *out, const char *tag)
{
	char id[ULOC_FULLNAME_CAPACITY];
	UErrorCode status = U_ZERO_ERROR;
	UChar name[NAME_SIZE];
	char utf8[NAME_SIZE * 3 + 1];
	int32_t parsed = 0;

	uloc_forLanguageTag(tag, id, sizeof id, &parsed, &status);
	if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING ||
	    parsed != (int32_t)strlen(tag) || id[0] == '\0')
		return false;
	uloc_getDisplayName(id, "en", name, NAME_SIZE, &status);
	u_strToUTF8(utf8, sizeof utf8, NULL, name, -1, &status);
	if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || strcmp(utf8, id) == 0)
		return false;
	strbuf_adds(out, utf8);
	return true;
}
