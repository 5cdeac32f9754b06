/* task_scan.h -- the walk over the code at the range; for the files of classification. */
#ifndef TT_ANALYSIS_TASK_SCAN_H
#define TT_ANALYSIS_TASK_SCAN_H

#include "analysis/nodes.h"
#include "analysis/task_score.h"

#define SCAN_NODES_AT_MOST 6000 /* of a unit; larger ones are narrowed to a function inside */
#define SCAN_DEPTH_AT_MOST 64
#define SCAN_NAME_BYTES    96
#define SCAN_IMPORT_BITS   1024

struct scan {
    struct task_score *score;
    struct task_code *code;
    struct task_features *features;
    const struct tt_source *source;
    struct tt_range range; /* as asked for */
    struct tt_range lines; /* the same, or the line of a cursor */
    struct tt_range reach; /* the same, or what begins in the one line that it is */
    tt_str language;
    int percent;     /* what a signal counts here: 100 in the unit, less around it */
    tt_str paths[8]; /* first parts of the routes seen */
    uint32_t n_paths;
    uint32_t visited;
    uint32_t awaits_in_loops;
    bool cache_get, cache_set;
    uint64_t imported[SCAN_IMPORT_BITS / 64]; /* words of the imports, by hash */
    TSNode above[SCAN_DEPTH_AT_MOST];         /* the nodes round the one being read: asking
                                               * tree-sitter for a parent searches from the root */
    uint32_t depth;
};

/* The i-th node above the one being read; null when there is none. */
TSNode scan_above(const struct scan *s, uint32_t i);
struct tt_range scan_range(TSNode node);

/* ---- task_match.c: names ---- */

bool scan_name_char(char c);
/* The last name of "a.b(c).d" or "A::b", and in *prev the one before it when it
 * stands directly in front. */
tt_str scan_last_names(tt_str text, tt_str *prev);
/* The part of a signal's weight that counts here: more in the cursor's line. */
int scan_weigh(const struct scan *s, int weight, TSNode node);
void scan_look_up(struct scan *s, enum signal_kind kind, tt_str last, tt_str prev, TSNode node);
/* Words of the name of a definition. */
void scan_look_up_name(struct scan *s, tt_str name, TSNode node);
void scan_import(struct scan *s, TSNode node);
/* Is it (most likely) a name that the file imports? */
bool scan_imported(const struct scan *s, tt_str name);

/* ---- task_strings.c ---- */

tt_str scan_unquoted(TSNode node, tt_str bytes);
/* A string that is a statement of its own is a docstring. */
bool scan_in_docs(TSNode node, TSNode parent);
void scan_sql(struct scan *s, tt_str text, TSNode node);
/* Does it name the parameter that says which part of a list is meant? */
bool scan_pages_by(tt_str text);
/* A path of a route: "/users/:id" has the resource "users". */
void scan_route(struct scan *s, tt_str path);
bool scan_plain_path(tt_str text);

/* ---- task_node.c ---- */

bool scan_is_call(TSNode node);
/* Text of the callee with what it is called on. */
tt_str scan_callee_text(TSNode node, tt_str bytes);
enum walk scan_node(struct scan *s, TSNode node);

/* ---- task_place.c ---- */

#define SCAN_CLASS_BODIES                                                                          \
    "block class_body declaration_list body_statement interface_body enum_body "                   \
    "field_declaration_list"

/* The nodes from the root down to the smallest one round a place. */
struct scan_path {
    TSNode at[SCAN_DEPTH_AT_MOST];
    uint32_t n;
};

void scan_find_path(TSNode root, struct tt_range range, struct scan_path *path);
bool scan_is_class(TSNode node);
/* Index in the path of the unit: a child of the file, or a member of a class. */
uint32_t scan_unit_in(const struct scan_path *path);
/* A giant unit is narrowed to the largest part inside that is not one. */
uint32_t scan_narrowed(const struct scan_path *path, uint32_t unit);
bool scan_range_in_comment(const struct scan_path *path);
/* The one test that the range lies in: a function, or a call of it(), test(), ... */
struct tt_range scan_test_at(const struct scan_path *path, tt_str bytes, struct tt_range range);
/* Of a range in one line: all of the largest thing that begins there. */
struct tt_range scan_reach(TSNode root, tt_str bytes, struct tt_range lines);
/* A cursor in the white space of a line means that line. */
struct tt_range scan_to_code(tt_str bytes, struct tt_range range);
uint16_t scan_lines_of(TSNode node);

/* ---- task_strings.c: SQL files ---- */

void scan_sql_file(struct scan *s, TSNode root, const struct scan_path *path);

/* ---- task_see.c: features of what is met ---- */

/* Of those up to SEE_DEFINITION the words of the name count, too. */
enum seen {
    SEE_CALL,
    SEE_DECORATOR,
    SEE_TYPE,
    SEE_KEY,
    SEE_DEFINITION,
    SEE_NODE,
    SEE_SQL,
    SEE_STRING,
    SEE_NUMBER
};

/* `shown`: kind of the evidence, or NULL when it is none. */
void scan_see(struct scan *s, enum seen what, const char *shown, tt_str name, TSNode node);

/* What the range lies in, from the outside to the inside. */
void scan_see_above(struct scan *s, const struct scan_path *path);

/* Words of a string; `what` is SEE_SQL or SEE_STRING. */
void scan_see_text(struct scan *s, enum seen what, tt_str text, TSNode node);

#endif
