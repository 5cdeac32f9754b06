/* task_match.c -- names in code against the tables of signals. */
#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/task_scan.h"

bool scan_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || c == '!' || c == '?';
}

/* The last name of "a.b(c).d" or "A::b", and in *prev the one before it when it
 * stands directly in front. */
tt_str scan_last_names(tt_str text, tt_str *prev)
{
    size_t end = text.n;

    while (end > 0 && !scan_name_char(text.p[end - 1]))
        end--;
    size_t from = end;
    while (from > 0 && scan_name_char(text.p[from - 1]))
        from--;
    size_t dot = from;
    while (dot > 0 && strchr(".:>-?\\", text.p[dot - 1]))
        dot--;
    size_t start = dot;
    while (dot < from && start > 0 && scan_name_char(text.p[start - 1]))
        start--;
    *prev = tt_str_sub(text, start, dot);
    return tt_str_sub(text, from, end);
}

/* Is `last` (or "prev.last", "prev::last") one of the names? */
static bool names_have(const char *names, tt_str last, tt_str prev)
{
    while (*names) {
        const char *end = strchr(names, ' ');
        size_t n = end ? (size_t)(end - names) : strlen(names);

        if (*names == '=') { /* only when it is called on nothing */
            if (prev.n == 0 && n == last.n + 1 && memcmp(names + 1, last.p, last.n) == 0)
                return true;
        } else if (n >= last.n && memcmp(names + n - last.n, last.p, last.n) == 0) {
            size_t rest = n - last.n;
            if (rest == 0)
                return true;
            size_t sep = names[rest - 1] == '.' ? 1 : rest > 1 && names[rest - 1] == ':' ? 2 : 0;
            if (sep && rest - sep == prev.n && memcmp(names, prev.p, prev.n) == 0)
                return true;
        }
        names += n;
        while (*names == ' ')
            names++;
    }
    return false;
}

static const char *kind_word(enum signal_kind kind)
{
    static const char *const words[] = { "import",     "decorator",  "call",
                                         "identifier", "identifier", "identifier" };

    return words[kind];
}

static bool table_speaks(const struct signal_table *table, tt_str language)
{
    return table->languages[0] == '*' || str_in(language, table->languages);
}

/* The part of a signal's weight that counts here: more in the cursor's line. */
int scan_weigh(const struct scan *s, int weight, TSNode node)
{
    int percent = s->percent;

    if (percent == 100 && s->range.start != s->range.end &&
        !tt_range_overlaps(scan_range(node), s->range))
        percent = 60;
    else if (percent == 100 && s->range.start == s->range.end &&
             ts_node_start_byte(node) <= s->range.end && s->range.start <= ts_node_end_byte(node))
        percent = 130;
    return weight * percent / 100;
}

/* Names that are in no table, which most are: a filter over the last part of each name
 * there is, filled once a thread. */
#define FILTER_BITS 32768

static uint32_t filter_bit(enum signal_kind kind, tt_str name)
{
    uint32_t hash = 2166136261u ^ (uint32_t)kind;

    for (size_t i = 0; i < name.n; i++)
        hash = (hash ^ (unsigned char)name.p[i]) * 16777619u;
    return (hash ^ hash >> 15) % FILTER_BITS;
}

static void fill_filter(uint64_t *bits)
{
    for (size_t t = 0; t < task_signal_tables_count; t++) {
        for (size_t i = 0; i < task_signal_tables[t].n; i++) {
            const struct signal *row = &task_signal_tables[t].rows[i];
            tt_str names = tt_str_from(row->names), prev;

            while (names.n) {
                uint32_t bit =
                    filter_bit(row->kind, scan_last_names(tt_str_next_word(&names), &prev));

                bits[bit / 64] |= (uint64_t)1 << bit % 64;
            }
        }
    }
}

static bool may_be_known(enum signal_kind kind, tt_str last)
{
    static _Thread_local struct {
        bool filled;
        uint64_t bits[FILTER_BITS / 64];
    } filter;
    uint32_t bit = filter_bit(kind, last);

    if (!filter.filled)
        fill_filter(filter.bits);
    filter.filled = true;
    return filter.bits[bit / 64] >> bit % 64 & 1;
}

void scan_look_up(struct scan *s, enum signal_kind kind, tt_str last, tt_str prev, TSNode node)
{
    struct tt_range range = scan_range(node);

    if (last.n == 0 || !may_be_known(kind, last))
        return;
    for (size_t t = 0; t < task_signal_tables_count; t++) {
        const struct signal_table *table = &task_signal_tables[t];

        if (!table_speaks(table, s->language))
            continue;
        for (size_t i = 0; i < table->n; i++) {
            const struct signal *row = &table->rows[i];

            if (row->kind == kind && names_have(row->names, last, prev)) {
                tt_str shown = { prev.n ? prev.p : last.p,
                                 (size_t)(last.p + last.n - (prev.n ? prev.p : last.p)) };
                if (shown.n > SCAN_NAME_BYTES)
                    shown = last;
                task_add(s->score, row->task, scan_weigh(s, row->weight, node), kind_word(kind),
                         shown, &range);
            }
        }
    }
}

/* Words of the name of a definition. */
void scan_look_up_name(struct scan *s, tt_str name, TSNode node)
{
    struct tt_range range = scan_range(node);

    for (size_t t = 0; t < task_signal_tables_count; t++) {
        const struct signal_table *table = &task_signal_tables[t];
        size_t n_rows = table_speaks(table, s->language) ? table->n : 0;

        for (size_t i = 0; i < n_rows; i++) {
            const struct signal *row = &table->rows[i];

            if (row->kind == SIGNAL_NAME && name_has_word(name, row->names))
                task_add(s->score, row->task, scan_weigh(s, row->weight, node), "identifier", name,
                         &range);
        }
    }
}

/* The words of an import, for the model and for telling modules from variables. */
static void see_import(struct scan *s, tt_str text, TSNode node)
{
    struct tt_range range = scan_range(node);
    bool here = range.start < s->lines.end && range.end > s->lines.start;

    for (size_t i = 0, n = 0; i < text.n && n < 60; i++) {
        size_t from = i;

        while (i < text.n && scan_name_char(text.p[i]))
            i++;
        tt_str word = tt_str_sub(text, from, i);
        if (word.n < 2 || word.n > SCAN_NAME_BYTES)
            continue;
        uint32_t bit = task_feature_hash("", word, TT_STR("")) % SCAN_IMPORT_BITS;
        s->imported[bit / 64] |= (uint64_t)1 << bit % 64;
        if (s->features) {
            uint16_t piece = task_piece(s->features, "import", word, &range);
            task_feature_add(s->features, "i:name", word, TASK_VALUE_ONE, piece);
            task_feature_words(s->features, "i:in", word, piece);
            if (here)
                task_feature_add(s->features, "r:import", word, TASK_VALUE_ONE, piece);
        }
        n++;
    }
}

bool scan_imported(const struct scan *s, tt_str name)
{
    uint32_t bit = task_feature_hash("", name, TT_STR("")) % SCAN_IMPORT_BITS;

    return s->imported[bit / 64] >> bit % 64 & 1;
}

void scan_import(struct scan *s, TSNode node)
{
    tt_str text = tt_node_text(node, s->source->bytes);
    struct tt_range range = scan_range(node);
    bool begins[256] = { false }; /* a word of the text begins with it; most names do not */
    if (text.n > 4000)
        text.n = 4000;
    see_import(s, text, node);
    for (size_t i = 0; i < text.n; i++) {
        if (i == 0 || !scan_name_char(text.p[i - 1]))
            begins[(unsigned char)text.p[i]] = true;
    }
    for (size_t t = 0; t < task_signal_tables_count; t++) {
        const struct signal_table *table = &task_signal_tables[t];
        size_t n_rows = table_speaks(table, s->language) ? table->n : 0;

        for (size_t i = 0; i < n_rows; i++) {
            const struct signal *row = &table->rows[i];

            for (const char *name = row->names; row->kind == SIGNAL_IMPORT && *name;) {
                const char *end = strchr(name, ' ');
                size_t n = end ? (size_t)(end - name) : strlen(name);
                const char *hit =
                    begins[(unsigned char)*name] ? memmem(text.p, text.n, name, n) : NULL;
                bool whole = hit && (hit == text.p || !scan_name_char(hit[-1])) &&
                             (hit + n == text.p + text.n || !scan_name_char(hit[n]));

                if (whole)
                    task_add(s->score, row->task, row->weight, "import", (tt_str){ hit, n },
                             &range);
                name += n;
                while (*name == ' ')
                    name++;
            }
        }
    }
}
