/* receipts.c -- one write() a line, under a lock that other processes honour, so
 * that lines never mix and the file is turned over once. */
#include "store/receipts.h"

#include "store/store.h"
#include "trimtab/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 4096

static const struct {
    const char *name, *words;
} files[] = {
    [TT_RECEIPTS] = { "receipts", "Receipts" },
    [TT_ANSWERS] = { "answers", "Refused answers" },
};

static int say(struct tt_buf *message, enum tt_receipts_file file, const char *path, int cause)
{
    if (message)
        tt_buf_addf(message,
                    "%s are not kept: %s cannot be written (%s). Make it writable, or name "
                    "another folder in TRIMTAB_STATE_DIR. Everything else goes on.",
                    files[file].words, path, strerror(cause));
    return TT_EIO;
}

/* Open and lock; the file may have been turned over while we waited. */
static int open_locked(const char *path, struct stat *st)
{
    for (int tries = 0; tries < 100; tries++) {
        struct stat now;
        int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

        if (fd < 0)
            return -1;
        if (flock(fd, LOCK_EX) == 0 && fstat(fd, st) == 0 && stat(path, &now) == 0 &&
            now.st_ino == st->st_ino)
            return fd;
        close(fd);
    }
    errno = EAGAIN;
    return -1;
}

/* A kill may have cut the last line short: the new one begins on its own. */
static bool ends_in_mid_line(int fd, off_t size)
{
    char last = '\n';

    return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

static int write_line(int fd, off_t size, tt_str line)
{
    size_t n = 0, total = line.n + 2;
    char *bytes = malloc(total);
    ssize_t written;

    if (!bytes) {
        errno = ENOMEM;
        return -1;
    }
    if (ends_in_mid_line(fd, size))
        bytes[n++] = '\n';
    memcpy(bytes + n, line.p ? line.p : "", line.n);
    n += line.n;
    bytes[n++] = '\n';
    written = write(fd, bytes, n);
    free(bytes);
    if (written >= 0 && (size_t)written < n) {
        (void)!ftruncate(fd, size); /* the disk is full: no half line */
        errno = ENOSPC;
        return -1;
    }
    return written < 0 ? -1 : 0;
}

int tt_receipts_append(const char *dir, enum tt_receipts_file file, tt_str line, size_t max,
                       struct tt_buf *message)
{
    const char *name = files[file].name;
    char path[PATH_BYTES], old[PATH_BYTES];
    struct stat st;
    int fd, err = 0;

    if (snprintf(path, sizeof(path), "%s/%s.jsonl", dir, name) >= (int)sizeof(path) ||
        snprintf(old, sizeof(old), "%s/%s.1.jsonl", dir, name) >= (int)sizeof(old))
        return TT_EINVALID;
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return say(message, file, path, errno);
    fd = open_locked(path, &st);
    if (fd >= 0 && st.st_size > 0 && (size_t)st.st_size + line.n > max && rename(path, old) == 0) {
        close(fd);
        fd = open_locked(path, &st);
    }
    if (fd < 0)
        return say(message, file, path, errno);
    if (write_line(fd, st.st_size, line) != 0)
        err = say(message, file, path, errno);
    close(fd);
    return err;
}

/* --- reading ---------------------------------------------------------- */

/* The whole file, or as much as a turned-over one may have; NULL when absent. */
static char *read_file(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rbe");
    char *bytes = NULL;
    long size;

    if (!f)
        return NULL;
    if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) > 0 && (size_t)size < 4 * TT_RECEIPTS_MAX &&
        fseek(f, 0, SEEK_SET) == 0)
        bytes = malloc((size_t)size);
    *n = bytes ? fread(bytes, 1, (size_t)size, f) : 0;
    fclose(f);
    return bytes;
}

/* The start of the last `max` lines. */
static size_t tail_of(const char *bytes, size_t n, size_t max, size_t *lines)
{
    size_t at = n;

    *lines = 0;
    while (at > 0) {
        if (bytes[at - 1] == '\n' && at < n && ++*lines == max)
            return at;
        at--;
    }
    if (n > 0)
        ++*lines;
    return 0;
}

static void give_lines(const char *bytes, size_t at, size_t n, void (*each)(void *, tt_str),
                       void *arg)
{
    while (at < n) {
        const char *end = memchr(bytes + at, '\n', n - at);
        size_t stop = end ? (size_t)(end - bytes) : n;

        /* A line that was cut short is no receipt. */
        if (end && stop > at + 1 && bytes[at] == '{' && bytes[stop - 1] == '}')
            each(arg, (tt_str){ bytes + at, stop - at });
        at = stop + 1;
    }
}

int tt_store_receipts(tt_str dir, size_t max, void (*each)(void *arg, tt_str json), void *arg)
{
    static const char *const names[] = { "receipts.jsonl", "receipts.1.jsonl" };
    char path[PATH_BYTES];
    char *bytes[2] = { NULL, NULL };
    size_t n[2] = { 0, 0 }, from[2] = { 0, 0 }, left = max;

    for (int i = 0; i < 2 && left > 0; i++) {
        size_t lines = 0;

        if (snprintf(path, sizeof(path), "%.*s/%s", TT_STR_ARG(dir), names[i]) >= (int)sizeof(path))
            return TT_EINVALID;
        bytes[i] = read_file(path, &n[i]);
        if (bytes[i])
            from[i] = tail_of(bytes[i], n[i], left, &lines);
        left -= lines < left ? lines : left;
    }
    for (int i = 1; i >= 0; i--) {
        if (bytes[i])
            give_lines(bytes[i], from[i], n[i], each, arg);
        free(bytes[i]);
    }
    return 0;
}
