#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/log.h"

/* log_error asks for no memory. */
static void *must_have(void *ptr, size_t size)
{
    if (ptr == NULL) {
        log_error("out_of_memory", "bytes=%zu", size);
        abort();
    }
    return ptr;
}

/* malloc(0) may be NULL, and realloc(ptr, 0) may free. */
static size_t at_least_one(size_t size)
{
    return size > 0 ? size : 1;
}

void *mem_alloc(size_t size)
{
    return must_have(calloc(1, at_least_one(size)), size);
}

void *mem_resize(void *ptr, size_t size)
{
    return must_have(realloc(ptr, at_least_one(size)), size);
}

char *mem_copy(const char *from, size_t len)
{
    char *copy;

    MUST(len < SIZE_MAX);
    copy = mem_resize(NULL, len + 1);
    if (len > 0)
        memcpy(copy, from, len);
    copy[len] = '\0';
    return copy;
}

char *mem_copy_str(const char *from)
{
    return mem_copy(from, strlen(from));
}

void mem_free(void *ptr)
{
    free(ptr);
}
