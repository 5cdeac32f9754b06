/* splice.c -- what a keystroke costs when only what was edited is parsed, how often
 * that can be done, and whether the tree is the one of a whole parse:
 * build/release/bench/bench_splice [--check] [--edits N] FILE...
 *
 * A keystroke is a letter in a name (most often the text stays valid), or one
 * of a few characters anywhere (most often it does not).  With --check each tree is
 * compared with that of a whole parse, which takes long.
 */
#include "syntax/lang.h"
#include "syntax/parse.h"
#include "text/text.h"

#include "base/buf.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tree_sitter/api.h>

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static uint64_t seed = 88172645463325252u;

static uint32_t random_below(uint32_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 11) % n);
}

/* --- one kind of edit on one file ----------------------------------------- */

#define MOST 2000u

struct tally {
    unsigned edits, spliced, other, other_valid;
    double splice[MOST], whole[MOST]; /* ms of each */
    unsigned n_splice, n_whole;
};

static bool same_node(TSNode a, TSNode b)
{
    return ts_node_symbol(a) == ts_node_symbol(b) &&
           ts_node_start_byte(a) == ts_node_start_byte(b) &&
           ts_node_end_byte(a) == ts_node_end_byte(b) &&
           ts_node_start_point(a).row == ts_node_start_point(b).row &&
           ts_node_start_point(a).column == ts_node_start_point(b).column &&
           ts_node_end_point(a).row == ts_node_end_point(b).row &&
           ts_node_end_point(a).column == ts_node_end_point(b).column &&
           ts_node_is_missing(a) == ts_node_is_missing(b) &&
           ts_node_has_error(a) == ts_node_has_error(b) &&
           ts_node_has_changes(a) == ts_node_has_changes(b) &&
           ts_node_descendant_count(a) == ts_node_descendant_count(b);
}

static bool same_trees(const TSTree *a, const TSTree *b)
{
    TSTreeCursor x = ts_tree_cursor_new(ts_tree_root_node(a));
    TSTreeCursor y = ts_tree_cursor_new(ts_tree_root_node(b));
    bool same = true, done = false;

    while (same && !done) {
        same = same_node(ts_tree_cursor_current_node(&x), ts_tree_cursor_current_node(&y)) &&
               ts_tree_cursor_current_field_id(&x) == ts_tree_cursor_current_field_id(&y);
        if (ts_tree_cursor_goto_first_child(&x)) {
            same &= ts_tree_cursor_goto_first_child(&y);
            continue;
        }
        same &= !ts_tree_cursor_goto_first_child(&y);
        while (same) {
            bool left = ts_tree_cursor_goto_next_sibling(&x);

            same &= left == ts_tree_cursor_goto_next_sibling(&y);
            if (left)
                break;
            left = ts_tree_cursor_goto_parent(&x);
            same &= left == ts_tree_cursor_goto_parent(&y);
            if (!left) {
                done = true;
                break;
            }
        }
    }
    ts_tree_cursor_delete(&x);
    ts_tree_cursor_delete(&y);
    return same;
}

static bool in_name(int c)
{
    return c == '_' || isalnum(c);
}

static struct tt_text_edit next_edit(const struct tt_text *text, bool valid)
{
    static const char *const words[] = { "(", ")", "\"", "{", "}", "\n",
                                         ":", "x", "= ", "'", ".", "," };
    uint32_t size = tt_text_size(text), at = random_below(size);
    struct tt_text_edit edit;

    while (valid && at < size &&
           !(tt_text_byte(text, at) == '_' && in_name(tt_text_byte(text, at + 1))))
        at++;
    if (valid && at < size)
        at++; /* behind an underscore: no keyword has one */
    while (!tt_text_is_boundary(text, at))
        at++;
    edit.range = (struct tt_range){ at, at };
    edit.text = tt_str_from(valid ? "x" : words[random_below(sizeof(words) / sizeof(*words))]);
    if (!valid && random_below(4) == 0 && at + 1 < size && tt_text_is_boundary(text, at + 1)) {
        edit.range.end++;
        edit.text = TT_STR("");
    }
    return edit;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void say(const char *what, double *times, unsigned n)
{
    if (!n)
        return;
    qsort(times, n, sizeof(*times), by_size);
    printf("  %s p50 %.2f p99 %.2f max %.2f ms (%u)", what, times[n / 2], times[n * 99 / 100],
           times[n - 1], n);
}

static void measure(const struct tt_lang *lang, struct tt_text *start, bool valid, unsigned edits,
                    bool check)
{
    struct tt_parser *parser = tt_parser_create();
    struct tt_text *text = tt_text_ref(start), *after;
    static struct tally tally;
    TSTree *tree = NULL, *old, *full;

    memset(&tally, 0, sizeof(tally));
    if (tt_parse(parser, lang, text, NULL, NULL, &tree) < 0)
        exit(1);
    for (unsigned i = 0; i < edits; i++) {
        struct tt_text_edit edit = next_edit(text, valid);
        double from;
        bool spliced;

        if (tt_text_replace(text, edit.range, edit.text, &after) < 0)
            exit(1);
        old = tt_tree_copy(tree);
        tt_tree_edit(old, text, after, edit.range, edit.range.start + (uint32_t)edit.text.n);
        tt_tree_destroy(tree);
        from = now_ms();
        spliced = tt_parse_splice(parser, lang, after, old, NULL, &tree);
        if (spliced && tally.n_splice < MOST)
            tally.splice[tally.n_splice++] = now_ms() - from;
        from = now_ms();
        if (!spliced && tt_parse(parser, lang, after, old, NULL, &tree) < 0)
            exit(1);
        if (!spliced && tally.n_whole < MOST)
            tally.whole[tally.n_whole++] = now_ms() - from;
        tt_tree_destroy(old);
        tally.edits++;
        tally.spliced += spliced;
        if (check) {
            if (tt_parse(parser, lang, after, NULL, NULL, &full) < 0)
                exit(1);
            if (!same_trees(tree, full)) {
                tally.other += spliced;
                tally.other_valid += spliced && !tt_tree_has_error(full);
            }
            tt_tree_destroy(full);
        }
        tt_text_unref(text);
        text = after;
        if (!valid && random_below(3) == 0) { /* not broken more and more */
            tt_text_unref(text);
            text = tt_text_ref(start);
            tt_tree_destroy(tree);
            if (tt_parse(parser, lang, text, NULL, NULL, &tree) < 0)
                exit(1);
        }
    }
    printf("  %s: %u of %u spliced", valid ? "a letter in a name" : "anything anywhere",
           tally.spliced, tally.edits);
    if (check)
        printf("; not the tree of a whole parse: %u, of texts without errors %u", tally.other,
               tally.other_valid);
    say("spliced", tally.splice, tally.n_splice);
    say("whole", tally.whole, tally.n_whole);
    printf("\n");
    tt_tree_destroy(tree);
    tt_text_unref(text);
    tt_parser_destroy(parser);
}

static void file(const char *path, unsigned edits, bool check)
{
    const struct tt_lang *lang = tt_lang_for_path(tt_str_from(path));
    struct tt_buf bytes = TT_BUF_INIT(TT_TEXT_MAX);
    FILE *f = fopen(path, "rb");
    struct tt_text *text;
    char block[65536];
    size_t n;

    while (f && (n = fread(block, 1, sizeof(block), f)) > 0)
        tt_buf_add(&bytes, (tt_str){ block, n });
    if (f)
        fclose(f);
    if (!lang || !bytes.n || tt_text_create(tt_buf_str(&bytes), &text, NULL) < 0) {
        printf("%s: left out\n", path);
        tt_buf_release(&bytes);
        return;
    }
    printf("%s: %u lines\n", path, tt_text_lines(text));
    measure(lang, text, true, edits, check);
    measure(lang, text, false, edits, check);
    tt_text_unref(text);
    tt_buf_release(&bytes);
}

int main(int argc, char **argv)
{
    unsigned edits = 200;
    bool check = false;

    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--check"))
            check = true;
        else if (!strcmp(argv[i], "--edits") && i + 1 < argc)
            edits = (unsigned)strtoul(argv[++i], NULL, 10);
        else
            file(argv[i], edits, check);
    }
    return 0;
}
