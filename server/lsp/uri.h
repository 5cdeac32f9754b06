/* uri.h -- document URIs: compared, turned into paths and back.
 *
 * Clients spell one file in many ways: file:///c%3A/x, file:///C:/x,
 * file://localhost/tmp/x, with upper or lower case escapes, with or without
 * escapes that are not needed.  Replies keep the client's spelling; a document
 * is found by the normalised one.
 */
#ifndef TT_LSP_URI_H
#define TT_LSP_URI_H

#include "base/buf.h"

/* The form that equal URIs share; appended to `out`.  Never fails but for memory:
 * what is no URI is copied as it is. */
int tt_uri_normalize(tt_str uri, struct tt_buf *out);

bool tt_uri_eq(tt_str a, tt_str b); /* false also when out of memory */

/* The scheme in the spelling given, without colon; empty when there is none. */
tt_str tt_uri_scheme(tt_str uri);
bool tt_uri_is_file(tt_str uri); /* case-insensitively */

/* Append the path of a file URI, decoded: /tmp/a b, c:/x, //server/share/x.
 * TT_EINVALID when it is no file URI; TT_EPARSE when the path would hold a NUL. */
int tt_uri_to_path(tt_str uri, struct tt_buf *out);

/* For choosing a language: the path of any URI, decoded, without query and
 * fragment (untitled:a.py, vscode-notebook-cell:/x/a.ipynb#c1).  NUL becomes '_'. */
int tt_uri_path_part(tt_str uri, struct tt_buf *out);

/* Append file://… for an absolute path. */
int tt_uri_from_path(tt_str path, struct tt_buf *out);

#endif
