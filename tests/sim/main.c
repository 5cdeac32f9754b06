/* main.c -- many simulated sessions; a failure is cut down to few steps.
 *
 *   sim [--seed N] [--sessions N] [--seconds N] [--events N]   run seeds N, N+1, ...
 *   ... --no-shrink                     the first seed that fails, as it is
 *   ... --starve                        allocations of the server fail now and then
 *   ... --keep-going                    names the seeds that fail, and goes on
 *   (a long run that is ended by SIGINT or SIGTERM says how far it came)
 *   sim --seed N --replay [--only 3,17,40-52]                  one session, each step said
 */
#include "sim.h"

#include "memory.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

static volatile unsigned long long running; /* the seed */

/* Say which seed it was; the sanitizers say more by themselves. */
static void crashed(int number)
{
    char words[64];
    int n = snprintf(words, sizeof(words), "seed %llu: the session crashes\n", running);

    if (write(STDOUT_FILENO, words, (size_t)n) < n)
        _exit(4);
    signal(number, SIG_DFL);
    raise(number);
}

static void watch_for_crashes(void)
{
#ifndef __SANITIZE_ADDRESS__
    signal(SIGSEGV, crashed);
    signal(SIGABRT, crashed);
#else
    (void)crashed;
#endif
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Something may be made once and kept for all sessions; what grows twice leaks. */
static bool fails(struct sim_plan *plan, struct sim_result *result)
{
    long grown = 0;

    for (int again = 0; again < 2; again++) {
        long before = sim_memory_live();

        sim_run(plan, result);
        grown = sim_memory_live() - before;
        if (!grown || result->failure[0])
            return result->failure[0] != '\0';
    }
    snprintf(result->failure, sizeof(result->failure), "memory leaks: %ld blocks are left", grown);
    result->failed_at = result->steps;
    return true;
}

/* Leave out stretches of steps, ever shorter ones, as long as it still fails. */
static unsigned shrink(struct sim_plan plan, bool *without)
{
    struct sim_result result;
    unsigned steps = plan.steps;
    double limit = seconds() + 60;
    unsigned left = 0;

    for (unsigned size = steps / 2; size > 0 && seconds() < limit; size /= 2) {
        for (unsigned at = 0; at < steps && seconds() < limit; at += size) {
            unsigned end = at + size < steps ? at + size : steps;
            bool *saved = malloc(steps * sizeof(*saved));

            if (!saved)
                abort();
            memcpy(saved, without, steps * sizeof(*saved));
            for (unsigned i = at; i < end; i++)
                without[i] = true;
            if (memcmp(saved, without, steps * sizeof(*saved)) != 0 && !fails(&plan, &result))
                memcpy(without, saved, steps * sizeof(*saved));
            free(saved);
        }
    }
    for (unsigned i = 0; i < steps; i++)
        left += !without[i];
    return left;
}

static void print_kept(const bool *without, unsigned steps)
{
    const char *comma = "";

    for (unsigned i = 0; i < steps; i++) {
        unsigned first = i;

        if (without[i])
            continue;
        while (i + 1 < steps && !without[i + 1])
            i++;
        printf(i > first ? "%s%u-%u" : "%s%u", comma, first, i);
        comma = ",";
    }
}

static void explain(struct sim_plan plan, const struct sim_result *first)
{
    unsigned steps = first->failed_at + 1 < first->steps ? first->failed_at + 1 : first->steps;
    bool *without = calloc(steps + 1, sizeof(*without));
    struct sim_result result;
    unsigned left;

    if (!without)
        abort();
    plan.steps = steps;
    plan.without = without;
    printf("seed %llu: %s\n", (unsigned long long)plan.seed, first->failure);
    fflush(stdout);
    if (!fails(&plan, &result)) { /* it needs the steps behind the failure, too */
        free(without);
        steps = plan.steps = first->steps;
        plan.without = without = calloc(steps + 1, sizeof(*without));
        if (!without || !fails(&plan, &result)) {
            free(without);
            return;
        }
    }
    left = shrink(plan, without);
    printf("%u steps are enough:\n", left);
    plan.log = stdout;
    sim_run(&plan, &result);
    printf("=> %s\nTo see it again: sim%s --seed %llu --steps %u --replay --only ", result.failure,
           plan.starves ? " --starve" : "", (unsigned long long)plan.seed, steps);
    print_kept(without, steps);
    printf("\n");
    free(without);
}

static bool *only(const char *list, unsigned *steps)
{
    bool *without;
    char *end;

    if (!*steps)
        *steps = 4000;
    without = malloc((*steps + 1) * sizeof(*without));
    if (!without)
        abort();
    for (unsigned i = 0; i <= *steps; i++)
        without[i] = true;
    for (const char *p = list; *p; p = *end == ',' ? end + 1 : end) {
        unsigned long a = strtoul(p, &end, 10), b = a;

        if (end == p)
            break;
        if (*end == '-')
            b = strtoul(end + 1, &end, 10);
        for (; a <= b && a < *steps; a++)
            without[a] = false;
    }
    return without;
}

int main(int argc, char **argv)
{
    struct sim_plan plan = { .seed = 1 };
    uint64_t sessions = 200, events = 0, total = 0, done = 0;
    double limit = 0, began = seconds();
    bool replay = false, keep_going = false, no_shrink = false;
    unsigned failures = 0, gave_up = 0;
    const char *list = NULL;
    struct sim_result sum = { 0 }, result;

    sim_memory_begin();
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";

        if (strcmp(argv[i], "--replay") == 0)
            replay = true;
        else if (strcmp(argv[i], "--keep-going") == 0)
            keep_going = true;
        else if (strcmp(argv[i], "--starve") == 0)
            plan.starves = true;
        else if (strcmp(argv[i], "--no-shrink") == 0)
            no_shrink = true;
        else if (strcmp(argv[i], "--seed") == 0)
            plan.seed = strtoull(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--sessions") == 0)
            sessions = strtoull(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--seconds") == 0)
            limit = strtod(value, NULL), sessions = UINT64_MAX, i++;
        else if (strcmp(argv[i], "--events") == 0)
            events = strtoull(value, NULL, 10), sessions = UINT64_MAX, i++;
        else if (strcmp(argv[i], "--steps") == 0)
            plan.steps = (unsigned)strtoul(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--only") == 0)
            list = value, i++;
        else {
            fprintf(stderr,
                    "sim: unknown option %s; the first lines of tests/sim/main.c say "
                    "how to use it\n",
                    argv[i]);
            return 2;
        }
    }
    if (plan.starves && TT_SIM_LTO) { /* calls into tree-sitter cannot be wrapped */
        fprintf(stderr,
                "sim: this program is optimised as a whole, where allocations of the grammars "
                "would fail, too; run build/debug/sim --starve\n");
        return 2;
    }
    if (replay) {
        bool *without = list ? only(list, &plan.steps) : NULL;

        plan.without = without;
        plan.log = stdout;
        sim_run(&plan, &result);
        printf("%s\n", result.failure[0] ? result.failure : "every invariant held");
        free(without);
        return result.failure[0] != '\0';
    }
    signal(SIGTERM, stop);
    signal(SIGINT, stop);
    watch_for_crashes();
    for (; done < sessions && !stopped; done++, plan.seed++) {
        if ((limit > 0 && seconds() - began > limit) || (events && total >= events))
            break;
        running = plan.seed;
        if (fails(&plan, &result) && keep_going) {
            printf("seed %llu: %s\n", (unsigned long long)plan.seed, result.failure);
            fflush(stdout);
            failures++;
        } else if (result.failure[0] && no_shrink) {
            printf("seed %llu, after %llu events: %s\n", (unsigned long long)plan.seed,
                   (unsigned long long)(total + result.events), result.failure);
            return 1;
        } else if (result.failure[0]) {
            explain(plan, &result);
            return 1;
        }
        total += result.events;
        sum.asked += result.asked, sum.answers += result.answers;
        sum.applied += result.applied, sum.refused += result.refused;
        sum.proposals += result.proposals, sum.resolved += result.resolved;
        sum.previews += result.previews, sum.created += result.created;
        sum.rewrites += result.rewrites;
        sum.stale += result.stale, sum.cancelled += result.cancelled;
        gave_up += result.gave_up;
    }
    printf("%llu sessions, %llu events in %.1f s: %s\n"
           "  %u requests to models, %u whole answers; %u edits applied, %u files created, "
           "%u proposals, %u actions resolved, %u rewrites, %u previews, %u errors to the editor, "
           "%u cancelled, "
           "%u refused by the editor\n",
           (unsigned long long)done, (unsigned long long)total, seconds() - began,
           failures ? "some failed" : "every invariant held", sum.asked, sum.answers, sum.applied,
           sum.created, sum.proposals, sum.resolved, sum.rewrites, sum.previews, sum.refused,
           sum.cancelled, sum.stale);
    if (plan.starves)
        printf("  %lu allocations of the server failed; %u sessions were ended by it for that\n",
               sim_memory_failures(), gave_up);
    return failures != 0;
}
