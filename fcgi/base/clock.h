/* clock.h -- two clocks that must not be mixed up.
 *
 * Deadlines and durations use the monotonic one ('..._ms', 'deadline_ms'),
 * which nobody can set.  What people read ('..._at') is wall-clock time, which
 * jumps when the machine's clock is set. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds since some moment in the past; never goes back. */
uint64_t clock_mono_ms(void);

/* Milliseconds since 1970-01-01T00:00:00Z. */
uint64_t clock_wall_ms(void);

#define CLOCK_TEXT_SIZE 25 /* "2026-11-21T09:30:00.123Z" and its NUL */

/* 'wall_ms' as RFC 3339 text in UTC with milliseconds.  What is later than the
 * year 9999, which that format ends with, is written as its last moment. */
void clock_format(char text[CLOCK_TEXT_SIZE], uint64_t wall_ms);

#endif
