/* folder.h -- a folder for one test, thrown away with all that is in it. */
#ifndef TT_TEST_FOLDER_H
#define TT_TEST_FOLDER_H

#include "test.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

__attribute__((unused)) static int folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/tt-app-XXXXXX");
    CHECK(mkdtemp(folder));
    return 0;
}

static int folder_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

__attribute__((unused)) static int folder_drop(void **state)
{
    (void)state;
    return nftw(folder, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The absolute path of `name` in it; valid until the call after the next. */
__attribute__((unused)) static const char *in_folder(const char *name)
{
    static char paths[2][512];
    static int turn;
    char *path = paths[turn ^= 1];

    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

/* Write a file, and make the folders above it. */
__attribute__((unused)) static void put(const char *name, const char *text)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    file = fopen(path, "w");
    CHECK(file, "%s", path);
    fputs(text, file);
    fclose(file);
}

__attribute__((unused)) static void expect_file(const char *name, const char *want)
{
    char got[4096] = "";
    FILE *file = fopen(in_folder(name), "r");

    CHECK(file, "%s", name);
    got[fread(got, 1, sizeof(got) - 1, file)] = '\0';
    fclose(file);
    CHECK(strcmp(got, want) == 0, "%s holds: %s", name, got);
}

#endif
