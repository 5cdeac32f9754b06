/* test_target.c -- FILE:RANGE, with colons wherever they may be. */
#include "app/target.h"
#include "folder.h"
#include "text/text.h"
#include "trimtab/error.h"

static const struct {
    const char *word, *path; /* path NULL: no range in it */
    uint32_t line, column, end_line, end_column;
} rows[] = {
    { "a.py:3", "a.py", 3, 0, 0, 0 },
    { "a.py:3:5", "a.py", 3, 5, 0, 0 },
    { "a.py:3-9", "a.py", 3, 0, 9, 0 },
    { "a.py:3:1-9:2", "a.py", 3, 1, 9, 2 },
    { "a.py:3-9:2", "a.py", 3, 0, 9, 2 },
    { "C:a.py:3", "C:a.py", 3, 0, 0, 0 },
    { "exists:3:5", "exists:3", 5, 0, 0, 0 }, /* that file is there */
    { "other:3:5", "other", 3, 5, 0, 0 },
    { "a.py:9-3", NULL, 0, 0, 0, 0 },
    { "a.py:0", NULL, 0, 0, 0, 0 },
    { "a.py:-3", NULL, 0, 0, 0, 0 },
    { "a.py:3-", NULL, 0, 0, 0, 0 },
    { "a.py:3:", NULL, 0, 0, 0, 0 },
    { "a.py:x", NULL, 0, 0, 0, 0 },
    { "a.py:99999999999", NULL, 0, 0, 0, 0 },
    { "a.py", NULL, 0, 0, 0, 0 },
    { ":3", NULL, 0, 0, 0, 0 },
    { "", NULL, 0, 0, 0, 0 },
};

static void test_words(void **state)
{
    (void)state;
    put("exists:3", "");
    CHECK(chdir(folder) == 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_target target = { 0 };
        int err = tt_target_parse(rows[i].word, &target);

        CHECK(err == (rows[i].path ? 0 : TT_EINVALID), "%s: %d", rows[i].word, err);
        if (err)
            continue;
        CHECK(strcmp(target.path, rows[i].path) == 0, "%s: %s", rows[i].word, target.path);
        CHECK(target.line == rows[i].line && target.column == rows[i].column &&
                  target.end_line == rows[i].end_line && target.end_column == rows[i].end_column,
              "%s: %u:%u-%u:%u", rows[i].word, target.line, target.column, target.end_line,
              target.end_column);
        tt_target_release(&target);
    }
    CHECK(chdir("/") == 0);
}

static void test_ranges(void **state)
{
    static const struct {
        const char *range;
        bool whole;
        int err;
        uint32_t start, end;
    } places[] = {
        /* "ab\n" "cäd\r\n" "e": bytes 0-2, 3-7 (ä is two), 9 */
        { "1", false, 0, 0, 0 },           { "1", true, 0, 0, 3 },
        { "2", false, 0, 3, 3 },           { "2", true, 0, 3, 9 },
        { "3", true, 0, 9, 10 },           { "1-2", false, 0, 0, 7 },
        { "1-3", true, 0, 0, 10 },         { "2:2", false, 0, 4, 4 },
        { "2:3", false, 0, 6, 6 },         { "2:99", false, 0, 7, 7 },
        { "2:2-3:1", false, 0, 4, 9 },     { "2:2-2:1", false, TT_EINVALID, 0, 0 },
        { "4", false, TT_EINVALID, 0, 0 }, { "1-4", false, TT_EINVALID, 0, 0 },
    };
    struct tt_text *text;

    (void)state;
    CHECK(tt_text_create(TT_STR("ab\nc\xc3\xa4"
                                "d\r\ne"),
                         &text, NULL) == 0);
    for (size_t i = 0; i < COUNT(places); i++) {
        struct tt_target target = { 0 };
        struct tt_range range = { 0, 0 };
        int err;

        CHECK(tt_target_parse_range(places[i].range, &target) == 0, "%s", places[i].range);
        err = tt_target_range(&target, text, places[i].whole, &range);
        CHECK(err == places[i].err, "%s: %d", places[i].range, err);
        CHECK(err || (range.start == places[i].start && range.end == places[i].end), "%s: %u-%u",
              places[i].range, range.start, range.end);
    }
    tt_text_unref(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_words, folder_make, folder_drop),
        cmocka_unit_test(test_ranges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
