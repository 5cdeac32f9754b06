/* fuzz_main.c -- runs a fuzz target on saved inputs, as a test: no libFuzzer.
 *
 * Arguments are files or folders (of files).  Without any, or with an empty
 * folder, the target still sees the empty input.
 */
#include <dirent.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        return -1;
    }
    long size = ftell(file);
    rewind(file);
    /* Exactly its size, so that the sanitizer sees a read behind the end. */
    uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
    size_t n = data ? fread(data, 1, (size_t)size, file) : 0;
    fclose(file);
    LLVMFuzzerTestOneInput(data, n);
    free(data);
    return 0;
}

static int run_folder(const char *path, DIR *folder)
{
    int n = 0;

    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char file[4096];

        if (entry->d_name[0] == '.')
            continue;
        snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        if (run_file(file) < 0)
            return -1;
        n++;
    }
    return n;
}

int main(int argc, char **argv)
{
    int total = 0;

    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        int n = folder ? run_folder(argv[i], folder) : 0;

        if (folder)
            closedir(folder);
        if (n < 0)
            return 1;
        total += n;
    }
    printf("%d saved inputs ran\n", total);
    return 0;
}
