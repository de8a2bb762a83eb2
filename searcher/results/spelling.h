/* How likely a word was typed when another was meant: a noisy channel (Kernighan, Church and Gale 1990) whose
 * edits differ in cost by kind, by the keyboard and by place. Knows nothing of the collection; suggest.c
 * weighs what it says against how frequent words are. */
#ifndef CSA_SEARCHER_RESULTS_SPELLING_H
#define CSA_SEARCHER_RESULTS_SPELLING_H

#include "common/base/buffer.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stddef.h>

enum { CSA_SPELLING_CHARACTERS = 48 }; /* a longer word is compared by nobody */

/* What the parts of the cost are, in nats: natural logarithms of how many times rarer one makes a spelling.
 */
struct csa_spelling_costs {
    double edit;    /* every edit */
    double swap;    /* and for two letters swapped */
    double leave;   /* a letter left out */
    double add;     /* a letter too many */
    double change;  /* a letter for another */
    double doubled; /* taken off when the letter left out or too many is one of a pair of the same */
    double near;    /* taken off for a key beside the right one */
    double vowel;   /* taken off for a vowel instead of a vowel */
    double first;   /* for an edit of the first letter */
    double brief; /* for each letter that the word meant has less than four: such words are seldom misspelt */
};
extern const struct csa_spelling_costs csa_spelling_costs;

/* The least cost of edits that make `typed` of `meant`, both folded; negative when one is too long. */
double csa_spelling_cost(const struct csa_spelling_costs *costs, struct csa_view typed,
                         struct csa_view meant);

/* Whether keys lie side by side on a keyboard: QWERTY, QWERTZ, AZERTY or the Russian one. Lower case. */
bool csa_spelling_keys_are_near(uint32_t a, uint32_t b);

/* Appends text as the same keys would have typed it on the other keyboard, QWERTY and the Russian one
 * (ghbdtn: привет); everything else stays. False when no character changed. */
bool csa_spelling_other_keyboard(struct csa_view text, bool to_russian, struct csa_buffer *out);

#endif
