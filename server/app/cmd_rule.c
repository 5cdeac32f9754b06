/* cmd_rule.c -- `trimtab rule`: the pages of the rules. */
#include "analysis/rule_page.h"
#include "app/files.h"
#include "app/report.h"
#include "app/settings.h"
#include "trimtab/error.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int list(const struct tt_rules *rules)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);

    for (size_t i = 0; i < tt_rules_count(rules); i++) {
        const struct tt_rule_info *rule = tt_rules_at(rules, i);

        tt_buf_addf(&out, "%-26.*s  %-8s %-8s ", TT_STR_ARG(rule->id), tt_task_id(rule->finding),
                    tt_severity_name(tt_rules_severity(rules, rule)));
        tt_out_add_safe(&out, rule->title);
        tt_buf_addc(&out, '\n');
    }
    return tt_out_finish(&out, TT_EXIT_OK);
}

static void add_words(struct tt_json_writer *w, const char *key, tt_str words)
{
    tt_jw_key_array(w, key);
    while (words.n) {
        tt_str word = tt_str_next_word(&words);

        if (word.n)
            tt_jw_str(w, word);
    }
    tt_jw_array_end(w);
}

static int list_json(const struct tt_rules *rules)
{
    static const char *const fixes[] = {
        [TT_FIX_SAFE] = "safe", [TT_FIX_OFFERED] = "offered", [TT_FIX_MODEL] = "model"
    };
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_json_writer w;

    tt_json_writer_init(&w, &out);
    tt_jw_object(&w);
    tt_jw_key_array(&w, "rules");
    for (size_t i = 0; i < tt_rules_count(rules); i++) {
        const struct tt_rule_info *rule = tt_rules_at(rules, i);

        tt_jw_object(&w);
        tt_jw_member(&w, "id", rule->id);
        tt_jw_member_cstr(&w, "finding", tt_task_id(rule->finding));
        tt_jw_member_cstr(&w, "severity", tt_severity_name(tt_rules_severity(rules, rule)));
        add_words(&w, "languages", rule->languages);
        tt_jw_member(&w, "title", rule->title);
        if (fixes[rule->fix])
            tt_jw_member_cstr(&w, "fix", fixes[rule->fix]);
        tt_jw_object_end(&w);
    }
    tt_jw_array_end(&w);
    tt_jw_object_end(&w);
    tt_buf_addc(&out, '\n');
    return tt_out_finish(&out, TT_EXIT_OK);
}

static int one(const struct tt_rules *rules, const char *id)
{
    const struct tt_rule_info *rule = tt_rules_find(rules, tt_str_from(id));
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);

    if (!rule) {
        tt_say("there is no rule \"%s\"; `trimtab rule` lists them", id);
        return TT_EXIT_USAGE;
    }
    tt_rule_page(rule, &out);
    return tt_out_finish(&out, TT_EXIT_OK);
}

/* Write the file unless it says the same already. */
static int write_page(const char *folder, tt_str name, const struct tt_buf *page)
{
    struct tt_buf path = TT_BUF_INIT(1 << 16), old = TT_BUF_INIT(TT_BUF_OWN);
    int err;

    tt_buf_addf(&path, "%s/%.*s.md", folder, TT_STR_ARG(name));
    err = page->err ? page->err : path.err;
    if (!err) {
        err = tt_file_read(path.p, &old);
        if (err == TT_ENOTFOUND)
            err = tt_file_create(path.p, tt_buf_str(page));
        else if (!err && !tt_str_eq(tt_buf_str(&old), tt_buf_str(page)))
            err = tt_file_replace(path.p, tt_buf_str(&old), tt_buf_str(page));
    }
    if (err)
        tt_say("%s was not written: %s", path.p ? path.p : folder, tt_file_why(err));
    tt_buf_release(&path);
    tt_buf_release(&old);
    return err;
}

static int pages(const struct tt_rules *rules, const char *folder)
{
    struct tt_buf page = TT_BUF_INIT(TT_BUF_OWN);
    int err;

    tt_rule_pages_index(rules, &page);
    err = write_page(folder, TT_STR("README"), &page);
    for (size_t i = 0; !err && i < tt_rules_count(rules); i++) {
        tt_buf_clear(&page);
        tt_rule_page(tt_rules_at(rules, i), &page);
        err = write_page(folder, tt_rules_at(rules, i)->id, &page);
    }
    tt_buf_release(&page);
    return err ? TT_EXIT_USAGE : TT_EXIT_OK;
}

int tt_cmd_rule(const struct tt_command *command, int argc, char **argv)
{
    const char *folder = NULL;
    bool json = false;
    const struct tt_option options[] = {
        { .name = "json", .help = "print the list as JSON", .flag = &json },
        { .name = "pages",
          .value = "DIR",
          .help = "write the pages of the rules that ship into this folder",
          .text = &folder },
    };
    struct tt_cli_settings settings = { 0 };
    struct tt_rules *rules = NULL;
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args);

    if (code >= 0)
        return code;
    if (args.n > 1 || (folder && args.n)) {
        code = tt_args_bad(command, "one rule at a time");
    } else if (json && (folder || args.n)) {
        code = tt_args_bad(command, "--json is for the list of all rules");
    } else if (folder) {
        code =
            tt_rules_create(NULL, NULL, NULL, &rules) ? tt_out_of_memory() : pages(rules, folder);
    } else {
        int err = tt_cli_settings_load(NULL, &settings);

        if (!err)
            err = tt_cli_rules_load(&settings, NULL, &rules);
        code = err      ? tt_out_of_memory()
               : args.n ? one(rules, args.at[0])
               : json   ? list_json(rules)
                        : list(rules);
    }
    tt_rules_destroy(rules);
    tt_cli_settings_release(&settings);
    tt_args_release(&args);
    return code;
}
