#include "desk/import_labels.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "text/unicode.h"

/* Longer lines are no label lines, bytes. */
#define LINE_LIMIT 2000

/* Widest value that is believed, columns. */
#define VALUE_LIMIT 60

/* Most words before a full stop that is an abbreviation's rather than a sentence's ("Dongying Media Co.,
 * Ltd."). */
#define ABBREVIATED_WORDS 6

/* Most Han characters of one name. */
#define NAME_LIMIT 4

enum {
	REST = 1 << 0,   /* the value is all that follows */
	CREDIT = 1 << 1, /* in a credit no colon need follow */
	EVENT = 1 << 2,  /* below the body it says something of an event, not of the text */
	HOST = 1 << 3,   /* says who holds an event, unless the line is furniture */
};

/* Small letters; in Chinese names spaces may stand between the characters. The longest match counts. */
static const struct label {
	const char *name;
	enum import_label label;
	unsigned flags;
} labels[] = {
    {"title", LABEL_TITLE, REST | EVENT},
    {"headline", LABEL_TITLE, REST | EVENT},
    {"标题", LABEL_TITLE, REST | EVENT},
    {"题目", LABEL_TITLE, REST | EVENT},
    {"date", LABEL_DATE, EVENT},
    {"time", LABEL_DATE, EVENT},
    {"日期", LABEL_DATE, EVENT},
    {"时间", LABEL_DATE, EVENT},
    {"published", LABEL_DATE, 0},
    {"published on", LABEL_DATE, 0},
    {"published at", LABEL_DATE, 0},
    {"publish date", LABEL_DATE, 0},
    {"publish time", LABEL_DATE, 0},
    {"publication date", LABEL_DATE, 0},
    {"publication time", LABEL_DATE, 0},
    {"date published", LABEL_DATE, 0},
    {"posted", LABEL_DATE, 0},
    {"posted on", LABEL_DATE, 0},
    {"release date", LABEL_DATE, 0},
    {"release time", LABEL_DATE, 0},
    {"released", LABEL_DATE, 0},
    {"pubdate", LABEL_DATE, 0},
    {"发布时间", LABEL_DATE, 0},
    {"发布日期", LABEL_DATE, 0},
    {"发表时间", LABEL_DATE, 0},
    {"发表日期", LABEL_DATE, 0},
    {"发稿时间", LABEL_DATE, 0},
    {"发文日期", LABEL_DATE, 0},
    {"发布于", LABEL_DATE, 0},
    {"发表于", LABEL_DATE, 0},
    {"updated", LABEL_LASTMOD, 0},
    {"updated on", LABEL_LASTMOD, 0},
    {"last updated", LABEL_LASTMOD, 0},
    {"update time", LABEL_LASTMOD, 0},
    {"date updated", LABEL_LASTMOD, 0},
    {"modified", LABEL_LASTMOD, 0},
    {"更新时间", LABEL_LASTMOD, 0},
    {"更新日期", LABEL_LASTMOD, 0},
    {"更新于", LABEL_LASTMOD, 0},
    {"author", LABEL_BYLINE, 0},
    {"authors", LABEL_BYLINE, 0},
    {"by", LABEL_BYLINE, CREDIT},
    {"byline", LABEL_BYLINE, 0},
    {"writer", LABEL_BYLINE, 0},
    {"written by", LABEL_BYLINE, CREDIT},
    {"writing by", LABEL_BYLINE, CREDIT},
    {"text by", LABEL_BYLINE, CREDIT},
    {"story by", LABEL_BYLINE, CREDIT},
    {"reporter", LABEL_BYLINE, CREDIT},
    {"reporters", LABEL_BYLINE, CREDIT},
    {"reported by", LABEL_BYLINE, CREDIT},
    {"reporting by", LABEL_BYLINE, CREDIT},
    {"additional reporting by", LABEL_BYLINE, CREDIT},
    {"correspondent", LABEL_BYLINE, CREDIT},
    {"correspondents", LABEL_BYLINE, CREDIT},
    {"contributor", LABEL_BYLINE, CREDIT},
    {"contributed by", LABEL_BYLINE, CREDIT},
    {"作者", LABEL_BYLINE, CREDIT},
    {"撰稿", LABEL_BYLINE, CREDIT},
    {"撰稿人", LABEL_BYLINE, CREDIT},
    {"撰文", LABEL_BYLINE, CREDIT},
    {"文字", LABEL_BYLINE, CREDIT},
    {"记者", LABEL_BYLINE, CREDIT},
    {"本报记者", LABEL_BYLINE, CREDIT},
    {"本网记者", LABEL_BYLINE, CREDIT},
    {"本刊记者", LABEL_BYLINE, CREDIT},
    {"本台记者", LABEL_BYLINE, CREDIT},
    {"见习记者", LABEL_BYLINE, CREDIT},
    {"实习记者", LABEL_BYLINE, CREDIT},
    {"特约记者", LABEL_BYLINE, CREDIT},
    {"通讯员", LABEL_BYLINE, CREDIT},
    {"特约通讯员", LABEL_BYLINE, CREDIT},
    {"供稿", LABEL_BYLINE, CREDIT},
    {"供稿人", LABEL_BYLINE, CREDIT},
    {"文/", LABEL_BYLINE, CREDIT},
    {"文/图", LABEL_BYLINE, CREDIT},
    {"图/文", LABEL_BYLINE, CREDIT},
    {"图文", LABEL_BYLINE, CREDIT},
    {"photo", LABEL_PHOTO, 0},
    {"photos", LABEL_PHOTO, 0},
    {"photo by", LABEL_PHOTO, CREDIT},
    {"photos by", LABEL_PHOTO, CREDIT},
    {"photographer", LABEL_PHOTO, CREDIT},
    {"摄影", LABEL_PHOTO, CREDIT},
    {"摄影记者", LABEL_PHOTO, CREDIT},
    {"图/", LABEL_PHOTO, CREDIT},
    {"图片", LABEL_PHOTO, 0},
    {"source", LABEL_SOURCE, 0},
    {"sources", LABEL_SOURCE, 0},
    {"news source", LABEL_SOURCE, 0},
    {"information source", LABEL_SOURCE, 0},
    {"来源", LABEL_SOURCE, 0},
    {"稿源", LABEL_SOURCE, 0},
    {"稿件来源", LABEL_SOURCE, 0},
    {"文章来源", LABEL_SOURCE, 0},
    {"信息来源", LABEL_SOURCE, 0},
    {"新闻来源", LABEL_SOURCE, 0},
    {"供稿部门", LABEL_SOURCE, 0},
    {"供稿单位", LABEL_SOURCE, 0},
    {"发布单位", LABEL_SOURCE, 0},
    {"发布机构", LABEL_SOURCE, 0},
    {"publisher", LABEL_PUBLISHER, 0},
    {"published by", LABEL_PUBLISHER, 0},
    {"主办", LABEL_PUBLISHER, HOST},
    {"主办单位", LABEL_PUBLISHER, HOST},
    {"hosted by", LABEL_PUBLISHER, HOST},
    {"original title", LABEL_ORIGINAL_TITLE, REST},
    {"original headline", LABEL_ORIGINAL_TITLE, REST},
    {"原标题", LABEL_ORIGINAL_TITLE, REST},
    {"原题", LABEL_ORIGINAL_TITLE, REST},
    {"editor", LABEL_EDITOR, CREDIT},
    {"editors", LABEL_EDITOR, CREDIT},
    {"edited by", LABEL_EDITOR, CREDIT},
    {"editing by", LABEL_EDITOR, CREDIT},
    {"editor in charge", LABEL_EDITOR, 0},
    {"responsible editor", LABEL_EDITOR, 0},
    {"编辑", LABEL_EDITOR, CREDIT},
    {"责编", LABEL_EDITOR, CREDIT},
    {"责任编辑", LABEL_EDITOR, CREDIT},
    {"网络编辑", LABEL_EDITOR, CREDIT},
    {"值班编辑", LABEL_EDITOR, CREDIT},
    {"summary", LABEL_DESCRIPTION, REST | EVENT},
    {"abstract", LABEL_DESCRIPTION, REST | EVENT},
    {"description", LABEL_DESCRIPTION, REST | EVENT},
    {"摘要", LABEL_DESCRIPTION, REST | EVENT},
    {"内容摘要", LABEL_DESCRIPTION, REST | EVENT},
    {"keyword", LABEL_TAGS, 0},
    {"keywords", LABEL_TAGS, 0},
    {"key words", LABEL_TAGS, 0},
    {"tags", LABEL_TAGS, 0},
    {"关键词", LABEL_TAGS, 0},
    {"关键字", LABEL_TAGS, 0},
    {"标签", LABEL_TAGS, 0},
    {"views", LABEL_FURNITURE, 0},
    {"hits", LABEL_FURNITURE, 0},
    {"clicks", LABEL_FURNITURE, 0},
    {"font size", LABEL_FURNITURE, 0},
    {"font", LABEL_FURNITURE, 0},
    {"share", LABEL_FURNITURE, 0},
    {"share to", LABEL_FURNITURE, 0},
    {"浏览", LABEL_FURNITURE, 0},
    {"浏览量", LABEL_FURNITURE, 0},
    {"浏览次数", LABEL_FURNITURE, 0},
    {"访问量", LABEL_FURNITURE, 0},
    {"访问次数", LABEL_FURNITURE, 0},
    {"阅读", LABEL_FURNITURE, 0},
    {"阅读量", LABEL_FURNITURE, 0},
    {"阅读次数", LABEL_FURNITURE, 0},
    {"点击", LABEL_FURNITURE, 0},
    {"点击量", LABEL_FURNITURE, 0},
    {"点击数", LABEL_FURNITURE, 0},
    {"点击率", LABEL_FURNITURE, 0},
    {"点击次数", LABEL_FURNITURE, 0},
    {"字体", LABEL_FURNITURE, 0},
    {"字号", LABEL_FURNITURE, 0},
    {"字体大小", LABEL_FURNITURE, 0},
    {"分享", LABEL_FURNITURE, 0},
    {"分享到", LABEL_FURNITURE, 0},
    {"address", LABEL_CONTACT, 0},
    {"tel", LABEL_CONTACT, 0},
    {"telephone", LABEL_CONTACT, 0},
    {"phone", LABEL_CONTACT, 0},
    {"fax", LABEL_CONTACT, 0},
    {"email", LABEL_CONTACT, 0},
    {"e-mail", LABEL_CONTACT, 0},
    {"地址", LABEL_CONTACT, 0},
    {"电话", LABEL_CONTACT, 0},
    {"联系电话", LABEL_CONTACT, 0},
    {"传真", LABEL_CONTACT, 0},
    {"邮编", LABEL_CONTACT, 0},
    {"邮政编码", LABEL_CONTACT, 0},
    {"邮箱", LABEL_CONTACT, 0},
    {"电子邮箱", LABEL_CONTACT, 0},
    {"承办", LABEL_CONTACT, 0},
    {"承办单位", LABEL_CONTACT, 0},
    {"协办", LABEL_CONTACT, 0},
    {"技术支持", LABEL_CONTACT, 0},
    {"网站标识码", LABEL_CONTACT, 0},
};

/* -- Characters -- */

/* The code point that ends at pos, and where it starts; -1 at the start of the text. */
static int32_t before(const char *text, size_t pos, size_t *start)
{
	int32_t c = -1;

	*start = pos;
	if (pos == 0)
		return -1;
	do
		(*start)--;
	while (*start > 0 && ((unsigned char)text[*start] & 0xc0) == 0x80);
	(void)unicode_decode(text, pos, *start, &c);
	return c;
}

static int32_t after(const char *text, size_t end, size_t pos, size_t *next)
{
	int32_t c = -1;

	*next = pos < end ? pos + unicode_decode(text, end, pos, &c) : pos;
	return c;
}

static bool is_one_of(int32_t c, const char *set)
{
	size_t len = strlen(set);
	int32_t member;

	for (size_t i = 0; i < len;) {
		i += unicode_decode(set, len, i, &member);
		if (member == c)
			return true;
	}
	return false;
}

static bool is_invisible(int32_t c)
{
	return unicode_is_space(c) || c == 0x200b || c == 0x2060 || c == 0xfeff;
}

void import_trim(const char *text, size_t *start, size_t *end)
{
	size_t next;

	while (*start < *end && is_invisible(after(text, *end, *start, &next)))
		*start = next;
	while (*end > *start && is_invisible(before(text, *end, &next)))
		*end = next;
}

static size_t skip_spaces(const char *text, size_t end, size_t pos)
{
	size_t next;

	while (pos < end && is_invisible(after(text, end, pos, &next)))
		pos = next;
	return pos;
}

#define OPENING "(（[【〔［「"
#define CLOSING ")）]】〕］」"

/* The bracket that closes an opening one, or -1. */
static int32_t closing_of(int32_t c)
{
	static const char opening[] = OPENING;
	static const char closing[] = CLOSING;
	int32_t a;
	int32_t b;

	for (size_t i = 0, k = 0; i < sizeof opening - 1;) {
		i += unicode_decode(opening, sizeof opening - 1, i, &a);
		k += unicode_decode(closing, sizeof closing - 1, k, &b);
		if (a == c)
			return b;
	}
	return -1;
}

bool import_ends_sentence(const char *line, size_t len)
{
	size_t start = 0;
	size_t at;

	import_trim(line, &start, &len);
	while (len > 0 && is_one_of(before(line, len, &at), "\"'”’»›" CLOSING "》』"))
		len = at;
	return len > 0 && is_one_of(before(line, len, &at), ".。．!！?？…:：;；");
}

/* -- Names of labels -- */

static int32_t to_lower(int32_t c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* The end of a label's name at pos, or 0 when another text stands there. */
static size_t match_name(const char *line, size_t len, size_t pos, const char *name)
{
	size_t name_len = strlen(name);
	bool han = (unsigned char)name[0] >= 0x80;
	int32_t wanted;
	size_t next;

	for (size_t i = 0; i < name_len; pos = next) {
		if (i > 0 && han)
			pos = skip_spaces(line, len, pos);
		i += unicode_decode(name, name_len, i, &wanted);
		if (to_lower(after(line, len, pos, &next)) != wanted)
			return 0;
	}
	return pos;
}

/* The end of a colon at pos, spaces before it apart, or 0. */
static size_t match_colon(const char *line, size_t len, size_t pos)
{
	size_t next;

	pos = skip_spaces(line, len, pos);
	return is_one_of(after(line, len, pos, &next), ":：∶﹕") ? next : 0;
}

/* Han characters from pos to the next that is none. */
static size_t han_run(const char *line, size_t len, size_t pos)
{
	size_t count = 0;
	size_t next;

	for (; pos < len && unicode_is_han(after(line, len, pos, &next)); pos = next)
		count++;
	return count;
}

/*
 * The start of the value of a label whose name ended at pos, or 0 when the name is no label there.
 * "Published June 28" and, in credits, "Reporter A. Writer" have no colon.
 */
static size_t match_separator(const char *line, size_t len, size_t pos, const struct label *label,
			      bool credit)
{
	size_t value = match_colon(line, len, pos);
	bool han = (unsigned char)label->name[0] >= 0x80;
	char iso[DATE_TEXT_SIZE];
	size_t end;

	if (value > 0)
		return value;
	value = skip_spaces(line, len, pos);
	if ((label->label == LABEL_DATE || label->label == LABEL_LASTMOD) && (label->flags & EVENT) == 0)
		return date_read_start(iso, line + value, len - value, &end) == DATE_READ ? value : 0;
	if (!credit || (label->flags & CREDIT) == 0)
		return 0;
	if (value > pos)
		return value;
	return han && han_run(line, len, pos) >= 2 && han_run(line, len, pos) <= NAME_LIMIT ? pos : 0;
}

/* Whether a label can start at pos: after a space, a separator or a bracket; a Chinese one after a date. */
static bool can_start(const char *line, size_t pos, bool han)
{
	size_t start;
	int32_t c = before(line, pos, &start);

	return c < 0 || is_invisible(c) || is_one_of(c, "|｜/／·•,，;；、>" OPENING CLOSING) ||
	       (han && ((c >= '0' && c <= '9') || c == 0x65e5 /* 日 */));
}

struct found {
	const struct label *label;
	size_t start; /* of its name */
	size_t value; /* byte after its colon */
};

/* The label whose name starts at pos, if one does. */
static bool label_at(struct found *out, const char *line, size_t len, size_t pos, bool credit)
{
	bool han = ((unsigned char)line[pos] & 0x80) != 0;
	size_t longest = 0;

	if (((unsigned char)line[pos] & 0xc0) == 0x80 || !can_start(line, pos, han))
		return false;
	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		size_t end = match_name(line, len, pos, labels[i].name);
		size_t value = end > longest ? match_separator(line, len, end, &labels[i], credit) : 0;

		if (value == 0)
			continue;
		longest = end;
		*out = (struct found){&labels[i], pos, value};
	}
	return longest > 0;
}

static bool next_label(struct found *out, const char *line, size_t len, size_t pos, bool credit)
{
	for (; pos < len; pos++) {
		if (label_at(out, line, len, pos, credit))
			return true;
	}
	return false;
}

/* -- Values -- */

/* Whether the last word of a value is a button that stood behind it. */
static bool is_button(const char *word, size_t len)
{
	static const char *const buttons[] = {"打印",  "关闭",  "分享",     "收藏",     "评论",   "字体",
					      "字号",  "大",    "中",       "小",       "大中小", "T+",
					      "T-",    "A+",    "A-",       "Print",    "Share",  "Close",
					      "Email", "Tweet", "打印本页", "关闭窗口", "纠错",   "朗读"};

	for (size_t i = 0; i < sizeof buttons / sizeof buttons[0]; i++) {
		if (strlen(buttons[i]) == len && strncasecmp(buttons[i], word, len) == 0)
			return true;
	}
	return false;
}

static bool contains(const char *text, size_t start, size_t end, int32_t wanted)
{
	size_t next;

	for (; start < end; start = next) {
		if (after(text, end, start, &next) == wanted)
			return true;
	}
	return false;
}

/* Takes one separator, half a pair of brackets or one button off an end; false when all is clean. */
static bool trim_step(const char *text, size_t *start, size_t *end)
{
	size_t first_end;
	size_t last_start;
	size_t word = *end;
	int32_t first = after(text, *end, *start, &first_end);
	int32_t last = before(text, *end, &last_start);

	if (*start >= *end)
		return false;
	if (is_one_of(first, "|｜/／·•,，;；、" CLOSING) ||
	    (closing_of(first) >= 0 && !contains(text, first_end, *end, closing_of(first)))) {
		*start = first_end;
		return true;
	}
	if (is_one_of(last, "|｜/／·•,，;；、" OPENING)) {
		*end = last_start;
		return true;
	}
	if (is_one_of(last, CLOSING)) {
		for (size_t i = *start; i < last_start; i = first_end) {
			if (closing_of(after(text, last_start, i, &first_end)) == last)
				return false;
		}
		*end = last_start;
		return true;
	}
	while (word > *start && !is_invisible(before(text, word, &last_start)) &&
	       !is_one_of(before(text, word, &last_start), OPENING CLOSING "|｜"))
		word = last_start;
	if (is_button(text + word, *end - word)) {
		*end = word;
		return true;
	}
	return false;
}

static void trim_value(const char *text, size_t *start, size_t *end)
{
	do
		import_trim(text, start, end);
	while (trim_step(text, start, end));
}

static size_t count_words(const char *text, size_t len)
{
	size_t words = 0;

	for (size_t i = 0; i < len; i++)
		words += text[i] != ' ' && (i == 0 || text[i - 1] == ' ');
	return words;
}

/* Whether a value reads as a sentence, and its line thus as body. */
static bool is_sentence(const char *text, size_t len)
{
	size_t next;

	for (size_t i = 0; i < len; i = next) {
		if (is_one_of(after(text, len, i, &next), "。！？!?"))
			return true;
	}
	return len > 0 && text[len - 1] == '.' && count_words(text, len) > ABBREVIATED_WORDS;
}

static bool is_time_of_day(const char *text, size_t len)
{
	size_t digits = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] != ':' && (text[i] < '0' || text[i] > '9'))
			return false;
		digits += text[i] != ':';
	}
	return digits >= 3 && digits <= 6 && digits < len;
}

/* Reads an item's date; false when the value is so little like one that its label is none. */
static bool read_date(struct import_item *item)
{
	item->date = date_read(item->iso, item->value, item->len);
	if (item->len == 0 || item->date != DATE_NONE)
		return true;
	if (is_time_of_day(item->value, item->len)) {
		item->label = LABEL_FURNITURE;
		return true;
	}
	return false;
}

/* Whether a value can be what its label says. */
static bool check_item(struct import_item *item, const struct label *label, enum import_place place)
{
	if (place != IMPORT_FURNITURE && (label->flags & HOST) != 0)
		return false;
	if (place == IMPORT_FOOT && ((label->flags & EVENT) != 0 || item->label == LABEL_CONTACT))
		return false;
	if (place == IMPORT_FURNITURE || (label->flags & REST) != 0)
		return true;
	if (is_sentence(item->value, item->len))
		return false;
	if (item->label == LABEL_DATE || item->label == LABEL_LASTMOD)
		return read_date(item) && (place == IMPORT_HEAD || item->date == DATE_READ);
	return item->label == LABEL_TAGS || unicode_columns(item->value, item->len) <= VALUE_LIMIT;
}

static struct import_item *add_item(struct import_items *out, enum import_label label, const char *line,
				    size_t start, size_t end)
{
	struct import_item *item = &out->item[out->count++];

	trim_value(line, &start, &end);
	*item = (struct import_item){.label = label,
				     .value = line + start,
				     .len = end - start,
				     .date = DATE_NONE};
	return item;
}

/* A date that stands without a label, at the head of a line or alone on it. */
static bool read_bare_date(struct import_items *out, const char *line, size_t start, size_t end)
{
	struct import_item *item = add_item(out, LABEL_DATE, line, start, end);

	item->date = date_read(item->iso, item->value, item->len);
	return item->date != DATE_NONE;
}

/* What stands before the first label, or without one: nothing, a date in the head, anything in furniture. */
static bool check_prefix(struct import_items *out, const char *line, size_t start, size_t end,
			 enum import_place place)
{
	trim_value(line, &start, &end);
	return start == end || place == IMPORT_FURNITURE ||
	       (place == IMPORT_HEAD && read_bare_date(out, line, start, end));
}

bool import_read_labels(struct import_items *out, const char *line, size_t len, enum import_place place)
{
	struct found found = {0};
	struct found next = {0};
	size_t start = 0;
	size_t end = len;
	bool more;

	out->count = 0;
	import_trim(line, &start, &end);
	if (start == end || end - start > LINE_LIMIT)
		return false;
	more = next_label(&found, line, end, start, false);
	if (!check_prefix(out, line, start, more ? found.start : end, place))
		return false;
	for (; more && out->count < IMPORT_ITEMS; found = next) {
		bool rest = (found.label->flags & REST) != 0;
		struct import_item *item;

		more = !rest && next_label(&next, line, end, found.value, false);
		item = add_item(out, found.label->label, line, found.value, more ? next.start : end);
		if (!check_item(item, found.label, place))
			return false;
	}
	/* An address below a headline is a notice's. */
	return out->count > 0 && !more && (place == IMPORT_FURNITURE || out->item[0].label != LABEL_CONTACT);
}

bool import_is_place(const char *line, size_t len)
{
	static const char *const names[] = {"place", "venue",    "location", "where",
					    "地点",  "会议地点", "活动地点"};
	size_t start = skip_spaces(line, len, 0);

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t end = match_name(line, len, start, names[i]);

		if (end > 0 && match_colon(line, len, end) > 0)
			return true;
	}
	return false;
}

/* -- Credits -- */

/* Whether a value can be names: of capitals and a few small words, or of short runs of Han characters. */
static bool is_names(const char *value, size_t len)
{
	static const char *const small[] = {"and", "with", "of", "for", "de", "van", "von", "in"};
	bool first = true;
	size_t next;

	if (len == 0 || unicode_columns(value, len) > VALUE_LIMIT)
		return false;
	for (size_t i = 0; i < len; i = next) {
		int32_t c = after(value, len, i, &next);
		bool known = !first || c < 'a' || c > 'z';

		if (is_one_of(c, ":：。！？!?“”\"《》"))
			return false;
		if (first && unicode_is_han(c) && han_run(value, len, i) > NAME_LIMIT)
			return false;
		for (size_t k = 0; !known && k < sizeof small / sizeof small[0]; k++)
			known = strncmp(value + i, small[k], strlen(small[k])) == 0;
		if (!known)
			return false;
		first = is_one_of(c, " ,、，·&/") || is_invisible(c);
	}
	return true;
}

/* "Agency reporter": a house before the role, as in 新华社记者 张三. */
static bool read_house(struct import_items *out, const char *line, size_t start, size_t end)
{
	static const char role[] = "记者";
	const char *at = memmem(line + start, end - start, role, sizeof role - 1);
	size_t names;

	if (at == NULL || unicode_columns(line + start, (size_t)(at - line) - start) > 24)
		return false;
	names = skip_spaces(line, end, (size_t)(at - line) + sizeof role - 1);
	if (!is_names(line + names, end - names) || is_sentence(line + start, (size_t)(at - line) - start) ||
	    contains(line, start, end, 0xff1a /* : */) || contains(line, start, end, ':'))
		return false;
	(void)add_item(out, LABEL_BYLINE, line, start, end);
	return true;
}

/* Whether the text stands in one pair of brackets; if so, what is in them. */
static bool unwrap(const char *line, size_t *start, size_t *end)
{
	size_t first_end;
	size_t last_start;
	int32_t closing = closing_of(after(line, *end, *start, &first_end));

	if (closing < 0 || before(line, *end, &last_start) != closing || last_start < first_end)
		return false;
	*start = first_end;
	*end = last_start;
	import_trim(line, start, end);
	return true;
}

bool import_read_credit(struct import_items *out, const char *line, size_t len)
{
	struct found found = {0};
	struct found next = {0};
	size_t start = 0;
	size_t end = len;
	bool bracketed;
	bool more;

	out->count = 0;
	import_trim(line, &start, &end);
	if (start == end || end - start > LINE_LIMIT)
		return false;
	bracketed = unwrap(line, &start, &end);
	if (start == end)
		return false;
	if (!label_at(&found, line, end, start, true))
		return bracketed && read_house(out, line, start, end);
	/* "记者手记" is a heading: without brackets a space, colon or slash tells a role from a word. */
	if (!bracketed && han_run(line, end, found.value) > 0 && line[found.value - 1] != '/' &&
	    found.value == match_name(line, end, start, found.label->name))
		return false;
	for (more = true; more && out->count < IMPORT_ITEMS; found = next) {
		struct import_item *item;

		more = next_label(&next, line, end, found.value, true);
		item = add_item(out, found.label->label, line, found.value, more ? next.start : end);
		if (!is_names(item->value, item->len) ||
		    (item->label != LABEL_BYLINE && item->label != LABEL_PHOTO &&
		     item->label != LABEL_EDITOR))
			return false;
	}
	return !more;
}

/* -- Who is a person -- */

static bool ends_with(const char *text, size_t len, const char *end)
{
	return len >= strlen(end) && memcmp(text + len - strlen(end), end, strlen(end)) == 0;
}

static bool is_house_of_han(const char *name, size_t len)
{
	static const char *const endings[] = {"中心",   "大学",   "公司",   "频道",   "新闻",
					      "在线",   "发布",   "集团",   "学院",   "日报",
					      "晚报",   "时报",   "周刊",   "电视",   "编辑部",
					      "新华社", "中新社", "法新社", "美联社", "路透社"};
	size_t last;
	int32_t c = before(name, len, &last);
	size_t count = han_run(name, len, 0);

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		if (ends_with(name, len, endings[i]))
			return true;
	}
	return is_one_of(c, "网报")
		   ? count >= 3
		   : is_one_of(c, "社局办委部厅台处院会站室团司府校队刊科所署") && count >= 4;
}

bool import_is_organisation(const char *name, size_t len)
{
	static const char *const domains[] = {".com", ".cn", ".net", ".org", ".gov", ".edu", ".info"};
	static const char *const words[] = {"news",       "network",     "daily",      "office",
					    "agency",     "times",       "press",      "bureau",
					    "department", "committee",   "university", "media",
					    "online",     "radio",       "television", "tv",
					    "centre",     "center",      "government", "ministry",
					    "council",    "association", "gazette",    "herald",
					    "institute",  "website",     "xinhua",     "reuters",
					    "afp",        "ap",          "cctv",       "cgtn",
					    "bbc",        "commission",  "district",   "company"};

	for (size_t i = 0; i < sizeof domains / sizeof domains[0]; i++) {
		const size_t size = strlen(domains[i]);

		if (len > size && strncasecmp(name + len - size, domains[i], size) == 0)
			return true;
	}
	for (size_t i = 0, end; i < len; i = end + 1) {
		end = i;
		while (end < len && strchr(" ,.'-()", name[end]) == NULL)
			end++;
		for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
			if (strlen(words[k]) == end - i && strncasecmp(words[k], name + i, end - i) == 0)
				return true;
		}
	}
	return is_house_of_han(name, len);
}
