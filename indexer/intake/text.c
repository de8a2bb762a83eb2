/* Plain text -> an article: blocks by paragraphs.c, then title, author and date from the head, the lines that
 * stand before the running text. Scraped text has noise there (menus, teasers, dates), so a title is taken
 * only where a line reads like one. Owns nothing; called by intake.c. */
#include "common/base/buffer.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "indexer/intake/date.h"
#include "indexer/intake/paragraphs.h"
#include "indexer/intake/readers.h"

enum {
    HEAD_BLOCKS = 40,    /* blocks that are looked at */
    RUNNING_BYTES = 200, /* a block of this length is running text */
    SHORT_RUNNING_BYTES = 90,
    TITLE_BYTES = 250,
    LINE_BYTES = 160, /* of a line that holds a date or a name */
    COMPARED_BYTES = 6 * 1024,
};

/* ---- what a block reads like ---- */

/* Words; each Chinese, Japanese or Korean character counts half a word. */
static unsigned count_words(struct csa_view text)
{
    unsigned halves = 0;
    bool inside = false;
    const char *end = text.data + text.size;
    for (const char *p = text.data; p < end;) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        enum csa_script script = csa_unicode_script(character);
        bool wide = script == CSA_SCRIPT_HAN || script == CSA_SCRIPT_KANA || script == CSA_SCRIPT_HANGUL;
        bool letter = csa_unicode_is_letter(character) || (character >= '0' && character <= '9');
        halves += wide ? 1 : letter && !inside ? 2 : 0;
        inside =
            (letter && !wide) || (inside && (character == '\'' || character == 0x2019 || character == '-'));
    }
    return halves / 2;
}

static bool has_letter(struct csa_view text)
{
    const char *end = text.data + text.size;
    for (const char *p = text.data; p < end;) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        if (csa_unicode_is_letter(character)) {
            return true;
        }
    }
    return false;
}

static bool contains(struct csa_view text, const char *part)
{
    return memmem(text.data, text.size, part, strlen(part)) != NULL;
}

/* A date with little beside it: a place, a weekday, "Published". */
static bool is_date_line(struct csa_view text)
{
    size_t begin = 0;
    size_t end = 0;
    if (text.size > LINE_BYTES || csa_date_find(text, &begin, &end) == 0) {
        return false;
    }
    return count_words(csa_view_make(text.data, begin)) +
               count_words(csa_view_make(text.data + end, text.size - end)) <=
           3;
}

/* "Publication: China Brief Volume: 25 Issue: 19": names of fields, not a headline. */
static bool is_label_line(struct csa_view text)
{
    unsigned colons = 0;
    for (size_t i = 0; i + 1 < text.size; i++) {
        colons += text.data[i] == ':' && text.data[i + 1] == ' ';
    }
    return colons >= 2;
}

/* Titles end without a full stop, unless it belongs to an abbreviation such as U.S. */
static bool ends_like_title(struct csa_view text)
{
    char last = text.data[text.size - 1];
    if (last == '.') {
        return text.size >= 4 && text.data[text.size - 3] == '.' && text.data[text.size - 2] >= 'A' &&
               text.data[text.size - 2] <= 'Z';
    }
    struct csa_view end = text.size < 3 ? text : csa_view_make(text.data + text.size - 3, 3);
    bool question = last == '?' || last == '!' || csa_view_equal(end, csa_view_of("？")) ||
                    csa_view_equal(end, csa_view_of("！"));
    return last != ',' && last != ')' &&
           (question || !csa_text_ends_sentence(text) || last == '"' || last == '\'' ||
            csa_view_equal(end, csa_view_of("”")) || csa_view_equal(end, csa_view_of("’")) ||
            csa_view_equal(end, csa_view_of("」")));
}

static bool reads_like_title(const struct csa_block *block)
{
    struct csa_view text = block->text;
    return block->kind != CSA_BLOCK_LIST_ITEM && text.size <= TITLE_BYTES && text.data[0] != '(' &&
           text.data[0] != '[' && memchr(text.data, '\n', text.size) == NULL && has_letter(text) &&
           ends_like_title(text) && !contains(text, "://") && !contains(text, "www.") &&
           !contains(text, "@") && !is_label_line(text) && !is_date_line(text) &&
           csa_text_byline(text).size == 0;
}

/* ---- the head ---- */

/* The first block of running text, at most `count`. */
static size_t find_running_text(const struct csa_block *blocks, size_t count)
{
    size_t head = count < HEAD_BLOCKS ? count : HEAD_BLOCKS;
    for (size_t i = 0; i < head; i++) {
        struct csa_view text = blocks[i].text;
        if (blocks[i].kind == CSA_BLOCK_LIST_ITEM || text.size < SHORT_RUNNING_BYTES ||
            !csa_text_ends_sentence(text)) {
            continue;
        }
        bool teaser = memcmp(text.data + text.size - 3, "\xE2\x80\xA6", 3) == 0; /* ends in an ellipsis */
        bool more = i + 1 == count || blocks[i + 1].text.size >= SHORT_RUNNING_BYTES;
        if (!teaser && (text.size >= RUNNING_BYTES || more)) {
            return i;
        }
    }
    for (size_t i = 0; i < head; i++) { /* a short text */
        if (csa_text_ends_sentence(blocks[i].text) && count_words(blocks[i].text) >= 3) {
            return i;
        }
    }
    return head;
}

/* How much of a line's words the running text repeats, in percent; 0 for a line of few words. */
static unsigned overlap(struct csa_view line, struct csa_view folded)
{
    struct csa_buffer words;
    csa_buffer_init(&words, (size_t)8 * TITLE_BYTES);
    csa_text_fold(line, &words);
    unsigned all = 0;
    unsigned found = 0;
    for (size_t i = 0, begin = 0; i <= words.size && words.data != NULL; i++) {
        if (i < words.size && words.data[i] != ' ') {
            continue;
        }
        size_t size = i - begin;
        if (size >= 4) {
            all++;
            found += memmem(folded.data, folded.size, words.data + begin, size) != NULL;
        }
        begin = i + 1;
    }
    csa_buffer_release(&words);
    return all < 2 ? 0 : found * 100 / all;
}

/* Of many lines that read like titles, the one that the text is about; `running` when there is none. */
static size_t choose_title(const struct csa_block *blocks, size_t count, size_t running)
{
    struct csa_buffer folded;
    csa_buffer_init(&folded, (size_t)4 * COMPARED_BYTES);
    for (size_t i = running; i < count && folded.size < COMPARED_BYTES; i++) {
        struct csa_view text = blocks[i].text;
        text.size = csa_utf8_truncate(text, COMPARED_BYTES);
        csa_text_fold(text, &folded);
        csa_buffer_append_byte(&folded, ' ');
    }
    size_t best = running;
    unsigned best_score = 39;
    for (size_t i = 0; i < running && folded.data != NULL; i++) {
        if (reads_like_title(&blocks[i]) && count_words(blocks[i].text) >= 3) {
            unsigned score = overlap(blocks[i].text, csa_buffer_view(&folded));
            if (score > best_score) {
                best = i;
                best_score = score;
            }
        }
    }
    csa_buffer_release(&folded);
    return best;
}

/* The block that is the title; `running` when none reads like one. */
static size_t find_title(const struct csa_block *blocks, size_t count, size_t running)
{
    size_t first = running;
    size_t first_strong = running;
    unsigned strong = 0;
    unsigned items = 0;
    for (size_t i = 0; i < running; i++) {
        items += blocks[i].kind == CSA_BLOCK_LIST_ITEM && first_strong == running;
        if (!reads_like_title(&blocks[i])) {
            continue;
        }
        unsigned words = count_words(blocks[i].text);
        if (words >= 3) {
            first_strong = first_strong == running ? i : first_strong;
            strong++;
        } else if (first == running && (words >= 2 || i == 0)) {
            first = i;
        }
    }
    if (items >= 2 || strong > 4) {
        return choose_title(blocks, count, running);
    }
    return first_strong < running ? first_strong : first;
}

/* Whether text of at least the title's length follows it: a file of one line is all text. */
static bool has_text_behind(const struct csa_article *article, size_t title)
{
    for (size_t i = title + 1; i < article->block_count; i++) {
        if (article->blocks[i].text.size >= article->blocks[title].text.size &&
            !csa_view_equal(article->blocks[i].text, article->blocks[title].text)) {
            return true;
        }
    }
    return false;
}

/* Takes the title's block, and others before the running text that repeat it, out of the article. */
static void take_title(struct csa_article *article, size_t index, size_t running)
{
    article->title = article->blocks[index].text;
    size_t kept = 0;
    for (size_t i = 0; i < article->block_count; i++) {
        if (i >= running || !csa_view_equal(article->blocks[i].text, article->title)) {
            article->blocks[kept++] = article->blocks[i];
        }
    }
    article->block_count = kept;
}

/* ---- labels: Title: ..., Author: ... on the first lines ---- */

static bool take_label(struct csa_article *article, struct csa_view text)
{
    const char *colon = text.size > LINE_BYTES ? NULL : memchr(text.data, ':', text.size);
    if (colon == NULL) {
        return false;
    }
    struct csa_view name = csa_view_trim(csa_view_make(text.data, (size_t)(colon - text.data)));
    struct csa_view value =
        csa_view_trim(csa_view_make(colon + 1, (size_t)(text.data + text.size - colon - 1)));
    if (value.size == 0) {
        return false;
    }
    if (csa_view_is(name, "title")) {
        article->title = value;
    } else if (csa_view_is(name, "author") || csa_view_is(name, "authors")) {
        article->author = value;
    } else if (csa_view_is(name, "source")) {
        article->source = value;
    } else if (csa_view_is(name, "url") || csa_view_is(name, "link")) {
        article->url = value;
    } else if (csa_view_is(name, "date") || csa_view_is(name, "published")) {
        article->date = csa_date_parse(value);
    } else if (csa_view_is(name, "language")) {
        csa_language_find(value, &article->language);
    } else {
        return false;
    }
    return true;
}

/* Reads labels when the text begins with at least two, or with a title; the title's line is then taken out.
 */
static void read_labels(struct csa_article *article)
{
    struct csa_article stated = {0};
    size_t count = 0;
    size_t title = SIZE_MAX;
    while (count < article->block_count && take_label(&stated, article->blocks[count].text)) {
        if (stated.title.size != 0 && title == SIZE_MAX) {
            title = count;
        }
        count++;
    }
    if (count < 2 && title != 0) {
        return;
    }
    article->title = stated.title;
    article->author = stated.author;
    article->source = stated.source;
    article->url = stated.url;
    article->date = stated.date;
    article->language = stated.language;
    if (title != SIZE_MAX) {
        article->block_count--;
        memmove(article->blocks + title, article->blocks + title + 1,
                (article->block_count - title) * sizeof *article->blocks);
    }
}

/* ---- author and date ---- */

struct csa_view csa_text_byline(struct csa_view text)
{
    static const char *const starts[] = {"By ",    "BY ",     "by ",    "Von ",   "Par ",
                                         "Por ",   "Автор: ", "Автор ", "Text: ", "作者：",
                                         "作者: ", "文／",    "文/",    "記者",   "记者"};
    static const struct csa_view none = {NULL, 0};
    size_t skipped = 0;
    for (size_t i = 0; i < sizeof starts / sizeof *starts && skipped == 0; i++) {
        skipped = csa_view_starts_with(text, csa_view_of(starts[i])) ? strlen(starts[i]) : 0;
    }
    if (skipped == 0 || text.size > LINE_BYTES || csa_text_ends_sentence(text)) {
        return none;
    }
    struct csa_view name = csa_view_trim(csa_view_make(text.data + skipped, text.size - skipped));
    size_t size = 0;
    while (size < name.size && strchr(",|/(;0123456789", name.data[size]) == NULL) {
        size++;
    }
    name.size = size;
    static const char *const ends[] = {" - ",  " – ",   " — ",
                                       " in ", " for ", " at "}; /* the paper, the place */
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *end = memmem(name.data, name.size, ends[i], strlen(ends[i]));
        name.size = end == NULL ? name.size : (size_t)(end - name.data);
    }
    name = csa_view_trim(name);
    uint32_t first = 0;
    if (name.size != 0) {
        csa_utf8_decode(name.data, name.data + name.size, &first);
    }
    bool letter = csa_unicode_is_upper(first) || csa_unicode_script(first) == CSA_SCRIPT_HAN;
    unsigned words = count_words(name);
    return letter && words >= 1 && words <= 7 && !csa_view_starts_with(name, csa_view_of("The ")) ? name
                                                                                                  : none;
}

/* "BEIJING, 11 August 2023 -": the date in front of the first sentence of a text. */
static uint32_t find_dateline(struct csa_view text)
{
    size_t begin;
    size_t end;
    text.size = csa_utf8_truncate(text, LINE_BYTES);
    uint32_t date = csa_date_find(text, &begin, &end);
    if (date == 0 || count_words(csa_view_make(text.data, begin)) > 8) {
        return 0;
    }
    struct csa_view rest = csa_view_trim(csa_view_make(text.data + end, text.size - end));
    static const char *const signs[] = {"-", "–", "—", ":", "(", ")", "/", "|", "电", "電", "讯", "訊", "."};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (csa_view_starts_with(rest, csa_view_of(signs[i]))) {
            return date;
        }
    }
    return 0;
}

uint32_t csa_text_find_date(const struct csa_block *blocks, size_t count)
{
    size_t running = find_running_text(blocks, count);
    for (size_t i = 0; i < running; i++) {
        if (blocks[i].text.size <= LINE_BYTES && blocks[i].kind != CSA_BLOCK_LIST_ITEM) {
            uint32_t date = csa_date_find(blocks[i].text, NULL, NULL);
            if (date != 0) {
                return date;
            }
        }
    }
    return running < count ? find_dateline(blocks[running].text) : 0;
}

enum csa_status csa_text_read(struct csa_view text, struct csa_arena *arena, struct csa_article *article,
                              struct csa_error *error)
{
    struct csa_block_writer writer;
    csa_block_writer_init(&writer, arena, text.size);
    csa_paragraphs_write(text, &writer);
    enum csa_status status = csa_block_writer_finish(&writer, article, error);
    if (status != CSA_OK || article->block_count == 0) {
        return status;
    }
    read_labels(article);
    size_t running = find_running_text(article->blocks, article->block_count);
    size_t title = running;
    if (article->title.size == 0) {
        title = find_title(article->blocks, article->block_count, running);
    }
    for (size_t i = 0; i < running && article->author.size == 0; i++) {
        article->author = csa_text_byline(article->blocks[i].text);
    }
    if (title < running && has_text_behind(article, title)) {
        take_title(article, title, running);
    }
    if (article->date == 0) {
        article->date = csa_text_find_date(article->blocks, article->block_count);
    }
    if (article->date == 0 && article->title.size != 0) {
        article->date = csa_date_find(article->title, NULL, NULL);
    }
    return CSA_OK;
}
