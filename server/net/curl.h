/* curl.h -- libcurl, loaded when the first request needs it.
 *
 * Linked at start it would cost every run about 17 ms and 6 MB.  The functions
 * that we use stand in one table; nothing else in the program names a symbol of
 * libcurl.  The library is never unloaded: its TLS library registers exit
 * handlers.
 */
#ifndef TT_NET_CURL_H
#define TT_NET_CURL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/* X(field, result, arguments): the symbol is "curl_" and the field's name. */
#define TT_CURL_MAP(X)                                                                             \
    X(global_init, CURLcode, (long flags))                                                         \
    X(global_cleanup, void, (void))                                                                \
    X(version_info, curl_version_info_data *, (CURLversion age))                                   \
    X(easy_init, CURL *, (void))                                                                   \
    X(easy_cleanup, void, (CURL *))                                                                \
    X(easy_setopt, CURLcode, (CURL *, CURLoption, ...))                                            \
    X(easy_getinfo, CURLcode, (CURL *, CURLINFO, ...))                                             \
    X(easy_strerror, const char *, (CURLcode))                                                     \
    X(slist_append, struct curl_slist *, (struct curl_slist *, const char *))                      \
    X(slist_free_all, void, (struct curl_slist *))                                                 \
    X(url, CURLU *, (void))                                                                        \
    X(url_cleanup, void, (CURLU *))                                                                \
    X(url_get, CURLUcode, (CURLU *, CURLUPart, char **, unsigned))                                 \
    X(url_set, CURLUcode, (CURLU *, CURLUPart, const char *, unsigned))                            \
    X(free, void, (void *))                                                                        \
    X(multi_init, CURLM *, (void))                                                                 \
    X(multi_cleanup, CURLMcode, (CURLM *))                                                         \
    X(multi_setopt, CURLMcode, (CURLM *, CURLMoption, ...))                                        \
    X(multi_add_handle, CURLMcode, (CURLM *, CURL *))                                              \
    X(multi_remove_handle, CURLMcode, (CURLM *, CURL *))                                           \
    X(multi_socket_action, CURLMcode, (CURLM *, curl_socket_t, int, int *))                        \
    X(multi_assign, CURLMcode, (CURLM *, curl_socket_t, void *))                                   \
    X(share_init, CURLSH *, (void))                                                                \
    X(share_setopt, CURLSHcode, (CURLSH *, CURLSHoption, ...))                                     \
    X(share_cleanup, CURLSHcode, (CURLSH *))                                                       \
    X(multi_info_read, CURLMsg *, (CURLM *, int *))

struct tt_curl {
#define X(field, result, args) result(*field) args;
    TT_CURL_MAP(X)
#undef X
    bool has_ca_file; /* its own file of authorities is there and may be read */
    char version[64]; /* "libcurl/7.88.1 OpenSSL/3.0.19" */
};

/* Load the library and fill `curl`.  Slow (files, relocations, TLS set-up): from
 * the thread pool, one call at a time.  May be repeated; a later call is quick.
 * TT_EIO with a sentence for people in `message` when there is no usable
 * library: none found, too old, or one whose name lookups would block. */
int tt_curl_load(struct tt_curl *curl, char *message, size_t size);

/* At the end of the program, when nothing uses the table any more; together with
 * uv_library_shutdown() it lets leak checkers see an empty house.  Fine when
 * nothing was loaded. */
void tt_curl_cleanup(void);

#endif
