/* new_file_path.c -- the place of a new file: see new_file.h.
 *
 * Tests go where the language's tools look for them, and where the project keeps them
 * already when there is a choice: Python's tests/ or beside, JavaScript's __tests__/ or
 * beside as .test or .spec, and so on.
 */
#include "session/new_file.h"

#include <stdio.h>

#define TRIES 20u

struct look {
    tt_str name;      /* looked for; empty: any */
    const char *part; /* or a part of a name */
    bool found;
};

static bool look_at(void *to, tt_str name)
{
    struct look *look = to;

    if (look->part)
        look->found = memmem(name.p, name.n, look->part, strlen(look->part)) != NULL;
    else
        look->found = !look->name.n || tt_str_eq(look->name, name);
    return !look->found;
}

static bool has(const struct tt_new_file_world *world, tt_str folder, tt_str name, const char *part)
{
    struct look look = { name, part, false };

    if (world->names_in)
        world->names_in(world->arg, folder, look_at, &look);
    return look.found;
}

static bool has_folder(const struct tt_new_file_world *world, tt_str folder)
{
    return has(world, folder, (tt_str){ NULL, 0 }, NULL);
}

/* "a/b/orders.py" is the folder "a/b/", the stem "orders", the ending ".py". */
struct parts {
    tt_str folder, stem, ending;
};

static struct parts split(tt_str path)
{
    size_t slash = path.n, dot;

    while (slash > 0 && path.p[slash - 1] != '/')
        slash--;
    for (dot = path.n; dot > slash && path.p[dot - 1] != '.';)
        dot--;
    dot = dot > slash + 1 ? dot - 1 : path.n;
    return (struct parts){ tt_str_sub(path, 0, slash), tt_str_sub(path, slash, dot),
                           tt_str_sub(path, dot, path.n) };
}

/* Folder, and name around the stem: "{folder}{before}{stem}{after}{ending}". */
struct form {
    tt_str folder;
    const char *before, *after;
};

static struct form python(const struct parts *p, const struct tt_new_file_world *world)
{
    tt_str tests = TT_STR("tests/");

    if (has_folder(world, tests))
        return (struct form){ tests, "test_", "" };
    return (struct form){ p->folder, "test_", "" };
}

static struct form javascript(const struct parts *p, const struct tt_new_file_world *world,
                              struct tt_arena *arena)
{
    tt_str beside = tt_arena_printf(arena, "%.*s__tests__/", TT_STR_ARG(p->folder));
    const tt_str folders[] = { beside, p->folder, TT_STR("tests/"), TT_STR("test/") };

    for (size_t i = 0; beside.p && i < sizeof(folders) / sizeof(folders[0]); i++) {
        if (has(world, folders[i], (tt_str){ NULL, 0 }, ".test."))
            return (struct form){ folders[i], "", ".test" };
        if (has(world, folders[i], (tt_str){ NULL, 0 }, ".spec."))
            return (struct form){ folders[i], "", ".spec" };
    }
    return (struct form){ p->folder, "", ".test" };
}

/* src/main/… is tested in src/test/…. */
static struct form java(const struct parts *p, struct tt_arena *arena)
{
    static const tt_str main = TT_STR_INIT("src/main/");
    const char *at = p->folder.n ? memmem(p->folder.p, p->folder.n, main.p, main.n) : NULL;
    size_t before = at ? (size_t)(at - p->folder.p) : 0;
    tt_str folder = p->folder;

    if (at)
        folder = tt_arena_printf(arena, "%.*ssrc/test/%.*s", (int)before, p->folder.p,
                                 TT_STR_ARG(tt_str_sub(p->folder, before + main.n, p->folder.n)));
    return (struct form){ folder, "", "Test" };
}

static struct form ruby(const struct tt_new_file_world *world)
{
    if (has_folder(world, TT_STR("spec/")) || !has_folder(world, TT_STR("test/")))
        return (struct form){ TT_STR("spec/"), "", "_spec" };
    return (struct form){ TT_STR("test/"), "", "_test" };
}

static struct form form_of_test(const struct parts *p, tt_str language,
                                const struct tt_new_file_world *world, struct tt_arena *arena)
{
    static const struct {
        const char *language;
        struct form form;
    } fixed[] = {
        { "rust", { TT_STR_INIT("tests/"), "", "" } },
        { "php", { TT_STR_INIT("tests/"), "", "Test" } },
        { "csharp", { { NULL, 0 }, "", "Tests" } },
        { "go", { { NULL, 0 }, "", "_test" } },
    };

    if (tt_str_eq(language, TT_STR("javascript")) || tt_str_eq(language, TT_STR("typescript")) ||
        tt_str_eq(language, TT_STR("tsx")))
        return javascript(p, world, arena);
    if (tt_str_eq(language, TT_STR("java")) || tt_str_eq(language, TT_STR("kotlin")))
        return java(p, arena);
    if (tt_str_eq(language, TT_STR("ruby")))
        return ruby(world);
    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
        if (tt_str_eq(language, tt_str_from(fixed[i].language)))
            return (struct form){ fixed[i].form.folder.n ? fixed[i].form.folder : p->folder,
                                  fixed[i].form.before, fixed[i].form.after };
    }
    return python(p, world);
}

/* The first name that is free: test_orders.py, test_orders_2.py, … */
static tt_str free_name(const struct form *form, const struct parts *p,
                        const struct tt_new_file_world *world, struct tt_arena *arena)
{
    for (unsigned i = 1; i <= TRIES; i++) {
        char number[16] = "";
        tt_str name;

        if (i > 1)
            snprintf(number, sizeof(number), "_%u", i);
        name = tt_arena_printf(arena, "%s%.*s%s%s%.*s", form->before, TT_STR_ARG(p->stem), number,
                               form->after, TT_STR_ARG(p->ending));
        if (!name.p)
            return name;
        if (!has(world, form->folder, name, NULL))
            return tt_arena_printf(arena, "%.*s%.*s", TT_STR_ARG(form->folder), TT_STR_ARG(name));
    }
    return (tt_str){ NULL, 0 };
}

tt_str tt_new_file_path(tt_str path, tt_str language, bool test, tt_str kind,
                        const struct tt_new_file_world *world, struct tt_arena *arena)
{
    struct parts p = split(path);
    struct form form;

    if (test) {
        form = form_of_test(&p, language, world, arena);
    } else {
        tt_str after = tt_arena_printf(arena, "_%.*s", TT_STR_ARG(kind.n ? kind : TT_STR("new")));

        if (!after.p)
            return after;
        form = (struct form){ p.folder, "", after.p };
    }
    return free_name(&form, &p, world, arena);
}
