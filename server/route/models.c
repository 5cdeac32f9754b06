/* models.c -- what is known of a model id: capabilities by the beginning of the
 * id, price and context by the id itself.
 *
 * Ids come in many spellings: with a date behind them, with "latest", with a
 * gateway's prefix, with dots for dashes.
 */
#include "route/router.h"

#include "trimtab/error.h"

#include <ctype.h>

#define MAX_ID 96

/* The id without a gateway's folder and in lower case; without its date. */
struct spelling {
    char text[MAX_ID];
    size_t n;
};

static bool digits(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isdigit((unsigned char)p[i]))
            return false;
    }
    return true;
}

static void cut(struct spelling *s, size_t n)
{
    s->n -= n;
    s->text[s->n] = '\0';
}

/* "-20250929", "-2024-08-06", "-latest" */
static void cut_date(struct spelling *s)
{
    const char *end = s->text + s->n;

    if (s->n > 9 && end[-9] == '-' && digits(end - 8, 8))
        cut(s, 9);
    else if (s->n > 11 && end[-11] == '-' && end[-6] == '-' && end[-3] == '-' &&
             digits(end - 10, 4) && digits(end - 5, 2) && digits(end - 2, 2))
        cut(s, 11);
    else if (s->n > 7 && strcmp(end - 7, "-latest") == 0)
        cut(s, 7);
}

static struct spelling spell(tt_str id)
{
    struct spelling s = { .n = 0 };
    size_t from = 0;

    for (size_t i = 0; i < id.n; i++) {
        if (id.p[i] == '/')
            from = i + 1;
    }
    for (size_t i = from; i < id.n && s.n < MAX_ID - 1 && id.p[i] != ':'; i++)
        s.text[s.n++] = (char)tolower((unsigned char)id.p[i]);
    s.text[s.n] = '\0';
    return s;
}

static void dots_to_dashes(struct spelling *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->text[i] == '.')
            s->text[i] = '-';
    }
}

static const char *string_in(const cJSON *object, const char *name)
{
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsString(json) ? json->valuestring : NULL;
}

static double number_in(const cJSON *object, const char *name)
{
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(json) && json->valuedouble >= 0 ? json->valuedouble : -1;
}

int tt_models_read(tt_str known, tt_str prices, struct tt_models *out)
{
    struct tt_models models = { 0 };

    models.known = cJSON_ParseWithLength(known.p, known.n);
    models.prices = cJSON_ParseWithLength(prices.p, prices.n);
    models.rows = cJSON_GetObjectItemCaseSensitive(models.known, "models");
    models.price_rows = cJSON_GetObjectItemCaseSensitive(models.prices, "models");
    if (!cJSON_IsArray(models.rows) || !cJSON_IsArray(models.price_rows)) {
        tt_models_release(&models);
        return TT_EPARSE;
    }
    models.as_of = tt_str_from(string_in(models.prices, "as_of"));
    *out = models;
    return 0;
}

void tt_models_release(struct tt_models *models)
{
    cJSON_Delete(models->known);
    cJSON_Delete(models->prices);
    *models = (struct tt_models){ 0 };
}

static void take_flag(const cJSON *row, const char *name, bool *into)
{
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(row, name);

    if (cJSON_IsBool(json))
        *into = cJSON_IsTrue(json);
}

static void take_text(const cJSON *row, const char *name, tt_str *into)
{
    const char *text = string_in(row, name);

    if (text)
        *into = tt_str_from(text);
}

static void take_row(const cJSON *row, struct tt_model_facts *out, bool *measured)
{
    double factor = number_in(row, "token_factor"), most = number_in(row, "max_output_tokens");

    if (factor > 0)
        out->token_factor = factor;
    if (most > 0)
        out->max_output_tokens = (uint32_t)most;
    take_flag(row, "temperature", &out->temperature);
    take_flag(row, "tools", &out->tools);
    take_flag(row, "retired", &out->retired);
    take_flag(row, "measured", measured);
    take_text(row, "edit_format", &out->edit_format);
    take_text(row, "successor", &out->successor);
}

void tt_models_facts(const struct tt_models *models, tt_str id, struct tt_model_facts *out)
{
    struct spelling s = spell(id);
    bool measured = false;
    const cJSON *row;

    *out = (struct tt_model_facts){ .token_factor = 1, .edit_format = TT_STR("search-replace") };
    out->input_usd = out->output_usd = out->cached_usd = out->cache_write_usd = -1;
    if (strncmp(s.text, "claude", 6) == 0)
        dots_to_dashes(&s);
    /* The file goes from the general to the particular. */
    cJSON_ArrayForEach(row, models->rows)
    {
        const char *match = string_in(row, "match");

        if (match && strncmp(s.text, match, strlen(match)) == 0)
            take_row(row, out, &measured);
    }
    if (tt_str_eq(out->successor, (tt_str){ s.text, s.n }))
        out->successor = TT_STR("");
    out->distance = measured ? 1 : 0;
}

static bool in_list(const cJSON *list, const char *text)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0)
            return true;
    }
    return false;
}

static size_t longest_prefix(const cJSON *list, const char *text)
{
    const cJSON *item;
    size_t best = 0;

    cJSON_ArrayForEach(item, list)
    {
        size_t n = cJSON_IsString(item) ? strlen(item->valuestring) : 0;

        if (n > best && strncmp(item->valuestring, text, n) == 0)
            best = n;
    }
    return best;
}

static const cJSON *find_exactly(const struct tt_models *models, const char *id)
{
    const cJSON *row;

    cJSON_ArrayForEach(row, models->price_rows)
    {
        if (in_list(cJSON_GetObjectItemCaseSensitive(row, "equals"), id))
            return row;
    }
    return NULL;
}

static const cJSON *find_price(const struct tt_models *models, tt_str id)
{
    struct spelling s = spell(id), plain = s;
    const cJSON *row = find_exactly(models, s.text), *best = NULL;
    size_t longest = 0;

    cut_date(&plain);
    if (!row)
        row = find_exactly(models, plain.text);
    if (!row) {
        dots_to_dashes(&plain);
        row = find_exactly(models, plain.text);
    }
    if (row)
        return row;
    cJSON_ArrayForEach(row, models->price_rows)
    {
        size_t n = longest_prefix(cJSON_GetObjectItemCaseSensitive(row, "prefixes"), s.text);

        if (n > longest) {
            longest = n;
            best = row;
        }
    }
    return best;
}

bool tt_models_price(const struct tt_models *models, tt_str id, struct tt_price *out)
{
    const cJSON *row = find_price(models, id);
    double context = number_in(row, "context");

    if (!row)
        return false;
    *out = (struct tt_price){
        .input = number_in(row, "input"),
        .output = number_in(row, "output"),
        .cache_read = number_in(row, "cache_read"),
        .cache_write = number_in(row, "cache_write"),
        .above = number_in(row, "above"),
        .input_above = number_in(row, "input_above"),
        .output_above = number_in(row, "output_above"),
        .context = context > 0 ? (uint32_t)context : 0,
    };
    return true;
}
