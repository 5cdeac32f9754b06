/* test_typescript.c -- what a project's files say its TypeScript is compiled for. */
#include "analysis/typescript.h"

#include "syntax/lang.h"
#include "test.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define PACKAGE "{\"devDependencies\": {\"typescript\": \"^5.4.2\"}}"
#define HIGH    "{\"compilerOptions\": {\"target\": \"ES2022\"}}"
#define LOW     "{\"compilerOptions\": {\"target\": \"es2021\"}}"

struct file {
    const char *path, *text;
};

static const struct {
    const char *name;
    struct file files[6]; /* and /p/package.json, unless there is one among them */
    bool want;            /* for /p/src/a.ts */
} rows[] = {
    { "no project", { { "/p/package.json", PACKAGE } }, false },
    { "target", { { "/p/tsconfig.json", HIGH } }, true },
    { "target too early", { { "/p/tsconfig.json", LOW } }, false },
    { "no target: not known", { { "/p/tsconfig.json", "{}" } }, false },
    { "ESNext",
      { { "/p/tsconfig.json", "{\"compilerOptions\": {\"target\": \"ESNext\"}}" } },
      true },
    { "lib decides over target",
      { { "/p/tsconfig.json",
          "{\"compilerOptions\": {\"target\": \"es2022\", \"lib\": [\"es2020\", \"dom\"]}}" } },
      false },
    { "lib for an early target",
      { { "/p/tsconfig.json", "{// why\n\"compilerOptions\": {\"target\": \"es5\", \"lib\": "
                              "[\"DOM\", \"ES2023\",]}}" } },
      true },
    { "a part of a lib is not all of it",
      { { "/p/tsconfig.json",
          "{\"compilerOptions\": {\"lib\": [\"es2020\", \"es2023.array\"]}}" } },
      false },
    { "only errors",
      { { "/p/tsconfig.json",
          "{\"compilerOptions\": {\"lib\": [\"es2020\", \"es2022.error\"]}}" } },
      true },
    { "noLib",
      { { "/p/tsconfig.json",
          "{\"compilerOptions\": {\"target\": \"es2022\", \"noLib\": true}}" } },
      false },
    { "the nearest", { { "/p/tsconfig.json", HIGH }, { "/p/src/tsconfig.json", LOW } }, false },
    { "the nearest cannot be read",
      { { "/p/tsconfig.json", HIGH }, { "/p/src/tsconfig.json", "{" } },
      false },
    { "extends",
      { { "/p/tsconfig.json", "{\"extends\": \"./base\"}" }, { "/p/base.json", HIGH } },
      true },
    { "extends, and overrides",
      { { "/p/tsconfig.json",
          "{\"extends\": \"./base.json\", \"compilerOptions\": {\"target\": \"es2019\"}}" },
        { "/p/base.json", HIGH } },
      false },
    { "extends above, in steps",
      { { "/p/src/tsconfig.json", "{\"extends\": \"../conf/node.json\"}" },
        { "/p/conf/node.json", "{\"extends\": \"../../all.json\"}" },
        { "/all.json", HIGH } },
      true },
    { "the last of several",
      { { "/p/tsconfig.json", "{\"extends\": [\"./one.json\", \"./two.json\"]}" },
        { "/p/one.json", HIGH },
        { "/p/two.json", LOW } },
      false },
    { "of a package",
      { { "/p/tsconfig.json", "{\"extends\": \"@tsconfig/node20/tsconfig.json\"}" },
        { "/node_modules/@tsconfig/node20/tsconfig.json", HIGH } },
      true },
    { "of a package, by its name",
      { { "/p/tsconfig.json", "{\"extends\": \"@tsconfig/node20\"}" },
        { "/p/node_modules/@tsconfig/node20/tsconfig.json", HIGH } },
      true },
    { "of a package that is not installed: it may set lib",
      { { "/p/tsconfig.json",
          "{\"extends\": \"@x/y\", \"compilerOptions\": {\"target\": \"es2022\"}}" } },
      false },
    { "the same, but lib is set here",
      { { "/p/tsconfig.json",
          "{\"extends\": \"@x/y\", \"compilerOptions\": {\"lib\": [\"es2022\"]}}" } },
      true },
    { "it extends itself",
      { { "/p/tsconfig.json", "{\"extends\": \"./tsconfig.json\"}" } },
      false },
    { "only references: all of them",
      { { "/p/tsconfig.json",
          "{\"files\": [], \"references\": [{\"path\": \"./tsconfig.app.json\"}, "
          "{\"path\": \"tool\"}]}" },
        { "/p/tsconfig.app.json", HIGH },
        { "/p/tool/tsconfig.json", HIGH } },
      true },
    { "only references, and one is early",
      { { "/p/tsconfig.json",
          "{\"files\": [], \"references\": [{\"path\": \"./tsconfig.app.json\"}, "
          "{\"path\": \"tool\"}]}" },
        { "/p/tsconfig.app.json", HIGH },
        { "/p/tool/tsconfig.json", LOW } },
      false },
    { "only references, and there are none", { { "/p/tsconfig.json", "{\"files\": []}" } }, false },
    { "one beside it is early, and may hold the file",
      { { "/p/tsconfig.json", "{\"compilerOptions\": {\"target\": \"es2022\"}, \"references\": "
                              "[{\"path\": \"./tsconfig.node.json\"}]}" },
        { "/p/tsconfig.node.json", LOW } },
      false },
    { "one elsewhere has files of its own",
      { { "/p/tsconfig.json", "{\"compilerOptions\": {\"target\": \"es2022\"}, \"references\": "
                              "[{\"path\": \"../lib\"}]}" },
        { "/lib/tsconfig.json", LOW } },
      true },
    { "the compiler is too old",
      { { "/p/tsconfig.json", HIGH },
        { "/p/package.json", "{\"devDependencies\": {\"typescript\": \"^4.7.4\"}}" } },
      false },
    { "nobody says which compiler",
      { { "/p/tsconfig.json", HIGH }, { "/p/package.json", "{}" } },
      false },
    { "it says so further up",
      { { "/p/src/tsconfig.json", HIGH }, { "/p/src/package.json", "{}" } },
      true },
    { "installed is another one",
      { { "/p/tsconfig.json", HIGH },
        { "/p/node_modules/typescript/package.json", "{\"version\": \"4.6.2\"}" } },
      false },
    { "a range of two",
      { { "/p/tsconfig.json", HIGH },
        { "/p/package.json", "{\"peerDependencies\": {\"typescript\": \">=4.8.4 || ^5\"}}" } },
      true },
    { "a range of two, one too early",
      { { "/p/tsconfig.json", HIGH },
        { "/p/package.json", "{\"dependencies\": {\"typescript\": \"^5.0.0 || ~4.6.0\"}}" } },
      false },
    { "a name for a version",
      { { "/p/tsconfig.json", HIGH },
        { "/p/package.json", "{\"dependencies\": {\"typescript\": \"catalog:\"}}" } },
      false },
    { "values of other types",
      { { "/p/tsconfig.json", "{\"extends\": 5, \"compilerOptions\": {\"target\": [], \"lib\": 7}, "
                              "\"references\": [1]}" } },
      false },
    { "no object", { { "/p/tsconfig.json", "[]" } }, false },
};

static int read_file(void *arg, tt_str path, size_t max, char **bytes, size_t *n)
{
    const struct file *files = arg;
    const char *text = NULL;

    (void)max;
    for (size_t i = 0; i < COUNT(rows[0].files) && files[i].path; i++) {
        if (tt_str_eq(path, tt_str_from(files[i].path)))
            text = files[i].text;
    }
    if (!text && tt_str_eq(path, TT_STR("/p/package.json")))
        text = PACKAGE;
    if (!text)
        return TT_ENOTFOUND;
    *n = strlen(text);
    *bytes = strdup(text);
    return 0;
}

static bool has_cause(const struct file *files, const char *language)
{
    const struct tt_file_reader reader = { read_file, (void *)(uintptr_t)files };
    struct tt_buf project = TT_BUF_INIT(1 << 12);
    bool has = tt_typescript_project(&reader, tt_lang_by_name(tt_str_from(language)),
                                     TT_STR("/p/src/a.ts"), &project) &&
               tt_typescript_has_cause(&reader, tt_buf_str(&project));

    tt_buf_release(&project);
    return has;
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK(has_cause(rows[i].files, "typescript") == rows[i].want, "%s", rows[i].name);
        CHECK(has_cause(rows[i].files, "tsx") == rows[i].want, "%s", rows[i].name);
        CHECK(!has_cause(rows[i].files, "javascript"), "%s", rows[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
