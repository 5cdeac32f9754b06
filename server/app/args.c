/* args.c -- see args.h. */
#include "app/args.h"

#include "app/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

/* Edit distance of two short words, at most 31 letters looked at. */
static size_t distance(const char *a, const char *b)
{
    size_t row[32], na = strlen(a), nb = strlen(b);

    if (na > 31 || nb > 31)
        return 99;
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t up = row[j], best = diagonal + (a[i - 1] != b[j - 1]);

            if (up + 1 < best)
                best = up + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = up;
            row[j] = best;
        }
    }
    return row[nb];
}

const char *tt_args_nearest(const char *word, const char *const *known, size_t n)
{
    const char *best = NULL;
    size_t limit = strlen(word) < 4 ? 2 : 3; /* exclusive */

    for (size_t i = 0; i < n; i++) {
        size_t d = distance(word, known[i]);

        if (d < limit) {
            limit = d;
            best = known[i];
        }
    }
    return best;
}

/* ---- saying how ---- */

/* Who asks for the options of a command that is not to run; fn NULL: nobody. */
static struct {
    tt_args_fn fn;
    void *arg;
} listener;

void tt_args_describe(const struct tt_command *command, tt_args_fn fn, void *arg)
{
    char name[32];
    char *argv[] = { name, NULL };

    snprintf(name, sizeof(name), "%s", command->name);
    listener.fn = fn;
    listener.arg = arg;
    command->run(command, 1, argv);
    listener.fn = NULL;
}

static void print_option(const struct tt_option *option)
{
    char left[64];

    if (!option->help)
        return;
    snprintf(left, sizeof(left), "%s%c%s--%s%s%s", option->letter ? "-" : " ",
             option->letter ? option->letter : ' ', option->letter ? ", " : "  ", option->name,
             option->value ? " " : "", option->value ? option->value : "");
    printf("  %-30s %s\n", left, option->help);
}

static void print_help(const struct tt_command *command, const struct tt_option *options, size_t n)
{
    printf("usage: trimtab %s %s\n\n%s\n\noptions:\n", command->name, command->arguments,
           command->help);
    for (size_t i = 0; i < n; i++)
        print_option(&options[i]);
    printf("  %-30s %s\n", "-h, --help", "show this text");
}

int tt_args_bad(const struct tt_command *command, const char *fmt, ...)
{
    va_list ap;

    fprintf(stderr, "trimtab %s: ", command->name);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\nusage: trimtab %s %s\nSee: trimtab %s --help\n", command->name,
            command->arguments, command->name);
    return TT_EXIT_USAGE;
}

/* ---- reading ---- */

static const struct tt_option *find_long(const struct tt_option *options, size_t n,
                                         const char *name, size_t len)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(options[i].name) == len && memcmp(options[i].name, name, len) == 0)
            return &options[i];
    }
    return NULL;
}

static const struct tt_option *find_letter(const struct tt_option *options, size_t n, char letter)
{
    for (size_t i = 0; i < n; i++) {
        if (options[i].letter == letter)
            return &options[i];
    }
    return NULL;
}

static int unknown(const struct tt_command *command, const struct tt_option *options, size_t n,
                   const char *word)
{
    const char *names[64];
    const char *nearest;
    char name[64];
    size_t count = 0;

    for (size_t i = 0; i < n && i < 64; i++) {
        if (options[i].help)
            names[count++] = options[i].name;
    }
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
    nearest = tt_args_nearest(name + strspn(name, "-"), names, count);
    if (nearest)
        return tt_args_bad(command, "unknown option %s; did you mean --%s?", name, nearest);
    return tt_args_bad(command, "unknown option %s", name);
}

static int take_number(const struct tt_command *command, const struct tt_option *option,
                       const char *value)
{
    char *end;
    long number;

    errno = 0;
    number = strtol(value, &end, 10);
    if (errno || end == value || *end)
        return tt_args_bad(command, "--%s needs a whole number, not \"%s\"", option->name, value);
    *option->number = number;
    return -1;
}

static int take(const struct tt_command *command, const struct tt_option *option, const char *value)
{
    if (option->number)
        return take_number(command, option, value);
    if (option->text)
        *option->text = value;
    else if (option->list && option->list->n < TT_ARGS_LIST_MAX)
        option->list->at[option->list->n++] = value;
    else if (option->list)
        return tt_args_bad(command, "--%s was given too often", option->name);
    return -1;
}

/* One word that begins with a dash; *at moves over a value that follows. */
static int take_option(const struct tt_command *command, const struct tt_option *options, size_t n,
                       int argc, char **argv, int *at)
{
    const char *word = argv[*at];
    bool is_long = word[1] == '-';
    const char *equals = is_long ? strchr(word, '=') : NULL;
    size_t len = equals ? (size_t)(equals - word) : strlen(word);
    const struct tt_option *option =
        is_long ? find_long(options, n, word + 2, len - 2) : find_letter(options, n, word[1]);

    if (!option || (!is_long && word[2]))
        return unknown(command, options, n, word);
    if (option->flag) {
        if (equals)
            return tt_args_bad(command, "--%s takes no value", option->name);
        *option->flag = true;
        return -1;
    }
    if (equals)
        return take(command, option, equals + 1);
    if (*at + 1 >= argc)
        return tt_args_bad(command, "--%s needs a value: %s", option->name, option->value);
    return take(command, option, argv[++*at]);
}

int tt_args_parse(const struct tt_command *command, const struct tt_option *options, size_t n,
                  int argc, char **argv, struct tt_args *out)
{
    bool only_words = false;

    if (listener.fn) {
        listener.fn(listener.arg, command, options, n);
        return TT_EXIT_OK;
    }
    out->n = 0;
    out->at = calloc((size_t)argc + 1, sizeof(*out->at));
    if (!out->at)
        return tt_out_of_memory();
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        int code = -1;

        if (only_words || word[0] != '-' || !word[1]) {
            out->at[out->n++] = word;
        } else if (strcmp(word, "--") == 0) {
            only_words = true;
        } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            print_help(command, options, n);
            code = TT_EXIT_OK;
        } else {
            code = take_option(command, options, n, argc, argv, &i);
        }
        if (code >= 0) {
            tt_args_release(out);
            return code;
        }
    }
    return -1;
}

void tt_args_release(struct tt_args *args)
{
    free(args->at);
    args->at = NULL;
    args->n = 0;
}
