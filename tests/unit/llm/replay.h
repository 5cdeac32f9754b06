/* replay.h -- recorded-style answers from tests/data/llm, and what they should become.
 *
 * Each NAME.sse holds the bytes of a body; NAME.want says how the transfer
 * ended and what must come of it, one fact a line.
 */
#ifndef TT_TEST_REPLAY_H
#define TT_TEST_REPLAY_H

#include "base/buf.h"
#include "llm/stream.h"

struct replay {
    char name[300];
    enum tt_llm_provider provider;
    enum tt_http_result http;
    int status;
    char *body; /* owned */
    size_t n;
    char *want; /* owned: the lines after http and status */
};

/* Every file of the three folders, sorted by name; the caller frees them. */
struct replay *replay_load(size_t *n);
void replay_free(struct replay *replays, size_t n);

/* What the stream became, in the words of the .want files, appended to `out`. */
void replay_describe(const struct tt_llm_stream *stream, struct tt_buf *out);

/* Feed `body` in pieces of `step` bytes and end it. */
struct tt_llm_stream *replay_run(const struct replay *replay, tt_str body, size_t step,
                                 enum tt_http_result http, tt_llm_event_cb cb, void *arg);

#endif
