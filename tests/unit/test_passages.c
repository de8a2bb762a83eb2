/* passages.h: bodies, and where they are cut. */
#include "common/base/memory.h"
#include "indexer/passages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BLOCKS_MAXIMUM = 64 };

struct sample {
    struct csa_block blocks[BLOCKS_MAXIMUM];
    struct csa_article article;
    struct csa_arena arena;
    struct csa_passage *passages;
    size_t count;
    struct csa_view body;
};

static void add(struct sample *sample, enum csa_block_kind kind, const char *text)
{
    assert_true(sample->article.block_count < BLOCKS_MAXIMUM);
    sample->blocks[sample->article.block_count++] = (struct csa_block){csa_view_of(text), kind};
    sample->article.blocks = sample->blocks;
}

/* Cuts, and checks what holds for every cut: in order, without overlap, nothing but white space between, no
 * white space at the ends, offsets that are true. */
static void cut(struct sample *sample, unsigned words)
{
    csa_arena_init(&sample->arena, 0);
    assert_int_equal(csa_article_body(&sample->article, &sample->arena, &sample->body, NULL), CSA_OK);
    assert_int_equal(
        csa_passages_cut(&sample->article, words, &sample->arena, &sample->passages, &sample->count, NULL),
        CSA_OK);
    assert_true(sample->count >= 1);
    size_t at = 0;
    for (size_t i = 0; i < sample->count; i++) {
        const struct csa_passage *passage = &sample->passages[i];
        assert_true(passage->offset >= at);
        for (; at < passage->offset; at++) {
            assert_true(sample->body.data[at] == ' ' || sample->body.data[at] == '\n');
        }
        assert_true(passage->offset + passage->text.size <= sample->body.size);
        assert_true(passage->text.size != 0 || sample->count == 1);
        assert_memory_equal(passage->text.data, sample->body.data + passage->offset, passage->text.size);
        if (passage->text.size != 0) {
            char first = passage->text.data[0];
            char last = passage->text.data[passage->text.size - 1];
            assert_true(first != ' ' && first != '\n' && last != ' ' && last != '\n');
        }
        at += passage->text.size;
    }
    for (; at < sample->body.size; at++) {
        assert_true(sample->body.data[at] == ' ' || sample->body.data[at] == '\n');
    }
}

static void done(struct sample *sample)
{
    csa_arena_release(&sample->arena);
}

static void assert_passage(const struct sample *sample, size_t index, const char *text)
{
    assert_true(index < sample->count);
    struct csa_view passage = sample->passages[index].text;
    if (!csa_view_equal(passage, csa_view_of(text))) {
        fail_msg("passage %zu is \"%.*s\", not \"%s\"", index, (int)passage.size, passage.data, text);
    }
}

static void test_empty(void **state)
{
    (void)state;
    for (unsigned words = 0; words <= 120; words += 120) {
        struct sample sample = {0};
        cut(&sample, words);
        assert_int_equal(sample.count, 1);
        assert_int_equal(sample.passages[0].text.size, 0);
        assert_int_equal(sample.passages[0].offset, 0);
        done(&sample);
    }
}

static void test_whole_article(void **state)
{
    (void)state;
    struct sample sample = {0};
    add(&sample, CSA_BLOCK_HEADING, "Heading");
    add(&sample, CSA_BLOCK_PARAGRAPH, "One sentence. Another one.");
    add(&sample, CSA_BLOCK_CODE, "code\nline");
    cut(&sample, 0);
    assert_int_equal(sample.count, 1);
    assert_passage(&sample, 0, "Heading\nOne sentence. Another one.\ncode\nline");
    done(&sample);
}

static void test_body_without_a_copy(void **state)
{
    (void)state;
    static const char text[] = "one\ntwo\nthree";
    struct csa_block blocks[] = {{{text, 3}, CSA_BLOCK_PARAGRAPH},
                                 {{text + 4, 3}, CSA_BLOCK_PARAGRAPH},
                                 {{text + 8, 5}, CSA_BLOCK_PARAGRAPH}};
    struct csa_article article = {.blocks = blocks, .block_count = 3};
    struct csa_arena arena;
    struct csa_view body;
    csa_arena_init(&arena, 0);
    assert_int_equal(csa_article_body(&article, &arena, &body, NULL), CSA_OK);
    assert_ptr_equal(body.data, text);
    assert_int_equal(body.size, sizeof text - 1);
    assert_int_equal(arena.used, 0);
    blocks[1] = (struct csa_block){csa_view_of("2"), CSA_BLOCK_PARAGRAPH};
    assert_int_equal(csa_article_body(&article, &arena, &body, NULL), CSA_OK);
    assert_int_equal(body.size, 11);
    assert_memory_equal(body.data, "one\n2\nthree", 11);
    csa_arena_release(&arena);
}

static void test_whole_sentences(void **state)
{
    (void)state;
    struct sample sample = {0};
    add(&sample, CSA_BLOCK_PARAGRAPH,
        "One two three four five. Six seven eight nine ten. Eleven twelve thirteen fourteen fifteen. Sixteen "
        "seventeen eighteen nineteen twenty.");
    cut(&sample, 10);
    assert_int_equal(sample.count, 2);
    assert_passage(&sample, 0, "One two three four five. Six seven eight nine ten.");
    assert_passage(&sample, 1,
                   "Eleven twelve thirteen fourteen fifteen. Sixteen seventeen eighteen nineteen twenty.");
    done(&sample);
}

/* The sentence that would overshoot by more than the passage falls short begins the next one. */
static void test_nearest_size(void **state)
{
    (void)state;
    struct sample sample = {0};
    add(&sample, CSA_BLOCK_PARAGRAPH,
        "Seven words are in the first sentence. The second one that follows it here has ten words. Then some "
        "more words follow.");
    cut(&sample, 10); /* 7 words; with the next sentence 17: 7 too many against 3 too few */
    assert_passage(&sample, 0, "Seven words are in the first sentence.");
    done(&sample);
    cut(&sample, 14); /* 17 words are 3 too many, 7 words 7 too few */
    assert_passage(
        &sample, 0,
        "Seven words are in the first sentence. The second one that follows it here has ten words.");
    done(&sample);
}

static void test_block_borders(void **state)
{
    (void)state;
    struct sample sample = {0};
    add(&sample, CSA_BLOCK_PARAGRAPH, "Seven words stand in this first block.");
    add(&sample, CSA_BLOCK_PARAGRAPH, "Three more words. And then these seven words as well.");
    add(&sample, CSA_BLOCK_PARAGRAPH, "Another block of a few words.");
    cut(&sample, 10); /* two thirds are reached at the first block's end */
    assert_passage(&sample, 0, "Seven words stand in this first block.");
    assert_passage(&sample, 1, "Three more words. And then these seven words as well.");
    done(&sample);
    cut(&sample, 12); /* not so here */
    assert_passage(&sample, 0, "Seven words stand in this first block.\nThree more words.");
    done(&sample);
}

static void test_headings_begin_passages(void **state)
{
    (void)state;
    struct sample sample = {0};
    add(&sample, CSA_BLOCK_PARAGRAPH, "Six words are in this one.");
    add(&sample, CSA_BLOCK_HEADING, "A heading of four");
    add(&sample, CSA_BLOCK_PARAGRAPH, "Then five words of text. And five more of them.");
    cut(&sample, 12);
    assert_passage(&sample, 0, "Six words are in this one.");
    assert_passage(&sample, 1, "A heading of four\nThen five words of text. And five more of them.");
    done(&sample);
    struct sample last = {0}; /* a heading that nothing follows stays where it is */
    add(&last, CSA_BLOCK_PARAGRAPH, "Some words.");
    add(&last, CSA_BLOCK_HEADING, "The end");
    cut(&last, 5);
    assert_int_equal(last.count, 1);
    done(&last);
}

static void test_short_last_passage(void **state)
{
    (void)state;
    struct sample sample = {0};
    add(&sample, CSA_BLOCK_PARAGRAPH, "One two three four five six seven eight nine ten.");
    add(&sample, CSA_BLOCK_PARAGRAPH, "Three words more.");
    cut(&sample, 10);
    assert_int_equal(sample.count, 1);
    done(&sample);
    add(&sample, CSA_BLOCK_PARAGRAPH, "One.");
    cut(&sample, 10); /* four words are more than a third */
    assert_int_equal(sample.count, 2);
    assert_passage(&sample, 1, "Three words more.\nOne.");
    done(&sample);
}

static void test_chinese_counts_half(void **state)
{
    (void)state;
    struct sample sample = {0};
    add(&sample, CSA_BLOCK_PARAGRAPH,
        "中国与中亚五国举行会。签署了多项合作协议呢。讨论了天然气管道问题。还有铁路和公路建设。");
    cut(&sample, 10); /* 10, 10, 10 and 10 characters */
    assert_int_equal(sample.count, 2);
    assert_passage(&sample, 0, "中国与中亚五国举行会。签署了多项合作协议呢。");
    done(&sample);
}

static void test_endless_sentence(void **state)
{
    (void)state;
    enum { WORDS = 25000 };
    char *text = test_malloc(WORDS * 5 + 1);
    for (size_t i = 0; i < WORDS; i++) {
        memcpy(text + i * 5, "word ", 6);
    }
    struct sample sample = {0};
    add(&sample, CSA_BLOCK_PARAGRAPH, text);
    cut(&sample, 120);
    assert_int_equal(sample.count, WORDS / CSA_SENTENCE_WORDS_MAXIMUM);
    assert_int_equal(sample.passages[0].text.size, CSA_SENTENCE_WORDS_MAXIMUM * 5 - 1);
    done(&sample);
    memset(text, 'x', WORDS * 5); /* one word: cut by bytes */
    cut(&sample, 120);
    assert_true(sample.count >= 2);
    done(&sample);
    for (size_t i = 0; i + 3 <= WORDS * 5; i += 3) { /* between characters */
        memcpy(text + i, "中", 3);
    }
    text[WORDS * 5 / 3 * 3] = '\0';
    sample.blocks[0].text = csa_view_of(text);
    cut(&sample, 120);
    for (size_t i = 0; i < sample.count; i++) {
        assert_int_equal(sample.passages[i].text.size % 3, 0);
    }
    done(&sample);
    test_free(text);
}

static uint64_t random_state = 88172645463325252U;

static unsigned next_random(unsigned below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (unsigned)(random_state % below);
}

/* Counted here character by character, as the contract says. */
static size_t count_halves(struct csa_view text)
{
    size_t halves = 0;
    bool inside = false;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '\'';
        if (byte >= 0xE4) {
            halves++;
            i += 2;
        } else {
            halves += letter && !inside ? 2 : 0;
        }
        inside = letter;
    }
    return halves;
}

/* Random articles: what cut() checks, and no passage that is far from the size asked for without a reason. */
static void test_random_articles(void **state)
{
    (void)state;
    static const char *const pieces[] = {"word ", "A ",    "longer-word ", "end. ", "stop! ", "中国",
                                         "。",    "it's ", "\n",           "x",     "  ",     "Mr. "};
    for (int round = 0; round < 2000; round++) {
        static char texts[8][2000];
        struct sample sample = {0};
        unsigned blocks = next_random(8);
        for (unsigned b = 0; b < blocks; b++) {
            texts[b][0] = 'w';
            texts[b][1] = '\0';
            for (unsigned i = next_random(100); i > 0; i--) {
                strcat(texts[b], pieces[next_random(sizeof pieces / sizeof *pieces)]);
            }
            add(&sample, next_random(4) == 0 ? CSA_BLOCK_HEADING : CSA_BLOCK_PARAGRAPH, texts[b]);
        }
        unsigned words = 1 + next_random(60);
        cut(&sample, words);
        for (size_t i = 0; i + 2 < sample.count; i++) { /* two neighbours are never both tiny */
            size_t both = count_halves(sample.passages[i].text) + count_halves(sample.passages[i + 1].text);
            assert_true(both * 2 >= words);
        }
        done(&sample);
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct sample sample = {0};
    for (int i = 0; i < 20; i++) {
        add(&sample, CSA_BLOCK_PARAGRAPH, "A block of several words. And a second sentence in it.");
    }
    for (size_t n = 1; n < 4; n++) {
        struct csa_arena arena;
        struct csa_passage *passages;
        size_t count;
        csa_arena_init(&arena, 0);
        csa_memory_fail_at(n, 1);
        enum csa_status status = csa_passages_cut(&sample.article, 5, &arena, &passages, &count, NULL);
        csa_memory_fail_at(0, 0);
        assert_true(status == CSA_OK || status == CSA_ERROR_MEMORY);
        assert_true(n > 1 || status == CSA_ERROR_MEMORY);
        csa_arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_whole_article),
        cmocka_unit_test(test_body_without_a_copy),
        cmocka_unit_test(test_whole_sentences),
        cmocka_unit_test(test_nearest_size),
        cmocka_unit_test(test_block_borders),
        cmocka_unit_test(test_headings_begin_passages),
        cmocka_unit_test(test_short_last_passage),
        cmocka_unit_test(test_chinese_counts_half),
        cmocka_unit_test(test_endless_sentence),
        cmocka_unit_test(test_random_articles),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
