/* guard_alarms.c -- how often the syntax guard and the noise marks are wrong.
 *
 *     guard_alarms FILE.jsonl...
 *
 * The records are real changes (make_answers.py): `original` became `expected`
 * by a commit, so that an alarm of the guard is a false one, and a hunk marked
 * as noise was wanted.  With make_noise.py's records, `answer` is the expected
 * text with noise put in: then the marks on both kinds of hunks are counted.
 * Hunks of a commit that are themselves only layout, comments or a renaming are
 * counted apart ("own"): a task that is one says so to the engine.  One line a
 * language, and one for all; each change once. */
#include "edit_corpus.h"
#include "syntax/lang.h"
#include "text/diff.h"
#include "trimtab/edit.h"
#include "trimtab/error.h"

#include <stdlib.h>

struct row {
    tt_str language;
    size_t changes, alarms, warnings;
    size_t wanted, wanted_marked, injected, injected_marked;
    size_t own; /* hunks of the commit that are only layout, comments, names themselves */
    size_t kinds[4];
};

static struct row rows[64];
static size_t n_rows;
static bool verbose;

static struct row *row_of(tt_str language)
{
    for (size_t i = 0; i < n_rows; i++) {
        if (tt_str_eq(rows[i].language, language))
            return &rows[i];
    }
    rows[n_rows].language = language;
    return n_rows < 63 ? &rows[n_rows++] : &rows[63];
}

/* The next character that is neither white space nor in a comment, by rules that
 * share nothing with the engine's; -1 at the end.  *fresh: nothing of this line
 * was seen yet. */
static int next_code(tt_str *s, bool *fresh, bool hash, bool dashes)
{
    while (s->n) {
        char c = s->p[0], d = s->n > 1 ? s->p[1] : '\0';

        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            *fresh |= c == '\n';
            *s = tt_str_sub(*s, 1, s->n);
        } else if ((hash && c == '#') || (c == '/' && d == '/') ||
                   (dashes && c == '-' && d == '-')) {
            const char *end = memchr(s->p, '\n', s->n);

            *s = tt_str_sub(*s, end ? (size_t)(end - s->p) : s->n, s->n);
        } else if ((c == '*' && *fresh) ||
                   (c == '/' && d == '*')) { /* a line of a block comment, by habit */
            const char *end = memchr(s->p, '\n', s->n);

            *s = tt_str_sub(*s, end ? (size_t)(end - s->p) : s->n, s->n);
        } else {
            *s = tt_str_sub(*s, 1, s->n);
            *fresh = false;
            return (unsigned char)c;
        }
    }
    return -1;
}

static bool same_code(tt_str language, tt_str a, tt_str b)
{
    static const char *const by_hash[] = { "python", "ruby", "bash", "yaml", "php" };
    bool hash = false,
         dashes = tt_str_eq(language, TT_STR("lua")) || tt_str_eq(language, TT_STR("sql"));
    bool fresh_a = true, fresh_b = true;
    int x, y;

    for (size_t i = 0; i < sizeof(by_hash) / sizeof(by_hash[0]); i++)
        hash |= tt_str_eq(language, tt_str_from(by_hash[i]));
    do {
        x = next_code(&a, &fresh_a, hash, dashes);
        y = next_code(&b, &fresh_b, hash, dashes);
    } while (x == y && x >= 0);
    return x == y;
}

static bool is_word(char c)
{
    return (unsigned char)c >= 0x80 || c == '_' || (c >= '0' && c <= '9') ||
           (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The next word, or other character, behind white space. */
static tt_str next_token(tt_str *s)
{
    size_t n = 0;

    while (s->n && strchr(" \t\r\n", s->p[0]) && s->p[0])
        *s = tt_str_sub(*s, 1, s->n);
    while (n < s->n && is_word(s->p[n]))
        n++;
    tt_str token = tt_str_sub(*s, 0, n || !s->n ? n : 1);
    *s = tt_str_sub(*s, token.n, s->n);
    return token;
}

static bool has_word(tt_str text, tt_str word)
{
    const char *at = text.p, *end = text.p + text.n, *found;

    while ((found = memmem(at, (size_t)(end - at), word.p, word.n)) != NULL) {
        if ((found == text.p || !is_word(found[-1])) &&
            (found + word.n == end || !is_word(found[word.n])))
            return true;
        at = found + 1;
    }
    return false;
}

/* The hunk renames, and no more: names that are gone from the file behind the
 * commit became names that were not there before. */
static bool is_rename(tt_str before, tt_str after, tt_str old, tt_str new)
{
    bool any = false;

    for (;;) {
        tt_str x = next_token(&old), y = next_token(&new);

        if (!x.n || !y.n)
            return any && x.n == y.n;
        if (tt_str_eq(x, y))
            continue;
        if (!is_word(x.p[0]) || !is_word(y.p[0]) || has_word(after, x) || has_word(before, y))
            return false;
        any = true;
    }
}

/* Did the commit itself change only layout, comments or names here?  Then the
 * engine may mark it: who asks for that says so. */
static bool is_own_noise(const struct row *row, const struct corpus_record *r,
                         const struct tt_edit_hunk *h)
{
    tt_str before = r->original->string, after = r->expected->string;
    tt_str old = tt_str_sub(before, h->edit.range.start, h->edit.range.end);

    return same_code(row->language, old, h->edit.text) || same_code(row->language, before, after) ||
           is_rename(before, after, old, h->edit.text);
}

/* The same change was read before: a record a syntax and variant tells nothing new. */
static bool is_known(const struct corpus_record *r)
{
    static uint64_t seen[1 << 18];
    uint64_t h = 14695981039346656037u;
    tt_str parts[2] = { r->path, r->answer.n && tt_str_eq(r->format, TT_STR("noise"))
                                     ? r->answer
                                     : r->expected->string };

    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i < parts[k].n; i++)
            h = (h ^ (unsigned char)parts[k].p[i]) * 1099511628211u;
    }
    for (size_t i = h % (1 << 18);; i = (i + 1) % (1 << 18)) {
        if (seen[i] == h)
            return true;
        if (!seen[i]) {
            seen[i] = h;
            return false;
        }
    }
}

/* Does this range of the original touch one of the hunks that the commit made? */
static bool is_wanted(const struct tt_diff *commit, struct tt_range range)
{
    for (size_t i = 0; i < commit->n_hunks; i++) {
        struct tt_range h = commit->hunks[i].before;

        if (range.start <= h.end && h.start <= range.end)
            return true;
    }
    return false;
}

static void count_hunks(struct row *row, const struct corpus_record *r, bool noisy,
                        const struct tt_edit_plan *plan)
{
    struct tt_arena arena;
    struct tt_diff commit;

    tt_arena_init(&arena);
    if (tt_diff_texts(r->original->string, r->expected->string, 0, &arena, &commit))
        exit(2);
    for (size_t i = 0; i < tt_edit_plan_hunk_count(plan); i++) {
        const struct tt_edit_hunk *h = tt_edit_plan_hunk_at(plan, i);
        bool marked = h->noise != TT_NOISE_NONE;

        if (!noisy || is_wanted(&commit, h->edit.range)) {
            if (is_own_noise(row, r, h)) {
                row->own++;
                continue;
            }
            row->wanted++;
            row->wanted_marked += marked;
            row->kinds[h->noise]++;
        } else {
            row->injected++;
            row->injected_marked += marked;
        }
        if (verbose && (noisy ? marked == is_wanted(&commit, h->edit.range) : marked))
            printf(
                "%.*s %.*s kind %d\n-%.*s\n+%.*s\n", TT_STR_ARG(r->id), TT_STR_ARG(r->path),
                (int)h->noise,
                TT_STR_ARG(tt_str_sub(r->original->string, h->edit.range.start, h->edit.range.end)),
                TT_STR_ARG(h->edit.text));
    }
    tt_arena_release(&arena);
}

static void one(const struct corpus_record *r)
{
    static const char fence[] = "``````````\n";
    const struct tt_lang *lang = tt_lang_for_path(r->path);
    bool noisy = tt_str_eq(r->format, TT_STR("noise"));
    tt_str after = noisy ? r->answer : r->expected->string;
    struct tt_buf answer = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_edit_plan *plan;

    if (!lang)
        return;
    tt_buf_adds(&answer, fence);
    tt_buf_add(&answer, after);
    tt_buf_adds(&answer, tt_str_ends(after, TT_STR("\n")) ? "" : "\n");
    tt_buf_adds(&answer, fence);
    struct tt_edit_input in = {
        .before = r->original->string,
        .complete = true,
        .format = TT_FORMAT_REGION,
        .lang = lang,
        .deletion_limit = 100,
        .answer = tt_buf_str(&answer),
    };
    struct row *row = row_of(tt_lang_name(lang));

    if (tt_edit_plan_create(&in, &plan))
        exit(2);
    row->changes++;
    row->alarms += tt_edit_plan_verdict(plan) == TT_EDIT_BREAKS_SYNTAX;
    row->warnings += tt_edit_plan_warning(plan).n > 0;
    if (verbose && tt_edit_plan_verdict(plan) == TT_EDIT_BREAKS_SYNTAX)
        printf("ALARM %.*s %.*s: %.*s\n", TT_STR_ARG(r->id), TT_STR_ARG(r->path),
               TT_STR_ARG(tt_edit_plan_reason(plan)));
    count_hunks(row, r, noisy, plan);
    tt_edit_plan_destroy(plan);
    tt_buf_release(&answer);
}

static double percent(size_t part, size_t all)
{
    return all ? 100.0 * (double)part / (double)all : 0.0;
}

static void add_row(struct row *sum, const struct row *w)
{
    sum->changes += w->changes;
    sum->alarms += w->alarms;
    sum->warnings += w->warnings;
    sum->wanted += w->wanted;
    sum->wanted_marked += w->wanted_marked;
    sum->injected += w->injected;
    sum->injected_marked += w->injected_marked;
    sum->own += w->own;
    for (size_t k = 0; k < 4; k++)
        sum->kinds[k] += w->kinds[k];
}

static void print_row(const struct row *w)
{
    printf("%-12.*s %7zu %6zu (%5.2f %%) %9zu %6zu of %5zu (%4.1f %%) %6zu of %5zu (%4.1f %%) "
           "%5zu  %zu/%zu/%zu\n",
           TT_STR_ARG(w->language), w->changes, w->alarms, percent(w->alarms, w->changes),
           w->warnings, w->wanted_marked, w->wanted, percent(w->wanted_marked, w->wanted),
           w->injected_marked, w->injected, percent(w->injected_marked, w->injected), w->own,
           w->kinds[1], w->kinds[2], w->kinds[3]);
}

int main(int argc, char **argv)
{
    struct row all = { .language = TT_STR_INIT("all") };
    struct tt_arena arena;
    struct corpus_record r;

    tt_arena_init(&arena);
    for (int i = 1; i < argc; i++) {
        bool piped;
        FILE *file;

        if (strcmp(argv[i], "--verbose") == 0) {
            verbose = true;
            continue;
        }
        file = corpus_open(argv[i], &piped);
        while (file && corpus_next(file, &arena, &r) == 1) {
            bool variant = tt_str_ends(r.id, TT_STR("-bom")) || tt_str_ends(r.id, TT_STR("-crlf"));

            if (r.original->type == TT_JL_STRING && r.expected && !variant && !is_known(&r))
                one(&r);
        }
        if (file)
            corpus_close(file, piped);
    }
    tt_arena_release(&arena);
    printf("%-12s %7s %15s %9s %22s %22s %5s  layout/comment/rename\n", "language", "changes",
           "alarms", "warnings", "wanted hunks marked", "injected hunks marked", "own");
    for (size_t i = 0; i < n_rows; i++) {
        add_row(&all, &rows[i]);
        print_row(&rows[i]);
    }
    print_row(&all);
    return 0;
}
