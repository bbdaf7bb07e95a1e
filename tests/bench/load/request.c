#include "load/request.h"

#include <ctype.h>
#include <string.h>

void request_get(struct buf *to, const char *path, const char *fields)
{
    buf_addf(to, "GET %s HTTP/1.1\r\nHost: bench\r\n%s\r\n", path, fields);
}

void request_post(struct buf *to, const char *path, const char *fields,
                  const char *type, struct span body)
{
    buf_addf(to,
             "POST %s HTTP/1.1\r\nHost: bench\r\n%s"
             "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n",
             path, fields, type, body.len);
    buf_add_span(to, body);
}

void request_add_field(struct buf *form, const char *name, struct span value)
{
    buf_add_str(form, name);
    buf_add_char(form, '=');
    for (size_t i = 0; i < value.len; i++) {
        const char c = value.at[i];

        if (isalnum((unsigned char)c) ||
            (c != '\0' && strchr("-._~", c) != NULL))
            buf_add_char(form, c);
        else if (c == ' ')
            buf_add_char(form, '+');
        else
            buf_addf(form, "%%%02X", (unsigned char)c);
    }
    buf_add_char(form, '&');
}
