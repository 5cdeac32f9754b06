/* rule_set.c -- the rules of the analysis, with the settings that are in force.
 *
 * Ours are only read here, and compiled when a document needs them: that takes less than
 * a millisecond.  Rules of the user's are compiled at once, so that their mistakes can be
 * named, which takes some milliseconds each: off the loop.  Until they are there the rules
 * of before stay in force.
 */
#include "base/log.h"
#include "lsp/window.h"
#include "session/findings.h"
#include "session/project.h"
#include "session/state.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define LINE_SHOWN 120

struct make {
    struct tt_job job;
    struct tt_anchor *anchor;       /* one reference */
    const struct tt_config *config; /* one reference: its slices are used */
    struct tt_arena arena;          /* owns what follows */
    struct tt_rules_options options;
    struct tt_rules *rules; /* owned; NULL: not made */
    struct tt_buf first;    /* the first mistake in a rule of the user's, for the user */
    struct tt_buf lines;    /* all of them, for the log */
    size_t n_errors;
    int err;
};

/* A mistake in a rule's file: the first is shown, with its line and a caret. */
static void on_rule_error(void *arg, const struct tt_rule_error *error)
{
    struct make *self = arg;
    size_t indent = error->column ? error->column - 1 : 0, shown = error->source_line.n;

    tt_buf_addf(&self->lines, "%.*s:%u:%u: %s\n", TT_STR_ARG(error->path), error->line,
                error->column, error->message);
    if (self->n_errors++)
        return;
    if (shown > LINE_SHOWN) {
        shown = LINE_SHOWN;
        while (shown && ((unsigned char)error->source_line.p[shown] & 0xC0) == 0x80)
            shown--; /* cut between characters */
    }
    tt_buf_addf(&self->first, "The rule %.*s is left out: line %u, column %u: %s",
                TT_STR_ARG(error->path), error->line, error->column, error->message);
    if (shown && indent <= shown)
        tt_buf_addf(&self->first, "\n%.*s\n%*s^",
                    TT_STR_ARG(tt_str_sub(error->source_line, 0, shown)), (int)indent, "");
}

/* What was said already is not said again with each change of the settings. */
static void say_errors(struct tt_session *session, struct make *self)
{
    tt_str rest = tt_buf_str(&self->lines);
    char *said;

    if (tt_str_eq(rest, tt_str_from(session->said_rules)))
        return;
    said = tt_buf_take(&self->lines, NULL);
    free(session->said_rules);
    session->said_rules = said;
    for (rest = tt_str_from(said); rest.n;) {
        const char *lf = memchr(rest.p, '\n', rest.n);
        size_t n = lf ? (size_t)(lf - rest.p) : rest.n;

        tt_log(TT_LOG_WARN, "%.*s", (int)n, rest.p);
        rest = tt_str_sub(rest, n + 1, rest.n);
    }
    if (self->n_errors > 1)
        tt_buf_addf(&self->first, "\n(and %zu more; `trimtab check` lists them)",
                    self->n_errors - 1);
    if (self->n_errors && !self->first.err)
        tt_show_message(session, TT_LSP_MESSAGE_WARNING, "trimtab: %.*s",
                        TT_STR_ARG(tt_buf_str(&self->first)));
}

static int take(struct tt_session *session, struct make *self)
{
    struct tt_rules_ref *ref = self->rules ? calloc(1, sizeof(*ref)) : NULL;

    if (!ref)
        return self->err ? self->err : TT_ENOMEM;
    *ref = (struct tt_rules_ref){ self->rules, 1 };
    self->rules = NULL;
    tt_rules_unref(session->rules);
    session->rules = ref;
    say_errors(session, self);
    return 0;
}

static void run(struct tt_job *job)
{
    struct make *self = (struct make *)(void *)job;

    self->err = tt_rules_create(&self->options, on_rule_error, self, &self->rules);
}

static void make_free(struct make *self)
{
    tt_rules_destroy(self->rules);
    tt_config_unref(self->config);
    tt_anchor_unref(self->anchor);
    tt_buf_release(&self->first);
    tt_buf_release(&self->lines);
    tt_arena_release(&self->arena);
    free(self);
}

static void done(struct tt_job *job, int status)
{
    struct make *self = (struct make *)(void *)job;
    struct tt_session *session = self->anchor->session;

    if (session) {
        session->making_rules = false;
        if (session->remake_rules) /* the settings have changed meanwhile */
            tt_rule_set_remake(session);
        else if (!status && take(session, self) == 0)
            tt_findings_refresh_all(session);
    }
    make_free(self);
}

/* Copied: the project may be read again while the job runs. */
static int take_files(struct make *self, const struct tt_project *project)
{
    size_t n = project ? project->n_rule_files : 0;
    struct tt_rule_file *files = tt_arena_array(&self->arena, n + 1, sizeof(*files));

    for (size_t i = 0; files && i < n; i++) {
        files[i].path = tt_arena_dup(&self->arena, project->rule_files[i].path);
        files[i].text = tt_arena_dup(&self->arena, project->rule_files[i].text);
        if (!files[i].path.p || !files[i].text.p)
            return TT_ENOMEM;
    }
    self->options.files = files;
    self->options.n_files = n;
    return files ? 0 : TT_ENOMEM;
}

static struct make *make_new(struct tt_session *session)
{
    struct make *self = calloc(1, sizeof(*self));

    if (!self)
        return NULL;
    self->job = (struct tt_job){ run, done, NULL };
    self->anchor = tt_anchor_ref(session->anchor);
    self->config = session->config;
    tt_config_ref(self->config);
    tt_buf_init(&self->first, 1 << 16);
    tt_buf_init(&self->lines, 1 << 20);
    if (tt_rules_take_settings(self->config, &self->arena, &self->options) == 0 &&
        take_files(self, session->project) == 0)
        return self;
    make_free(self);
    return NULL;
}

int tt_rule_set_make(struct tt_session *session, bool *later)
{
    struct make *self;
    int err;

    *later = session->remake_rules = session->making_rules;
    if (*later)
        return 0;
    self = make_new(session);
    if (!self)
        return TT_ENOMEM;
    if (session->rules && self->options.n_files > 0 &&
        session->io->work(session->io, &self->job) == 0) {
        *later = session->making_rules = true;
        return 0;
    }
    run(&self->job);
    err = take(session, self);
    make_free(self);
    return err;
}

void tt_rule_set_remake(struct tt_session *session)
{
    bool later;

    if (tt_rule_set_make(session, &later) == 0 && !later)
        tt_findings_refresh_all(session);
}
