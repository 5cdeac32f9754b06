/* actions.c -- see actions.h. */
#include "session/actions.h"

#include "syntax/lang.h"

#define DIAGNOSTIC_WORDS 32u  /* characters of its message in a title */
#define MESSAGE_MAX      800u /* bytes of it that are asked about */

static const char *text(struct tt_arena *arena, tt_str s)
{
    return tt_arena_dup(arena, s).p;
}

/* The first line, and no more characters of it than fit. */
static tt_str shortened(tt_str message, struct tt_arena *arena)
{
    size_t end = 0;
    unsigned n = 0;

    while (end < message.n && message.p[end] != '\n' && message.p[end] != '\r') {
        if (n == DIAGNOSTIC_WORDS && ((unsigned char)message.p[end] & 0xC0) != 0x80)
            return tt_arena_printf(arena, "%.*s…", (int)end, message.p);
        n += ((unsigned char)message.p[end] & 0xC0) != 0x80;
        end++;
    }
    return tt_arena_dup(arena, tt_str_sub(message, 0, end));
}

static bool complete(const struct tt_task_action *a)
{
    return a->leaf && a->kind && a->title && a->instruction && a->scope;
}

static const struct tt_task_action *diagnostic_action(tt_str message, struct tt_arena *arena)
{
    struct tt_task_action *a = tt_arena_alloc(arena, sizeof(*a));
    size_t n = message.n < MESSAGE_MAX ? message.n : MESSAGE_MAX;

    if (!a || !message.n)
        return NULL;
    while (n < message.n && n > 0 && ((unsigned char)message.p[n] & 0xC0) == 0x80)
        n--;
    *a = (struct tt_task_action){
        .leaf = TT_ACTION_DIAGNOSTIC,
        .kind = TT_ACTION_DIAGNOSTIC_KIND,
        .title = tt_arena_printf(arena, "Fix: %.*s", TT_STR_ARG(shortened(message, arena))).p,
        .instruction = tt_arena_printf(arena,
                                       "Mend the cause of this problem, which a tool reports here, "
                                       "and change nothing else: %.*s",
                                       (int)n, message.p)
                           .p,
        .task = TT_TASK_OTHER,
        .scope = "",
    };
    return complete(a) ? a : NULL;
}

static const struct tt_task_action *own_action(const struct tt_action_setting *own,
                                               struct tt_arena *arena)
{
    struct tt_task_action *a = tt_arena_alloc(arena, sizeof(*a));
    enum tt_task task = tt_task_from_id(own->task);

    if (!a)
        return NULL;
    *a = (struct tt_task_action){
        .leaf = text(arena, own->leaf),
        .kind =
            own->kind.n
                ? text(arena, own->kind)
                : tt_arena_printf(arena, "refactor.rewrite.trimtab.%.*s", TT_STR_ARG(own->leaf)).p,
        .title = text(arena, own->title),
        .instruction = text(arena, own->prompt),
        .task = task == TT_TASK_COUNT ? TT_TASK_OTHER : task,
        .scope = text(arena, own->scope),
    };
    return complete(a) ? a : NULL;
}

const struct tt_task_action *tt_action_named(struct tt_session *session, tt_str leaf,
                                             tt_str diagnostic, struct tt_arena *arena)
{
    const struct tt_action_setting *own = tt_config_own_action(session->config, leaf);

    if (tt_str_eq(leaf, TT_STR(TT_ACTION_DIAGNOSTIC)))
        return diagnostic_action(diagnostic, arena);
    return own ? own_action(own, arena) : tt_task_action_find(leaf);
}

const struct tt_task_action *tt_action_copy(const struct tt_task_action *action,
                                            struct tt_arena *arena)
{
    struct tt_task_action *a;

    if (!action || action == tt_task_action_find(tt_str_from(action->leaf)))
        return action; /* static */
    a = tt_arena_alloc(arena, sizeof(*a));
    if (!a)
        return NULL;
    *a = (struct tt_task_action){
        .leaf = text(arena, tt_str_from(action->leaf)),
        .kind = text(arena, tt_str_from(action->kind)),
        .title = text(arena, tt_str_from(action->title)),
        .instruction = text(arena, tt_str_from(action->instruction)),
        .task = action->task,
        .scope = text(arena, tt_str_from(action->scope)),
    };
    return complete(a) ? a : NULL;
}

bool tt_action_scope(const struct tt_task_action *action, enum tt_prompt_scope *out)
{
    *out = strcmp(action->scope, "file") == 0       ? TT_PROMPT_FILE
           : strcmp(action->scope, "new-file") == 0 ? TT_PROMPT_NEW_FILE
           : strcmp(action->scope, "symbol") == 0   ? TT_PROMPT_SYMBOL
                                                    : TT_PROMPT_RANGE;
    /* ours with the scope "symbol" are offered where a definition is pointed at, and a
     * selection in it stays one; the user's own mean what they say */
    return *out == TT_PROMPT_FILE || *out == TT_PROMPT_NEW_FILE ||
           (action->scope[0] && action != tt_task_action_find(tt_str_from(action->leaf)));
}

bool tt_actions_on(const struct tt_session *session, const struct tt_lang *lang)
{
    return session->config->enabled &&
           (!lang || tt_config_language(session->config, tt_lang_name(lang)));
}
