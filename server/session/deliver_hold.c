/* deliver_hold.c -- what is applied only after a yes: by the editor's own question, or by
 * a button in a message.
 */
#include "session/deliver_parts.h"

#include "lsp/window.h"
#include "session/new_file.h"
#include "session/outcomes.h"

bool tt_deliver_must_ask(const struct tt_attempt *attempt)
{
    return attempt->n_places > 0 || attempt->session->config->confirm == TT_CONFIRM_ALWAYS;
}

bool tt_deliver_editor_asks(const struct tt_session *session)
{
    return session->client.workspace_edit.change_annotations &&
           session->client.workspace_edit.document_changes;
}

/* The button that carries it out. */
static tt_str yes_of(const struct tt_attempt *attempt)
{
    if (attempt->scope == TT_PROMPT_NEW_FILE)
        return TT_STR("Create it");
    return attempt->held ? TT_STR("Apply anyway") : TT_STR("Apply all");
}

static void carry_out(struct tt_attempt *attempt)
{
    attempt->ask_first = false;
    if (attempt->scope != TT_PROMPT_NEW_FILE)
        tt_deliver_apply(attempt);
    else if (tt_new_file_create(attempt) < 0)
        tt_attempt_refuse(attempt, TT_STR("trimtab is out of memory."));
}

static void on_choice(void *data, uint64_t tag, const struct tt_message *response)
{
    struct tt_session *session = data;
    struct tt_attempt *attempt = response ? tt_attempt_find(session, tag) : NULL;
    struct tt_lsp_reader reader;
    struct tt_arena arena;
    tt_str choice = { NULL, 0 };

    if (!attempt || attempt->stage != TT_ATTEMPT_PROPOSED || response->failed)
        return;
    tt_arena_init(&arena);
    reader = (struct tt_lsp_reader)TT_LSP_READER(&arena);
    if (tt_lsp_read_message_choice(&reader, response->result, &choice) == 0) {
        if (tt_str_eq(choice, yes_of(attempt)))
            carry_out(attempt);
        else if (tt_str_eq(choice, TT_STR("Discard")))
            tt_outcomes_add(attempt, TT_OUTCOME_REJECTED);
    }
    tt_arena_release(&arena);
}

void tt_deliver_ask(struct tt_attempt *attempt, enum tt_lsp_message_type type, tt_str text)
{
    struct tt_session *session = attempt->session;
    const tt_str actions[] = { yes_of(attempt), TT_STR("Discard") };
    struct tt_outgoing out;
    char name[24];

    tt_outgoing_init(&out);
    tt_lsp_write_message_request(&out.w, type, text, actions, 2);
    if (tt_calls_request(session->calls, "window/showMessageRequest", &out, on_choice, session,
                         attempt->id, NULL) < 0) /* without memory: without buttons */
        tt_show_message(session, type, "%.*s trimtab.decide %.*s carries it out.", TT_STR_ARG(text),
                        TT_STR_ARG(tt_attempt_name(attempt, name)));
}

static tt_str places_words(struct tt_attempt *attempt)
{
    size_t n = tt_edit_plan_hunk_count(attempt->plan);
    tt_str warning = tt_attempt_warning(attempt);

    return tt_arena_printf(&attempt->arena, "%zu place%s of this file would change.%s%.*s", n,
                           n == 1 ? "" : "s", warning.n ? " " : "", TT_STR_ARG(warning));
}

/* Only a guard doubts, or many places change at once: nothing is applied without an
 * explicit act. */
void tt_deliver_hold(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;
    tt_str reason = attempt->held ? tt_edit_plan_reason(attempt->plan) : places_words(attempt);
    struct tt_buf text = TT_BUF_INIT(1 << 14);
    char name[24];

    if (attempt->call) { /* resolve: the error is the answer */
        tt_attempt_refuse(attempt, reason);
        return;
    }
    attempt->stage = TT_ATTEMPT_PROPOSED;
    attempt->reason = tt_arena_dup(&attempt->arena, reason);
    tt_attempt_finish(attempt);
    if (!session->client.window.show_message_actions) {
        tt_show_message(session, TT_LSP_MESSAGE_WARNING,
                        "trimtab: %.*s Nothing was applied; the proposal is %.*s.",
                        TT_STR_ARG(reason), TT_STR_ARG(tt_attempt_name(attempt, name)));
        return;
    }
    tt_buf_addf(&text, "trimtab: %.*s Nothing was applied.", TT_STR_ARG(reason));
    tt_deliver_ask(attempt, TT_LSP_MESSAGE_WARNING, tt_buf_str(&text));
    tt_buf_release(&text);
}
