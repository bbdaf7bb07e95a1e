/* page.h -- the frame of the few pages that a worker makes itself, for
 * browsers without JavaScript. */
#ifndef PAGE_H
#define PAGE_H

#include "base/buf.h"
#include "base/text.h"

/* Appends everything up to <main>; 'title' is plain text. */
void page_begin(struct buf *html, const char *title);

/* Appends what follows </main>. */
void page_end(struct buf *html);

#endif
