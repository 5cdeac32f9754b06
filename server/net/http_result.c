/* http_result.c -- how a transfer ended, in our words.
 *
 * A message names scheme, host and port, never the rest of a URL, and never a
 * header: there a key may stand.
 */
#include "net/http_internal.h"
#include "net/network.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char check_proxy[] =
    "Check the setting \"proxy\" or the variables HTTPS_PROXY and NO_PROXY.";

void tt_http_conclude(struct tt_http_transfer *t, enum tt_http_result result, const char *fmt, ...)
{
    va_list ap;

    if (t->over)
        return;
    t->over = true;
    t->result = result;
    va_start(ap, fmt);
    vsnprintf(t->message, sizeof(t->message), fmt, ap);
    va_end(ap);
    tt_http_todo(t);
}

static void seconds(uint32_t ms, char out[24])
{
    if (ms % 1000)
        snprintf(out, 24, "%u ms", ms);
    else
        snprintf(out, 24, "%u s", ms / 1000);
}

void tt_http_conclude_timeout(struct tt_http_transfer *t, enum tt_http_result result)
{
    char limit[24] = "";

    switch (result) {
    case TT_HTTP_TIMEOUT_CONNECT:
        seconds(t->timeouts.connect_ms, limit);
        tt_http_conclude(t, result,
                         "No connection to %s within %s. Check the network, or raise "
                         "timeouts.connect_ms.",
                         t->origin, limit);
        break;
    case TT_HTTP_TIMEOUT_FIRST_BYTE:
        seconds(t->timeouts.first_byte_ms, limit);
        tt_http_conclude(t, result,
                         "%s did not begin to answer within %s. Try again, or raise "
                         "timeouts.first_byte_ms.",
                         t->origin, limit);
        break;
    case TT_HTTP_TIMEOUT_IDLE:
        seconds(t->timeouts.idle_ms, limit);
        tt_http_conclude(t, result,
                         "%s stopped in the middle of its answer: nothing came for %s. Try "
                         "again, or raise timeouts.idle_ms.",
                         t->origin, limit);
        break;
    default:
        /* What was left of it for this request says nothing to a user. */
        tt_http_conclude(t, TT_HTTP_TIMEOUT_TOTAL,
                         "The request to %s took longer, with its retries, than "
                         "timeouts.total_ms allows. Try a smaller range, or raise it.",
                         t->origin);
        break;
    }
}

/* ---- curl's own words ---- */

static bool mentions(const char *text, const char *secret, size_t n)
{
    return n >= 4 && memmem(text, strlen(text), secret, n);
}

/* user:password of a URL */
static bool mentions_userinfo(const char *text, const char *url)
{
    const char *at = url ? strrchr(url, '@') : NULL;
    const char *start = url ? strstr(url, "://") : NULL;
    const char *colon;

    if (!at)
        return false;
    start = start && start < at ? start + 3 : url;
    colon = memchr(start, ':', (size_t)(at - start));
    if (colon && mentions(text, colon + 1, (size_t)(at - colon - 1)))
        return true;
    return mentions(text, start, (size_t)(at - start));
}

static bool mentions_secret(const struct tt_http_transfer *t, const char *text)
{
    const char *const urls[] = { t->url,
                                 t->proxy,
                                 getenv("https_proxy"),
                                 getenv("HTTPS_PROXY"),
                                 getenv("http_proxy"),
                                 getenv("all_proxy"),
                                 getenv("ALL_PROXY") };

    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        if (mentions_userinfo(text, urls[i]))
            return true;
    }
    for (size_t i = 0; i < t->n_lines; i++) {
        const char *value = strchr(t->lines[i], ' ');

        if (value && strlen(value) > 8 && mentions(text, value + 1, strlen(value + 1)))
            return true;
    }
    return false;
}

/* What curl says about it, or the code's general meaning. */
static const char *detail(const struct tt_http_transfer *t, CURLcode code)
{
    if (!t->curl_error[0] || mentions_secret(t, t->curl_error))
        return t->http->curl.easy_strerror(code);
    return t->curl_error;
}

static bool is_tls(CURLcode code)
{
    switch (code) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_ENGINE_INITFAILED:
        return true;
    default:
        return false;
    }
}

/* A reset in the middle of the handshake says nothing about certificates. */
static bool is_reset(const struct tt_http_transfer *t)
{
    return strstr(t->curl_error, "onnection reset") || strstr(t->curl_error, "SSL_ERROR_SYSCALL") ||
           strstr(t->curl_error, "unexpected eof") || strstr(t->curl_error, "onnection was term");
}

static void conclude_tls(struct tt_http_transfer *t, CURLcode code)
{
    const char *source;
    tt_str file = tt_ca_file(tt_str_from(t->ca_file), tt_env, &source);

    if (code == CURLE_SSL_CONNECT_ERROR && is_reset(t))
        tt_http_conclude(t, TT_HTTP_NO_CONNECTION,
                         "%s broke the connection off while it was being secured (%s). Try "
                         "again.",
                         t->origin, detail(t, code));
    else if (code == CURLE_SSL_CACERT_BADFILE && file.n)
        tt_http_conclude(t, TT_HTTP_TLS,
                         "The certificate file \"%.*s\" named by %s cannot be used. Give a file "
                         "of PEM certificates.",
                         TT_STR_ARG(file), source);
    else
        tt_http_conclude(t, TT_HTTP_TLS,
                         "The secure connection to %s failed: %s. If your network has a "
                         "certificate authority of its own, name its PEM file in the setting "
                         "\"ca_file\" or in SSL_CERT_FILE.",
                         t->origin, detail(t, code));
}

static void conclude_unreachable(struct tt_http_transfer *t, CURLcode code)
{
    long connect_code = 0;

    t->http->curl.easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &connect_code);
    if (connect_code == 407)
        tt_http_conclude(t, TT_HTTP_PROXY,
                         "The proxy asks for a name and a password (407). Give them in its "
                         "address: http://NAME:PASSWORD@HOST:PORT.");
    else if (connect_code >= 300)
        tt_http_conclude(t, TT_HTTP_PROXY, "The proxy refused to connect to %s (%ld). %s",
                         t->origin, connect_code, check_proxy);
    else if (t->proxied && !strstr(t->curl_error, t->host))
        tt_http_conclude(t, TT_HTTP_PROXY, "The proxy could not be used: %s. %s", detail(t, code),
                         check_proxy);
    else
        tt_http_conclude(t, TT_HTTP_NO_CONNECTION,
                         "No connection to %s: %s. Check that the server is running and that its "
                         "base_url is right.",
                         t->origin, detail(t, code));
}

static void conclude_broken(struct tt_http_transfer *t, CURLcode code)
{
    if (t->phase < TT_HTTP_SENT)
        conclude_unreachable(t, code);
    else if (!t->head_done)
        tt_http_conclude(t, TT_HTTP_CUT, "%s closed the connection without an answer: %s.",
                         t->origin, detail(t, code));
    else
        tt_http_conclude(t, TT_HTTP_CUT,
                         "The connection to %s ended in the middle of the answer: %s.", t->origin,
                         detail(t, code));
}

void tt_http_conclude_code(struct tt_http_transfer *t, CURLcode code)
{
    if (is_tls(code)) {
        conclude_tls(t, code);
        return;
    }
    switch (code) {
    case CURLE_OK: /* also when the connection ended inside the head */
        if (t->head_done)
            tt_http_conclude(t, TT_HTTP_OK, "%s", "");
        else
            conclude_broken(t, CURLE_GOT_NOTHING);
        break;
    case CURLE_COULDNT_RESOLVE_HOST:
        tt_http_conclude(t, TT_HTTP_NO_HOST,
                         "There is no host \"%s\", or its name cannot be looked up now. Check "
                         "base_url and the network.",
                         t->host);
        break;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
        tt_http_conclude(t, TT_HTTP_PROXY, "The proxy could not be used: %s. %s", detail(t, code),
                         check_proxy);
        break;
    case CURLE_COULDNT_CONNECT:
        conclude_unreachable(t, code);
        break;
    case CURLE_OPERATION_TIMEDOUT:
        tt_http_conclude_timeout(t, TT_HTTP_TIMEOUT_CONNECT);
        break;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        conclude_broken(t, code);
        break;
    case CURLE_URL_MALFORMAT:
        tt_http_conclude(t, TT_HTTP_BAD_REQUEST,
                         "The address of the model cannot be used: %s. "
                         "Check base_url.",
                         detail(t, code));
        break;
    default:
        tt_http_conclude(t, TT_HTTP_FAILED, "The request to %s failed: %s.", t->origin,
                         detail(t, code));
        break;
    }
}
