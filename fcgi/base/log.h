/* log.h -- one event, one line, on stderr.
 *
 *     2026-11-21T09:30:00.123Z info event=ready process=worker-1 listen="..."
 *
 * Levels by who must act: error somebody, now; warn it mended itself but look;
 * info the life of the process and one line per request; debug the rest, off.
 *
 * 'details' is a printf format that makes "key=value key=value", or NULL.  Text
 * from outside goes in through log_quote(); besides, everything in the line but
 * printable ASCII is escaped, so that nothing can write a second line.  Never
 * the text of a message, a token or a cookie.  A line of more than 2 KB is cut
 * and ends in "...".
 *
 * Lines of info and debug are gathered and written by log_flush, which the
 * loop calls at the end of each turn: thousands of requests a second must not
 * each cost a system call.  warn and error are written at once, with what was
 * gathered before them.  errno is left as it was.
 *
 * From one thread only: that of the loop. */
#ifndef LOG_H
#define LOG_H

#include "base/span.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Lines below 'level' (info until this is called) are dropped; 'process'
 * (copied, may be NULL) is added to each line as process=... */
void log_init(enum log_level level, const char *process);

/* True and the level, or false when 'name' is none. */
_Bool log_level_parse(const char *name, enum log_level *level);

/* Whether lines of that level are kept: to skip work that only feeds one. */
_Bool log_wants(enum log_level level);

void log_debug(const char *event, const char *details, ...)
    __attribute__((format(printf, 2, 3)));
void log_info(const char *event, const char *details, ...)
    __attribute__((format(printf, 2, 3)));
void log_warn(const char *event, const char *details, ...)
    __attribute__((format(printf, 2, 3)));
void log_error(const char *event, const char *details, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with error="..." of the present errno. */
void log_warn_errno(const char *event, const char *details, ...)
    __attribute__((format(printf, 2, 3)));
void log_error_errno(const char *event, const char *details, ...)
    __attribute__((format(printf, 2, 3)));

/* 'text' in double quotes and escaped, cut at 200 bytes.  Lent: valid until
 * the fourth call after this one. */
const char *log_quote(struct span text);

/* Before fork() and exit() too: the child would write the gathered lines a
 * second time, and an exit would lose them. */
void log_flush(void);

#endif
