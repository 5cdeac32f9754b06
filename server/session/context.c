/* context.c -- see context.h.  What has to be looked for: context_search.c. */
#include "session/context.h"

#include "prompt/conventions.h"
#include "session/ask.h"
#include "session/findings.h"
#include "session/fix_all.h"
#include "session/new_file.h"
#include "session/project.h"
#include "syntax/lang.h"
#include "text/text.h"

#define DIAGNOSTICS_MAX 12u /* problems at the place; of one rule, everywhere: more */
#define HARDEN_MAX      6u

static size_t most_diagnostics(const struct tt_attempt *attempt)
{
    return attempt->everywhere ? TT_FIX_ALL_MAX : DIAGNOSTICS_MAX;
}

static void add_diagnostic(struct tt_attempt *attempt, tt_str text)
{
    for (size_t i = 0; i < attempt->n_diagnostics; i++) {
        if (tt_str_eq(attempt->diagnostics[i], text))
            return;
    }
    if (text.p && attempt->n_diagnostics < most_diagnostics(attempt))
        attempt->diagnostics[attempt->n_diagnostics++] = text;
}

static void fill_diagnostics(struct tt_attempt *attempt, const struct tt_attempt_ask *ask)
{
    struct tt_findings findings = { 0 };
    struct tt_arena *arena = &attempt->arena;

    attempt->diagnostics =
        tt_arena_array(arena, most_diagnostics(attempt), sizeof(*attempt->diagnostics));
    if (!attempt->diagnostics)
        return;
    for (size_t i = 0; i < ask->n_diagnostics; i++)
        add_diagnostic(attempt, tt_arena_dup(arena, ask->diagnostics[i]));
    if (attempt->scope == TT_PROMPT_NEW_FILE ||
        tt_findings_at(attempt->session, attempt->snapshot, attempt->target, arena, &findings) < 0)
        return;
    for (size_t i = 0; i < findings.n; i++) {
        const struct tt_finding *f = &findings.at[i];

        if (attempt->everywhere && !tt_str_eq(f->rule->id, attempt->rule))
            continue;
        add_diagnostic(attempt,
                       tt_arena_printf(arena, "line %u: %.*s",
                                       tt_text_line_at(attempt->snapshot->text, f->range.start) + 1,
                                       TT_STR_ARG(f->message)));
    }
}

/* Rows of the same class, and the second guess, whose requirement closes the gap
 * between the families when it is spelled out. */
static void fill_harden(struct tt_attempt *attempt)
{
    const struct tt_finding_row *rows;
    size_t n = tt_router_findings(attempt->session->router, &rows);
    const struct tt_finding_row *own =
        tt_router_finding(attempt->session->router, tt_str_from(tt_task_id(attempt->task.task)));
    tt_str second = tt_str_from(tt_task_id(attempt->task.second));

    attempt->harden = tt_arena_array(&attempt->arena, HARDEN_MAX, sizeof(*attempt->harden));
    for (size_t i = 0; attempt->harden && i < n && attempt->n_harden < HARDEN_MAX; i++) {
        bool same = own && own->cls.n && tt_str_eq(rows[i].cls, own->cls);

        if (rows[i].closes_when_asked && (same || tt_str_eq(rows[i].id, second)))
            attempt->harden[attempt->n_harden++] = tt_arena_dup(&attempt->arena, rows[i].id);
    }
}

/* Copies: the project may be read again while the question runs. */
static void fill_project(struct tt_attempt *attempt)
{
    const struct tt_project *project = attempt->session->project;
    struct tt_arena *arena = &attempt->arena;

    if (!project)
        return;
    attempt->rules_text = tt_arena_dup(arena, project->rules);
    attempt->overlay = tt_arena_array(arena, project->n_overlay + 1, sizeof(*attempt->overlay));
    for (size_t i = 0; attempt->overlay && i < project->n_overlay; i++) {
        attempt->overlay[i].name = tt_arena_dup(arena, project->overlay[i].name);
        attempt->overlay[i].text = tt_arena_dup(arena, project->overlay[i].text);
        attempt->n_overlay++;
    }
}

void tt_context_fill(struct tt_attempt *attempt, const struct tt_attempt_ask *ask)
{
    const struct tt_lang *lang = attempt->snapshot->lang;

    fill_diagnostics(attempt, ask);
    fill_harden(attempt);
    fill_project(attempt);
    attempt->conventions =
        tt_arena_array(&attempt->arena, TT_CONVENTIONS_MAX, sizeof(*attempt->conventions));
    if (attempt->conventions)
        attempt->n_conventions = tt_conventions_find(
            attempt->bytes, attempt->target, lang ? tt_lang_name(lang) : (tt_str){ NULL, 0 },
            &attempt->arena, attempt->conventions);
}

/* --- begin ------------------------------------------------------------------------------- */

void tt_context_begin(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;

    if (session->reading_project) {
        attempt->stage = TT_ATTEMPT_FOLDER;
        return;
    }
    if (attempt->scope == TT_PROMPT_NEW_FILE && !attempt->new_path.n) {
        tt_new_file_begin(attempt); /* and comes back */
        return;
    }
    if (tt_context_search(attempt) < 0)
        tt_ask_begin(attempt);
}

void tt_context_on_project(struct tt_session *session)
{
    session->reading_project = false;
    for (struct tt_attempt *a = session->attempts, *next; a; a = next) {
        next = a->next;
        if (a->stage != TT_ATTEMPT_FOLDER)
            continue;
        fill_project(a);
        if (tt_project_ignores(session, a->path))
            tt_attempt_refuse(a, tt_arena_printf(&a->arena,
                                                 "%.*s is on the ignore list: it is never sent to "
                                                 "a model.",
                                                 TT_STR_ARG(a->path)));
        else
            tt_context_begin(a);
    }
}
