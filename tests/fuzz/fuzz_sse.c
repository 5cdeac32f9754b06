/* fuzz_sse.c -- any bytes, in any cut, give the same events as in one piece. */
#include "base/buf.h"
#include "llm/sse.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void record(void *arg, tt_str event, tt_str value)
{
    tt_buf_addf(arg, "%zu:", event.n);
    tt_buf_add(arg, event);
    tt_buf_addf(arg, "%zu:", value.n);
    tt_buf_add(arg, value);
}

static void run(tt_str bytes, size_t step, struct tt_buf *out)
{
    struct tt_sse *sse = tt_sse_create(4096, record, out);
    int err = 0;

    if (!sse)
        return;
    for (size_t at = 0; at < bytes.n && !err; at += step)
        err = tt_sse_feed(sse, tt_str_sub(bytes, at, at + step));
    if (!err)
        err = tt_sse_flush(sse);
    tt_buf_addf(out, "%d", err);
    tt_sse_destroy(sse);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tt_buf whole = TT_BUF_INIT(TT_BUF_OWN), cut = TT_BUF_INIT(TT_BUF_OWN);
    tt_str bytes = { (const char *)data, size };
    size_t step = size ? 1 + data[0] % 17 : 1;

    run(bytes, size ? size : 1, &whole);
    run(bytes, step, &cut);
    if (!tt_str_eq(tt_buf_str(&whole), tt_buf_str(&cut)))
        abort();
    tt_buf_release(&whole);
    tt_buf_release(&cut);
    return 0;
}
