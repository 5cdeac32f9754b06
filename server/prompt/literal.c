/* literal.c -- see literal.h.  Names and values are judged together: the more a
 * name says, the less random the value has to look. */
#include "prompt/literal.h"

bool tt_secret_is_template(tt_str value)
{
    static const char *const marks[] = { "${", "{{", "#{", "%(", "%s", "%v", "$(", "://", "<" };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (has_part(value, marks[i]))
            return true;
    }
    return value.n > 0 && (value.p[0] == '$' || value.p[0] == '/' || value.p[0] == '{');
}

static const struct {
    const char *word;
    int says; /* 1: perhaps; 2: says secret */
} telling[] = {
    { "password", 2 },      { "passwd", 2 },    { "pwd", 2 },        { "passphrase", 2 },
    { "secret", 2 },        { "apikey", 2 },    { "accesskey", 2 },  { "privatekey", 2 },
    { "signingkey", 2 },    { "masterkey", 2 }, { "accountkey", 2 }, { "sharedkey", 2 },
    { "encryptionkey", 2 }, { "hmackey", 2 },   { "jwtkey", 2 },     { "authkey", 2 },
    { "credential", 2 },    { "token", 1 },     { "auth", 1 },       { "jwt", 1 },
    { "bearer", 1 },        { "salt", 1 },      { "dsn", 1 },        { "sessionkey", 2 },
    { "cookiekey", 2 },     { "cipherkey", 2 }, { "appkey", 1 },
};

/* A name that ends like this holds something about a secret, not the secret. */
static const char *const not_a_value[] = {
    "url",    "uri",       "path",   "file",   "type",     "name",   "field",
    "regex",  "pattern",   "alg",    "algo",   "header",   "prefix", "id",
    "length", "len",       "hint",   "label",  "hash",     "class",  "format",
    "policy", "algorithm", "scheme", "issuer", "endpoint", "expiry", "callback",
};

/* 0: not telling; 1: perhaps; 2: says secret.  Letter case, _ and - do not count. */
static int name_says(tt_str name)
{
    char flat[64];
    size_t n = 0;
    int says = 0;
    tt_str word;

    for (size_t i = 0; i < name.n && n < sizeof(flat) - 1; i++) {
        if (name.p[i] != '_' && name.p[i] != '-')
            flat[n++] = (char)(is_upper(name.p[i]) ? name.p[i] | 0x20 : name.p[i]);
    }
    word = (tt_str){ flat, n };
    if (tt_str_eq(word, TT_STR("pass")) || tt_str_ends(name, TT_STR("_PASS")) ||
        tt_str_ends(name, TT_STR("_pass")) || tt_str_ends(name, TT_STR("Pass")))
        return 2; /* a word of its own, not "bypass" */
    for (size_t at = 0; at + 3 <= n; at++) {
        for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++) {
            if (flat[at] == telling[i].word[0] && telling[i].says > says &&
                tt_str_starts(tt_str_sub(word, at, n), tt_str_from(telling[i].word)))
                says = telling[i].says;
        }
    }
    for (size_t i = 0; says && i < sizeof(not_a_value) / sizeof(not_a_value[0]); i++) {
        if (tt_str_ends(word, tt_str_from(not_a_value[i])))
            return 0;
    }
    return says;
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

    if (value.n < 6 || value.n > TT_SECRET_MAX || tt_secret_is_template(value))
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

/* "Bearer ..." and the like: what follows is the secret, whatever the name says. */
static size_t scheme(tt_str text, size_t at)
{
    static const tt_str schemes[] = { TT_STR_INIT("Bearer "), TT_STR_INIT("Basic "),
                                      TT_STR_INIT("Token "), TT_STR_INIT("ApiKey ") };

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        size_t end = at + schemes[i].n;

        if (!tt_str_starts(tt_str_sub(text, at, text.n), schemes[i]))
            continue;
        while (end < text.n && is_word(text.p[end]))
            end++;
        /* "Basic realm=..." is the question, not the answer */
        if (end + 1 < text.n && text.p[end] == '=' && (is_alnum(text.p[end + 1])))
            return 0;
        return schemes[i].n;
    }
    return 0;
}

/* The inside of a literal that begins at `at`; empty when there is none.  *says is
 * raised where the literal itself tells. */
static struct tt_range literal(tt_str text, size_t at, int *says)
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
    if (scheme(text, at)) {
        at += scheme(text, at);
        *says = 2;
    }
    for (end = at; end < text.n && end < at + TT_SECRET_MAX + 1; end++) {
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

/* GITHUB_TOKEN=..., and not MAX_TOKEN=4096. */
static bool is_token_setting(tt_str name, tt_str value)
{
    bool digit = false, letter = false;

    for (size_t i = 0; i < value.n; i++) {
        digit |= is_digit(value.p[i]);
        letter |= is_alnum(value.p[i]) && !is_digit(value.p[i]);
    }
    return letter && (digit || value.n >= 12) &&
           (tt_str_ends(name, TT_STR("TOKEN")) || tt_str_ends(name, TT_STR("SALT")));
}

/* NAME=value or name: value without quotes, alone on its line: settings. */
static struct tt_range setting(tt_str text, size_t at, tt_str name, int says)
{
    bool tight = text.p[at] == '=' && at + 1 < text.n && text.p[at + 1] > ' ';
    size_t start = skip_blanks(text, at + 1), end = start;
    struct tt_range none = { 0, 0 };
    tt_str value;

    if (!begins_line(text, name))
        return none;
    while (end < text.n && end - start < TT_SECRET_MAX && text.p[end] > ' ')
        end++;
    value = tt_str_sub(text, start, end);
    if (value.n < 4 || tt_secret_is_template(value))
        return none;
    if (tight && (says == 2 || is_token_setting(name, value)) && is_constant(name) &&
        !strchr("\"'`([", value.p[0]) && !has_part(value, "("))
        return (struct tt_range){ (uint32_t)start, (uint32_t)end };
    if (skip_blanks(text, end) == line_end(text, end) && is_bare_secret(text.p[at], says, value))
        return (struct tt_range){ (uint32_t)start, (uint32_t)end };
    return none;
}

/* Does the comma or parenthesis at `at` belong to a call that takes a key? */
static bool in_signing_call(tt_str text, size_t at)
{
    static const tt_str commas[] = { TT_STR_INIT("jwt.sign("),   TT_STR_INIT("jwt.verify("),
                                     TT_STR_INIT("jwt.encode("), TT_STR_INIT("jwt.decode("),
                                     TT_STR_INIT("createHmac("), TT_STR_INIT("createCipheriv(") };
    static const tt_str parens[] = { TT_STR_INIT("hmac.new("), TT_STR_INIT("HMAC("),
                                     TT_STR_INIT("SigningKey("), TT_STR_INIT("Fernet(") };
    size_t start = at;

    if (text.p[at] == '(') {
        for (size_t i = 0; i < sizeof(parens) / sizeof(parens[0]); i++) {
            if (tt_str_ends(tt_str_sub(text, 0, at + 1), parens[i]))
                return true;
        }
        return false;
    }
    while (start > 0 && at - start < 200 && text.p[start - 1] != '\n')
        start--;
    for (size_t i = 0; i < sizeof(commas) / sizeof(commas[0]); i++) {
        if (memmem(text.p + start, at - start, commas[i].p, commas[i].n))
            return true;
    }
    return false;
}

struct tt_range tt_secret_argument(tt_str text, size_t at)
{
    struct tt_range inside, none = { 0, 0 };
    int says = 2;

    if (!in_signing_call(text, at))
        return none;
    inside = literal(text, skip_blanks(text, at + 1), &says);
    return value_says(says, tt_str_sub(text, inside.start, inside.end)) ? inside : none;
}

/* NAME="two words", as settings and shells have it. */
static bool is_quoted_setting(tt_str text, size_t at, tt_str name, struct tt_range inside)
{
    tt_str value = tt_str_sub(text, inside.start, inside.end);

    return text.p[at] == '=' && inside.start == at + 2 && value.n >= 6 && is_constant(name) &&
           begins_line(text, name) && !tt_secret_is_template(value);
}

struct tt_range tt_secret_assigned(tt_str text, size_t at)
{
    size_t value = at + 1, quote = back_blanks(text, at);
    struct tt_range inside, none = { 0, 0 };
    tt_str name;
    int says;

    /* A comma assigns only to a name in quotes: set("password", "...") */
    if (text.p[at] == ',' && (quote == 0 || !strchr("\"'`", text.p[quote - 1])))
        return none;
    name = name_before(text, at);
    says = name_says(name);
    if (says == 0)
        return none;
    while (value < text.n && value < at + 3 && (text.p[value] == '=' || text.p[value] == '>'))
        value++;
    inside = literal(text, skip_blanks(text, value), &says);
    if (inside.end > inside.start)
        return value_says(says, tt_str_sub(text, inside.start, inside.end)) ||
                       (says == 2 && is_quoted_setting(text, at, name, inside))
                   ? inside
                   : none;
    return text.p[at] == ',' ? none : setting(text, at, name, says);
}

/* ---- parameters of URLs and connection strings ---- */

/* Does `at` stand inside of a literal of its line? */
static bool is_quoted(tt_str text, size_t at)
{
    size_t start = at, quotes[3] = { 0 };

    while (start > 0 && at - start < TT_SECRET_MAX && text.p[start - 1] != '\n') {
        const char *quote = strchr("\"'`", text.p[--start]);

        if (quote && *quote)
            quotes[text.p[start] == '"' ? 0 : text.p[start] == '\'' ? 1 : 2]++;
    }
    return quotes[0] % 2 || quotes[1] % 2 || quotes[2] % 2;
}

/* "password", "your-password": what stands there until the real one does. */
static bool is_stand_in(tt_str value)
{
    for (size_t i = 0; i < value.n; i++) {
        if (is_digit(value.p[i]))
            return false;
    }
    return name_says(value) == 2 || has_part(value, "***") || has_part(value, "changeme");
}

/* A bare parameter may be code: it must look like a secret by itself. */
static bool is_bare_parameter(int says, tt_str value)
{
    for (size_t i = 0; i < value.n; i++) {
        if (strchr("()[]{}", value.p[i]))
            return false;
    }
    return value_says(says, value);
}

struct tt_range tt_secret_parameter(tt_str text, size_t at)
{
    tt_str name = word_before(text, at), value;
    size_t start = (size_t)(name.p - text.p), end = at + 1;
    char before = name.n && start > 0 ? text.p[start - 1] : '\0';
    bool url = before == '?' || before == '&', first = before == '"' || before == '\'';
    struct tt_range none = { 0, 0 };
    int says = name_says(name);

    if (!before || (!url && before != ';' && !first))
        return none;
    if (!says && url && (tt_str_eq(name, TT_STR("sig")) || tt_str_eq(name, TT_STR("key"))))
        says = 1;
    while (says && end < text.n && end - at < TT_SECRET_MAX && text.p[end] > ' ' &&
           !strchr(url ? "&\"'`<>\\#" : ";\"'`<>\\", text.p[end]))
        end++;
    value = tt_str_sub(text, at + 1, end);
    if (!says || (first && (end == text.n || text.p[end] != ';')) || tt_secret_is_template(value) ||
        has_part(value, "{") || is_stand_in(value))
        return none;
    if (is_quoted(text, at) ? (says == 2 && value.n >= 4) || value_says(says, value)
                            : is_bare_parameter(says, value))
        return (struct tt_range){ (uint32_t)at + 1, (uint32_t)end };
    return none;
}
