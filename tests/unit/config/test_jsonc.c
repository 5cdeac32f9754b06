/* test_jsonc.c -- what people write into settings files, and where it went wrong. */
#include "config/jsonc.h"

#include "base/buf.h"
#include "trimtab/error.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void show(struct tt_buf *out, const struct tt_json *v)
{
    static const char *const words[] = { "null", "false", "true" };

    switch (v->type) {
    case TT_JSON_NULL:
    case TT_JSON_BOOL:
        tt_buf_adds(out, words[v->type == TT_JSON_NULL ? 0 : 1 + v->flag]);
        break;
    case TT_JSON_NUMBER:
        tt_buf_addf(out, "%g", v->number);
        break;
    case TT_JSON_STRING:
        tt_buf_addf(out, "'%.*s'", TT_STR_ARG(v->text));
        break;
    case TT_JSON_ARRAY:
    case TT_JSON_OBJECT:
        tt_buf_addc(out, v->type == TT_JSON_ARRAY ? '[' : '{');
        for (const struct tt_json *m = v->first; m; m = m->next) {
            if (v->type == TT_JSON_OBJECT)
                tt_buf_addf(out, "%.*s=", TT_STR_ARG(m->key));
            show(out, m);
            tt_buf_addc(out, ';');
        }
        tt_buf_addc(out, v->type == TT_JSON_ARRAY ? ']' : '}');
    }
}

static const struct {
    const char *in, *want;
} good[] = {
    { "{}", "{}" },
    { "  // nothing\n", "" },
    { "", "" },
    { "\xEF\xBB\xBF{}", "{}" },
    { "{\"a\": 1, \"b\": [true, false, null,],}", "{a=1;b=[true;false;null;];}" },
    { "// c\n{ /* d */ \"a\" /**/ : -2.5e3 // e\n}", "{a=-2500;}" },
    { "\"a // b /* c\"", "'a // b /* c'" },
    { "\"\\u00e9\\ud83d\\ude00\\n\\\\\\\"\"", "'\xC3\xA9\xF0\x9F\x98\x80\n\\\"'" },
    { "\"\\ud800x\"", "'\xEF\xBF\xBDx'" },
    { "{\"a\":1,\"a\":2}", "{a=1;a=2;}" },
};

static void test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct tt_arena arena;
        struct tt_json *root = NULL;
        struct tt_jsonc_error error;
        struct tt_buf got = TT_BUF_INIT(1000);

        tt_arena_init(&arena);
        assert_int_equal(tt_jsonc_parse(tt_str_from(good[i].in), &arena, &root, &error), 0);
        if (root)
            show(&got, root);
        assert_string_equal(got.p ? got.p : "", good[i].want);
        tt_buf_release(&got);
        tt_arena_release(&arena);
    }
}

static const struct {
    const char *in;
    unsigned line, column;
    const char *word; /* in the message */
} bad[] = {
    { "{", 1, 1, "}" },
    { "{\n  \"a\": 1\n  \"b\": 2\n}", 3, 3, "comma" },
    { "{\n  a: 1\n}", 2, 3, "double quotes" },
    { "{\"a\" 1}", 1, 6, "colon" },
    { "{\"a\": }", 1, 7, "value" },
    { "[1, 2", 1, 1, "]" },
    { "\"abc", 1, 1, "no end" },
    { "\"abc\ndef\"", 1, 1, "no end" },
    { "/* abc", 1, 1, "*/" },
    { "{} {}", 1, 4, "nothing may follow" },
    { "{\"\xC3\xA9\": nope}", 1, 7, "value" },
    { "\"\\q\"", 1, 3, "escape" },
    { "\"\\u12\"", 1, 4, "hexadecimal" },
    { "-", 1, 1, "number" },
    { "1e999", 1, 1, "number" },
    { "\"\xFF\"", 1, 1, "UTF-8" },
    { "\"\\", 1, 1, "no end" },
};

static void test_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct tt_arena arena;
        struct tt_json *root = NULL;
        struct tt_jsonc_error error = { 0, "" };
        uint32_t line, column;

        tt_arena_init(&arena);
        assert_int_equal(tt_jsonc_parse(tt_str_from(bad[i].in), &arena, &root, &error), TT_EPARSE);
        tt_jsonc_place(tt_str_from(bad[i].in), error.at, &line, &column);
        if (line != bad[i].line || column != bad[i].column || !strstr(error.text, bad[i].word))
            fail_msg("%s: %u:%u %s", bad[i].in, line, column, error.text);
        tt_arena_release(&arena);
    }
}

/* Whatever is cut off: an error or a value, never a crash. */
static void test_every_cut(void **state)
{
    const char *text =
        "{\"a\": [1, \"b\\u00e9\\ud83d\\ude00\", {\"c\": null}], /* d */ \"e\": true} // f";
    size_t n = strlen(text);

    (void)state;
    for (size_t cut = 0; cut <= n; cut++) {
        struct tt_arena arena;
        struct tt_json *root = NULL;
        struct tt_jsonc_error error = { 0, "" };
        char *copy = malloc(cut + 1); /* so that a sanitizer sees a byte too far */
        int err;

        memcpy(copy, text, cut);
        tt_arena_init(&arena);
        err = tt_jsonc_parse((tt_str){ copy, cut }, &arena, &root, &error);
        assert_true(err == 0 || (err == TT_EPARSE && error.at <= cut));
        tt_arena_release(&arena);
        free(copy);
    }
}

static void test_depth_and_size(void **state)
{
    struct tt_arena arena;
    struct tt_json *root = NULL;
    struct tt_jsonc_error error;
    char deep[200];
    char *large = calloc(TT_JSONC_MAX + 1, 1);
    cJSON *nested = cJSON_CreateArray();

    (void)state;
    tt_arena_init(&arena);
    memset(deep, '[', sizeof(deep));
    assert_int_equal(tt_jsonc_parse((tt_str){ deep, sizeof(deep) }, &arena, &root, &error),
                     TT_EPARSE);
    assert_non_null(strstr(error.text, "nested"));
    memset(large, ' ', TT_JSONC_MAX + 1);
    assert_int_equal(tt_jsonc_parse((tt_str){ large, TT_JSONC_MAX + 1 }, &arena, &root, &error),
                     TT_ETOOBIG);
    for (int i = 0; i < 40; i++) {
        cJSON *outer = cJSON_CreateArray();

        cJSON_AddItemToArray(outer, nested);
        nested = outer;
    }
    assert_int_equal(tt_jsonc_from_cjson(nested, &arena, &root), TT_ETOOBIG);
    cJSON_Delete(nested);
    free(large);
    tt_arena_release(&arena);
}

static void test_from_cjson(void **state)
{
    cJSON *json = cJSON_Parse("{\"a\":[1,true,null,\"x\"],\"b\":{\"c\":false}}");
    struct tt_arena arena;
    struct tt_json *root = NULL;
    struct tt_buf got = TT_BUF_INIT(1000);

    (void)state;
    tt_arena_init(&arena);
    assert_int_equal(tt_jsonc_from_cjson(json, &arena, &root), 0);
    show(&got, root);
    assert_string_equal(got.p, "{a=[1;true;null;'x';];b={c=false;};}");
    tt_buf_release(&got);
    tt_arena_release(&arena);
    cJSON_Delete(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),       cmocka_unit_test(test_bad),
        cmocka_unit_test(test_every_cut),  cmocka_unit_test(test_depth_and_size),
        cmocka_unit_test(test_from_cjson),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
