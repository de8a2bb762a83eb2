/* Deletes of a segment: one bit a passage, in memory and in a file that is never changed
 * (docs/index-format.md, section 12). Owns the bits. */
#include "common/base/integer.h"
#include "common/base/memory.h"
#include "common/index/index.h"

#include <zlib.h>

enum { HEAD_SIZE = 24 };

static size_t word_count(uint32_t passages)
{
    return ((size_t)passages + 63) / 64;
}

enum csa_status csa_deletes_init(struct csa_deletes *deletes, uint32_t passages, struct csa_error *error)
{
    *deletes = (struct csa_deletes){.passages = passages};
    deletes->bits = csa_calloc(word_count(passages), sizeof *deletes->bits);
    return deletes->bits != NULL ? CSA_OK : csa_error_set_memory(error, "deletes");
}

void csa_deletes_release(struct csa_deletes *deletes)
{
    csa_free(deletes->bits);
    deletes->bits = NULL;
}

bool csa_deletes_add_article(struct csa_deletes *deletes, const struct csa_segment *segment, uint32_t article)
{
    bool any = false;
    uint32_t end = csa_segment_first_passage(segment, article + 1);
    for (uint32_t i = csa_segment_first_passage(segment, article); i < end; i++) {
        uint64_t bit = UINT64_C(1) << (i % 64);
        if ((deletes->bits[i / 64] & bit) == 0) {
            deletes->bits[i / 64] |= bit;
            deletes->deleted++;
            any = true;
        }
    }
    return any;
}

/* Checks what the file says of itself; the bits are still its bytes. */
static enum csa_status check_file(const char *path, struct csa_view bytes, uint32_t passages,
                                  struct csa_error *error)
{
    const char *what = NULL;
    size_t bits = 8 * word_count(passages);
    const char *p = bytes.data;
    if (bytes.size < HEAD_SIZE || csa_load_u64(p) != CSA_MAGIC_DELETES) {
        what = "is no deletes file of a CSA index";
    } else if (csa_load_u32(p + 8) > CSA_FORMAT_VERSION) {
        return csa_error_set(error, CSA_ERROR_UNSUPPORTED,
                             "%s: format version %u is newer than this program, which reads version %d", path,
                             csa_load_u32(p + 8), (int)CSA_FORMAT_VERSION);
    } else if (csa_load_u32(p + 8) == 0 || csa_load_u32(p + 20) != 0) {
        what = "its head is broken";
    } else if (csa_load_u32(p + 12) != passages) {
        what = "is of a segment with another number of passages";
    } else if (bytes.size != HEAD_SIZE + bits + 4) {
        what = "has the wrong size";
    } else if (crc32_z(0, (const Bytef *)p, HEAD_SIZE + bits) != csa_load_u32(p + HEAD_SIZE + bits)) {
        what = "checksum does not match";
    }
    return what == NULL ? CSA_OK : csa_error_set(error, CSA_ERROR_DAMAGED, "%s: %s", path, what);
}

static enum csa_status parse_file(struct csa_deletes *deletes, const char *path, struct csa_view bytes,
                                  uint32_t passages, struct csa_error *error)
{
    enum csa_status status = check_file(path, bytes, passages, error);
    if (status == CSA_OK) {
        status = csa_deletes_init(deletes, passages, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    size_t words = word_count(passages);
    uint64_t count = 0;
    for (size_t i = 0; i < words; i++) {
        deletes->bits[i] = csa_load_u64(bytes.data + HEAD_SIZE + 8 * i);
        count += (uint64_t)__builtin_popcountll(deletes->bits[i]);
    }
    uint64_t behind = passages % 64 == 0 ? 0 : deletes->bits[words - 1] >> (passages % 64);
    if (count != csa_load_u32(bytes.data + 16) || behind != 0) {
        csa_deletes_release(deletes);
        return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: its bits are not as many as it says", path);
    }
    deletes->deleted = (uint32_t)count;
    deletes->crc = csa_load_u32(bytes.data + bytes.size - 4);
    return CSA_OK;
}

enum csa_status csa_deletes_read(struct csa_deletes *deletes, const char *path, uint32_t passages,
                                 struct csa_error *error)
{
    *deletes = (struct csa_deletes){.passages = passages};
    struct csa_mapping file;
    enum csa_status status = csa_mapping_open(&file, path, error);
    if (status == CSA_OK) {
        status =
            parse_file(deletes, path, csa_view_make((const char *)file.data, file.size), passages, error);
        csa_mapping_close(&file);
    }
    return status;
}

enum csa_status csa_deletes_write(const struct csa_deletes *deletes, const char *path, uint32_t *crc,
                                  struct csa_error *error)
{
    struct csa_output output;
    enum csa_status status = csa_output_open(&output, path, error);
    if (status != CSA_OK) {
        return status;
    }
    uint8_t head[HEAD_SIZE] = {0};
    csa_store_u64(head, CSA_MAGIC_DELETES);
    csa_store_u32(head + 8, CSA_FORMAT_VERSION);
    csa_store_u32(head + 12, deletes->passages);
    csa_store_u32(head + 16, deletes->deleted);
    csa_output_restart_crc(&output);
    csa_output_write(&output, head, sizeof head);
    csa_output_write(&output, deletes->bits, word_count(deletes->passages) * sizeof *deletes->bits);
    *crc = output.crc;
    uint8_t tail[4];
    csa_store_u32(tail, output.crc);
    csa_output_write(&output, tail, sizeof tail);
    status = csa_output_finish(&output, true, error);
    if (status != CSA_OK) {
        csa_file_remove(path, NULL);
    }
    return status;
}
