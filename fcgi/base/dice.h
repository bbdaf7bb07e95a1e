/* dice.h -- random numbers that nobody needs to be kept from guessing.
 *
 * For jitter, sampling and names that only have to differ: no system call, a
 * few nanoseconds.  What must not be guessed comes from io/secret.h. */
#ifndef DICE_H
#define DICE_H

#include <stdint.h>

/* 64 bits; the sequence differs from process to process. */
uint64_t dice_roll(void);

/* 'ms' less up to a tenth: so that those who came together do not come back
 * together. */
uint64_t dice_shorten(uint64_t ms);

/* 0 to 'below' - 1, 'below' not 0. */
uint64_t dice_roll_below(uint64_t below);

#endif
