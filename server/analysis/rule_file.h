/* rule_file.h -- the head of a rule's file, taken apart.
 *
 * A head is a run of lines that begin with ";;".  "KEY: value" sets a field;
 * some keys open a block that lasts until ";; end".  rules/README.md lists
 * them for people who write rules.
 */
#ifndef TT_ANALYSIS_RULE_FILE_H
#define TT_ANALYSIS_RULE_FILE_H

#include "analysis/rules.h"

#define TT_RULE_LANGUAGES 8
#define TT_RULE_LITERALS  24
#define TT_RULE_EXAMPLES  32

struct tt_rule_example {
    bool match;      /* the rule must find something in it; else: must not */
    tt_str language; /* the first of the rule's when the block does not say */
    tt_str path;     /* a file name that matters to the rule; may be empty */
    tt_str code;
    tt_str fixed;  /* what the safe fix makes of it; p is NULL: not said */
    uint32_t line; /* of the block, for messages */
};

struct tt_rule_doc {
    struct tt_rule_info info;
    bool off;      /* ships switched off */
    bool in_tests; /* is also meant for test files */
    bool once;     /* one finding says it all: the first of a file */
    tt_str fix;    /* the fix block's lines; see template.h */
    uint32_t fix_line;
    tt_str related; /* message at the nodes captured as @related */
    tt_str languages[TT_RULE_LANGUAGES];
    size_t n_languages;
    tt_str literals[TT_RULE_LITERALS]; /* one of them stands in every file with a finding */
    size_t n_literals;
    struct tt_rule_example examples[TT_RULE_EXAMPLES];
    size_t n_examples;
};

/* Take `text` apart; everything in *doc lives in `arena`, which holds a copy.
 * TT_EPARSE: *line and *message (static) say why. */
int tt_rule_doc_read(tt_str path, tt_str text, struct tt_arena *arena, struct tt_rule_doc *doc,
                     uint32_t *line, const char **message);

#endif
