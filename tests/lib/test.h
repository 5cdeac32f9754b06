/* test.h -- what every unit test includes: cmocka, and CHECK with a message. */
#ifndef TT_TEST_H
#define TT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* CHECK(condition) or CHECK(condition, "%s: got %d", row, got): when it does
 * not hold, the test ends with the place, the condition and the message. */
#define CHECK(...)                                                                                 \
    CHECK_PICK_(__VA_ARGS__, CHECK_SAY_, CHECK_SAY_, CHECK_SAY_, CHECK_SAY_, CHECK_SAY_,           \
                CHECK_SAY_, CHECK_SAY_, CHECK_SAY_, CHECK_SAY_, CHECK_ONE_, )                      \
    (__VA_ARGS__)
#define CHECK_PICK_(a, b, c, d, e, f, g, h, i, j, name, ...) name
#define CHECK_ONE_(cond)                                     CHECK_SAY_(cond, "%s", "")
#define CHECK_SAY_(cond, ...)                                                                      \
    do {                                                                                           \
        if (!(cond))                                                                               \
            check_failed(__FILE__, __LINE__, #cond, __VA_ARGS__);                                  \
    } while (0)

__attribute__((format(printf, 4, 5), unused)) static void
check_failed(const char *file, int line, const char *cond, const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    print_error("CHECK(%s)%s%s\n", cond, text[0] ? ": " : "", text);
    _fail(file, line);
}

#endif
