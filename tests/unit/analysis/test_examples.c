/* test_examples.c -- every rule that ships does to its examples what it says. */
#include "analysis/rule_file.h"
#include "analysis/rules.h"
#include "base/buf.h"
#include "base/embed.h"
#include "code.h"
#include "test.h"

#include <tree_sitter/api.h>

TT_EMBEDDED_DECLARE(analysis)

static size_t failures;

/* Says what is wrong and goes on: a rule's author wants to see all of it. */
#define EXPECT(cond, ...)                                                                          \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            print_error(__VA_ARGS__);                                                              \
            print_error("\n");                                                                     \
            failures++;                                                                            \
        }                                                                                          \
    } while (0)

struct seen {
    size_t findings; /* of the rule itself */
    char *fixed;     /* the text with all edits of the findings; owned */
    size_t errors;   /* what the grammar did not understand in the text as it was */
};

static char *apply(tt_str text, const struct tt_text_edit *edits, size_t n)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        tt_buf_add(&buf, tt_str_sub(text, at, edits[i].range.start));
        tt_buf_add(&buf, edits[i].text);
        at = edits[i].range.end;
    }
    tt_buf_add(&buf, tt_str_sub(text, at, text.n));
    return tt_buf_take(&buf, NULL);
}

/* ERROR and MISSING nodes. */
static size_t errors_in(TSNode node)
{
    size_t n = ts_node_is_error(node) || ts_node_is_missing(node);

    for (uint32_t i = 0; ts_node_has_error(node) && i < ts_node_child_count(node); i++)
        n += errors_in(ts_node_child(node, i));
    return n;
}

/* `doc`: of the only rule; NULL: there are others. */
static void look(const struct tt_rules *rules, const struct tt_rule_doc *doc,
                 const struct tt_rule_example *example, tt_str text, struct seen *seen)
{
    struct code code;
    struct tt_arena arena;
    struct tt_findings found;
    struct tt_text_edit *edits;
    size_t n;

    tt_arena_init(&arena);
    code_init(&code, example->language, example->path, text);
    code.source.error_cause = !doc; /* together they also meet a new TypeScript */
    CHECK(tt_rules_exec(rules, &code.source, NULL, &arena, &found) == 0);
    for (size_t i = 0; i < found.n; i++) {
        CHECK(!doc || tt_str_eq(found.at[i].rule->id, doc->info.id));
        CHECK(found.at[i].message.n > 0);
    }
    CHECK(tt_rules_fix_all(found.at, found.n, true, &arena, &edits, &n, NULL) == 0);
    seen->errors = errors_in(ts_tree_root_node(code.tree));
    seen->findings = found.n;
    seen->fixed = apply(text, edits, n);
    CHECK(seen->fixed != NULL);
    code_release(&code);
    tt_arena_release(&arena);
}

static void check_fixed(const struct tt_rules *rules, const struct tt_rule_doc *doc,
                        const struct tt_rule_example *example, struct seen *seen)
{
    struct seen again;

    EXPECT(tt_str_eq(tt_str_from(seen->fixed), example->fixed), "%.*s:%u: the fix gives\n%s",
           TT_STR_ARG(doc->info.path), example->line, seen->fixed);
    look(rules, doc, example, tt_str_from(seen->fixed), &again);
    EXPECT(strcmp(again.fixed, seen->fixed) == 0, "%.*s:%u: a second fix changes it again:\n%s",
           TT_STR_ARG(doc->info.path), example->line, again.fixed);
    EXPECT(again.errors <= seen->errors, "%.*s:%u: the fix leaves %zu errors of syntax, not %zu",
           TT_STR_ARG(doc->info.path), example->line, again.errors, seen->errors);
    free(again.fixed);
}

#define ROUNDS 8

/* Every rule that ships over one example of any: what they make of it together has an end, where
 * nothing is left to rewrite, and is understood as well as before. */
static void settle(const struct tt_rules *all, const struct tt_rule_doc *doc,
                   const struct tt_rule_example *example)
{
    struct seen seen, next;
    unsigned rounds = 0;

    look(all, NULL, example, example->code, &seen);
    for (;;) {
        look(all, NULL, example, tt_str_from(seen.fixed), &next);
        EXPECT(next.errors <= seen.errors, "%.*s:%u: together the rules break the syntax:\n%s",
               TT_STR_ARG(doc->info.path), example->line, seen.fixed);
        bool same = strcmp(seen.fixed, next.fixed) == 0;
        free(seen.fixed);
        seen = next;
        if (same || ++rounds == ROUNDS)
            break;
    }
    EXPECT(rounds < ROUNDS, "%.*s:%u: the rules rewrite for ever:\n%s", TT_STR_ARG(doc->info.path),
           example->line, seen.fixed);
    free(seen.fixed);
}

static void run_example(const struct tt_rules *rules, const struct tt_rule_doc *doc,
                        const struct tt_rule_example *example)
{
    struct seen seen;

    look(rules, doc, example, example->code, &seen);
    EXPECT((seen.findings > 0) == example->match, "%.*s:%u: %zu findings in\n%.*s",
           TT_STR_ARG(doc->info.path), example->line, seen.findings, TT_STR_ARG(example->code));
    if (example->fixed.p)
        check_fixed(rules, doc, example, &seen);
    else
        EXPECT(tt_str_eq(tt_str_from(seen.fixed), example->code),
               "%.*s:%u: the example shows no fix, but there is one:\n%s",
               TT_STR_ARG(doc->info.path), example->line, seen.fixed);
    free(seen.fixed);
}

static void on_error(void *arg, const struct tt_rule_error *error)
{
    (void)arg;
    print_error("%.*s:%u:%u: %s\n    %.*s\n", TT_STR_ARG(error->path), error->line, error->column,
                error->message, TT_STR_ARG(error->source_line));
}

/* Alone, read as a user's file is: so that what is wrong in it is told. */
static size_t run_file(const struct tt_embedded *file, const struct tt_rules *all)
{
    struct tt_arena arena;
    struct tt_rule_doc doc;
    struct tt_rules *rules = NULL;
    tt_str path = tt_str_from(file->path);
    uint32_t line;
    const char *message;

    tt_arena_init(&arena);
    CHECK(tt_rule_doc_read(path, tt_embedded_str(file), &arena, &doc, &line, &message) == 0,
          "%s:%u: %s", file->path, line, message);
    const struct tt_rule_file one = { path, tt_embedded_str(file) };
    const struct tt_rules_options opt = {
        .files = &one, .n_files = 1, .no_builtin = true, .only = &doc.info.id, .n_only = 1
    };
    CHECK(tt_rules_create(&opt, on_error, NULL, &rules) == 0);
    EXPECT(tt_rules_count(rules) == 1, "%s does not compile", file->path);
    size_t hits = 0, misses = 0;
    for (size_t i = 0; tt_rules_count(rules) == 1 && i < doc.n_examples; i++) {
        run_example(rules, &doc, &doc.examples[i]);
        settle(all, &doc, &doc.examples[i]);
        hits += doc.examples[i].match;
        misses += !doc.examples[i].match;
    }
    EXPECT(hits > 0 && misses > 0, "%s needs an example of each kind", file->path);
    EXPECT(doc.info.note.n > 0, "%s has no note", file->path);
    tt_rules_destroy(rules);
    tt_arena_release(&arena);
    return doc.n_examples;
}

/* Those too that ship switched off. */
static struct tt_rules *every_rule(void)
{
    const struct tt_rule_override on = { .severity = TT_SEVERITY_HINT };
    const struct tt_rules_options opt = { .settings = &on, .n_settings = 1 };
    struct tt_rules *all;

    CHECK(tt_rules_create(&opt, on_error, NULL, &all) == 0);
    return all;
}

static void test_every_rule(void **state)
{
    struct tt_rules *all;
    size_t examples = 0;

    (void)state;
    all = every_rule();
    for (size_t i = 0; i < tt_analysis_files_count; i++)
        examples += run_file(&tt_analysis_files[i], all);
    tt_rules_destroy(all);
    CHECK(tt_analysis_files_count > 0);
    CHECK(failures == 0, "%zu things are wrong", failures);
    print_message("%zu rules, %zu examples\n", tt_analysis_files_count, examples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
