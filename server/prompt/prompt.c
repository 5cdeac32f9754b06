/* prompt.c -- the texts of a request, in the order in which they are read.
 *
 * First what stays the same (system text, form of the answer, the project's rules),
 * then what is there to be read (references, the file), last what is asked: a model
 * reads a long text best when the question stands at its end.
 */
#include "prompt/prompt.h"

#include "prompt/job.h"
#include "prompt/template.h"
#include "trimtab/error.h"

#include <stdio.h>

#define DOCUMENT_TOKENS 6000
#define ITEM_TOKENS     2000
#define PARTS_MAX       (TT_WINDOW_PARTS + 16)

/* ---- what is there to be read ---- */

static void add_list(struct tt_prompt_job *job, enum tt_prompt_kind kind, const char *heading,
                     const tt_str *lines, size_t n)
{
    if (n == 0)
        return;
    tt_job_framef(job, "%s\n", heading);
    for (size_t i = 0; i < n; i++) {
        tt_job_frame(job, TT_STR("- "));
        tt_job_body(job, kind, TT_STR(""), lines[i]);
    }
    tt_job_frame(job, TT_STR("\n"));
}

static uint32_t lines_in(tt_str text)
{
    uint32_t lines = 0;

    while (text.n > 0) {
        const char *lf = memchr(text.p, '\n', text.n);

        lines++;
        text = tt_str_sub(text, lf ? (size_t)(lf - text.p) + 1 : text.n, text.n);
    }
    return lines;
}

static void add_items(struct tt_prompt_job *job)
{
    const struct tt_prompt_input *in = job->in;
    uint64_t room = in->item_tokens ? in->item_tokens : ITEM_TOKENS;

    for (size_t i = 0; i < in->n_items; i++) {
        const struct tt_prompt_item *item = &in->items[i];
        uint64_t tokens = tt_tokens_text(item->text);
        uint32_t first = item->line ? item->line : 1, last;

        if (tokens > room) {
            if (job->out)
                job->out->n_dropped_items++;
            continue;
        }
        room -= tokens;
        last = first + lines_in(item->text) - (item->text.n > 0);
        tt_job_framef(job, "<reference path=\"%.*s\" lines=\"%u-%u\">\n", TT_STR_ARG(item->path),
                      first, last);
        tt_job_count(job, TT_PROMPT_PART_ITEM, item->path, first, last, tokens);
        if (job->out)
            tt_job_lines(job, tt_job_redacted(job, item->text));
        tt_job_frame(job, TT_STR("</reference>\n\n"));
    }
}

static const char *tag_of(enum tt_window_kind kind)
{
    switch (kind) {
    case TT_WINDOW_TARGET:
        return "target";
    case TT_WINDOW_IMPORTS:
        return "imports";
    case TT_WINDOW_CONTEXT:
        break;
    }
    return "context";
}

static void write_part(struct tt_prompt_job *job, const struct tt_window_part *part, uint32_t first,
                       uint32_t last, uint64_t tokens)
{
    tt_str text = tt_str_sub(job->in->document, part->range.start, part->range.end);

    tt_job_framef(job, "<%s lines=\"%u-%u\">\n", tag_of(part->kind), first, last);
    tt_job_count(job, TT_PROMPT_PART_DOCUMENT, job->in->path, first, last, tokens);
    if (job->out->redact) {
        int err = tt_redact_part(job->out->redact, job->in->document, job->secrets, job->n_secrets,
                                 part->range, &text);

        if (err)
            tt_job_fail(job, err);
    }
    if (part->range.start == 0 && tt_str_starts(text, TT_STR("\xEF\xBB\xBF")))
        text = tt_str_sub(text, 3, text.n);
    tt_job_lines(job, text);
    tt_job_framef(job, "</%s>\n", tag_of(part->kind));
}

static void add_document(struct tt_prompt_job *job)
{
    const struct tt_window *w = &job->view.window;
    tt_str document = job->in->document;
    uint32_t line = 1;
    size_t at = 0;

    tt_job_framef(job, "The file %.*s%s%.*s:\n", TT_STR_ARG(job->in->path),
                  job->in->language.n ? ", " : "", TT_STR_ARG(job->in->language));
    for (size_t i = 0; i < w->n; i++) {
        struct tt_range r = w->parts[i].range;
        uint64_t tokens = job->view.tokens[i];
        uint32_t lines;

        job->document_tokens += tokens;
        if (w->parts[i].kind == TT_WINDOW_TARGET)
            job->target_tokens = tokens;
        if (!job->out) { /* line numbers need the whole text: not for counting */
            job->tokens += tokens + 12;
            continue;
        }
        line += lines_in(tt_str_sub(document, at, r.start));
        lines = lines_in(tt_str_sub(document, r.start, r.end));
        write_part(job, &w->parts[i], line, line + lines - (lines > 0), tokens);
        line += lines;
        at = r.end;
    }
    if (job->out && !w->whole)
        tt_job_framef(job, "Lines that are not shown are not to be changed.\n");
    tt_job_frame(job, TT_STR("\n"));
}

/* ---- what is asked ---- */

static void add_guidance(struct tt_prompt_job *job)
{
    const struct tt_prompt_input *in = job->in;
    char name[80];
    tt_str file;

    int n = snprintf(name, sizeof(name), "tasks/%.*s.md", TT_STR_ARG(in->task_class));

    if (in->task_class.n > 0 && n > 0 && (size_t)n < sizeof(name)) {
        file = tt_template_find(in->overlay, in->n_overlay, tt_str_from(name));
        if (file.n > 0) {
            tt_job_filled(job, tt_template_main(file));
            tt_job_frame(job, TT_STR("\n"));
        }
    }
    file = tt_template_task_section(in->overlay, in->n_overlay, in->task);
    if (file.n > 0) {
        tt_job_filled(job, file);
        tt_job_frame(job, TT_STR("\n"));
    }
    for (size_t i = 0; i < in->n_harden; i++) {
        file = tt_str_eq(in->harden[i], in->task)
                   ? (tt_str){ NULL, 0 }
                   : tt_template_task_section(in->overlay, in->n_overlay, in->harden[i]);
        if (file.n > 0) {
            tt_job_filled(job, file);
            tt_job_frame(job, TT_STR("\n"));
        }
    }
    tt_job_frame(job, TT_STR("\n"));
}

static void add_limits(struct tt_prompt_job *job)
{
    switch (job->in->scope) {
    case TT_PROMPT_NEW_FILE:
        tt_job_framef(job, "The new file will be %.*s. Nothing else changes.\n",
                      TT_STR_ARG(job->in->new_path));
        return;
    case TT_PROMPT_RANGE:
    case TT_PROMPT_SYMBOL:
    case TT_PROMPT_FILE:
        break;
    }
    if (job->in->may_import && job->in->scope != TT_PROMPT_FILE)
        tt_job_frame(job,
                     TT_STR("Only the target may be changed; where it needs a new import, that may "
                            "be added where the file's imports stand.\n"));
    else
        tt_job_frame(job, TT_STR("Only the target may be changed.\n"));
}

static tt_str syntax_file(const struct tt_prompt_input *in)
{
    char name[64];

    if (in->syntax == TT_PROMPT_PROSE)
        return (tt_str){ NULL, 0 };
    if (in->scope == TT_PROMPT_NEW_FILE)
        return tt_template_find(in->overlay, in->n_overlay, TT_STR("syntax/new-file.md"));
    snprintf(name, sizeof(name), "syntax/%s.md", tt_prompt_syntax_name(in->syntax));
    return tt_template_find(in->overlay, in->n_overlay, tt_str_from(name));
}

static void add_question(struct tt_prompt_job *job)
{
    const struct tt_prompt_input *in = job->in;
    bool prose = in->syntax == TT_PROMPT_PROSE;

    add_list(job, TT_PROMPT_PART_DIAGNOSTICS, "Problems that tools report here:", in->diagnostics,
             in->n_diagnostics);
    tt_job_frame(job, prose ? TT_STR("The question:\n") : TT_STR("The task:\n"));
    if (in->title.n > 0)
        tt_job_body(job, TT_PROMPT_PART_INSTRUCTION, TT_STR(""), in->title);
    if (in->instruction.n > 0 && !tt_str_eq(in->instruction, in->title))
        tt_job_body(job, TT_PROMPT_PART_INSTRUCTION, TT_STR(""), in->instruction);
    tt_job_frame(job, TT_STR("\n"));
    if (prose)
        return;
    add_guidance(job);
    add_limits(job);
    if (in->reask_reason.n > 0 && in->reask_answer.n == 0) {
        tt_job_frame(job, TT_STR("An earlier answer could not be used:\n"));
        tt_job_body(job, TT_PROMPT_PART_TURNS, TT_STR(""), in->reask_reason);
    }
    tt_job_filled(job, tt_template_section(syntax_file(in), TT_STR("Reminder")));
    tt_job_frame(job, TT_STR("\n"));
}

static void add_user(struct tt_prompt_job *job)
{
    const struct tt_prompt_input *in = job->in;

    add_list(job, TT_PROMPT_PART_CONVENTIONS, "Conventions found in this project:", in->conventions,
             in->n_conventions);
    add_items(job);
    add_document(job);
    add_question(job);
}

/* ---- the system text, the messages ---- */

static void add_system(struct tt_prompt_job *job)
{
    const struct tt_prompt_input *in = job->in;
    tt_str first = tt_template_find(in->overlay, in->n_overlay,
                                    in->syntax == TT_PROMPT_PROSE ? TT_STR("explain.md")
                                                                  : TT_STR("system.md"));
    tt_str second = tt_template_main(syntax_file(in));

    first = tt_template_main(first);
    tt_job_count(job, TT_PROMPT_PART_INSTRUCTIONS, TT_STR(""), 0, 0,
                 tt_job_template_tokens(job, first) + tt_job_template_tokens(job, second) +
                     TT_TOKENS_PER_MESSAGE + TT_TOKENS_PER_REQUEST);
    if (!job->out)
        return;
    job->out->request.system_stable = tt_arena_printf(job->arena, "%.*s%s%.*s", TT_STR_ARG(first),
                                                      second.n ? "\n\n" : "", TT_STR_ARG(second));
    if (!job->out->request.system_stable.p)
        tt_job_fail(job, TT_ENOMEM);
}

/* The rules of a project stand behind the system text: they are the same in each
 * request, so that providers can cache them. */
static void add_rules(struct tt_prompt_job *job)
{
    struct tt_buf user = job->user; /* written aside */

    if (job->in->rules.n == 0)
        return;
    job->user = (struct tt_buf)TT_BUF_INIT(TT_BUF_OWN);
    tt_job_frame(job, TT_STR("Rules of this project; follow them where they concern the task:\n"));
    tt_job_body(job, TT_PROMPT_PART_RULES, TT_STR(""), job->in->rules);
    if (job->out) {
        job->out->request.system_project = tt_arena_dup(job->arena, tt_buf_str(&job->user));
        if (job->user.err || !job->out->request.system_project.p)
            tt_job_fail(job, TT_ENOMEM);
    }
    tt_buf_release(&job->user);
    job->user = user;
}

static void add_tool(struct tt_prompt_job *job)
{
    const struct tt_prompt_input *in = job->in;
    struct tt_llm_tool *tool;
    tt_str schema;

    if (in->syntax != TT_PROMPT_STR_REPLACE || in->scope == TT_PROMPT_NEW_FILE)
        return;
    schema = tt_template_find(in->overlay, in->n_overlay, TT_STR("syntax/str-replace.json"));
    tt_job_count(job, TT_PROMPT_PART_INSTRUCTIONS, TT_STR(""), 0, 0, schema.n / 3);
    if (!job->out)
        return;
    tool = tt_arena_alloc(job->arena, sizeof(*tool));
    if (!tool) {
        tt_job_fail(job, TT_ENOMEM);
        return;
    }
    tool->name = TT_STR("propose_edit");
    tool->description =
        TT_STR("Change the file: every edit puts new text in the place of text that "
               "stands in the file exactly once.");
    tool->schema = schema;
    job->out->request.tool = tool;
}

/* What was asked and answered before, in this conversation. */
static size_t add_turns(struct tt_prompt_job *job, struct tt_llm_message *list)
{
    const struct tt_prompt_input *in = job->in;
    size_t n = 0;

    for (size_t i = 0; i < in->n_turns; i++) {
        const struct tt_prompt_turn *turn = &in->turns[i];

        if (turn->instruction.n == 0 || turn->answer.n == 0)
            continue; /* an empty message is an error at every provider */
        tt_job_count(job, TT_PROMPT_PART_TURNS, TT_STR(""), 0, 0,
                     tt_tokens_text(turn->instruction) + tt_tokens_text(turn->answer) +
                         (size_t)2 * TT_TOKENS_PER_MESSAGE);
        if (!list)
            continue;
        list[n++] = (struct tt_llm_message){ TT_LLM_USER, tt_job_redacted(job, turn->instruction) };
        list[n++] = (struct tt_llm_message){ TT_LLM_ASSISTANT, tt_job_redacted(job, turn->answer) };
    }
    return n;
}

/* The answer that was refused, and why. */
static size_t add_reask(struct tt_prompt_job *job, struct tt_llm_message *list)
{
    const struct tt_prompt_input *in = job->in;

    if (in->reask_reason.n == 0 || in->reask_answer.n == 0)
        return 0;
    tt_job_count(job, TT_PROMPT_PART_TURNS, TT_STR(""), 0, 0,
                 tt_tokens_text(in->reask_answer) + tt_tokens_text(in->reask_reason) + 40);
    if (!list)
        return 0;
    list[0] = (struct tt_llm_message){ TT_LLM_ASSISTANT, tt_job_redacted(job, in->reask_answer) };
    list[1].role = TT_LLM_USER;
    list[1].text = tt_arena_printf(job->arena,
                                   "This could not be applied: %.*s\nGive the whole answer again, "
                                   "in the same form, with all of its changes.",
                                   TT_STR_ARG(tt_job_redacted(job, in->reask_reason)));
    return 2;
}

static void add_messages(struct tt_prompt_job *job)
{
    struct tt_llm_message *list = NULL;
    size_t n;

    if (job->out) {
        list = tt_arena_array(job->arena, job->in->n_turns * 2 + 3, sizeof(*list));
        if (!list) {
            tt_job_fail(job, TT_ENOMEM);
            return;
        }
    }
    n = add_turns(job, list);
    add_user(job);
    job->tokens += TT_TOKENS_PER_MESSAGE;
    if (list) {
        list[n].role = TT_LLM_USER;
        list[n++].text = tt_arena_dup(job->arena, tt_buf_str(&job->user));
    }
    n += add_reask(job, list ? list + n : NULL);
    for (size_t i = 0; list && i < n; i++) {
        if (!list[i].text.p)
            tt_job_fail(job, TT_ENOMEM);
    }
    if (list) {
        job->out->request.messages = list;
        job->out->request.n_messages = n;
    }
}

/* ---- sizes ---- */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Measured on real answers: an edit costs about what it touches, twice (old
 * and new), and what it touches grows slower than the target. */
static uint64_t likely_output(const struct tt_prompt_job *job)
{
    uint64_t target = job->target_tokens;

    if (job->in->syntax == TT_PROMPT_PROSE)
        return 350;
    if (job->in->scope == TT_PROMPT_NEW_FILE)
        return 600 + least(job->document_tokens / 3, 2000);
    if (job->in->syntax == TT_PROMPT_REGION)
        return 60 + target + target / 6;
    return 120 + 2 * least(target, 150) + target / 4;
}

static struct tt_prompt_size size_of(const struct tt_prompt_job *job)
{
    uint64_t out = likely_output(job), most = out * 4 + 1024;

    if (most > 16384)
        most = out * 2 > 16384 ? out * 2 : 16384;
    return (struct tt_prompt_size){ job->tokens, out, (uint32_t)least(most, 64000) };
}

static bool same_range(struct tt_range a, struct tt_range b)
{
    return a.start == b.start && a.end == b.end;
}

static bool same_view(const struct tt_window_input *a, const struct tt_window_input *b)
{
    return a->document.p == b->document.p && a->document.n == b->document.n &&
           same_range(a->target, b->target) && same_range(a->symbol, b->symbol) &&
           same_range(a->imports, b->imports) && a->nothing_changes == b->nothing_changes &&
           a->tokens == b->tokens;
}

/* Choosing counts the tokens of many lines: once for the actions of a menu. */
static int choose_view(struct tt_prompt_job *job, const struct tt_window_input *in)
{
    struct tt_prompt_memo *memo = job->in->memo;
    const struct tt_window *w = &job->view.window;
    int err;

    for (uint32_t i = 0; memo && i < memo->n_views && i < TT_PROMPT_VIEWS; i++) {
        if (same_view(&memo->views[i].of, in)) {
            job->view = memo->views[i].view;
            return 0;
        }
    }
    err = tt_window_choose(in, &job->view.window);
    if (err)
        return err;
    for (size_t i = 0; i < w->n; i++)
        job->view.tokens[i] = tt_tokens_text(
            tt_str_sub(in->document, w->parts[i].range.start, w->parts[i].range.end));
    if (memo) {
        uint32_t at = memo->n_views++ % TT_PROMPT_VIEWS;

        memo->views[at].of = *in;
        memo->views[at].view = job->view;
    }
    return 0;
}

static int run(struct tt_prompt_job *job)
{
    const struct tt_prompt_input *in = job->in;
    struct tt_window_input window = {
        .document = in->document,
        .target = in->target,
        .symbol = in->symbol,
        .imports = in->imports,
        .nothing_changes = in->scope == TT_PROMPT_NEW_FILE,
        .tokens = in->document_tokens ? in->document_tokens : DOCUMENT_TOKENS,
    };
    int err;

    if (in->instruction.n == 0 && in->title.n == 0)
        return TT_EINVALID;
    /* A new file is made from the definition at the cursor, if there is one. */
    if (window.nothing_changes && in->symbol.end > in->symbol.start)
        window.target = in->symbol;
    err = choose_view(job, &window);
    if (err)
        return err;
    add_system(job);
    add_rules(job);
    add_tool(job);
    add_messages(job);
    return job->err ? job->err : job->user.err;
}

int tt_prompt_measure(const struct tt_prompt_input *in, struct tt_prompt_size *out)
{
    struct tt_prompt_job job = { .in = in, .user = TT_BUF_INIT(TT_BUF_OWN) };
    int err = run(&job);

    if (!err)
        *out = size_of(&job);
    tt_buf_release(&job.user);
    return err;
}

static int begin_redaction(struct tt_prompt_job *job)
{
    const struct tt_prompt_input *in = job->in;
    size_t n = 0, room = 5 + in->n_items + in->n_diagnostics + in->n_conventions + 2 * in->n_turns;
    tt_str *texts = tt_arena_array(job->arena, room, sizeof(*texts));

    if (!texts)
        return TT_ENOMEM;
    texts[n++] = in->document;
    texts[n++] = in->instruction;
    texts[n++] = in->rules;
    for (size_t i = 0; i < in->n_items; i++)
        texts[n++] = in->items[i].text;
    for (size_t i = 0; i < in->n_diagnostics; i++)
        texts[n++] = in->diagnostics[i];
    for (size_t i = 0; i < in->n_conventions; i++)
        texts[n++] = in->conventions[i];
    for (size_t i = 0; i < in->n_turns; i++)
        texts[n++] = in->turns[i].instruction; /* an answer may hold our placeholders */
    job->out->redact = tt_redact_create(job->arena, texts, n);
    if (!job->out->redact)
        return TT_ENOMEM;
    return tt_secret_find(job->arena, in->document, &job->secrets, &job->n_secrets);
}

int tt_prompt_build(struct tt_arena *arena, const struct tt_prompt_input *in, struct tt_prompt *out)
{
    struct tt_prompt made = { 0 };
    struct tt_prompt_job job = { .in = in,
                                 .arena = arena,
                                 .user = TT_BUF_INIT(TT_BUF_OWN),
                                 .out = &made,
                                 .parts_room = PARTS_MAX + in->n_items };
    int err = 0;

    made.parts = tt_arena_array(arena, job.parts_room, sizeof(*made.parts));
    if (!made.parts)
        return TT_ENOMEM;
    if (!in->no_redaction)
        err = begin_redaction(&job);
    if (!err)
        err = run(&job);
    tt_buf_release(&job.user);
    if (err)
        return err;
    made.region = job.view.window.target;
    made.size = size_of(&job);
    made.request.max_output = made.size.max_output;
    made.request.cache_key =
        tt_arena_printf(arena, "trimtab-%s", tt_prompt_syntax_name(in->syntax));
    if (!made.request.cache_key.p)
        return TT_ENOMEM;
    *out = made;
    return 0;
}
