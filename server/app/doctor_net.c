/* doctor_net.c -- keys and providers, looked at the way a session uses them.
 *
 * One small request for each model: the list of models that its provider has.  It
 * costs nothing and shows at once name look-up, proxy, certificates, key, model
 * and clock. */
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

static const char *key_words(const struct tt_model_config *model)
{
    return model->key.env.n ? "the variable" : model->key.n_command ? "api_key_command" : "a file";
}

static void look_for_key(struct tt_doctor *doctor, struct probe *probe,
                         const struct tt_model_config *model)
{
    char mend[256];

    reset(probe);
    probe->key_n = 0;
    if (!model->key.env.n && !model->key.n_command && !model->key.file.n) {
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "key", NULL, "%.*s needs none",
                      TT_STR_ARG(model->name));
        return;
    }
    if (probe->world.io.key(&probe->world.io, 1, &model->key) || !wait_for(probe, KEY_WAIT_MS))
        return;
    if (probe->key_n) {
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "key", NULL, "%.*s has one, from %s %.*s",
                      TT_STR_ARG(model->name), key_words(model), TT_STR_ARG(model->key.env));
        return;
    }
    snprintf(mend, sizeof(mend), "export %.*s=...   (or api_key_command in config.json)",
             TT_STR_ARG(model->key.env.n ? model->key.env : TT_STR("ANTHROPIC_API_KEY")));
    tt_doctor_add(doctor, TT_HEALTH_NOTE, "key", mend, "%.*s has none: %.*s",
                  TT_STR_ARG(model->name), TT_STR_ARG(tt_buf_str(&probe->message)));
}

/* ---- providers ---- */

static int ask(struct probe *probe, const struct tt_config *config,
               const struct tt_model_config *model, const char *bearer)
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
    tt_buf_addf(&url, "%.*s%s", TT_STR_ARG(model->base_url), anthropic ? "/v1/models" : "/models");
    req.url = tt_buf_str(&url);
    err = url.err ? url.err : probe->world.io.http_start(&probe->world.io, 1, &req);
    tt_buf_release(&url);
    return err;
}

static bool lists_model(const struct tt_json *list, tt_str id)
{
    const struct tt_json *item = NULL;

    while ((item = tt_json_next(list, item, NULL))) {
        if (tt_json_is(tt_json_get(item, "id"), id))
            return true;
    }
    return false;
}

static void look_for_model(struct tt_doctor *doctor, struct probe *probe,
                           const struct tt_model_config *model)
{
    struct tt_json_text text = { 0 };
    struct tt_arena arena;
    const struct tt_json *list;

    tt_arena_init(&arena);
    (void)!tt_json_parse(tt_buf_str(&probe->body), &arena, &text);
    list = tt_json_get(text.root, "data");
    if (lists_model(list, model->model))
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "provider", NULL, "%.*s answers and has %.*s",
                      TT_STR_ARG(model->base_url), TT_STR_ARG(model->model));
    else if (tt_json_count(list))
        tt_doctor_add(doctor, TT_HEALTH_NOTE, "provider",
                      "choose another id in config.json: models.NAME.model",
                      "%.*s answers but does not list %.*s (lists may leave aliases out)",
                      TT_STR_ARG(model->base_url), TT_STR_ARG(model->model));
    else
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "provider", NULL, "%.*s answers",
                      TT_STR_ARG(model->base_url));
    tt_arena_release(&arena);
}

static void look_at_clock(struct tt_doctor *doctor, const struct probe *probe)
{
    struct tm tm = { 0 };
    time_t theirs, ours = time(NULL);

    if (!probe->date[0] || !strptime(probe->date, "%a, %d %b %Y %H:%M:%S GMT", &tm))
        return;
    theirs = timegm(&tm);
    if (ours - theirs > SKEW_S || theirs - ours > SKEW_S)
        tt_doctor_add(doctor, TT_HEALTH_BAD, "clock", "set the clock: timedatectl set-ntp true",
                      "this machine's clock is %lld s away from the provider's",
                      (long long)(ours - theirs));
}

static void judge(struct tt_doctor *doctor, struct probe *probe,
                  const struct tt_model_config *model)
{
    if (probe->result != TT_HTTP_OK)
        tt_doctor_add(doctor, TT_HEALTH_BAD, "provider", NULL, "%.*s: %.*s",
                      TT_STR_ARG(model->name), TT_STR_ARG(tt_buf_str(&probe->message)));
    else if (probe->status == 200)
        look_for_model(doctor, probe, model);
    else if ((probe->status == 401 || probe->status == 403) && probe->key_n)
        tt_doctor_add(doctor, TT_HEALTH_BAD, "provider", "make a new key at the provider's site",
                      "%.*s refuses the key of %.*s (%d)", TT_STR_ARG(model->base_url),
                      TT_STR_ARG(model->name), probe->status);
    else if (probe->status == 401 || probe->status == 403)
        tt_doctor_add(doctor, TT_HEALTH_GOOD, "provider", NULL,
                      "%.*s can be reached (and asks for a key)", TT_STR_ARG(model->base_url));
    else
        tt_doctor_add(doctor, TT_HEALTH_NOTE, "provider", NULL,
                      "%.*s answers with status %d to a list of models",
                      TT_STR_ARG(model->base_url), probe->status);
    if (probe->result == TT_HTTP_OK)
        look_at_clock(doctor, probe);
}

static void look_at_provider(struct tt_doctor *doctor, struct probe *probe,
                             const struct tt_model_config *model)
{
    char bearer[TT_KEY_MAX + 16];

    reset(probe);
    snprintf(bearer, sizeof(bearer), "Bearer %.*s", (int)probe->key_n, probe->key);
    if (ask(probe, doctor->settings.config, model, bearer) == 0 &&
        wait_for(probe, REQUEST_MS + 2000))
        judge(doctor, probe, model);
    tt_wipe(bearer, sizeof(bearer));
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
