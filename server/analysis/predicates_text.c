/* predicates_text.c -- words in the text of a node, or of the function around it. */
#include "analysis/predicates_set.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"

#include <stdio.h>

/* (#mentions? @node "word" ...): a word of its text; nothing is parsed */
bool pred_mentions(ARGS)
{
    tt_str text = pred_text(match, &args[0]);

    for (uint32_t i = 1; i < n; i++) {
        if (args[i].is_capture ? pred_has_word(text, pred_text(match, &args[i]))
                               : pred_has_word(text, args[i].string))
            return true;
    }
    return false;
}

struct use {
    tt_str bytes, name;
    bool found;
};

static enum walk find_use(void *arg, TSNode node)
{
    struct use *u = arg;

    u->found = node_is_any(node, "identifier shorthand_property_identifier") &&
               tt_str_eq(tt_node_text(node, u->bytes), u->name);
    return u->found ? WALK_STOP : WALK_ON;
}

/* (#uses? @node @name): the variable itself stands below the node, not only its word in a
 * string or as a key */
bool pred_uses(ARGS)
{
    struct use u = { .bytes = match->text, .name = pred_text(match, &args[1]) };

    (void)n;
    node_walk(pred_node(match, &args[0]), find_use, &u);
    return u.found;
}

/* (#function-mentions? @node "word" ...): a word in the function around it, or in the file when
 * there is none */
bool pred_function_mentions(ARGS)
{
    TSNode function = node_function(pred_node(match, &args[0]));
    tt_str text = ts_node_is_null(function) ? match->text : tt_node_text(function, match->text);

    for (uint32_t i = 1; i < n; i++) {
        if (args[i].is_capture ? pred_has_word(text, pred_text(match, &args[i]))
                               : pred_has_word(text, args[i].string))
            return true;
    }
    return false;
}

/* (#function-calls? @object "Err"): the function around it has "object.Err" */
bool pred_function_calls(ARGS)
{
    TSNode node = pred_node(match, &args[0]);
    TSNode function = node_function(node);
    tt_str text = ts_node_is_null(function) ? match->text : tt_node_text(function, match->text);
    tt_str object = tt_node_text(node, match->text);

    for (uint32_t i = 1; i < n; i++) {
        char wanted[160];
        int len = snprintf(wanted, sizeof(wanted), "%.*s.%.*s", TT_STR_ARG(object),
                           TT_STR_ARG(args[i].string));

        if (len > 0 && (size_t)len < sizeof(wanted) &&
            pred_has_word(text, (tt_str){ wanted, (size_t)len }))
            return true;
    }
    return false;
}

/* (#calls? @node @object "Done"): the node's text has "object.Done" */
bool pred_calls(ARGS)
{
    tt_str text = pred_text(match, &args[0]), object = pred_text(match, &args[1]);

    for (uint32_t i = 2; i < n; i++) {
        char wanted[160];
        int len = snprintf(wanted, sizeof(wanted), "%.*s.%.*s", TT_STR_ARG(object),
                           TT_STR_ARG(args[i].string));

        if (len > 0 && (size_t)len < sizeof(wanted) &&
            pred_has_word(text, (tt_str){ wanted, (size_t)len }))
            return true;
    }
    return false;
}

/* (#function-name? @node "token password"): the name of the function around it has the word */
bool pred_function_name(ARGS)
{
    TSNode function = node_function(pred_node(match, &args[0]));
    TSNode name = node_field(function, "name");

    if (ts_node_is_null(name)) /* const makeToken = () => ... */
        name = node_field(node_parent(function), "name");
    for (uint32_t i = 1; i < n; i++) {
        if (name_has_word(tt_node_text(name, match->text), args[i].string.p))
            return true;
    }
    return false;
}

/* (#function-is? @node "regex-free text ..."): text of the head of the function around
 * it (decorators and what stands in front of its body) has one of the texts */
bool pred_function_head(ARGS)
{
    TSNode function = node_function(pred_node(match, &args[0]));
    TSNode parent = node_parent(function);
    TSNode body = node_field(function, "body");

    if (ts_node_is_null(function) || ts_node_is_null(body))
        return false;
    uint32_t from = ts_node_start_byte(node_is(parent, "decorated_definition") ? parent : function);
    tt_str head = tt_str_sub(match->text, from, ts_node_start_byte(body));
    for (uint32_t i = 1; i < n; i++) {
        if (tt_str_has(head, args[i].string))
            return true;
    }
    return false;
}

/* (#shows? @node @error): puts the error itself into a text: str(e), repr(e),
 * f"...{e}", e.args, or the bare name as an argument */
bool pred_shows(ARGS)
{
    tt_str text = pred_text(match, &args[0]), name = pred_text(match, &args[1]);

    (void)n;
    for (size_t at = 0; at < text.n;) {
        const char *hit = memmem(text.p + at, text.n - at, name.p, name.n);

        if (!hit)
            return false;
        size_t i = (size_t)(hit - text.p), end = i + name.n;
        bool whole = (i == 0 || !pred_word_char(text.p[i - 1])) &&
                     (end == text.n || !pred_word_char(text.p[end]));
        tt_str before = tt_str_sub(text, 0, i);
        if (whole && (tt_str_ends(before, TT_STR("str(")) || tt_str_ends(before, TT_STR("repr(")) ||
                      tt_str_ends(before, TT_STR("{")) || tt_str_ends(before, TT_STR("${")) ||
                      tt_str_starts(tt_str_sub(text, end, text.n), TT_STR(".args")) ||
                      tt_str_starts(tt_str_sub(text, end, text.n), TT_STR(".message"))))
            return true;
        at = end;
    }
    return false;
}

/* (#commented? @node): a comment inside, or behind it on its last line; one that only silences a
 * rule explains nothing, and what it silences is counted */
bool pred_commented(ARGS)
{
    TSNode node = pred_node(match, &args[0]);
    TSNode root = ((const struct tt_pred_context *)match->data)->root;
    uint32_t end = ts_node_end_byte(node);

    (void)n;
    while (end < match->text.n && match->text.p[end] != '\n')
        end++;
    for (uint32_t i = ts_node_start_byte(node); i < end; i++) {
        if (match->text.p[i] != '#' && match->text.p[i] != '/')
            continue;
        TSNode at = ts_node_descendant_for_byte_range(root, i, i + 1);
        if (strstr(ts_node_type(at), "comment") &&
            !tt_str_has(tt_node_text(at, match->text), TT_STR("trimtab: ignore[")))
            return true;
    }
    return false;
}

/* (#rebound? @block @name): the block gives the name another value, or takes it away */
bool pred_rebound(ARGS)
{
    tt_str text = pred_text(match, &args[0]), name = pred_text(match, &args[1]);

    (void)n;
    for (size_t at = 0; name.n > 0 && at < text.n;) {
        const char *hit = memmem(text.p + at, text.n - at, name.p, name.n);

        if (!hit)
            return false;
        size_t i = (size_t)(hit - text.p), end = i + name.n;
        tt_str before = tt_str_sub(text, 0, i), after;

        at = end;
        if ((i > 0 && (pred_word_char(text.p[i - 1]) || text.p[i - 1] == '.')) ||
            (end < text.n && pred_word_char(text.p[end])))
            continue;
        while (end < text.n && text.p[end] == ' ')
            end++;
        after = tt_str_sub(text, end, text.n);
        if (tt_str_ends(before, TT_STR("as ")) || tt_str_ends(before, TT_STR("for ")) ||
            tt_str_ends(before, TT_STR("del ")) || tt_str_ends(before, TT_STR("import ")) ||
            tt_str_starts(after, TT_STR(":=")) || tt_str_starts(after, TT_STR("+=")) ||
            (tt_str_starts(after, TT_STR("=")) && !tt_str_starts(after, TT_STR("=="))))
            return true;
    }
    return false;
}

/* (#class-indexes? @column): the class around it names the column in an Index or
 * a unique constraint */
bool pred_class_indexes(ARGS)
{
    TSNode node = pred_node(match, &args[0]);
    tt_str text = tt_node_text(node_above(node, "class_definition", false), match->text);
    tt_str name = tt_node_text(node, match->text);

    (void)n;
    for (size_t at = 0; at < text.n;) {
        const char *hit = memmem(text.p + at, text.n - at, "Index(", 6);
        const char *unique = memmem(text.p + at, text.n - at, "Constraint(", 11);

        if (!hit || (unique && unique < hit))
            hit = unique;
        if (!hit)
            return false;
        size_t from = (size_t)(hit - text.p);
        const char *close = memchr(hit, ')', text.n - from);
        size_t end = close ? (size_t)(close - text.p) : text.n;
        if (pred_has_word(tt_str_sub(text, from, end), name))
            return true;
        at = end;
    }
    return false;
}

/* (#assigned? @name "ctx.Err()" ...): in the function around it, "name := ctx.Err()" */
bool pred_assigned(ARGS)
{
    TSNode node = pred_node(match, &args[0]);
    tt_str text = tt_node_text(node_function(node), match->text);
    tt_str name = tt_node_text(node, match->text);

    for (uint32_t i = 1; i < n; i++) {
        for (int declares = 0; declares < 2; declares++) {
            char wanted[160];
            int len = snprintf(wanted, sizeof(wanted), "%.*s %s= %.*s", TT_STR_ARG(name),
                               declares ? ":" : "", TT_STR_ARG(args[i].string));

            if (len > 0 && (size_t)len < sizeof(wanted) &&
                tt_str_has(text, (tt_str){ wanted, (size_t)len }))
                return true;
        }
    }
    return false;
}

/* (#stores? @cache @key "set"): the function around it has "cache.set(key" */
bool pred_stores(ARGS)
{
    TSNode node = pred_node(match, &args[0]);
    tt_str text = tt_node_text(node_function(node), match->text);
    tt_str key = pred_text(match, &args[1]);

    for (uint32_t i = 2; i < n; i++) {
        char wanted[320];
        int len = snprintf(wanted, sizeof(wanted), "%.*s.%.*s(%.*s",
                           TT_STR_ARG(tt_node_text(node, match->text)), TT_STR_ARG(args[i].string),
                           TT_STR_ARG(key));

        if (len > 0 && (size_t)len < sizeof(wanted) &&
            tt_str_has(text, (tt_str){ wanted, (size_t)len }))
            return true;
    }
    return false;
}

/* (#just? @block "JSON.parse" ...): one statement, which mentions one of the words */
bool pred_just(ARGS)
{
    TSNode block = pred_node(match, &args[0]);
    uint32_t statements = 0;

    for (uint32_t i = 0; i < node_named_count(block); i++)
        statements += !node_is(node_named(block, i), "comment");
    for (uint32_t i = 1; statements == 1 && i < n; i++) {
        if (pred_has_word(tt_node_text(block, match->text), args[i].string))
            return true;
    }
    return false;
}
