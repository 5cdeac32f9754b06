/* test_args.c -- options in every spelling, and what is said about wrong ones. */
#include "app/args.h"
#include "test.h"

static const struct tt_command command = { .name = "test", .arguments = "X", .help = "" };

static const struct {
    const char *argv[8];
    int code; /* -1: read */
    bool json;
    const char *name;
    long number;
    size_t n_rules, n_words;
    const char *word; /* the first */
} rows[] = {
    { { "test" }, -1, false, NULL, 0, 0, 0, NULL },
    { { "test", "a", "b" }, -1, false, NULL, 0, 0, 2, "a" },
    { { "test", "--json", "a" }, -1, true, NULL, 0, 0, 1, "a" },
    { { "test", "a", "--json" }, -1, true, NULL, 0, 0, 1, "a" },
    { { "test", "--name", "x" }, -1, false, "x", 0, 0, 0, NULL },
    { { "test", "--name=x" }, -1, false, "x", 0, 0, 0, NULL },
    { { "test", "--name=" }, -1, false, "", 0, 0, 0, NULL },
    { { "test", "--name=--json" }, -1, false, "--json", 0, 0, 0, NULL },
    { { "test", "--name", "--json" }, -1, false, "--json", 0, 0, 0, NULL },
    { { "test", "-n", "x" }, -1, false, "x", 0, 0, 0, NULL },
    { { "test", "--number", "-7" }, -1, false, NULL, -7, 0, 0, NULL },
    { { "test", "--rule", "a", "--rule=b", "-r", "c" }, -1, false, NULL, 0, 3, 0, NULL },
    { { "test", "--", "--json" }, -1, false, NULL, 0, 0, 1, "--json" },
    { { "test", "-" }, -1, false, NULL, 0, 0, 1, "-" },
    { { "test", "--nme", "x" }, 2, false, NULL, 0, 0, 0, NULL },
    { { "test", "--name" }, 2, false, NULL, 0, 0, 0, NULL },
    { { "test", "--json=1" }, 2, false, NULL, 0, 0, 0, NULL },
    { { "test", "--number", "seven" }, 2, false, NULL, 0, 0, 0, NULL },
    { { "test", "--number", "7x" }, 2, false, NULL, 0, 0, 0, NULL },
    { { "test", "--number=" }, 2, false, NULL, 0, 0, 0, NULL },
    { { "test", "--number", "99999999999999999999" }, 2, false, NULL, 0, 0, 0, NULL },
    { { "test", "-x" }, 2, false, NULL, 0, 0, 0, NULL },
    { { "test", "-nx" }, 2, false, NULL, 0, 0, 0, NULL },
    { { "test", "--help" }, 0, false, NULL, 0, 0, 0, NULL },
    { { "test", "a", "-h" }, 0, false, NULL, 0, 0, 0, NULL },
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool json = false;
        const char *name = NULL;
        long number = 0;
        struct tt_args_list rules = { 0 };
        const struct tt_option options[] = {
            { .name = "json", .help = "h", .flag = &json },
            { .name = "name", .letter = 'n', .value = "N", .help = "h", .text = &name },
            { .name = "number", .value = "N", .help = "h", .number = &number },
            { .name = "rule", .letter = 'r', .value = "R", .help = "h", .list = &rules },
        };
        struct tt_args args = { 0 };
        int argc = 0, code;

        while (argc < 8 && rows[i].argv[argc])
            argc++;
        code = tt_args_parse(&command, options, COUNT(options), argc,
                             (char **)(uintptr_t)rows[i].argv, &args);
        CHECK(code == rows[i].code, "row %zu: %d", i, code);
        if (code < 0) {
            CHECK(json == rows[i].json && number == rows[i].number, "row %zu", i);
            CHECK(rules.n == rows[i].n_rules && args.n == rows[i].n_words, "row %zu", i);
            CHECK(!name == !rows[i].name && (!name || strcmp(name, rows[i].name) == 0), "row %zu",
                  i);
            CHECK(!rows[i].word || strcmp(args.at[0], rows[i].word) == 0, "row %zu", i);
            tt_args_release(&args);
        }
    }
}

static void test_nearest(void **state)
{
    static const char *const known[] = { "check", "fix", "findings", "lsp" };
    static const char *const pairs[][2] = {
        { "chek", "check" },
        { "chekc", "check" },
        { "fxi", NULL },
        { "fi", "fix" },
        { "finding", "findings" },
        { "server", NULL },
        { "", NULL },
        { "lps", NULL },
        { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        const char *got = tt_args_nearest(pairs[i][0], known, COUNT(known));

        CHECK(!got == !pairs[i][1] && (!got || strcmp(got, pairs[i][1]) == 0), "%s: %s",
              pairs[i][0], got ? got : "none");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_nearest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
