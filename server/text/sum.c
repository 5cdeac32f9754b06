/* sum.c -- counts what a run of bytes holds, eight bytes at a time. */
#include "text/node.h"

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* 0x80 in each byte of `word` that is zero, exactly (no carry between bytes). */
static uint64_t zero_bytes(uint64_t word)
{
    uint64_t low = (word & EACH(0x7F)) + EACH(0x7F);

    return ~(low | word | EACH(0x7F));
}

/* How many bytes of `marks` are 0x80; the others are zero. */
static uint32_t count_marks(uint64_t marks)
{
    return (uint32_t)((marks >> 7) * EACH(1) >> 56);
}

static void add_word(struct tt_sum *sum, uint64_t word)
{
    uint64_t high = word & EACH(0x80);

    sum->lf += count_marks(zero_bytes(word ^ EACH('\n')));
    sum->cr += count_marks(zero_bytes(word ^ EACH('\r')));
    sum->chars += 8;
    sum->utf16 += 8;
    if (high) {
        uint64_t six = word << 1 & EACH(0x80);                           /* bit 6 of each */
        uint32_t more = count_marks(high & ~six);                        /* 10xxxxxx */
        uint32_t wide = count_marks(high & six & word << 2 & word << 3); /* 1111xxxx */

        sum->chars -= more;
        sum->utf16 -= more;
        sum->utf16 += wide;
    }
}

static void add_byte(struct tt_sum *sum, unsigned char c)
{
    bool starts = (c & 0xC0) != 0x80;

    sum->lf += c == '\n';
    sum->cr += c == '\r';
    sum->chars += starts;
    sum->utf16 += (uint32_t)starts + (c >= 0xF0);
}

static uint32_t count_pairs(tt_str bytes)
{
    const char *end = bytes.p + bytes.n;
    uint32_t n = 0;

    for (const char *p = bytes.p; (p = memchr(p, '\r', (size_t)(end - p))); p++)
        n += p + 1 < end && p[1] == '\n';
    return n;
}

struct tt_sum tt_sum_of(tt_str bytes)
{
    struct tt_sum sum = { .bytes = (uint32_t)bytes.n };
    size_t i = 0;

    if (!bytes.n)
        return sum;
    for (; bytes.n - i >= 8; i += 8) {
        uint64_t word;

        memcpy(&word, bytes.p + i, 8);
        add_word(&sum, word);
    }
    for (; i < bytes.n; i++)
        add_byte(&sum, (unsigned char)bytes.p[i]);
    if (sum.cr && sum.lf)
        sum.crlf = count_pairs(bytes);
    sum.lf_first = bytes.p[0] == '\n';
    sum.cr_last = bytes.p[bytes.n - 1] == '\r';
    return sum;
}

void tt_sum_add(struct tt_sum *sum, const struct tt_sum *more)
{
    if (!more->bytes)
        return;
    if (!sum->bytes) {
        *sum = *more;
        return;
    }
    sum->bytes += more->bytes;
    sum->lf += more->lf;
    sum->cr += more->cr;
    sum->crlf += more->crlf + (sum->cr_last && more->lf_first);
    sum->utf16 += more->utf16;
    sum->chars += more->chars;
    sum->cr_last = more->cr_last;
}
