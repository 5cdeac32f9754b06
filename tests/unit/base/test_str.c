/* test_str.c -- slices, error texts and embedded files. */
#include "base/embed.h"
#include "test.h"
#include "trimtab/error.h"
#include "trimtab/str.h"

static const struct {
    const char *s, *part;
    bool starts, ends;
} rows[] = {
    { "abc", "a", true, false },     { "abc", "bc", false, true }, { "abc", "abc", true, true },
    { "abc", "", true, true },       { "", "", true, true },       { "", "a", false, false },
    { "abc", "abcd", false, false }, { NULL, NULL, true, true },   { NULL, "a", false, false },
};

static void test_slices(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        tt_str s = tt_str_from(rows[i].s), part = tt_str_from(rows[i].part);

        CHECK(tt_str_starts(s, part) == rows[i].starts, "row %zu", i);
        CHECK(tt_str_ends(s, part) == rows[i].ends, "row %zu", i);
    }
    CHECK(tt_str_eq((tt_str){ NULL, 0 }, TT_STR("")));
    CHECK(!tt_str_eq((tt_str){ "a\0b", 3 }, (tt_str){ "a\0c", 3 }));
    CHECK(tt_str_eq(tt_str_sub(TT_STR("abcdef"), 2, 4), TT_STR("cd")));
    CHECK(tt_str_eq(tt_str_sub(TT_STR("abc"), 1, 99), TT_STR("bc")), "clamped");
    CHECK(tt_str_sub(TT_STR("abc"), 7, 2).n == 0, "clamped to nothing");
    CHECK(tt_str_sub((tt_str){ NULL, 0 }, 1, 2).n == 0);
}

static void test_error_texts(void **state)
{
    (void)state;
#define X(name, text)                                                                              \
    CHECK(strcmp(tt_strerror(TT_E##name), text) == 0, "%s", tt_strerror(TT_E##name));
    TT_ERROR_MAP(X)
#undef X
    CHECK(tt_strerror(0) && tt_strerror(1) && tt_strerror(-99999), "never NULL");
    CHECK(TT_ENOMEM < 0 && TT_EIO < 0);
}

static void test_embedded(void **state)
{
    static const unsigned char bytes[] = { 'h', 'i', 0 };
    static const struct tt_embedded files[] = { { "a/one", bytes, 2 },
                                                { "a/empty", bytes + 2, 0 } };

    (void)state;
    CHECK(tt_str_eq(tt_embedded_find(files, 2, "a/one"), TT_STR("hi")));
    CHECK(tt_embedded_find(files, 2, "a/empty").p != NULL, "empty is not missing");
    CHECK(tt_embedded_find(files, 2, "a/on").p == NULL);
    CHECK(tt_embedded_find(files, 0, "a/one").p == NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slices),
        cmocka_unit_test(test_error_texts),
        cmocka_unit_test(test_embedded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
