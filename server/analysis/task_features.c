/* task_features.c -- see task_features.h. */
#include "analysis/task_features.h"

#include <stdio.h>

#define NONE     TASK_PIECES_MAX
#define INDEXED  (sizeof(((struct task_features *)0)->index) / sizeof(uint16_t))
#define WORD_MAX 24

void task_features_init(struct task_features *f)
{
    f->n = f->n_pieces = f->n_found[0] = f->n_found[1] = 0;
    memset(f->index, 0, sizeof(f->index));
}

void task_features_copy(struct task_features *to, const struct task_features *from)
{
    to->n = from->n;
    to->n_pieces = from->n_pieces;
    memcpy(to->n_found, from->n_found, sizeof(to->n_found));
    memcpy(to->at, from->at, from->n * sizeof(*from->at));
    memcpy(to->pieces, from->pieces, from->n_pieces * sizeof(*from->pieces));
    memcpy(to->index, from->index, sizeof(from->index));
}

static uint32_t hash_more(uint32_t hash, tt_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c >= 'A' && c <= 'Z')
            c = (unsigned char)(c - 'A' + 'a');
        hash = (hash ^ c) * 16777619u;
    }
    return hash;
}

uint32_t task_feature_hash(const char *space, tt_str a, tt_str b)
{
    uint32_t hash = hash_more(2166136261u, tt_str_from(space));

    hash = hash_more(hash, TT_STR(":"));
    hash = hash_more(hash, a);
    if (b.n)
        hash = hash_more(hash_more(hash, TT_STR("|")), b);
    return hash;
}

uint16_t task_piece(struct task_features *f, const char *kind, tt_str text,
                    const struct tt_range *range)
{
    /* the same thing is mostly read twice in a row */
    for (uint32_t i = f->n_pieces, n = 0; i-- > 0 && n < 4; n++) {
        const struct task_piece *p = &f->pieces[i];

        if (p->kind == kind && tt_str_eq(p->text, text))
            return (uint16_t)i;
    }
    if (f->n_pieces == TASK_PIECES_MAX)
        return NONE;
    struct task_piece *p = &f->pieces[f->n_pieces];
    *p = (struct task_piece){ kind, text, range != NULL, { 0, 0 } };
    if (range)
        p->range = *range;
    return (uint16_t)f->n_pieces++;
}

static size_t slot_of(uint32_t hash)
{
    return (hash ^ hash >> 15) % INDEXED;
}

static void add(struct task_features *f, const char *space, uint32_t hash, int value,
                uint16_t piece)
{
    size_t slot = slot_of(hash);

    if (value <= 0)
        return;
    for (; f->index[slot]; slot = (slot + 1) % INDEXED) {
        struct task_feature *known = &f->at[f->index[slot] - 1];

        if (known->hash != hash)
            continue;
        if (known->value < value)
            known->value = (int16_t)value;
        return;
    }
    if (f->n == TASK_FEATURES_MAX || (space[0] == 'u' && f->n >= TASK_FEATURES_OF_UNIT))
        return;
    f->at[f->n++] = (struct task_feature){
        .hash = hash, .value = (int16_t)value, .piece = piece, .space = space
    };
    f->index[slot] = (uint16_t)f->n;
}

bool task_feature_known(const struct task_features *f, const char *space, tt_str name)
{
    uint32_t hash = task_feature_hash(space, name, TT_STR(""));

    for (size_t slot = slot_of(hash); f->index[slot]; slot = (slot + 1) % INDEXED) {
        if (f->at[f->index[slot] - 1].hash == hash)
            return true;
    }
    return false;
}

void task_feature_add(struct task_features *f, const char *space, tt_str name, int value,
                      uint16_t piece)
{
    task_feature_add2(f, space, name, TT_STR(""), value, piece);
}

void task_feature_add2(struct task_features *f, const char *space, tt_str a, tt_str b, int value,
                       uint16_t piece)
{
    add(f, space, task_feature_hash(space, a, b), value, piece);
}

static bool small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* The end of the word that begins at `i`: "HTTPClient" is "HTTP" and "Client". */
static size_t word_end(tt_str name, size_t i)
{
    size_t end = i + 1;

    if (capital(name.p[i])) {
        while (end < name.n && capital(name.p[end]) &&
               !(end + 1 < name.n && small(name.p[end + 1])))
            end++;
        if (end > i + 1)
            return end;
    }
    while (end < name.n && small(name.p[end]))
        end++;
    return end;
}

/* "retries" and "retry", "cached" and "cache" stay apart; a plural does not. */
static tt_str stem(tt_str word)
{
    if (word.n > 3 && (word.p[word.n - 1] == 's' || word.p[word.n - 1] == 'S') &&
        word.p[word.n - 2] != 's' && word.p[word.n - 2] != 'S')
        word.n--;
    return word;
}

void task_feature_words(struct task_features *f, const char *space, tt_str name, uint16_t piece)
{
    size_t n = 0;

    for (size_t i = 0; i < name.n && n < 8;) {
        if (!small(name.p[i]) && !capital(name.p[i])) {
            i++;
            continue;
        }
        size_t end = word_end(name, i);
        tt_str word = stem(tt_str_sub(name, i, end));
        if (word.n >= 2 && word.n <= WORD_MAX) {
            task_feature_add(f, space, word, TASK_VALUE_ONE, piece);
            n++;
        }
        i = end;
    }
}

void task_feature_text(struct task_features *f, const char *space, tt_str text, size_t max,
                       uint16_t piece)
{
    for (size_t i = 0, n = 0; i < text.n && n < max;) {
        size_t end = i;

        while (end < text.n && (small(text.p[end]) || capital(text.p[end])))
            end++;
        if (end - i >= 3 && end - i <= WORD_MAX) {
            task_feature_add(f, space, stem(tt_str_sub(text, i, end)), TASK_VALUE_ONE, piece);
            n++;
        }
        i = end > i ? end : i + 1;
    }
}

void task_feature_count(struct task_features *f, const char *space, uint32_t count)
{
    char name[16];
    uint32_t step = 1;

    while (step < count && step < 4096)
        step *= 2;
    int n = snprintf(name, sizeof(name), "%u", count ? step : 0);
    task_feature_add(f, space, (tt_str){ name, (size_t)n }, TASK_VALUE_ONE, NONE);
}
