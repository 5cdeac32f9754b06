/* findings.c -- see findings.h. */
#include "session/findings.h"

#include "base/log.h"
#include "lsp/document.h"
#include "lsp/types.h"
#include "session/source.h"
#include "syntax/parse.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

#define QUIET_MS 120u /* after the last keystroke */

/* --- states ------------------------------------------------------------------------ */

struct tt_doc_state *tt_doc_state(struct tt_session *session, tt_str key, bool create)
{
    struct tt_doc_state *state = tt_map_get(&session->doc_states, key);

    if (state || !create)
        return state;
    state = calloc(1, sizeof(*state));
    if (!state)
        return NULL;
    state->session = session;
    tt_buf_init(&state->flat, TT_TEXT_MAX);
    state->key = malloc(key.n + 1);
    if (!state->key || tt_map_put(&session->doc_states, key, state) < 0) {
        free(state->key);
        free(state);
        return NULL;
    }
    memcpy(state->key, key.p, key.n);
    state->key[key.n] = '\0';
    return state;
}

static void drop_results(struct tt_doc_state *state)
{
    tt_arena_release(&state->arena);
    state->findings = (struct tt_findings){ 0 };
    if (state->analysed)
        tt_snapshot_unref(state->analysed);
    state->analysed = NULL;
    tt_rules_unref(state->rules);
    state->rules = NULL;
}

static void state_free(struct tt_doc_state *state)
{
    if (state->timer)
        state->session->io->timer_stop(state->session->io, state->timer);
    drop_results(state);
    tt_buf_release(&state->flat);
    free(state->pulls);
    free(state->key);
    free(state);
}

void tt_doc_states_release(struct tt_session *session)
{
    tt_str key;
    void *value;

    for (size_t i = 0; tt_map_next(&session->doc_states, &i, &key, &value);)
        state_free(value);
    tt_map_release(&session->doc_states);
}

tt_str tt_findings_bytes(struct tt_session *session, const struct tt_snapshot *snapshot)
{
    struct tt_doc_state *state = tt_doc_state(session, snapshot->key, true);

    if (!state)
        return (tt_str){ NULL, 0 };
    if (state->flat_generation != snapshot->generation) {
        tt_buf_clear(&state->flat);
        state->flat_generation = 0;
        if (tt_text_flatten(snapshot->text, &state->flat) < 0)
            return (tt_str){ NULL, 0 };
        state->flat_generation = snapshot->generation;
    }
    return tt_buf_str(&state->flat);
}

/* --- as diagnostics ------------------------------------------------------------------ */

static enum tt_lsp_severity lsp_severity(enum tt_severity severity)
{
    switch (severity) {
    case TT_SEVERITY_ERROR:
        return TT_LSP_ERROR;
    case TT_SEVERITY_WARNING:
        return TT_LSP_WARNING;
    case TT_SEVERITY_INFO:
        return TT_LSP_INFORMATION;
    default:
        return TT_LSP_HINT;
    }
}

void tt_findings_diagnostic(const struct tt_session *session, const struct tt_snapshot *snapshot,
                            const struct tt_finding *finding, struct tt_arena *arena,
                            struct tt_lsp_diagnostic *out)
{
    enum tt_encoding encoding = session->client.encoding;
    const char *id = tt_task_id(finding->rule->finding);
    struct tt_lsp_related *related = tt_arena_array(arena, finding->n_related, sizeof(*related));

    *out = (struct tt_lsp_diagnostic){
        .range = tt_text_position_range(snapshot->text, finding->range, encoding),
        .severity = lsp_severity(finding->severity),
        .code = finding->rule->id,
        .source = TT_STR("trimtab"),
        .message = tt_arena_printf(arena, "%.*s (our rule; related to finding %s)",
                                   TT_STR_ARG(finding->message), id),
        .data = tt_arena_printf(arena, "{\"rule\":\"%.*s\",\"finding\":\"%s\"}",
                                TT_STR_ARG(finding->rule->id), id),
    };
    if (session->rule_pages[0] && finding->rule->builtin)
        out->code_href = tt_arena_printf(arena, "%s/%.*s.md", session->rule_pages,
                                         TT_STR_ARG(finding->rule->id));
    for (size_t i = 0; related && i < finding->n_related; i++) {
        related[i] = (struct tt_lsp_related){
            .uri = snapshot->uri,
            .range = tt_text_position_range(snapshot->text, finding->related[i].range, encoding),
            .message = finding->related[i].message,
        };
        out->n_related++;
    }
    out->related = related;
}

static size_t make_diagnostics(struct tt_doc_state *state, struct tt_arena *arena,
                               struct tt_lsp_diagnostic **out)
{
    size_t n = state->session->config->diagnostics ? state->findings.n : 0;

    *out = tt_arena_array(arena, n + 1, sizeof(**out));
    for (size_t i = 0; *out && i < n; i++)
        tt_findings_diagnostic(state->session, state->analysed, &state->findings.at[i], arena,
                               &(*out)[i]);
    return *out ? n : 0;
}

static void publish(struct tt_doc_state *state)
{
    struct tt_session *session = state->session;
    struct tt_lsp_diagnostic *list;
    struct tt_outgoing out;
    struct tt_arena arena;
    size_t n;

    tt_arena_init(&arena);
    n = make_diagnostics(state, &arena, &list);
    tt_outgoing_init(&out);
    tt_lsp_write_publish_diagnostics(&out.w, &session->client, state->analysed->uri,
                                     state->analysed->version, list, n);
    tt_calls_notify(session->calls, "textDocument/publishDiagnostics", &out);
    tt_arena_release(&arena);
}

static tt_str result_id(const struct tt_doc_state *state, char out[32])
{
    int n = snprintf(out, 32, "%llu", (unsigned long long)state->round);

    return (tt_str){ out, (size_t)n };
}

static void answer_pull(struct tt_doc_state *state, struct tt_call *call)
{
    struct tt_lsp_diagnostic *list;
    struct tt_outgoing out;
    char id[32];
    size_t n = make_diagnostics(state, &call->arena, &list);

    tt_outgoing_init(&out);
    tt_lsp_write_pull_full(&out.w, &state->session->client, result_id(state, id), list, n);
    tt_call_reply(call, &out);
}

static void answer_pulls(struct tt_doc_state *state)
{
    for (size_t i = 0; i < state->n_pulls; i++) {
        struct tt_call *call = tt_call_find(state->session->calls, state->pulls[i]);

        if (call && state->analysed)
            answer_pull(state, call);
        else if (call)
            tt_call_fail(call, TT_RPC_SERVER_CANCELLED, "The document was closed.");
    }
    state->n_pulls = 0;
}

/* --- the job -------------------------------------------------------------------------- */

struct rules_job {
    struct tt_job job;
    struct tt_anchor *anchor;     /* a reference */
    struct tt_rules_ref *rules;   /* a reference */
    struct tt_snapshot *snapshot; /* a reference: its text */
    struct TSTree *tree;          /* owned; may be NULL */
    char *key;                    /* owned */
    struct tt_arena arena;        /* owns the findings */
    struct tt_findings findings;
    int err;
};

static void rules_run(struct tt_job *job)
{
    struct rules_job *self = (struct rules_job *)(void *)job;
    struct tt_buf text = TT_BUF_INIT(TT_TEXT_MAX);
    struct tt_source source = {
        self->snapshot->lang, { NULL, 0 }, self->tree, self->snapshot->path
    };

    if (!self->tree)
        return;
    self->err = tt_text_flatten(self->snapshot->text, &text);
    source.bytes = tt_buf_str(&text);
    if (!self->err && tt_rules_wants(self->rules->rules, source.lang, source.bytes, source.path))
        self->err = tt_rules_exec(self->rules->rules, &source, NULL, &self->arena, &self->findings);
    tt_buf_release(&text);
}

static void begin(struct tt_doc_state *state);

static void take_results(struct tt_doc_state *state, struct rules_job *job)
{
    drop_results(state);
    state->arena = job->arena;
    state->findings = job->findings;
    state->analysed = job->snapshot;
    state->rules = job->rules;
    tt_arena_init(&job->arena);
    job->snapshot = NULL;
    job->rules = NULL;
    state->round++;
    tt_menu_on_change(state->session, tt_str_from(state->key));
    answer_pulls(state); /* also of a client that did not say that it pulls */
    if (!state->session->client.diagnostics.pull)
        publish(state);
}

static void rules_done(struct tt_job *job, int status)
{
    struct rules_job *self = (struct rules_job *)(void *)job;
    struct tt_session *session = self->anchor->session;
    struct tt_doc_state *state =
        session ? tt_doc_state(session, tt_str_from(self->key), false) : NULL;

    if (state) {
        struct tt_snapshot *now = tt_documents_get(session->documents, tt_str_from(self->key));

        state->running = false;
        if (!now || now->document != self->snapshot->document)
            state->dirty = true; /* opened again meanwhile: these are of another text */
        else if (status || self->err)
            tt_log(TT_LOG_WARN, "rules: %s", tt_strerror(status ? status : self->err));
        else if (!state->dirty || !session->client.diagnostics.pull)
            take_results(state, self);
        if (state->dirty)
            begin(state);
    }
    tt_arena_release(&self->arena);
    tt_rules_unref(self->rules);
    if (self->snapshot)
        tt_snapshot_unref(self->snapshot);
    tt_tree_destroy(self->tree);
    tt_anchor_unref(self->anchor);
    free(self->key);
    free(self);
}

static void begin(struct tt_doc_state *state)
{
    struct tt_session *session = state->session;
    tt_str key = tt_str_from(state->key);
    struct tt_snapshot *snapshot;
    struct rules_job *job;

    if (state->running)
        return;
    snapshot = tt_documents_want_tree(session->documents, key);
    if (!snapshot || snapshot->tree_state == TT_TREE_PENDING)
        return; /* tt_findings_on_tree comes back here */
    job = calloc(1, sizeof(*job));
    if (job)
        job->key = malloc(key.n + 1);
    if (!job || !job->key) {
        free(job);
        return;
    }
    memcpy(job->key, state->key, key.n + 1);
    job->job = (struct tt_job){ rules_run, rules_done, NULL };
    job->anchor = tt_anchor_ref(session->anchor);
    job->rules = tt_rules_ref(session->rules);
    job->snapshot = tt_snapshot_ref(snapshot);
    job->tree = tt_snapshot_tree_copy(snapshot);
    state->running = true;
    state->dirty = false;
    if (session->io->work(session->io, &job->job) < 0)
        rules_done(&job->job, TT_ENOMEM);
}

/* --- when ------------------------------------------------------------------------------- */

void tt_findings_changed(struct tt_session *session, tt_str key, bool at_once)
{
    struct tt_doc_state *state = tt_doc_state(session, key, true);

    if (!state)
        return;
    state->dirty = true;
    if (at_once) {
        begin(state);
        return;
    }
    if (!state->timer)
        state->timer = tt_session_next_id(session);
    session->io->timer_start(session->io, state->timer, QUIET_MS);
}

static void on_refreshed(void *data, uint64_t tag, const struct tt_message *response)
{
    (void)data;
    (void)tag;
    (void)response;
}

void tt_findings_refresh_all(struct tt_session *session)
{
    struct tt_snapshot *snapshot;
    struct tt_outgoing out;

    for (size_t i = 0; (snapshot = tt_documents_next(session->documents, &i));)
        tt_findings_changed(session, snapshot->key, false);
    if (session->phase == TT_PHASE_RUNNING && session->client.diagnostics.refresh) {
        tt_outgoing_init(&out);
        tt_calls_request(session->calls, "workspace/diagnostic/refresh", &out, on_refreshed,
                         session, 0, NULL);
    }
}

void tt_findings_closed(struct tt_session *session, const struct tt_snapshot *snapshot)
{
    struct tt_doc_state *state = tt_map_remove(&session->doc_states, snapshot->key);
    struct tt_outgoing out;

    if (!state)
        return;
    if (!session->client.diagnostics.pull && state->findings.n) {
        tt_outgoing_init(&out);
        tt_lsp_write_publish_diagnostics(&out.w, &session->client, snapshot->uri, snapshot->version,
                                         NULL, 0);
        tt_calls_notify(session->calls, "textDocument/publishDiagnostics", &out);
    }
    drop_results(state);
    answer_pulls(state);
    state_free(state);
}

void tt_findings_on_tree(struct tt_session *session, struct tt_snapshot *snapshot)
{
    struct tt_doc_state *state = tt_doc_state(session, snapshot->key, false);

    if (state && state->dirty)
        begin(state);
}

void tt_findings_give_up_pulls(struct tt_session *session)
{
    tt_str key;
    void *value;

    for (size_t i = 0; tt_map_next(&session->doc_states, &i, &key, &value);) {
        struct tt_doc_state *state = value;

        for (size_t k = 0; k < state->n_pulls; k++) {
            struct tt_call *call = tt_call_find(session->calls, state->pulls[k]);

            if (call)
                tt_call_fail(call, TT_RPC_SERVER_CANCELLED, "The server is shutting down.");
        }
        state->n_pulls = 0;
    }
}

bool tt_findings_on_timer(struct tt_session *session, uint64_t id)
{
    tt_str key;
    void *value;

    for (size_t i = 0; tt_map_next(&session->doc_states, &i, &key, &value);) {
        struct tt_doc_state *state = value;

        if (state->timer == id) {
            state->timer = 0;
            begin(state);
            return true;
        }
    }
    return false;
}

bool tt_findings_cold(struct tt_session *session, const struct tt_snapshot *snapshot)
{
    struct tt_doc_state *state = tt_doc_state(session, snapshot->key, false);

    return (snapshot->tree_state == TT_TREE_READY || snapshot->tree_state == TT_TREE_PENDING) &&
           state && state->rules != session->rules && (state->running || state->dirty);
}

/* --- asking --------------------------------------------------------------------------------- */

const struct tt_findings *tt_findings_of(struct tt_session *session,
                                         const struct tt_snapshot *snapshot)
{
    struct tt_doc_state *state = tt_doc_state(session, snapshot->key, false);

    return state && state->analysed && state->analysed->generation == snapshot->generation &&
                   state->rules == session->rules
               ? &state->findings
               : NULL;
}

/* A finding is at a place when they share a byte, touch, or share a line. */
static bool touches(const struct tt_snapshot *snapshot, struct tt_range a, struct tt_range b)
{
    if (a.start <= b.end && b.start <= a.end)
        return true;
    uint32_t first = tt_text_line_at(snapshot->text, a.start);

    return b.start == b.end && tt_text_line_at(snapshot->text, b.start) == first;
}

/* Where what touches `range` can begin: for a cursor that is anywhere in its line. */
static struct tt_range to_search(const struct tt_snapshot *snapshot, struct tt_range range)
{
    return range.start == range.end
               ? tt_text_line(snapshot->text, tt_text_line_at(snapshot->text, range.start))
               : range;
}

int tt_findings_at(struct tt_session *session, struct tt_snapshot *snapshot, struct tt_range range,
                   struct tt_arena *arena, struct tt_findings *out)
{
    const struct tt_findings *all = tt_findings_of(session, snapshot);
    struct tt_findings fresh = { 0 };
    size_t n = 0;

    *out = fresh;
    if (!all && snapshot->tree && !tt_findings_cold(session, snapshot)) {
        struct tt_source source = tt_source_of(snapshot, tt_findings_bytes(session, snapshot));
        struct tt_range wide = tt_rules_widen(&source, to_search(snapshot, range));
        const struct tt_rules_run run = { .ranges = &wide, .n_ranges = 1 };
        int err = tt_rules_exec(session->rules->rules, &source, &run, arena, &fresh);

        if (err)
            return err;
        all = &fresh;
    }
    if (!all)
        return 0;
    out->at = tt_arena_array(arena, all->n + 1, sizeof(*out->at));
    if (!out->at)
        return TT_ENOMEM;
    for (size_t i = 0; i < all->n; i++) {
        if (touches(snapshot, all->at[i].range, range))
            out->at[n++] = all->at[i];
    }
    out->n = n;
    return 0;
}

void tt_on_pull_diagnostics(struct tt_session *session, struct tt_call *call,
                            const struct tt_json *params)
{
    struct tt_lsp_reader reader = TT_LSP_READER(&call->arena);
    struct tt_snapshot *snapshot;
    struct tt_doc_state *state;
    struct tt_lsp_pull pull;
    struct tt_outgoing out;
    char id[32];

    if (tt_lsp_read_pull(&reader, params, &pull) < 0) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "%s", reader.error);
        return;
    }
    snapshot = tt_session_document(session, pull.uri, &call->arena);
    if (!snapshot) {
        /* Asked for just when it was closed; editors show an error to the user. */
        tt_outgoing_init(&out);
        tt_lsp_write_pull_full(&out.w, &session->client, (tt_str){ 0 }, NULL, 0);
        tt_call_reply(call, &out);
        return;
    }
    state = tt_doc_state(session, snapshot->key, true);
    if (!state) {
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
        return;
    }
    if (tt_findings_of(session, snapshot)) {
        if (tt_str_eq(pull.previous_result_id, result_id(state, id))) {
            tt_outgoing_init(&out);
            tt_lsp_write_pull_unchanged(&out.w, pull.previous_result_id);
            tt_call_reply(call, &out);
        } else {
            answer_pull(state, call);
        }
        return;
    }
    if (state->n_pulls == state->cap_pulls) {
        size_t cap = state->cap_pulls ? state->cap_pulls * 2 : 4;
        uint64_t *grown = realloc(state->pulls, cap * sizeof(*grown));

        if (!grown) {
            tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
            return;
        }
        state->pulls = grown;
        state->cap_pulls = cap;
    }
    state->pulls[state->n_pulls++] = call->id;
    state->dirty = true;
    begin(state);
}
