/* test_watch.c -- a change is told, also in a folder that came later or came again. */
#include "net_test.h"

#include "net/watch.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_MS 20000 /* for a change that must be told */
#define QUIET_MS    600   /* for one that must not: several pauses */

struct world {
    uv_loop_t loop;
    uv_timer_t timer;
    struct tt_watch watch;
    char folder[64];
    int told;
    bool over;
};

static void on_event(void *arg, const struct tt_event *ev)
{
    struct world *w = arg;

    assert_int_equal(ev->type, TT_EVENT_FILES);
    w->told++;
}

static bool wanted(const char *name)
{
    return strcmp(name, "config.json") == 0;
}

static void on_timer(uv_timer_t *timer)
{
    ((struct world *)timer->data)->over = true;
}

static const char *at(const struct world *w, const char *name)
{
    static char path[256];

    snprintf(path, sizeof(path), "%s/%s", w->folder, name);
    return path;
}

static void begin(struct world *w)
{
    *w = (struct world){ .folder = "/tmp/trimtab-watch-XXXXXX" };
    assert_non_null(mkdtemp(w->folder));
    assert_int_equal(uv_loop_init(&w->loop), 0);
    uv_timer_init(&w->loop, &w->timer);
    w->timer.data = w;
    tt_watch_init(&w->watch, &w->loop, (struct tt_net_sink){ on_event, w }, wanted);
}

static int drop(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static void end(struct world *w)
{
    tt_watch_close(&w->watch);
    tt_watch_close(&w->watch);
    tt_watch_folder(&w->watch, w->folder); /* too late, and harmless */
    uv_close((uv_handle_t *)&w->timer, NULL);
    uv_run(&w->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&w->loop), 0);
    nftw(w->folder, drop, 8, FTW_DEPTH | FTW_PHYS);
}

/* Until it was told, or `ms` are over. */
static bool is_told(struct world *w, uint64_t ms)
{
    int before = w->told;

    w->over = false;
    uv_update_time(&w->loop);
    uv_timer_start(&w->timer, on_timer, ms, 0);
    while (!w->over && w->told == before)
        uv_run(&w->loop, UV_RUN_ONCE);
    uv_timer_stop(&w->timer);
    return w->told > before;
}

static void put(const struct world *w, const char *name)
{
    FILE *f = fopen(at(w, name), "w");

    assert_non_null(f);
    fputs("{}\n", f);
    assert_int_equal(fclose(f), 0);
}

static void test_a_file(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    tt_watch_folder(&w.watch, w.folder);
    tt_watch_folder(&w.watch, w.folder);
    assert_int_equal(w.watch.n, 1);
    put(&w, "other");
    assert_false(is_told(&w, QUIET_MS));
    put(&w, "config.json");
    assert_true(is_told(&w, PATIENCE_MS));
    assert_int_equal(unlink(at(&w, "config.json")), 0);
    assert_true(is_told(&w, PATIENCE_MS));
    end(&w);
}

static void test_a_folder_that_comes_and_goes(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    tt_watch_folder(&w.watch, at(&w, "a/b"));
    tt_watch_folder(&w.watch, "/no-such-folder-of-trimtab/x");
    tt_watch_folder(&w.watch, "relative");
    assert_int_equal(w.watch.n, 2);
    put(&w, "config.json"); /* in the folder above, which is only waited in */
    assert_false(is_told(&w, QUIET_MS));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(mkdir(at(&w, "a"), 0700), 0);
        assert_true(is_told(&w, PATIENCE_MS));
        assert_int_equal(mkdir(at(&w, "a/b"), 0700), 0);
        assert_true(is_told(&w, PATIENCE_MS));
        put(&w, "a/b/config.json");
        assert_true(is_told(&w, PATIENCE_MS));
        assert_int_equal(unlink(at(&w, "a/b/config.json")), 0);
        assert_true(is_told(&w, PATIENCE_MS));
        assert_int_equal(rmdir(at(&w, "a/b")), 0);
        assert_true(is_told(&w, PATIENCE_MS));
        assert_int_equal(rmdir(at(&w, "a")), 0);
        assert_true(is_told(&w, PATIENCE_MS));
    }
    end(&w);
}

static void test_too_many(void **state)
{
    struct world w;
    char name[16];

    (void)state;
    begin(&w);
    for (int i = 0; i < TT_WATCH_MAX + 2; i++) {
        snprintf(name, sizeof(name), "f%d", i);
        tt_watch_folder(&w.watch, at(&w, name));
    }
    assert_int_equal(w.watch.n, TT_WATCH_MAX);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file),
        cmocka_unit_test(test_a_folder_that_comes_and_goes),
        cmocka_unit_test(test_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
