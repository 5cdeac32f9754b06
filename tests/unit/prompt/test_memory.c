/* test_memory.c -- let the n-th allocation fail: an error, or the same prompt. */
#include "prompt/prompt.h"
#include "test.h"
#include "trimtab/error.h"

static long left = -1; /* allocations that still succeed; < 0: all */
static bool failed;

static bool refuse(void)
{
    if (left != 0) {
        left -= left > 0;
        return false;
    }
    left = -1;
    failed = true;
    return true;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
    return refuse() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return refuse() ? NULL : __real_realloc(p, n);
}

static const struct tt_prompt_item item = { TT_STR_INIT("b.py"),
                                            TT_STR_INIT("password = \"hun"
                                                        "ter22\"\n"),
                                            0 };
static const struct tt_prompt_turn turn = { TT_STR_INIT("before"), TT_STR_INIT("done") };
static const struct tt_prompt_input input = {
    .task = TT_STR_INIT("ERR-2"),
    .task_class = TT_STR_INIT("resilience"),
    .title = TT_STR_INIT("Add timeout and retry"),
    .path = TT_STR_INIT("a.py"),
    .document = TT_STR_INIT("a = 1\nsecret = \"abc"
                            "123\"\n"),
    .target = { 0, 6 },
    .items = &item,
    .n_items = 1,
    .turns = &turn,
    .n_turns = 1,
    .reask_answer = TT_STR_INIT("no"),
    .reask_reason = TT_STR_INIT("why"),
    .syntax = TT_PROMPT_STR_REPLACE,
};

static void check_same(const struct tt_prompt *a, const struct tt_prompt *b, long n)
{
    CHECK(a->request.n_messages == b->request.n_messages, "%ld", n);
    for (size_t i = 0; i < a->request.n_messages; i++)
        CHECK(tt_str_eq(a->request.messages[i].text, b->request.messages[i].text), "%ld", n);
    CHECK(tt_str_eq(a->request.system_stable, b->request.system_stable), "%ld", n);
    CHECK(a->request.tool && b->request.tool, "%ld", n);
    CHECK(a->size.tokens_in == b->size.tokens_in, "%ld", n);
    CHECK(tt_redact_count(a->redact) == 2, "%ld", n);
}

static void test_build(void **state)
{
    struct tt_prompt whole, p;
    struct tt_arena first, arena;
    long n = 0;

    (void)state;
    tt_arena_init(&first);
    assert_int_equal(tt_prompt_build(&first, &input, &whole), 0);
    do {
        int err;

        tt_arena_init(&arena);
        failed = false;
        left = n++;
        err = tt_prompt_build(&arena, &input, &p);
        left = -1;
        CHECK(err == (failed ? TT_ENOMEM : 0), "%ld: %d", n, err);
        if (!err)
            check_same(&p, &whole, n);
        tt_arena_release(&arena);
    } while (failed);
    assert_true(n > 10);
    tt_arena_release(&first);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_build) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
