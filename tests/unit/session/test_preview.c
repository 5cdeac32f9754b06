/* test_preview.c -- the hunks so far of an answer that streams. */
#include "asking.h"

#define PREVIEWING                                                                                 \
    "{\"general\":{\"positionEncodings\":[\"utf-16\"]},\"workspace\":{\"applyEdit\":true,"         \
    "\"workspaceEdit\":{\"documentChanges\":true}},\"experimental\":{\"trimtab\":{\"preview\":"    \
    "true}}}"

#define FIRST_BLOCK                                                                                \
    BLOCK("    response = requests.get(url)\n", "    response = requests.get(url, timeout=10)\n")
#define REST "onse.json()\n=======\n    response.raise_for_status()\n    return response.json()\n"

static const cJSON *preview(struct rig *rig, const char *field)
{
    return cJSON_GetObjectItem(cJSON_GetObjectItem(rig_last(rig, "trimtab/preview"), "params"),
                               field);
}

static void test_preview(void **state)
{
    struct rig rig;
    const cJSON *hunk;

    (void)state;
    rig_open(&rig, 71, PREVIEWING, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, ",\"model\":\"gpt\"");
    rig_wait(&rig, 300);
    rig_answer_some(&rig, FIRST_BLOCK "```python\n<<<<<<< SEARCH\n    return resp", true, false);
    assert_int_equal(rig_count(&rig, "trimtab/preview"), 1);
    assert_false(cJSON_IsTrue(preview(&rig, "done")));
    assert_int_equal(cJSON_GetArraySize(preview(&rig, "hunks")), 1);
    hunk = cJSON_GetArrayItem(preview(&rig, "hunks"), 0);
    assert_string_equal(cJSON_GetObjectItem(hunk, "newText")->valuestring,
                        "    response = requests.get(url, timeout=10)\n");
    assert_string_equal(rig.text, SOURCE);
    rig_wait(&rig, 300);
    rig_answer_some(&rig, REST, false, false);
    assert_int_equal(cJSON_GetArraySize(preview(&rig, "hunks")), 1); /* its end mark did not come */
    rig_answer_some(&rig, ">>>>>>> REPLACE\n```\n", false, true);
    assert_true(cJSON_IsTrue(preview(&rig, "done")));
    assert_int_equal(cJSON_GetArraySize(preview(&rig, "hunks")), 0);
    assert_non_null(strstr(rig.text, "timeout=10"));
    assert_non_null(strstr(rig.text, "raise_for_status"));
    rig_close(&rig);
}

static void test_no_preview_unasked(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 72, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, ",\"model\":\"gpt\"");
    rig_wait(&rig, 300);
    rig_answer_some(&rig, FIRST_BLOCK, true, true);
    assert_non_null(strstr(rig.text, "timeout=10"));
    assert_int_equal(rig_count(&rig, "trimtab/preview"), 0);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_preview),
        cmocka_unit_test(test_no_preview_unasked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
