/* contact_list.h -- whom one knows.
 *
 * GET /a/contact/list     200 {"contacts":[{"person":"a17","name":"Zoë",
 *     "state":"asks"},...]}: who asks comes first, the newest first.  "state"
 *     is "asks", "asked" (by oneself), "accepted" or "blocked" */
#ifndef CONTACT_LIST_H
#define CONTACT_LIST_H

#include "endpoints/app.h"
#include "services/contacts_sql.h"

void contact_list_all(struct app *app, struct http_call *call,
                      const struct http_request *http);

/* Appends one as an object. */
void contact_list_add(struct buf *json, const struct contact_seen *seen);

#endif
