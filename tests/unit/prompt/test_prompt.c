/* test_prompt.c -- what is sent: all that is needed, in order, and no secret. */
#include "base/buf.h"
#include "prompt/prompt.h"
#include "prompt/template.h"
#include "test.h"

#include "trimtab/error.h"
#include <stdlib.h>

#include <cjson/cJSON.h>

#define CODE                                                                                       \
    "import requests\n\n\ndef fetch(url):\n    return requests.get(url).json()\n\n\nSECRET = "     \
    "\"s3cr3t-"                                                                                    \
    "value-9\"\n"

static struct tt_prompt_input input(void)
{
    return (struct tt_prompt_input){
        .task = TT_STR_INIT("ERR-2"),
        .task_class = TT_STR_INIT("resilience"),
        .title = TT_STR_INIT("Add timeout and retry"),
        .instruction = TT_STR_INIT("Five seconds, please."),
        .path = TT_STR_INIT("app/client.py"),
        .language = TT_STR_INIT("Python"),
        .fence = TT_STR_INIT("python"),
        .document = TT_STR_INIT(CODE),
        .scope = TT_PROMPT_SYMBOL,
        .target = { 18, 69 },
        .symbol = { 18, 69 },
        .imports = { 0, 16 },
        .may_import = true,
    };
}

static tt_str user_of(const struct tt_prompt *p, size_t i)
{
    return p->request.messages[i].text;
}

static bool holds(tt_str s, const char *part)
{
    size_t n = strlen(part);

    for (size_t i = 0; i + n <= s.n; i++) {
        if (memcmp(s.p + i, part, n) == 0)
            return true;
    }
    return false;
}

static const char expected[] = "The file app/client.py, Python:\n"
                               "<imports lines=\"1-1\">\n"
                               "import requests\n"
                               "</imports>\n"
                               "<context lines=\"2-3\">\n"
                               "\n"
                               "\n"
                               "</context>\n"
                               "<target lines=\"4-5\">\n"
                               "def fetch(url):\n"
                               "    return requests.get(url).json()\n"
                               "</target>\n"
                               "<context lines=\"6-8\">\n"
                               "\n"
                               "\n"
                               "SECRET = \"TRIMTAB_SECRET_0001\"\n"
                               "</context>\n"
                               "\n"
                               "The task:\n"
                               "Add timeout and retry\n"
                               "Five seconds, please.\n"
                               "\n"
                               "For calls to other systems:\n"
                               "All of this is asked for wherever the call lacks it:\n";

static void test_user_message(void **state)
{
    struct tt_prompt_input in = input();
    struct tt_prompt p;
    struct tt_arena arena;

    (void)state;
    tt_arena_init(&arena);
    assert_int_equal(tt_prompt_build(&arena, &in, &p), 0);
    assert_int_equal(p.request.n_messages, 1);
    assert_int_equal(p.request.messages[0].role, TT_LLM_USER);
    CHECK(tt_str_starts(user_of(&p, 0), tt_str_from(expected)), "got\n%.*s",
          TT_STR_ARG(user_of(&p, 0)));
    assert_true(holds(user_of(&p, 0), "an explicit timeout on every call"));
    assert_true(holds(user_of(&p, 0), "Only the target may be changed; where it needs a new "
                                      "import, that may be added where the file's imports stand."));
    assert_true(holds(user_of(&p, 0), "then the SEARCH/REPLACE blocks for app/client.py."));
    assert_false(holds(user_of(&p, 0), "{{"));
    assert_true(holds(p.request.system_stable, "<<<<<<< SEARCH"));
    assert_int_equal(tt_redact_count(p.redact), 1);
    assert_int_equal(p.region.start, 18);
    assert_int_equal(p.region.end, 70);
    assert_null(p.request.tool);
    tt_arena_release(&arena);
}

/* ---- every form of an answer ---- */

static const struct {
    enum tt_prompt_syntax syntax;
    enum tt_prompt_scope scope;
    const char *system, *reminder;
    bool tool;
} forms[] = {
    { TT_PROMPT_SEARCH_REPLACE, TT_PROMPT_RANGE, ">>>>>>> REPLACE", "SEARCH/REPLACE blocks",
      false },
    { TT_PROMPT_PATCH, TT_PROMPT_SYMBOL, "*** End Patch", "one patch from *** Begin Patch", false },
    { TT_PROMPT_STR_REPLACE, TT_PROMPT_FILE, "propose_edit", "Call propose_edit once", true },
    { TT_PROMPT_REGION, TT_PROMPT_RANGE, "written anew", "begins with ```python", false },
    { TT_PROMPT_REGION, TT_PROMPT_NEW_FILE, "one new file", "new file tests/test_client.py",
      false },
    { TT_PROMPT_STR_REPLACE, TT_PROMPT_NEW_FILE, "one new file", "tests/test_client.py", false },
    { TT_PROMPT_PROSE, TT_PROMPT_RANGE, "You explain source code", "The question:", false },
};

static void test_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++) {
        struct tt_prompt_input in = input(), other = input();
        struct tt_prompt p, q;
        struct tt_arena arena;

        tt_arena_init(&arena);
        in.syntax = other.syntax = forms[i].syntax;
        in.scope = other.scope = forms[i].scope;
        in.new_path = TT_STR("tests/test_client.py");
        assert_int_equal(tt_prompt_build(&arena, &in, &p), 0);
        CHECK(holds(p.request.system_stable, forms[i].system), "%zu", i);
        CHECK(holds(user_of(&p, 0), forms[i].reminder), "%zu:\n%.*s", i,
              TT_STR_ARG(user_of(&p, 0)));
        CHECK((p.request.tool != NULL) == forms[i].tool, "%zu", i);
        if (p.request.tool) {
            cJSON *schema =
                cJSON_ParseWithLength(p.request.tool->schema.p, p.request.tool->schema.n);
            assert_true(cJSON_IsObject(schema));
            cJSON_Delete(schema);
        }
        CHECK(holds(user_of(&p, 0), "<target") == (forms[i].scope != TT_PROMPT_NEW_FILE), "%zu", i);

        /* Another file, another task: the same bytes in front, or nothing is cached. */
        other.path = TT_STR("b.go");
        other.language = TT_STR("Go");
        other.fence = TT_STR("go");
        other.task = TT_STR("DB-1");
        other.task_class = TT_STR("schema");
        other.document = TT_STR("x");
        other.target = other.symbol = other.imports = (struct tt_range){ 0, 0 };
        assert_int_equal(tt_prompt_build(&arena, &other, &q), 0);
        CHECK(tt_str_eq(p.request.system_stable, q.request.system_stable), "%zu", i);
        CHECK(!holds(p.request.system_stable, "{{"), "%zu", i);

        /* Providers cache nothing below 1024 tokens: 4.35 bytes each in this text,
         * measured with o200k and the vocabulary of the first Claude models. */
        if (p.request.system_stable.n < 4480)
            CHECK(forms[i].scope == TT_PROMPT_NEW_FILE || forms[i].syntax == TT_PROMPT_REGION ||
                      forms[i].syntax == TT_PROMPT_PROSE,
                  "row %zu: %zu bytes", i, p.request.system_stable.n);
        tt_arena_release(&arena);
    }
}

/* ---- the templates ---- */

static void test_every_task_has_words(void **state)
{
    static const char *const classes[] = { "rest",         "rest-docs", "schema",    "query",
                                           "orm",          "auth",      "migration", "errors",
                                           "resilience",   "async",     "tests",     "refactor",
                                           "architecture", "feature",   "docs",      "bulk" };
    static const char *const rows[] = {
        "REST-1", "REST-2", "REST-3", "REST-4",  "REST-5",  "DB-1",   "DB-2",   "DB-3",
        "DB-4",   "DB-5",   "DB-6",   "AUTH-1",  "AUTH-2",  "AUTH-3", "AUTH-4", "ERR-1",
        "ERR-2",  "REF-1",  "REF-2",  "ASYNC-1", "ASYNC-2", "REF-3",  "LANG-1", "LANG-2",
        "LANG-3", "TEST-1", "TEST-2", "FEAT-1",  "DOC-1",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(classes); i++) {
        char name[64];

        snprintf(name, sizeof(name), "tasks/%s.md", classes[i]);
        CHECK(tt_template_main(tt_template_find(NULL, 0, tt_str_from(name))).n > 10, "%s", name);
    }
    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK(tt_template_task_section(NULL, 0, tt_str_from(rows[i])).n > 30, "%s", rows[i]);
    assert_int_equal(tt_template_task_section(NULL, 0, TT_STR("AUTH")).n, 0);
}

/* What the rows that close when asked must spell out. */
static void test_hardening(void **state)
{
    static const struct {
        const char *task, *words;
    } rows[] = {
        { "AUTH-1", "issuer, audience and expiry" },
        { "AUTH-1", "RS256" },
        { "AUTH-1", "stored only as a hash" },
        { "AUTH-3", "its range or length, its format" },
        { "ERR-2", "exponential backoff" },
        { "ERR-2", "jitter" },
        { "ERR-2", "circuit breaker" },
        { "ERR-2", "timeout" },
        { "TEST-1", "error path" },
        { "TEST-1", "just-beyond" },
        { "REF-2", "leave everything else" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_prompt_input in = input();
        const tt_str harden = tt_str_from(rows[i].task);
        struct tt_arena arena;
        struct tt_prompt p;

        tt_arena_init(&arena);
        in.task = TT_STR("FEAT-1");
        in.task_class = TT_STR("feature");
        in.harden = &harden;
        in.n_harden = 1;
        assert_int_equal(tt_prompt_build(&arena, &in, &p), 0);
        CHECK(holds(user_of(&p, 0), rows[i].words), "%s: %s", rows[i].task, rows[i].words);
        tt_arena_release(&arena);
    }
}

static void test_overlay(void **state)
{
    const struct tt_prompt_file files[] = {
        { TT_STR_INIT("tasks/resilience.md"),
          TT_STR_INIT("General.\n## ERR-2\r\nOnly {{path}}.\n\n") },
        { TT_STR_INIT("system.md"), TT_STR_INIT("Be brief.") },
    };
    struct tt_prompt_input in = input();
    struct tt_arena arena;
    struct tt_prompt p;

    (void)state;
    tt_arena_init(&arena);
    in.overlay = files;
    in.n_overlay = 2;
    assert_int_equal(tt_prompt_build(&arena, &in, &p), 0);
    assert_true(
        tt_str_starts(p.request.system_stable, TT_STR("Be brief.\n\nThe form of the edit")));
    assert_true(holds(user_of(&p, 0), "General.\nOnly app/client.py.\n"));
    assert_false(holds(user_of(&p, 0), "backoff"));
    tt_arena_release(&arena);
}

/* ---- everything that can be in a prompt ---- */

static void full(struct tt_prompt_input *in)
{
    static const tt_str diagnostics[] = { TT_STR_INIT("line 5: no timeout") };
    static const tt_str conventions[] = { TT_STR_INIT("errors are subclasses of AppError"),
                                          TT_STR_INIT("api_key = \"k3y-"
                                                      "0123456\" is the test key") };
    static const struct tt_prompt_item items[] = {
        { TT_STR_INIT("app/errors.py"), TT_STR_INIT("class AppError(Exception):\n    pass"), 10 },
        { TT_STR_INIT("app/settings.py"),
          TT_STR_INIT("password = \"hun"
                      "ter22\"\n"),
          0 },
    };
    static const struct tt_prompt_turn turns[] = {
        { TT_STR_INIT("first, use password = \"tur"
                      "n1pw\""),
          TT_STR_INIT("done") },
        { TT_STR_INIT(""), TT_STR_INIT("never asked") },
    };

    in->diagnostics = diagnostics;
    in->n_diagnostics = 1;
    in->conventions = conventions;
    in->n_conventions = 2;
    in->items = items;
    in->n_items = 2;
    in->turns = turns;
    in->n_turns = 2;
    in->rules = TT_STR("Never use print.\npwd: \"rul"
                       "es1pw\"");
    in->reask_answer = TT_STR("SECRET = \"TRIMTAB_SECRET_0001\"\n<<<<<<< SEARCH");
    in->reask_reason = TT_STR("the block has no end");
}

static const char *const secrets[] = { "s3cr3t-value-9", "k3y-0123456", "hunter22", "turn1pw",
                                       "rules1pw" };

static void test_everything(void **state)
{
    struct tt_prompt_input in = input();
    struct tt_arena arena;
    struct tt_prompt p;
    uint64_t sum = 0;

    (void)state;
    tt_arena_init(&arena);
    full(&in);
    assert_int_equal(tt_prompt_build(&arena, &in, &p), 0);

    assert_int_equal(p.request.n_messages, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(p.request.messages[i].role, i % 2 ? TT_LLM_ASSISTANT : TT_LLM_USER);
        assert_true(user_of(&p, i).n > 0);
        for (size_t s = 0; s < COUNT(secrets); s++)
            CHECK(!holds(user_of(&p, i), secrets[s]), "%s in message %zu", secrets[s], i);
    }
    assert_int_equal(tt_redact_count(p.redact), 5);
    assert_true(holds(user_of(&p, 2), "<reference path=\"app/errors.py\" lines=\"10-11\">\n"
                                      "class AppError(Exception):\n    pass\n</reference>"));
    assert_true(holds(user_of(&p, 2), "- line 5: no timeout\n"));
    assert_true(holds(user_of(&p, 2), "- errors are subclasses of AppError\n"));
    assert_true(holds(p.request.system_project, "Never use print.\n"));
    assert_false(holds(p.request.system_project, "rules1pw"));
    assert_true(holds(user_of(&p, 3), "SECRET = \"TRIMTAB_SECRET_0001\"\n"));
    assert_true(holds(user_of(&p, 4), "could not be applied: the block has no end\n"));

    for (size_t i = 0; i < p.n_parts; i++) {
        assert_true(p.parts[i].tokens > 0);
        assert_true(tt_prompt_kind_name(p.parts[i].kind)[0]);
        sum += p.parts[i].tokens;
    }
    CHECK(sum <= p.size.tokens_in && sum + 8 >= p.size.tokens_in, "%u of %u", (unsigned)sum,
          (unsigned)p.size.tokens_in);
    tt_arena_release(&arena);
}

/* Said twice is sent twice: the list of parts names each kind. */
static void test_parts(void **state)
{
    static const enum tt_prompt_kind want[] = {
        TT_PROMPT_PART_INSTRUCTIONS, TT_PROMPT_PART_INSTRUCTION, TT_PROMPT_PART_DOCUMENT,
        TT_PROMPT_PART_ITEM,         TT_PROMPT_PART_RULES,       TT_PROMPT_PART_DIAGNOSTICS,
        TT_PROMPT_PART_CONVENTIONS,  TT_PROMPT_PART_TURNS,
    };
    struct tt_prompt_input in = input();
    struct tt_arena arena;
    struct tt_prompt p;

    (void)state;
    tt_arena_init(&arena);
    full(&in);
    assert_int_equal(tt_prompt_build(&arena, &in, &p), 0);
    for (size_t w = 0; w < COUNT(want); w++) {
        size_t n = 0;

        for (size_t i = 0; i < p.n_parts; i++)
            n += p.parts[i].kind == want[w];
        CHECK(n == (want[w] == TT_PROMPT_PART_DOCUMENT ? 4
                    : want[w] == TT_PROMPT_PART_ITEM   ? 2
                                                       : 1),
              "%s: %zu", tt_prompt_kind_name(want[w]), n);
    }
    tt_arena_release(&arena);
}

/* The price in a menu is the price of what is sent. */
static void test_measure(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(forms) * 2; i++) {
        struct tt_prompt_input in = input();
        struct tt_arena arena;
        struct tt_prompt_size size;
        struct tt_prompt p;
        uint64_t sent;

        tt_arena_init(&arena);
        if (i % 2)
            full(&in);
        in.syntax = forms[i / 2].syntax;
        in.scope = forms[i / 2].scope;
        assert_int_equal(tt_prompt_measure(&in, &size), 0);
        assert_int_equal(tt_prompt_build(&arena, &in, &p), 0);
        sent = tt_llm_request_tokens(&p.request);
        CHECK(size.tokens_in * 100 >= sent * 94 && size.tokens_in * 100 <= sent * 108,
              "%zu: measured %u, sent %u", i, (unsigned)size.tokens_in, (unsigned)sent);
        CHECK(p.size.tokens_in * 100 >= sent * 96 && p.size.tokens_in * 100 <= sent * 104,
              "%zu: counted %u, sent %u", i, (unsigned)p.size.tokens_in, (unsigned)sent);
        assert_int_equal(size.tokens_out, p.size.tokens_out);
        assert_true(size.max_output >= size.tokens_out * 2);
        assert_int_equal(p.request.max_output, p.size.max_output);
        tt_arena_release(&arena);
    }
}

static bool same_size(struct tt_prompt_size a, struct tt_prompt_size b)
{
    return a.tokens_in == b.tokens_in && a.tokens_out == b.tokens_out &&
           a.max_output == b.max_output;
}

/* What is remembered between measurements changes none of them: other forms, other
 * places, another text at the same address. */
static void test_memo(void **state)
{
    struct tt_prompt_memo *memo = tt_prompt_memo_create();
    char *text = malloc(40000);

    (void)state;
    assert_true(memo && text);
    for (size_t i = 0; i < 40000; i++)
        text[i] = i % 40 == 39 ? '\n' : "ab c"[i % 4];
    for (size_t i = 0; i < COUNT(forms) * 6; i++) {
        struct tt_prompt_input in = input();
        struct tt_prompt_size with, without;
        uint32_t line = (uint32_t)(i % 6 / 2) * 400;

        in.document = (tt_str){ text, 40000 };
        in.target = (struct tt_range){ line * 40, line * 40 + 80 };
        in.symbol = (struct tt_range){ line * 40, line * 40 + 400 };
        in.imports = (struct tt_range){ 0, 80 };
        in.syntax = forms[i / 6].syntax;
        in.scope = forms[i / 6].scope;
        assert_int_equal(tt_prompt_measure(&in, &without), 0);
        in.memo = memo;
        assert_int_equal(tt_prompt_measure(&in, &with), 0);
        CHECK(same_size(with, without), "%zu: %u and %u", i, (unsigned)with.tokens_in,
              (unsigned)without.tokens_in);
        if (i % 2) {
            memset(text + line * 40, 'x', 39);
            text[line * 40 + 7] = '(';
            tt_prompt_memo_text_changed(memo);
        }
    }
    free(text);
    tt_prompt_memo_destroy(memo);
}

static void test_item_budget(void **state)
{
    struct tt_prompt_input in = input();
    struct tt_arena arena;
    struct tt_prompt p;

    (void)state;
    tt_arena_init(&arena);
    full(&in);
    in.item_tokens = 12; /* the first has 11, the second 7 */
    assert_int_equal(tt_prompt_build(&arena, &in, &p), 0);
    assert_int_equal(p.n_dropped_items, 1);
    assert_true(holds(user_of(&p, 2), "app/errors.py"));
    assert_false(holds(user_of(&p, 2), "app/settings.py"));
    tt_arena_release(&arena);
}

static void test_reask_without_answer(void **state)
{
    struct tt_prompt_input in = input();
    struct tt_arena arena;
    struct tt_prompt p;

    (void)state;
    tt_arena_init(&arena);
    in.reask_reason = TT_STR("it was empty");
    assert_int_equal(tt_prompt_build(&arena, &in, &p), 0);
    assert_int_equal(p.request.n_messages, 1);
    assert_true(holds(user_of(&p, 0), "An earlier answer could not be used:\nit was empty\n"));
    tt_arena_release(&arena);
}

static void test_line_ends(void **state)
{
    struct tt_prompt_input in = input();
    struct tt_arena arena;
    struct tt_prompt p;

    (void)state;
    tt_arena_init(&arena);
    in.document = TT_STR("\xEF\xBB\xBF"
                         "a\r\nb\r\n\rc");
    in.target = (struct tt_range){ 6, 9 };
    in.symbol = in.imports = (struct tt_range){ 0, 0 };
    in.may_import = false;
    assert_int_equal(tt_prompt_build(&arena, &in, &p), 0);
    assert_true(holds(user_of(&p, 0), "<context lines=\"1-1\">\na\n</context>\n"
                                      "<target lines=\"2-2\">\nb\n</target>\n"
                                      "<context lines=\"3-3\">\n\rc\n</context>\n"));
    assert_true(holds(user_of(&p, 0), "Only the target may be changed.\n"));
    tt_arena_release(&arena);
}

static void test_no_redaction(void **state)
{
    struct tt_prompt_input in = input();
    struct tt_arena arena;
    struct tt_prompt p;

    (void)state;
    tt_arena_init(&arena);
    in.no_redaction = true;
    assert_int_equal(tt_prompt_build(&arena, &in, &p), 0);
    assert_null(p.redact);
    assert_true(holds(user_of(&p, 0), secrets[0]));
    tt_arena_release(&arena);
}

static void test_gap(void **state)
{
    struct tt_buf text = TT_BUF_INIT(1 << 20);
    struct tt_prompt_input in = input();
    struct tt_arena arena;
    struct tt_prompt p;

    (void)state;
    tt_arena_init(&arena);
    for (unsigned i = 1; i <= 3000; i++)
        tt_buf_addf(&text, "line %04u\n", i);
    in.document = tt_buf_str(&text);
    in.target = (struct tt_range){ 14990, 15000 };
    in.symbol = (struct tt_range){ 0, 0 };
    in.imports = (struct tt_range){ 0, 20 };
    assert_int_equal(tt_prompt_build(&arena, &in, &p), 0);
    assert_true(holds(user_of(&p, 0), "<imports lines=\"1-2\">\nline 0001\n"));
    assert_true(holds(user_of(&p, 0), "<context lines=\"1460-1499\">\nline 1460\n"));
    assert_true(holds(user_of(&p, 0), "<target lines=\"1500-1500\">\nline 1500\n</target>\n"));
    assert_true(holds(user_of(&p, 0), "<context lines=\"1501-1540\">\nline 1501\n"));
    assert_true(holds(user_of(&p, 0), "Lines that are not shown are not to be changed.\n"));

    in.scope = TT_PROMPT_NEW_FILE; /* made from the definition, not from all of the file */
    in.symbol = in.target;
    in.target = (struct tt_range){ 0, 30000 };
    assert_int_equal(tt_prompt_build(&arena, &in, &p), 0);
    assert_true(holds(user_of(&p, 0), "<context lines=\"1460-1540\">\nline 1460\n"));
    assert_false(holds(user_of(&p, 0), "line 1459"));
    tt_buf_release(&text);
    tt_arena_release(&arena);
}

static void test_refused(void **state)
{
    struct tt_prompt_input in = input();
    struct tt_prompt_size size;
    struct tt_arena arena;
    struct tt_prompt p;

    (void)state;
    tt_arena_init(&arena);
    in.title = in.instruction = TT_STR("");
    assert_int_equal(tt_prompt_build(&arena, &in, &p), TT_EINVALID);
    assert_int_equal(tt_prompt_measure(&in, &size), TT_EINVALID);
    in = input();
    in.target.end = 100000;
    assert_int_equal(tt_prompt_build(&arena, &in, &p), TT_EINVALID);
    tt_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_user_message),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_every_task_has_words),
        cmocka_unit_test(test_hardening),
        cmocka_unit_test(test_overlay),
        cmocka_unit_test(test_everything),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_measure),
        cmocka_unit_test(test_memo),
        cmocka_unit_test(test_item_budget),
        cmocka_unit_test(test_reask_without_answer),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_no_redaction),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
