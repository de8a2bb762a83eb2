/* Inflates zlib streams whose size is known, as chunks of stored text are (docs/index-format.md, section 11):
 * whole, or from their beginning as far as somebody wants. Streams are hostile; the caller has bounded their
 * size. All of this may be used by several threads at once. */
#ifndef CSA_INDEX_INFLATE_H
#define CSA_INDEX_INFLATE_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/view.h"

#include <stdint.h>

/* Replaces *raw by what `stream` inflates to. CSA_ERROR_DAMAGED, *raw then empty, unless the stream ends with
 * its last byte, gives exactly `size` bytes (less than UINT32_MAX) and holds their Adler-32.
 * CSA_ERROR_MEMORY. */
enum csa_status csa_inflate(struct csa_view stream, uint32_t size, struct csa_buffer *raw,
                            struct csa_error *error);

/* A stream that is inflated in steps. */
struct csa_inflation {
    struct csa_buffer *raw; /* the caller's; what was inflated so far */
    /* private from here on */
    struct csa_view stream;
    uint32_t size;
    struct z_stream_s *zlib; /* owned; null before the first step, and always where libdeflate inflates */
};

/* Empties *raw, which belongs to the inflation until it is released. size as above. */
void csa_inflation_init(struct csa_inflation *inflation, struct csa_view stream, uint32_t size,
                        struct csa_buffer *raw);
void csa_inflation_release(struct csa_inflation *inflation); /* *raw stays as it is */
/* Inflates until *raw holds at least `wanted` bytes, at most size. zlib goes no further, and compares no
 * checksum; libdeflate goes to the end, with all that csa_inflate() looks at. What is in *raw may move.
 * Errors as above; after one there is only to release. */
enum csa_status csa_inflation_reach(struct csa_inflation *inflation, uint32_t wanted,
                                    struct csa_error *error);

#endif
