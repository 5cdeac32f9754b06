/* cmd_doctor.c -- `trimtab doctor`: what is wrong, and the command that mends it. */
#include "analysis/rules.h"
#include "app/args.h"
#include "app/code.h"
#include "app/doctor.h"
#include "app/files.h"
#include "app/trust.h"
#include "net/curl.h"
#include "net/network.h"
#include "rpc/json.h"
#include "store/store.h"
#include "syntax/lang.h"
#include "trimtab/error.h"
#include "trimtab/route.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#define COUNT(a)         (sizeof(a) / sizeof((a)[0]))
#define CERTIFICATES_MAX ((size_t)4 << 20)
#define LEAST_YEAR       2025 /* before it nobody had this program */

void tt_doctor_add(struct tt_doctor *doctor, enum tt_health health, const char *what,
                   const char *mend, const char *fmt, ...)
{
    struct tt_buf text = TT_BUF_INIT(1 << 16);
    struct tt_doctor_row *longer = realloc(doctor->rows, (doctor->n + 1) * sizeof(*doctor->rows));
    va_list ap;

    if (!longer) {
        doctor->no_memory = true;
        return;
    }
    doctor->rows = longer;
    va_start(ap, fmt);
    tt_buf_vaddf(&text, fmt, ap);
    va_end(ap);
    doctor->rows[doctor->n] = (struct tt_doctor_row){ .health = health,
                                                      .what = what,
                                                      .text = tt_buf_take(&text, NULL),
                                                      .mend = mend ? strdup(mend) : NULL };
    doctor->no_memory |= !doctor->rows[doctor->n].text;
    doctor->n += doctor->rows[doctor->n].text != NULL;
}

/* ---- what is on this machine ---- */

static void look_at_settings(struct tt_doctor *doctor)
{
    const struct tt_config *config = doctor->settings.config;
    struct tt_buf path = TT_BUF_INIT(1 << 16);

    if (tt_dir_path(TT_DIR_CONFIG, "config.json", &path))
        tt_doctor_add(doctor, TT_HEALTH_BAD, "settings", "export HOME=...",
                      "no folder for settings is known");
    else
        tt_doctor_add(doctor, config->n_problems ? TT_HEALTH_NOTE : TT_HEALTH_GOOD, "settings",
                      NULL, "%s%s", path.p,
                      access(path.p, F_OK) ? " (not there: the built-in ones count)" : "");
    for (size_t i = 0; i < config->n_problems; i++)
        tt_doctor_add(doctor, TT_HEALTH_BAD, "settings", "correct that line", "%.*s",
                      TT_STR_ARG(config->problems[i].text));
    tt_buf_release(&path);
}

/* What a project says to assistants counts only in a folder that is trusted. */
static void look_at_trust(struct tt_doctor *doctor)
{
    static const char *const names[] = { ".trimtab/rules.md", "AGENTS.md", "CLAUDE.md",
                                         ".github/copilot-instructions.md", ".trimtab/prompts" };
    const char *root = doctor->settings.root;
    struct tt_buf path = TT_BUF_INIT(1 << 16), mend = TT_BUF_INIT(1 << 16);

    for (size_t i = 0; i < COUNT(names); i++) {
        tt_buf_clear(&path);
        tt_buf_addf(&path, "%s/%s", root, names[i]);
        if (!path.p || access(path.p, F_OK))
            continue;
        tt_buf_addf(&mend, "trimtab trust %s   (once you have read it)", root);
        if (tt_trusted(tt_str_from(root)))
            tt_doctor_add(doctor, TT_HEALTH_GOOD, "project", NULL,
                          "%s counts: its folder is trusted", path.p);
        else
            tt_doctor_add(doctor, TT_HEALTH_NOTE, "project", mend.p,
                          "%s does not count: its folder is not trusted", path.p);
        break; /* one says it for all */
    }
    tt_buf_release(&path);
    tt_buf_release(&mend);
}

static void look_at_grammars(struct tt_doctor *doctor)
{
    size_t good = 0;

    for (size_t i = 0; i < tt_lang_count(); i++) {
        struct tt_code code;

        if (tt_code_set(&code, "x", TT_STR("\n")) == 0) {
            code.lang = tt_lang_at(i);
            if (tt_code_parse(&code, NULL) == 0 && code.tree)
                good++;
            else
                tt_doctor_add(doctor, TT_HEALTH_BAD, "grammar", "build trimtab again",
                              "%.*s cannot be used", TT_STR_ARG(tt_lang_name(code.lang)));
        }
        tt_code_release(&code);
    }
    tt_doctor_add(doctor, TT_HEALTH_GOOD, "grammars", NULL, "%zu of %zu languages", good,
                  tt_lang_count());
}

static void look_at_rules(struct tt_doctor *doctor)
{
    struct tt_rules *rules;

    if (tt_cli_rules_load(&doctor->settings, NULL, &rules)) {
        doctor->no_memory = true;
        return;
    }
    tt_doctor_add(doctor, TT_HEALTH_GOOD, "rules", NULL, "%zu rules", tt_rules_count(rules));
    tt_rules_destroy(rules);
}

static void count_outcome(void *arg, const struct tt_outcome *outcome)
{
    *(size_t *)arg += outcome->kind != TT_OUTCOME_SPENT;
}

/* What mends a database that cannot be used. */
static void add_store_mend(int err, const char *dir, struct tt_buf *out)
{
    if (err == TT_EDENIED)
        tt_buf_adds(out, "update trimtab: a newer one has written it");
    else if (err == TT_ETIMEOUT)
        tt_buf_addf(out, "fuser %s/outcomes.db   (shows what has it open)", dir);
    else if (access(dir, W_OK | X_OK))
        tt_buf_addf(out, "mkdir -p %s && chmod u+rwx %s", dir, dir);
    else
        tt_buf_addf(out, "mv %s/outcomes.db %s/outcomes.db.old   (a new one is made)", dir, dir);
}

static void look_at_store(struct tt_doctor *doctor)
{
    struct tt_buf dir = TT_BUF_INIT(1 << 16), message = TT_BUF_INIT(1 << 16);
    struct tt_buf mend = TT_BUF_INIT(1 << 18);
    size_t n = 0;
    int err;

    if (tt_dir_path(TT_DIR_STATE, NULL, &dir)) {
        tt_doctor_add(doctor, TT_HEALTH_BAD, "database", "export HOME=...",
                      "no folder for outcomes is known");
        return;
    }
    err = tt_store_load(tt_buf_str(&dir), 0, count_outcome, &n, NULL, &message);
    if (!err && (tt_dir_make(dir.p) || access(dir.p, W_OK | X_OK))) { /* a first start would */
        err = TT_EIO;
        tt_buf_addf(&message, "Outcomes are not kept: the folder %s cannot be written.", dir.p);
    }
    if (err) {
        add_store_mend(err, dir.p, &mend);
        tt_doctor_add(doctor, TT_HEALTH_BAD, "database", mend.p, "%.*s",
                      TT_STR_ARG(tt_buf_str(&message)));
    } else
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "database", NULL, "%s, %zu outcome%s", dir.p, n,
                      n == 1 ? "" : "s");
    tt_buf_release(&mend);
    tt_buf_release(&dir);
    tt_buf_release(&message);
}

static void look_at_curl(struct tt_doctor *doctor)
{
    struct tt_curl curl;
    char message[256];

    if (tt_curl_load(&curl, message, sizeof(message)))
        tt_doctor_add(doctor, TT_HEALTH_BAD, "network", "apt-get install libcurl4", "%s", message);
    else
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "network", NULL, "%s", curl.version);
}

/* Is there a certificate in the file?  (libcurl says so only at the first request.) */
static int read_certificates(const char *path)
{
    struct tt_buf text = TT_BUF_INIT(CERTIFICATES_MAX);
    int err = tt_file_read(path, &text);
    const char *at = err ? NULL : memmem(text.p ? text.p : "", text.n, "-----BEGIN ", 11);

    tt_buf_release(&text);
    return err == TT_ETOOBIG || at ? 0 : err ? err : TT_EPARSE;
}

static void look_at_certificates(struct tt_doctor *doctor)
{
    struct tt_buf path = TT_BUF_INIT(1 << 16);
    const char *source;
    tt_str ca = tt_ca_file(doctor->settings.config->ca_file, tt_env, &source);
    bool setting = doctor->settings.config->ca_file.n > 0;
    char mend[300];
    int err;

    if (!ca.n || tt_buf_add(&path, ca))
        return;
    err = read_certificates(path.p);
    snprintf(mend, sizeof(mend),
             setting ? "correct %s in config.json"
                     : "unset %s   (or let it name a file of certificates)",
             source);
    if (!err)
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "certificates", NULL, "%s, from %s", path.p, source);
    else if (err == TT_EPARSE)
        tt_doctor_add(doctor, TT_HEALTH_BAD, "certificates", mend,
                      "%s names %s, which holds no certificate in PEM form", source, path.p);
    else
        tt_doctor_add(doctor, TT_HEALTH_BAD, "certificates", mend,
                      "%s names %s, which cannot be read: %s", source, path.p, tt_file_why(err));
    tt_buf_release(&path);
}

static void look_at_proxy(struct tt_doctor *doctor)
{
    tt_str proxy = tt_proxy_for(doctor->settings.config->proxy, TT_STR("https"), tt_env);
    char bare[200];

    if (proxy.n)
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "proxy", NULL, "%s (loopback is always direct)",
                      tt_url_bare(proxy, bare, sizeof(bare)));
}

/* A clock that was never set; a wrong one shows when a provider answers. */
static void look_at_clock(struct tt_doctor *doctor)
{
    time_t now = time(NULL);
    struct tm tm;

    if (!gmtime_r(&now, &tm) || tm.tm_year >= LEAST_YEAR - 1900)
        return;
    tt_doctor_add(doctor, TT_HEALTH_BAD, "clock", "timedatectl set-ntp true",
                  "this machine believes that it is the year %d", tm.tm_year + 1900);
    doctor->clock_said = true;
}

/* ---- saying it ---- */

static void show_json(const struct tt_doctor *doctor, struct tt_buf *out)
{
    static const char *const names[] = { "ok", "note", "bad" };
    struct tt_json_writer w;

    tt_json_writer_init(&w, out);
    tt_jw_object(&w);
    tt_jw_member_cstr(&w, "version", TT_VERSION);
    tt_jw_key_array(&w, "checks");
    for (size_t i = 0; i < doctor->n; i++) {
        tt_jw_object(&w);
        tt_jw_member_cstr(&w, "what", doctor->rows[i].what);
        tt_jw_member_cstr(&w, "health", names[doctor->rows[i].health]);
        tt_jw_member_cstr(&w, "text", doctor->rows[i].text);
        tt_jw_member_opt(&w, "mend", tt_str_from(doctor->rows[i].mend));
        tt_jw_object_end(&w);
    }
    tt_jw_array_end(&w);
    tt_jw_object_end(&w);
    tt_buf_addc(out, '\n');
}

static void show_text(const struct tt_doctor *doctor, struct tt_buf *out)
{
    const struct tt_colors *c = tt_colors_for(stdout);
    const struct {
        const char *word, *color;
    } looks[] = { { "ok  ", c->green }, { "note", c->yellow }, { "BAD ", c->red } };

    tt_buf_addf(out, "trimtab %s\n", TT_VERSION);
    for (size_t i = 0; i < doctor->n; i++) {
        const struct tt_doctor_row *row = &doctor->rows[i];

        tt_buf_addf(out, "  %s%s%s  %-13s", looks[row->health].color, looks[row->health].word,
                    c->off, row->what);
        tt_out_add_safe(out, tt_str_from(row->text));
        if (row->mend)
            tt_buf_addf(out, "\n                     to mend it: %s", row->mend);
        tt_buf_addc(out, '\n');
    }
    if (doctor->offline)
        tt_buf_adds(out, "The network was left out (--offline).\n");
}

static int run(struct tt_doctor *doctor, bool json)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    int code = TT_EXIT_OK;

    if (tt_cli_settings_load(NULL, &doctor->settings))
        return tt_out_of_memory();
    look_at_settings(doctor);
    look_at_trust(doctor);
    look_at_grammars(doctor);
    look_at_rules(doctor);
    look_at_store(doctor);
    look_at_curl(doctor);
    look_at_proxy(doctor);
    look_at_certificates(doctor);
    look_at_clock(doctor);
    tt_doctor_models(doctor);
    if (doctor->no_memory)
        out.err = TT_ENOMEM;
    for (size_t i = 0; i < doctor->n; i++) {
        if (doctor->rows[i].health == TT_HEALTH_BAD)
            code = TT_EXIT_FOUND;
    }
    if (json)
        show_json(doctor, &out);
    else
        show_text(doctor, &out);
    for (size_t i = 0; i < doctor->n; i++) {
        free(doctor->rows[i].text);
        free(doctor->rows[i].mend);
    }
    free(doctor->rows);
    tt_cli_settings_release(&doctor->settings);
    return tt_out_finish(&out, code);
}

int tt_cmd_doctor(const struct tt_command *command, int argc, char **argv)
{
    struct tt_doctor doctor = { 0 };
    bool json = false;
    const struct tt_option options[] = {
        { .name = "offline", .help = "leave the network out", .flag = &doctor.offline },
        { .name = "json", .help = "print JSON", .flag = &json },
    };
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args);

    if (code >= 0)
        return code;
    code = args.n ? tt_args_bad(command, "unexpected argument \"%s\"", args.at[0])
                  : run(&doctor, json);
    tt_args_release(&args);
    return code;
}
