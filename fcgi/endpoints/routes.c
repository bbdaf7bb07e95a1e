#include "endpoints/routes.h"

#include <stdio.h>

#include "endpoints/account_change.h"
#include "endpoints/account_enter.h"
#include "endpoints/account_leave.h"
#include "endpoints/account_sessions.h"
#include "endpoints/contact_change.h"
#include "endpoints/contact_list.h"
#include "endpoints/health.h"
#include "endpoints/news_cache.h"
#include "endpoints/post_message.h"
#include "endpoints/present.h"
#include "endpoints/problem.h"
#include "endpoints/read_room.h"
#include "endpoints/read_session.h"
#include "endpoints/room_change.h"
#include "endpoints/room_list.h"
#include "endpoints/room_sanction.h"
#include "endpoints/room_view.h"
#include "endpoints/shop_order.h"
#include "endpoints/shop_reply.h"
#include "endpoints/shop_shelf.h"
#include "endpoints/shop_status.h"
#include "endpoints/stream_messages.h"
#include "endpoints/stream_presence.h"
#include "endpoints/wait_messages.h"

typedef void endpoint_fn(struct app *app, struct http_call *call,
                         const struct http_request *request);

/* What the world can ask for. */
static const struct {
    const char *path;
    enum http_method method;
    endpoint_fn *endpoint;
    const char *allow; /* for those who come with another method */
} routes[] = {
    /* Say something in a room. */
    {"/a/message/new", HTTP_POST, post_message, "POST"},
    /* I meant something else. */
    {"/a/message/edit", HTTP_POST, edit_message, "POST"},
    /* I did not say that. */
    {"/a/message/delete", HTTP_POST, delete_message, "POST"},
    /* Anything new? Held until there is. */
    {"/a/message/updates", HTTP_POST, wait_messages, "POST"},
    /* The same as a stream of events that does not end. */
    {"/a/message/stream", HTTP_GET, stream_messages, "GET, HEAD"},
    /* Who am I? */
    {"/a/session", HTTP_GET, read_session, "GET, HEAD"},
    /* A guest: call me something else. */
    {"/a/session/name", HTTP_POST, guest_change_name, "POST"},
    /* Make me an account. */
    {"/a/account/register", HTTP_POST, account_register, "POST"},
    /* It is me. */
    {"/a/account/sign-in", HTTP_POST, account_sign_in, "POST"},
    /* I go, from here or from everywhere. */
    {"/a/account/sign-out", HTTP_POST, account_sign_out, "POST"},
    /* I have another password from now on. */
    {"/a/account/password", HTTP_POST, account_change_password, "POST"},
    /* Forget me. */
    {"/a/account/delete", HTTP_POST, account_delete, "POST"},
    /* Where am I signed in? */
    {"/a/account/sessions", HTTP_GET, account_list_sessions, "GET, HEAD"},
    /* Not there any more. */
    {"/a/account/sessions/end", HTTP_POST, account_end_session, "POST"},
    /* Whom do I know? */
    {"/a/contact/list", HTTP_GET, contact_list_all, "GET, HEAD"},
    /* I would like to know somebody. */
    {"/a/contact/ask", HTTP_POST, contact_ask, "POST"},
    /* He may; he may not. */
    {"/a/contact/accept", HTTP_POST, contact_accept, "POST"},
    {"/a/contact/refuse", HTTP_POST, contact_refuse, "POST"},
    /* Not any more. */
    {"/a/contact/remove", HTTP_POST, contact_remove, "POST"},
    /* I want to hear nothing of somebody; or again. */
    {"/a/contact/block", HTTP_POST, contact_block, "POST"},
    {"/a/contact/unblock", HTTP_POST, contact_unblock, "POST"},
    /* Who is in a room? */
    {"/a/room/present", HTTP_GET, present_list, "GET, HEAD"},
    /* I am writing something there. */
    {"/a/room/typing", HTTP_POST, present_type, "POST"},
    /* Has a count in the shop changed? Held until one has. */
    {"/status", HTTP_GET, shop_status, "GET, HEAD"},
    /* Into my cart, or out of it. */
    {"/cart", HTTP_POST, shop_change_cart, "POST"},
    /* What is there? */
    {"/shop/products", HTTP_GET, shop_read_products, "GET, HEAD"},
    /* What is in my cart? */
    {"/shop/cart", HTTP_GET, shop_read_cart, "GET, HEAD"},
    /* I take it. */
    {"/shop/checkout", HTTP_POST, shop_order, "POST"},
    /* What changes in the shop, as a stream. */
    {"/shop/stream", HTTP_GET, stream_shop, "GET, HEAD"},
    /* A room that somebody made, and who is in it. */
    {"/a/room", HTTP_GET, room_view, "GET, HEAD"},
    /* Where can I go, and what have I not read? */
    {"/a/room/list", HTTP_GET, room_list, "GET, HEAD"},
    /* I have read it up to here. */
    {"/a/room/read", HTTP_POST, room_read, "POST"},
    /* Make me a room. */
    {"/a/room/new", HTTP_POST, room_new, "POST"},
    /* A room for the two of us. */
    {"/a/room/direct", HTTP_POST, room_direct, "POST"},
    /* Call it so; it is about this. */
    {"/a/room/title", HTTP_POST, room_title, "POST"},
    {"/a/room/topic", HTTP_POST, room_topic, "POST"},
    /* Somebody is to come in: by name, or whoever has the link. */
    {"/a/room/invite", HTTP_POST, room_invite, "POST"},
    {"/a/room/link", HTTP_POST, room_link, "POST"},
    /* I come in, or do not want to, or go. */
    {"/a/room/join", HTTP_POST, room_join, "POST"},
    {"/a/room/refuse", HTTP_POST, room_refuse, "POST"},
    {"/a/room/leave", HTTP_POST, room_leave, "POST"},
    /* Somebody is not to be in it any more; it is his now. */
    {"/a/room/remove", HTTP_POST, room_remove, "POST"},
    {"/a/room/hand-over", HTTP_POST, room_hand_over, "POST"},
    /* Nothing more is to be said in it. */
    {"/a/room/archive", HTTP_POST, room_archive, "POST"},
    /* Somebody says nothing there for a time; nor reads anything; or again. */
    {"/a/room/mute", HTTP_POST, room_mute, "POST"},
    {"/a/room/ban", HTTP_POST, room_ban, "POST"},
    {"/a/room/pardon", HTTP_POST, room_pardon, "POST"},
    /* Who does not, and until when? */
    {"/a/room/sanctions", HTTP_GET, room_list_sanctions, "GET, HEAD"},
    /* A room as a page without script. */
    {"/plain", HTTP_GET, read_room, "GET, HEAD"},
    /* Does the loop turn, and what is going on? */
    {"/healthz", HTTP_GET, health_live, "GET, HEAD"},
    /* Can this worker serve? */
    {"/readyz", HTTP_GET, health_ready, "GET, HEAD"},
};

void routes_handle(struct app *app, struct http_call *call,
                   const struct http_request *request)
{
    char allow[64];

    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (!span_is(request->path, routes[i].path))
            continue;
        call->route = routes[i].path;
        if (request->method == routes[i].method) {
            routes[i].endpoint(app, call, request);
            return;
        }
        snprintf(allow, sizeof(allow), "Allow: %s\r\n", routes[i].allow);
        problem_send_with(call, PROBLEM_METHOD_NOT_ALLOWED, allow);
        return;
    }
    problem_send(call, PROBLEM_NOT_FOUND);
}

void routes_fini(void)
{
    news_cache_fini();
    shop_reply_fini();
    stream_presence_fini();
}
