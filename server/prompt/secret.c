/* secret.c -- where the secrets are in a text.
 *
 * One pass.  At each byte that can begin one, at most one detector looks ahead
 * on its own line (only the block of a private key spans lines).  What it finds
 * is the value alone: quotes, names and user names stay, so that the model
 * still sees what kind of thing stands there.
 */
#include "prompt/redact.h"

#include "trimtab/error.h"

#define VALUE_MAX 4096 /* longer literals are data, not secrets */
#define KEY_LINES 200  /* of a private key that never ends */

struct scan {
    tt_str text;
    struct tt_arena *arena;
    struct tt_secret *found;
    size_t n, cap;
    size_t at; /* everything before is done */
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

static void add(struct scan *s, enum tt_secret_kind kind, size_t start, size_t end)
{
    if (s->err || start >= end)
        return;
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

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_alnum(char c)
{
    return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z');
}

static bool is_word(char c)
{
    return is_alnum(c) || c == '_' || c == '-';
}

static bool is_base64(char c)
{
    return is_alnum(c) || c == '+' || c == '/' || c == '=';
}

static tt_str from(const struct scan *s, size_t at)
{
    return tt_str_sub(s->text, at, s->text.n);
}

static size_t line_end(tt_str text, size_t at)
{
    const char *lf = at < text.n ? memchr(text.p + at, '\n', text.n - at) : NULL;

    return lf ? (size_t)(lf - text.p) : text.n;
}

static bool has_part(tt_str s, const char *part)
{
    size_t n = strlen(part);

    for (size_t i = 0; i + n <= s.n; i++) {
        if (memcmp(s.p + i, part, n) == 0)
            return true;
    }
    return false;
}

/* ---- private keys ---- */

/* The runs of base64 between the marks; "\n" written out separates like a line end. */
static void key_body(struct scan *s, size_t at, size_t end)
{
    while (at < end && !s->err) {
        size_t n = 0;

        if (s->text.p[at] == '\\') {
            at += 2;
            continue;
        }
        while (at + n < end && is_base64(s->text.p[at + n]))
            n++;
        if (n >= 8)
            add(s, TT_SECRET_PRIVATE_KEY, at, at + n);
        at += n ? n : 1;
    }
}

static size_t key_end(tt_str text, size_t at)
{
    for (int lines = 0; at < text.n && lines < KEY_LINES; at++) {
        if (text.p[at] == '-' && tt_str_starts(tt_str_sub(text, at, text.n), TT_STR("-----")))
            return at;
        lines += text.p[at] == '\n';
    }
    return at < text.n ? at : text.n;
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
            end = key_end(s->text, at + body + 16);
            key_body(s, at + body + 16, end);
            s->at = end;
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
    { TT_STR_INIT("AGE-SECRET-KEY-1"), UPPER_DIGIT, 50 },
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

        if (!tt_str_starts(rest, shapes[i].prefix))
            continue;
        while (n < rest.n && n < VALUE_MAX && in_set(shapes[i].charset, rest.p[n]))
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
    for (; n < rest.n && n < VALUE_MAX; n++) {
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

/* Not a secret but a place for one. */
static bool is_template(tt_str value)
{
    static const char *const marks[] = { "${", "{{", "#{", "%(", "%s", "%v", "$(", "://", "<" };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (has_part(value, marks[i]))
            return true;
    }
    return value.n > 0 && (value.p[0] == '$' || value.p[0] == '/' || value.p[0] == '{');
}

/* At "://": user:password@host. */
static void try_url(struct scan *s, size_t at)
{
    size_t i = at + 3, colon = 0;

    for (; i < s->text.n && i < at + VALUE_MAX; i++) {
        char c = s->text.p[i];

        if (c == ':' && !colon)
            colon = i;
        if (c == '@' || c <= ' ' || strchr("/?#\"'`<>\\,", c))
            break;
    }
    if (colon && i < s->text.n && s->text.p[i] == '@' &&
        !is_template(tt_str_sub(s->text, colon + 1, i)))
        add(s, TT_SECRET_CONNECTION, colon + 1, i);
}

/* ---- literals with a telling name ---- */

/* 0: not telling; 1: perhaps; 2: says secret.  Letter case, _ and - do not count. */
static int name_says(tt_str name)
{
    static const char *const strong[] = {
        "password",  "passwd",     "pwd",        "passphrase",    "secret",     "apikey",
        "accesskey", "privatekey", "signingkey", "encryptionkey", "masterkey",  "accountkey",
        "sharedkey", "hmackey",    "jwtkey",     "authkey",       "credential",
    };
    static const char *const weak[] = { "token", "auth", "jwt", "bearer", "salt", "dsn" };
    static const char *const not_a_value[] = {
        "url",  "uri",   "path",   "file",      "type",   "name",   "field",    "regex",  "pattern",
        "alg",  "algo",  "header", "prefix",    "id",     "length", "len",      "hint",   "label",
        "hash", "class", "format", "algorithm", "policy", "scheme", "endpoint", "issuer", "expiry",
    };
    char flat[64];
    size_t n = 0;
    tt_str word;

    for (size_t i = 0; i < name.n && n < sizeof(flat) - 1; i++) {
        if (name.p[i] != '_' && name.p[i] != '-')
            flat[n++] = (char)(is_upper(name.p[i]) ? name.p[i] | 0x20 : name.p[i]);
    }
    word = (tt_str){ flat, n };
    for (size_t i = 0; i < sizeof(not_a_value) / sizeof(not_a_value[0]); i++) {
        if (tt_str_ends(word, tt_str_from(not_a_value[i])))
            return 0;
    }
    for (size_t i = 0; i < sizeof(strong) / sizeof(strong[0]); i++) {
        if (has_part(word, strong[i]))
            return 2;
    }
    for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++) {
        if (has_part(word, weak[i]))
            return 1;
    }
    return 0;
}

/* How many different bytes: words repeat theirs, random strings do not. */
static size_t variety(tt_str s)
{
    bool seen[256] = { false };
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        n += !seen[(unsigned char)s.p[i]];
        seen[(unsigned char)s.p[i]] = true;
    }
    return n;
}

/* Is a literal with such a name a secret, or a word? */
static bool value_says(int name, tt_str value)
{
    bool digit = false, symbol = false;

    if (value.n < 6 || value.n > VALUE_MAX || is_template(value))
        return false;
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];

        if (c <= ' ')
            return false;
        digit |= is_digit(c);
        symbol |= !is_word(c) && c != '.';
    }
    if (name == 2 && (digit || symbol))
        return true;
    if (value.n < 16 || variety(value) < 10)
        return false;
    return digit || (name == 2 && variety(value) >= 14);
}

static size_t skip_blanks(tt_str text, size_t at)
{
    while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\t'))
        at++;
    return at;
}

static size_t back_blanks(tt_str text, size_t at)
{
    while (at > 0 && (text.p[at - 1] == ' ' || text.p[at - 1] == '\t'))
        at--;
    return at;
}

/* The word that ends at `end`. */
static tt_str word_before(tt_str text, size_t end)
{
    size_t start = end;

    while (start > 0 && end - start < 64 && is_word(text.p[start - 1]))
        start--;
    return tt_str_sub(text, start, end);
}

/* The name left of an operator at `at`: behind blanks, a quote, [] or a type. */
static tt_str name_before(tt_str text, size_t at)
{
    size_t end = back_blanks(text, at);
    size_t least = at > 16 ? at - 16 : 0;
    tt_str name;

    while (end > least && strchr("=:!\"'`[]", text.p[end - 1]))
        end = back_blanks(text, end - 1);
    name = word_before(text, end);
    if (name_says(name) == 0 && name.n > 0) { /* name: type = value, or name string = value */
        end = back_blanks(text, end - name.n);
        least = end > 4 ? end - 4 : 0;
        while (end > least && strchr(":*&?", text.p[end - 1]))
            end = back_blanks(text, end - 1);
        name = word_before(text, end);
    }
    return name;
}

/* The inside of a literal that begins at `at`; empty when there is none. */
static struct tt_range literal(tt_str text, size_t at)
{
    static const tt_str wraps[] = { TT_STR_INIT("[]byte("), TT_STR_INIT("b"), TT_STR_INIT("r"),
                                    TT_STR_INIT("u"),       TT_STR_INIT("@"), TT_STR_INIT("L") };
    struct tt_range none = { 0, 0 };
    size_t end;
    char quote;

    for (size_t i = 0; i < sizeof(wraps) / sizeof(wraps[0]); i++) {
        tt_str rest = tt_str_sub(text, at, text.n);

        if (tt_str_starts(rest, wraps[i]) && rest.n > wraps[i].n &&
            strchr("\"'`", rest.p[wraps[i].n])) {
            at += wraps[i].n;
            break;
        }
    }
    if (at >= text.n || !strchr("\"'`", text.p[at]) || text.p[at] == '\0')
        return none;
    quote = text.p[at++];
    if (tt_str_starts(tt_str_sub(text, at, text.n), TT_STR("Bearer ")))
        at += 7;
    for (end = at; end < text.n && end < at + VALUE_MAX + 1; end++) {
        if (text.p[end] == quote)
            return (struct tt_range){ (uint32_t)at, (uint32_t)end };
        if (text.p[end] == '\n')
            break;
        if (text.p[end] == '\\')
            end++;
    }
    return none;
}

/* Does `name` begin its line, but for blanks and "export"? */
static bool begins_line(tt_str text, tt_str name)
{
    size_t start = (size_t)(name.p - text.p), line = start;

    while (line > 0 && start - line < 80 && text.p[line - 1] != '\n')
        line--;
    line = skip_blanks(text, line);
    if (tt_str_starts(tt_str_sub(text, line, text.n), TT_STR("export ")))
        line = skip_blanks(text, line + 7);
    return line == start;
}

static bool is_constant(tt_str name)
{
    for (size_t i = 0; i < name.n; i++) {
        if (!is_upper(name.p[i]) && !is_digit(name.p[i]) && name.p[i] != '_')
            return false;
    }
    return true;
}

/* A bare value could also be an expression of some language: behind = it must
 * look random, behind : (YAML) at least not like a name. */
static bool is_bare_secret(char operator, int says, tt_str value)
{
    bool lower = false, upper = false, digit = false, joined = false;

    for (size_t i = 0; i < value.n; i++) {
        upper |= is_upper(value.p[i]);
        digit |= is_digit(value.p[i]);
        lower |= is_alnum(value.p[i]) && !is_upper(value.p[i]) && !is_digit(value.p[i]);
        joined |= value.p[i] == '_';
        if (strchr(".,;()[]{}<>\"'`", value.p[i]))
            return false;
    }
    if (!lower || !digit || joined || !value_says(says, value))
        return false;
    return operator== ':' ? value.n >= 8 : upper && value.n >= 16;
}

/* NAME=value or name: value without quotes, alone on its line: settings. */
static void try_setting(struct scan *s, size_t at, tt_str name, int says)
{
    bool tight = s->text.p[at] == '=' && at + 1 < s->text.n && s->text.p[at + 1] > ' ';
    size_t start = skip_blanks(s->text, at + 1), end = start;
    tt_str value;

    if (!begins_line(s->text, name))
        return;
    while (end < s->text.n && end - start < VALUE_MAX && s->text.p[end] > ' ')
        end++;
    value = tt_str_sub(s->text, start, end);
    if (value.n < 4 || is_template(value))
        return;
    if (tight && says == 2 && is_constant(name) && !strchr("\"'`([", value.p[0]) &&
        !has_part(value, "("))
        add(s, TT_SECRET_VALUE, start, end);
    else if (skip_blanks(s->text, end) == line_end(s->text, end) &&
             is_bare_secret(s->text.p[at], says, value))
        add(s, TT_SECRET_VALUE, start, end);
}

/* At = : or , with a name before it and a literal behind it. */
static void try_assigned(struct scan *s, size_t at)
{
    size_t value = at + 1, quote = back_blanks(s->text, at);
    struct tt_range inside;
    tt_str name;
    int says;

    /* A comma assigns only to a name in quotes: set("password", "...") */
    if (s->text.p[at] == ',' && (quote == 0 || !strchr("\"'`", s->text.p[quote - 1])))
        return;
    name = name_before(s->text, at);
    says = name_says(name);
    if (says == 0)
        return;
    while (value < s->text.n && value < at + 3 &&
           (s->text.p[value] == '=' || s->text.p[value] == '>'))
        value++;
    value = skip_blanks(s->text, value);
    inside = literal(s->text, value);
    if (inside.end > inside.start) {
        if (value_says(says, tt_str_sub(s->text, inside.start, inside.end)))
            add(s, TT_SECRET_VALUE, inside.start, inside.end);
    } else if (s->text.p[at] != ',') {
        try_setting(s, at, name, says);
    }
}

static void look(struct scan *s, size_t at)
{
    char c = s->text.p[at];
    bool starts = at == 0 || !is_word(s->text.p[at - 1]);

    if (c == '-')
        try_private_key(s, at);
    else if (c == ':' && tt_str_starts(from(s, at), TT_STR("://")))
        try_url(s, at);
    else if (c == '=' || c == ':' || c == ',')
        try_assigned(s, at);
    else if (starts && c == 'e')
        try_jwt(s, at);
    else if (starts && is_alnum(c))
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
