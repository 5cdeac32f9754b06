/* files.h -- files and folders: reading, replacing, and where ours are.
 *
 * These block: from commands and jobs, never on the loop thread of a server.
 */
#ifndef TT_APP_FILES_H
#define TT_APP_FILES_H

#include "base/buf.h"

/* Append the whole file.  TT_ENOTFOUND, TT_EDENIED, TT_EINVALID (a folder or a
 * device), TT_ETOOBIG (the buffer's maximum), TT_EIO, TT_ENOMEM. */
int tt_file_read(const char *path, struct tt_buf *out);

/* The same for a path with a length, as jobs of a session ask (tt_file_reader, read_file of
 * tt_session_options): the caller frees the bytes.  `arg` is not used. */
int tt_file_load(void *arg, tt_str path, size_t max, char **bytes, size_t *n);

/* Append the file, if it can be read and fits, and a line end behind it; a byte order mark is left
 * out.  Anything else appends nothing, and is no error. */
void tt_file_append_lines(const char *path, struct tt_buf *out);

/* Read every file of the folder whose name ends so and begins with no dot, in the order of
 * their names, and hand it over; path and text are borrowed during `each`.  A folder that is
 * not there has none; a file that cannot be read is said in the log and left out. */
void tt_files_each(const char *folder, tt_str ending,
                   void (*each)(void *data, tt_str path, tt_str text), void *data);

/* "there is no such file"; static. */
const char *tt_file_why(int err);

/* Put `after` in place of `before`: written beside it and renamed over it, with
 * its mode, and through a symbolic link.  TT_ESTALE when the file no longer holds
 * `before`; then, as with every failure, it is left as it is. */
int tt_file_replace(const char *path, tt_str before, tt_str after);

/* Make a file that is not there yet: TT_EINVALID when it is. */
int tt_file_create(const char *path, tt_str text);

enum tt_dir {
    TT_DIR_CONFIG, /* TRIMTAB_CONFIG_DIR, $XDG_CONFIG_HOME/trimtab, ~/.config/trimtab */
    TT_DIR_STATE,  /* TRIMTAB_STATE_DIR,  $XDG_STATE_HOME/trimtab,  ~/.local/state/trimtab */
    TT_DIR_CACHE,  /* $XDG_CACHE_HOME/trimtab, ~/.cache/trimtab */
};

/* Append the folder, and "/" and `name` unless that is NULL.  TT_ENOTFOUND when
 * not even a home folder is known.  Nothing is created. */
int tt_dir_path(enum tt_dir dir, const char *name, struct tt_buf *out);

/* Make the folder and those above it, for nobody but the user; it may be there. */
int tt_dir_make(const char *path);

/* Append the absolute form of `path`, without ".", ".." and double slashes;
 * symbolic links are left alone. */
int tt_path_absolute(const char *path, struct tt_buf *out);

/* Append the path of the first file called `name` in the folder of `path` or one
 * above it.  TT_ENOTFOUND. */
int tt_file_upward(const char *path, const char *name, struct tt_buf *out);

#endif
