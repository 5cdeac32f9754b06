/* memory.h -- what is allocated: at the end of a session as much as at its beginning; and
 * allocations of the server that fail.
 */
#ifndef TT_SIM_MEMORY_H
#define TT_SIM_MEMORY_H

#include <stdbool.h>

/* Before the first session. */
void sim_memory_begin(void);

/* Blocks that are allocated now. */
long sim_memory_live(void);

/* After n more allocations of the server, so many in a row fail; n < 0: none does. */
void sim_memory_fail_after(long n, long most);
unsigned long sim_memory_failures(void); /* so far */

/* The server's code begins to run, or ends (also for a call into the simulated world):
 * only its allocations fail. */
void sim_memory_server(bool runs);

#endif
