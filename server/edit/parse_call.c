/* parse_call.c -- see the header. */
#include "edit/parse_call.h"

#include "edit/json_lite.h"
#include "edit/parse_patch.h"
#include "trimtab/error.h"

#define MAX_NESTING 8u

void tt_parse_call_init(struct tt_parse_call *c, struct tt_arena *arena, bool forced)
{
    *c = (struct tt_parse_call){ .p = { .arena = arena }, .forced = forced };
    tt_buf_init(&c->text, TT_ANSWER_MAX + 1);
}

void tt_parse_call_release(struct tt_parse_call *c)
{
    tt_buf_release(&c->text);
}

void tt_parse_call_line(struct tt_parse_call *c, tt_str line)
{
    tt_str s = tt_trim_left(line);

    c->p.line++;
    if (!c->started && s.n && (s.p[0] == '{' || s.p[0] == '[')) {
        c->started = true;
        tt_parse_mark(&c->p);
    }
    if (c->started)
        tt_lines_add(&c->text, line);
    if (c->text.err)
        c->p.err = c->text.err;
}

/* The first member of one of these names that is a string. */
static const struct tt_jl *any_string(const struct tt_jl *object, const char *const *keys)
{
    for (; *keys; keys++) {
        const struct tt_jl *m = tt_jl_get(object, *keys);

        if (m && m->type == TT_JL_STRING)
            return m;
    }
    return NULL;
}

/* JSON says "\r\n" for what the file has at its line ends. */
static tt_str lf_view(struct tt_parse *p, tt_str s)
{
    char *out;
    size_t n = 0;

    if (!s.n || !memchr(s.p, '\r', s.n))
        return s;
    out = tt_arena_alloc(p->arena, s.n);
    if (!out) {
        p->err = TT_ENOMEM;
        return s;
    }
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\r' || i + 1 == s.n || s.p[i + 1] != '\n')
            out[n++] = s.p[i];
    }
    return (tt_str){ out, n };
}

static void add(struct tt_parse *p, enum tt_block_kind kind, tt_str path, tt_str old, tt_str new,
                uint32_t hint)
{
    struct tt_block *block = tt_parse_add(p, kind);

    if (!block)
        return;
    block->path = path;
    block->line_hint = hint;
    old = lf_view(p, old);
    new = lf_view(p, new);
    tt_parse_reading(p, block, old, new);
    if (kind == TT_BLOCK_BYTES)
        tt_parse_numbered(p, block, old, new);
}

/* A V4A patch in a string: its blocks become ours. */
static void add_patch(struct tt_parse *p, tt_str text, bool body, tt_str path)
{
    struct tt_parse_patch v;

    tt_parse_patch_init(&v, p->arena, body);
    while (text.n && !v.p.err) {
        const char *nl = memchr(text.p, '\n', text.n);
        size_t end = nl ? (size_t)(nl - text.p) : text.n;
        tt_str line = tt_str_sub(text, 0, end);

        if (tt_str_ends(line, TT_STR("\r")))
            line.n--;
        tt_parse_patch_line(&v, line);
        text = tt_str_sub(text, end + 1, text.n);
    }
    tt_parse_patch_end(&v);
    for (size_t i = 0; i < v.p.n; i++) {
        struct tt_block *block = tt_parse_add(p, v.p.blocks[i].kind);

        if (block)
            *block = v.p.blocks[i];
        if (block && body)
            block->path = path;
    }
    if (v.p.state == TT_ANSWER_MALFORMED)
        tt_parse_malformed(p, "%.*s", TT_STR_ARG(v.p.problem));
    else if (v.p.state == TT_ANSWER_UNFINISHED && p->state == TT_ANSWER_NONE)
        p->state = TT_ANSWER_UNFINISHED;
    p->err = p->err ? p->err : v.p.err;
    tt_parse_patch_release(&v);
}

static void collect(struct tt_parse *p, const struct tt_jl *value, tt_str path, unsigned depth);

/* Envelopes: {"name", "input": {...}}, {"function": {"arguments": "..."}}, ... */
static bool collect_inside(struct tt_parse *p, const struct tt_jl *object, tt_str path,
                           unsigned depth)
{
    static const char *const keys[] = { "edits",      "input",    "arguments",  "args",
                                        "parameters", "function", "tool_calls", "content",
                                        "operation",  "calls" };

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const struct tt_jl *m = tt_jl_get(object, keys[i]);
        struct tt_jl *inner;
        size_t used, had = p->n;

        if (!m)
            continue;
        if (m->type == TT_JL_STRING) {
            tt_str s = tt_trim_left(m->string);

            if (tt_str_starts(s, TT_STR("*** Begin Patch")))
                add_patch(p, s, false, path);
            else if (s.n && (s.p[0] == '{' || s.p[0] == '[') &&
                     tt_jl_parse(s, p->arena, &inner, &used) == TT_JL_OK)
                collect(p, inner, path, depth + 1);
        } else {
            collect(p, m, path, depth + 1);
        }
        if (p->n > had || p->state == TT_ANSWER_MALFORMED)
            return true;
    }
    return false;
}

/* Has the object nothing but what edits have?  The short names are words that
 * any settings may use. */
static bool is_only_edit(const struct tt_jl *object)
{
    static const char *const known[] = { "path",        "file",   "file_path", "filePath",
                                         "filename",    "search", "replace",   "command",
                                         "type",        "why",    "reason",    "explanation",
                                         "description", NULL };

    for (const struct tt_jl *m = object->child; m; m = m->next) {
        size_t i = 0;

        while (known[i] && !tt_str_is(m->key, known[i]))
            i++;
        if (!known[i])
            return false;
    }
    return true;
}

static void collect_object(struct tt_parse *p, const struct tt_jl *object, tt_str path,
                           unsigned depth)
{
    static const char *const paths[] = { "path", "file_path",   "filePath", "filename",
                                         "file", "target_file", NULL };
    static const char *const olds[] = { "old_str",  "old_string", "oldString",
                                        "old_text", "oldText",    NULL };
    static const char *const news[] = { "new_str",  "new_string", "newString",
                                        "new_text", "newText",    NULL };
    static const char *const inserts[] = { "insert_text", "new_str", "new_string", "text", NULL };
    static const char *const contents[] = { "file_text", "content", NULL };
    static const char *const patches[] = { "patch", "diff", NULL };
    static const char *const commands[] = { "command", "type", NULL };
    const struct tt_jl *named = any_string(object, paths), *old = any_string(object, olds);
    const struct tt_jl *new = any_string(object, news), *at = tt_jl_get(object, "insert_line");
    const struct tt_jl *command = any_string(object, commands);
    const struct tt_jl *content = any_string(object, contents);
    const struct tt_jl *patch = any_string(object, patches);
    bool short_names = !old && !new &&is_only_edit(object);

    if (short_names) {
        old = tt_jl_get(object, "search");
        new = tt_jl_get(object, "replace");
        old = old && old->type == TT_JL_STRING ? old : NULL;
        new = new &&new->type == TT_JL_STRING ? new : NULL;
    }
    if (named)
        path = named->string;
    if (at && at->type == TT_JL_NUMBER) {
        const struct tt_jl *text = any_string(object, inserts);

        if (!text || at->number < 0 || at->number > 1e9)
            tt_parse_malformed(p, "an insertion has no text or no line");
        else
            add(p, TT_BLOCK_INSERT, path, TT_STR(""), text->string, (uint32_t)at->number);
    } else if (old && (new || (command && tt_str_is(command->string, "str_replace")))) {
        add(p, TT_BLOCK_BYTES, path, old->string, new ? new->string : TT_STR(""), 0);
    } else if (old || (new && !collect_inside(p, object, path, depth))) {
        tt_parse_malformed(p, "an edit has only one of old and new text");
    } else if (patch && tt_str_starts(tt_trim_left(patch->string), TT_STR("*** Begin Patch"))) {
        add_patch(p, patch->string, false, path);
    } else if (patch && command && tt_str_is(command->string, "delete_file")) {
        add(p, TT_BLOCK_DELETE, path, TT_STR(""), TT_STR(""), 0);
    } else if (patch && command &&
               (tt_str_is(command->string, "update_file") ||
                tt_str_is(command->string, "create_file"))) {
        add_patch(p, patch->string, true, path);
    } else if (content && command && tt_str_is(command->string, "create")) {
        add(p, TT_BLOCK_CREATE, path, TT_STR(""), content->string, 0);
    } else if (!new) {
        collect_inside(p, object, path, depth);
    }
}

static void collect(struct tt_parse *p, const struct tt_jl *value, tt_str path, unsigned depth)
{
    if (depth > MAX_NESTING || p->err)
        return;
    if (value->type == TT_JL_OBJECT)
        collect_object(p, value, path, depth);
    for (const struct tt_jl *e = value->child; value->type == TT_JL_ARRAY && e; e = e->next)
        collect(p, e, path, depth + 1);
}

/* Is it worth saying that this JSON is broken?  Code begins with '{' too. */
static bool speaks_of_edits(tt_str text)
{
    static const char *const words[] = { "\"old_str", "\"new_str", "\"insert_line\"",
                                         "\"oldString\"" };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (memmem(text.p, text.n, words[i], strlen(words[i])))
            return true;
    }
    return false;
}

static tt_str next_line(tt_str text)
{
    const char *nl = text.n ? memchr(text.p, '\n', text.n) : NULL;

    return nl ? tt_str_sub(text, (size_t)(nl - text.p) + 1, text.n) : (tt_str){ NULL, 0 };
}

void tt_parse_call_end(struct tt_parse_call *c)
{
    tt_str text = tt_buf_str(&c->text);
    bool serious;

    if (c->p.err || !c->started)
        return;
    serious = c->forced || speaks_of_edits(text);
    /* Several calls may follow each other, one object a line or in fences. */
    while (text.n && !c->p.err && c->p.state == TT_ANSWER_NONE) {
        struct tt_jl *value;
        size_t used;

        text = tt_trim_left(text);
        if (!text.n || (text.p[0] != '{' && text.p[0] != '[')) {
            text = next_line(text);
            continue;
        }
        switch (tt_jl_parse(text, c->p.arena, &value, &used)) {
        case TT_JL_OK:
            collect(&c->p, value, (tt_str){ NULL, 0 }, 0);
            text = tt_str_sub(text, used, text.n);
            break;
        case TT_JL_NOMEM:
            c->p.err = TT_ENOMEM;
            break;
        case TT_JL_CUT:
            if (serious)
                c->p.state = TT_ANSWER_UNFINISHED;
            text = next_line(text);
            break;
        case TT_JL_BAD:
            if (serious)
                tt_parse_malformed(&c->p, "the JSON object has an error");
            text = next_line(text);
            break;
        }
    }
}
