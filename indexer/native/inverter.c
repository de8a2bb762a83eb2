/* Tokens into the two term tables; see inverter.h. */
#include "indexer/native/inverter.h"

#include "common/index/format.h"

_Static_assert((int)CSA_TERM_KEY_MAXIMUM == (int)CSA_TERM_MAXIMUM,
               "the tables hold every term of the format");
_Static_assert((int)CSA_TERM_KEY_MAXIMUM == (int)CSA_TOKEN_MAXIMUM, "the tables hold every token");

void csa_inverter_init(struct csa_inverter *inverter)
{
    csa_vocabulary_init(&inverter->words);
    csa_vocabulary_init(&inverter->titles);
    inverter->passages = 0;
    inverter->articles = 0;
    inverter->block.count = 0;
    inverter->block.text_size = 0;
    inverter->title_block.count = 0;
    inverter->title_block.text_size = 0;
}

void csa_inverter_release(struct csa_inverter *inverter)
{
    csa_vocabulary_release(&inverter->words);
    csa_vocabulary_release(&inverter->titles);
}

void csa_inverter_clear(struct csa_inverter *inverter)
{
    csa_vocabulary_clear(&inverter->words);
    csa_vocabulary_clear(&inverter->titles);
    inverter->passages = 0;
    inverter->articles = 0;
}

size_t csa_inverter_used(const struct csa_inverter *inverter)
{
    return csa_vocabulary_used(&inverter->words) + csa_vocabulary_used(&inverter->titles);
}

bool csa_inverter_is_full(const struct csa_inverter *inverter)
{
    return csa_vocabulary_is_full(&inverter->words) || csa_vocabulary_is_full(&inverter->titles);
}

/* Tokens of a text into the words, from position `first` on. *count: the ordinary ones. */
static enum csa_status add_words(struct csa_inverter *inverter, struct csa_view text, uint32_t first,
                                 uint32_t *count, struct csa_error *error)
{
    struct csa_token token;
    struct csa_token_block *block = &inverter->block;
    csa_tokenizer_init(&inverter->tokenizer, text);
    while (csa_tokenizer_next(&inverter->tokenizer, &token)) {
        csa_token_block_add(block, &inverter->words, token.surface, first + token.position);
        if (block->count == CSA_TOKEN_BLOCK) {
            enum csa_status status = csa_vocabulary_add(&inverter->words, block, inverter->passages, error);
            if (status != CSA_OK) {
                return status;
            }
        }
    }
    *count = inverter->tokenizer.position;
    return csa_vocabulary_add(&inverter->words, block, inverter->passages, error);
}

static enum csa_status add_title(struct csa_inverter *inverter, struct csa_view title,
                                 struct csa_error *error)
{
    struct csa_token token;
    struct csa_token_block *block = &inverter->title_block;
    csa_tokenizer_init(&inverter->tokenizer, title);
    while (csa_tokenizer_next(&inverter->tokenizer, &token)) {
        csa_token_block_add(block, &inverter->titles, token.surface, token.position);
        if (block->count == CSA_TOKEN_BLOCK) {
            enum csa_status status = csa_vocabulary_add(&inverter->titles, block, inverter->articles, error);
            if (status != CSA_OK) {
                return status;
            }
        }
    }
    return block->count == 0 ? CSA_OK
                             : csa_vocabulary_add(&inverter->titles, block, inverter->articles, error);
}

enum csa_status csa_inverter_add(struct csa_inverter *inverter, const struct csa_view *title,
                                 struct csa_view text, uint32_t *length, uint32_t *title_length,
                                 struct csa_error *error)
{
    uint32_t title_count = 0;
    if (title != NULL) {
        enum csa_status status = title->size == 0 ? CSA_OK : add_title(inverter, *title, error);
        if (status == CSA_OK && title->size != 0) {
            status = add_words(inverter, *title, 0, &title_count, error);
        }
        if (status != CSA_OK) {
            return status;
        }
        inverter->articles++;
    }
    uint32_t first = title_count == 0 ? 0 : title_count + CSA_TITLE_GAP;
    uint32_t count;
    enum csa_status status = add_words(inverter, text, first, &count, error);
    if (status != CSA_OK) {
        return status;
    }
    inverter->passages++;
    *length = title_count + count;
    *title_length = title_count;
    return CSA_OK;
}
