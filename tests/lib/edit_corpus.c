/* edit_corpus.c -- see edit_corpus.h. */
#include "edit_corpus.h"

#include "trimtab/error.h"

#include <stdlib.h>

FILE *corpus_open(const char *path, bool *piped)
{
    size_t n = strlen(path);
    char command[4200];

    *piped = n > 3 && strcmp(path + n - 3, ".gz") == 0;
    if (strcmp(path, "-") == 0)
        return stdin;
    if (!*piped)
        return fopen(path, "r");
    if (strchr(path, '\'') || n > 4000)
        return NULL;
    snprintf(command, sizeof(command), "gzip -dc '%s'", path);
    return popen(command, "r");
}

void corpus_close(FILE *file, bool piped)
{
    if (piped)
        pclose(file);
    else if (file != stdin)
        fclose(file);
}

static void write_json(const struct tt_jl *v, struct tt_buf *out);

static void write_string(tt_str s, struct tt_buf *out)
{
    tt_buf_addc(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c == '"' || c == '\\' || c < 0x20)
            tt_buf_addf(out, "\\u%04x", c);
        else
            tt_buf_addc(out, s.p[i]);
    }
    tt_buf_addc(out, '"');
}

static void write_members(const struct tt_jl *v, struct tt_buf *out)
{
    bool object = v->type == TT_JL_OBJECT;

    tt_buf_addc(out, object ? '{' : '[');
    for (const struct tt_jl *m = v->child; m; m = m->next) {
        if (m != v->child)
            tt_buf_addc(out, ',');
        if (object) {
            write_string(m->key, out);
            tt_buf_addc(out, ':');
        }
        write_json(m, out);
    }
    tt_buf_addc(out, object ? '}' : ']');
}

static void write_json(const struct tt_jl *v, struct tt_buf *out)
{
    switch (v->type) {
    case TT_JL_NULL:
        tt_buf_adds(out, "null");
        break;
    case TT_JL_BOOL:
        tt_buf_adds(out, v->number != 0 ? "true" : "false");
        break;
    case TT_JL_NUMBER:
        tt_buf_addf(out, "%.0f", v->number);
        break;
    case TT_JL_STRING:
        write_string(v->string, out);
        break;
    case TT_JL_ARRAY:
    case TT_JL_OBJECT:
        write_members(v, out);
        break;
    }
}

static tt_str text_of(const struct tt_jl *v, struct tt_arena *arena)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    tt_str text = { NULL, 0 };

    if (v && v->type == TT_JL_STRING)
        return v->string;
    if (v && (v->type == TT_JL_OBJECT || v->type == TT_JL_ARRAY)) {
        write_json(v, &buf);
        text = tt_arena_dup(arena, tt_buf_str(&buf));
        tt_buf_release(&buf);
    }
    return text;
}

int corpus_next(FILE *file, struct tt_arena *arena, struct corpus_record *out)
{
    char *line = NULL;
    size_t cap = 0, used;
    ssize_t n = getline(&line, &cap, file);
    struct tt_jl *v;
    int result = -1;

    tt_arena_release(arena);
    tt_arena_init(arena);
    if (n <= 0) {
        free(line);
        return 0;
    }
    tt_str text = tt_arena_dup(arena, (tt_str){ line, (size_t)n });

    free(line);
    if (text.p && tt_jl_parse(text, arena, &v, &used) == TT_JL_OK && v->type == TT_JL_OBJECT) {
        const struct tt_jl *expected = tt_jl_get(v, "expected");
        const struct tt_jl *reject = tt_jl_get(v, "must_reject");

        *out = (struct corpus_record){
            .id = text_of(tt_jl_get(v, "id"), arena),
            .format = text_of(tt_jl_get(v, "format"), arena),
            .path = text_of(tt_jl_get(v, "path"), arena),
            .verdict = text_of(tt_jl_get(v, "verdict"), arena),
            .answer = text_of(tt_jl_get(v, "answer"), arena),
            .original = tt_jl_get(v, "original"),
            .expected = expected && expected->type != TT_JL_NULL ? expected : NULL,
            .must_reject = reject && reject->number != 0,
        };
        result = out->original ? 1 : -1;
    }
    return result;
}

enum tt_edit_format corpus_format(tt_str name)
{
    enum tt_edit_format format;

    if (tt_edit_format_from(name, &format))
        return format;
    if (tt_str_eq(name, TT_STR("patch-body")))
        return TT_FORMAT_PATCH;
    if (tt_str_eq(name, TT_STR("lazy")))
        return TT_FORMAT_REGION;
    return TT_FORMAT_AUTO;
}
