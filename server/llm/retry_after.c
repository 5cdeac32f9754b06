/* retry_after.c -- how long a server asks us to wait, in every form it is said. */
#include "llm/failure.h"

#define MS_PER_DAY INT64_C(86400000)
#define WAIT_MAX   (30 * MS_PER_DAY) /* more than that is a mistake, or no wait at all */

/* ---- numbers and durations ---- */

static size_t digits(tt_str s, int64_t *out)
{
    size_t n = 0;

    *out = 0;
    while (n < s.n && n < 15 && s.p[n] >= '0' && s.p[n] <= '9')
        *out = *out * 10 + (s.p[n++] - '0');
    return n;
}

/* "2", "0.25": thousandths of it; how many bytes were read, 0 for none. */
static size_t decimal(tt_str s, int64_t *thousandths)
{
    int64_t whole, fraction = 0, scale = 100;
    size_t n = digits(s, &whole);

    if (n == 0 || whole > WAIT_MAX)
        return 0;
    if (n < s.n && s.p[n] == '.') {
        for (n++; n < s.n && s.p[n] >= '0' && s.p[n] <= '9'; n++, scale /= 10)
            fraction += (s.p[n] - '0') * scale;
    }
    *thousandths = whole * 1000 + fraction;
    return n;
}

/* Go's durations: "12ms", "1s", "6m0s", "1h2m3.5s". */
static int64_t duration(tt_str s)
{
    static const struct {
        tt_str unit;
        int64_t ms;
    } units[] = {
        { TT_STR_INIT("ms"), 1 },
        { TT_STR_INIT("h"), 3600000 },
        { TT_STR_INIT("m"), 60000 },
        { TT_STR_INIT("s"), 1000 },
    };
    int64_t total = 0, part;

    if (s.n == 0)
        return -1;
    while (s.n > 0) {
        size_t n = decimal(s, &part), u = 0;

        s = tt_str_sub(s, n, s.n);
        while (u < 4 && !tt_str_starts(s, units[u].unit))
            u++;
        if (n == 0 || u == 4 || part > WAIT_MAX)
            return -1;
        total += part * units[u].ms / 1000;
        if (total > WAIT_MAX)
            return -1;
        s = tt_str_sub(s, units[u].unit.n, s.n);
    }
    return total;
}

/* ---- dates ---- */

static int64_t days_from_civil(int64_t y, int64_t m, int64_t d)
{
    /* Howard Hinnant's: March is the first month, eras are 400 years. */
    int64_t era, yoe, doy;

    y -= m <= 2;
    era = (y >= 0 ? y : y - 399) / 400;
    yoe = y - era * 400;
    doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int64_t month_of(tt_str s)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    for (int64_t m = 0; s.n >= 3 && m < 12; m++) {
        const char *name = names + m * 3;

        if ((s.p[0] | 0x20) == name[0] && (s.p[1] | 0x20) == name[1] && (s.p[2] | 0x20) == name[2])
            return m + 1;
    }
    return 0;
}

/* The next number of *s, skipping what is not a digit; -1 when there is none. */
static int64_t next_number(tt_str *s)
{
    int64_t value;
    size_t n;

    while (s->n > 0 && (s->p[0] < '0' || s->p[0] > '9'))
        *s = tt_str_sub(*s, 1, s->n);
    n = digits(*s, &value);
    *s = tt_str_sub(*s, n, s->n);
    return n ? value : -1;
}

static int64_t clock_ms(int64_t days, tt_str *s)
{
    int64_t h = next_number(s), m = next_number(s), sec = next_number(s);

    if (h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 60)
        return -1;
    return days * MS_PER_DAY + ((h * 60 + m) * 60 + sec) * 1000;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", the only form that is still written. */
static int64_t http_date(tt_str s)
{
    int64_t day, month = 0, year;

    if (s.n < 20 || !memchr(s.p, ',', s.n))
        return -1;
    day = next_number(&s);
    while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '-'))
        s = tt_str_sub(s, 1, s.n);
    month = month_of(s);
    year = next_number(&s);
    if (day < 1 || day > 31 || !month || year < 1970 || year > 9999)
        return -1;
    return clock_ms(days_from_civil(year, month, day), &s);
}

/* RFC 3339: "2025-08-21T12:40:59Z", with a fraction or an offset. */
static int64_t rfc3339(tt_str s)
{
    int64_t year = next_number(&s), month = next_number(&s), day = next_number(&s), at, offset;

    if (year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return -1;
    at = clock_ms(days_from_civil(year, month, day), &s);
    if (at < 0)
        return -1;
    if (s.n > 0 && s.p[0] == '.') { /* under a second: not worth reading */
        int64_t fraction = next_number(&s);
        (void)fraction;
    }
    if (s.n > 0 && (s.p[0] == '+' || s.p[0] == '-')) {
        int64_t sign = s.p[0] == '+' ? -1 : 1;
        int64_t h = next_number(&s), m = next_number(&s);

        offset = (h < 0 ? 0 : h) * 60 + (m < 0 ? 0 : m);
        at += sign * offset * 60000;
    }
    return at;
}

static int64_t until(int64_t at, int64_t now)
{
    if (at < 0)
        return -1;
    return at > now ? at - now : 0;
}

/* ---- headers ---- */

static int64_t plain(tt_str value, int64_t wall_ms)
{
    int64_t thousandths;

    if (value.n == 0)
        return -1;
    if (decimal(value, &thousandths) == value.n)
        return thousandths;
    return until(http_date(value), wall_ms);
}

static bool is_zero(tt_str s)
{
    int64_t value;

    return s.n > 0 && digits(s, &value) == s.n && value == 0;
}

/* The longest reset among the limits that are used up. */
static int64_t reset(const struct tt_http_header *headers, size_t n, int64_t wall_ms)
{
    static const struct {
        const char *remaining, *reset;
    } rows[] = {
        { "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests" },
        { "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens" },
        { "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset" },
        { "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset" },
        { "anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset" },
        { "anthropic-ratelimit-output-tokens-remaining",
          "anthropic-ratelimit-output-tokens-reset" },
    };
    int64_t longest = -1;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tt_str value = tt_llm_header(headers, n, rows[i].reset);
        int64_t ms = duration(value);

        if (!is_zero(tt_llm_header(headers, n, rows[i].remaining)))
            continue;
        if (ms < 0)
            ms = until(rfc3339(value), wall_ms);
        if (ms > longest)
            longest = ms;
    }
    return longest;
}

int64_t tt_llm_retry_after(const struct tt_http_header *headers, size_t n, int64_t wall_ms)
{
    tt_str exact = tt_llm_header(headers, n, "retry-after-ms");
    int64_t ms;

    if (exact.n > 0 && decimal(exact, &ms) == exact.n)
        return ms / 1000 > WAIT_MAX ? -1 : ms / 1000;
    ms = plain(tt_llm_header(headers, n, "retry-after"), wall_ms);
    if (ms < 0)
        ms = reset(headers, n, wall_ms);
    return ms > WAIT_MAX ? -1 : ms;
}
