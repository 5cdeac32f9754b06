/* predicates_name.c -- what a name or a literal stands for: money, secrets. */
#include "analysis/predicates_set.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"

/* (#name-word? @a "price amount"): a word of the name is in the list */
bool pred_name_word(ARGS)
{
    tt_str name = pred_text(match, &args[0]);

    for (uint32_t i = 1; i < n; i++) {
        if (name_has_word(name, args[i].string.p))
            return true;
    }
    return false;
}

#define MONEY                                                                                      \
    "price prices amount cost costs total subtotal balance salary wage wages fee fees tax taxes "  \
    "discount payment revenue money budget refund payout deposit invoice credit debit usd eur "    \
    "gbp charge earnings income expense commission"

/* What has such a word but counts or measures something else. */
#define NOT_MONEY                                                                                  \
    "percent percentage pct rate ratio count factor weight score time seconds minutes hours days " \
    "timeout "                                                                                     \
    "ms duration size bytes items number id at type status method code date tokens token "         \
    "quantity "                                                                                    \
    "qty items memory cpu disk energy calories load loss distance length width height area "       \
    "latency volume progress temperature precision nb num bounced sent votes users rows"

/* (#money? @name) */
bool pred_money(ARGS)
{
    tt_str name = pred_text(match, &args[0]);

    (void)n;
    return name_has_word(name, MONEY) && !name_has_word(name, NOT_MONEY);
}

/* (#decorates-money? @decorator): what the decorator stands at is named as money */
bool pred_decorates_money(ARGS)
{
    TSNode node = pred_node(match, &args[0]);
    TSNode field = node_parent(node);

    (void)n;
    if (!node_is_any(field, "public_field_definition field_definition"))
        return false;
    tt_str name = tt_node_text(node_field(field, "name"), match->text);
    return name_has_word(name, MONEY) && !name_has_word(name, NOT_MONEY);
}

/* (#secret-name? @name): a name that is given to secrets */
bool pred_secret_name(ARGS)
{
    tt_str name = pred_unquote(pred_text(match, &args[0]));

    (void)n;
    if (name_has_word(name,
                      "url uri name field type expire expires expiry expiration header "
                      "prefix path length algorithm endpoint regex pattern label message "
                      "error placeholder column table param cookie storage cache redis "
                      "event public id hash hint title text reset ttl enabled disabled status "
                      "policy login required min max property env var rule rules format tpl "
                      "template link page view route file locator selector xpath "
                      "charset chars alphabet context audience backend rate encoder info digest "
                      "redacted masked"))
        return false;
    if (name_has_word(name, "secret password passwd"))
        return true;
    return name_has_word(name, "key") &&
           name_has_word(name, "api private signing encryption jwt auth access master");
}

/* Somewhere to be filled in, or the place where the secret really is. */
static bool placeholder(tt_str s)
{
    static const char *const marks[] = { "{",      "<",          "xxx",     "XXX",      "...",
                                         "***",    "://",        "%(",      "%s",       "process.",
                                         "env:",   "ENV[",       "$t(",     "my_token", "random",
                                         "Random", "irrelevant", "redacted" };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (tt_str_has(s, tt_str_from(marks[i])))
            return true;
    }
    return false;
}

/* Only words that name secrets: "access_token" is a key of a header, no token. */
static bool only_names(tt_str s)
{
    for (size_t from = 0, i = 0; i <= s.n; i++) {
        if (i < s.n && s.p[i] != '_' && s.p[i] != '-' && s.p[i] != '.' && s.p[i] != ':')
            continue;
        tt_str part = tt_str_sub(s, from, i);
        bool digits = false;
        for (size_t k = 0; k < part.n; k++)
            digits = digits || (part.p[k] >= '0' && part.p[k] <= '9');
        if (digits)
            return false;
        if (part.n > 0 &&
            !name_has_word(part, "access refresh token tokens auth key api secret password jwt id "
                                 "user x csrf xsrf session authorization bearer client app reset "
                                 "private public new old confirm current hash app db pass"))
            return false;
        from = i + 1;
    }
    return true;
}

static bool letter_or_digit(char c)
{
    return c != '_' && pred_word_char(c);
}

/* "aria2_secret" and Aria2Secret: the value is only the name once more. */
static bool same_letters(tt_str a, tt_str b)
{
    size_t i = 0, k = 0;

    for (;;) {
        while (i < a.n && !letter_or_digit(a.p[i]))
            i++;
        while (k < b.n && !letter_or_digit(b.p[k]))
            k++;
        if (i == a.n || k == b.n)
            return i == a.n && k == b.n;
        if (!tt_str_eq_nocase(tt_str_sub(a, i, i + 1), tt_str_sub(b, k, k + 1)))
            return false;
        i++;
        k++;
    }
}

/* KEY_GOOGLE_API_KEY = "google_api_key": lower-case words, all of them from the name. */
static bool words_of(tt_str value, tt_str name)
{
    char word[64];
    size_t n = 0;

    for (size_t i = 0; i <= value.n; i++) {
        char c = i < value.n ? value.p[i] : '_';

        if (c >= 'a' && c <= 'z' && n + 1 < sizeof(word)) {
            word[n++] = c;
        } else if (strchr("_-.", c)) {
            word[n] = '\0';
            if (n > 0 && !name_has_word(name, word))
                return false;
            n = 0;
        } else {
            return false;
        }
    }
    return true;
}

/* "security.passwordRequiresDigit", "error.object.old_password", "mcp-auth-token",
 * "app.backends.OIDCBackend": two or more words of letters, with signs between them, are the name
 * of something. */
static bool key_of_words(tt_str s)
{
    size_t parts = 0, letters = 0;

    for (size_t i = 0; i <= s.n; i++) {
        char c = i < s.n ? s.p[i] : '.';

        if (c == '.' || c == ':' || c == '-' || c == '_') {
            if (letters < 2)
                return false;
            parts++;
            letters = 0;
        } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            letters++;
        } else {
            return false;
        }
    }
    return parts >= 2 && (memchr(s.p, '.', s.n) || memchr(s.p, ':', s.n));
}

/* "x-secret-ref", "on_create", "polar_client_secret", ".dockerconfigjson": lower-case words with
 * signs between them are the name of something. */
static bool joined_words(tt_str s)
{
    bool sign = s.n > 0 && s.p[0] == '.';

    for (size_t i = 0; i < s.n; i++) {
        bool lower = s.p[i] >= 'a' && s.p[i] <= 'z';

        if (!lower && s.p[i] != '_' && s.p[i] != '-' && (i > 0 || s.p[i] != '.'))
            return false;
        sign = sign || (!lower && i > 0 && i + 1 < s.n);
    }
    return sign && !tt_str_has(s, TT_STR("my")) && !tt_str_has(s, TT_STR("super")) &&
           !tt_str_has(s, TT_STR("change"));
}

/* "0123456789", "ABCDEF...": what passwords are made of.  123456 is a password. */
static bool alphabet(tt_str s)
{
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] != s.p[i - 1] + 1)
            return false;
    }
    return s.n >= 10;
}

/* Values that say themselves that they open nothing. */
#define MADE_UP "mock mocked test testing example demo dummy fake sample"

/* Keys that are made to be public: of PostHog's and Stripe's scripts in the browser. */
static bool public_key(tt_str s)
{
    return tt_str_starts(s, TT_STR("phc_")) || tt_str_starts(s, TT_STR("pk_")) ||
           tt_str_starts(s, TT_STR("DEMO"));
}

/* "web3AuthToken" in Web3AuthTokenKey: the name without its last word. */
static bool begins_name(tt_str value, tt_str name)
{
    return value.n >= 6 && value.n < name.n &&
           tt_str_eq_nocase(tt_str_sub(name, 0, value.n), value);
}

/* "SmtpEncryption" in KEY_SMTP_ENCRYPTION: the last words of the name, without their signs. */
static bool ends_name(tt_str value, tt_str name)
{
    size_t i = value.n, k = name.n, same = 0;

    for (;;) {
        while (i > 0 && !letter_or_digit(value.p[i - 1]))
            i--;
        while (k > 0 && !letter_or_digit(name.p[k - 1]))
            k--;
        if (i == 0 || k == 0)
            return i == 0 && same >= 6;
        if (!tt_str_eq_nocase(tt_str_sub(value, i - 1, i), tt_str_sub(name, k - 1, k)))
            return false;
        i--;
        k--;
        same++;
    }
}

/* "X-Acme-ApiKey", "env_spas_secretKey": letters and signs, with a word behind a small letter
 * that says what stands there. */
static bool named_key(tt_str s)
{
    static const char *const ends[] = { "Key", "Secret", "Token", "Password" };
    bool named = false;

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        size_t n = strlen(ends[i]);
        named = named || (s.n > n && tt_str_ends(s, tt_str_from(ends[i])) &&
                          s.p[s.n - n - 1] >= 'a' && s.p[s.n - n - 1] <= 'z');
    }
    for (size_t i = 0; i < s.n && named; i++)
        named = pred_word_char(s.p[i]) ? !(s.p[i] >= '0' && s.p[i] <= '9') : s.p[i] == '-';
    return named && !tt_str_has_nocase(s, TT_STR("my")) && !tt_str_has_nocase(s, TT_STR("super")) &&
           !tt_str_has_nocase(s, TT_STR("change"));
}

/* 'APP_SECRET', 'YOUR_API_KEY': the name of what is to be filled in. */
static bool capital_name(tt_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!(s.p[i] >= 'A' && s.p[i] <= 'Z') && s.p[i] != '_')
            return false;
    }
    return memchr(s.p, '_', s.n) &&
           (tt_str_ends(s, TT_STR("SECRET")) || tt_str_ends(s, TT_STR("KEY")) ||
            tt_str_ends(s, TT_STR("TOKEN")) || tt_str_ends(s, TT_STR("PASSWORD")));
}

/* (#secret-literal? @string): not empty, and not something to be filled in */
bool pred_secret_literal(ARGS)
{
    tt_str s = pred_unquote(pred_text(match, &args[0]));

    if (n > 1 && same_letters(s, pred_unquote(pred_text(match, &args[1]))))
        return false;
    return s.n >= 3 && s.n <= 200 && !placeholder(s) && !public_key(s) && !capital_name(s);
}

/* (#secret? @string @name): looks like a real secret rather than like the name of one */
bool pred_is_secret(ARGS)
{
    tt_str s = pred_unquote(pred_text(match, &args[0]));
    bool lower = false, digit = false;

    if (n > 1 &&
        (same_letters(s, pred_text(match, &args[1])) || words_of(s, pred_text(match, &args[1])) ||
         begins_name(s, pred_text(match, &args[1])) || ends_name(s, pred_text(match, &args[1]))))
        return false;
    if (s.n < 6 || s.n > 200 || placeholder(s) || only_names(s))
        return false;
    if (key_of_words(s) || joined_words(s) || named_key(s) || alphabet(s) || public_key(s) ||
        name_has_word(s, MADE_UP))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        lower = lower || (s.p[i] >= 'a' && s.p[i] <= 'z');
        digit = digit || (s.p[i] >= '0' && s.p[i] <= '9');
    }
    if (!digit && (!lower || s.n < 8)) /* NAME_OF_SOMETHING, "success" */
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '/' || s.p[i] == '\\' ||
            (unsigned char)s.p[i] >= 0x80)
            return false;
    }
    return true;
}
