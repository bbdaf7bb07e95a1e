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
    [PROBLEM_MESSAGE_NOT_FOUND] =
        {"message-not-found", 404, "No such message",
         "There is no message of that id in this room, or not any more."},
    [PROBLEM_MESSAGE_DELETED] = {"message-deleted", 409, "Deleted",
                                 "The message has been deleted."},
    [PROBLEM_NOT_YOURS] = {"not-yours", 403, "Not yours",
                           "Somebody else said that."},
    [PROBLEM_TOO_LATE] = {"too-late", 403, "Too late",
                          "A message can be edited for 15 minutes."},
    [PROBLEM_NOT_A_FORM] = {"not-a-form", 415, "Not a form",
                            "Send application/x-www-form-urlencoded."},
    [PROBLEM_FRAME_MALFORMED] = {"frame-malformed", 400, "Malformed frame",
                                 "A frame is one JSON object with a 'type', "
                                 "and nothing in it is nested deeply."},
    [PROBLEM_TYPE_UNKNOWN] = {"type-unknown", 400, "Unknown type",
                              "A frame's 'type' is subscribe, unsubscribe, "
                              "post, edit, delete, typing or ping."},
    [PROBLEM_UPGRADE_REQUIRED] = {"upgrade-required", 426, "Not a WebSocket",
                                  "There is nothing here but a WebSocket, and "
                                  "the request does not ask for one."},
    [PROBLEM_TOO_MANY_REQUESTS] = {"too-many-requests", 429,
                                   "Too many requests",
                                   "This connection, or its address, asks for "
                                   "more than its share. Try again in a "
                                   "second."},
    [PROBLEM_SIGN_IN_REQUIRED] =
        {"sign-in-required", 401, "Sign in first",
         "Only who is signed in to an account may do this."},
    [PROBLEM_SESSION_ENDED] =
        {"session-ended", 401, "Signed out",
         "The session has ended. Ask who you are (/a/session) and "
         "go on."},
    [PROBLEM_CREDENTIALS_WRONG] = {"credentials-wrong", 403, "Not signed in",
                                   "The name or the password is wrong."},
    [PROBLEM_NAME_MISSING] = {"name-missing", 400, "No name",
                              "The form has no field 'name'."},
    [PROBLEM_NAME_NOT_UTF8] = {"name-not-utf8", 400, "Not UTF-8",
                               "The name is not well-formed UTF-8."},
    [PROBLEM_NAME_TOO_SHORT] = {"name-too-short", 400, "Name too short",
                                "A name has at least 3 characters."},
    [PROBLEM_NAME_TOO_LONG] = {"name-too-long", 400, "Name too long",
                               "A name has at most 32 characters."},
    [PROBLEM_NAME_SPACES] =
        {"name-spaces", 400, "Spaces in the name",
         "A name has single spaces between its parts, and none at "
         "its ends."},
    [PROBLEM_NAME_INVISIBLE] =
        {"name-invisible", 400, "Invisible character",
         "The name contains a character that nobody sees."},
    [PROBLEM_NAME_BAD_CHARACTER] =
        {"name-bad-character", 400, "Character not allowed",
         "A name consists of letters, digits, spaces and - _ . '"},
    [PROBLEM_NAME_BAD_BEGINNING] = {"name-bad-beginning", 400, "Bad beginning",
                                    "A name begins with a letter or a digit."},
    [PROBLEM_NAME_BAD_MARKS] =
        {"name-bad-marks", 400, "Marks out of place",
         "The name has marks on nothing, or more than can be told "
         "apart."},
    [PROBLEM_NAME_MIXED_SCRIPTS] = {"name-mixed-scripts", 400, "Mixed scripts",
                                    "The letters of a name are of one script."},
    [PROBLEM_NAME_TAKEN] =
        {"name-taken", 409, "Name taken",
         "Somebody is called that already, or something that "
         "looks the same."},
    [PROBLEM_NAME_IS_FIXED] = {"name-is-fixed", 409, "The name stays",
                               "Who is signed in has the account's name."},
    [PROBLEM_PASSWORD_MISSING] =
        {"password-missing", 400, "No password",
         "The form has no field 'password', or no 'new_password'."},
    [PROBLEM_PASSWORD_TOO_SHORT] = {"password-too-short", 400,
                                    "Password too short",
                                    "A password has at least 8 characters."},
    [PROBLEM_PASSWORD_TOO_LONG] = {"password-too-long", 400,
                                   "Password too long",
                                   "A password has at most 256 characters."},
    [PROBLEM_PASSWORD_NOT_UTF8] = {"password-not-utf8", 400, "Not UTF-8",
                                   "The password is not well-formed UTF-8."},
    [PROBLEM_PASSWORD_BAD_CHARACTER] =
        {"password-bad-character", 400, "Character not allowed",
         "The password contains a control character, or one that "
         "is not known yet."},
    [PROBLEM_PASSWORD_COMMON] =
        {"password-common", 400, "Common password",
         "This is one of the passwords that are tried first."},
    [PROBLEM_PASSWORD_IS_NAME] = {"password-is-name", 400,
                                  "Password is the name",
                                  "The password is the name of the account."},
    [PROBLEM_PERSON_INVALID] =
        {"person-invalid", 400, "No such person",
         "The field 'person' says who it is as a message's 'by' does."},
    [PROBLEM_ACCOUNT_NOT_FOUND] = {"account-not-found", 404, "Nobody there",
                                   "There is no account of that name, or none "
                                   "that you have to do with."},
    [PROBLEM_CONTACT_NOT_FOUND] = {"contact-not-found", 404, "Nobody asked",
                                   "This person has not asked you, or does "
                                   "not any more."},
    [PROBLEM_CONTACT_IS_YOU] = {"contact-is-you", 409, "That is you",
                                "Nobody is a contact of his own."},
    [PROBLEM_CONTACT_IS_BLOCKED] =
        {"contact-is-blocked", 409, "Blocked by you",
         "You have blocked this person. Unblock first."},
    [PROBLEM_TOO_MANY_CONTACTS] =
        {"too-many-contacts", 409, "Too many contacts",
         "You have 500 contacts, those asked and blocked included. Remove "
         "one first."},
    [PROBLEM_ROOM_NOT_FOUND] = {"room-not-found", 404, "No such room",
                                "There is no such room, or it is not open to "
                                "you."},
    [PROBLEM_BANNED] = {"banned", 403, "Banned",
                        "You may not be in this room for a time."},
    [PROBLEM_MUTED] = {"muted", 403, "Muted",
                       "You may say nothing in this room for a time."},
    [PROBLEM_BLOCKED] = {"blocked", 403, "Blocked",
                         "One of you two has blocked the other."},
    [PROBLEM_MODERATORS_ONLY] =
        {"moderators-only", 403, "Not for you",
         "Only who looks after the room may do that: its owner, or an "
         "administrator."},
    [PROBLEM_PERSON_IS_OWNER] = {"person-is-owner", 409, "The owner",
                                 "The owner of a room is neither muted nor "
                                 "banned in it."},
    [PROBLEM_MINUTES_INVALID] = {"minutes-invalid", 400, "Bad minutes",
                                 "'minutes' is a number from 1 to 525600."},
    [PROBLEM_TOO_MANY_SANCTIONS] =
        {"too-many-sanctions", 409, "Too many",
         "1000 mutes and bans are in force in this room. Pardon somebody "
         "first."},
    [PROBLEM_ROOM_NOT_PRIVATE] =
        {"room-not-private", 409, "Not a private room",
         "Only a private room has an owner, members and invitations."},
    [PROBLEM_ROOM_ARCHIVED] = {"room-archived", 403, "Archived",
                               "The room is archived: it can be read, and "
                               "nothing more is said or changed in it."},
    [PROBLEM_OWNER_ONLY] = {"owner-only", 403, "Not your room",
                            "Only the owner of the room may do that."},
    [PROBLEM_OWNER_LEAVES] =
        {"owner-leaves", 409, "You are the owner",
         "Others are in the room. Hand it over or archive it first."},
    [PROBLEM_MEMBER_NOT_FOUND] = {"member-not-found", 404, "Not in the room",
                                  "This person is not in the room."},
    [PROBLEM_PERSON_IS_YOU] = {"person-is-you", 409, "That is you",
                               "You cannot do that to yourself."},
    [PROBLEM_LINK_INVALID] =
        {"link-invalid", 404, "No good link",
         "The link was used, is over, or never was one. Ask for another."},
    [PROBLEM_NOT_A_CONTACT] = {"not-a-contact", 403, "Not a contact",
                               "You talk directly with those who have "
                               "accepted you as a contact."},
    [PROBLEM_TITLE_INVALID] =
        {"title-invalid", 400, "Not a title",
         "A title is a line of 1 to 80 characters of one script, none of them "
         "invisible."},
    [PROBLEM_TITLE_TAKEN] = {"title-taken", 409, "Title taken",
                             "The owner has a room of that title, or of one "
                             "that looks like it."},
    [PROBLEM_TOPIC_INVALID] = {"topic-invalid", 400, "Not a topic",
                               "A topic is a line of at most 300 characters."},
    [PROBLEM_TOO_MANY_ROOMS_OWNED] =
        {"too-many-rooms-owned", 409, "Too many rooms",
         "An account owns at most 100 rooms. Archive one first."},
    [PROBLEM_TOO_MANY_ROOMS_JOINED] =
        {"too-many-rooms-joined", 409, "In too many rooms",
         "An account is in at most 500 rooms, those it is invited to "
         "included."},
    [PROBLEM_TOO_MANY_MEMBERS] =
        {"too-many-members", 409, "Room is full",
         "A room has at most 1000 members, those who are invited included."},
    [PROBLEM_TOO_MANY_LINKS] = {"too-many-links", 409, "Too many links",
                                "A room has at most 20 links that nobody has "
                                "used."},
    [PROBLEM_TOO_MANY_ATTEMPTS] =
        {"too-many-attempts", 429, "Too many attempts",
         "Too often in too short a time. See Retry-After."},
    [PROBLEM_BUSY] = {"busy", 503, "Try again",
                      "Too many sign in at the moment. Nothing was changed; "
                      "try again."},
    [PROBLEM_CART_INVALID] = {"cart-invalid", 400, "No such cart",
                              "'session' names a cart: 1 to 64 of A-Z a-z 0-9 "
                              ". _ -."},
    [PROBLEM_ACTION_INVALID] = {"action-invalid", 400, "Bad action",
                                "'action' is add or remove."},
    [PROBLEM_QUANTITY_INVALID] =
        {"quantity-invalid", 400, "Bad quantity",
         "'quantity' is how many are to be in the cart: 1 to 99 to add, 0 to "
         "99 to remove."},
    [PROBLEM_CLIENT_KEY_INVALID] = {"client-key-invalid", 400, "Bad client_key",
                                    "A client_key is 1 to 64 of A-Z a-z 0-9 . "
                                    "_ -."},
    [PROBLEM_PRODUCT_NOT_FOUND] = {"product-not-found", 404, "No such product",
                                   "The shop has no product of that sku."},
    [PROBLEM_SOLD_OUT] = {"sold-out", 409, "Not enough left",
                          "There are not so many left. Nothing was changed."},
    [PROBLEM_CART_EMPTY] = {"cart-empty", 409, "Empty cart",
                            "There is nothing in the cart. What was in it is "
                            "ordered, or its time was over."},
    [PROBLEM_CLIENT_KEY_REUSED] = {"client-key-reused", 409,
                                   "client_key used before",
                                   "Another session has ordered under that "
                                   "client_key."},
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

static void add_json(struct buf *json, enum problem problem,
                     struct span members)
{
    buf_addf(json,
             "{\"type\":\"/problems#%s\",\"title\":", problems[problem].slug);
    json_add_string(json, span_of(problems[problem].title));
    buf_addf(json, ",\"status\":%u,\"detail\":", problems[problem].status);
    json_add_string(json, span_of(problems[problem].detail));
    if (members.len > 0)
        buf_add_char(json, ',');
    buf_add_span(json, members);
    buf_add_str(json, "}\n");
}

void problem_add_json(struct buf *json, enum problem problem)
{
    add_json(json, problem, SPAN_NONE);
}

static void send_json(struct http_call *call, enum problem problem,
                      const char *headers, struct span members)
{
    struct buf json = {0};

    add_json(&json, problem, members);
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
        send_json(call, problem, headers, SPAN_NONE);
}

static const char *headers_of(enum problem problem)
{
    return problems[problem].status == 503 ? UNAVAILABLE_HEADERS : NULL;
}

void problem_send_more(struct http_call *call, enum problem problem,
                       struct span members)
{
    if (call->wants_html)
        send_page(call, problem, headers_of(problem));
    else
        send_json(call, problem, headers_of(problem), members);
}

void problem_send(struct http_call *call, enum problem problem)
{
    problem_send_with(call, problem, headers_of(problem));
}
