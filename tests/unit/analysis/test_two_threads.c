/* test_two_threads.c -- rules that one thread compiles are waited for by another. */
#include "analysis/rules.h"
#include "code.h"
#include "test.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define TRIES 20

static const char text[] = "def f(db):\n"
                           "    try:\n        db.execute('SELECT * FROM users WHERE a = 1')\n"
                           "    except:\n        pass\n";

struct thread {
    const struct tt_rules *rules;
    size_t found;
    atomic_uint waited;
    atomic_bool ended;
};

static void count(void *data)
{
    struct thread *thread = data;

    thread->waited++;
    sched_yield();
}

static void *run(void *arg)
{
    struct thread *thread = arg;
    const struct tt_rules_run how = { .idle = count, .data = thread };
    struct tt_findings found;
    struct tt_arena arena;
    struct code code;

    tt_arena_init(&arena);
    code_init(&code, TT_STR("python"), TT_STR("a.py"), tt_str_from(text));
    CHECK(tt_rules_exec(thread->rules, &code.source, &how, &arena, &found) == 0);
    thread->found = found.n;
    code_release(&code);
    tt_arena_release(&arena);
    thread->ended = true;
    return NULL;
}

/* Did the second thread have to wait?  It begins when the first has begun to compile. */
static bool waits(const struct tt_lang *lang)
{
    struct thread first = { 0 }, second = { 0 };
    struct tt_rules *rules;
    pthread_t id;

    CHECK(tt_rules_create(NULL, NULL, NULL, &rules) == 0);
    first.rules = second.rules = rules;
    CHECK(pthread_create(&id, NULL, run, &first) == 0);
    while (!first.ended && !tt_rules_compiling(rules, lang))
        sched_yield();
    run(&second);
    pthread_join(id, NULL);
    CHECK(first.found > 0 && first.found == second.found, "%zu and %zu findings", first.found,
          second.found);
    CHECK(first.waited == 0 || second.waited == 0, "both waited for each other");
    tt_rules_destroy(rules);
    return second.waited > 0;
}

static void test_the_second_waits(void **state)
{
    struct code code;
    unsigned tries = 1;

    (void)state;
    code_init(&code, TT_STR("python"), TT_STR("a.py"), tt_str_from(text));
    while (!waits(code.source.lang) && tries < TRIES) /* it may come too late, on a busy machine */
        tries++;
    code_release(&code);
    CHECK(tries < TRIES, "the second never waited: it compiled the rules as well");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_second_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
