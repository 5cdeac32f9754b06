/* network.c -- see network.h. */
#include "net/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

const char *tt_env(const char *name)
{
    return getenv(name);
}

static bool equals_fold(tt_str a, const char *b)
{
    return a.n == strlen(b) && strncasecmp(a.p, b, a.n) == 0;
}

static bool is_loopback_v4(tt_str host)
{
    int dots = 0;

    if (!tt_str_starts(host, TT_STR("127.")))
        return false;
    for (size_t i = 0; i < host.n; i++) {
        if (host.p[i] == '.')
            dots++;
        else if (host.p[i] < '0' || host.p[i] > '9')
            return false;
    }
    return dots == 3;
}

bool tt_host_is_loopback(tt_str host)
{
    static const char suffix[] = ".localhost";
    size_t n = sizeof(suffix) - 1;

    if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = tt_str_sub(host, 1, host.n - 1);
    if (host.n && host.p[host.n - 1] == '.')
        host.n--;
    if (host.n > n && strncasecmp(host.p + host.n - n, suffix, n) == 0)
        return true;
    return equals_fold(host, "localhost") || equals_fold(host, "::1") || is_loopback_v4(host);
}

static tt_str env_str(tt_env_get env, const char *name)
{
    return tt_str_from(env(name));
}

tt_str tt_ca_file(tt_str setting, tt_env_get env, const char **source)
{
    static const char *const names[] = { "SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS" };

    *source = "ca_file";
    if (setting.n)
        return setting;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        tt_str file = env_str(env, names[i]);

        *source = names[i];
        if (file.n)
            return file;
    }
    *source = "";
    return (tt_str){ 0 };
}

tt_str tt_proxy_for(tt_str setting, tt_str scheme, tt_env_get env)
{
    /* HTTP_PROXY in capitals is not read: a web server sets it from a header. */
    static const char *const https[] = { "https_proxy", "HTTPS_PROXY" };
    static const char *const http[] = { "http_proxy", "http_proxy" };
    static const char *const any[] = { "all_proxy", "ALL_PROXY" };
    const char *const *first = equals_fold(scheme, "https") ? https : http;
    tt_str proxy = setting;

    for (int i = 0; i < 2 && !proxy.n; i++)
        proxy = env_str(env, first[i]);
    for (int i = 0; i < 2 && !proxy.n; i++)
        proxy = env_str(env, any[i]);
    return proxy;
}

static size_t find_scheme_end(tt_str url)
{
    for (size_t i = 0; i + 2 < url.n; i++) {
        if (url.p[i] == ':' && url.p[i + 1] == '/' && url.p[i + 2] == '/')
            return i + 3;
    }
    return 0;
}

/* Scheme, host and port only: a path or a query may hold a secret as well. */
const char *tt_url_bare(tt_str url, char *out, size_t size)
{
    size_t scheme = find_scheme_end(url);
    size_t end = scheme, host = scheme;

    while (end < url.n && !strchr("/?#\\", url.p[end]))
        end++;
    for (size_t i = scheme; i < end; i++) {
        if (url.p[i] == '@')
            host = i + 1;
    }
    snprintf(out, size, "%.*s%.*s", (int)scheme, url.p ? url.p : "", (int)(end - host),
             url.p ? url.p + host : "");
    return out;
}
