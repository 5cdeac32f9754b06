/* model.c -- see model.h. */
#include "model.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *sim_answer_name(enum sim_answer answer)
{
    static const char *const names[] = { "true",    "two",    "outside",  "nowhere",
                                         "twice",   "broken", "omitted",  "silent",
                                         "overlap", "half",   "truncated" };

    return names[answer];
}

const char *sim_fault_name(enum sim_fault fault)
{
    static const char *const names[] = { "whole", "cut",    "no end mark",  "error in the stream",
                                         "stall", "status", "no connection" };

    return names[fault];
}

bool sim_transfer_lies(const struct sim_transfer *t)
{
    return t->answer != SIM_TRUE && t->answer != SIM_TWO && t->answer != SIM_BROKEN;
}

/* --- which line ------------------------------------------------------------------- */

/* A line of code that stands once, as a whole line with its newline. */
static bool usable(const struct sim_text *text, unsigned i, char out[256])
{
    size_t start, end, at;

    if (!sim_line(text, i, &start, &end) || end >= text->n || end - start > 200)
        return false;
    if (end - start < 12 || strncmp(text->p + start, "    u", 5) != 0 ||
        !memchr(text->p + start, '=', end - start))
        return false;
    snprintf(out, 256, "%.*s\n", (int)(end - start), text->p + start);
    if (strstr(out, "\t") || strpbrk(out, "\"") || out[strlen(out) - 2] != ')')
        return false;
    return sim_count(text, out, &at) == 1;
}

static bool pick(const struct sim_text *text, struct random *random, unsigned first, unsigned last,
                 char out[256])
{
    for (int i = 0; i < 24; i++) {
        if (usable(text, first + random_below(random, last - first + 1), out))
            return true;
    }
    return false;
}

/* --- what it says ----------------------------------------------------------------- */

static void block(char *out, size_t size, const char *old, const char *fresh)
{
    size_t n = strlen(out);

    snprintf(out + n, size - n, "```python\n<<<<<<< SEARCH\n%s=======\n%s>>>>>>> REPLACE\n```\n",
             old, fresh);
}

static void words(struct sim_transfer *t, struct random *random, const struct sim_text *text,
                  unsigned first, unsigned last, bool strict, char *out, size_t size)
{
    unsigned lines = sim_lines(text);
    char other[256];
    size_t at;

    snprintf(out, size, "The call is safer so.\n\n");
    if (t->answer == SIM_OUTSIDE &&
        (!strict || last + 8 >= lines || !pick(text, random, last + 7, lines - 1, t->old[0])))
        t->answer = SIM_TRUE;
    if (t->answer == SIM_TWICE && sim_count(text, "    check_twice(arg)\n", &at) != 2)
        t->answer = SIM_NOWHERE;
    if (t->answer == SIM_TWICE) {
        const char *second = strstr(text->p + at + 1, "    check_twice(arg)\n");
        /* Both must stand in what was asked about, or the place decides. */
        if (!second || sim_position(text, at, SIM_UTF8).line < first ||
            sim_position(text, (size_t)(second - text->p), SIM_UTF8).line > last)
            t->answer = SIM_NOWHERE;
        else
            snprintf(t->old[0], sizeof(t->old[0]), "    check_twice(arg)\n");
    }
    if (t->answer == SIM_NOWHERE)
        snprintf(t->old[0], sizeof(t->old[0]), "    nobody_wrote_%u = this(line)\n", t->serial);
    else if (!t->old[0][0] && !pick(text, random, first, last, t->old[0])) {
        t->answer = SIM_SILENT;
        snprintf(out + strlen(out), size - strlen(out), "There is nothing to change here.\n");
        return;
    }
    snprintf(t->fresh[0], sizeof(t->fresh[0]), "    w%u = trusted_%uq(arg)\n", t->serial,
             t->serial);
    switch (t->answer) {
    case SIM_TWO:
        if (pick(text, random, first, last, t->old[1]) && strcmp(t->old[0], t->old[1]) != 0) {
            snprintf(t->fresh[1], sizeof(t->fresh[1]), "    v%u = trusted_%uq(arg, 2)\n", t->serial,
                     t->serial);
            block(out, size, t->old[1], t->fresh[1]);
        } else {
            t->old[1][0] = '\0';
            t->answer = SIM_TRUE;
        }
        break;
    case SIM_BROKEN:
        snprintf(t->fresh[0], sizeof(t->fresh[0]), "    w%u = trusted_%uq((arg\n", t->serial,
                 t->serial);
        break;
    case SIM_OMITTED:
        snprintf(t->fresh[0], sizeof(t->fresh[0]),
                 "    w%u = trusted_%uq(arg)\n    # ... existing code ...\n", t->serial, t->serial);
        break;
    case SIM_OVERLAP:
        snprintf(other, sizeof(other), "    other = trusted_%uq(arg, 3)\n", t->serial);
        block(out, size, t->old[0], other);
        break;
    case SIM_HALF:
        snprintf(out + strlen(out), size - strlen(out), "```python\n<<<<<<< SEARCH\n%s=======\n%s",
                 t->old[0], t->fresh[0]);
        return;
    case SIM_SILENT:
        snprintf(out + strlen(out), size - strlen(out), "You could call trusted_%uq instead.\n",
                 t->serial);
        return;
    default:
        break;
    }
    block(out, size, t->old[0], t->fresh[0]);
}

/* --- as a stream -------------------------------------------------------------------- */

struct writer {
    char *p;
    size_t n, cap;
};

static void put(struct writer *w, const char *event, cJSON *data)
{
    char *json = cJSON_PrintUnformatted(data);
    size_t need = w->n + strlen(json) + 64;

    cJSON_Delete(data);
    if (need > w->cap) {
        w->cap = need * 2;
        w->p = realloc(w->p, w->cap);
        if (!w->p)
            abort();
    }
    if (event)
        w->n += (size_t)snprintf(w->p + w->n, w->cap - w->n, "event: %s\n", event);
    w->n += (size_t)snprintf(w->p + w->n, w->cap - w->n, "data: %s\n\n", json);
    free(json);
}

static void anthropic(struct writer *w, const char *text, bool truncated, size_t *before_end)
{
    char piece[48];

    put(w, "message_start",
        cJSON_Parse("{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\","
                    "\"role\":\"assistant\",\"model\":\"served-claude\",\"content\":[],"
                    "\"usage\":{\"input_tokens\":900,\"output_tokens\":1}}}"));
    put(w, "content_block_start",
        cJSON_Parse("{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                    "{\"type\":\"text\",\"text\":\"\"}}"));
    for (size_t at = 0; text[at];) {
        cJSON *data = cJSON_Parse("{\"type\":\"content_block_delta\",\"index\":0}");
        cJSON *delta = cJSON_AddObjectToObject(data, "delta");
        size_t n = strnlen(text + at, 40);

        while (n && ((unsigned char)text[at + n] & 0xC0) == 0x80)
            n--;
        snprintf(piece, sizeof(piece), "%.*s", (int)n, text + at);
        at += n;
        cJSON_AddStringToObject(delta, "type", "text_delta");
        cJSON_AddStringToObject(delta, "text", piece);
        put(w, "content_block_delta", data);
    }
    put(w, "content_block_stop", cJSON_Parse("{\"type\":\"content_block_stop\",\"index\":0}"));
    *before_end = w->n;
    put(w, "message_delta",
        cJSON_Parse(truncated ? "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
                                "\"max_tokens\"},\"usage\":{\"output_tokens\":50}}"
                              : "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
                                "\"end_turn\"},\"usage\":{\"output_tokens\":50}}"));
    put(w, "message_stop", cJSON_Parse("{\"type\":\"message_stop\"}"));
}

static cJSON *chunk(const char *text, const char *finish)
{
    cJSON *data = cJSON_Parse("{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":"
                              "\"served-gpt\"}");
    cJSON *choices = cJSON_AddArrayToObject(data, "choices"), *choice = cJSON_CreateObject();
    cJSON *delta;

    cJSON_AddItemToArray(choices, choice);
    cJSON_AddNumberToObject(choice, "index", 0);
    delta = cJSON_AddObjectToObject(choice, "delta");
    if (text)
        cJSON_AddStringToObject(delta, "content", text);
    if (finish)
        cJSON_AddStringToObject(choice, "finish_reason", finish);
    else
        cJSON_AddNullToObject(choice, "finish_reason");
    return data;
}

static void openai(struct writer *w, const char *text, bool truncated, size_t *before_end)
{
    char piece[48];

    for (size_t at = 0; text[at];) {
        size_t n = strnlen(text + at, 40);

        while (n && ((unsigned char)text[at + n] & 0xC0) == 0x80)
            n--;
        snprintf(piece, sizeof(piece), "%.*s", (int)n, text + at);
        at += n;
        put(w, NULL, chunk(piece, NULL));
    }
    *before_end = w->n;
    put(w, NULL, chunk(NULL, truncated ? "length" : "stop"));
    put(w, NULL,
        cJSON_Parse("{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"served-gpt\","
                    "\"choices\":[],\"usage\":{\"prompt_tokens\":900,\"completion_tokens\":50,"
                    "\"total_tokens\":950}}"));
    w->n += (size_t)snprintf(w->p + w->n, w->cap - w->n, "data: [DONE]\n\n");
}

/* --- public --------------------------------------------------------------------------- */

/* Broken code more often than the rest: it takes two in a row to be held. */
static enum sim_answer any_answer(struct random *random)
{
    uint32_t i = random_below(random, SIM_TRUNCATED + 4);

    return i > SIM_TRUNCATED ? SIM_BROKEN : (enum sim_answer)i;
}

void sim_transfer_init(struct sim_transfer *t, struct random *random, const struct sim_text *text,
                       unsigned first, unsigned last, bool strict, bool from_anthropic,
                       unsigned faults_percent, bool broken)
{
    struct writer w = { 0 };
    size_t before_end = 0;
    static char say[8192];

    t->answer = random_below(random, 100) < 60 ? (random_below(random, 4) ? SIM_TRUE : SIM_TWO)
                                               : any_answer(random);
    t->fault = random_below(random, 100) < faults_percent
                   ? (enum sim_fault)(1 + random_below(random, SIM_NO_CONNECTION))
                   : SIM_WHOLE;
    if (t->answer == SIM_BROKEN && broken)
        t->answer = SIM_TRUE;
    words(t, random, text, first, last, strict, say, sizeof(say));
    if (from_anthropic)
        anthropic(&w, say, t->answer == SIM_TRUNCATED, &before_end);
    else
        openai(&w, say, t->answer == SIM_TRUNCATED, &before_end);
    t->stream = w.p;
    t->n = w.n;
    t->cut = t->fault == SIM_NO_MARK ? before_end
             : t->fault == SIM_WHOLE ? t->n
                                     : random_below(random, (uint32_t)before_end);
}

void sim_transfer_free(struct sim_transfer *t)
{
    free(t->stream);
    t->stream = NULL;
}
