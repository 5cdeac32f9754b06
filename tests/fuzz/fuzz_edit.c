/* fuzz_edit.c -- the whole engine on a file and an answer, which a NUL byte
 * separates.  Whatever comes: edits are sorted, disjoint, in bounds, and say the
 * same as the result. */
#include "base/buf.h"
#include "syntax/lang.h"
#include "text/diff.h"
#include "trimtab/edit.h"

#include <stdint.h>
#include <stdlib.h>

static void check(const struct tt_edit_input *in, const struct tt_edit_plan *plan)
{
    struct tt_buf a = TT_BUF_INIT(TT_BUF_OWN), b = TT_BUF_INIT(TT_BUF_OWN);
    size_t n = tt_edit_plan_count(plan);
    uint32_t last = 0;

    for (size_t i = 0; i < n; i++) {
        const struct tt_text_edit *e = tt_edit_plan_at(plan, i);

        if (e->range.start < last || e->range.end < e->range.start || e->range.end > in->before.n)
            abort();
        last = e->range.end;
    }
    if (n && tt_edit_plan_verdict(plan) != TT_EDIT_READY && !tt_edit_plan_held(plan))
        abort();
    if (tt_edit_plan_reason(plan).n == 0)
        abort();
    if (tt_edit_plan_result(plan, in->before, false, &a))
        abort();
    if (n) {
        tt_diff_apply(in->before, tt_edit_plan_at(plan, 0), n, &b);
        if (!tt_str_eq(tt_buf_str(&a), tt_buf_str(&b)))
            abort();
    }
    tt_buf_release(&a);
    tt_buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 3 ? memchr(data + 3, '\0', size - 3) : NULL;
    struct tt_edit_plan *plan;

    if (!end || size > 100000)
        return 0;
    struct tt_range allowed = { 0, (uint32_t)(data[1] * (end - data - 3) / 255) };
    struct tt_edit_input in = {
        .before = { (const char *)data + 3, (size_t)(end - data - 3) },
        .answer = { (const char *)end + 1, size - (size_t)(end - data) - 1 },
        .path = data[2] & 64 ? TT_STR("a.py") : TT_STR(""),
        .loose_path = data[2] & 128,
        .complete = true,
        .format = (enum tt_edit_format)(data[0] % (TT_FORMAT_REGION + 1)),
        .allowed = &allowed,
        .n_allowed = data[1] % 2,
        .imports_allowed = data[1] % 4 < 2,
        .lang = data[2] % 3 ? NULL : tt_lang_at(data[2] / 3 % tt_lang_count()),
    };

    if (tt_edit_plan_create(&in, &plan))
        abort();
    check(&in, plan);
    tt_edit_plan_destroy(plan);
    return 0;
}
