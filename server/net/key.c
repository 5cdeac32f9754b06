/* key.c -- see key.h.
 *
 * The sources are tried in order: environment, command, file.  What went wrong
 * with one is remembered for the message, in case no later one has a key.  The
 * answer always comes from the loop, by a timer of 0 ms if need be.
 */
#include "net/key.h"

#include "trimtab/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct tt_key_request {
    struct tt_keys *keys;
    uint64_t id;
    struct tt_key_request *prev, *next;
    char *env;   /* owned; NULL: none */
    char **argv; /* owned, NULL-terminated; NULL: none */
    char *path;  /* owned; NULL: none */

    uv_timer_t timer; /* the command's limit, or 0 ms before the answer */
    uv_process_t process;
    uv_pipe_t output;
    int open_handles;
    bool spawned, output_open;
    bool exited, output_ended, timed_out;
    bool busy; /* in a job */
    bool closing;
    int64_t exit_status;
    int term_signal;
    struct tt_job job; /* reading the file */

    char key[TT_KEY_MAX + 1]; /* wiped before it is freed */
    size_t key_n;
    bool too_long;
    char message[512];
};

void tt_wipe(void *p, size_t n)
{
    if (p && n)
        explicit_bzero(p, n);
}

/* ---- life ---- */

static void request_free(struct tt_key_request *req)
{
    free(req->env);
    for (char **arg = req->argv; arg && *arg; arg++)
        free(*arg);
    free(req->argv);
    free(req->path);
    tt_wipe(req->key, sizeof(req->key));
    free(req);
}

static void one_less(struct tt_key_request *req)
{
    if (req->open_handles == 0 && !req->busy && req->closing)
        request_free(req);
}

static void on_closed(uv_handle_t *handle)
{
    struct tt_key_request *req = handle->data;

    req->open_handles--;
    one_less(req);
}

static void close_output(struct tt_key_request *req)
{
    if (!req->output_open)
        return;
    req->output_open = false;
    uv_close((uv_handle_t *)&req->output, on_closed);
}

static void request_close(struct tt_key_request *req)
{
    struct tt_keys *keys = req->keys;

    if (req->closing)
        return;
    req->closing = true;
    if (req->prev)
        req->prev->next = req->next;
    else
        keys->head = req->next;
    if (req->next)
        req->next->prev = req->prev;
    close_output(req);
    if (req->spawned) {
        if (!req->exited)
            uv_process_kill(&req->process, SIGKILL);
        uv_close((uv_handle_t *)&req->process, on_closed);
    }
    uv_close((uv_handle_t *)&req->timer, on_closed);
}

/* ---- the answer ---- */

static void answer(uv_timer_t *timer)
{
    struct tt_key_request *req = timer->data;
    struct tt_event ev = { .type = TT_EVENT_KEY,
                           .id = req->id,
                           .bytes = { req->key, req->key_n },
                           .message = tt_str_from(req->key_n ? "" : req->message) };

    tt_net_emit(&req->keys->sink, &ev);
    request_close(req);
}

static void answer_soon(struct tt_key_request *req)
{
    uv_timer_start(&req->timer, answer, 0, 0);
}

/* Only the first reason is told: it is the source the user meant. */
static void reason(struct tt_key_request *req, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void reason(struct tt_key_request *req, const char *fmt, ...)
{
    va_list ap;

    if (req->message[0])
        return;
    va_start(ap, fmt);
    vsnprintf(req->message, sizeof(req->message), fmt, ap);
    va_end(ap);
}

/* The first line of what was read, trimmed; `from` names the source. */
static void take_line(struct tt_key_request *req, const char *from)
{
    size_t start = 0, end;

    while (start < req->key_n && strchr(" \t\r\n", req->key[start]))
        start++;
    end = start;
    while (end < req->key_n && req->key[end] != '\n')
        end++;
    while (end > start && strchr(" \t\r", req->key[end - 1]))
        end--;
    if (req->too_long && end == req->key_n)
        start = end;
    for (size_t i = start; i < end; i++) {
        if (req->key[i] > ' ' && req->key[i] < 0x7f)
            continue;
        reason(req, "%s holds something that is not an API key: a blank or a special character.",
               from);
        start = end;
    }
    memmove(req->key, req->key + start, end - start);
    tt_wipe(req->key + (end - start), sizeof(req->key) - (end - start));
    req->key_n = end - start;
    if (!req->key_n)
        reason(req, "%s holds no API key.", from);
}

static void add_bytes(struct tt_key_request *req, const char *p, size_t n)
{
    size_t room = TT_KEY_MAX - req->key_n;

    if (n > room) {
        req->too_long = true;
        n = room;
    }
    memcpy(req->key + req->key_n, p, n);
    req->key_n += n;
}

/* ---- file ---- */

static int read_private_file(struct tt_key_request *req)
{
    struct stat st;
    int fd = open(req->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t n;

    if (fd < 0) {
        reason(req, "The key file \"%s\" cannot be read: %s.", req->path, strerror(errno));
        return TT_EIO;
    }
    if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
        reason(req, "The key file \"%s\" is not a plain file.", req->path);
        close(fd);
        return TT_EIO;
    }
    if ((st.st_mode & 077) || (st.st_uid != geteuid() && st.st_uid != 0)) {
        reason(req,
               "The key file \"%s\" can be read by others, so it is not used. Run: chmod 600 %s",
               req->path, req->path);
        close(fd);
        return TT_EDENIED;
    }
    while (req->key_n < TT_KEY_MAX &&
           (n = read(fd, req->key + req->key_n, TT_KEY_MAX - req->key_n)) > 0)
        req->key_n += (size_t)n;
    close(fd);
    return 0;
}

static struct tt_key_request *request_of(struct tt_job *job)
{
    return (struct tt_key_request *)((char *)job - offsetof(struct tt_key_request, job));
}

static void read_file(struct tt_job *job)
{
    struct tt_key_request *req = request_of(job);
    char from[256];

    if (read_private_file(req))
        return;
    snprintf(from, sizeof(from), "The key file \"%s\"", req->path);
    take_line(req, from);
}

static void on_file_read(struct tt_job *job, int status)
{
    struct tt_key_request *req = request_of(job);

    (void)status; /* cancelled means closing */
    req->busy = false;
    if (req->closing)
        one_less(req);
    else
        answer_soon(req);
}

static void try_file(struct tt_key_request *req)
{
    req->key_n = 0;
    if (!req->path) {
        reason(req, "No API key is set up. Set ANTHROPIC_API_KEY or OPENAI_API_KEY, or name a "
                    "source in the configuration (api_key_env, api_key_command).");
        answer_soon(req);
        return;
    }
    req->job.run = read_file;
    req->job.done = on_file_read;
    if (tt_work_submit(req->keys->work, &req->job)) {
        reason(req, "The key file \"%s\" could not be read.", req->path);
        answer_soon(req);
        return;
    }
    req->busy = true;
}

/* ---- command ---- */

static void command_done(struct tt_key_request *req)
{
    char from[256];

    if (req->closing || !req->exited || !req->output_ended)
        return;
    uv_timer_stop(&req->timer);
    close_output(req);
    snprintf(from, sizeof(from), "The output of the command \"%s\"", req->argv[0]);
    if (req->timed_out)
        reason(req, "The command \"%s\" (api_key_command) gave no key within %llu s.", req->argv[0],
               (unsigned long long)req->keys->command_ms / 1000);
    else if (req->exit_status || req->term_signal)
        reason(req,
               "The command \"%s\" (api_key_command) failed with code %lld. Run it in a "
               "terminal to see why.",
               req->argv[0],
               (long long)(req->term_signal ? 128 + req->term_signal : req->exit_status));
    else
        take_line(req, from);
    if (req->timed_out || req->exit_status || req->term_signal)
        req->key_n = 0;
    if (req->key_n)
        answer_soon(req);
    else
        try_file(req);
}

static void on_exit_(uv_process_t *process, int64_t status, int signal)
{
    struct tt_key_request *req = process->data;

    req->exited = true;
    req->exit_status = status;
    req->term_signal = signal;
    command_done(req);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)handle;
    (void)suggested;
    buf->base = malloc(4096);
    buf->len = buf->base ? 4096 : 0;
}

static void on_output(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct tt_key_request *req = stream->data;

    if (n > 0)
        add_bytes(req, buf->base, (size_t)n);
    tt_wipe(buf->base, n > 0 ? (size_t)n : 0);
    free(buf->base);
    if (n >= 0)
        return;
    uv_read_stop(stream);
    req->output_ended = true;
    command_done(req);
}

/* A grandchild may hold the output open for ever: do not wait for its end. */
static void on_command_due(uv_timer_t *timer)
{
    struct tt_key_request *req = timer->data;

    req->timed_out = true;
    req->output_ended = true;
    if (!req->exited)
        uv_process_kill(&req->process, SIGKILL);
    command_done(req);
}

static int spawn(struct tt_key_request *req)
{
    uv_stdio_container_t stdio[3] = {
        { .flags = UV_IGNORE },
        { .flags = (uv_stdio_flags)(UV_CREATE_PIPE | UV_WRITABLE_PIPE),
          .data.stream = (uv_stream_t *)&req->output },
        { .flags = UV_IGNORE },
    };
    uv_process_options_t options = { .exit_cb = on_exit_,
                                     .file = req->argv[0],
                                     .args = req->argv,
                                     .stdio = stdio,
                                     .stdio_count = 3 };
    int err;

    uv_pipe_init(req->keys->loop, &req->output, 0);
    req->output.data = req;
    req->output_open = true;
    req->open_handles++;
    err = uv_spawn(req->keys->loop, &req->process, &options);
    req->process.data = req;
    req->spawned = true; /* also when it failed: the handle must be closed */
    req->open_handles++;
    if (err) {
        req->exited = true;
        close_output(req);
        return err;
    }
    uv_read_start((uv_stream_t *)&req->output, on_alloc, on_output);
    uv_timer_start(&req->timer, on_command_due, req->keys->command_ms, 0);
    return 0;
}

static void try_command(struct tt_key_request *req)
{
    int err;

    if (!req->argv) {
        try_file(req);
        return;
    }
    err = spawn(req);
    if (!err)
        return;
    reason(req, "The command \"%s\" (api_key_command) cannot be run: %s.", req->argv[0],
           uv_strerror(err));
    try_file(req);
}

/* ---- environment, and the way in ---- */

static void try_env(struct tt_key_request *req)
{
    const char *value = req->env ? req->keys->env(req->env) : NULL;
    char from[256];

    if (value && value[0]) {
        add_bytes(req, value, strlen(value));
        snprintf(from, sizeof(from), "The variable %s", req->env);
        take_line(req, from);
    } else if (req->env && !req->argv && !req->path) {
        reason(req,
               "No API key: the variable %s is not set. Set it to your key and start the "
               "editor again.",
               req->env);
    }
    if (req->key_n)
        answer_soon(req);
    else
        try_command(req);
}

static char *copy(tt_str s)
{
    return s.n ? strndup(s.p, s.n) : NULL;
}

static bool copy_source(struct tt_key_request *req, const struct tt_key_source *source)
{
    req->env = copy(source->env);
    req->path = copy(source->file);
    if ((source->env.n && !req->env) || (source->file.n && !req->path))
        return false;
    if (!source->n_command)
        return true;
    req->argv = calloc(source->n_command + 1, sizeof(*req->argv));
    for (size_t i = 0; req->argv && i < source->n_command; i++) {
        req->argv[i] =
            strndup(source->command[i].p ? source->command[i].p : "", source->command[i].n);
        if (!req->argv[i])
            return false;
    }
    return req->argv;
}

void tt_keys_init(struct tt_keys *keys, uv_loop_t *loop, struct tt_work *work,
                  struct tt_net_sink sink, tt_env_get env)
{
    *keys = (struct tt_keys){
        .loop = loop, .work = work, .sink = sink, .env = env, .command_ms = TT_KEY_COMMAND_MS
    };
}

int tt_keys_get(struct tt_keys *keys, uint64_t id, const struct tt_key_source *source)
{
    struct tt_key_request *req;

    if (keys->closing)
        return TT_ECANCELED;
    req = calloc(1, sizeof(*req));
    if (!req)
        return TT_ENOMEM;
    if (!copy_source(req, source)) {
        request_free(req);
        return TT_ENOMEM;
    }
    req->keys = keys;
    req->id = id;
    req->next = keys->head;
    if (req->next)
        req->next->prev = req;
    keys->head = req;
    uv_timer_init(keys->loop, &req->timer);
    req->timer.data = req;
    req->open_handles = 1;
    try_env(req);
    return 0;
}

void tt_keys_close(struct tt_keys *keys)
{
    keys->closing = true;
    while (keys->head)
        request_close(keys->head);
}
