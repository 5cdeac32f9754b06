/* receipts.h -- receipts.jsonl: one line a request, appended whole. */
#ifndef TT_STORE_RECEIPTS_H
#define TT_STORE_RECEIPTS_H

#include "base/buf.h"

#define TT_RECEIPTS_MAX ((size_t)16 << 20) /* then the file becomes receipts.1.jsonl */

/* Append a line (without its newline).  Several processes may do so at once.
 * TT_EIO with a sentence for people in `message`. */
int tt_receipts_append(const char *dir, tt_str line, size_t max, struct tt_buf *message);

#endif
