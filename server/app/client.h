/* client.h -- the editor's side of the protocol, for commands that go through a
 * real session: `actions`, `route`, `edit`, `compare` (in memory: loopback.h) and
 * `demo` (over pipes, to a server of its own).
 *
 * One request at a time: tt_client_request waits for its answer and meanwhile
 * answers what the server asks, as an editor would.
 */
#ifndef TT_APP_CLIENT_H
#define TT_APP_CLIENT_H

#include "rpc/message.h"
#include "trimtab/position.h"

struct tt_client;

struct tt_client_transport {
    /* Takes `body` (malloc'd). */
    int (*send)(void *arg, char *body, size_t n);
    /* Let things happen for at most `ms`; false when the other side is gone. */
    bool (*turn)(void *arg, unsigned ms);
    uint64_t (*now)(void *arg); /* ms, monotonic */
    void *arg;                  /* borrowed */
};

struct tt_client_hooks {
    /* A line of progress: "claude-sonnet-5: 120 tokens".  May be NULL. */
    void (*on_progress)(void *arg, tt_str message);
    /* window/showMessage; type as LSP (1 error, 2 warning, 3 info).  May be NULL. */
    void (*on_message)(void *arg, int64_t type, tt_str message);
    /* workspace/applyEdit: has it been applied?  NULL: yes. */
    bool (*on_apply)(void *arg, const struct tt_json *params);
    void *arg; /* borrowed */
};

/* An answer; its slices live in `arena` and `text`. */
struct tt_reply {
    struct tt_arena arena;
    char *text;                   /* owned */
    const struct tt_json *result; /* NULL: null */
    bool failed;
    int64_t code;
    tt_str error; /* for people, when it failed */
};

struct tt_client *tt_client_create(const struct tt_client_transport *transport,
                                   const struct tt_client_hooks *hooks);
void tt_client_destroy(struct tt_client *client); /* NULL is fine */

/* One message of the server, whole. */
void tt_client_receive(struct tt_client *client, tt_str body);

/* `params` is raw JSON.  Waits for the answer, at most `limit_ms` (0: as long as
 * the other side is there).  TT_ETIMEOUT, TT_EIO (it is gone), TT_ENOMEM; on 0 the
 * caller releases *out, also when out->failed. */
int tt_client_request(struct tt_client *client, const char *method, tt_str params,
                      unsigned limit_ms, struct tt_reply *out);
void tt_reply_release(struct tt_reply *reply); /* fine after a failure */

int tt_client_notify(struct tt_client *client, const char *method, tt_str params);

/* The handshake.  `root` is an absolute path; `settings` raw JSON for
 * initializationOptions, may be empty. */
int tt_client_initialize(struct tt_client *client, const char *root, enum tt_encoding encoding,
                         tt_str settings);
int tt_client_open(struct tt_client *client, tt_str uri, tt_str language, tt_str text);
/* shutdown and exit */
int tt_client_goodbye(struct tt_client *client);

/* --- for params --------------------------------------------------------------- */

/* {"textDocument": {"uri": …} } without its end, so that more can be added. */
void tt_client_document(struct tt_json_writer *w, tt_str uri);

/* textDocument/codeAction, as if invoked by hand. */
int tt_client_actions(struct tt_client *client, tt_str uri, struct tt_position_range range,
                      tt_str only, struct tt_reply *out);

/* The items of textDocument/diagnostic; waits until the document was looked at. */
int tt_client_diagnostics(struct tt_client *client, tt_str uri, struct tt_reply *out);

#endif
