/* say.c -- one sentence for what happened, one for what to do about it. */
#include "llm/say.h"

#include "base/buf.h"
#include "base/utf8.h"

#define MASK "[key]"

/* ---- their words ---- */

static bool is_key_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '*' || c == '.';
}

/* The length of something shaped like a key at s.p: providers echo keys, half
 * hidden, in the message that rejects them. */
static size_t key_shape(tt_str s)
{
    static const tt_str prefixes[] = {
        TT_STR_INIT("sk-"),  TT_STR_INIT("sk_"),  TT_STR_INIT("pk-"),     TT_STR_INIT("AIza"),
        TT_STR_INIT("gsk_"), TT_STR_INIT("xai-"), TT_STR_INIT("Bearer "),
    };

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        size_t n = prefixes[i].n;

        if (!tt_str_starts(s, prefixes[i]))
            continue;
        while (n < s.n && is_key_char(s.p[n]))
            n++;
        if (n >= prefixes[i].n + 6)
            return n;
    }
    return 0;
}

static size_t secret_at(tt_str words, size_t at, tt_str key)
{
    tt_str rest = tt_str_sub(words, at, words.n);

    if (key.n >= 4 && tt_str_starts(rest, key))
        return key.n;
    return at == 0 || !is_key_char(words.p[at - 1]) ? key_shape(rest) : 0;
}

static void add_clean(struct tt_buf *out, tt_str words, tt_str key, size_t max)
{
    for (size_t at = 0, n; at < words.n && out->n < max; at += n) {
        tt_str rest = tt_str_sub(words, at, words.n);
        unsigned char c = (unsigned char)rest.p[0];

        n = secret_at(words, at, key);
        if (n > 0) {
            tt_buf_adds(out, MASK);
            continue;
        }
        tt_utf8_decode(rest, &n);
        if (c <= ' ' || c == 0x7F) {
            if (out->n > 0 && out->p[out->n - 1] != ' ')
                tt_buf_addc(out, ' ');
        } else if (c < 0x80 || n > 1) {
            tt_buf_add(out, tt_str_sub(rest, 0, n));
        } else {
            tt_buf_addc(out, '?');
        }
    }
    while (out->n > 0 && out->p[out->n - 1] == ' ')
        out->n--;
    if (out->n >= max)
        tt_buf_adds(out, " ...");
}

tt_str tt_llm_clean(struct tt_arena *arena, tt_str words, tt_str key, size_t max)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    tt_str copy = { NULL, 0 };

    add_clean(&out, words, key, max);
    if (!out.err)
        copy = tt_arena_dup(arena, tt_buf_str(&out));
    tt_buf_release(&out);
    return copy;
}

/* ---- ours ---- */

struct words {
    const char *what; /* continues "NAME (provider, model) " */
    const char *next;
};

static struct words http_words(enum tt_http_result result)
{
    switch (result) {
    case TT_HTTP_NO_HOST:
        return (struct words){ "could not be found", "Check the network and base_url" };
    case TT_HTTP_PROXY:
        return (struct words){ "could not be reached through the proxy",
                               "Check the setting proxy and HTTPS_PROXY" };
    case TT_HTTP_TIMEOUT_CONNECT:
        return (struct words){ "could not be reached in time",
                               "Check the network, or raise timeouts.connect_ms" };
    case TT_HTTP_TIMEOUT_FIRST_BYTE:
        return (struct words){ "did not begin to answer in time",
                               "Try again, or raise timeouts.first_byte_ms" };
    case TT_HTTP_TIMEOUT_TOTAL:
        return (struct words){ "did not answer in time",
                               "Ask for less at once, or raise timeouts.total_ms" };
    default:
        return (struct words){ "could not be reached",
                               "Check that the server is running and that base_url is right" };
    }
}

static struct words broken_words(enum tt_http_result result)
{
    if (result == TT_HTTP_TIMEOUT_IDLE)
        return (struct words){ "fell silent in the middle of its answer; nothing was changed",
                               "Try again, or raise timeouts.idle_ms" };
    if (result == TT_HTTP_TIMEOUT_TOTAL)
        return (struct words){ "was not done in time; nothing was changed",
                               "Ask for less at once, or raise timeouts.total_ms" };
    return (struct words){ "stopped before its answer was complete; nothing was changed",
                           "Try again" };
}

static struct words class_words(const struct tt_llm_who *who, const struct tt_llm_failure *f)
{
    switch (f->class_) {
    case TT_LLM_UNREACHABLE:
        return http_words(f->http);
    case TT_LLM_TLS:
        return (struct words){ "could not be trusted: its certificate was not accepted",
                               "If your network has a certificate authority of its own, name its "
                               "file in the setting ca_file" };
    case TT_LLM_UNUSABLE:
        return (struct words){ "could not be asked", "Run: trimtab doctor" };
    case TT_LLM_SERVER:
        return (struct words){ "has a problem of its own", "Try again in a moment" };
    case TT_LLM_OVERLOADED:
        return (struct words){ "is overloaded", "Try again in a moment, or use another model" };
    case TT_LLM_RATE_LIMIT:
        return (struct words){ "has had too many requests from this key",
                               "Wait a little, or use another model" };
    case TT_LLM_QUOTA:
        return (struct words){ "says that this account has no credit left",
                               "Add credit at the provider, or use another model" };
    case TT_LLM_AUTH:
        return who->has_key ? (struct words){ "did not accept the key", NULL }
                            : (struct words){ "needs a key, and none is set", NULL };
    case TT_LLM_NO_MODEL:
        return (struct words){ "does not know this model or this address",
                               "Check model and base_url in the settings; trimtab doctor lists the "
                               "models that exist" };
    case TT_LLM_TOO_LONG:
        return (struct words){ "cannot read that much at once",
                               "Select a smaller range, or use a model with a larger context" };
    case TT_LLM_BAD_REQUEST:
        return (struct words){ "rejected the request",
                               "Check the settings of this model; trimtab log shows what was "
                               "sent" };
    case TT_LLM_BROKEN_EARLY:
    case TT_LLM_BROKEN_LATE:
        return broken_words(f->http);
    case TT_LLM_STRANGE:
        return (struct words){ "gave an answer that cannot be read; nothing was changed",
                               "Check base_url and the proxy, then try again" };
    case TT_LLM_REFUSAL:
        return (struct words){ "declined to do this",
                               "Say it in other words, or ask the other model" };
    case TT_LLM_LIMIT:
        return (struct words){ "reached its output limit before it was done; nothing was changed",
                               "Ask for less at once, or select a smaller range" };
    case TT_LLM_OVERSIZE:
        return (struct words){ "answered with far more than an edit; nothing was changed",
                               "Ask for less at once" };
    case TT_LLM_ABORTED:
        return (struct words){ "was stopped; nothing was changed", "Ask again when you like" };
    case TT_LLM_FINE:
        break;
    }
    return (struct words){ "failed", "Try again" };
}

static void add_wait(struct tt_buf *out, int64_t ms)
{
    int64_t s = ms / 1000 + (ms % 1000 > 0);

    if (s < 120)
        tt_buf_addf(out, "; it asks to wait %lld s", (long long)s);
    else
        tt_buf_addf(out, "; it asks to wait %lld min", (long long)((s + 59) / 60));
}

static void add_facts(struct tt_buf *out, const struct tt_llm_who *who,
                      const struct tt_llm_outcome *outcome)
{
    const struct tt_llm_failure *f = &outcome->failure;
    const char *lead = ": ";

    if (f->status > 0 && (f->status < 200 || f->status > 299)) {
        tt_buf_addf(out, "%sHTTP %d", lead, f->status);
        lead = ", ";
    }
    if (f->message.n > 0 && !f->is_ours) {
        struct tt_buf words = TT_BUF_INIT(4096);

        add_clean(&words, f->message, who->key, 300);
        tt_buf_addf(out, "%s\"%.*s\"", lead, TT_STR_ARG(tt_buf_str(&words)));
        tt_buf_release(&words);
    }
    if (f->request_id.n > 0) {
        struct tt_buf words = TT_BUF_INIT(4096);

        add_clean(&words, f->request_id, who->key, 100);
        tt_buf_addf(out, " (request %.*s)", TT_STR_ARG(tt_buf_str(&words)));
        tt_buf_release(&words);
    }
    if (f->retry_after_ms > 0)
        add_wait(out, f->retry_after_ms);
}

/* The transport says what happened in whole sentences; true when the last of
 * them is what to do next. */
static bool add_ours(struct tt_buf *out, const struct tt_llm_who *who,
                     const struct tt_llm_failure *f)
{
    struct tt_buf words = TT_BUF_INIT(4096);
    tt_str text;

    if (!f->is_ours)
        return false;
    add_clean(&words, f->message, who->key, 800);
    text = tt_buf_str(&words);
    while (text.n > 0 && text.p[text.n - 1] == '.')
        text.n--; /* the next step brings its own */
    tt_buf_addf(out, ". %.*s", TT_STR_ARG(text));
    tt_buf_release(&words);
    switch (f->http) {
    case TT_HTTP_NO_HOST:
    case TT_HTTP_NO_CONNECTION:
    case TT_HTTP_PROXY:
    case TT_HTTP_TLS:
    case TT_HTTP_TIMEOUT_CONNECT:
    case TT_HTTP_TIMEOUT_FIRST_BYTE:
    case TT_HTTP_TIMEOUT_IDLE:
    case TT_HTTP_TIMEOUT_TOTAL:
    case TT_HTTP_BAD_REQUEST:
        tt_buf_addc(out, '.');
        return true;
    default:
        return false;
    }
}

static void add_next(struct tt_buf *out, const struct tt_llm_who *who, const char *next)
{
    if (next)
        tt_buf_addf(out, ". %s.", next);
    else if (who->from_editor)
        tt_buf_adds(out, ". Give the editor a valid key for it, then try again.");
    else if (who->key_env.n > 0)
        tt_buf_addf(out, ". Set %.*s to a valid key%s, then try again.", TT_STR_ARG(who->key_env),
                    who->has_key ? "" : " in the editor's environment");
    else
        tt_buf_adds(out, ". Set api_key_env or api_key_command for this model, then try again.");
}

tt_str tt_llm_say(struct tt_arena *arena, const struct tt_llm_who *who,
                  const struct tt_llm_outcome *outcome)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct words words;
    tt_str text = { NULL, 0 };

    if (outcome->failure.class_ == TT_LLM_FINE)
        return TT_STR("");
    words = class_words(who, &outcome->failure);
    tt_buf_addf(&out, "%.*s (%s, %.*s) %s", TT_STR_ARG(who->name),
                tt_llm_provider_name(who->provider), TT_STR_ARG(who->model), words.what);
    add_facts(&out, who, outcome);
    if (!add_ours(&out, who, &outcome->failure))
        add_next(&out, who, words.next);
    if (!out.err)
        text = tt_arena_dup(arena, tt_buf_str(&out));
    tt_buf_release(&out);
    return text;
}
