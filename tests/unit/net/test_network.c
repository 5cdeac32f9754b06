/* test_network.c -- proxies, certificate files and addresses, as data. */
#include "net_test.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const char *const *env_now; /* name, value, ..., NULL */

static const char *fake_env(const char *name)
{
    for (const char *const *at = env_now; at && *at; at += 2) {
        if (strcmp(at[0], name) == 0)
            return at[1];
    }
    return NULL;
}

static void test_loopback(void **state)
{
    static const struct {
        const char *host;
        bool want;
    } rows[] = {
        { "localhost", true },
        { "LOCALHOST", true },
        { "localhost.", true },
        { "a.localhost", true },
        { "127.0.0.1", true },
        { "127.8.9.10", true },
        { "::1", true },
        { "[::1]", true },
        { "", false },
        { "127.0.0.1.evil.com", false },
        { "127.com", false },
        { "mylocalhost", false },
        { "localhost.evil.com", false },
        { "128.0.0.1", false },
        { "0.0.0.0", false },
    };

    (void)state;
    for (size_t i = 0; i < N(rows); i++) {
        if (tt_host_is_loopback(tt_str_from(rows[i].host)) != rows[i].want)
            fail_msg("%s", rows[i].host);
    }
}

static void test_ca_file(void **state)
{
    static const struct {
        const char *env[8];
        const char *setting, *want, *source;
    } rows[] = {
        { { NULL }, "", "", "" },
        { { "SSL_CERT_FILE", "/s" }, "/mine", "/mine", "ca_file" },
        { { "CURL_CA_BUNDLE", "/c", "SSL_CERT_FILE", "/s" }, "", "/s", "SSL_CERT_FILE" },
        { { "NODE_EXTRA_CA_CERTS", "/n", "CURL_CA_BUNDLE", "/c" }, "", "/c", "CURL_CA_BUNDLE" },
        { { "NODE_EXTRA_CA_CERTS", "/n", "SSL_CERT_FILE", "" }, "", "/n", "NODE_EXTRA_CA_CERTS" },
    };

    (void)state;
    for (size_t i = 0; i < N(rows); i++) {
        const char *source;
        tt_str got;

        env_now = rows[i].env;
        got = tt_ca_file(tt_str_from(rows[i].setting), fake_env, &source);
        assert_true(tt_str_eq(got, tt_str_from(rows[i].want)));
        assert_string_equal(source, rows[i].source);
    }
}

static void test_proxy(void **state)
{
    static const struct {
        const char *env[8];
        const char *setting, *scheme, *want;
    } rows[] = {
        { { NULL }, "", "https", "" },
        { { "https_proxy", "e" }, "s", "https", "s" },
        { { "HTTPS_PROXY", "E", "https_proxy", "e" }, "", "https", "e" },
        { { "HTTPS_PROXY", "E" }, "", "https", "E" },
        { { "HTTPS_PROXY", "E" }, "", "http", "" },
        { { "HTTP_PROXY", "E" }, "", "http", "" },
        { { "http_proxy", "e" }, "", "http", "e" },
        { { "ALL_PROXY", "a" }, "", "http", "a" },
        { { "ALL_PROXY", "a", "https_proxy", "e" }, "", "https", "e" },
    };

    (void)state;
    for (size_t i = 0; i < N(rows); i++) {
        tt_str got;

        env_now = rows[i].env;
        got = tt_proxy_for(tt_str_from(rows[i].setting), tt_str_from(rows[i].scheme), fake_env);
        assert_true(tt_str_eq(got, tt_str_from(rows[i].want)));
    }
}

static void test_bare_url(void **state)
{
    static const char *const rows[][2] = {
        { "https://api.test/v1?key=abc", "https://api.test" },
        { "https://u:p@api.test:8443/v1", "https://api.test:8443" },
        { "https://u:p@x@api.test", "https://api.test" },
        { "http://[::1]:80/", "http://[::1]:80" },
        { "api.test/v1", "api.test" },
        { "u:p@api.test", "api.test" },
        { "", "" },
        { "https://h#u:p@", "https://h" },
    };

    (void)state;
    for (size_t i = 0; i < N(rows); i++) {
        char out[64];

        assert_string_equal(tt_url_bare(tt_str_from(rows[i][0]), out, sizeof(out)), rows[i][1]);
    }
    char small[8];
    assert_string_equal(tt_url_bare(TT_STR("https://long.test"), small, sizeof(small)), "https:/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loopback),
        cmocka_unit_test(test_ca_file),
        cmocka_unit_test(test_proxy),
        cmocka_unit_test(test_bare_url),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
