/* task_score.h -- what speaks for which task; for the files of classification. */
#ifndef TT_ANALYSIS_TASK_SCORE_H
#define TT_ANALYSIS_TASK_SCORE_H

#include "analysis/source.h"
#include "analysis/task_features.h"
#include "trimtab/task.h"

/* The sums while evidence is gathered.  The result keeps the loudest pieces. */
struct task_score {
    int of[TT_TASK_COUNT];
    struct tt_task_result *result; /* its evidence and complexity are filled in */
    int in_range[TT_TASK_COUNT];   /* of what lies in `here` */
    struct tt_range here;
    struct task_features *features; /* what the model reads; NULL: nothing is kept */
};

/* Add to a task.  The same text counts once for a task; `range` may be NULL. */
void task_add(struct task_score *score, enum tt_task task, int weight, const char *kind,
              tt_str text, const struct tt_range *range);

/* What the words of the instruction say (task_words.c).  True when they say
 * anything at all. */
bool task_read_words(struct task_score *score, tt_str instruction, tt_str language);

/* Facts about the code at the range that several decisions need. */
struct task_code {
    bool handler;              /* an HTTP handler or route */
    bool test;                 /* in a test file */
    bool migration;            /* in a migration */
    bool frontend;             /* runs in a browser */
    bool in_comment;           /* the range lies inside a comment */
    bool database;             /* talks to a database */
    bool remote;               /* calls others over the network */
    bool error_paths;          /* a test that looks at failures */
    bool pages;                /* speaks of parts of a list: LIMIT and OFFSET, "cursor" */
    struct tt_range test_unit; /* the one test that the range lies in */
    uint32_t routes;           /* in the unit */
    uint32_t functions;        /* in the unit */
    uint32_t nodes;            /* of the unit */
    bool whole;                /* the range covers most of the file, or nothing in particular */
};

/* What the code at the range shows (task_scan.c, task_signals.c, task_sql.c).  *n_imports: at
 * how many items of the file one looks for imports; 0 asks for it; NULL: nobody wants to know. */
void task_read_code(struct task_score *score, const struct tt_source *source, struct tt_range range,
                    struct task_code *code, uint32_t *n_imports);

/* What the name of the file says; works without a tree. */
void task_read_path(struct task_score *score, const struct tt_source *source,
                    struct task_code *code);

/* The range, or the whole line of a cursor; inside the text. */
struct tt_range task_lines_of(tt_str bytes, struct tt_range range);

/* ---- features for the model ---- */

/* Of the file, the language, facts and sums (task_facts.c). */
void task_see_facts(struct task_features *f, const struct tt_source *source,
                    const struct task_score *score, const struct task_code *code);
/* Of a file without a tree: its words. */
void task_see_plain(struct task_features *f, const struct tt_source *source, struct tt_range range);
/* What speaks for each task, and which is first. */
void task_see_sums(struct task_features *f, const char *space, const char *first, const int *of);
/* Of an instruction (task_ask.c). */
void task_see_words(struct task_features *f, tt_str instruction);

/* All that the model reads (task.c). */
void task_features_of(const struct tt_task_input *in, struct task_features *f);

/* SQL, by its tokens: adds to the complexity's counters and says what it is. */
enum sql_kind { SQL_NONE, SQL_QUERY, SQL_WRITE, SQL_TABLE, SQL_ALTER, SQL_OTHER };
enum sql_kind task_read_sql(tt_str text, struct tt_complexity *complexity);
double task_sql_complexity(const struct tt_complexity *complexity);

/* ---- the data ---- */

enum signal_kind {
    SIGNAL_IMPORT,    /* a word of an import at the top of the file */
    SIGNAL_DECORATOR, /* name of a decorator, annotation or attribute */
    SIGNAL_CALL,      /* "sign" (last name) or "jwt.sign" (last two) */
    SIGNAL_TYPE,      /* a name with a capital: a class, an interface */
    SIGNAL_KEY,       /* a member, a key of an object, a keyword argument */
    SIGNAL_NAME,      /* words of the name of the function or class at the range */
};

/* `names` are separated by blanks. */
struct signal {
    enum signal_kind kind;
    const char *names;
    enum tt_task task;
    int weight;
};

struct signal_table {
    const char *languages; /* separated by blanks; "*": all */
    const struct signal *rows;
    size_t n;
};

extern const struct signal_table task_signal_tables[];
extern const size_t task_signal_tables_count;

#endif
