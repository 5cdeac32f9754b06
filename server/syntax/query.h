/* query.h -- tree-sitter queries with predicates that are really evaluated.
 *
 * A query may hold many patterns.  Its text predicates are checked here:
 *
 *   (#eq? @a "text")      (#eq? @a @b)         (#not-eq? ...)
 *   (#match? @a "regex")  (#not-match? ...)    PCRE2 with JIT, compiled once
 *   (#any-of? @a "x" "y") (#not-any-of? ...)
 *   (#has-ancestor? @a type...)  (#not-has-ancestor? ...)
 *   (#has-parent? @a type...)    (#not-has-parent? ...)
 *   (#NAME? ...)          what the caller's table says; (#not-NAME? ...) is its opposite
 *   (#set! key "value")   data of the pattern, see tt_query_pattern_value
 *
 * A capture under a quantifier may have many nodes in one match, or none.
 * eq?, match? and any-of? hold when all of its nodes fit, their negations when
 * none fits; with no node at all both hold.  #any-eq? and #any-match? hold when
 * at least one node fits.
 *
 * A query does not change once it is made: any number of threads may run it at
 * the same time.  Every run has its own cursor and regex scratch memory.
 */
#ifndef TT_SYNTAX_QUERY_H
#define TT_SYNTAX_QUERY_H

#include "trimtab/range.h"

#include <tree_sitter/api.h>

struct tt_query; /* opaque */

/* Why a query was refused.  Everything but the message is a place in its source. */
struct tt_query_error {
    uint32_t offset;
    uint32_t line, column; /* 1-based; column in bytes */
    char message[240];     /* one sentence: what is wrong, what was expected */
};

/* One match while it is being looked at. */
struct tt_match {
    const struct tt_query *query;
    tt_str text;                    /* the whole document */
    uint32_t pattern;               /* index in the query's source */
    const TSQueryCapture *captures; /* in the order of the document */
    uint32_t n_captures;
    void *data; /* as given to the run: for named predicates */
};

/* An argument of a predicate: a capture, or a string. */
struct tt_pred_arg {
    bool is_capture;
    uint32_t capture; /* id, when it is one */
    tt_str string;    /* else; borrowed from the query */
};

/* A predicate written in C.  Must be a pure function of the match (and of
 * `match->data`), callable from any thread. */
struct tt_query_pred {
    const char *name; /* without '#' and '?': "unindexed" */
    bool (*fn)(const struct tt_match *match, const struct tt_pred_arg *args, uint32_t n);
    uint32_t min_args, max_args;
    bool capture_first; /* the first argument must be a capture */
};

struct tt_lang;

/* Compile `source` for `lang`.  `preds` has n_preds rows and is borrowed as
 * long as the query lives; may be NULL.  TT_EPARSE fills *error (may be NULL),
 * TT_ENOMEM does not. */
int tt_query_create(const struct tt_lang *lang, tt_str source, const struct tt_query_pred *preds,
                    size_t n_preds, struct tt_query **out, struct tt_query_error *error);
void tt_query_destroy(struct tt_query *query); /* NULL is fine */

uint32_t tt_query_patterns(const struct tt_query *query);
/* Where pattern i begins in the source. */
uint32_t tt_query_pattern_start(const struct tt_query *query, uint32_t pattern);
/* The value that `#set!` gave to `key` in this pattern; p is NULL when none did. */
tt_str tt_query_pattern_value(const struct tt_query *query, uint32_t pattern, tt_str key);

/* The id of a capture by its name without '@'; UINT32_MAX when there is none. */
uint32_t tt_query_capture_id(const struct tt_query *query, tt_str name);
tt_str tt_query_capture_name(const struct tt_query *query, uint32_t id);

/* Is `node` a descendant of a node of type `type`? */
bool tt_node_inside(TSNode node, tt_str type);

/* Nodes of a capture in a match: the first one (null node when there is none),
 * or the i-th. */
TSNode tt_match_node(const struct tt_match *match, uint32_t capture);
TSNode tt_match_nth(const struct tt_match *match, uint32_t capture, uint32_t i);
/* The text of a node; empty for a null node. */
tt_str tt_node_text(TSNode node, tt_str text);

struct tt_query_run {
    TSNode root;
    tt_str text;                  /* the whole document that root belongs to */
    const struct tt_range *range; /* only matches that touch it; NULL: all */
    uint32_t max_matches;         /* stop after so many; 0: 100,000 */
    bool (*stop)(void *data);     /* asked now and then; true ends the run; may be NULL */
    void *stop_data;
    void *data; /* becomes tt_match.data */
};

/* Call `found` for each match whose predicates hold, in the order in which
 * tree-sitter finishes them (not sorted by their start).
 * It returns false to end the run.  The match is borrowed during the call.
 * Returns 0, TT_ENOMEM, TT_ETOOBIG when max_matches was reached or tree-sitter
 * dropped matches, TT_ECANCELED when `stop` said so. */
int tt_query_exec(const struct tt_query *query, const struct tt_query_run *run,
                  bool (*found)(void *arg, const struct tt_match *match), void *arg);

#endif
