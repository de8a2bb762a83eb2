/* The writer's side of a commit; see update.h. */
#include "indexer/native/update.h"

#include "common/base/memory.h"
#include "common/base/signals.h"
#include "common/text/unicode.h"
#include "indexer/native/merge_policy.h"
#include "indexer/native/segment_merge.h"

#include <string.h>

/* ---- opening ---- */

static void close_segment(struct csa_update_segment *segment)
{
    csa_segment_close(segment->segment);
    csa_deletes_release(&segment->deletes);
    *segment = (struct csa_update_segment){0};
}

static enum csa_status read_commit(struct csa_update *update, struct csa_error *error)
{
    enum csa_status status = csa_commit_read(update->folder, update->commit, error);
    if (status == CSA_ERROR_NOT_FOUND) {
        *update->commit = (struct csa_commit){0};
        status = CSA_OK;
    }
    if (status != CSA_OK) {
        return status;
    }
    csa_index_remove_litter(update->folder, update->commit);
    update->last_number = update->commit->generation;
    for (uint32_t i = 0; i < update->commit->segment_count; i++) {
        struct csa_update_segment *segment = &update->segments[update->segment_count++];
        segment->entry = update->commit->segments[i];
        if (segment->entry.number > update->last_number) {
            update->last_number = segment->entry.number;
        }
        status = csa_index_segment_open(update->folder, &segment->entry, &segment->segment, &segment->deletes,
                                        error);
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}

enum csa_status csa_update_open(struct csa_update *update, const char *folder, bool must_exist,
                                struct csa_error *error)
{
    *update = (struct csa_update){.lock = -1};
    update->folder = csa_file_join("", folder);
    update->commit = csa_calloc(1, sizeof *update->commit);
    update->segments = csa_calloc(CSA_SEGMENTS_MAXIMUM + 1, sizeof *update->segments);
    if (update->folder == NULL || update->commit == NULL || update->segments == NULL) {
        return csa_error_set_memory(error, folder);
    }
    enum csa_status status = must_exist ? csa_commit_read(folder, update->commit, error) : CSA_OK;
    if (status == CSA_OK) {
        status = csa_index_lock(folder, &update->lock, error);
    }
    return status == CSA_OK ? read_commit(update, error) : status;
}

void csa_update_close(struct csa_update *update)
{
    for (size_t i = 0; i < update->segment_count; i++) {
        close_segment(&update->segments[i]);
    }
    if (update->lock >= 0) {
        /* the newest commit as it stands on the disk: whatever else there is was not committed */
        enum csa_status status = csa_commit_read(update->folder, update->commit, NULL);
        if (status == CSA_ERROR_NOT_FOUND) {
            *update->commit = (struct csa_commit){0};
        }
        if (status == CSA_OK || status == CSA_ERROR_NOT_FOUND) {
            csa_index_remove_litter(update->folder, update->commit);
        }
        csa_index_unlock(update->lock);
    }
    csa_free(update->segments);
    csa_free(update->commit);
    csa_free(update->folder);
    *update = (struct csa_update){.lock = -1};
}

uint64_t csa_update_next_number(struct csa_update *update)
{
    return ++update->last_number;
}

/* ---- deletes ---- */

/* *removed: it was not deleted before. */
static enum csa_status remove_article(struct csa_update *update, struct csa_update_segment *segment,
                                      uint32_t article, bool *removed, struct csa_error *error)
{
    if (segment->deletes.bits == NULL) {
        enum csa_status status = csa_deletes_init(&segment->deletes, segment->entry.passages, error);
        if (status != CSA_OK) {
            return status;
        }
    }
    *removed = csa_deletes_add_article(&segment->deletes, segment->segment, article);
    if (*removed) {
        segment->entry.deleted_articles++;
        segment->entry.deleted_passages = segment->deletes.deleted;
        segment->deletes_changed = true;
        update->changed = true;
    }
    return CSA_OK;
}

/* The last article with this id in the first `count` segments; earlier ones are deleted already. */
static enum csa_status remove_id(struct csa_update *update, size_t count, struct csa_view id, bool *removed,
                                 struct csa_error *error)
{
    *removed = false;
    for (size_t i = count; i-- > 0 && !*removed;) {
        uint32_t article;
        bool found;
        struct csa_update_segment *segment = &update->segments[i];
        enum csa_status status = csa_segment_find_article(segment->segment, id, &article, &found, error);
        if (status == CSA_OK && found) {
            status = remove_article(update, segment, article, removed, error);
        }
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}

enum csa_status csa_update_remove(struct csa_update *update, struct csa_view id, struct csa_error *error)
{
    bool removed;
    enum csa_status status = remove_id(update, update->segment_count, id, &removed, error);
    if (status == CSA_OK && !removed) {
        return csa_error_set(error, CSA_ERROR_NOT_FOUND, "%.*s: no such article in %s", (int)id.size, id.data,
                             update->folder);
    }
    return status;
}

/* ---- a new segment ---- */

enum csa_status csa_update_add_segment(struct csa_update *update, const struct csa_commit_segment *entry,
                                       struct csa_error *error)
{
    struct csa_update_segment *segment = &update->segments[update->segment_count];
    *segment = (struct csa_update_segment){.entry = *entry};
    update->segment_count++;
    update->changed = true;
    char *path = csa_index_segment_path(update->folder, entry->number);
    if (path == NULL) {
        return csa_error_set_memory(error, update->folder);
    }
    enum csa_status status = csa_segment_open(path, entry->number, &segment->segment, error);
    csa_free(path);
    if (status == CSA_OK) {
        segment->entry.articles = segment->segment->meta.articles;
        segment->entry.passages = segment->segment->meta.passages;
        segment->entry.tokens = segment->segment->meta.tokens;
        segment->deletes.passages = segment->entry.passages;
    }
    return status;
}

/* Tells articles of one segment with the same id apart: an open-addressed table of ordinals by hash. */
struct id_table {
    uint32_t *places; /* ordinal + 1 */
    size_t mask;
};

static enum csa_status same_id(const struct csa_segment *segment, uint32_t a, uint32_t b, bool *same,
                               struct csa_error *error)
{
    char buffers[2][CSA_ID_MAXIMUM];
    struct csa_view ids[2];
    enum csa_status status = csa_segment_article_id(segment, a, buffers[0], &ids[0], error);
    if (status == CSA_OK) {
        status = csa_segment_article_id(segment, b, buffers[1], &ids[1], error);
    }
    *same = status == CSA_OK && csa_view_equal(ids[0], ids[1]);
    return status;
}

/* Enters the article; *earlier is one with the same id that stood there, else UINT32_MAX. */
static enum csa_status enter_id(struct id_table *table, const struct csa_segment *segment,
                                const uint64_t *hashes, uint32_t article, uint32_t *earlier,
                                struct csa_error *error)
{
    *earlier = UINT32_MAX;
    for (size_t place = hashes[article] & table->mask;; place = (place + 1) & table->mask) {
        uint32_t other = table->places[place] - 1;
        if (table->places[place] == 0) {
            table->places[place] = article + 1;
            return CSA_OK;
        }
        if (hashes[other] != hashes[article]) {
            continue;
        }
        bool same;
        enum csa_status status = same_id(segment, other, article, &same, error);
        if (status != CSA_OK || same) {
            table->places[place] = article + 1;
            *earlier = other;
            return status;
        }
    }
}

/* Says that an article's id came again in this run: it may be meant, or two files may have one name. */
static enum csa_status note_repeated(const struct csa_segment *segment, uint32_t article,
                                     struct csa_sink_counts *counts, struct csa_error *error)
{
    char buffer[CSA_ID_MAXIMUM];
    struct csa_view id;
    if (counts->repeated++ != 0) {
        return CSA_OK;
    }
    enum csa_status status = csa_segment_article_id(segment, article, buffer, &id, error);
    if (status == CSA_OK) {
        size_t size = csa_utf8_truncate(id, sizeof counts->first_repeated - 1);
        memcpy(counts->first_repeated, id.data, size);
        counts->first_repeated[size] = '\0';
    }
    return status;
}

static enum csa_status replace_one(struct csa_update *update, struct id_table *table, const uint64_t *hashes,
                                   uint32_t article, struct csa_sink_counts *counts, struct csa_error *error)
{
    struct csa_update_segment *newest = &update->segments[update->segment_count - 1];
    uint32_t earlier;
    bool replaced = false;
    enum csa_status status = enter_id(table, newest->segment, hashes, article, &earlier, error);
    if (status == CSA_OK && earlier != UINT32_MAX) {
        status = remove_article(update, newest, earlier, &replaced, error);
        if (status == CSA_OK) {
            status = note_repeated(newest->segment, article, counts, error);
        }
    } else if (status == CSA_OK && update->segment_count > 1) {
        char buffer[CSA_ID_MAXIMUM];
        struct csa_view id;
        status = csa_segment_article_id(newest->segment, article, buffer, &id, error);
        if (status == CSA_OK) {
            status = remove_id(update, update->segment_count - 1, id, &replaced, error);
        }
    }
    counts->replaced += replaced;
    return status;
}

enum csa_status csa_update_replace(struct csa_update *update, const uint64_t *hashes,
                                   struct csa_sink_counts *counts, struct csa_error *error)
{
    uint32_t articles = update->segments[update->segment_count - 1].entry.articles;
    size_t places = 16;
    while (places < (size_t)articles * 2) {
        places *= 2;
    }
    struct id_table table = {csa_calloc(places, sizeof *table.places), places - 1};
    if (table.places == NULL) {
        return csa_error_set_memory(error, "the ids of the articles");
    }
    enum csa_status status = CSA_OK;
    for (uint32_t i = 0; i < articles && status == CSA_OK; i++) {
        status = replace_one(update, &table, hashes, i, counts, error);
        if (status == CSA_OK && i % 4096 == 0 && csa_interrupted()) {
            status = csa_error_set(error, CSA_ERROR_INTERRUPTED, "interrupted");
        }
    }
    csa_free(table.places);
    return status;
}

/* ---- merging ---- */

static void take_out(struct csa_update *update, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        close_segment(&update->segments[i]);
    }
    memmove(&update->segments[first], &update->segments[first + count],
            (update->segment_count - first - count) * sizeof *update->segments);
    update->segment_count -= count;
    update->segments[update->segment_count] = (struct csa_update_segment){0};
    update->changed = true;
}

/* Segments first .. first + count - 1 become one, which stands where they stood. */
static enum csa_status merge_some(struct csa_update *update, size_t first, size_t count,
                                  struct csa_error *error)
{
    struct csa_merge_source *sources = csa_calloc(count, sizeof *sources);
    if (sources == NULL) {
        return csa_error_set_memory(error, "merging segments");
    }
    for (size_t i = 0; i < count; i++) {
        sources[i] = (struct csa_merge_source){update->segments[first + i].segment,
                                               &update->segments[first + i].deletes};
    }
    struct csa_commit_segment entry = {.number = csa_update_next_number(update)};
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < count && status == CSA_OK; i++) {
        status = csa_segment_verify(sources[i].segment, error); /* else damage would get a good checksum */
    }
    if (status == CSA_OK) {
        status = csa_segments_merge(update->folder, sources, count, &entry, error);
    }
    csa_free(sources);
    if (status != CSA_OK) {
        return status;
    }
    take_out(update, first, count);
    status = csa_update_add_segment(update, &entry, error);
    struct csa_update_segment merged = update->segments[update->segment_count - 1];
    memmove(&update->segments[first + 1], &update->segments[first],
            (update->segment_count - 1 - first) * sizeof *update->segments);
    update->segments[first] = merged;
    return status;
}

enum csa_status csa_update_merge(struct csa_update *update, bool all, struct csa_error *error)
{
    for (size_t i = update->segment_count; i-- > 0;) {
        if (update->segments[i].entry.deleted_passages == update->segments[i].entry.passages) {
            take_out(update, i, 1);
        }
    }
    if (all) {
        bool clean = update->segment_count == 0 ||
                     (update->segment_count == 1 && update->segments[0].entry.deleted_passages == 0);
        return clean ? CSA_OK : merge_some(update, 0, update->segment_count, error);
    }
    struct csa_segment_size sizes[CSA_SEGMENTS_MAXIMUM + 1];
    for (;;) {
        for (size_t i = 0; i < update->segment_count; i++) {
            const struct csa_commit_segment *entry = &update->segments[i].entry;
            sizes[i] = (struct csa_segment_size){entry->file_size, entry->passages, entry->deleted_passages};
        }
        size_t first;
        size_t count;
        if (!csa_merge_policy_choose(sizes, update->segment_count, &first, &count)) {
            return CSA_OK;
        }
        enum csa_status status = merge_some(update, first, count, error);
        if (status != CSA_OK) {
            return status;
        }
    }
}

/* ---- committing ---- */

static enum csa_status write_deletes(struct csa_update *update, struct csa_update_segment *segment,
                                     uint64_t generation, struct csa_error *error)
{
    char *path = csa_index_deletes_path(update->folder, segment->entry.number, generation);
    if (path == NULL) {
        return csa_error_set_memory(error, update->folder);
    }
    segment->entry.deletes_generation = generation;
    enum csa_status status = csa_deletes_write(&segment->deletes, path, &segment->entry.deletes_crc, error);
    csa_free(path);
    return status;
}

enum csa_status csa_update_commit(struct csa_update *update, struct csa_error *error)
{
    if (!update->changed && update->commit->generation != 0) {
        return CSA_OK;
    }
    if (update->segment_count > CSA_SEGMENTS_MAXIMUM) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "%s: more than %d segments: use --optimize",
                             update->folder, CSA_SEGMENTS_MAXIMUM);
    }
    struct csa_commit *commit = update->commit;
    uint64_t generation =
        update->last_number > commit->generation ? update->last_number : commit->generation + 1;
    for (size_t i = 0; i < update->segment_count; i++) {
        struct csa_update_segment *segment = &update->segments[i];
        enum csa_status status =
            segment->deletes_changed ? write_deletes(update, segment, generation, error) : CSA_OK;
        if (status != CSA_OK) {
            return status;
        }
    }
    commit->generation = generation;
    commit->segment_count = (uint32_t)update->segment_count;
    for (size_t i = 0; i < update->segment_count; i++) {
        commit->segments[i] = update->segments[i].entry;
    }
    return csa_commit_write(update->folder, commit, error);
}

void csa_update_totals(const struct csa_update *update, uint64_t *articles, uint64_t *bytes)
{
    *articles = 0;
    *bytes = 0;
    for (size_t i = 0; i < update->segment_count; i++) {
        const struct csa_commit_segment *entry = &update->segments[i].entry;
        *articles += entry->articles - entry->deleted_articles;
        *bytes += entry->file_size;
        if (entry->deletes_generation != 0) {
            *bytes += 24 + ((uint64_t)entry->passages + 63) / 64 * 8 + 4;
        }
    }
}
