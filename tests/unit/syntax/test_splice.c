/* test_splice.c -- a tree made by a splice is the tree of a whole parse. */
#include "syntax/lang.h"
#include "syntax/parse.h"
#include "syntax/splice.h"
#include "test.h"
#include "text/text.h"
#include "trees.h"
#include "trimtab/error.h"

#include <stdio.h>

/* A text that is typed into, with its tree. */
struct page {
    const struct tt_lang *lang;
    struct tt_parser *parser, *other;
    struct tt_text *text;
    TSTree *tree;
    struct tt_buf left, right;
    unsigned edits, spliced, different;
};

static void page_open(struct page *page, const char *lang, struct tt_text *text)
{
    *page = (struct page){ .lang = lang_of(lang), .text = text };
    page->parser = tt_parser_create();
    page->other = tt_parser_create();
    tt_buf_init(&page->left, TT_BUF_OWN);
    tt_buf_init(&page->right, TT_BUF_OWN);
    CHECK(tt_parse(page->parser, page->lang, text, NULL, NULL, &page->tree) == 0);
}

static void page_close(struct page *page)
{
    tt_tree_destroy(page->tree);
    tt_text_unref(page->text);
    tt_parser_destroy(page->parser);
    tt_parser_destroy(page->other);
    tt_buf_release(&page->left);
    tt_buf_release(&page->right);
}

/* Compares with a whole parse; an error in the text excuses a difference. */
static void page_check(struct page *page, const char *name)
{
    TSTree *full;

    CHECK(tt_parse(page->other, page->lang, page->text, NULL, NULL, &full) == 0);
    if (!trees_equal(page->tree, full, &page->left, &page->right)) {
        CHECK(tt_tree_has_error(full), "%s:\n%s\n%s", name, page->left.p, page->right.p);
        page->different++;
    }
    tt_tree_destroy(full);
}

/* The text and its tree, which is not parsed yet. */
static void page_type(struct page *page, struct tt_range range, tt_str bytes)
{
    struct tt_text *next;

    CHECK(tt_text_replace(page->text, range, bytes, &next) == 0);
    tt_tree_edit(page->tree, page->text, next, range, range.start + (uint32_t)bytes.n);
    tt_text_unref(page->text);
    page->text = next;
}

/* In front of the line. */
static void page_type_at(struct page *page, uint32_t line, tt_str bytes)
{
    uint32_t at = tt_text_line(page->text, line).start;

    page_type(page, (struct tt_range){ at, at }, bytes);
}

/* True: it was a splice. */
static bool page_parse(struct page *page)
{
    TSTree *tree = NULL;
    bool spliced = tt_parse_splice(page->parser, page->lang, page->text, page->tree, NULL, &tree);

    if (!spliced)
        CHECK(tt_parse(page->parser, page->lang, page->text, page->tree, NULL, &tree) == 0);
    tt_tree_destroy(page->tree);
    page->tree = tree;
    page->edits++;
    page->spliced += spliced;
    return spliced;
}

static bool page_edit(struct page *page, struct tt_range range, tt_str bytes)
{
    page_type(page, range, bytes);
    return page_parse(page);
}

/* --- anything anywhere ---------------------------------------------------- */

static void type_at_random(struct page *page, const char *name, uint64_t *seed, unsigned edits)
{
    struct tt_buf scratch = TT_BUF_INIT(TT_BUF_OWN);

    for (unsigned i = 0; i < edits; i++) {
        struct tt_text_edit edit;

        random_edit(seed, page->text, (struct tt_range){ 0, tt_text_size(page->text) }, &edit,
                    &scratch);
        page_edit(page, edit.range, edit.text);
        page_check(page, name);
    }
    tt_buf_release(&scratch);
}

/* As test_incremental_is_full of test_parse.c, and by the same measure: where a text
 * is broken there are ways of mending it that cost the same. */
static void test_any_edit(void **state)
{
    unsigned edits = 0, different = 0, spliced = 0;

    (void)state;
    for (size_t i = 0; i < n_samples; i++) {
        for (uint64_t seed = 1; seed <= 3; seed++) {
            struct page page;
            uint64_t random = seed * 7919;

            page_open(&page, samples[i].lang, long_text(samples[i].text, 2000));
            type_at_random(&page, samples[i].lang, &random, 10);
            edits += page.edits;
            different += page.different;
            spliced += page.spliced;
            page_close(&page);
        }
    }
    CHECK(spliced * 4 >= edits, "%u of %u", spliced, edits);
    CHECK(different * 50 <= edits, "%u of %u", different, edits);
}

/* --- what people type ----------------------------------------------------- */

static const struct {
    const char *name, *lang, *before, *after; /* around the cursor, in the middle of a long text */
    const char *typed;                        /* one character after the other */
    bool splice;                              /* the last one must be one */
} typing[] = {
    { "a name", "python", "def f(a):\n    x", " = a\n", "yz", true },
    { "a statement", "python", "def f(a):\n    x = a\n", "", "    y = g(x)\n", true },
    { "a function", "python", "", "", "def h(b):\n    return b\n", true },
    { "two become one", "python", "x = 1", "\ny = 2\n", " + \\", true },
    { "a comment", "python", "x = 1\n", "y = 2\n", "# what for\n", true },
    { "a docstring's text", "python", "def f():\n    \"\"\"Reads", ".\"\"\"\n", " it", true },
    { "deeper", "python", "if a:\n    b()\n", "c()\n", "    ", true },
    { "a string opens", "python", "x = ", "\n", "\"\"\"", false },
    { "a call", "javascript", "f(", ");\n", "a, b", true },
    { "a template", "javascript", "const a = `x ${", "}`;\n", "b + c", true },
    { "a block", "javascript", "if (a) ", "b();\n", "{ c(); }\n", true },
    { "a statement", "go", "func f() {\n", "}\n", "\tg()\n", true },
    { "a declaration", "go", "", "func f() {}\n", "var x int\n", true },
    { "an element", "tsx", "const a = <p>", "</p>;\n", "<b>x</b>", true },
    { "a member", "c", "struct a {\n    int b;\n", "};\n", "    int c;\n", true },
};

static void type(struct page *page, uint32_t at, const char *typed, const char *name, bool *last)
{
    for (; *typed; typed++, at++) {
        *last = page_edit(page, (struct tt_range){ at, at }, (tt_str){ typed, 1 });
        page_check(page, name);
    }
}

static const char *filler(const char *lang)
{
    for (size_t i = 0; i < n_samples; i++) {
        if (!strcmp(samples[i].lang, lang))
            return samples[i].text;
    }
    return "";
}

static void test_typing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(typing); i++) {
        struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN);
        struct page page;
        bool last = false;
        uint32_t at;

        for (unsigned k = 0; k < 3; k++)
            tt_buf_adds(&text, filler(typing[i].lang));
        tt_buf_adds(&text, typing[i].before);
        at = (uint32_t)text.n;
        tt_buf_adds(&text, typing[i].after);
        for (unsigned k = 0; k < 3; k++)
            tt_buf_adds(&text, filler(typing[i].lang));
        page_open(&page, typing[i].lang, make_text(tt_buf_str(&text)));
        type(&page, at, typing[i].typed, typing[i].name, &last);
        CHECK(last || !typing[i].splice, "%s, %s: %u of %u", typing[i].lang, typing[i].name,
              page.spliced, page.edits);
        page_close(&page);
        tt_buf_release(&text);
    }
}

/* At the first and last statements there is no neighbour on one side. */
static void test_ends(void **state)
{
    struct page page;
    uint32_t size;

    (void)state;
    page_open(&page, "python", long_text("def f(a):\n    return a\n\n", 2000));
    CHECK(page_edit(&page, (struct tt_range){ 0, 0 }, TT_STR("x = 1\n")));
    page_check(&page, "something new at the beginning");
    CHECK(page_edit(&page, (struct tt_range){ 0, 0 }, TT_STR("\n# z\n")));
    page_check(&page, "a comment there");
    CHECK(page_edit(&page, (struct tt_range){ 0, 11 }, TT_STR("")));
    page_check(&page, "both go");
    size = tt_text_size(page.text);
    CHECK(page_edit(&page, (struct tt_range){ size, size }, TT_STR("y = 2\n\n")));
    page_check(&page, "something new at the end");
    size = tt_text_size(page.text);
    CHECK(page_edit(&page, (struct tt_range){ size - 1, size }, TT_STR("")));
    page_check(&page, "an empty line there goes");
    CHECK(page_edit(&page, (struct tt_range){ size - 8, size - 1 }, TT_STR("")));
    page_check(&page, "all of it goes");
    CHECK(page.different == 0);
    page_close(&page);
}

/* Several places at once: each is parsed for itself, those that are near together. */
static void test_places(void **state)
{
    static const struct {
        const char *lang, *text;
    } rows[] = {
        { "python", "def f_1(a):\n    return a.b_c\n\n" },
        { "python", "# why\nx_1 = 1\n\n\n@d\nclass A_b:\n    c_d = 1\n" },
        { "javascript", "const f_1 = (a) => a.b_c;\n// why\n" },
        { "go", "func f_1() {\n\tg_h()\n}\n\n" },
        { "c", "int f_1(int a_b)\n{\n    return a_b;\n}\n\n" },
    };
    uint64_t seed = 5;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct page page;

        page_open(&page, rows[i].lang, long_text(rows[i].text, 20000));
        for (unsigned round = 0; round < 40; round++) {
            for (unsigned n = 2 + round % 7; n--;) {
                uint32_t at = (uint32_t)(rnd(&seed) % tt_text_size(page.text));

                while (at + 1 < tt_text_size(page.text) && tt_text_byte(page.text, at) != '_')
                    at++;
                if (at + 1 < tt_text_size(page.text))
                    page_type(&page, (struct tt_range){ at + 1, at + 1 }, TT_STR("x"));
            }
            CHECK(page_parse(&page), "%s: round %u", rows[i].lang, round);
            if (round % 8 == 7)
                page_check(&page, "several places");
        }
        CHECK(page.different == 0);
        page_close(&page);
    }
}

/* A place where it cannot be done spoils it for the others. */
static void test_one_bad_place(void **state)
{
    struct page page;

    (void)state;
    page_open(&page, "python", long_text("def f_1(a):\n    return a.b_c\n\n", 20000));
    for (unsigned third = 0; third < 3; third++) {
        page_type_at(&page, (300 + 100 * third) * 3,
                     third == 1 ? TT_STR("\"\"\"") : TT_STR("x = 1\n"));
    }
    CHECK(!page_parse(&page));
    page_check(&page, "a string opens in the middle");
    page_close(&page);
}

/* There is an end to it: too many places are one parse of the whole. */
static void test_too_many_places(void **state)
{
    struct page page;
    bool spliced[2];

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        page_open(&page, "python", long_text("x_1 = 1\n", 64000));
        for (unsigned n = 0; n < (i ? 70 : 60); n++)
            page_type_at(&page, 10 + n * 60, TT_STR("y"));
        spliced[i] = page_parse(&page);
        page_check(&page, "many places");
        CHECK(page.different == 0);
        page_close(&page);
    }
    CHECK(spliced[0] && !spliced[1]);
}

/* Places that are near together are one part, which has an end, too. */
static void test_too_long_a_part(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct page page;

        page_open(&page, "python", long_text("x_1 = 1\n", 64000));
        for (unsigned n = 0; n < (i ? 200 : 100); n++)
            page_type_at(&page, 100 + n * 3, TT_STR("y"));
        CHECK(page_parse(&page) == (i == 0), "%u", i);
        page_check(&page, "many near places");
        CHECK(page.different == 0);
        page_close(&page);
    }
}

/* Line after line at one place: the row of statements grows there, and not its depth. */
static void test_one_place(void **state)
{
    struct page page;
    uint32_t at;

    (void)state;
    page_open(&page, "python", long_text("x_1 = 1\n", 16000));
    for (unsigned i = 0; i < 200; i++) {
        at = tt_text_line(page.text, 900 + i).start;
        CHECK(page_edit(&page, (struct tt_range){ at, at }, TT_STR("y = f(x)\n")), "%u", i);
    }
    page_check(&page, "line after line");
    for (unsigned i = 0; i < 200; i++) {
        at = tt_text_line(page.text, 900).start;
        CHECK(page_edit(&page, (struct tt_range){ at, at }, TT_STR("z = 2\n")), "%u", i);
    }
    page_check(&page, "line before line");
    CHECK(page.different == 0);
    page_close(&page);
}

/* What is made of many splices is still a tree to parse from. */
static void test_after_many(void **state)
{
    struct page page;
    TSTree *tree;
    uint64_t seed = 11;
    uint32_t at;

    (void)state;
    page_open(&page, "python", long_text("def load_it(a):\n    return a.b_c\n\n", 20000));
    for (unsigned i = 0; i < 300; i++) {
        at = tt_text_line(page.text, (uint32_t)(rnd(&seed) % tt_text_lines(page.text)) / 3 * 3)
                 .start;
        if (at + 9 > tt_text_size(page.text))
            continue;
        CHECK(page_edit(&page, (struct tt_range){ at + 9, at + 9 }, TT_STR("x")), "%u", i);
    }
    page_check(&page, "many");
    CHECK(tt_parse(page.parser, page.lang, page.text, page.tree, NULL, &tree) == 0);
    tt_tree_destroy(page.tree);
    page.tree = tree;
    page_check(&page, "parsed from it");
    CHECK(page.different == 0);
    page_close(&page);
}

/* --- each condition, alone ------------------------------------------------- */

/* Ten lines of `plain` around `lines`; in the last of these `typed` is put at `at`. */
struct site {
    const char *lang, *plain, *lines;
    uint32_t at;
    const char *typed;
};

static uint32_t site_open(struct page *page, const struct site *site)
{
    struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN);
    uint32_t from;

    for (unsigned i = 0; i < 10; i++)
        tt_buf_adds(&text, site->plain);
    from = (uint32_t)text.n;
    tt_buf_adds(&text, site->lines);
    for (unsigned i = 0; i < 10; i++)
        tt_buf_adds(&text, site->plain);
    page_open(page, site->lang, make_text(tt_buf_str(&text)));
    tt_buf_release(&text);
    page_type(page, (struct tt_range){ from + site->at, from + site->at },
              tt_str_from(site->typed));
    return from;
}

/* What is in front of the edit: a neighbour must be one whose parse is certain, and the
 * part begins one further up, where a line does. */
static void test_front(void **state)
{
    static const struct {
        const char *name;
        struct site site;
        const char *begins; /* the part, without the space in front of it */
    } rows[] = {
        { "plain", { "python", "x = 1\n", "a = 1\nb = 2\nc = 3\nd = 4\n", 22, "0" }, "b = 2" },
        { "an error", { "python", "x = 1\n", "a = 1\nb = 2\nc $= 3\nd = 4\n", 23, "0" }, "a = 1" },
        { "an error inside",
          { "python", "x = 1\n",
            "a = 1\nb = 2\ndef c():\n    y = 1\n    y = 1 $\n    x = 1\n    x = 2\n    x = 2\n    "
            "x = 2\n    x = 2\n    x = 2\nd = 4\n",
            108, "0" },
          "a = 1" },
        { "an error further up",
          { "python", "x = 1\n", "a = 1\nb $= 2\nc = 3\nd = 4\n", 23, "0" },
          "a = 1" },
        { "two ways to read it",
          { "c", "int x;\n", "int a;\nint b;\na * c;\nint d;\n", 26, "0" },
          "int a" },
        { "a comment further up",
          { "javascript", "x();\n", "a();\n// b\nc();\nd();\n", 16, "0" },
          "a();" },
        { "a comment", { "javascript", "x();\n", "a();\nb();\n// c\nd();\n", 16, "0" }, "a();" },
        { "the middle of a line",
          { "javascript", "x();\n", "a(); b(); c();\nd();\n", 16, "0" },
          "a();" },
        { "a comment with parts",
          { "c-sharp", "class X { }\n", "class A { }\nclass B { }\n#region r\nclass D { }\n", 41,
            "0" },
          "class A" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN);
        struct tt_splice_part part;
        struct tt_splice *splice;
        struct page page;
        size_t at;

        site_open(&page, &rows[i].site);
        splice = tt_splice_begin(page.tree, tt_text_size(page.text), &part);
        CHECK(splice, "%s", rows[i].name);
        tt_text_flatten(page.text, &text);
        for (at = part.from; strchr(" \n;", text.p[at]) && at < text.n;)
            at++;
        CHECK(!strncmp(text.p + at, rows[i].begins, strlen(rows[i].begins)), "%s: %.40s",
              rows[i].name, text.p + at);
        CHECK(page_parse(&page), "%s", rows[i].name);
        page_check(&page, rows[i].name);
        tt_splice_destroy(splice);
        page_close(&page);
        tt_buf_release(&text);
    }
}

/* What is behind it: the part ends with the third neighbour that is certain. */
static void test_rear(void **state)
{
    static const struct {
        const char *name;
        struct site site;
        const char *follows; /* on the part; NULL: there is none */
    } rows[] = {
        { "plain",
          { "python", "x = 1\n", "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\nf = 6\n", 10, "0" },
          "f = 6" },
        { "a comment is none",
          { "python", "x = 1\n", "a = 1\nb = 2\nc = 3\n# d\ne = 5\nf = 6\n", 10, "0" },
          "x = 1" },
        { "an error",
          { "python", "x = 1\n", "a = 1\nb = 2\nc $= 3\nd = 4\ne = 5\nf = 6\n", 10, "0" },
          "x = 1" },
        { "a line break that belongs to it",
          { "go", "var x = 1\n", "var a = 1\nvar b = 2\nvar c = 3\nvar d = 4\nvar e = 5\nvar f\n",
            18, "0" },
          "var f" },
        { "nothing but comments",
          { "python", "x = 1\n",
            "a = 1\nb = 2\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#"
            "\n#\n#\n#\n#\n",
            10, "0" },
          NULL },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN);
        struct tt_splice_part part;
        struct tt_splice *splice;
        struct page page;

        site_open(&page, &rows[i].site);
        splice = tt_splice_begin(page.tree, tt_text_size(page.text), &part);
        CHECK(!splice == !rows[i].follows, "%s", rows[i].name);
        tt_text_flatten(page.text, &text);
        if (splice)
            CHECK(!strncmp(text.p + part.to + strspn(text.p + part.to, " \n;"), rows[i].follows,
                           strlen(rows[i].follows)),
                  "%s: %.40s", rows[i].name, text.p + part.to);
        CHECK(page_parse(&page) == (splice != NULL), "%s", rows[i].name);
        page_check(&page, rows[i].name);
        tt_splice_destroy(splice);
        page_close(&page);
        tt_buf_release(&text);
    }
}

/* The tree that comes of reading the part as something else; NULL: it was refused. */
static TSTree *splice_with(struct page *page, const char *from, const char *to)
{
    struct tt_buf bytes = TT_BUF_INIT(TT_BUF_OWN), other = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_splice_part part;
    struct tt_splice *splice = tt_splice_begin(page->tree, tt_text_size(page->text), &part);
    struct tt_text *text;
    TSTree *parsed, *tree;
    const char *found;

    CHECK(splice, "%s", to);
    tt_text_copy(page->text, (struct tt_range){ part.from, part.to }, &bytes);
    tt_buf_addc(&bytes, '\0');
    found = strstr(bytes.p, from);
    CHECK(found, "%s is not in %s", from, bytes.p);
    tt_buf_add(&other, (tt_str){ bytes.p, (size_t)(found - bytes.p) });
    tt_buf_adds(&other, to);
    tt_buf_adds(&other, found + strlen(from));
    text = make_text(tt_buf_str(&other));
    CHECK(tt_parse(page->other, page->lang, text, NULL, NULL, &parsed) == 0);
    tree = tt_splice_end(splice, parsed);
    tt_tree_destroy(parsed);
    tt_text_unref(text);
    tt_splice_destroy(splice);
    tt_buf_release(&bytes);
    tt_buf_release(&other);
    return tree;
}

/* A part that comes out in any other way than the neighbours stand in the tree. */
static void test_refused(void **state)
{
    static const struct {
        const char *name;
        struct site site;
        const char *from, *to; /* what is read there instead */
    } rows[] = {
        { "it begins elsewhere",
          { "python", "x = 1\n", "a = 1\nb = 2\n", 10, "0" },
          "b = 02",
          "b = 023" },
        { "with another space in front",
          { "python", "x = 1\n", "a = 1\nb = 2\n", 10, "0" },
          "b = 02\n",
          "b = 02\n\n" },
        { "it is longer",
          { "python", "x = 1\n", "a = 1\nb = 2\n", 10, "0" },
          "b = 02\nx = 1\n",
          "b = 02\nx = 12\n" },
        { "it is something else",
          { "python", "xx = 1\n", "a = 1\nb = 2\n", 10, "0" },
          "b = 02\nxx = 1\nxx = 1\nxx = 1",
          "b = 02\nif x:y\nif x:y\nif x:y\n" },
        { "it has an error",
          { "python", "xx = 1\n", "a = 1\nb = 2\n", 10, "0" },
          "b = 02\nxx = 1\nxx = 1\nxx = 1",
          "b = 02\nx $= 1\nx $= 1\nx $= 1\n" },
        { "what is in front is longer",
          { "python", "x = 1\n", "a = 1\nb = 2\n", 10, "0" },
          "\na = 1\nb = 02\n",
          "\na = 12\nb = 2\n" },
        { "what is in front is something else",
          { "python", "xx = 1\n", "aa = 1\nb = 2\n", 11, "0" },
          "\naa = 1\n",
          "\nif a:b\n" },
        { "the scanner is in another state in front",
          { "rust", "const X: i32 = 1;\n",
            "const A: &str = r#\"aa\"#;\nconst B: &str = r#\"b\"#;\n", 45, "0" },
          "r#\"aa\"#",
          "r##\"\"##" },
        { "the end of the part was seen",
          { "python", "c\ncc\nc\n", "a\nb\n", 2, "d" },
          "db\nc\ncc\nc",
          "db\n(\nc)\nc" },
        { "the part is no text of the language",
          { "python", "x = 1\n", "a = 1\nb = 2\n", 10, "0" },
          "b = 02\n",
          "((((((\n" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct page page;
        TSTree *tree;

        site_open(&page, &rows[i].site);
        tree = splice_with(&page, rows[i].from, rows[i].from);
        CHECK(tree, "%s: as it is", rows[i].name);
        tt_tree_destroy(tree);
        tree = splice_with(&page, rows[i].from, rows[i].to);
        CHECK(!tree, "%s", rows[i].name);
        page_close(&page);
    }
}

/* What is typed leaves the scanner in another state, or the text is too short. */
static void test_not_at_all(void **state)
{
    static const struct site raw = { "rust", "const X: &str = \"x\";\n",
                                     "const A: &str = r#\"a\"#;\n", 17, "#" };
    struct page page;
    uint32_t from = site_open(&page, &raw);

    (void)state;
    page_type(&page, (struct tt_range){ from + 23, from + 23 }, TT_STR("#"));
    CHECK(!page_parse(&page), "the string's marks are counted by the scanner");
    page_check(&page, "a raw string");
    CHECK(page.different == 0);
    page_close(&page);
    page_open(&page, "python", make_text(TT_STR("a = 1\nb = 2\nc = 3\nd = 4\n")));
    CHECK(tt_tree_can_splice(page.tree));
    CHECK(!page_edit(&page, (struct tt_range){ 10, 10 }, TT_STR("1")), "it would be all of it");
    page_close(&page);
}

static void test_where_it_can_be(void **state)
{
    struct page page;

    (void)state;
    page_open(&page, "python", long_text("def load_it(a):\n    return a.b_c\n\n", 20000));
    CHECK(tt_tree_can_splice(page.tree));
    page_close(&page);
    page_open(&page, "python", make_text(TT_STR("x = 1\n")));
    CHECK(!tt_tree_can_splice(page.tree), "there is no row of statements");
    CHECK(!page_edit(&page, (struct tt_range){ 5, 5 }, TT_STR("2")));
    page_close(&page);
}

/* Without time there is no splice, and the parser is as good as before. */
static uint64_t late(void *arg)
{
    uint64_t *now = arg;

    return *now += 1000000;
}

static void test_limits(void **state)
{
    uint64_t now = 0;
    struct tt_parse_limits limits = { .budget_us = 1, .clock = late, .clock_arg = &now };
    struct page page;
    struct tt_buf big = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_text *next;
    TSTree *old, *tree = NULL;
    uint32_t at;

    (void)state;
    tt_buf_adds(&big, "def g(a):\n");
    for (unsigned i = 0; i < 400; i++)
        tt_buf_addf(&big, "    b_%u = a[%u] + c(%u)\n", i, i, i);
    at = (uint32_t)big.n * 3 / 2;
    page_open(&page, "python", long_text(big.p, big.n * 5));
    at = tt_text_line(page.text, tt_text_line_at(page.text, at)).start + 4;
    CHECK(tt_text_replace(page.text, (struct tt_range){ at, at }, TT_STR("x"), &next) == 0);
    old = tt_tree_copy(page.tree);
    tt_tree_edit(old, page.text, next, (struct tt_range){ at, at }, at + 1);
    CHECK(!tt_parse_splice(page.parser, page.lang, next, old, &limits, &tree) && !tree);
    CHECK(tt_parse_splice(page.parser, page.lang, next, old, NULL, &tree));
    tt_tree_destroy(page.tree);
    tt_tree_destroy(old);
    tt_text_unref(page.text);
    page.text = next;
    page.tree = tree;
    page_check(&page, "after all");
    CHECK(page.different == 0);
    page_close(&page);
    tt_buf_release(&big);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_edit),
        cmocka_unit_test(test_typing),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_one_bad_place),
        cmocka_unit_test(test_too_many_places),
        cmocka_unit_test(test_too_long_a_part),
        cmocka_unit_test(test_one_place),
        cmocka_unit_test(test_after_many),
        cmocka_unit_test(test_where_it_can_be),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_front),
        cmocka_unit_test(test_rear),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_not_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
