/* The temporary file of term entries; see term_table.h. Owns its two outputs. */
#include "common/index/term_table.h"

#include "common/base/memory.h"

#include <string.h>

enum { TEXT_WINDOW = 32 * 1024 };

enum csa_status csa_term_table_open(struct csa_term_table *table, const char *folder, struct csa_error *error)
{
    *table = (struct csa_term_table){.count = 0};
    enum csa_status status = csa_output_open_temporary(&table->terms, folder, error);
    return status != CSA_OK ? status : csa_output_open_temporary(&table->texts, folder, error);
}

void csa_term_table_close(struct csa_term_table *table)
{
    csa_output_abandon(&table->terms, false);
    csa_output_abandon(&table->texts, false);
}

void csa_term_table_add(struct csa_term_table *table, struct csa_view text,
                        const struct csa_term_entry *entry, uint64_t languages)
{
    struct csa_stored_term term;
    memset(&term, 0, sizeof term); /* its padding is written too */
    memcpy(&term.entry, entry, sizeof term.entry);
    term.languages = languages;
    term.text_size = (uint32_t)text.size;
    csa_output_write(&table->terms, &term, sizeof term);
    csa_output_write(&table->texts, text.data, text.size);
    table->count++;
}

enum csa_status csa_term_table_flush(struct csa_term_table *table, struct csa_error *error)
{
    enum csa_status status = csa_output_flush(&table->terms, error);
    return status != CSA_OK ? status : csa_output_flush(&table->texts, error);
}

enum csa_status csa_term_window_get(struct csa_term_window *window, struct csa_term_table *table,
                                    uint64_t ordinal, const struct csa_stored_term **term,
                                    struct csa_error *error)
{
    if (ordinal < window->first || ordinal - window->first >= window->count) {
        window->first = ordinal / CSA_TERM_WINDOW * CSA_TERM_WINDOW;
        uint64_t left = table->count - window->first;
        window->count = left < CSA_TERM_WINDOW ? (uint32_t)left : CSA_TERM_WINDOW;
        enum csa_status status =
            csa_output_read_at(&table->terms, window->first * sizeof *window->terms, window->terms,
                               window->count * sizeof *window->terms, error);
        if (status != CSA_OK) {
            window->count = 0;
            return status;
        }
    }
    *term = &window->terms[ordinal - window->first];
    return CSA_OK;
}

/* ---- reading in order ---- */

struct csa_term_reader {
    struct csa_term_table *table;
    uint64_t next, end;
    struct csa_term_window window;
    uint64_t text_offset; /* of the bytes in texts */
    size_t text_next, text_size;
    char texts[TEXT_WINDOW];
};

enum csa_status csa_term_reader_new(struct csa_term_reader **reader, struct csa_term_table *table,
                                    struct csa_term_range range, struct csa_error *error)
{
    *reader = csa_calloc(1, sizeof **reader);
    if (*reader == NULL) {
        return csa_error_set_memory(error, "terms");
    }
    (*reader)->table = table;
    (*reader)->next = range.first;
    (*reader)->end = range.first + range.count;
    (*reader)->text_offset = range.text_offset;
    return CSA_OK;
}

void csa_term_reader_free(struct csa_term_reader *reader)
{
    csa_free(reader);
}

static enum csa_status load_texts(struct csa_term_reader *reader, struct csa_error *error)
{
    reader->text_offset += reader->text_next;
    reader->text_next = 0;
    uint64_t left = reader->table->texts.offset - reader->text_offset;
    reader->text_size = left < TEXT_WINDOW ? (size_t)left : TEXT_WINDOW;
    return csa_output_read_at(&reader->table->texts, reader->text_offset, reader->texts, reader->text_size,
                              error);
}

enum csa_status csa_term_reader_next(struct csa_term_reader *reader, const struct csa_stored_term **term,
                                     struct csa_view *text, struct csa_error *error)
{
    *term = NULL;
    if (reader->next == reader->end) {
        return CSA_OK;
    }
    enum csa_status status = csa_term_window_get(&reader->window, reader->table, reader->next, term, error);
    if (status == CSA_OK && (*term)->text_size > reader->text_size - reader->text_next) {
        status = load_texts(reader, error);
    }
    if (status != CSA_OK) {
        *term = NULL;
        return status;
    }
    *text = csa_view_make(reader->texts + reader->text_next, (*term)->text_size);
    reader->text_next += (*term)->text_size;
    reader->next++;
    return CSA_OK;
}
