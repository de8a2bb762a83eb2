#include "searcher/interactive/interactive.h"

#include "common/base/buffer.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "searcher/interactive/editor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHOICES = 20,    /* shown of those that a word may become: the most frequent ones */
    VISITED = 20000, /* words of the dictionary looked at for one completion */
    PATH_ROOM = 4096,
};

struct dialogue {
    struct csa_engine *engine;
    csa_interactive_answer *answer;
    void *context;
    FILE *out;
    size_t page, pages;
    struct csa_buffer query; /* the last one */
};

/* ---- completion ---- */

struct choice {
    char word[CSA_TOKEN_MAXIMUM];
    size_t size;
    uint64_t passages;
};

/* The most frequent words that begin as the one at the cursor does, and what all of them share. */
struct choices {
    struct choice items[CHOICES];
    size_t count, visited;
    char shared[CSA_TOKEN_MAXIMUM];
    size_t shared_size;
};

static bool take_word(void *context, struct csa_view word, uint64_t passages)
{
    struct choices *choices = context;
    if (word.size > CSA_TOKEN_MAXIMUM) {
        return true;
    }
    if (choices->visited++ == 0) {
        memcpy(choices->shared, word.data, word.size);
        choices->shared_size = word.size;
    }
    size_t shared = 0;
    while (shared < choices->shared_size && shared < word.size &&
           choices->shared[shared] == word.data[shared]) {
        shared++;
    }
    choices->shared_size = shared;
    size_t at = choices->count;
    while (at != 0 && choices->items[at - 1].passages < passages) {
        at--;
    }
    if (at < CHOICES) {
        choices->count += choices->count < CHOICES;
        memmove(&choices->items[at + 1], &choices->items[at],
                (choices->count - at - 1) * sizeof *choices->items);
        memcpy(choices->items[at].word, word.data, word.size);
        choices->items[at].size = word.size;
        choices->items[at].passages = passages;
    }
    return choices->visited < VISITED;
}

/* The word that ends at the end of head, folded as in the dictionary; false when there is none. */
static bool last_word(struct csa_view head, char word[CSA_TOKEN_MAXIMUM], size_t *size)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    bool found = false;
    csa_tokenizer_init(&tokenizer, head);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        found = token.end == head.size && (token.flags & (CSA_TOKEN_PAIR | CSA_TOKEN_EXTRA)) == 0;
        if (found) {
            memcpy(word, token.surface.data, token.surface.size);
            *size = token.surface.size;
        }
    }
    return found;
}

static void complete(void *context, struct csa_view head, struct csa_buffer *more, struct csa_buffer *choices)
{
    const struct dialogue *dialogue = context;
    char word[CSA_TOKEN_MAXIMUM];
    size_t size = 0;
    struct choices found = {.count = 0};
    struct csa_error error = {0};
    if (!last_word(head, word, &size) ||
        dialogue->engine->operations->words(dialogue->engine, csa_view_make(word, size), &found, take_word,
                                            &error) != CSA_OK ||
        found.count == 0) {
        return;
    }
    size_t shared = csa_utf8_truncate(csa_view_make(found.shared, found.shared_size), found.shared_size);
    if (shared > size) {
        csa_buffer_append(more, found.shared + size, shared - size);
    }
    if (found.count == 1) {
        csa_buffer_append_byte(more, ' ');
        return;
    }
    for (size_t i = 0; i < found.count && shared <= size; i++) {
        csa_buffer_append(choices, found.items[i].word, found.items[i].size);
        csa_buffer_append_byte(choices, '\n');
    }
}

/* ---- the dialogue ---- */

static void help(FILE *out)
{
    fputs("A query is searched as on the command line; csa-query(7) explains the language.\n"
          "  :next  :previous  :first    pages of the last query\n"
          "  :help  :quit                or Ctrl-D\n"
          "Tab completes a word, the arrows and Ctrl-R find earlier queries, Ctrl-C drops the line.\n",
          out);
}

static enum csa_status show_page(struct dialogue *dialogue, size_t page, struct csa_error *error)
{
    if (dialogue->query.size == 0) {
        fputs("There is no query yet.\n", dialogue->out);
        return CSA_OK;
    }
    if (page < 1 || page > dialogue->pages) {
        fputs(page < 1 ? "This is the first page.\n" : "Pages do not go further.\n", dialogue->out);
        return CSA_OK;
    }
    dialogue->page = page;
    return dialogue->answer(dialogue->context, csa_buffer_view(&dialogue->query), page, error);
}

/* Whether line is a command, in full or by its first letters. */
static bool is_command(struct csa_view line, const char *name)
{
    return line.size >= 2 && line.size <= strlen(name) && memcmp(line.data, name, line.size) == 0;
}

static enum csa_status take_line(struct dialogue *dialogue, struct csa_view line, bool *quit,
                                 struct csa_error *error)
{
    if (line.data[0] != ':') {
        csa_buffer_clear(&dialogue->query);
        csa_buffer_append_view(&dialogue->query, line);
        enum csa_status status = csa_buffer_check(&dialogue->query, "query", error);
        return status == CSA_OK ? show_page(dialogue, 1, error) : status;
    }
    if (is_command(line, ":next")) {
        return show_page(dialogue, dialogue->page + 1, error);
    }
    if (is_command(line, ":previous")) {
        return show_page(dialogue, dialogue->page - 1, error);
    }
    if (is_command(line, ":first")) {
        return show_page(dialogue, 1, error);
    }
    *quit = is_command(line, ":quit");
    if (!*quit) {
        help(dialogue->out);
    }
    return CSA_OK;
}

/* Where lines are remembered: $CSA_HISTORY (empty: nowhere), else the user's folder for such things. */
static const char *history_path(char room[PATH_ROOM])
{
    const char *own = getenv("CSA_HISTORY");
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (own != NULL) {
        return *own == '\0' ? NULL : own;
    }
    int size = -1;
    if (state != NULL && *state == '/') {
        size = snprintf(room, PATH_ROOM, "%s/csa/history", state);
    } else if (home != NULL && *home == '/') {
        size = snprintf(room, PATH_ROOM, "%s/.local/state/csa/history", home);
    }
    return size < 0 || size >= PATH_ROOM ? NULL : room;
}

enum csa_status csa_interactive_run(struct csa_engine *engine, size_t pages, csa_interactive_answer *answer,
                                    void *context, FILE *out, struct csa_error *error)
{
    struct dialogue dialogue = {
        .engine = engine, .answer = answer, .context = context, .out = out, .page = 1, .pages = pages};
    char room[PATH_ROOM];
    struct csa_editor *editor;
    enum csa_status status = csa_editor_open(out, history_path(room), complete, &dialogue, &editor, error);
    if (status != CSA_OK) {
        return status;
    }
    csa_buffer_init(&dialogue.query, (size_t)1 << 24);
    if (csa_editor_edits(editor)) {
        fputs(":help says what can be typed here.\n", out);
    }
    bool quit = false;
    while (status == CSA_OK && !quit) {
        struct csa_view line;
        enum csa_editor_event event = csa_editor_read(editor, &line);
        quit = event == CSA_EDITOR_END;
        line = csa_view_trim(line);
        if (event == CSA_EDITOR_LINE && line.size != 0) {
            if (line.data[0] != ':') {
                csa_editor_remember(editor, line);
            }
            status = take_line(&dialogue, line, &quit, error);
        }
    }
    csa_buffer_release(&dialogue.query);
    csa_editor_close(editor);
    return status;
}
