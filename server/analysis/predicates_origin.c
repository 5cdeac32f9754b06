/* predicates_origin.c -- Go: which call gave an error its value, and whether it waited for
 * something outside of the program. */
#include "analysis/predicates_set.h"

#include "analysis/nodes.h"

static bool on_left(TSNode statement, tt_str name, tt_str bytes)
{
    TSNode left = node_field(statement, "left");

    if (!node_is_any(statement, "short_var_declaration assignment_statement"))
        return false;
    for (uint32_t i = 0; i < node_named_count(left); i++) {
        if (tt_str_eq(tt_node_text(node_named(left, i), bytes), name))
            return true;
    }
    return false;
}

struct giving {
    tt_str bytes, name;
    TSNode last; /* the last statement that gives the name a value */
};

/* In blocks of its own only `=` reaches the name outside; `:=` makes another. */
static enum walk look_for_giving(void *arg, TSNode node)
{
    struct giving *s = arg;

    if (node_is_function(node))
        return WALK_SKIP;
    if (node_is(node, "assignment_statement") && on_left(node, s->name, s->bytes))
        s->last = node;
    return WALK_ON;
}

/* The statement that gave the name its value when `node` is reached; null: another function did,
 * or a loop. */
static TSNode given_by(TSNode node, tt_str name, tt_str bytes)
{
    static const TSNode none = { 0 };

    for (; !ts_node_is_null(node) && !node_is_function(node); node = node_parent(node)) {
        if (on_left(node_field(node, "initializer"), name, bytes))
            return node_field(node, "initializer");
        if (!node_is_any(node_parent(node), "statement_list block expression_case default_case "
                                            "communication_case type_case"))
            continue;
        for (TSNode at = ts_node_prev_named_sibling(node); !ts_node_is_null(at);
             at = ts_node_prev_named_sibling(at)) {
            struct giving s = { .bytes = bytes, .name = name };

            if (on_left(at, name, bytes))
                return at;
            node_walk(at, look_for_giving, &s);
            if (!ts_node_is_null(s.last))
                return s.last;
        }
    }
    return none;
}

/* The name of the error in the node: the node itself, or the first in it that is called so. */
static enum walk look_for_error(void *arg, TSNode node)
{
    struct giving *s = arg;

    if (!node_is(node, "identifier") || tt_node_text(node, s->bytes).n < 3 ||
        memcmp(tt_node_text(node, s->bytes).p, "err", 3) != 0)
        return WALK_ON;
    s->last = node;
    return WALK_STOP;
}

/* The call (or `db.First(&x).Error`) that gave the error its value; null when it is not seen. */
static TSNode origin(TSNode node, tt_str bytes)
{
    struct giving s = { .bytes = bytes, .last = node };

    if (!node_is(node, "identifier"))
        node_walk(node, look_for_error, &s);
    return node_named(node_field(given_by(s.last, tt_node_text(s.last, bytes), bytes), "right"), 0);
}

/* What is called, with all that stands in front of it: "db.Where(...).First". */
static tt_str callee(TSNode call, tt_str bytes)
{
    return tt_node_text(node_is(call, "call_expression") ? node_field(call, "function") : call,
                        bytes);
}

/* Does a word of the text begin so? */
static bool has_beginning(tt_str text, tt_str beginning)
{
    for (size_t at = 0; at + beginning.n <= text.n; at++) {
        if (tt_str_starts(tt_str_sub(text, at, text.n), beginning) &&
            (at == 0 || !pred_word_char(text.p[at - 1])))
            return true;
    }
    return false;
}

/* (#comes-from? @error "Scan" "Parse*" ...): a word of what was called to get the error; with a
 * star, its beginning */
bool pred_comes_from(ARGS)
{
    tt_str text = callee(origin(pred_node(match, &args[0]), match->text), match->text);

    for (uint32_t i = 1; i < n; i++) {
        tt_str word = args[i].string;

        if (word.n > 1 && word.p[word.n - 1] == '*'
                ? has_beginning(text, tt_str_sub(word, 0, word.n - 1))
                : pred_has_word(text, word))
            return true;
    }
    return false;
}

/* Is one of the arguments a context? */
static bool takes_context(TSNode call, tt_str bytes)
{
    TSNode first = node_named(node_field(call, "arguments"), 0);
    tt_str text = tt_node_text(first, bytes);

    return node_is_any(first, "identifier selector_expression call_expression") &&
           (tt_str_ends(text, TT_STR("ctx")) || tt_str_ends(text, TT_STR("Ctx")) ||
            tt_str_ends(text, TT_STR("Context()")) || tt_str_starts(text, TT_STR("context.")));
}

/* (#from-outside? @error): the call waited for a file, the network, a database, or whatever its
 * context may cancel; such errors have kinds that callers ask for */
bool pred_from_outside(ARGS)
{
    TSNode call = origin(pred_node(match, &args[0]), match->text);
    TSNode function = node_field(call, "function");
    tt_str operand = tt_node_text(node_field(function, "operand"), match->text);
    tt_str verb = tt_node_text(node_field(function, "field"), match->text);

    (void)n;
    if (node_is(call, "selector_expression")) /* gorm: db.First(&x).Error */
        return str_in(tt_node_text(node_field(call, "field"), match->text), "Error");
    if (tt_str_starts(verb, TT_STR("NewRequest"))) /* only looks at what it is given */
        return false;
    return takes_context(call, match->text) ||
           (str_in(operand, "os ioutil io net http exec sql sqlx smtp grpc") &&
            !str_in(verb, "Getwd Hostname Executable Setenv ParseCIDR ParseMAC SplitHostPort")) ||
           str_in(verb,
                  "Do Query QueryRow Queryx QueryContext QueryRowContext Exec ExecContext Ping "
                  "PingContext Begin BeginTx Beginx Commit Scan StructScan RoundTrip ReadAll "
                  "ReadFile WriteFile Dial DialContext Publish Upload Download SendMail");
}
