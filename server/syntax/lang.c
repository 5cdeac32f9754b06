/* lang.c -- one array made from languages.def, searched from front to back. */
#include "syntax/lang.h"

#include "syntax/grammar.h"

#include <assert.h>

#define LANGUAGE(symbol, name, sources, ids, files, line, open, close)                             \
    const TSLanguage *tree_sitter_##symbol(void);
#include "syntax/languages.def"
#undef LANGUAGE

struct tt_lang {
    tt_str name;
    tt_str ids;   /* separated by spaces */
    tt_str files; /* separated by spaces */
    tt_str line, open, close;
    const TSLanguage *(*grammar)(void);
};

static const struct tt_lang languages[] = {
#define LANGUAGE(symbol, name, sources, ids, files, line, open, close)                             \
    { TT_STR_INIT(name), TT_STR_INIT(ids),   TT_STR_INIT(files),  TT_STR_INIT(line),               \
      TT_STR_INIT(open), TT_STR_INIT(close), tree_sitter_##symbol },
#include "syntax/languages.def"
#undef LANGUAGE
};

#define N_LANGUAGES (sizeof(languages) / sizeof(languages[0]))

static bool has_word(tt_str list, tt_str wanted)
{
    while (list.n > 0) {
        if (tt_str_eq(tt_str_next_word(&list), wanted))
            return true;
    }
    return false;
}

static tt_str file_name(tt_str path)
{
    size_t from = path.n;

    while (from > 0 && path.p[from - 1] != '/' && path.p[from - 1] != '\\')
        from--;
    return tt_str_sub(path, from, path.n);
}

static bool names_file(tt_str list, tt_str file)
{
    while (list.n > 0) {
        tt_str word = tt_str_next_word(&list);

        if (word.p[0] == '.' ? tt_str_ends(file, word) : tt_str_eq(file, word))
            return true;
    }
    return false;
}

const struct tt_lang *tt_lang_by_name(tt_str name)
{
    for (size_t i = 0; i < N_LANGUAGES; i++) {
        if (tt_str_eq(languages[i].name, name))
            return &languages[i];
    }
    return NULL;
}

const struct tt_lang *tt_lang_by_id(tt_str lsp_id)
{
    for (size_t i = 0; i < N_LANGUAGES; i++) {
        if (has_word(languages[i].ids, lsp_id))
            return &languages[i];
    }
    return NULL;
}

const struct tt_lang *tt_lang_for_path(tt_str path)
{
    tt_str file = file_name(path);

    for (size_t i = 0; i < N_LANGUAGES; i++) {
        if (names_file(languages[i].files, file))
            return &languages[i];
    }
    return NULL;
}

size_t tt_lang_count(void)
{
    return N_LANGUAGES;
}

const struct tt_lang *tt_lang_at(size_t i)
{
    assert(i < N_LANGUAGES);
    return &languages[i];
}

tt_str tt_lang_name(const struct tt_lang *lang)
{
    return lang->name;
}

tt_str tt_lang_id(const struct tt_lang *lang)
{
    tt_str ids = lang->ids;

    return tt_str_next_word(&ids);
}

tt_str tt_lang_line_comment(const struct tt_lang *lang)
{
    return lang->line;
}

tt_str tt_lang_block_open(const struct tt_lang *lang)
{
    return lang->open;
}

tt_str tt_lang_block_close(const struct tt_lang *lang)
{
    return lang->close;
}

const TSLanguage *tt_lang_grammar(const struct tt_lang *lang)
{
    return lang->grammar();
}
