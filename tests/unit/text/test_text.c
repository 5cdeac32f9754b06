/* test_text.c -- changing texts: contents, sharing, refusals. */
#include "model.h"
#include "test.h"
#include "text/node.h"
#include "text/text.h"
#include "trimtab/error.h"

static struct tt_text *make(tt_str bytes)
{
    struct tt_text *text = NULL;

    CHECK(tt_text_create(bytes, &text, NULL) == 0);
    return text;
}

static void test_create(void **state)
{
    static const struct {
        const char *name;
        tt_str in;
        int err;
        size_t bad;
    } cases[] = {
        { "empty", TT_STR_INIT(""), 0, 0 },
        { "NUL is a byte like others", TT_STR_INIT("a\0b"), 0, 0 },
        { "cut code point", TT_STR_INIT("ab\xF0\x9F"), TT_EPARSE, 2 },
        { "surrogate", TT_STR_INIT("\xED\xA0\x80"), TT_EPARSE, 0 },
        { "Latin-1", TT_STR_INIT("caf\xE9 au lait"), TT_EPARSE, 3 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_text *text = NULL;
        size_t bad = 0;

        CHECK(tt_text_create(cases[i].in, &text, &bad) == cases[i].err, "%s", cases[i].name);
        CHECK(bad == cases[i].bad, "%s: %zu", cases[i].name, bad);
        if (text)
            check_same(text, cases[i].in);
        tt_text_unref(text);
    }
    tt_text_unref(NULL);
    CHECK(tt_text_ref(NULL) == NULL);
}

static void test_reading(void **state)
{
    struct tt_text *text = make(TT_STR("a\xC3\xA9\xF0\x9F\x98\x80z"));
    struct tt_buf scratch = TT_BUF_INIT(64);
    tt_str view;

    (void)state;
    CHECK(tt_text_byte(text, 0) == 'a' && tt_text_byte(text, 1) == 0xC3);
    CHECK(tt_text_byte(text, 8) == -1 && tt_text_chunk(text, 8).n == 0);
    CHECK(tt_text_char(text, 2) == 0xE9 && tt_text_char(text, 6) == 0x1F600);
    CHECK(tt_text_char(text, 8) == -1);
    CHECK(tt_text_is_boundary(text, 8) && tt_text_is_boundary(text, 1));
    CHECK(!tt_text_is_boundary(text, 2) && !tt_text_is_boundary(text, 9));
    view = tt_text_view(text, (struct tt_range){ 1, 3 }, &scratch);
    CHECK(tt_str_eq(view, TT_STR("\xC3\xA9")) && !scratch.p, "one piece: no copy");
    view = tt_text_view(text, (struct tt_range){ 7, 99 }, &scratch);
    CHECK(tt_str_eq(view, TT_STR("z")));
    CHECK(tt_text_matches(text, (struct tt_range){ 0, 3 }, TT_STR("a\xC3\xA9")));
    CHECK(!tt_text_matches(text, (struct tt_range){ 7, 9 }, TT_STR("zz")));
    CHECK(!tt_text_matches(text, (struct tt_range){ 0, 1 }, TT_STR("b")));
    tt_buf_release(&scratch);
    tt_text_unref(text);
}

/* Longer than a piece, so that views and comparisons go over several. */
static void test_long(void **state)
{
    struct tt_buf flat = TT_BUF_INIT(TT_BUF_OWN), scratch = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_text *text, *same, *other, *back;
    uint64_t seed = 7;
    tt_str view;

    (void)state;
    random_text(&seed, 60000, &flat);
    text = make(tt_buf_str(&flat));
    same = make(tt_buf_str(&flat));
    view = tt_text_view(text, (struct tt_range){ 100, 50000 }, &scratch);
    CHECK(tt_str_eq(view, tt_str_sub(tt_buf_str(&flat), 100, 50000)));
    CHECK(tt_text_eq(text, same) && tt_text_eq(text, text));
    CHECK(tt_text_replace(text, (struct tt_range){ 0, 0 }, TT_STR("x"), &other) == 0);
    CHECK(tt_text_replace(other, (struct tt_range){ 0, 1 }, TT_STR(""), &back) == 0);
    CHECK(!tt_text_eq(text, other) && tt_text_eq(text, back));
    tt_buf_release(&scratch);
    scratch.max = 100; /* what comes from outside has a maximum */
    CHECK(tt_text_view(text, (struct tt_range){ 0, 50000 }, &scratch).p == NULL);
    CHECK(scratch.err == TT_ETOOBIG);
    tt_text_unref(text);
    tt_text_unref(same);
    tt_text_unref(other);
    tt_text_unref(back);
    tt_buf_release(&flat);
    tt_buf_release(&scratch);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *name;
        struct tt_range range;
        tt_str bytes;
        int err;
    } cases[] = {
        { "reversed", { 2, 1 }, TT_STR_INIT("x"), TT_EINVALID },
        { "past the end", { 4, 5 }, TT_STR_INIT("x"), TT_EINVALID },
        { "starts in a code point", { 2, 3 }, TT_STR_INIT("x"), TT_EINVALID },
        { "ends in a code point", { 1, 2 }, TT_STR_INIT("x"), TT_EINVALID },
        { "not UTF-8", { 1, 1 }, TT_STR_INIT("\xFF"), TT_EPARSE },
    };
    static const struct tt_text_edit crossed[] = { { { 1, 3 }, TT_STR_INIT("x") },
                                                   { { 0, 1 }, TT_STR_INIT("y") } };
    struct tt_text *text = make(TT_STR("a\xC3\xA9z")), *out = NULL;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK(tt_text_replace(text, cases[i].range, cases[i].bytes, &out) == cases[i].err, "%s",
              cases[i].name);
    CHECK(tt_text_apply(text, crossed, 2, &out) == TT_EINVALID);
    CHECK(out == NULL);
    tt_text_unref(text);
}

static void test_apply(void **state)
{
    static const struct {
        const char *name, *in, *want;
        size_t n;
        struct tt_text_edit edits[3];
    } cases[] = {
        { "none", "abc", "abc", 0, { { { 0, 0 }, TT_STR_INIT("") } } },
        { "ends and middle",
          "abc",
          "<b!>",
          3,
          { { { 0, 1 }, TT_STR_INIT("<") },
            { { 2, 2 }, TT_STR_INIT("!") },
            { { 2, 3 }, TT_STR_INIT(">") } } },
        { "two insertions at one place keep their order",
          "ab",
          "a12b",
          2,
          { { { 1, 1 }, TT_STR_INIT("1") }, { { 1, 1 }, TT_STR_INIT("2") } } },
        { "all of it", "abc", "", 1, { { { 0, 3 }, TT_STR_INIT("") } } },
        { "into nothing", "", "x", 1, { { { 0, 0 }, TT_STR_INIT("x") } } },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_text *text = make(tt_str_from(cases[i].in)), *out = NULL;

        CHECK(tt_text_apply(text, cases[i].edits, cases[i].n, &out) == 0, "%s", cases[i].name);
        check_same(out, tt_str_from(cases[i].want));
        check_same(text, tt_str_from(cases[i].in));
        tt_text_unref(out);
        tt_text_unref(text);
    }
}

static const struct {
    const char *name, *before, *after;
    bool differ;
    uint32_t start, end;
    const char *text;
} differences[] = {
    { "equal", "abc", "abc", false, 0, 0, "" },
    { "a word in the middle", "one two three", "one 2 three", true, 4, 7, "2" },
    { "typed at the end", "ab", "abc", true, 2, 2, "c" },
    { "repeats", "aaaa", "aaa", true, 3, 4, "" },
    { "nothing in common", "abc", "xyz", true, 0, 3, "xyz" },
    { "from nothing", "", "x", true, 0, 0, "x" },
    { "to nothing", "x", "", true, 0, 1, "" },
    { "code points stay whole", "\xC3\xA9", "\xC3\xA8", true, 0, 2, "\xC3\xA8" },
    { "by their ends too", "\xC3\xA9", "\xC4\xA9", true, 0, 2, "\xC4\xA9" },
    { "LF becomes CRLF", "a\nb", "a\r\nb", true, 1, 2, "\r\n" },
    { "CRLF becomes LF", "a\r\nb", "a\nb", true, 1, 3, "\n" },
    { "CRLF becomes CR", "a\r\nb", "a\rb", true, 1, 3, "\r" },
    { "CR becomes CRLF", "a\rb", "a\r\nb", true, 1, 2, "\r\n" },
    { "a CRLF is added", "a\r\nb", "a\r\n\r\nb", true, 3, 3, "\r\n" },
};

static void test_difference(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(differences); i++) {
        struct tt_text *text = make(tt_str_from(differences[i].before));
        struct tt_text_edit edit = { { 0, 0 }, { NULL, 0 } };

        CHECK(tt_text_difference(text, tt_str_from(differences[i].after), &edit) ==
                  differences[i].differ,
              "%s", differences[i].name);
        CHECK(edit.range.start == differences[i].start && edit.range.end == differences[i].end,
              "%s: %u to %u", differences[i].name, edit.range.start, edit.range.end);
        CHECK(tt_str_eq(edit.text, tt_str_from(differences[i].text)), "%s: %.*s",
              differences[i].name, TT_STR_ARG(edit.text));
        tt_text_unref(text);
    }
}

static void test_eol(void **state)
{
    static const struct {
        const char *in, *want;
    } cases[] = {
        { "", "\n" },         { "a", "\n" },
        { "a\nb\r\n", "\n" }, { "a\r\nb\r\n\n", "\r\n" },
        { "a\rb\rc", "\r" },  { "a\r\nb\rc\r\n", "\r\n" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_text *text = make(tt_str_from(cases[i].in));

        CHECK(tt_str_eq(tt_text_eol(text), tt_str_from(cases[i].want)), "row %zu", i);
        tt_text_unref(text);
    }
}

/* A size that is usually small (typing), at times a paste over many pieces. */
static uint32_t random_size(uint64_t *seed)
{
    uint32_t kind = rnd_below(seed, 20);

    return kind < 15   ? rnd_below(seed, 6)
           : kind < 19 ? rnd_below(seed, 600)
                       : rnd_below(seed, 30000);
}

static void random_edit(uint64_t *seed, struct tt_text **text, struct tt_buf *model)
{
    struct tt_buf fresh = TT_BUF_INIT(TT_BUF_OWN);
    tt_str now = tt_buf_str(model);
    struct tt_range range = { random_boundary(seed, now), 0 };
    struct tt_text *next;

    range.end = range.start + random_size(seed);
    if (range.end > now.n)
        range.end = (uint32_t)now.n;
    while (range.end < now.n && tt_is_continuation(now.p[range.end]))
        range.end++;
    if (now.n < 60000 && rnd_below(seed, 10) > 3)
        random_text(seed, random_size(seed), &fresh);
    CHECK(tt_text_replace(*text, range, tt_buf_str(&fresh), &next) == 0);
    tt_text_unref(*text);
    *text = next;
    model_replace(model, range, tt_buf_str(&fresh));
    tt_buf_release(&fresh);
}

/* Every text keeps its contents, whatever is made of it later. */
static void test_random_edits(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        uint64_t s = seed * 7919;
        struct tt_buf model = TT_BUF_INIT(TT_BUF_OWN), old_model = TT_BUF_INIT(TT_BUF_OWN);
        struct tt_text *text, *old;

        random_text(&s, rnd_below(&s, 40000), &model);
        text = make(tt_buf_str(&model));
        old = tt_text_ref(text);
        tt_buf_add(&old_model, tt_buf_str(&model));
        for (int i = 0; i < 300; i++) {
            random_edit(&s, &text, &model);
            if (i % 10 == 0)
                check_same(text, tt_buf_str(&model));
        }
        check_same(text, tt_buf_str(&model));
        check_same(old, tt_buf_str(&old_model));
        tt_text_unref(text);
        tt_text_unref(old);
        tt_buf_release(&model);
        tt_buf_release(&old_model);
    }
}

/* The one edit that was found makes the new text of the old. */
static void test_random_differences(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        uint64_t s = seed * 104729;
        struct tt_buf model = TT_BUF_INIT(TT_BUF_OWN);
        struct tt_text *text, *changed, *again;
        struct tt_text_edit edit;

        random_text(&s, rnd_below(&s, seed % 10 ? 40 : 20000), &model);
        text = make(tt_buf_str(&model));
        changed = tt_text_ref(text);
        random_edit(&s, &changed, &model);
        if (tt_text_difference(text, tt_buf_str(&model), &edit)) {
            CHECK(tt_text_apply(text, &edit, 1, &again) == 0, "seed %u", (unsigned)seed);
            CHECK(tt_text_eq(again, changed), "seed %u", (unsigned)seed);
            tt_text_unref(again);
        } else {
            CHECK(tt_text_eq(text, changed), "seed %u", (unsigned)seed);
        }
        tt_text_unref(text);
        tt_text_unref(changed);
        tt_buf_release(&model);
    }
}

/* --- without memory ------------------------------------------------------- */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);

static long until_failure = -1; /* allocations that still succeed; -1: all */

static bool fails(void)
{
    return until_failure >= 0 && until_failure-- == 0;
}

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

/* Let the n-th allocation of a change fail, for each n: nothing leaks, and the
 * old text is as it was. */
static void test_no_memory(void **state)
{
    static const struct tt_range ranges[] = { { 5, 6 }, { 2000, 50000 }, { 30000, 30001 } };
    struct tt_buf flat = TT_BUF_INIT(TT_BUF_OWN), long_text = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_text *text;

    (void)state;
    while (flat.n < 200000)
        tt_buf_adds(&flat, "def f(): pass\n");
    while (long_text.n < 9000)
        tt_buf_adds(&long_text, "new line\n");
    text = make(tt_buf_str(&flat));
    for (size_t i = 0; i < COUNT(ranges) * 2; i++) {
        tt_str bytes = i % 2 ? tt_buf_str(&long_text) : TT_STR("");
        int err = TT_ENOMEM;

        for (long n = 0; err; n++) {
            struct tt_text *out = NULL;

            until_failure = n;
            err = tt_text_replace(text, ranges[i / 2], bytes, &out);
            until_failure = -1;
            CHECK(err == 0 || (err == TT_ENOMEM && !out), "allocation %ld: %d", n, err);
            tt_text_unref(out);
        }
        check_same(text, tt_buf_str(&flat));
    }
    tt_text_unref(text);
    tt_buf_release(&flat);
    tt_buf_release(&long_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_apply),
        cmocka_unit_test(test_difference),
        cmocka_unit_test(test_eol),
        cmocka_unit_test(test_random_edits),
        cmocka_unit_test(test_random_differences),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
