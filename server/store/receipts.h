/* receipts.h -- receipts.jsonl and answers.jsonl: one line a request, appended whole. */
#ifndef TT_STORE_RECEIPTS_H
#define TT_STORE_RECEIPTS_H

#include "base/buf.h"

#define TT_RECEIPTS_MAX ((size_t)16 << 20) /* then the file becomes NAME.1.jsonl */

enum tt_receipts_file { TT_RECEIPTS, TT_ANSWERS };

/* Append a line (without its newline).  Several processes may do so at once.
 * TT_EIO with a sentence for people in `message`. */
int tt_receipts_append(const char *dir, enum tt_receipts_file file, tt_str line, size_t max,
                       struct tt_buf *message);

#endif
