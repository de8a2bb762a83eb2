/* The commit file: which segments and deletes make up an index (docs/index-format.md, sections 1 and 2). Read
 * by every snapshot, replaced by every commit. */
#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/index/index.h"

#include <zlib.h>

enum {
    HEAD_SIZE = 24,
    SEGMENT_SIZE = 64,
    COMMIT_MAXIMUM = HEAD_SIZE + CSA_SEGMENTS_MAXIMUM * SEGMENT_SIZE + 4,
};

static enum csa_status damaged(const char *path, struct csa_error *error, const char *what)
{
    return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: %s", path, what);
}

/* ---- reading ---- */

static void parse_segment(const char *p, struct csa_commit_segment *segment)
{
    segment->number = csa_load_u64(p);
    segment->file_size = csa_load_u64(p + 8);
    segment->table_crc = csa_load_u32(p + 16);
    segment->articles = csa_load_u32(p + 20);
    segment->passages = csa_load_u32(p + 24);
    segment->deleted_articles = csa_load_u32(p + 28);
    segment->deleted_passages = csa_load_u32(p + 32);
    segment->tokens = csa_load_u64(p + 40);
    segment->deletes_generation = csa_load_u64(p + 48);
    segment->deletes_crc = csa_load_u32(p + 56);
}

static bool segment_is_possible(const struct csa_commit *commit, uint32_t i)
{
    const struct csa_commit_segment *segment = &commit->segments[i];
    for (uint32_t j = 0; j < i; j++) {
        if (commit->segments[j].number == segment->number) {
            return false;
        }
    }
    bool none_deleted = segment->deleted_articles == 0 && segment->deleted_passages == 0;
    return segment->number != 0 && segment->articles != 0 && segment->passages >= segment->articles &&
           segment->deleted_articles <= segment->articles && segment->deleted_passages <= segment->passages &&
           (segment->deletes_generation != 0 || none_deleted);
}

static enum csa_status parse_commit(const char *path, struct csa_view bytes, struct csa_commit *commit,
                                    struct csa_error *error)
{
    const char *p = bytes.data;
    if (bytes.size < 8 || csa_load_u64(p) != CSA_MAGIC_COMMIT) {
        return damaged(path, error, bytes.size == 0 ? "is empty" : "is no commit file of a CSA index");
    }
    if (bytes.size < HEAD_SIZE + 4) {
        return damaged(path, error, "is cut short");
    }
    uint32_t version = csa_load_u32(p + 8);
    if (version > CSA_FORMAT_VERSION) {
        return csa_error_set(error, CSA_ERROR_UNSUPPORTED,
                             "%s: format version %u is newer than this program, which reads version %d", path,
                             version, (int)CSA_FORMAT_VERSION);
    }
    uint32_t count = csa_load_u32(p + 12);
    if (version == 0 || count > CSA_SEGMENTS_MAXIMUM ||
        bytes.size != HEAD_SIZE + (size_t)count * SEGMENT_SIZE + 4) {
        return damaged(path, error, "its size does not fit its number of segments");
    }
    if (crc32(0, (const Bytef *)p, (uInt)bytes.size - 4) != csa_load_u32(p + bytes.size - 4)) {
        return damaged(path, error, "checksum does not match");
    }
    commit->segment_count = count;
    commit->generation = csa_load_u64(p + 16);
    uint64_t passages = 0;
    for (uint32_t i = 0; i < count; i++) {
        const char *segment = p + HEAD_SIZE + (size_t)i * SEGMENT_SIZE;
        parse_segment(segment, &commit->segments[i]);
        passages += commit->segments[i].passages;
        if (csa_load_u32(segment + 36) != 0 || csa_load_u32(segment + 60) != 0 ||
            !segment_is_possible(commit, i)) {
            return damaged(path, error, "a segment's numbers are impossible");
        }
    }
    if (commit->generation == 0 || passages > CSA_DOCUMENTS_MAXIMUM) {
        return damaged(path, error, "its numbers are impossible");
    }
    return CSA_OK;
}

enum csa_status csa_commit_read(const char *folder, struct csa_commit *commit, struct csa_error *error)
{
    commit->generation = 0;
    commit->segment_count = 0;
    if (!csa_file_exists(folder)) {
        return csa_error_set(error, CSA_ERROR_NOT_FOUND,
                             "no index at %s: make one with csa-index -d %s SOURCE", folder, folder);
    }
    if (!csa_file_is_folder(folder)) {
        return csa_error_set(error, CSA_ERROR_NOT_FOUND, "%s: is no index, which would be a folder", folder);
    }
    char *path = csa_file_join(folder, CSA_COMMIT_NAME);
    if (path == NULL) {
        return csa_error_set_memory(error, folder);
    }
    struct csa_buffer bytes;
    csa_buffer_init(&bytes, COMMIT_MAXIMUM);
    enum csa_status status = csa_file_read(path, &bytes, error);
    if (status == CSA_OK) {
        status = parse_commit(path, csa_buffer_view(&bytes), commit, error);
    } else if (status == CSA_ERROR_NOT_FOUND) {
        csa_error_set(error, status,
                      "no index at %s: the folder has no commit file; make one with csa-index -d %s SOURCE",
                      folder, folder);
    } else if (status == CSA_ERROR_LIMIT) {
        status = damaged(path, error, "is too large for a commit file of a CSA index");
    }
    csa_buffer_release(&bytes);
    csa_free(path);
    return status;
}

/* ---- writing ---- */

static void encode_segment(const struct csa_commit_segment *segment, struct csa_buffer *out)
{
    csa_buffer_append_u64(out, segment->number);
    csa_buffer_append_u64(out, segment->file_size);
    csa_buffer_append_u32(out, segment->table_crc);
    csa_buffer_append_u32(out, segment->articles);
    csa_buffer_append_u32(out, segment->passages);
    csa_buffer_append_u32(out, segment->deleted_articles);
    csa_buffer_append_u32(out, segment->deleted_passages);
    csa_buffer_append_u32(out, 0);
    csa_buffer_append_u64(out, segment->tokens);
    csa_buffer_append_u64(out, segment->deletes_generation);
    csa_buffer_append_u32(out, segment->deletes_crc);
    csa_buffer_append_u32(out, 0);
}

static enum csa_status encode_commit(const struct csa_commit *commit, struct csa_buffer *out,
                                     struct csa_error *error)
{
    if (commit->segment_count > CSA_SEGMENTS_MAXIMUM) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "more than %d segments in an index",
                             (int)CSA_SEGMENTS_MAXIMUM);
    }
    csa_buffer_append_u64(out, CSA_MAGIC_COMMIT);
    csa_buffer_append_u32(out, CSA_FORMAT_VERSION);
    csa_buffer_append_u32(out, commit->segment_count);
    csa_buffer_append_u64(out, commit->generation);
    uint64_t passages = 0;
    for (uint32_t i = 0; i < commit->segment_count; i++) {
        encode_segment(&commit->segments[i], out);
        passages += commit->segments[i].passages;
        if (!segment_is_possible(commit, i)) {
            return csa_error_set(error, CSA_ERROR_MISUSE, "commit: a segment's numbers are impossible");
        }
    }
    if (commit->generation == 0) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "commit: generation 0");
    }
    if (passages > CSA_DOCUMENTS_MAXIMUM) {
        return csa_error_set(error, CSA_ERROR_LIMIT, "more than %u passages in an index",
                             CSA_DOCUMENTS_MAXIMUM);
    }
    if (!out->failed) {
        csa_buffer_append_u32(out, (uint32_t)crc32(0, (const Bytef *)out->data, (uInt)out->size));
    }
    return csa_buffer_check(out, "commit", error);
}

/* The segments' names become durable before the commit that names them, so that no power cut leaves a commit
 * without its files, whatever the file system promises of the order of names. */
static enum csa_status replace_commit(const char *folder, const char *path, const char *new_path,
                                      struct csa_view bytes, struct csa_error *error)
{
    struct csa_output output;
    enum csa_status status = csa_output_open(&output, new_path, error);
    if (status != CSA_OK) {
        return status;
    }
    csa_output_write(&output, bytes.data, bytes.size);
    status = csa_output_finish(&output, true, error);
    if (status == CSA_OK) {
        status = csa_file_sync_folder(folder, error);
    }
    if (status == CSA_OK) {
        status = csa_file_rename(new_path, path, error);
    }
    if (status != CSA_OK) {
        csa_file_remove(new_path, NULL);
        return status;
    }
    return csa_file_sync_folder(folder, error);
}

enum csa_status csa_commit_write(const char *folder, const struct csa_commit *commit, struct csa_error *error)
{
    struct csa_buffer bytes;
    csa_buffer_init(&bytes, COMMIT_MAXIMUM);
    char *path = csa_file_join(folder, CSA_COMMIT_NAME);
    char *new_path = csa_file_join(folder, CSA_COMMIT_NEW_NAME);
    enum csa_status status = path == NULL || new_path == NULL ? csa_error_set_memory(error, "commit")
                                                              : encode_commit(commit, &bytes, error);
    if (status == CSA_OK) {
        status = replace_commit(folder, path, new_path, csa_buffer_view(&bytes), error);
    }
    if (status == CSA_OK) {
        csa_index_remove_litter(folder, commit);
    }
    csa_buffer_release(&bytes);
    csa_free(path);
    csa_free(new_path);
    return status;
}
