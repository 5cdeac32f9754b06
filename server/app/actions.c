/* actions.c -- see actions.h. */
#include "app/actions.h"

#include "lsp/uri.h"
#include "trimtab/error.h"

static tt_str text_of(const struct tt_json *object, const char *key, struct tt_arena *arena)
{
    tt_str s = { 0 };

    (void)!tt_json_string(tt_json_get(object, key), arena, &s, NULL);
    return s;
}

static void add_route(struct tt_buf *out, const struct tt_json *action, struct tt_arena *arena,
                      const struct tt_colors *c)
{
    const struct tt_json *data = tt_json_get(action, "data");
    tt_str disabled = text_of(tt_json_get(action, "disabled"), "reason", arena);
    tt_str model = text_of(data, "model", arena), reason = text_of(data, "short_reason", arena);
    tt_str family = text_of(data, "family", arena);

    if (tt_json_get(action, "edit"))
        tt_buf_addf(out, "    %soffline: the edit comes with it%s\n", c->dim, c->off);
    else if (model.n)
        tt_buf_addf(out, "    %swould go to %.*s (%.*s)%s%.*s%s\n", c->dim, TT_STR_ARG(model),
                    TT_STR_ARG(family), reason.n ? ": " : "", TT_STR_ARG(reason), c->off);
    if (disabled.n)
        tt_buf_addf(out, "    %sdisabled: %.*s%s\n", c->yellow, TT_STR_ARG(disabled), c->off);
}

void tt_actions_add(struct tt_buf *out, const struct tt_json *actions, struct tt_arena *arena,
                    const struct tt_colors *c)
{
    const struct tt_json *action = NULL;

    while ((action = tt_json_next(actions, action, NULL))) {
        tt_buf_adds(out, "  * ");
        tt_buf_adds(out, c->bold);
        tt_out_add_safe(out, text_of(action, "title", arena));
        tt_buf_addf(out, "%s  %s[%.*s]%s\n", c->off, c->dim,
                    TT_STR_ARG(text_of(action, "kind", arena)), c->off);
        add_route(out, action, arena, c);
    }
}

/* ---- edits ---- */

static size_t collect(const struct tt_json *list, const struct tt_json **out)
{
    const struct tt_json *edit = NULL;
    size_t n = 0;

    while ((edit = tt_json_next(list, edit, NULL))) {
        if (out)
            out[n] = edit;
        n++;
    }
    return n;
}

static size_t collect_all(const struct tt_json *edit, tt_str uri, struct tt_arena *arena,
                          const struct tt_json **out)
{
    const struct tt_json *change = NULL, *key = NULL;
    const struct tt_json *changes = tt_json_get(edit, "documentChanges");
    size_t n = 0;

    while ((change = tt_json_next(changes, change, NULL))) {
        tt_str other = text_of(tt_json_get(change, "textDocument"), "uri", arena);

        if (other.n && tt_uri_eq(other, uri))
            n += collect(tt_json_get(change, "edits"), out ? out + n : NULL);
    }
    changes = tt_json_get(edit, "changes");
    change = NULL;
    while ((change = tt_json_next(changes, change, &key))) {
        tt_str other;

        if (tt_json_string(key, arena, &other, NULL) == 0 && tt_uri_eq(other, uri))
            n += collect(change, out ? out + n : NULL);
    }
    return n;
}

int tt_action_edits(const struct tt_json *edit, tt_str uri, struct tt_arena *arena,
                    const struct tt_json ***out, size_t *n)
{
    size_t count = collect_all(edit, uri, arena, NULL);

    *out = tt_arena_array(arena, count + 1, sizeof(**out));
    if (!*out)
        return TT_ENOMEM;
    *n = collect_all(edit, uri, arena, *out);
    return 0;
}
