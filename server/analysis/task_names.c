/* task_names.c -- the taxonomy's ids and the model actions, as data. */
#include "analysis/paths.h"
#include "trimtab/task.h"

static const struct {
    const char *id, *words;
} tasks[] = {
#define X(name, id, words) { id, words },
    TT_TASK_MAP(X)
#undef X
};

const char *tt_task_id(enum tt_task task)
{
    return tasks[task].id;
}

const char *tt_task_words(enum tt_task task)
{
    return tasks[task].words;
}

enum tt_task tt_task_from_id(tt_str id)
{
    for (size_t i = 0; i < TT_TASK_COUNT; i++) {
        if (tt_str_eq_nocase(id, tt_str_from(tasks[i].id)))
            return (enum tt_task)i;
    }
    return TT_TASK_COUNT;
}

#define REWRITE(leaf) leaf, "refactor.rewrite.trimtab." leaf
#define SOURCE(leaf)  leaf, "source.trimtab." leaf

/* In the order in which they are offered when nothing speaks for one more than
 * for another. */
static const struct tt_task_action actions[] = {
    { REWRITE("resilience"), "Add timeout and retry",
      "Give the outgoing calls an explicit timeout, and retries with exponential backoff and "
      "jitter where repeating is safe.",
      TT_TASK_ERR_2, "symbol" },
    { REWRITE("errors"), "Handle errors in a structured way",
      "Replace generic or swallowed errors by typed ones with status, code and message, and log "
      "them with their cause.",
      TT_TASK_ERR_1, "symbol" },
    { REWRITE("validation"), "Validate input",
      "Check type, range and format of every value that comes from outside before it is used.",
      TT_TASK_AUTH_3, "symbol" },
    { REWRITE("auth"), "Harden tokens and sessions",
      "Make tokens and sessions safe: asymmetric signing, short expiry, rotation, all claims "
      "checked, keys from the environment.",
      TT_TASK_AUTH_1, "symbol" },
    { REWRITE("sql-parameters"), "Use query parameters",
      "Pass values to the database as parameters instead of joining them into the statement.",
      TT_TASK_AUTH_2, "symbol" },
    { REWRITE("concurrency"), "Fix races and run independent work in parallel",
      "Run what is independent in parallel, keep what depends in order, and close the races.",
      TT_TASK_ASYNC_2, "symbol" },
    { REWRITE("query"), "Improve this query",
      "Rewrite the query so that it is correct and efficient; prefer CTEs and window functions to "
      "correlated subqueries.",
      TT_TASK_DB_2, "symbol" },
    { REWRITE("schema"), "Improve this schema",
      "Review the schema: keys, foreign keys with indexes, exact types, time zones, audit columns.",
      TT_TASK_DB_1, "file" },
    { REWRITE("migration"), "Complete this migration",
      "Make the migration safe in both directions and in the right order of foreign keys.",
      TT_TASK_DB_6, "file" },
    { REWRITE("orm"), "Improve this model",
      "Improve the ORM code: relations, loading, constraints.", TT_TASK_DB_4, "symbol" },
    { REWRITE("rest"), "Make this endpoint complete",
      "Use the right status codes, paginate lists, and answer in the shape of the other endpoints.",
      TT_TASK_REST_2, "symbol" },
    { REWRITE("extract-layers"), "Separate route, service and repository",
      "Separate the mixed concerns into route, service and repository without changing behaviour.",
      TT_TASK_REF_1, "file" },
    { REWRITE("types"), "Make the types precise", "Replace any and loose types by precise ones.",
      TT_TASK_LANG_2, "symbol" },
    { REWRITE("idiom"), "Write it in modern Python",
      "Add type hints and use modern idiom, without changing behaviour.", TT_TASK_LANG_1,
      "symbol" },
    { SOURCE("docs"), "Document this API",
      "Document parameters, responses and error codes as the framework's API documentation "
      "expects.",
      TT_TASK_REST_3, "symbol" },
    { SOURCE("comments"), "Write documentation",
      "Write the documentation comment that the language's convention asks for.", TT_TASK_DOC_1,
      "symbol" },
    { SOURCE("tests"), "Write tests with edge cases",
      "Write tests for this code with edge cases, error paths and boundary conditions.",
      TT_TASK_TEST_1, "new-file" },
};

#define N_ACTIONS (sizeof(actions) / sizeof(actions[0]))

const struct tt_task_action *tt_task_action_find(tt_str name)
{
    for (size_t i = 0; i < N_ACTIONS; i++) {
        if (tt_str_eq(name, tt_str_from(actions[i].leaf)) ||
            tt_str_eq(name, tt_str_from(actions[i].kind)) ||
            tt_str_eq_nocase(name, tt_str_from(tt_task_id(actions[i].task))))
            return &actions[i];
    }
    return NULL;
}

const struct tt_task_action *tt_task_action_at(size_t i)
{
    return i < N_ACTIONS ? &actions[i] : NULL;
}
