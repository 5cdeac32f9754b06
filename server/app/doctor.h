/* doctor.h -- what `trimtab doctor` looks at; shared by its two files.
 *
 * cmd_doctor.c     what is on this machine
 * doctor_net.c     keys and providers
 */
#ifndef TT_APP_DOCTOR_H
#define TT_APP_DOCTOR_H

#include "app/out.h"
#include "app/settings.h"

enum tt_health { TT_HEALTH_GOOD, TT_HEALTH_NOTE, TT_HEALTH_BAD };

struct tt_doctor_row {
    enum tt_health health;
    const char *what; /* static: "key", "provider", ... */
    char *text;       /* owned: what was seen */
    char *mend;       /* owned: what mends it; NULL: nothing to do */
};

struct tt_doctor {
    struct tt_cli_settings settings;
    bool offline;
    struct tt_doctor_row *rows; /* owned */
    size_t n;
    bool no_memory;
    bool clock_said; /* one line about the clock is enough */
};

/* `mend` may be NULL; the rest is for `fmt`. */
void tt_doctor_add(struct tt_doctor *doctor, enum tt_health health, const char *what,
                   const char *mend, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Keys, and whether the providers answer (not with doctor->offline). */
void tt_doctor_models(struct tt_doctor *doctor);

#endif
