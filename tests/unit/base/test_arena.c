/* test_arena.c -- what an arena gives is aligned, zeroed, apart, and all freed. */
#include "base/arena.h"
#include "random.h"
#include "test.h"

#define N 400

static bool aligned(const void *p)
{
    return (uintptr_t)p % _Alignof(max_align_t) == 0;
}

static bool all_are(const unsigned char *p, size_t n, unsigned char value)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] != value)
            return false;
    }
    return true;
}

/* Fill each piece with its own byte; none may be changed by another. */
static void test_pieces(void **state)
{
    struct random random = { 3 };
    struct tt_arena arena;
    unsigned char *pieces[N];
    size_t sizes[N];

    (void)state;
    tt_arena_init(&arena);
    for (size_t i = 0; i < N; i++) {
        sizes[i] = random_below(&random, 50) == 0 ? random_below(&random, 40000)
                                                  : random_below(&random, 200);
        pieces[i] = tt_arena_alloc(&arena, sizes[i]);
        CHECK(pieces[i] && aligned(pieces[i]), "piece %zu of %zu bytes", i, sizes[i]);
        CHECK(all_are(pieces[i], sizes[i], 0), "piece %zu is not zeroed", i);
        memset(pieces[i], (int)(i % 255 + 1), sizes[i]);
    }
    for (size_t i = 0; i < N; i++)
        CHECK(all_are(pieces[i], sizes[i], (unsigned char)(i % 255 + 1)), "piece %zu", i);
    tt_arena_release(&arena);
    CHECK(!arena.head && arena.total == 0);
}

static void test_sizes_that_overflow(void **state)
{
    struct tt_arena arena;

    (void)state;
    tt_arena_init(&arena);
    CHECK(tt_arena_alloc(&arena, (size_t)-1) == NULL);
    CHECK(tt_arena_alloc(&arena, (size_t)-20) == NULL);
    CHECK(tt_arena_array(&arena, (size_t)-1 / 2, 3) == NULL);
    CHECK(tt_arena_array(&arena, 0, 8) != NULL, "none of something is something");
    CHECK(tt_arena_array(&arena, 8, 0) != NULL);
    CHECK(tt_arena_alloc(&arena, 10) != NULL, "and it still works");
    tt_arena_release(&arena);
}

static void test_texts(void **state)
{
    struct tt_arena arena;
    char long_text[20000];
    tt_str s;

    (void)state;
    tt_arena_init(&arena);
    s = tt_arena_dup(&arena, (tt_str){ "a\0b", 3 });
    CHECK(s.n == 3 && memcmp(s.p, "a\0b", 4) == 0, "NUL bytes are kept, one follows");
    s = tt_arena_dup(&arena, (tt_str){ NULL, 0 });
    CHECK(s.p && s.n == 0 && s.p[0] == '\0');
    memset(long_text, 'x', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    s = tt_arena_printf(&arena, "%s-%d", long_text, 42);
    CHECK(s.n == sizeof(long_text) - 1 + 3 && tt_str_ends(s, TT_STR("x-42")));
    s = tt_arena_printf(&arena, "%s", "");
    CHECK(s.p && s.n == 0);
    tt_arena_release(&arena);
}

static void test_reset(void **state)
{
    struct tt_arena arena;
    char *first, *again;

    (void)state;
    tt_arena_init(&arena);
    tt_arena_reset(&arena);
    CHECK(!arena.head, "nothing is kept of nothing");
    first = tt_arena_alloc(&arena, 100);
    memset(first, 'x', 100);
    tt_arena_alloc(&arena, 1 << 20);
    tt_arena_reset(&arena);
    CHECK(arena.total == 0);
    again = tt_arena_alloc(&arena, 100);
    CHECK(again == first, "its memory is used again");
    for (int i = 0; i < 100; i++)
        CHECK(again[i] == 0, "as zeroes");
    tt_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_sizes_that_overflow),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
