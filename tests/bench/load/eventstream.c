#include "load/eventstream.h"

/* Takes one line, without its end; false when its end has not come yet. */
static bool take_line(struct span text, size_t *at, struct span *line)
{
    const char *begin = text.at + *at;
    const char *end =
        *at < text.len ? memchr(begin, '\n', text.len - *at) : NULL;

    if (end == NULL)
        return false;
    *at = (size_t)(end - text.at) + 1;
    line->at = begin;
    line->len = (size_t)(end - begin);
    if (line->len > 0 && begin[line->len - 1] == '\r')
        line->len--;
    return true;
}

/* The value of a line that begins with 'name' and a colon; SPAN_NONE when it
 * is another. */
static struct span value_of(struct span line, const char *name)
{
    const size_t len = strlen(name);
    size_t begin = len + 1;

    if (line.len < begin || memcmp(line.at, name, len) != 0 ||
        line.at[len] != ':')
        return SPAN_NONE;
    if (line.len > begin && line.at[begin] == ' ')
        begin++;
    return (struct span){line.at + begin, line.len - begin};
}

static void add_data(struct event *event, struct span value)
{
    if (event->data.at == NULL) {
        event->data = value; /* mostly the only line: nothing is copied */
        return;
    }
    if (event->joined.len == 0)
        buf_add_span(&event->joined, event->data);
    buf_add_char(&event->joined, '\n');
    buf_add_span(&event->joined, value);
    event->data = buf_span(&event->joined);
}

static void take_field(struct event *event, struct span line)
{
    const struct span data = value_of(line, "data");
    const struct span id = value_of(line, "id");
    const struct span name = value_of(line, "event");

    if (data.at != NULL)
        add_data(event, data);
    if (id.at != NULL)
        event->id = id;
    if (name.at != NULL)
        event->name = name;
}

bool event_next(struct span text, size_t *at, struct event *event)
{
    size_t end = *at;
    struct span line;

    event->id = event->name = event->data = SPAN_NONE;
    buf_clear(&event->joined);
    while (take_line(text, &end, &line)) {
        if (line.len == 0) {
            *at = end;
            return true;
        }
        take_field(event, line);
    }
    return false;
}

void event_fini(struct event *event)
{
    buf_fini(&event->joined);
}
