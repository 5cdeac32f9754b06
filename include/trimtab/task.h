/* task.h -- what kind of backend task is this?
 *
 * The answer names a row of the findings (data/findings: "ERR-2", "DB-1", ...)
 * together with the evidence that decided.  Local, deterministic, no network
 * and no model; the time depends on the code round the range and on the number
 * of top-level items of the file, not on its length.
 *
 * Everything is a pure function of its input; any thread may call.
 */
#ifndef TT_TASK_H
#define TT_TASK_H

#include "trimtab/range.h"

struct tt_source; /* analysis/source.h: language, bytes, tree, path */

/* The taxonomy: X(name in C, id as users see it, a few words).
 * LANG-1, LANG-2 and REF-2 are what remains when an instruction asks for
 * nothing else ("add type hints", "fix only this line"). */
#define TT_TASK_MAP(X)                                                                             \
    X(OTHER, "OTHER", "no finding applies")                                                        \
    X(REST_1, "REST-1", "an API of several resources")                                             \
    X(REST_2, "REST-2", "HTTP semantics, pagination, rate limits")                                 \
    X(REST_3, "REST-3", "API documentation")                                                       \
    X(REST_4, "REST-4", "wording of error messages")                                               \
    X(REST_5, "REST-5", "a single simple resource")                                                \
    X(DB_1, "DB-1", "schema design")                                                               \
    X(DB_2, "DB-2", "a complex query")                                                             \
    X(DB_3, "DB-3", "a straightforward query")                                                     \
    X(DB_4, "DB-4", "ORM code")                                                                    \
    X(DB_5, "DB-5", "SQLAlchemy with complex relationships")                                       \
    X(DB_6, "DB-6", "a migration")                                                                 \
    X(AUTH_1, "AUTH-1", "tokens and sessions")                                                     \
    X(AUTH_2, "AUTH-2", "parameterised queries")                                                   \
    X(AUTH_3, "AUTH-3", "input validation")                                                        \
    X(AUTH_4, "AUTH-4", "security work with its requirements spelled out")                         \
    X(ERR_1, "ERR-1", "structured errors")                                                         \
    X(ERR_2, "ERR-2", "resilience of calls to others")                                             \
    X(ASYNC_1, "ASYNC-1", "straightforward async code")                                            \
    X(ASYNC_2, "ASYNC-2", "races and parallel work")                                               \
    X(REF_1, "REF-1", "separating mixed concerns")                                                 \
    X(REF_2, "REF-2", "a correction of one place")                                                 \
    X(REF_3, "REF-3", "coherence across files")                                                    \
    X(LANG_1, "LANG-1", "idiomatic Python")                                                        \
    X(LANG_2, "LANG-2", "TypeScript types")                                                        \
    X(LANG_3, "LANG-3", "several services at once")                                                \
    X(TEST_1, "TEST-1", "tests of edge cases and error paths")                                     \
    X(TEST_2, "TEST-2", "happy-path tests")                                                        \
    X(FEAT_1, "FEAT-1", "a complex feature")                                                       \
    X(DOC_1, "DOC-1", "documentation")                                                             \
    X(BULK_1, "BULK-1", "boilerplate and simple edits")                                            \
    X(INLINE_1, "INLINE-1", "inline completion")

enum tt_task {
#define X(name, id, words) TT_TASK_##name,
    TT_TASK_MAP(X)
#undef X
        TT_TASK_COUNT
};

const char *tt_task_id(enum tt_task task);    /* "ERR-2"; static */
const char *tt_task_words(enum tt_task task); /* "resilience of calls to others"; static */

/* Letter case does not matter.  TT_TASK_COUNT when there is no such id. */
enum tt_task tt_task_from_id(tt_str id);

/* How sure and how large. */
struct tt_complexity {
    double value; /* 0..1; below 0.35 is the low end of a row that scales */
    uint16_t resources, joins, ctes, windows, subqueries, branches, awaits, lines;
    uint16_t files;  /* that the instruction speaks of; 1 when it does not say */
    uint16_t tables; /* in SQL, or models in ORM code */
};

/* One thing that decided.  `kind` is one of: import, decorator, call, node,
 * identifier, string, path, word, action, diagnostic, language, sql. */
struct tt_evidence {
    const char *kind; /* static */
    tt_str text;      /* borrowed from the input, or static */
    bool has_range;
    struct tt_range range; /* in the source's bytes */
    enum tt_task task;     /* what it speaks for */
    int weight;            /* in hundredths of the logarithm of the odds; loudest first */
};

#define TT_EVIDENCE_MAX 12

/* What the code at one place says, read once for several questions about it: the actions
 * of a menu, and the task of each. */
struct tt_task_reading;
struct tt_task_reading *tt_task_reading_create(void); /* NULL: out of memory */
void tt_task_reading_destroy(struct tt_task_reading *reading);
void tt_task_reading_move(struct tt_task_reading *reading);   /* another place; NULL is fine */
void tt_task_reading_forget(struct tt_task_reading *reading); /* another text; likewise */

struct tt_task_input {
    const struct tt_source *source; /* NULL: only the words decide */
    struct tt_range range;          /* cursor (empty) or selection */
    tt_str instruction;             /* what the user asked for; empty: nothing */
    tt_str action;                  /* leaf of the action chosen ("resilience"), its whole kind, or
                                     * the finding of a rule ("ERR-2"); empty: none */
    const tt_str *diagnostics;      /* messages of others at the range; may be NULL */
    size_t n_diagnostics;
    struct tt_task_reading *reading; /* of this source and range; NULL: none is kept */
    bool no_evidence;                /* but for the action's: it takes a while */
};

struct tt_task_result {
    enum tt_task task, second; /* second: OTHER when there is none */
    double confidence;         /* 0..1: how often such an answer is right */
    struct tt_complexity complexity;
    struct tt_evidence evidence[TT_EVIDENCE_MAX];
    size_t n_evidence;
};

/* Never fails: what nothing speaks for is OTHER with confidence 0. */
void tt_task_classify(const struct tt_task_input *in, struct tt_task_result *out);

/* A model action that can be offered.  `leaf` ends the LSP kind
 * ("refactor.rewrite.trimtab.resilience"). */
struct tt_task_action {
    const char *leaf;        /* "resilience" */
    const char *kind;        /* the whole kind; static */
    const char *title;       /* "Add timeout and retry" */
    const char *instruction; /* what the model is asked to do, one or two sentences */
    enum tt_task task;
    const char *scope; /* range | symbol | file | new-file */
};

/* Every action there is; NULL when there is none of that name.  `name` is a
 * leaf, a whole kind, or a finding. */
const struct tt_task_action *tt_task_action_find(tt_str name);

/* Visit all: for (size_t i = 0; (action = tt_task_action_at(i)); i++); NULL at the end. */
const struct tt_task_action *tt_task_action_at(size_t i);

/* The actions worth offering at the range, most fitting first: at most `max`.
 * Returns how many were written.  `reading` as in tt_task_input. */
size_t tt_task_actions(const struct tt_source *source, struct tt_range range,
                       struct tt_task_reading *reading, const struct tt_task_action **out,
                       size_t max);

#endif
