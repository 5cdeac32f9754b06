/* tokens.c -- the estimate, as runs of like characters.
 *
 * Tokenizers merge what is frequent: words, indentation, short numbers.  They
 * do not merge noise.  So a run of letters is one token or a few, a line break
 * with the blanks behind it is one, and a long run that mixes letters and
 * digits (base64, hashes, ids) is counted almost by the byte: without that rule
 * such data is underestimated by half.
 */
#include "llm/tokens.h"

#define NOISE_RUN 24 /* shorter mixed runs are names, not data */

enum kind { LETTER, DIGIT, SPACE, BREAK, WIDE, OTHER, BASE64 }; /* 0 to 6: see the table */

#define WIDE16 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4

/* The kinds of bytes by number: looking up is twice as fast as comparing.  BASE64 are
 * the others in base64, beside letters and digits. */
static const unsigned char kinds[256] = {
    5, 5, 5, 5, 5, 5, 5, 5, 5, 2,      3,      5,      5,      3,      5,      5,      5,
    5, 5, 5, 5, 5, 5, 5, 5, 5, 5,      5,      5,      5,      5,      5,      2,      5,
    5, 5, 5, 5, 5, 5, 5, 5, 5, 6,      5,      5,      5,      6,      1,      1,      1,
    1, 1, 1, 1, 1, 1, 1, 5, 5, 5,      6,      5,      5,      5,      0,      0,      0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0,      0,      0,      0,      0,      0,      0,      0,
    0, 0, 0, 0, 0, 0, 5, 5, 5, 5,      5,      5,      0,      0,      0,      0,      0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0,      0,      0,      0,      0,      0,      0,      0,
    0, 0, 0, 0, 5, 5, 5, 5, 5, WIDE16, WIDE16, WIDE16, WIDE16, WIDE16, WIDE16, WIDE16, WIDE16,
};

static enum kind kind_of(char c)
{
    return (enum kind)kinds[(unsigned char)c];
}

static size_t run(tt_str s, size_t at, enum kind kind)
{
    size_t end = at;

    while (end < s.n && kind_of(s.p[end]) == kind)
        end++;
    return end - at;
}

static bool is_mixed(enum kind kind)
{
    return kind == LETTER || kind == DIGIT || kind == BASE64;
}

/* The run of base64 characters at `at`, of which `n` were read as one kind; *noisy
 * when it is long and mixes letters and digits. */
static size_t mixed_run(tt_str s, size_t at, size_t n, bool *noisy)
{
    bool seen[7] = { false };

    *noisy = false;
    if (at + n == s.n || !is_mixed(kind_of(s.p[at + n])))
        return n; /* most words */
    seen[kind_of(s.p[at])] = true;
    for (; at + n < s.n && is_mixed(kind_of(s.p[at + n])); n++)
        seen[kind_of(s.p[at + n])] = true;
    *noisy = n > NOISE_RUN && seen[LETTER] && seen[DIGIT];
    return n;
}

static uint64_t run_tokens(enum kind kind, size_t n)
{
    if (kind == LETTER)
        return n <= 7 ? 1 : (n + 4) / 5;
    if (kind == SPACE)
        return n > 1;
    return (n + 2) / 3; /* of digits, or of what is not ASCII */
}

uint64_t tt_tokens_text(tt_str text)
{
    uint64_t total = 0;
    size_t quiet = 0; /* up to here a noisy run was looked for and not found */

    for (size_t at = 0; at < text.n;) {
        enum kind kind = kind_of(text.p[at]);
        bool noisy;
        size_t n;

        if (kind == OTHER || kind == BASE64) {
            total++;
            at++;
            continue;
        }
        if (kind == BREAK) { /* one token with the indentation behind it */
            at += text.p[at] == '\r' && at + 1 < text.n && text.p[at + 1] == '\n' ? 2 : 1;
            at += run(text, at, SPACE);
            total++;
            continue;
        }
        n = 1 + run(text, at + 1, kind);
        if (kind <= DIGIT && at >= quiet) {
            size_t mixed = mixed_run(text, at, n, &noisy);

            quiet = at + mixed;
            if (noisy) {
                total += (mixed * 10 + 13) / 14;
                at = quiet;
                continue;
            }
        }
        total += run_tokens(kind, n);
        at += n;
    }
    return total;
}

enum tt_tokens_family tt_tokens_family(tt_str model)
{
    static const struct {
        const char *prefix;
        enum tt_tokens_family family;
    } rows[] = {
        { "claude-3", TT_TOKENS_CLAUDE },
        { "claude-2", TT_TOKENS_CLAUDE },
        { "claude-opus-4-7", TT_TOKENS_CLAUDE_NEW },
        { "claude-opus-4-8", TT_TOKENS_CLAUDE_NEW },
        { "claude-opus-4", TT_TOKENS_CLAUDE },
        { "claude-sonnet-4", TT_TOKENS_CLAUDE },
        { "claude-haiku-4", TT_TOKENS_CLAUDE },
        { "claude-", TT_TOKENS_CLAUDE_NEW },
        { "gpt-", TT_TOKENS_OPENAI },
        { "chatgpt-", TT_TOKENS_OPENAI },
        { "o1", TT_TOKENS_OPENAI },
        { "o3", TT_TOKENS_OPENAI },
        { "o4", TT_TOKENS_OPENAI },
    };

    for (size_t i = model.n; i > 0; i--) {
        if (model.p[i - 1] == '/') {
            model = tt_str_sub(model, i, model.n);
            break;
        }
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (tt_str_starts(model, tt_str_from(rows[i].prefix)))
            return rows[i].family;
    }
    return TT_TOKENS_OTHER;
}

uint64_t tt_tokens_scale(uint64_t plain, enum tt_tokens_family family)
{
    switch (family) {
    case TT_TOKENS_CLAUDE:
        return plain + plain / 20;
    case TT_TOKENS_CLAUDE_NEW:
        return plain + plain * 7 / 20;
    case TT_TOKENS_OTHER:
    case TT_TOKENS_OPENAI:
        break;
    }
    return plain;
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

void tt_tokens_learn(struct tt_tokens_ratio *ratio, uint64_t estimate, uint64_t actual)
{
    double seen, weight;

    if (estimate < 64 || actual < 64 || tt_tokens_was_cut(estimate, actual))
        return;
    seen = clamp((double)actual / (double)estimate, 0.6, 1.6);
    /* The first few count fully, then the newest counts a fifth. */
    weight = ratio->n < 4 ? 1.0 / (double)(ratio->n + 1) : 0.2;
    ratio->value = clamp(ratio->value + weight * (seen - ratio->value), 0.6, 1.6);
    if (ratio->n < UINT32_MAX)
        ratio->n++;
}

uint64_t tt_tokens_likely(uint64_t estimate, const struct tt_tokens_ratio *ratio)
{
    return (uint64_t)((double)estimate * ratio->value + 0.5);
}

uint64_t tt_tokens_admit(uint64_t estimate, const struct tt_tokens_ratio *ratio)
{
    return (uint64_t)((double)estimate * ratio->value * 1.1 + 0.5);
}

bool tt_tokens_was_cut(uint64_t estimate, uint64_t actual)
{
    /* The estimate is up to 1.35 times the truth on code and 2.4 times on
     * Japanese: what is further away than that was not read. */
    return actual > 0 && estimate > 2048 && actual * 5 < estimate * 2;
}
