/* test_task.c -- code and requests, and which row they belong to.
 *
 * tests/data/analysis/tasks.txt holds the cases, which the weights have learned: what
 * fails here is the way from code to features, or weights that do not belong to it.
 * How good the answers are elsewhere is measured by ./dev bench tasks.  A line "## TASK language
 * path
 * :: instruction", then the code with "<|>" where the cursor is, or "<[>" and
 * "<]>" round a selection.
 */
#include "analysis/task_model.h"
#include "analysis/task_score.h"
#include "code.h"
#include "syntax/lang.h"
#include "test.h"
#include "trimtab/task.h"

#define CASES TT_SOURCE_DIR "/tests/data/analysis/tasks.txt"

struct one {
    char task[16], language[24], path[128];
    tt_str instruction;
    char *code; /* owned, without its marks */
    struct tt_range range;
};

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t n = 0, cap = (size_t)1 << 20;
    char *text = malloc(cap);

    CHECK(file && text, "cannot read %s", path);
    n = fread(text, 1, cap - 1, file);
    text[n] = 0;
    fclose(file);
    return text;
}

/* Take a mark out of the code; false when it is not there. */
static bool take_mark(char *code, const char *mark, uint32_t *at)
{
    char *found = strstr(code, mark);

    if (!found)
        return false;
    *at = (uint32_t)(found - code);
    memmove(found, found + strlen(mark), strlen(found + strlen(mark)) + 1);
    return true;
}

/* The case that begins at `text` (behind "## "); `end` is where the next begins. */
static void read_case(const char *text, const char *end, struct one *one)
{
    const char *line_end = strchr(text, '\n');
    tt_str head = { text, (size_t)(line_end - text) };
    const char *ask = memmem(head.p, head.n, " :: ", 4);

    *one = (struct one){ 0 };
    CHECK(sscanf(text, "%15s %23s %127s", one->task, one->language, one->path) == 3);
    if (ask)
        one->instruction = (tt_str){ ask + 4, (size_t)(line_end - ask) - 4 };
    one->code = strndup(line_end + 1, (size_t)(end - line_end) - 1);
    if (take_mark(one->code, "<|>", &one->range.start))
        one->range.end = one->range.start;
    if (take_mark(one->code, "<[>", &one->range.start))
        CHECK(take_mark(one->code, "<]>", &one->range.end));
}

static void classify(const struct one *one, struct tt_task_result *out)
{
    struct code code = { .source = { .path = tt_str_from(one->path) } };
    struct tt_task_input in = { .range = one->range, .instruction = one->instruction };
    bool known = tt_lang_by_name(tt_str_from(one->language)) != NULL;

    if (known)
        code_init(&code, tt_str_from(one->language), tt_str_from(one->path),
                  tt_str_from(one->code));
    else
        code.source.bytes = tt_str_from(one->code);
    in.source = &code.source;
    tt_task_classify(&in, out);
    for (size_t i = 1; i < out->n_evidence; i++)
        CHECK(out->evidence[i - 1].weight >= out->evidence[i].weight);
    CHECK(out->confidence >= 0 && out->confidence <= 1);
    CHECK(out->complexity.value >= 0 && out->complexity.value <= 1);
    if (known)
        code_release(&code);
}

static void test_cases(void **state)
{
    char *text = read_all(CASES);
    size_t n = 0, wrong = 0;

    (void)state;
    for (const char *at = text; at;) {
        const char *next = strstr(at, "\n## ");
        const char *end = next ? next + 1 : at + strlen(at);
        struct tt_task_result result;
        struct one one;

        read_case(at + 3, end, &one);
        classify(&one, &result);
        n++;
        if (strcmp(tt_task_id(result.task), one.task) != 0) {
            wrong++;
            print_message("%s is taken for %s: %.*s %s\n", one.task, tt_task_id(result.task),
                          TT_STR_ARG(one.instruction), one.path);
        }
        free(one.code);
        at = next ? next + 1 : NULL;
    }
    free(text);
    CHECK(n > 300, "only %zu cases", n);
    CHECK(wrong * 100 <= n * 3, "%zu of %zu are wrong", wrong, n);
}

static void check_task(const char *language, const char *path, const char *code,
                       const char *instruction, const char *action, enum tt_task want)
{
    struct code parsed;
    struct tt_task_result result;

    code_init(&parsed, tt_str_from(language), tt_str_from(path), tt_str_from(code));
    const struct tt_task_input in = {
        .source = &parsed.source,
        .instruction = tt_str_from(instruction),
        .action = tt_str_from(action),
    };
    tt_task_classify(&in, &result);
    CHECK(result.task == want, "%s: got %s", instruction ? instruction : action,
          tt_task_id(result.task));
    code_release(&parsed);
}

static void test_action_decides(void **state)
{
    static const char code[] = "import jwt\njwt.encode(claims, key)\n";

    (void)state;
    check_task("python", "a.py", code, NULL, "resilience", TT_TASK_ERR_2);
    check_task("python", "a.py", code, NULL, "refactor.rewrite.trimtab.resilience", TT_TASK_ERR_2);
    check_task("python", "a.py", code, NULL, "db-1", TT_TASK_DB_1);
    check_task("python", "a.py", code, "add docstrings", NULL, TT_TASK_DOC_1);
}

static void test_nothing_speaks(void **state)
{
    struct tt_task_input in = { 0 };
    struct tt_task_result result;

    (void)state;
    tt_task_classify(&in, &result);
    CHECK(result.task == TT_TASK_OTHER && result.second == TT_TASK_OTHER);
    CHECK(result.confidence == 0 && result.n_evidence == 0);
}

static void test_ids(void **state)
{
    (void)state;
    for (int i = 0; i < TT_TASK_COUNT; i++)
        CHECK(tt_task_from_id(tt_str_from(tt_task_id((enum tt_task)i))) == (enum tt_task)i);
    CHECK(tt_task_from_id(TT_STR("err-2")) == TT_TASK_ERR_2);
    CHECK(tt_task_from_id(TT_STR("ERR-9")) == TT_TASK_COUNT);
}

static void test_actions(void **state)
{
    static const char code[] = "import requests\n\ndef load(url):\n    return requests.get(url)\n";
    const struct tt_task_action *actions[4];
    struct code parsed;

    (void)state;
    code_init(&parsed, TT_STR("python"), TT_STR("client.py"), TT_STR(code));
    size_t n = tt_task_actions(&parsed.source, (struct tt_range){ 40, 40 }, NULL, actions, 4);
    CHECK(n >= 2, "%zu actions", n);
    CHECK(strcmp(actions[0]->leaf, "resilience") == 0, "%s", actions[0]->leaf);
    CHECK(tt_task_action_find(TT_STR("resilience")) == actions[0]);
    CHECK(tt_task_action_find(TT_STR("nonsense")) == NULL);
    code_release(&parsed);
}

static bool same_result(const struct tt_task_result *a, const struct tt_task_result *b)
{
    bool same = a->task == b->task && a->second == b->second && a->confidence == b->confidence &&
                a->complexity.value == b->complexity.value &&
                a->complexity.files == b->complexity.files && a->n_evidence == b->n_evidence;

    for (size_t i = 0; same && i < a->n_evidence; i++)
        same = tt_str_eq(a->evidence[i].text, b->evidence[i].text) &&
               a->evidence[i].task == b->evidence[i].task &&
               a->evidence[i].weight == b->evidence[i].weight;
    return same;
}

/* What was read of the code once serves every question about the place. */
static void test_reading(void **state)
{
    static const char code[] = "import requests\n\ndef load(url):\n    return requests.get(url)\n";
    static const tt_str words[] = { TT_STR_INIT(""), TT_STR_INIT("handle the error in all files"),
                                    TT_STR_INIT("write a test"), TT_STR_INIT("") };
    static const tt_str names[] = { TT_STR_INIT(""), TT_STR_INIT(""), TT_STR_INIT("resilience"),
                                    TT_STR_INIT("docs") };
    struct tt_task_reading *reading = tt_task_reading_create();
    struct code parsed;

    (void)state;
    assert_true(reading);
    code_init(&parsed, TT_STR("python"), TT_STR("client.py"), TT_STR(code));
    for (size_t i = 0; i < 3 * COUNT(words); i++) {
        struct tt_task_input in = { .source = &parsed.source,
                                    .range = { i < COUNT(words) ? 40 : 0, 40 },
                                    .instruction = words[i % COUNT(words)],
                                    .action = names[i % COUNT(words)] };
        const struct tt_task_action *one[4], *two[4];
        struct tt_task_result with, without;
        size_t n;

        if (i % COUNT(words) == 0)
            tt_task_reading_forget(reading);
        tt_task_classify(&in, &without);
        in.reading = reading;
        tt_task_classify(&in, &with);
        CHECK(same_result(&with, &without), "%zu", i);
        n = tt_task_actions(&parsed.source, in.range, NULL, one, 4);
        CHECK(tt_task_actions(&parsed.source, in.range, reading, two, 4) == n &&
                  memcmp(one, two, n * sizeof(*one)) == 0,
              "%zu", i);
    }
    code_release(&parsed);
    tt_task_reading_destroy(reading);
}

/* From place to place in one text and on to the next text. */
static void test_reading_moves(void **state)
{
    static const tt_str texts[] = {
        TT_STR_INIT("import requests\n\ndef load(url):\n    return requests.get(url)\n"
                    "import sqlalchemy\n\ndef save(row):\n    session.add(row)\n"),
        TT_STR_INIT("x = 1\n\ndef load(url):\n    return get(url)\n"),
        TT_STR_INIT("x = 1\ny = 2\nz = 3\nimport jwt\n\ndef check(t):\n    return decode(t)\n"),
    };
    struct tt_task_reading *reading = tt_task_reading_create();

    (void)state;
    assert_true(reading);
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct code parsed;

        code_init(&parsed, TT_STR("python"), TT_STR("client.py"), texts[i]);
        tt_task_reading_forget(reading);
        for (uint32_t at = 0; at < texts[i].n; at += 5) {
            struct tt_task_input in = { .source = &parsed.source, .range = { at, at } };
            struct tt_task_result with, without;

            tt_task_classify(&in, &without);
            in.reading = reading;
            tt_task_reading_move(reading);
            tt_task_classify(&in, &with);
            CHECK(same_result(&with, &without), "text %zu at %u", i, at);
            in.no_evidence = true;
            tt_task_classify(&in, &with);
            CHECK(with.task == without.task && with.confidence == without.confidence &&
                      with.complexity.value == without.complexity.value && !with.n_evidence,
                  "text %zu at %u without evidence", i, at);
        }
        code_release(&parsed);
    }
    tt_task_reading_destroy(reading);
}

/* Ranges that make no sense must not be followed. */
static void test_ranges(void **state)
{
    static const struct tt_range ranges[] = {
        { 0, 0 },  { 5, 2 }, { 1000, 2000 }, { 0, UINT32_MAX }, { UINT32_MAX, UINT32_MAX },
        { 20, 21 }
    };
    struct code parsed;

    (void)state;
    code_init(&parsed, TT_STR("go"), TT_STR("a.go"),
              TT_STR("package a\nfunc f() { http.Get(u) }\n"));
    for (size_t i = 0; i < COUNT(ranges); i++) {
        const struct tt_task_input in = { .source = &parsed.source, .range = ranges[i] };
        struct tt_task_result result;

        tt_task_classify(&in, &result);
        CHECK(result.task < TT_TASK_COUNT);
    }
    code_release(&parsed);
}

static void test_weights(void **state)
{
    const char *fault = task_model_fault();

    (void)state;
    CHECK(!fault, "%s", fault);
}

static void features_of(const char *path, const char *code, struct task_features *f)
{
    const char *line = strstr(code, "axios");
    struct code parsed;

    code_init(&parsed, TT_STR("javascript"), tt_str_from(path), tt_str_from(code));
    uint32_t at = (uint32_t)(line - code);
    const struct tt_task_input in = { .source = &parsed.source, .range = { at, at } };
    task_features_of(&in, f);
    code_release(&parsed);
}

/* Comments, white space and the names of local variables are no features. */
static void test_noise(void **state)
{
    static const char *const same[] = {
        "const axios = require('axios');\nasync function load(id) {\n"
        "  const answer = await axios.get(`/users/${id}`);\n  return answer.data;\n}\n",
        "const axios = require('axios');\n\n// retry the login later\nasync function load(key) {\n"
        "\n    const  token = await axios.get(`/users/${key}`); // jwt\n    return "
        "token.data;\n}\n",
    };
    static struct task_features one, two;

    (void)state;
    features_of("a.js", same[0], &one);
    features_of("a.js", same[1], &two);
    CHECK(one.n == two.n && one.n > 50, "%u and %u", one.n, two.n);
    for (uint32_t i = 0; i < one.n; i++)
        CHECK(one.at[i].hash == two.at[i].hash && one.at[i].value == two.at[i].value, "%s",
              one.at[i].space);
}

/* What is shown is there, where it is said to be. */
static void test_evidence(void **state)
{
    static const char code[] = "import requests\n\n@retry(stop=3)\ndef load(url):\n"
                               "    return requests.get(url, timeout=5)\n";
    struct tt_task_input in = { .range = { 60, 60 } };
    struct tt_task_result result;
    struct code parsed;

    (void)state;
    code_init(&parsed, TT_STR("python"), TT_STR("client.py"), TT_STR(code));
    in.source = &parsed.source;
    for (int asked = 0; asked < 2; asked++) {
        in.instruction = tt_str_from(asked ? "retry with backoff and a timeout" : NULL);
        tt_task_classify(&in, &result);
        CHECK(result.task == TT_TASK_ERR_2, "%s", tt_task_id(result.task));
        CHECK(result.n_evidence >= 3, "%zu", result.n_evidence);
        for (size_t i = 0; i < result.n_evidence; i++) {
            const struct tt_evidence *e = &result.evidence[i];
            tt_str at = tt_str_sub(TT_STR(code), e->range.start, e->range.end);

            CHECK(e->task == result.task && e->weight > 0);
            CHECK(!e->has_range || strcmp(e->kind, "node") == 0 ||
                      memmem(at.p, at.n, e->text.p, e->text.n),
                  "%s %.*s", e->kind, TT_STR_ARG(e->text));
        }
    }
    code_release(&parsed);
}

/* An instruction that names no task leaves the decision to the place. */
static void test_vague(void **state)
{
    static const char code[] = "import requests\n\ndef load(url):\n    return requests.get(url)\n";
    static const tt_str words[] = { TT_STR_INIT("thoughts?"), TT_STR_INIT("what about this?"),
                                    TT_STR_INIT("write docstrings") };
    struct tt_task_input in = { .range = { 45, 45 } };
    struct tt_task_result result;
    struct code parsed;

    (void)state;
    code_init(&parsed, TT_STR("python"), TT_STR("client.py"), TT_STR(code));
    in.source = &parsed.source;
    for (size_t i = 0; i < COUNT(words); i++) {
        in.instruction = words[i];
        tt_task_classify(&in, &result);
        CHECK(result.task == (i < 2 ? TT_TASK_ERR_2 : TT_TASK_DOC_1), "%s: %s", words[i].p,
              tt_task_id(result.task));
    }
    code_release(&parsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),   cmocka_unit_test(test_action_decides),
        cmocka_unit_test(test_ids),     cmocka_unit_test(test_nothing_speaks),
        cmocka_unit_test(test_actions), cmocka_unit_test(test_reading),
        cmocka_unit_test(test_ranges),  cmocka_unit_test(test_weights),
        cmocka_unit_test(test_noise),   cmocka_unit_test(test_evidence),
        cmocka_unit_test(test_vague),   cmocka_unit_test(test_reading_moves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
