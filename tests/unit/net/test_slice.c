/* test_slice.c -- short turns change neither the policy nor the share of a thread, and
 * are not handed on. */
#include "net/slice.h"
#include "test.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

struct standing {
    int policy, nice;
};

static struct standing standing(void)
{
    return (struct standing){ sched_getscheduler(0) & ~SCHED_RESET_ON_FORK,
                              getpriority(PRIO_PROCESS, 0) };
}

static void *in_thread(void *arg)
{
    struct standing *out = arg;

    *out = standing();
    return (void *)(uintptr_t)(sched_getscheduler(0) & SCHED_RESET_ON_FORK);
}

static void test_stays(void **state)
{
    const struct standing before = standing();
    struct standing after, other;
    pthread_t thread;
    void *handed_on;

    (void)state;
    tt_slice_shorten();
    tt_slice_shorten();
    after = standing();
    assert_int_equal(pthread_create(&thread, NULL, in_thread, &other), 0);
    assert_int_equal(pthread_join(thread, &handed_on), 0);
    assert_int_equal(after.policy, before.policy);
    assert_int_equal(after.nice, before.nice);
    assert_int_equal(other.policy, before.policy);
    assert_int_equal(other.nice, before.nice);
    assert_null(handed_on);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
