/* What the dictionary's reader and writer share: the flags of an entry. Private to common/index/. */
#ifndef CSA_INDEX_DICTIONARY_FORMAT_H
#define CSA_INDEX_DICTIONARY_FORMAT_H

enum {
    DICTIONARY_OWN_STEM = 1, /* a word whose list is also that of the stem of the same text */
    DICTIONARY_SHARED = 2,   /* a stem whose list is a word's */
    DICTIONARY_FLAG_BITS = 2,
};

#endif
