#include "desk/import_furniture.h"

#include <stdint.h>
#include <string.h>

#include "base/strbuf.h"
#include "desk/import_labels.h"
#include "text/unicode.h"

/* Widest line of a menu or title in a list of links; widest sentence about rights; columns. */
#define SHORT_LIMIT  100
#define NOTICE_LIMIT 240

/* Longest line that is looked at, bytes. */
#define LINE_LIMIT 2000

/* Most letters of "About the harbour" and its like, bytes. */
#define ABOUT_LIMIT 40

/* A line without spaces at its ends, folded (Unicode toNFKC_Casefold): fullwidth as ASCII, small letters. */
static bool fold(struct strbuf *out, const char *line, size_t len)
{
	size_t start = 0;

	import_trim(line, &start, &len);
	if (start == len || len - start > LINE_LIMIT)
		return false;
	unicode_fold(out, line + start, len - start);
	return true;
}

/*
 * Lists of words are strings with a bar around each word.  Takes the next one off the front of
 * *words, which starts at a bar; false after the last.
 */
static bool next_word(const char **words, const char **word, size_t *len)
{
	if (**words != '|' || (*words)[1] == '\0')
		return false;
	*word = *words + 1;
	*len = strcspn(*word, "|");
	*words = *word + *len;
	return true;
}

static bool is_any(const char *text, const char *words)
{
	const char *word;
	size_t len;

	while (next_word(&words, &word, &len)) {
		if (strlen(text) == len && memcmp(text, word, len) == 0)
			return true;
	}
	return false;
}

static bool has_any(const char *text, const char *words)
{
	const char *word;
	size_t len;

	while (next_word(&words, &word, &len)) {
		if (memmem(text, strlen(text), word, len) != NULL)
			return true;
	}
	return false;
}

static bool starts_with_any(const char *text, const char *words)
{
	const char *word;
	size_t len;

	while (next_word(&words, &word, &len)) {
		if (strncmp(text, word, len) == 0)
			return true;
	}
	return false;
}

static bool ends_with_any(const char *text, const char *words)
{
	const char *word;
	size_t len;

	while (next_word(&words, &word, &len)) {
		if (strlen(text) >= len && memcmp(text + strlen(text) - len, word, len) == 0)
			return true;
	}
	return false;
}

static const char menu_words[] =
    "|home|homepage|home page|about|about us|contact|contact us|contacts|sitemap|site map|"
    "privacy|privacy policy|privacy notice|cookies|cookie policy|terms|terms of use|"
    "terms of service|terms and conditions|help|faq|faqs|links|related links|login|log in|"
    "sign in|sign up|register|subscribe|newsletter|newsletters|rss|english|search|archive|"
    "careers|jobs|advertise|advertise with us|advertising|legal|legal notice|disclaimer|"
    "feedback|general info|general information|imprint|accessibility|follow us|首页|网站首页|"
    "主页|关于|关于我们|联系我们|联系方式|网站地图|站点地图|网站声明|隐私政策|隐私声明|"
    "法律声明|版权声明|免责声明|友情链接|广告服务|招聘信息|加入我们|设为首页|加入收藏|登录|"
    "注册|搜索|帮助|帮助中心|意见反馈|网站导航|无障碍浏览|我要投稿|网站简介|";

static const char contact_starts[] =
    "|tel:|tel.:|telephone:|phone:|fax:|email:|e-mail:|address:|add:|contact:|contact us:|"
    "地址:|地址 :|电话:|联系电话:|传真:|邮编:|邮政编码:|邮箱:|电子邮箱:|主办:|主办单位:|"
    "主管:|主管单位:|承办:|承办单位:|技术支持:|举报电话|违法和不良信息举报|客服热线|客服电话|"
    "投稿邮箱|powered by |";

static const char button_words[] =
    "|share|share this|share this article|share this page|share on facebook|share on twitter|"
    "share on x|share on linkedin|facebook|twitter|linkedin|whatsapp|tweet|email|email this|"
    "print|print this page|print this article|close|close window|back to top|top of page|"
    "previous article|next article|previous post|next post|like|comments|leave a comment|"
    "分享|分享到|分享至|一键分享|打印|打印本页|打印本文|关闭|关闭窗口|关闭本页|返回顶部|"
    "返回列表|返回|收藏|收藏本页|点赞|评论|我要评论|纠错|我要纠错|微信|微博|新浪微博|qq|"
    "qq空间|qq好友|朋友圈|上一篇|下一篇|朗读|";

/* The switch of the font's size, of two words at least. */
static const char size_words[] = "|字体|字号|字体:|字号:|大|中|小|大中小|t+|t-|t|a+|a-|a|";

static const char button_starts[] =
    "|上一篇:|下一篇:|上一条:|下一条:|上一页:|下一页:|分享到:|分享至:|分享:|share:|share to:|"
    "share this:|previous article:|next article:|previous post:|next post:|扫一扫|扫码分享|"
    "[打印|【打印|[字体|【字体|[字号|【字号|[大|【大|字体:|字号:|font size:|[font|";

static const char headings[] =
    "|related articles|related article|related news|related stories|related content|"
    "related topics|related reading|more news|more stories|most read|most popular|"
    "you may also like|you might also like|recommended|recommended for you|read also|"
    "read more|hot news|latest news|相关新闻|相关阅读|相关文章|相关链接|相关报道|相关推荐|"
    "推荐阅读|延伸阅读|热门新闻|热门文章|热门推荐|最新新闻|最新文章|猜你喜欢|推荐新闻|"
    "更多新闻|精彩推荐|热点新闻|";

static const char rights[] =
    "|all rights reserved|icp备|icp证|icp 备|icp許可|公网安备|网安备|网站标识码|版权所有|"
    "新闻信息服务许可证|備案號|";

static const char notices[] = "|转载|未经授权|免责|著作权|侵权|不代表本|责任自负|reproduc|without permission|"
			      "written permission|disclaimer|responsibility for|";

static const char paths[] =
    "|当前位置|您的位置|您现在的位置|您所在的位置|你的位置|所在位置|现在位置|you are here|"
    "your position:|current position:|current location:|location: home|";

static const char home_words[] = "|home|homepage|home page|首页|主页|网站首页|";

static const char skips[] = "|skip to content|skip to main content|skip to navigation|toggle navigation|menu|"
			    "advertisement|广告|";

static const char counted[] =
    "|views|view|reads|shares|comments|次浏览|次阅读|人阅读|人浏览|阅读|浏览|次点击|";

/* -- Chunks: what stands between bars, dots, arrows, brackets and wide gaps -- */

static bool is_between(int32_t c)
{
	static const int32_t set[] = {'|',
				      '[',
				      ']',
				      '(',
				      ')',
				      '/',
				      '<',
				      '>',
				      0xb7 /* · */,
				      0x2022 /* • */,
				      0xbb /* » */,
				      0x203a /* › */,
				      0x3010 /* 【 */,
				      0x3011 /* 】 */};

	for (size_t i = 0; i < sizeof set / sizeof set[0]; i++) {
		if (set[i] == c)
			return true;
	}
	return false;
}

/* Takes the next chunk that is not empty off the front of *rest; false at the end. */
static bool next_chunk(struct strbuf *chunk, const char **rest)
{
	size_t len = strlen(*rest);
	size_t pos = 0;
	size_t next;
	int32_t c;

	strbuf_reset(chunk);
	for (; pos < len; pos = next) {
		next = pos + unicode_decode(*rest, len, pos, &c);
		if (!is_between(c) && strncmp(*rest + pos, "  ", 2) != 0) {
			if (chunk->len > 0 || c != ' ')
				strbuf_add(chunk, *rest + pos, next - pos);
			continue;
		}
		strbuf_trim_end(chunk);
		if (chunk->len > 0)
			break;
	}
	strbuf_trim_end(chunk);
	*rest += pos;
	return chunk->len > 0;
}

/* The number of chunks of a line when each is one of the words, else 0. */
static size_t chunks_of(const char *folded, const char *words)
{
	struct strbuf chunk = STRBUF_INIT;
	size_t count = 0;
	bool all = true;

	for (const char *rest = folded; all && next_chunk(&chunk, &rest); count++)
		all = is_any(chunk.data, words);
	strbuf_clear(&chunk);
	return all ? count : 0;
}

/* "大 中 小": words with single spaces between. */
static bool is_words_apart(const char *folded, const char *words)
{
	struct strbuf word = STRBUF_INIT;
	size_t count = 0;
	bool all = true;

	for (const char *at = folded; all && *at != '\0'; count++) {
		size_t len = strcspn(at, " ");

		strbuf_reset(&word);
		strbuf_add(&word, at, len);
		all = is_any(word.data, words);
		at += len + strspn(at + len, " ");
	}
	strbuf_clear(&word);
	return all && count > 1;
}

/* -- The foot -- */

static bool has_year(const char *text)
{
	size_t digits = 0;

	for (; *text != '\0' && digits < 4; text++)
		digits = *text >= '0' && *text <= '9' ? digits + 1 : 0;
	return digits == 4;
}

/* Licence numbers, "all rights reserved", "©" with a year, and "copyright" with one right after it. */
static bool claims_rights(const char *folded)
{
	static const char word[] = "copyright";

	if (has_any(folded, rights) || (has_any(folded, "|©|(c) 19|(c) 20|") && has_year(folded)))
		return true;
	for (const char *at = folded; (at = strstr(at, word)) != NULL;) {
		at += sizeof word - 1;
		if ((at[strspn(at, " ,:-")] == '1' || at[strspn(at, " ,:-")] == '2') && has_year(at))
			return true;
	}
	return false;
}

static bool is_heading(const char *folded)
{
	size_t len = strlen(folded);
	struct strbuf text = STRBUF_INIT;
	bool is;

	strbuf_add(&text, folded, len > 0 && folded[len - 1] == ':' ? len - 1 : len);
	is = is_any(text.data, headings);
	strbuf_clear(&text);
	return is;
}

static bool is_button(const char *folded)
{
	return chunks_of(folded, button_words) > 0 || is_words_apart(folded, button_words) ||
	       chunks_of(folded, size_words) > 1 || is_words_apart(folded, size_words) ||
	       starts_with_any(folded, button_starts);
}

static bool is_about(const char *folded)
{
	return starts_with_any(folded, "|about |关于|") && strlen(folded) <= ABOUT_LIMIT &&
	       strpbrk(folded, "0123456789,") == NULL;
}

/* A sentence that does not start with the sign is believed only when it is short, columns. */
static int widest_rights(const char *folded, bool sentence)
{
	return sentence && !starts_with_any(folded, "|©|(c) |copyright |版权所有|") ? SHORT_LIMIT
										    : NOTICE_LIMIT;
}

enum import_furniture import_furniture(const char *line, size_t len)
{
	struct strbuf folded = STRBUF_INIT;
	bool sentence = import_ends_sentence(line, len);
	enum import_furniture is = FURNITURE_TEXT;
	int columns;

	if (!fold(&folded, line, len))
		return FURNITURE_TEXT;
	columns = unicode_columns(line, len);
	if (columns <= widest_rights(folded.data, sentence) && claims_rights(folded.data))
		is = FURNITURE_RIGHTS;
	else if (is_heading(folded.data))
		is = FURNITURE_HEADING;
	else if (!sentence && columns <= SHORT_LIMIT && is_button(folded.data))
		is = FURNITURE_BUTTON;
	else if (!sentence &&
		 (chunks_of(folded.data, menu_words) > 0 || starts_with_any(folded.data, contact_starts)))
		is = FURNITURE_WORDS;
	else if (!sentence && is_about(folded.data))
		is = FURNITURE_ABOUT;
	else if (columns <= NOTICE_LIMIT && has_any(folded.data, notices))
		is = FURNITURE_NOTICE;
	else if (!sentence && columns <= SHORT_LIMIT)
		is = FURNITURE_SHORT;
	strbuf_clear(&folded);
	return is;
}

/* -- The head -- */

/* "Home > News > City", "当前位置：首页 > 新闻" */
static bool is_path(const char *folded)
{
	struct strbuf chunk = STRBUF_INIT;
	const char *rest = folded;
	bool is = starts_with_any(folded, paths);

	if (!is &&
	    (strchr(folded, '>') != NULL || strstr(folded, "»") != NULL || strstr(folded, "›") != NULL))
		is = next_chunk(&chunk, &rest) && is_any(chunk.data, home_words);
	strbuf_clear(&chunk);
	return is;
}

/* "1,234 views", "阅读 1234" */
static bool is_counter(const char *folded)
{
	size_t digits = strspn(folded, "0123456789,. ");
	char *end;

	if (digits > 0 && is_any(folded + digits, counted))
		return true;
	end = strchr(folded, ' ');
	return end != NULL && end[1 + strspn(end + 1, "0123456789,")] == '\0' && end[1] != '\0' &&
	       starts_with_any(folded, counted) && strlen(folded) < ABOUT_LIMIT;
}

static bool has_letter(const char *line, size_t len)
{
	size_t next;
	int32_t c;

	for (size_t i = 0; i < len; i = next) {
		next = i + unicode_decode(line, len, i, &c);
		if (unicode_is_letter(c) || unicode_is_number(c))
			return true;
	}
	return false;
}

bool import_is_head_furniture(const char *line, size_t len)
{
	struct strbuf folded = STRBUF_INIT;
	bool is;

	if (!fold(&folded, line, len))
		return false;
	is = !has_letter(line, len) || is_any(folded.data, home_words) || is_path(folded.data) ||
	     is_counter(folded.data) || is_any(folded.data, skips) ||
	     (!import_ends_sentence(line, len) &&
	      (is_button(folded.data) || chunks_of(folded.data, menu_words) > 1));
	strbuf_clear(&folded);
	return is;
}

/* -- The end -- */

/* The letters and digits of a folded line. */
static void take_letters(struct strbuf *out, const char *folded, size_t len)
{
	size_t next;
	int32_t c;

	for (size_t i = 0; i < len; i = next) {
		next = i + unicode_decode(folded, len, i, &c);
		if (unicode_is_letter(c) || unicode_is_number(c))
			strbuf_add(out, folded + i, next - i);
	}
}

/* A mark stands between dashes or brackets: "The end." may close a story.  Bare, only "END" is one. */
static bool is_end_line(const char *line, size_t len, const char *folded)
{
	static const char marks[] = "|end|ends|theend|完|全文完|完结|本文完|正文完|";
	struct strbuf letters = STRBUF_INIT;
	int32_t first;
	bool marked;
	bool is;

	take_letters(&letters, folded, strlen(folded));
	(void)unicode_decode(folded, strlen(folded), 0, &first);
	marked = !unicode_is_letter(first) && !unicode_is_number(first);
	if (strcmp(letters.data, "30") == 0)
		is = first == '-' || first == 0x2013 /* en dash */ || first == 0x2014 /* em dash */;
	else
		is = is_any(letters.data, marks) &&
		     (marked || (strcmp(folded, letters.data) == 0 && memmem(line, len, "END", 3) != NULL));
	strbuf_clear(&letters);
	return is;
}

enum import_end import_end_mark(const char *line, size_t len)
{
	static const char tails[] = "|(完)|【完】|(全文完)|(end)|-end-|";
	struct strbuf folded = STRBUF_INIT;
	enum import_end is = IMPORT_NO_END;

	if (!fold(&folded, line, len))
		return IMPORT_NO_END;
	if (folded.data[strspn(folded.data, "# ")] == '\0')
		is = has_any(folded.data, "|###|# # #|") ? IMPORT_END_WEAK : IMPORT_NO_END;
	else if (is_end_line(line, len, folded.data))
		is = IMPORT_END;
	else if (ends_with_any(folded.data, tails))
		is = IMPORT_END_AFTER;
	strbuf_clear(&folded);
	return is;
}
