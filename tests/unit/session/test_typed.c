/* test_typed.c -- what is typed, closed or refused while a model answers. */
#include "asking.h"

static void test_typed_elsewhere(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 4, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, "");
    rig_type(&rig, "import requests", "import os\nimport requests");
    rig_type(&rig, "return 1", "return 2");
    rig_answer(&rig, GOOD);
    CHECK(strstr(rig.text, "import os\nimport requests\n\n\ndef fetch(url):\n"
                           "    response = requests.get(url, timeout=10)\n"),
          "%s", rig.text);
    CHECK(strstr(rig.text, "return 2"));
    rig_close(&rig);
}

static void test_typed_inside_the_target(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 5, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, "");
    rig_type(&rig, "requests.get(url)", "requests.get(url, verify=True)");
    rig_answer(&rig, GOOD);
    CHECK(strstr(rig.text, "requests.get(url, verify=True)\n"), "%s", rig.text);
    CHECK(rig_count(&rig, "workspace/applyEdit") == 0);
    CHECK(strstr(receipt(&rig), "\"verdict\":\"stale\""), "%s", receipt(&rig));
    CHECK(strstr(shown(&rig), "nothing was applied"), "%s", shown(&rig));
    rig_close(&rig);
}

/* The few bytes that change were not touched, but their line was. */
static void test_typed_on_the_line(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 90, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, "");
    rig_type(&rig, "    response = ", "    reply = ");
    rig_answer(&rig, GOOD);
    CHECK(strstr(rig.text, "    reply = requests.get(url)\n"), "%s", rig.text);
    CHECK(strstr(receipt(&rig), "\"verdict\":\"stale\""), "%s", receipt(&rig));
    rig_close(&rig);
}

static void test_closed_meanwhile(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 6, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, "");
    rig_notify(&rig, "textDocument/didClose", "{\"textDocument\":{\"uri\":\"" RIG_URI "\"}}");
    rig_answer(&rig, GOOD);
    CHECK(rig_count(&rig, "workspace/applyEdit") == 0);
    CHECK(strstr(receipt(&rig), "\"verdict\":\"stale\""), "%s", receipt(&rig));
    rig_close(&rig);
}

static void test_the_editor_refuses(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 7, NULL, NULL);
    rig_document(&rig, SOURCE);
    rig.refuse_edits = true;
    edit(&rig, "");
    rig_answer(&rig, GOOD);
    CHECK(strcmp(rig.text, SOURCE) == 0);
    rig_wait(&rig, 1100); /* what was typed would have come by then */
    CHECK(strstr(shown(&rig), "did not apply"), "%s", shown(&rig));
    CHECK(rig_count(&rig, "workspace/applyEdit") == 1);
    rig_close(&rig);
}

/* A client that collects what is typed declines first and tells a moment later. */
static void test_typing_comes_later(void **state)
{
    static const struct {
        const char *name;
        uint32_t wait;
        bool cancel, applied;
    } rows[] = {
        { "soon", 200, false, true },
        { "too late", 1500, false, false },
        { "cancelled", 200, true, false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig rig;

        rig_open(&rig, 8, NULL, NULL);
        rig_document(&rig, SOURCE);
        rig.refuse_edits = true;
        edit(&rig, "");
        rig_answer(&rig, GOOD);
        rig.refuse_edits = false;
        CHECK(strcmp(shown(&rig), "") == 0, "%s: %s", rows[i].name, shown(&rig));
        rig_wait(&rig, rows[i].wait);
        if (rows[i].cancel)
            rig_request(&rig, "workspace/executeCommand",
                        "{\"command\":\"trimtab.cancel\",\"arguments\":[{}]}");
        rig_type(&rig, "def fetch", "# typed\ndef fetch");
        rig_settle(&rig);
        CHECK((strstr(rig.text, "timeout=10") != NULL) == rows[i].applied, "%s: %s", rows[i].name,
              rig.text);
        CHECK(rig_count(&rig, "workspace/applyEdit") == 1u + rows[i].applied, "%s", rows[i].name);
        CHECK(strstr(rig.text, "# typed\ndef fetch"), "%s: %s", rows[i].name, rig.text);
        rig_close(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_typed_elsewhere),    cmocka_unit_test(test_typed_inside_the_target),
        cmocka_unit_test(test_typed_on_the_line),  cmocka_unit_test(test_closed_meanwhile),
        cmocka_unit_test(test_the_editor_refuses), cmocka_unit_test(test_typing_comes_later),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
