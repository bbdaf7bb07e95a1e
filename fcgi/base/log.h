/* log.h -- one event, one line, on stderr.
 *
 *     2026-11-21T09:30:00.123Z info event=worker_ready worker=1 listen="..."
 *
 * Levels by who must act: error somebody, now; warn it mended itself but look;
 * info the life of the process and one line per request; debug the rest, off.
 *
 * 'details' is a printf format that makes "key=value key=value".  Text from
 * outside goes in through log_quote(); besides, control characters anywhere in
 * the line are escaped, so that nothing can write a second line.  Never the
 * text of a message, a token or a cookie.
 *
 * Lines of info and debug are gathered and written by log_flush, which the
 * loop calls at the end of each turn: thousands of requests a second must not
 * each cost a system call.  warn and error are written at once, with what was
 * gathered before them.  errno is left as it was. */
#ifndef LOG_H
#define LOG_H

#include "base/span.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Lines below 'level' are dropped; 'process' (copied, may be NULL) is added to
 * each line as process=... */
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

void log_flush(void);

#endif
