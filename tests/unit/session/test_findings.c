/* test_findings.c -- when the rules run over a document: not while somebody types. */
#include "rig.h"
#include "test.h"

static int pull(struct rig *rig)
{
    return rig_request(rig, "textDocument/diagnostic",
                       "{\"textDocument\":{\"uri\":\"" RIG_URI "\"}}");
}

static size_t found(struct rig *rig, int id)
{
    const cJSON *result = rig_result(rig, id);

    return (size_t)cJSON_GetArraySize(cJSON_GetObjectItem(result, "items"));
}

/* Ten keystrokes, each faster than the quiet time: one more set of diagnostics. */
static void test_typing(void **state)
{
    struct rig rig;
    size_t before;

    (void)state;
    rig_open(&rig, 3, NULL, NULL);
    rig_document(&rig, "import requests\na = requests.get(u)\n");
    rig_wait(&rig, 2000);
    before = rig_count(&rig, "textDocument/publishDiagnostics");
    assert_true(before > 0);
    for (int i = 0; i < 10; i++) {
        rig_type(&rig, "a = ", "aa = ");
        rig_wait(&rig, 50);
    }
    CHECK(rig_count(&rig, "textDocument/publishDiagnostics") == before, "while typing");
    rig_wait(&rig, 1000);
    CHECK(rig_count(&rig, "textDocument/publishDiagnostics") == before + 1, "behind it");
    rig_close(&rig);
}

/* Who pulls while typing waits for the quiet time like everybody, and is answered once,
 * about the newest text. */
static void test_pulls(void **state)
{
    struct rig rig;
    int ids[5];

    (void)state;
    rig_open(&rig, 4, "{\"textDocument\":{\"diagnostic\":{}}}", NULL);
    rig_document(&rig, "import requests\na = requests.get(u)\n");
    rig_wait(&rig, 2000);
    for (int i = 0; i < 5; i++) {
        rig_type(&rig, "a = ", i == 4 ? "b = requests.get(v)\na = " : "aa = ");
        ids[i] = pull(&rig);
        rig_wait(&rig, 50);
        CHECK(!rig_response(&rig, ids[i]), "pull %d, while typing", i);
    }
    rig_wait(&rig, 1000);
    for (int i = 0; i < 5; i++)
        CHECK(rig_response(&rig, ids[i]) && found(&rig, ids[i]) == 2, "pull %d: %zu", i,
              found(&rig, ids[i]));
    rig_close(&rig);
}

/* A client that never said that it pulls gets both: what it pulls and what is pushed. */
static void test_pull_unannounced(void **state)
{
    struct rig rig;
    size_t before;
    int id;

    (void)state;
    rig_open(&rig, 6, NULL, NULL);
    rig_document(&rig, "import requests\na = requests.get(u)\n");
    rig_type(&rig, "a = ", "b = requests.get(v)\na = ");
    id = pull(&rig);
    before = rig_count(&rig, "textDocument/publishDiagnostics");
    rig_wait(&rig, 2000);
    CHECK(rig_count(&rig, "textDocument/publishDiagnostics") > before, "nothing was pushed");
    CHECK(rig_response(&rig, id) && found(&rig, id) == 2, "%zu", found(&rig, id));
    rig_close(&rig);
}

static size_t count(const char *text, const char *word)
{
    size_t n = 0;

    for (; (text = strstr(text, word)); text += strlen(word))
        n++;
    return n;
}

/* What was pushed last is about the text that the editor has now. */
static void check_pushed(struct rig *rig, size_t step)
{
    const cJSON *params =
        cJSON_GetObjectItem(rig_last(rig, "textDocument/publishDiagnostics"), "params");
    int version = cJSON_GetObjectItem(params, "version")->valueint;
    size_t n = (size_t)cJSON_GetArraySize(cJSON_GetObjectItem(params, "diagnostics"));

    CHECK(version == rig->version, "step %zu: of version %d, and it is %d", step, version,
          rig->version);
    CHECK(n == count(rig->text, "requests.get("), "step %zu: %zu diagnostics", step, n);
}

/* Jobs that end at any moment, while somebody types: results of an older text never reach the
 * editor, and those of the last one do. */
static void test_never_of_an_older_text(void **state)
{
    uint32_t random = 1;

    (void)state;
    for (uint64_t seed = 10; seed < 30; seed++) {
        struct rig rig;
        size_t pushed = 0;

        rig_open(&rig, seed, NULL, NULL);
        rig.fake.hold_jobs = true;
        rig_document(&rig, "import requests\na = requests.get(u)\n");
        for (size_t step = 0; step < 200; step++) {
            random = random * 1664525u + 1013904223u;
            rig.fake.hold_jobs = true; /* while the text and the clock move */
            if (random >> 29 == 0)
                rig_type(&rig, "a = ", random >> 28 ? "b = requests.get(v)\na = " : "aa = ");
            else if (random >> 29 == 1)
                rig_wait(&rig, (random >> 20 & 7) * 20);
            rig.fake.hold_jobs = false;
            fake_io_step(&rig.fake);
            if (rig_count(&rig, "textDocument/publishDiagnostics") != pushed)
                check_pushed(&rig, step);
            pushed = rig_count(&rig, "textDocument/publishDiagnostics");
        }
        rig_type(&rig, "a = ", "aa = ");
        rig_wait(&rig, 2000);
        CHECK(rig_count(&rig, "textDocument/publishDiagnostics") > pushed);
        check_pushed(&rig, 200);
        rig_close(&rig);
    }
}

/* A save that says the text does not wait. */
static void test_save(void **state)
{
    struct rig rig;
    size_t before;

    (void)state;
    rig_open(&rig, 5, NULL, NULL);
    rig_document(&rig, "import requests\na = requests.get(u)\n");
    rig_wait(&rig, 2000);
    before = rig_count(&rig, "textDocument/publishDiagnostics");
    rig_type(&rig, "a = ", "aa = ");
    rig_notify(&rig, "textDocument/didSave",
               "{\"textDocument\":{\"uri\":\"" RIG_URI "\"},\"text\":\"import requests\\n"
               "aa = requests.get(u)\\n\"}");
    rig_settle(&rig);
    CHECK(rig_count(&rig, "textDocument/publishDiagnostics") == before + 1, "%zu, %zu", before,
          rig_count(&rig, "textDocument/publishDiagnostics"));
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_typing),
        cmocka_unit_test(test_pulls),
        cmocka_unit_test(test_pull_unannounced),
        cmocka_unit_test(test_never_of_an_older_text),
        cmocka_unit_test(test_save),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
