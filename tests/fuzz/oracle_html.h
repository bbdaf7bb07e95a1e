/* oracle_html.h -- the html of a message as a reader who trusts nothing sees it.
 *
 * Our markup is small, so this is no HTML parser but a grammar of what we may
 * write, byte by byte; whatever else is there, one '<' or '&' too many, is a
 * finding:
 *
 *     message = <div class="message" id="mID"><b class="author">text</b>
 *               <span class="body" dir="auto">body</span></div>
 *     body    = ( text | <br> | link )*
 *     link    = <a href="text" rel="nofollow ugc noopener noreferrer"
 *               target="_blank">text</a>
 *     text    = ( &amp; | &lt; | &gt; | &quot; | &#39; | any but & < > " ' )*
 *
 * (in one line, with a space where it is broken here). */
#ifndef ORACLE_HTML_H
#define ORACLE_HTML_H

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

/* Aborts when 'html' is not a message; 'id' and 'author' as they are seen. */
void oracle_read_message(struct buf *id, struct buf *author,
                         struct seen_body *body, struct span html);

void seen_body_fini(struct seen_body *seen);

/* Aborts unless the links in a body are just those that message.h promises.
 * Of well-formed UTF-8. */
void oracle_check_links(const struct seen_body *seen);

#endif
