/* code.c -- see code.h. */
#include "app/code.h"

#include "app/files.h"
#include "syntax/lang.h"
#include "syntax/parse.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define BINARY_LOOK 8000 /* as git does */

static int finish(struct tt_code *code, const char *path)
{
    tt_str bytes = tt_buf_str(&code->bytes);

    if (bytes.n && memchr(bytes.p, '\0', bytes.n < BINARY_LOOK ? bytes.n : BINARY_LOOK))
        return TT_EPARSE;
    code->path = strdup(path);
    if (!code->path)
        return TT_ENOMEM;
    code->lang = tt_lang_for_path(tt_str_from(path));
    return tt_text_create(bytes, &code->text, NULL);
}

int tt_code_load(struct tt_code *code, const char *path, size_t max)
{
    int err;

    *code = (struct tt_code){ .bytes = TT_BUF_INIT(max) };
    err = tt_file_read(path, &code->bytes);
    if (!err)
        err = tt_buf_add(&code->bytes, TT_STR("")); /* an empty file has bytes, too */
    return err ? err : finish(code, path);
}

int tt_code_set(struct tt_code *code, const char *path, tt_str bytes)
{
    int err;

    *code = (struct tt_code){ .bytes = TT_BUF_INIT(TT_BUF_OWN) };
    err = tt_buf_add(&code->bytes, bytes);
    return err ? err : finish(code, path);
}

int tt_code_parse(struct tt_code *code, struct tt_parser *parser)
{
    struct tt_parser *own = NULL;
    int err;

    if (!code->lang || code->tree)
        return 0;
    if (!parser) {
        parser = own = tt_parser_create();
        if (!parser)
            return TT_ENOMEM;
    }
    err = tt_parse(parser, code->lang, code->text, NULL, NULL, &code->tree);
    tt_parser_destroy(own);
    return err;
}

void tt_code_release(struct tt_code *code)
{
    free(code->path);
    tt_buf_release(&code->bytes);
    tt_text_unref(code->text);
    tt_tree_destroy(code->tree);
    *code = (struct tt_code){ 0 };
}

struct tt_source tt_code_source(const struct tt_code *code)
{
    return (struct tt_source){ .lang = code->lang,
                               .bytes = tt_buf_str(&code->bytes),
                               .tree = code->tree,
                               .path = tt_str_from(code->path) };
}
