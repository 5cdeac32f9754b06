/* task_path.c -- what the name of the file says of it. */
#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/task_scan.h"

void task_read_path(struct task_score *score, const struct tt_source *source,
                    struct task_code *code)
{
    static const struct {
        const char *end;
        enum tt_task task;
        int weight;
    } ends[] = {
        { ".prisma", TT_TASK_DB_4, 80 },        { ".md", TT_TASK_DOC_1, 60 },
        { ".rst", TT_TASK_DOC_1, 60 },          { ".adoc", TT_TASK_DOC_1, 60 },
        { ".proto", TT_TASK_LANG_3, 70 },       { "openapi.yaml", TT_TASK_REST_3, 80 },
        { "openapi.json", TT_TASK_REST_3, 80 }, { "openapi.yml", TT_TASK_REST_3, 80 },
        { "swagger.json", TT_TASK_REST_3, 80 }, { "swagger.yaml", TT_TASK_REST_3, 80 },
        { ".tsx", TT_TASK_OTHER, 40 },          { ".jsx", TT_TASK_OTHER, 40 },
        { ".vue", TT_TASK_OTHER, 60 },          { ".css", TT_TASK_OTHER, 90 },
        { ".html", TT_TASK_OTHER, 60 },         { ".tf", TT_TASK_OTHER, 90 },
        { "Dockerfile", TT_TASK_OTHER, 90 },    { ".svelte", TT_TASK_OTHER, 60 },
        { ".sh", TT_TASK_OTHER, 60 },           { ".ipynb", TT_TASK_OTHER, 90 },
    };
    /* A folder, or a word of the file's name. */
    static const struct {
        const char *name;
        enum tt_task task;
        int weight;
    } parts[] = {
        { "seeds", TT_TASK_BULK_1, 60 },    { "seed", TT_TASK_BULK_1, 60 },
        { "seeders", TT_TASK_BULK_1, 60 },  { "contracts", TT_TASK_LANG_3, 60 },
        { "workflows", TT_TASK_OTHER, 60 }, { "notebooks", TT_TASK_OTHER, 40 },
        { "firmware", TT_TASK_OTHER, 60 },
    };
    tt_str path = source->path;

    code->test = tt_path_is_test(path, source->bytes);
    code->migration = tt_path_is_migration(path);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (tt_str_ends(path, tt_str_from(ends[i].end)))
            task_add(score, ends[i].task, ends[i].weight, "path", tt_str_from(ends[i].end), NULL);
    }
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (name_has_word(tt_path_file(path), parts[i].name) ||
            tt_path_has_part(path, parts[i].name))
            task_add(score, parts[i].task, parts[i].weight, "path", tt_str_from(parts[i].name),
                     NULL);
    }
    tt_str head = tt_str_sub(source->bytes, 0, source->bytes.n < 400 ? source->bytes.n : 400);
    if (tt_str_has(head, TT_STR("openapi:")) || tt_str_has(head, TT_STR("\"openapi\"")) ||
        tt_str_has(head, TT_STR("swagger:")) || tt_str_has(head, TT_STR("\"swagger\"")))
        task_add(score, TT_TASK_REST_3, 80, "path", TT_STR("an OpenAPI document"), NULL);
    if (code->test)
        task_add(score, TT_TASK_TEST_2, 120, "path", tt_path_file(path), NULL);
    if (code->migration)
        task_add(score, TT_TASK_DB_6, 60, "path", tt_path_file(path), NULL);
}
