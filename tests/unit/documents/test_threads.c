/* test_threads.c -- jobs on real threads while the loop thread types: for the
 * thread sanitizer, and to see that trees come right in any order. */
#include "base/buf.h"
#include "syntax/lang.h"
#include "test.h"
#include "text/text.h"
#include "trimtab/error.h"
#include "world.h"

#include <pthread.h>

#define MAX_JOBS 64

/* tree-sitter counts references atomically, but reads a count without that when
 * it asserts that it is not zero and when it asks whether it is one. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return "race_top:ts_subtree_retain\nrace_top:ts_subtree_release\n"
           "race_top:ts_subtree_make_mut\nrace_top:ts_parser__balance_subtree\n";
}

/* A tt_io whose jobs run at once, each on a thread of its own. */
struct threads {
    struct tt_io io;
    struct running {
        pthread_t thread;
        struct tt_job *job;
        atomic_bool over;
    } running[MAX_JOBS];
    size_t n;
};

static void *run(void *arg)
{
    struct running *running = arg;

    running->job->run(running->job);
    atomic_store(&running->over, true);
    return NULL;
}

static int on_work(struct tt_io *io, struct tt_job *job)
{
    struct threads *threads = io->data;
    struct running *running = &threads->running[threads->n];

    if (threads->n == MAX_JOBS)
        return TT_ENOMEM;
    running->job = job;
    atomic_init(&running->over, false);
    if (pthread_create(&running->thread, NULL, run, running))
        return TT_ENOMEM;
    threads->n++;
    return 0;
}

static uint64_t on_random(struct tt_io *io)
{
    (void)io;
    return 4;
}

/* `done` of those that are over, or of all; a job may start another. */
static void finish(struct threads *threads, bool wait)
{
    for (size_t i = 0; i < threads->n; i++) {
        struct running *running = &threads->running[i];

        if (!running->job || (!wait && !atomic_load(&running->over)))
            continue;
        pthread_join(running->thread, NULL);
        running->job->done(running->job, 0);
        running->job = NULL;
    }
}

static uint64_t no_time(void *arg)
{
    return *(uint64_t *)arg += 1000000;
}

static void test_typing_while_jobs_run(void **state)
{
    static struct threads threads;
    uint64_t now = 0;
    struct tt_documents_options options = { .clock = no_time, .clock_arg = &now };
    struct tt_document_change typed = { true, { { 0, 0 }, { 0, 0 } }, TT_STR_INIT("x = [1]\n") };
    struct tt_document_open open = { .key = TT_STR("a"),
                                     .lang = tt_lang_by_name(TT_STR("python")) };
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_snapshot *s, *kept = NULL;
    struct tt_documents *docs;

    (void)state;
    threads.io = (struct tt_io){ .data = &threads, .work = on_work, .random = on_random };
    for (unsigned i = 0; i < 800; i++)
        tt_buf_addf(&buf, "def f%u(a, b=%u):\n    return a + b\n", i, i);
    open.text = tt_buf_str(&buf);
    CHECK(tt_documents_create(&threads.io, &options, &docs) == 0);
    CHECK(tt_documents_open(docs, &open) == 0);
    for (unsigned i = 0; i < 30; i++) {
        struct tt_document_open other = open;

        CHECK(tt_documents_change(docs, open.key, true, 2, &typed, 1, false, TT_UTF16) == 0);
        s = tt_documents_get(docs, open.key);
        CHECK(!s->tree || !tt_tree_has_error(s->tree));
        if (i % 5 == 0) {
            tt_snapshot_unref(kept);
            kept = tt_snapshot_ref(s);
            other.key = TT_STR("b");
            CHECK(tt_documents_open(docs, &other) == 0);
        }
        finish(&threads, i % 3 == 0);
    }
    finish(&threads, true);
    while (tt_documents_get(docs, open.key)->tree_state == TT_TREE_PENDING)
        finish(&threads, true);
    CHECK(tree_is_right(tt_documents_get(docs, open.key)));
    CHECK(tt_documents_close(docs, TT_STR("b")) == 0);
    tt_documents_destroy(docs);
    finish(&threads, true);
    tt_snapshot_unref(kept);
    tt_buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_typing_while_jobs_run) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
