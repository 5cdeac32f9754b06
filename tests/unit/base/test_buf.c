/* test_buf.c -- a buffer keeps to its limit, and remembers the first failure. */
#include "base/buf.h"
#include "random.h"
#include "test.h"
#include "trimtab/error.h"

static bool out_of_memory;
void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_realloc(void *p, size_t n)
{
    return out_of_memory ? NULL : __real_realloc(p, n);
}

static const struct {
    const char *name;
    size_t max;
    const char *add[3];
    int want_err;
    const char *want; /* what is in it at the end */
} rows[] = {
    { "empty", 10, { "" }, 0, "" },
    { "exactly the limit", 5, { "abc", "de" }, 0, "abcde" },
    { "one over", 5, { "abc", "def" }, TT_ETOOBIG, "abc" },
    { "one over at once", 5, { "abcdef" }, TT_ETOOBIG, "" },
    { "sticky", 5, { "abc", "def", "x" }, TT_ETOOBIG, "abc" },
    { "no room at all", 0, { "a" }, TT_ETOOBIG, "" },
    { "nothing into no room", 0, { "" }, 0, "" },
};

static void add_all(struct tt_buf *buf, const char *const add[3], bool formatted)
{
    for (size_t i = 0; i < 3 && add[i]; i++) {
        int err = formatted ? tt_buf_addf(buf, "%s", add[i]) : tt_buf_adds(buf, add[i]);

        CHECK(err == buf->err, "add %zu", i);
    }
}

static void test_limit(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int formatted = 0; formatted < 2; formatted++) {
            struct tt_buf buf = TT_BUF_INIT(rows[i].max);

            add_all(&buf, rows[i].add, formatted);
            CHECK(buf.err == rows[i].want_err, "%s: %d", rows[i].name, buf.err);
            CHECK(tt_str_eq(tt_buf_str(&buf), tt_str_from(rows[i].want)), "%s: %.*s", rows[i].name,
                  TT_STR_ARG(buf));
            CHECK(!buf.p || buf.p[buf.n] == '\0', "%s: no NUL behind", rows[i].name);
            tt_buf_release(&buf);
            CHECK(!buf.p && buf.max == rows[i].max && !buf.err, "%s", rows[i].name);
        }
    }
}

/* Any bytes, in pieces of any size, are there in order. */
static void test_pieces(void **state)
{
    struct random random = { 7 };
    char want[20000];
    struct tt_buf buf = TT_BUF_INIT(sizeof(want));
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(want); i++)
        want[i] = (char)random_next(&random);
    while (n < sizeof(want)) {
        size_t piece = random_below(&random, 300);

        if (piece > sizeof(want) - n)
            piece = sizeof(want) - n;
        int err =
            piece == 1 ? tt_buf_addc(&buf, want[n]) : tt_buf_add(&buf, (tt_str){ want + n, piece });
        CHECK(err == 0, "at %zu", n);
        n += piece;
        CHECK(buf.n == n && buf.p[n] == '\0', "at %zu", n);
    }
    CHECK(memcmp(buf.p, want, n) == 0);
    CHECK(tt_buf_addc(&buf, 'x') == TT_ETOOBIG);
    tt_buf_clear(&buf);
    CHECK(buf.n == 0 && buf.err == 0 && buf.p[0] == '\0');
    tt_buf_release(&buf);
}

static void test_take(void **state)
{
    struct tt_buf buf = TT_BUF_INIT(8);
    size_t n = 99;
    char *p;

    (void)state;
    p = tt_buf_take(&buf, &n);
    CHECK(p && n == 0 && p[0] == '\0', "an empty text is a text");
    free(p);
    tt_buf_adds(&buf, "abc");
    p = tt_buf_take(&buf, &n);
    CHECK(n == 3 && strcmp(p, "abc") == 0 && !buf.p && buf.max == 8);
    free(p);
    tt_buf_adds(&buf, "far too long");
    CHECK(tt_buf_take(&buf, &n) == NULL, "a failed text is not given out");
    tt_buf_release(&buf);
}

static void test_no_memory(void **state)
{
    struct tt_buf buf = TT_BUF_INIT(1000);

    (void)state;
    CHECK(tt_buf_adds(&buf, "abc") == 0);
    out_of_memory = true;
    CHECK(tt_buf_reserve(&buf, 500) == TT_ENOMEM);
    out_of_memory = false;
    CHECK(tt_buf_addc(&buf, 'd') == TT_ENOMEM, "sticky");
    CHECK(buf.n == 3 && strcmp(buf.p, "abc") == 0, "nothing is lost");
    tt_buf_release(&buf);
    /* A length that would overflow when the capacity doubles. */
    tt_buf_init(&buf, (size_t)-1);
    CHECK(tt_buf_reserve(&buf, (size_t)-2) == TT_ENOMEM);
    tt_buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_take),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
