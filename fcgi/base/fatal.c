#include "base/fatal.h"

#include <stdlib.h>

#include "base/log.h"

void fatal_bug(const char *file, int line, const char *what)
{
    log_error("bug", "file=%s line=%d what=%s", file, line,
              log_quote(span_of(what)));
    abort();
}
