/* query_pred.h -- the predicates of a query, compiled; for query.c only. */
#ifndef TT_SYNTAX_QUERY_PRED_H
#define TT_SYNTAX_QUERY_PRED_H

#include "base/arena.h"
#include "syntax/query.h"

struct pred; /* one predicate, ready to be asked */

struct pred_list {
    struct pred *at; /* in the query's arena, but for their regexes */
    uint32_t n;
};

/* What one run needs besides the query: created once a run. */
struct pred_scratch;

struct pred_scratch *pred_scratch_create(void); /* NULL when out of memory */
void pred_scratch_destroy(struct pred_scratch *scratch);

/* Compile the predicates of one pattern.  `message` has room for `size` bytes
 * and says what is wrong after TT_EPARSE; *name is then the predicate's name. */
int pred_compile(const TSQuery *query, uint32_t pattern, const struct tt_query_pred *named,
                 size_t n_named, struct tt_arena *arena, struct pred_list *out, tt_str *name,
                 char *message, size_t size);
void pred_release(struct pred_list *list); /* the regexes; the arena keeps the rest */

bool pred_holds(const struct pred_list *list, const struct tt_match *match,
                struct pred_scratch *scratch);

/* The value of `#set! key value`; p is NULL when there is none. */
tt_str pred_value(const struct pred_list *list, tt_str key);

#endif
