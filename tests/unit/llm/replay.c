/* replay.c -- see replay.h. */
#include "replay.h"

#include "llm/json.h"
#include "test.h"

#include <dirent.h>

#define FOLDER TT_SOURCE_DIR "/tests/data/llm"

static const struct {
    const char *folder;
    enum tt_llm_provider provider;
} folders[] = {
    { "anthropic", TT_LLM_ANTHROPIC },
    { "openai", TT_LLM_OPENAI },
    { "compatible", TT_LLM_COMPATIBLE },
};

static char *read_file(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    char *bytes;

    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *n = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(*n + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *n, file), *n);
    bytes[*n] = 0;
    fclose(file);
    return bytes;
}

static enum tt_http_result http_from(const char *word)
{
    if (strcmp(word, "ok") == 0)
        return TT_HTTP_OK;
    return strcmp(word, "idle") == 0 ? TT_HTTP_TIMEOUT_IDLE : TT_HTTP_CUT;
}

static void load(struct replay *out, size_t folder, const char *stem)
{
    char path[600], http[16];
    size_t n;
    char *want, *line;

    snprintf(out->name, sizeof(out->name), "%s/%s", folders[folder].folder, stem);
    out->provider = folders[folder].provider;
    snprintf(path, sizeof(path), FOLDER "/%s.sse", out->name);
    out->body = read_file(path, &out->n);
    snprintf(path, sizeof(path), FOLDER "/%s.want", out->name);
    want = read_file(path, &n);
    CHECK(sscanf(want, "http %15s\nstatus %d\n", http, &out->status) == 2, "%s", out->name);
    out->http = http_from(http);
    line = strchr(strchr(want, '\n') + 1, '\n') + 1;
    memmove(want, line, strlen(line) + 1);
    out->want = want;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct replay *)a)->name, ((const struct replay *)b)->name);
}

struct replay *replay_load(size_t *n)
{
    struct replay *all = calloc(256, sizeof(*all));

    assert_non_null(all);
    *n = 0;
    for (size_t f = 0; f < COUNT(folders); f++) {
        char path[600];
        DIR *dir;

        snprintf(path, sizeof(path), FOLDER "/%s", folders[f].folder);
        dir = opendir(path);
        assert_non_null(dir);
        for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
            char *dot = strrchr(entry->d_name, '.');

            if (!dot || strcmp(dot, ".sse") != 0)
                continue;
            *dot = 0;
            assert_true(*n < 256);
            load(&all[(*n)++], f, entry->d_name);
        }
        closedir(dir);
    }
    qsort(all, *n, sizeof(*all), by_name);
    return all;
}

void replay_free(struct replay *replays, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(replays[i].body);
        free(replays[i].want);
    }
    free(replays);
}

static void line(struct tt_buf *out, const char *key, tt_str value)
{
    tt_buf_addf(out, "%s %.*s\n", key, TT_STR_ARG(value));
}

void replay_describe(const struct tt_llm_stream *stream, struct tt_buf *out)
{
    const struct tt_llm_outcome *o = tt_llm_stream_outcome(stream);
    const struct tt_llm_usage *u = &o->usage;

    tt_buf_addf(out, "end %s\nclass %s\n", tt_llm_end_name(o->end),
                tt_llm_policy(o->failure.class_)->name);
    line(out, "model", o->model);
    line(out, "stop", o->stop);
    tt_buf_adds(out, "text ");
    tt_llm_json_quote(out, o->text);
    tt_buf_addc(out, '\n');
    for (size_t i = 0; i < o->n_tools; i++) {
        tt_str name, arguments;

        tt_llm_stream_tool(stream, i, &name, &arguments);
        tt_buf_addf(out, "tool %.*s %.*s\n", TT_STR_ARG(name), TT_STR_ARG(arguments));
    }
    tt_buf_addf(out, "thinking %zu\n", o->thinking);
    if (u->known)
        tt_buf_addf(out, "usage %u %u %u %u %u %u\n", (unsigned)u->input, (unsigned)u->cache_read,
                    (unsigned)u->cache_write, (unsigned)u->cache_write_1h, (unsigned)u->output,
                    (unsigned)u->thinking);
    else
        tt_buf_adds(out, "usage unknown\n");
    tt_buf_adds(out, "message ");
    tt_llm_json_quote(out, o->failure.message);
    tt_buf_addc(out, '\n');
}

struct tt_llm_stream *replay_run(const struct replay *replay, tt_str body, size_t step,
                                 enum tt_http_result http, tt_llm_event_cb cb, void *arg)
{
    struct tt_llm_stream *stream = tt_llm_stream_create(replay->provider, NULL, cb, arg);

    assert_non_null(stream);
    assert_int_equal(tt_llm_stream_head(stream, replay->status, NULL, 0, 0), 0);
    for (size_t at = 0; at < body.n; at += step)
        tt_llm_stream_feed(stream, tt_str_sub(body, at, at + step));
    tt_llm_stream_end(stream, http,
                      http == TT_HTTP_OK ? (tt_str){ NULL, 0 } : TT_STR("connection lost"));
    return stream;
}
