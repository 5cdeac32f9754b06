/* test_fix_all.c -- rewrites that want the same place: by order, and never by half. */
#include "analysis/rules.h"
#include "code.h"
#include "syntax/parse.h"
#include "test.h"
#include "text/diff.h"

#define RULE(id, fix, query)                                                                       \
    ";; id: " id "\n;; finding: ERR-1\n;; languages: python\n;; severity: hint\n;; title: t\n"     \
    ";; message: m\n;; fix-title: t\n;; fix: safe\n" fix ";; end\n" query "\n"
#define CALLS(name)                                                                                \
    "((call function: (identifier) @finding arguments: (argument_list) @args) @call"               \
    " (#eq? @finding \"" name "\"))"

/* By their ids, in the order in which they win at one place. */
#define F_IS_G      RULE("a-f-is-g", ";; replace @finding: g\n", CALLS("f"))
#define F_IS_H      RULE("b-f-is-h", ";; replace @finding: h\n", CALLS("f"))
#define F_TAKES_ONE RULE("c-f-takes-one", ";; replace @args: (1)\n", CALLS("f"))
#define F_WHOLE     RULE("d-f-whole", ";; replace @call: k{{@args}}\n", CALLS("f"))
#define F_TWICE     RULE("e-f-twice", ";; replace @finding: two\n;; replace @args: (2)\n", CALLS("f"))
#define M_A         RULE("m-a", ";; replace @finding: m.a\n;; import: import m\n", CALLS("a"))
#define M_B         RULE("m-b", ";; replace @finding: m.b\n;; import: import m\n", CALLS("b"))
#define N_C         RULE("n-c", ";; replace @finding: n.c\n;; import: import n\n", CALLS("c"))
#define ABOVE_F     RULE("p-above", ";; above @call: before()\n", CALLS("f"))
#define BELOW_F     RULE("q-below", ";; below @call: after()\n", CALLS("f"))
#define AND_F       RULE("r-and", ";; after @call:  and x\n", CALLS("f"))
#define OR_F        RULE("s-or", ";; after @call:  or y\n", CALLS("f"))
#define MINUS                                                                                      \
    RULE("t-minus", ";; before @finding: (\n;; after @finding: )\n",                               \
         "((unary_operator) @finding (#not-has-parent? @finding \"parenthesized_expression\"))")
#define PLUS                                                                                       \
    RULE("u-plus", ";; before @finding: [\n;; after @finding: ]\n",                                \
         "((binary_operator) @finding (#not-has-parent? @finding \"list\"))")

static const struct {
    const char *name, *rules[3], *text, *once, *settled;
} rows[] = {
    { "the same node: the first rule", { F_IS_G, F_IS_H }, "f(x)\n", "g(x)\n", NULL },
    { "the same node, the rules given the other way round",
      { F_IS_H, F_IS_G },
      "f(x)\n",
      "g(x)\n",
      NULL },
    { "beside each other: both", { F_IS_G, F_TAKES_ONE }, "f(x)\n", "g(1)\n", NULL },
    { "two edits, one of which is in the way: neither",
      { F_TAKES_ONE, F_TWICE },
      "f(x)\n",
      "f(1)\n",
      NULL },
    { "nested, inner and outer of one rule", { F_WHOLE }, "f(f(x))\n", "k(f(x))\n", "k(k(x))\n" },
    { "nested, the inner one of another rule",
      { F_WHOLE, M_A },
      "f(a(x))\n",
      "k(a(x))\n",
      "import m\nk(m.a(x))\n" },
    { "one import for two places",
      { M_A },
      "z = 1\na(a(x))\n",
      "import m\nz = 1\nm.a(m.a(x))\n",
      NULL },
    { "one import for two rules",
      { M_A, M_B },
      "z\na()\nb()\n",
      "import m\nz\nm.a()\nm.b()\n",
      NULL },
    { "two imports", { M_A, N_C }, "z\na()\nc()\n", "import m\nimport n\nz\nm.a()\nn.c()\n", NULL },
    { "the import is there", { M_A }, "import m\na()\n", "import m\nm.a()\n", NULL },
    { "an import, and what is rewritten stands first",
      { M_A },
      "a()\n",
      "import m\nm.a()\n",
      NULL },
    { "the import of a rewrite that is left out is not made",
      { F_WHOLE, RULE("x", ";; replace @call: m.k()\n;; import: import m\n", CALLS("f")) },
      "z\nf()\n",
      "z\nk()\n",
      NULL },
    { "lines above and below", { ABOVE_F, BELOW_F }, "f()\n", "before()\nf()\nafter()\n", "-" },
    { "both behind one place: the first", { AND_F, OR_F }, "z = f()\n", "z = f() and x\n", "-" },
    { "nested, with one end", { MINUS }, "z = -~x\n", "z = (-~x)\n", "z = (-(~x))\n" },
    { "nested, with one beginning",
      { PLUS },
      "z = x + y + w\n",
      "z = [x + y] + w\n",
      "z = [[x + y] + w]\n" },
    { "nested, of two rules, with one end",
      { MINUS, PLUS },
      "z = -x\nw = y + -x\n",
      "z = (-x)\nw = [y + -x]\n",
      "z = (-x)\nw = [y + (-x)]\n" },
    { "CRLF", { M_A, F_IS_G }, "z\r\na()\r\nf(1)\r\n", "import m\r\nz\r\nm.a()\r\ng(1)\r\n", NULL },
};

/* The text after one fix-all; false: it is as it was. */
static bool fix(const struct tt_rules *rules, struct tt_buf *text)
{
    struct tt_buf after = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_findings found;
    struct tt_text_edit *edits;
    struct tt_arena arena;
    struct code code;
    bool changed;
    size_t n;

    tt_arena_init(&arena);
    code_init(&code, TT_STR("python"), TT_STR("a.py"), tt_buf_str(text));
    CHECK(tt_rules_exec(rules, &code.source, NULL, &arena, &found) == 0);
    CHECK(tt_rules_fix_all(found.at, found.n, false, &arena, &edits, &n, NULL) == 0);
    for (size_t i = 1; i < n; i++)
        CHECK(edits[i - 1].range.end <= edits[i].range.start, "they overlap");
    CHECK(tt_diff_apply(tt_buf_str(text), edits, n, &after) == 0);
    changed = !tt_str_eq(tt_buf_str(text), tt_buf_str(&after));
    code_release(&code);
    tt_arena_release(&arena);
    tt_buf_release(text);
    *text = after;
    return changed;
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_rule_file files[3];
        struct tt_rules_options opt = { .files = files, .no_builtin = true };
        struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN);
        struct tt_rules *rules;
        unsigned rounds = 1;

        for (; opt.n_files < COUNT(files) && rows[i].rules[opt.n_files]; opt.n_files++)
            files[opt.n_files] =
                (struct tt_rule_file){ TT_STR("r.scm"), tt_str_from(rows[i].rules[opt.n_files]) };
        CHECK(tt_rules_create(&opt, NULL, NULL, &rules) == 0);
        CHECK(tt_rules_count(rules) == opt.n_files, "%s: a rule is wrong", rows[i].name);
        tt_buf_adds(&text, rows[i].text);
        CHECK(fix(rules, &text), "%s", rows[i].name);
        CHECK(strcmp(text.p, rows[i].once) == 0, "%s: got %s", rows[i].name, text.p);
        if (!rows[i].settled || rows[i].settled[0] != '-') { /* else it has no end, by its nature */
            while (fix(rules, &text) && rounds < 5)
                rounds++;
            CHECK(rounds < 5, "%s: has no end: %s", rows[i].name, text.p);
            CHECK(strcmp(text.p, rows[i].settled ? rows[i].settled : rows[i].once) == 0,
                  "%s: settled as %s", rows[i].name, text.p);
        }
        tt_buf_release(&text);
        tt_rules_destroy(rules);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
