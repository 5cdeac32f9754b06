/* task_see.c -- features of what the walk over the code meets.
 *
 * Each thing is a feature of its unit, once more when it lies in the range (the
 * range decides, not what is round it), and another one in the head of a class.
 */
#include "analysis/task_scan.h"

enum zone { UNIT, RANGE, HEAD, REACH };

static const char *const spaces[][4] = {
    [SEE_CALL] = { "u:call", "r:call", "h:call", "e:call" },
    [SEE_DECORATOR] = { "u:deco", "r:deco", "h:deco", "e:deco" },
    [SEE_TYPE] = { "u:type", "r:type", "h:type", "e:type" },
    [SEE_KEY] = { "u:key", "r:key", "h:key", "e:key" },
    [SEE_NODE] = { "u:node", "r:node", "h:node", "e:node" },
    [SEE_SQL] = { "u:sql", "r:sql", "h:sql", "e:sql" },
    [SEE_STRING] = { "u:str", "r:str", "h:str", "e:str" },
    [SEE_NUMBER] = { "u:num", "r:num", "h:num", "e:num" },
    [SEE_DEFINITION] = { "u:def", "r:def", "h:def", "e:def" },
};
static const char *const words[4] = { "u:in", "r:in", "h:in", "e:in" };

/* Does the name stand in the range?  A node without one does where it begins: all
 * round the range overlap it. */
static bool lies_in(const struct scan *s, struct tt_range range, tt_str name, TSNode node)
{
    tt_str bytes = s->source->bytes;
    size_t at = ts_node_start_byte(node);

    if (name.p >= bytes.p && name.p < bytes.p + bytes.n)
        at = (size_t)(name.p - bytes.p);
    return at < range.end && at + name.n > range.start;
}

/* What was met before in this zone says nothing new. */
static void add(struct scan *s, enum zone zone, enum seen what, const char *shown, tt_str name,
                TSNode node)
{
    struct task_features *f = s->features;
    struct tt_range range = scan_range(node);

    if (task_feature_known(f, spaces[what][zone], name))
        return;
    uint16_t piece = shown ? task_piece(f, shown, name, &range) : TASK_PIECES_MAX;
    task_feature_add(f, spaces[what][zone], name, TASK_VALUE_ONE, piece);
    if (what <= SEE_DEFINITION)
        task_feature_words(f, words[zone], name, piece);
}

void scan_see(struct scan *s, enum seen what, const char *shown, tt_str name, TSNode node)
{
    if (!s->features || name.n == 0 || name.n > SCAN_NAME_BYTES)
        return;
    if (s->percent != 100) {
        add(s, HEAD, what, shown, name, node);
        return;
    }
    if (lies_in(s, s->lines, name, node))
        add(s, RANGE, what, shown, name, node);
    if (lies_in(s, s->reach, name, node))
        add(s, REACH, what, shown, name, node);
    add(s, UNIT, what, shown, name, node);
}

void scan_see_text(struct scan *s, enum seen what, tt_str text, TSNode node)
{
    struct tt_range range = scan_range(node);
    size_t most = what == SEE_SQL ? 80 : 16;

    if (!s->features || text.n == 0)
        return;
    uint16_t piece = task_piece(s->features, what == SEE_SQL ? "sql" : "string",
                                tt_str_sub(text, 0, 60), &range);
    if (s->percent != 100) {
        task_feature_text(s->features, spaces[what][HEAD], text, most, piece);
        return;
    }
    if (lies_in(s, s->lines, text, node))
        task_feature_text(s->features, spaces[what][RANGE], text, most, piece);
    if (lies_in(s, s->reach, text, node))
        task_feature_text(s->features, spaces[what][REACH], text, most, piece);
    task_feature_text(s->features, spaces[what][UNIT], text, most, piece);
}

void scan_see_above(struct scan *s, const struct scan_path *path)
{
    struct task_features *f = s->features;

    for (uint32_t i = 1; f && i < path->n; i++) {
        TSNode node = path->at[i];
        struct tt_range range = scan_range(node);
        tt_str prev, type = tt_str_from(ts_node_type(node));

        if (!ts_node_is_named(node) || range.start >= s->lines.start)
            continue;
        task_feature_add(f, "a:node", type, TASK_VALUE_ONE, task_piece(f, "node", type, &range));
        if (scan_is_call(node)) {
            tt_str name = scan_last_names(scan_callee_text(node, s->source->bytes), &prev);
            uint16_t piece = task_piece(f, "call", name, &range);

            task_feature_add(f, "a:call", name, TASK_VALUE_ONE, piece);
            task_feature_words(f, "a:in", name, piece);
        }
        TSNode name = node_field(node, "name");
        if (!ts_node_is_null(name)) {
            struct tt_range at = scan_range(name);
            tt_str text = tt_node_text(name, s->source->bytes);

            task_feature_words(f, "a:in", text, task_piece(f, "identifier", text, &at));
        }
    }
}
