/* Lines of tab-separated fields. */
#include "searcher/output/fields.h"

#include "searcher/output/escape.h"
#include "searcher/output/link.h"

#include <string.h>

static const char *const NAMES[CSA_OUTPUT_FIELDS] = {
    "id",   "url",   "title",   "date",   "author", "source",  "language",
    "rank", "score", "passage", "offset", "link",   "snippet", "text",
};

static bool is_named(struct csa_view name, enum csa_output_field field)
{
    bool plural = field <= CSA_OUTPUT_TITLE && name.size > 1 && name.data[name.size - 1] == 's';
    return csa_view_equal(name, csa_view_of(NAMES[field])) ||
           (plural && csa_view_equal(csa_view_make(name.data, name.size - 1), csa_view_of(NAMES[field])));
}

enum csa_status csa_output_fields_read(const char *names, struct csa_output_fields *fields,
                                       struct csa_error *error)
{
    *fields = (struct csa_output_fields){0};
    for (const char *p = names;;) {
        struct csa_view name = csa_view_make(p, strcspn(p, ","));
        unsigned field = 0;
        while (field < CSA_OUTPUT_FIELDS && !is_named(name, field)) {
            field++;
        }
        if (field == CSA_OUTPUT_FIELDS) {
            return csa_error_set(error, CSA_ERROR_MISUSE,
                                 "-o: no field \"%.*s\"; there are id, url, title, date, author, source, "
                                 "language, rank, score, passage, offset, link, snippet, text",
                                 (int)(name.size < 40 ? name.size : 40), name.data);
        }
        if (fields->count == CSA_FIELDS_MAXIMUM) {
            return csa_error_set(error, CSA_ERROR_MISUSE, "-o: more than %d fields", CSA_FIELDS_MAXIMUM);
        }
        fields->items[fields->count++] = field;
        if (p[name.size] == '\0') {
            return CSA_OK;
        }
        p += name.size + 1;
    }
}

bool csa_output_fields_need_text(const struct csa_output_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (fields->items[i] >= CSA_OUTPUT_OFFSET && fields->items[i] <= CSA_OUTPUT_TEXT) {
            return true;
        }
    }
    return false;
}

/* Bytes as they are, so that an id can be used again, but control characters, those of two bytes (U+0080 to
 * U+009F) among them. */
static void put_field(struct csa_buffer *out, struct csa_view text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        bool two = byte == 0xC2 && i + 1 < text.size && (unsigned char)text.data[i + 1] >= 0x80 &&
                   (unsigned char)text.data[i + 1] < 0xA0;
        csa_buffer_append_byte(out, byte < 0x20 || byte == 0x7F || two ? ' ' : byte);
        i += two;
    }
}

static void snippet_part(void *context, enum csa_snippet_part part, struct csa_view text)
{
    struct csa_buffer *out = context;
    if (part == CSA_SNIPPET_GAP) {
        bool apart = out->size != 0 && (unsigned char)out->data[out->size - 1] > ' ';
        csa_buffer_append_view(out, csa_view_of(apart ? " ... " : "... "));
    } else {
        put_field(out, text);
    }
}

static const struct csa_page_passage *best_passage(const struct csa_page_hit *hit)
{
    const struct csa_page_passage *best = &hit->passages[0];
    for (size_t i = 1; i < hit->passage_count; i++) {
        best = hit->passages[i].score > best->score ? &hit->passages[i] : best;
    }
    return best;
}

static void put(struct csa_buffer *out, const struct csa_page_hit *hit, enum csa_output_field field)
{
    const struct csa_article_info *article = &hit->article;
    const struct csa_page_passage *passage = best_passage(hit);
    switch (field) {
    case CSA_OUTPUT_ID:
        put_field(out, article->id);
        break;
    case CSA_OUTPUT_URL:
        put_field(out, article->url);
        break;
    case CSA_OUTPUT_TITLE:
        put_field(out, article->title);
        break;
    case CSA_OUTPUT_DATE:
        csa_date_append(out, article->date);
        break;
    case CSA_OUTPUT_AUTHOR:
        put_field(out, article->author);
        break;
    case CSA_OUTPUT_SOURCE:
        put_field(out, article->source);
        break;
    case CSA_OUTPUT_LANGUAGE:
        put_field(out, csa_view_of(article->language));
        break;
    case CSA_OUTPUT_RANK:
        csa_buffer_append_format(out, "%u", hit->rank);
        break;
    case CSA_OUTPUT_SCORE:
        csa_buffer_append_format(out, "%.9g", (double)hit->score);
        break;
    case CSA_OUTPUT_PASSAGE:
        csa_buffer_append_format(out, "%u", passage->info.number);
        break;
    case CSA_OUTPUT_OFFSET:
        csa_buffer_append_format(out, "%u", passage->info.offset);
        break;
    case CSA_OUTPUT_LINK:
        csa_link_passage(out, article->url, passage);
        break;
    case CSA_OUTPUT_SNIPPET:
        csa_snippet_render(passage->info.text, &passage->marked, &passage->snippet, snippet_part, out);
        while (out->size != 0 && out->data[out->size - 1] == ' ') {
            out->size--;
        }
        break;
    case CSA_OUTPUT_TEXT:
        put_field(out, passage->info.text);
        break;
    case CSA_OUTPUT_FIELDS:
        break;
    }
}

void csa_output_fields_page(struct csa_buffer *out, const struct csa_page *page,
                            const struct csa_output_fields *fields, struct csa_view query_id)
{
    for (size_t h = 0; h < page->hit_count; h++) {
        if (query_id.size != 0) {
            put_field(out, query_id);
            csa_buffer_append_byte(out, '\t');
        }
        for (size_t f = 0; f < fields->count; f++) {
            csa_buffer_append_view(out, csa_view_of(f == 0 ? "" : "\t"));
            put(out, &page->hits[h], fields->items[f]);
        }
        csa_buffer_append_byte(out, '\n');
    }
}
