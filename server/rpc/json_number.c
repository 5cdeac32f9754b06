/* json_number.c -- the numbers of JSON, as whole numbers and as doubles.
 *
 * Whole numbers are read from their digits, so that large ids stay exact; only
 * what has a point or an exponent goes through a double.
 */
#include "rpc/json.h"

#include "trimtab/error.h"

#include <math.h>
#include <stdlib.h>

static bool plain(const struct tt_json *v)
{
    for (uint32_t i = 0; i < v->n; i++) {
        if (v->p[i] == '.' || v->p[i] == 'e' || v->p[i] == 'E')
            return false;
    }
    return true;
}

/* The digits of a plain number.  false: more than UINT64_MAX. */
static bool magnitude(const struct tt_json *v, uint64_t *out)
{
    uint64_t n = 0;

    for (uint32_t i = v->p[0] == '-'; i < v->n; i++) {
        unsigned d = (unsigned)(v->p[i] - '0');

        if (n > (UINT64_MAX - d) / 10)
            return false;
        n = n * 10 + d;
    }
    *out = n;
    return true;
}

int tt_json_double(const struct tt_json *v, double *out)
{
    char digits[400]; /* the longest that JavaScript or C write has 25; this is for 1 followed by
                         308 zeros */

    if (tt_json_type(v) != TT_JSON_NUMBER || v->n >= sizeof(digits))
        return TT_EPARSE;
    memcpy(digits, v->p, v->n);
    digits[v->n] = '\0';
    *out = strtod(digits, NULL);
    return 0;
}

int tt_json_int(const struct tt_json *v, int64_t *out)
{
    uint64_t n;
    double d;

    if (tt_json_type(v) != TT_JSON_NUMBER)
        return TT_EPARSE;
    if (!plain(v)) {
        if (tt_json_double(v, &d) < 0 || !(fabs(d) <= 9007199254740992.0) || d != floor(d))
            return TT_EPARSE;
        *out = (int64_t)d;
        return 0;
    }
    if (!magnitude(v, &n))
        return TT_EPARSE;
    if (v->p[0] == '-') {
        if (n > (uint64_t)INT64_MAX + 1)
            return TT_EPARSE;
        *out = n ? -(int64_t)(n - 1) - 1 : 0;
        return 0;
    }
    if (n > INT64_MAX)
        return TT_EPARSE;
    *out = (int64_t)n;
    return 0;
}

int tt_json_uint(const struct tt_json *v, uint32_t *out)
{
    uint64_t n;
    double d;

    if (tt_json_type(v) != TT_JSON_NUMBER)
        return TT_EPARSE;
    if (!plain(v)) {
        if (tt_json_double(v, &d) < 0 || !(d >= 0) || (d <= UINT32_MAX && d != floor(d)))
            return TT_EPARSE;
        *out = d >= UINT32_MAX ? UINT32_MAX : (uint32_t)d;
        return 0;
    }
    if (!magnitude(v, &n))
        n = UINT64_MAX;
    if (v->p[0] == '-' && n)
        return TT_EPARSE;
    *out = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
    return 0;
}
