/* test_examples.c -- every message of protocol/examples/ is one that the server
 * reads, and what protocol/methods.json says of our commands is what is read. */
#include "lsp/code_action.h"
#include "lsp/command.h"
#include "lsp/document.h"
#include "lsp/window.h"
#include "lsp_test.h"
#include "rpc/message.h"

#include <dirent.h>

#define FOLDER TT_SOURCE_DIR "/protocol"

static tt_str read_file(const char *path)
{
    struct tt_buf buf = TT_BUF_INIT(1 << 20);
    FILE *file = fopen(path, "rb");
    char piece[4096];
    tt_str text;

    CHECK(file, "%s", path);
    for (size_t n; (n = fread(piece, 1, sizeof(piece), file)) > 0;)
        tt_buf_add(&buf, (tt_str){ piece, n });
    fclose(file);
    text = tt_arena_dup(&arena, tt_buf_str(&buf));
    tt_buf_release(&buf);
    return text;
}

static int read_initialize(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_initialize init;
    int err = tt_lsp_read_initialize(r, params, &init);

    CHECK(err || (init.n_folders && init.options.n && init.client.code_action.literals));
    return err;
}

static int read_action(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_code_action_params p;

    return tt_lsp_read_code_action_params(r, params, &p);
}

static int read_resolve(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_resolve resolve;
    int err = tt_lsp_read_resolve(r, params, &resolve);

    CHECK(err || resolve.data);
    return err;
}

static int read_command(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_execute e;
    int err = tt_lsp_read_execute(r, params, &e);

    CHECK(err || e.command != TT_LSP_COMMAND_UNKNOWN);
    return err;
}

static int read_keys(struct tt_lsp_reader *r, const struct tt_json *params)
{
    const struct tt_lsp_key *keys;
    size_t n;

    return tt_lsp_read_set_keys(r, params, &keys, &n);
}

static int read_progress_cancel(struct tt_lsp_reader *r, const struct tt_json *params)
{
    tt_str token;

    return tt_lsp_read_progress_cancel(r, params, &token);
}

static int read_settings(struct tt_lsp_reader *r, const struct tt_json *params)
{
    (void)r;
    return tt_lsp_did_change_configuration(params, "trimtab") ? 0 : TT_EPARSE;
}

static int read_pull(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_pull pull;

    return tt_lsp_read_pull(r, params, &pull);
}

/* What a client sends us; messages with other methods are ours. */
static const struct {
    const char *method;
    int (*read)(struct tt_lsp_reader *r, const struct tt_json *params);
} readers[] = {
    { "initialize", read_initialize },
    { "textDocument/codeAction", read_action },
    { "codeAction/resolve", read_resolve },
    { "workspace/executeCommand", read_command },
    { "trimtab/setKeys", read_keys },
    { "window/workDoneProgress/cancel", read_progress_cancel },
    { "workspace/didChangeConfiguration", read_settings },
    { "textDocument/diagnostic", read_pull },
};

static int check_example(const char *name)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    struct tt_message m;
    char path[1000];

    snprintf(path, sizeof(path), FOLDER "/examples/%s", name);
    CHECK(tt_message_parse(read_file(path), &arena, &m) == 0);
    if (strcmp(name, "error-parse.json") == 0)
        return 0; /* only we send an answer whose id is null */
    CHECK(m.kind != TT_MESSAGE_INVALID, "%s: %.*s", name, TT_STR_ARG(m.why));
    for (size_t i = 0; i < COUNT(readers); i++) {
        if (!is(m.method, readers[i].method))
            continue;
        CHECK(readers[i].read(&r, m.params) == 0, "%s: %s", name, r.error);
        return 1;
    }
    return 0;
}

static void test_examples(void **state)
{
    DIR *folder = opendir(FOLDER "/examples");
    int n = 0, read = 0;

    (void)state;
    CHECK(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        n++;
        read += check_example(entry->d_name);
    }
    closedir(folder);
    CHECK(n > 40 && read > 15, "%d examples, %d of a client", n, read);
}

static const struct tt_json *methods(void)
{
    struct tt_json_text text;

    CHECK(tt_json_parse(read_file(FOLDER "/methods.json"), &arena, &text) == 0, "%s", text.error);
    return text.root;
}

static void test_commands_are_those_of_the_page(void **state)
{
    const struct tt_json *list = tt_json_get(methods(), "commands"), *c = NULL;
    int n = 0;

    (void)state;
    for (; (c = tt_json_next(list, c, NULL)); n++)
        CHECK(tt_lsp_command_names[n] &&
                  tt_json_is(tt_json_get(c, "command"), tt_str_from(tt_lsp_command_names[n])),
              "row %d", n);
    CHECK(!tt_lsp_command_names[n]);
}

/* Without one of the fields that the page calls required, a command is refused. */
static void test_required_fields(void **state)
{
    static const char *const values[][2] = {
        { "uri", "\"u\"" },      { "id", "\"1\"" },     { "instruction", "\"x\"" },
        { "accept", "\"all\"" }, { "winner", "\"a\"" },
    };
    const struct tt_json *list = tt_json_get(methods(), "commands"), *c = NULL, *field;

    (void)state;
    while ((c = tt_json_next(list, c, NULL))) {
        const struct tt_json *required = tt_json_get(c, "required");
        tt_str name;

        CHECK(tt_json_string(tt_json_get(c, "command"), &arena, &name, NULL) == 0);
        for (field = NULL; (field = tt_json_next(required, field, NULL));) {
            struct tt_buf text = TT_BUF_INIT(1000);
            struct tt_lsp_reader r = TT_LSP_READER(&arena);
            struct tt_lsp_execute e;

            tt_buf_addf(&text, "{\"command\":\"%.*s\",\"arguments\":[{", TT_STR_ARG(name));
            for (size_t i = 0, n = 0; i < COUNT(values); i++) {
                if (!tt_json_is(field, tt_str_from(values[i][0])))
                    tt_buf_addf(&text, "%s\"%s\":%s", n++ ? "," : "", values[i][0], values[i][1]);
            }
            tt_buf_adds(&text, "}]}");
            CHECK(tt_lsp_read_execute(&r, json(text.p), &e) == TT_EPARSE, "%s", text.p);
            tt_buf_release(&text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_commands_are_those_of_the_page),
        cmocka_unit_test(test_required_fields),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
