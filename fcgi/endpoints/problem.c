#include "endpoints/problem.h"

#include "base/buf.h"
#include "endpoints/page.h"
#include "io/json.h"

#define UNAVAILABLE_HEADERS "Retry-After: 1\r\n"

static const struct {
    const char *slug; /* its type is /problems#slug */
    unsigned status;
    const char *title;
    const char *detail;
} problems[] = {
    [PROBLEM_BODY_MISSING] = {"body-missing", 400, "No message",
                              "The form has no field 'body'."},
    [PROBLEM_BODY_EMPTY] = {"body-empty", 400, "Empty message",
                            "The message consists of white space only."},
    [PROBLEM_BODY_TOO_LONG] = {"body-too-long", 400, "Message too long",
                               "A message has at most 4000 characters and "
                               "16000 bytes."},
    [PROBLEM_BODY_NOT_UTF8] = {"body-not-utf8", 400, "Not UTF-8",
                               "The message is not well-formed UTF-8."},
    [PROBLEM_BODY_CONTROL_CHARACTER] =
        {"body-control-character", 400, "Control character",
         "The message contains a control character other than tab and line "
         "feed."},
    [PROBLEM_ROOM_INVALID] = {"room-invalid", 400, "No such room name",
                              "A room's name is 1 to 64 of a-z 0-9 . _ - with "
                              "a letter or digit first."},
    [PROBLEM_CURSOR_INVALID] = {"cursor-invalid", 400, "Not a cursor",
                                "A cursor is what an earlier answer gave as "
                                "'cursor' or as a message's 'id'."},
    [PROBLEM_CLIENT_ID_INVALID] = {"client-id-invalid", 400, "Bad client_id",
                                   "A client_id is 1 to 64 of A-Z a-z 0-9 . _ "
                                   "-."},
    [PROBLEM_NEXT_INVALID] = {"next-invalid", 400, "Bad next",
                              "'next' is a path on this site that begins with "
                              "a single slash."},
    [PROBLEM_FIELD_REPEATED] = {"field-repeated", 400, "Repeated field",
                                "A field that may be there once is there more "
                                "often."},
    [PROBLEM_FIELD_INVALID] = {"field-invalid", 400, "Bad field",
                               "A field has a value that makes no sense: "
                               "'html' is 0 or 1, and with several rooms there "
                               "is a cursor for each or for none."},
    [PROBLEM_FORM_MALFORMED] = {"form-malformed", 400, "Malformed form",
                                "A percent escape is broken, or there are too "
                                "many fields."},
    [PROBLEM_TOO_MANY_ROOMS] = {"too-many-rooms", 400, "Too many rooms",
                                "One request asks for at most 32 rooms."},
    [PROBLEM_CROSS_SITE] = {"cross-site", 403, "From another site",
                            "The request says that it comes from another "
                            "site."},
    [PROBLEM_XSRF_MISMATCH] = {"xsrf-mismatch", 403, "Wrong _xsrf",
                               "The request carries a session, and no '_xsrf' "
                               "that belongs to it."},
    [PROBLEM_NOT_FOUND] = {"not-found", 404, "Not found",
                           "There is nothing at this address."},
    [PROBLEM_METHOD_NOT_ALLOWED] = {"method-not-allowed", 405,
                                    "Method not allowed",
                                    "See the Allow header for what can be done "
                                    "here."},
    [PROBLEM_CLIENT_ID_REUSED] = {"client-id-reused", 409, "client_id reused",
                                  "Another message was sent to this room under "
                                  "the same client_id."},
    [PROBLEM_NOT_A_FORM] = {"not-a-form", 415, "Not a form",
                            "Send application/x-www-form-urlencoded."},
    [PROBLEM_FRAME_MALFORMED] = {"frame-malformed", 400, "Malformed frame",
                                 "A frame is one JSON object with a 'type', "
                                 "and nothing in it is nested deeply."},
    [PROBLEM_TYPE_UNKNOWN] = {"type-unknown", 400, "Unknown type",
                              "A frame's 'type' is subscribe, unsubscribe, "
                              "post or ping."},
    [PROBLEM_UPGRADE_REQUIRED] = {"upgrade-required", 426, "Not a WebSocket",
                                  "There is nothing here but a WebSocket, and "
                                  "the request does not ask for one."},
    [PROBLEM_TOO_MANY_REQUESTS] = {"too-many-requests", 429,
                                   "Too many requests",
                                   "This connection asks for more than its "
                                   "share. Try again in a second."},
    [PROBLEM_UNAVAILABLE] = {"unavailable", 503, "Try again",
                             "The storage does not answer at the moment. What "
                             "you sent may be sent again."},
};

struct problem_text problem_text(enum problem problem)
{
    return (struct problem_text){problems[problem].slug,
                                 problems[problem].title,
                                 problems[problem].detail};
}

void problem_add_json(struct buf *json, enum problem problem)
{
    buf_addf(json,
             "{\"type\":\"/problems#%s\",\"title\":", problems[problem].slug);
    json_add_string(json, span_of(problems[problem].title));
    buf_addf(json, ",\"status\":%u,\"detail\":", problems[problem].status);
    json_add_string(json, span_of(problems[problem].detail));
    buf_add_str(json, "}\n");
}

static void send_json(struct http_call *call, enum problem problem,
                      const char *headers)
{
    struct buf json = {0};

    problem_add_json(&json, problem);
    http_send(call, problems[problem].status, "application/problem+json",
              headers, buf_span(&json));
    buf_fini(&json);
}

static void send_page(struct http_call *call, enum problem problem,
                      const char *headers)
{
    struct buf html = {0};

    page_begin(&html, problems[problem].title);
    buf_add_str(&html, "<main class=\"problem\">\n<h1>");
    text_add_html(&html, span_of(problems[problem].title));
    buf_add_str(&html, "</h1>\n<p>");
    text_add_html(&html, span_of(problems[problem].detail));
    buf_addf(&html,
             "</p>\n<p><a href=\"/problems#%s\">More about this "
             "<span lang=\"zh-Hans\">详细说明</span></a></p>\n</main>\n",
             problems[problem].slug);
    page_end(&html);
    http_send(call, problems[problem].status, "text/html; charset=utf-8",
              headers, buf_span(&html));
    buf_fini(&html);
}

void problem_send_with(struct http_call *call, enum problem problem,
                       const char *headers)
{
    if (call->wants_html)
        send_page(call, problem, headers);
    else
        send_json(call, problem, headers);
}

void problem_send(struct http_call *call, enum problem problem)
{
    problem_send_with(call, problem,
                      problem == PROBLEM_UNAVAILABLE ? UNAVAILABLE_HEADERS
                                                     : NULL);
}
