/* Runs of characters of scripts written without spaces: overlapping pairs. Part of the tokenizer; its state
 * is tokenizer->character, the character that was read and not yet given. */
#include "common/text/fold.h"
#include "common/text/tokenizer_parts.h"

static bool is_following_jamo(const struct csa_character *properties)
{
    return properties->word_class == CSA_WORD_RUN && (properties->flags & CSA_CHARACTER_COMBINES) != 0;
}

/* Folds the character at p < end and what belongs to it. Null when no character of a run stands there. */
static const char *read_character(const struct csa_tokenizer *tokenizer, const char *p,
                                  struct csa_run_character *out)
{
    uint32_t character;
    const struct csa_character *properties;
    const char *next = csa_tokenizer_decode(p, tokenizer->end, &character, &properties);
    if (properties->word_class != CSA_WORD_RUN) {
        return NULL;
    }
    out->begin = csa_tokenizer_offset(tokenizer, p);
    size_t size = csa_fold_append(out->bytes, 0, character);
    for (p = next; p < tokenizer->end; p = next) {
        next = csa_tokenizer_decode(p, tokenizer->end, &character, &properties);
        bool extends = properties->word_class == CSA_WORD_EXTEND;
        if (!extends && !is_following_jamo(properties)) {
            break;
        }
        char bytes[CSA_RUN_CHARACTER_MAXIMUM + CSA_FOLD_GROWTH];
        memcpy(bytes, out->bytes, size);
        size_t longer = csa_fold_append(bytes, size, character);
        if (!extends && longer > size) {
            break; /* a jamo that composes with nothing is a character of its own */
        }
        if (longer <= CSA_RUN_CHARACTER_MAXIMUM) {
            memcpy(out->bytes, bytes, longer);
            size = longer;
        }
    }
    out->size = (uint32_t)size;
    out->end = csa_tokenizer_offset(tokenizer, p);
    return p;
}

bool csa_tokenizer_begin_run(struct csa_tokenizer *tokenizer)
{
    if (tokenizer->next == tokenizer->end) {
        return false;
    }
    const char *next = read_character(tokenizer, tokenizer->next, &tokenizer->character);
    if (next == NULL) {
        return false;
    }
    tokenizer->next = next;
    return true;
}

bool csa_tokenizer_next_in_run(struct csa_tokenizer *tokenizer, struct csa_token *token)
{
    struct csa_run_character *character = &tokenizer->character;
    uint32_t size = character->size;
    if (size == 0) {
        return false;
    }
    memcpy(tokenizer->surface, character->bytes, size);
    *token = (struct csa_token){.position = tokenizer->position++,
                                .begin = character->begin,
                                .end = character->end,
                                .flags = CSA_TOKEN_PAIR_END};
    if (csa_tokenizer_begin_run(tokenizer)) {
        memcpy(tokenizer->surface + size, character->bytes, character->size);
        size += character->size;
        token->end = character->end;
        token->flags = CSA_TOKEN_PAIR;
    } else {
        character->size = 0;
    }
    token->surface = csa_view_make(tokenizer->surface, size);
    return true;
}
