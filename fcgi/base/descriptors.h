/* descriptors.h -- how many files and sockets this process may have open. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include <stddef.h>

/* Raises the limit as far as we may, but not above 'most', once in a process.
 *
 * And has the kernel make room for them now, as long as we have no threads.  The
 * table of a process grows when it is full, and where threads share it each of
 * them has to be done with the old one first (synchronize_rcu): the loop would
 * stand for 10 to 40 ms at the 64th connection, the 128th, the 256th and so
 * on. */
void descriptors_raise(size_t most);

/* What it is now. */
size_t descriptors_limit(void);

#endif
