/* diagnostics.c -- what the rules found, as diagnostics: pulled, else pushed. */
#include "session/findings.h"

#include "lsp/document.h"
#include "lsp/types.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

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

/* ---- what another linter says already ---- */

#define HEARD_AT_MOST 64 /* a document; the oldest is forgotten */

/* A rule at a line, whatever its number is by now. */
struct tt_heard {
    char rule[64];
    uint64_t line; /* hash of its text, with the lines before and behind it */
};

static uint64_t line_hash(const struct tt_snapshot *snapshot, uint32_t offset)
{
    uint32_t number = tt_text_line_at(snapshot->text, offset);
    uint32_t last = number + 1 < tt_text_lines(snapshot->text) ? number + 1 : number;
    struct tt_range line = { tt_text_line(snapshot->text, number ? number - 1 : 0).start,
                             tt_text_line(snapshot->text, last).end };
    uint64_t hash = 1469598103934665603u;

    for (uint32_t at = line.start; at < line.end;) {
        tt_str piece = tt_text_chunk(snapshot->text, at);

        for (size_t i = 0; i < piece.n && at < line.end; i++, at++)
            hash = (hash ^ (unsigned char)piece.p[i]) * 1099511628211u;
    }
    return hash;
}

static bool is_heard(const struct tt_doc_state *state, const struct tt_finding *finding)
{
    for (size_t i = 0; i < state->n_heard; i++) {
        const struct tt_heard *heard = &state->heard[i];

        if (tt_str_eq(tt_str_from(heard->rule), finding->rule->id) &&
            heard->line == line_hash(state->analysed, finding->range.start))
            return true;
    }
    return false;
}

static bool says_the_same(const struct tt_doc_state *state, const struct tt_finding *finding,
                          const struct tt_lsp_diagnostic *other)
{
    struct tt_position_range at =
        tt_text_position_range(state->analysed->text, finding->range, TT_UTF8);

    return !tt_str_eq(other->source, TT_STR("trimtab")) && other->range.start.line <= at.end.line &&
           at.start.line <= other->range.end.line && tt_rule_is_same(finding->rule, other->code);
}

/* False when it was heard before, or cannot be remembered. */
static bool remember(struct tt_doc_state *state, const struct tt_finding *finding)
{
    struct tt_heard *heard;

    if (is_heard(state, finding) || finding->rule->id.n >= sizeof(heard->rule))
        return false;
    if (!state->heard)
        state->heard = calloc(HEARD_AT_MOST, sizeof(*state->heard));
    if (!state->heard)
        return false;
    heard = &state->heard[state->next_heard++ % HEARD_AT_MOST];
    state->n_heard += state->n_heard < HEARD_AT_MOST;
    memset(heard->rule, 0, sizeof(heard->rule));
    memcpy(heard->rule, finding->rule->id.p, finding->rule->id.n);
    heard->line = line_hash(state->analysed, finding->range.start);
    return true;
}

static void on_refreshed(void *data, uint64_t tag, const struct tt_message *response)
{
    (void)data;
    (void)tag;
    (void)response;
}

void tt_diagnostics_refresh(struct tt_session *session)
{
    struct tt_outgoing out;

    if (!session->client.diagnostics.refresh)
        return;
    tt_outgoing_init(&out);
    tt_calls_request(session->calls, "workspace/diagnostic/refresh", &out, on_refreshed, session, 0,
                     NULL);
}

/* The same findings, of which fewer are shown. */
static void show_again(struct tt_doc_state *state)
{
    state->round++;
    if (!state->session->client.diagnostics.pull)
        tt_diagnostics_publish(state);
    else
        tt_diagnostics_refresh(state->session);
}

void tt_diagnostics_heard(struct tt_session *session, struct tt_snapshot *snapshot,
                          const struct tt_lsp_diagnostic *others, size_t n)
{
    const struct tt_findings *findings = tt_findings_of(session, snapshot);
    struct tt_doc_state *state = tt_doc_state(session, snapshot->key, false);
    bool news = false;

    for (size_t i = 0; findings && i < n; i++) {
        for (size_t f = 0; f < findings->n; f++) {
            if (says_the_same(state, &findings->at[f], &others[i]))
                news = remember(state, &findings->at[f]) || news;
        }
    }
    if (news)
        show_again(state);
}

static size_t make_diagnostics(struct tt_doc_state *state, struct tt_arena *arena,
                               struct tt_lsp_diagnostic **out)
{
    const struct tt_snapshot *now =
        tt_documents_get(state->session->documents, tt_str_from(state->key));
    size_t found = state->session->config->diagnostics ? state->findings.n : 0, n = 0;

    if (now && now->out_of_sync) /* our text is not the client's: they would stand anywhere */
        found = 0;
    *out = tt_arena_array(arena, found + 1, sizeof(**out));
    for (int old = 0; *out && old < 2; old++) { /* first those on changed lines */
        for (size_t i = 0; i < found; i++) {
            const struct tt_finding *finding = &state->findings.at[i];

            if (tt_touched_has(&state->touched, state->analysed, finding->range) == !old &&
                !is_heard(state, finding))
                tt_findings_diagnostic(state->session, state->analysed, finding, arena,
                                       &(*out)[n++]);
        }
    }
    return n;
}

void tt_diagnostics_publish(struct tt_doc_state *state)
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

/* Also of which opening it is: whoever opens a file again may still have the results of before. */
static tt_str result_id(const struct tt_doc_state *state, char out[40])
{
    uint64_t document = state->analysed ? state->analysed->document : 0;
    int n = snprintf(out, 40, "%llx-%llx", (unsigned long long)document,
                     (unsigned long long)state->round);

    return (tt_str){ out, (size_t)n };
}

static void answer_pull(struct tt_doc_state *state, struct tt_call *call)
{
    struct tt_lsp_diagnostic *list;
    struct tt_outgoing out;
    char id[40];
    size_t n = make_diagnostics(state, &call->arena, &list);

    tt_outgoing_init(&out);
    tt_lsp_write_pull_full(&out.w, &state->session->client, result_id(state, id), list, n);
    tt_call_reply(call, &out);
}

void tt_diagnostics_fail_pulls(struct tt_doc_state *state, const char *why)
{
    for (size_t i = 0; i < state->n_pulls; i++) {
        struct tt_call *call = tt_call_find(state->session->calls, state->pulls[i]);

        if (call)
            tt_call_fail(call, TT_RPC_SERVER_CANCELLED, "%s", why);
    }
    state->n_pulls = 0;
}

void tt_diagnostics_answer_pulls(struct tt_doc_state *state)
{
    for (size_t i = 0; state->analysed && i < state->n_pulls; i++) {
        struct tt_call *call = tt_call_find(state->session->calls, state->pulls[i]);

        if (call)
            answer_pull(state, call);
    }
    if (!state->analysed)
        tt_diagnostics_fail_pulls(state, "The document was closed.");
    state->n_pulls = 0;
}

void tt_diagnostics_give_up(struct tt_session *session)
{
    tt_str key;
    void *value;

    for (size_t i = 0; tt_map_next(&session->doc_states, &i, &key, &value);)
        tt_diagnostics_fail_pulls(value, "The server is shutting down.");
}

void tt_on_pull_diagnostics(struct tt_session *session, struct tt_call *call,
                            const struct tt_json *params)
{
    struct tt_lsp_reader reader = TT_LSP_READER(&call->arena);
    struct tt_snapshot *snapshot;
    struct tt_doc_state *state;
    struct tt_lsp_pull pull;
    struct tt_outgoing out;
    char id[40];

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
    tt_findings_want(state);
}
