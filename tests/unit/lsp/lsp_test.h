/* lsp_test.h -- what the tests of this folder share: params from text, and the
 * text that a writer wrote. */
#ifndef TT_LSP_TEST_H
#define TT_LSP_TEST_H

#include "lsp/client.h"
#include "lsp/types.h"
#include "test.h"
#include "trimtab/error.h"

static struct tt_arena arena;
static struct tt_buf written;
static struct tt_json_writer writer;

static const struct tt_json *json(const char *text)
{
    struct tt_json_text out;
    int err = tt_json_parse(tt_str_from(text), &arena, &out);

    CHECK(err == 0, "%s: %s at %zu", text, out.error, out.error_at);
    return out.root;
}

/* A writer with nothing written yet. */
__attribute__((unused)) static struct tt_json_writer *fresh(void)
{
    tt_buf_clear(&written);
    tt_json_writer_init(&writer, &written);
    return &writer;
}

/* What was written must be this, and JSON. */
__attribute__((unused)) static void check_written(const char *want)
{
    CHECK(!written.err);
    CHECK(strcmp(written.p, want) == 0, "\n got %s\nwant %s", written.p, want);
    json(want);
}

__attribute__((unused)) static bool is(tt_str s, const char *want)
{
    return tt_str_eq(s, tt_str_from(want));
}

static int setup(void **state)
{
    (void)state;
    tt_arena_init(&arena);
    tt_buf_init(&written, 1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tt_arena_release(&arena);
    tt_buf_release(&written);
    return 0;
}

#endif
