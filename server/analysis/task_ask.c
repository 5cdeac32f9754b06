/* task_ask.c -- features of an instruction: its words, their beginnings, pairs of
 * them, and threes of letters, which carry over to other forms and languages. */
#include "analysis/task_score.h"

#define WORDS_MAX 160
#define TEXT_MAX  2048
#define NO_PIECE  TASK_PIECES_MAX

struct ask {
    struct task_features *f;
    struct tt_str_pair {
        tt_str lower, shown; /* in `text`; in the instruction */
    } at[WORDS_MAX];
    size_t n, used;
    char text[TEXT_MAX];
};

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80;
}

/* Small letters of ASCII, Latin-1 and Cyrillic, in place. */
static void lower(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i], d = i + 1 < n ? (unsigned char)p[i + 1] : 0;

        if (c >= 'A' && c <= 'Z') {
            p[i] = (char)(c - 'A' + 'a');
        } else if (c == 0xC3 && d >= 0x80 && d <= 0x9E) {
            p[++i] = (char)(d + 0x20);
        } else if (c == 0xD0 && d >= 0x90 && d <= 0x9F) {
            p[++i] = (char)(d + 0x20);
        } else if (c == 0xD0 && d >= 0xA0 && d <= 0xAF) {
            p[i] = (char)0xD1;
            p[++i] = (char)(d - 0x20);
        }
    }
}

static void split(struct ask *a, tt_str text)
{
    for (size_t i = 0; i < text.n && a->n < WORDS_MAX;) {
        size_t from;

        while (i < text.n && !letter(text.p[i]))
            i++;
        for (from = i; i < text.n && letter(text.p[i]);)
            i++;
        if (i == from || a->used + (i - from) > TEXT_MAX)
            break;
        char *to = a->text + a->used;
        memcpy(to, text.p + from, i - from);
        lower(to, i - from);
        a->at[a->n].shown = tt_str_sub(text, from, i);
        a->at[a->n++].lower = (tt_str){ to, i - from };
        a->used += i - from;
    }
}

static size_t char_length(tt_str text, size_t i)
{
    size_t n = 1;

    while (i + n < text.n && ((unsigned char)text.p[i + n] & 0xC0) == 0x80)
        n++;
    return n;
}

static tt_str beginning(tt_str word, size_t most)
{
    size_t end = 0;

    for (size_t n = 0; end < word.n && n < most; n++)
        end += char_length(word, end);
    return tt_str_sub(word, 0, end);
}

static bool ideograms(tt_str word)
{
    return word.n >= 3 && (unsigned char)word.p[0] >= 0xE3;
}

/* Threes of letters; of scripts without blanks pairs, as a word. */
static void letters(struct ask *a, tt_str word, uint16_t piece)
{
    size_t starts[3] = { 0, 0, 0 };
    size_t n = 0, width = ideograms(word) ? 2 : 3;

    for (size_t i = 0; i < word.n; n++) {
        size_t end = i + char_length(word, i);

        starts[0] = starts[1];
        starts[1] = starts[2];
        starts[2] = i;
        if (n + 1 >= width)
            task_feature_add(a->f, width == 2 ? "w:two" : "w:three",
                             tt_str_sub(word, starts[3 - width], end), TASK_VALUE_ONE, piece);
        i = end;
    }
}

static void one_word(struct ask *a, size_t i, uint16_t piece)
{
    tt_str word = a->at[i].lower;
    tt_str start = beginning(word, 5);

    task_feature_add(a->f, "w:word", word, TASK_VALUE_ONE, piece);
    task_feature_add(a->f, "w:start", start, TASK_VALUE_ONE, piece);
    if (i == 0)
        task_feature_add(a->f, "w:first", start, TASK_VALUE_ONE, piece);
    letters(a, word, piece);
}

static void pairs(struct ask *a, size_t i, uint16_t piece)
{
    tt_str left = beginning(a->at[i].lower, 5);

    for (size_t k = i + 1; k < a->n && k <= i + 4; k++) {
        tt_str right = beginning(a->at[k].lower, 5);
        bool swap = right.n < left.n || (right.n == left.n && memcmp(right.p, left.p, left.n) < 0);

        if (k == i + 1)
            task_feature_add2(a->f, "w:pair", left, right, TASK_VALUE_ONE, piece);
        task_feature_add2(a->f, "w:near", swap ? right : left, swap ? left : right, TASK_VALUE_ONE,
                          piece);
    }
}

static void shape(struct ask *a, tt_str text)
{
    uint32_t commas = 0, sentences = 0, numbers = 0;

    for (size_t i = 0; i < text.n; i++) {
        commas += text.p[i] == ',';
        sentences += text.p[i] == '.' || text.p[i] == ';' || text.p[i] == ':';
        numbers += text.p[i] >= '0' && text.p[i] <= '9';
        if (text.p[i] && strchr("?!`\"(", text.p[i]))
            task_feature_add(a->f, "w:mark", tt_str_sub(text, i, i + 1), TASK_VALUE_ONE, NO_PIECE);
    }
    task_feature_count(a->f, "w:commas", commas);
    task_feature_count(a->f, "w:sentences", sentences);
    task_feature_count(a->f, "w:digits", numbers);
    task_feature_count(a->f, "w:length", (uint32_t)a->n);
}

void task_see_words(struct task_features *f, tt_str instruction)
{
    struct ask a = { .f = f };

    split(&a, instruction);
    for (size_t i = 0; i < a.n; i++) {
        uint16_t piece = task_piece(f, "word", a.at[i].shown, NULL);

        one_word(&a, i, piece);
        pairs(&a, i, piece);
    }
    shape(&a, instruction);
}
