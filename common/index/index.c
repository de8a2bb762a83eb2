/* A reader's snapshot of an index: the segments and deletes that one commit names, compared with what it says
 * of them. Owns them until it is closed; called by the searcher, and by the indexer for ids and merges. */
#include "common/index/index.h"

#include "common/base/integer.h"
#include "common/base/memory.h"

enum { TRIES = 100 }; /* commits that may overtake an opening before it gives up */

static enum csa_status not_committed(const char *path, struct csa_error *error, const char *what)
{
    return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: %s: it is not the file that the commit names", path,
                         what);
}

static enum csa_status compare_segment(const struct csa_segment *segment,
                                       const struct csa_commit_segment *named, struct csa_error *error)
{
    if (segment->table_checksum != named->table_crc || segment->file.size != named->file_size) {
        return not_committed(segment->path, error, "another checksum or size");
    }
    if (segment->meta.articles != named->articles || segment->meta.passages != named->passages ||
        segment->meta.tokens != named->tokens) {
        return not_committed(segment->path, error, "other numbers of articles, passages or tokens");
    }
    return CSA_OK;
}

static enum csa_status open_deletes(const char *folder, const struct csa_commit_segment *named,
                                    struct csa_deletes *deletes, struct csa_error *error)
{
    if (named->deletes_generation == 0) {
        return CSA_OK;
    }
    char *path = csa_index_deletes_path(folder, named->number, named->deletes_generation);
    if (path == NULL) {
        return csa_error_set_memory(error, folder);
    }
    enum csa_status status = csa_deletes_read(deletes, path, named->passages, error);
    if (status == CSA_OK &&
        (deletes->crc != named->deletes_crc || deletes->deleted != named->deleted_passages)) {
        status = not_committed(path, error, "another checksum or count");
    }
    csa_free(path);
    return status;
}

enum csa_status csa_index_segment_open(const char *folder, const struct csa_commit_segment *named,
                                       struct csa_segment **segment, struct csa_deletes *deletes,
                                       struct csa_error *error)
{
    *segment = NULL;
    *deletes = (struct csa_deletes){.passages = named->passages};
    char *path = csa_index_segment_path(folder, named->number);
    if (path == NULL) {
        return csa_error_set_memory(error, folder);
    }
    enum csa_status status = csa_segment_open(path, named->number, segment, error);
    csa_free(path);
    if (status == CSA_OK) {
        status = compare_segment(*segment, named, error);
    }
    return status == CSA_OK ? open_deletes(folder, named, deletes, error) : status;
}

static enum csa_status add_segment(struct csa_index *index, const struct csa_commit_segment *named,
                                   struct csa_error *error)
{
    struct csa_index_segment *opened = &index->segments[index->segment_count++];
    enum csa_status status =
        csa_index_segment_open(index->folder, named, &opened->segment, &opened->deletes, error);
    if (status != CSA_OK) {
        return status;
    }
    const struct csa_segment_meta *meta = &opened->segment->meta;
    opened->base = (uint32_t)index->passages;
    opened->article_base = (uint32_t)index->articles;
    index->passages += meta->passages;
    index->articles += meta->articles;
    index->deleted_passages += named->deleted_passages;
    index->deleted_articles += named->deleted_articles;
    index->tokens += meta->tokens;
    index->stemmers |= meta->stemmers;
    index->has_positions = index->has_positions && meta->has_positions;
    index->has_text = index->has_text && meta->has_text;
    return CSA_OK;
}

static enum csa_status open_commit(const char *folder, const struct csa_commit *commit,
                                   struct csa_index **index, struct csa_error *error)
{
    struct csa_index *opened = csa_calloc(1, sizeof *opened);
    if (opened == NULL) {
        return csa_error_set_memory(error, folder);
    }
    opened->generation = commit->generation;
    opened->has_positions = true;
    opened->has_text = true;
    opened->folder = csa_file_join("", folder);
    opened->segments = csa_calloc(commit->segment_count, sizeof *opened->segments);
    enum csa_status status = CSA_OK;
    if (opened->folder == NULL || opened->segments == NULL) {
        status = csa_error_set_memory(error, folder);
    }
    for (uint32_t i = 0; i < commit->segment_count && status == CSA_OK; i++) {
        status = add_segment(opened, &commit->segments[i], error);
    }
    if (status != CSA_OK) {
        csa_index_close(opened);
        return status;
    }
    opened->average = opened->passages == 0 ? 0 : (double)opened->tokens / (double)opened->passages;
    *index = opened;
    return CSA_OK;
}

enum csa_status csa_index_open(const char *folder, struct csa_index **index, struct csa_error *error)
{
    *index = NULL;
    struct csa_commit *commit = csa_malloc(sizeof *commit);
    if (commit == NULL) {
        return csa_error_set_memory(error, folder);
    }
    uint64_t tried = 0; /* the generation whose files were not all there */
    enum csa_status status = CSA_OK;
    for (int i = 0; i < TRIES; i++) {
        struct csa_error reading = {0};
        enum csa_status read = csa_commit_read(folder, commit, &reading);
        if (read != CSA_OK) {
            status = csa_error_pass(error, &reading);
            break;
        }
        if (commit->generation == tried) {
            break; /* no writer took the files away: they are missing, as *error says */
        }
        tried = commit->generation;
        status = open_commit(folder, commit, index, error);
        if (status != CSA_ERROR_NOT_FOUND) {
            break;
        }
    }
    csa_free(commit);
    if (status == CSA_ERROR_NOT_FOUND && tried != 0) {
        status = CSA_ERROR_DAMAGED; /* there is an index, but it lacks a file */
        if (error != NULL) {
            error->status = status;
        }
    }
    return status;
}

void csa_index_close(struct csa_index *index)
{
    if (index == NULL) {
        return;
    }
    for (uint32_t i = 0; i < index->segment_count; i++) {
        csa_segment_close(index->segments[i].segment);
        csa_deletes_release(&index->segments[i].deletes);
    }
    csa_free(index->segments);
    csa_free(index->folder);
    csa_free(index);
}

bool csa_index_is_stale(const struct csa_index *index)
{
    char *path = csa_file_join(index->folder, CSA_COMMIT_NAME);
    struct csa_mapping file = {NULL, 0};
    bool stale = path != NULL && csa_mapping_open(&file, path, NULL) == CSA_OK && file.size >= 24 &&
                 csa_load_u64(file.data) == CSA_MAGIC_COMMIT &&
                 csa_load_u64(file.data + 16) != index->generation;
    csa_mapping_close(&file);
    csa_free(path);
    return stale;
}
