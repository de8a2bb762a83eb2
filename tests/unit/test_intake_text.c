/* Plain text: blocks, unwrapped lines, title, author, date; and what the intake does with whole files. */
#include "intake_support.h"

#include "common/base/memory.h"

#include <zlib.h>

static const char body[] =
    "The summit in the Kazakh capital brings together the leaders of six countries, and it is the second of "
    "its "
    "kind in two years.\n\n"
    "They regularly hold summits with China and Russia to present the region as a unified bloc and attract "
    "investment.\n";

static char text_buffer[20000];

static const char *with_body(const char *head)
{
    snprintf(text_buffer, sizeof text_buffer, "%s%s", head, body);
    return text_buffer;
}

static void check_head(const char *head, const char *title, const char *author, uint32_t date)
{
    struct kept kept = {0};
    const struct kept_article *article = take_in_one("head.txt", with_body(head), &kept);
    assert_string_equal(article->title, title);
    assert_string_equal(article->author, author);
    assert_int_equal(article->date, date);
    for (size_t i = 0; i < article->block_count; i++) {
        assert_string_not_equal(article->blocks[i], title);
    }
    assert_string_equal(article->id, "head.txt");
    assert_int_equal(article->language, CSA_LANGUAGE_ENGLISH);
    kept_release(&kept);
}

static void test_titles(void **state)
{
    (void)state;
    check_head("Distracted Russia is losing central Asia to China\n",
               "Distracted Russia is losing central Asia to China", "", 0);
    check_head("\n\nWhy now?\n\n", "Why now?", "", 0);
    check_head("THE EASTERN POLYGON: SIBERIA’S TWO RAILWAYS ARE FULL\n\n",
               "THE EASTERN POLYGON: SIBERIA’S TWO RAILWAYS ARE FULL", "", 0);
    check_head("Kazakhstan\n\n", "Kazakhstan", "", 0);
    check_head("A visit to the U.S.\n\n", "A visit to the U.S.", "", 0);
    check_head("“No reason for such fears”\n\n", "“No reason for such fears”", "", 0);
    check_head("", "", "", 0);
    check_head("This line is a sentence and no title.\n\n", "", "", 0);
    check_head("https://example.org/a-long-address\n\n", "", "", 0);
    check_head("Publication: China Brief Volume: 25 Issue: 19\n\n", "", "", 0);
    check_head("(Source: State Council Information Office)\n\n", "", "", 0);
    check_head("1. 2. 3\n\n", "", "", 0);
}

static void test_dates_and_authors(void **state)
{
    (void)state;
    check_head("11 August 2023\n\nA New Stan-dard? Sino-Russian Recalibration\n\n Erhan Yalvaç\n\n",
               "A New Stan-dard? Sino-Russian Recalibration", "", 20230811);
    check_head("The pipe from Sakhalin\n\nBy Marta Lindqvist, 14 December 2024\n\n", "The pipe from Sakhalin",
               "Marta Lindqvist", 20241214);
    check_head("The pipe from Sakhalin\nHarbin, 20 February 2025\nby OWEN TAKEDA for Amur Notebook\n\n",
               "The pipe from Sakhalin", "OWEN TAKEDA", 20250220);
    check_head("The pipe from Sakhalin\n\nBEIJING, 11 August 2023 — ", "The pipe from Sakhalin", "",
               20230811);
    check_head("The pipe from Sakhalin\n\nOn 11 August 2023, at last: ", "The pipe from Sakhalin", "", 0);
    check_head("What happened on 11 August 2023 in the steppe\n\n",
               "What happened on 11 August 2023 in the steppe", "", 20230811);
    check_head("By the numbers\n\n", "By the numbers", "", 0);
    check_head("The treaty of friendship\n08/11/2023\n\n", "The treaty of friendship", "", 0);
}

static void test_labels(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article = take_in_one(
        "labels.txt",
        with_body("Title: A loan and a pipeline\nAuthor: Ann Lee\nDate: 5 March 2024\nSource: The "
                  "Courier\nURL: https://example.org/loan\nLanguage: english\n\n"),
        &kept);
    assert_string_equal(article->title, "A loan and a pipeline");
    assert_string_equal(article->author, "Ann Lee");
    assert_string_equal(article->source, "The Courier");
    assert_string_equal(article->url, "https://example.org/loan");
    assert_int_equal(article->date, 20240305);
    assert_int_equal(article->language, CSA_LANGUAGE_ENGLISH);
    assert_string_equal(article->blocks[0], "Author: Ann Lee");
    kept_release(&kept);
}

/* Scraped pages begin with menus and teasers: the headline is the one that the text is about. */
static void test_noise_before_the_title(void **state)
{
    (void)state;
    check_head("• 3 minutes e-car sales collapse\n  • 6 minutes America is exceptional\n  • 2 days Bad news "
               "for cars\n"
               "The war has transformed global grain trade\n\nThe war has transformed global grain trade\n\n"
               "Grain exports, redirected by…\n\nMore Info\n\nPremium Content\n\n"
               "Leaders of six countries at a summit in the Kazakh capital\n\nLeaders of six countries at a "
               "summit in "
               "the Kazakh capital\n\n",
               "Leaders of six countries at a summit in the Kazakh capital", "", 0);
}

static void test_other_scripts(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article = take_in_one(
        "ru.txt",
        "«Сила Сибири»: от контракта до полной мощности\n\nАвтор: Вера Ланская, 15 декабря 2024 года\n\n"
        "Переговоры с Пекином начались в девяностые годы и год за годом упирались в цену, и никто в них не "
        "верил. "
        "Дело решила политика, а вовсе не экономика.\n",
        &kept);
    assert_string_equal(article->title, "«Сила Сибири»: от контракта до полной мощности");
    assert_string_equal(article->author, "Вера Ланская");
    assert_int_equal(article->date, 20241215);
    assert_int_equal(article->language, CSA_LANGUAGE_RUSSIAN);
    kept_release(&kept);
    article = take_in_one(
        "zh.txt",
        "西安峰会：中国与中亚五国的第一次线下元首会晤\n2023年5月25日\n作者：林知远\n\n"
        "中国与中亚五国领导人在西安举行峰会，签署了多项合作协议，讨论了天然气管道和铁路建设，并决定成立"
        "元首会晤机制，每两年举办一次，轮流在中国和中亚国家举行。\n",
        &kept);
    assert_string_equal(article->title, "西安峰会：中国与中亚五国的第一次线下元首会晤");
    assert_string_equal(article->author, "林知远");
    assert_int_equal(article->date, 20230525);
    assert_int_equal(article->language, CSA_LANGUAGE_CHINESE);
    kept_release(&kept);
}

static void test_short_texts(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article = take_in_one("one.txt", "just some words", &kept);
    assert_string_equal(article->title, "");
    assert_int_equal(article->block_count, 1);
    assert_string_equal(article->blocks[0], "just some words");
    kept_release(&kept);
    article = take_in_one("two.txt", "A small note\nIt has one sentence only.", &kept);
    assert_string_equal(article->title, "A small note");
    assert_int_equal(article->block_count, 1);
    kept_release(&kept);
    article = take_in_one("dot.txt", ".", &kept);
    assert_string_equal(article->title, "");
    kept_release(&kept);
}

static void test_blocks(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article =
        take_in_one("blocks.txt",
                    "The title of this text\n\n"
                    "A first  paragraph\twith white space, long enough to be the running text of an article, "
                    "surely so.\r\n"
                    "  • one\n- two\n* three\n\n"
                    "Second\n\n"
                    "Another paragraph that stands behind its heading and is long enough for that: it has "
                    "more than one hundred "
                    "and sixty bytes, and so the line in front of it is taken for what it is.\n",
                    &kept);
    assert_int_equal(article->block_count, 6);
    assert_string_equal(
        article->blocks[0],
        "A first paragraph with white space, long enough to be the running text of an article, surely so.");
    assert_int_equal(article->kinds[0], CSA_BLOCK_PARAGRAPH);
    assert_string_equal(article->blocks[1], "• one");
    assert_int_equal(article->kinds[1], CSA_BLOCK_LIST_ITEM);
    assert_int_equal(article->kinds[2], CSA_BLOCK_LIST_ITEM);
    assert_int_equal(article->kinds[3], CSA_BLOCK_LIST_ITEM);
    assert_string_equal(article->blocks[4], "Second");
    assert_int_equal(article->kinds[4], CSA_BLOCK_HEADING);
    kept_release(&kept);
}

static void test_wrapped_lines(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article =
        take_in_one("wrapped.txt",
                    "A LINE OVER ALL\n\n"
                    "The Trans-Siberian Railway is very long, from the Yaroslavsky\n"
                    "station in Moscow to the buffers at Vladivostok. Begun in one\n"
                    "year, it was joined up on Russian soil in another, when the\n"
                    "bridge over the Amur was opened; it is a well-\n"
                    "known story.\n"
                    "    An indented line begins another paragraph of the text, as\n"
                    "it did on the wires.\n\n"
                    "- an item of a list that goes on over the end of its line and\n"
                    "  hangs\n"
                    "- a second item\n",
                    &kept);
    assert_string_equal(article->title, "A LINE OVER ALL");
    assert_int_equal(article->block_count, 4);
    assert_string_equal(
        article->blocks[0],
        "The Trans-Siberian Railway is very long, from the Yaroslavsky station in Moscow to the "
        "buffers at Vladivostok. Begun in one year, it was joined up on Russian soil in another, when "
        "the bridge over the Amur was opened; it is a well-known story.");
    assert_string_equal(article->blocks[1],
                        "An indented line begins another paragraph of the text, as it did on the wires.");
    assert_string_equal(article->blocks[2],
                        "- an item of a list that goes on over the end of its line and hangs");
    assert_string_equal(article->blocks[3], "- a second item");
    kept_release(&kept);
    /* Lines of very different length are paragraphs. */
    article = take_in_one(
        "verse.txt",
        "Short\nA line that is rather longer than that one\nShort again\nAnother line, of middling "
        "length\nx\nThe last of the lines, which is the longest of them all by far\n",
        &kept);
    assert_int_equal(article->block_count + (article->title[0] != '\0'), 6);
    kept_release(&kept);
    /* Chinese is put together without spaces. */
    article = take_in_one("zh.txt",
                          "中国与中亚五国领导人在西安举行峰会，签署了多项合作协议，讨论了天然\n"
                          "气管道和铁路建设，并决定成立元首会晤机制，每两年举办一次，轮流在中\n"
                          "国和中亚国家举行。会议期间各国还签署了关于贸易和投资的多项文件，并\n"
                          "通过了宣言。\n",
                          &kept);
    assert_int_equal(article->block_count, 1);
    assert_non_null(strstr(article->blocks[0], "讨论了天然气管道"));
    kept_release(&kept);
}

static void test_old_line_ends(void **state)
{
    (void)state;
    struct kept kept = {0};
    const struct kept_article *article =
        take_in_one("mac.txt", "Title of it\rA sentence is here.\rAnd another one.", &kept);
    assert_string_equal(article->title, "Title of it");
    assert_int_equal(article->block_count, 2);
    kept_release(&kept);
}

static void test_broken_bytes(void **state)
{
    (void)state;
    struct kept kept = {0};
    take_in_bytes("nul.txt", "Some text\0 with a null\x01 byte and a bell.\a\n", 42, &kept);
    assert_int_equal(kept.count, 1);
    assert_int_equal(kept.articles[0].replaced, 1);
    assert_string_equal(kept.articles[0].blocks[0], "Some text\xEF\xBF\xBD with a null byte and a bell.");
    kept_release(&kept);
    take_in("bad.txt", "Сила \xFF Сибири \xD0 и точка.", &kept);
    assert_int_equal(kept.articles[0].replaced, 2);
    kept_release(&kept);
    take_in_bytes("wide.txt",
                  "\xFF\xFE"
                  "w\0i\0d\0e\0 \0t\0e\0x\0t\0.\0",
                  22, &kept);
    assert_string_equal(kept.articles[0].blocks[0], "wide text.");
    kept_release(&kept);
}

static void check_skipped(const char *name, const void *bytes, size_t size, const char *message)
{
    struct kept kept = {0};
    take_in_bytes(name, bytes, size, &kept);
    assert_int_equal(kept.count, 0);
    assert_int_equal(kept.skipped_count, 1);
    assert_non_null(strstr(kept.skipped[0], name));
    if (strstr(kept.skipped[0], message) == NULL) {
        fail_msg("\"%s\" instead of \"%s\"", kept.skipped[0], message);
    }
    kept_release(&kept);
}

static void test_what_is_skipped(void **state)
{
    (void)state;
    check_skipped("empty.txt", "", 0, "empty file");
    check_skipped("blank.txt", " \n\t\r\n \xC2\xA0\n", 9, "holds no text");
    check_skipped("image.txt", "\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16, "binary file: PNG image");
    check_skipped("program",
                  "\x7F"
                  "ELF\2\1\1\0\0\0\0\0\0\0\0\0",
                  16, "binary file: executable");
    check_skipped("doc.pdf", "%PDF-1.7\n%abc", 13, "binary file: PDF document");
    check_skipped("zeros", "\0\0\0\0\0\0\0\0\0\0\0\0", 12, "binary file: unknown kind");
    check_skipped("noise", "\1\2\3\4\5\6\7\x10\x11\x12\x13\x14 ab", 15, "binary file: unknown kind");
    check_skipped("cut.gz", "\x1F\x8B\x08\0\0\0\0\0\0\3", 10, "the gzip data is cut off");
    struct kept kept = {0};
    read_sample("missing.txt", CSA_FORMAT_AUTO, &kept);
    assert_non_null(strstr(kept.skipped[0], "missing.txt: No such file or directory"));
    kept_release(&kept);
    if (geteuid() != 0) {
        write_sample("locked.txt", "x", 1);
        chmod(sample_path("locked.txt"), 0);
        read_sample("locked.txt", CSA_FORMAT_AUTO, &kept);
        assert_non_null(strstr(kept.skipped[0], "Permission denied"));
        kept_release(&kept);
    }
}

static void test_ids(void **state)
{
    (void)state;
    write_sample("id.txt", "some text.", 10);
    char id[CSA_INTAKE_ID_MAXIMUM + 2];
    memset(id, 'i', sizeof id);
    for (size_t size = CSA_INTAKE_ID_MAXIMUM; size <= CSA_INTAKE_ID_MAXIMUM + 1; size++) {
        id[size] = '\0';
        struct kept kept = {0};
        const struct csa_source source = {sample_path("id.txt"), id};
        const struct csa_intake_options options = {.language_given = true, .language = CSA_LANGUAGE_THAI};
        struct csa_intake_receiver receiver = receiver_for(&kept);
        assert_int_equal(csa_intake_read(&source, &options, &receiver, NULL), CSA_OK);
        assert_int_equal(kept.count, size <= CSA_INTAKE_ID_MAXIMUM);
        assert_int_equal(kept.skipped_count, size > CSA_INTAKE_ID_MAXIMUM);
        if (kept.count != 0) {
            assert_int_equal(kept.articles[0].language, CSA_LANGUAGE_THAI);
        }
        kept_release(&kept);
        id[size] = 'i';
    }
    struct kept kept = {0};
    const struct csa_source source = {sample_path("id.txt"), "caf\xE9\nx"};
    const struct csa_intake_options options = {.format = CSA_FORMAT_AUTO};
    struct csa_intake_receiver receiver = receiver_for(&kept);
    assert_int_equal(csa_intake_read(&source, &options, &receiver, NULL), CSA_OK);
    assert_string_equal(kept.articles[0].id, "caf\xEF\xBF\xBD\xEF\xBF\xBDx");
    kept_release(&kept);
}

static enum csa_status refuse(void *context, const struct csa_article *article, struct csa_error *error)
{
    (void)context;
    (void)article;
    return csa_error_set(error, CSA_ERROR_BUSY, "enough");
}

static void test_receiver_that_stops(void **state)
{
    (void)state;
    write_sample("stop.txt", "some text.", 10);
    write_sample("stop.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n", 26);
    struct kept kept = {0};
    for (int i = 0; i < 2; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s", sample_path(i == 0 ? "stop.txt" : "stop.jsonl"));
        const struct csa_source source = {path, "stop"};
        const struct csa_intake_options options = {.format = CSA_FORMAT_AUTO};
        const struct csa_intake_receiver receiver = {&kept, refuse, keep_skipped};
        struct csa_error error = {0};
        assert_int_equal(csa_intake_read(&source, &options, &receiver, &error), CSA_ERROR_BUSY);
        assert_string_equal(error.message, "enough");
    }
    assert_int_equal(kept.skipped_count, 0);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    static const char *const names[] = {"memory.txt", "memory.html", "memory.md", "memory.jsonl"};
    static const char *const texts[] = {
        "A title of words\n\nA paragraph. caf\xE9\n",
        "<title>t</title><meta name=author content=Ann><h1>H</h1><p>caf\xE9 text of it</p>",
        "---\ntitle: a\nkey: value\n---\n# Head\n\ntext *of* it",
        "{\"id\":\"1\",\"title\":\"t\\n\",\"text\":\"a\\nb\",\"x\":[1],\"author\":[\"a\",\"b\"]}"};
    for (size_t f = 0; f < 4; f++) {
        write_sample(names[f], texts[f], strlen(texts[f]));
        enum csa_status status = CSA_ERROR_MEMORY;
        for (size_t n = 1; n < 60; n++) {
            struct kept kept = {0};
            char path[512];
            snprintf(path, sizeof path, "%s", sample_path(names[f]));
            const struct csa_source source = {path, names[f]};
            const struct csa_intake_options options = {.format = CSA_FORMAT_AUTO};
            struct csa_intake_receiver receiver = receiver_for(&kept);
            struct csa_error error = {0};
            csa_memory_fail_at(n, 1);
            status = csa_intake_read(&source, &options, &receiver, &error);
            csa_memory_fail_at(0, 0);
            assert_true(status == CSA_OK || status == CSA_ERROR_MEMORY);
            assert_int_equal(kept.skipped_count, 0);
            kept_release(&kept);
        }
        assert_int_equal(status, CSA_OK);
    }
}

static void test_formats(void **state)
{
    (void)state;
    enum csa_format format;
    static const char *const names[] = {"auto", "text", "html", "markdown", "jsonl"};
    for (size_t i = 0; i < 5; i++) {
        assert_true(csa_intake_format_find(names[i], &format));
        assert_int_equal(format, i);
        assert_string_equal(csa_intake_format_name(format), names[i]);
    }
    assert_false(csa_intake_format_find("pdf", &format));
    assert_false(csa_intake_format_find("", &format));
    static const struct {
        const char *name;
        const char *head;
        enum csa_format format;
    } guesses[] = {
        {"a.txt", "plain", CSA_FORMAT_TEXT},
        {"a", "plain", CSA_FORMAT_TEXT},
        {"a.html", "plain", CSA_FORMAT_HTML},
        {"A.HTM.GZ", "plain", CSA_FORMAT_HTML},
        {"a.md", "plain", CSA_FORMAT_MARKDOWN},
        {"a.jsonl.gz", "plain", CSA_FORMAT_JSONL},
        {"a.ndjson", "", CSA_FORMAT_JSONL},
        {"-", "<!DOCTYPE html><html>", CSA_FORMAT_HTML},
        {"a.txt", "\n <!-- c --> <html lang=de>", CSA_FORMAT_HTML},
        {"a", "<?xml version='1.0'?><html>", CSA_FORMAT_HTML},
        {"a", "<unclosed", CSA_FORMAT_TEXT},
        {"-", "{\"id\": 1}\n", CSA_FORMAT_JSONL},
        {"a.txt", "\xEF\xBB\xBF{ \"text\" : \"x\"}", CSA_FORMAT_JSONL},
        {"-", "{}", CSA_FORMAT_JSONL},
        {"-", "{curly} text", CSA_FORMAT_TEXT},
        {"-", "{\"quoted\" text}", CSA_FORMAT_TEXT},
        {"-", "---\ntitle: x\n---\ntext", CSA_FORMAT_MARKDOWN},
        {"a.txt", "+++\ntitle = 'x'\n+++\ntext", CSA_FORMAT_MARKDOWN},
        {"-", "---\n\ntext: after a rule\n", CSA_FORMAT_TEXT},
        {"-", "# Title\n\nSee [this](http://example.org)\n", CSA_FORMAT_MARKDOWN},
        {"a.txt", "# Title\n\n## Part\n", CSA_FORMAT_TEXT},
        {"-", "# a comment\n", CSA_FORMAT_TEXT},
        {".html", "text", CSA_FORMAT_TEXT},
    };
    for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++) {
        enum csa_format guess = csa_intake_guess_format(guesses[i].name, csa_view_of(guesses[i].head));
        if (guess != guesses[i].format) {
            fail_msg("%s \"%s\" is %s, not %s", guesses[i].name, guesses[i].head,
                     csa_intake_format_name(guess), csa_intake_format_name(guesses[i].format));
        }
    }
    assert_int_equal(csa_intake_guess_format("-", csa_view_make("\xFF\xFE<\0h\0t\0m\0l\0>\0", 14)),
                     CSA_FORMAT_HTML);
}

static void test_long_line(void **state)
{
    (void)state;
    enum { SIZE = 20 << 20 };
    char *line = malloc(SIZE);
    assert_non_null(line);
    memset(line, 'x', SIZE);
    struct kept kept = {0};
    take_in_bytes("long.txt", line, SIZE, &kept);
    assert_int_equal(kept.count, 1);
    assert_int_equal(kept.articles[0].block_count, 1);
    kept_release(&kept);
    free(line);
}

static void test_gzip_bomb(void **state)
{
    (void)state;
    gzFile file = gzopen(sample_path("bomb.txt.gz"), "wb1");
    assert_non_null(file);
    static char piece[1 << 20];
    memset(piece, 'b', sizeof piece);
    for (int i = 0; i <= CSA_INTAKE_FILE_MAXIMUM >> 20; i++) {
        assert_int_equal(gzwrite(file, piece, sizeof piece), sizeof piece);
    }
    gzclose(file);
    struct kept kept = {0};
    read_sample("bomb.txt.gz", CSA_FORMAT_AUTO, &kept);
    assert_int_equal(kept.count, 0);
    assert_non_null(strstr(kept.skipped[0], "bomb.txt.gz: larger than 256 MiB"));
    kept_release(&kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_titles),
        cmocka_unit_test(test_dates_and_authors),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_noise_before_the_title),
        cmocka_unit_test(test_other_scripts),
        cmocka_unit_test(test_short_texts),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_wrapped_lines),
        cmocka_unit_test(test_old_line_ends),
        cmocka_unit_test(test_broken_bytes),
        cmocka_unit_test(test_what_is_skipped),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_receiver_that_stops),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_gzip_bomb),
    };
    return cmocka_run_group_tests(tests, make_sample_folder, remove_sample_folder);
}
