/* test_sync.c -- the text is the client's text, or the snapshot says that it is not. */
#include "test.h"
#include "text/text.h"
#include "trimtab/error.h"
#include "world.h"

static struct tt_snapshot *get(struct world *world, const char *key)
{
    return tt_documents_get(world->docs, tt_str_from(key));
}

static void test_open_and_close(void **state)
{
    struct tt_document_open open = {
        .key = TT_STR("file:///a.py"),
        .uri = TT_STR("file:///%61.py"),
        .path = TT_STR("/a.py"),
        .language = TT_STR("python"),
        .text = TT_STR("x = 1\n"),
        .has_version = true,
        .version = 7,
    };
    struct tt_snapshot *s, *kept;
    struct world world;

    (void)state;
    world_init(&world, 1, NULL);
    CHECK(get(&world, "file:///a.py") == NULL);
    CHECK(tt_documents_close(world.docs, open.key) == TT_ENOTFOUND);
    CHECK(tt_documents_open(world.docs, &open) == 0);
    s = get(&world, "file:///a.py");
    CHECK(tt_str_eq(s->uri, open.uri) && tt_str_eq(s->key, open.key));
    CHECK(tt_str_eq(s->path, open.path) && tt_str_eq(s->language, open.language));
    CHECK(s->version == 7 && s->has_version && !s->damaged && !s->out_of_sync);
    CHECK(s->tree_state == TT_TREE_NO_LANG && !s->tree);
    CHECK(text_is(s, open.text) && tt_documents_count(world.docs) == 1);

    kept = tt_snapshot_ref(s);
    open.key = kept->key; /* slices of the old snapshot may be handed back */
    open.uri = kept->uri;
    open.version = 7;
    open.text = TT_STR("y");
    CHECK(tt_documents_open(world.docs, &open) == 0, "again without closing");
    s = get(&world, "file:///a.py");
    CHECK(s->document != kept->document && s->generation != kept->generation);
    CHECK(!tt_documents_is_current(world.docs, kept) && tt_documents_is_current(world.docs, s));
    CHECK(text_is(kept, TT_STR("x = 1\n")), "a snapshot stays");
    CHECK(tt_documents_close(world.docs, TT_STR("file:///a.py")) == 0);
    CHECK(tt_documents_count(world.docs) == 0 && !tt_documents_is_current(world.docs, kept));
    tt_snapshot_unref(kept);
    tt_snapshot_unref(NULL);
    world_release(&world);
}

static void test_bad_text(void **state)
{
    struct world world;

    (void)state;
    world_init(&world, 1, NULL);
    CHECK(world_open(&world, "a", "python", TT_STR("\xFF")) == TT_EPARSE);
    CHECK(get(&world, "a") == NULL);
    CHECK(world_open(&world, "a", "python", TT_STR("x\0y")) == 0);
    CHECK(world_open(&world, "a", "python", TT_STR("\xC3(")) == TT_EPARSE);
    CHECK(get(&world, "a") == NULL, "what the client has open is not what we have");
    CHECK(world_full(&world, "a", TT_STR("")) == TT_ENOTFOUND);
    world_release(&world);
}

#define AT(l1, c1, l2, c2)                                                                         \
    true,                                                                                          \
    {                                                                                              \
        { l1, c1 },                                                                                \
        {                                                                                          \
            l2, c2                                                                                 \
        }                                                                                          \
    }
#define ALL                                                                                        \
    false,                                                                                         \
    {                                                                                              \
        { 0, 0 },                                                                                  \
        {                                                                                          \
            0, 0                                                                                   \
        }                                                                                          \
    }

static const struct {
    const char *name;
    enum tt_encoding encoding;
    const char *before;
    size_t n;
    struct tt_document_change changes[3];
    const char *after;
    bool out_of_sync;
} changes[] = {
    { "no change at all", TT_UTF16, "ab", 0, { { ALL, TT_STR_INIT("") } }, "ab", false },
    { "typed",
      TT_UTF16,
      "ab\ncd\n",
      1,
      { { AT(1, 1, 1, 1), TT_STR_INIT("x") } },
      "ab\ncxd\n",
      false },
    { "behind an emoji, UTF-16",
      TT_UTF16,
      "\xF0\x9F\x98\x80"
      "b",
      1,
      { { AT(0, 2, 0, 3), TT_STR_INIT("c") } },
      "\xF0\x9F\x98\x80"
      "c",
      false },
    { "behind an emoji, UTF-8",
      TT_UTF8,
      "\xF0\x9F\x98\x80"
      "b",
      1,
      { { AT(0, 4, 0, 5), TT_STR_INIT("c") } },
      "\xF0\x9F\x98\x80"
      "c",
      false },
    { "behind an emoji, UTF-32",
      TT_UTF32,
      "\xF0\x9F\x98\x80"
      "b",
      1,
      { { AT(0, 1, 0, 2), TT_STR_INIT("c") } },
      "\xF0\x9F\x98\x80"
      "c",
      false },
    { "one after the other",
      TT_UTF16,
      "ab",
      3,
      { { AT(0, 1, 0, 1), TT_STR_INIT("\n") },
        { AT(1, 0, 1, 1), TT_STR_INIT("xyz") },
        { AT(0, 0, 0, 1), TT_STR_INIT("") } },
      "\nxyz",
      false },
    { "reversed", TT_UTF16, "abcd", 1, { { AT(0, 3, 0, 1), TT_STR_INIT("-") } }, "a-d", false },
    { "the whole text", TT_UTF16, "abcd", 1, { { ALL, TT_STR_INIT("acd!") } }, "acd!", false },
    { "whole, then a range",
      TT_UTF16,
      "a",
      2,
      { { ALL, TT_STR_INIT("xy") }, { AT(0, 1, 0, 2), TT_STR_INIT("") } },
      "x",
      false },
    { "one character too long",
      TT_UTF16,
      "ab\r\ncd",
      1,
      { { AT(0, 0, 0, 3), TT_STR_INIT("") } },
      "\r\ncd",
      false },
    { "all of it by the line after the last",
      TT_UTF16,
      "ab\ncd",
      1,
      { { AT(0, 0, 2, 0), TT_STR_INIT("z") } },
      "z",
      false },
    { "appended on the line after the last",
      TT_UTF16,
      "ab\ncd",
      1,
      { { AT(2, 0, 2, 0), TT_STR_INIT("z") } },
      "ab\ncdz",
      false },
    { "wholly beyond",
      TT_UTF16,
      "ab\ncd",
      1,
      { { AT(3, 0, 3, 0), TT_STR_INIT("z") } },
      "ab\ncd",
      true },
    { "what follows is ignored",
      TT_UTF16,
      "ab",
      2,
      { { AT(9, 0, 9, 0), TT_STR_INIT("z") }, { AT(0, 0, 0, 0), TT_STR_INIT("z") } },
      "ab",
      true },
    { "until all of it comes",
      TT_UTF16,
      "ab",
      3,
      { { AT(9, 0, 9, 0), TT_STR_INIT("z") },
        { ALL, TT_STR_INIT("new") },
        { AT(0, 3, 0, 3), TT_STR_INIT("er") } },
      "newer",
      false },
};

static void test_changes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(changes); i++) {
        struct world world;
        struct tt_snapshot *s;

        world_init(&world, 1, NULL);
        CHECK(world_open(&world, "a", "json", tt_str_from(changes[i].before)) == 0);
        CHECK(tt_documents_change(world.docs, TT_STR("a"), true, 2, changes[i].changes,
                                  changes[i].n, false, changes[i].encoding) == 0,
              "%s", changes[i].name);
        s = get(&world, "a");
        CHECK(text_is(s, tt_str_from(changes[i].after)), "%s", changes[i].name);
        CHECK((s->out_of_sync != NULL) == changes[i].out_of_sync, "%s", changes[i].name);
        CHECK(s->version == 2 && tree_is_right(s), "%s", changes[i].name);
        world_release(&world);
    }
}

static void test_lost_sync(void **state)
{
    struct tt_document_change bad = { true, { { 0, 0 }, { 0, 0 } }, TT_STR_INIT("\xFF") };
    struct tt_position_range start = { { 0, 0 }, { 0, 0 } };
    struct tt_range range = { 0, 1 };
    struct tt_snapshot *first, *now;
    struct world world;

    (void)state;
    world_init(&world, 1, NULL);
    CHECK(tt_documents_lost_sync(world.docs, TT_STR("a"), NULL) == TT_ENOTFOUND);
    CHECK(world_open(&world, "a", "json", TT_STR("[1]")) == 0);
    first = tt_snapshot_ref(get(&world, "a"));
    CHECK(tt_documents_lost_sync(world.docs, TT_STR("a"), NULL) == 0);
    now = get(&world, "a");
    CHECK(now->out_of_sync && !first->out_of_sync && now->generation == first->generation);
    CHECK(tree_is_right(now), "the tree is still that of our text");
    CHECK(tt_documents_rebase_range(world.docs, first, &range, NULL) == TT_ESTALE);
    CHECK(world_change(&world, "a", start, TT_STR("x")) == 0);
    CHECK(text_is(get(&world, "a"), TT_STR("[1]")), "ignored");

    CHECK(tt_documents_saved_text(world.docs, TT_STR("a"), TT_STR("[1]\n"), false) == 0);
    CHECK(!get(&world, "a")->out_of_sync && text_is(get(&world, "a"), TT_STR("[1]\n")));
    CHECK(tt_documents_rebase_range(world.docs, first, &range, &now) == 0);
    CHECK(now == get(&world, "a"));

    CHECK(tt_documents_change(world.docs, TT_STR("a"), true, 3, &bad, 1, false, TT_UTF16) ==
          TT_EPARSE);
    CHECK(get(&world, "a")->out_of_sync && text_is(get(&world, "a"), TT_STR("[1]\n")));
    CHECK(world_full(&world, "a", TT_STR("[1]\n")) == 0 && !get(&world, "a")->out_of_sync);
    tt_snapshot_unref(first);
    world_release(&world);
}

static void test_damaged(void **state)
{
    struct tt_document_change typed = { true, { { 0, 0 }, { 0, 0 } }, TT_STR_INIT("x") };
    struct tt_document_change whole = { .text = TT_STR_INIT("y") };
    struct world world;

    (void)state;
    world_init(&world, 1, NULL);
    CHECK(world_open(&world, "a", "json", TT_STR("1")) == 0);
    CHECK(!get(&world, "a")->damaged);
    CHECK(tt_documents_change(world.docs, TT_STR("a"), true, 2, &typed, 1, true, TT_UTF16) == 0);
    CHECK(get(&world, "a")->damaged);
    CHECK(tt_documents_change(world.docs, TT_STR("a"), true, 3, &typed, 1, false, TT_UTF16) == 0);
    CHECK(get(&world, "a")->damaged, "it stays until all is sent again");
    CHECK(tt_documents_change(world.docs, TT_STR("a"), true, 4, &whole, 1, false, TT_UTF16) == 0);
    CHECK(!get(&world, "a")->damaged);
    world_release(&world);
}

/* Clients use a version again, or send none: generations tell texts apart. */
static void test_versions(void **state)
{
    struct tt_document_change typed = { true, { { 0, 0 }, { 0, 0 } }, TT_STR_INIT("1") };
    struct tt_snapshot *a, *b;
    struct world world;

    (void)state;
    world_init(&world, 1, NULL);
    CHECK(world_open(&world, "a", "json", TT_STR("1")) == 0);
    a = tt_snapshot_ref(get(&world, "a"));
    CHECK(tt_documents_change(world.docs, TT_STR("a"), true, 1, &typed, 1, false, TT_UTF16) == 0);
    b = get(&world, "a");
    CHECK(a->version == b->version && a->generation < b->generation);
    CHECK(tt_documents_change(world.docs, TT_STR("a"), true, -3, &typed, 1, false, TT_UTF16) == 0);
    CHECK(text_is(get(&world, "a"), TT_STR("111")) && get(&world, "a")->version == -3);
    CHECK(tt_documents_change(world.docs, TT_STR("a"), false, 0, &typed, 1, false, TT_UTF16) == 0);
    CHECK(!get(&world, "a")->has_version);
    tt_snapshot_unref(a);
    a = tt_snapshot_ref(get(&world, "a"));
    CHECK(world_full(&world, "a", TT_STR("1111")) == 0);
    CHECK(a->generation == get(&world, "a")->generation, "the same text");
    CHECK(get(&world, "a")->version == 2);
    tt_snapshot_unref(a);
    world_release(&world);
}

static void test_rebase(void **state)
{
    struct tt_text_edit edits[] = { { { 6, 9 }, TT_STR_INIT("7") },
                                    { { 16, 17 }, TT_STR_INIT("") } };
    struct tt_document_place place;
    struct tt_snapshot *first, *now = NULL;
    struct tt_range range = { 6, 9 };
    struct world world;
    size_t touched = 9;

    (void)state;
    world_init(&world, 1, NULL);
    CHECK(world_open(&world, "a", "json", TT_STR("{\"a\": 123, \"b\": 4}")) == 0);
    first = tt_snapshot_ref(get(&world, "a"));
    place = tt_snapshot_place(first);
    CHECK(world_full(&world, "a", TT_STR("{ \"a\": 123,\n\"b\": 4}")) == 0,
          "by a client that sends all");
    CHECK(tt_documents_rebase_range(world.docs, first, &range, &now) == TT_ESTALE && !now,
          "one difference of the whole text may be large");
    tt_snapshot_unref(first);

    CHECK(world_full(&world, "a", TT_STR("{\"a\": 123, \"b\": 4}")) == 0);
    first = tt_snapshot_ref(get(&world, "a"));
    place = tt_snapshot_place(first);
    CHECK(world_full(&world, "a", TT_STR("\n{\"a\": 123, \"b\": 4}")) == 0);
    CHECK(tt_documents_rebase_range(world.docs, first, &range, &now) == 0 && range.start == 7);
    CHECK(now == get(&world, "a"));
    CHECK(tt_documents_rebase(world.docs, first, edits, 2, &now, &touched) == 0);
    CHECK(edits[1].range.start == 17 && touched == 9);
    range = (struct tt_range){ 6, 9 };
    CHECK(tt_documents_rebase_place(world.docs, TT_STR("a"), &place, &range) == 0);
    CHECK(range.start == 7);

    CHECK(world_open(&world, "a", "json", TT_STR("{\"a\": 123, \"b\": 4}")) == 0, "reopened");
    CHECK(tt_documents_rebase_range(world.docs, first, &range, NULL) == TT_ESTALE);
    CHECK(tt_documents_rebase_edits(world.docs, TT_STR("a"), &place, edits, 2, &now, &touched) ==
              TT_ESTALE &&
          touched == 2);
    CHECK(tt_documents_close(world.docs, TT_STR("a")) == 0);
    CHECK(tt_documents_rebase_place(world.docs, TT_STR("a"), &place, &range) == TT_ESTALE);
    tt_snapshot_unref(first);
    world_release(&world);
}

static void test_large(void **state)
{
    struct tt_documents_options options = { .max_parse_bytes = 1000 };
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct world world;

    (void)state;
    world_init(&world, 1, &options);
    while (buf.n < 1001)
        tt_buf_adds(&buf, "[1]");
    CHECK(world_open(&world, "a", "json", tt_buf_str(&buf)) == 0);
    CHECK(get(&world, "a")->tree_state == TT_TREE_TOO_BIG);
    CHECK(tt_documents_want_tree(world.docs, TT_STR("a"))->tree_state == TT_TREE_TOO_BIG);
    CHECK(world_full(&world, "a", TT_STR("[1]")) == 0);
    CHECK(get(&world, "a")->tree_state == TT_TREE_READY, "it became smaller");
    CHECK(world_full(&world, "a", tt_buf_str(&buf)) == 0);
    CHECK(get(&world, "a")->tree_state == TT_TREE_TOO_BIG);
    CHECK(tt_documents_load(world.docs).tree_bytes == 0);
    tt_documents_set_max_parse_bytes(world.docs, 2000);
    CHECK(tt_documents_want_tree(world.docs, TT_STR("a"))->tree_state == TT_TREE_READY);
    CHECK(tree_is_right(get(&world, "a")));
    tt_buf_release(&buf);
    world_release(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_and_close), cmocka_unit_test(test_bad_text),
        cmocka_unit_test(test_changes),        cmocka_unit_test(test_lost_sync),
        cmocka_unit_test(test_damaged),        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_rebase),         cmocka_unit_test(test_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
