/* log.c -- the road of a line: composed, escaped, gathered, written.
 *
 * No memory is asked for on it (log_quote, which does, comes before), so that
 * the line that says there is none left gets out.
 *
 * What is gathered is at most PIPE_BUF bytes: that much reaches a pipe whole or
 * not at all, and the lines of workers that share one are never mixed.  When
 * stderr is non-blocking and takes nothing, lines are kept while there is room,
 * then counted, and the count is logged when there is room again: a reader of
 * logs who sleeps must not stop the loop. */
#include "base/log.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

#define LINE_SIZE     2048 /* with its line feed */
#define QUOTE_LEN_MAX 200
#define QUOTES        4
#define NO_ERRNO      (-1)

_Static_assert(LINE_SIZE <= PIPE_BUF, "a line fits what is gathered");

/* A line on its way; what does not fit is cut off, and as more fits here than
 * leaves gather, that is where it shows. */
struct line {
    char text[LINE_SIZE];
    size_t len;
};

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARN] = "warn",
    [LOG_ERROR] = "error",
};

static enum log_level lowest = LOG_INFO;
static char process_field[64]; /* " process=...", or empty */
static char gathered[PIPE_BUF];
static size_t gathered_len;
static size_t lost_lines;

static void add_args(struct line *line, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
static void add(struct line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void log_line(enum log_level level, const char *event, int error,
                     const char *details, va_list args)
    __attribute__((format(printf, 4, 0)));

void log_init(enum log_level level, const char *process)
{
    lowest = level;
    process_field[0] = '\0';
    if (process != NULL)
        snprintf(process_field, sizeof process_field, " process=%s", process);
}

bool log_level_parse(const char *name, enum log_level *level)
{
    for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++) {
        if (strcmp(name, level_names[i]) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

bool log_wants(enum log_level level)
{
    return level >= lowest;
}

static void add_args(struct line *line, const char *format, va_list args)
{
    const size_t room = sizeof line->text - line->len;
    const int len = vsnprintf(line->text + line->len, room, format, args);

    if (len < 0)
        return;
    line->len += (size_t)len < room ? (size_t)len : room - 1;
}

static void add(struct line *line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_args(line, format, args);
    va_end(args);
}

static void begin(struct line *line, enum log_level level, const char *event)
{
    char now[CLOCK_TEXT_SIZE];

    line->len = 0;
    clock_format(now, clock_wall_ms());
    add(line, "%s %s event=%s%s", now, level_names[level], event,
        process_field);
}

static bool has_room(void)
{
    return sizeof gathered - gathered_len >= LINE_SIZE;
}

static bool make_room(void)
{
    if (!has_room())
        log_flush();
    return has_room();
}

static size_t escape(char *to, char c)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char byte = (unsigned char)c;

    if (c >= ' ' && c <= '~') {
        to[0] = c;
        return 1;
    }
    to[0] = '\\';
    to[1] = 'x';
    to[2] = digits[byte >> 4];
    to[3] = digits[byte & 0xF];
    return 4;
}

static void gather(const struct line *line)
{
    const size_t len_max = LINE_SIZE - strlen("\\xHH...\n");
    char *const start = gathered + gathered_len;
    char *end = start;
    size_t i;

    for (i = 0; i < line->len && end <= start + len_max; i++)
        end += escape(end, line->text[i]);
    if (i < line->len)
        end = stpcpy(end, "...");
    *end++ = '\n';
    gathered_len += (size_t)(end - start);
}

static void gather_lost(void)
{
    struct line line;

    begin(&line, LOG_WARN, "log_lines_lost");
    add(&line, " lines=%zu", lost_lines);
    gather(&line);
    lost_lines = 0;
}

static void gather_or_lose(const struct line *line)
{
    if (lost_lines > 0 && make_room())
        gather_lost();
    if (make_room())
        gather(line);
    else
        lost_lines++;
}

static void log_line(enum log_level level, const char *event, int error,
                     const char *details, va_list args)
{
    const int errno_before = errno;
    struct line line;

    if (!log_wants(level))
        return;
    begin(&line, level, event);
    if (error != NO_ERRNO)
        add(&line, " error=\"%s\"", strerror(error));
    if (details != NULL && details[0] != '\0') {
        add(&line, " ");
        add_args(&line, details, args);
    }
    gather_or_lose(&line);
    if (level >= LOG_WARN)
        log_flush();
    errno = errno_before;
}

void log_debug(const char *event, const char *details, ...)
{
    va_list args;

    va_start(args, details);
    log_line(LOG_DEBUG, event, NO_ERRNO, details, args);
    va_end(args);
}

void log_info(const char *event, const char *details, ...)
{
    va_list args;

    va_start(args, details);
    log_line(LOG_INFO, event, NO_ERRNO, details, args);
    va_end(args);
}

void log_warn(const char *event, const char *details, ...)
{
    va_list args;

    va_start(args, details);
    log_line(LOG_WARN, event, NO_ERRNO, details, args);
    va_end(args);
}

void log_error(const char *event, const char *details, ...)
{
    va_list args;

    va_start(args, details);
    log_line(LOG_ERROR, event, NO_ERRNO, details, args);
    va_end(args);
}

void log_warn_errno(const char *event, const char *details, ...)
{
    va_list args;

    va_start(args, details);
    log_line(LOG_WARN, event, errno, details, args);
    va_end(args);
}

void log_error_errno(const char *event, const char *details, ...)
{
    va_list args;

    va_start(args, details);
    log_line(LOG_ERROR, event, errno, details, args);
    va_end(args);
}

const char *log_quote(struct span text)
{
    static struct buf quotes[QUOTES];
    static size_t last;
    const int errno_before = errno;
    struct buf *quote = &quotes[last++ % QUOTES];

    buf_clear(quote);
    text_add_log(quote, text, QUOTE_LEN_MAX);
    errno = errno_before;
    return quote->data;
}

static void forget_first(size_t len)
{
    gathered_len -= len;
    memmove(gathered, gathered + len, gathered_len);
}

void log_flush(void)
{
    const int errno_before = errno;

    while (gathered_len > 0) {
        const ssize_t len = write(STDERR_FILENO, gathered, gathered_len);

        if (len > 0)
            forget_first((size_t)len);
        else if (errno == EAGAIN)
            break;
        else if (errno != EINTR)
            gathered_len = 0; /* closed: nobody will ever read them */
    }
    errno = errno_before;
}
