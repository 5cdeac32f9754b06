/* cmd_lsp.c -- `trimtab lsp`: one session with one editor. */
#include "app/args.h"
#include "app/files.h"
#include "app/logging.h"
#include "app/out.h"
#include "app/session_files.h"
#include "app/world.h"
#include "session/session.h"
#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

struct server {
    struct tt_world world;
    struct tt_session *session;
};

static void on_event(void *arg, const struct tt_event *ev)
{
    struct server *server = arg;

    if (server->session)
        tt_session_event(server->session, ev);
}

static int serve(const struct tt_peer_options *peer, uint32_t parent)
{
    struct server *server = calloc(1, sizeof(*server));
    struct tt_world_options options = { .peer = peer, .on_event = on_event, .arg = server };
    int code = TT_EXIT_USAGE;

    if (!server)
        return tt_out_of_memory();
    if (tt_world_open(&server->world, &options)) {
        tt_say("cannot talk to the editor: standard input or output is closed, or the path or "
               "port is not usable");
        free(server);
        return TT_EXIT_USAGE;
    }
    if (tt_session_over_world(&server->world, parent, &server->session) == 0)
        code = tt_world_run(&server->world);
    else
        tt_out_of_memory();
    tt_session_destroy(server->session);
    server->session = NULL;
    tt_world_close(&server->world);
    free(server);
    return code;
}

static int choose_peer(const struct tt_command *command, const char *pipe, long port, bool given,
                       struct tt_peer_options *out)
{
    *out = (struct tt_peer_options){ .kind = TT_PEER_STDIO, .fd_in = 0, .fd_out = 1 };
    if (pipe && given)
        return tt_args_bad(command, "either --pipe or --socket");
    if (pipe) {
        out->kind = TT_PEER_PIPE;
        out->path = pipe;
    } else if (given) {
        if (port < 1 || port > 65535)
            return tt_args_bad(command, "--socket needs a port from 1 to 65535");
        out->kind = TT_PEER_TCP;
        out->port = (int)port;
    }
    return -1;
}

int tt_cmd_lsp(const struct tt_command *command, int argc, char **argv)
{
    bool stdio = false;
    const char *pipe = NULL, *level = NULL;
    long port = 0, parent = 0;
    const struct tt_option options[] = {
        { .name = "stdio",
          .help = "speak over standard input and output (default)",
          .flag = &stdio },
        { .name = "pipe",
          .value = "PATH",
          .help = "connect to the editor's socket",
          .text = &pipe },
        { .name = "socket",
          .value = "PORT",
          .help = "connect to the editor at 127.0.0.1",
          .number = &port },
        { .name = "clientProcessId",
          .value = "PID",
          .help = "end when this process is gone",
          .number = &parent },
        { .name = "log-level",
          .value = "LEVEL",
          .help = "error, warn, info, debug or trace, on stderr",
          .text = &level },
    };
    struct tt_peer_options peer;
    struct tt_args args;
    int code =
        tt_args_parse(command, options, sizeof(options) / sizeof(options[0]), argc, argv, &args);

    if (code >= 0)
        return code;
    if (args.n)
        code = tt_args_bad(command, "unexpected argument \"%s\"", args.at[0]);
    if (code < 0)
        code = choose_peer(command, pipe, port, port != 0, &peer);
    tt_args_release(&args);
    if (code < 0 && tt_logging_start(level))
        code =
            tt_args_bad(command, "there is no log level \"%s\"", level ? level : "in TRIMTAB_LOG");
    if (code >= 0)
        return code;
    return serve(&peer, parent > 0 && parent <= INT32_MAX ? (uint32_t)parent : 0);
}
