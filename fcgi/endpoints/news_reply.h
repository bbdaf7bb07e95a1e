/* news_reply.h -- what a poll is answered, rendered once for all who are told the
 * same (news_cache.h). */
#ifndef NEWS_REPLY_H
#define NEWS_REPLY_H

#include <stdbool.h>

#include "io/http.h"
#include "services/hub.h"

/* Answers with what is new in the rooms of 'question'. */
void news_reply_send(struct http_call *call,
                     const struct hub_question *question, bool with_html);

/* Answers that nothing is; 'retry_ms' is left out when it is 0. */
void news_reply_send_silence(struct http_call *call,
                             const struct hub_question *question,
                             unsigned retry_ms);

#endif
