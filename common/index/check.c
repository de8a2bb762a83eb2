/* The check of a segment: reads every byte. This file has the container (checksums, padding), lengths and
 * columns; ids and stored text are in check_store.c, terms and lists in check_terms.c and check_lists.c,
 * completions in check_completions.c. */
#include "common/index/check_private.h"

#include "common/base/memory.h"
#include "common/index/segment_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <zlib.h>

void csa_check_fault(struct csa_check *check, enum csa_section section, const char *format, ...)
{
    if (csa_check_is_full(check)) {
        return;
    }
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    struct csa_error message; /* makes one clean line of it */
    if (section == 0) {
        csa_error_set(&message, CSA_ERROR_DAMAGED, "%s: %s", check->name, what);
    } else {
        csa_error_set(&message, CSA_ERROR_DAMAGED, "%s: %s: %s", check->name, csa_section_name(section),
                      what);
    }
    if (check->faults++ == 0) {
        snprintf(check->first, sizeof check->first, "%.*s", (int)sizeof check->first - 1, message.message);
    }
    if (check->report != NULL) {
        check->report(check->context, message.message);
    }
}

/* ---- checksums and padding ---- */

static void check_zeros(struct csa_check *check, const uint8_t *begin, const uint8_t *end)
{
    for (const uint8_t *p = begin; p < end; p++) {
        if (*p != 0) {
            csa_check_fault(check, 0, "padding at byte %zu is not zero",
                            (size_t)(p - check->segment->file.data));
            return;
        }
    }
}

/* The section that begins first at or behind p; 0 when there is none. */
static uint32_t next_section(const struct csa_segment *segment, const uint8_t *p)
{
    uint32_t best = 0;
    for (uint32_t id = 1; id < CSA_SECTION_COUNT; id++) {
        const uint8_t *begin = (const uint8_t *)segment->sections[id].data;
        if (begin != NULL && begin >= p &&
            (best == 0 || begin < (const uint8_t *)segment->sections[best].data)) {
            best = id;
        }
    }
    return best;
}

static bool checksum_matches(const struct csa_segment *segment, uint32_t id)
{
    struct csa_view section = segment->sections[id];
    return crc32_z(0, (const Bytef *)section.data, section.size) == segment->checksums[id];
}

enum csa_status csa_segment_verify(const struct csa_segment *segment, struct csa_error *error)
{
    for (uint32_t id = 1; id < CSA_SECTION_COUNT; id++) {
        if (segment->sections[id].data != NULL && !checksum_matches(segment, id)) {
            return csa_segment_damaged(segment, (enum csa_section)id, error, "checksum does not match");
        }
    }
    return CSA_OK;
}

static void check_container(struct csa_check *check)
{
    const struct csa_segment *segment = check->segment;
    const uint8_t *p = segment->file.data + CSA_HEADER_SIZE;
    for (uint32_t id = next_section(segment, p); id != 0; id = next_section(segment, p)) {
        struct csa_view section = segment->sections[id];
        check_zeros(check, p, (const uint8_t *)section.data);
        if (!checksum_matches(segment, id)) {
            csa_check_fault(check, (enum csa_section)id, "checksum does not match");
        }
        p = (const uint8_t *)section.data + section.size;
    }
    const uint8_t *trailer = segment->file.data + segment->file.size - CSA_TRAILER_SIZE;
    check_zeros(check, p, segment->file.data + csa_load_u64(trailer));
}

/* ---- lengths ---- */

static void check_lengths(struct csa_check *check)
{
    const struct csa_segment *segment = check->segment;
    const struct csa_segment_meta *meta = &segment->meta;
    uint64_t tokens = 0;
    uint32_t longest = 0;
    uint32_t shortest = UINT32_MAX;
    for (uint32_t i = 0; i < meta->passages; i++) {
        uint32_t length = csa_segment_length(segment, i);
        tokens += length;
        longest = length > longest ? length : longest;
        shortest = length < shortest ? length : shortest;
    }
    if (tokens != meta->tokens || longest != meta->longest || shortest != meta->shortest) {
        csa_check_fault(check, CSA_SECTION_LENGTHS,
                        "%llu tokens, %u to %u a passage; META has %llu, %u to %u",
                        (unsigned long long)tokens, shortest, longest, (unsigned long long)meta->tokens,
                        meta->shortest, meta->longest);
    }
    for (uint32_t i = 0; i < meta->articles; i++) {
        if (csa_segment_first_passage(segment, i + 1) <= csa_segment_first_passage(segment, i)) {
            csa_check_fault(check, CSA_SECTION_FIRST_PASSAGES, "article %u has no passage", i);
            return;
        }
    }
    uint32_t article = 0;
    uint32_t words = segment->article_starts == NULL ? 0 : (meta->passages + 63) / 64;
    for (uint32_t i = 0; i / 64 < words; i++) {
        bool begins = i < meta->passages && csa_segment_first_passage(segment, article) == i;
        article += begins;
        if (csa_segment_starts_article(segment, i) != begins) {
            csa_check_fault(check, CSA_SECTION_ARTICLE_STARTS, "the bit of passage %u is wrong", i);
            return;
        }
    }
}

/* ---- columns ---- */

static void check_strings(struct csa_check *check)
{
    struct csa_view strings = check->segment->sections[CSA_SECTION_STRINGS];
    uint32_t count = strings.size == 0 ? 1 : csa_load_u32(strings.data);
    for (uint32_t i = 1; i < count; i++) {
        if (csa_segment_string(check->segment, i).size == 0) {
            csa_check_fault(check, CSA_SECTION_STRINGS, "string %u is empty or out of order", i);
            return;
        }
    }
    const struct csa_column *columns[] = {&check->segment->source, &check->segment->author,
                                          &check->segment->site};
    static const enum csa_section sections[] = {CSA_SECTION_COLUMN_SOURCE, CSA_SECTION_COLUMN_AUTHOR,
                                                CSA_SECTION_COLUMN_SITE};
    for (uint32_t c = 0; c < 3; c++) {
        enum csa_section section = sections[c];
        for (uint32_t i = 0; i < check->segment->meta.articles; i++) {
            if (csa_column_get(columns[c], i) >= count) {
                csa_check_fault(check, section, "article %u: there is no string %u", i,
                                csa_column_get(columns[c], i));
                break;
            }
        }
    }
}

static void check_title_tokens(struct csa_check *check)
{
    const struct csa_segment *segment = check->segment;
    uint64_t tokens = 0;
    bool capped = false;
    for (uint32_t i = 0; i < segment->meta.articles; i++) {
        uint32_t value = csa_column_get(&segment->title_tokens, i);
        tokens += value;
        capped = capped || value >= UINT16_MAX;
    }
    if (capped ? tokens > segment->meta.title_tokens : tokens != segment->meta.title_tokens) {
        csa_check_fault(check, CSA_SECTION_COLUMN_TITLE_TOKENS, "%llu tokens, META has %llu",
                        (unsigned long long)tokens, (unsigned long long)segment->meta.title_tokens);
    }
}

static void check_columns(struct csa_check *check)
{
    const struct csa_segment *segment = check->segment;
    uint64_t stemmers = 0;
    for (uint32_t i = 0; i < segment->meta.articles && !csa_check_is_full(check); i++) {
        uint32_t date = csa_column_get(&segment->date, i);
        uint32_t language = csa_column_get(&segment->language, i);
        uint32_t stemmer = csa_column_get(&segment->stemmer, i);
        if (!csa_date_is_possible(date)) {
            csa_check_fault(check, CSA_SECTION_COLUMN_DATE, "article %u: %u is no date", i, date);
        }
        if (language >= 64) {
            csa_check_fault(check, CSA_SECTION_COLUMN_LANGUAGE, "article %u: there is no language %u", i,
                            language);
        }
        if (stemmer >= 64) {
            csa_check_fault(check, CSA_SECTION_COLUMN_STEMMER, "article %u: there is no stemmer %u", i,
                            stemmer);
        } else {
            stemmers |= UINT64_C(1) << stemmer;
        }
    }
    if (stemmers != segment->meta.stemmers) {
        csa_check_fault(check, CSA_SECTION_COLUMN_STEMMER, "has other stemmers than META says");
    }
    check_strings(check);
    check_title_tokens(check);
}

enum csa_status csa_segment_check(const struct csa_segment *segment,
                                  void (*report)(void *context, const char *message), void *context,
                                  struct csa_error *error)
{
    const char *slash = strrchr(segment->path, '/');
    struct csa_check check = {
        .segment = segment,
        .name = slash == NULL ? segment->path : slash + 1,
        .report = report,
        .context = context,
    };
    check_container(&check);
    check_lengths(&check);
    check_columns(&check);
    enum csa_status status = csa_check_ids(&check, error);
    if (status == CSA_OK) {
        status = csa_check_stored(&check, error);
    }
    if (status == CSA_OK) {
        status = csa_check_terms(&check, error);
    }
    if (status == CSA_OK) {
        status = csa_check_completions(&check, error);
    }
    if (status == CSA_OK && check.faults != 0) {
        status =
            csa_error_set(error, CSA_ERROR_DAMAGED, "%s: damaged (%u%s found; the first: %s)", segment->path,
                          check.faults, check.faults == 1 ? " fault" : " faults", check.first);
    }
    return status;
}
