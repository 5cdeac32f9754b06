/* preview.c -- see preview.h. */
#include "session/preview.h"

#include "lsp/command.h"
#include "session/ask.h"
#include "syntax/parse.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define PREVIEW_EVERY_MS 250u

struct preview_job {
    struct tt_job job;
    struct tt_anchor *anchor;     /* a reference */
    struct tt_snapshot *snapshot; /* a reference: its text */
    struct TSTree *tree;          /* owned; may be NULL */
    struct tt_arena arena;        /* owns what `input` points to */
    struct tt_edit_input input;
    uint64_t attempt;
    uint32_t round;
    struct tt_edit_plan *plan; /* the result; NULL: none */
};

static void preview_run(struct tt_job *job)
{
    struct preview_job *self = (struct preview_job *)(void *)job;
    struct tt_buf text = TT_BUF_INIT(TT_TEXT_MAX);

    if (tt_text_flatten(self->snapshot->text, &text) == 0) {
        self->input.before = tt_buf_str(&text);
        if (tt_edit_plan_create(&self->input, &self->plan) < 0)
            self->plan = NULL;
    }
    tt_buf_release(&text);
}

static void preview_free(struct preview_job *self)
{
    tt_edit_plan_destroy(self->plan);
    tt_tree_destroy(self->tree);
    tt_snapshot_unref(self->snapshot);
    tt_anchor_unref(self->anchor);
    tt_arena_release(&self->arena);
    free(self);
}

static void write_preview(struct tt_json_writer *w, const void *preview)
{
    tt_lsp_write_preview(w, preview);
}

/* The version is that of the text as it is: a document that was opened anew may count
 * from a lower one than the question knew. */
static void notify(struct tt_attempt *attempt, const struct tt_lsp_hunk *hunks, size_t n, bool done)
{
    struct tt_session *session = attempt->session;
    struct tt_lsp_preview preview = { .uri = attempt->uri, .hunks = hunks, .n = n, .done = done };
    char name[24];

    preview.id = tt_attempt_name(attempt, name);
    preview.version = tt_deliver_version(attempt);
    tt_notify(session, "trimtab/preview", write_preview, &preview);
}

/* For the text as it is now; where that was touched, it shows nothing new. */
static void show(struct tt_attempt *attempt, const struct tt_edit_plan *plan)
{
    struct tt_session *session = attempt->session;
    size_t n = tt_edit_plan_hunk_count(plan);
    struct tt_lsp_hunk *hunks;
    struct tt_text_edit *edits;
    struct tt_snapshot *now;
    struct tt_arena arena;

    tt_arena_init(&arena);
    hunks = tt_arena_array(&arena, n + 1, sizeof(*hunks));
    edits = tt_arena_array(&arena, n + 1, sizeof(*edits));
    for (size_t i = 0; hunks && edits && i < n; i++)
        edits[i] = tt_edit_plan_hunk_at(plan, i)->edit;
    if (n && hunks && edits &&
        tt_documents_rebase_edits(session->documents, attempt->key, &attempt->place, edits, n, &now,
                                  NULL) == 0) {
        for (size_t i = 0; i < n; i++) {
            const struct tt_edit_hunk *hunk = tt_edit_plan_hunk_at(plan, i);

            hunks[i] = (struct tt_lsp_hunk){
                .id = tt_arena_printf(&arena, "h%zu", i + 1),
                .range =
                    tt_text_position_range(now->text, edits[i].range, session->client.encoding),
                .text = edits[i].text,
                .label = hunk->label,
                .noise = hunk->noise != TT_NOISE_NONE,
            };
        }
        attempt->preview.shown = true;
        notify(attempt, hunks, n, false);
    }
    tt_arena_release(&arena);
}

static void judged(struct tt_attempt *attempt, const struct tt_edit_plan *plan)
{
    if (tt_ask_thinks_aloud(attempt) && !tt_edit_plan_lone_end(plan))
        return; /* it may be all thoughts yet */
    if (tt_edit_plan_hunk_count(plan))
        show(attempt, plan);
    else if (attempt->preview.shown)
        notify(attempt, NULL, 0, false);
}

static void preview_done(struct tt_job *job, int status)
{
    struct preview_job *self = (struct preview_job *)(void *)job;
    struct tt_session *session = self->anchor->session;
    struct tt_attempt *attempt = session ? tt_attempt_find(session, self->attempt) : NULL;

    if (attempt && attempt->preview.round == self->round) {
        attempt->preview.under_way = false;
        if (status == 0 && self->plan && attempt->stage == TT_ATTEMPT_ANSWERING)
            judged(attempt, self->plan);
    }
    preview_free(self);
}

static void begin(struct tt_attempt *attempt, tt_str answer)
{
    struct tt_session *session = attempt->session;
    struct preview_job *self = calloc(1, sizeof(*self));

    if (!self)
        return;
    self->anchor = tt_anchor_ref(session->anchor);
    self->snapshot = tt_snapshot_ref(attempt->snapshot);
    self->tree = tt_snapshot_tree_copy(attempt->snapshot);
    self->attempt = attempt->id;
    self->round = attempt->preview.round;
    self->job = (struct tt_job){ preview_run, preview_done, NULL };
    attempt->preview.under_way = true;
    if (tt_check_input(attempt, &self->arena, self->tree, &self->input) < 0) {
        preview_done(&self->job, TT_ENOMEM);
        return;
    }
    self->input.answer = tt_arena_dup(&self->arena, answer);
    self->input.so_far = true;
    if (!self->input.answer.p || session->io->work(session->io, &self->job) < 0)
        preview_done(&self->job, TT_ENOMEM);
}

/* The blind side of a duel shows nothing; hidden secrets stand in the answer as
 * marks, and are put back only where the whole answer was looked through. */
static bool wanted(const struct tt_attempt *attempt)
{
    return attempt->session->client.trimtab.preview && attempt->delivery != TT_DELIVER_COMPARE &&
           attempt->scope != TT_PROMPT_NEW_FILE &&
           !(attempt->prompt.redact && tt_redact_count(attempt->prompt.redact));
}

/* Is there a whole line that may be the end mark of an edit, or of thoughts?  Marks come
 * in pieces: *seen moves over whole lines only. */
static bool may_end(tt_str text, size_t *seen)
{
    bool found = false;

    for (;;) {
        tt_str line = tt_str_sub(text, *seen, text.n);
        const char *newline = line.n ? memchr(line.p, '\n', line.n) : NULL;

        if (!newline)
            return found;
        line.n = (size_t)(newline - line.p);
        found |= tt_str_starts(line, TT_STR(">")) || tt_str_starts(line, TT_STR("+")) ||
                 tt_str_starts(line, TT_STR("</"));
        *seen += line.n + 1;
    }
}

void tt_preview_on_text(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;
    struct tt_preview *preview = &attempt->preview;
    uint64_t now = session->io->now(session->io);
    size_t seen = preview->seen;
    tt_str text;
    bool found;

    if (!wanted(attempt) || preview->under_way || !attempt->snapshot ||
        now - preview->sent_ms < PREVIEW_EVERY_MS)
        return;
    text = tt_llm_stream_outcome(attempt->stream)->text;
    found = may_end(text, &seen);
    preview->seen = seen;
    if (!found)
        return;
    preview->sent_ms = now;
    begin(attempt, tt_str_sub(text, 0, seen));
}

void tt_preview_drop(struct tt_attempt *attempt)
{
    attempt->preview.round++;
    attempt->preview.under_way = false;
    attempt->preview.seen = 0;
    if (attempt->preview.shown)
        notify(attempt, NULL, 0, false);
}

void tt_preview_end(struct tt_attempt *attempt)
{
    attempt->preview.round++;
    if (attempt->preview.shown)
        notify(attempt, NULL, 0, true);
    attempt->preview.shown = false;
}
