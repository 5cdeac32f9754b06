/* model.c -- see model.h. */
#include "model.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *sim_answer_name(enum sim_answer answer)
{
    static const char *const names[] = { "true",    "two",   "flush",    "file",    "outside",
                                         "nowhere", "twice", "broken",   "omitted", "silent",
                                         "overlap", "half",  "truncated" };

    return names[answer];
}

const char *sim_fault_name(enum sim_fault fault)
{
    static const char *const names[] = { "whole", "cut",    "no end mark",   "error in the stream",
                                         "stall", "status", "no connection", "certificate" };

    return names[fault];
}

bool sim_transfer_lies(const struct sim_transfer *t)
{
    return t->answer != SIM_TRUE && t->answer != SIM_TWO && t->answer != SIM_FLUSH &&
           t->answer != SIM_FILE && t->answer != SIM_BROKEN;
}

/* --- which line ------------------------------------------------------------------- */

/* Where the last character before the line's end is. */
static size_t last_of(const char *line)
{
    size_t n = strcspn(line, "\r\n");

    return n ? n - 1 : 0;
}

static bool has_crlf(const char *line)
{
    return strstr(line, "\r\n") != NULL;
}

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
    if (strstr(out, "\t") || strpbrk(out, "\"") || out[last_of(out)] != ')')
        return false;
    return sim_count(text, out, &at) == 1;
}

static bool pick(const struct sim_text *text, struct random *random, unsigned first, unsigned last,
                 char out[256])
{
    unsigned n = last - first + 1, from = random_below(random, n);

    for (unsigned i = 0; i < n; i++) {
        if (usable(text, first + (from + i) % n, out))
            return true;
    }
    out[0] = '\0';
    return false;
}

/* --- what it says ----------------------------------------------------------------- */

/* Models write \n, whatever the file's lines end with. */
static void say_line(char *out, size_t size, const char *line, bool flush)
{
    size_t n = strlen(out), skip = flush ? 4 : 0;

    snprintf(out + n, size - n, "%.*s\n", (int)strcspn(line + skip, "\r\n"), line + skip);
}

static void say_lines(char *out, size_t size, const char *lines, bool flush)
{
    for (; *lines; lines += strcspn(lines, "\n") + 1)
        say_line(out, size, lines, flush);
}

static void say_words(char *out, size_t size, const char *words)
{
    size_t n = strlen(out);

    snprintf(out + n, size - n, "%s", words);
}

static void half_block(char *out, size_t size, const char *old, const char *fresh, bool flush)
{
    say_words(out, size, "```python\n<<<<<<< SEARCH\n");
    say_lines(out, size, old, flush);
    say_words(out, size, "=======\n");
    say_lines(out, size, fresh, flush);
}

static void block(char *out, size_t size, const char *old, const char *fresh, bool flush)
{
    half_block(out, size, old, fresh, flush);
    say_words(out, size, ">>>>>>> REPLACE\n```\n");
}

/* What the line becomes, with the end of the old one. */
static void write_fresh(char out[256], const char *old, const char *words)
{
    snprintf(out, 256, "%s%s", words, has_crlf(old) ? "\r\n" : "\n");
}

/* A line that stands twice in what was asked about; else one that stands nowhere. */
static void choose_twice(struct sim_transfer *t, const struct sim_question *q)
{
    const char *line = strstr(q->text->p, "check_twice(arg)\r\n") ? "    check_twice(arg)\r\n"
                                                                  : "    check_twice(arg)\n";
    const char *second;
    size_t at;

    t->answer = SIM_NOWHERE;
    if (sim_count(q->text, line, &at) != 2)
        return;
    second = strstr(q->text->p + at + 1, line);
    /* Both must stand in what was asked about, or the place decides. */
    if (!second || sim_position(q->text, at, SIM_UTF8).line < q->asked_first ||
        sim_position(q->text, (size_t)(second - q->text->p), SIM_UTF8).line > q->asked_last)
        return;
    t->answer = SIM_TWICE;
    snprintf(t->old[0], sizeof(t->old[0]), "%s", line);
}

/* The line that it is about; false: there is none. */
static bool choose_line(struct sim_transfer *t, struct random *random, const struct sim_question *q)
{
    unsigned lines = sim_lines(q->text);
    bool cursor = q->asked_first == q->asked_last; /* then all that is around it may change */
    unsigned outside = (cursor && q->last > q->asked_last ? q->last : q->asked_last) + 7;

    if (t->answer == SIM_OUTSIDE &&
        (!q->strict || outside >= lines || !pick(q->text, random, outside, lines - 1, t->old[0])))
        t->answer = SIM_TRUE;
    if (t->answer == SIM_TWICE)
        choose_twice(t, q);
    if (t->answer == SIM_NOWHERE)
        snprintf(t->old[0], sizeof(t->old[0]), "    nobody_wrote_%u = this(line)\n", t->serial);
    return t->old[0][0] || pick(q->text, random, q->first, q->last, t->old[0]);
}

static void fresh_words(struct sim_transfer *t, int i, const char *form)
{
    char line[200];

    snprintf(line, sizeof(line), form, t->serial, t->serial);
    write_fresh(t->fresh[i], t->old[i], line);
}

/* The three lines behind the one that changes; false: there are none such. */
static bool three_more(const struct sim_transfer *t, const struct sim_question *q, char out[512])
{
    size_t at, start, end;
    unsigned line;

    if (sim_count(q->text, t->old[0], &at) != 1)
        return false;
    line = sim_position(q->text, at, SIM_UTF8).line;
    out[0] = '\0';
    for (unsigned i = 1; i < 4; i++) {
        if (line + i > q->last || !sim_line(q->text, line + i, &start, &end) || end >= q->text->n ||
            strncmp(q->text->p + start, "    ", 4) != 0 || q->text->p[start + 4] <= ' ' ||
            end - start > 150)
            return false;
        snprintf(out + strlen(out), 512 - strlen(out), "%.*s\n", (int)(end - start),
                 q->text->p + start);
    }
    return true;
}

static void flush_block(const struct sim_transfer *t, const char *more, char *out, size_t size)
{
    char old[1024], fresh[1024];

    snprintf(old, sizeof(old), "%s%s", t->old[0], more);
    snprintf(fresh, sizeof(fresh), "%s%s", t->fresh[0], more);
    block(out, size, old, fresh, true);
}

static void words(struct sim_transfer *t, struct random *random, const struct sim_question *q,
                  char *out, size_t size)
{
    char other[256], more[512];

    snprintf(out, size, "The call is safer so.\n\n");
    if (t->answer == SIM_FILE) {
        snprintf(t->fresh[0], sizeof(t->fresh[0]), "def test_it():\n    trusted_%uq()\n",
                 t->serial);
        say_words(out, size, "```python\n");
        say_words(out, size, t->fresh[0]);
        say_words(out, size, "```\n");
        return;
    }
    if (!choose_line(t, random, q)) {
        t->answer = SIM_SILENT;
        say_words(out, size, "There is nothing to change here.\n");
        return;
    }
    fresh_words(t, 0, "    w%u = trusted_%uq(arg)");
    switch (t->answer) {
    case SIM_TWO:
        if (pick(q->text, random, q->first, q->last, t->old[1]) &&
            strcmp(t->old[0], t->old[1]) != 0) {
            fresh_words(t, 1, "    v%u = trusted_%uq(arg, 2)");
            block(out, size, t->old[1], t->fresh[1], false);
        } else {
            t->old[1][0] = '\0';
            t->answer = SIM_TRUE;
        }
        break;
    case SIM_FLUSH:
        if (three_more(t, q, more)) {
            flush_block(t, more, out, size);
            return;
        }
        t->answer = SIM_TRUE;
        break;
    case SIM_BROKEN:
        fresh_words(t, 0, "    w%u = trusted_%uq((arg");
        break;
    case SIM_OMITTED:
        fresh_words(t, 0, "    w%u = trusted_%uq(arg)\n    # ... existing code ...");
        break;
    case SIM_OVERLAP:
        snprintf(other, sizeof(other), "    other = trusted_%uq(arg, 3)\n", t->serial);
        block(out, size, t->old[0], other, false);
        break;
    case SIM_HALF:
        half_block(out, size, t->old[0], t->fresh[0], false);
        return;
    case SIM_SILENT:
        snprintf(other, sizeof(other), "You could call trusted_%uq instead.\n", t->serial);
        say_words(out, size, other);
        return;
    default:
        break;
    }
    block(out, size, t->old[0], t->fresh[0], false);
    if (random_below(random, 2))
        say_words(out, size,
                  "\nOnly what is shown here changes; whatever calls it goes on "
                  "to work as before, and nothing else has to be adapted.\n");
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
static enum sim_answer any_lie(struct random *random)
{
    uint32_t i = SIM_OUTSIDE + random_below(random, SIM_TRUNCATED - SIM_OUTSIDE + 4);

    return i > SIM_TRUNCATED ? SIM_BROKEN : (enum sim_answer)i;
}

static enum sim_answer any_answer(struct random *random, const struct sim_question *q)
{
    static const enum sim_answer true_ones[] = { SIM_TRUE, SIM_TRUE, SIM_TWO, SIM_FLUSH };
    enum sim_answer lie;

    if (q->breaks && !q->broken && !q->new_file && random_below(random, 2))
        return SIM_BROKEN;
    if (random_below(random, 100) < 60)
        return q->new_file ? SIM_FILE : true_ones[random_below(random, 4)];
    lie = any_lie(random);
    return lie == SIM_BROKEN && (q->broken || q->new_file) ? SIM_TRUE : lie;
}

void sim_transfer_init(struct sim_transfer *t, struct random *random, const struct sim_question *q)
{
    struct writer w = { 0 };
    size_t before_end = 0;
    static char say[8192];

    t->answer = any_answer(random, q);
    t->fault = random_below(random, 100) < q->faults_percent
                   ? (enum sim_fault)(1 + random_below(random, SIM_TLS))
                   : SIM_WHOLE;
    words(t, random, q, say, sizeof(say));
    if (q->anthropic)
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
