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
