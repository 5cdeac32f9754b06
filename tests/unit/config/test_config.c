/* test_config.c -- sources in, typed settings and sentences about mistakes out. */
#include "config/config.h"

#include "trimtab/error.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct tt_config *make(const char *user, const char *project, const char *init)
{
    cJSON *json = init ? cJSON_Parse(init) : NULL;
    struct tt_config_source sources[] = {
        /* Not in the order of precedence, on purpose. */
        { .from = TT_CONFIG_INIT, .json = json },
        { .from = TT_CONFIG_PROJECT,
          .name = TT_STR(".trimtab.json"),
          .text = tt_str_from(project) },
        { .from = TT_CONFIG_USER, .name = TT_STR("config.json"), .text = tt_str_from(user) },
    };
    const struct tt_config *config = NULL;

    assert_int_equal(tt_config_create(sources, 3, &config), 0);
    cJSON_Delete(json);
    return config;
}

static void assert_str(tt_str got, const char *want)
{
    char *copy = calloc(got.n + 1, 1);

    memcpy(copy, got.p ? got.p : "", got.n);
    assert_string_equal(copy, want);
    free(copy);
}

static void test_defaults(void **state)
{
    const struct tt_config *c = make("", "", NULL);

    (void)state;
    assert_int_equal(c->n_problems, 0);
    assert_int_equal(c->n_models, 2);
    assert_str(c->models[0].name, "claude");
    assert_str(c->models[0].base_url, "https://api.anthropic.com");
    assert_str(c->models[0].key.env, "ANTHROPIC_API_KEY");
    assert_true(c->models[0].key_required);
    assert_int_equal(c->models[0].provider, TT_PROVIDER_ANTHROPIC);
    assert_true(c->models[0].model.n > 0 && c->models[0].small_model.n > 0);
    assert_str(c->models[1].name, "gpt");
    assert_str(c->models[1].base_url, "https://api.openai.com/v1");
    assert_str(c->models[1].key.env, "OPENAI_API_KEY");
    assert_int_equal(c->policy, TT_POLICY_BALANCED);
    assert_int_equal(c->routing, TT_ROUTING_FINDINGS);
    assert_true(c->day_usd < 0 && c->diagnostics && c->redact);
    tt_config_unref(c);
}

static void test_precedence(void **state)
{
    const struct tt_config *c =
        make("{\"policy\": \"quality\", \"ignore\": [\"a\"], \"models\": {\"gpt\": {\"model\": "
             "\"gpt-x\"}}, \"pins\": {\"DB-1\": \"gpt\", \"language:sql\": \"gpt\"}}",
             "{\"policy\": \"economy\", \"ignore\": [\"b\"], \"pins\": {\"DB-1\": \"claude\"}}",
             "{\"delivery\": \"command\", \"models\": {\"gpt\": {\"base_url\": "
             "\"http://127.0.0.1:1/v1/\"}}, \"policy\": null}");

    (void)state;
    assert_int_equal(c->n_problems, 0);
    assert_int_equal(c->policy, TT_POLICY_ECONOMY);
    assert_int_equal(c->delivery, TT_DELIVERY_COMMAND);
    assert_int_equal(c->n_ignore, 2);
    assert_str(c->models[1].model, "gpt-x");
    assert_str(c->models[1].base_url, "http://127.0.0.1:1/v1");
    assert_true(c->models[1].local);
    assert_true(c->models[1].key_required);
    assert_int_equal(c->models[1].small_model.n, 0);
    assert_int_equal(c->n_pins, 2);
    assert_int_equal(c->pins[0].kind, TT_PIN_TASK);
    assert_str(c->pins[0].model, "claude");
    assert_int_equal(c->pins[1].kind, TT_PIN_LANGUAGE);
    tt_config_unref(c);
}

static void test_own_models(void **state)
{
    const struct tt_config *c = make(
        "{\"models\": {\n"
        "  \"claude\": {\"provider\": \"openai-compatible\", \"base_url\": "
        "\"https://gw.example/v1\","
        "               \"model\": \"anthropic/claude-x\", \"api_key_env\": \"GATEWAY_KEY\"},\n"
        "  \"local\": {\"model\": \"qwen\", \"base_url\": \"http://localhost:11434/v1\"},\n"
        "  \"gpt\": {\"enabled\": false},\n"
        "  \"or\": {\"model\": \"openai/gpt-9\", \"base_url\": \"https://or.example/v1\",\n"
        "           \"api_key_command\": [\"pass\", \"or\"], \"price\": {\"input\": 1, \"output\": "
        "2}},\n"
        "}, \"default_model\": \"local\"}",
        "", NULL);

    (void)state;
    assert_int_equal(c->n_problems, 0);
    assert_int_equal(c->n_models, 3);
    assert_int_equal(c->models[0].family, TT_FAMILY_CLAUDE);
    assert_str(c->models[0].key.env, "GATEWAY_KEY");
    assert_str(c->models[1].name, "local");
    assert_int_equal(c->models[1].provider, TT_PROVIDER_OPENAI_COMPATIBLE);
    assert_int_equal(c->models[1].family, TT_FAMILY_OTHER);
    assert_false(c->models[1].key_required);
    assert_int_equal(c->models[2].family, TT_FAMILY_GPT);
    assert_int_equal(c->models[2].key.n_command, 2);
    assert_int_equal(c->models[2].key.env.n, 0);
    assert_true(c->models[2].output_usd == 2);
    assert_int_equal(c->default_model, 1);
    assert_int_equal(tt_config_model(c, TT_STR("LOCAL")), 1);
    assert_int_equal(tt_config_model(c, TT_STR("openai/gpt-9")), 2);
    assert_int_equal(tt_config_model(c, TT_STR("gpt")), -1);
    tt_config_unref(c);
}

static void test_gateway(void **state)
{
    const struct tt_config *c = make(
        "{\"gateway\": {\"base_url\": \"https://gw.example/v1/\", \"api_key_env\": \"GW_KEY\"}, "
        "\"models\": {\"claude\": {\"model\": \"anthropic/claude-x\"}, \"mine\": {\"model\": "
        "\"m\", \"base_url\": \"http://127.0.0.1:1/v1\"}}}",
        "", NULL);

    (void)state;
    assert_int_equal(c->n_problems, 0);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(c->models[i].provider, TT_PROVIDER_OPENAI_COMPATIBLE);
        assert_str(c->models[i].base_url, "https://gw.example/v1");
        assert_str(c->models[i].key.env, "GW_KEY");
        assert_true(c->models[i].key_required);
        assert_int_equal(c->models[i].small_model.n, 0);
    }
    assert_int_equal(c->models[0].family, TT_FAMILY_CLAUDE);
    assert_str(c->models[1].model, "gpt-6-sol");
    assert_str(c->models[2].base_url, "http://127.0.0.1:1/v1");
    assert_false(c->models[2].key_required);
    tt_config_unref(c);
}

/* One mistake each: the sentence, and that the rest was read. */
static const struct {
    const char *user, *project, *want;
} mistakes[] = {
    { "{\n  \"modles\": {}\n}", "",
      "config.json:2:3: \"modles\": there is no such setting; did you "
      "mean \"models\"?" },
    { "{\"policy\": 3}", "",
      "config.json:1:12: \"policy\": this must be \"quality\", \"balanced\" or \"economy\", and is "
      "a "
      "number" },
    { "{\"policy\": \"economie\"}", "",
      "config.json:1:12: \"policy\": this must be \"quality\", \"balanced\" or \"economy\"; did "
      "you "
      "mean \"economy\"?" },
    { "{\"models\": {\"gpt\": {\"modell\": \"x\"}}}", "",
      "\"models.gpt.modell\": there is no such setting; did you mean \"model\"?" },
    { "{\"models\": {\"gpt\": {\"apiKey\": \"sk-abcdefghijklmnop\"}}}", "",
      "\"models.gpt.apiKey\": a key must not be written into settings, and this one was not read" },
    { "{\"models\": {\"gpt\": {\"api_key_env\": \"sk-abcdefghijklmnop\"}}}", "",
      "\"models.gpt.api_key_env\": this must be the name of an environment variable" },
    { "{\"models\": {\"gpt\": {\"model\": \"sk-abcdefghijklmnop\"}}}", "",
      "\"models.gpt.model\": this looks like a key" },
    { "{\"models\": {\"gpt\": {\"api_key_command\": [\"echo\", \"sk-abcdefghijklmnop\"]}}}", "",
      "\"models.gpt.api_key_command\": this looks like a key" },
    { "{\"models\": {\"x\": {\"model\": \"m\"}}}", "",
      "model \"x\" is left out: \"base_url\" is missing" },
    { "{\"models\": {\"x\": {\"base_url\": \"http://h/v1\"}}}", "",
      "model \"x\" is left out: \"model\" is missing" },
    { "{\"models\": {\"gpt\": {\"base_url\": \"ftp://h\"}}}", "", "must begin with https://" },
    { "{\"models\": {\"gpt\": {\"base_url\": \"https://me:pw@h/v1\"}}}", "",
      "no user name or password" },
    { "{\"budget\": {\"day_usd\": -1}}", "",
      "\"budget.day_usd\": this must be a number from 0 to" },
    { "{\"max_model_actions\": 1.5}", "", "this must be a whole number from 0 to 50" },
    { "{\"diagnostics\": \"yes\"}", "", "this must be true or false, and is a string" },
    { "{\"rules\": {\"jwt-hs256\": \"loud\"}}", "", "the level of rule \"jwt-hs256\" must be" },
    { "{\"pins\": {\"DB-1\": \"cluade\"}}", "",
      "the pin DB-1 names the model \"cluade\", which \"models\" does not have; did you mean "
      "\"claude\"?" },
    { "{\"pins\": {\"folder:x\": \"gpt\"}}", "", "a pin is a task" },
    { "{\"default_model\": \"none\"}", "", "default_model names the model \"none\"" },
    { "{\"ignore\": [1]}", "", "every element must be a string" },
    { "[]", "", "the settings must be an object" },
    { "{\"policy\": \"economy\"", "",
      "config.json:1:1: } is missing for this {; none of these settings "
      "were read" },
    { "", "{\"models\": {}}", ".trimtab.json:1:2: \"models\": a project's file may not set this" },
    { "", "{\"proxy\": \"http://evil\"}", "\"proxy\": a project's file may not set this" },
    { "", "{\"routing\": \"off\"}", "a project's file may not set this" },
};

static void test_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        const struct tt_config *c =
            make(mistakes[i].user, mistakes[i].project, "{\"delivery\": \"resolve\"}");

        if (c->n_problems != 1 || !strstr(c->problems[0].text.p, mistakes[i].want))
            fail_msg("%s%s: %zu problems: %s", mistakes[i].user, mistakes[i].project, c->n_problems,
                     c->n_problems ? c->problems[0].text.p : "");
        assert_null(strstr(c->problems[0].text.p, "abcdefghijklmnop"));
        assert_int_equal(c->delivery, TT_DELIVERY_RESOLVE);
        assert_true(c->n_models >= 1);
        tt_config_unref(c);
    }
}

static void test_json_source_is_named_by_its_path(void **state)
{
    const struct tt_config *c = make("", "", "{\"models\": {\"claude\": {\"model\": 7}}}");

    (void)state;
    assert_int_equal(c->n_problems, 1);
    assert_str(
        c->problems[0].text,
        "initializationOptions: \"models.claude.model\": this must be a string, and is a number");
    assert_int_equal(c->problems[0].line, 0);
    tt_config_unref(c);
}

static void test_messages_hold_no_control_characters(void **state)
{
    const struct tt_config *c = make("{\"\\u001b[31mred\": 1}", "", NULL);

    (void)state;
    assert_int_equal(c->n_problems, 1);
    assert_null(strchr(c->problems[0].text.p, '\x1b'));
    tt_config_unref(c);
}

static void test_rules_and_actions(void **state)
{
    const struct tt_config *c = make(
        "{\"rules\": {\"*\": \"hint\", \"a\": \"error\", \"a\": \"off\"}, \"actions\": {\"*\": "
        "false, \"docs\": true}, \"ignore\": [\"*.pem\"]}",
        "", NULL);
    const struct tt_config *again;

    (void)state;
    assert_int_equal(tt_config_rule(c, TT_STR("a")), TT_RULE_OFF);
    assert_int_equal(tt_config_rule(c, TT_STR("b")), TT_RULE_HINT);
    assert_true(tt_config_action(c, TT_STR("docs")));
    assert_false(tt_config_action(c, TT_STR("tests")));
    assert_true(tt_config_ignored(c, TT_STR("keys/a.pem")));
    assert_false(tt_config_ignored(c, TT_STR("keys/a.ts")));
    again = tt_config_ref(c);
    tt_config_unref(c);
    assert_int_equal(tt_config_rule(again, TT_STR("a")), TT_RULE_OFF);
    tt_config_unref(again);
}

/* The rules take the last level that fits. */
static void test_all_others_come_before_named_rules(void **state)
{
    const struct tt_config *c =
        make("{\"rules\": {\"a\": \"error\", \"*\": \"off\", \"b\": \"info\", \"*\": \"hint\"}}",
             "", NULL);
    static const char *const want[] = { "*", "*", "a", "b" };

    (void)state;
    assert_int_equal(c->n_rules, 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(tt_str_eq(c->rules[i].id, tt_str_from(want[i])));
    assert_int_equal(c->rules[0].level, TT_RULE_OFF);
    assert_int_equal(c->rules[1].level, TT_RULE_HINT);
    tt_config_unref(c);
}

static void test_write_can_be_read_again(void **state)
{
    const struct tt_config *c = make("{\"proxy\": \"http://me:secret@proxy:8080\", \"policy\": "
                                     "\"economy\", \"budget\": {\"day_usd\": 1.5}}",
                                     "", NULL);
    struct tt_buf text = TT_BUF_INIT(100000);
    const struct tt_config *again;

    (void)state;
    assert_int_equal(tt_config_write(c, &text), 0);
    assert_null(strstr(text.p, "secret"));
    again = make(text.p, "", NULL);
    assert_int_equal(again->n_problems, 0);
    assert_int_equal(again->policy, TT_POLICY_ECONOMY);
    assert_true(again->day_usd == 1.5);
    assert_str(again->proxy, "proxy:8080");
    tt_config_unref(again);
    tt_config_unref(c);
    tt_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_precedence),
        cmocka_unit_test(test_own_models),
        cmocka_unit_test(test_gateway),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_json_source_is_named_by_its_path),
        cmocka_unit_test(test_messages_hold_no_control_characters),
        cmocka_unit_test(test_rules_and_actions),
        cmocka_unit_test(test_all_others_come_before_named_rules),
        cmocka_unit_test(test_write_can_be_read_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
