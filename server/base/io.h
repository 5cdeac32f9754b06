/* io.h -- everything the core may ask of the world, and everything the world
 * may tell the core.
 *
 * The core (every module but net, store and app) does no input or output of
 * its own: it calls the functions of one struct tt_io and gets struct tt_event
 * back, on one thread.  In the program `app` joins net and store into one
 * tt_io; in a test a fake one with its own clock, network and faults drives
 * whole sessions deterministically.
 *
 * No function of tt_io calls back into the core before it returns.
 */
#ifndef TT_IO_H
#define TT_IO_H

#include "trimtab/str.h"

#include <stdint.h>

/* Work off the loop thread.  The owner embeds this in its own struct and frees
 * that struct in `done`.  `run` sees only its own struct, on any thread; `done`
 * runs on the loop thread, exactly once: with 0 after `run`, or with
 * TT_ECANCELED when the program is ending and `run` was never called. */
struct tt_job {
    void (*run)(struct tt_job *job);
    void (*done)(struct tt_job *job, int status);
    void *io_data; /* for the implementation of tt_io */
};

struct tt_http_header {
    tt_str name, value;
};

/* Milliseconds; 0 means no limit. */
struct tt_http_timeouts {
    uint32_t connect_ms;
    uint32_t first_byte_ms; /* from the request's last byte to the answer's first */
    uint32_t idle_ms;       /* between two pieces of the answer */
    uint32_t total_ms;
};

/* All slices are borrowed during tt_io.http_start only: the other side copies
 * what it needs. */
struct tt_http_request {
    tt_str method; /* "POST", "GET" */
    tt_str url;
    const struct tt_http_header *headers;
    size_t n_headers;
    tt_str body;
    struct tt_http_timeouts timeouts;
    tt_str proxy;   /* empty: what the environment says */
    tt_str ca_file; /* empty: the system's, or what the environment says */
};

/* Why a transfer ended. */
enum tt_http_result {
    TT_HTTP_OK, /* the whole answer came, whatever its status */
    TT_HTTP_NO_HOST,
    TT_HTTP_NO_CONNECTION,
    TT_HTTP_TLS, /* the certificate or the handshake; `message` names it */
    TT_HTTP_PROXY,
    TT_HTTP_TIMEOUT_CONNECT,
    TT_HTTP_TIMEOUT_FIRST_BYTE,
    TT_HTTP_TIMEOUT_IDLE,
    TT_HTTP_TIMEOUT_TOTAL,
    TT_HTTP_CUT,         /* the connection ended in the middle of the answer */
    TT_HTTP_NO_LIBRARY,  /* libcurl could not be loaded; `message` says why */
    TT_HTTP_BAD_REQUEST, /* the URL or a setting is unusable */
    TT_HTTP_FAILED,      /* anything else; `message` says what */
};

enum tt_event_type {
    TT_EVENT_BYTES,     /* from the editor: any cut of its stream */
    TT_EVENT_EOF,       /* the editor closed its end, or is gone */
    TT_EVENT_TIMER,     /* timer.id is due */
    TT_EVENT_HTTP_HEAD, /* status and headers of the answer to http.id */
    TT_EVENT_HTTP_BODY, /* the next bytes of it, in any cut */
    TT_EVENT_HTTP_END,  /* the transfer is over; nothing more comes for http.id */
    TT_EVENT_KEY,       /* an API key that was asked for by tt_io.key */
    TT_EVENT_FILES,     /* files of the user's or the project's settings have changed */
    TT_EVENT_TROUBLE,   /* what tt_io.record was given cannot be kept; `message` is for the user */
    TT_EVENT_FLUSHED,   /* what tt_io.record was given before tt_io.flush is kept, or given up */
};

struct tt_event {
    enum tt_event_type type;
    uint64_t id;                          /* timer, transfer, key request or flush */
    tt_str bytes;                         /* BYTES, HTTP_BODY, KEY (empty: none) */
    int status;                           /* HTTP_HEAD: 200, 429, ... */
    const struct tt_http_header *headers; /* HTTP_HEAD: names in lower case */
    size_t n_headers;
    enum tt_http_result result; /* HTTP_END */
    tt_str message;             /* HTTP_END, KEY, TROUBLE: for people, when it failed */
};

enum tt_record_kind {
    TT_RECORD_RECEIPT, /* one finished request: a line of receipts.jsonl */
    TT_RECORD_OUTCOME, /* what became of an edit */
    TT_RECORD_ANSWER,  /* {id, answer}: an answer that was refused, kept so that it can be seen */
};

/* Where an API key comes from; the first that is set and yields one wins. */
struct tt_key_source {
    tt_str env;            /* name of an environment variable */
    const tt_str *command; /* argument list, no shell; its output is the key */
    size_t n_command;
    tt_str file; /* must not be readable by others */
};

struct tt_io {
    void *data; /* the implementation's */

    uint64_t (*now)(struct tt_io *io);    /* ms, monotonic */
    int64_t (*wall)(struct tt_io *io);    /* ms since 1970 */
    uint64_t (*random)(struct tt_io *io); /* 64 random bits; seeded in tests */

    /* One JSON-RPC message for the editor.  Takes `body` (malloc'd). */
    int (*send)(struct tt_io *io, char *body, size_t n);

    /* One timer per id; starting one again moves it. */
    int (*timer_start)(struct tt_io *io, uint64_t id, uint64_t ms);
    void (*timer_stop)(struct tt_io *io, uint64_t id);

    /* Takes `job` when it returns 0 (see struct tt_job). */
    int (*work)(struct tt_io *io, struct tt_job *job);

    /* Begin a transfer; its events carry `id`.  Whatever goes wrong later comes
     * as HTTP_END.  After http_cancel no event for `id` comes any more. */
    int (*http_start)(struct tt_io *io, uint64_t id, const struct tt_http_request *req);
    void (*http_cancel)(struct tt_io *io, uint64_t id);

    /* Ask for a key: answered by one KEY event, never before this returns. */
    int (*key)(struct tt_io *io, uint64_t id, const struct tt_key_source *source);

    /* Keep one JSON object for good; a line without its newline. */
    int (*record)(struct tt_io *io, enum tt_record_kind kind, tt_str json);
    /* Ask when all that was recorded so far can be read by others: answered by one
     * FLUSHED event.  TT_EIO: nothing is kept. */
    int (*flush)(struct tt_io *io, uint64_t id);

    /* The session is over: end the program with this code once all is sent. */
    void (*exit)(struct tt_io *io, int code);
};

#endif
