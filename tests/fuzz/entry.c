/* entry.c -- the door by which libFuzzer comes in. */
#include "fuzz.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        fuzz_one(SPAN_NONE);
    fuzz_one((struct span){(const char *)data, size});
    return 0;
}
