/* test_parsing.c -- trees that come late are of the newest text all the same. */
#include "base/buf.h"
#include "syntax/lang.h"
#include "test.h"
#include "text/text.h"
#include "trimtab/error.h"
#include "world.h"

#include <tree_sitter/api.h>

#define START ((struct tt_position_range){ { 0, 0 }, { 0, 0 } })

static struct tt_snapshot *get(struct world *world, const char *key)
{
    return tt_documents_get(world->docs, tt_str_from(key));
}

/* `n` lines of Python. */
static void python(struct tt_buf *buf, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        tt_buf_addf(buf, "def f%u(a, b=%u): return a + b\n", i, i);
}

static void test_in_time(void **state)
{
    struct world world;

    (void)state;
    world_init(&world, 1, NULL);
    CHECK(world_open(&world, "a", "python", TT_STR("x = 1\n")) == 0);
    CHECK(tree_is_right(get(&world, "a")));
    CHECK(world_change(&world, "a", START, TT_STR("y = 2\n")) == 0);
    CHECK(tree_is_right(get(&world, "a")));
    CHECK(world.trees == 0 && world.fake.n_jobs == 0, "no job, no call back");
    CHECK(tt_documents_load(world.docs).n_trees == 1);
    world_release(&world);
}

static void test_in_a_job(void **state)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_snapshot *pending;
    struct world world;

    (void)state;
    python(&buf, 300);
    world_init(&world, 1, NULL);
    world_slow(&world);
    CHECK(world_open(&world, "a", "python", tt_buf_str(&buf)) == 0);
    pending = tt_snapshot_ref(get(&world, "a"));
    CHECK(pending->tree_state == TT_TREE_PENDING && world.fake.n_jobs == 1);
    CHECK(tt_documents_want_tree(world.docs, TT_STR("a")) == pending && world.fake.n_jobs == 1);
    fake_io_settle(&world.fake);
    CHECK(world.trees == 1 && world.last_state == TT_TREE_READY);
    CHECK(tree_is_right(get(&world, "a")));
    CHECK(pending->tree_state == TT_TREE_PENDING && !pending->tree, "a snapshot never changes");
    CHECK(tt_documents_is_current(world.docs, pending), "but its text is the newest");
    tt_snapshot_unref(pending);
    tt_buf_release(&buf);
    world_release(&world);
}

/* What is typed while a job runs is edited into its result: then the next parse
 * is short, and fits into the budget. */
static void test_edited_forward(void **state)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct world world;

    (void)state;
    python(&buf, 300);
    for (unsigned slow = 0; slow < 2; slow++) {
        world_init(&world, 1, NULL);
        world_slow(&world);
        CHECK(world_open(&world, "a", "python", tt_buf_str(&buf)) == 0);
        for (unsigned i = 0; i < 20; i++)
            CHECK(world_change(&world, "a", START, TT_STR("y = [2,\n 3]\n")) == 0);
        CHECK(get(&world, "a")->tree_state == TT_TREE_PENDING && world.fake.n_jobs == 1,
              "one parse in flight");
        if (!slow)
            world_fast(&world);
        CHECK(fake_io_step(&world.fake));
        CHECK(world.trees == !slow && world.fake.n_jobs == slow, "%u", slow);
        fake_io_settle(&world.fake);
        CHECK(world.trees == 1 && tree_is_right(get(&world, "a")));
        world_release(&world);
    }
    tt_buf_release(&buf);
}

/* A broken text is parsed in a job; when it is whole again the tree is there at once,
 * and what the job still brings is not wanted. */
static void test_mended_while_parsing(void **state)
{
    const struct tt_position_range middle = { { 150, 0 }, { 150, 0 } };
    const struct tt_position_range behind = { { 150, 6 }, { 150, 6 } };
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct world world;

    (void)state;
    python(&buf, 300);
    world_init(&world, 1, NULL);
    CHECK(world_open(&world, "a", "python", tt_buf_str(&buf)) == 0);
    fake_io_settle(&world.fake);
    CHECK(tree_is_right(get(&world, "a")));
    world.trees = 0;
    for (unsigned again = 0; again < 3; again++) {
        world_slow(&world);
        CHECK(world_change(&world, "a", middle, TT_STR("y = (2\n")) == 0);
        CHECK(get(&world, "a")->tree_state == TT_TREE_PENDING);
        CHECK(world.fake.n_jobs == 1, "%zu", world.fake.n_jobs);
        world_fast(&world);
        CHECK(world_change(&world, "a", behind, TT_STR(", x)")) == 0);
        CHECK(get(&world, "a")->tree_state == TT_TREE_READY && world.fake.n_jobs == 1, "%u", again);
        CHECK(tree_is_right(get(&world, "a")));
        if (again == 1) /* broken again before the job came back: it is not asked for twice */
            CHECK(world_change(&world, "a", middle, TT_STR("z = [[\n")) == 0);
        if (again == 1)
            CHECK(get(&world, "a")->tree_state == TT_TREE_PENDING && world.fake.n_jobs == 1);
        fake_io_settle(&world.fake);
        CHECK(tree_is_right(get(&world, "a")));
        CHECK(world.trees == (again == 1), "%u", world.trees);
        world.trees = 0;
        if (again == 1)
            CHECK(world_change(&world, "a", (struct tt_position_range){ { 150, 0 }, { 151, 0 } },
                               TT_STR("")) == 0);
        CHECK(tree_is_right(get(&world, "a")));
    }
    tt_buf_release(&buf);
    world_release(&world);
}

/* Steady typing, each parse too long for the loop: trees come all the same. */
static void test_never_starves(void **state)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct world world;
    unsigned ready = 0;

    (void)state;
    python(&buf, 300);
    world_init(&world, 1, NULL);
    world_slow(&world);
    CHECK(world_open(&world, "a", "python", tt_buf_str(&buf)) == 0);
    for (unsigned i = 0; i < 60; i++) {
        fake_io_step(&world.fake);
        if (i % 3 == 0)
            CHECK(world_change(&world, "a", START, TT_STR("y = 2\n")) == 0);
        ready += get(&world, "a")->tree_state == TT_TREE_READY;
    }
    CHECK(ready >= 15, "%u", ready);
    tt_buf_release(&buf);
    world_release(&world);
}

static void test_close_while_parsing(void **state)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct world world;

    (void)state;
    python(&buf, 300);
    world_init(&world, 1, NULL);
    world_slow(&world);
    CHECK(world_open(&world, "a", "python", tt_buf_str(&buf)) == 0);
    CHECK(tt_documents_close(world.docs, TT_STR("a")) == 0);
    CHECK(world_open(&world, "a", "python", TT_STR("other = 1\n")) == 0);
    fake_io_settle(&world.fake);
    CHECK(tree_is_right(get(&world, "a")) && text_is(get(&world, "a"), TT_STR("other = 1\n")));
    CHECK(world_full(&world, "a", tt_buf_str(&buf)) == 0);
    CHECK(world.fake.n_jobs == 1);
    world_release(&world); /* the job ends after the documents: cancelled */

    world_init(&world, 1, NULL);
    world_slow(&world);
    CHECK(world_open(&world, "a", "python", tt_buf_str(&buf)) == 0);
    tt_documents_destroy(world.docs);
    fake_io_settle(&world.fake); /* or runs after them */
    fake_io_release(&world.fake);
    tt_documents_destroy(NULL);
    tt_buf_release(&buf);
}

static void test_too_big_while_parsing(void **state)
{
    struct tt_documents_options options = { .max_parse_bytes = 20000 };
    struct tt_buf small = TT_BUF_INIT(TT_BUF_OWN), big = TT_BUF_INIT(TT_BUF_OWN);
    struct world world;

    (void)state;
    python(&small, 300);
    python(&big, 900);
    for (unsigned shrinks = 0; shrinks < 2; shrinks++) {
        world_init(&world, 1, &options);
        world_slow(&world);
        CHECK(world_open(&world, "a", "python", tt_buf_str(&small)) == 0);
        CHECK(world_full(&world, "a", tt_buf_str(&big)) == 0);
        CHECK(get(&world, "a")->tree_state == TT_TREE_TOO_BIG);
        if (shrinks)
            CHECK(world_full(&world, "a", TT_STR("x = 1\n")) == 0);
        fake_io_settle(&world.fake);
        CHECK(world.trees == shrinks);
        if (shrinks)
            CHECK(tree_is_right(get(&world, "a")));
        else
            CHECK(get(&world, "a")->tree_state == TT_TREE_TOO_BIG);
        world_release(&world);
    }
    tt_buf_release(&small);
    tt_buf_release(&big);
}

/* More documents than jobs: they wait, the one used last comes first. */
static void test_waiting(void **state)
{
    struct tt_documents_options options = { .max_jobs = 1 };
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_snapshot *s;
    struct world world;
    char key[2] = "a";

    (void)state;
    python(&buf, 1100); /* too long to try the loop while jobs are taken */
    world_init(&world, 1, &options);
    world_slow(&world);
    for (; key[0] < 'g'; key[0]++)
        CHECK(world_open(&world, key, "python", tt_buf_str(&buf)) == 0);
    CHECK(world.fake.n_jobs == 1);
    CHECK(tt_documents_load(world.docs).jobs == 1 && tt_documents_load(world.docs).waiting == 5);
    CHECK(tt_documents_want_tree(world.docs, TT_STR("c"))->tree_state == TT_TREE_PENDING);
    CHECK(world_change(&world, "d", START, TT_STR("x = 1\n")) == 0);
    CHECK(tt_documents_close(world.docs, TT_STR("e")) == 0);
    CHECK(tt_documents_load(world.docs).waiting == 4);
    CHECK(fake_io_step(&world.fake) && get(&world, "a")->tree_state == TT_TREE_READY);
    CHECK(fake_io_step(&world.fake) && get(&world, "d")->tree_state == TT_TREE_READY);
    CHECK(fake_io_step(&world.fake) && get(&world, "c")->tree_state == TT_TREE_READY);
    fake_io_settle(&world.fake);
    for (size_t i = 0; (s = tt_documents_next(world.docs, &i));)
        CHECK(tree_is_right(s));
    CHECK(world.trees == 5 && tt_documents_load(world.docs).waiting == 0);
    tt_buf_release(&buf);
    world_release(&world);
}

/* Trees of documents that nobody looks at go first, and come back on demand. */
static void test_memory(void **state)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_documents_options options = { 0 };
    struct tt_snapshot *kept;
    struct world world;
    size_t one;

    (void)state;
    python(&buf, 50);
    world_init(&world, 1, NULL);
    CHECK(world_open(&world, "a", "python", tt_buf_str(&buf)) == 0);
    one = tt_documents_load(world.docs).tree_bytes;
    world_release(&world);

    options.max_tree_bytes = 1;
    world_init(&world, 1, &options);
    CHECK(world_open(&world, "a", "python", tt_buf_str(&buf)) == 0);
    CHECK(get(&world, "a")->tree_state == TT_TREE_READY, "the one in use stays, whatever its size");
    world_release(&world);

    options.max_tree_bytes = one * 2 + one / 2;
    world_init(&world, 1, &options);
    CHECK(world_open(&world, "a", "python", tt_buf_str(&buf)) == 0);
    CHECK(world_open(&world, "b", "python", tt_buf_str(&buf)) == 0);
    CHECK(tt_documents_want_tree(world.docs, TT_STR("a"))->tree_state == TT_TREE_READY);
    kept = tt_snapshot_ref(get(&world, "b"));
    CHECK(world_open(&world, "c", "python", tt_buf_str(&buf)) == 0);
    CHECK(get(&world, "b")->tree_state == TT_TREE_DROPPED, "a was used after b");
    CHECK(get(&world, "a")->tree && get(&world, "c")->tree && kept->tree);
    CHECK(tt_documents_load(world.docs).n_trees == 2);
    CHECK(get(&world, "b")->generation == kept->generation);

    CHECK(tt_documents_want_tree(world.docs, TT_STR("b"))->tree_state == TT_TREE_READY);
    CHECK(tree_is_right(get(&world, "b")) && get(&world, "a")->tree_state == TT_TREE_DROPPED);
    CHECK(world_change(&world, "a", START, TT_STR("x\n")) == 0, "typing makes a tree as well");
    CHECK(tree_is_right(get(&world, "a")) && get(&world, "c")->tree_state == TT_TREE_DROPPED);
    world_slow(&world);
    CHECK(tt_documents_want_tree(world.docs, TT_STR("c"))->tree_state == TT_TREE_PENDING);
    fake_io_settle(&world.fake);
    CHECK(tree_is_right(get(&world, "c")) && world.trees == 1);
    tt_snapshot_unref(kept);
    tt_buf_release(&buf);
    world_release(&world);
}

/* The tree that is kept while a text is broken counts as well. */
static void test_memory_of_sound(void **state)
{
    const struct tt_position_range middle = { { 150, 0 }, { 150, 0 } };
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct world world;
    size_t one, broken;

    (void)state;
    python(&buf, 400);
    world_init(&world, 1, NULL);
    CHECK(world_open(&world, "a", "python", tt_buf_str(&buf)) == 0);
    one = tt_documents_load(world.docs).tree_bytes;
    world_slow(&world);
    CHECK(world_change(&world, "a", middle, TT_STR("y = (2\n")) == 0);
    broken = tt_documents_load(world.docs).tree_bytes;
    CHECK(broken >= one + one * 9 / 10, "%zu of %zu", broken, one);
    world_fast(&world);
    fake_io_settle(&world.fake);
    CHECK(world_change(&world, "a", (struct tt_position_range){ { 150, 0 }, { 151, 0 } },
                       TT_STR("")) == 0);
    CHECK(tree_is_right(get(&world, "a")) && tt_documents_load(world.docs).tree_bytes == one);
    CHECK(world_change(&world, "a", middle, TT_STR("y = (2\n")) == 0);
    tt_documents_close(world.docs, TT_STR("a"));
    fake_io_settle(&world.fake);
    CHECK(tt_documents_load(world.docs).tree_bytes == 0);
    tt_buf_release(&buf);
    world_release(&world);
}

/* A tree that is long to free is freed in a job; nothing leaks either way. */
static void test_retired(void **state)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct world world;

    (void)state;
    python(&buf, 2500);
    for (unsigned ends = 0; ends < 2; ends++) {
        world_init(&world, 1, NULL);
        CHECK(world_open(&world, "a", "python", tt_buf_str(&buf)) == 0);
        CHECK(get(&world, "a")->tree_state == TT_TREE_READY);
        CHECK(tt_documents_close(world.docs, TT_STR("a")) == 0);
        CHECK(world.fake.n_jobs == 1);
        if (!ends)
            fake_io_settle(&world.fake);
        world_release(&world);
    }
    tt_buf_release(&buf);
}

static int refuse_work(struct tt_io *io, struct tt_job *job)
{
    (void)io;
    (void)job;
    return TT_ENOMEM;
}

static void test_no_jobs(void **state)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct world world;

    (void)state;
    python(&buf, 300);
    world_init(&world, 1, NULL);
    world.fake.io.work = refuse_work;
    world_slow(&world);
    CHECK(world_open(&world, "a", "python", tt_buf_str(&buf)) == 0);
    CHECK(get(&world, "a")->tree_state == TT_TREE_FAILED);
    world_fast(&world);
    CHECK(world_change(&world, "a", START, TT_STR("x\n")) == 0);
    CHECK(tree_is_right(get(&world, "a")), "the next change tries again");
    world_release(&world);
    tt_buf_release(&buf);
}

/* --- the whole of it, at random ------------------------------------------- */

static uint64_t rnd(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed >> 11;
}

static void random_event(struct world *world, uint64_t *seed)
{
    static const char *const keys[] = { "a", "b", "c", "d" };
    static const char *const words[] = { "x", "\n", "    y = (1,\n2)\n", "def g():\n    pass\n",
                                         "" };
    const char *key = keys[rnd(seed) % COUNT(keys)];
    struct tt_snapshot *s = get(world, key);
    struct tt_position_range range;
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);

    switch (rnd(seed) % 12) {
    case 0:
        python(&buf, (unsigned)(rnd(seed) % 200));
        CHECK(world_open(world, key, "python", tt_buf_str(&buf)) == 0);
        break;
    case 1:
        tt_documents_close(world->docs, tt_str_from(key));
        break;
    case 2:
        world->step = rnd(seed) % 3 == 0 ? 0 : rnd(seed) % 400;
        break;
    case 3:
        tt_documents_want_tree(world->docs, tt_str_from(key));
        break;
    case 4:
        python(&buf, (unsigned)(rnd(seed) % 200));
        world_full(world, key, tt_buf_str(&buf));
        break;
    case 5:
    case 6:
        fake_io_step(&world->fake);
        break;
    default:
        if (!s)
            break;
        range.start.line = (uint32_t)(rnd(seed) % tt_text_lines(s->text));
        range.start.character = (uint32_t)(rnd(seed) % 30);
        range.end.line = range.start.line + (uint32_t)(rnd(seed) % 2);
        range.end.character = (uint32_t)(rnd(seed) % 30);
        CHECK(world_change(world, key, range, tt_str_from(words[rnd(seed) % COUNT(words)])) == 0);
    }
    tt_buf_release(&buf);
}

static void check_load(struct world *world)
{
    struct tt_documents_load load = tt_documents_load(world->docs);
    struct tt_snapshot *s;
    size_t pending = 0, ready = 0;

    for (size_t i = 0; (s = tt_documents_next(world->docs, &i));) {
        pending += s->tree_state == TT_TREE_PENDING;
        ready += s->tree_state == TT_TREE_READY;
        CHECK((s->tree != NULL) == (s->tree_state == TT_TREE_READY));
    }
    CHECK(pending <= load.jobs + load.waiting, "%zu pending, %zu + %zu", pending, load.jobs,
          load.waiting);
    CHECK(load.n_trees >= ready && load.n_trees <= ready + pending);
    CHECK(load.jobs <= 2);
}

static void test_random_sessions(void **state)
{
    struct tt_documents_options options = { .max_tree_bytes = 3u << 20, .max_parse_bytes = 6000 };
    unsigned right = 0, wrong = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        uint64_t s = seed * 2654435761u;
        struct tt_snapshot *snapshot;
        struct world world;

        options.max_jobs = 1 + (uint32_t)(seed % 2);
        world_init(&world, seed, &options);
        for (unsigned i = 0; i < 150; i++) {
            random_event(&world, &s);
            check_load(&world);
            if (i % 10)
                continue;
            for (size_t k = 0; (snapshot = tt_documents_next(world.docs, &k));) {
                if (snapshot->tree)
                    *(tree_is_right(snapshot) ? &right : &wrong) += 1;
            }
        }
        if (seed % 3) {
            fake_io_settle(&world.fake);
            for (size_t k = 0; (snapshot = tt_documents_next(world.docs, &k));)
                CHECK(snapshot->tree_state != TT_TREE_PENDING, "seed %u", (unsigned)seed);
        }
        world_release(&world);
    }
    /* tree-sitter may mend a broken text in another way when it reuses a tree */
    CHECK(wrong * 100 <= right && right > 200, "%u right, %u wrong", right, wrong);
}

/* --- without memory ------------------------------------------------------- */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static long until_failure = -1;

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

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

/* tree-sitter ends the program without memory: its own always succeed. */
static void without_faults_for_tree_sitter(void)
{
    ts_set_allocator(__real_malloc, __real_calloc, __real_realloc, free);
}

static int (*real_work)(struct tt_io *io, struct tt_job *job);

/* The fake world's own allocations always succeed. */
static int work_without_faults(struct tt_io *io, struct tt_job *job)
{
    long kept = until_failure;
    int err;

    until_failure = -1;
    err = real_work(io, job);
    until_failure = kept;
    return err;
}

/* Let the n-th allocation fail; false when there were not so many. */
static bool no_memory_case(long n, bool slow, tt_str before, tt_str after)
{
    struct tt_snapshot *s;
    struct world world;
    bool failed;

    world_init(&world, 1, NULL);
    real_work = world.fake.io.work;
    world.fake.io.work = work_without_faults;
    if (slow)
        world_slow(&world);
    until_failure = n;
    if (world_open(&world, "a", "json", before) == 0)
        world_change(&world, "a", START, TT_STR("[0]\n"));
    failed = until_failure < 0;
    until_failure = -1;
    s = get(&world, "a");
    CHECK(!s || s->out_of_sync || text_is(s, after), "%ld", n);
    fake_io_settle(&world.fake);
    s = get(&world, "a");
    CHECK(!s || s->tree_state != TT_TREE_PENDING, "%ld", n);
    CHECK(!s || !s->tree || tree_is_right(s), "%ld", n);
    world_release(&world);
    return failed;
}

/* The document is right, says that it is not, or is closed; nothing leaks, and
 * a pending tree still comes.  (JSON: its grammar has no allocations of its own.) */
static void test_no_memory(void **state)
{
    struct tt_buf before = TT_BUF_INIT(TT_BUF_OWN), after = TT_BUF_INIT(TT_BUF_OWN);

    (void)state;
    for (unsigned i = 0; i < 800; i++)
        tt_buf_adds(&before, "[1, \"two\"]\n");
    tt_buf_adds(&after, "[0]\n");
    tt_buf_add(&after, tt_buf_str(&before));
    for (unsigned slow = 0; slow < 2; slow++) {
        long n = 0;

        while (no_memory_case(n, slow, tt_buf_str(&before), tt_buf_str(&after)))
            n++;
        CHECK(n > 15, "%ld", n);
    }
    tt_buf_release(&before);
    tt_buf_release(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_time),
        cmocka_unit_test(test_in_a_job),
        cmocka_unit_test(test_edited_forward),
        cmocka_unit_test(test_mended_while_parsing),
        cmocka_unit_test(test_never_starves),
        cmocka_unit_test(test_close_while_parsing),
        cmocka_unit_test(test_too_big_while_parsing),
        cmocka_unit_test(test_waiting),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_memory_of_sound),
        cmocka_unit_test(test_retired),
        cmocka_unit_test(test_no_jobs),
        cmocka_unit_test(test_random_sessions),
        cmocka_unit_test(test_no_memory),
    };

    without_faults_for_tree_sitter();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
