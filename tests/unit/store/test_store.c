/* test_store.c -- what is acknowledged is kept, and what is wrong with a database
 * is said in a sentence while everything goes on. */
#include "store/store.h"

#include "store/receipts.h"
#include "trimtab/error.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[64];

struct heard {
    pthread_mutex_t mutex;
    unsigned written, failed, troubles, marks;
    uint64_t mark;
    int receipts_at_mark, outcomes_at_mark;
    char trouble[1024];
};

static void on_written(void *arg, uint64_t ticket, int err)
{
    struct heard *heard = arg;

    (void)ticket;
    pthread_mutex_lock(&heard->mutex);
    heard->written += err == 0;
    heard->failed += err != 0;
    pthread_mutex_unlock(&heard->mutex);
}

static void on_trouble(void *arg, tt_str message)
{
    struct heard *heard = arg;

    pthread_mutex_lock(&heard->mutex);
    heard->troubles++;
    snprintf(heard->trouble, sizeof(heard->trouble), "%.*s", TT_STR_ARG(message));
    pthread_mutex_unlock(&heard->mutex);
}

static struct tt_store *open_store(struct heard *heard)
{
    struct tt_store_events events = { heard, on_written, on_trouble, NULL };
    struct tt_store *store;

    *heard = (struct heard){ .mutex = PTHREAD_MUTEX_INITIALIZER };
    assert_int_equal(tt_store_open(tt_str_from(dir), &events, &store), 0);
    return store;
}

static void outcome_json(int i, char out[400])
{
    snprintf(
        out, 400,
        "{\"id\":\"o%d\",\"decision\":\"d\",\"wall_ms\":%d,\"kind\":\"kept\",\"task\":\"DB-1\","
        "\"class\":\"schema\",\"name\":\"gpt\",\"model\":\"m\",\"provider\":\"openai\","
        "\"family\":\"gpt\",\"propensity\":1,\"prior_mean\":0.5,\"policy\":\"balanced\"}",
        i, i);
}

static void put(struct tt_store *store, int i)
{
    char json[400];
    uint64_t ticket;

    outcome_json(i, json);
    assert_int_equal(tt_store_outcome(store, tt_str_from(json), &ticket), 0);
}

struct loaded {
    int n, last;
    bool in_order;
};

static void on_outcome(void *arg, const struct tt_outcome *o)
{
    struct loaded *loaded = arg;

    loaded->in_order = loaded->in_order && o->wall_ms > loaded->last;
    loaded->last = (int)o->wall_ms;
    loaded->n++;
}

static int load(struct loaded *loaded, struct tt_buf *message)
{
    *loaded = (struct loaded){ .last = -1, .in_order = true };
    return tt_store_load(tt_str_from(dir), 0, on_outcome, loaded, NULL, message);
}

static void remove_dir(void)
{
    char command[200];

    snprintf(command, sizeof(command), "chmod -R u+w '%s' 2>/dev/null; rm -rf '%s'", dir, dir);
    assert_int_equal(system(command), 0);
}

static int setup(void **state)
{
    (void)state;
    snprintf(dir, sizeof(dir), "/tmp/trimtab-store-XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    remove_dir();
    return 0;
}

static void test_round_trip(void **state)
{
    struct heard heard;
    struct loaded loaded;
    struct tt_store *store;
    uint64_t first_seed = 0;
    struct stat st;
    char path[100];

    (void)state;
    snprintf(dir + strlen(dir), sizeof(dir) - strlen(dir), "/a/b"); /* made by the store */
    assert_int_equal(load(&loaded, NULL), 0);
    assert_int_equal(loaded.n, 0);
    store = open_store(&heard);
    for (int i = 0; i < 1200; i++)
        put(store, i);
    put(store, 7); /* an id that is there already */
    tt_store_flush(store);
    assert_int_equal(heard.written, 1201);
    tt_store_close(store);
    assert_int_equal(load(&loaded, NULL), 0);
    assert_int_equal(loaded.n, 1200);
    assert_true(loaded.in_order);
    /* the newest few, and a seed that stays */
    for (int i = 0; i < 2; i++) {
        uint64_t seed = 0;

        loaded = (struct loaded){ .last = -1, .in_order = true };
        assert_int_equal(tt_store_load(tt_str_from(dir), 100, on_outcome, &loaded, &seed, NULL), 0);
        assert_true(loaded.n == 100 && loaded.in_order && seed != 0);
        assert_true(i == 0 || seed == first_seed);
        first_seed = seed;
    }
    snprintf(path, sizeof(path), "%s/outcomes.db", dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(heard.troubles, 0);
    dir[strlen(dir) - 4] = '\0';
}

static void test_refuses_what_is_no_outcome(void **state)
{
    struct heard heard;
    struct tt_store *store = open_store(&heard);
    uint64_t ticket;

    (void)state;
    assert_int_equal(tt_store_outcome(store, TT_STR("{\"id\":1}"), &ticket), TT_EPARSE);
    assert_int_equal(tt_store_receipt(store, TT_STR("[]")), TT_EPARSE);
    assert_int_equal(tt_store_receipt(store, TT_STR("{\"a\":\n1}")), TT_EPARSE);
    tt_store_close(store);
}

static void write_file(const char *name, const char *bytes, size_t n)
{
    char path[100];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

static void sql(const char *statement)
{
    char path[100];
    sqlite3 *db;

    snprintf(path, sizeof(path), "%s/outcomes.db", dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, statement, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* Three outcomes are handed over: all are given up, with one sentence. */
static void expect_trouble(const char *words)
{
    struct heard heard;
    struct tt_store *store = open_store(&heard);

    for (int i = 0; i < 3; i++) {
        put(store, i);
        tt_store_flush(store);
    }
    tt_store_close(store);
    assert_int_equal(heard.failed, 3);
    assert_int_equal(heard.troubles, 1);
    if (!strstr(heard.trouble, words) || !strstr(heard.trouble, "Everything else goes on."))
        fail_msg("%s", heard.trouble);
}

static void test_not_a_database(void **state)
{
    struct tt_buf message = TT_BUF_INIT(4096);
    struct loaded loaded;
    char garbage[5000];

    (void)state;
    memset(garbage, 'x', sizeof(garbage));
    write_file("outcomes.db", garbage, sizeof(garbage));
    expect_trouble("is damaged. Move it away");
    assert_int_equal(load(&loaded, &message), TT_EIO);
    assert_non_null(strstr(message.p, "is damaged"));
    tt_buf_release(&message);
}

static void test_damaged_inside(void **state)
{
    struct heard heard;
    struct tt_store *store = open_store(&heard);
    char path[100], junk[4096];
    struct loaded loaded;
    FILE *f;

    (void)state;
    for (int i = 0; i < 300; i++)
        put(store, i);
    tt_store_close(store);
    snprintf(path, sizeof(path), "%s/outcomes.db", dir);
    memset(junk, 0xA5, sizeof(junk));
    f = fopen(path, "r+b");
    for (long page = 1; page < 6; page++) { /* not the first, which holds the version */
        assert_int_equal(fseek(f, page * 4096, SEEK_SET), 0);
        assert_int_equal(fwrite(junk, 1, sizeof(junk), f), sizeof(junk));
    }
    fclose(f);
    expect_trouble("is damaged");
    assert_int_equal(load(&loaded, NULL), TT_EIO);
}

static void test_newer(void **state)
{
    struct tt_buf message = TT_BUF_INIT(4096);
    struct loaded loaded;

    (void)state;
    sql("CREATE TABLE t (x); PRAGMA user_version = 99");
    expect_trouble("was made by a newer trimtab. Update this one.");
    assert_int_equal(load(&loaded, &message), TT_EDENIED);
    tt_buf_release(&message);
}

static void test_locked(void **state)
{
    struct heard heard;
    struct tt_store *store = open_store(&heard);
    char path[100];
    sqlite3 *db;

    (void)state;
    put(store, 1);
    tt_store_flush(store);
    snprintf(path, sizeof(path), "%s/outcomes.db", dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    put(store, 2);
    tt_store_flush(store);
    assert_int_equal(heard.failed, 1);
    assert_int_equal(heard.troubles, 1);
    assert_non_null(strstr(heard.trouble, "is locked by another program"));
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    put(store, 3); /* the lock is gone: it goes on */
    tt_store_close(store);
    assert_int_equal(heard.written, 2);
}

static void test_not_writable(void **state)
{
    char path[100];

    (void)state;
    if (geteuid() == 0) { /* root may write anywhere: a folder in place of the file */
        snprintf(path, sizeof(path), "%s/outcomes.db", dir);
        assert_int_equal(mkdir(path, 0700), 0);
    } else {
        assert_int_equal(chmod(dir, 0500), 0);
    }
    expect_trouble("cannot be written. Make it and its folder writable");
}

/* In a child whose files may not grow: as on a full disk. */
static void write_without_room(void)
{
    struct rlimit limit = { 20000, 20000 };
    struct heard heard;
    struct tt_store *store;

    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        _exit(2);
    store = open_store(&heard);
    for (int i = 1; i < 300; i++)
        put(store, i);
    tt_store_close(store);
    _exit(heard.failed > 0 && heard.troubles == 1 &&
                  strstr(heard.trouble, "Everything else goes on.")
              ? 0
              : 1);
}

static void test_no_room(void **state)
{
    int status;
    pid_t child = fork();

    (void)state;
    if (child == 0)
        write_without_room();
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* --- receipts --------------------------------------------------------- */

struct lines {
    int n;
    char first[40], last[40];
};

static void on_line(void *arg, tt_str json)
{
    struct lines *lines = arg;

    if (lines->n++ == 0)
        snprintf(lines->first, sizeof(lines->first), "%.*s", TT_STR_ARG(json));
    snprintf(lines->last, sizeof(lines->last), "%.*s", TT_STR_ARG(json));
}

static struct lines receipts(size_t max)
{
    struct lines lines = { 0 };

    assert_int_equal(tt_store_receipts(tt_str_from(dir), max, on_line, &lines), 0);
    return lines;
}

static void test_receipts(void **state)
{
    struct heard heard;
    struct tt_store *store;
    struct lines lines = receipts(10);

    (void)state;
    assert_int_equal(lines.n, 0);
    write_file("receipts.jsonl", "{\"cut", 5);
    store = open_store(&heard);
    for (int i = 0; i < 20; i++) {
        char json[40];

        snprintf(json, sizeof(json), "{\"i\":%d}", i);
        assert_int_equal(tt_store_receipt(store, tt_str_from(json)), 0);
    }
    tt_store_close(store);
    lines = receipts(5);
    assert_int_equal(lines.n, 5);
    assert_string_equal(lines.first, "{\"i\":15}");
    assert_string_equal(lines.last, "{\"i\":19}");
    assert_int_equal(receipts(1000).n, 20); /* the line that was cut is left out */
    assert_int_equal(heard.troubles, 0);
}

/* At the mark, on the writer's thread: others can read what was handed over before. */
static void on_mark(void *arg, uint64_t id)
{
    struct heard *heard = arg;
    struct loaded loaded;

    assert_int_equal(load(&loaded, NULL), 0);
    heard->outcomes_at_mark = loaded.n;
    heard->receipts_at_mark = receipts(1000).n;
    heard->mark = id;
    heard->marks++;
}

static void test_mark(void **state)
{
    struct heard heard = { .mutex = PTHREAD_MUTEX_INITIALIZER };
    struct tt_store_events events = { &heard, NULL, on_trouble, on_mark };
    struct tt_store *store;

    (void)state;
    assert_int_equal(tt_store_open(tt_str_from(dir), &events, &store), 0);
    for (unsigned i = 1; i <= 20; i++) {
        put(store, (int)i);
        assert_int_equal(tt_store_receipt(store, TT_STR("{\"a\":1}")), 0);
        assert_int_equal(tt_store_answer(store, TT_STR("{\"id\":\"e1\",\"answer\":\"x\"}")), 0);
        assert_int_equal(tt_store_mark(store, 100 + i), 0);
        if (i % 3)
            continue; /* some in one batch, some alone */
        tt_store_flush(store);
        assert_int_equal(heard.marks, i);
        assert_int_equal(heard.mark, 100 + i);
        assert_int_equal(heard.receipts_at_mark, i);
        assert_int_equal(heard.outcomes_at_mark, i);
    }
    tt_store_close(store); /* the last ones come before it returns */
    assert_int_equal(heard.marks, 20);
    assert_int_equal(heard.troubles, 0);
}

static void test_receipts_turn_over(void **state)
{
    struct lines lines;

    (void)state;
    for (int i = 0; i < 30; i++) {
        char json[40];

        snprintf(json, sizeof(json), "{\"i\":%2d}", i);
        assert_int_equal(tt_receipts_append(dir, TT_RECEIPTS, tt_str_from(json), 100, NULL), 0);
    }
    lines = receipts(12); /* goes over into the file before */
    assert_int_equal(lines.n, 12);
    assert_string_equal(lines.first, "{\"i\":18}");
    assert_string_equal(lines.last, "{\"i\":29}");
}

static void test_receipts_not_writable(void **state)
{
    struct heard heard;
    struct tt_store *store;
    char path[100];

    (void)state;
    snprintf(path, sizeof(path), "%s/receipts.jsonl", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    store = open_store(&heard);
    for (int i = 0; i < 5; i++)
        assert_int_equal(tt_store_receipt(store, TT_STR("{\"a\":1}")), 0);
    tt_store_close(store);
    assert_int_equal(heard.troubles, 1);
    assert_non_null(strstr(heard.trouble, "Receipts are not kept"));
}

/* --- kill -9 ---------------------------------------------------------- */

static int pipe_out;

/* The child says each outcome that it may count on. */
static void tell(void *arg, uint64_t ticket, int err)
{
    uint32_t n = (uint32_t)ticket;

    (void)arg;
    if (err == 0 && write(pipe_out, &n, sizeof(n)) != sizeof(n))
        _exit(3);
}

static void write_for_ever(int first)
{
    struct tt_store_events events = { .on_written = tell };
    struct tt_store *store;

    if (tt_store_open(tt_str_from(dir), &events, &store))
        _exit(2);
    for (int i = first; i < first + 1000; i++) {
        char json[400];
        uint64_t ticket;

        outcome_json(i, json);
        while (tt_store_outcome(store, tt_str_from(json), &ticket) == TT_ETOOBIG)
            ;
        if (i % 7 == 0)
            tt_store_flush(store); /* many small transactions */
    }
    tt_store_flush(store);
    for (;;)
        pause();
}

static void assert_sound(void)
{
    sqlite3_stmt *stmt;
    char path[100];
    sqlite3 *db;

    snprintf(path, sizeof(path), "%s/outcomes.db", dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(stmt, 0), "ok");
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

/* How many were acknowledged before the pipe ended, `least` of them waited for. */
static int count_tickets(int end, int least)
{
    uint32_t ticket;
    int n = 0;

    while ((least < 0 || n < least) && read(end, &ticket, sizeof(ticket)) == sizeof(ticket))
        n++;
    return n;
}

/* Killed in the middle of its work, after so many acknowledged outcomes. */
static void test_kill(void **state)
{
    static const int moments[] = { 0, 1, 2, 8, 21, 50, 100, 333, 700, 999 };
    int acknowledged = 0;

    (void)state;
    for (size_t round = 0; round < sizeof(moments) / sizeof(moments[0]); round++) {
        struct loaded loaded;
        int ends[2], status;
        pid_t child;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        if (child == 0) {
            pipe_out = ends[1];
            close(ends[0]);
            write_for_ever((int)round * 1000);
        }
        close(ends[1]);
        acknowledged += count_tickets(ends[0], moments[round]);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        acknowledged += count_tickets(ends[0], -1);
        close(ends[0]);
        assert_int_equal(load(&loaded, NULL), 0);
        assert_true(loaded.n >= acknowledged);
        assert_true(loaded.in_order);
    }
    assert_true(acknowledged >= 2214);
    assert_sound();
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_round_trip),
        T(test_refuses_what_is_no_outcome),
        T(test_not_a_database),
        T(test_damaged_inside),
        T(test_newer),
        T(test_locked),
        T(test_not_writable),
        T(test_no_room),
        T(test_receipts),
        T(test_mark),
        T(test_receipts_turn_over),
        T(test_receipts_not_writable),
        T(test_kill),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
