#include "base/dice.h"

#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"

/* SplitMix64 (Steele, Lea, Flood 2014): a counter, well mixed. */
uint64_t dice_roll(void)
{
    static uint64_t counter;
    uint64_t z;

    if (counter == 0 && getrandom(&counter, sizeof(counter), 0) == -1)
        counter = clock_mono_ms() << 22 ^ (uint64_t)getpid();
    z = (counter += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t dice_roll_below(uint64_t below)
{
    return dice_roll() % below;
}

uint64_t dice_shorten(uint64_t ms)
{
    return ms - dice_roll_below(ms / 10 + 1);
}
