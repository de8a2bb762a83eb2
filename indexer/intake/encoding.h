/* Text in any common encoding -> UTF-8. Private to intake. */
#ifndef CSA_INDEXER_INTAKE_ENCODING_H
#define CSA_INDEXER_INTAKE_ENCODING_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stdint.h>

/* Makes *text the bytes as valid UTF-8 without NUL bytes and byte order mark: a part of `bytes` when they are
 * that already, else written to `converted` (empty, with a maximum). What cannot be converted becomes U+FFFD
 * and is added to *replaced.
 *
 * The encoding is, in this order: told by a byte order mark; UTF-8 where the bytes are valid or all but
 * valid; UTF-16 or UTF-32 without a mark where the zero bytes say so; what the markup declares (charset in a
 * meta element, the XML declaration), when `markup`; what uchardet finds; windows-1252. Names mean what
 * browsers take them to mean (gb2312 is GB18030, iso-8859-1 is windows-1252). */
enum csa_status csa_encoding_decode(struct csa_view bytes, bool markup, struct csa_buffer *converted,
                                    struct csa_view *text, uint64_t *replaced, struct csa_error *error);

/* Whether these first bytes of a file are UTF-16 or UTF-32 text, with or without a byte order mark. */
bool csa_encoding_is_wide(struct csa_view head);

#endif
