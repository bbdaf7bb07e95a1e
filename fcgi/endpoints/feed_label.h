/* feed_label.h -- how readers are told which feed something is about. */
#ifndef FEED_LABEL_H
#define FEED_LABEL_H

#include "base/buf.h"

/* Appends "room":"tea"; or "feed":"shop" where it is no room (feed_name.h).  Names
 * need no quoting. */
void feed_label_add(struct buf *json, struct span name);

#endif
