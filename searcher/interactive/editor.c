#include "searcher/interactive/editor.h"

#include "common/base/config.h"
#include "common/base/file.h"
#include "common/base/library.h"
#include "common/base/memory.h"
#include "common/base/terminal.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#if CSA_WITH_INTERACTIVE
#include <histedit.h>
#include <locale.h>
#endif

enum { LINE_MAXIMUM = 1024 * 1024 };
#define PROMPT "csa> "

#if CSA_WITH_INTERACTIVE
/* What is used of libedit, each of the type that its header declares. */
#define LIBEDIT_FUNCTIONS(X)                                                                                 \
    X(el_init)                                                                                               \
    X(el_end)                                                                                                \
    X(el_set)                                                                                                \
    X(el_gets)                                                                                               \
    X(el_line)                                                                                               \
    X(el_insertstr)                                                                                          \
    X(el_reset)                                                                                              \
    X(history_init)                                                                                          \
    X(history_end)                                                                                           \
    X(history)

struct libedit {
#define DECLARE(name) __typeof__(&name) name;
    LIBEDIT_FUNCTIONS(DECLARE)
#undef DECLARE
};
#endif

struct csa_editor {
    FILE *out;
    const char *history_file; /* null: none */
    csa_editor_complete *complete;
    void *context;
    struct csa_buffer line;
    bool prompting; /* a person is there */
    bool ended;
    struct sigaction before; /* what Ctrl-C did before */
#if CSA_WITH_INTERACTIVE
    struct libedit libedit;
    EditLine *edit; /* null: lines are read plainly */
    History *history;
    struct csa_buffer more, choices; /* of the completion at hand */
#endif
};

static volatile sig_atomic_t interrupted;

static void note_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* ---- with libedit ---- */

#if CSA_WITH_INTERACTIVE

static struct csa_editor *active; /* for libedit's callbacks */

static char *give_prompt(EditLine *edit)
{
    static char prompt[] = PROMPT;
    (void)edit;
    return prompt;
}

static unsigned char complete_word(EditLine *edit, int key)
{
    (void)key;
    struct csa_editor *editor = active;
    const LineInfo *line = editor->libedit.el_line(edit);
    csa_buffer_clear(&editor->more);
    csa_buffer_clear(&editor->choices);
    editor->complete(editor->context, csa_view_make(line->buffer, (size_t)(line->cursor - line->buffer)),
                     &editor->more, &editor->choices);
    csa_buffer_append_byte(&editor->more, 0);
    bool inserted = editor->more.size > 1 && !editor->more.failed &&
                    editor->libedit.el_insertstr(edit, editor->more.data) == 0;
    if (editor->choices.size != 0 && !editor->choices.failed) {
        fputc('\n', editor->out);
        fwrite(editor->choices.data, 1, editor->choices.size, editor->out);
        fflush(editor->out);
        return CC_REDISPLAY;
    }
    return inserted ? CC_REFRESH : CC_REFRESH_BEEP;
}

/* It stays loaded: it and the terminal library below it keep memory of their own. */
static bool load_libedit(struct libedit *libedit)
{
#define SYMBOL(name) {#name, &libedit->name},
    const struct csa_symbol symbols[] = {LIBEDIT_FUNCTIONS(SYMBOL)};
#undef SYMBOL
    enum { COUNT = sizeof symbols / sizeof *symbols };
    return csa_library_load("libedit.so.2", symbols, COUNT) ||
           csa_library_load("libedit.so.0", symbols, COUNT);
}

static void start_history(struct csa_editor *editor)
{
    HistEvent event;
    editor->history = editor->libedit.history_init();
    if (editor->history == NULL) {
        return;
    }
    editor->libedit.history(editor->history, &event, H_SETSIZE, CSA_EDITOR_HISTORY);
    editor->libedit.history(editor->history, &event, H_SETUNIQUE, 1);
    if (editor->history_file != NULL) {
        editor->libedit.history(editor->history, &event, H_LOAD, editor->history_file);
    }
    editor->libedit.el_set(editor->edit, EL_HIST, editor->libedit.history, editor->history);
}

static void start_libedit(struct csa_editor *editor)
{
    csa_buffer_init(&editor->more, LINE_MAXIMUM);
    csa_buffer_init(&editor->choices, LINE_MAXIMUM);
    if (!editor->prompting || !csa_terminal_can_redraw(fileno(editor->out)) ||
        !load_libedit(&editor->libedit)) {
        return;
    }
    setlocale(LC_CTYPE, ""); /* how libedit learns that the terminal speaks UTF-8 */
    editor->edit = editor->libedit.el_init("csa-search", stdin, editor->out, stderr);
    if (editor->edit == NULL) {
        return;
    }
    active = editor;
    editor->libedit.el_set(editor->edit, EL_PROMPT, give_prompt);
    editor->libedit.el_set(editor->edit, EL_EDITOR, "emacs");
    editor->libedit.el_set(editor->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
    /* Ctrl-D that was typed before the terminal was made raw comes as a null byte (Linux), and means the
     * same. */
    editor->libedit.el_set(editor->edit, EL_BIND, "^@", "em-delete-or-list", NULL);
    if (editor->complete != NULL) {
        editor->libedit.el_set(editor->edit, EL_ADDFN, "csa-complete", "complete a word", complete_word);
        editor->libedit.el_set(editor->edit, EL_BIND, "^I", "csa-complete", NULL);
    }
    start_history(editor);
}

static void end_libedit(struct csa_editor *editor)
{
    HistEvent event;
    if (editor->history != NULL) {
        if (editor->history_file != NULL && csa_file_make_private(editor->history_file)) {
            editor->libedit.history(editor->history, &event, H_SAVE, editor->history_file);
        }
        editor->libedit.history_end(editor->history);
    }
    if (editor->edit != NULL) {
        editor->libedit.el_end(editor->edit);
    }
    csa_buffer_release(&editor->more);
    csa_buffer_release(&editor->choices);
    active = NULL;
}

static enum csa_editor_event read_edited(struct csa_editor *editor, struct csa_view *line)
{
    int size = 0;
    const char *text = editor->libedit.el_gets(editor->edit, &size);
    if (size < 0 && interrupted) {
        editor->libedit.el_reset(editor->edit);
        fputs("^C\n", editor->out);
        return CSA_EDITOR_CANCELLED;
    }
    if (text == NULL || size <= 0) {
        fputc('\n', editor->out);
        return CSA_EDITOR_END;
    }
    *line = csa_view_make(text, (size_t)size);
    return CSA_EDITOR_LINE;
}
#endif

/* ---- without ---- */

/* One line from standard input, byte by byte through stdio, so that a pipe's next line stays there. */
static enum csa_editor_event read_plain(struct csa_editor *editor, struct csa_view *line)
{
    if (editor->prompting) {
        fputs(PROMPT, editor->out);
        fflush(editor->out);
    }
    csa_buffer_clear(&editor->line);
    int c;
    while ((c = getc(stdin)) != EOF && c != '\n') {
        if (editor->line.size < LINE_MAXIMUM) {
            csa_buffer_append_byte(&editor->line, (uint8_t)c);
        }
    }
    if (c == EOF && interrupted) {
        clearerr(stdin);
        fputc('\n', editor->out);
        return CSA_EDITOR_CANCELLED;
    }
    editor->ended = c == EOF;
    if (editor->ended && editor->line.size == 0) {
        if (editor->prompting) {
            fputc('\n', editor->out);
        }
        return CSA_EDITOR_END;
    }
    *line = csa_buffer_view(&editor->line);
    return CSA_EDITOR_LINE;
}

/* ---- both ---- */

enum csa_status csa_editor_open(FILE *out, const char *history, csa_editor_complete *complete, void *context,
                                struct csa_editor **opened, struct csa_error *error)
{
    struct csa_editor *editor = csa_calloc(1, sizeof *editor);
    *opened = editor;
    if (editor == NULL) {
        return csa_error_set_memory(error, "reading lines");
    }
    editor->out = out;
    editor->history_file = history;
    editor->complete = complete;
    editor->context = context;
    csa_buffer_init(&editor->line, LINE_MAXIMUM);
    editor->prompting = csa_terminal_is(STDIN_FILENO) && csa_terminal_is(fileno(editor->out));
    /* Without SA_RESTART, so that reading ends when Ctrl-C comes. */
    struct sigaction action = {.sa_handler = note_interrupt};
    sigemptyset(&action.sa_mask);
    if (editor->prompting) {
        sigaction(SIGINT, &action, &editor->before);
    }
#if CSA_WITH_INTERACTIVE
    start_libedit(editor);
#endif
    return CSA_OK;
}

void csa_editor_close(struct csa_editor *editor)
{
    if (editor == NULL) {
        return;
    }
#if CSA_WITH_INTERACTIVE
    end_libedit(editor);
#endif
    if (editor->prompting) {
        sigaction(SIGINT, &editor->before, NULL);
    }
    csa_buffer_release(&editor->line);
    csa_free(editor);
}

enum csa_editor_event csa_editor_read(struct csa_editor *editor, struct csa_view *line)
{
    interrupted = 0;
    *line = csa_view_make(NULL, 0);
    if (editor->ended) {
        return CSA_EDITOR_END;
    }
    enum csa_editor_event event = CSA_EDITOR_END;
#if CSA_WITH_INTERACTIVE
    event = editor->edit != NULL ? read_edited(editor, line) : read_plain(editor, line);
#else
    event = read_plain(editor, line);
#endif
    while (line->size != 0 && (line->data[line->size - 1] == '\n' || line->data[line->size - 1] == '\r')) {
        line->size--;
    }
    return event;
}

void csa_editor_remember(struct csa_editor *editor, struct csa_view line)
{
#if CSA_WITH_INTERACTIVE
    HistEvent event;
    csa_buffer_clear(&editor->line);
    csa_buffer_append_view(&editor->line, line);
    csa_buffer_append_byte(&editor->line, 0);
    if (editor->history != NULL && !editor->line.failed) {
        editor->libedit.history(editor->history, &event, H_ENTER, editor->line.data);
    }
#else
    (void)editor;
    (void)line;
#endif
}

bool csa_editor_edits(const struct csa_editor *editor)
{
#if CSA_WITH_INTERACTIVE
    return editor->edit != NULL;
#else
    (void)editor;
    return false;
#endif
}
