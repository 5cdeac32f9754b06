/* test_memory.c -- let the n-th allocation fail, for every n: an error, never a
 * crash, a leak or a complete answer that is not. */
#include "replay.h"

#include "llm/json.h"
#include "llm/say.h"
#include "llm/sse.h"
#include "llm/wire.h"
#include "test.h"
#include "trimtab/error.h"

static long left = -1; /* allocations that still succeed; < 0: all */
static bool failed, once;

static bool refuse(void)
{
    if (left < 0)
        return false;
    if (left > 0) {
        left--;
        return false;
    }
    failed = true;
    if (once)
        left = -1;
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

static void fail_each(void (*body)(void *arg), void *arg)
{
    for (long n = 0;; n++) {
        failed = false;
        left = n;
        body(arg);
        left = -1;
        if (!failed)
            break;
        assert_true(n < 100000);
    }
}

/* Run `body` with the n-th allocation failing, then with all from there on,
 * until none fails any more. */
static void for_each_allocation(void (*body)(void *arg), void *arg)
{
    cJSON_Hooks hooks = { __wrap_malloc, free };

    cJSON_InitHooks(&hooks);
    once = true;
    fail_each(body, arg);
    once = false;
    fail_each(body, arg);
    cJSON_InitHooks(NULL);
}

static void read_answer(void *arg)
{
    const struct replay *r = arg;
    struct tt_llm_stream *stream = tt_llm_stream_create(r->provider, NULL, NULL, NULL);
    const struct tt_llm_outcome *o;
    struct tt_arena arena;
    const struct tt_llm_who who = { .name = TT_STR_INIT("m") };

    if (!stream)
        return;
    tt_llm_stream_head(stream, r->status, NULL, 0, 0);
    for (size_t at = 0; at < r->n; at += 100)
        tt_llm_stream_feed(stream, tt_str_sub((tt_str){ r->body, r->n }, at, at + 100));
    tt_llm_stream_end(stream, r->http, TT_STR("connection lost"));
    o = tt_llm_stream_outcome(stream);
    assert_true(o->end != TT_LLM_RUNNING);
    if (o->end == TT_LLM_COMPLETE) { /* then nothing that counts was lost */
        struct tt_buf got = TT_BUF_INIT(1 << 20);
        long keep = left;

        left = -1;
        replay_describe(stream, &got);
        CHECK(strcmp(got.p, r->want) == 0, "%s:\n%s", r->name, got.p);
        tt_buf_release(&got);
        left = keep;
    }
    tt_arena_init(&arena);
    tt_llm_say(&arena, &who, o);
    tt_arena_release(&arena);
    tt_llm_stream_destroy(stream);
}

static void test_answers(void **state)
{
    static const char *const names[] = {
        "anthropic/tool",       "anthropic/refusal",      "anthropic/text",
        "openai/tools",         "openai/not_streamed",    "openai/error_late",
        "compatible/think_tag", "anthropic/not_streamed", "compatible/arguments_object"
    };
    size_t n;
    struct replay *all = replay_load(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < COUNT(names); k++) {
            if (strcmp(all[i].name, names[k]) == 0)
                for_each_allocation(read_answer, &all[i]);
        }
    }
    replay_free(all, n);
}

static void build_wire(void *arg)
{
    struct tt_llm_wire wire = { 0 };
    struct tt_arena arena;
    int err;

    tt_arena_init(&arena);
    err = tt_llm_wire_build(&arena, arg, &wire);
    assert_true(err == 0 || err == TT_ENOMEM || err == TT_EINVALID);
    assert_true(err || wire.body.n > 0);
    tt_arena_release(&arena);
}

static void test_wire(void **state)
{
    const struct tt_llm_message hello = { TT_LLM_USER, TT_STR_INIT("Say hi") };
    struct tt_llm_request req = { .provider = TT_LLM_OPENAI,
                                  .model = TT_STR_INIT("gpt-4o"),
                                  .key = TT_STR_INIT("k"),
                                  .system_stable = TT_STR_INIT("s"),
                                  .messages = &hello,
                                  .n_messages = 1,
                                  .max_output = 10 };

    (void)state;
    for_each_allocation(build_wire, &req);
    req.provider = TT_LLM_ANTHROPIC;
    for_each_allocation(build_wire, &req);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_wire),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
