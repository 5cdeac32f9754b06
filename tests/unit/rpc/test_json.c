/* test_json.c -- the reader says what a text holds, and refuses what is not JSON;
 * the writer writes what the reader reads. */
#include "random.h"
#include "rpc/json.h"
#include "test.h"
#include "trimtab/error.h"

static struct tt_arena arena;

static int setup(void **state)
{
    (void)state;
    tt_arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tt_arena_release(&arena);
    return 0;
}

/* In memory of its own, so that the sanitizer sees a read behind the end. */
static int parse_exact(tt_str text, struct tt_json_text *out)
{
    char *exact = malloc(text.n ? text.n : 1);
    int err;

    if (text.n)
        memcpy(exact, text.p, text.n);
    err = tt_json_parse((tt_str){ exact, text.n }, &arena, out);
    free(exact);
    return err;
}

static const struct {
    const char *text;
    int want;
} texts[] = {
    { "{}", 0 },
    { " [ ] ", 0 },
    { "[[],{}]", 0 },
    { "0", 0 },
    { "-0", 0 },
    { "-12.5e+3", 0 },
    { "1E5", 0 },
    { "true", 0 },
    { "null", 0 },
    { "\"\"", 0 },
    { "\"\\u0000\\ud800 \\\\ \\/ \\b\\f\\n\\r\\t \\\"\"", 0 },
    { "{\"a\":1,\"a\":2}", 0 },
    { "\t{\r\n\"a\" : [ 1 , 2 ] }\n", 0 },
    { "", TT_EPARSE },
    { " ", TT_EPARSE },
    { "{", TT_EPARSE },
    { "[", TT_EPARSE },
    { "[1", TT_EPARSE },
    { "[1,", TT_EPARSE },
    { "[1,]", TT_EPARSE },
    { "[,1]", TT_EPARSE },
    { "[1 2]", TT_EPARSE },
    { "{\"a\"}", TT_EPARSE },
    { "{\"a\":}", TT_EPARSE },
    { "{\"a\":1,}", TT_EPARSE },
    { "{\"a\" 1}", TT_EPARSE },
    { "{a:1}", TT_EPARSE },
    { "{\"a\":1 \"b\":2}", TT_EPARSE },
    { "{]", TT_EPARSE },
    { "[}", TT_EPARSE },
    { "{}}", TT_EPARSE },
    { "{} x", TT_EPARSE },
    { "01", TT_EPARSE },
    { "+1", TT_EPARSE },
    { "1.", TT_EPARSE },
    { ".5", TT_EPARSE },
    { "1e", TT_EPARSE },
    { "1e+", TT_EPARSE },
    { "-", TT_EPARSE },
    { "tru", TT_EPARSE },
    { "True", TT_EPARSE },
    { "nul", TT_EPARSE },
    { "NaN", TT_EPARSE },
    { "\"", TT_EPARSE },
    { "\"abc", TT_EPARSE },
    { "\"\\\"", TT_EPARSE },
    { "\"\\x\"", TT_EPARSE },
    { "\"\\u12\"", TT_EPARSE },
    { "\"\\u12g4\"", TT_EPARSE },
    { "\"\\", TT_EPARSE },
    { "\"\\u", TT_EPARSE },
    { "\"a\nb\"", TT_EPARSE },
    { "\"a long enough text\tb\"", TT_EPARSE },
    { "'a'", TT_EPARSE },
    { "// x\n{}", TT_EPARSE },
};

static void test_what_is_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct tt_json_text out;
        int got = parse_exact(tt_str_from(texts[i].text), &out);

        CHECK(got == texts[i].want, "%s: got %d", texts[i].text, got);
        CHECK((out.root != NULL) == (got == 0), "%s", texts[i].text);
        CHECK(out.error_at <= strlen(texts[i].text), "%s", texts[i].text);
    }
}

static const struct tt_json *parsed(const char *text)
{
    struct tt_json_text out;

    CHECK(tt_json_parse(tt_str_from(text), &arena, &out) == 0, "%s: %s", text, out.error);
    return out.root;
}

#define S(lit)                                                                                     \
    {                                                                                              \
        (lit), sizeof(lit) - 1                                                                     \
    }

static const struct {
    const char *text;
    tt_str want;
    bool damaged;
} strings[] = {
    { "\"plain\"", S("plain"), false },
    { "\"\"", S(""), false },
    { "\"a\\u0000b\"", S("a\0b"), false },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", S("\"\\/\b\f\n\r\t"), false },
    { "\"\\u00e9\\u20ac\"", S("\xC3\xA9\xE2\x82\xAC"), false },
    { "\"\xC3\xA9\"", S("\xC3\xA9"), false },
    { "\"\\ud83d\\ude00\"", S("\xF0\x9F\x98\x80"), false },
    { "\"\\uD83D\\uDE00!\"", S("\xF0\x9F\x98\x80!"), false },
    { "\"\\ud83d\"", S("\xEF\xBF\xBD"), true },
    { "\"\\ude00\"", S("\xEF\xBF\xBD"), true },
    { "\"\\ud83dx\"", S("\xEF\xBF\xBDx"), true },
    { "\"\\ud83d\\n\"", S("\xEF\xBF\xBD\n"), true },
    { "\"\\ud83d\\ud83d\\ude00\"", S("\xEF\xBF\xBD\xF0\x9F\x98\x80"), true },
    { "\"\\ude00\\ud83d\"", S("\xEF\xBF\xBD\xEF\xBF\xBD"), true },
    { "\"\\uffff\"", S("\xEF\xBF\xBF"), false },
};

static void test_strings(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(strings); i++) {
        const struct tt_json *v = parsed(strings[i].text);
        bool damaged = !strings[i].damaged;
        tt_str got;

        CHECK(tt_json_string(v, &arena, &got, &damaged) == 0, "%s", strings[i].text);
        CHECK(tt_str_eq(got, strings[i].want), "%s: got %.*s", strings[i].text, TT_STR_ARG(got));
        CHECK(damaged == strings[i].damaged, "%s", strings[i].text);
        CHECK(tt_json_is(v, strings[i].want), "%s", strings[i].text);
        CHECK(!tt_json_is(v, TT_STR("pla")), "%s", strings[i].text);
        CHECK(!tt_json_is(v, TT_STR("plainer")), "%s", strings[i].text);
    }
}

static void test_string_of_other_values(void **state)
{
    tt_str got = TT_STR("kept");

    (void)state;
    CHECK(tt_json_string(NULL, &arena, &got, NULL) == TT_EPARSE);
    CHECK(tt_json_string(parsed("12"), &arena, &got, NULL) == TT_EPARSE);
    CHECK(tt_str_eq(got, TT_STR("kept")));
}

#define NOT INT64_MIN /* not a number that these functions give */

static const struct {
    const char *text;
    int64_t as_int;
    int64_t as_uint;
} numbers[] = {
    { "0", 0, 0 },
    { "-0", 0, 0 },
    { "7", 7, 7 },
    { "7.0", 7, 7 },
    { "1e3", 1000, 1000 },
    { "70e-1", 7, 7 },
    { "7.5", NOT, NOT },
    { "-1", -1, NOT },
    { "-1.0", -1, NOT },
    { "4294967295", 4294967295, 4294967295 },
    { "4294967296", 4294967296, 4294967295 },
    { "9223372036854775807", INT64_MAX, 4294967295 },
    { "9223372036854775808", NOT, 4294967295 },
    { "-9223372036854775807", -INT64_MAX, NOT },
    { "99999999999999999999999999", NOT, 4294967295 },
    { "1.7976931348623157e+308", NOT, 4294967295 },
    { "1e999", NOT, 4294967295 },
    { "-1e999", NOT, NOT },
    { "0.1e1", 1, 1 },
    { "\"7\"", NOT, NOT },
    { "null", NOT, NOT },
    { "true", NOT, NOT },
    { "[7]", NOT, NOT },
};

static void test_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        const struct tt_json *v = parsed(numbers[i].text);
        int64_t n = NOT;
        uint32_t u = 0;
        int err = tt_json_int(v, &n);

        CHECK(n == numbers[i].as_int && (err == 0) == (n != NOT), "%s: %lld", numbers[i].text,
              (long long)n);
        err = tt_json_uint(v, &u);
        CHECK((err ? NOT : (int64_t)u) == numbers[i].as_uint, "%s: %d %u", numbers[i].text, err, u);
    }
}

static void test_smallest_int(void **state)
{
    int64_t n = 0;

    (void)state;
    CHECK(tt_json_int(parsed("-9223372036854775808"), &n) == 0 && n == INT64_MIN);
    CHECK(tt_json_int(parsed("-9223372036854775809"), &n) == TT_EPARSE);
}

static void test_long_number(void **state)
{
    char text[1000];
    double d;
    int64_t n;

    (void)state;
    memset(text, '1', sizeof(text));
    memcpy(text + 900, "e5", 3);
    CHECK(tt_json_double(parsed(text), &d) == TT_EPARSE);
    CHECK(tt_json_int(parsed(text), &n) == TT_EPARSE);
}

static void test_lookup(void **state)
{
    const struct tt_json *v = parsed("{\"a\":{\"b\":[10,[20,21],{\"c\":null}]},\"n\":null,"
                                     "\"d\":1,\"d\":2,\"\\u0065\":3}");
    const struct tt_json *b = tt_json_get(tt_json_get(v, "a"), "b"), *key, *c = NULL;
    int64_t n = 0;

    (void)state;
    CHECK(tt_json_count(v) == 5 && tt_json_count(b) == 3);
    CHECK((c = tt_json_next(b, NULL, &key)) && !key && tt_json_int(c, &n) == 0 && n == 10);
    CHECK((c = tt_json_next(b, c, NULL)) && tt_json_count(c) == 2);
    CHECK((c = tt_json_next(b, c, NULL)) && tt_json_type(c) == TT_JSON_OBJECT);
    CHECK(!tt_json_get(c, "c") && tt_json_count(c) == 1);
    CHECK(!tt_json_next(b, c, NULL));
    CHECK(!tt_json_get(v, "n") && !tt_json_get(v, "x") && !tt_json_get(NULL, "x"));
    CHECK(tt_json_int(tt_json_get(v, "d"), &n) == 0 && n == 2, "the last one counts");
    CHECK(tt_json_int(tt_json_get(v, "e"), &n) == 0 && n == 3, "a key with an escape");
    CHECK(tt_str_eq(tt_json_raw(b), TT_STR("[10,[20,21],{\"c\":null}]")));
    CHECK(tt_json_raw(NULL).n == 0);
    CHECK((c = tt_json_next(v, NULL, &key)) && tt_json_is(key, TT_STR("a")));
    CHECK(tt_str_eq(tt_json_raw(key), TT_STR("\"a\"")));
    CHECK(!tt_json_next(tt_json_get(v, "d"), NULL, NULL));
}

/* {"id":7,"method":"m"} before the damage is enough to answer. */
static const struct {
    const char *text, *id, *method;
} salvage[] = {
    { "{\"id\":7,\"method\":\"m\",", "7", "m" },
    { "{\"id\":7,\"method\":\"m\"", "7", "" }, /* perhaps not all of it came */
    { "{\"id\":7", "", "" },
    { "{\"id\":\"x\",\"params\":{\"id\":8,\"method\":\"n\"}, oops", "\"x\"", "" },
    { "{\"params\":[1,{\"id\":8}],\"id\":9}}", "9", "" },
    { "[{\"id\":7,\"method\":\"m\"}, oops", "", "" },
    { "{\"id\":[7],\"method\":3, oops", "", "" },
    { "{\"\\u0069d\":7, oops", "7", "" },
};

static void test_salvage(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(salvage); i++) {
        struct tt_json_text out;

        CHECK(tt_json_parse(tt_str_from(salvage[i].text), &arena, &out) == TT_EPARSE);
        CHECK(tt_str_eq(out.id, tt_str_from(salvage[i].id)), "%s", salvage[i].text);
        CHECK(tt_str_eq(out.method, tt_str_from(salvage[i].method)), "%s", salvage[i].text);
        CHECK(out.error[0], "%s", salvage[i].text);
    }
}

static void test_depth(void **state)
{
    char text[2 * TT_JSON_DEPTH + 3];
    struct tt_json_text out;

    (void)state;
    memset(text, '[', TT_JSON_DEPTH);
    memset(text + TT_JSON_DEPTH, ']', TT_JSON_DEPTH);
    CHECK(tt_json_parse((tt_str){ text, 2 * TT_JSON_DEPTH }, &arena, &out) == 0);
    memset(text, '[', sizeof(text));
    CHECK(tt_json_parse((tt_str){ text, TT_JSON_DEPTH + 1 }, &arena, &out) == TT_ETOOBIG);
    CHECK(tt_json_parse((tt_str){ text, TT_JSON_DEPTH }, &arena, &out) == TT_EPARSE);
}

static void test_number_of_values(void **state)
{
    size_t n = 2 * (size_t)TT_JSON_NODES + 1;
    char *text = malloc(n);
    struct tt_json_text out;

    (void)state;
    memset(text, '0', n);
    for (size_t i = 1; i < n; i += 2)
        text[i] = ',';
    text[0] = '[';
    CHECK(tt_json_parse((tt_str){ text, n }, &arena, &out) == TT_EPARSE); /* "[," */
    for (size_t i = 0; i + 1 < n; i++)
        text[i] = i % 2 ? '1' : ',';
    text[0] = '[';
    text[n - 1] = ']'; /* [1,1,...,1]: one node more than there may be */
    CHECK(tt_json_parse((tt_str){ text, n }, &arena, &out) == TT_ETOOBIG);
    text[n - 3] = ' ';
    text[n - 2] = ' ';
    CHECK(tt_json_parse((tt_str){ text, n }, &arena, &out) == 0);
    free(text);
}

static void test_bad_utf8_is_laid_out(void **state)
{
    tt_str text = TT_STR("{\"id\":3,\"t\":\"a\xFF\"}");
    struct tt_json_text out;

    (void)state;
    CHECK(tt_json_parse(text, &arena, &out) == 0 && out.root);
    CHECK(out.bad_utf8 == 14 && tt_str_eq(out.id, TT_STR("3")));
    CHECK(tt_json_parse(TT_STR("{}"), &arena, &out) == 0 && out.bad_utf8 == 2);
}

/* Whatever bytes are changed, added or taken away: an answer, and no crash. */
static void test_mutations(void **state)
{
    static const char model[] =
        "{\"jsonrpc\":\"2.0\",\"id\":12,\"method\":\"textDocument/didOpen\","
        "\"params\":{\"text\":\"a\\u0000\\ud83d\\n\\\"\xC3\xA9\",\"n\":[-1.5e9,true,"
        "false,null,{}]}}";
    static const char spice[] = "{}[]\",:\\u0deE+-.1 tfn\n\xFF\xC3";
    struct random random = { 1 };

    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[sizeof(model) + 8];
        size_t n = sizeof(model) - 1;
        struct tt_arena mine;
        struct tt_json_text out;
        tt_str s;

        memcpy(text, model, n);
        for (uint32_t k = random_below(&random, 4) + 1; k && n > 1; k--) {
            size_t at = random_below(&random, (uint32_t)n);

            switch (random_below(&random, 3)) {
            case 0:
                text[at] = spice[random_below(&random, sizeof(spice) - 1)];
                break;
            case 1:
                memmove(text + at, text + at + 1, n - at - 1);
                n--;
                break;
            default:
                n = at + 1;
            }
        }
        tt_arena_init(&mine);
        char *exact = malloc(n);
        memcpy(exact, text, n);
        if (tt_json_parse((tt_str){ exact, n }, &mine, &out) == 0) {
            tt_str raw = tt_json_raw(out.root);

            CHECK(raw.p >= exact && raw.p + raw.n <= exact + n);
            tt_json_string(tt_json_get(tt_json_get(out.root, "params"), "text"), &mine, &s, NULL);
        }
        free(exact);
        tt_arena_release(&mine);
    }
}

static void test_writer(void **state)
{
    struct tt_buf buf = TT_BUF_INIT(10000);
    struct tt_json_writer w;
    tt_str want = TT_STR("{\"s\":\"q\\\"b\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\x7F\xC3\xA9\","
                         "\"bad\":\"a\xEF\xBF\xBD\xEF\xBF\xBD"
                         "b\",\"list\":[1,-2,true,[],{},"
                         "null,0.1,1.5,-9223372036854775808,0,100],\"u\":18446744073709551615,"
                         "\"raw\":[1, 2],\"k\\n\":\"\"}");

    (void)state;
    tt_json_writer_init(&w, &buf);
    tt_jw_object(&w);
    tt_jw_member(&w, "s", (tt_str)S("q\"b\\\b\f\n\r\t\0\x1F\x7F\xC3\xA9"));
    tt_jw_member(&w, "bad",
                 TT_STR("a\xFF\xED"
                        "b"));
    tt_jw_member_opt(&w, "absent", TT_STR(""));
    tt_jw_key_array(&w, "list");
    tt_jw_int(&w, 1);
    tt_jw_int(&w, -2);
    tt_jw_bool(&w, true);
    tt_jw_array(&w);
    tt_jw_array_end(&w);
    tt_jw_object(&w);
    tt_jw_object_end(&w);
    tt_jw_null(&w);
    tt_jw_double(&w, 0.1);
    tt_jw_double(&w, 1.5);
    tt_jw_int(&w, INT64_MIN);
    tt_jw_uint(&w, 0);
    tt_jw_int(&w, 100);
    tt_jw_array_end(&w);
    tt_jw_member_uint(&w, "u", UINT64_MAX);
    tt_jw_member_raw_opt(&w, "raw", TT_STR("[1, 2]"));
    tt_jw_member_raw_opt(&w, "absent", TT_STR(""));
    tt_jw_key_str(&w, TT_STR("k\n"));
    tt_jw_str(&w, TT_STR(""));
    tt_jw_object_end(&w);
    CHECK(tt_str_eq(tt_buf_str(&buf), want), "got %s", buf.p);
    tt_buf_release(&buf);
}

static void test_doubles_read_back(void **state)
{
    static const double values[] = { 0, 1, -1, 0.1, 1.0 / 3, 1e-7, 123456.789, 1e300, 5e-324 };

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        struct tt_buf buf = TT_BUF_INIT(100);
        struct tt_json_writer w;
        double back = -7;

        tt_json_writer_init(&w, &buf);
        tt_jw_double(&w, values[i]);
        CHECK(tt_json_double(parsed(buf.p), &back) == 0 && back == values[i], "%s", buf.p);
        tt_buf_release(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_json),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_string_of_other_values),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_smallest_int),
        cmocka_unit_test(test_long_number),
        cmocka_unit_test(test_lookup),
        cmocka_unit_test(test_salvage),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_number_of_values),
        cmocka_unit_test(test_bad_utf8_is_laid_out),
        cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_writer),
        cmocka_unit_test(test_doubles_read_back),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
