/* read.c -- follow the tables: one member, its kind, its limits, its place. */
#include "config/draft.h"

#include "trimtab/error.h"

#include <math.h>
#include <stdio.h>

static const char *table_name(const void *table, size_t i)
{
    return ((const struct tt_setting *)table)[i].name;
}

static const char *choice_name(const void *choices, size_t i)
{
    return ((const char *const *)choices)[i];
}

static const struct tt_setting *find(const struct tt_setting *table, tt_str name)
{
    for (; table->name; table++) {
        if (tt_str_eq(tt_str_from(table->name), name))
            return table;
    }
    return NULL;
}

static int unknown(struct tt_config_draft *draft, const struct tt_setting *table,
                   const struct tt_json *v)
{
    const char *near = tt_nearest(v->key, table_name, table);

    if (tt_config_secret_name(v->key))
        return tt_config_complain(
            draft, v->key_at,
            "a key must not be written into settings, and this one was not read; put it into an "
            "environment variable and name that in \"api_key_env\", or have \"api_key_command\" "
            "print it");
    if (near)
        return tt_config_complain(draft, v->key_at,
                                  "there is no such setting; did you mean \"%s\"?", near);
    return tt_config_complain(draft, v->key_at,
                              "there is no such setting; protocol/settings.md lists them all");
}

static int wrong_type(struct tt_config_draft *draft, const struct tt_json *v, const char *wanted)
{
    return tt_config_complain(draft, v->at, "this must be %s, and is %s", wanted,
                              tt_json_type_name(v->type));
}

static int read_string(struct tt_config_draft *draft, const struct tt_json *v, tt_str *into)
{
    tt_str kept;

    if (v->type != TT_JSON_STRING)
        return wrong_type(draft, v, "a string");
    if (memchr(v->text.p ? v->text.p : "", '\0', v->text.n))
        return tt_config_complain(draft, v->at, "a setting may not hold a NUL character");
    if (tt_config_looks_secret(v->text))
        return tt_config_complain(
            draft, v->at,
            "this looks like a key, which must not be written into settings; put it into an "
            "environment variable and name that in \"api_key_env\"");
    kept = tt_config_keep(draft, v->text);
    if (!kept.p)
        return TT_ENOMEM;
    *into = kept;
    return 0;
}

static int read_number(struct tt_config_draft *draft, const struct tt_setting *s,
                       const struct tt_json *v, void *into)
{
    bool whole = s->kind == TT_SET_COUNT;

    if (v->type != TT_JSON_NUMBER)
        return wrong_type(draft, v, whole ? "a whole number" : "a number");
    if (!(v->number >= s->min && v->number <= s->max) || (whole && v->number != floor(v->number)))
        return tt_config_complain(draft, v->at, "this must be a %snumber from %g to %.10g",
                                  whole ? "whole " : "", s->min, s->max);
    if (whole)
        *(uint32_t *)into = (uint32_t)v->number;
    else
        *(double *)into = v->number;
    return 0;
}

/* "a, b or c" */
static void list_choices(const char *const *choices, char *out, size_t n)
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; choices[i] && at < n; i++) {
        const char *glue = i == 0 ? "" : choices[i + 1] ? ", " : " or ";

        at += (size_t)snprintf(out + at, n - at, "%s\"%s\"", glue, choices[i]);
    }
}

static int read_choice(struct tt_config_draft *draft, const struct tt_setting *s,
                       const struct tt_json *v, void *into)
{
    char all[200];
    const char *near;

    list_choices(s->choices, all, sizeof(all));
    if (v->type != TT_JSON_STRING)
        return wrong_type(draft, v, all);
    for (size_t i = 0; s->choices[i]; i++) {
        if (!tt_str_eq(tt_str_from(s->choices[i]), v->text))
            continue;
        if (s->kind == TT_SET_WORD)
            *(tt_str *)into = tt_str_from(s->choices[i]);
        else
            *(unsigned *)into = (unsigned)i;
        return 0;
    }
    near = tt_nearest(v->text, choice_name, s->choices);
    if (near)
        return tt_config_complain(draft, v->at, "this must be %s; did you mean \"%s\"?", all, near);
    return tt_config_complain(draft, v->at, "this must be %s", all);
}

static int read_bool(struct tt_config_draft *draft, const struct tt_setting *s,
                     const struct tt_json *v, void *into)
{
    if (v->type != TT_JSON_BOOL)
        return wrong_type(draft, v, "true or false");
    if (s->kind == TT_SET_BOOL)
        *(bool *)into = v->flag;
    else
        *(enum tt_tri *)into = v->flag ? TT_YES : TT_NO;
    return 0;
}

static int read_one(struct tt_config_draft *draft, const struct tt_setting *s,
                    const struct tt_json *v, void *base)
{
    void *into = (char *)base + s->offset;

    switch (s->kind) {
    case TT_SET_STRING:
        return read_string(draft, v, into);
    case TT_SET_BOOL:
    case TT_SET_TRI:
        return read_bool(draft, s, v, into);
    case TT_SET_COUNT:
    case TT_SET_AMOUNT:
        return read_number(draft, s, v, into);
    case TT_SET_CHOICE:
    case TT_SET_WORD:
        return read_choice(draft, s, v, into);
    case TT_SET_OBJECT:
        if (v->type != TT_JSON_OBJECT)
            return wrong_type(draft, v, "an object");
        return tt_config_read(draft, s->table, v, into);
    case TT_SET_CUSTOM:
        if (v->type != s->type)
            return wrong_type(draft, v, tt_json_type_name(s->type));
        return s->read(draft, v, base);
    }
    return TT_EINVALID;
}

static int read_member(struct tt_config_draft *draft, const struct tt_setting *table,
                       const struct tt_json *v, void *into)
{
    const struct tt_setting *s = find(table, v->key);

    if (v->type == TT_JSON_NULL && s)
        return 0; /* says nothing */
    /* JSON Schema's own member: editors use it to offer completion. */
    if (!s && table == tt_settings && tt_str_eq(v->key, TT_STR("$schema")))
        return 0;
    if (!s)
        return unknown(draft, table, v);
    if (draft->source->from == TT_CONFIG_PROJECT && table == tt_settings && !s->project)
        return tt_config_complain(draft, v->key_at,
                                  "a project's file may not set this, because whoever wrote the "
                                  "project would decide it for you; put it into your own settings");
    return read_one(draft, s, v, into);
}

int tt_config_read(struct tt_config_draft *draft, const struct tt_setting *table,
                   const struct tt_json *object, void *into)
{
    size_t n = strlen(draft->path), room = sizeof(draft->path) - n;
    int err = 0;

    for (const struct tt_json *v = object->first; v && !err; v = v->next) {
        snprintf(draft->path + n, room, "%s%.*s", n ? "." : "", TT_STR_ARG(v->key));
        err = read_member(draft, table, v, into);
        draft->path[n] = '\0';
    }
    return err;
}

int tt_config_read_at(struct tt_config_draft *draft, tt_str name, const struct tt_setting *table,
                      const struct tt_json *object, void *into)
{
    size_t n = strlen(draft->path);
    int err;

    snprintf(draft->path + n, sizeof(draft->path) - n, ".%.*s", TT_STR_ARG(name));
    err = tt_config_read(draft, table, object, into);
    draft->path[n] = '\0';
    return err;
}
