/* redact.c -- one placeholder for each different secret, there and back. */
#include "prompt/redact.h"

#include "base/buf.h"
#include "trimtab/error.h"

#include <strings.h>

#define SECRETS_MAX 9999
#define KNOWN_MAX   1000
#define NUMBER      4 /* digits; fixed, so that no placeholder begins another */

struct entry {
    tt_str mark, value;
    enum tt_secret_kind kind;
};

/* A value that one of the texts shows to be a secret: in another it may stand without the
 * name that betrays it (a linter quotes it, a comment repeats it). */
struct known {
    tt_str value;
    enum tt_secret_kind kind;
};

struct tt_redact {
    struct tt_arena *arena;
    struct entry *entries;
    size_t n, cap;
    struct known *known;
    size_t n_known;
    tt_str prefix;
    bool texts_speak_of_it; /* the code itself holds words like our placeholders */
};

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Does a word begin here, even if behind the letter of an escape as in "\\n"? */
static bool begins_word(tt_str s, size_t at)
{
    return at == 0 || !is_word(s.p[at - 1]) || (at > 1 && s.p[at - 2] == '\\');
}

/* Where `part` stands in s at or after `from`; s.n when nowhere. */
static size_t find(tt_str s, size_t from, tt_str part)
{
    while (part.n > 0 && from + part.n <= s.n) {
        const char *p = memchr(s.p + from, part.p[0], s.n - from - part.n + 1);

        if (!p)
            break;
        from = (size_t)(p - s.p);
        if (memcmp(p, part.p, part.n) == 0)
            return from;
        from++;
    }
    return s.n;
}

/* ---- making ---- */

/* TRIMTAB SECRET in any case, with or without something between the words. */
static bool speaks_at(tt_str s, size_t at)
{
    if (at + 13 > s.n || strncasecmp(s.p + at, "trimtab", 7) != 0)
        return false;
    at += 7;
    if (s.p[at] == '_' || s.p[at] == '-' || s.p[at] == ' ')
        at++;
    return at + 6 <= s.n && strncasecmp(s.p + at, "secret", 6) == 0;
}

static bool speaks(tt_str s)
{
    for (size_t i = 0; i + 13 <= s.n; i++) {
        if ((s.p[i] | 0x20) == 't' && speaks_at(s, i))
            return true;
    }
    return false;
}

static bool stands_in(const tt_str *texts, size_t n, tt_str part)
{
    for (size_t i = 0; i < n; i++) {
        if (find(texts[i], 0, part) < texts[i].n)
            return true;
    }
    return false;
}

/* Would it be a secret wherever it stands?  "postgres" as a password is a word, too. */
static bool is_telling(tt_str value, enum tt_secret_kind kind)
{
    bool strange = false;

    for (size_t i = 0; i < value.n; i++)
        strange |= !is_word(value.p[i]) || (value.p[i] >= '0' && value.p[i] <= '9');
    return value.n >= 16 || (kind != TT_SECRET_PRIVATE_KEY && value.n >= 6 && strange);
}

static bool is_known(const struct tt_redact *redact, tt_str value)
{
    for (size_t i = 0; i < redact->n_known; i++) {
        if (tt_str_eq(redact->known[i].value, value))
            return true;
    }
    return false;
}

static int know(struct tt_redact *redact, tt_str text)
{
    struct tt_secret *secrets = NULL;
    size_t n = 0;
    int err = tt_secret_find(redact->arena, text, &secrets, &n);

    for (size_t i = 0; i < n && !err && redact->n_known < KNOWN_MAX; i++) {
        tt_str value = tt_str_sub(text, secrets[i].range.start, secrets[i].range.end);

        if (!is_telling(value, secrets[i].kind) || is_known(redact, value))
            continue;
        value = tt_arena_dup(redact->arena, value);
        err = value.p ? 0 : TT_ENOMEM;
        if (!err)
            redact->known[redact->n_known++] = (struct known){ value, secrets[i].kind };
    }
    return err;
}

struct tt_redact *tt_redact_create(struct tt_arena *arena, const tt_str *texts, size_t n)
{
    struct tt_redact *redact = tt_arena_alloc(arena, sizeof(*redact));

    if (!redact)
        return NULL;
    redact->arena = arena;
    redact->prefix = TT_STR("TRIMTAB_SECRET_");
    redact->known = tt_arena_array(arena, KNOWN_MAX, sizeof(*redact->known));
    if (!redact->known)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        redact->texts_speak_of_it |= speaks(texts[i]);
        if (know(redact, texts[i]))
            return NULL;
    }
    for (unsigned i = 1; redact->prefix.p && stands_in(texts, n, redact->prefix); i++)
        redact->prefix = tt_arena_printf(arena, "TRIMTAB_SECRET_%u_", i);
    return redact->prefix.p ? redact : NULL;
}

static int grow(struct tt_redact *redact)
{
    size_t cap = redact->cap ? redact->cap * 2 : 8;
    struct entry *more;

    if (redact->n == SECRETS_MAX)
        return TT_ETOOBIG;
    if (redact->n < redact->cap)
        return 0;
    more = tt_arena_array(redact->arena, cap, sizeof(*more));
    if (!more)
        return TT_ENOMEM;
    if (redact->n > 0)
        memcpy(more, redact->entries, redact->n * sizeof(*more));
    redact->entries = more;
    redact->cap = cap;
    return 0;
}

/* The entry for a secret, old or new. */
static int entry_for(struct tt_redact *redact, tt_str value, enum tt_secret_kind kind,
                     const struct entry **out)
{
    struct entry *entry;
    int err;

    for (size_t i = 0; i < redact->n; i++) {
        if (tt_str_eq(redact->entries[i].value, value)) {
            *out = &redact->entries[i];
            return 0;
        }
    }
    err = grow(redact);
    if (err)
        return err;
    entry = &redact->entries[redact->n];
    entry->kind = kind;
    entry->value = tt_arena_dup(redact->arena, value);
    entry->mark = tt_arena_printf(redact->arena, "%s%04zu", redact->prefix.p, redact->n + 1);
    if (!entry->value.p || !entry->mark.p)
        return TT_ENOMEM;
    redact->n++;
    *out = entry;
    return 0;
}

/* ---- there ---- */

static int keep(struct tt_arena *arena, struct tt_buf *buf, tt_str *out)
{
    int err = buf->err;

    if (!err) {
        tt_str copy = tt_arena_dup(arena, tt_buf_str(buf));

        err = copy.p ? 0 : TT_ENOMEM;
        if (!err)
            *out = copy;
    }
    tt_buf_release(buf);
    return err;
}

static bool stands_apart(tt_str s, size_t at, size_t n)
{
    return begins_word(s, at) && (at + n == s.n || !is_word(s.p[at + n]));
}

/* The first known value that stands wholly within `range` of s, as a word of its own. */
static bool find_known(const struct tt_redact *redact, tt_str s, struct tt_range range,
                       struct tt_secret *out)
{
    for (uint32_t at = range.start; at < range.end; at++) {
        for (size_t i = 0; i < redact->n_known; i++) {
            tt_str value = redact->known[i].value;

            if (value.p[0] != s.p[at] || value.n > range.end - at ||
                memcmp(s.p + at, value.p, value.n) != 0 || !stands_apart(s, at, value.n))
                continue;
            *out = (struct tt_secret){ redact->known[i].kind, { at, at + (uint32_t)value.n } };
            return true;
        }
    }
    return false;
}

/* The next secret at or after `at`: *i counts those that were found by their looks.  A
 * known value that touches another secret stays: two placeholders must not touch. */
static bool next_spot(const struct tt_redact *redact, tt_str text, const struct tt_secret *secrets,
                      size_t n, struct tt_range part, uint32_t at, size_t *i, struct tt_secret *out)
{
    struct tt_range between = { at + (at > part.start), part.end };

    while (*i < n && (secrets[*i].range.end <= at || secrets[*i].range.end <= part.start))
        ++*i;
    if (*i == n || secrets[*i].range.start >= part.end)
        return find_known(redact, text, between, out);
    between.end = secrets[*i].range.start;
    if (between.start + 1 < between.end) {
        between.end--;
        if (find_known(redact, text, between, out))
            return true;
    }
    *out = secrets[*i];
    return true;
}

int tt_redact_part(struct tt_redact *redact, tt_str text, const struct tt_secret *secrets, size_t n,
                   struct tt_range part, tt_str *out)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    uint32_t kept = part.start, at = part.start;
    struct tt_secret spot;
    size_t i = 0;

    while (at < part.end && next_spot(redact, text, secrets, n, part, at, &i, &spot)) {
        tt_str value = tt_str_sub(text, spot.range.start, spot.range.end);
        const struct entry *entry = NULL;
        int err;

        at = spot.range.end;
        if (tt_str_starts(value, redact->prefix))
            continue; /* replaced before: an answer of the model */
        err = entry_for(redact, value, spot.kind, &entry);
        if (err) {
            tt_buf_release(&buf);
            return err;
        }
        tt_buf_add(&buf, tt_str_sub(text, kept, spot.range.start));
        tt_buf_add(&buf, entry->mark);
        kept = at;
    }
    if (kept == part.start) {
        tt_buf_release(&buf);
        *out = tt_str_sub(text, part.start, part.end);
        return 0;
    }
    if (kept < part.end)
        tt_buf_add(&buf, tt_str_sub(text, kept, part.end));
    return keep(redact->arena, &buf, out);
}

int tt_redact_apply(struct tt_redact *redact, tt_str text, tt_str *out)
{
    struct tt_secret *secrets = NULL;
    size_t n = 0;
    int err = tt_secret_find(redact->arena, text, &secrets, &n);

    if (err)
        return err;
    return tt_redact_part(redact, text, secrets, n, (struct tt_range){ 0, (uint32_t)text.n }, out);
}

size_t tt_redact_count(const struct tt_redact *redact)
{
    return redact->n;
}

enum tt_secret_kind tt_redact_kind(const struct tt_redact *redact, size_t i)
{
    return redact->entries[i].kind;
}

tt_str tt_redact_prefix(const struct tt_redact *redact)
{
    return redact->prefix;
}

tt_str tt_redact_mark(const struct tt_redact *redact, size_t i)
{
    return redact->entries[i].mark;
}

tt_str tt_redact_secret(const struct tt_redact *redact, size_t i)
{
    return redact->entries[i].value;
}

/* ---- and back ---- */

/* The entry whose placeholder stands at `at`, whole; NULL when none does. */
static const struct entry *mark_at(const struct tt_redact *redact, tt_str s, size_t at)
{
    tt_str rest = tt_str_sub(s, at, s.n);
    size_t number = 0, end = redact->prefix.n + NUMBER;

    if (!tt_str_starts(rest, redact->prefix) || rest.n < end)
        return NULL;
    for (size_t i = redact->prefix.n; i < end; i++) {
        if (rest.p[i] < '0' || rest.p[i] > '9')
            return NULL;
        number = number * 10 + (size_t)(rest.p[i] - '0');
    }
    if (rest.n > end && is_word(rest.p[end]))
        return NULL;
    return number >= 1 && number <= redact->n ? &redact->entries[number - 1] : NULL;
}

int tt_redact_check_answer(struct tt_redact *redact, tt_str answer, bool *bad, tt_str *why)
{
    *bad = false;
    *why = TT_STR("");
    for (size_t at = 0; at < answer.n; at++) {
        const struct entry *entry;
        size_t end = at;

        if ((answer.p[at] | 0x20) != 't' || !begins_word(answer, at))
            continue;
        entry = mark_at(redact, answer, at);
        if (entry) {
            at += entry->mark.n - 1;
            continue;
        }
        if (!tt_str_starts(tt_str_sub(answer, at, answer.n), redact->prefix) &&
            (redact->texts_speak_of_it || redact->n == 0 || !speaks_at(answer, at)))
            continue;
        while (end < answer.n && end - at < 60 && is_word(answer.p[end]))
            end++;
        *why = tt_arena_printf(redact->arena,
                               "The answer holds %.*s, which is none of the placeholders that "
                               "stand for secrets. Copy placeholders exactly as they are.",
                               TT_STR_ARG(tt_str_sub(answer, at, end)));
        *bad = true;
        return why->p ? 0 : TT_ENOMEM;
    }
    return 0;
}

static void add_json(struct tt_buf *out, tt_str value)
{
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];

        if (c == '"' || c == '\\')
            tt_buf_addc(out, '\\');
        if (c < 0x20)
            tt_buf_addf(out, "\\u%04x", c);
        else
            tt_buf_addc(out, (char)c);
    }
}

int tt_redact_restore(const struct tt_redact *redact, struct tt_arena *arena, tt_str answer,
                      bool json, tt_str *out)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    size_t done = 0;

    for (size_t at = find(answer, 0, redact->prefix); at < answer.n;
         at = find(answer, at + 1, redact->prefix)) {
        const struct entry *entry = mark_at(redact, answer, at);

        if (!entry)
            continue;
        tt_buf_add(&buf, tt_str_sub(answer, done, at));
        if (json)
            add_json(&buf, entry->value);
        else
            tt_buf_add(&buf, entry->value);
        done = at + entry->mark.n;
    }
    if (done == 0) {
        *out = answer;
        return 0;
    }
    tt_buf_add(&buf, tt_str_sub(answer, done, answer.n));
    return keep(arena, &buf, out);
}

/* ---- does an edit leave them where they are? ---- */

/* The next secret in s at or after *at, as a word of its own; *at moves there. */
static const struct entry *next_secret(const struct tt_redact *redact, tt_str s, size_t *at)
{
    const struct entry *best = NULL;
    size_t first = s.n;

    for (size_t i = 0; i < redact->n; i++) {
        tt_str value = redact->entries[i].value;

        for (size_t p = find(s, *at, value); p < first; p = find(s, p + 1, value)) {
            if (stands_apart(s, p, value.n)) {
                first = p;
                best = &redact->entries[i];
                break;
            }
        }
    }
    *at = first;
    return best;
}

/* The last word before `at` on its line: what the secret belongs to. */
static tt_str owner(tt_str s, size_t at)
{
    size_t start;

    while (at > 0 && !is_word(s.p[at - 1]) && s.p[at - 1] != '\n')
        at--;
    start = at;
    while (start > 0 && is_word(s.p[start - 1]))
        start--;
    return tt_str_sub(s, start, at);
}

/* Do both texts hold the same secrets of the same owners in the same order? */
static bool same_secrets(const struct tt_redact *redact, tt_str a, tt_str b)
{
    size_t i = 0, j = 0;

    for (;;) {
        const struct entry *x = next_secret(redact, a, &i);
        const struct entry *y = next_secret(redact, b, &j);

        if (x != y || (x && !tt_str_eq(owner(a, i), owner(b, j))))
            return false;
        if (!x)
            return true;
        i += x->value.n;
        j += y->value.n;
    }
}

/* The text of whole lines round an edit, before and after it. */
static int lines_of(struct tt_redact *redact, tt_str before, const struct tt_text_edit *edit,
                    tt_str *old_lines, tt_str *new_lines)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    size_t start = edit->range.start, end = edit->range.end;

    while (start > 0 && before.p[start - 1] != '\n')
        start--;
    while (end < before.n && before.p[end] != '\n')
        end++;
    *old_lines = tt_str_sub(before, start, end);
    tt_buf_add(&buf, tt_str_sub(before, start, edit->range.start));
    tt_buf_add(&buf, edit->text);
    tt_buf_add(&buf, tt_str_sub(before, edit->range.end, end));
    return keep(redact->arena, &buf, new_lines);
}

bool tt_redact_edits_ok(struct tt_redact *redact, tt_str before, const struct tt_text_edit *edits,
                        size_t n)
{
    for (size_t i = 0; i < n && redact->n > 0; i++) {
        tt_str old_lines, new_lines;

        if (edits[i].range.end > before.n || edits[i].range.start > edits[i].range.end ||
            lines_of(redact, before, &edits[i], &old_lines, &new_lines) ||
            !same_secrets(redact, old_lines, new_lines))
            return false;
    }
    return true;
}
