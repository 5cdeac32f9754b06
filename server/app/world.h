/* world.h -- net and store joined into the one tt_io of a session.
 *
 * The program's side of base/io.h: one libuv loop with the editor's pipe,
 * timers, the thread pool, HTTP, keys and the store.  Events are delivered from
 * the loop, never from inside a function of tt_io.
 *
 * Life: tt_world_open -> tt_world_run -> tt_world_close.  Whoever makes a session
 * on top destroys it before tt_world_close.
 */
#ifndef TT_APP_WORLD_H
#define TT_APP_WORLD_H

#include "app/records.h"
#include "base/io.h"
#include "net/http.h"
#include "net/key.h"
#include "net/parent.h"
#include "net/peer.h"
#include "net/timers.h"
#include "net/watch.h"
#include "net/work.h"

struct tt_world_options {
    const struct tt_peer_options *peer; /* NULL: nobody; messages go to on_message */
    /* Without a peer: one message of the session, from the loop, in order. */
    void (*on_message)(void *arg, tt_str body);
    /* Every event. */
    void (*on_event)(void *arg, const struct tt_event *event);
    void *arg;       /* borrowed */
    bool no_records; /* write nothing to the state folder */
};

struct tt_world_message;

struct tt_world {
    struct tt_io io; /* for the session */
    uv_loop_t loop;
    struct tt_world_options options;
    struct tt_peer *peer; /* owned until on_closed; NULL: none */
    struct tt_timers timers;
    struct tt_work work;
    struct tt_http http;
    struct tt_keys keys;
    struct tt_parent parent;
    struct tt_watch watch;
    struct tt_records *records;            /* owned; NULL: none */
    uv_timer_t alarm;                      /* ends a turn */
    uv_idle_t mail;                        /* delivers `first` to on_message */
    struct tt_world_message *first, *last; /* owned */
    bool exiting;
    int exit_code;
};

/* On failure nothing is left: TT_EINVALID for unusable peer options, TT_ENOMEM. */
int tt_world_open(struct tt_world *world, const struct tt_world_options *options);

/* Run until the session called exit and what it sent has left (or cannot).
 * Gives the exit code. */
int tt_world_run(struct tt_world *world);

/* One turn of the loop, of at most `ms`; for those who wait for something of
 * their own. */
void tt_world_turn(struct tt_world *world, unsigned ms);

/* End all that runs, and the loop. */
void tt_world_close(struct tt_world *world);

/* End the program when this process is gone (as tt_session_options.on_parent). */
void tt_world_watch_parent(void *arg, uint32_t pid);

/* Tell of changed settings in this folder and its prompts (as .watch there). */
void tt_world_watch_folder(void *arg, tt_str folder);

#endif
