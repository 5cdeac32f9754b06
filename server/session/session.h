/* session.h -- one editor's session, from `initialize` to `exit`.
 *
 * The session is a pure state machine: events in (tt_session_event), calls of
 * one struct tt_io out.  It never sees a socket, a file or a clock of its own,
 * so that the tests drive whole sessions with a fake world.
 *
 * Life: create -> any number of events -> tt_io.exit is called once (after
 * `exit`, at the editor's end of file, or after a fatal error) -> destroy.
 * Jobs that are still under way at destroy belong to tt_io, which must finish
 * or cancel them; their `done` is safe after destroy.
 *
 * Everything runs on the loop thread, but for tt_job.run.
 */
#ifndef TT_SESSION_H
#define TT_SESSION_H

#include "base/io.h"

struct tt_buf;
struct tt_config;
struct tt_outcome;
struct tt_session;

typedef void (*tt_folder_cb)(void *data, tt_str path, tt_str text);

/* All of it is borrowed during create only. */
struct tt_session_options {
    tt_str version;          /* of the program, for serverInfo */
    tt_str user_config;      /* text of the user's settings; empty: none */
    tt_str user_config_path; /* for messages */
    uint32_t parent_pid;     /* 0: not known (the client says it in initialize) */

    /* Called with the client's process id once it is known, so that the shell
     * can end the program when that process is gone.  May be NULL. */
    void (*on_parent)(void *arg, uint32_t pid);
    void *arg;

    /* What the budgets of parsing are measured by, in microseconds; NULL: the
     * system's monotonic clock.  Simulations give their own. */
    uint64_t (*clock_us)(void *arg);

    /* Read a small file of the workspace (a project's settings, its ignore
     * file), off the loop thread; TT_ENOTFOUND when there is none.  Takes no
     * longer than a disk.  NULL: no files. */
    int (*read_file)(void *arg, tt_str path, size_t max, char **bytes, size_t *n);

    /* Likewise a source file that may be shown to a model: `path` is relative to
     * `root`.  Any error when git ignores it or it really lies elsewhere.  NULL: none. */
    int (*read_source)(void *arg, tt_str root, tt_str path, size_t max, char **bytes, size_t *n);

    /* Likewise the files of the folder `path`: `take` gets the name of each, in no
     * order, until it gives false.  NULL: none. */
    void (*list_sources)(void *arg, tt_str root, tt_str path, bool (*take)(void *to, tt_str name),
                         void *to);

    /* Likewise: may this file, which an editor has open, be shown beside another
     * one?  Not what git ignores.  NULL: it may. */
    bool (*may_show)(void *arg, tt_str root, tt_str path);

    /* Give the newest outcomes that were kept, oldest first, and the installation's
     * seed, off the loop thread.  On an error `message` is a sentence for the user.
     * NULL: nothing is remembered. */
    int (*history)(void *arg, unsigned max,
                   void (*each)(void *to, const struct tt_outcome *outcome), void *to,
                   uint64_t *seed, struct tt_buf *message);

    /* Hand over each small file of the folder whose name ends so, in the order of
     * their names, off the loop thread; path and text are borrowed during `each`.
     * NULL: no files. */
    void (*read_folder)(void *arg, tt_str folder, tt_str ending, tt_folder_cb each, void *data);
    tt_str rule_pages; /* URI of the folder of the rules' pages, ID.md each; empty: none */

    /* Did the user trust this folder?  Off the loop thread.  NULL: none is. */
    bool (*is_trusted)(void *arg, tt_str folder);
    tt_str user_folder; /* where the user's config.json and prompts/ are; empty: none */

    /* Tell by TT_EVENT_FILES when something changes in this folder.  May be NULL. */
    void (*watch)(void *arg, tt_str folder);
};

/* Fails only with TT_ENOMEM. */
int tt_session_create(struct tt_io *io, const struct tt_session_options *options,
                      struct tt_session **out);
void tt_session_destroy(struct tt_session *session); /* NULL is fine */

/* Is what options.history gives still on its way?  Decisions do not count it until
 * then: whoever asks the moment after `initialize` waits for it. */
bool tt_session_is_remembering(const struct tt_session *session);

/* Hand over one event.  The event's slices are borrowed during the call. */
void tt_session_event(struct tt_session *session, const struct tt_event *event);

#endif
