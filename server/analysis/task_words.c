/* task_words.c -- what an instruction asks for.
 *
 * A row is a pattern over the words of the instruction: its parts, separated by
 * blanks, must all be there, in any order.
 *
 *   a|b      either word
 *   retr*    a word that begins so
 *   *重试*   a word that has it inside: scripts without blanks are one word
 *   reali?e  any letter there
 *   a_b      the words one behind the other
 *   ^a       the first word that is not polite filler ("please", "can you ...")
 *   !a       must not be there
 *
 * What is to be done counts more than what it is done to: "write tests for the
 * retry helper" is about tests.  So the rows of intents (documenting, testing,
 * renaming, splitting, correcting) have weights of 100 and more, and the rows
 * of topics less.
 */
#include "analysis/paths.h"
#include "analysis/task_score.h"

#define WORDS_AT_MOST 400

struct row {
    const char *pattern;
    enum tt_task task;
    int weight;
    const char *language; /* only there; NULL: any */
};

#define T(name) TT_TASK_##name

static const struct row rows[] = {
#include "analysis/task_words.def"
};

struct words {
    tt_str at[WORDS_AT_MOST];
    char lower[8192];
    size_t n, used;
    size_t first; /* index of the first word that is not filler */
};

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool filler(tt_str word)
{
    static const char *const fill[] = {
        "please", "can", "could", "would", "you",     "i",      "we",   "want",     "need",   "to",
        "let",    "s",   "lets",  "now",   "also",    "just",   "help", "me",       "should", "d",
        "like",   "go",  "ahead", "and",   "the",     "this",   "then", "ok",       "okay",   "hey",
        "hi",     "try", "us",    "pls",   "plz",     "kindly", "so",   "actually", "here",   "for",
        "in",     "it",  "needs", "must",  "quickly", "simply",
    };

    for (size_t i = 0; i < sizeof(fill) / sizeof(fill[0]); i++) {
        if (tt_str_eq(word, tt_str_from(fill[i])))
            return true;
    }
    return false;
}

static void split(struct words *w, tt_str text)
{
    for (size_t i = 0; i < text.n && w->n < WORDS_AT_MOST;) {
        size_t from = w->used;

        while (i < text.n && !letter(lower(text.p[i])))
            i++;
        while (i < text.n && letter(lower(text.p[i])) && w->used < sizeof(w->lower))
            w->lower[w->used++] = lower(text.p[i++]);
        if (w->used == from)
            break;
        w->at[w->n++] = (tt_str){ w->lower + from, w->used - from };
    }
    while (w->first + 1 < w->n && filler(w->at[w->first]))
        w->first++;
}

/* One word of a pattern against one word of the text. */
static bool word_fits(tt_str pattern, tt_str word)
{
    bool open = pattern.n > 0 && pattern.p[pattern.n - 1] == '*';
    size_t n = open ? pattern.n - 1 : pattern.n;

    if (open && n > 1 && pattern.p[0] == '*')
        return tt_str_has(word, tt_str_sub(pattern, 1, n));
    if (open ? word.n < n : word.n != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (pattern.p[i] != '?' && pattern.p[i] != word.p[i])
            return false;
    }
    return true;
}

/* "a_b_c" at the i-th word. */
static bool phrase_at(const struct words *w, size_t i, tt_str phrase)
{
    while (phrase.n > 0) {
        const char *under = memchr(phrase.p, '_', phrase.n);
        size_t n = under ? (size_t)(under - phrase.p) : phrase.n;

        if (i >= w->n || !word_fits(tt_str_sub(phrase, 0, n), w->at[i]))
            return false;
        i++;
        phrase = tt_str_sub(phrase, n + 1, phrase.n);
    }
    return true;
}

static bool phrase_in(const struct words *w, tt_str phrase, tt_str *where)
{
    size_t from = 0, to = w->n;

    if (phrase.p[0] == '^') {
        phrase = tt_str_sub(phrase, 1, phrase.n);
        from = w->first;
        to = from + 1;
    }
    for (size_t i = from; i < to && i < w->n; i++) {
        if (phrase_at(w, i, phrase)) {
            *where = w->at[i];
            return true;
        }
    }
    return false;
}

/* "a|b_c|d*" */
static bool part_in(const struct words *w, tt_str part, tt_str *where)
{
    while (part.n > 0) {
        const char *bar = memchr(part.p, '|', part.n);
        size_t n = bar ? (size_t)(bar - part.p) : part.n;

        if (n > 0 && phrase_in(w, tt_str_sub(part, 0, n), where))
            return true;
        part = tt_str_sub(part, n + 1, part.n);
    }
    return false;
}

static bool row_fits(const struct words *w, const struct row *row, tt_str *where)
{
    tt_str pattern = tt_str_from(row->pattern);

    while (pattern.n > 0) {
        const char *blank = memchr(pattern.p, ' ', pattern.n);
        size_t n = blank ? (size_t)(blank - pattern.p) : pattern.n;
        tt_str part = tt_str_sub(pattern, 0, n), ignored;
        bool negated = part.p[0] == '!';

        if (negated) {
            if (part_in(w, tt_str_sub(part, 1, n), &ignored))
                return false;
        } else if (!part_in(w, part, where)) {
            return false;
        }
        pattern = tt_str_sub(pattern, n + 1, pattern.n);
    }
    return true;
}

/* How many things "users, posts and comments" names; 1 when it is no list. */
static uint16_t list_length(tt_str text)
{
    size_t and = text.n, commas = 0, words = 0;

    for (size_t i = 0; i + 5 <= text.n; i++) {
        if (tt_str_eq_nocase(tt_str_sub(text, i, i + 5), TT_STR(" and ")))
            and = i;
    }
    if (and == text.n)
        return 1;
    /* Each item in front of "and" is a word or two between commas. */
    for (size_t back = and; back > 0 && words <= 3; back--) {
        char c = text.p[back - 1];

        if (c == ',') {
            commas++;
            words = 0;
        } else if (c == ' ') {
            words++;
        } else if (!letter(lower(c)) && c != '-') {
            break;
        }
    }
    return (uint16_t)(commas + 2);
}

static void read_lists(struct task_score *score, tt_str instruction)
{
    uint16_t n = list_length(instruction);

    if (score->of[TT_TASK_REST_5] < 55 || n < 3)
        return;
    score->result->complexity.resources = n;
    task_add(score, TT_TASK_REST_1, 70, "word", TT_STR("several resources"), NULL);
}

bool task_read_words(struct task_score *score, tt_str instruction, tt_str language)
{
    struct words w = { .n = 0 };
    bool any = false;

    if (!instruction.n)
        return false;
    split(&w, instruction);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tt_str where = { 0 };

        if (rows[i].language && !tt_str_has(tt_str_from(rows[i].language), language))
            continue;
        if (!row_fits(&w, &rows[i], &where))
            continue;
        /* The evidence is shown in the instruction's own letters: same place. */
        const char *shown = memmem(instruction.p, instruction.n, where.p, where.n);
        task_add(score, rows[i].task, rows[i].weight, "word",
                 shown ? (tt_str){ shown, where.n } : tt_str_from(rows[i].pattern), NULL);
        if (score->features) {
            uint16_t piece =
                shown ? task_piece(score->features, "word", (tt_str){ shown, where.n }, NULL)
                      : TASK_PIECES_MAX;
            task_feature_add(score->features, "w:row", tt_str_from(rows[i].pattern), TASK_VALUE_ONE,
                             piece);
        }
        any = true;
    }
    read_lists(score, instruction);
    return any;
}
