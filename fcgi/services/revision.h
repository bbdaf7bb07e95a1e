/* revision.h -- what an edit or deletion makes of what a worker remembers.
 *
 * In the list in Redis the earlier message is replaced in the same step in which
 * the later one is added (revise.lua has the rules).  A worker that hears of the
 * later one does the same to its tail, so that nobody is told the old text from
 * then on. */
#ifndef REVISION_H
#define REVISION_H

#include "model/tail.h"

/* Applies 'revision', an edit or deletion that is the newest entry of the tail,
 * to those before it.  Does nothing when they are gone already. */
void revision_apply(struct tail *tail, const struct tail_entry *revision);

#endif
