/* The noisy channel's costs: keyboards, and the cheapest way from one spelling to another. Owns no state.
 * Called by suggest.c. */
#include "searcher/results/spelling.h"

#include "common/text/unicode.h"

/* Edits as if made at random: a letter too many or wrong is one of some 26, so log 26 dearer than one that is
 * missing or swapped. tests/bench/suggestions.py says what each part brings. */
const struct csa_spelling_costs csa_spelling_costs = {
    .edit = 1.6,
    .swap = 0,
    .leave = 0,
    .add = 3.3,
    .change = 3.3,
    .doubled = 0.5,
    .near = 0.3,
    .vowel = 0.2,
    .first = 0.3,
    .brief = 2,
};

/* ---- keyboards ---- */

enum { BRIEF = 4, /* letters: shorter words are brief */ };

enum { ROWS = 3, KEYS = 13, LAYOUTS = 4, QWERTY = 0, RUSSIAN = 3 };

/* Rows of keys; the second and the third row are moved to the right by about half a key each. A zero: the
 * key types no letter. */
static const uint32_t keyboards[LAYOUTS][ROWS][KEYS] = {
    {{'q', 'w', 'e', 'r', 't', 'y', 'u', 'i', 'o', 'p', '[', ']'},
     {'a', 's', 'd', 'f', 'g', 'h', 'j', 'k', 'l', ';', '\''},
     {'z', 'x', 'c', 'v', 'b', 'n', 'm', ',', '.'}},
    {{'q', 'w', 'e', 'r', 't', 'z', 'u', 'i', 'o', 'p', 0xFC},
     {'a', 's', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 0xF6, 0xE4},
     {'y', 'x', 'c', 'v', 'b', 'n', 'm'}},
    {{'a', 'z', 'e', 'r', 't', 'y', 'u', 'i', 'o', 'p'},
     {'q', 's', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm'},
     {'w', 'x', 'c', 'v', 'b', 'n'}},
    {{0x439, 0x446, 0x443, 0x43A, 0x435, 0x43D, 0x433, 0x448, 0x449, 0x437, 0x445, 0x44A},
     {0x444, 0x44B, 0x432, 0x430, 0x43F, 0x440, 0x43E, 0x43B, 0x434, 0x436, 0x44D},
     {0x44F, 0x447, 0x441, 0x43C, 0x438, 0x442, 0x44C, 0x431, 0x44E}},
};

static bool find_key(const uint32_t layout[ROWS][KEYS], uint32_t character, int *row, int *column)
{
    for (*row = 0; *row < ROWS; ++*row) {
        for (*column = 0; *column < KEYS; ++*column) {
            if (layout[*row][*column] == character) {
                return true;
            }
        }
    }
    return false;
}

bool csa_spelling_keys_are_near(uint32_t a, uint32_t b)
{
    for (unsigned l = 0; l < LAYOUTS && a != 0 && b != 0; l++) {
        int row_a;
        int row_b;
        int column_a;
        int column_b;
        if (find_key(keyboards[l], a, &row_a, &column_a) && find_key(keyboards[l], b, &row_b, &column_b)) {
            int down = row_b - row_a;
            int right = column_b - column_a;
            /* Below a key lie the one of its own column and the one before. */
            if ((down == 0 && (right == 1 || right == -1)) || (down == 1 && (right == 0 || right == -1)) ||
                (down == -1 && (right == 0 || right == 1))) {
                return true;
            }
        }
    }
    return false;
}

bool csa_spelling_other_keyboard(struct csa_view text, bool to_russian, struct csa_buffer *out)
{
    unsigned from = to_russian ? QWERTY : RUSSIAN;
    unsigned to = to_russian ? RUSSIAN : QWERTY;
    bool changed = false;
    const char *end = text.data + text.size;
    for (const char *p = text.data; p < end;) {
        uint32_t character;
        int row;
        int column;
        char bytes[4];
        p = csa_utf8_decode(p, end, &character);
        uint32_t lower = character;
        if ((character >= 'A' && character <= 'Z') || (character >= 0x410 && character <= 0x42F)) {
            lower = character + 32;
        }
        if (lower != 0 && find_key(keyboards[from], lower, &row, &column) &&
            keyboards[to][row][column] != 0) {
            changed = true;
            character = keyboards[to][row][column];
        }
        csa_buffer_append(out, bytes, csa_utf8_encode(bytes, character));
    }
    return changed;
}

/* ---- costs ---- */

static bool is_vowel(uint32_t c)
{
    static const uint32_t vowels[] = {'a',   'e',   'i',   'o',   'u',   'y',   0x430, 0x435,
                                      0x438, 0x43E, 0x443, 0x44B, 0x44D, 0x44E, 0x44F};
    for (size_t i = 0; i < sizeof vowels / sizeof *vowels; i++) {
        if (vowels[i] == c) {
            return true;
        }
    }
    return false;
}

static double change_cost(const struct csa_spelling_costs *costs, uint32_t typed, uint32_t meant)
{
    double cost = costs->edit + costs->change;
    cost -= csa_spelling_keys_are_near(typed, meant) ? costs->near : 0;
    cost -= is_vowel(typed) && is_vowel(meant) ? costs->vowel : 0;
    return cost;
}

/* Letter i of a word: whether it stands beside the same letter. */
static bool is_doubled(const uint32_t *word, size_t count, size_t i)
{
    return (i > 0 && word[i - 1] == word[i]) || (i + 1 < count && word[i + 1] == word[i]);
}

static double add_cost(const struct csa_spelling_costs *costs, const uint32_t *typed, size_t count, size_t i)
{
    double cost = costs->edit + costs->add;
    if (is_doubled(typed, count, i)) {
        return cost - costs->doubled;
    }
    bool near = (i > 0 && csa_spelling_keys_are_near(typed[i], typed[i - 1])) ||
                (i + 1 < count && csa_spelling_keys_are_near(typed[i], typed[i + 1]));
    return cost - (near ? costs->near : 0);
}

static double leave_cost(const struct csa_spelling_costs *costs, const uint32_t *meant, size_t count,
                         size_t i)
{
    return costs->edit + costs->leave - (is_doubled(meant, count, i) ? costs->doubled : 0);
}

static size_t to_characters(struct csa_view word, uint32_t characters[CSA_SPELLING_CHARACTERS])
{
    size_t count = 0;
    const char *end = word.data + word.size;
    for (const char *p = word.data; p < end; count++) {
        if (count == CSA_SPELLING_CHARACTERS) {
            return SIZE_MAX;
        }
        p = csa_utf8_decode(p, end, &characters[count]);
    }
    return count;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

double csa_spelling_cost(const struct csa_spelling_costs *costs, struct csa_view typed, struct csa_view meant)
{
    uint32_t t[CSA_SPELLING_CHARACTERS];
    uint32_t w[CSA_SPELLING_CHARACTERS];
    double rows[3][CSA_SPELLING_CHARACTERS + 1];
    size_t m = to_characters(typed, t);
    size_t n = to_characters(meant, w);
    if (m == SIZE_MAX || n == SIZE_MAX) {
        return -1;
    }
    rows[0][0] = 0;
    for (size_t j = 1; j <= n; j++) {
        rows[0][j] = rows[0][j - 1] + leave_cost(costs, w, n, j - 1) + (j == 1 ? costs->first : 0);
    }
    for (size_t i = 1; i <= m; i++) {
        double *row = rows[i % 3];
        const double *above = rows[(i + 2) % 3];
        double add = add_cost(costs, t, m, i - 1);
        row[0] = above[0] + add + (i == 1 ? costs->first : 0);
        for (size_t j = 1; j <= n; j++) {
            double first = j == 1 && i == 1 ? costs->first : 0;
            double same =
                above[j - 1] + (t[i - 1] == w[j - 1] ? 0 : change_cost(costs, t[i - 1], w[j - 1]) + first);
            double added = above[j] + add;
            double left = row[j - 1] + leave_cost(costs, w, n, j - 1);
            row[j] = smaller(same, smaller(added, left));
            if (i > 1 && j > 1 && t[i - 1] == w[j - 2] && t[i - 2] == w[j - 1] && t[i - 1] != t[i - 2]) {
                double swap = rows[(i + 1) % 3][j - 2] + costs->edit + costs->swap +
                              (j == 2 && i == 2 ? costs->first : 0);
                row[j] = smaller(row[j], swap);
            }
        }
    }
    double cost = rows[m % 3][n];
    return cost == 0 || n >= BRIEF ? cost : cost + costs->brief * (double)(BRIEF - n);
}
