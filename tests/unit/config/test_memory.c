/* test_memory.c -- when the n-th allocation fails, there are no settings, no leak
 * and no half of either. */
#include "config/config.h"
#include "test.h"
#include "trimtab/error.h"

static int until_failure = -1; /* allocations that still work; -1: all */

static bool fails(void)
{
    return until_failure >= 0 && until_failure-- == 0;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

/* Strings long enough that every few of them need a new block of the arena. */
static char *settings(void)
{
    static char text[200000];
    char filler[3000];

    memset(filler, 'x', sizeof(filler));
    filler[sizeof(filler) - 1] = '\0';
    snprintf(text, sizeof(text),
             "{\"ignore\": [\"%s\", \"%s\", \"%s\"], \"models\": {\"a\": {\"model\": \"%s\", "
             "\"base_url\": \"http://h/v1\", \"api_key_command\": [\"%s\"]}}, \"rules\": {\"%s\": "
             "\"off\"}, \"actions\": {\"%s\": true}, \"pins\": {\"%s\": \"a\", \"b\": \"%s\"}, "
             "\"findings\": {\"%s\": {}}, \"ca_file\": \"%s\", \"%s\": 1}",
             filler, filler, filler, filler, filler, filler, filler, filler, filler, filler, filler,
             filler);
    return text;
}

static void test_every_allocation(void **state)
{
    struct tt_config_source source = { .from = TT_CONFIG_USER, .text = tt_str_from(settings()) };
    int n = 0, err;

    (void)state;
    do {
        const struct tt_config *config = NULL;

        until_failure = n++;
        err = tt_config_create(&source, 1, &config);
        until_failure = -1;
        CHECK(err == 0 || err == TT_ENOMEM, "allocation %d: %d", n, err);
        CHECK((err == 0) == (config != NULL));
        tt_config_unref(config);
    } while (err);
    CHECK(n > 10, "only %d allocations", n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
