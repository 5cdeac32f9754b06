/* planning.c -- see planning.h. */
#include "planning.h"

const char two_functions[] = "import os\n"
                             "\n"
                             "def a():\n"
                             "    x = 1\n"
                             "    return x\n"
                             "\n"
                             "def b():\n"
                             "    x = 1\n"
                             "    return x\n";

struct tt_edit_plan *plan_of(struct tt_edit_input in)
{
    struct tt_edit_plan *plan;

    in.complete = true;
    CHECK(tt_edit_plan_create(&in, &plan) == 0);
    return plan;
}

void check_result(const struct tt_edit_plan *plan, const char *before, bool drop_noise,
                  const char *want)
{
    struct tt_buf out = TT_BUF_INIT(1 << 20);

    CHECK(tt_edit_plan_result(plan, tt_str_from(before), drop_noise, &out) == 0);
    CHECK(tt_str_eq(tt_buf_str(&out), tt_str_from(want)), "got\n%.*s",
          TT_STR_ARG(tt_buf_str(&out)));
    tt_buf_release(&out);
}

void check_verdict(const struct tt_edit_plan *plan, enum tt_verdict want, const char *row)
{
    enum tt_verdict got = tt_edit_plan_verdict(plan);

    CHECK(got == want, "%s: got %s: %.*s", row, tt_verdict_name(got),
          TT_STR_ARG(tt_edit_plan_reason(plan)));
}

struct tt_range range_of(const char *text, const char *part)
{
    const char *at = strstr(text, part);

    CHECK(at != NULL, "%s", part);
    return (struct tt_range){ (uint32_t)(at - text), (uint32_t)(at - text + (long)strlen(part)) };
}
