/* fuzz_rule.c -- any bytes as a user's rule: refused with a place in it, or a
 * rule that runs.
 */
#include "analysis/rules.h"
#include "syntax/lang.h"
#include "syntax/parse.h"
#include "text/text.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* tree-sitter 0.25 loses eight bytes when it refuses a query that ends inside a
 * pattern. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:ts_query__parse_pattern\n";
}

#define CODE "import jwt\n\ndef f(x):\n    try:\n        jwt.decode(x)\n    except:\n        pass\n"

static void on_error(void *arg, const struct tt_rule_error *error)
{
    (void)arg;
    if (error->line == 0 || error->column == 0 || error->message[0] == 0)
        abort();
}

static void run(const struct tt_rules *rules)
{
    struct tt_source source = { .lang = tt_lang_by_name(TT_STR("python")),
                                .bytes = TT_STR(CODE),
                                .path = TT_STR("a.py") };
    struct tt_parser *parser = tt_parser_create();
    struct tt_text *text = NULL;
    struct TSTree *tree = NULL;
    struct tt_findings found;
    struct tt_text_edit *edits;
    struct tt_arena arena;
    size_t n;

    tt_arena_init(&arena);
    if (parser && tt_text_create(source.bytes, &text, NULL) == 0 &&
        tt_parse(parser, source.lang, text, NULL, NULL, &tree) == 0) {
        source.tree = tree;
        if (tt_rules_exec(rules, &source, NULL, &arena, &found) == 0)
            tt_rules_fix_all(found.at, found.n, true, &arena, &edits, &n, NULL);
    }
    tt_tree_destroy(tree);
    tt_text_unref(text);
    tt_parser_destroy(parser);
    tt_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct tt_rule_file file = { TT_STR("fuzz.scm"), { (const char *)data, size } };
    const struct tt_rules_options opt = { .files = &file, .n_files = 1, .no_builtin = true };
    struct tt_rules *rules = NULL;

    if (tt_rules_create(&opt, on_error, NULL, &rules) != 0)
        return 0;
    run(rules);
    tt_rules_destroy(rules);
    return 0;
}
