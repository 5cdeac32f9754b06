/* fuzz_redact.c -- any bytes as code: what is found is a proper part of it, nothing of it is
 * sent, and putting it back gives the same bytes. */
#include "prompt/redact.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        abort();
}

static size_t lines(tt_str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

static void check_found(tt_str text, const struct tt_secret *secrets, size_t n)
{
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        struct tt_range r = secrets[i].range;

        require(r.start >= at && r.start < r.end && r.end <= text.n);
        require(!memchr(text.p + r.start, '\n', r.end - r.start));
        at = r.end;
    }
}

/* Whatever part of the text is shown, it holds no byte of a secret that it cuts. */
static void check_part(struct tt_arena *arena, tt_str text, const struct tt_secret *secrets,
                       size_t n, struct tt_range part)
{
    struct tt_redact *redact = tt_redact_create(arena, &text, 1);
    size_t inside = 0;
    tt_str out;

    if (!redact || tt_redact_part(redact, text, secrets, n, part, &out))
        return;
    for (size_t i = 0; i < n; i++)
        inside += secrets[i].range.start < part.end && secrets[i].range.end > part.start;
    require(inside == 0 || tt_redact_count(redact) > 0);
}

static void check_there_and_back(struct tt_arena *arena, tt_str text)
{
    struct tt_redact *redact = tt_redact_create(arena, &text, 1);
    struct tt_text_edit nothing = { .range = { 0, 0 }, .text = TT_STR("") };
    tt_str sent, back, why;
    bool bad = true;

    if (!redact || tt_redact_apply(redact, text, &sent))
        return;
    require(lines(sent) == lines(text));
    require(tt_redact_check_answer(redact, sent, &bad, &why) < 0 || !bad);
    if (tt_redact_restore(redact, arena, sent, false, &back) == 0)
        require(tt_str_eq(back, text));
    (void)!tt_redact_restore(redact, arena, text, true, &back);
    require(tt_redact_edits_ok(redact, text, &nothing, 1));
    for (size_t i = 0; i < tt_redact_count(redact); i++) {
        require(tt_str_starts(tt_redact_mark(redact, i), tt_redact_prefix(redact)));
        require(tt_secret_kind_name(tt_redact_kind(redact, i)) != NULL);
        /* an edit that takes the secret out is seen */
        for (uint32_t at = 0; at + tt_redact_secret(redact, i).n <= text.n && at < 256; at++) {
            tt_str secret = tt_redact_secret(redact, i);
            struct tt_text_edit gone = { .range = { at, at + (uint32_t)secret.n } };

            if (tt_str_eq(tt_str_sub(text, gone.range.start, gone.range.end), secret))
                (void)tt_redact_edits_ok(redact, text, &gone, 1);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tt_str text = { (const char *)data, size };
    struct tt_secret *secrets = NULL;
    struct tt_arena arena;
    size_t n = 0;

    tt_arena_init(&arena);
    if (tt_secret_find(&arena, text, &secrets, &n) == 0) {
        uint32_t a = size ? data[0] % (uint32_t)size : 0, b = (uint32_t)(size - (size - a) / 3);

        check_found(text, secrets, n);
        check_part(&arena, text, secrets, n, (struct tt_range){ a, b });
        check_there_and_back(&arena, text);
    }
    tt_arena_release(&arena);
    return 0;
}
