/* How a folded word is written: größe, ёлка, Müller. The dictionary does not say; so a few passages that hold
 * the word vote, all of them from one chunk of stored text. Called for each word that is suggested. */
#include "common/text/unicode.h"
#include "searcher/native/complete.h"

enum {
    PASSAGES = 3,         /* that vote */
    BLOCKS_MAXIMUM = 256, /* of postings looked at for passages that are not deleted */
    SPELLINGS = 8,
    VOTE_WITHIN = 2, /* for the spelling within a sentence */
    VOTE_FIRST = 1,  /* at its start, where the case of the first letter says nothing */
};

struct spelling {
    char text[CSA_TOKEN_MAXIMUM];
    size_t size;
    unsigned votes;
};

struct ballot {
    struct csa_view word;
    struct spelling spellings[SPELLINGS];
    size_t count;
};

/* ---- votes ---- */

/* Whether what stands in the text is nothing but the word: not china's for china, nor 1,000 for 1000. */
static bool is_plain(struct csa_view written, struct csa_view word)
{
    const char *end = written.data + written.size;
    for (const char *p = written.data; p < end;) {
        uint32_t character;
        const char *from = p;
        p = csa_utf8_decode(p, end, &character);
        bool mark = character >= 0x300 && character < 0x370;
        if (!mark && !csa_unicode_is_letter(character) &&
            (character >= 0x80 || memchr(word.data, *from, word.size) == NULL)) {
            return false;
        }
    }
    return written.size <= CSA_TOKEN_MAXIMUM;
}

/* Whether a sentence may begin at `at`. */
static bool begins_sentence(struct csa_view text, size_t at)
{
    while (at != 0 && (uint8_t)text.data[at - 1] <= ' ') {
        at--;
    }
    if (at == 0) {
        return true;
    }
    char before = text.data[at - 1];
    bool closing = strchr(".!?:\"([", before) != NULL;
    return closing || (uint8_t)before >= 0x80; /* a quotation mark or a dash, for all that is known here */
}

/* Whether all but the first letter are small. */
static bool is_capitalised(struct csa_view written)
{
    const char *end = written.data + written.size;
    uint32_t character;
    const char *p = csa_utf8_decode(written.data, end, &character);
    bool capitalised = csa_unicode_is_upper(character);
    while (p < end && capitalised) {
        p = csa_utf8_decode(p, end, &character);
        capitalised = !csa_unicode_is_upper(character);
    }
    return capitalised;
}

static void vote(struct ballot *ballot, struct csa_view text, const struct csa_token *token)
{
    struct csa_view written = {text.data + token->begin, token->end - token->begin};
    if (!is_plain(written, ballot->word)) {
        return;
    }
    struct spelling made = {.size = written.size, .votes = VOTE_WITHIN};
    memcpy(made.text, written.data, written.size);
    if (begins_sentence(text, token->begin) && is_capitalised(written)) {
        uint32_t first;
        char small[4];
        const char *rest = csa_utf8_decode(written.data, written.data + written.size, &first);
        unsigned size = csa_utf8_encode(small, csa_unicode_lower(first));
        made.votes = VOTE_FIRST;
        if (size == (size_t)(rest - written.data)) {
            memcpy(made.text, small, size);
        }
    }
    size_t at = 0;
    while (at < ballot->count &&
           !csa_view_equal(csa_view_make(ballot->spellings[at].text, ballot->spellings[at].size),
                           csa_view_make(made.text, made.size))) {
        at++;
    }
    if (at == SPELLINGS) {
        return;
    }
    if (at == ballot->count) {
        ballot->spellings[ballot->count++] = made;
    } else {
        ballot->spellings[at].votes += made.votes;
    }
}

static void count_votes(struct ballot *ballot, struct csa_view text)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, text);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        if (csa_view_equal(token.surface, ballot->word)) {
            vote(ballot, text, &token);
        }
    }
}

/* ---- passages ---- */

/* The first passages of a segment that hold the word and are not deleted; at most PASSAGES. */
static enum csa_status find_passages(const struct csa_index_segment *part, struct csa_view word,
                                     uint32_t *blocks_left, uint32_t passages[PASSAGES], size_t *count,
                                     struct csa_error *error)
{
    struct csa_term_entry entry;
    struct csa_postings list;
    bool found;
    *count = 0;
    enum csa_status status =
        csa_dictionary_find(&part->segment->dictionary, CSA_TERM_WORD, word, &entry, &found, error);
    if (status == CSA_OK && found) {
        status = csa_segment_postings(part->segment, &entry, &list, error);
    }
    if (status != CSA_OK || !found) {
        return status == CSA_OK ? CSA_OK : csa_error_prefix(error, part->segment->path);
    }
    for (uint32_t block = 0; block < list.block_count && *count == 0 && *blocks_left != 0; block++) {
        uint32_t documents[CSA_BLOCK_ROOM];
        unsigned size = csa_postings_read_documents(&list, block, documents);
        (*blocks_left)--;
        if (size == 0) {
            return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: POSTINGS: a broken block",
                                 part->segment->path);
        }
        for (unsigned i = 0; i < size && *count < PASSAGES; i++) {
            if (!csa_deletes_has(&part->deletes, documents[i])) {
                passages[(*count)++] = documents[i];
            }
        }
    }
    return CSA_OK;
}

/* The first passage votes, and the others that lie in the same chunk. */
static enum csa_status read_passages(struct csa_native *native, const struct csa_segment *segment,
                                     const uint32_t *passages, size_t count, struct ballot *ballot,
                                     struct csa_error *error)
{
    struct csa_view texts[PASSAGES];
    size_t read;
    enum csa_status status =
        csa_segment_peek_passages(segment, passages, count, &native->peeked, texts, &read, error);
    for (size_t i = 0; i < read && status == CSA_OK; i++) {
        count_votes(ballot, texts[i]);
    }
    return status;
}

/* For a word that stands in the title and not in the text that follows. */
static enum csa_status read_title(struct csa_native *native, const struct csa_segment *segment,
                                  uint32_t passage, struct ballot *ballot, struct csa_error *error)
{
    struct csa_stored_article stored;
    enum csa_status status = csa_segment_read_article(segment, csa_segment_article_of(segment, passage),
                                                      &native->articles, &native->work, &stored, error);
    if (status == CSA_OK) {
        count_votes(ballot, stored.title);
    }
    return status;
}

enum csa_status csa_native_spelling_of(struct csa_native *native, struct csa_view word,
                                       struct csa_arena *arena, struct csa_view *spelling, bool *live,
                                       struct csa_error *error)
{
    struct ballot ballot = {.word = word};
    uint32_t blocks_left = BLOCKS_MAXIMUM;
    enum csa_status status = CSA_OK;
    *live = false;
    for (uint32_t s = 0; s < native->index->segment_count && !*live && status == CSA_OK; s++) {
        const struct csa_index_segment *part = &native->index->segments[s];
        uint32_t passages[PASSAGES];
        size_t count;
        status = find_passages(part, word, &blocks_left, passages, &count, error);
        *live = status == CSA_OK && count != 0;
        if (*live && part->segment->meta.has_text) {
            status = read_passages(native, part->segment, passages, count, &ballot, error);
        }
        if (*live && status == CSA_OK && ballot.count == 0) {
            status = read_title(native, part->segment, passages[0], &ballot, error);
        }
    }
    if (status != CSA_OK) {
        return status;
    }
    const struct spelling *best = NULL;
    for (size_t i = 0; i < ballot.count; i++) {
        best = best == NULL || ballot.spellings[i].votes > best->votes ? &ballot.spellings[i] : best;
    }
    *spelling = csa_arena_copy(arena, best == NULL ? word : csa_view_make(best->text, best->size));
    return spelling->data == NULL ? csa_error_set_memory(error, "completions") : CSA_OK;
}
