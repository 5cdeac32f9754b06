/* query_pred.c -- predicates: from tree-sitter's flat steps to a list of tests. */
#include "syntax/query_pred.h"

#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* A regex that needs more than this on one node is a regex that does not match:
 * a user's rule must not be able to stop the editor. */
#define MATCH_LIMIT 200000

enum pred_kind { EQ, MATCH, ANY_OF, HAS_ANCESTOR, HAS_PARENT, NAMED, SET };

struct pred {
    enum pred_kind kind;
    bool negate; /* the predicate began with "not-" */
    bool any;    /* one fitting node is enough */
    struct tt_pred_arg *args;
    uint32_t n;
    pcre2_code *regex;                 /* owned; MATCH */
    const struct tt_query_pred *named; /* borrowed; NAMED */
};

struct pred_scratch {
    pcre2_match_data *data;
    pcre2_match_context *context;
};

struct pred_scratch *pred_scratch_create(void)
{
    struct pred_scratch *scratch = calloc(1, sizeof(*scratch));

    if (!scratch)
        return NULL;
    scratch->data = pcre2_match_data_create(1, NULL);
    scratch->context = pcre2_match_context_create(NULL);
    if (!scratch->data || !scratch->context) {
        pred_scratch_destroy(scratch);
        return NULL;
    }
    pcre2_set_match_limit(scratch->context, MATCH_LIMIT);
    return scratch;
}

void pred_scratch_destroy(struct pred_scratch *scratch)
{
    if (!scratch)
        return;
    pcre2_match_data_free(scratch->data);
    pcre2_match_context_free(scratch->context);
    free(scratch);
}

/* ---- asking ---- */

static bool type_is_any(TSNode node, const struct pred *p)
{
    tt_str type = tt_str_from(ts_node_type(node));

    for (uint32_t i = 1; i < p->n; i++) {
        if (tt_str_eq(type, p->args[i].string))
            return true;
    }
    return false;
}

static bool has_ancestor(TSNode node, const struct pred *p)
{
    for (node = ts_node_parent(node); !ts_node_is_null(node); node = ts_node_parent(node)) {
        if (type_is_any(node, p))
            return true;
    }
    return false;
}

static bool regex_matches(const struct pred *p, tt_str text, struct pred_scratch *scratch)
{
    return pcre2_match(p->regex, (PCRE2_SPTR)(text.p ? text.p : ""), text.n, 0, 0, scratch->data,
                       scratch->context) >= 0;
}

static bool node_fits(const struct pred *p, TSNode node, const struct tt_match *match,
                      struct pred_scratch *scratch)
{
    tt_str text = tt_node_text(node, match->text);

    switch (p->kind) {
    case EQ:
        if (p->args[1].is_capture)
            return tt_str_eq(text,
                             tt_node_text(tt_match_node(match, p->args[1].capture), match->text));
        return tt_str_eq(text, p->args[1].string);
    case MATCH:
        return regex_matches(p, text, scratch);
    case ANY_OF:
        for (uint32_t i = 1; i < p->n; i++) {
            if (tt_str_eq(text, p->args[i].string))
                return true;
        }
        return false;
    case HAS_PARENT: {
        TSNode parent = ts_node_parent(node);

        return !ts_node_is_null(parent) && type_is_any(parent, p);
    }
    case HAS_ANCESTOR:
        return has_ancestor(node, p);
    case NAMED:
    case SET:
        break;
    }
    return true;
}

static bool pred_fits(const struct pred *p, const struct tt_match *match,
                      struct pred_scratch *scratch)
{
    if (p->kind == SET)
        return true;
    if (p->kind == NAMED)
        return p->named->fn(match, p->args, p->n) != p->negate;
    for (uint32_t i = 0; i < match->n_captures; i++) {
        if (match->captures[i].index != p->args[0].capture)
            continue;
        bool fits = node_fits(p, match->captures[i].node, match, scratch) != p->negate;
        if (fits == p->any)
            return fits;
    }
    return !p->any; /* none that decided: all fit, or not one does */
}

bool pred_holds(const struct pred_list *list, const struct tt_match *match,
                struct pred_scratch *scratch)
{
    for (uint32_t i = 0; i < list->n; i++) {
        if (!pred_fits(&list->at[i], match, scratch))
            return false;
    }
    return true;
}

tt_str pred_value(const struct pred_list *list, tt_str key)
{
    for (uint32_t i = 0; i < list->n; i++) {
        const struct pred *p = &list->at[i];

        if (p->kind == SET && tt_str_eq(p->args[0].string, key))
            return p->n > 1 ? p->args[1].string : TT_STR("");
    }
    return (tt_str){ NULL, 0 };
}

/* ---- compiling ---- */

struct compiler {
    const TSQuery *query;
    const struct tt_query_pred *named;
    size_t n_named;
    struct tt_arena *arena;
    char *message;
    size_t size;
};

static int refuse(struct compiler *c, tt_str name, const char *what)
{
    snprintf(c->message, c->size, "(#%.*s ...): %s", TT_STR_ARG(name), what);
    return TT_EPARSE;
}

static int compile_regex(struct compiler *c, tt_str name, struct pred *p)
{
    tt_str source = p->args[1].string;
    int code;
    PCRE2_SIZE at;

    p->regex = pcre2_compile((PCRE2_SPTR)source.p, source.n, PCRE2_UTF | PCRE2_MATCH_INVALID_UTF,
                             &code, &at, NULL);
    if (!p->regex) {
        PCRE2_UCHAR why[120];

        pcre2_get_error_message(code, why, sizeof(why));
        snprintf(c->message, c->size,
                 "(#%.*s ...): the regular expression is wrong at byte %zu: %s", TT_STR_ARG(name),
                 (size_t)at, (const char *)why);
        return TT_EPARSE;
    }
    (void)pcre2_jit_compile(p->regex, PCRE2_JIT_COMPLETE); /* without JIT it only is slower */
    return 0;
}

static bool strings_from(const struct pred *p, uint32_t i)
{
    for (; i < p->n; i++) {
        if (p->args[i].is_capture)
            return false;
    }
    return true;
}

static bool take_prefix(tt_str *s, tt_str prefix)
{
    if (!tt_str_starts(*s, prefix))
        return false;
    *s = tt_str_sub(*s, prefix.n, s->n);
    return true;
}

static bool find_builtin(tt_str word, enum pred_kind *kind)
{
    static const struct {
        const char *word;
        enum pred_kind kind;
    } words[] = {
        { "eq?", EQ },
        { "match?", MATCH },
        { "any-of?", ANY_OF },
        { "has-ancestor?", HAS_ANCESTOR },
        { "has-parent?", HAS_PARENT },
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (tt_str_eq(word, tt_str_from(words[i].word))) {
            *kind = words[i].kind;
            return true;
        }
    }
    return false;
}

static int check_builtin(struct compiler *c, tt_str name, struct pred *p)
{
    if (p->n < 1 || !p->args[0].is_capture)
        return refuse(c, name, "the first argument must be a capture such as @name");
    if (p->n < 2)
        return refuse(c, name, "needs a capture and at least one thing to compare it with");
    if ((p->kind == EQ || p->kind == MATCH) && p->n != 2)
        return refuse(c, name, "takes exactly two arguments");
    if (p->kind != EQ && !strings_from(p, 1))
        return refuse(c, name, "only strings may follow the capture");
    return p->kind == MATCH ? compile_regex(c, name, p) : 0;
}

static int compile_named(struct compiler *c, tt_str name, tt_str word, struct pred *p)
{
    for (size_t i = 0; i < c->n_named; i++) {
        const struct tt_query_pred *row = &c->named[i];
        tt_str want = tt_str_from(row->name);

        if (word.n != want.n + 1 || !tt_str_starts(word, want) || word.p[want.n] != '?')
            continue;
        p->kind = NAMED;
        p->named = row;
        if (p->n < row->min_args || p->n > row->max_args)
            return refuse(c, name, "the number of arguments is wrong");
        if (row->capture_first && (p->n == 0 || !p->args[0].is_capture))
            return refuse(c, name, "the first argument must be a capture such as @name");
        return 0;
    }
    return refuse(c, name,
                  "there is no such predicate; known are eq?, match?, any-of?, has-ancestor?, "
                  "has-parent?, their forms with not- and any-, and those in the rules' README");
}

static int compile_one(struct compiler *c, tt_str name, struct pred *p)
{
    tt_str word = name;

    if (tt_str_eq(word, TT_STR("set!"))) {
        p->kind = SET;
        if (p->n < 1 || p->n > 2 || !strings_from(p, 0))
            return refuse(c, name, "takes a key and a value, both strings");
        return 0;
    }
    p->negate = take_prefix(&word, TT_STR("not-"));
    if (!find_builtin(word, &p->kind)) {
        tt_str rest = word;
        bool any = take_prefix(&rest, TT_STR("any-"));

        if (!any || !find_builtin(rest, &p->kind))
            return compile_named(c, name, word, p);
        p->any = true;
    }
    return check_builtin(c, name, p);
}

/* An argument of the predicate, from its step. */
static struct tt_pred_arg arg_of(const TSQuery *query, const TSQueryPredicateStep *step)
{
    struct tt_pred_arg arg = { 0 };
    uint32_t n = 0;

    if (step->type == TSQueryPredicateStepTypeCapture) {
        arg.is_capture = true;
        arg.capture = step->value_id;
    } else {
        arg.string.p = ts_query_string_value_for_id(query, step->value_id, &n);
        arg.string.n = n;
    }
    return arg;
}

static uint32_t count_done(const TSQueryPredicateStep *steps, uint32_t n)
{
    uint32_t done = 0;

    for (uint32_t i = 0; i < n; i++)
        done += steps[i].type == TSQueryPredicateStepTypeDone;
    return done;
}

int pred_compile(const TSQuery *query, uint32_t pattern, const struct tt_query_pred *named,
                 size_t n_named, struct tt_arena *arena, struct pred_list *out, tt_str *name,
                 char *message, size_t size)
{
    struct compiler c = { query, named, n_named, arena, message, size };
    uint32_t n_steps = 0;
    const TSQueryPredicateStep *steps = ts_query_predicates_for_pattern(query, pattern, &n_steps);

    out->n = 0;
    out->at = tt_arena_array(arena, count_done(steps, n_steps), sizeof(*out->at));
    if (!out->at)
        return TT_ENOMEM;
    for (uint32_t i = 0, end; i < n_steps; i = end + 1) {
        for (end = i; end < n_steps && steps[end].type != TSQueryPredicateStepTypeDone;)
            end++;
        if (end == i)
            continue;
        struct pred *p = &out->at[out->n++];
        *name = arg_of(query, &steps[i]).string;
        if (steps[i].type != TSQueryPredicateStepTypeString)
            return refuse(&c, TT_STR("?"), "a predicate begins with its name");
        p->n = end - i - 1;
        p->args = tt_arena_array(arena, p->n, sizeof(*p->args));
        if (!p->args)
            return TT_ENOMEM;
        for (uint32_t k = 0; k < p->n; k++)
            p->args[k] = arg_of(query, &steps[i + 1 + k]);
        int err = compile_one(&c, *name, p);
        if (err)
            return err;
    }
    return 0;
}

void pred_release(struct pred_list *list)
{
    for (uint32_t i = 0; i < list->n; i++)
        pcre2_code_free(list->at[i].regex);
    list->n = 0;
}
