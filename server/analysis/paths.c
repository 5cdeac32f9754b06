/* paths.c -- file names, as people choose them. */
#include "analysis/paths.h"

#define HEAD_BYTES 4096 /* where a file says that it is generated */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

bool tt_str_eq_nocase(tt_str a, tt_str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    }
    return true;
}

bool tt_str_starts_nocase(tt_str s, tt_str prefix)
{
    return s.n >= prefix.n && tt_str_eq_nocase(tt_str_sub(s, 0, prefix.n), prefix);
}

bool tt_str_has(tt_str text, tt_str part)
{
    return part.n == 0 || (text.n >= part.n && memmem(text.p, text.n, part.p, part.n) != NULL);
}

bool tt_str_has_nocase(tt_str text, tt_str part)
{
    for (size_t i = 0; i + part.n <= text.n; i++) {
        if (tt_str_eq_nocase(tt_str_sub(text, i, i + part.n), part))
            return true;
    }
    return false;
}

tt_str tt_path_file(tt_str path)
{
    size_t from = path.n;

    while (from > 0 && !is_slash(path.p[from - 1]))
        from--;
    return tt_str_sub(path, from, path.n);
}

tt_str tt_path_folder(tt_str path)
{
    while (path.n && path.p[path.n - 1] != '/')
        path.n--;
    if (path.n)
        path.n--;
    return path;
}

bool tt_path_is_step_down(tt_str path)
{
    return tt_str_ends(path, TT_STR(".down.sql")) ||
           tt_str_eq(tt_path_file(path), TT_STR("down.sql"));
}

bool tt_path_has_part(tt_str path, const char *name)
{
    tt_str want = tt_str_from(name);

    for (size_t from = 0, i = 0; i <= path.n; i++) {
        if (i < path.n && !is_slash(path.p[i]))
            continue;
        tt_str part = tt_str_sub(path, from, i);
        if (i == path.n) {
            for (size_t dot = 1; dot < part.n; dot++) {
                if (part.p[dot] == '.')
                    part.n = dot;
            }
        }
        if (tt_str_eq_nocase(part, want))
            return true;
        from = i + 1;
    }
    return false;
}

static bool starts(tt_str s, const char *prefix)
{
    return tt_str_starts(s, tt_str_from(prefix));
}

static bool ends(tt_str s, const char *suffix)
{
    return tt_str_ends(s, tt_str_from(suffix));
}

static bool has(tt_str s, const char *part)
{
    return tt_str_has(s, tt_str_from(part));
}

static bool named_as_test(tt_str path)
{
    static const char *const infix[] = { ".test.", ".spec.", ".e2e-spec.", ".e2e.", ".cy." };
    static const char *const suffix[] = {
        "_test.py",      "_tests.py",  "_testing.py", "_test.go",  "_test.rb",   "_spec.rb",
        "Test.java",     "Tests.java", "IT.java",     "Test.kt",   "Tests.kt",   "Test.php",
        "Tests.cs",      "Test.cs",    "_test.rs",    "_test.exs", "Spec.scala", "Spec.kt",
        "TestCase.java", "_test.c",    "_test.cc",    "_test.cpp", "Test.scala", "Spec.groovy",
    };
    tt_str file = tt_path_file(path);

    for (size_t i = 0; i < sizeof(infix) / sizeof(infix[0]); i++) {
        if (has(file, infix[i]))
            return true;
    }
    for (size_t i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++) {
        if (ends(file, suffix[i]))
            return true;
    }
    return (starts(file, "test_") && ends(file, ".py")) || tt_str_eq(file, TT_STR("tests.py")) ||
           starts(file, "conftest.") || tt_path_has_part(path, "__tests__") ||
           tt_path_has_part(path, "__mocks__") || has(path, "src/test/");
}

static bool looks_like_test(tt_str text)
{
    static const char *const marks[] = {
        "pytest",     "unittest",  "describe(",   "it(\"",       "it('",        "test(\"",
        "test('",     "def test_", "assert.",     "chai",        "@Test",       "func Test",
        "testing.T",  "PHPUnit",   "RSpec",       "supertest",   "#[test]",     "[Fact]",
        "beforeEach", "jasmine",   "factory_boy", "@playwright", "from locust", "k6/http",
    };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (has(text, marks[i]))
            return true;
    }
    return false;
}

bool tt_path_is_test(tt_str path, tt_str text)
{
    if (named_as_test(path))
        return true;
    bool folder = tt_path_has_part(path, "test") || tt_path_has_part(path, "tests") ||
                  tt_path_has_part(path, "spec") || tt_path_has_part(path, "e2e") ||
                  tt_path_has_part(path, "testing");
    return folder && looks_like_test(text);
}

/* "demo-orders", "spring_examples" */
static bool part_shows(tt_str part)
{
    static const char *const words[] = { "demo",     "demos",    "examples",  "sample",
                                         "samples",  "scripts",  "seed",      "seeds",
                                         "seeders",  "seeder",   "benchmark", "benchmarks",
                                         "tutorial", "tutorials" };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        tt_str word = tt_str_from(words[i]);

        if (tt_str_eq(part, word))
            return true;
        if (part.n <= word.n)
            continue;
        if (tt_str_starts(part, word) && strchr("-_", part.p[word.n]))
            return true;
        if (tt_str_ends(part, word) && strchr("-_", part.p[part.n - word.n - 1]))
            return true;
    }
    return false;
}

/* "populate.py", "demo_data.sql": fills a database for a look at the program. */
static bool file_shows(tt_str file)
{
    static const char *const words[] = { "demo", "example", "seed", "populate", "fixture" };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        tt_str word = tt_str_from(words[i]);

        if (tt_str_starts(file, word) && file.n > word.n && strchr("._-", file.p[word.n]))
            return true;
    }
    return false;
}

/* What the people who work on a project keep beside it, at its top: "tools/release/main.go". */
static bool beside(tt_str path)
{
    static const char *const tops[] = { "tools", "tool",    "hack",        "docs",   "doc",
                                        "dev",   "contrib", "integration", "example" };

    if (path.n > 1 && path.p[0] == '.' && path.p[1] != '.' && !is_slash(path.p[1]))
        return true; /* ".github/...": for the people's programs */
    for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
        tt_str top = tt_str_from(tops[i]);

        if (tt_str_starts(path, top) && path.n > top.n && is_slash(path.p[top.n]))
            return true;
    }
    return false;
}

bool tt_path_is_shown(tt_str path)
{
    if (beside(path) || tt_path_has_part(path, ".github") || file_shows(tt_path_file(path)))
        return true;
    for (size_t from = 0, i = 0; i < path.n; i++) {
        if (path.p[i] != '/')
            continue;
        if (part_shows(tt_str_sub(path, from, i)))
            return true;
        from = i + 1;
    }
    return false;
}

bool tt_path_helps_tests(tt_str path)
{
    static const char *const folders[] = { "fixtures", "utils", "helpers", "support", "factories" };
    static const char *const named[] = {
        "testdata",
        "test-data",
        "test_data",
        "test-utils",
        "test_utils",
        "testutils",
        "testutil",
        "testhelpers",
        "test-helpers",
        "test_helpers",
        "__fixtures__",
        "__mocks__",
        "mocks",
        "integration-tests",
        "integrationtests",
        "cypress",
        "stress-test",
        "testdb",
        "unittests",
        "e2e",
        "testsuite",
        "integration-testsuite",
        "acceptance-test",
        "acceptance-tests",
        "tests",
    };
    static const char *const files[] = {
        ".fixture.",          "-fixture.",    "_fixture.",     ".stories.",   "cypress.config.",
        "playwright.config.", "vitest.setup", "vitestSetup",   "jest.setup",  "jest.config.",
        "vitest.config.",     "setupTests.",  "testing_utils", "test-utils.", "test_utils.",
        "testutils.",         "testutil.",    "teststore.",    "testhelper.", "testlib.",
        "pytest_plugin.",     "test_helper.", "fake_",         "test-setup.", "test_setup.",
        "testSetup.",
    };
    tt_str file = tt_path_file(path);

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (has(file, files[i]))
            return true;
    }
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
        if (tt_path_has_part(path, named[i]))
            return true;
    }
    if (has(path, "_tests/") || has(path, "-tests/") || has(path, "_mock/") ||
        has(file, "test_data"))
        return true; /* "playwright_tests/core/utilities.py", "make_test_data.py" */
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        if (tt_path_has_part(path, folders[i]))
            return tt_path_has_part(path, "test");
    }
    return false;
}

bool tt_path_is_aside(tt_str path, tt_str text)
{
    return tt_path_is_test(path, text) || tt_path_helps_tests(path) || tt_path_is_shown(path);
}

/* A line of thousands of bytes was not typed. */
static bool minified(tt_str path, tt_str text)
{
    size_t line = 0;

    if (!ends(path, ".js") && !ends(path, ".mjs") && !ends(path, ".cjs"))
        return false;
    for (size_t i = 0; i < text.n && i < (size_t)64 << 10; i++) {
        line = text.p[i] == '\n' ? 0 : line + 1;
        if (line > 4000)
            return true;
    }
    return false;
}

/* "wysihtml5-0.3.0.js": a release of someone else's. */
static bool versioned(tt_str file)
{
    size_t dots = 0, i = file.n;

    if (!ends(file, ".js"))
        return false;
    for (i -= 3; i > 0 && (is_digit(file.p[i - 1]) || file.p[i - 1] == '.'); i--)
        dots += file.p[i - 1] == '.';
    return dots == 2 && i > 0 && strchr("-_.v", file.p[i - 1]);
}

/* "static/js/libs/ace.js": brought along for the browser. */
static bool brought_along(tt_str path)
{
    static const char *const places[] = { "static", "public", "assets", "resources", "www" };
    static const char *const folders[] = { "lib", "libs", "plugins", "vendors", "thirdparty" };
    bool in_folder = false;

    if (!ends(path, ".js"))
        return false;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        in_folder = in_folder || tt_path_has_part(path, folders[i]);
    for (size_t i = 0; in_folder && i < sizeof(places) / sizeof(places[0]); i++) {
        if (tt_path_has_part(path, places[i]))
            return true;
    }
    return false;
}

bool tt_path_is_foreign(tt_str path, tt_str text)
{
    tt_str file = tt_path_file(path);
    tt_str head = tt_str_sub(text, 0, HEAD_BYTES);

    if (tt_path_has_part(path, "node_modules") || tt_path_has_part(path, "site-packages") ||
        tt_path_has_part(path, "vendor") || tt_path_has_part(path, ".yarn") || has(file, ".min.") ||
        ends(file, ".pb.go") || ends(file, "_gen.go") || ends(file, "_pb2.py") ||
        ends(file, ".d.ts"))
        return true;
    if (versioned(file) || minified(path, text) || brought_along(path))
        return true;
    if (ends(path, ".js") && starts(text, "/*!")) /* a banner that minifiers keep: a release */
        return true;
    return has(head, "DO NOT EDIT") || has(head, "Do not edit") || has(head, "@generated");
}

/* "0001_x", "20240131120000-x", "V1__x", "1700000000000-X" */
static bool numbered(tt_str file)
{
    size_t i = 0;

    if (file.n > 2 && (file.p[0] == 'V' || file.p[0] == 'U') && is_digit(file.p[1]) &&
        has(file, "__"))
        return true;
    while (i < file.n && is_digit(file.p[i]))
        i++;
    return i >= 3 && i < file.n && strchr("_-.", file.p[i]);
}

bool tt_path_is_migration(tt_str path)
{
    static const char *const folders[] = { "migrations", "migration", "migrate",
                                           "versions",   "alembic",   "changelog" };
    tt_str file = tt_path_file(path);

    if (ends(file, ".up.sql") || ends(file, ".down.sql"))
        return true;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        if (tt_path_has_part(path, folders[i]))
            return true;
    }
    return numbered(file) && (ends(file, ".sql") || ends(file, ".py") || ends(file, ".rb") ||
                              ends(file, ".js") || ends(file, ".ts") || ends(file, ".php"));
}

static bool glob(const char *p, const char *pe, const char *s, const char *se)
{
    for (; p < pe; p++, s++) {
        if (*p == '*') {
            bool deep = p + 1 < pe && p[1] == '*';
            const char *rest = p + (deep ? 2 : 1);

            if (deep && rest < pe && *rest == '/' && glob(rest + 1, pe, s, se))
                return true;
            for (const char *at = s;; at++) {
                if (glob(rest, pe, at, se))
                    return true;
                if (at == se || (!deep && is_slash(*at)))
                    return false;
            }
        }
        if (s == se || (*p == '?' ? is_slash(*s) : *p != *s))
            return false;
    }
    return s == se;
}

bool tt_path_glob(tt_str pattern, tt_str path)
{
    /* A pattern is compared at every depth, so that it need not know where the
     * user's folder lies; its work is bounded by keeping stars few. */
    size_t stars = 0;

    for (size_t i = 0; i < pattern.n; i++)
        stars += pattern.p[i] == '*';
    if (stars > 8 || pattern.n == 0)
        return false;
    for (size_t from = 0; from <= path.n; from++) {
        if (from > 0 && !is_slash(path.p[from - 1]))
            continue;
        if (glob(pattern.p, pattern.p + pattern.n, path.p + from, path.p + path.n))
            return true;
    }
    return false;
}
