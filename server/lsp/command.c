/* command.c -- our commands' arguments: see command.h. */
#include "lsp/command.h"

#include "trimtab/error.h"

const char *const tt_lsp_command_names[] = {
    "trimtab.edit",
    "trimtab.decide",
    "trimtab.retry",
    "trimtab.refine",
    "trimtab.explain",
    "trimtab.status",
    "trimtab.cancel",
    "trimtab.compare",
    "trimtab.rate",
    "trimtab.fix",
    NULL,
};

/* What a command cannot do without; in the order of the names.  Without a range
 * the whole document is meant, without a model the router chooses. */
enum { URI = 1, INSTRUCTION = 2, ID = 4, ACCEPT = 8, WINNER = 16 };

static const unsigned required[] = {
    URI,         /* edit: and an instruction, or the name of an action */
    ID | ACCEPT, /* decide */
    ID,          /* retry */
    INSTRUCTION, /* refine: and uri or id */
    0,           /* explain: either uri and range, or id */
    0,           /* status */
    0,           /* cancel */
    URI,         /* compare: likewise */
    ID | WINNER, /* rate */
    URI,         /* fix */
};

const char *tt_lsp_command_name(enum tt_lsp_command_id id)
{
    return id == TT_LSP_COMMAND_UNKNOWN ? NULL : tt_lsp_command_names[id - TT_LSP_COMMAND_EDIT];
}

static enum tt_lsp_command_id command_of(tt_str name)
{
    for (int i = 0; tt_lsp_command_names[i]; i++) {
        if (tt_str_eq(name, tt_str_from(tt_lsp_command_names[i])))
            return (enum tt_lsp_command_id)(i + TT_LSP_COMMAND_EDIT);
    }
    return TT_LSP_COMMAND_UNKNOWN;
}

/* An id is a string of ours; a client may keep it as a number. */
static int read_id(struct tt_lsp_reader *r, const struct tt_json *v, const char *path, tt_str *out)
{
    if (tt_json_type(v) == TT_JSON_NUMBER) {
        *out = tt_json_raw(v);
        return 0;
    }
    return tt_lsp_read_string_opt(r, v, path, out);
}

static int read_hunks(struct tt_lsp_reader *r, const struct tt_json *v, struct tt_lsp_execute *out)
{
    tt_str *ids = tt_arena_array(r->arena, tt_json_count(v), sizeof(*ids));
    int err = 0;

    if (!ids)
        return TT_ENOMEM;
    out->accept = tt_json_count(v) ? TT_LSP_ACCEPT_SOME : TT_LSP_ACCEPT_NONE;
    out->hunks = ids;
    for (const struct tt_json *c = NULL; !err && (c = tt_json_next(v, c, NULL));)
        err = read_id(r, c, "accept[]", &ids[out->n_hunks++]);
    return err;
}

static int read_accept(struct tt_lsp_reader *r, const struct tt_json *v, struct tt_lsp_execute *out)
{
    if (tt_json_type(v) == TT_JSON_ARRAY)
        return read_hunks(r, v, out);
    if (tt_json_is(v, TT_STR("all")))
        out->accept = TT_LSP_ACCEPT_ALL;
    else if (tt_json_is(v, TT_STR("none")))
        out->accept = TT_LSP_ACCEPT_NONE;
    else
        return tt_lsp_bad(r, "accept is neither \"all\", \"none\" nor a list of hunk ids");
    return 0;
}

static int read_place(struct tt_lsp_reader *r, const struct tt_json *args,
                      struct tt_lsp_execute *out)
{
    const struct tt_json *range = tt_json_get(args, "range");
    int err = tt_lsp_read_string_opt(r, tt_json_get(args, "uri"), "uri", &out->uri);

    if (!err && range) {
        err = tt_lsp_read_range(r, range, "range", &out->range);
        out->range = tt_position_range_ordered(out->range);
        out->has_range = !err;
    }
    if (!err)
        err = tt_lsp_read_int_opt(r, tt_json_get(args, "version"), "version", &out->has_version,
                                  &out->version);
    if (!err)
        err = tt_lsp_read_int_opt(r, tt_json_get(args, "generation"), "generation",
                                  &out->has_generation, &out->generation);
    return err;
}

static int read_words(struct tt_lsp_reader *r, const struct tt_json *args,
                      struct tt_lsp_execute *out)
{
    const struct {
        const char *key;
        tt_str *out;
    } words[] = {
        { "instruction", &out->instruction },
        { "scope", &out->scope },
        { "model", &out->model },
        { "winner", &out->winner },
    };
    size_t n = 0;
    int err = read_id(r, tt_json_get(args, "id"), "id", &out->id);

    for (size_t i = 0; !err && i < sizeof(words) / sizeof(words[0]); i++)
        err =
            tt_lsp_read_string_opt(r, tt_json_get(args, words[i].key), words[i].key, words[i].out);
    while (n < out->instruction.n && (unsigned char)out->instruction.p[n] <= ' ')
        n++;
    if (n == out->instruction.n) /* blanks are no instruction */
        out->instruction.n = 0;
    return err;
}

static int read_switches(struct tt_lsp_reader *r, const struct tt_json *args,
                         struct tt_lsp_execute *out)
{
    int err = tt_lsp_read_bool_opt(r, tt_json_get(args, "apply"), "apply", &out->apply);

    if (!err)
        err = tt_lsp_read_bool_opt(r, tt_json_get(args, "everywhere"), "everywhere",
                                   &out->everywhere);
    return err ? err : tt_lsp_read_bool_opt(r, tt_json_get(args, "flush"), "flush", &out->flush);
}

static bool one_of(tt_str s, const char *const *list)
{
    for (; *list; list++) {
        if (tt_str_eq(s, tt_str_from(*list)))
            return true;
    }
    return false;
}

static int check_values(struct tt_lsp_reader *r, const struct tt_lsp_execute *e)
{
    static const char *const scopes[] = { "range", "symbol", "file", "new-file", NULL };
    static const char *const winners[] = { "a", "b", "none", NULL };

    if (e->scope.n && !one_of(e->scope, scopes))
        return tt_lsp_bad(r, "scope is none of range, symbol, file, new-file");
    if (e->winner.n && !one_of(e->winner, winners))
        return tt_lsp_bad(r, "winner is none of a, b, none");
    return 0;
}

static int check_required(struct tt_lsp_reader *r, const struct tt_lsp_execute *e)
{
    unsigned need = required[e->command - TT_LSP_COMMAND_EDIT];
    const struct {
        unsigned bit;
        bool there;
        const char *name;
    } rows[] = {
        { URI, e->uri.n > 0, "uri" },
        { INSTRUCTION, e->instruction.n > 0, "instruction" },
        { ID, e->id.n > 0, "id" },
        { ACCEPT, tt_json_get(e->args, "accept") != NULL, "accept" },
        { WINNER, e->winner.n > 0, "winner" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if ((need & rows[i].bit) && !rows[i].there)
            return tt_lsp_bad(r, "%.*s needs %s", TT_STR_ARG(e->name), rows[i].name);
    }
    if ((e->command == TT_LSP_COMMAND_EDIT || e->command == TT_LSP_COMMAND_COMPARE) &&
        !e->instruction.n && !tt_json_get(e->args, "action"))
        return tt_lsp_bad(r, "%.*s needs instruction, or action", TT_STR_ARG(e->name));
    if (e->command == TT_LSP_COMMAND_REFINE && !e->id.n && !e->uri.n)
        return tt_lsp_bad(r, "trimtab.refine needs id, or uri");
    if (e->command == TT_LSP_COMMAND_EXPLAIN && !e->id.n && !(e->uri.n && e->has_range))
        return tt_lsp_bad(r, "trimtab.explain needs uri and range, or id");
    return 0;
}

static int read_args(struct tt_lsp_reader *r, struct tt_lsp_execute *e)
{
    const struct tt_json *accept = tt_json_get(e->args, "accept");
    int err = read_place(r, e->args, e);

    if (!err)
        err = read_words(r, e->args, e);
    if (!err)
        err = read_switches(r, e->args, e);
    if (!err && accept)
        err = read_accept(r, accept, e);
    if (!err)
        err = check_values(r, e);
    return err ? err : check_required(r, e);
}

int tt_lsp_read_execute(struct tt_lsp_reader *r, const struct tt_json *params,
                        struct tt_lsp_execute *out)
{
    const struct tt_json *args = tt_json_get(params, "arguments");
    struct tt_lsp_execute e = { .apply = true, .work_done_token = tt_lsp_read_token(params) };
    int err = tt_lsp_read_string(r, tt_json_get(params, "command"), "command", &e.name);

    if (err)
        return err;
    e.command = command_of(e.name);
    if (tt_json_type(args) == TT_JSON_ARRAY)
        args = tt_json_next(args, NULL, NULL);
    if (tt_json_type(args) == TT_JSON_OBJECT)
        e.args = args;
    if (e.command != TT_LSP_COMMAND_UNKNOWN) {
        if (!e.args && tt_json_type(args) != TT_JSON_NULL)
            return tt_lsp_bad(r, "the argument of %.*s is not an object", TT_STR_ARG(e.name));
        err = read_args(r, &e);
    }
    if (!err)
        *out = e;
    return err;
}

int tt_lsp_read_set_keys(struct tt_lsp_reader *r, const struct tt_json *params,
                         const struct tt_lsp_key **out, size_t *n)
{
    const struct tt_json *keys = tt_json_get(params, "keys"), *name;
    struct tt_lsp_key *list;
    size_t count = 0;

    if (tt_json_type(keys) != TT_JSON_OBJECT)
        return tt_lsp_bad(r, "keys is not an object of names and keys");
    list = tt_arena_array(r->arena, tt_json_count(keys), sizeof(*list));
    if (!list)
        return TT_ENOMEM;
    for (const struct tt_json *c = NULL; (c = tt_json_next(keys, c, &name));) {
        int err = tt_lsp_read_string(r, name, "keys", &list[count].name);

        if (!err) /* null takes a key back, as the empty one does */
            err = tt_lsp_read_string_opt(r, c, "a value in keys", &list[count].key);
        if (err)
            return err;
        count++;
    }
    *out = list;
    *n = count;
    return 0;
}
