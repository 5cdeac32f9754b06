/* rules.h -- weaknesses that syntax can show, and rewrites that are certain.
 *
 * A rule is one file: a tree-sitter query under a head of comments
 * (rules/README.md says how to write one).  Our own are compiled into the
 * program; a user's come from a folder.  tt_rules holds them parsed; the
 * queries of a language are compiled when it is met first (safe from any
 * thread), all of them into one, so that a file is walked once.
 *
 * A set of rules does not change once it is made.  Any number of threads may
 * run it at the same time, each with its own tree.
 */
#ifndef TT_ANALYSIS_RULES_H
#define TT_ANALYSIS_RULES_H

#include "analysis/source.h"
#include "base/arena.h"
#include "config/config.h"
#include "trimtab/range.h"
#include "trimtab/task.h"

enum tt_severity {
    TT_SEVERITY_OFF,
    TT_SEVERITY_HINT,
    TT_SEVERITY_INFO,
    TT_SEVERITY_WARNING,
    TT_SEVERITY_ERROR,
};

const char *tt_severity_name(enum tt_severity severity); /* "warning"; static */
/* false when there is no such severity */
bool tt_severity_from_name(tt_str name, enum tt_severity *out);

enum tt_rule_scope {
    TT_SCOPE_NODE, /* a finding depends on nothing outside its top-level item */
    TT_SCOPE_FILE, /* depends on the whole file: run whole, off the loop */
};

enum tt_fix_kind {
    TT_FIX_NONE,
    TT_FIX_SAFE,    /* never changes what the code does: part of fix-all */
    TT_FIX_OFFERED, /* certain, but does what its title says: only when chosen by itself */
    TT_FIX_MODEL,   /* needs judgement: title and task only */
};

/* What a rule says about itself.  Slices live as long as the rules. */
struct tt_rule_info {
    tt_str id; /* "http-call-without-timeout" */
    enum tt_task finding;
    tt_str title;   /* a few words */
    tt_str message; /* of each finding, before its captures are filled in */
    tt_str note;    /* why it matters and how to repair it; for the rule's page */
    tt_str fix_title;
    tt_str model_title;        /* of the model action; empty: none */
    enum tt_severity severity; /* as written in the rule */
    enum tt_rule_scope scope;
    enum tt_fix_kind fix; /* the best that the rule can do */
    tt_str path;          /* of its file */
    tt_str languages;     /* "python javascript", as written */
    tt_str same_as;       /* codes of other linters that say the same: "E722 W0702" */
    bool builtin;
};

/* A file of a rule.  Borrowed during tt_rules_create. */
struct tt_rule_file {
    tt_str path;
    tt_str text;
};

/* What the user wants otherwise.  Empty slices mean "any"; later ones win. */
struct tt_rule_override {
    tt_str rule;     /* id or finding; empty or "*": all */
    tt_str language; /* name as in a rule's head */
    tt_str path;     /* glob: * within a part, ** across parts */
    enum tt_severity severity;
};

struct tt_rules_options {
    const struct tt_rule_file
        *files; /* the user's; a file with the id of one of ours replaces it */
    size_t n_files;
    const struct tt_rule_override *settings; /* copied */
    size_t n_settings;
    const tt_str *only; /* ids or findings; with it all others are off, and these are on
                         * even when they ship switched off */
    size_t n_only;
    bool no_builtin;
};

/* out->settings and n_settings: what the user's settings say of rules.  They are in the
 * arena and use slices of `config`.  TT_ENOMEM. */
int tt_rules_take_settings(const struct tt_config *config, struct tt_arena *arena,
                           struct tt_rules_options *out);

/* Something is wrong in a rule's file: that rule is left out, all others work. */
struct tt_rule_error {
    tt_str path;           /* of the file; borrowed during the callback */
    uint32_t line, column; /* 1-based, column in bytes */
    tt_str source_line;    /* for the caret; without its end of line */
    const char *message;   /* one sentence */
};

typedef void (*tt_rule_error_cb)(void *arg, const struct tt_rule_error *error);

struct tt_rules; /* opaque */

/* `on_error` may be NULL; it runs during this call only: user files are
 * compiled here.  TT_ENOMEM is the only failure.  opt may be NULL. */
int tt_rules_create(const struct tt_rules_options *opt, tt_rule_error_cb on_error, void *arg,
                    struct tt_rules **out);
void tt_rules_destroy(struct tt_rules *rules); /* NULL is fine; no run may be under way */

size_t tt_rules_count(const struct tt_rules *rules);
const struct tt_rule_info *tt_rules_at(const struct tt_rules *rules, size_t i);
/* Does another linter say by this code what the rule says? */
bool tt_rule_is_same(const struct tt_rule_info *rule, tt_str code);
/* What the rule is worth by the settings, where they make no difference for a path or a
 * language; OFF: it ships switched off, or is. */
enum tt_severity tt_rules_severity(const struct tt_rules *rules, const struct tt_rule_info *rule);
/* By id; NULL when there is none. */
const struct tt_rule_info *tt_rules_find(const struct tt_rules *rules, tt_str id);

/* Could any rule find anything?  Looks for literals only: false means that the
 * file need not even be parsed. */
bool tt_rules_wants(const struct tt_rules *rules, const struct tt_lang *lang, tt_str bytes,
                    tt_str path);

/* Is another thread compiling the rules of the language?  A run would then compile them too,
 * which takes up to a fifth of a second: whoever has other files does better to take those first. */
bool tt_rules_compiling(const struct tt_rules *rules, const struct tt_lang *lang);

struct tt_related {
    struct tt_range range;
    tt_str message;
};

struct tt_finding {
    const struct tt_rule_info *rule;
    struct tt_range range;
    enum tt_severity severity;
    tt_str message;
    enum tt_fix_kind fix;
    tt_str fix_title;                 /* all but NONE */
    const struct tt_text_edit *edits; /* SAFE and OFFERED: sorted, disjoint */
    size_t n_edits;
    enum tt_task task; /* MODEL: what to route */
    const struct tt_related *related;
    size_t n_related;
};

struct tt_findings {
    struct tt_finding *at; /* sorted by range, then rule; no two alike */
    size_t n;
    size_t suppressed; /* by `trimtab: ignore[...]` */
    bool cut;          /* a limit was reached: there may be more */
};

struct tt_rules_run {
    const struct tt_range *ranges; /* only what touches these (see tt_rules_widen); NULL: all.
                                    * Rules with scope file then do not run */
    size_t n_ranges;
    uint32_t max_findings;    /* 0: 10,000 */
    bool (*stop)(void *data); /* may be NULL */
    void (*idle)(void *data); /* called now and then while another thread compiles rules that
                               * are needed; NULL: they are compiled here too, which takes the
                               * same time, and 9 MB for those of SQL */
    void *data;
};

/* Run the rules of the source's language over it; findings and all that they
 * point to live in `arena`.  source->tree must not be NULL when source->lang is
 * not.  run may be NULL.  TT_ENOMEM or TT_ECANCELED. */
int tt_rules_exec(const struct tt_rules *rules, const struct tt_source *source,
                  const struct tt_rules_run *run, struct tt_arena *arena, struct tt_findings *out);

/* The whole top-level items that a changed range touches: after an edit the
 * findings inside it are thrown away and found again by a run over it. */
struct tt_range tt_rules_widen(const struct tt_source *source, struct tt_range changed);

/* All safe edits of the findings that can be applied together, sorted and
 * disjoint, in `arena`; with `offered` those too that change what the code
 * does.  Where two fixes want the same place, also where both only put something in, the first
 * in the list wins and the other is left out whole: *n_left of them (NULL: not asked for), for
 * another run.  Whole lines (imports) can stand at one place in any number; equal ones are put
 * in once. */
int tt_rules_fix_all(const struct tt_finding *findings, size_t n, bool offered,
                     struct tt_arena *arena, struct tt_text_edit **edits, size_t *n_edits,
                     size_t *n_left);

#endif
