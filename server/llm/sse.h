/* sse.h -- incremental decoder for text/event-stream bodies.
 *
 * Bytes in, events out: no sockets, no clock, no JSON.  The HTTP layer feeds
 * it whatever arrives, in pieces of any size; the provider codecs turn the
 * events into tt_llm_event.  Tests and the fuzzer feed it one byte at a time.
 */
#ifndef TT_LLM_SSE_H
#define TT_LLM_SSE_H

#include "trimtab/str.h"

struct tt_sse; /* opaque: sse.c */

/* One complete event.  Both slices are borrowed and die when the callback
 * returns.  `event` is empty when the stream named none.  The non-standard
 * field "error:", which some servers send instead of data, comes as the event
 * "error" with the field's value as its data. */
typedef void (*tt_sse_cb)(void *arg, tt_str event, tt_str data);

/* Create a decoder that refuses any line or event longer than `max_event`
 * bytes.  `arg` is borrowed and handed to every callback.  NULL when out of
 * memory. */
struct tt_sse *tt_sse_create(size_t max_event, tt_sse_cb cb, void *arg);

/* NULL is fine.  Not from inside the callback. */
void tt_sse_destroy(struct tt_sse *sse);

/* Feed the next bytes.  TT_ETOOBIG or TT_ENOMEM poison the decoder: every
 * later call returns the same code and no callback runs again. */
int tt_sse_feed(struct tt_sse *sse, tt_str bytes);

/* The stream ended as it should: deliver an event whose last line or blank
 * line is missing.  Not for a stream that was cut. */
int tt_sse_flush(struct tt_sse *sse);

#endif
