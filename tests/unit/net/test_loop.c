/* test_loop.c -- timers, jobs and the watch over the parent process. */
#include "net_test.h"

#include "net/parent.h"

#include <sys/wait.h>

/* ---- timers ---- */

static void stop_after(struct net_test *t, const struct tt_event *ev)
{
    t->done = ev->id == *(const uint64_t *)t->hook_arg;
    t->open = 1;
}

static void test_timers(void **state)
{
    static const uint64_t last = 4;
    struct net_test *t = net_test_begin();

    (void)state;
    t->hook = stop_after;
    t->hook_arg = (void *)(uintptr_t)&last;
    t->open = 1;
    assert_int_equal(tt_timers_start(&t->timers, 1, 0), 0);
    assert_int_equal(t->heard[1].timers, 0);
    assert_int_equal(tt_timers_start(&t->timers, 2, 1), 0);
    assert_int_equal(tt_timers_start(&t->timers, 2, 5), 0); /* moved, not doubled */
    assert_int_equal(tt_timers_start(&t->timers, 3, 1), 0);
    tt_timers_stop(&t->timers, 3);
    tt_timers_stop(&t->timers, 3);
    tt_timers_stop(&t->timers, 77);
    assert_int_equal(tt_timers_start(&t->timers, 4, 20), 0);
    assert_int_equal(tt_timers_start(&t->timers, 5, 100000), 0); /* still there at close */
    net_test_run(t);
    assert_int_equal(t->heard[1].timers, 1);
    assert_int_equal(t->heard[2].timers, 1);
    assert_int_equal(t->heard[3].timers, 0);
    assert_int_equal(t->heard[4].timers, 1);
    tt_timers_close(&t->timers);
    assert_int_equal(tt_timers_start(&t->timers, 6, 0), TT_ECANCELED);
    net_test_end(t);
}

/* ---- jobs ---- */

struct test_job {
    struct tt_job job;
    uv_sem_t *gate; /* NULL: run at once */
    int ran, done, status;
};

static struct test_job *job_of(struct tt_job *job)
{
    return (struct test_job *)job;
}

static void run_job(struct tt_job *job)
{
    struct test_job *j = job_of(job);

    if (j->gate)
        uv_sem_wait(j->gate);
    j->ran++;
}

static void job_done(struct tt_job *job, int status)
{
    job_of(job)->done++;
    job_of(job)->status = status;
}

static void test_jobs(void **state)
{
    struct net_test *t = net_test_begin();
    struct test_job jobs[10] = { 0 };

    (void)state;
    for (size_t i = 0; i < 10; i++) {
        jobs[i].job = (struct tt_job){ .run = run_job, .done = job_done };
        assert_int_equal(tt_work_submit(&t->work, &jobs[i].job), 0);
    }
    uv_run(&t->loop, UV_RUN_DEFAULT);
    for (size_t i = 0; i < 10; i++)
        assert_true(jobs[i].ran == 1 && jobs[i].done == 1 && jobs[i].status == 0);
    net_test_end(t);
}

/* Those that had begun finish with 0, the others never run. */
static void test_jobs_at_the_end(void **state)
{
    struct net_test *t = net_test_begin();
    struct test_job jobs[40] = { 0 };
    uv_sem_t gate;
    int ran = 0;

    (void)state;
    uv_sem_init(&gate, 0);
    for (size_t i = 0; i < 40; i++) {
        jobs[i].job = (struct tt_job){ .run = run_job, .done = job_done };
        jobs[i].gate = &gate;
        assert_int_equal(tt_work_submit(&t->work, &jobs[i].job), 0);
    }
    tt_work_close(&t->work);
    assert_int_equal(tt_work_submit(&t->work, &jobs[0].job), TT_ECANCELED);
    for (size_t i = 0; i < 40; i++)
        uv_sem_post(&gate);
    uv_run(&t->loop, UV_RUN_DEFAULT);
    for (size_t i = 0; i < 40; i++) {
        assert_int_equal(jobs[i].done, 1);
        assert_int_equal(jobs[i].status, jobs[i].ran ? 0 : TT_ECANCELED);
        ran += jobs[i].ran;
    }
    assert_true(ran < 40); /* the pool has four threads */
    uv_sem_destroy(&gate);
    net_test_end(t);
}

/* ---- parent ---- */

static void on_gone(void *arg)
{
    ++*(int *)arg;
}

static void on_busy(uv_timer_t *timer)
{
    (void)timer;
}

static void test_parent(void **state)
{
    uv_loop_t loop;
    uv_timer_t busy; /* the watch alone keeps no loop going */
    struct tt_parent parent;
    int gone = 0;
    pid_t child = fork();

    (void)state;
    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0); /* now its number is nobody's */
    uv_loop_init(&loop);
    tt_parent_init(&parent, &loop, on_gone, &gone);
    uv_timer_init(&loop, &busy);
    uv_timer_start(&busy, on_busy, 60000, 0);
    tt_parent_watch(&parent, 0);
    tt_parent_watch(&parent, (int64_t)1 << 40);
    tt_parent_watch(&parent, getpid());
    uv_run(&loop, UV_RUN_NOWAIT);
    assert_int_equal(gone, 0);
    tt_parent_watch(&parent, child);
    uv_run(&loop, UV_RUN_NOWAIT);
    uv_run(&loop, UV_RUN_NOWAIT);
    assert_int_equal(gone, 1);
    uv_close((uv_handle_t *)&busy, NULL);
    uv_run(&loop, UV_RUN_NOWAIT);
    assert_false(uv_loop_alive(&loop));
    tt_parent_close(&parent);
    tt_parent_close(&parent);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timers),
        cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_jobs_at_the_end),
        cmocka_unit_test(test_parent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
