/* test_change.c -- places follow their text, or are said to be stale. */
#include "model.h"
#include "test.h"
#include "text/change.h"
#include "text/node.h"
#include "text/text.h"
#include "trimtab/error.h"

/* A document in short: its text, its log, and its generation. */
struct doc {
    struct tt_text *text;
    struct tt_change_log log;
    uint64_t generation;
};

static void doc_open(struct doc *doc, tt_str bytes)
{
    CHECK(tt_text_create(bytes, &doc->text, NULL) == 0);
    doc->generation = 10;
    tt_change_log_init(&doc->log, doc->generation);
}

static void doc_type(struct doc *doc, struct tt_range range, tt_str bytes)
{
    struct tt_text *next;

    CHECK(tt_text_replace(doc->text, range, bytes, &next) == 0);
    tt_text_unref(doc->text);
    doc->text = next;
    tt_change_log_add(&doc->log, ++doc->generation, range, (uint32_t)bytes.n, next);
}

static void doc_close(struct doc *doc)
{
    tt_text_unref(doc->text);
    tt_change_log_release(&doc->log);
}

/* One change and one target in "one\ntwo three\nfour\n":
 *                               0123 4567890123 45678 9    */
#define SAMPLE "one\ntwo three\nfour\n"
static const struct {
    const char *name;
    struct tt_range change;
    const char *typed;
    struct tt_range target;
    bool stale;
    uint32_t start, end;
} rules[] = {
    { "far above", { 0, 1 }, "123", { 8, 13 }, false, 10, 15 },
    { "far below", { 15, 16 }, "", { 4, 7 }, false, 4, 7 },
    { "inside", { 9, 9 }, "x", { 8, 13 }, true, 0, 0 },
    { "overlaps the start", { 6, 9 }, "", { 8, 13 }, true, 0, 0 },
    { "overlaps the end", { 12, 15 }, "", { 8, 13 }, true, 0, 0 },
    { "covers it", { 4, 14 }, "x", { 8, 13 }, true, 0, 0 },
    { "the same range", { 8, 13 }, "x", { 8, 13 }, true, 0, 0 },
    { "typed against its start", { 8, 8 }, "x", { 8, 13 }, true, 0, 0 },
    { "typed against its end", { 13, 13 }, "x", { 8, 13 }, true, 0, 0 },
    { "a space before it was deleted", { 7, 8 }, "", { 8, 13 }, true, 0, 0 },
    { "a line above whole lines", { 4, 4 }, "new\n", { 4, 14 }, false, 8, 18 },
    { "the line above was deleted", { 0, 4 }, "", { 4, 14 }, false, 0, 10 },
    { "text before whole lines", { 4, 4 }, "new", { 4, 14 }, true, 0, 0 },
    { "a line below whole lines", { 14, 14 }, "new\n", { 4, 14 }, false, 4, 14 },
    { "typed in the line below", { 14, 14 }, "x", { 4, 14 }, false, 4, 14 },
    { "the line below was deleted", { 14, 19 }, "", { 4, 14 }, false, 4, 14 },
    { "typed at the end of the last line", { 13, 13 }, "x", { 4, 13 }, true, 0, 0 },
    { "Enter at the end of the target", { 13, 13 }, "\n", { 4, 13 }, true, 0, 0 },
    { "an insertion, typed elsewhere", { 0, 0 }, "x", { 4, 4 }, false, 5, 5 },
    { "an insertion, typed there", { 4, 4 }, "x", { 4, 4 }, true, 0, 0 },
    { "an insertion, a line typed there", { 4, 4 }, "x\n", { 4, 4 }, true, 0, 0 },
    { "an insertion, deleted behind it", { 4, 5 }, "", { 4, 4 }, true, 0, 0 },
    { "an insertion, deleted before it", { 0, 4 }, "", { 4, 4 }, true, 0, 0 },
    { "nothing was changed", { 9, 9 }, "", { 8, 13 }, false, 8, 13 },
};

static void test_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rules); i++) {
        struct tt_range got = rules[i].target;
        struct doc doc;
        int err;

        doc_open(&doc, TT_STR(SAMPLE));
        doc_type(&doc, rules[i].change, tt_str_from(rules[i].typed));
        err = tt_change_log_rebase(&doc.log, 10, 11, &got);
        CHECK(err == (rules[i].stale ? TT_ESTALE : 0), "%s: %d", rules[i].name, err);
        if (!rules[i].stale)
            CHECK(got.start == rules[i].start && got.end == rules[i].end, "%s: %u to %u",
                  rules[i].name, got.start, got.end);
        else
            CHECK(got.start == rules[i].target.start && got.end == rules[i].target.end, "%s",
                  rules[i].name);
        doc_close(&doc);
    }
}

static void test_crlf_border(void **state)
{
    struct tt_range target = { 0, 3 };
    struct doc doc;

    (void)state;
    doc_open(&doc, TT_STR("a\r\nb\r\n"));
    doc_type(&doc, (struct tt_range){ 3, 3 }, TT_STR("x"));
    CHECK(tt_change_log_rebase(&doc.log, 10, 11, &target) == 0, "the next line is not the target");
    target = (struct tt_range){ 0, 2 }; /* ends between CR and LF */
    doc_type(&doc, (struct tt_range){ 2, 2 }, TT_STR("y"));
    CHECK(tt_change_log_rebase(&doc.log, 11, 12, &target) == 0, "the lone CR is a line break now");
    doc_close(&doc);
}

static void test_generations(void **state)
{
    struct tt_range r = { 8, 13 };
    struct doc doc;

    (void)state;
    doc_open(&doc, TT_STR(SAMPLE));
    doc_type(&doc, (struct tt_range){ 0, 0 }, TT_STR("ab"));
    doc_type(&doc, (struct tt_range){ 12, 12 }, TT_STR("!")); /* touches from 10, not from 12 */
    CHECK(tt_change_log_rebase(&doc.log, 10, 11, &r) == 0 && r.start == 10);
    CHECK(tt_change_log_rebase(&doc.log, 11, 12, &r) == TT_ESTALE && r.start == 10);
    CHECK(tt_change_log_rebase(&doc.log, 12, 12, &r) == 0 && r.start == 10);
    CHECK(tt_change_log_rebase(&doc.log, 9, 12, &r) == TT_ESTALE, "before the log");
    CHECK(tt_change_log_rebase(&doc.log, 10, 13, &r) == TT_ESTALE, "not there yet");
    CHECK(tt_change_log_rebase(&doc.log, 12, 11, &r) == TT_ESTALE, "backwards");
    tt_change_log_restart(&doc.log, 20);
    CHECK(tt_change_log_rebase(&doc.log, 12, 20, &r) == TT_ESTALE);
    CHECK(tt_change_log_rebase(&doc.log, 20, 20, &r) == 0);
    doc_close(&doc);
}

static void test_overflow(void **state)
{
    struct tt_range r = { 0, 3 };
    struct doc doc;

    (void)state;
    doc_open(&doc, TT_STR(SAMPLE));
    for (unsigned i = 0; i < TT_CHANGE_MAX + 5; i++)
        doc_type(&doc, (struct tt_range){ 19, 19 }, TT_STR("x"));
    CHECK(doc.log.n == TT_CHANGE_MAX && doc.log.oldest == 15);
    CHECK(tt_change_log_rebase(&doc.log, 14, doc.generation, &r) == TT_ESTALE);
    CHECK(tt_change_log_rebase(&doc.log, 15, doc.generation, &r) == 0);
    for (unsigned i = 0; i < TT_CHANGE_MAX * 2; i++) /* one generation that overflows by itself */
        tt_change_log_add(&doc.log, doc.generation + 1, (struct tt_range){ 19, 19 }, 1, doc.text);
    CHECK(doc.log.n <= TT_CHANGE_MAX);
    CHECK(tt_change_log_rebase(&doc.log, doc.generation, doc.generation + 1, &r) == TT_ESTALE);
    CHECK(tt_change_log_rebase(&doc.log, doc.generation + 1, doc.generation + 1, &r) == 0);
    doc_close(&doc);
}

static void test_edits_all_or_none(void **state)
{
    struct tt_text_edit edits[] = { { { 0, 3 }, TT_STR_INIT("1") },
                                    { { 8, 13 }, TT_STR_INIT("3") },
                                    { { 14, 18 }, TT_STR_INIT("4") } };
    size_t touched = 99;
    struct doc doc;

    (void)state;
    doc_open(&doc, TT_STR(SAMPLE));
    doc_type(&doc, (struct tt_range){ 4, 4 }, TT_STR("xx"));
    CHECK(tt_change_log_rebase_edits(&doc.log, 10, 11, edits, 3, &touched) == 0);
    CHECK(edits[0].range.start == 0 && edits[1].range.start == 10 && edits[2].range.end == 20);
    CHECK(touched == 99);
    doc_type(&doc, (struct tt_range){ 12, 13 }, TT_STR(""));
    doc_type(&doc, (struct tt_range){ 0, 0 }, TT_STR("\n"));
    CHECK(tt_change_log_rebase_edits(&doc.log, 11, 13, edits, 3, &touched) == TT_ESTALE);
    CHECK(touched == 1 && edits[0].range.start == 0 && edits[2].range.end == 20);
    CHECK(tt_change_log_rebase_edits(&doc.log, 5, 13, edits, 3, &touched) == TT_ESTALE);
    CHECK(touched == 3);
    CHECK(tt_change_log_rebase_edits(&doc.log, 5, 13, edits, 3, NULL) == TT_ESTALE);
    doc_close(&doc);
}

static void test_move(void **state)
{
    static const struct {
        const char *name;
        struct tt_range change;
        const char *typed;
        uint32_t from, before, after; /* where it goes with after = false, true */
    } cases[] = {
        { "above", { 0, 1 }, "", 8, 7, 7 },
        { "below", { 9, 10 }, "xyz", 8, 8, 8 },
        { "insertion at it", { 8, 8 }, "xyz", 8, 8, 11 },
        { "inside of what was replaced", { 4, 10 }, "xyz", 8, 4, 7 },
        { "at the start of what was replaced", { 8, 10 }, "x", 8, 8, 8 },
        { "at the end of what was replaced", { 4, 8 }, "x", 8, 5, 5 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint32_t before = cases[i].from, after = cases[i].from;
        struct doc doc;

        doc_open(&doc, TT_STR(SAMPLE));
        doc_type(&doc, cases[i].change, tt_str_from(cases[i].typed));
        CHECK(tt_change_log_move(&doc.log, 10, 11, false, &before) == 0);
        CHECK(tt_change_log_move(&doc.log, 10, 11, true, &after) == 0);
        CHECK(before == cases[i].before && after == cases[i].after, "%s: %u, %u", cases[i].name,
              before, after);
        CHECK(tt_change_log_move(&doc.log, 9, 11, true, &after) == TT_ESTALE);
        doc_close(&doc);
    }
}

/* --- the property --------------------------------------------------------- */

static struct tt_range random_range(uint64_t *seed, tt_str text, uint32_t longest)
{
    struct tt_range range = { random_boundary(seed, text), 0 };

    range.end = range.start + rnd_below(seed, longest + 1);
    if (range.end > text.n)
        range.end = (uint32_t)text.n;
    while (range.end < text.n && tt_is_continuation(text.p[range.end]))
        range.end++;
    return range;
}

/* The same text in two orders of events: first typing and then the edit that
 * was rebased, or first the edit and then the typing, moved by hand. */
static bool one_case(uint64_t *seed)
{
    struct tt_buf first = TT_BUF_INIT(TT_BUF_OWN), typed = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_buf fresh = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_range target, followed;
    bool apart = true; /* no change came within a byte of the target */
    struct doc doc;
    int err;

    random_text(seed, 20 + rnd_below(seed, 300), &typed);
    random_text(seed, rnd_below(seed, 12), &fresh);
    doc_open(&doc, tt_buf_str(&typed));
    target = followed = random_range(seed, tt_buf_str(&typed), 30);
    tt_buf_add(&first, tt_buf_str(&typed));
    model_replace(&first, target, tt_buf_str(&fresh));

    for (uint32_t n = 1 + rnd_below(seed, 5); n; n--) {
        struct tt_range change = random_range(seed, tt_buf_str(&typed), 10), moved = change;
        struct tt_buf word = TT_BUF_INIT(TT_BUF_OWN);
        bool below = change.start >= followed.end && change.end > followed.start;

        random_text(seed, rnd_below(seed, 8), &word);
        if (change.start == change.end && !word.n) {
            tt_buf_release(&word);
            continue;
        }
        if (change.end >= followed.start && change.start <= followed.end)
            apart = false;
        if (below) { /* in the other order the edit has moved it */
            moved.start += (uint32_t)fresh.n - (target.end - target.start);
            moved.end += (uint32_t)fresh.n - (target.end - target.start);
        }
        doc_type(&doc, change, tt_buf_str(&word));
        if (below || change.end <= followed.start) {
            model_replace(&first, moved, tt_buf_str(&word));
            if (!below) {
                followed.start += (uint32_t)word.n - (change.end - change.start);
                followed.end += (uint32_t)word.n - (change.end - change.start);
            }
        }
        model_replace(&typed, change, tt_buf_str(&word));
        tt_buf_release(&word);
        if (change.end > followed.start && !below && change.start < followed.end && !apart)
            break; /* surely stale: what follows means nothing */
    }

    err = tt_change_log_rebase(&doc.log, 10, doc.generation, &target);
    CHECK(err == 0 || !apart, "refused, though nothing came near");
    if (!err) {
        model_replace(&typed, target, tt_buf_str(&fresh));
        CHECK(tt_str_eq(tt_buf_str(&typed), tt_buf_str(&first)), "the orders give other texts");
    }
    doc_close(&doc);
    tt_buf_release(&first);
    tt_buf_release(&typed);
    tt_buf_release(&fresh);
    return err == 0;
}

static void test_commutes_with_typing(void **state)
{
    uint64_t seed = 20240601;
    unsigned followed = 0;

    (void)state;
    for (unsigned i = 0; i < 10000; i++)
        followed += one_case(&seed);
    CHECK(followed > 3000 && followed < 9500, "%u of 10000: not a test of both", followed);
}

/* --- without memory ------------------------------------------------------- */

void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);

static bool fail_now;

void *__wrap_malloc(size_t n)
{
    return fail_now ? NULL : __real_malloc(n);
}

static void test_no_memory(void **state)
{
    struct tt_range r = { 0, 3 };
    struct doc doc;

    (void)state;
    doc_open(&doc, TT_STR(SAMPLE));
    fail_now = true;
    tt_change_log_add(&doc.log, 11, (struct tt_range){ 19, 19 }, 0, doc.text); /* needs none */
    CHECK(tt_change_log_rebase(&doc.log, 10, 11, &r) == 0);
    tt_change_log_add(&doc.log, 12, (struct tt_range){ 18, 19 }, 1, doc.text);
    fail_now = false;
    CHECK(tt_change_log_rebase(&doc.log, 11, 12, &r) == TT_ESTALE);
    CHECK(tt_change_log_rebase(&doc.log, 12, 12, &r) == 0);
    doc_close(&doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_crlf_border),
        cmocka_unit_test(test_generations),
        cmocka_unit_test(test_overflow),
        cmocka_unit_test(test_edits_all_or_none),
        cmocka_unit_test(test_move),
        cmocka_unit_test(test_commutes_with_typing),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
