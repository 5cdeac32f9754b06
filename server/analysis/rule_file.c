/* rule_file.c -- lines of ";; key: value" and blocks until ";; end". */
#include "analysis/rule_file.h"

#include "base/buf.h"
#include "trimtab/error.h"

struct reader {
    tt_str rest; /* what was not read yet */
    uint32_t line;
    struct tt_arena *arena;
    struct tt_rule_doc *doc;
    const char *message;
};

static tt_str trim(tt_str s)
{
    while (s.n > 0 && strchr(" \t\r", s.p[0]))
        s = tt_str_sub(s, 1, s.n);
    while (s.n > 0 && strchr(" \t\r", s.p[s.n - 1]))
        s.n--;
    return s;
}

static tt_str next_line(struct reader *r)
{
    const char *end = memchr(r->rest.p, '\n', r->rest.n);
    size_t n = end ? (size_t)(end - r->rest.p) : r->rest.n;
    tt_str line = tt_str_sub(r->rest, 0, n);

    r->rest = tt_str_sub(r->rest, n + 1, r->rest.n);
    r->line++;
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

/* What stands behind ";;" and one blank. */
static bool head_line(tt_str line, tt_str *content)
{
    if (!tt_str_starts(line, TT_STR(";;")))
        return false;
    *content = tt_str_sub(line, line.n > 2 && line.p[2] == ' ' ? 3 : 2, line.n);
    return true;
}

static int fail(struct reader *r, const char *message)
{
    r->message = message;
    return TT_EPARSE;
}

/* The lines until ";; end", without their marks. */
static int read_block(struct reader *r, tt_str *out)
{
    struct tt_buf buf = TT_BUF_INIT((size_t)1 << 20);

    while (r->rest.n > 0) {
        tt_str content;

        if (!head_line(next_line(r), &content))
            break;
        if (tt_str_eq(trim(content), TT_STR("end"))) {
            *out = tt_arena_dup(r->arena, tt_buf_str(&buf));
            bool bad = buf.err || !out->p;
            tt_buf_release(&buf);
            return bad ? TT_ENOMEM : 0;
        }
        tt_buf_add(&buf, content);
        tt_buf_addc(&buf, '\n');
    }
    tt_buf_release(&buf);
    return fail(r, "a block that was begun here or above has no \";; end\"");
}

static size_t split_words(tt_str s, tt_str *out, size_t max)
{
    size_t n = 0;

    while ((s = trim(s)).n > 0) {
        size_t end = 0;

        while (end < s.n && s.p[end] != ' ' && s.p[end] != '\t')
            end++;
        if (n < max)
            out[n] = tt_str_sub(s, 0, end);
        n++;
        s = tt_str_sub(s, end, s.n);
    }
    return n;
}

/* ---- one function a key ---- */

static int on_id(struct reader *r, tt_str value)
{
    for (size_t i = 0; i < value.n; i++) {
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", value.p[i]))
            return fail(r, "an id is made of lower-case letters, digits and '-'");
    }
    r->doc->info.id = value;
    return 0;
}

static int on_finding(struct reader *r, tt_str value)
{
    enum tt_task task = tt_task_from_id(value);

    if (task == TT_TASK_COUNT)
        return fail(r, "there is no finding of this name; `trimtab findings` lists them");
    r->doc->info.finding = task;
    return 0;
}

static int on_languages(struct reader *r, tt_str value)
{
    r->doc->info.languages = value;
    r->doc->n_languages = split_words(value, r->doc->languages, TT_RULE_LANGUAGES);
    if (r->doc->n_languages == 0 || r->doc->n_languages > TT_RULE_LANGUAGES)
        return fail(r, "name one to eight languages, separated by blanks");
    return 0;
}

static int on_literals(struct reader *r, tt_str value)
{
    r->doc->n_literals = split_words(value, r->doc->literals, TT_RULE_LITERALS);
    if (r->doc->n_literals > TT_RULE_LITERALS)
        return fail(r, "at most 24 literals");
    return 0;
}

static int on_same_as(struct reader *r, tt_str value)
{
    r->doc->info.same_as = value;
    return 0;
}

static int on_severity(struct reader *r, tt_str value)
{
    /* "hint off": a hint that ships switched off */
    tt_str words[2];
    size_t n = split_words(value, words, 2);

    if (n == 0 || n > 2 || !tt_severity_from_name(words[0], &r->doc->info.severity) ||
        (n == 2 && !tt_str_eq(words[1], TT_STR("off"))))
        return fail(r, "severity is error, warning, info or hint; \"off\" may follow");
    r->doc->off = n == 2 || r->doc->info.severity == TT_SEVERITY_OFF;
    return 0;
}

static int on_title(struct reader *r, tt_str value)
{
    r->doc->info.title = value;
    return 0;
}

static int on_message(struct reader *r, tt_str value)
{
    r->doc->info.message = value;
    return 0;
}

static int on_related(struct reader *r, tt_str value)
{
    r->doc->related = value;
    return 0;
}

static int on_model(struct reader *r, tt_str value)
{
    r->doc->info.model_title = value;
    return 0;
}

static int on_fix_title(struct reader *r, tt_str value)
{
    r->doc->info.fix_title = value;
    return 0;
}

static int on_scope(struct reader *r, tt_str value)
{
    bool file = tt_str_eq(value, TT_STR("file"));

    if (!file && !tt_str_eq(value, TT_STR("node")))
        return fail(r, "scope is node or file");
    r->doc->info.scope = file ? TT_SCOPE_FILE : TT_SCOPE_NODE;
    return 0;
}

static int on_tests(struct reader *r, tt_str value)
{
    bool yes = tt_str_eq(value, TT_STR("yes"));

    if (!yes && !tt_str_eq(value, TT_STR("no")))
        return fail(r, "tests is yes or no: whether the rule is meant for test files too");
    r->doc->in_tests = yes;
    return 0;
}

static int on_once(struct reader *r, tt_str value)
{
    bool yes = tt_str_eq(value, TT_STR("yes"));

    if (!yes && !tt_str_eq(value, TT_STR("no")))
        return fail(r, "once is yes or no: whether the first finding of a file says it all");
    r->doc->once = yes;
    return 0;
}

static int on_note(struct reader *r, tt_str value)
{
    (void)value;
    return read_block(r, &r->doc->info.note);
}

static int on_fix(struct reader *r, tt_str value)
{
    r->doc->info.fix = tt_str_eq(value, TT_STR("safe")) ? TT_FIX_SAFE : TT_FIX_OFFERED;
    if (r->doc->info.fix != TT_FIX_SAFE && value.n > 0 && !tt_str_eq(value, TT_STR("offered")))
        return fail(r, "\"fix: safe\" never changes what the code does, \"fix: offered\" does what "
                       "its title says; its lines and \";; end\" follow");
    r->doc->fix_line = r->line;
    return read_block(r, &r->doc->fix);
}

/* "match:", "match: tsx", "match: sql schema.sql" */
static int read_example(struct reader *r, tt_str value, bool match)
{
    tt_str words[2];
    size_t n = split_words(value, words, 2);

    if (r->doc->n_examples == TT_RULE_EXAMPLES)
        return fail(r, "at most 32 examples");
    if (n > 2)
        return fail(r, "an example may name its language and a file, no more");
    struct tt_rule_example *example = &r->doc->examples[r->doc->n_examples++];
    *example = (struct tt_rule_example){ .match = match, .line = r->line };
    if (n > 0)
        example->language = words[0];
    if (n > 1)
        example->path = words[1];
    return read_block(r, &example->code);
}

static int on_match(struct reader *r, tt_str value)
{
    return read_example(r, value, true);
}

static int on_no_match(struct reader *r, tt_str value)
{
    return read_example(r, value, false);
}

static int on_fixed(struct reader *r, tt_str value)
{
    (void)value;
    struct tt_rule_doc *doc = r->doc;

    if (doc->n_examples == 0 || !doc->examples[doc->n_examples - 1].match)
        return fail(r, "\"fixed:\" stands behind the \"match:\" that it is the result of");
    return read_block(r, &doc->examples[doc->n_examples - 1].fixed);
}

static const struct {
    const char *key;
    int (*read)(struct reader *r, tt_str value);
} keys[] = {
    { "id", on_id },
    { "finding", on_finding },
    { "languages", on_languages },
    { "severity", on_severity },
    { "title", on_title },
    { "message", on_message },
    { "related", on_related },
    { "scope", on_scope },
    { "literals", on_literals },
    { "same-as", on_same_as },
    { "tests", on_tests },
    { "once", on_once },
    { "model", on_model },
    { "fix-title", on_fix_title },
    { "note", on_note },
    { "fix", on_fix },
    { "match", on_match },
    { "no-match", on_no_match },
    { "fixed", on_fixed },
};

static int read_key(struct reader *r, tt_str content)
{
    const char *colon = memchr(content.p ? content.p : "", ':', content.n);

    if (trim(content).n == 0)
        return 0;
    if (!colon)
        return fail(r, "expected \"key: value\"");
    tt_str key = trim(tt_str_sub(content, 0, (size_t)(colon - content.p)));
    tt_str value = trim(tt_str_sub(content, (size_t)(colon - content.p) + 1, content.n));
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (tt_str_eq(key, tt_str_from(keys[i].key)))
            return keys[i].read(r, value);
    }
    return fail(r, "unknown key; known are id, finding, languages, severity, title, message, "
                   "related, scope, literals, same-as, tests, once, model, fix-title, note, fix, "
                   "match, no-match "
                   "and fixed");
}

static int check(struct reader *r)
{
    struct tt_rule_doc *doc = r->doc;

    r->line = 1;
    if (doc->info.id.n == 0)
        return fail(r, "the head has no \";; id:\"");
    if (doc->info.finding == TT_TASK_OTHER)
        return fail(r, "the head has no \";; finding:\"");
    if (doc->n_languages == 0)
        return fail(r, "the head has no \";; languages:\"");
    if (doc->info.severity == TT_SEVERITY_OFF && !doc->off)
        return fail(r, "the head has no \";; severity:\"");
    if (doc->info.title.n == 0)
        return fail(r, "the head has no \";; title:\"");
    if (doc->once && doc->info.scope != TT_SCOPE_FILE)
        return fail(r, "\"once: yes\" needs \"scope: file\"");
    if (doc->fix.n > 0 && doc->info.fix_title.n == 0)
        return fail(r, "a rule with \";; fix:\" needs a \";; fix-title:\" for the menu");
    if (doc->info.message.n == 0)
        doc->info.message = doc->info.title;
    if (doc->fix.n == 0)
        doc->info.fix = doc->info.model_title.n > 0 ? TT_FIX_MODEL : TT_FIX_NONE;
    for (size_t i = 0; i < doc->n_examples; i++) {
        if (doc->examples[i].language.n == 0)
            doc->examples[i].language = doc->languages[0];
    }
    return 0;
}

int tt_rule_doc_read(tt_str path, tt_str text, struct tt_arena *arena, struct tt_rule_doc *doc,
                     uint32_t *line, const char **message)
{
    struct reader r = { tt_arena_dup(arena, text), 0, arena, doc, "" };
    int err = 0;

    *doc = (struct tt_rule_doc){ 0 };
    doc->info.path = tt_arena_dup(arena, path);
    if (!r.rest.p || !doc->info.path.p)
        return TT_ENOMEM;
    while (!err && r.rest.n > 0) {
        tt_str content;

        if (head_line(next_line(&r), &content))
            err = read_key(&r, content);
    }
    if (!err)
        err = check(&r);
    *line = r.line;
    *message = r.message;
    return err;
}
