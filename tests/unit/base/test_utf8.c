/* test_utf8.c -- what is valid UTF-8: every code point, and every kind of fault. */
#include "base/utf8.h"
#include "random.h"
#include "test.h"

static void test_every_code_point(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF + 5; c++) {
        bool valid = c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
        uint32_t want = valid ? c : 0xFFFD;
        size_t length = want < 0x80 ? 1 : want < 0x800 ? 2 : want < 0x10000 ? 3 : 4;
        char out[4];
        size_t n = tt_utf8_encode(c, out), back = 0;

        CHECK(n == length, "U+%04X: %zu bytes", c, n);
        CHECK(tt_utf8_check((tt_str){ out, n }) == n, "U+%04X", c);
        CHECK(tt_utf8_decode((tt_str){ out, n }, &back) == want && back == n, "U+%04X", c);
        /* Without its last byte it is not valid, and nothing behind it is read. */
        if (n > 1)
            CHECK(tt_utf8_check((tt_str){ out, n - 1 }) == 0, "U+%04X, cut", c);
    }
}

static const struct {
    const char *name;
    tt_str text;
    size_t want; /* the offset of the first fault */
} rows[] = {
    { "empty", TT_STR_INIT(""), 0 },
    { "a NUL is a character", TT_STR_INIT("a\0b"), 3 },
    { "no fault", TT_STR_INIT("na\xC3\xAFve \xE6\xBC\xA2 \xF0\x9F\x98\x80"), 15 },
    { "lone continuation", TT_STR_INIT("ab\x80"), 2 },
    { "overlong /", TT_STR_INIT("\xC0\xAF"), 0 },
    { "overlong, three bytes", TT_STR_INIT("a\xE0\x80\xAF"), 1 },
    { "overlong, four bytes", TT_STR_INIT("a\xF0\x80\x80\xAF"), 1 },
    { "surrogate", TT_STR_INIT("ab\xED\xA0\x80"), 2 },
    { "last before the surrogates", TT_STR_INIT("\xED\x9F\xBF"), 3 },
    { "above U+10FFFF", TT_STR_INIT("\xF4\x90\x80\x80"), 0 },
    { "F5 never starts one", TT_STR_INIT("\xF5\x80\x80\x80"), 0 },
    { "FF", TT_STR_INIT("abc\xFF"), 3 },
    { "cut at the end", TT_STR_INIT("a\xE6\xBC"), 1 },
    { "second byte is a letter", TT_STR_INIT("a\xE6xx"), 1 },
    { "fault behind eight ASCII bytes", TT_STR_INIT("12345678\x80"), 8 },
    { "fault inside a word of eight",
      TT_STR_INIT("1234567812\xFF"
                  "45678"),
      10 },
};

static void test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t got = tt_utf8_check(rows[i].text);

        CHECK(got == rows[i].want, "%s: got %zu", rows[i].name, got);
        if (got < rows[i].text.n) {
            size_t n = 0;
            uint32_t c = tt_utf8_decode(tt_str_sub(rows[i].text, got, rows[i].text.n), &n);

            CHECK(c == 0xFFFD && n == 1, "%s: U+%04X, %zu bytes", rows[i].name, c, n);
        }
    }
}

/* The fast way over eight bytes gives what the slow way gives. */
static void test_check_is_decode(void **state)
{
    struct random random = { 11 };

    (void)state;
    for (int round = 0; round < 20000; round++) {
        static const char parts[][5] = {
            "a", "\n", "\xC3\xA9", "\xE6\xBC\xA2", "\xF0\x9F\x98\x80", "\x80", "\xED"
        };
        char text[64];
        size_t n = 0, slow = 0, step = 0;

        for (uint32_t k = random_below(&random, 14); k > 0; k--) {
            const char *part = parts[random_below(&random, round % 2 ? 5 : COUNT(parts))];

            memcpy(text + n, part, strlen(part));
            n += strlen(part);
        }
        while (slow < n &&
               !(tt_utf8_decode((tt_str){ text + slow, n - slow }, &step) == 0xFFFD && step == 1))
            slow += step;
        CHECK(tt_utf8_check((tt_str){ text, n }) == slow, "round %d", round);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_check_is_decode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
