/* The one place that inflates stored text: by libdeflate where the build has it, else by zlib; the bytes on
 * disk are zlib's in either case, and both compare the Adler-32 at a stream's end. Called by segment_store.c
 * and segment_peek.c. Owns no bytes.
 *
 * libdeflate takes less than half of zlib's time (a chunk of 16 KiB of English text: 28 us against 62), so
 * that a whole chunk costs less than what zlib takes for the half that a quick look needs. It is linked
 * statically where there is an archive to link (the top meson.build says so): to find, map and bind one more
 * shared library costs each process 0.09 ms, a quarter of what a page of ten hits gains. Loading it when it
 * is first needed would cost the same then, and a FastCGI process may map no code once it answers. */
#include "common/index/inflate.h"

#include "common/base/config.h"

#if CSA_WITH_LIBDEFLATE

#include "common/base/memory.h"

#include <libdeflate.h>
#include <pthread.h>

static void set_allocator(void)
{
    libdeflate_set_memory_allocator(csa_malloc, csa_free);
}

/* out has room for size + 1 bytes, here and below. */
static enum csa_status inflate_whole(struct csa_view stream, uint32_t size, char *out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_allocator);
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    if (decompressor == NULL) {
        return CSA_ERROR_MEMORY;
    }
    size_t read = 0;
    enum libdeflate_result result =
        libdeflate_zlib_decompress_ex(decompressor, stream.data, stream.size, out, size, &read, NULL);
    libdeflate_free_decompressor(decompressor);
    return result == LIBDEFLATE_SUCCESS && read == stream.size ? CSA_OK : CSA_ERROR_DAMAGED;
}

#else

#include "common/index/zlib_memory.h"

static void give_input(z_stream *zlib, struct csa_view stream)
{
    zlib->next_in = (Bytef *)(uintptr_t)stream.data;
    zlib->avail_in = (uInt)(stream.size > UINT32_MAX ? UINT32_MAX : stream.size);
}

static enum csa_status inflate_whole(struct csa_view stream, uint32_t size, char *out)
{
    z_stream zlib = {.zalloc = csa_zlib_allocate, .zfree = csa_zlib_release};
    if (inflateInit(&zlib) != Z_OK) {
        return CSA_ERROR_MEMORY;
    }
    give_input(&zlib, stream);
    zlib.next_out = (Bytef *)out;
    zlib.avail_out = (uInt)size + 1; /* one more shows a stream that is larger than it should be */
    int result = inflate(&zlib, Z_FINISH);
    bool whole = result == Z_STREAM_END && zlib.total_out == size && zlib.total_in == stream.size;
    inflateEnd(&zlib);
    return result == Z_MEM_ERROR ? CSA_ERROR_MEMORY : whole ? CSA_OK : CSA_ERROR_DAMAGED;
}

#endif

static enum csa_status failed(enum csa_status status, struct csa_error *error)
{
    return status == CSA_ERROR_MEMORY ? csa_error_set_memory(error, "stored text")
                                      : csa_error_set(error, status, "does not inflate to its size");
}

enum csa_status csa_inflate(struct csa_view stream, uint32_t size, struct csa_buffer *raw,
                            struct csa_error *error)
{
    csa_buffer_clear(raw);
    enum csa_status status =
        csa_buffer_reserve(raw, (size_t)size + 1) ? inflate_whole(stream, size, raw->data) : CSA_ERROR_MEMORY;
    if (status != CSA_OK) {
        return failed(status, error);
    }
    raw->size = size;
    return CSA_OK;
}

/* ---- in steps ---- */

void csa_inflation_init(struct csa_inflation *inflation, struct csa_view stream, uint32_t size,
                        struct csa_buffer *raw)
{
    *inflation = (struct csa_inflation){.raw = raw, .stream = stream, .size = size};
    csa_buffer_clear(raw);
}

#if CSA_WITH_LIBDEFLATE

void csa_inflation_release(struct csa_inflation *inflation)
{
    inflation->raw = NULL;
}

enum csa_status csa_inflation_reach(struct csa_inflation *inflation, uint32_t wanted, struct csa_error *error)
{
    return wanted <= inflation->raw->size
               ? CSA_OK
               : csa_inflate(inflation->stream, inflation->size, inflation->raw, error);
}

#else

void csa_inflation_release(struct csa_inflation *inflation)
{
    if (inflation->zlib != NULL) {
        inflateEnd(inflation->zlib);
        csa_free(inflation->zlib);
    }
    inflation->zlib = NULL;
    inflation->raw = NULL;
}

/* Room for all that can come out, and the stream at its beginning. */
static bool begin(struct csa_inflation *inflation)
{
    z_stream *zlib = csa_buffer_reserve(inflation->raw, inflation->size) ? csa_calloc(1, sizeof *zlib) : NULL;
    if (zlib == NULL) {
        return false;
    }
    zlib->zalloc = csa_zlib_allocate;
    zlib->zfree = csa_zlib_release;
    if (inflateInit(zlib) != Z_OK) {
        csa_free(zlib);
        return false;
    }
    give_input(zlib, inflation->stream);
    inflation->zlib = zlib;
    return true;
}

enum csa_status csa_inflation_reach(struct csa_inflation *inflation, uint32_t wanted, struct csa_error *error)
{
    struct csa_buffer *raw = inflation->raw;
    if (wanted <= raw->size) {
        return CSA_OK;
    }
    if (inflation->zlib == NULL && !begin(inflation)) {
        return failed(CSA_ERROR_MEMORY, error);
    }
    z_stream *zlib = inflation->zlib;
    zlib->next_out = (Bytef *)raw->data + raw->size;
    zlib->avail_out = (uInt)(wanted - raw->size);
    int result = inflate(zlib, Z_SYNC_FLUSH);
    if (result == Z_MEM_ERROR) {
        return failed(CSA_ERROR_MEMORY, error);
    }
    bool sound = result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
    if (!sound || zlib->avail_out != 0) {
        return failed(CSA_ERROR_DAMAGED, error);
    }
    raw->size = wanted;
    return CSA_OK;
}

#endif
