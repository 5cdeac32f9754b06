/* test_menu.c -- a menu asked for right behind a keystroke, before the rules ran over the file. */
#include "rig.h"
#include "test.h"

#define RULE "py-http-timeout"

static const cJSON *menu(struct rig *rig, unsigned line, unsigned character)
{
    int id = rig_request(rig, "textDocument/codeAction",
                         "{\"textDocument\":{\"uri\":\"" RIG_URI "\"},\"range\":{\"start\":{"
                         "\"line\":%u,\"character\":%u},\"end\":{\"line\":%u,\"character\":%u}},"
                         "\"context\":{\"diagnostics\":[],\"triggerKind\":1}}",
                         line, character, line, character);

    while (!rig_response(rig, id))
        rig_wait(rig, 1);
    return rig_result(rig, id);
}

/* Is there an action for what this rule found? */
static bool offers(const cJSON *actions, const char *rule)
{
    const cJSON *action, *diagnostic;

    cJSON_ArrayForEach(action, actions)
    {
        cJSON_ArrayForEach(diagnostic, cJSON_GetObjectItem(action, "diagnostics"))
        {
            const char *code = cJSON_GetStringValue(cJSON_GetObjectItem(diagnostic, "code"));

            if (code && strcmp(code, rule) == 0)
                return true;
        }
    }
    return false;
}

/* What is found in a line is offered anywhere in it: behind it, in a comment, and in front
 * of it, whether the whole file has been looked at or not. */
static void test_anywhere_in_the_line(void **state)
{
    static const struct {
        const char *text, *old, *typed;
        unsigned line, character;
    } rows[] = {
        { "import requests\na = requests.get(u)  # note\n", "note", "noted", 1, 25 },
        { "import requests\na = requests.get(u); b = 12\n", "12", "123", 1, 27 },
        { "import requests\nb = 12; a = requests.get(u)\n", "12", "13", 1, 5 },
        { "import requests\na = requests.get(u)    \nb = 1\n", "(u)", "(url)", 1, 24 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig rig;

        rig_open(&rig, 5, NULL, NULL);
        rig_document(&rig, rows[i].text);
        rig_wait(&rig, 2000);
        CHECK(offers(menu(&rig, rows[i].line, rows[i].character), RULE), "row %zu: all", i);
        rig_type(&rig, rows[i].old, rows[i].typed);
        CHECK(offers(menu(&rig, rows[i].line, rows[i].character), RULE), "row %zu: a part", i);
        rig_close(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_anywhere_in_the_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
