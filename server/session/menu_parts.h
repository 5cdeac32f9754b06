/* menu_parts.h -- what the files menu*.c share; for them only. */
#ifndef TT_SESSION_MENU_PARTS_H
#define TT_SESSION_MENU_PARTS_H

#include "lsp/code_action.h"
#include "session/menu.h"
#include "trimtab/task.h"

#define TT_MENU_MAX 64u /* actions */

/* One menu being made; in the call's arena. */
struct tt_menu {
    struct tt_session *session;
    struct tt_snapshot *snapshot;
    const struct tt_lsp_code_action_params *params;
    struct tt_arena *arena;
    tt_str bytes;
    struct tt_range range;
    struct tt_lsp_code_action at[TT_MENU_MAX];
    size_t n, models;
    const struct tt_task_action *offered[TT_MENU_MAX]; /* model actions so far */
    bool trial;                                        /* one of them is a duel */
};

/* Another action of this kind; NULL: none of that kind is wanted, or there are
 * enough. */
struct tt_lsp_code_action *tt_menu_add(struct tt_menu *menu, tt_str kind);

/* Answer with what stands at the cursor now. */
void tt_menu_answer(struct tt_session *session, struct tt_call *call, struct tt_snapshot *snapshot,
                    const struct tt_lsp_code_action_params *params);

/* Members of an object: the document, its text, and a place in it (NULL: all of it). */
void tt_menu_write_place(struct tt_json_writer *w, const struct tt_menu *menu,
                         const struct tt_range *range);

/* --- menu_models.c ------------------------------------------------------------- */

void tt_menu_add_models(struct tt_menu *menu, const struct tt_findings *findings);

/* --- menu_wait.c --------------------------------------------------------------- */

/* Answer later; `params` is copied. */
void tt_menu_defer(struct tt_session *session, struct tt_call *call,
                   struct tt_lsp_code_action_params *params, const struct tt_snapshot *snapshot);

#endif
