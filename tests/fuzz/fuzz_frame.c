/* fuzz_frame.c -- any bytes, cut in two different ways, give the same messages and
 * problems. */
#include "base/buf.h"
#include "rpc/frame.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool on_body(void *arg, tt_str body)
{
    tt_buf_addf(arg, "[%zu:", body.n);
    tt_buf_add(arg, body);
    tt_buf_addc(arg, ']');
    return body.n == 0 || body.p[0] != '#';
}

static void on_problem(void *arg, enum tt_frame_problem problem, uint64_t length)
{
    tt_buf_addf(arg, "!%d(%llu)", (int)problem, (unsigned long long)length);
}

static void run(tt_str in, size_t step, struct tt_buf *out)
{
    static const struct tt_frame_events events = { on_body, on_problem };
    struct tt_frame *frame = tt_frame_create(200, &events, out);

    for (size_t at = 0; frame && at < in.n; at += step)
        tt_frame_feed(frame, tt_str_sub(in, at, at + step));
    tt_frame_destroy(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tt_buf whole = TT_BUF_INIT(TT_BUF_OWN), cut = TT_BUF_INIT(TT_BUF_OWN);
    tt_str in = { (const char *)data, size };

    run(in, size + 1, &whole);
    run(in, size ? data[0] % 7u + 1 : 1, &cut);
    if (!tt_str_eq(tt_buf_str(&whole), tt_buf_str(&cut)))
        abort();
    tt_buf_release(&whole);
    tt_buf_release(&cut);
    return 0;
}
