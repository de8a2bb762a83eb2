/* Articles, passages, lengths and meta; terms and postings are in dump_terms.c. See dump.h. */
#include "indexer/dump.h"

#include "common/text/language.h"
#include "indexer/commands.h"
#include "indexer/dump_terms.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

void csa_dump_text(struct csa_view text, FILE *out)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '\t' || c == '\n' || c == '\\') {
            fputc('\\', out);
            c = c == '\t' ? 't' : c == '\n' ? 'n' : '\\';
        }
        fputc(c, out);
    }
}

static void print_field(struct csa_view text, FILE *out)
{
    fputc('\t', out);
    csa_dump_text(text, out);
}

/* ---- articles ---- */

static enum csa_status print_article(const struct csa_index_segment *segment, uint32_t article,
                                     struct csa_chunk_cache *cache, struct csa_arena *arena, FILE *out,
                                     struct csa_error *error)
{
    const struct csa_segment *s = segment->segment;
    uint32_t first = csa_segment_first_passage(s, article);
    if (first < s->meta.passages && csa_deletes_has(&segment->deletes, first)) {
        return CSA_OK;
    }
    char buffer[CSA_ID_MAXIMUM];
    struct csa_view id;
    struct csa_stored_article stored;
    csa_arena_clear(arena);
    enum csa_status status = csa_segment_article_id(s, article, buffer, &id, error);
    if (status == CSA_OK) {
        status = csa_segment_read_article(s, article, cache, arena, &stored, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    fprintf(out, "%" PRIu32, segment->article_base + article);
    print_field(id, out);
    fprintf(out, "\t%" PRIu32 "\t%s\t%s\t%" PRIu32 "\t%" PRIu32, csa_column_get(&s->date, article),
            csa_language_code((csa_language)csa_column_get(&s->language, article)),
            csa_language_code((csa_language)csa_column_get(&s->stemmer, article)),
            csa_segment_first_passage(s, article + 1) - first, csa_column_get(&s->title_tokens, article));
    print_field(csa_segment_string(s, csa_column_get(&s->source, article)), out);
    print_field(csa_segment_string(s, csa_column_get(&s->author, article)), out);
    print_field(stored.url, out);
    print_field(stored.title, out);
    fputc('\n', out);
    return CSA_OK;
}

static enum csa_status dump_articles(const struct csa_index *index, FILE *out, struct csa_error *error)
{
    struct csa_chunk_cache cache;
    struct csa_arena arena;
    enum csa_status status = CSA_OK;
    csa_chunk_cache_init(&cache);
    csa_arena_init(&arena, 0);
    for (uint32_t i = 0; i < index->segment_count; i++) {
        const struct csa_index_segment *segment = &index->segments[i];
        for (uint32_t j = 0; j < segment->segment->meta.articles && status == CSA_OK; j++) {
            status = print_article(segment, j, &cache, &arena, out, error);
        }
    }
    csa_chunk_cache_release(&cache);
    csa_arena_release(&arena);
    return status;
}

/* ---- passages ---- */

static enum csa_status print_passages(const struct csa_index_segment *segment, uint32_t article, FILE *out,
                                      struct csa_error *error)
{
    struct csa_chunk_cache cache;
    struct csa_arena arena;
    enum csa_status status = CSA_OK;
    uint32_t end = csa_segment_first_passage(segment->segment, article + 1);
    csa_chunk_cache_init(&cache);
    csa_arena_init(&arena, 0);
    for (uint32_t i = csa_segment_first_passage(segment->segment, article); i < end && status == CSA_OK;
         i++) {
        struct csa_stored_passage passage;
        csa_arena_clear(&arena);
        status = csa_segment_read_passage(segment->segment, i, &cache, &arena, &passage, error);
        if (status == CSA_OK) {
            fprintf(out, "%" PRIu32 "\t%" PRIu32 "\t%" PRIu32, segment->base + i, passage.offset,
                    csa_segment_length(segment->segment, i));
            print_field(passage.text, out);
            fputc('\n', out);
        }
    }
    csa_chunk_cache_release(&cache);
    csa_arena_release(&arena);
    return status;
}

static enum csa_status dump_passages(const struct csa_index *index, struct csa_view id, FILE *out,
                                     struct csa_error *error)
{
    for (uint32_t i = index->segment_count; i-- > 0;) {
        const struct csa_index_segment *segment = &index->segments[i];
        uint32_t article;
        bool found;
        enum csa_status status = csa_segment_find_article(segment->segment, id, &article, &found, error);
        if (status != CSA_OK) {
            return status;
        }
        if (found &&
            !csa_deletes_has(&segment->deletes, csa_segment_first_passage(segment->segment, article))) {
            return print_passages(segment, article, out, error);
        }
    }
    return csa_error_set(error, CSA_ERROR_NOT_FOUND, "%.*s: no such article in %s", (int)id.size, id.data,
                         index->folder);
}

static enum csa_status dump_lengths(const struct csa_index *index, FILE *out, struct csa_error *error)
{
    (void)error;
    for (uint32_t i = 0; i < index->segment_count; i++) {
        const struct csa_index_segment *segment = &index->segments[i];
        for (uint32_t j = 0; j < segment->segment->meta.passages; j++) {
            if (!csa_deletes_has(&segment->deletes, j)) {
                fprintf(out, "%" PRIu32 "\t%" PRIu32 "\n", segment->base + j,
                        csa_segment_length(segment->segment, j));
            }
        }
    }
    return CSA_OK;
}

static enum csa_status dump_meta(const struct csa_index *index, FILE *out, struct csa_error *error)
{
    (void)error;
    for (uint32_t i = 0; i < index->segment_count; i++) {
        const struct csa_segment_meta *meta = &index->segments[i].segment->meta;
        const struct {
            const char *name;
            uint64_t value;
        } numbers[] = {
            {"articles", meta->articles},
            {"passages", meta->passages},
            {"tokens", meta->tokens},
            {"title_tokens", meta->title_tokens},
            {"words", meta->terms[0]},
            {"stems", meta->terms[1]},
            {"title_words", meta->terms[2]},
            {"title_stems", meta->terms[3]},
            {"stemmers", meta->stemmers},
            {"passage_words", meta->passage_words},
            {"has_positions", meta->has_positions},
            {"has_text", meta->has_text},
            {"length_width", meta->length_width},
            {"longest", meta->longest},
            {"shortest", meta->shortest},
        };
        for (size_t j = 0; j < sizeof numbers / sizeof *numbers; j++) {
            fprintf(out, "%" PRIx64 "\t%s\t%" PRIu64 "\n", index->segments[i].segment->number,
                    numbers[j].name, numbers[j].value);
        }
        fprintf(out, "%" PRIx64 "\taverage\t%.9g\n", index->segments[i].segment->number,
                (double)meta->average);
    }
    return CSA_OK;
}

/* ---- names ---- */

static enum csa_status dump_words(const struct csa_index *index, FILE *out, struct csa_error *error)
{
    return csa_dump_terms(index, CSA_TERM_WORD, out, error);
}

static enum csa_status dump_stems(const struct csa_index *index, FILE *out, struct csa_error *error)
{
    return csa_dump_terms(index, CSA_TERM_STEM, out, error);
}

static enum csa_status dump_title_words(const struct csa_index *index, FILE *out, struct csa_error *error)
{
    return csa_dump_terms(index, CSA_TERM_TITLE_WORD, out, error);
}

static enum csa_status dump_title_stems(const struct csa_index *index, FILE *out, struct csa_error *error)
{
    return csa_dump_terms(index, CSA_TERM_TITLE_STEM, out, error);
}

static enum csa_status dump_postings(const struct csa_index *index, struct csa_view term, FILE *out,
                                     struct csa_error *error)
{
    return csa_dump_postings(index, CSA_TERM_WORD, term, out, error);
}

static enum csa_status dump_title_postings(const struct csa_index *index, struct csa_view term, FILE *out,
                                           struct csa_error *error)
{
    return csa_dump_postings(index, CSA_TERM_TITLE_WORD, term, out, error);
}

static const struct dump {
    const char *name; /* with a colon when something follows it */
    enum csa_status (*all)(const struct csa_index *index, FILE *out, struct csa_error *error);
    enum csa_status (*one)(const struct csa_index *index, struct csa_view of, FILE *out,
                           struct csa_error *error);
} dumps[] = {
    {"terms", dump_words, NULL},
    {"stems", dump_stems, NULL},
    {"title-words", dump_title_words, NULL},
    {"title-stems", dump_title_stems, NULL},
    {"articles", dump_articles, NULL},
    {"lengths", dump_lengths, NULL},
    {"meta", dump_meta, NULL},
    {"postings:", NULL, dump_postings},
    {"title-postings:", NULL, dump_title_postings},
    {"passages:", NULL, dump_passages},
};

static const struct dump *find_dump(const char *what)
{
    for (size_t i = 0; i < sizeof dumps / sizeof *dumps; i++) {
        size_t size = strlen(dumps[i].name);
        if (dumps[i].one == NULL ? strcmp(what, dumps[i].name) == 0
                                 : strncmp(what, dumps[i].name, size) == 0 && what[size] != '\0') {
            return &dumps[i];
        }
    }
    return NULL;
}

bool csa_dump_knows(const char *what)
{
    return find_dump(what) != NULL;
}

enum csa_status csa_dump_print(const struct csa_index *index, const char *what, FILE *out,
                               struct csa_error *error)
{
    const struct dump *dump = find_dump(what);
    if (dump == NULL) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "%s: is not something to dump", what);
    }
    return dump->one == NULL ? dump->all(index, out, error)
                             : dump->one(index, csa_view_of(what + strlen(dump->name)), out, error);
}

int csa_command_dump(const struct csa_index_options *options, FILE *out, FILE *messages)
{
    struct csa_error error = {0};
    struct csa_index *index = NULL;
    enum csa_status status = csa_index_open(options->folder, &index, &error);
    bool opened = status == CSA_OK;
    if (status == CSA_OK) {
        status = csa_dump_print(index, options->dump, out, &error);
        csa_index_close(index);
    }
    if (status != CSA_OK) {
        fflush(out);
        csa_command_message(messages, error.message);
        return status == CSA_ERROR_NOT_FOUND && opened ? CSA_EXIT_SKIPPED : CSA_EXIT_NOTHING;
    }
    return csa_command_flush(out, messages, "") ? CSA_EXIT_DONE : CSA_EXIT_NOTHING;
}
