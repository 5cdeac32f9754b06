/* curl.c -- see curl.h.  The only state of net that belongs to the process. */
#include "net/curl.h"

#include "trimtab/error.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

/* The OpenSSL build first: it is the one whose behaviour is tested. */
static const char *const names[] = {
#if defined(_WIN32)
    "libcurl-x64.dll",
    "libcurl.dll",
#elif defined(__APPLE__)
    "libcurl.4.dylib",
#else
    "libcurl.so.4",
    "libcurl-gnutls.so.4",
#endif
};

static struct {
    bool loaded;
    struct tt_curl table;
} process;

static bool open_any(uv_lib_t *lib, char *message, size_t size)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (uv_dlopen(names[i], lib) == 0)
            return true;
        uv_dlclose(lib); /* frees only its error text */
    }
    snprintf(message, size,
             "libcurl is needed to reach a model and was not found (%s). Install it with your "
             "package manager: libcurl4 on Debian and Ubuntu.",
             names[0]);
    return false;
}

static const char *find_symbols(uv_lib_t *lib, struct tt_curl *curl)
{
#define X(field, result, args)                                                                     \
    if (uv_dlsym(lib, "curl_" #field, (void **)&curl->field))                                      \
        return "curl_" #field;
    TT_CURL_MAP(X)
#undef X
    return NULL;
}

static int check(struct tt_curl *curl, char *message, size_t size)
{
    const curl_version_info_data *info = curl->version_info(CURLVERSION_NOW);

#if LIBCURL_VERSION_NUM >= 0x074600 /* 7.70.0 */
    curl->has_ca_file =
        info->age >= CURLVERSION_SEVENTH && info->cainfo && access(info->cainfo, R_OK) == 0;
#endif
    snprintf(curl->version, sizeof(curl->version), "libcurl/%s %s", info->version,
             info->ssl_version ? info->ssl_version : "without TLS");
    if (info->features & CURL_VERSION_ASYNCHDNS)
        return 0;
    snprintf(message, size,
             "%s cannot look up names without blocking (it lacks AsynchDNS). Install your "
             "distribution's libcurl.",
             curl->version);
    return TT_EIO;
}

int tt_curl_load(struct tt_curl *curl, char *message, size_t size)
{
    struct tt_curl table = { 0 };
    const char *missing;
    uv_lib_t lib;

    if (process.loaded) {
        *curl = process.table;
        return 0;
    }
    if (!open_any(&lib, message, size))
        return TT_EIO;
    missing = find_symbols(&lib, &table);
    if (missing) {
        snprintf(message, size, "The installed libcurl is too old: it has no %s. Update it.",
                 missing);
        uv_dlclose(&lib);
        return TT_EIO;
    }
    if (check(&table, message, size))
        return TT_EIO;
    if (table.global_init(CURL_GLOBAL_DEFAULT)) {
        snprintf(message, size, "%s could not be initialised.", table.version);
        return TT_EIO;
    }
    process.table = table;
    process.loaded = true;
    *curl = table;
    return 0;
}

void tt_curl_cleanup(void)
{
    if (!process.loaded)
        return;
    process.loaded = false;
    process.table.global_cleanup();
}
