/* Writing postings lists (docs/index-format.md, sections 6 and 7). Owns the bytes of the list being written:
 * its blocks, whose arrays must stand before them, and the positions on their way to the output. Called by
 * the segment writer. The first error of a list is kept until its end. */
#include "common/index/postings_writer.h"

#include "common/base/memory.h"

enum {
    POSITIONS_PENDING = 64 * 1024, /* bytes that are gathered before the output is called */
    GROUP_ROOM = 1 + 4 * CSA_BLOCK,
};

struct block_record {
    uint64_t positions; /* offset in the list's positions */
    uint32_t documents; /* offset behind the arrays */
    uint32_t last;
    uint8_t bound, document_encoding, frequency_encoding;
};

struct csa_postings_writer {
    struct csa_output *postings, *positions;
    uint64_t postings_start, positions_start;
    const uint32_t *lengths;
    struct csa_saturation saturation;

    /* the list */
    enum csa_status status;
    const char *what; /* of a status other than CSA_OK */
    enum csa_term_kind kind;
    bool with_positions;
    uint32_t block_count;
    uint32_t block_previous; /* the last document of the block before, UINT32_MAX at the start */
    uint32_t first_position;
    uint64_t occurrence_count;
    uint64_t positions_offset, positions_size;
    uint64_t block_positions;        /* where the positions of the block begin */
    struct csa_buffer data;          /* its blocks */
    struct csa_buffer arrays;        /* what stands before them; filled at the end */
    struct csa_buffer position_data; /* not yet in the output */
    struct block_record *records;    /* owned */
    size_t record_room;

    /* the block */
    unsigned fill;       /* documents */
    unsigned group_fill; /* positions */
    uint32_t documents[CSA_BLOCK];
    uint32_t frequencies[CSA_BLOCK]; /* each minus 1 */
    uint32_t distances[CSA_BLOCK];   /* positions, as they are stored */
};

enum csa_status csa_postings_writer_new(struct csa_postings_writer **writer, struct csa_output *postings,
                                        struct csa_output *positions, struct csa_error *error)
{
    struct csa_postings_writer *made = csa_calloc(1, sizeof *made);
    *writer = made;
    if (made == NULL) {
        return csa_error_set_memory(error, "the postings writer");
    }
    made->postings = postings;
    made->positions = positions;
    made->postings_start = postings->offset;
    made->positions_start = positions != NULL ? positions->offset : 0;
    csa_buffer_init(&made->data, UINT32_MAX);
    csa_buffer_init(&made->arrays, UINT32_MAX);
    csa_buffer_init(&made->position_data, POSITIONS_PENDING + GROUP_ROOM);
    return CSA_OK;
}

void csa_postings_writer_free(struct csa_postings_writer *writer)
{
    if (writer != NULL) {
        csa_buffer_release(&writer->data);
        csa_buffer_release(&writer->arrays);
        csa_buffer_release(&writer->position_data);
        csa_free(writer->records);
        csa_free(writer);
    }
}

void csa_postings_writer_set_lengths(struct csa_postings_writer *writer, const uint32_t *lengths,
                                     struct csa_saturation saturation)
{
    writer->lengths = lengths;
    writer->saturation = saturation;
}

void csa_postings_writer_begin(struct csa_postings_writer *writer, enum csa_term_kind kind)
{
    writer->status = CSA_OK;
    writer->kind = kind;
    writer->with_positions = kind == CSA_TERM_WORD && writer->positions != NULL;
    writer->block_count = 0;
    writer->block_previous = UINT32_MAX;
    writer->occurrence_count = 0;
    writer->positions_offset =
        writer->with_positions ? writer->positions->offset - writer->positions_start : 0;
    writer->positions_size = 0;
    writer->block_positions = 0;
    csa_buffer_clear(&writer->data);
    csa_buffer_clear(&writer->arrays);
    csa_buffer_clear(&writer->position_data);
    writer->fill = 0;
    writer->group_fill = 0;
}

static void fail(struct csa_postings_writer *writer, enum csa_status status, const char *what)
{
    if (writer->status == CSA_OK) {
        writer->status = status;
        writer->what = what;
    }
}

/* Packs values behind what the buffer holds. */
static void append_packed(struct csa_buffer *buffer, const uint32_t *values, size_t n, unsigned width)
{
    size_t size = csa_packed_size(n, width);
    if (size != 0 && csa_buffer_reserve(buffer, size)) {
        csa_pack(values, n, width, (uint8_t *)buffer->data + buffer->size);
        buffer->size += size;
    }
}

/* ---- positions ---- */

static void send_positions(struct csa_postings_writer *writer)
{
    csa_output_write(writer->positions, writer->position_data.data, writer->position_data.size);
    csa_buffer_clear(&writer->position_data);
}

static void close_group(struct csa_postings_writer *writer)
{
    struct csa_buffer *buffer = &writer->position_data;
    unsigned n = writer->group_fill;
    writer->group_fill = 0;
    if (!csa_buffer_reserve(buffer, GROUP_ROOM)) {
        fail(writer, CSA_ERROR_MEMORY, "positions");
        return;
    }
    unsigned width = csa_bit_width(writer->distances, n);
    size_t before = buffer->size;
    csa_buffer_append_byte(buffer, (uint8_t)width);
    append_packed(buffer, writer->distances, n, width);
    writer->positions_size += buffer->size - before;
    if (buffer->size >= POSITIONS_PENDING) {
        send_positions(writer);
    }
}

static void add_positions(struct csa_postings_writer *writer, uint32_t frequency, const uint32_t *positions)
{
    if (positions == NULL) {
        fail(writer, CSA_ERROR_MISUSE, "a word without positions");
        return;
    }
    uint32_t next = 0; /* the least that the next position can be */
    for (uint32_t i = 0; i < frequency; i++) {
        if (positions[i] < next || positions[i] == UINT32_MAX) {
            fail(writer, CSA_ERROR_MISUSE, "positions do not ascend");
            return;
        }
        writer->distances[writer->group_fill++] = positions[i] - next;
        next = positions[i] + 1;
        if (writer->group_fill == CSA_BLOCK) {
            close_group(writer);
        }
    }
}

/* ---- blocks of documents ---- */

static uint8_t block_bound(const struct csa_postings_writer *writer)
{
    if (writer->lengths == NULL) {
        return UINT8_MAX;
    }
    float highest = 0;
    for (unsigned i = 0; i < writer->fill; i++) {
        float value = csa_saturation_value(writer->saturation, writer->frequencies[i] + 1,
                                           writer->lengths[writer->documents[i]]);
        highest = value > highest ? value : highest;
    }
    return csa_bound_encode(highest);
}

static struct block_record *add_record(struct csa_postings_writer *writer)
{
    if (writer->block_count == writer->record_room) {
        size_t room = writer->record_room == 0 ? 64 : 2 * writer->record_room;
        struct block_record *records = csa_realloc(writer->records, room, sizeof *records);
        if (records == NULL) {
            fail(writer, CSA_ERROR_MEMORY, "blocks of postings");
            return NULL;
        }
        writer->records = records;
        writer->record_room = room;
    }
    return &writer->records[writer->block_count++];
}

/* The gaps of n documents behind `previous`; the bits that the largest needs. */
static unsigned make_gaps(const uint32_t *documents, size_t n, uint32_t previous, uint32_t *gaps)
{
    for (size_t i = 0; i < n; i++) {
        gaps[i] = documents[i] - previous - 1;
        previous = documents[i];
    }
    return csa_bit_width(gaps, n);
}

static void append_bitmap(struct csa_buffer *buffer, const struct csa_postings_writer *writer, size_t size)
{
    if (!csa_buffer_reserve(buffer, size)) {
        return;
    }
    uint8_t *bits = (uint8_t *)buffer->data + buffer->size;
    memset(bits, 0, size);
    for (unsigned i = 0; i < writer->fill; i++) {
        uint32_t bit = writer->documents[i] - writer->block_previous - 1;
        bits[bit / 8] = (uint8_t)(bits[bit / 8] | 1U << (bit % 8));
    }
    buffer->size += size;
}

/* Ends a block of a list of several. */
static void close_block(struct csa_postings_writer *writer)
{
    struct block_record *record = add_record(writer);
    if (record == NULL) {
        return;
    }
    uint32_t last = writer->documents[writer->fill - 1];
    uint32_t gaps[CSA_BLOCK];
    unsigned width = make_gaps(writer->documents, writer->fill, writer->block_previous, gaps);
    unsigned frequency_width = csa_bit_width(writer->frequencies, writer->fill);
    *record = (struct block_record){
        .positions = writer->block_positions,
        .documents = (uint32_t)writer->data.size,
        .last = last,
        .bound = block_bound(writer),
        .document_encoding = (uint8_t)width,
        .frequency_encoding = (uint8_t)frequency_width,
    };
    size_t bitmap = ((size_t)(uint32_t)(last - writer->block_previous) + 7) / 8;
    if (bitmap <= csa_packed_size(writer->fill, width)) {
        record->document_encoding = CSA_ENCODING_BITMAP;
        append_bitmap(&writer->data, writer, bitmap);
    } else {
        append_packed(&writer->data, gaps, writer->fill, width);
    }
    append_packed(&writer->data, writer->frequencies, writer->fill, frequency_width);
    if (writer->group_fill != 0) {
        close_group(writer);
    }
    writer->block_positions = writer->positions_size;
    writer->block_previous = last;
    writer->fill = 0;
}

void csa_postings_writer_add(struct csa_postings_writer *writer, uint32_t document, uint32_t frequency,
                             const uint32_t *positions)
{
    if (writer->status != CSA_OK) {
        return;
    }
    if (writer->fill == CSA_BLOCK) {
        close_block(writer);
        if (writer->status != CSA_OK) {
            return;
        }
    }
    uint32_t previous = writer->fill != 0 ? writer->documents[writer->fill - 1] : writer->block_previous;
    if ((document <= previous && previous != UINT32_MAX) || document == CSA_DOCUMENT_NONE || frequency == 0) {
        fail(writer, CSA_ERROR_MISUSE, "documents do not ascend, or one without a frequency");
        return;
    }
    if (frequency > CSA_PASSAGE_TOKENS_MAXIMUM) {
        fail(writer, CSA_ERROR_LIMIT, "a passage with more than 2^24 tokens");
        return;
    }
    writer->documents[writer->fill] = document;
    writer->frequencies[writer->fill] = frequency - 1;
    writer->fill++;
    writer->occurrence_count += frequency;
    if (writer->with_positions) {
        if (writer->occurrence_count == 1 && positions != NULL) {
            writer->first_position = positions[0];
        }
        add_positions(writer, frequency, positions);
    }
}

/* ---- the end of a list ---- */

/* The place of the next list in an output. */
static uint64_t place_in(const struct csa_output *output, uint64_t start)
{
    return output->offset - start;
}

/* A list of 2 to 128 documents, made on the stack and written at once. */
static void write_short(struct csa_postings_writer *writer)
{
    uint8_t bytes[CSA_VARINT_MAXIMUM + 2 + 4 * 2 * CSA_BLOCK];
    uint32_t gaps[CSA_BLOCK];
    const uint32_t *documents = writer->documents;
    unsigned n = writer->fill;
    unsigned width = make_gaps(documents + 1, n - 1, documents[0], gaps);
    size_t size = csa_varint_encode(bytes, documents[0]);
    bytes[size++] = (uint8_t)width;
    unsigned frequency_width = 0;
    if (writer->occurrence_count > n) {
        frequency_width = csa_bit_width(writer->frequencies, n);
        bytes[size++] = (uint8_t)frequency_width;
    }
    csa_pack(gaps, n - 1, width, bytes + size);
    size += csa_packed_size(n - 1, width);
    csa_pack(writer->frequencies, n, frequency_width, bytes + size);
    size += csa_packed_size(n, frequency_width);
    csa_output_write(writer->postings, bytes, size);
}

/* The arrays of super-blocks, column by column. False when a super-block's positions are too large. */
static bool append_supers(struct csa_postings_writer *writer)
{
    struct csa_buffer *arrays = &writer->arrays;
    const struct block_record *records = writer->records;
    uint32_t blocks = writer->block_count;
    for (uint32_t i = 0; i < blocks; i += CSA_SUPER_BLOCK) {
        uint32_t end = blocks - i < CSA_SUPER_BLOCK ? blocks : i + CSA_SUPER_BLOCK;
        csa_buffer_append_u32(arrays, records[end - 1].last);
    }
    for (uint32_t i = 0; i < blocks; i += CSA_SUPER_BLOCK) {
        csa_buffer_append_u32(arrays, records[i].documents);
    }
    for (uint32_t i = 0; i < blocks && writer->with_positions; i += CSA_SUPER_BLOCK) {
        csa_buffer_append_u64(arrays, records[i].positions);
    }
    for (uint32_t i = 0; i < blocks; i += CSA_SUPER_BLOCK) {
        uint8_t highest = 0;
        uint32_t end = blocks - i < CSA_SUPER_BLOCK ? blocks : i + CSA_SUPER_BLOCK;
        for (uint32_t k = i; k < end; k++) {
            highest = records[k].bound > highest ? records[k].bound : highest;
            if (records[k].positions - records[i].positions > UINT32_MAX) {
                return false;
            }
        }
        csa_buffer_append_byte(arrays, highest);
    }
    return true;
}

static void append_blocks(struct csa_postings_writer *writer)
{
    struct csa_buffer *arrays = &writer->arrays;
    size_t blocks = writer->block_count;
    if (!csa_buffer_reserve(arrays, blocks * 13)) {
        return;
    }
    const struct block_record *records = writer->records;
    uint8_t *last = (uint8_t *)arrays->data + arrays->size;
    uint8_t *documents = last + 4 * blocks;
    uint8_t *positions = documents + 2 * blocks;
    uint8_t *bounds = positions + (writer->with_positions ? 4 * blocks : 0);
    for (size_t i = 0; i < blocks; i++) {
        const struct block_record *super = &records[i / CSA_SUPER_BLOCK * CSA_SUPER_BLOCK];
        csa_store_u32(last + 4 * i, records[i].last);
        csa_store_u16(documents + 2 * i, (uint16_t)(records[i].documents - super->documents));
        if (writer->with_positions) {
            csa_store_u32(positions + 4 * i, (uint32_t)(records[i].positions - super->positions));
        }
        bounds[i] = records[i].bound;
        bounds[blocks + i] = records[i].document_encoding;
        bounds[2 * blocks + i] = records[i].frequency_encoding;
    }
    arrays->size = (size_t)(bounds + 3 * blocks - (uint8_t *)arrays->data);
}

static void write_long(struct csa_postings_writer *writer)
{
    if (!append_supers(writer)) {
        fail(writer, CSA_ERROR_LIMIT, "the positions of a super-block take more than 4 GiB");
        return;
    }
    append_blocks(writer);
    if (writer->data.failed || writer->arrays.failed ||
        writer->data.size + writer->arrays.size > UINT32_MAX) {
        bool large = writer->data.size + writer->arrays.size > UINT32_MAX / 2;
        fail(writer, large ? CSA_ERROR_LIMIT : CSA_ERROR_MEMORY, "a list of postings (4 GiB is the largest)");
        return;
    }
    csa_output_write(writer->postings, writer->arrays.data, writer->arrays.size);
    csa_output_write(writer->postings, writer->data.data, writer->data.size);
}

static enum csa_status check_output(const struct csa_output *output, struct csa_error *error)
{
    return output == NULL ? CSA_OK : csa_error_pass(error, &output->error);
}

static enum csa_status report(const struct csa_postings_writer *writer, struct csa_error *error)
{
    if (writer->status == CSA_ERROR_MEMORY) {
        return csa_error_set_memory(error, writer->what);
    }
    return csa_error_set(error, writer->status, "a postings list cannot be written: %s", writer->what);
}

enum csa_status csa_postings_writer_end(struct csa_postings_writer *writer, struct csa_term_entry *entry,
                                        struct csa_error *error)
{
    if (writer->status == CSA_OK && writer->fill == 0) {
        fail(writer, CSA_ERROR_MISUSE, "no documents");
    }
    if (writer->status != CSA_OK) {
        return report(writer, error);
    }
    *entry = (struct csa_term_entry){
        .kind = writer->kind,
        .document_count = writer->block_count * CSA_BLOCK + writer->fill,
        .occurrence_count = writer->occurrence_count,
        .documents_offset = place_in(writer->postings, writer->postings_start),
        .positions_offset = writer->positions_offset,
    };
    if (writer->block_count != 0) {
        close_block(writer);
        if (writer->status == CSA_OK) {
            write_long(writer);
        }
    } else if (writer->fill > 1) {
        write_short(writer);
    } else {
        entry->single_document = writer->documents[0];
    }
    if (writer->occurrence_count == 1) {
        entry->single_position = writer->with_positions ? writer->first_position : 0;
        writer->group_fill = 0;
    } else if (writer->with_positions) {
        if (writer->group_fill != 0) {
            close_group(writer);
        }
        send_positions(writer);
    }
    if (writer->status != CSA_OK) {
        return report(writer, error);
    }
    entry->documents_size = place_in(writer->postings, writer->postings_start) - entry->documents_offset;
    entry->positions_size = writer->positions_size;
    enum csa_status status = check_output(writer->postings, error);
    return status != CSA_OK ? status : check_output(writer->positions, error);
}
