/* starve.c -- the server's allocations fail now and then, and the world's never do. */
#include "world.h"

#include "memory.h"

#include <tree_sitter/api.h>

/* What the session calls of the world: with memory. */
static struct tt_io world;

static int on_send(struct tt_io *io, char *body, size_t n)
{
    int err;

    sim_memory_server(false);
    err = world.send(io, body, n);
    sim_memory_server(true);
    return err;
}

static int on_timer_start(struct tt_io *io, uint64_t id, uint64_t ms)
{
    int err;

    sim_memory_server(false);
    err = world.timer_start(io, id, ms);
    sim_memory_server(true);
    return err;
}

static int on_work(struct tt_io *io, struct tt_job *job)
{
    int err;

    sim_memory_server(false);
    err = world.work(io, job);
    sim_memory_server(true);
    return err;
}

static int on_http_start(struct tt_io *io, uint64_t id, const struct tt_http_request *request)
{
    int err;

    sim_memory_server(false);
    err = world.http_start(io, id, request);
    sim_memory_server(true);
    return err;
}

static int on_key(struct tt_io *io, uint64_t id, const struct tt_key_source *source)
{
    int err;

    sim_memory_server(false);
    err = world.key(io, id, source);
    sim_memory_server(true);
    return err;
}

static int on_record(struct tt_io *io, enum tt_record_kind kind, tt_str json)
{
    int err;

    sim_memory_server(false);
    err = world.record(io, kind, json);
    sim_memory_server(true);
    return err;
}

static int on_flush(struct tt_io *io, uint64_t id)
{
    int err;

    sim_memory_server(false);
    err = world.flush(io, id);
    sim_memory_server(true);
    return err;
}

/* The grammars have allocations of their own, which must not fail. */
TSTree *__real_ts_parser_parse_with_options(TSParser *parser, const TSTree *old, TSInput input,
                                            TSParseOptions options);
TSTree *__wrap_ts_parser_parse_with_options(TSParser *parser, const TSTree *old, TSInput input,
                                            TSParseOptions options);
bool __real_ts_parser_set_language(TSParser *parser, const TSLanguage *language);
bool __wrap_ts_parser_set_language(TSParser *parser, const TSLanguage *language);

TSTree *__wrap_ts_parser_parse_with_options(TSParser *parser, const TSTree *old, TSInput input,
                                            TSParseOptions options)
{
    TSTree *tree;

    sim_memory_server(false);
    tree = __real_ts_parser_parse_with_options(parser, old, input, options);
    sim_memory_server(true);
    return tree;
}

bool __wrap_ts_parser_set_language(TSParser *parser, const TSLanguage *language)
{
    bool fine;

    sim_memory_server(false);
    fine = __real_ts_parser_set_language(parser, language);
    sim_memory_server(true);
    return fine;
}

void sim_starve_begin(struct sim *sim)
{
    struct tt_io *io = &sim->fake.io;

    world = *io;
    sim->fake.server_runs = sim_memory_server;
    io->send = on_send;
    io->timer_start = on_timer_start;
    io->work = on_work;
    io->http_start = on_http_start;
    io->key = on_key;
    io->record = on_record;
    io->flush = on_flush;
}

/* Now and then in a step, whether it allocates a little or much: one allocation fails, or several
 * in a row, so that what is tried once more fails as well. */
void sim_starve_step(struct sim *sim)
{
    static const long in_a_row[] = { 1, 1, 1, 2, 4, 40 };
    uint32_t scale = 1u << sim_below(sim, 10);

    if (!sim->plan->starves)
        return;
    if (sim_chance(sim, sim->starved_percent))
        sim_memory_fail_after((long)sim_below(sim, scale), in_a_row[sim_below(sim, 6)]);
    else
        sim_memory_fail_after(-1, 0);
}
