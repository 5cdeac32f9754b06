/* memory.h -- what is allocated: at the end of a session as much as at its beginning. */
#ifndef TT_SIM_MEMORY_H
#define TT_SIM_MEMORY_H

/* Before the first session. */
void sim_memory_begin(void);

/* Blocks that are allocated now. */
long sim_memory_live(void);

#endif
