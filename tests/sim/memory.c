/* memory.c -- see memory.h.  The linker sends all calls here (--wrap). */
#include "memory.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <tree_sitter/api.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void __wrap_free(void *p);

static long live;
static long until_failure = -1; /* so many more succeed; < 0: all of them */
static long to_fail;            /* so many fail then */
static int spared;              /* > 0: what runs now is not the server */
static unsigned long failures;

static void *counted_malloc(size_t n)
{
    void *p = __real_malloc(n);

    live += p != NULL;
    return p;
}

static void *counted_calloc(size_t n, size_t size)
{
    void *p = __real_calloc(n, size);

    live += p != NULL;
    return p;
}

static void *counted_realloc(void *p, size_t n)
{
    void *fresh = __real_realloc(p, n);

    live += !p && fresh;
    return fresh;
}

static bool fails(void)
{
    if (spared || until_failure < 0)
        return false;
    if (until_failure > 0) {
        until_failure--;
        return false;
    }
    if (--to_fail <= 0)
        until_failure = -1;
    failures++;
    return true;
}

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : counted_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : counted_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : counted_realloc(p, n);
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
    /* it ends the program when there is no memory: its own never fail */
    ts_set_allocator(counted_malloc, counted_calloc, counted_realloc, __wrap_free);
    spared = 1;
}

void sim_memory_fail_after(long n, long most)
{
    until_failure = n;
    to_fail = most;
}

unsigned long sim_memory_failures(void)
{
    return failures;
}

void sim_memory_server(bool runs)
{
    spared += runs ? -1 : 1;
}
