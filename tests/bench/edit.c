/* edit.c -- what the edit engine costs on a large file: build/release/bench/bench_edit
 *
 * Reading the answer, matching, diff and syntax guard, with the tree of the
 * snapshot given, for edits of one to ten lines at random places of 1,000 and
 * 10,000 lines of Python and TypeScript.  Processor time, since others use the
 * machine too.
 */
#include "trimtab/edit.h"
#include "base/buf.h"
#include "random.h"
#include "syntax/lang.h"
#include "syntax/parse.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 1000

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void fill(struct tt_buf *out, bool python, unsigned lines)
{
    for (unsigned i = 0; i < lines / 10; i++) {
        if (python)
            tt_buf_addf(out,
                        "def load_%u(session, key, limit=%u):\n"
                        "    query = session.query(Order).filter(Order.key == key)\n"
                        "    rows_%u = query.order_by(Order.created_at).limit(limit).all()\n"
                        "    if not rows_%u:\n"
                        "        raise LookupError(\"nothing for %u\")\n"
                        "    total_%u = sum(row.amount for row in rows_%u)\n"
                        "    for row in rows_%u:\n"
                        "        row.share = row.amount / total_%u\n"
                        "    return rows_%u\n\n",
                        i, i % 50, i, i, i, i, i, i, i, i);
        else
            tt_buf_addf(
                out,
                "export async function load%u(db: Db, key: string, limit = %u) {\n"
                "  const rows%u = await db.order.findMany({ where: { key }, take: limit });\n"
                "  if (rows%u.length === 0) {\n"
                "    throw new Error(`nothing for %u`);\n"
                "  }\n"
                "  const total%u = rows%u.reduce((sum, row) => sum + row.amount, 0);\n"
                "  return rows%u.map((row) => ({ ...row, share: row.amount / total%u }));\n"
                "}\n\n",
                i, i % 50, i, i, i, i, i, i, i);
    }
}

/* Lines [first, first + n) once as they are, and once with a change in each. */
static void block(struct tt_buf *answer, tt_str text, const size_t *starts, unsigned first,
                  unsigned n)
{
    tt_buf_adds(answer, "<<<<<<< SEARCH\n");
    tt_buf_add(answer, tt_str_sub(text, starts[first], starts[first + n]));
    tt_buf_adds(answer, "=======\n");
    for (unsigned i = first; i < first + n; i++) {
        tt_str line = tt_str_sub(text, starts[i], starts[i + 1]);
        const char *word = memmem(line.p, line.n, "key", 3);

        if (word) {
            tt_buf_add(answer, tt_str_sub(line, 0, (size_t)(word - line.p)));
            tt_buf_adds(answer, "name");
            tt_buf_add(answer, tt_str_sub(line, (size_t)(word - line.p) + 3, line.n));
        } else {
            tt_buf_add(answer, line);
        }
    }
    tt_buf_adds(answer, ">>>>>>> REPLACE\n");
}

static void measure(bool python, unsigned lines)
{
    struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN), answer = TT_BUF_INIT(TT_BUF_OWN);
    const struct tt_lang *lang = tt_lang_for_path(tt_str_from(python ? "a.py" : "a.ts"));
    struct tt_parser *parser = tt_parser_create();
    size_t *starts = calloc(lines + 2, sizeof(*starts));
    struct random random = { 7 };
    struct tt_text *parsed;
    struct TSTree *tree;
    static double ms[ROUNDS];
    unsigned n_lines = 0, ready = 0;

    fill(&text, python, lines);
    if (!starts || !parser || tt_text_create(tt_buf_str(&text), &parsed, NULL) ||
        tt_parse(parser, lang, parsed, NULL, NULL, &tree))
        exit(2);
    for (size_t i = 0; i < text.n && n_lines < lines; i++) {
        if (text.p[i] == '\n')
            starts[++n_lines] = i + 1;
    }
    for (unsigned i = 0; i < ROUNDS; i++) {
        unsigned n = 1 + random_below(&random, 10);
        struct tt_edit_input in = { .complete = true, .lang = lang, .tree = tree };
        struct tt_edit_plan *plan;
        double began;

        answer.n = 0;
        block(&answer, tt_buf_str(&text), starts, random_below(&random, n_lines - n), n);
        in.before = tt_buf_str(&text);
        in.answer = tt_buf_str(&answer);
        began = now_ms();
        if (tt_edit_plan_create(&in, &plan))
            exit(2);
        ms[i] = now_ms() - began;
        ready += tt_edit_plan_verdict(plan) == TT_EDIT_READY;
        tt_edit_plan_destroy(plan);
    }
    qsort(ms, ROUNDS, sizeof(*ms), by_value);
    printf("%-10s %6u lines: ms p50 %.2f p95 %.2f p99 %.2f; %u of %u answers ready\n",
           python ? "Python" : "TypeScript", lines, ms[ROUNDS / 2], ms[ROUNDS * 95 / 100],
           ms[ROUNDS * 99 / 100], ready, ROUNDS);
    tt_tree_destroy(tree);
    tt_text_unref(parsed);
    tt_parser_destroy(parser);
    tt_buf_release(&text);
    tt_buf_release(&answer);
    free(starts);
}

int main(void)
{
    for (int python = 1; python >= 0; python--) {
        measure(python, 1000);
        measure(python, 10000);
    }
    return 0;
}
