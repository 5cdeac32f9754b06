/* test_diagnostic.c -- diagnostics of other servers are read and given back as
 * they were; ours hold what the client understands. */
#include "lsp/document.h"
#include "lsp_test.h"

#define RANGE                                                                                      \
    "\"range\":{\"start\":{\"line\":1,\"character\":2},\"end\":{\"line\":1,\"character\":5}}"

static void test_read(void **state)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    struct tt_lsp_client client = { .encoding = TT_UTF16 };
    struct tt_lsp_diagnostic d;
    const char *text = "{" RANGE ",\"severity\":2,\"code\":\"E1\",\"codeDescription\":{\"href\":"
                       "\"https://x\"},\"source\":\"ruff\",\"message\":\"bad\",\"tags\":[1,9],"
                       "\"relatedInformation\":[{\"location\":{\"uri\":\"u\"," RANGE
                       "},\"message\":\"here\"},{}],\"data\":{\"x\":null},\"other\":1}";

    (void)state;
    CHECK(tt_lsp_read_diagnostic(&r, json(text), &d) == 0);
    CHECK(d.range.start.line == 1 && d.range.end.character == 5 && d.severity == TT_LSP_WARNING);
    CHECK(is(d.code, "E1") && !d.code_is_number && is(d.code_href, "https://x"));
    CHECK(is(d.source, "ruff") && is(d.message, "bad") && is(d.data, "{\"x\":null}"));
    CHECK(d.tags == TT_LSP_TAG_UNNECESSARY);
    CHECK(d.n_related == 1 && is(d.related[0].uri, "u") && is(d.related[0].message, "here"));
    tt_lsp_write_diagnostic(fresh(), &client, &d);
    check_written(text);
}

static const struct {
    const char *text;
    bool readable;
    const char *code, *message;
} sloppy[] = {
    { "{" RANGE "}", true, "", "" },
    { "{" RANGE ",\"message\":null,\"code\":null,\"source\":null,\"severity\":null}", true, "",
      "" },
    { "{" RANGE ",\"message\":\"m\",\"code\":404,\"severity\":77}", true, "404", "m" },
    { "{" RANGE ",\"message\":{\"kind\":\"markdown\",\"value\":\"m\"},\"code\":{\"value\":\"x\"}}",
      true, "", "m" },
    { "{" RANGE ",\"message\":5}", false, "", "" },
    { "{\"message\":\"m\"}", false, "", "" },
    { "{\"range\":{\"start\":{\"line\":1}},\"message\":\"m\"}", false, "", "" },
    { "null", false, "", "" },
};

static void test_sloppy(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sloppy); i++) {
        struct tt_lsp_reader r = TT_LSP_READER(&arena);
        struct tt_lsp_diagnostic d;
        int err = tt_lsp_read_diagnostic(&r, json(sloppy[i].text), &d);

        CHECK(err == (sloppy[i].readable ? 0 : TT_EPARSE), "%s", sloppy[i].text);
        if (err)
            continue;
        CHECK(is(d.code, sloppy[i].code) && is(d.message, sloppy[i].message), "%s", sloppy[i].text);
        CHECK(d.severity == TT_LSP_SEVERITY_NONE, "%s", sloppy[i].text);
    }
}

static void test_lists(void **state)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    const struct tt_lsp_diagnostic *list;
    size_t n;

    (void)state;
    CHECK(tt_lsp_read_diagnostics(&r, json("[{},{" RANGE ",\"message\":\"kept\"},7]"), &list, &n) ==
          0);
    CHECK(n == 1 && is(list[0].message, "kept"));
    CHECK(tt_lsp_read_diagnostics(&r, NULL, &list, &n) == 0 && n == 0);
    CHECK(tt_lsp_read_diagnostics(&r, json("{}"), &list, &n) == 0 && n == 0);
}

static void test_write(void **state)
{
    struct tt_lsp_related related = { TT_STR_INIT("u"), { { 0, 0 }, { 0, 1 } }, TT_STR_INIT("r") };
    struct tt_lsp_diagnostic d = {
        .range = { { 1, 2 }, { 1, 5 } },
        .severity = TT_LSP_HINT,
        .code = TT_STR_INIT("py-bare-except"),
        .code_href = TT_STR_INIT("https://x"),
        .source = TT_STR_INIT("trimtab"),
        .message = TT_STR_INIT("m \"q\""),
        .tags = TT_LSP_TAG_UNNECESSARY | TT_LSP_TAG_DEPRECATED,
        .related = &related,
        .n_related = 1,
        .data = TT_STR_INIT("{\"finding\":\"ERR-1\"}"),
    };
    struct tt_lsp_client client = { .encoding = TT_UTF16 };

    (void)state;
    tt_lsp_write_publish_diagnostics(fresh(), &client, TT_STR("file:///c%3A/x"), 3, &d, 1);
    check_written("{\"uri\":\"file:///c%3A/x\",\"diagnostics\":[{" RANGE ",\"severity\":4,\"code\":"
                  "\"py-bare-except\",\"source\":\"trimtab\",\"message\":\"m \\\"q\\\"\"}]}");
    client.diagnostics.version = client.diagnostics.code_description = true;
    client.diagnostics.data = client.diagnostics.related = true;
    client.diagnostics.tags = TT_LSP_TAG_DEPRECATED;
    tt_lsp_write_publish_diagnostics(fresh(), &client, TT_STR("u"), 3, &d, 1);
    check_written(
        "{\"uri\":\"u\",\"version\":3,\"diagnostics\":[{" RANGE ",\"severity\":4,\"code\":"
        "\"py-bare-except\",\"codeDescription\":{\"href\":\"https://x\"},\"source\":"
        "\"trimtab\",\"message\":\"m \\\"q\\\"\",\"tags\":[2],\"relatedInformation\":[{"
        "\"location\":{\"uri\":\"u\",\"range\":{\"start\":{\"line\":0,\"character\":0},"
        "\"end\":{\"line\":0,\"character\":1}}},\"message\":\"r\"}],\"data\":{\"finding\":"
        "\"ERR-1\"}}]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_sloppy),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_write),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
