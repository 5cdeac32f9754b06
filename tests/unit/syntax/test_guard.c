/* test_guard.c -- of a long file only pieces are parsed again, and the guard says
 * the same as if all of it were. */
#include "base/arena.h"
#include "base/buf.h"
#include "random.h"
#include "syntax/grammar.h"
#include "syntax/guard_trees.h"
#include "syntax/lang.h"
#include "test.h"
#include "text/text.h"
#include "trimtab/error.h"

#define BYTES 12000u

/* One statement or a few of the top level; %u is a number. */
static const struct {
    const char *lang, *head, *statement;
    bool pieces; /* much of the file can be left out */
} samples[] = {
    { "python", "import os\n\n",
      "# about f%u\n@deco\ndef f%u(a, b=1):\n    \"\"\"Text.\"\"\"\n    if a:\n        return b\n"
      "    for x in a:\n        print(f\"{x}\", b)\n\nx%u = [1, 2]\n\n",
      true },
    { "typescript", "import a from 'b';\n",
      "export function f%u(a: string, b = 1): number {\n  if (a) {\n    return b; // c\n  }\n"
      "  return g(`t ${a}`);\n}\n\nconst x%u = (y: T) => y / 2;\n/* %u */\n",
      true },
    { "javascript", "",
      "/** f%u */\nasync function f%u(a) {\n  try { await g(a); } catch (e) { h(e, /re/g); }\n}\n"
      "if (a) b(); else c();\nx%u = { a: 1, b };\n",
      true },
    { "go", "package main\n\nimport \"fmt\"\n\n",
      "// F%u does.\nfunc F%u(a int) (err error) {\n\tfor i := range a {\n\t\tfmt.Println(i)\n\t}\n"
      "\treturn nil\n}\n\nvar x%u = []int{1, 2}\n\n",
      true },
    { "java", "package a;\n\nimport b.C;\n\n",
      "class A%u<T> {\n    @Override\n    public T f%u(int a) {\n        return g(a, \"x\");\n    "
      "}\n"
      "    int x%u = 1;\n}\n\n",
      true },
    { "c", "#include <a.h>\n\n",
      "static int f%u(const char *s)\n{\n    if (*s == 'a')\n        return %u;\n    return "
      "g(s);\n}\n\n"
      "struct s%u {\n    int a; /* b */\n};\n\n",
      true },
    { "rust", "use a::b;\n\n",
      "/// F\nfn f%u(a: &str) -> Option<u32> {\n    match a {\n        \"x\" => Some(%u),\n"
      "        _ => None,\n    }\n}\n\nstatic X%u: u32 = 1;\n\n",
      true },
    { "ruby", "require 'a'\n\n",
      "# f\ndef f%u(a)\n  a.each { |x| puts \"#{x}\" }\n  z = <<~T\n    a %u\n  T\nend\n\nX%u = "
      ":a\n\n",
      true },
    { "php", "<?php\n\n",
      "function f%u($a)\n{\n    if ($a) {\n        return \"x $a\";\n    }\n    return %u;\n}\n\n"
      "$x%u = [1, 2];\n\n",
      false },
    { "bash", "#!/bin/sh\n\n",
      "f%u() {\n  for x in \"$@\"; do\n    echo \"${x%%/}\" %u\n  done\n}\n\ncat <<END\nhi "
      "$x\nEND\nx%u=1\n\n",
      true },
    { "lua", "local a = require('b')\n\n",
      "-- f\nlocal function f%u(a)\n  if a then\n    return %u\n  end\n  for i = 1, 2 do g(i) "
      "end\nend\n\n"
      "x%u = { a = 1 }\n\n",
      true },
    { "sql", "",
      "CREATE TABLE t%u (id bigint PRIMARY KEY, b text);\n-- c %u\nSELECT a.id FROM a WHERE a.b = "
      "'x%u';\n",
      true },
    { "json", "[\n", "{ \"a%u\": [1, %u, true], \"b\": \"x%u\" },\n", false },
};

static const char *const pieces[] = {
    "",     "x",    "\n",    "(",     ")",      "{",       "}",     "\"",     "'",    "`",
    "/*",   "*/",   "# a\n", "// b ", "end",    "else",    "1 + ",  ", c",    "\n\n", "\"\"\"",
    "if x", "<<E ", " :: ",  "@",     "def g",  "return ", "=>",    "/",      "--",   "do ",
    "\t",   "    ", "$y",    "[",     "y = 2;", "<div>",   "#if 1", "a.b();", "\\",   ";",
};

static void fill(struct tt_buf *out, size_t k)
{
    out->n = 0;
    tt_buf_adds(out, samples[k].head);
    for (unsigned i = 0; out->n < BYTES; i++) {
        const char *s = samples[k].statement;

        for (; *s; s++) {
            if (s[0] == '%' && s[1] == 'u')
                tt_buf_addf(out, "%u", i), s++;
            else if (s[0] == '%' && s[1] == '%')
                tt_buf_adds(out, "%"), s++;
            else
                tt_buf_add(out, (tt_str){ s, 1 });
        }
    }
    if (tt_str_eq(tt_str_from(samples[k].lang), TT_STR("json"))) {
        out->n -= 2;
        tt_buf_adds(out, "\n]\n");
    }
}

/* A digit becomes two: still valid, and a piece of its own. */
static bool soften(tt_str before, struct tt_text_edit *edit)
{
    uint32_t at = edit->range.start;

    while (at < before.n && (before.p[at] < '0' || before.p[at] > '9'))
        at++;
    *edit = (struct tt_text_edit){ { at, at + 1 }, TT_STR("17") };
    return at < before.n;
}

/* One to three edits, near each other or not; sorted and disjoint. */
static size_t make_edits(struct random *random, tt_str before, struct tt_text_edit *edits,
                         struct tt_buf *after)
{
    size_t n = 1 + random_below(random, 3);
    uint32_t at = 0, room = (uint32_t)before.n / 4;
    uint32_t start = random_below(random, (uint32_t)before.n);
    bool soft = random_below(random, 2);

    after->n = 0;
    for (size_t i = 0; i < n && start < before.n; i++) {
        uint32_t most = (uint32_t)before.n - start, cut = random_below(random, 4);

        cut = cut == 3 ? random_below(random, 80) : cut;
        cut = cut < most ? cut : most;
        edits[i].range = (struct tt_range){ start, start + cut };
        edits[i].text =
            tt_str_from(pieces[random_below(random, sizeof(pieces) / sizeof(pieces[0]))]);
        if (random_below(random, 4) == 0) { /* a copy of another piece of the file */
            uint32_t from = random_below(random, (uint32_t)before.n);

            edits[i].text = tt_str_sub(before, from, from + random_below(random, 60));
        }
        if (soft && !soften(before, &edits[i])) {
            n = i;
            break;
        }
        start = edits[i].range.start;
        cut = edits[i].range.end - start;
        tt_buf_add(after, tt_str_sub(before, at, start));
        tt_buf_add(after, edits[i].text);
        at = start + cut;
        start = at + 1 + random_below(random, random_below(random, 2) ? 200 : room);
        if (start >= before.n)
            n = i + 1;
    }
    tt_buf_add(after, tt_str_sub(before, at, before.n));
    return n;
}

static bool has_error(const struct tt_lang *lang, tt_str text)
{
    TSParser *parser = ts_parser_new();

    CHECK(ts_parser_set_language(parser, tt_lang_grammar(lang)));
    TSTree *tree = ts_parser_parse_string(parser, NULL, text.p, (uint32_t)text.n);
    bool error = ts_node_has_error(ts_tree_root_node(tree));

    ts_tree_delete(tree);
    ts_parser_delete(parser);
    return error;
}

/* The leaves of some ranges are what they are in the tree of the whole text. */
static void check_leaves(struct random *random, struct tt_guard *guard, unsigned round)
{
    struct tt_guard *whole;
    struct tt_arena arena;

    tt_arena_init(&arena);
    CHECK(tt_guard_create(guard->lang, NULL, guard->after, guard->after, NULL, 0, NULL, &whole) ==
          0);
    for (unsigned i = 0; i < 8; i++) {
        const struct tt_window *w =
            &guard->windows[random_below(random, (uint32_t)guard->n_windows)];
        uint32_t near = i % 2 ? w->after.start : w->after.end;
        uint32_t start = near > 100 ? near - random_below(random, 100) : 0;
        struct tt_range range = { start, start + random_below(random, 300) };
        struct tt_leaves a, b;

        if (range.end > guard->after.n)
            range.end = (uint32_t)guard->after.n;
        if (range.start > range.end)
            continue;
        CHECK(tt_guard_leaves_after(guard, range, &arena, &a) == 0);
        CHECK(tt_guard_leaves_before(whole, range, &arena, &b) == 0);
        CHECK(a.n == b.n, "round %u: %zu leaves instead of %zu", round, a.n, b.n);
        for (size_t k = 0; k < a.n; k++)
            CHECK(a.at[k].range.start == b.at[k].range.start &&
                      a.at[k].range.end == b.at[k].range.end && a.at[k].path == b.at[k].path &&
                      a.at[k].symbol == b.at[k].symbol && a.at[k].name == b.at[k].name &&
                      a.at[k].declares == b.at[k].declares && a.at[k].comment == b.at[k].comment,
                  "round %u: leaf %zu of %u-%u", round, k, range.start, range.end);
    }
    tt_guard_destroy(whole);
    tt_arena_release(&arena);
}

static void try_edits(size_t k, unsigned rounds, unsigned *in_pieces, unsigned *worse)
{
    const struct tt_lang *lang = tt_lang_by_name(tt_str_from(samples[k].lang));
    struct tt_buf before = TT_BUF_INIT(TT_BUF_OWN), after = TT_BUF_INIT(TT_BUF_OWN);
    struct random random = { k + 1 };
    struct tt_guard *tree_of;

    fill(&before, k);
    CHECK(!has_error(lang, tt_buf_str(&before)), "%s", samples[k].lang);
    CHECK(tt_guard_create(lang, NULL, tt_buf_str(&before), tt_buf_str(&before), NULL, 0, NULL,
                          &tree_of) == 0);
    for (unsigned round = 0; round < rounds; round++) {
        struct tt_text_edit edits[3];
        size_t n = make_edits(&random, tt_buf_str(&before), edits, &after);
        struct tt_guard_report report;
        struct tt_guard *guard;

        CHECK(tt_guard_create(lang, tt_guard_tree(tree_of), tt_buf_str(&before), tt_buf_str(&after),
                              edits, n, NULL, &guard) == 0);
        CHECK(tt_guard_compare(guard, &report) == 0);
        CHECK(report.worse == has_error(lang, tt_buf_str(&after)), "%s, round %u, %zu pieces: %d",
              samples[k].lang, round, guard->n_windows, report.worse);
        *worse += report.worse;
        *in_pieces += guard->n_windows > 0;
        if (guard->n_windows)
            check_leaves(&random, guard, round);
        tt_guard_destroy(guard);
    }
    tt_guard_destroy(tree_of);
    tt_buf_release(&before);
    tt_buf_release(&after);
}

static void test_pieces_are_the_whole(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof(samples) / sizeof(samples[0]); k++) {
        unsigned in_pieces = 0, worse = 0, rounds = 24;

        try_edits(k, rounds, &in_pieces, &worse);
        CHECK(worse > rounds / 10 && worse < rounds, "%s: %u", samples[k].lang, worse);
        CHECK(samples[k].pieces ? in_pieces > rounds / 20 : in_pieces < rounds / 6, "%s: %u of %u",
              samples[k].lang, in_pieces, rounds);
    }
}

/* ---- how long it may take ---- */

/* Both clocks go on whenever one of them is read. */
struct clocks {
    uint64_t cpu, wall, cpu_step, wall_step; /* microseconds */
};

static uint64_t read_cpu(void *arg)
{
    struct clocks *clocks = arg;

    clocks->wall += clocks->wall_step;
    return clocks->cpu += clocks->cpu_step;
}

static uint64_t read_wall(void *arg)
{
    struct clocks *clocks = arg;

    clocks->cpu += clocks->cpu_step;
    return clocks->wall += clocks->wall_step;
}

static void test_limits(void **state)
{
    static const struct {
        const char *name;
        uint32_t cpu_ms, wall_ms;
        uint64_t cpu_step, wall_step;
        int want;
    } rows[] = {
        { "a busy machine", 1000, 3600000, 10, 500000, 0 },
        { "a busy machine, no end", 1000, 0, 10, 500000, 0 },
        { "all the processor", 1000, 3600000, 500000, 500000, TT_ETIMEOUT },
        { "no processor for ever", 1000, 15000, 10, 5000000, TT_ETIMEOUT },
        { "no limit", 0, 15000, 5000000, 5000000, 0 },
        { "enough", 1000, 15000, 1, 1, 0 },
    };
    const struct tt_lang *lang = tt_lang_by_name(TT_STR("python"));
    struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN);

    (void)state;
    fill(&text, 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct clocks clocks = { 7, 9, rows[i].cpu_step, rows[i].wall_step };
        struct tt_guard_limits limits = { rows[i].cpu_ms, rows[i].wall_ms, read_cpu, read_wall,
                                          &clocks };
        struct tt_guard *guard = NULL;
        int got = tt_guard_create(lang, NULL, tt_buf_str(&text), tt_buf_str(&text), NULL, 0,
                                  &limits, &guard);

        CHECK(got == rows[i].want, "%s: %d", rows[i].name, got);
        CHECK(!guard == (got != 0), "%s", rows[i].name);
        if (i == 0) /* or the row would say nothing */
            CHECK(clocks.wall > 5000000, "%u ms", (unsigned)(clocks.wall / 1000));
        tt_guard_destroy(guard);
    }
    tt_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_pieces_are_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
