/* report.h -- findings for people and for programs. */
#ifndef TT_APP_REPORT_H
#define TT_APP_REPORT_H

#include "app/args.h"
#include "app/out.h"
#include "app/scan.h"
#include "rpc/json.h"
#include "trimtab/position.h"

enum tt_report_format { TT_REPORT_TEXT, TT_REPORT_JSON, TT_REPORT_SARIF, TT_REPORT_GITHUB };

struct tt_report {
    const struct tt_walk *walk;
    const struct tt_scan *scan;
    const struct tt_rules *rules;
    enum tt_encoding encoding; /* of positions in JSON */
    uint64_t elapsed_ms;
    const struct tt_colors *colors;
};

/* -1, or the exit code when the word is unknown (said).  NULL: text; `json` wins. */
int tt_report_format_from(const struct tt_command *command, const char *word, bool json,
                          enum tt_report_format *out);

/* "utf-8", "utf-16" (also for NULL), "utf-32"; likewise. */
int tt_encoding_from(const struct tt_command *command, const char *word, enum tt_encoding *out);

void tt_report_write(const struct tt_report *report, enum tt_report_format format,
                     struct tt_buf *out);

/* {"start": {"line", "character"}, "end": …}, as LSP. */
void tt_report_range(struct tt_json_writer *w, const struct tt_text *text, struct tt_range range,
                     enum tt_encoding encoding);

/* report_sarif.c */
void tt_report_sarif(const struct tt_report *report, struct tt_buf *out);

#endif
