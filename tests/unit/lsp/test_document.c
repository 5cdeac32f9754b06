/* test_document.c -- what clients tell about documents, and what is refused. */
#include "lsp/document.h"
#include "lsp_test.h"

static void test_open(void **state)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    struct tt_lsp_did_open open;

    (void)state;
    CHECK(tt_lsp_read_did_open(&r,
                               json("{\"textDocument\":{\"uri\":\"file:///c%3A/x\",\"languageId\":"
                                    "\"python\",\"version\":7,\"text\":\"a\\u0000b\\n\"}}"),
                               &open) == 0);
    CHECK(is(open.uri, "file:///c%3A/x"), "as the client spells it");
    CHECK(is(open.language, "python") && open.version == 7 && !open.damaged);
    CHECK(tt_str_eq(open.text, TT_STR("a\0b\n")));
    CHECK(tt_lsp_read_did_open(&r,
                               json("{\"textDocument\":{\"uri\":\"u\",\"version\":null,"
                                    "\"languageId\":null,\"text\":\"\\udead\"}}"),
                               &open) == 0);
    CHECK(open.version == 0 && open.language.n == 0 && open.damaged);
    CHECK(is(open.text, "\xEF\xBF\xBD"));
}

static const struct {
    const char *params, *error;
} bad_opens[] = {
    { "{}", "textDocument.uri is missing" },
    { "{\"textDocument\":5}", "textDocument.uri is missing" },
    { "{\"textDocument\":{\"uri\":5,\"text\":\"\"}}", "textDocument.uri is not a string" },
    { "{\"textDocument\":{\"uri\":\"\",\"text\":\"\"}}", "textDocument.uri is empty" },
    { "{\"textDocument\":{\"uri\":\"u\"}}", "textDocument.text is missing" },
    { "{\"textDocument\":{\"uri\":\"u\",\"text\":[]}}", "textDocument.text is not a string" },
    { "{\"textDocument\":{\"uri\":\"u\",\"text\":\"\",\"languageId\":1}}",
      "textDocument.languageId is not a string" },
    { "[]", "textDocument.uri is missing" },
};

static void test_bad_open(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad_opens); i++) {
        struct tt_lsp_reader r = TT_LSP_READER(&arena);
        struct tt_lsp_did_open open;

        CHECK(tt_lsp_read_did_open(&r, json(bad_opens[i].params), &open) == TT_EPARSE);
        CHECK(strcmp(r.error, bad_opens[i].error) == 0, "%s: %s", bad_opens[i].params, r.error);
    }
}

static void test_change(void **state)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    struct tt_lsp_did_change c;

    (void)state;
    CHECK(
        tt_lsp_read_did_change(
            &r,
            json("{\"textDocument\":{\"uri\":\"u\",\"version\":8},\"contentChanges\":["
                 "{\"range\":{\"start\":{\"line\":1,\"character\":2},\"end\":{\"line\":3,"
                 "\"character\":1.7976931348623157e+308}},\"rangeLength\":3,\"text\":\"x\\ud800\"},"
                 "{\"text\":\"all\"},{\"range\":null,\"text\":\"\"}]}"),
            &c) == 0);
    CHECK(c.n == 3 && c.has_version && c.version == 8 && c.damaged);
    CHECK(c.changes[0].has_range && c.changes[0].range.start.line == 1 &&
          c.changes[0].range.start.character == 2 && c.changes[0].range.end.line == 3);
    CHECK(c.changes[0].range.end.character == UINT32_MAX, "the end of the line");
    CHECK(!c.changes[1].has_range && is(c.changes[1].text, "all"));
    CHECK(!c.changes[2].has_range);
    CHECK(tt_lsp_read_did_change(&r,
                                 json("{\"textDocument\":{\"uri\":\"u\",\"version\":null},"
                                      "\"contentChanges\":[]}"),
                                 &c) == 0);
    CHECK(c.n == 0 && !c.has_version);
}

#define CHANGE(c)   "{\"textDocument\":{\"uri\":\"u\",\"version\":1},\"contentChanges\":" c "}"
#define RANGE(a, b) "{\"range\":{\"start\":" a ",\"end\":" b "},\"text\":\"\"}"

static const struct {
    const char *params, *error;
} bad_changes[] = {
    { "{\"textDocument\":{\"uri\":\"u\"}}", "contentChanges is missing" },
    { CHANGE("{}"), "contentChanges is not a list" },
    { CHANGE("[{}]"), "contentChanges[].text is missing" },
    { CHANGE("[5]"), "contentChanges[].text is missing" },
    { CHANGE("[{\"range\":5,\"text\":\"\"}]"), "contentChanges[].range is not a range" },
    { CHANGE("[" RANGE("{\"line\":-1,\"character\":0}", "{\"line\":0,\"character\":0}") "]"),
      "contentChanges[].range is not a position: it has no line and character from 0 up" },
    { CHANGE("[" RANGE("{\"line\":0,\"character\":0}", "{\"line\":0.5,\"character\":0}") "]"),
      "contentChanges[].range is not a position: it has no line and character from 0 up" },
    { CHANGE("[" RANGE("{\"line\":0,\"character\":0}", "null") "]"),
      "contentChanges[].range is not a position: it has no line and character from 0 up" },
};

static void test_bad_change(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad_changes); i++) {
        struct tt_lsp_reader r = TT_LSP_READER(&arena);
        struct tt_lsp_did_change c;

        CHECK(tt_lsp_read_did_change(&r, json(bad_changes[i].params), &c) == TT_EPARSE, "%s",
              bad_changes[i].params);
        CHECK(strcmp(r.error, bad_changes[i].error) == 0, "%s: %s", bad_changes[i].params, r.error);
    }
}

static void test_save_and_close(void **state)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    struct tt_lsp_did_save save;
    tt_str uri;

    (void)state;
    CHECK(tt_lsp_read_did_save(&r, json("{\"textDocument\":{\"uri\":\"u\"}}"), &save) == 0);
    CHECK(!save.has_text && is(save.uri, "u"));
    CHECK(tt_lsp_read_did_save(&r, json("{\"textDocument\":{\"uri\":\"u\"},\"text\":\"t\"}"),
                               &save) == 0);
    CHECK(save.has_text && is(save.text, "t"));
    CHECK(tt_lsp_read_document_uri(&r, json("{\"textDocument\":{\"uri\":\"v\"}}"), &uri) == 0);
    CHECK(is(uri, "v"));
    CHECK(tt_lsp_read_document_uri(&r, NULL, &uri) == TT_EPARSE);
}

static void test_folders_and_files(void **state)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    struct tt_lsp_did_change_folders f;
    const struct tt_lsp_file_event *e;
    size_t n;

    (void)state;
    CHECK(tt_lsp_read_did_change_folders(
              &r,
              json("{\"event\":{\"added\":[{\"uri\":\"a\",\"name\":\"A\"},{}],\"removed\":null}}"),
              &f) == 0);
    CHECK(f.n_added == 1 && f.n_removed == 0 && is(f.added[0].uri, "a") &&
          is(f.added[0].name, "A"));
    CHECK(tt_lsp_read_did_change_folders(&r, json("{}"), &f) == TT_EPARSE);
    CHECK(tt_lsp_read_file_events(&r,
                                  json("{\"changes\":[{\"uri\":\"a\",\"type\":3},{\"uri\":\"b\"},"
                                       "{\"uri\":\"c\",\"type\":9},{\"type\":1},null]}"),
                                  &e, &n) == 0);
    CHECK(n == 1 && is(e[0].uri, "a") && e[0].type == TT_LSP_FILE_DELETED);
    CHECK(tt_lsp_read_file_events(&r, json("{}"), &e, &n) == TT_EPARSE);
}

static void test_pull(void **state)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    struct tt_lsp_client client = { .encoding = TT_UTF16 };
    struct tt_lsp_pull pull;

    (void)state;
    CHECK(tt_lsp_read_pull(&r,
                           json("{\"textDocument\":{\"uri\":\"u\"},\"previousResultId\":\"4\"}"),
                           &pull) == 0);
    CHECK(is(pull.uri, "u") && is(pull.previous_result_id, "4"));
    CHECK(tt_lsp_read_pull(&r, json("{\"textDocument\":{\"uri\":\"u\"},\"identifier\":null}"),
                           &pull) == 0);
    CHECK(pull.previous_result_id.n == 0);
    tt_lsp_write_pull_full(fresh(), &client, TT_STR("5"), NULL, 0);
    check_written("{\"kind\":\"full\",\"resultId\":\"5\",\"items\":[]}");
    tt_lsp_write_pull_unchanged(fresh(), TT_STR("5"));
    check_written("{\"kind\":\"unchanged\",\"resultId\":\"5\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open),           cmocka_unit_test(test_bad_open),
        cmocka_unit_test(test_change),         cmocka_unit_test(test_bad_change),
        cmocka_unit_test(test_save_and_close), cmocka_unit_test(test_folders_and_files),
        cmocka_unit_test(test_pull),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
