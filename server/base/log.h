/* log.h -- what the program says about itself, to whoever runs it.
 *
 * One sink for the whole process, set at start.  A message holds no API key
 * and, below TT_LOG_TRACE, no text of a document or of a model.  Only the loop
 * thread logs.
 */
#ifndef TT_LOG_H
#define TT_LOG_H

#include "trimtab/str.h"

enum tt_log_level { TT_LOG_ERROR, TT_LOG_WARN, TT_LOG_INFO, TT_LOG_DEBUG, TT_LOG_TRACE };

typedef void (*tt_log_sink)(void *arg, enum tt_log_level level, tt_str message);

/* Messages above `level` are not even formatted.  NULL: no log (the default). */
void tt_log_set(enum tt_log_level level, tt_log_sink sink, void *arg);
bool tt_log_wants(enum tt_log_level level);

void tt_log(enum tt_log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
