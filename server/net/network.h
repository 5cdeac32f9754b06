/* network.h -- what the surroundings say about the network: proxies, CAs.
 *
 * Pure functions of their input; the environment is read through `getenv`-like
 * functions, so that tests need not change the real one.
 */
#ifndef TT_NET_NETWORK_H
#define TT_NET_NETWORK_H

#include "trimtab/str.h"

typedef const char *(*tt_env_get)(const char *name);

const char *tt_env(const char *name); /* the real one; NULL when not set */

/* "localhost", "*.localhost", 127.0.0.0/8, ::1 (with or without brackets). */
bool tt_host_is_loopback(tt_str host);

/* The CA file to trust: `setting`, else SSL_CERT_FILE, CURL_CA_BUNDLE,
 * NODE_EXTRA_CA_CERTS; empty: the system's own.  *source names where it came
 * from ("ca_file", "SSL_CERT_FILE", ...). */
tt_str tt_ca_file(tt_str setting, tt_env_get env, const char **source);

/* Is there any proxy in the setting or the environment for this scheme
 * ("http", "https")?  Empty: no.  What NO_PROXY exempts is libcurl's business. */
tt_str tt_proxy_for(tt_str setting, tt_str scheme, tt_env_get env);

/* A URL without its user and password, for messages; into `out`. */
const char *tt_url_bare(tt_str url, char *out, size_t size);

#endif
