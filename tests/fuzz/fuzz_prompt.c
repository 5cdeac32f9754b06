/* fuzz_prompt.c -- any bytes as a document, an instruction, rules and another file: a
 * question comes out that holds no secret of them, or an error; and counting it without
 * building it counts the same. */
#include "prompt/prompt.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        abort();
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Does the secret stand in the text as a word of its own? */
static bool holds(tt_str text, tt_str secret)
{
    for (size_t at = 0; at + secret.n <= text.n; at++) {
        if (memcmp(text.p + at, secret.p, secret.n) == 0 && (at == 0 || !is_word(text.p[at - 1])) &&
            (at + secret.n == text.n || !is_word(text.p[at + secret.n])))
            return true;
    }
    return false;
}

static void check(const struct tt_prompt_input *in)
{
    struct tt_prompt_size size = { 0 };
    struct tt_prompt prompt;
    struct tt_arena arena;
    int measured = tt_prompt_measure(in, &size), built;

    tt_arena_init(&arena);
    built = tt_prompt_build(&arena, in, &prompt);
    if (built == 0) {
        uint64_t sum = 0;

        require(measured == 0);
        require(prompt.region.start <= prompt.region.end && prompt.region.end <= in->document.n);
        require(prompt.request.n_messages > 0);
        for (size_t i = 0; i < prompt.n_parts; i++)
            sum += prompt.parts[i].tokens;
        require(sum <= prompt.size.tokens_in);
        for (size_t i = 0; i < prompt.request.n_messages; i++) {
            tt_str text = prompt.request.messages[i].text;

            require(text.n > 0);
            for (size_t s = 0; prompt.redact && s < tt_redact_count(prompt.redact); s++) {
                tt_str secret = tt_redact_secret(prompt.redact, s);

                /* (a short one may be a word of our own) */
                require(secret.n < 20 || !holds(text, secret));
            }
        }
    }
    tt_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* (who wrote it never saw a secret) */
    const tt_str answer = TT_STR("x = \"TRIMTAB_SECRET_0001\"");
    tt_str all = { (const char *)data, size };
    uint32_t n = (uint32_t)size, a = n > 3 ? data[0] * n / 256 : 0,
             b = n > 3 ? a + data[1] * (n - a) / 256 : n;
    struct tt_prompt_item item = { TT_STR("other.py"), tt_str_sub(all, 0, b), 1 };
    struct tt_prompt_turn turn = { tt_str_sub(all, a, b), answer };
    struct tt_prompt_input in = {
        .task = TT_STR("ERR-2"),
        .task_class = TT_STR("resilience"),
        .title = TT_STR("Add timeout and retry"),
        .instruction = tt_str_sub(all, a, b),
        .path = TT_STR("app/pay.py"),
        .language = TT_STR("python"),
        .fence = TT_STR("python"),
        .document = all,
        .scope = n > 3 ? (enum tt_prompt_scope)(data[2] % 4) : TT_PROMPT_RANGE,
        .target = { a, b },
        .may_import = true,
        .new_path = TT_STR("tests/test_pay.py"),
        .rules = tt_str_sub(all, 0, a),
        .items = &item,
        .n_items = 1,
        .turns = &turn,
        .n_turns = 1,
        .syntax = n > 3 ? (enum tt_prompt_syntax)(data[2] / 4 % 5) : TT_PROMPT_REGION,
        .document_tokens = n > 3 && data[2] > 200 ? 20 : 0,
        .reask_answer = answer,
        .reask_reason = TT_STR("The old text is not in the file."),
    };

    check(&in);
    return 0;
}
