/* task_tables.c -- see task_tables.h. */
#include "analysis/task_tables.h"

#include "analysis/task_weights.def"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define VOCABULARY(name, slot)                                                                     \
    {                                                                                              \
        name##_features, name##_groups, COUNT(name##_features), COUNT(name##_groups), slot         \
    }

const uint16_t task_shrinks[] = { TASK_SHRINKS };
const size_t task_shrinks_count = COUNT(task_shrinks);

const struct task_linear task_place = {
    .vocabulary = VOCABULARY(place, 0),
    .first = place_first,
    .cells = place_cells,
    .bias = place_bias,
    .n_first = COUNT(place_first),
    .n_cells = COUNT(place_cells),
    .n_bias = COUNT(place_bias),
    .unit = PLACE_UNIT,
    .temperature = PLACE_TEMPERATURE,
};

const struct task_net task_asked = {
    .vocabulary = VOCABULARY(asked, 1),
    .units = asked_units,
    .letters = asked_letters,
    .gain = asked_gain,
    .offset = asked_offset,
    .w1 = asked_w1,
    .b1 = asked_b1,
    .w2 = asked_w2,
    .b2 = asked_b2,
    .n_rows = COUNT(asked_units) == COUNT(asked_letters) ? COUNT(asked_units) : 0,
    .has_layers =
        COUNT(asked_gain) == TASK_NET_IN && COUNT(asked_offset) == TASK_NET_IN &&
        COUNT(asked_w1) == TASK_NET_IN * TASK_NET_HIDDEN && COUNT(asked_b1) == TASK_NET_HIDDEN &&
        COUNT(asked_w2) == TASK_NET_HIDDEN * TASK_SCORES && COUNT(asked_b2) == TASK_SCORES,
    .temperature = ASKED_TEMPERATURE,
};
