/* fuzz.h -- what the fuzz targets have in common.
 *
 * Each fuzz_<name>.c is a program of libFuzzer, which calls it with whatever
 * bytes have reached something new:
 *
 *     tests/fuzz/corpus/<name>/   inputs that are kept; where it begins
 *     tests/fuzz/<name>.dict      words worth trying, where there are such
 *     build/fuzz/<name>/          what a run has found on its way
 *
 * A target does not ask whether the code survives but whether it is right: it
 * compares with somebody who knows the answer in another way (oracle_*.h, the
 * libraries that we use, a second parser written for clarity), and undoes what
 * can be undone.  What must be true is a MUST, and a MUST that is not true is
 * a finding.  Each finding becomes a unit test and, once it is mended, an input
 * that is kept. */
#ifndef FUZZ_H
#define FUZZ_H

#include "base/fatal.h" /* MUST, for all targets */
#include "base/span.h"

/* What each target has: tries one input, whose bytes have an end that the
 * address sanitizer watches.  No bytes are tried as SPAN_NONE too. */
void fuzz_one(struct span input);

#endif
