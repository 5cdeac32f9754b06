/* fake_io.h -- the world for a session under test: a clock that only the test
 * moves, jobs that run late in seeded order, a network that is a script, and
 * everything that the session sent, kept for looking at.
 *
 * Nothing happens by itself.  The test calls fake_io_step() (one due thing) or
 * fake_io_settle() (all that is due now), and fake_io_advance() to move time.
 */
#ifndef TT_FAKE_IO_H
#define TT_FAKE_IO_H

#include "base/io.h"

#include <stdint.h>

struct fake_timer {
    uint64_t id, due;
    bool armed;
};

struct fake_http {
    uint64_t id;
    char *url, *body; /* owned, NUL-terminated */
    char *headers;    /* owned: "name: value\n" each */
    struct tt_http_timeouts timeouts;
    bool cancelled, ended;
};

struct fake_io {
    struct tt_io io; /* hand &fake->io to the session */

    uint64_t now;   /* ms */
    uint64_t seed;  /* of random() and of the order of jobs */
    bool hold_jobs; /* jobs wait until released */

    char **sent; /* owned: every message for the editor, in order */
    size_t n_sent, cap_sent;

    struct tt_job **jobs;
    size_t n_jobs, cap_jobs;
    struct fake_timer *timers;
    size_t n_timers, cap_timers;
    struct fake_http *https;
    size_t n_https, cap_https;
    struct {
        uint64_t id;
        char *env;
    } * keys; /* asked for, not yet answered */
    size_t n_keys, cap_keys;
    uint64_t *flushes; /* asked for, not yet answered */
    size_t n_flushes, cap_flushes;
    char **records; /* owned: receipts and outcomes */
    size_t n_records, cap_records;

    bool exited;
    int exit_code;

    /* Where events go: set by the test once the session exists. */
    void (*deliver)(void *arg, const struct tt_event *event);
    void *arg;

    /* Told when a job of the server begins to run and when it ends; NULL: nobody is. */
    void (*server_runs)(bool runs);

    /* The key for an environment variable; NULL: there is none. */
    const char *(*key_of)(void *arg, const char *env);
};

void fake_io_init(struct fake_io *fake, uint64_t seed);

/* Cancels the jobs that never ran; call after the session was destroyed. */
void fake_io_release(struct fake_io *fake);

/* Do one thing that is due (a job, a timer, a key, a flush), chosen by the seed; false
 * when nothing is. */
bool fake_io_step(struct fake_io *fake);
void fake_io_settle(struct fake_io *fake);
void fake_io_advance(struct fake_io *fake, uint64_t ms);

/* Bytes from the editor: one message, framed. */
void fake_io_editor(struct fake_io *fake, const char *json);
void fake_io_editor_eof(struct fake_io *fake);

/* The network's side of transfer `id`. */
void fake_io_http_head(struct fake_io *fake, uint64_t id, int status, const char *content_type);
void fake_io_http_body(struct fake_io *fake, uint64_t id, tt_str bytes);
void fake_io_http_end(struct fake_io *fake, uint64_t id, enum tt_http_result result);
void fake_io_http_fail(struct fake_io *fake, uint64_t id, enum tt_http_result result,
                       const char *message);

/* The newest transfer that is neither ended nor cancelled; NULL: none. */
struct fake_http *fake_io_http(struct fake_io *fake);

#endif
