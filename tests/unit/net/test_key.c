/* test_key.c -- where keys come from, in which order, and what is said when
 * there is none. */
#include "net_test.h"

#include <sys/stat.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const char *one_env(const char *name)
{
    if (strcmp(name, "GOOD") == 0)
        return "  sk-env \n";
    if (strcmp(name, "SPACED") == 0)
        return "sk two";
    if (strcmp(name, "BREAK") == 0)
        return "sk\rx: y";
    return strcmp(name, "EMPTY") == 0 ? "" : NULL;
}

static char file_path[64];

static void write_file(const char *text, mode_t mode)
{
    FILE *f;

    snprintf(file_path, sizeof(file_path), "/tmp/tt-key-%d", (int)getpid());
    f = fopen(file_path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    chmod(file_path, mode);
}

static const struct {
    const char *name, *env, *command[5], *file;
    mode_t mode;
    const char *key, *message; /* message: a part of it */
} rows[] = {
    { "environment", "GOOD", { "false" }, NULL, 0, "sk-env", "" },
    { "no source", NULL, { NULL }, NULL, 0, "", "No API key is set up" },
    { "not set", "NOPE", { NULL }, NULL, 0, "", "the variable NOPE is not set" },
    { "empty counts as not set", "EMPTY", { NULL }, NULL, 0, "", "EMPTY is not set" },
    { "blank inside", "SPACED", { NULL }, NULL, 0, "", "The variable SPACED holds something" },
    { "line break inside", "BREAK", { NULL }, NULL, 0, "", "The variable BREAK holds something" },
    { "command", "NOPE", { "printf", "\\n  sk-cmd  \\nsecond\\n" }, NULL, 0, "sk-cmd", "" },
    { "no shell", NULL, { "printf", "%s", "$HOME;x" }, NULL, 0, "$HOME;x", "" },
    { "command without newline", NULL, { "printf", "sk-cmd" }, NULL, 0, "sk-cmd", "" },
    { "command fails", NULL, { "sh", "-c", "echo sk-no; exit 3" }, NULL, 0, "", "code 3" },
    { "command is killed", NULL, { "sh", "-c", "kill -9 $$" }, NULL, 0, "", "code 137" },
    { "command says nothing", NULL, { "true" }, NULL, 0, "", "holds no API key" },
    { "no such command", NULL, { "/nonexistent/x" }, NULL, 0, "", "cannot be run" },
    { "command talks too much",
      NULL,
      { "sh", "-c", "head -c 100000 /dev/zero | tr '\\0' a" },
      NULL,
      0,
      "",
      "holds no API key" },
    { "command is slow", NULL, { "sh", "-c", "sleep 60" }, NULL, 0, "", "gave no key within" },
    { "its child keeps the output",
      NULL,
      { "sh", "-c", "sleep 2 & echo sk-late" },
      NULL,
      0,
      "",
      "gave no key within" },
    { "file", NULL, { NULL }, "sk-file\n", 0600, "sk-file", "" },
    { "file after command", NULL, { "false" }, "sk-file\n", 0400, "sk-file", "" },
    { "file for all", NULL, { NULL }, "sk-file\n", 0644, "", "chmod 600" },
    { "file for the group", NULL, { NULL }, "sk-file\n", 0640, "", "chmod 600" },
    { "empty file", NULL, { NULL }, "\n\n", 0600, "", "holds no API key" },
    { "the first reason is told", NULL, { "false" }, "", 0600, "", "failed with code 1" },
};

static void test_sources(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(rows); i++) {
        struct net_test *t = net_test_begin();
        tt_str command[5];
        struct tt_key_source source = { .env = tt_str_from(rows[i].env), .command = command };

        t->keys.env = one_env;
        t->keys.command_ms = strstr(rows[i].message, "within") ? 100 : 10000;
        while (source.n_command < 5 && rows[i].command[source.n_command]) {
            command[source.n_command] = tt_str_from(rows[i].command[source.n_command]);
            source.n_command++;
        }
        if (rows[i].file) {
            write_file(rows[i].file, rows[i].mode);
            source.file = tt_str_from(file_path);
        }
        assert_int_equal(tt_keys_get(&t->keys, 1, &source), 0);
        assert_int_equal(t->heard[1].keys, 0);
        t->open++;
        net_test_run(t);
        if (strcmp(t->heard[1].key, rows[i].key) != 0 ||
            !strstr(t->heard[1].message, rows[i].message) || t->heard[1].keys != 1 ||
            strstr(t->heard[1].message, "sk-"))
            fail_msg("%s: \"%s\", \"%s\"", rows[i].name, t->heard[1].key, t->heard[1].message);
        if (rows[i].file)
            unlink(file_path);
        net_test_end(t);
    }
}

static void test_close_while_waiting(void **state)
{
    const tt_str command[] = { TT_STR("sleep"), TT_STR("60") };
    struct tt_key_source slow = { .command = command, .n_command = 2 };
    struct tt_key_source missing = { .file = TT_STR("/nonexistent") };
    struct net_test *t = net_test_begin();

    (void)state;
    assert_int_equal(tt_keys_get(&t->keys, 1, &slow), 0);
    assert_int_equal(tt_keys_get(&t->keys, 2, &missing), 0);
    assert_int_equal(tt_keys_get(&t->keys, 3, &(struct tt_key_source){ 0 }), 0);
    tt_keys_close(&t->keys);
    assert_int_equal(tt_keys_get(&t->keys, 4, &slow), TT_ECANCELED);
    uv_run(&t->loop, UV_RUN_DEFAULT);
    for (int id = 1; id <= 4; id++)
        assert_int_equal(t->heard[id].keys, 0);
    net_test_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_close_while_waiting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
