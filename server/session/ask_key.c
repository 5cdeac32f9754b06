/* ask_key.c -- the API key of a question: waited for, and once fetched anew.
 *
 * A key that a command or a file gave may have been replaced since (vaults do so).
 * When the provider refuses it, its source is asked once more; only another key is
 * worth another request.
 */
#include "session/ask_parts.h"

struct tt_ask_renewal {
    struct tt_llm_failure failure; /* what to go on with when there is no other key */
    tt_str sentence;
};

static void fail_without(struct tt_attempt *attempt)
{
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    const struct tt_model_config *model = &attempt->session->config->models[choice->model_index];
    tt_str text = tt_arena_printf(&attempt->arena,
                                  "There is no API key for %.*s: set %.*s, or name another "
                                  "model in the settings.",
                                  TT_STR_ARG(model->name), TT_STR_ARG(model->key.env));

    tt_attempt_refuse(attempt, text);
}

void tt_ask_begin(struct tt_attempt *attempt)
{
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    struct tt_ask_renewal *renewal = attempt->renewal;
    const struct tt_session_key *key = &attempt->session->keys[choice->model_index];

    if (!renewal)
        attempt->patience_from = attempt->session->io->now(attempt->session->io);
    if (key->state == TT_KEY_UNKNOWN) {
        attempt->stage = TT_ATTEMPT_KEY;
        tt_settings_ask_key(attempt->session, choice->model_index);
        if (key->state == TT_KEY_UNKNOWN)
            return;
    }
    attempt->renewal = NULL;
    if (renewal && (key->state == TT_KEY_ABSENT || key->serial == attempt->key_serial))
        tt_ask_go_on(attempt, &renewal->failure, renewal->sentence);
    else if (key->state == TT_KEY_ABSENT)
        fail_without(attempt);
    else
        tt_ask_send(attempt);
}

bool tt_ask_renew_key(struct tt_attempt *attempt, const struct tt_llm_failure *failure,
                      tt_str sentence)
{
    struct tt_session *session = attempt->session;
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    struct tt_ask_renewal *renewal;

    if (failure->status != 401 || attempt->renewed)
        return false;
    renewal = tt_arena_alloc(&attempt->arena, sizeof(*renewal));
    if (!renewal || !tt_settings_renew_key(session, choice->model_index, attempt->key_serial))
        return false;
    *renewal = (struct tt_ask_renewal){ *failure, sentence };
    tt_router_abandoned(session->router, choice); /* it says nothing of the model's health */
    attempt->renewed = true;
    attempt->renewal = renewal;
    tt_progress_report(session, &attempt->progress,
                       TT_STR("the key was not accepted; fetching it once more"));
    tt_ask_begin(attempt);
    return true;
}
