/* Language and id of an article, then the receiver; see finish.h. */
#include "indexer/intake/finish.h"

#include "common/base/buffer.h"
#include "common/text/unicode.h"

enum { SAMPLE_SIZE = 1024, LONG_SAMPLE_SIZE = 16 * 1024 };

/* Title and the first `size` bytes of text, in the arena; without data when out of memory. */
static struct csa_view make_sample(const struct csa_article *article, size_t size, struct csa_arena *arena)
{
    const struct csa_block *first = article->blocks;
    if (article->block_count != 0 && first->text.size >= size) {
        return csa_view_make(first->text.data, csa_utf8_truncate(first->text, size));
    }
    char *sample = csa_arena_alloc(arena, size, 1);
    if (sample == NULL) {
        return (struct csa_view){NULL, 0};
    }
    size_t used = 0;
    for (size_t i = 0; i <= article->block_count && used + 1 < size; i++) {
        struct csa_view part = i == 0 ? article->title : article->blocks[i - 1].text;
        size_t taken = part.size == 0 ? 0 : csa_utf8_truncate(part, size - used - 1);
        if (taken != 0) {
            memcpy(sample + used, part.data, taken);
            used += taken;
            sample[used++] = '\n';
        }
    }
    return csa_view_make(sample, used);
}

/* A short sample tells most languages; a longer one is looked at only when it does not. */
static enum csa_status detect_language(struct csa_article *article, struct csa_arena *arena,
                                       struct csa_error *error)
{
    struct csa_view sample = make_sample(article, SAMPLE_SIZE, arena);
    article->language = sample.size == 0 ? CSA_LANGUAGE_NONE : csa_language_detect(sample);
    if (sample.data != NULL && article->language == CSA_LANGUAGE_NONE && sample.size > SAMPLE_SIZE / 2) {
        sample = make_sample(article, LONG_SAMPLE_SIZE, arena);
        article->language = sample.size == 0 ? CSA_LANGUAGE_NONE : csa_language_detect(sample);
    }
    return sample.data == NULL ? csa_error_set_memory(error, "detecting a language") : CSA_OK;
}

static bool is_clean_id(struct csa_view id)
{
    for (size_t i = 0; i < id.size; i++) {
        if ((unsigned char)id.data[i] < 0x20 || id.data[i] == 0x7F) {
            return false;
        }
    }
    return csa_utf8_is_valid(id);
}

/* Ids are valid UTF-8 of one line: other bytes, as file names may hold, become U+FFFD. */
static enum csa_status clean_id(struct csa_article *article, struct csa_arena *arena, struct csa_error *error)
{
    if (is_clean_id(article->id)) {
        return CSA_OK;
    }
    struct csa_buffer repaired;
    struct csa_buffer clean;
    uint64_t replaced = 0;
    csa_buffer_init(&repaired, article->id.size * 3 + 1);
    csa_buffer_init(&clean, article->id.size * 9 + 1);
    csa_utf8_repair(article->id, &repaired, &replaced);
    for (size_t i = 0; i < repaired.size; i++) {
        bool control = (unsigned char)repaired.data[i] < 0x20 || repaired.data[i] == 0x7F;
        csa_buffer_append(&clean, control ? "\xEF\xBF\xBD" : repaired.data + i, control ? 3 : 1);
    }
    article->id = csa_arena_copy(arena, csa_buffer_view(&clean));
    bool failed = repaired.failed || clean.failed || article->id.data == NULL;
    csa_buffer_release(&repaired);
    csa_buffer_release(&clean);
    return failed ? csa_error_set_memory(error, "an article's id") : CSA_OK;
}

enum csa_status csa_article_finish(struct csa_article *article, const struct csa_source *source,
                                   const struct csa_intake_options *options,
                                   const struct csa_intake_receiver *receiver, struct csa_arena *arena,
                                   struct csa_error *error)
{
    if (article->id.size == 0) {
        article->id = csa_view_of(source->id);
    }
    enum csa_status status = clean_id(article, arena, error);
    if (status != CSA_OK) {
        return status;
    }
    if (article->id.size > CSA_INTAKE_ID_MAXIMUM) {
        struct csa_error message;
        csa_error_set(&message, CSA_ERROR_LIMIT, "%s: an id of %zu bytes, at most %d are possible: %.*s...",
                      csa_input_name(source->path), article->id.size, CSA_INTAKE_ID_MAXIMUM,
                      (int)csa_utf8_truncate(article->id, 80), article->id.data);
        receiver->skipped(receiver->context, message.message);
        return CSA_OK;
    }
    if (options->language_given) {
        article->language = options->language != CSA_LANGUAGE_NONE ? options->language : article->language;
    } else if (article->language == CSA_LANGUAGE_NONE) {
        status = detect_language(article, arena, error);
        if (status != CSA_OK) {
            return status;
        }
    }
    return receiver->article(receiver->context, article, error);
}
