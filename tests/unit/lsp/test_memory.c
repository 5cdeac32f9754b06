/* test_memory.c -- when the n-th allocation fails, each reader says TT_ENOMEM:
 * never a half-read result, never "the client's fault". */
#include "lsp/code_action.h"
#include "lsp/command.h"
#include "lsp/document.h"
#include "lsp/uri.h"
#include "lsp/window.h"
#include "test.h"
#include "trimtab/error.h"

static int until_failure = -1; /* allocations that still work; -1: all */

static bool fails(void)
{
    return until_failure >= 0 && until_failure-- == 0;
}

void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__real_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

/* Strings with an escape, long enough that each needs a block of the arena. */
static const char *with_text(const char *form)
{
    static char out[200000];
    char filler[9000];
    size_t n = 0;

    memset(filler, 'x', sizeof(filler));
    memcpy(filler, "\\n", 2);
    filler[sizeof(filler) - 1] = '\0';
    for (const char *p = form; *p; p++) {
        if (*p == '@')
            n += (size_t)snprintf(out + n, sizeof(out) - n, "\"%s\"", filler);
        else
            out[n++] = *p;
    }
    out[n] = '\0';
    return out;
}

#define RANGE "{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":0,\"character\":1}}"

typedef int (*read_fn)(struct tt_lsp_reader *r, const struct tt_json *params);

static int open(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_did_open out;

    return tt_lsp_read_did_open(r, params, &out);
}

static int change(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_did_change out;

    return tt_lsp_read_did_change(r, params, &out);
}

static int initialize(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_initialize out;
    struct tt_lsp_client copy;
    int err = tt_lsp_read_initialize(r, params, &out);

    return err ? err : tt_lsp_client_copy(&out.client, r->arena, &copy);
}

static int code_action(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_code_action_params out;

    return tt_lsp_read_code_action_params(r, params, &out);
}

static int execute(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_execute out;

    return tt_lsp_read_execute(r, params, &out);
}

static int set_keys(struct tt_lsp_reader *r, const struct tt_json *params)
{
    const struct tt_lsp_key *out;
    size_t n;

    return tt_lsp_read_set_keys(r, params, &out, &n);
}

static int file_events(struct tt_lsp_reader *r, const struct tt_json *params)
{
    const struct tt_lsp_file_event *out;
    size_t n;

    return tt_lsp_read_file_events(r, params, &out, &n);
}

static int apply_result(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_apply_result out;

    return tt_lsp_read_apply_result(r, params, &out);
}

static const struct {
    const char *name;
    read_fn read;
    const char *params; /* @ stands for a long string */
} cases[] = {
    { "didOpen", open, "{\"textDocument\":{\"uri\":@,\"languageId\":@,\"text\":@}}" },
    { "didChange", change,
      "{\"textDocument\":{\"uri\":@},\"contentChanges\":[{\"range\":" RANGE ",\"text\":@},"
      "{\"text\":@}]}" },
    { "initialize", initialize,
      "{\"clientInfo\":{\"name\":@,\"version\":@},\"workspaceFolders\":[{\"uri\":@,\"name\":@}],"
      "\"locale\":@,\"capabilities\":{\"workspace\":{\"workspaceEdit\":{\"failureHandling\":@}}}"
      "}" },
    { "rootPath", initialize, "{\"rootPath\":@}" },
    { "codeAction", code_action,
      "{\"textDocument\":{\"uri\":@},\"range\":" RANGE
      ",\"context\":{\"only\":[@,@],\"diagnostics\":["
      "{\"range\":" RANGE ",\"message\":@,\"code\":@,\"source\":@,\"codeDescription\":{\"href\":@},"
      "\"relatedInformation\":[{\"location\":{\"uri\":@,\"range\":" RANGE "},\"message\":@}]}]}}" },
    { "executeCommand", execute,
      "{\"command\":\"trimtab.decide\",\"arguments\":[{\"id\":@,\"uri\":@,\"instruction\":@,"
      "\"accept\":[@,@]}]}" },
    { "setKeys", set_keys, "{\"keys\":{\"claude\":@}}" },
    { "watchedFiles", file_events, "{\"changes\":[{\"uri\":@,\"type\":1}]}" },
    { "applyEdit", apply_result, "{\"failureReason\":@}" },
};

static void test_readers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int err = TT_ENOMEM, n = 0;

        for (; err; n++) {
            struct tt_arena arena;
            struct tt_json_text parsed;
            struct tt_lsp_reader r = TT_LSP_READER(&arena);

            tt_arena_init(&arena);
            CHECK(tt_json_parse(tt_str_from(with_text(cases[i].params)), &arena, &parsed) == 0);
            until_failure = n;
            err = cases[i].read(&r, parsed.root);
            CHECK(err == 0 || err == TT_ENOMEM, "%s, allocation %d: %s", cases[i].name, n, r.error);
            CHECK(err == 0 || until_failure < 0, "%s", cases[i].name);
            until_failure = -1;
            tt_arena_release(&arena);
        }
        CHECK(n > 1, "%s: nothing was allocated", cases[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
