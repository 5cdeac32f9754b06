/* error.h -- the error codes every tt_ function returns.
 *
 * Functions that can fail return 0 or one of these (all negative) and leave
 * their out-parameters untouched on failure.  Codes from libuv, libcurl and
 * sqlite are translated at the module that calls them and never travel past it.
 * "The model's answer did not fit the file" is not an error: it is a verdict,
 * see edit.h.
 */
#ifndef TT_ERROR_H
#define TT_ERROR_H

#define TT_ERROR_MAP(X)                                                                            \
    X(NOMEM, "out of memory")                                                                      \
    X(INVALID, "the caller broke a documented rule")                                               \
    X(PARSE, "malformed input from the other side")                                                \
    X(TOOBIG, "input over its documented limit")                                                   \
    X(STALE, "the document changed since the snapshot")                                            \
    X(CANCELED, "canceled before it finished")                                                     \
    X(NOTFOUND, "there is no such thing")                                                          \
    X(DENIED, "not allowed")                                                                       \
    X(TIMEOUT, "it took longer than its limit")                                                    \
    X(IO, "read, write or connection failed")

enum tt_error_index_ {
#define X(name, text) TT_EI_##name,
    TT_ERROR_MAP(X)
#undef X
};

enum {
#define X(name, text) TT_E##name = -1 - TT_EI_##name,
    TT_ERROR_MAP(X)
#undef X
};

const char *tt_strerror(int err); /* static string, never NULL */

#endif
