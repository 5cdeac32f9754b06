/* test_position.c -- offsets and positions in the three encodings. */
#include "model.h"
#include "test.h"
#include "text/node.h"
#include "text/text.h"

#define EMOJI "\xF0\x9F\x98\x80" /* 4 bytes, 2 UTF-16 units, 1 code point */
#define HAN   "\xE6\xBC\xA2"     /* 3, 1, 1 */
#define ACUTE "e\xCC\x81"        /* 3, 2, 2: a letter and a combining mark */
#define BOM   "\xEF\xBB\xBF"     /* 3, 1, 1 */

static const char *const encoding_names[] = { "utf-8", "utf-16", "utf-32" };

/* A place that exists: its position in each encoding, both ways. */
static const struct {
    const char *name, *in;
    uint32_t offset, line, utf8, utf16, utf32;
} exact[] = {
    { "empty text", "", 0, 0, 0, 0, 0 },
    { "behind an emoji", "a" EMOJI "b", 5, 0, 5, 3, 2 },
    { "between two emoji", EMOJI EMOJI, 4, 0, 4, 2, 1 },
    { "behind CJK", HAN HAN "x", 6, 0, 6, 2, 2 },
    { "combining marks count for themselves", ACUTE "x", 3, 0, 3, 2, 2 },
    { "between letter and mark", ACUTE "x", 1, 0, 1, 1, 1 },
    { "second line, LF", "a\nb" HAN "c", 6, 1, 4, 2, 2 },
    { "second line, CRLF", "a\r\nb" EMOJI "c", 8, 1, 5, 3, 2 },
    { "second line, CR", "a\rbc", 3, 1, 1, 1, 1 },
    { "mixed: LF CR is two breaks", "a\n\rb", 3, 2, 0, 0, 0 },
    { "mixed: CR CRLF is two breaks", "a\r\r\nb", 4, 2, 0, 0, 0 },
    { "before a CRLF", "ab\r\ncd", 2, 0, 2, 2, 2 },
    { "no final newline: the end", "a\nbc", 4, 1, 2, 2, 2 },
    { "final newline: an empty line follows", "a\n", 2, 1, 0, 0, 0 },
    { "a BOM is a character", BOM "x", 3, 0, 3, 1, 1 },
    { "U+2028 is no line break for LSP",
      "a\xE2\x80\xA8"
      "b",
      4, 0, 4, 2, 2 },
    { "neither is a form feed", "a\fb", 2, 0, 2, 2, 2 },
};

static void test_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(exact); i++) {
        struct tt_text *text;

        CHECK(tt_text_create(tt_str_from(exact[i].in), &text, NULL) == 0);
        for (int e = TT_UTF8; e <= TT_UTF32; e++) {
            uint32_t column = e == TT_UTF8    ? exact[i].utf8
                              : e == TT_UTF16 ? exact[i].utf16
                                              : exact[i].utf32;
            struct tt_position want = { exact[i].line, column };
            struct tt_position got = tt_text_position(text, exact[i].offset, (enum tt_encoding)e);
            bool clamped = true;
            uint32_t offset = tt_text_offset(text, want, (enum tt_encoding)e, &clamped);

            CHECK(tt_position_compare(got, want) == 0, "%s, %s: %u:%u", exact[i].name,
                  encoding_names[e], got.line, got.character);
            CHECK(offset == exact[i].offset && !clamped, "%s, %s: offset %u", exact[i].name,
                  encoding_names[e], offset);
        }
        CHECK(tt_text_line_at(text, exact[i].offset) == exact[i].line, "%s", exact[i].name);
        tt_text_unref(text);
    }
}

/* What does not exist, as clients send it. */
static const struct {
    const char *name, *in;
    enum tt_encoding encoding;
    struct tt_position position;
    uint32_t want;
} clamps[] = {
    { "past the end of a line", "ab\ncd", TT_UTF16, { 0, 9 }, 2 },
    { "into a CRLF", "ab\r\ncd", TT_UTF16, { 0, 3 }, 2 },
    { "past a CRLF", "ab\r\ncd", TT_UTF16, { 0, 4 }, 2 },
    { "past a CR", "ab\rcd", TT_UTF8, { 0, 3 }, 2 },
    { "past the last line's end", "ab\ncd", TT_UTF32, { 1, 3 }, 5 },
    { "the line after the last", "ab\ncd", TT_UTF16, { 2, 0 }, 5 },
    { "a line far away", "ab\ncd", TT_UTF16, { 4000000000u, 7 }, 5 },
    { "a huge character", "ab\ncd", TT_UTF16, { 0, UINT32_MAX }, 2 },
    { "a huge character, bytes", "ab\ncd", TT_UTF8, { 1, UINT32_MAX }, 5 },
    { "half of a surrogate pair", "a" EMOJI "b", TT_UTF16, { 0, 2 }, 1 },
    { "second byte of a code point", "a" HAN "b", TT_UTF8, { 0, 2 }, 1 },
    { "third byte of a code point", "a" HAN "b", TT_UTF8, { 0, 3 }, 1 },
    { "in an empty text", "", TT_UTF16, { 0, 1 }, 0 },
};

static void test_clamps(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(clamps); i++) {
        struct tt_text *text;
        bool clamped = false;
        uint32_t got;

        CHECK(tt_text_create(tt_str_from(clamps[i].in), &text, NULL) == 0);
        got = tt_text_offset(text, clamps[i].position, clamps[i].encoding, &clamped);
        CHECK(got == clamps[i].want && clamped, "%s: %u", clamps[i].name, got);
        CHECK(tt_text_offset(text, clamps[i].position, clamps[i].encoding, NULL) == got);
        tt_text_unref(text);
    }
}

static void test_odd_offsets(void **state)
{
    struct tt_text *text;
    struct tt_position p;

    (void)state;
    CHECK(tt_text_create(TT_STR("a\r\n" EMOJI), &text, NULL) == 0);
    p = tt_text_position(text, 2, TT_UTF16);
    CHECK(p.line == 0 && p.character == 1, "inside a CRLF is before it");
    CHECK(tt_text_line_at(text, 2) == 0);
    p = tt_text_position(text, 5, TT_UTF16);
    CHECK(p.line == 1 && p.character == 0, "inside a code point is its start");
    p = tt_text_position(text, 99, TT_UTF16);
    CHECK(p.line == 1 && p.character == 2, "past the end is the end");
    tt_text_unref(text);
}

static void test_ranges(void **state)
{
    struct tt_text *text;
    struct tt_range r;
    struct tt_position_range back;
    bool clamped;

    (void)state;
    CHECK(tt_text_create(TT_STR("one\r\ntwo\nthree"), &text, NULL) == 0);
    r = tt_text_range(text, (struct tt_position_range){ { 1, 2 }, { 0, 1 } }, TT_UTF16, &clamped);
    CHECK(r.start == 1 && r.end == 7 && !clamped, "reversed: %u to %u", r.start, r.end);
    back = tt_text_position_range(text, r, TT_UTF16);
    CHECK(back.start.line == 0 && back.start.character == 1);
    CHECK(back.end.line == 1 && back.end.character == 2);
    r = tt_text_range(text, (struct tt_position_range){ { 0, 0 }, { 9, 0 } }, TT_UTF16, &clamped);
    CHECK(r.start == 0 && r.end == 14 && clamped);
    r = tt_text_line(text, 0);
    CHECK(r.start == 0 && r.end == 3);
    r = tt_text_line_full(text, 0);
    CHECK(r.start == 0 && r.end == 5);
    r = tt_text_line_full(text, 2);
    CHECK(r.start == 9 && r.end == 14);
    r = tt_text_line(text, 3);
    CHECK(r.start == 14 && r.end == 14);
    tt_text_unref(text);
}

static void test_points(void **state)
{
    static const struct {
        uint32_t offset, row, column;
    } cases[] = { { 0, 0, 0 }, { 2, 0, 2 }, { 4, 1, 0 }, { 6, 2, 0 }, { 9, 2, 3 }, { 99, 2, 4 } };
    struct tt_text *text;

    (void)state;
    CHECK(tt_text_create(TT_STR("a\rb\n\r\n" HAN "z"), &text, NULL) == 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_point p = tt_text_point(text, cases[i].offset);

        CHECK(p.row == cases[i].row && p.column == cases[i].column, "%u: %u:%u", cases[i].offset,
              p.row, p.column);
    }
    tt_text_unref(text);
}

/* "\r" ends one piece and "\n" begins the next: one line break all the same. */
static void test_break_over_two_pieces(void **state)
{
    (void)state;
    for (uint32_t pad = 3060; pad < 3080; pad++) {
        struct tt_buf model = TT_BUF_INIT(TT_BUF_OWN);
        struct tt_text *text;

        for (uint32_t i = 0; i < pad; i++)
            tt_buf_addc(&model, 'x');
        for (uint32_t i = 0; i < 3000; i++)
            tt_buf_adds(&model, "\r\n");
        CHECK(tt_text_create(tt_buf_str(&model), &text, NULL) == 0);
        check_same(text, tt_buf_str(&model));
        for (uint32_t line = 1; line < 60; line++) {
            CHECK(tt_text_line(text, line).start == pad + line * 2, "%u, line %u", pad, line);
            CHECK(tt_text_line_at(text, pad + line * 2) == line);
            CHECK(tt_text_line_at(text, pad + line * 2 + 1) == line);
        }
        tt_text_unref(text);
        tt_buf_release(&model);
    }
}

static void compare(uint64_t *seed, const struct tt_text *text, tt_str model)
{
    for (int e = TT_UTF8; e <= TT_UTF32; e++) {
        enum tt_encoding encoding = (enum tt_encoding)e;
        uint32_t offset = rnd_below(seed, (uint32_t)model.n + 2), line, got, want;
        struct tt_position p = tt_text_position(text, offset, encoding);
        struct tt_position q = model_position(model, offset, encoding);
        bool clamped, want_clamped;

        CHECK(tt_position_compare(p, q) == 0, "%s, offset %u: %u:%u, not %u:%u", encoding_names[e],
              offset, p.line, p.character, q.line, q.character);
        CHECK(tt_text_line_at(text, offset) == q.line);

        line = rnd_below(seed, model_lines(model) + 2);
        q = (struct tt_position){ line, rnd_below(seed, 40) };
        got = tt_text_offset(text, q, encoding, &clamped);
        want = model_offset(model, q, encoding, &want_clamped);
        CHECK(got == want && clamped == want_clamped, "%s, %u:%u: %u, not %u", encoding_names[e],
              q.line, q.character, got, want);
        CHECK(tt_text_line(text, line).start == model_line(model, line).start, "line %u", line);
        CHECK(tt_text_line(text, line).end == model_line(model, line).end, "line %u", line);
    }
}

static void test_random(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        uint64_t s = seed * 15485863;
        struct tt_buf model = TT_BUF_INIT(TT_BUF_OWN);
        struct tt_text *text, *next;

        random_text(&s, seed % 2 ? 300 : 14000, &model);
        CHECK(tt_text_create(tt_buf_str(&model), &text, NULL) == 0);
        for (int i = 0; i < 200; i++) {
            struct tt_range range = { random_boundary(&s, tt_buf_str(&model)), 0 };
            struct tt_buf fresh = TT_BUF_INIT(TT_BUF_OWN);

            range.end = range.start;
            for (uint32_t n = rnd_below(&s, 9); n && range.end < model.n; n--)
                range.end++;
            while (range.end < model.n && tt_is_continuation(model.p[range.end]))
                range.end++;
            random_text(&s, rnd_below(&s, 9), &fresh);
            CHECK(tt_text_replace(text, range, tt_buf_str(&fresh), &next) == 0);
            tt_text_unref(text);
            text = next;
            model_replace(&model, range, tt_buf_str(&fresh));
            tt_buf_release(&fresh);
            for (int k = 0; k < 3; k++)
                compare(&s, text, tt_buf_str(&model));
        }
        check_same(text, tt_buf_str(&model));
        tt_text_unref(text);
        tt_buf_release(&model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact),       cmocka_unit_test(test_clamps),
        cmocka_unit_test(test_odd_offsets), cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_points),      cmocka_unit_test(test_break_over_two_pieces),
        cmocka_unit_test(test_random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
