/* ask_decide.c -- what kind of task it is, and which model is asked: see ask.h. */
#include "session/ask_parts.h"

#include "session/actions.h"
#include "session/source.h"
#include "session/target.h"
#include "syntax/lang.h"
#include "text/text.h"
#include "trimtab/error.h"

static tt_str class_of(const struct tt_session *session, const char *task)
{
    const struct tt_finding_row *row = tt_router_finding(session->router, tt_str_from(task));

    return row ? row->cls : (tt_str){ NULL, 0 };
}

/* What every prompt of this question says, but for the syntax of the answer. */
void tt_ask_prompt_input(const struct tt_attempt *attempt, struct tt_prompt_input *in)
{
    const struct tt_lang *lang = attempt->snapshot->lang;
    const char *task = tt_task_id(attempt->task.task);

    *in = (struct tt_prompt_input){
        .task = tt_str_from(task),
        .task_class = class_of(attempt->session, task),
        .title = tt_str_from(attempt->action ? attempt->action->title : NULL),
        .instruction = attempt->words.n ? attempt->words : attempt->instruction,
        .path = attempt->path,
        .language = lang ? tt_lang_name(lang) : (tt_str){ NULL, 0 },
        .fence = lang ? tt_lang_name(lang) : (tt_str){ NULL, 0 },
        .document = attempt->bytes,
        .scope = attempt->scope,
        .target = attempt->target,
        .symbol = attempt->symbol,
        .imports = attempt->imports,
        .may_import = attempt->scope != TT_PROMPT_FILE && attempt->scope != TT_PROMPT_NEW_FILE,
        .new_path = attempt->new_path,
        .diagnostics = attempt->diagnostics,
        .n_diagnostics = attempt->n_diagnostics,
        .conventions = attempt->conventions,
        .n_conventions = attempt->n_conventions,
        .rules = attempt->rules_text,
        .items = attempt->items,
        .n_items = attempt->n_items,
        .item_tokens = attempt->session->config->context_tokens,
        .harden = attempt->harden,
        .n_harden = attempt->n_harden,
        .overlay = attempt->overlay,
        .n_overlay = attempt->n_overlay,
        .turns = attempt->refines ? &attempt->turn : NULL,
        .n_turns = attempt->refines ? 1 : 0,
        .reask_answer = attempt->reask_answer,
        .reask_reason = attempt->reask_reason,
        .no_redaction = !attempt->session->config->redact,
        .memo = attempt->memo,
    };
}

void tt_ask_classify(struct tt_attempt *attempt)
{
    struct tt_source source = tt_source_of(attempt->session, attempt->snapshot, attempt->bytes);
    /* the user's own action may not say what task it is: then its words do */
    bool known = attempt->action && attempt->action->task != TT_TASK_OTHER;
    const struct tt_task_input in = {
        .source = &source,
        .range = attempt->range,
        .instruction = known || attempt->unasked ? (tt_str){ NULL, 0 } : attempt->instruction,
        .action = tt_str_from(known ? tt_task_id(attempt->action->task) : NULL),
        .diagnostics = attempt->diagnostics,
        .n_diagnostics = attempt->n_diagnostics,
        .reading = attempt->reading,
        .no_evidence = true, /* `trimtab task` shows it */
    };

    tt_task_classify(&in, &attempt->task);
}

/* What the answers so far have shown of our estimate, for tt_route_input. */
static const double *token_ratios(const struct tt_session *session, struct tt_arena *arena)
{
    const struct tt_config *config = session->config;
    double *ratios = tt_arena_array(arena, 2 * config->n_models + 1, sizeof(*ratios));

    for (size_t i = 0; ratios && i < config->n_models; i++) {
        const struct tt_model_config *m = &config->models[i];

        ratios[2 * i] = tt_measures_ratio(&session->measures, m->base_url, m->model);
        ratios[2 * i + 1] = tt_measures_ratio(&session->measures, m->base_url, m->small_model);
    }
    return ratios;
}

/* Into `out`, which is initialised: the attempt's own decision or a fresh one. */
int tt_ask_decide_as(struct tt_attempt *attempt, uint32_t larger_than, bool what_if,
                     struct tt_decision *out)
{
    struct tt_session *session = attempt->session;
    const struct tt_lang *lang = attempt->snapshot->lang;
    struct tt_prompt_input prompt;
    struct tt_prompt_size size;
    int err;

    tt_ask_prompt_input(attempt, &prompt);
    err = tt_prompt_measure(&prompt, &size);
    if (err)
        return err;
    attempt->prompt.size = size;
    const struct tt_route_input in = {
        .task = tt_str_from(tt_task_id(attempt->task.task)),
        .second = tt_str_from(tt_task_id(attempt->task.second)),
        .complexity = attempt->task.complexity.value,
        .confidence = attempt->task.confidence,
        .language = lang ? tt_lang_name(lang) : (tt_str){ NULL, 0 },
        .path = attempt->path,
        .action = tt_str_from(attempt->action ? attempt->action->leaf : NULL),
        .tokens_in = (uint32_t)size.tokens_in,
        .tokens_out = (uint32_t)size.tokens_out,
        .max_output = size.max_output,
        .token_ratios = token_ratios(session, &attempt->arena),
        .n_token_ratios = 2 * session->config->n_models,
        .keys = tt_settings_key_states(session, &attempt->arena),
        .n_keys = session->n_keys,
        .model = attempt->model_named,
        .tried = attempt->tried,
        .n_tried = attempt->n_tried,
        .larger_than = larger_than,
        .what_if = what_if,
        .now_ms = session->io->now(session->io),
        .wall_ms = session->io->wall(session->io),
    };
    return tt_route_decide(session->router, &in, out);
}

int tt_ask_reserve(struct tt_attempt *attempt, struct tt_buf *why)
{
    struct tt_session *session = attempt->session;
    int err = tt_router_reserve(session->router, tt_decision_choice(&attempt->decision),
                                session->io->wall(session->io), &attempt->reservation, why);

    attempt->reserved = err == 0;
    return err;
}

int tt_ask_decide(struct tt_attempt *attempt, struct tt_buf *why)
{
    int err;

    err = tt_ask_decide_as(attempt, 0, false, &attempt->decision);
    if (err == TT_ETOOBIG) {
        tt_buf_adds(why, "What would have to be sent is too large for one request; select a "
                         "smaller range.");
        return TT_EINVALID;
    }
    if (err) {
        tt_buf_addf(why, "The route could not be decided: %s.", tt_strerror(err));
        return TT_EINVALID;
    }
    if (!tt_decision_choice(&attempt->decision)) {
        tt_buf_add(why, attempt->decision.reason);
        return TT_EINVALID;
    }
    return tt_ask_reserve(attempt, why) ? TT_EINVALID : 0;
}

tt_str tt_ask_title(const struct tt_attempt *attempt)
{
    if (attempt->action)
        return tt_str_from(attempt->action->title);
    return tt_str_sub(attempt->instruction, 0, 60);
}

tt_str tt_ask_waiting_words(struct tt_attempt *attempt)
{
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);

    return tt_arena_printf(&attempt->arena, "asking %.*s", TT_STR_ARG(choice->model));
}

int tt_attempt_decide(struct tt_session *session, const struct tt_decide_ask *ask,
                      struct tt_decision *out)
{
    bool anything = ask->instruction.n || ask->action;
    struct tt_attempt probe = {
        .session = session,
        .snapshot = (struct tt_snapshot *)(uintptr_t)ask->snapshot, /* only read */
        .path = tt_settings_relative(session, ask->snapshot->path),
        .bytes = ask->bytes,
        .range = ask->range,
        /* an explanation without a wish: something of the usual length */
        .instruction = anything ? ask->instruction : TT_STR("Improve this code."),
        .model_named = ask->model,
        .action = ask->action,
        .unasked = !anything,
        .memo = ask->memo,
        .reading = ask->reading,
    };
    enum tt_prompt_scope scope = TT_PROMPT_RANGE;
    struct tt_target target;
    bool has_scope;
    int err;

    if (ask->bytes.n != tt_text_size(ask->snapshot->text))
        return TT_ENOMEM; /* they could not be laid out */
    has_scope = ask->action && tt_action_scope(ask->action, &scope);
    tt_target_find(ask->snapshot, ask->bytes, ask->range, has_scope, scope, &target);
    probe.target = target.range;
    probe.symbol = target.symbol;
    probe.scope = target.scope;
    probe.imports = ask->imports ? *ask->imports : tt_source_imports(ask->snapshot, ask->bytes);
    tt_ask_classify(&probe);
    err = tt_ask_decide_as(&probe, 0, ask->what_if, out);
    tt_arena_release(&probe.arena);
    return err;
}
