/* secret.c -- where the secrets are in a text.
 *
 * One pass.  At each byte that can begin one, at most one detector looks ahead
 * on its own line (only the block of a private key spans lines).  What it finds
 * is the value alone: quotes, names and user names stay, so that the model
 * still sees what kind of thing stands there.
 */
#include "prompt/redact.h"

#include "prompt/literal.h"
#include "trimtab/error.h"

#define KEY_LINES 200 /* of a private key that never ends */

struct scan {
    tt_str text;
    struct tt_arena *arena;
    struct tt_secret *found;
    size_t n, cap;
    size_t at;     /* everything before is done */
    bool key_file; /* the private key stands by itself, not in code; or there is no doubt */
    int err;
};

const char *tt_secret_kind_name(enum tt_secret_kind kind)
{
    static const char *const names[] = {
        [TT_SECRET_PRIVATE_KEY] = "a private key",   [TT_SECRET_CLOUD_KEY] = "an access key",
        [TT_SECRET_JWT] = "a signed token",          [TT_SECRET_CONNECTION] = "a password in a URL",
        [TT_SECRET_VALUE] = "a secret in a literal",
    };

    return names[kind];
}

static bool joins(char c)
{
    return is_alnum(c) || c == '_';
}

/* What is found grows to whole words: a placeholder beside a letter could not be told
 * from a longer name.  (The letter of an escape as in "\\n" is none.) */
static void add(struct scan *s, enum tt_secret_kind kind, size_t start, size_t end)
{
    if (s->err || start >= end)
        return;
    while (start > s->at && joins(s->text.p[start - 1]) &&
           !(start > 1 && s->text.p[start - 2] == '\\'))
        start--;
    while (end < s->text.n && joins(s->text.p[end]))
        end++;
    if (s->n > 0 && s->found[s->n - 1].range.end == start) { /* nor beside another one */
        s->found[s->n - 1].range.end = (uint32_t)end;
        s->at = end;
        return;
    }
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 16;
        struct tt_secret *more = tt_arena_array(s->arena, cap, sizeof(*more));

        if (!more) {
            s->err = TT_ENOMEM;
            return;
        }
        if (s->n > 0)
            memcpy(more, s->found, s->n * sizeof(*more));
        s->found = more;
        s->cap = cap;
    }
    s->found[s->n++] = (struct tt_secret){ kind, { (uint32_t)start, (uint32_t)end } };
    s->at = end;
}

/* ---- bytes ---- */

static bool is_base64(char c)
{
    return is_alnum(c) || c == '+' || c == '/' || c == '=';
}

static tt_str from(const struct scan *s, size_t at)
{
    return tt_str_sub(s->text, at, s->text.n);
}

/* ---- private keys ---- */

/* A run of base64 as keys have it, and not the name of something in code. */
static bool is_key_run(const struct scan *s, tt_str run)
{
    if (run.n < 8 || s->key_file)
        return run.n >= 8;
    for (size_t i = 0; i < run.n; i++) {
        if (is_digit(run.p[i]) || run.p[i] == '+' || run.p[i] == '/')
            return true;
    }
    return tt_str_starts(run, TT_STR("MII")) || tt_str_starts(run, TT_STR("b3Blbn"));
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c);
}

/* Go over the runs of [at, end): base64, with "\n" written out between them.  Gives
 * where that ends; with `take` they are secrets. */
static size_t key_runs(struct scan *s, size_t at, size_t end, bool take, bool *any)
{
    while (at < end) {
        size_t n = 0;

        if (s->text.p[at] == '\\') {
            at += 2;
            continue;
        }
        while (at + n < end && is_base64(s->text.p[at + n]))
            n++;
        if (n == 0)
            break;
        if (is_key_run(s, tt_str_sub(s->text, at, at + n))) {
            *any = true;
            s->key_file |= n >= 40; /* no doubt any more: the last line may look like a word */
            if (take)
                add(s, TT_SECRET_PRIVATE_KEY, at, at + n);
        }
        at += n;
    }
    return at < end ? at : end;
}

static bool is_blank_line(tt_str text, size_t at, size_t end)
{
    while (at < end && is_one_of(text.p[at], " \t\r"))
        at++;
    return at == end;
}

/* One line, or the rest of the first one, of a key: in a literal it stands in quotes and
 * is joined to the next.  False: this is something else. */
static bool key_line(struct scan *s, size_t at, size_t end, bool first)
{
    static const tt_str heads[] = { TT_STR_INIT("Proc-Type:"), TT_STR_INIT("DEK-Info:") };
    bool any = false, more;
    size_t rest;

    while (!first && at < end && is_one_of(s->text.p[at], " \t\"'`#*"))
        at++;
    if (!first &&
        (tt_str_starts(from(s, at), TT_STR("+ \"")) || tt_str_starts(from(s, at), TT_STR("// "))))
        at += 3;
    for (size_t i = 0; i < 2; i++) {
        if (tt_str_starts(from(s, at), heads[i]))
            return true;
    }
    rest = key_runs(s, at, end, false, &any);
    while (rest < end && is_one_of(s->text.p[rest], " \t\r\"'`+,.;\\"))
        rest++;
    more = rest == end; /* else code follows, and the next line is code, too */
    if (more || first)
        key_runs(s, at, end, true, &any);
    return more && (first || any || is_blank_line(s->text, at, end));
}

static void key_body(struct scan *s, size_t at)
{
    bool first = true;

    for (int lines = 0; at < s->text.n && lines < KEY_LINES; lines++) {
        size_t end = line_end(s->text, at);
        const char *mark = memmem(s->text.p + at, end - at, "-----", 5);

        if (mark) { /* the end */
            key_line(s, at, (size_t)(mark - s->text.p), first);
            return;
        }
        if (!key_line(s, at, end, first) || s->err)
            return;
        first = false;
        at = end + 1;
    }
}

static void try_private_key(struct scan *s, size_t at)
{
    static const tt_str begin = TT_STR_INIT("-----BEGIN ");
    size_t end = line_end(s->text, at), body;
    tt_str line;

    if (!tt_str_starts(from(s, at), begin))
        return;
    line = tt_str_sub(s->text, at, end < at + 80 ? end : at + 80);
    for (body = begin.n; body + 16 <= line.n; body++) {
        if (tt_str_starts(tt_str_sub(line, body, line.n), TT_STR("PRIVATE KEY-----"))) {
            s->key_file = is_blank_line(s->text, at + body + 16, end) &&
                          (at == 0 || is_one_of(s->text.p[at - 1], " \t\r\n"));
            key_body(s, at + body + 16);
            return;
        }
    }
}

/* ---- keys with a shape of their own ---- */

enum charset { UPPER_DIGIT, ALNUM, WORD, DOTTED };

static const struct {
    tt_str prefix;
    enum charset charset;
    uint8_t least; /* bytes behind the prefix */
} shapes[] = {
    { TT_STR_INIT("AKIA"), UPPER_DIGIT, 16 },
    { TT_STR_INIT("ASIA"), UPPER_DIGIT, 16 },
    { TT_STR_INIT("AIza"), WORD, 35 },
    { TT_STR_INIT("ya29."), DOTTED, 20 },
    { TT_STR_INIT("GOCSPX-"), WORD, 20 },
    { TT_STR_INIT("ghp_"), ALNUM, 36 },
    { TT_STR_INIT("gho_"), ALNUM, 36 },
    { TT_STR_INIT("ghu_"), ALNUM, 36 },
    { TT_STR_INIT("ghs_"), ALNUM, 36 },
    { TT_STR_INIT("ghr_"), ALNUM, 36 },
    { TT_STR_INIT("github_pat_"), WORD, 22 },
    { TT_STR_INIT("glpat-"), WORD, 20 },
    { TT_STR_INIT("xoxb-"), WORD, 10 },
    { TT_STR_INIT("xoxp-"), WORD, 10 },
    { TT_STR_INIT("xoxa-"), WORD, 10 },
    { TT_STR_INIT("xoxr-"), WORD, 10 },
    { TT_STR_INIT("xoxs-"), WORD, 10 },
    { TT_STR_INIT("xapp-"), WORD, 10 },
    { TT_STR_INIT("sk_live_"), ALNUM, 16 },
    { TT_STR_INIT("sk_test_"), ALNUM, 16 },
    { TT_STR_INIT("rk_live_"), ALNUM, 16 },
    { TT_STR_INIT("rk_test_"), ALNUM, 16 },
    { TT_STR_INIT("whsec_"), ALNUM, 16 },
    { TT_STR_INIT("sk-"), WORD, 20 }, /* OpenAI, Anthropic and others */
    { TT_STR_INIT("npm_"), ALNUM, 36 },
    { TT_STR_INIT("pypi-"), WORD, 50 },
    { TT_STR_INIT("hf_"), ALNUM, 30 },
    { TT_STR_INIT("gsk_"), ALNUM, 40 },
    { TT_STR_INIT("xai-"), WORD, 40 },
    { TT_STR_INIT("SG."), DOTTED, 40 },
    { TT_STR_INIT("hvs."), WORD, 24 },
    { TT_STR_INIT("dop_v1_"), ALNUM, 40 },
    { TT_STR_INIT("shpat_"), ALNUM, 32 },
    { TT_STR_INIT("shpss_"), ALNUM, 32 },
    { TT_STR_INIT("shpca_"), ALNUM, 32 },
    { TT_STR_INIT("AGE-SECRET-KEY-1"), UPPER_DIGIT, 50 },
    { TT_STR_INIT("ATATT3"), WORD, 40 },
    { TT_STR_INIT("lin_api_"), ALNUM, 32 },
    { TT_STR_INIT("dp.pt."), ALNUM, 30 },
    { TT_STR_INIT("dapi"), ALNUM, 32 },
    { TT_STR_INIT("dckr_pat_"), WORD, 20 },
    { TT_STR_INIT("figd_"), WORD, 30 },
    { TT_STR_INIT("PMAK-"), WORD, 40 },
    { TT_STR_INIT("NRAK-"), ALNUM, 20 },
    { TT_STR_INIT("nvapi-"), WORD, 40 },
    { TT_STR_INIT("glsa_"), WORD, 32 },
    { TT_STR_INIT("glptt-"), WORD, 20 },
    { TT_STR_INIT("pul-"), ALNUM, 40 },
    { TT_STR_INIT("pplx-"), ALNUM, 40 },
    { TT_STR_INIT("pscale_tkn_"), WORD, 30 },
    { TT_STR_INIT("pscale_pw_"), WORD, 30 },
    { TT_STR_INIT("rubygems_"), ALNUM, 40 },
    { TT_STR_INIT("sbp_"), ALNUM, 40 },
    { TT_STR_INIT("sntrys_"), WORD, 40 },
    { TT_STR_INIT("sq0atp-"), WORD, 20 },
    { TT_STR_INIT("sq0csp-"), WORD, 40 },
    { TT_STR_INIT("tvly-"), WORD, 24 },
    { TT_STR_INIT("key-"), ALNUM, 32 },
};

static bool in_set(enum charset set, char c)
{
    switch (set) {
    case UPPER_DIGIT:
        return is_upper(c) || is_digit(c);
    case ALNUM:
        return is_alnum(c);
    case WORD:
        return is_word(c);
    case DOTTED:
        return is_word(c) || c == '.';
    }
    return false;
}

static void try_shape(struct scan *s, size_t at)
{
    tt_str rest = from(s, at);

    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        size_t n = shapes[i].prefix.n;

        if (rest.p[0] != shapes[i].prefix.p[0] || !tt_str_starts(rest, shapes[i].prefix))
            continue;
        while (n < rest.n && n < TT_SECRET_MAX && in_set(shapes[i].charset, rest.p[n]))
            n++;
        if (n >= shapes[i].prefix.n + shapes[i].least) {
            add(s, TT_SECRET_CLOUD_KEY, at, at + n);
            return;
        }
    }
}

/* Three base64url parts; the first is JSON that begins with {" */
static void try_jwt(struct scan *s, size_t at)
{
    tt_str rest = from(s, at);
    size_t n = 0, parts = 0, part = 0;

    if (!tt_str_starts(rest, TT_STR("eyJ")))
        return;
    for (; n < rest.n && n < TT_SECRET_MAX; n++) {
        if (is_word(rest.p[n])) {
            part++;
        } else if (rest.p[n] == '.' && part >= 10 && parts < 2) {
            parts++;
            part = 0;
        } else {
            break;
        }
    }
    if (parts == 2)
        add(s, TT_SECRET_JWT, at, at + n);
}

/* ---- passwords in URLs ---- */

/* Addresses that are secrets themselves: whoever knows one may write there. */
static bool try_hook(struct scan *s, size_t at)
{
    static const tt_str hooks[] = { TT_STR_INIT("://hooks.slack.com/services/"),
                                    TT_STR_INIT("://discord.com/api/webhooks/"),
                                    TT_STR_INIT("://discordapp.com/api/webhooks/") };

    for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
        size_t start = at + hooks[i].n, end = start;

        if (!tt_str_starts(from(s, at), hooks[i]))
            continue;
        while (end < s->text.n && end - start < TT_SECRET_MAX &&
               (is_word(s->text.p[end]) || s->text.p[end] == '/'))
            end++;
        if (end - start >= 20)
            add(s, TT_SECRET_CONNECTION, start, end);
        return end - start >= 20;
    }
    return false;
}

/* At "://": user:password@host. */
static void try_url(struct scan *s, size_t at)
{
    size_t i = at + 3, colon = 0;

    if (try_hook(s, at))
        return;
    for (; i < s->text.n && i < at + TT_SECRET_MAX; i++) {
        char c = s->text.p[i];

        if (c == ':' && !colon)
            colon = i;
        if (c == '@' || c <= ' ' || strchr("/?#\"'`<>\\,", c))
            break;
    }
    if (colon && i < s->text.n && s->text.p[i] == '@' &&
        !tt_secret_is_template(tt_str_sub(s->text, colon + 1, i)))
        add(s, TT_SECRET_CONNECTION, colon + 1, i);
}

/* At ':' of a bot's token of Telegram: digits, then 35 bytes that begin with AA. */
static bool try_bot(struct scan *s, size_t at)
{
    size_t digits = 0, end = at + 1;

    while (digits < at && digits < 11 && is_digit(s->text.p[at - digits - 1]))
        digits++;
    if (digits < 8 || digits > 10 || !tt_str_starts(from(s, end), TT_STR("AA")))
        return false;
    while (end < s->text.n && end - at < 37 && is_word(s->text.p[end]))
        end++;
    if (end - at != 36)
        return false;
    add(s, TT_SECRET_CLOUD_KEY, at + 1, end);
    return true;
}

static void try_assigned(struct scan *s, size_t at)
{
    struct tt_range value = tt_secret_assigned(s->text, at);

    if (value.end == value.start && s->text.p[at] == '=') {
        value = tt_secret_parameter(s->text, at);
        add(s, TT_SECRET_CONNECTION, value.start, value.end);
    } else {
        if (value.end == value.start && s->text.p[at] == ',')
            value = tt_secret_argument(s->text, at);
        add(s, TT_SECRET_VALUE, value.start, value.end);
    }
}

static void try_argument(struct scan *s, size_t at)
{
    struct tt_range value = tt_secret_argument(s->text, at);

    add(s, TT_SECRET_VALUE, value.start, value.end);
}

static void look(struct scan *s, size_t at)
{
    char c = s->text.p[at];
    bool starts = at == 0 || !is_word(s->text.p[at - 1]);

    if (c == '-')
        try_private_key(s, at);
    else if (c == ':' && tt_str_starts(from(s, at), TT_STR("://")))
        try_url(s, at);
    else if (c == ':' && try_bot(s, at))
        return;
    else if (c == '=' || c == ':' || c == ',')
        try_assigned(s, at);
    else if (c == '(')
        try_argument(s, at);
    else if (starts && c == 'e')
        try_jwt(s, at);
    else if (starts && strchr("AGNPSdfghklnprstwxy", c) && c != '\0')
        try_shape(s, at);
}

int tt_secret_find(struct tt_arena *arena, tt_str text, struct tt_secret **out, size_t *n)
{
    struct scan s = { .text = text, .arena = arena };

    if (text.n > UINT32_MAX)
        return TT_ETOOBIG;
    while (s.at < text.n && !s.err) {
        size_t at = s.at;

        look(&s, at);
        if (s.at == at)
            s.at++;
    }
    if (s.err)
        return s.err;
    *out = s.found;
    *n = s.n;
    return 0;
}
