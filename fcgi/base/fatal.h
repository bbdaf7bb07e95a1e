/* fatal.h -- we are wrong: say it in one line and stop.
 *
 * For broken invariants only.  A worker that is wrong should stop rather than
 * serve wrong; the pool starts a fresh one.  Stays on in production. */
#ifndef FATAL_H
#define FATAL_H

/* Logs "event=bug file=... line=... what=..." and aborts. */
_Noreturn void fatal_bug(const char *file, int line, const char *what);

#define MUST(condition) \
    ((condition) ? (void)0 : fatal_bug(__FILE__, __LINE__, #condition))

#endif
