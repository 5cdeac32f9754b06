/* fuzz_anthropic.c -- any bytes as an answer of the Messages API: the same outcome in any
 * cut, and never complete without the end mark. */
#include "base/buf.h"
#include "llm/stream.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct tt_llm_stream *run(enum tt_llm_provider provider, tt_str bytes, size_t step,
                                 int status, enum tt_http_result http)
{
    const struct tt_llm_limits limits = { 4096, 8192 };
    struct tt_llm_stream *stream = tt_llm_stream_create(provider, &limits, NULL, NULL);

    if (!stream)
        return NULL;
    tt_llm_stream_head(stream, status, NULL, 0, 0);
    for (size_t at = 0; at < bytes.n; at += step) {
        if (tt_llm_stream_feed(stream, tt_str_sub(bytes, at, at + step)))
            break;
    }
    tt_llm_stream_end(stream, http, (tt_str){ NULL, 0 });
    return stream;
}

static void same(struct tt_llm_stream *a, struct tt_llm_stream *b)
{
    const struct tt_llm_outcome *x, *y;

    if (a && b) {
        x = tt_llm_stream_outcome(a);
        y = tt_llm_stream_outcome(b);
        if (x->end != y->end || x->failure.class_ != y->failure.class_ ||
            x->n_tools != y->n_tools || x->thinking != y->thinking ||
            !tt_str_eq(x->text, y->text) || !tt_str_eq(x->failure.message, y->failure.message) ||
            !tt_str_eq(x->model, y->model) || x->usage.output != y->usage.output)
            abort();
        for (size_t i = 0; i < x->n_tools; i++) {
            tt_str name, arguments;

            tt_llm_stream_tool(a, i, &name, &arguments);
            if (arguments.n == 0)
                abort();
        }
    }
    tt_llm_stream_destroy(a);
    tt_llm_stream_destroy(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tt_str bytes = { (const char *)data, size };
    size_t step = size ? 1 + data[size - 1] % 23 : 1;
    struct tt_llm_stream *cut;

    same(run(TT_LLM_ANTHROPIC, bytes, size ? size : 1, 200, TT_HTTP_OK),
         run(TT_LLM_ANTHROPIC, bytes, step, 200, TT_HTTP_OK));
    same(run(TT_LLM_ANTHROPIC, bytes, size ? size : 1, 429, TT_HTTP_OK),
         run(TT_LLM_ANTHROPIC, bytes, step, 429, TT_HTTP_OK));
    cut = run(TT_LLM_ANTHROPIC, bytes, step, 200, TT_HTTP_CUT);
    if (cut && tt_llm_stream_outcome(cut)->end == TT_LLM_COMPLETE &&
        !memmem(data, size, "message_stop", 12))
        abort();
    tt_llm_stream_destroy(cut);
    return 0;
}
