/* write.c -- the settings in force, in the shape in which they are written. */
#include "config/settings.h"

#include "trimtab/error.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

static void put_str(cJSON *o, const char *name, tt_str s)
{
    /* Settings hold no NUL, and every slice of theirs is terminated in its arena
     * except where a slash was cut off. */
    char *copy;

    if (s.n == 0 || !(copy = malloc(s.n + 1)))
        return;
    memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    cJSON_AddStringToObject(o, name, copy);
    free(copy);
}

static void put_usd(cJSON *o, const char *name, double usd)
{
    if (usd >= 0)
        cJSON_AddNumberToObject(o, name, usd);
}

/* "http://user:secret@host" without what is secret. */
static void put_proxy(cJSON *o, tt_str proxy)
{
    const char *at = proxy.n ? memchr(proxy.p, '@', proxy.n) : NULL;

    if (!at)
        put_str(o, "proxy", proxy);
    else
        put_str(o, "proxy", tt_str_sub(proxy, (size_t)(at - proxy.p) + 1, proxy.n));
}

static void put_model(cJSON *models, const struct tt_model_config *m)
{
    cJSON *o = cJSON_AddObjectToObject(models, m->name.p);

    cJSON_AddStringToObject(o, "provider", tt_provider_name(m->provider));
    cJSON_AddStringToObject(o, "family", tt_family_name(m->family));
    put_str(o, "model", m->model);
    put_str(o, "small_model", m->small_model);
    put_str(o, "base_url", m->base_url);
    put_str(o, "api_key_env", m->key.env);
    put_str(o, "api_key_file", m->key.file);
    if (m->key.n_command) {
        cJSON *command = cJSON_AddArrayToObject(o, "api_key_command");

        for (size_t i = 0; i < m->key.n_command; i++)
            cJSON_AddItemToArray(command, cJSON_CreateString(m->key.command[i].p));
    }
}

static void put_all(cJSON *o, const struct tt_config *c)
{
    cJSON *models = cJSON_AddObjectToObject(o, "models");
    cJSON *part;

    for (size_t i = 0; i < c->n_models; i++)
        put_model(models, &c->models[i]);
    if (c->n_models)
        put_str(o, "default_model", c->models[c->default_model].name);
    cJSON_AddStringToObject(o, "policy", tt_policy_name(c->policy));
    cJSON_AddStringToObject(o, "routing", tt_routing_name(c->routing));
    cJSON_AddStringToObject(o, "delivery", tt_delivery_name(c->delivery));
    cJSON_AddStringToObject(o, "confirm", tt_confirm_name(c->confirm));
    part = cJSON_AddObjectToObject(o, "timeouts");
    cJSON_AddNumberToObject(part, "connect_ms", c->timeouts.connect_ms);
    cJSON_AddNumberToObject(part, "first_byte_ms", c->timeouts.first_byte_ms);
    cJSON_AddNumberToObject(part, "first_byte_local_ms", c->first_byte_local_ms);
    cJSON_AddNumberToObject(part, "idle_ms", c->timeouts.idle_ms);
    cJSON_AddNumberToObject(part, "total_ms", c->timeouts.total_ms);
    put_str(o, "ca_file", c->ca_file);
    put_proxy(o, c->proxy);
    part = cJSON_AddObjectToObject(o, "budget");
    put_usd(part, "day_usd", c->day_usd);
    put_usd(part, "month_usd", c->month_usd);
    cJSON_AddBoolToObject(o, "diagnostics", c->diagnostics);
    cJSON_AddBoolToObject(o, "redact", c->redact);
    cJSON_AddBoolToObject(o, "enabled", c->enabled);
    cJSON_AddNumberToObject(o, "max_model_actions", c->max_model_actions);
    cJSON_AddNumberToObject(o, "max_file_bytes", c->max_file_bytes);
    cJSON_AddNumberToObject(o, "context_tokens", c->context_tokens);
    put_str(o, "log_level", c->log_level);
}

int tt_config_write(const struct tt_config *config, struct tt_buf *out)
{
    cJSON *o = cJSON_CreateObject();
    char *text;
    int err;

    if (!o)
        return TT_ENOMEM;
    put_all(o, config);
    text = cJSON_Print(o);
    cJSON_Delete(o);
    if (!text)
        return TT_ENOMEM;
    err = tt_buf_adds(out, text);
    cJSON_free(text);
    return err;
}
