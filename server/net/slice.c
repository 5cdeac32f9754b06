/* slice.c -- see slice.h.  The C library has no name for this system call. */
#include "net/slice.h"

#ifdef __linux__
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#if defined(__linux__) && defined(SYS_sched_setattr)

#define SLICE_NS      700000u /* the usual one is 0.7 ms on one processor, 2.8 ms on eight */
#define USUAL_POLICY  0u      /* SCHED_OTHER */
#define RESET_ON_FORK 1u

struct attributes { /* struct sched_attr of the kernel, as it was first */
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

void tt_slice_shorten(void)
{
    struct attributes a = { .size = sizeof(a) };

    if (syscall(SYS_sched_getattr, 0, &a, sizeof(a), 0) < 0 || a.policy != USUAL_POLICY)
        return;
    a.size = sizeof(a);
    a.runtime = SLICE_NS;
    if (a.nice >= 0) /* what is reset would lose its better place, too */
        a.flags |= RESET_ON_FORK;
    syscall(SYS_sched_setattr, 0, &a, 0); /* refused: then it is as usual */
}

#else

void tt_slice_shorten(void)
{
}

#endif
