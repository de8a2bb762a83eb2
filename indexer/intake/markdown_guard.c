/* One pass over Markdown that bounds the work of parsing it; see markdown_guard.h. Called by markdown.c. */
#include "indexer/intake/markdown_guard.h"

#include <stdint.h>
#include <string.h>

enum { SIZE_LIMIT = 64 << 20, CONTAINERS_LIMIT = 100 };
#define WORK_LIMIT 1000000000U /* pairs of delimiters within paragraphs, over the whole text */

static bool is_delimiter(char byte)
{
    return byte != '\0' && strchr("[]()*_`<&!\\", byte) != NULL;
}

/* Quotes and list items that a line opens at its start. */
static unsigned count_containers(struct csa_view line)
{
    unsigned count = 0;
    for (size_t i = 0; i < line.size; i++) {
        char byte = line.data[i];
        bool space = byte == ' ' || byte == '\t';
        bool digit = (byte >= '0' && byte <= '9') || byte == '.' || byte == ')';
        if (byte == '>' || byte == '-' || byte == '+' || byte == '*') {
            count++;
        } else if (digit) {
            count += byte == '.' || byte == ')';
        } else if (!space) {
            break;
        }
    }
    return count;
}

/* A line of one character alone, such as a row of dashes or stars, opens nothing. */
static bool is_rule(struct csa_view line)
{
    char first = '\0';
    for (size_t i = 0; i < line.size; i++) {
        char byte = line.data[i];
        if (byte == ' ' || byte == '\t' || byte == '\r') {
            continue;
        }
        if ((first != '\0' && byte != first) || byte == '>') {
            return false;
        }
        first = byte;
    }
    return true;
}

/* Whether a line begins a paragraph of its own even without a blank line before it. */
static bool begins_paragraph(struct csa_view line)
{
    size_t i = 0;
    while (i < line.size && (line.data[i] == ' ' || line.data[i] == '\t')) {
        i++;
    }
    if (i + 1 >= line.size) {
        return true; /* blank */
    }
    char byte = line.data[i];
    return byte == '#' ||
           ((byte == '-' || byte == '*' || byte == '+') && line.data[i + 1] == ' ' && i + 2 < line.size);
}

bool csa_markdown_is_tame(struct csa_view text)
{
    if (text.size > SIZE_LIMIT) {
        return false;
    }
    uint64_t work = 0;
    uint64_t delimiters = 0;
    for (size_t at = 0; at < text.size;) {
        const char *newline = memchr(text.data + at, '\n', text.size - at);
        size_t end = newline == NULL ? text.size : (size_t)(newline - text.data);
        struct csa_view line = csa_view_make(text.data + at, end - at);
        at = end + 1;
        if (count_containers(line) > CONTAINERS_LIMIT && !is_rule(line)) {
            return false;
        }
        if (begins_paragraph(line)) {
            delimiters = 0;
        }
        uint64_t here = 0;
        for (size_t i = 0; i < line.size; i++) {
            here += is_delimiter(line.data[i]);
        }
        work += here * (2 * delimiters + here);
        delimiters += here;
        if (work > WORK_LIMIT) {
            return false;
        }
    }
    return true;
}
