/* findings.c -- findings.json into rows. */
#include "route/router.h"

#include "trimtab/error.h"

static const char *const margins[] = { "tie", "slight", "clear", "strong" };
static const char *const bases[] = { "derived", "reported", "asserted", "tested" };

static int index_of(const char *const *names, int n, const cJSON *json)
{
    for (int i = 0; i < n && cJSON_IsString(json); i++) {
        if (strcmp(names[i], json->valuestring) == 0)
            return i;
    }
    return -1;
}

/* A copy in the arena; empty when the member is absent. */
static tt_str text_of(const cJSON *object, const char *name, struct tt_arena *arena, int *err)
{
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(object, name);
    tt_str copy = TT_STR("");

    if (!json)
        return copy;
    if (!cJSON_IsString(json)) {
        *err = TT_EPARSE;
        return copy;
    }
    copy = tt_arena_dup(arena, tt_str_from(json->valuestring));
    if (!copy.p)
        *err = TT_ENOMEM;
    return copy;
}

static int read_row(const cJSON *json, struct tt_arena *arena, struct tt_finding_row *row,
                    enum tt_margin *margin_from)
{
    static const char *const favours[] = { "claude", "gpt", "tie" };
    const cJSON *from = cJSON_GetObjectItemCaseSensitive(json, "margin_from");
    int family = index_of(favours, 3, cJSON_GetObjectItemCaseSensitive(json, "favours"));
    int margin = index_of(margins, 4, cJSON_GetObjectItemCaseSensitive(json, "margin"));
    int basis = index_of(bases, 4, cJSON_GetObjectItemCaseSensitive(json, "basis"));
    int lower = from ? index_of(margins, 4, from) : margin;
    int err = 0;

    row->id = text_of(json, "id", arena, &err);
    row->cls = text_of(json, "class", arena, &err);
    row->title = text_of(json, "title", arena, &err);
    row->scales_with = text_of(json, "scales_with", arena, &err);
    row->statement = text_of(json, "statement", arena, &err);
    if (err)
        return err;
    if (family < 0 || margin < 0 || basis < 0 || lower < 0 || row->id.n == 0)
        return TT_EPARSE;
    row->favours = family == 2 ? TT_FAMILY_OTHER : (enum tt_family)family;
    row->margin = (enum tt_margin)margin;
    row->basis = (enum tt_basis)basis;
    row->scales = row->scales_with.n > 0;
    row->closes_when_asked =
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "closes_when_asked"));
    row->modifier = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "modifier"));
    *margin_from = (enum tt_margin)lower;
    return 0;
}

static int read_rows(const cJSON *list, struct tt_arena *arena, struct tt_findings *out)
{
    const cJSON *json;
    int err = 0;

    if (!cJSON_IsArray(list))
        return TT_EPARSE;
    out->rows = tt_arena_array(arena, (size_t)cJSON_GetArraySize(list), sizeof(*out->rows));
    out->margin_from =
        tt_arena_array(arena, (size_t)cJSON_GetArraySize(list), sizeof(*out->margin_from));
    if (!out->rows || !out->margin_from)
        return TT_ENOMEM;
    cJSON_ArrayForEach(json, list)
    {
        err = read_row(json, arena, &out->rows[out->n], &out->margin_from[out->n]);
        if (err)
            return err;
        out->n++;
    }
    return 0;
}

static double number_in(const cJSON *object, const char *name, int *err)
{
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(object, name);

    if (!cJSON_IsNumber(json) || !(json->valuedouble >= 0 && json->valuedouble <= 1000)) {
        *err = TT_EPARSE;
        return 0;
    }
    return json->valuedouble;
}

static int read_weights(const cJSON *root, struct tt_arena *arena, struct tt_findings *out)
{
    const cJSON *counts = cJSON_GetObjectItemCaseSensitive(root, "pseudo_counts");
    const cJSON *means = cJSON_GetObjectItemCaseSensitive(root, "means");
    const cJSON *distance = cJSON_GetObjectItemCaseSensitive(root, "distance");
    const cJSON *measured = cJSON_GetObjectItemCaseSensitive(root, "measured");
    int err = 0;

    for (int i = 0; i < 4; i++) {
        out->pseudo_counts[i] = number_in(counts, bases[i], &err);
        out->means[i] = number_in(means, margins[i], &err);
        if (out->means[i] < 0.5 || out->means[i] > 0.95)
            err = TT_EPARSE;
    }
    out->same = number_in(distance, "same", &err);
    out->family = number_in(distance, "family", &err);
    out->low = number_in(root, "low_complexity", &err);
    out->measured[TT_FAMILY_CLAUDE] = text_of(measured, "claude", arena, &err);
    out->measured[TT_FAMILY_GPT] = text_of(measured, "gpt", arena, &err);
    return err;
}

int tt_findings_read(tt_str text, struct tt_arena *arena, struct tt_findings *out)
{
    cJSON *root = cJSON_ParseWithLength(text.p, text.n);
    struct tt_findings findings = { 0 };
    int err = root ? 0 : TT_EPARSE;

    if (!err)
        err = read_weights(root, arena, &findings);
    if (!err)
        err = read_rows(cJSON_GetObjectItemCaseSensitive(root, "findings"), arena, &findings);
    cJSON_Delete(root);
    if (!err)
        *out = findings;
    return err;
}

int tt_findings_find(const struct tt_findings *findings, tt_str id)
{
    for (size_t i = 0; i < findings->n; i++) {
        if (tt_str_eq(findings->rows[i].id, id))
            return (int)i;
    }
    return -1;
}
