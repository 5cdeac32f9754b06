/* test_schema.c -- the reader's tables and protocol/config.schema.json say the
 * same: names, types, limits, choices, what a project may set, defaults. */
#include "config/settings.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static cJSON *schema;

static const char *type_of(const struct tt_setting *s)
{
    switch (s->kind) {
    case TT_SET_BOOL:
    case TT_SET_TRI:
        return "boolean";
    case TT_SET_COUNT:
        return "integer";
    case TT_SET_AMOUNT:
        return "number";
    case TT_SET_OBJECT:
        return "object";
    case TT_SET_CUSTOM:
        return s->type == TT_JSON_ARRAY ? "array" : s->type == TT_JSON_OBJECT ? "object" : "string";
    default:
        return "string";
    }
}

static void compare_choices(const struct tt_setting *s, const cJSON *p)
{
    const cJSON *all = cJSON_GetObjectItem(p, "enum");
    int n = 0;

    for (; s->choices[n]; n++) {
        const cJSON *item = cJSON_GetArrayItem(all, n);

        assert_non_null(item);
        assert_string_equal(item->valuestring, s->choices[n]);
    }
    assert_int_equal(cJSON_GetArraySize(all), n);
}

static void compare_table(const struct tt_setting *table, const cJSON *object)
{
    const cJSON *props = cJSON_GetObjectItem(object, "properties");
    int n = 0;

    assert_true(cJSON_IsFalse(cJSON_GetObjectItem(object, "additionalProperties")));
    for (; table[n].name; n++) {
        const struct tt_setting *s = &table[n];
        const cJSON *p = cJSON_GetObjectItemCaseSensitive(props, s->name);

        if (!p)
            fail_msg("the schema lacks \"%s\"", s->name);
        if (strcmp(cJSON_GetObjectItem(p, "type")->valuestring, type_of(s)) != 0)
            fail_msg("\"%s\" is of another type", s->name);
        assert_true(cJSON_GetObjectItem(p, "description") != NULL);
        assert_int_equal(cJSON_IsTrue(cJSON_GetObjectItem(p, "x-project")), s->project);
        if (s->choices)
            compare_choices(s, p);
        if (s->kind == TT_SET_COUNT || s->kind == TT_SET_AMOUNT) {
            assert_true(cJSON_GetObjectItem(p, "minimum")->valuedouble == s->min);
            assert_true(cJSON_GetObjectItem(p, "maximum")->valuedouble == s->max);
        }
        if (s->table)
            compare_table(s->table, p);
    }
    assert_int_equal(cJSON_GetArraySize(props), n);
}

static void test_tables(void **state)
{
    const cJSON *defs = cJSON_GetObjectItem(schema, "$defs");

    (void)state;
    compare_table(tt_settings, schema);
    compare_table(tt_settings_model, cJSON_GetObjectItem(defs, "model"));
    compare_table(tt_settings_action, cJSON_GetObjectItem(defs, "action"));
    compare_table(tt_settings_finding, cJSON_GetObjectItem(defs, "finding"));
}

static cJSON *collect_defaults(const cJSON *object)
{
    cJSON *out = cJSON_CreateObject();
    const cJSON *p;

    cJSON_ArrayForEach(p, cJSON_GetObjectItem(object, "properties"))
    {
        const cJSON *value = cJSON_GetObjectItem(p, "default");

        if (value)
            cJSON_AddItemToObject(out, p->string, cJSON_Duplicate(value, true));
        else if (cJSON_GetObjectItem(p, "properties"))
            cJSON_AddItemToObject(out, p->string, collect_defaults(p));
    }
    return out;
}

/* The defaults that the schema promises are those that the code has: setting
 * them all changes nothing. */
static void test_defaults(void **state)
{
    cJSON *defaults = collect_defaults(schema);
    struct tt_config_source source = { .from = TT_CONFIG_USER, .json = defaults };
    const struct tt_config *plain, *set;
    struct tt_buf a = TT_BUF_INIT(100000), b = TT_BUF_INIT(100000);

    (void)state;
    cJSON_DeleteItemFromObject(defaults, "models");
    assert_int_equal(tt_config_create(NULL, 0, &plain), 0);
    assert_int_equal(tt_config_create(&source, 1, &set), 0);
    assert_int_equal(set->n_problems, 0);
    tt_config_write(plain, &a);
    tt_config_write(set, &b);
    assert_string_equal(a.p, b.p);
    assert_int_equal(plain->trial, set->trial);
    tt_buf_release(&a);
    tt_buf_release(&b);
    tt_config_unref(plain);
    tt_config_unref(set);
    cJSON_Delete(defaults);
}

static int setup(void **state)
{
    FILE *f = fopen(TT_SOURCE_DIR "/protocol/config.schema.json", "rb");
    char *text = calloc(1, 1 << 20);

    (void)state;
    if (!f || !text || fread(text, 1, (1 << 20) - 1, f) == 0)
        return -1;
    fclose(f);
    schema = cJSON_Parse(text);
    free(text);
    return schema ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    cJSON_Delete(schema);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_defaults),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
