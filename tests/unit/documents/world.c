#include "world.h"

#include "base/buf.h"
#include "syntax/lang.h"
#include "test.h"
#include "text/text.h"

#include <tree_sitter/api.h>

static uint64_t clock_of(void *arg)
{
    struct world *world = arg;

    return world->now += world->step;
}

static void on_tree(void *arg, struct tt_snapshot *snapshot)
{
    struct world *world = arg;

    world->trees++;
    world->last_state = snapshot->tree_state;
    CHECK(snapshot->tree_state != TT_TREE_PENDING);
    CHECK(tt_documents_is_current(world->docs, snapshot));
}

void world_init(struct world *world, uint64_t seed, const struct tt_documents_options *given)
{
    struct tt_documents_options options = { 0 };

    *world = (struct world){ 0 };
    fake_io_init(&world->fake, seed);
    if (given)
        options = *given;
    options.clock = clock_of;
    options.clock_arg = world;
    options.on_tree = on_tree;
    options.on_tree_arg = world;
    CHECK(tt_documents_create(&world->fake.io, &options, &world->docs) == 0);
}

void world_release(struct world *world)
{
    tt_documents_destroy(world->docs);
    fake_io_release(&world->fake);
}

void world_slow(struct world *world)
{
    world->step = 1000000;
}

void world_fast(struct world *world)
{
    world->step = 0;
}

int world_open(struct world *world, const char *key, const char *language, tt_str text)
{
    struct tt_document_open open = {
        .key = tt_str_from(key),
        .uri = tt_str_from(key),
        .path = TT_STR("/x"),
        .language = tt_str_from(language),
        .lang = tt_lang_by_id(tt_str_from(language)),
        .text = text,
        .has_version = true,
        .version = 1,
    };

    return tt_documents_open(world->docs, &open);
}

int world_change(struct world *world, const char *key, struct tt_position_range range, tt_str text)
{
    struct tt_document_change change = { true, range, text };

    return tt_documents_change(world->docs, tt_str_from(key), true, 2, &change, 1, false, TT_UTF16);
}

int world_full(struct world *world, const char *key, tt_str text)
{
    struct tt_document_change change = { .text = text };

    return tt_documents_change(world->docs, tt_str_from(key), true, 2, &change, 1, false, TT_UTF16);
}

bool tree_is_right(const struct tt_snapshot *snapshot)
{
    struct tt_parser *parser = tt_parser_create();
    TSTree *tree = NULL;
    char *have, *want;
    bool same;

    CHECK(snapshot->tree_state == TT_TREE_READY && snapshot->tree, "state %d",
          snapshot->tree_state);
    CHECK(tt_parse(parser, snapshot->lang, snapshot->text, NULL, NULL, &tree) == 0);
    have = ts_node_string(ts_tree_root_node(snapshot->tree));
    want = ts_node_string(ts_tree_root_node(tree));
    same = strcmp(have, want) == 0 && ts_node_end_byte(ts_tree_root_node(tree)) ==
                                          ts_node_end_byte(ts_tree_root_node(snapshot->tree));
    free(have);
    free(want);
    tt_tree_destroy(tree);
    tt_parser_destroy(parser);
    return same;
}

bool text_is(const struct tt_snapshot *snapshot, tt_str want)
{
    struct tt_range all = { 0, tt_text_size(snapshot->text) };

    return tt_text_matches(snapshot->text, all, want);
}
