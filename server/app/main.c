/* main.c -- the process: its safety belts, and which command runs. */
#include "app/args.h"
#include "app/command.h"
#include "app/out.h"
#include "net/curl.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <uv.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* Memory holds API keys: no core file, and no debugger of other programs. */
static void harden(void)
{
    const struct rlimit none = { 0, 0 };

    setrlimit(RLIMIT_CORE, &none);
#if defined(__linux__) && defined(NDEBUG)
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

static void print_usage(FILE *file)
{
    fprintf(file,
            "trimtab %s: AI code actions that developers can trust\n\n"
            "usage: trimtab COMMAND [ARGUMENTS]\n\n",
            TT_VERSION);
    for (size_t i = 0; i < tt_commands_count; i++)
        fprintf(file, "  %-10s %s\n", tt_commands[i].name, tt_commands[i].summary);
    fprintf(file, "\nEach has --help; most have --json. First steps: trimtab check .\n");
}

static const struct tt_command *find_command(const char *name)
{
    for (size_t i = 0; i < tt_commands_count; i++) {
        if (strcmp(tt_commands[i].name, name) == 0)
            return &tt_commands[i];
    }
    return NULL;
}

static int no_such_command(const char *name)
{
    const char *names[32];
    const char *nearest;
    size_t n = 0;

    for (size_t i = 0; i < tt_commands_count && n < 32; i++)
        names[n++] = tt_commands[i].name;
    nearest = tt_args_nearest(name, names, n);
    if (nearest)
        tt_say("there is no command \"%s\"; did you mean \"trimtab %s\"?", name, nearest);
    else
        tt_say("there is no command \"%s\". See: trimtab --help", name);
    return TT_EXIT_USAGE;
}

static int run(int argc, char **argv)
{
    const struct tt_command *command;

    if (argc < 2) {
        print_usage(stderr);
        return TT_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("trimtab %s\n", TT_VERSION);
        return TT_EXIT_OK;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage(stdout);
        return TT_EXIT_OK;
    }
    if (strcmp(argv[1], "help") == 0) {
        static char help[] = "--help";
        char *help_argv[] = { argc > 2 ? argv[2] : NULL, help, NULL };

        command = argc > 2 ? find_command(argv[2]) : NULL;
        if (command)
            return command->run(command, 2, help_argv);
        print_usage(stdout);
        return argc > 2 ? no_such_command(argv[2]) : TT_EXIT_OK;
    }
    command = find_command(argv[1]);
    return command ? command->run(command, argc - 1, argv + 1) : no_such_command(argv[1]);
}

int main(int argc, char **argv)
{
    int code;

    harden();
#ifdef __GLIBC__
    /* A job that frees a tree fills glibc's fast bins, and the next large malloc
     * of the loop thread pays 2 to 6 ms to empty them. */
    mallopt(M_MXFAST, 0);
#endif
    signal(SIGPIPE, SIG_IGN); /* writing to who is gone is an error, not the end */
    argv = uv_setup_args(argc, argv);
    code = run(argc, argv);
    if (fflush(stdout) != 0 && code == TT_EXIT_OK)
        code = TT_EXIT_USAGE;
    tt_curl_cleanup();
    uv_library_shutdown();
    return code;
}
