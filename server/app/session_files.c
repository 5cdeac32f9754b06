/* session_files.c -- see session_files.h. */
#include "app/session_files.h"

#include "app/files.h"
#include "base/log.h"
#include "session/session.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define CONFIG_MAX ((size_t)1 << 20)

/* In a job: any thread. */
static int read_file(void *arg, tt_str path, size_t max, char **bytes, size_t *n)
{
    struct tt_buf name = TT_BUF_INIT(1 << 16), text;
    int err;

    (void)arg;
    if (memchr(path.p ? path.p : "", '\0', path.n))
        return TT_EINVALID;
    tt_buf_init(&text, max);
    err = tt_buf_add(&name, path);
    if (!err)
        err = tt_file_read(name.p ? name.p : "", &text);
    if (!err && !(*bytes = tt_buf_take(&text, n)))
        err = TT_ENOMEM;
    tt_buf_release(&name);
    tt_buf_release(&text);
    return err;
}

static void read_user_config(struct tt_buf *path, struct tt_buf *text)
{
    int err;

    if (tt_dir_path(TT_DIR_CONFIG, "config.json", path))
        return;
    err = tt_file_read(path->p, text);
    if (err && err != TT_ENOTFOUND)
        tt_log(TT_LOG_WARN, "the settings in %s cannot be read: %s", path->p, tt_file_why(err));
}

int tt_session_over_world(struct tt_world *world, uint32_t parent_pid, struct tt_session **out)
{
    struct tt_buf path = TT_BUF_INIT(1 << 16), text = TT_BUF_INIT(CONFIG_MAX);
    struct tt_session_options options = { .version = tt_str_from(TT_VERSION),
                                          .parent_pid = parent_pid,
                                          .on_parent = tt_world_watch_parent,
                                          .arg = world,
                                          .read_file = read_file };
    int err;

    read_user_config(&path, &text);
    options.user_config = tt_buf_str(&text);
    options.user_config_path = tt_buf_str(&path);
    if (parent_pid)
        tt_world_watch_parent(world, parent_pid);
    err = tt_session_create(&world->io, &options, out);
    tt_buf_release(&path);
    tt_buf_release(&text);
    return err;
}
