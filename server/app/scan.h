/* scan.h -- the rules over many files, on all processors. */
#ifndef TT_APP_SCAN_H
#define TT_APP_SCAN_H

#include "analysis/rules.h"
#include "app/code.h"
#include "app/walk.h"

/* What became of one file. */
struct tt_scan_file {
    struct tt_code code;   /* kept only when there are findings; without its tree */
    bool sound;            /* it was parsed, and has no syntax error */
    bool aside;            /* tt_path_is_aside */
    struct tt_arena arena; /* owns the findings */
    struct tt_findings findings;
    int err; /* TT_EPARSE: not text; TT_ETOOBIG; ... */
};

struct tt_scan {
    struct tt_scan_file *files; /* as many as the walk has paths, in its order */
    size_t n;
    size_t n_findings;
    size_t looked_at; /* files that were read as text */
};

/* Give every file of the walk to the rules.  TT_ENOMEM. */
int tt_scan_run(const struct tt_walk *walk, const struct tt_rules *rules,
                const struct tt_cli_settings *settings, struct tt_scan *out);

/* Was a file left out that one of the words names itself, not just a folder above it? */
bool tt_scan_failed(const struct tt_scan *scan, const struct tt_walk *walk,
                    const char *const *words, size_t n);
void tt_scan_release(struct tt_scan *scan);

#endif
