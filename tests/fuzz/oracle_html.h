/* oracle_html.h -- the html of a message as a reader who trusts nothing sees it.
 *
 * Our markup is small, so this is no HTML parser but a grammar of what we may
 * write, byte by byte; whatever else is there, one '<' or '&' too many, is a
 * finding:
 *
 *     message = <div class="messageCLASS" id="mID"[ data-of="mID"]
 *               ( hidden> | ><b class="author">text</b> [mark] [said] [mark] )
 *               </div>
 *     said    = <span class="body" dir="auto">body</span>
 *     mark    = <small class="mark">text <span lang="zh-Hans">text</span></small>
 *     body    = ( text | <br> | link )*
 *     link    = <a href="text" rel="nofollow ugc noopener noreferrer"
 *               target="_blank">text</a>
 *     text    = ( &amp; | &lt; | &gt; | &quot; | &#39; | any but & < > " ' )*
 *
 * (in one line, with a space where it is broken here). */
#ifndef ORACLE_HTML_H
#define ORACLE_HTML_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

enum mark { MARK_PLAIN, MARK_LINK_BEGINS, MARK_LINK };

/* What a person who looks at the page has before him.  A zeroed one is empty. */
struct seen_body {
    struct buf text;  /* references resolved, <br> as a line feed */
    struct buf marks; /* an enum mark for each byte of it */
};

/* Aborts when 'html' is not a body. */
void oracle_read_body(struct seen_body *seen, struct span html);

/* A message.  A zeroed one is empty. */
struct seen_message {
    struct buf class; /* what stands behind "message" */
    struct buf id;
    struct buf of; /* empty: none */
    struct buf author;
    struct buf mark; /* its English; empty: none */
    struct seen_body body;
    bool has_body;
    bool is_hidden;
};

/* Aborts when 'html' is not a message. */
void oracle_read_message(struct seen_message *seen, struct span html);
void seen_message_fini(struct seen_message *seen);

void seen_body_fini(struct seen_body *seen);

/* Aborts unless the links in a body are just those that message.h promises.
 * Of well-formed UTF-8. */
void oracle_check_links(const struct seen_body *seen);

#endif
