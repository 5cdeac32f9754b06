/* decode_stream.c -- a model's answer from stdin, as our decoders understand it.
 *
 *   decode_stream anthropic|openai|openai-compatible STEP < BODY
 *
 * fed in pieces of STEP bytes; STEP 0 gives one result for each prefix of the
 * body, after "prefix N".  Texts are in hexadecimal, so that nothing needs
 * quoting.
 */
#include "base/buf.h"
#include "llm/stream.h"

#include <stdio.h>
#include <stdlib.h>

static void put_hex(tt_str text)
{
    putchar(' ');
    for (size_t i = 0; i < text.n; i++)
        printf("%02x", (unsigned char)text.p[i]);
}

static void put(const struct tt_llm_stream *stream)
{
    const struct tt_llm_outcome *o = tt_llm_stream_outcome(stream);

    printf("end %s\ntext", tt_llm_end_name(o->end));
    put_hex(o->text);
    for (size_t i = 0; i < o->n_tools; i++) {
        tt_str name, arguments;

        tt_llm_stream_tool(stream, i, &name, &arguments);
        printf("\ntool");
        put_hex(name);
        put_hex(arguments);
    }
    printf("\nusage %d %llu %llu %llu %llu\n", o->usage.known, (unsigned long long)o->usage.input,
           (unsigned long long)o->usage.cache_read,
           (unsigned long long)(o->usage.cache_write + o->usage.cache_write_1h),
           (unsigned long long)o->usage.output);
}

static int decode(enum tt_llm_provider provider, tt_str body, size_t step)
{
    struct tt_llm_stream *stream = tt_llm_stream_create(provider, NULL, NULL, NULL);

    if (!stream)
        return 1;
    tt_llm_stream_head(stream, 200, NULL, 0, 0);
    for (size_t at = 0; at < body.n; at += step)
        tt_llm_stream_feed(stream, tt_str_sub(body, at, at + step));
    tt_llm_stream_end(stream, TT_HTTP_OK, (tt_str){ NULL, 0 });
    put(stream);
    tt_llm_stream_destroy(stream);
    return 0;
}

int main(int argc, char **argv)
{
    struct tt_buf body = TT_BUF_INIT((size_t)64 << 20);
    enum tt_llm_provider provider;
    char piece[65536];
    size_t n, step;
    int err = 0;

    if (argc != 3 || !tt_llm_provider_from(tt_str_from(argv[1]), &provider)) {
        fprintf(stderr, "usage: decode_stream PROVIDER STEP < BODY\n");
        return 2;
    }
    while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0)
        tt_buf_add(&body, (tt_str){ piece, n });
    step = strtoul(argv[2], NULL, 10);
    if (step)
        err = decode(provider, tt_buf_str(&body), step);
    for (size_t end = 0; !step && !err && end <= body.n; end++) {
        printf("prefix %zu\n", end);
        err = decode(provider, tt_str_sub(tt_buf_str(&body), 0, end), end ? end : 1);
    }
    tt_buf_release(&body);
    return err;
}
