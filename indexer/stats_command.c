/* csa-index --stats: what is in the index, one `name TAB value` a line, then the segments and their sections.
 */
#include "indexer/commands.h"

#include "common/index/index.h"
#include "common/text/language.h"

#include <inttypes.h>
#include <signal.h>

static void print_number(FILE *out, const char *name, uint64_t value)
{
    fprintf(out, "%s\t%" PRIu64 "\n", name, value);
}

static void print_languages(FILE *out, uint64_t languages)
{
    const char *separator = "";
    fputs("stemmers\t", out);
    for (unsigned i = 0; i < CSA_LANGUAGE_COUNT; i++) {
        if ((languages >> i & 1) != 0) {
            fprintf(out, "%s%s", separator, csa_language_name((csa_language)i));
            separator = ",";
        }
    }
    fputc('\n', out);
}

static void print_totals(FILE *out, const char *folder, const struct csa_index *index)
{
    uint64_t bytes = 0;
    uint64_t title_tokens = 0;
    for (uint32_t i = 0; i < index->segment_count; i++) {
        bytes += index->segments[i].segment->file.size;
        title_tokens += index->segments[i].segment->meta.title_tokens;
    }
    fprintf(out, "index\t%s\n", folder);
    print_number(out, "generation", index->generation);
    print_number(out, "segments", index->segment_count);
    print_number(out, "articles", index->articles - index->deleted_articles);
    print_number(out, "passages", index->passages - index->deleted_passages);
    print_number(out, "deleted articles", index->deleted_articles);
    print_number(out, "deleted passages", index->deleted_passages);
    print_number(out, "words", index->tokens);
    print_number(out, "words in titles", title_tokens);
    fprintf(out, "words a passage\t%.1f\n", index->passages == 0 ? 0 : index->average);
    if (index->segment_count != 0) {
        print_number(out, "passage words", index->segments[0].segment->meta.passage_words);
        fprintf(out, "text\t%s\n", index->has_text ? "stored" : "not stored");
    }
    print_languages(out, index->stemmers);
    print_number(out, "bytes", bytes);
}

static void print_segment(FILE *out, const struct csa_index_segment *segment)
{
    const struct csa_segment_meta *meta = &segment->segment->meta;
    fprintf(out, "segment %" PRIx64 "\n", segment->segment->number);
    print_number(out, "  bytes", segment->segment->file.size);
    print_number(out, "  articles", meta->articles);
    print_number(out, "  passages", meta->passages);
    print_number(out, "  deleted passages", segment->deletes.deleted);
    print_number(out, "  words", meta->tokens);
    print_number(out, "  longest passage", meta->longest);
    print_number(out, "  different words", meta->terms[0]);
    print_number(out, "  different stems", meta->terms[1]);
    print_number(out, "  different words in titles", meta->terms[2]);
    print_number(out, "  different stems in titles", meta->terms[3]);
    for (int i = 1; i < CSA_SECTION_COUNT; i++) {
        if (segment->segment->sections[i].size != 0) {
            fprintf(out, "  section %s\t%zu\n", csa_section_name((enum csa_section)i),
                    segment->segment->sections[i].size);
        }
    }
}

int csa_command_stats(const struct csa_index_options *options, FILE *out, FILE *messages)
{
    struct csa_error error = {0};
    struct csa_index *index;
    if (csa_index_open(options->folder, &index, &error) != CSA_OK) {
        csa_command_message(messages, error.message);
        return CSA_EXIT_NOTHING;
    }
    print_totals(out, options->folder, index);
    for (uint32_t i = 0; i < index->segment_count; i++) {
        print_segment(out, &index->segments[i]);
    }
    csa_index_close(index);
    return csa_command_flush(out, messages, "") ? CSA_EXIT_DONE : CSA_EXIT_NOTHING;
}
