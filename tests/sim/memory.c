/* memory.c -- see memory.h.  The linker sends all calls here (--wrap). */
#include "memory.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void __wrap_free(void *p);

static long live;

void *__wrap_malloc(size_t n)
{
    void *p = __real_malloc(n);

    live += p != NULL;
    return p;
}

void *__wrap_calloc(size_t n, size_t size)
{
    void *p = __real_calloc(n, size);

    live += p != NULL;
    return p;
}

void *__wrap_realloc(void *p, size_t n)
{
    void *fresh = __real_realloc(p, n);

    live += !p && fresh;
    return fresh;
}

void __wrap_free(void *p)
{
    live -= p != NULL;
    __real_free(p);
}

long sim_memory_live(void)
{
    return live;
}

void sim_memory_begin(void)
{
    /* its library is not linked in: what it allocates, we free */
    cJSON_InitHooks(&(cJSON_Hooks){ __wrap_malloc, __wrap_free });
}
