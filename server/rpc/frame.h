/* frame.h -- incremental decoder of `Content-Length` framing.
 *
 * Bytes in, message bodies out, whatever the cuts.  Nothing that a client sends
 * ends the session: a damaged header or a body over the limit is reported once
 * and skipped, and reading goes on at the next plausible header.  (A header
 * cannot stand inside a JSON text: there, a line end in a string is escaped.
 * So looking for one, even in the middle of a line, finds only real ones.)
 *
 * Headers are read case-insensitively, unknown ones are ignored, LF alone ends
 * a line too, and empty lines before a header are skipped.
 */
#ifndef TT_RPC_FRAME_H
#define TT_RPC_FRAME_H

#include "trimtab/str.h"

#include <stdint.h>

#define TT_FRAME_MAX ((size_t)64 << 20) /* bytes of a body, for the language server */

enum tt_frame_problem {
    TT_FRAME_BAD_HEADER, /* not a header, or a Content-Length that is no number */
    TT_FRAME_NO_LENGTH,  /* a header block without Content-Length */
    TT_FRAME_TOO_LONG,   /* a body over the limit; `length` is what it claims */
};

struct tt_frame_events {
    /* One whole body, borrowed during the call.  Returns false when it is not
     * JSON: then its length may have been wrong, and the next header is looked
     * for inside it too. */
    bool (*on_body)(void *arg, tt_str body);

    /* Once for each stretch that is skipped, when it begins. */
    void (*on_problem)(void *arg, enum tt_frame_problem problem, uint64_t length);
};

struct tt_frame; /* opaque: frame.c */

/* `events` and `arg` are borrowed.  NULL when out of memory. */
struct tt_frame *tt_frame_create(size_t max_body, const struct tt_frame_events *events, void *arg);
void tt_frame_destroy(struct tt_frame *frame); /* NULL is fine.  Not from inside a callback */

/* Feed the next bytes.  Fails with TT_ENOMEM only, and then for good.  Memory
 * grows with the bytes that came, not with the length that a header claims. */
int tt_frame_feed(struct tt_frame *frame, tt_str bytes);

/* Is a frame begun and not ended?  For the message when the stream ends. */
bool tt_frame_partial(const struct tt_frame *frame);

/* A sentence for the log. */
const char *tt_frame_problem_text(enum tt_frame_problem problem);

#endif
