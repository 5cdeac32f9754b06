/* rule_page.c -- see rule_page.h. */
#include "analysis/rule_page.h"

#include "analysis/rules_set.h"

static const char *level_of(const struct tt_rule_doc *doc)
{
    return doc->off ? "off (switch it on in the settings)" : tt_severity_name(doc->info.severity);
}

/* "{{@call}}() has no timeout" as "... () has no timeout": a page has no captures. */
static void add_message(struct tt_buf *out, tt_str message)
{
    for (size_t i = 0; i < message.n;) {
        const char *open = memmem(message.p + i, message.n - i, "{{", 2);
        size_t at = open ? (size_t)(open - message.p) : message.n;
        const char *close = open ? memmem(open, message.n - at, "}}", 2) : NULL;

        tt_buf_add(out, tt_str_sub(message, i, at));
        if (!close) {
            tt_buf_add(out, tt_str_sub(message, at, message.n));
            return;
        }
        tt_buf_adds(out, "`…`");
        i = (size_t)(close - message.p) + 2;
    }
}

static void add_code(struct tt_buf *out, tt_str language, tt_str path, tt_str code)
{
    if (path.n)
        tt_buf_addf(out, "In `%.*s`:\n\n", TT_STR_ARG(path));
    tt_buf_addf(out, "````%.*s\n", TT_STR_ARG(language));
    tt_buf_add(out, code);
    if (code.n && code.p[code.n - 1] != '\n')
        tt_buf_addc(out, '\n');
    tt_buf_adds(out, "````\n\n");
}

static void add_fix(struct tt_buf *out, const struct tt_rule_doc *doc)
{
    if (doc->fix.n > 0 && doc->info.fix == TT_FIX_SAFE)
        tt_buf_addf(out, "Offline rewrite, safe: part of `source.fixAll.trimtab` and of "
                         "`trimtab fix`.\n");
    else if (doc->fix.n > 0)
        tt_buf_addf(out,
                    "Offline rewrite, offered by itself (it changes what the code does, as its "
                    "title says): the code action in an editor, or `trimtab fix --rule %.*s`.\n",
                    TT_STR_ARG(doc->info.id));
    if (doc->info.model_title.n)
        tt_buf_addf(out, "%sA model can be asked: \"%.*s\".\n", doc->fix.n ? "\n" : "",
                    TT_STR_ARG(doc->info.model_title));
    if (!doc->fix.n && !doc->info.model_title.n)
        tt_buf_adds(out, "Nothing is rewritten: it takes a decision.\n");
}

int tt_rule_page(const struct tt_rule_info *info, struct tt_buf *out)
{
    const struct tt_rule_doc *doc = &rule_of_info(info)->doc;

    tt_buf_addf(out, "# %.*s: %.*s\n\n", TT_STR_ARG(info->id), TT_STR_ARG(info->title));
    add_message(out, info->message);
    tt_buf_addf(out,
                "\n\n| level | languages | related to |\n|---|---|---|\n| %s | %.*s | %s, %s |\n\n",
                level_of(doc), TT_STR_ARG(info->languages), tt_task_id(info->finding),
                tt_task_words(info->finding));
    tt_buf_add(out, info->note);
    tt_buf_adds(out, "\n\n## What to do\n\n");
    add_fix(out, doc);
    tt_buf_adds(out, "\n## What it finds\n\n");
    for (size_t i = 0; i < doc->n_examples; i++) {
        const struct tt_rule_example *example = &doc->examples[i];

        if (!example->match)
            continue;
        add_code(out, example->language, example->path, example->code);
        if (example->fixed.n) {
            tt_buf_adds(out, "after the rewrite:\n\n");
            add_code(out, example->language, (tt_str){ NULL, 0 }, example->fixed);
        }
    }
    tt_buf_adds(out, "## What it leaves alone\n\n");
    for (size_t i = 0; i < doc->n_examples; i++) {
        const struct tt_rule_example *example = &doc->examples[i];

        if (!example->match)
            add_code(out, example->language, example->path, example->code);
    }
    tt_buf_addf(out,
                "## Silence\n\n`trimtab: ignore[%.*s]` in a comment on the line or above it; or in "
                "the settings `\"rules\": { \"%.*s\": \"off\" }`, with ` path:GLOB` or "
                "` language:NAME` behind the id where it is to be silent only there.\n\n",
                TT_STR_ARG(info->id), TT_STR_ARG(info->id));
    if (info->same_as.n)
        tt_buf_addf(out,
                    "What another linter was told about that line holds for this rule too: its own "
                    "comment (`noqa`, `nosec`, `nolint`, `eslint-disable`, `NOSONAR` and their "
                    "like) with one of the codes `%.*s`, or without any code.\n\n",
                    TT_STR_ARG(info->same_as));
    tt_buf_adds(out, "This is a rule of trimtab, related to the finding; it does not measure any "
                     "model.\n");
    return out->err;
}

int tt_rule_pages_index(const struct tt_rules *rules, struct tt_buf *out)
{
    tt_buf_adds(out, "# Rules\n\nMade by `trimtab rule --pages docs/rules` from the files in "
                     "`server/analysis/rules/`.\n\n"
                     "| rule | says | level | related to | rewrite |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < rules->n; i++) {
        const struct tt_rule_doc *doc = &rules->rules[i].doc;
        const struct tt_rule_info *info = &doc->info;

        tt_buf_addf(out, "| [%.*s](%.*s.md) | %.*s | %s | %s | %s |\n", TT_STR_ARG(info->id),
                    TT_STR_ARG(info->id), TT_STR_ARG(info->title),
                    doc->off ? "off" : tt_severity_name(info->severity), tt_task_id(info->finding),
                    !doc->fix.n                ? ""
                    : info->fix == TT_FIX_SAFE ? "safe"
                                               : "offered");
    }
    return out->err;
}
