/* addresses.h -- how much one address may say, over all its connections to this
 * gateway.
 *
 * nginx counts the forms of an address (nginx/limits.conf), but of a WebSocket it
 * sees no more than the handshake.  So it tells us whose it is, and we count the
 * same.  An address is kept until it could say as much as one that is new: who
 * leaves and comes back gains nothing by it. */
#ifndef ADDRESSES_H
#define ADDRESSES_H

#include <stdbool.h>

#include "base/span.h"
#include "io/loop.h"

/* As in nginx/limits.conf and http.conf. */
#define ADDRESS_POSTS_PER_S 50
#define ADDRESS_POSTS_BURST 200

struct addresses;
struct address;

struct addresses *addresses_new(struct loop *loop);
void addresses_free(
    struct addresses *addresses); /* NULL is fine; none is used */

/* Lends the one of that name until address_unuse.  NULL for SPAN_NONE: nobody
 * wants it counted. */
struct address *addresses_use(struct addresses *addresses, struct span name);
void address_unuse(struct address *address); /* NULL is fine */

/* Whether one more post may be taken; it counts then.  Always, for NULL. */
bool address_may_post(struct address *address);

/* Forgets those that are not used; to be called now and then. */
void addresses_forget(struct addresses *addresses);

#endif
