/* code.c -- parsing for tests. */
#include "code.h"

#include "syntax/lang.h"
#include "syntax/parse.h"
#include "test.h"
#include "text/text.h"

void code_init(struct code *code, tt_str language, tt_str path, tt_str text)
{
    struct tt_parser *parser = tt_parser_create();

    *code = (struct code){ 0 };
    code->source.lang = tt_lang_by_name(language);
    CHECK(parser != NULL);
    CHECK(code->source.lang != NULL, "no language %.*s", TT_STR_ARG(language));
    CHECK(tt_text_create(text, &code->text, NULL) == 0);
    CHECK(tt_parse(parser, code->source.lang, code->text, NULL, NULL, &code->tree) == 0);
    tt_parser_destroy(parser);
    code->source.bytes = text;
    code->source.tree = code->tree;
    code->source.path = path;
}

void code_release(struct code *code)
{
    tt_tree_destroy(code->tree);
    tt_text_unref(code->text);
}
