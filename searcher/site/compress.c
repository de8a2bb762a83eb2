/* Who accepts gzip, and making it by zlib; owns the stream's memory. Called by site.c and respond.c. */
#include "searcher/site/compress.h"

#include "common/base/memory.h"

#include <string.h>
#include <zlib.h>

enum {
    LEVEL = 4,            /* of zlib: nearly the default's size at half of its time */
    WINDOW_AND_GZIP = 31, /* 32 KiB, with gzip's head and end */
    MEMORY = 8,
};

/* ---- who accepts it ---- */

static bool is_word(struct csa_view text, const char *word)
{
    size_t size = strlen(word);
    for (size_t i = 0; i < size && i < text.size; i++) {
        char byte = text.data[i];
        if ((byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte) != word[i]) {
            return false;
        }
    }
    return text.size == size;
}

/* Thousandths of "0.5", "1", "1.000"; -1: no such number. */
static int read_quality(struct csa_view text)
{
    if (text.size == 0 || text.size > 5 || (text.data[0] != '0' && text.data[0] != '1') ||
        (text.size > 1 && text.data[1] != '.')) {
        return -1;
    }
    int quality = (text.data[0] - '0') * 1000;
    int unit = 100;
    for (size_t i = 2; i < text.size; i++, unit /= 10) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return -1;
        }
        quality += (text.data[i] - '0') * unit;
    }
    return quality <= 1000 ? quality : -1;
}

/* One element, "gzip;q=0.5"; its quality without one is 1. */
static int split_quality(struct csa_view element, struct csa_view *coding)
{
    const char *sign = memchr(element.data, ';', element.size);
    if (sign == NULL) {
        *coding = element;
        return 1000;
    }
    *coding = csa_view_trim(csa_view_make(element.data, (size_t)(sign - element.data)));
    struct csa_view weight =
        csa_view_trim(csa_view_make(sign + 1, (size_t)(element.data + element.size - sign) - 1));
    bool named =
        weight.size >= 2 && (weight.data[0] == 'q' || weight.data[0] == 'Q') && weight.data[1] == '=';
    return named ? read_quality(csa_view_make(weight.data + 2, weight.size - 2)) : -1;
}

bool csa_gzip_is_accepted(struct csa_view accept_encoding)
{
    int gzip = -1;
    int identity = -1;
    int any = -1;
    for (size_t begin = 0, end; begin < accept_encoding.size; begin = end + 1) {
        const char *comma = memchr(accept_encoding.data + begin, ',', accept_encoding.size - begin);
        end = comma == NULL ? accept_encoding.size : (size_t)(comma - accept_encoding.data);
        struct csa_view element = csa_view_trim(csa_view_make(accept_encoding.data + begin, end - begin));
        if (element.size == 0) {
            continue;
        }
        struct csa_view coding;
        int quality = split_quality(element, &coding);
        if (quality < 0) {
            return false;
        }
        if (is_word(coding, "gzip") || is_word(coding, "x-gzip")) {
            gzip = quality;
        } else if (is_word(coding, "identity")) {
            identity = quality;
        } else if (is_word(coding, "*")) {
            any = quality;
        }
    }
    gzip = gzip >= 0 ? gzip : any;
    return gzip > 0 && gzip >= identity;
}

/* ---- making it ---- */

struct csa_gzip {
    z_stream stream;
};

static voidpf allocate(voidpf context, uInt count, uInt size)
{
    (void)context;
    return csa_calloc(count, size);
}

static void release(voidpf context, voidpf block)
{
    (void)context;
    csa_free(block);
}

struct csa_gzip *csa_gzip_new(void)
{
    struct csa_gzip *gzip = csa_calloc(1, sizeof *gzip);
    if (gzip == NULL) {
        return NULL;
    }
    gzip->stream.zalloc = allocate;
    gzip->stream.zfree = release;
    if (deflateInit2(&gzip->stream, LEVEL, Z_DEFLATED, WINDOW_AND_GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
        csa_free(gzip);
        return NULL;
    }
    return gzip;
}

void csa_gzip_free(struct csa_gzip *gzip)
{
    if (gzip != NULL) {
        deflateEnd(&gzip->stream);
        csa_free(gzip);
    }
}

bool csa_gzip_make(struct csa_gzip *gzip, struct csa_view text, struct csa_buffer *out)
{
    csa_buffer_clear(out);
    if (text.size > UINT32_MAX / 2 || deflateReset(&gzip->stream) != Z_OK ||
        !csa_buffer_reserve(out, text.size)) {
        csa_buffer_clear(out);
        return false;
    }
    gzip->stream.next_in = (z_const Bytef *)text.data;
    gzip->stream.avail_in = (uInt)text.size;
    gzip->stream.next_out = (Bytef *)out->data;
    gzip->stream.avail_out = (uInt)text.size;
    bool shorter = deflate(&gzip->stream, Z_FINISH) == Z_STREAM_END;
    out->size = shorter ? text.size - gzip->stream.avail_out : 0;
    return shorter;
}
