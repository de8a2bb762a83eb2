/* What the index stores of articles and passages, and its words, as engine.h gives them out. */
#include "searcher/native/native.h"

#include "searcher/match/expand.h"

#include <stdlib.h>

enum {
    COMMON_LEAST = 20,        /* passages that a common word stands in */
    COMMON_MAXIMUM = 1 << 18, /* of them: about 5 MB */
    COMMON_AFTER = 16,        /* times that near words are asked for before a list is made */
};

static enum csa_status out_of_range(const char *what, struct csa_error *error)
{
    return csa_error_set(error, CSA_ERROR_NOT_FOUND, "%s: no such number", what);
}

enum csa_status csa_native_article_id(struct csa_engine *engine, uint32_t article, struct csa_arena *arena,
                                      struct csa_view *id, struct csa_error *error)
{
    const struct csa_native *native = csa_native_of(engine);
    if (article >= native->index->articles) {
        return out_of_range("article", error);
    }
    const struct csa_index_segment *part =
        &native->index->segments[csa_native_segment_of_article(native, article)];
    char buffer[CSA_ID_MAXIMUM];
    struct csa_view view;
    enum csa_status status =
        csa_segment_article_id(part->segment, article - part->article_base, buffer, &view, error);
    if (status != CSA_OK) {
        return status;
    }
    *id = csa_arena_copy(arena, view);
    return id->data == NULL ? csa_error_set_memory(error, "article id") : CSA_OK;
}

static enum csa_status copy_extra(const struct csa_stored_article *stored, struct csa_arena *arena,
                                  struct csa_article_info *info, struct csa_error *error)
{
    info->extra = csa_arena_alloc(arena, stored->extra_count + 1, sizeof *info->extra);
    if (info->extra == NULL) {
        return csa_error_set_memory(error, "article");
    }
    for (size_t i = 0; i < stored->extra_count; i++) {
        info->extra[i].name = stored->extra[i].name;
        info->extra[i].value = stored->extra[i].value;
    }
    info->extra_count = stored->extra_count;
    return CSA_OK;
}

enum csa_status csa_native_article(struct csa_engine *engine, uint32_t article, struct csa_arena *arena,
                                   struct csa_article_info *info, struct csa_error *error)
{
    struct csa_native *native = csa_native_of(engine);
    *info = (struct csa_article_info){.language = ""};
    enum csa_status status = csa_native_article_id(engine, article, arena, &info->id, error);
    if (status != CSA_OK) {
        return status;
    }
    const struct csa_index_segment *part =
        &native->index->segments[csa_native_segment_of_article(native, article)];
    const struct csa_segment *segment = part->segment;
    uint32_t local = article - part->article_base;
    struct csa_stored_article stored;
    status = csa_segment_read_article(segment, local, &native->articles, arena, &stored, error);
    if (status != CSA_OK) {
        return status;
    }
    uint32_t language = csa_column_get(&segment->language, local);
    info->title = stored.title;
    info->url = stored.url;
    info->description = stored.description;
    info->author = csa_segment_string(segment, csa_column_get(&segment->author, local));
    info->source = csa_segment_string(segment, csa_column_get(&segment->source, local));
    info->date = csa_column_get(&segment->date, local);
    info->language = language < CSA_LANGUAGE_COUNT ? csa_language_code((csa_language)language) : "";
    info->stemmer = (uint8_t)csa_column_get(&segment->stemmer, local);
    uint32_t first = csa_segment_first_passage(segment, local);
    uint32_t end = csa_segment_first_passage(segment, local + 1);
    info->first_passage = part->base + first;
    info->passage_count = end > first ? end - first : 0;
    return copy_extra(&stored, arena, info, error);
}

/* Of articles with one id at most one is live: the last, when it was not deleted. */
enum csa_status csa_native_find_article(struct csa_engine *engine, struct csa_view id, uint32_t *article,
                                        bool *found, struct csa_error *error)
{
    const struct csa_index *index = csa_native_of(engine)->index;
    *found = false;
    for (uint32_t s = index->segment_count; s-- != 0 && !*found;) {
        const struct csa_index_segment *part = &index->segments[s];
        uint32_t local;
        enum csa_status status = csa_segment_find_article(part->segment, id, &local, found, error);
        if (status != CSA_OK) {
            return status;
        }
        uint32_t first = *found ? csa_segment_first_passage(part->segment, local) : 0;
        *found = *found && first < part->segment->meta.passages && !csa_deletes_has(&part->deletes, first);
        *article = part->article_base + (*found ? local : 0);
    }
    return CSA_OK;
}

enum csa_status csa_native_passage(struct csa_engine *engine, uint32_t passage, struct csa_arena *arena,
                                   struct csa_passage_info *info, struct csa_error *error)
{
    struct csa_native *native = csa_native_of(engine);
    *info = (struct csa_passage_info){0};
    if (passage >= native->index->passages) {
        return out_of_range("passage", error);
    }
    const struct csa_index_segment *part =
        &native->index->segments[csa_native_segment_of_passage(native, passage)];
    uint32_t local = passage - part->base;
    struct csa_stored_passage stored;
    enum csa_status status =
        csa_segment_read_passage(part->segment, local, &native->passages, arena, &stored, error);
    if (status != CSA_OK) {
        return status;
    }
    uint32_t first = csa_segment_first_passage(part->segment, csa_segment_article_of(part->segment, local));
    info->text = stored.text;
    info->offset = stored.offset;
    info->number = local >= first ? local - first + 1 : 1;
    info->length = csa_segment_length(part->segment, local);
    return CSA_OK;
}

/* ---- words ---- */

enum csa_status csa_native_word_passages(struct csa_engine *engine, struct csa_view word, uint8_t stemmer,
                                         uint64_t *passages, struct csa_error *error)
{
    const struct csa_native *native = csa_native_of(engine);
    const struct csa_index *index = native->index;
    *passages = 0;
    struct csa_stemmer *stems = stemmer < CSA_LANGUAGE_COUNT ? native->stemmers[stemmer] : NULL;
    struct csa_view stem = csa_stemmer_stem(stems, word);
    for (uint32_t s = 0; s < index->segment_count; s++) {
        const struct csa_segment *segment = index->segments[s].segment;
        bool unstemmed = segment->meta.stemmers == 1; /* it has words only */
        struct csa_term_entry entry;
        bool found = false;
        enum csa_status status = csa_dictionary_find(
            &segment->dictionary, unstemmed ? CSA_TERM_WORD : CSA_TERM_STEM, stem, &entry, &found, error);
        if (status != CSA_OK) {
            return csa_error_prefix(error, segment->path);
        }
        *passages += found ? entry.document_count : 0;
    }
    return CSA_OK;
}

/* Cursors over the words of all segments, merged. */
struct words {
    const struct csa_index *index;
    struct csa_dictionary_cursor *cursors;
    bool *more;
    uint32_t count;
};

static enum csa_status step(struct words *words, uint32_t s, struct csa_view prefix, struct csa_error *error)
{
    struct csa_dictionary_cursor *cursor = &words->cursors[s];
    enum csa_status status = csa_dictionary_next(cursor, &words->more[s], error);
    if (status != CSA_OK) {
        return csa_error_prefix(error, words->index->segments[s].segment->path);
    }
    words->more[s] =
        words->more[s] && cursor->kind == CSA_TERM_WORD && csa_view_starts_with(cursor->text, prefix);
    return status;
}

static enum csa_status visit_words(struct words *words, struct csa_view prefix, void *context,
                                   bool (*visit)(void *context, struct csa_view word, uint64_t passages),
                                   struct csa_error *error)
{
    for (;;) {
        const struct csa_view *lowest = NULL;
        for (uint32_t s = 0; s < words->count; s++) {
            if (words->more[s] && (lowest == NULL || csa_view_compare(words->cursors[s].text, *lowest) < 0)) {
                lowest = &words->cursors[s].text;
            }
        }
        if (lowest == NULL) {
            return CSA_OK;
        }
        char text[CSA_TERM_MAXIMUM];
        struct csa_view word = {text, lowest->size < sizeof text ? lowest->size : sizeof text};
        memcpy(text, lowest->data, word.size);
        uint64_t passages = 0;
        for (uint32_t s = 0; s < words->count; s++) {
            if (words->more[s] && csa_view_equal(words->cursors[s].text, word)) {
                passages += words->cursors[s].entry.document_count;
                enum csa_status status = step(words, s, prefix, error);
                if (status != CSA_OK) {
                    return status;
                }
            }
        }
        if (!visit(context, word, passages)) {
            return CSA_OK;
        }
    }
}

enum csa_status csa_native_words(struct csa_engine *engine, struct csa_view prefix, void *context,
                                 bool (*visit)(void *context, struct csa_view word, uint64_t passages),
                                 struct csa_error *error)
{
    struct csa_native *native = csa_native_of(engine);
    csa_arena_clear(&native->work);
    struct words words = {.index = native->index, .count = native->index->segment_count};
    words.cursors = csa_arena_alloc(&native->work, words.count + (size_t)1, sizeof *words.cursors);
    words.more = csa_arena_zalloc(&native->work, words.count + (size_t)1, sizeof *words.more);
    if (words.cursors == NULL || words.more == NULL) {
        return csa_error_set_memory(error, "words");
    }
    for (uint32_t s = 0; s < words.count; s++) {
        const struct csa_dictionary *dictionary = &native->index->segments[s].segment->dictionary;
        enum csa_status status =
            csa_dictionary_seek(dictionary, CSA_TERM_WORD, prefix, &words.cursors[s], error);
        if (status != CSA_OK) {
            return csa_error_prefix(error, native->index->segments[s].segment->path);
        }
        status = step(&words, s, prefix, error);
        if (status != CSA_OK) {
            return status;
        }
    }
    return visit_words(&words, prefix, context, visit, error);
}

static int nearest_first(const void *a, const void *b)
{
    const struct csa_word_count *one = a;
    const struct csa_word_count *other = b;
    if (one->distance != other->distance) {
        return one->distance < other->distance ? -1 : 1;
    }
    if (one->passages != other->passages) {
        return one->passages > other->passages ? -1 : 1;
    }
    return csa_view_compare(one->word, other->word);
}

/* The word itself, if it stands in so many passages: found without going through others. */
static enum csa_status count_itself(const struct csa_index *index, struct csa_view word, uint64_t least,
                                    struct csa_arena *arena, struct csa_word_count **words, size_t *count,
                                    struct csa_error *error)
{
    uint64_t passages = 0;
    *count = 0;
    for (uint32_t s = 0; s < index->segment_count; s++) {
        const struct csa_segment *segment = index->segments[s].segment;
        struct csa_term_entry entry;
        bool found;
        enum csa_status status =
            csa_dictionary_find(&segment->dictionary, CSA_TERM_WORD, word, &entry, &found, error);
        if (status != CSA_OK) {
            return csa_error_prefix(error, segment->path);
        }
        passages += found ? entry.document_count : 0;
    }
    if (passages == 0 || passages < least) {
        return CSA_OK;
    }
    *words = csa_arena_alloc(arena, 1, sizeof **words);
    struct csa_view copy = csa_arena_copy(arena, word);
    if (*words == NULL || copy.data == NULL) {
        return csa_error_set_memory(error, "words");
    }
    **words = (struct csa_word_count){copy, passages, 0};
    *count = 1;
    return CSA_OK;
}

/* Whether the list of common words has all that stand in so many passages. It is made when it pays. */
static enum csa_status find_common(struct csa_native *native, uint64_t least, bool *common,
                                   struct csa_error *error)
{
    enum csa_status status = CSA_OK;
    if (least >= COMMON_LEAST && native->near_asked < COMMON_AFTER && ++native->near_asked == COMMON_AFTER) {
        status = csa_common_words_make(&native->common, native->index, CSA_TERM_WORD, COMMON_LEAST,
                                       COMMON_MAXIMUM, error);
    }
    *common = native->near_asked == COMMON_AFTER && least >= native->common.least;
    return status;
}

enum csa_status csa_native_similar(struct csa_engine *engine, struct csa_view word, unsigned distance,
                                   uint64_t least, size_t room, struct csa_arena *arena,
                                   struct csa_word_count **words, size_t *count, struct csa_error *error)
{
    struct csa_native *native = csa_native_of(engine);
    if (distance == 0 && room != 0) {
        return count_itself(native->index, word, least, arena, words, count, error);
    }
    struct csa_expansion expansion;
    const struct csa_expand_limits limits = {.words = room, .least = least};
    bool common = false;
    enum csa_status status = find_common(native, least, &common, error);
    if (status == CSA_OK) {
        status =
            common ? csa_common_words_near(&native->common, word, distance, limits, arena, &expansion, error)
                   : csa_expand_fuzzy(native->index, CSA_TERM_WORD, word, distance, limits, arena, &expansion,
                                      error);
    }
    *count = 0;
    if (status != CSA_OK) {
        return status;
    }
    *words = csa_arena_alloc(arena, expansion.count + 1, sizeof **words);
    if (*words == NULL) {
        return csa_error_set_memory(error, "words");
    }
    for (size_t i = 0; i < expansion.count; i++) {
        const struct csa_expanded *found = &expansion.words[i];
        (*words)[i] = (struct csa_word_count){found->word, found->documents, found->distance};
    }
    *count = expansion.count;
    qsort(*words, *count, sizeof **words, nearest_first);
    return CSA_OK;
}
