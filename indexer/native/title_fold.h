/* How titles are folded for the section TITLES: as the searcher folds what is typed. */
#ifndef CSA_INDEXER_NATIVE_TITLE_FOLD_H
#define CSA_INDEXER_NATIVE_TITLE_FOLD_H

#include "common/index/segment_writer.h"

extern const struct csa_fold_callback csa_title_fold;

#endif
