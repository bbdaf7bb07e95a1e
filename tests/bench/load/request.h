/* request.h -- writes HTTP/1.1 requests. */
#ifndef REQUEST_H
#define REQUEST_H

#include "base/buf.h"
#include "base/span.h"

/* 'fields' are further header fields, each with its CR LF, "" for none. */
void request_get(struct buf *to, const char *path, const char *fields);

void request_post(struct buf *to, const char *path, const char *fields,
                  const char *type, struct span body);

#define REQUEST_FORM "application/x-www-form-urlencoded"
#define REQUEST_TEXT "text/plain"

/* Appends "name=value&" to a form; what must be encoded is. */
void request_add_field(struct buf *form, const char *name, struct span value);

#endif
