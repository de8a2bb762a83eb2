/* The titles that typed text may become: first those that begin with it, the articles with the most passages
 * first (section TITLES); then those that hold its words, one of them begun, again by passages: of the title
 * words that begin so the most frequent ones are taken, and the articles of their lists that are also in the
 * lists of the words before. Text of a script that is searched by pairs must stand in the title as typed.
 *
 * A title is shown as it is stored, so each costs the inflation of a chunk: their number is bounded. */
#include "common/index/completions.h"
#include "searcher/native/complete.h"

enum {
    READ_MAXIMUM = 16,  /* titles read: of those that begin so, and of those that hold the words */
    TITLE_WORDS = 8,    /* that begin as typed, of a segment */
    CONTEXT_WORDS = 24, /* the same, where words before them leave few articles */
    LIST_BLOCKS = 2,    /* of a title word's list that are looked at */
    ARTICLES = 96,      /* that hold the words before */
    WANTED = 16,        /* articles kept by the number of their passages */
};

struct titles {
    struct csa_native *native;
    const struct csa_typed *typed;
    struct csa_arena *arena;
    struct csa_completions *out;
    size_t room, reads;
    struct csa_buffer folded;
};

static uint32_t passages_of(const struct csa_segment *segment, uint32_t article)
{
    uint32_t first = csa_segment_first_passage(segment, article);
    uint32_t end = csa_segment_first_passage(segment, article + 1);
    return end > first ? end - first : 0;
}

static bool is_live(const struct csa_index_segment *part, uint32_t article)
{
    uint32_t first = csa_segment_first_passage(part->segment, article);
    return first < part->segment->meta.passages && !csa_deletes_has(&part->deletes, first);
}

static bool is_full(const struct titles *titles)
{
    return titles->out->title_count == titles->room || titles->reads == READ_MAXIMUM;
}

static bool contains(struct csa_view text, struct csa_view part)
{
    return memmem(text.data, text.size, part.data, part.size) != NULL;
}

/* Whether a title that folds to `folded` is there already; of a key that is cut nothing can be said. */
static bool is_there(const struct titles *titles, struct csa_view folded)
{
    for (size_t i = 0; i < titles->out->title_count; i++) {
        if (csa_view_equal(titles->out->titles[i].folded, folded)) {
            return true;
        }
    }
    return false;
}

/* Reads the title of an article and takes it unless it is there or does not fit what was typed. */
static enum csa_status take(struct titles *titles, const struct csa_index_segment *part, uint32_t article,
                            bool begins, struct csa_error *error)
{
    struct csa_stored_article stored;
    titles->reads++;
    enum csa_status status = csa_segment_read_article(part->segment, article, &titles->native->articles,
                                                      &titles->native->work, &stored, error);
    if (status != CSA_OK) {
        return status;
    }
    csa_buffer_clear(&titles->folded);
    csa_text_fold(stored.title, &titles->folded);
    struct csa_view folded = csa_buffer_view(&titles->folded);
    struct csa_view typed = titles->typed->folded;
    status = csa_buffer_check(&titles->folded, "completions", error);
    bool starts = csa_view_starts_with(folded, typed);
    if (status != CSA_OK || stored.title.size > CSA_TYPED_MAXIMUM || folded.size == 0 || starts != begins ||
        (!begins && titles->typed->run && !contains(folded, typed)) || is_there(titles, folded)) {
        return status;
    }
    struct csa_completed_title title = {
        .title = csa_arena_copy(titles->arena, stored.title),
        .folded = csa_arena_copy(titles->arena, folded),
        .article = part->article_base + article,
        .begins = begins,
    };
    if (title.title.data == NULL || title.folded.data == NULL) {
        return csa_error_set_memory(error, "completions");
    }
    titles->out->titles[titles->out->title_count++] = title;
    return CSA_OK;
}

/* ---- titles that begin so ---- */

static enum csa_status add_beginning(struct titles *titles, struct csa_error *error)
{
    const struct csa_index *index = titles->native->index;
    struct csa_completion_walk *walks =
        csa_arena_alloc(&titles->native->work, index->segment_count + (size_t)1, sizeof *walks);
    if (walks == NULL) {
        return csa_error_set_memory(error, "completions");
    }
    enum csa_status status = CSA_OK;
    for (uint32_t s = 0; s < index->segment_count && status == CSA_OK; s++) {
        status = csa_completion_walk_titles(&walks[s], index->segments[s].segment, titles->typed->folded,
                                            &titles->native->work, error);
    }
    for (size_t steps = 0; status == CSA_OK && !is_full(titles) && steps < 16 * READ_MAXIMUM; steps++) {
        uint32_t best = 0;
        for (uint32_t s = 1; s < index->segment_count; s++) {
            best = csa_completion_walk_bound(&walks[s]) > csa_completion_walk_bound(&walks[best]) ? s : best;
        }
        if (index->segment_count == 0 || csa_completion_walk_bound(&walks[best]) == 0) {
            break;
        }
        struct csa_completion next;
        bool more;
        status = csa_completion_walk_next(&walks[best], &next, &more, error);
        if (status != CSA_OK || !more) {
            continue; /* no other title of this segment begins so */
        }
        /* A key that is shorter than the largest is the whole title: no need to read it again. */
        bool repeated = next.text.size + 4 <= CSA_TITLE_KEY_MAXIMUM && is_there(titles, next.text);
        if (!repeated && is_live(&index->segments[best], next.article)) {
            status = take(titles, &index->segments[best], next.article, true, error);
        }
    }
    return status;
}

/* ---- titles that hold the words ---- */

struct wanted {
    uint32_t segment, article, passages;
};

struct holding {
    struct titles *titles;
    struct wanted wanted[WANTED + 1]; /* by passages descending, then as they were found */
    size_t count;
    uint32_t articles[ARTICLES]; /* of the segment at hand: those that hold the words before */
    size_t article_count;
};

static void want(struct holding *holding, uint32_t segment, uint32_t article)
{
    const struct csa_index_segment *part = &holding->titles->native->index->segments[segment];
    struct wanted made = {segment, article, passages_of(part->segment, article)};
    if ((holding->count == WANTED && holding->wanted[WANTED - 1].passages >= made.passages) ||
        !is_live(part, article)) {
        return;
    }
    size_t at = holding->count;
    for (size_t i = 0; i < holding->count; i++) {
        if (holding->wanted[i].segment == segment && holding->wanted[i].article == article) {
            return;
        }
    }
    while (at != 0 && holding->wanted[at - 1].passages < made.passages) {
        at--;
    }
    holding->count += holding->count < WANTED;
    memmove(&holding->wanted[at + 1], &holding->wanted[at],
            (holding->count - at - 1) * sizeof *holding->wanted);
    holding->wanted[at] = made;
}

static enum csa_status open_list(const struct csa_segment *segment, struct csa_view word,
                                 struct csa_postings *list, bool *found, struct csa_error *error)
{
    struct csa_term_entry entry;
    enum csa_status status =
        csa_dictionary_find(&segment->dictionary, CSA_TERM_TITLE_WORD, word, &entry, found, error);
    if (status == CSA_OK && *found) {
        status = csa_segment_postings(segment, &entry, list, error);
    }
    return status == CSA_OK ? CSA_OK : csa_error_prefix(error, segment->path);
}

static bool holds(const struct csa_postings *list, uint32_t *block, uint32_t article)
{
    uint32_t documents[CSA_BLOCK_ROOM];
    *block = csa_postings_find_block(list, *block, article);
    if (*block == list->block_count) {
        return false;
    }
    unsigned size = csa_postings_read_documents(list, *block, documents);
    for (unsigned i = 0; i < size && documents[i] <= article; i++) {
        if (documents[i] == article) {
            return true;
        }
    }
    return false;
}

/* Of the articles found so far those that are in the list stay. */
static void intersect(struct holding *holding, const struct csa_postings *list)
{
    uint32_t block = 0;
    size_t kept = 0;
    for (size_t i = 0; i < holding->article_count; i++) {
        if (holds(list, &block, holding->articles[i])) {
            holding->articles[kept++] = holding->articles[i];
        }
    }
    holding->article_count = kept;
}

/* The articles of a segment whose titles hold all the words before: so many as there is room for, of the
 * rarest word's list. */
static enum csa_status find_articles(struct holding *holding, const struct csa_segment *segment,
                                     struct csa_error *error)
{
    const struct csa_typed *typed = holding->titles->typed;
    struct csa_postings lists[CSA_TYPED_WORDS];
    size_t rarest = 0;
    holding->article_count = 0;
    for (size_t i = 0; i < typed->word_count; i++) {
        bool found;
        enum csa_status status = open_list(segment, typed->words[i], &lists[i], &found, error);
        if (status != CSA_OK || !found) {
            return status;
        }
        rarest = lists[i].document_count < lists[rarest].document_count ? i : rarest;
    }
    uint32_t documents[CSA_BLOCK_ROOM];
    unsigned size = csa_postings_read_documents(&lists[rarest], 0, documents);
    for (unsigned i = 0; i < size && i < ARTICLES; i++) {
        holding->articles[holding->article_count++] = documents[i];
    }
    for (size_t i = 0; i < typed->word_count; i++) {
        if (i != rarest) {
            intersect(holding, &lists[i]);
        }
    }
    return CSA_OK;
}

static void take_list(struct holding *holding, uint32_t segment, const struct csa_postings *list)
{
    uint32_t documents[CSA_BLOCK_ROOM];
    uint32_t block = 0;
    for (size_t i = 0; i < holding->article_count; i++) {
        if (holds(list, &block, holding->articles[i])) {
            want(holding, segment, holding->articles[i]);
        }
    }
    for (; block < list->block_count && block < LIST_BLOCKS && holding->titles->typed->word_count == 0;
         block++) {
        unsigned size = csa_postings_read_documents(list, block, documents);
        for (unsigned i = 0; i < size; i++) {
            want(holding, segment, documents[i]);
        }
    }
}

/* Whether the word stands before the one that is begun: then it is not that one. */
static bool is_before(const struct csa_typed *typed, struct csa_view word)
{
    bool before = false;
    for (size_t i = 0; i < typed->word_count && !before; i++) {
        before = csa_view_equal(typed->words[i], word);
    }
    return before;
}

static enum csa_status search_segment(struct holding *holding, uint32_t s, struct csa_error *error)
{
    const struct csa_typed *typed = holding->titles->typed;
    const struct csa_segment *segment = holding->titles->native->index->segments[s].segment;
    enum csa_status status = CSA_OK;
    holding->article_count = 0;
    if (typed->word_count != 0) {
        status = find_articles(holding, segment, error);
        if (status != CSA_OK || holding->article_count == 0) {
            return status;
        }
    }
    if (typed->last.size == 0) { /* all words are there already */
        for (size_t i = 0; i < holding->article_count; i++) {
            want(holding, s, holding->articles[i]);
        }
        return CSA_OK;
    }
    struct csa_completion_walk walk;
    struct csa_arena *work = &holding->titles->native->work;
    status = csa_completion_walk_terms(&walk, segment, CSA_TERM_TITLE_WORD, typed->last, work, error);
    size_t most = typed->word_count == 0 ? TITLE_WORDS : CONTEXT_WORDS;
    for (size_t i = 0; i < most && status == CSA_OK; i++) {
        struct csa_completion word;
        struct csa_postings list;
        bool more;
        bool found = false;
        status = csa_completion_walk_next(&walk, &word, &more, error);
        if (status != CSA_OK || !more) {
            break;
        }
        if (!is_before(typed, word.text)) {
            status = open_list(segment, word.text, &list, &found, error);
        }
        if (status == CSA_OK && found) {
            take_list(holding, s, &list);
        }
    }
    return status;
}

static enum csa_status add_holding(struct titles *titles, struct csa_error *error)
{
    struct holding holding = {.titles = titles};
    const struct csa_index *index = titles->native->index;
    enum csa_status status = CSA_OK;
    for (uint32_t s = 0; s < index->segment_count && status == CSA_OK; s++) {
        status = search_segment(&holding, s, error);
    }
    titles->reads = 0;
    for (size_t i = 0; i < holding.count && !is_full(titles) && status == CSA_OK; i++) {
        const struct wanted *wanted = &holding.wanted[i];
        status = take(titles, &index->segments[wanted->segment], wanted->article, false, error);
    }
    return status;
}

enum csa_status csa_native_complete_titles(struct csa_native *native, const struct csa_typed *typed,
                                           size_t room, struct csa_arena *arena,
                                           struct csa_completions *completions, struct csa_error *error)
{
    struct titles titles = {
        .native = native, .typed = typed, .arena = arena, .out = completions, .room = room};
    completions->titles = csa_arena_alloc(arena, room, sizeof *completions->titles);
    if (completions->titles == NULL) {
        return csa_error_set_memory(error, "completions");
    }
    csa_buffer_init(&titles.folded, SIZE_MAX / 2);
    enum csa_status status = add_beginning(&titles, error);
    if (status == CSA_OK && !is_full(&titles)) {
        status = add_holding(&titles, error);
    }
    csa_buffer_release(&titles.folded);
    return status;
}
