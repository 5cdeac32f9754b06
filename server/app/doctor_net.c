/* doctor_net.c -- keys and providers, looked at the way a session uses them.
 *
 * One small request for each model: the list of models that its provider has.  It
 * costs nothing and shows at once name look-up, proxy, certificates, key, model
 * and clock.  Where our model is not in the list a second one asks for it by name,
 * since lists leave aliases out. */
#include "app/doctor.h"
#include "app/world.h"
#include "rpc/json.h"
#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BODY_MAX    ((size_t)4 << 20)
#define SKEW_S      300
#define KEY_WAIT_MS 12000
#define REQUEST_MS  15000
#define IDS_MAX     1000 /* of a list of models that are looked at */

/* What is waited for. */
struct probe {
    struct tt_world world;
    bool done;
    char key[TT_KEY_MAX + 1]; /* wiped */
    size_t key_n;
    struct tt_buf message; /* of a key or a transfer that failed */
    enum tt_http_result result;
    int status;
    char date[64];
    struct tt_buf body;
};

static void copy_date(struct probe *probe, const struct tt_event *ev)
{
    for (size_t i = 0; i < ev->n_headers; i++) {
        if (tt_str_eq(ev->headers[i].name, TT_STR("date")))
            snprintf(probe->date, sizeof(probe->date), "%.*s", TT_STR_ARG(ev->headers[i].value));
    }
}

static void on_event(void *arg, const struct tt_event *ev)
{
    struct probe *probe = arg;

    switch (ev->type) {
    case TT_EVENT_KEY:
        probe->key_n = ev->bytes.n < TT_KEY_MAX ? ev->bytes.n : 0;
        memcpy(probe->key, ev->bytes.p ? ev->bytes.p : "", probe->key_n);
        tt_buf_add(&probe->message, ev->message);
        probe->done = true;
        break;
    case TT_EVENT_HTTP_HEAD:
        probe->status = ev->status;
        copy_date(probe, ev);
        break;
    case TT_EVENT_HTTP_BODY:
        tt_buf_add(&probe->body, ev->bytes);
        break;
    case TT_EVENT_HTTP_END:
        probe->result = ev->result;
        tt_buf_add(&probe->message, ev->message);
        probe->done = true;
        break;
    default:
        break;
    }
}

static bool wait_for(struct probe *probe, unsigned ms)
{
    uint64_t end = probe->world.io.now(&probe->world.io) + ms;

    while (!probe->done && probe->world.io.now(&probe->world.io) < end)
        tt_world_turn(&probe->world, 100);
    return probe->done;
}

static void reset(struct probe *probe)
{
    probe->done = false;
    probe->status = 0;
    probe->date[0] = '\0';
    tt_buf_clear(&probe->message);
    tt_buf_clear(&probe->body);
}

/* ---- keys ---- */

static void add_source(const struct tt_model_config *model, struct tt_buf *out)
{
    if (model->key.env.n)
        tt_buf_addf(out, "the variable %.*s", TT_STR_ARG(model->key.env));
    else if (model->key.n_command)
        tt_buf_addf(out, "the command %.*s", TT_STR_ARG(model->key.command[0]));
    else
        tt_buf_addf(out, "the file %.*s", TT_STR_ARG(model->key.file));
}

static void add_mend(const struct tt_model_config *model, struct tt_buf *out)
{
    if (model->key.env.n) {
        tt_buf_addf(out, "export %.*s=...   (or api_key_command in config.json)",
                    TT_STR_ARG(model->key.env));
    } else if (model->key.n_command) {
        for (size_t i = 0; i < model->key.n_command; i++)
            tt_buf_addf(out, "%s%.*s", i ? " " : "", TT_STR_ARG(model->key.command[i]));
        tt_buf_adds(out, "   (it must print the key)");
    } else {
        tt_buf_addf(out, "chmod 600 %.*s   (and put the key into it)", TT_STR_ARG(model->key.file));
    }
}

/* A variable that is not set is no fault: nobody needs the keys of all providers.  A
 * command or a file was named on purpose. */
static void tell_key(struct tt_doctor *doctor, const struct probe *probe,
                     const struct tt_model_config *model)
{
    struct tt_buf source = TT_BUF_INIT(1 << 16), mend = TT_BUF_INIT(1 << 16);
    enum tt_health health = model->key.env.n ? TT_HEALTH_NOTE : TT_HEALTH_BAD;

    add_source(model, &source);
    add_mend(model, &mend);
    if (probe->key_n)
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "key", NULL, "%.*s has one, from %s",
                      TT_STR_ARG(model->name), source.p);
    else if (probe->done)
        tt_doctor_add(doctor, health, "key", mend.p, "%.*s has none: %.*s", TT_STR_ARG(model->name),
                      TT_STR_ARG(tt_buf_str(&probe->message)));
    else
        tt_doctor_add(doctor, TT_HEALTH_BAD, "key", mend.p, "%.*s has none: %s gave no answer",
                      TT_STR_ARG(model->name), source.p);
    tt_buf_release(&source);
    tt_buf_release(&mend);
}

static void look_for_key(struct tt_doctor *doctor, struct probe *probe,
                         const struct tt_model_config *model)
{
    reset(probe);
    probe->key_n = 0;
    if (!model->key.env.n && !model->key.n_command && !model->key.file.n) {
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "key", NULL, "%.*s needs none",
                      TT_STR_ARG(model->name));
        return;
    }
    if (probe->world.io.key(&probe->world.io, 1, &model->key) == 0)
        wait_for(probe, KEY_WAIT_MS);
    tell_key(doctor, probe, model);
}

/* ---- providers ---- */

/* GET `path` below the models of this address ("", or "/ID"). */
static int ask(struct probe *probe, const struct tt_config *config,
               const struct tt_model_config *model, const char *bearer, const char *path)
{
    bool anthropic = model->provider == TT_PROVIDER_ANTHROPIC;
    struct tt_http_header headers[3];
    struct tt_buf url = TT_BUF_INIT(1 << 16);
    struct tt_http_request req = { .method = TT_STR("GET"),
                                   .headers = headers,
                                   .timeouts = { 5000, 10000, 10000, REQUEST_MS },
                                   .proxy = config->proxy,
                                   .ca_file = config->ca_file };
    int err;

    if (anthropic)
        headers[req.n_headers++] =
            (struct tt_http_header){ TT_STR("anthropic-version"), TT_STR("2023-06-01") };
    if (probe->key_n && anthropic)
        headers[req.n_headers++] =
            (struct tt_http_header){ TT_STR("x-api-key"), { probe->key, probe->key_n } };
    else if (probe->key_n)
        headers[req.n_headers++] =
            (struct tt_http_header){ TT_STR("authorization"), tt_str_from(bearer) };
    tt_buf_addf(&url, "%.*s%s%s", TT_STR_ARG(model->base_url), anthropic ? "/v1/models" : "/models",
                path);
    req.url = tt_buf_str(&url);
    err = url.err ? url.err : probe->world.io.http_start(&probe->world.io, 1, &req);
    tt_buf_release(&url);
    return err;
}

/* The request and its answer; false when none came. */
static bool get(struct tt_doctor *doctor, struct probe *probe, const struct tt_model_config *model,
                const char *path)
{
    char bearer[TT_KEY_MAX + 16];
    bool came;

    reset(probe);
    snprintf(bearer, sizeof(bearer), "Bearer %.*s", (int)probe->key_n, probe->key);
    came = ask(probe, doctor->settings.config, model, bearer, path) == 0 &&
           wait_for(probe, REQUEST_MS + 2000);
    tt_wipe(bearer, sizeof(bearer));
    return came;
}

struct ids {
    const char **at; /* in the arena */
    size_t n;
};

static const char *id_at(const void *ids, size_t i)
{
    const struct ids *all = ids;

    return i < all->n ? all->at[i] : NULL;
}

static void read_ids(const struct probe *probe, struct tt_arena *arena, struct ids *ids)
{
    struct tt_json_text text = { 0 };
    const struct tt_json *list, *item = NULL;

    ids->n = 0;
    ids->at = tt_arena_array(arena, IDS_MAX, sizeof(*ids->at));
    (void)!tt_json_parse(tt_buf_str(&probe->body), arena, &text);
    list = tt_json_get(text.root, "data");
    while (ids->at && ids->n < IDS_MAX && (item = tt_json_next(list, item, NULL))) {
        tt_str id = { 0 };

        (void)!tt_json_string(tt_json_get(item, "id"), arena, &id, NULL);
        if (id.n)
            id = tt_arena_printf(arena, "%.*s", TT_STR_ARG(id)); /* ends with NUL */
        if (id.p)
            ids->at[ids->n++] = id.p;
    }
}

static bool has_id(const struct ids *ids, tt_str id)
{
    for (size_t i = 0; i < ids->n; i++) {
        if (tt_str_eq(tt_str_from(ids->at[i]), id))
            return true;
    }
    return false;
}

/* Not in the list: does the provider know it by its name?  Of other servers only the list
 * is to be had. */
static void ask_by_name(struct tt_doctor *doctor, struct probe *probe,
                        const struct tt_model_config *model, const struct ids *ids)
{
    const char *near = tt_nearest(model->model, id_at, ids);
    char path[300], mend[400];
    bool answers, other = model->provider == TT_PROVIDER_OPENAI_COMPATIBLE;

    snprintf(path, sizeof(path), "/%.*s", TT_STR_ARG(model->model));
    answers = get(doctor, probe, model, path) && probe->result == TT_HTTP_OK;
    snprintf(mend, sizeof(mend), "set models.%.*s.model in config.json to \"%s\"%s",
             TT_STR_ARG(model->name), near ? near : ids->at[0],
             near ? "" : ", or to another one that it has");
    if (answers && probe->status == 200)
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "provider", NULL, "%.*s answers and knows %.*s",
                      TT_STR_ARG(model->base_url), TT_STR_ARG(model->model));
    else if (other || !answers || probe->status != 404)
        tt_doctor_add(doctor, TT_HEALTH_NOTE, "provider", mend,
                      "%.*s answers but does not list %.*s among its %zu models",
                      TT_STR_ARG(model->base_url), TT_STR_ARG(model->model), ids->n);
    else
        tt_doctor_add(doctor, TT_HEALTH_BAD, "provider", mend, "%.*s does not know the model %.*s",
                      TT_STR_ARG(model->base_url), TT_STR_ARG(model->model));
}

static void look_for_model(struct tt_doctor *doctor, struct probe *probe,
                           const struct tt_model_config *model)
{
    struct tt_arena arena;
    struct ids ids;

    tt_arena_init(&arena);
    read_ids(probe, &arena, &ids);
    if (has_id(&ids, model->model))
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "provider", NULL, "%.*s answers and has %.*s",
                      TT_STR_ARG(model->base_url), TT_STR_ARG(model->model));
    else if (ids.n)
        ask_by_name(doctor, probe, model, &ids);
    else
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "provider", NULL, "%.*s answers",
                      TT_STR_ARG(model->base_url));
    tt_arena_release(&arena);
}

/* Certificates and signatures need a clock that is right; each answer says the time. */
static void look_at_clock(struct tt_doctor *doctor, const struct probe *probe)
{
    struct tm tm = { 0 };
    time_t theirs, ours = time(NULL);
    long long apart;

    if (!probe->date[0] || !strptime(probe->date, "%a, %d %b %Y %H:%M:%S GMT", &tm))
        return;
    theirs = timegm(&tm);
    apart = (long long)(ours - theirs);
    if (apart > SKEW_S || apart < -SKEW_S)
        tt_doctor_add(doctor, TT_HEALTH_BAD, "clock", "timedatectl set-ntp true",
                      "this machine's clock is %lld s %s the provider's",
                      apart < 0 ? -apart : apart, apart < 0 ? "behind" : "ahead of");
    else if (!doctor->clock_said)
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "clock", NULL, "agrees with the provider's");
    doctor->clock_said = true;
}

/* What mends a transfer that failed, by how it failed. */
static void add_way(const struct probe *probe, const struct tt_model_config *model,
                    struct tt_buf *out)
{
    switch (probe->result) {
    case TT_HTTP_TLS:
        tt_buf_adds(out, "set ca_file in config.json (or SSL_CERT_FILE) to the certificates of "
                         "your network; if the certificate is said to be expired, look at the "
                         "clock: date");
        return;
    case TT_HTTP_PROXY:
        tt_buf_adds(out, "correct \"proxy\" in config.json or the variable https_proxy: "
                         "http://USER:PASSWORD@HOST:PORT; NO_PROXY names what needs none");
        return;
    case TT_HTTP_NO_LIBRARY:
        tt_buf_adds(out, "apt-get install libcurl4");
        return;
    case TT_HTTP_BAD_REQUEST:
        tt_buf_addf(out, "correct models.%.*s.base_url in config.json", TT_STR_ARG(model->name));
        return;
    default:
        break;
    }
    if (model->local)
        tt_buf_addf(out, "start that server, or correct models.%.*s.base_url in config.json",
                    TT_STR_ARG(model->name));
    else
        tt_buf_addf(out,
                    "curl -I %.*s   (shows whether the network or models.%.*s.base_url is "
                    "wrong)",
                    TT_STR_ARG(model->base_url), TT_STR_ARG(model->name));
}

static void tell_failure(struct tt_doctor *doctor, const struct probe *probe,
                         const struct tt_model_config *model)
{
    struct tt_buf mend = TT_BUF_INIT(1 << 16);

    add_way(probe, model, &mend);
    tt_doctor_add(doctor, TT_HEALTH_BAD, "provider", mend.p, "%.*s: %.*s", TT_STR_ARG(model->name),
                  TT_STR_ARG(tt_buf_str(&probe->message)));
    tt_buf_release(&mend);
}

static void tell_status(struct tt_doctor *doctor, const struct probe *probe,
                        const struct tt_model_config *model)
{
    bool refused = probe->status == 401 || probe->status == 403;
    char mend[300];

    snprintf(mend, sizeof(mend), "correct models.%.*s.base_url in config.json%s",
             TT_STR_ARG(model->name),
             model->provider == TT_PROVIDER_ANTHROPIC ? "" : "; it ends in /v1");
    if (refused && probe->key_n)
        tt_doctor_add(doctor, TT_HEALTH_BAD, "provider", "make a new key at the provider's site",
                      "%.*s refuses the key of %.*s (%d)", TT_STR_ARG(model->base_url),
                      TT_STR_ARG(model->name), probe->status);
    else if (refused)
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "provider", NULL,
                      "%.*s can be reached (and asks for a key)", TT_STR_ARG(model->base_url));
    else
        tt_doctor_add(doctor, TT_HEALTH_NOTE, "provider", probe->status == 404 ? mend : NULL,
                      "%.*s answers with status %d to a list of models",
                      TT_STR_ARG(model->base_url), probe->status);
}

static void look_at_provider(struct tt_doctor *doctor, struct probe *probe,
                             const struct tt_model_config *model)
{
    if (!get(doctor, probe, model, "")) {
        tt_buf_adds(&probe->message, "there was no answer");
        probe->result = TT_HTTP_FAILED;
    }
    if (probe->result != TT_HTTP_OK) {
        tell_failure(doctor, probe, model);
        return;
    }
    look_at_clock(doctor, probe);
    if (probe->status == 200)
        look_for_model(doctor, probe, model);
    else
        tell_status(doctor, probe, model);
}

void tt_doctor_models(struct tt_doctor *doctor)
{
    const struct tt_config *config = doctor->settings.config;
    struct probe *probe = calloc(1, sizeof(*probe));
    const struct tt_world_options options = { .on_event = on_event,
                                              .arg = probe,
                                              .no_records = true };

    if (!probe || tt_world_open(&probe->world, &options)) {
        doctor->no_memory = true;
        free(probe);
        return;
    }
    tt_buf_init(&probe->message, 1 << 16);
    tt_buf_init(&probe->body, BODY_MAX);
    for (size_t i = 0; i < config->n_models; i++) {
        look_for_key(doctor, probe, &config->models[i]);
        if (!doctor->offline)
            look_at_provider(doctor, probe, &config->models[i]);
        tt_wipe(probe->key, sizeof(probe->key));
    }
    tt_world_close(&probe->world);
    tt_buf_release(&probe->message);
    tt_buf_release(&probe->body);
    free(probe);
}
