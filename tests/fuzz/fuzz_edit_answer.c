/* fuzz_edit_answer.c -- every parser of answers: no crash, and the same blocks
 * however the bytes are cut.  The first byte chooses the syntax, the second the cut. */
#include "edit/answer.h"

#include <stdint.h>
#include <stdlib.h>

static void read_all(enum tt_edit_format format, tt_str bytes, size_t step, struct tt_arena *arena,
                     struct tt_answer *out)
{
    struct tt_answer_parser *parser = tt_answer_parser_create(format, arena);

    if (!parser)
        abort();
    for (size_t at = 0; at < bytes.n; at += step) {
        if (tt_answer_feed(parser, tt_str_sub(bytes, at, at + step)))
            abort();
    }
    if (tt_answer_finish(parser, out))
        abort();
    tt_answer_parser_destroy(parser);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tt_arena a, b;
    struct tt_answer whole, cut;

    if (size < 2 || size > 100000)
        return 0;
    enum tt_edit_format format = (enum tt_edit_format)(data[0] % (TT_FORMAT_REGION + 1));
    tt_str bytes = { (const char *)data + 2, size - 2 };

    tt_arena_init(&a);
    tt_arena_init(&b);
    read_all(format, bytes, bytes.n + 1, &a, &whole);
    read_all(format, bytes, 1u + data[1] % 16u, &b, &cut);
    if (whole.n != cut.n || whole.state != cut.state || whole.format != cut.format)
        abort();
    for (size_t i = 0; i < whole.n; i++) {
        const struct tt_block *x = &whole.blocks[i], *y = &cut.blocks[i];

        if (x->kind != y->kind || x->n_readings != y->n_readings || x->n_readings == 0 ||
            !tt_str_eq(x->reading[0].old, y->reading[0].old) ||
            !tt_str_eq(x->reading[0].new, y->reading[0].new))
            abort();
    }
    tt_arena_release(&a);
    tt_arena_release(&b);
    return 0;
}
