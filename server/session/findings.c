/* findings.c -- see findings.h. */
#include "session/findings.h"

#include "analysis/typescript.h"
#include "base/log.h"
#include "lsp/document.h"
#include "session/source.h"
#include "syntax/parse.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdatomic.h>
#include <stdlib.h>

#define QUIET_MS 120u /* after the last keystroke */

struct tt_rules_job {
    struct tt_job job;
    atomic_bool stop;             /* its result would be of an old text */
    struct tt_anchor *anchor;     /* a reference */
    struct tt_rules_ref *rules;   /* a reference */
    struct tt_snapshot *snapshot; /* a reference: its text */
    tt_str path;                  /* of the snapshot, below the workspace's folder */
    struct TSTree *tree;          /* owned; may be NULL */
    struct tt_file_reader files;
    bool error_cause;      /* found out */
    char *key;             /* owned */
    struct tt_arena arena; /* owns the findings */
    struct tt_findings findings;
    int err;
};

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
    if (state->job)
        atomic_store_explicit(&state->job->stop, true, memory_order_relaxed);
    drop_results(state);
    tt_buf_release(&state->flat);
    free(state->heard);
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

/* --- the job -------------------------------------------------------------------------- */

static bool should_stop(void *data)
{
    struct tt_rules_job *self = data;

    return atomic_load_explicit(&self->stop, memory_order_relaxed);
}

/* Of one's own in each job: the files of the project may have changed. */
static bool has_error_cause(const struct tt_rules_job *self)
{
    struct tt_buf project = TT_BUF_INIT(1 << 16);
    bool has =
        tt_typescript_project(&self->files, self->snapshot->lang, self->snapshot->path, &project) &&
        tt_typescript_has_cause(&self->files, tt_buf_str(&project));

    tt_buf_release(&project);
    return has;
}

static void rules_run(struct tt_job *job)
{
    struct tt_rules_job *self = (struct tt_rules_job *)(void *)job;
    struct tt_buf text = TT_BUF_INIT(TT_TEXT_MAX);
    struct tt_source source = { .lang = self->snapshot->lang,
                                .tree = self->tree,
                                .path = self->path };
    const struct tt_rules_run run = { .stop = should_stop, .data = self };

    if (should_stop(self))
        self->err = TT_ECANCELED;
    if (!self->tree || self->err)
        return;
    self->error_cause = source.error_cause = has_error_cause(self);
    self->err = tt_text_flatten(self->snapshot->text, &text);
    source.bytes = tt_buf_str(&text);
    if (!self->err && tt_rules_wants(self->rules->rules, source.lang, source.bytes, source.path))
        self->err = tt_rules_exec(self->rules->rules, &source, &run, &self->arena, &self->findings);
    tt_buf_release(&text);
}

static void begin(struct tt_doc_state *state);

static void take_results(struct tt_doc_state *state, struct tt_rules_job *job)
{
    drop_results(state);
    state->arena = job->arena;
    state->findings = job->findings;
    state->analysed = job->snapshot;
    state->rules = job->rules;
    state->error_cause = job->error_cause;
    tt_arena_init(&job->arena);
    job->snapshot = NULL;
    job->rules = NULL;
    state->round++;
    tt_menu_on_change(state->session, tt_str_from(state->key));
    if (state->dirty) /* what is said is about the newest text: many clients look at no version */
        return;
    tt_diagnostics_answer_pulls(state); /* also of a client that did not say that it pulls */
    if (!state->session->client.diagnostics.pull)
        tt_diagnostics_publish(state);
}

static void give_up(struct tt_doc_state *state, int err)
{
    tt_log(TT_LOG_WARN, "rules: %s", tt_strerror(err));
    tt_diagnostics_fail_pulls(state, "The rules could not be run over this document.");
}

static void rules_done(struct tt_job *job, int status)
{
    struct tt_rules_job *self = (struct tt_rules_job *)(void *)job;
    struct tt_session *session = self->anchor->session;
    struct tt_doc_state *state =
        session ? tt_doc_state(session, tt_str_from(self->key), false) : NULL;

    if (state && state->job == self) { /* else: closed, and perhaps opened again */
        struct tt_snapshot *now = tt_documents_get(session->documents, tt_str_from(self->key));

        state->job = NULL;
        if (!now || now->document != self->snapshot->document)
            state->dirty = true; /* opened again meanwhile: these are of another text */
        else if (self->err == TT_ECANCELED)
            state->dirty = true;
        else if (status || self->err)
            give_up(state, status ? status : self->err);
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

/* Not while somebody types: `timer` is armed then, and comes back here. */
static void begin(struct tt_doc_state *state)
{
    struct tt_session *session = state->session;
    tt_str key = tt_str_from(state->key);
    struct tt_snapshot *snapshot;
    struct tt_rules_job *job;

    if (state->job || state->timer)
        return;
    snapshot = tt_documents_want_tree(session->documents, key);
    if (!snapshot || snapshot->tree_state == TT_TREE_PENDING)
        return; /* tt_findings_on_tree comes back here */
    job = calloc(1, sizeof(*job));
    if (job)
        job->key = malloc(key.n + 1);
    if (!job || !job->key) {
        free(job);
        give_up(state, TT_ENOMEM);
        return;
    }
    memcpy(job->key, state->key, key.n + 1);
    job->job = (struct tt_job){ rules_run, rules_done, NULL };
    job->anchor = tt_anchor_ref(session->anchor);
    job->rules = tt_rules_ref(session->rules);
    job->snapshot = tt_snapshot_ref(snapshot);
    job->path = tt_settings_relative(session, snapshot->path);
    job->files = (struct tt_file_reader){ session->options.read_file, session->options.arg };
    job->tree = tt_snapshot_tree_copy(snapshot);
    atomic_init(&job->stop, false);
    state->job = job;
    state->dirty = false;
    if (session->io->work(session->io, &job->job) < 0)
        rules_done(&job->job, TT_ENOMEM);
}

/* --- when ------------------------------------------------------------------------------- */

/* The first run goes on, whatever is typed: it compiles the rules of the language. */
static void stop_outdated(struct tt_doc_state *state)
{
    if (state->job && state->rules == state->session->rules)
        atomic_store_explicit(&state->job->stop, true, memory_order_relaxed);
}

void tt_findings_changed(struct tt_session *session, tt_str key, bool at_once)
{
    struct tt_doc_state *state = tt_doc_state(session, key, true);

    if (!state)
        return;
    tt_touched_follow(&state->touched, session->documents, key);
    state->dirty = true;
    stop_outdated(state);
    if (at_once) {
        if (state->timer)
            session->io->timer_stop(session->io, state->timer);
        state->timer = 0;
        begin(state);
        return;
    }
    if (!state->timer)
        state->timer = tt_session_next_id(session);
    session->io->timer_start(session->io, state->timer, QUIET_MS);
}

void tt_findings_want(struct tt_doc_state *state)
{
    state->dirty |= !state->job; /* one that runs is for the newest text, or is stopped */
    begin(state);
}

void tt_findings_refresh_all(struct tt_session *session)
{
    struct tt_snapshot *snapshot;

    for (size_t i = 0; (snapshot = tt_documents_next(session->documents, &i));)
        tt_findings_changed(session, snapshot->key, false);
    if (session->phase == TT_PHASE_RUNNING)
        tt_diagnostics_refresh(session);
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
    tt_diagnostics_answer_pulls(state);
    state_free(state);
}

void tt_findings_on_tree(struct tt_session *session, struct tt_snapshot *snapshot)
{
    struct tt_doc_state *state = tt_doc_state(session, snapshot->key, false);

    if (state && state->dirty)
        begin(state);
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
           state && state->rules != session->rules && (state->job || state->dirty);
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
        struct tt_source source =
            tt_source_of(session, snapshot, tt_findings_bytes(session, snapshot));
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
