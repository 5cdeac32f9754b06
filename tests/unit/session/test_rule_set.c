/* test_rule_set.c -- rules of the user's are compiled off the loop: what is asked meanwhile
 * is answered, one job at a time runs, and the last settings are in force in the end. */
#include "rig.h"
#include "test.h"

#include "trimtab/error.h"

#define RULE(id, field)                                                                            \
    ";; id: " id "\n;; finding: AUTH-3\n;; languages: python\n;; severity: warning\n"               \
    ";; title: Do not eval\n;; message: eval runs whatever it is given.\n"                         \
    "((call " field ": (identifier) @_name) @finding (#eq? @_name \"eval\"))\n"

static int read_file(void *arg, tt_str path, size_t max, char **bytes, size_t *n)
{
    (void)arg;
    (void)path;
    (void)max;
    (void)bytes;
    (void)n;
    return TT_ENOTFOUND;
}

static void read_folder(void *arg, tt_str folder, tt_str ending,
                        void (*each)(void *data, tt_str path, tt_str text), void *data)
{
    (void)arg;
    (void)folder;
    (void)ending;
    each(data, TT_STR("/u/rules/own.scm"), TT_STR(RULE("own", "function")));
    each(data, TT_STR("/u/rules/broken.scm"), TT_STR(RULE("broken", "functon")));
}

static void deliver(void *arg, const struct tt_event *event)
{
    struct rig *rig = arg;

    tt_session_event(rig->session, event);
}

static void open_with_rules(struct rig *rig)
{
    struct tt_session_options options = {
        .version = TT_STR("test"),
        .user_folder = TT_STR("/u"),
        .read_file = read_file,
        .read_folder = read_folder,
    };

    memset(rig, 0, sizeof(*rig));
    fake_io_init(&rig->fake, 5);
    rig->fake.deliver = deliver;
    rig->fake.arg = rig;
    CHECK(tt_session_create(&rig->fake.io, &options, &rig->session) == 0);
    rig_request(rig, "initialize", "{\"capabilities\":{}}");
    rig_notify(rig, "initialized", "{}");
    rig_settle(rig);
    rig_document(rig, "eval(x)\n");
    rig_wait(rig, 2000);
}

static void configure(struct rig *rig, const char *level)
{
    rig_notify(rig, "workspace/didChangeConfiguration",
               "{\"settings\":{\"trimtab\":{\"rules\":{\"own\":\"%s\"}}}}", level);
}

/* Severity of what the user's rule found; 0: nothing. */
static int found(struct rig *rig)
{
    const cJSON *params =
        cJSON_GetObjectItem(rig_last(rig, "textDocument/publishDiagnostics"), "params");
    const cJSON *d;

    cJSON_ArrayForEach(d, cJSON_GetObjectItem(params, "diagnostics"))
    {
        if (strcmp(cJSON_GetObjectItem(d, "code")->valuestring, "own") == 0)
            return cJSON_GetObjectItem(d, "severity")->valueint;
    }
    return 0;
}

static size_t complaints(struct rig *rig)
{
    size_t n = 0;

    for (size_t i = 0; i < rig->fake.n_sent; i++)
        n += strstr(rig->fake.sent[i], "broken.scm is left out") != NULL;
    return n;
}

static void test_off_the_loop(void **state)
{
    struct rig rig;
    size_t jobs;
    int id;

    (void)state;
    open_with_rules(&rig);
    CHECK(found(&rig) == 2, "%d", found(&rig));
    CHECK(complaints(&rig) == 1);
    rig.fake.hold_jobs = true;
    jobs = rig.fake.n_jobs;
    configure(&rig, "hint");
    CHECK(rig.fake.n_jobs == jobs + 1, "not in a job");
    configure(&rig, "off");
    configure(&rig, "error");
    CHECK(rig.fake.n_jobs == jobs + 1, "one at a time");
    id = rig_request(&rig, "workspace/executeCommand", "{\"command\":\"trimtab.status\"}");
    CHECK(rig_response(&rig, id), "the loop waits for the rules");
    rig.fake.hold_jobs = false;
    rig_wait(&rig, 2000);
    CHECK(found(&rig) == 1, "the last settings: %d", found(&rig));
    CHECK(complaints(&rig) == 1, "said again");
    rig_close(&rig);
}

static void test_ends_meanwhile(void **state)
{
    struct rig rig;

    (void)state;
    open_with_rules(&rig);
    rig.fake.hold_jobs = true;
    configure(&rig, "hint");
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_off_the_loop),
        cmocka_unit_test(test_ends_meanwhile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
