/* fuzz_config.c -- any bytes as a settings file: settings come out all the same,
 * and nothing in a message can steer a terminal or gives a key away. */
#include "config/config.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_problem(const struct tt_config_problem *problem)
{
    for (size_t i = 0; i < problem->text.n; i++) {
        if ((unsigned char)problem->text.p[i] < ' ')
            abort();
    }
}

static void check(const struct tt_config *config, enum tt_config_from from)
{
    struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN);

    for (size_t i = 0; i < config->n_problems; i++)
        check_problem(&config->problems[i]);
    for (size_t i = 0; i < config->n_models; i++) {
        if (config->models[i].model.n == 0 || config->models[i].base_url.n == 0)
            abort();
    }
    if (config->n_models && config->default_model >= config->n_models)
        abort();
    /* A project's file decides nothing about where code is sent. */
    if (from == TT_CONFIG_PROJECT &&
        (config->n_models != 2 ||
         !tt_str_eq(config->models[0].base_url, TT_STR("https://api.anthropic.com"))))
        abort();
    (void)tt_config_ignored(config, TT_STR("src/deep/a.ts"));
    (void)tt_config_write(config, &text);
    tt_buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (enum tt_config_from from = TT_CONFIG_USER; from <= TT_CONFIG_PROJECT; from++) {
        struct tt_config_source source = { .from = from,
                                           .name = TT_STR("settings"),
                                           .text = { (const char *)data, size } };
        const struct tt_config *config;

        if (tt_config_create(&source, 1, &config))
            continue;
        check(config, from);
        tt_config_unref(config);
    }
    return 0;
}
