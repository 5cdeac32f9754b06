/* slice.h -- short turns on a busy processor. */
#ifndef TT_NET_SLICE_H
#define TT_NET_SLICE_H

/* Ask the scheduler to run the calling thread soon after it wakes, for which it may not
 * run for long: what a loop wants that answers in less than a millisecond while compilers
 * run beside it.  Its share of the processor is the same.  Threads and processes that it
 * starts are as usual.  Linux 6.12 and later; nothing happens elsewhere. */
void tt_slice_shorten(void);

#endif
