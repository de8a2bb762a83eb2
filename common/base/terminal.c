/* Terminal or not, how wide, in colour or not; see terminal.h. Owns no state. */
#include "common/base/terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NARROWEST = 20, WIDEST = 1000, USUAL = 80 };

bool csa_terminal_is(int descriptor)
{
    return isatty(descriptor) == 1;
}

static unsigned clamp_width(unsigned long width)
{
    return width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : (unsigned)width;
}

unsigned csa_terminal_width(int descriptor)
{
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) {
        return clamp_width(size.ws_col);
    }
    const char *columns = getenv("COLUMNS");
    if (columns != NULL && columns[0] >= '1' && columns[0] <= '9') {
        char *end;
        errno = 0;
        unsigned long width = strtoul(columns, &end, 10);
        if (errno == 0 && *end == '\0') {
            return clamp_width(width);
        }
    }
    return USUAL;
}

bool csa_terminal_can_redraw(int descriptor)
{
    const char *kind = getenv("TERM");
    return csa_terminal_is(descriptor) && kind != NULL && kind[0] != '\0' && strcmp(kind, "dumb") != 0;
}

bool csa_terminal_colour(int descriptor, bool switched_off)
{
    const char *no_color = getenv("NO_COLOR");
    return !switched_off && (no_color == NULL || no_color[0] == '\0') && csa_terminal_can_redraw(descriptor);
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

bool csa_terminal_links(int descriptor, bool switched_off)
{
    static const char *const kinds[] = {"xterm-kitty", "xterm-ghostty", "wezterm", "alacritty",
                                        "foot",        "foot-extra",    "contour"};
    static const char *const programs[] = {"iTerm.app", "WezTerm", "vscode", "ghostty"};
    /* Set by terminals that show links: Windows Terminal, Konsole, DomTerm. */
    static const char *const marks[] = {"WT_SESSION", "KONSOLE_VERSION", "DOMTERM"};
    const char *kind = environment("TERM");
    if (!csa_terminal_colour(descriptor, switched_off) || strncmp(kind, "screen", 6) == 0 ||
        strncmp(kind, "tmux", 4) == 0 || environment("TMUX")[0] != '\0') {
        return false;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kind, kinds[i]) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (strcmp(environment("TERM_PROGRAM"), programs[i]) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (environment(marks[i])[0] != '\0') {
            return true;
        }
    }
    return strtoul(environment("VTE_VERSION"), NULL, 10) >= 5000; /* GNOME's and its kin */
}

bool csa_terminal_unicode(void)
{
    const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *locale = environment(names[i]);
        if (locale[0] != '\0') {
            return strstr(locale, "UTF-8") != NULL || strstr(locale, "utf8") != NULL ||
                   strstr(locale, "UTF8") != NULL || strstr(locale, "utf-8") != NULL;
        }
    }
    return false;
}
