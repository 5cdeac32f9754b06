/* test_rules.c -- the engine: settings, suppression, errors, ranges, fix-all. */
#include "analysis/rules.h"
#include "base/buf.h"
#include "code.h"
#include "test.h"

/* tree-sitter 0.25 loses eight bytes when it refuses a query that ends inside a
 * pattern. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:ts_query__parse_pattern\n";
}

#define RULE(id, finding, severity, query)                                                         \
    ";; id: " id "\n;; finding: " finding "\n;; languages: python\n;; severity: " severity         \
    "\n;; title: A call\n;; message: calls {{@finding}}\n" query

static const char calls[] = RULE("calls-f", "ERR-1", "warning",
                                 ";; fix-title: Call g\n;; fix: safe\n;; replace @finding: g\n"
                                 ";; end\n((call function: (identifier) @finding)"
                                 " (#eq? @finding \"f\"))\n");
static const char whole[] = RULE("whole-file", "DB-1", "hint",
                                 ";; scope: file\n((call function: (identifier) @finding)"
                                 " (#eq? @finding \"h\"))\n");

/* What a run found, as "id@start id@start". */
static void run(const struct tt_rules_options *opt, const char *text, const char *path,
                const struct tt_rules_run *how, char *out, size_t size)
{
    struct tt_rules *rules;
    struct tt_findings found;
    struct tt_arena arena;
    struct code code;

    tt_arena_init(&arena);
    CHECK(tt_rules_create(opt, NULL, NULL, &rules) == 0);
    code_init(&code, TT_STR("python"), tt_str_from(path), tt_str_from(text));
    CHECK(tt_rules_exec(rules, &code.source, how, &arena, &found) == 0);
    out[0] = 0;
    for (size_t i = 0; i < found.n; i++) {
        char one[96];

        snprintf(one, sizeof(one), "%s%.*s@%u:%s", i ? " " : "", TT_STR_ARG(found.at[i].rule->id),
                 found.at[i].range.start, tt_severity_name(found.at[i].severity));
        CHECK(strlen(out) + strlen(one) < size);
        memcpy(out + strlen(out), one, strlen(one) + 1);
    }
    code_release(&code);
    tt_rules_destroy(rules);
    tt_arena_release(&arena);
}

static struct tt_rules_options two_rules(void)
{
    static struct tt_rule_file files[2];

    files[0] = (struct tt_rule_file){ TT_STR("calls.scm"), TT_STR(calls) };
    files[1] = (struct tt_rule_file){ TT_STR("whole.scm"), TT_STR(whole) };
    return (struct tt_rules_options){ .files = files, .n_files = 2, .no_builtin = true };
}

static void test_settings(void **state)
{
    static const tt_str only_rule[] = { TT_STR_INIT("calls-f") };
    static const tt_str only_finding[] = { TT_STR_INIT("db-1") };
    static const struct tt_rule_override off[] = {
        { TT_STR_INIT("calls-f"), { 0 }, { 0 }, TT_SEVERITY_OFF },
    };
    static const struct tt_rule_override louder[] = {
        { TT_STR_INIT("*"), { 0 }, { 0 }, TT_SEVERITY_INFO },
        { TT_STR_INIT("ERR-1"), TT_STR_INIT("python"), TT_STR_INIT("src/**"), TT_SEVERITY_ERROR },
    };
    static const struct tt_rule_override elsewhere[] = {
        { TT_STR_INIT("calls-f"), TT_STR_INIT("go"), { 0 }, TT_SEVERITY_OFF },
        { TT_STR_INIT("calls-f"), { 0 }, TT_STR_INIT("old/*.py"), TT_SEVERITY_OFF },
    };
    static const struct {
        const char *name;
        const tt_str *only;
        const struct tt_rule_override *settings;
        size_t n_settings;
        const char *want;
    } cases[] = {
        { "as they are", NULL, NULL, 0, "calls-f@0:warning whole-file@4:hint" },
        { "one rule", only_rule, NULL, 0, "calls-f@0:warning" },
        { "one finding", only_finding, NULL, 0, "whole-file@4:hint" },
        { "switched off", NULL, off, 1, "whole-file@4:hint" },
        { "later ones win", NULL, louder, 2, "calls-f@0:error whole-file@4:info" },
        { "other places", NULL, elsewhere, 2, "calls-f@0:warning whole-file@4:hint" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_rules_options opt = two_rules();
        char got[256];

        opt.only = cases[i].only;
        opt.n_only = cases[i].only ? 1 : 0;
        opt.settings = cases[i].settings;
        opt.n_settings = cases[i].n_settings;
        run(&opt, "f()\nh()\n", "src/a.py", NULL, got, sizeof(got));
        CHECK(strcmp(got, cases[i].want) == 0, "%s: %s", cases[i].name, got);
    }
}

static void test_suppression(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "f()  # trimtab: ignore[calls-f]\n", "" },
        { "f()  # trimtab: ignore[ERR-1]\n", "" },
        { "f()  # trimtab: ignore[err-1, other]\n", "" },
        { "f()  # trimtab: ignore[*]\n", "" },
        { "f()  # trimtab: ignore[DB-1]\n", "calls-f@0:warning" },
        { "# trimtab: ignore[calls-f]\nf()\n", "" },
        { "# trimtab: ignore[calls-f]\n\n# why\nf()\nf()\n", "calls-f@38:warning" },
        { "f()  # trimtab: ignore[calls-f\n", "calls-f@0:warning" },
        { "x = 'trimtab: ignore[calls-f]'; f()\n", "calls-f@32:warning" },
        { "f()\n# trimtab: ignore[calls-f]", "calls-f@0:warning" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_rules_options opt = two_rules();
        char got[256];

        run(&opt, cases[i].text, "a.py", NULL, got, sizeof(got));
        CHECK(strcmp(got, cases[i].want) == 0, "%s gives %s", cases[i].text, got);
    }
}

/* What another linter was told, by rules of ours that name its codes. */
static void test_other_linters(void **state)
{
#define CATCH "function a() {\n%s\n  try { f(); } catch (e) {}%s\n}\n"
#define GO    "package a\nimport \"math/rand\"\nfunc token() int {\n%s\n\treturn rand.Intn(9)%s\n}\n"
#define JAVA  "class A {\n%s\n  void f() { try { g(); } catch (Exception e) {}%s\n  }\n}\n"
    static const struct {
        const char *language, *rule, *above, *behind;
        bool silent;
    } cases[] = {
        { "python", "py-http-timeout", "", "", false },
        { "python", "py-http-timeout", "", "  # noqa: S113", true },
        { "python", "py-http-timeout", "", "  # NOQA:E501, S113 why", true },
        { "python", "py-http-timeout", "", "  # noqa: E501", false },
        { "python", "py-http-timeout", "", "  # noqa", true },
        { "python", "py-http-timeout", "", "  # noqa -- it is local", true },
        { "python", "py-http-timeout", "", "  # noqaS113", false },
        { "python", "py-http-timeout", "", "; x = '# noqa'", false },
        { "python", "py-http-timeout", "# noqa: S113", "", false },
        { "python", "py-http-timeout", "", "  # nosec", true },
        { "python", "py-http-timeout", "", "  # nosec B113", true },
        { "python", "py-http-timeout", "", "  # nosec B101", false },
        { "python", "py-http-timeout", "", "  # nosec it is local", true },
        { "python", "py-http-timeout", "", "  # pylint: disable=missing-timeout", true },
        { "python", "py-http-timeout", "", "  # pylint: disable=line-too-long", false },
        { "python", "py-http-timeout", "# pylint: disable-next=W3101", "", true },
        { "python", "py-http-timeout", "# ruff: noqa: S113", "", true },
        { "python", "py-http-timeout", "# ruff: noqa: S114", "", false },
        { "python", "py-http-timeout", "", "  # NOSONAR", true },
        { "javascript", "js-empty-catch", "", "", false },
        { "javascript", "js-empty-catch", "", " // eslint-disable-line no-empty", true },
        { "javascript", "js-empty-catch", "", " // eslint-disable-line no-console", false },
        { "javascript", "js-empty-catch", "// eslint-disable-next-line no-empty -- why", "", true },
        { "javascript", "js-empty-catch", "// eslint-disable-next-line", "", true },
        { "javascript", "js-empty-catch", "// eslint-disable-next-line a -- no-empty", "", false },
        { "javascript", "js-empty-catch", "", " // eslint-disable-next-line no-empty", false },
        { "javascript", "js-empty-catch", "/* eslint-disable no-console, no-empty */", "", true },
        { "javascript", "js-empty-catch", "/* eslint-disable */\n/* eslint-enable */", "", false },
        { "javascript", "js-empty-catch",
          "/* eslint-disable no-empty */\n/* eslint-enable no-console */", "", true },
        { "typescript", "js-empty-catch",
          "// biome-ignore lint/suspicious/noEmptyBlockStatements: why", "", true },
        { "go", "go-weak-random-token", "", "", false },
        { "go", "go-weak-random-token", "", " //nolint:gosec", true },
        { "go", "go-weak-random-token", "", " //nolint:errcheck,lll", false },
        { "go", "go-weak-random-token", "\t//nolint", "", true },
        { "go", "go-weak-random-token", "\t//nolint:all", "", true },
        { "go", "go-weak-random-token", "\t// #nosec G404 -- why", "", true },
        { "go", "go-weak-random-token", "\t//lint:ignore G404 why", "", true },
        { "go", "go-weak-random-token", "", " //lint:ignore gosec why", true },
        { "go", "go-weak-random-token", "\t//lint:ignore SA9003 why", "", false },
        { "java", "java-empty-catch", "", "", false },
        { "java", "java-empty-catch", "  @SuppressWarnings(\"java:S108\")", "", true },
        { "java", "java-empty-catch", "  @SuppressWarnings({\"unused\", \"PMD.EmptyCatchBlock\"})",
          "", true },
        { "java", "java-empty-catch", "  @SuppressWarnings(\"unchecked\")", "", false },
        { "java", "java-empty-catch", "  @Deprecated", "", false },
        { "java", "java-empty-catch", "", " // NOPMD", true },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *language = cases[i].language;
        char text[512];
        snprintf(text, sizeof(text),
                 language[0] == 'p'              ? "import requests\n%s\nrequests.get(url)%s\n"
                 : language[0] == 'g'            ? GO
                 : strcmp(language, "java") == 0 ? JAVA
                                                 : CATCH,
                 cases[i].above, cases[i].behind);
        tt_str only = tt_str_from(cases[i].rule);
        struct tt_rules_options opt = { .only = &only, .n_only = 1 };
        struct code code;
        struct tt_findings found;
        struct tt_rules *rules = NULL;
        struct tt_arena arena;

        tt_arena_init(&arena);
        CHECK(tt_rules_create(&opt, NULL, NULL, &rules) == 0, "rules");
        code_init(&code, tt_str_from(language), TT_STR("src/a"), tt_str_from(text));
        CHECK(tt_rules_exec(rules, &code.source, NULL, &arena, &found) == 0, "exec");
        CHECK((found.n == 0) == cases[i].silent && found.n + found.suppressed == 1,
              "%zu found, %zu silenced: %s", found.n, (size_t)found.suppressed, text);
        code_release(&code);
        tt_rules_destroy(rules);
        tt_arena_release(&arena);
    }
}

static void test_ranges(void **state)
{
    static const struct tt_range second = { 4, 7 };
    const struct tt_rules_run how = { .ranges = &second, .n_ranges = 1 };
    struct tt_rules_options opt = two_rules();
    char got[256];

    (void)state;
    run(&opt, "f()\nf()\nh()\n", "a.py", &how, got, sizeof(got));
    CHECK(strcmp(got, "calls-f@4:warning") == 0, "%s", got);
}

static void test_widen(void **state)
{
    static const char text[] = "import a\n\ndef f():\n    x = 1\n    return x\n\ny = 2\n";
    struct code code;

    (void)state;
    code_init(&code, TT_STR("python"), TT_STR("a.py"), TT_STR(text));
    struct tt_range got = tt_rules_widen(&code.source, (struct tt_range){ 24, 25 });
    CHECK(got.start == 10 && got.end == 41, "%u-%u", got.start, got.end);
    code_release(&code);
}

struct told {
    size_t n;
    uint32_t line, column;
    char message[240];
};

static void remember(void *arg, const struct tt_rule_error *error)
{
    struct told *told = arg;

    told->n++;
    told->line = error->line;
    told->column = error->column;
    snprintf(told->message, sizeof(told->message), "%s", error->message);
}

static void test_errors(void **state)
{
    static const struct {
        const char *name, *text;
        uint32_t line, column;
        const char *says;
    } cases[] = {
        { "no id", ";; finding: ERR-1\n(call) @finding\n", 1, 1, "no \";; id:\"" },
        { "unknown finding", ";; id: a\n;; finding: ERR-77\n", 2, 1, "no finding of this name" },
        { "unknown key", ";; id: a\n;; colour: red\n", 2, 1, "unknown key" },
        { "bad id", ";; id: A b\n", 1, 1, "lower-case" },
        { "open block", ";; id: a\n;; match:\n;; f()\n", 3, 1, "\";; end\"" },
        { "unknown language",
          ";; id: a\n;; finding: ERR-1\n;; languages: cobol\n;; severity: hint\n;; title: t\n(x) "
          "@finding\n",
          1, 1, "language" },
        { "unknown node", RULE("a", "ERR-1", "hint", "(no_such_node) @finding\n"), 7, 2,
          "no node called \"no_such_node\"" },
        { "unknown field", RULE("a", "ERR-1", "hint", "(call colour: (_) @finding)\n"), 7, 7,
          "no field called \"colour\"" },
        { "unknown predicate",
          RULE("a", "ERR-1", "hint", "((call) @finding\n (#nonsense? @finding))\n"), 8, 3,
          "no such predicate" },
        { "bad regex", RULE("a", "ERR-1", "hint", "((call) @finding (#match? @finding \"(\"))\n"),
          7, 19, "regular expression" },
        { "predicate without capture",
          RULE("a", "ERR-1", "hint", "((call) @finding (#eq? \"a\" \"b\"))\n"), 7, 19,
          "must be a capture" },
        { "nothing to show", RULE("a", "ERR-1", "hint", "(call) @other\n"), 1, 1, "@finding" },
        { "broken bracket", RULE("a", "ERR-1", "hint", "((call) @finding\n"), 8, 1, "not a query" },
        { "broken fix",
          RULE("a", "ERR-1", "hint",
               ";; fix-title: t\n;; fix:\n;; enlarge @finding\n;; end\n(call) @finding\n"),
          9, 1, "begins with replace" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct tt_rule_file files[] = {
            { TT_STR_INIT("bad.scm"), tt_str_from(cases[i].text) },
            { TT_STR_INIT("calls.scm"), TT_STR_INIT(calls) },
        };
        const struct tt_rules_options opt = { .files = files, .n_files = 2, .no_builtin = true };
        struct told told = { 0 };
        struct tt_rules *rules;

        CHECK(tt_rules_create(&opt, remember, &told, &rules) == 0);
        CHECK(told.n == 1, "%s: told %zu times", cases[i].name, told.n);
        CHECK(strstr(told.message, cases[i].says) != NULL, "%s: %s", cases[i].name, told.message);
        CHECK(told.line == cases[i].line && told.column == cases[i].column, "%s: at %u:%u",
              cases[i].name, told.line, told.column);
        CHECK(tt_rules_count(rules) == 1, "%s: the good rule is gone", cases[i].name);
        tt_rules_destroy(rules);
    }
}

static tt_str edit_text(const char *c)
{
    return tt_str_from(c);
}

static void test_fix_all(void **state)
{
    struct tt_text_edit first[] = { { { 0, 0 }, edit_text("import x\n") },
                                    { { 10, 12 }, edit_text("ab") } };
    struct tt_text_edit second[] = { { { 0, 0 }, edit_text("import x\n") },
                                     { { 20, 22 }, edit_text("cd") } };
    struct tt_text_edit clash[] = { { { 11, 13 }, edit_text("ef") },
                                    { { 30, 31 }, edit_text("g") } };
    struct tt_text_edit beside[] = { { { 40, 40 }, edit_text("h") } };
    struct tt_text_edit over[] = { { { 40, 45 }, edit_text("o") } };
    struct tt_text_edit behind[] = { { { 40, 40 }, edit_text("i") } };
    const struct tt_finding findings[] = {
        { .fix = TT_FIX_SAFE, .edits = first, .n_edits = 2 },
        { .fix = TT_FIX_SAFE, .edits = second, .n_edits = 2 },
        { .fix = TT_FIX_SAFE, .edits = clash, .n_edits = 2 },
        { .fix = TT_FIX_MODEL },
        { .fix = TT_FIX_SAFE, .edits = beside, .n_edits = 1 },
        { .fix = TT_FIX_SAFE, .edits = over, .n_edits = 1 },
        { .fix = TT_FIX_SAFE, .edits = behind, .n_edits = 1 },
    };
    struct tt_text_edit *edits;
    struct tt_arena arena;
    char got[128] = "";
    size_t n, left;

    (void)state;
    tt_arena_init(&arena);
    CHECK(tt_rules_fix_all(findings, COUNT(findings), false, &arena, &edits, &n, &left) == 0);
    for (size_t i = 0; i < n; i++) {
        char one[32];

        snprintf(one, sizeof(one), "%u-%u%.2s ", edits[i].range.start, edits[i].range.end,
                 edits[i].text.p);
        memcpy(got + strlen(got), one, strlen(one) + 1);
    }
    CHECK(strcmp(got, "0-0im 10-12ab 20-22cd 40-40h ") == 0, "%s", got);
    CHECK(left == 3, "%zu are left", left);
    tt_arena_release(&arena);
}

/* A captured text of several lines moves to its new indentation, but for what
 * stands inside strings. */
static void test_indentation(void **state)
{
    static const char rule[] = RULE(
        "wrap", "ERR-1", "hint",
        ";; fix-title: Wrap\n;; fix: safe\n;; replace @finding: with x:\n;; |     {{@finding}}\n"
        ";; end\n((expression_statement (call function: (identifier) @_f)) @finding"
        " (#eq? @_f \"g\"))\n");
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "if a:\n    g(1,\n      2)\n", "if a:\n    with x:\n        g(1,\n          2)\n" },
        { "if a:\n    g(\"\"\"\n    kept\n    \"\"\")\n",
          "if a:\n    with x:\n        g(\"\"\"\n    kept\n    \"\"\")\n" },
        { "g(1,\r\n  2)\r\n", "with x:\r\n    g(1,\r\n      2)\r\n" },
    };
    const struct tt_rule_file file = { TT_STR("wrap.scm"), TT_STR(rule) };
    const struct tt_rules_options opt = { .files = &file, .n_files = 1, .no_builtin = true };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_rules *rules;
        struct tt_findings found;
        struct tt_arena arena;
        struct code code;
        tt_str text = tt_str_from(cases[i].text);

        tt_arena_init(&arena);
        CHECK(tt_rules_create(&opt, NULL, NULL, &rules) == 0);
        code_init(&code, TT_STR("python"), TT_STR("a.py"), text);
        CHECK(tt_rules_exec(rules, &code.source, NULL, &arena, &found) == 0);
        CHECK(found.n == 1 && found.at[0].n_edits == 1, "%s", cases[i].text);
        struct tt_text_edit edit = found.at[0].edits[0];
        tt_str got =
            tt_arena_printf(&arena, "%.*s%.*s%s", TT_STR_ARG(tt_str_sub(text, 0, edit.range.start)),
                            TT_STR_ARG(edit.text), cases[i].text + edit.range.end);
        CHECK(tt_str_eq(got, tt_str_from(cases[i].want)), "%s", got.p);
        code_release(&code);
        tt_rules_destroy(rules);
        tt_arena_release(&arena);
    }
}

/* Where nobody edits, or only tests are, nothing is said. */
static void test_quiet_files(void **state)
{
    static const struct {
        const char *path, *text, *want;
    } cases[] = {
        { "node_modules/a/b.py", "f()\n", "" },
        { "app/test_views.py", "f()\n", "" },
        { "tests/app.py", "f()\n", "" },
        { "tests/app.py", "import pytest\nf()\n", "" },
        { "tests/integration/utils/config.py", "f()\n", "" },
        { "app/utils/config.py", "f()\n", "calls-f@0:warning" },
        { "app/test_utils/config.py", "f()\n", "" },
        { "app/testing_utils.py", "f()\n", "" },
        { "demo-orders/app.py", "f()\n", "" },
        { "populate.py", "f()\n", "" },
        { ".semgrep/rules/app.py", "f()\n", "" },
        { "app/demonstrate.py", "f()\n", "calls-f@0:warning" },
        { "api/python_examples/app.py", "f()\n", "" },
        { "scripts/fill.py", "f()\n", "" },
        { "tools/release.py", "f()\n", "" },
        { ".github/sync.py", "f()\n", "" },
        { "app/democracy/app.py", "f()\n", "calls-f@0:warning" },
        { "app/gen.py", "# Code generated. DO NOT EDIT.\nf()\n", "" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_rules_options opt = two_rules();
        char got[256];

        run(&opt, cases[i].text, cases[i].path, NULL, got, sizeof(got));
        CHECK(strcmp(got, cases[i].want) == 0, "%s: %s", cases[i].path, got);
    }
}

/* SQL in a string: found at its place in the file, and never rewritten. */
static void test_embedded_sql(void **state)
{
    static const char text[] = "def up(conn):\n"
                               "    conn.execute('''CREATE TABLE orders (\n"
                               "        total FLOAT, \n"
                               "        customer_id BIGINT REFERENCES customers(id))''')\n"
                               "    conn.execute('SELECT total FROM orders WHERE customer_id = 1 LIMIT 9')\n";
    struct tt_rules *rules;
    struct tt_findings found;
    struct tt_arena arena;
    struct code code;

    (void)state;
    tt_arena_init(&arena);
    CHECK(tt_rules_create(NULL, NULL, NULL, &rules) == 0);
    code_init(&code, TT_STR("python"), TT_STR("store.py"), TT_STR(text));
    CHECK(tt_rules_wants(rules, code.source.lang, code.source.bytes, code.source.path));
    CHECK(tt_rules_exec(rules, &code.source, NULL, &arena, &found) == 0);
    CHECK(found.n == 2, "%zu findings", found.n);
    CHECK(tt_str_eq(found.at[0].rule->id, TT_STR("sql-float-money")));
    CHECK(tt_str_eq(tt_str_sub(TT_STR(text), found.at[0].range.start, found.at[0].range.end),
                    TT_STR("FLOAT")));
    CHECK(tt_str_eq(tt_str_sub(TT_STR(text), found.at[1].range.start, found.at[1].range.end),
                    TT_STR("customer_id")));
    CHECK(found.at[1].fix == TT_FIX_MODEL && found.at[1].n_edits == 0);
    code_release(&code);
    tt_rules_destroy(rules);
    tt_arena_release(&arena);
}

/* Each way to write a string: what is found stands at its place in the file.  Each
 * case has one column of money, and "float" once. */
static void test_embedded_sql_strings(void **state)
{
    static const struct {
        const char *language, *path, *text;
    } cases[] = {
        { "python", "a.py", "a = \"CREATE TABLE a (id int, \\\"x\\\" text, price float)\"\n" },
        { "python", "a.py", "a = (\"CREATE TABLE a (id int, \"\n     'price float)')\n" },
        { "python", "a.py",
          "a = f\"\"\"CREATE TABLE {name('x')} (\n  id int, price float)\"\"\"\n" },
        { "python", "a.py", "a = r\"CREATE TABLE a (id int, price float)\"\n" },
        { "python", "a.py", "a = \"CREATE TABLE \" + name(1) + \" (id int, price float)\"\n" },
        { "python", "a.py", "a = 'é💳', \"CREATE TABLE a (\\n id int, price float)\"\n" },
        { "javascript", "a.js", "f(\"CREATE TABLE a (id int, \\\"x\\\" text, price float)\");\n" },
        { "javascript", "a.js",
          "f('CREATE TABLE a (id int, ' +\n  'b text, ' + 'price float)');\n" },
        { "javascript", "a.js", "f(`CREATE TABLE ${name} (\n  id int, price float)`);\n" },
        { "javascript", "a.js", "f(String.raw`CREATE TABLE a (id int, price float)`);\n" },
        { "javascript", "a.js", "f('é💳', \"CREATE TABLE a (\\n id int, price float)\");\n" },
        { "typescript", "a.ts", "f<X>(`CREATE TABLE ${name as string} (id int, price float)`);\n" },
        { "typescript", "a.ts", "f<X>(\"CREATE TABLE a (\" + id + \" int, price float)\");\n" },
        { "tsx", "a.tsx", "f(\"CREATE TABLE a (id int, price float)\");\n" },
        { "go", "a.go", "var a = \"CREATE TABLE a (id int, \\\"x\\\" text, price float)\"\n" },
        { "go", "a.go", "var a = \"CREATE TABLE a (id int, \" +\n\t\"price float)\"\n" },
        { "go", "a.go", "var a = `CREATE TABLE a (\n  id int, price float)`\n" },
        { "go", "a.go", "var a = \"é💳\" + x + \"CREATE TABLE a (\\n id int, price float)\"\n" },
        { "java", "A.java",
          "class A { String a = \"CREATE TABLE a (id int, \\\"x\\\" text, price float)\"; }\n" },
        { "java", "A.java",
          "class A { String a = \"CREATE TABLE a (id int, \" +\n \"price float)\"; }\n" },
        { "java", "A.java",
          "class A { String a = \"\"\"\n    CREATE TABLE a (\n    id int, price float)\"\"\"; "
          "}\n" },
        { "java", "A.java",
          "class A { String a = \"é💳\" + x + \"CREATE TABLE a (\\n id int, price float)\"; }\n" },
    };
    struct tt_rules *rules;

    (void)state;
    CHECK(tt_rules_create(NULL, NULL, NULL, &rules) == 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tt_str text = tt_str_from(cases[i].text);
        const char *want = strstr(cases[i].text, "float");
        struct tt_findings found;
        struct tt_arena arena;
        struct code code;

        tt_arena_init(&arena);
        code_init(&code, tt_str_from(cases[i].language), tt_str_from(cases[i].path), text);
        CHECK(tt_rules_exec(rules, &code.source, NULL, &arena, &found) == 0);
        CHECK(found.n == 1, "%s: %zu findings", cases[i].text, found.n);
        CHECK(tt_str_eq(found.at[0].rule->id, TT_STR("sql-float-money")), "%s", cases[i].text);
        CHECK(found.at[0].range.start == (size_t)(want - cases[i].text) &&
                  found.at[0].range.end == found.at[0].range.start + 5,
              "%s: %u", cases[i].text, found.at[0].range.start);
        code_release(&code);
        tt_arena_release(&arena);
    }
    tt_rules_destroy(rules);
}

static bool stop_now(void *data)
{
    (void)data;
    return true;
}

static void test_stop(void **state)
{
    const struct tt_rules_run how = { .stop = stop_now };
    struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_rules_options opt = two_rules();
    struct tt_rules *rules;
    struct tt_findings found;
    struct tt_arena arena;
    struct code code;

    (void)state;
    for (int i = 0; i < 5000; i++)
        tt_buf_adds(&text, "f(g(h(1)))\n");
    tt_arena_init(&arena);
    CHECK(tt_rules_create(&opt, NULL, NULL, &rules) == 0);
    code_init(&code, TT_STR("python"), TT_STR("a.py"), tt_buf_str(&text));
    CHECK(tt_rules_exec(rules, &code.source, &how, &arena, &found) != 0);
    code_release(&code);
    tt_rules_destroy(rules);
    tt_arena_release(&arena);
    tt_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_suppression),
        cmocka_unit_test(test_other_linters),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_widen),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_fix_all),
        cmocka_unit_test(test_indentation),
        cmocka_unit_test(test_quiet_files),
        cmocka_unit_test(test_embedded_sql),
        cmocka_unit_test(test_embedded_sql_strings),
        cmocka_unit_test(test_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
