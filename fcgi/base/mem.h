/* mem.h -- memory that does not fail.
 *
 * A worker that cannot get a few hundred bytes cannot serve either, and code
 * that handles the impossible is never run and so never right.  These end the
 * process with one line; the pool starts a fresh one.  Sizes that come from
 * outside are checked against a limit before they get here. */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

/* 'size' zeroed bytes, the caller's to mem_free. */
void *mem_alloc(size_t size);

/* 'ptr' grown or shrunk to 'size' bytes; new bytes are not zeroed. */
void *mem_resize(void *ptr, size_t size);

/* A copy of 'len' bytes with a NUL behind them, the caller's to mem_free. */
char *mem_copy(const char *from, size_t len);

/* A copy of a C string, the caller's to mem_free. */
char *mem_copy_str(const char *from);

/* NULL is fine. */
void mem_free(void *ptr);

#endif
