/* rules.c -- the set of rules: reading, settings, and one query a language. */
#include "analysis/rules.h"

#include "analysis/embedded_sql.h"
#include "analysis/paths.h"
#include "analysis/predicates.h"
#include "analysis/rules_set.h"
#include "base/buf.h"
#include "base/embed.h"
#include "syntax/lang.h"
#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

TT_EMBEDDED_DECLARE(analysis)

static const char *const severities[] = { "off", "hint", "info", "warning", "error" };

const char *tt_severity_name(enum tt_severity severity)
{
    return severities[severity];
}

bool tt_severity_from_name(tt_str name, enum tt_severity *out)
{
    for (size_t i = 0; i < sizeof(severities) / sizeof(severities[0]); i++) {
        if (tt_str_eq(name, tt_str_from(severities[i]))) {
            *out = (enum tt_severity)i;
            return true;
        }
    }
    return false;
}

/* ---- telling what is wrong with a file ---- */

struct report {
    tt_rule_error_cb cb; /* may be NULL */
    void *arg;
};

static tt_str line_at(tt_str text, uint32_t line)
{
    size_t from = 0;

    for (uint32_t i = 1; i < line && from < text.n; i++) {
        const char *lf = memchr(text.p + from, '\n', text.n - from);
        from = lf ? (size_t)(lf - text.p) + 1 : text.n;
    }
    size_t end = from;
    while (end < text.n && text.p[end] != '\n' && text.p[end] != '\r')
        end++;
    return tt_str_sub(text, from, end);
}

static void tell(const struct report *report, tt_str path, tt_str text, uint32_t line,
                 uint32_t column, const char *message)
{
    struct tt_rule_error error = { path, line, column, line_at(text, line), message };

    if (report->cb)
        report->cb(report->arg, &error);
}

/* ---- adding files ---- */

static struct rule *find_rule(const struct tt_rules *set, tt_str id)
{
    for (size_t i = 0; i < set->n; i++) {
        if (tt_str_eq(set->rules[i].doc.info.id, id))
            return &set->rules[i];
    }
    return NULL;
}

static bool languages_known(const struct rule *rule)
{
    for (size_t i = 0; i < rule->doc.n_languages; i++) {
        if (!tt_lang_by_name(rule->doc.languages[i]))
            return false;
    }
    return true;
}

/* A user's rule is compiled now, alone, so that its mistakes can be named. */
static int try_compile(const struct rule *rule, const struct report *report)
{
    for (size_t i = 0; i < rule->doc.n_languages; i++) {
        struct tt_query *query = NULL;
        struct tt_query_error error;
        int err = tt_query_create(tt_lang_by_name(rule->doc.languages[i]), rule->text,
                                  tt_predicates, tt_predicates_count, &query, &error);

        if (err == TT_EPARSE) {
            tell(report, rule->doc.info.path, rule->text, error.line, error.column, error.message);
            return err;
        }
        if (err)
            return err;
        bool finds = tt_query_capture_id(query, TT_STR("finding")) != UINT32_MAX;
        tt_query_destroy(query);
        if (!finds) {
            tell(report, rule->doc.info.path, rule->text, 1, 1,
                 "the query captures nothing as @finding, so it has nothing to show");
            return TT_EPARSE;
        }
    }
    return 0;
}

static int read_rule(struct tt_rules *set, tt_str path, tt_str text, bool builtin,
                     const struct report *report, struct rule *rule)
{
    uint32_t line = 1;
    const char *message = "";

    *rule = (struct rule){ 0 };
    int err = tt_rule_doc_read(path, text, &set->arena, &rule->doc, &line, &message);
    if (!err && !languages_known(rule)) {
        message = "a language in \";; languages:\" is not known";
        err = TT_EPARSE;
    }
    if (!err && rule->doc.fix.n > 0) {
        uint32_t at = 0;

        rule->fix = tt_template_read(rule->doc.fix, &set->arena, &at, &message);
        line = rule->doc.fix_line + 1 + at;
        err = rule->fix ? 0 : message ? TT_EPARSE : TT_ENOMEM;
    }
    if (err == TT_EPARSE)
        tell(report, path, text, line, 1, message);
    if (err)
        return err;
    rule->doc.info.builtin = builtin;
    rule->text = tt_arena_dup(&set->arena, text);
    if (!rule->text.p)
        return TT_ENOMEM;
    return builtin ? 0 : try_compile(rule, report);
}

/* TT_EPARSE was told to the user and is no reason to stop. */
static int add_rule(struct tt_rules *set, tt_str path, tt_str text, bool builtin,
                    const struct report *report)
{
    struct rule rule;
    int err = read_rule(set, path, text, builtin, report, &rule);

    if (err)
        return err == TT_EPARSE ? 0 : err;
    struct rule *same = find_rule(set, rule.doc.info.id);
    if (same) {
        *same = rule;
        return 0;
    }
    if (set->n == RULES_AT_MOST) {
        tell(report, path, text, 1, 1, "there are too many rules: at most 1024");
        return 0;
    }
    set->rules[set->n++] = rule; /* add_all made room */
    return 0;
}

static int add_all(struct tt_rules *set, const struct tt_rules_options *opt,
                   const struct report *report)
{
    size_t most = (opt->no_builtin ? 0 : tt_analysis_files_count) + opt->n_files;
    int err = 0;

    set->rules = calloc(most ? most : 1, sizeof(*set->rules));
    if (!set->rules)
        return TT_ENOMEM;
    for (size_t i = 0; !err && !opt->no_builtin && i < tt_analysis_files_count; i++) {
        const struct tt_embedded *file = &tt_analysis_files[i];

        err = add_rule(set, tt_str_from(file->path), tt_embedded_str(file), true, report);
    }
    for (size_t i = 0; !err && i < opt->n_files; i++)
        err = add_rule(set, opt->files[i].path, opt->files[i].text, false, report);
    return err;
}

/* ---- settings ---- */

static enum tt_severity severity_of(enum tt_rule_level level)
{
    switch (level) {
    case TT_RULE_OFF:
        return TT_SEVERITY_OFF;
    case TT_RULE_HINT:
        return TT_SEVERITY_HINT;
    case TT_RULE_INFO:
        return TT_SEVERITY_INFO;
    case TT_RULE_ERROR:
        return TT_SEVERITY_ERROR;
    default:
        return TT_SEVERITY_WARNING;
    }
}

int tt_rules_take_settings(const struct tt_config *config, struct tt_arena *arena,
                           struct tt_rules_options *out)
{
    struct tt_rule_override *overrides =
        tt_arena_array(arena, config->n_rules + 1, sizeof(*overrides));
    size_t n = 0;

    for (size_t i = 0; overrides && i < config->n_rules; i++) {
        const struct tt_rule_setting *rule = &config->rules[i];

        if (rule->level != TT_RULE_DEFAULT)
            overrides[n++] = (struct tt_rule_override){ rule->id, rule->language, rule->path,
                                                        severity_of(rule->level) };
    }
    out->settings = overrides;
    out->n_settings = n;
    return overrides ? 0 : TT_ENOMEM;
}

static bool names_rule(tt_str name, const struct rule *rule)
{
    return name.n == 0 || tt_str_eq(name, TT_STR("*")) || tt_str_eq(name, rule->doc.info.id) ||
           tt_str_eq_nocase(name, tt_str_from(tt_task_id(rule->doc.info.finding)));
}

static enum tt_severity chosen(const struct tt_rules_options *opt, const struct rule *rule)
{
    for (size_t i = 0; i < opt->n_only; i++) {
        if (names_rule(opt->only[i], rule))
            return rule->doc.info.severity ? rule->doc.info.severity : TT_SEVERITY_HINT;
    }
    if (opt->n_only > 0 || rule->doc.off)
        return TT_SEVERITY_OFF;
    return rule->doc.info.severity;
}

static int copy_settings(struct tt_rules *set, const struct tt_rules_options *opt)
{
    set->settings = tt_arena_array(&set->arena, opt->n_settings, sizeof(*set->settings));
    if (!set->settings)
        return TT_ENOMEM;
    for (size_t i = 0; i < opt->n_settings; i++) {
        const struct tt_rule_override *from = &opt->settings[i];

        set->settings[i] = (struct tt_rule_override){
            tt_arena_dup(&set->arena, from->rule),
            tt_arena_dup(&set->arena, from->language),
            tt_arena_dup(&set->arena, from->path),
            from->severity,
        };
        if (!set->settings[i].rule.p || !set->settings[i].language.p || !set->settings[i].path.p)
            return TT_ENOMEM;
    }
    set->n_settings = opt->n_settings;
    for (size_t i = 0; i < set->n; i++)
        set->rules[i].severity = chosen(opt, &set->rules[i]);
    return 0;
}

enum tt_severity rules_severity(const struct tt_rules *rules, const struct rule *rule,
                                tt_str language, tt_str path)
{
    enum tt_severity severity = rule->severity;

    for (size_t i = 0; i < rules->n_settings; i++) {
        const struct tt_rule_override *s = &rules->settings[i];

        if (!names_rule(s->rule, rule) || (s->language.n && !tt_str_eq(s->language, language)) ||
            (s->path.n && !tt_path_glob(s->path, path)))
            continue;
        severity = s->severity;
    }
    return severity;
}

enum tt_severity tt_rules_severity(const struct tt_rules *rules, const struct tt_rule_info *rule)
{
    return rules_severity(rules, rule_of_info(rule), TT_STR(""), TT_STR(""));
}

/* ---- one query a language ---- */

bool rule_speaks(const struct rule *rule, tt_str language)
{
    for (size_t i = 0; i < rule->doc.n_languages; i++) {
        if (tt_str_eq(rule->doc.languages[i], language))
            return true;
    }
    return false;
}

/* Switched off for good: no setting of a place can bring it back. */
static bool never(const struct tt_rules *rules, const struct rule *rule)
{
    if (rule->severity != TT_SEVERITY_OFF)
        return false;
    for (size_t i = 0; i < rules->n_settings; i++) {
        if (rules->settings[i].severity != TT_SEVERITY_OFF &&
            names_rule(rules->settings[i].rule, rule))
            return false;
    }
    return true;
}

struct joined {
    struct tt_buf text;
    size_t starts[RULES_AT_MOST]; /* where each of the joined rules begins */
    uint16_t rule[RULES_AT_MOST];
    size_t n;
};

static void join(const struct tt_rules *rules, tt_str language, const bool *broken,
                 struct joined *joined)
{
    joined->n = 0;
    tt_buf_clear(&joined->text);
    for (size_t i = 0; i < rules->n; i++) {
        if (broken[i] || !rule_speaks(&rules->rules[i], language) || never(rules, &rules->rules[i]))
            continue;
        joined->starts[joined->n] = joined->text.n;
        joined->rule[joined->n++] = (uint16_t)i;
        tt_buf_add(&joined->text, rules->rules[i].text);
        tt_buf_addc(&joined->text, '\n');
    }
}

static uint16_t rule_at(const struct joined *joined, size_t offset)
{
    size_t i = joined->n;

    while (i > 1 && joined->starts[i - 1] > offset)
        i--;
    return joined->rule[i - 1];
}

static bool map_patterns(struct rule_query *out, const struct joined *joined)
{
    uint32_t n = tt_query_patterns(out->query);

    out->rule_of = calloc(n ? n : 1, sizeof(*out->rule_of));
    if (!out->rule_of)
        return false;
    for (uint32_t i = 0; i < n; i++)
        out->rule_of[i] = rule_at(joined, tt_query_pattern_start(out->query, i));
    out->finding = tt_query_capture_id(out->query, TT_STR("finding"));
    out->related = tt_query_capture_id(out->query, TT_STR("related"));
    return true;
}

/* A rule that does not compile is left out and the rest tried again.  Ours are
 * compiled by the tests and a user's alone when they are read, so this is rare. */
static void compile(const struct tt_rules *rules, const struct tt_lang *lang,
                    struct rule_query *out)
{
    struct joined *joined = calloc(1, sizeof(*joined));
    bool *broken = calloc(rules->n ? rules->n : 1, sizeof(*broken));

    while (joined && broken) {
        struct tt_query_error error = { 0 };

        tt_buf_init(&joined->text, TT_BUF_OWN);
        join(rules, tt_lang_name(lang), broken, joined);
        if (joined->n == 0 || joined->text.err)
            break;
        int err = tt_query_create(lang, tt_buf_str(&joined->text), tt_predicates,
                                  tt_predicates_count, &out->query, &error);
        if (!err && !map_patterns(out, joined)) {
            tt_query_destroy(out->query);
            out->query = NULL;
        }
        if (err != TT_EPARSE)
            break;
        broken[rule_at(joined, error.offset)] = true;
        tt_buf_release(&joined->text);
    }
    if (joined)
        tt_buf_release(&joined->text);
    free(joined);
    free(broken);
}

static size_t lang_number(const struct tt_lang *lang)
{
    size_t i = 0;

    while (tt_lang_at(i) != lang)
        i++;
    return i;
}

static void destroy_query(struct rule_query *query)
{
    if (!query)
        return;
    tt_query_destroy(query->query);
    free(query->rule_of);
    free(query);
}

/* Until another thread has compiled them, or gave up; at once when none does. */
static void wait_for(const struct tt_rules *rules, size_t i, const struct tt_rules_run *run)
{
    while (atomic_exchange(&rules->begun[i], true) && run->idle && !atomic_load(&rules->queries[i]))
        run->idle(run->data);
}

const struct rule_query *rules_query(const struct tt_rules *rules, const struct tt_lang *lang,
                                     const struct tt_rules_run *run)
{
    size_t i = lang_number(lang);
    struct rule_query *query = atomic_load(&rules->queries[i]);

    if (!query) {
        wait_for(rules, i, run);
        query = atomic_load(&rules->queries[i]);
    }
    if (!query) {
        struct rule_query *made = calloc(1, sizeof(*made));

        if (!made) {
            atomic_store(&rules->begun[i], false);
            return NULL;
        }
        compile(rules, lang, made);
        if (atomic_compare_exchange_strong(&rules->queries[i], &query, made))
            query = made;
        else
            destroy_query(made);
    }
    return query->query ? query : NULL;
}

bool tt_rules_compiling(const struct tt_rules *rules, const struct tt_lang *lang)
{
    size_t i = lang_number(lang);

    return atomic_load(&rules->begun[i]) && !atomic_load(&rules->queries[i]);
}

bool rule_literal_in(const struct rule *rule, tt_str bytes)
{
    for (size_t i = 0; i < rule->doc.n_literals; i++) {
        if (tt_str_has(bytes, rule->doc.literals[i]))
            return true;
    }
    return rule->doc.n_literals == 0;
}

/* ---- the set ---- */

int tt_rules_create(const struct tt_rules_options *opt, tt_rule_error_cb on_error, void *arg,
                    struct tt_rules **out)
{
    static const struct tt_rules_options none;
    struct report report = { on_error, arg };
    struct tt_rules *set = calloc(1, sizeof(*set));

    if (!set)
        return TT_ENOMEM;
    if (!opt)
        opt = &none;
    tt_arena_init(&set->arena);
    set->queries = calloc(tt_lang_count(), sizeof(*set->queries));
    set->begun = calloc(tt_lang_count(), sizeof(*set->begun));
    int err = set->queries && set->begun ? add_all(set, opt, &report) : TT_ENOMEM;
    if (!err)
        err = copy_settings(set, opt);
    if (err) {
        tt_rules_destroy(set);
        return err;
    }
    *out = set;
    return 0;
}

void tt_rules_destroy(struct tt_rules *rules)
{
    if (!rules)
        return;
    for (size_t i = 0; rules->queries && i < tt_lang_count(); i++)
        destroy_query(atomic_load(&rules->queries[i]));
    free(rules->queries);
    free(rules->begun);
    free(rules->rules);
    tt_arena_release(&rules->arena);
    free(rules);
}

size_t tt_rules_count(const struct tt_rules *rules)
{
    return rules->n;
}

const struct tt_rule_info *tt_rules_at(const struct tt_rules *rules, size_t i)
{
    return &rules->rules[i].doc.info;
}

const struct tt_rule_info *tt_rules_find(const struct tt_rules *rules, tt_str id)
{
    const struct rule *rule = find_rule(rules, id);

    return rule ? &rule->doc.info : NULL;
}

bool tt_rule_is_same(const struct tt_rule_info *rule, tt_str code)
{
    tt_str left = rule->same_as;

    while (code.n && left.n) {
        if (tt_str_eq_nocase(tt_str_next_word(&left), code))
            return true;
    }
    return false;
}

bool tt_rules_wants(const struct tt_rules *rules, const struct tt_lang *lang, tt_str bytes,
                    tt_str path)
{
    tt_str language = tt_lang_name(lang);

    if (tt_path_is_foreign(path, bytes))
        return false;
    bool aside = tt_path_is_aside(path, bytes);
    for (size_t i = 0; i < rules->n; i++) {
        const struct rule *rule = &rules->rules[i];

        if (rule_speaks(rule, language) && (!aside || rule->doc.in_tests) &&
            rules_severity(rules, rule, language, path) != TT_SEVERITY_OFF &&
            rule_literal_in(rule, bytes))
            return true;
    }
    return !aside && embedded_sql_possible(lang, bytes);
}
