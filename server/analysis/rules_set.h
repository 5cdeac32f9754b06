/* rules_set.h -- what struct tt_rules is made of; for files of analysis/ only. */
#ifndef TT_ANALYSIS_RULES_SET_H
#define TT_ANALYSIS_RULES_SET_H

#include "analysis/rule_file.h"
#include "analysis/template.h"

#include <stdatomic.h>
#include <stddef.h>

#define RULES_AT_MOST 1024

struct rule {
    struct tt_rule_doc doc;
    tt_str text;                   /* the whole file, in the set's arena: a query */
    const struct tt_template *fix; /* NULL: no safe fix */
    enum tt_severity severity;     /* with `only` and the settings that name no place */
};

/* The rule that this is the head of. */
static inline const struct rule *rule_of_info(const struct tt_rule_info *info)
{
    return (const struct rule *)(const void *)((const char *)info -
                                               offsetof(struct rule, doc.info));
}

/* All rules of one language as one query. */
struct rule_query {
    struct tt_query *query; /* owned; NULL: no rules, or none that compiles */
    uint16_t *rule_of;      /* owned: pattern -> index of its rule */
    uint32_t finding;       /* id of the capture @finding */
    uint32_t related;       /* of @related; UINT32_MAX: none */
};

struct tt_rules {
    struct tt_arena arena; /* texts, templates, settings */
    struct rule *rules;    /* owned */
    size_t n;
    struct tt_rule_override *settings;
    size_t n_settings;
    /* One a language, by its number; NULL until it is met first.  Two threads that cannot
     * wait may compile the same at once: the first to finish wins. */
    _Atomic(struct rule_query *) *queries; /* owned, and what they point to */
    atomic_bool *begun;                    /* owned: a thread has begun to compile it */
};

/* The compiled rules of a language; NULL when there is nothing to run.  `run` says how to wait
 * while another thread compiles them. */
const struct rule_query *rules_query(const struct tt_rules *rules, const struct tt_lang *lang,
                                     const struct tt_rules_run *run);

/* With all settings: what the rule is worth in this file. */
enum tt_severity rules_severity(const struct tt_rules *rules, const struct rule *rule,
                                tt_str language, tt_str path);

bool rule_speaks(const struct rule *rule, tt_str language);
bool rule_literal_in(const struct rule *rule, tt_str bytes);

#endif
