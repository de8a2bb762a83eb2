/* Lines of a TREC run. */
#include "searcher/output/trec.h"

void csa_trec_field(struct csa_buffer *out, struct csa_view text)
{
    if (text.size == 0) {
        csa_buffer_append_byte(out, '-');
    }
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte <= ' ' || byte == 0x7F) {
            csa_buffer_append_format(out, "%%%02X", byte);
        } else {
            csa_buffer_append_byte(out, byte);
        }
    }
}

void csa_trec_line(struct csa_buffer *out, struct csa_view query, struct csa_view article, unsigned rank,
                   double score, const char *tag)
{
    csa_trec_field(out, query);
    csa_buffer_append_view(out, csa_view_of(" Q0 "));
    csa_trec_field(out, article);
    csa_buffer_append_format(out, " %u %.9g %s\n", rank, score, tag);
}
