/* banned.h -- functions that no file of ours may call; the build includes this
 * file first everywhere.
 *
 * They write without a limit, keep hidden state between calls, or cannot say
 * that their input was wrong.  Use tt_buf, snprintf, gmtime_r and strtol.
 */
#ifndef TT_BANNED_H
#define TT_BANNED_H

#include <stdio.h> /* these name the functions, so they come before the ban */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gmtime localtime atoi atol

#endif
