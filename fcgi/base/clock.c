#include "base/clock.h"

#include <string.h>
#include <time.h>

#define LAST_MS UINT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

/* Both clocks are in every Linux, and clock_gettime does not fail for them. */
static uint64_t read_ms(clockid_t clock)
{
    struct timespec now = {0};

    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t clock_mono_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

uint64_t clock_wall_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}

static void put_digits(char *at, int count, int value)
{
    for (; count > 0; value /= 10)
        at[--count] = (char)('0' + value % 10);
}

/* By hand, because strftime takes most of the time that a line of the log
 * takes. */
void clock_format(char text[CLOCK_TEXT_SIZE], uint64_t wall_ms)
{
    const uint64_t ms = wall_ms < LAST_MS ? wall_ms : LAST_MS;
    const time_t seconds = (time_t)(ms / 1000);
    struct tm tm = {0};

    gmtime_r(&seconds, &tm);
    memcpy(text, "YYYY-MM-DDThh:mm:ss.mmmZ", CLOCK_TEXT_SIZE);
    put_digits(text, 4, tm.tm_year + 1900);
    put_digits(text + 5, 2, tm.tm_mon + 1);
    put_digits(text + 8, 2, tm.tm_mday);
    put_digits(text + 11, 2, tm.tm_hour);
    put_digits(text + 14, 2, tm.tm_min);
    put_digits(text + 17, 2, tm.tm_sec);
    put_digits(text + 20, 3, (int)(ms % 1000));
}
