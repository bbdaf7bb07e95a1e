#include "endpoints/guard.h"

#include <stdio.h>
#include <strings.h>

#include "endpoints/problem.h"
#include "model/room.h"

/* The prefix makes a browser refuse one that was set by a neighbouring host or
 * over plain HTTP (RFC 6265bis, section 4.1.3); over plain HTTP, as on
 * localhost, it would refuse ours. */
#define COOKIE_HTTPS "__Host-holdline_session"
#define COOKIE_HTTP  "holdline_session"

/* --- where it comes from ------------------------------------------------- */

/* The host and port of "scheme://host[:port][/...]"; SPAN_NONE when it is not
 * of that form, as Origin's "null" is not. */
static struct span host_of(struct span url)
{
    const char *end = url.at + url.len;
    const char *at = memmem(url.at, url.len, "://", 3);
    const char *slash;

    if (at == NULL)
        return SPAN_NONE;
    at += 3;
    slash = memchr(at, '/', (size_t)(end - at));
    return (struct span){at, (size_t)((slash != NULL ? slash : end) - at)};
}

static bool is_from(struct span url, struct span host)
{
    struct span from = host_of(url);

    return from.at != NULL && host.at != NULL && from.len == host.len &&
           strncasecmp(from.at, host.at, host.len) == 0;
}

/* Programs send none of the three, and have no cookies that somebody else
 * could make them use. */
static bool is_cross_site(const struct http_request *request)
{
    if (request->fetch_site.at != NULL)
        return span_is(request->fetch_site, "cross-site");
    if (request->origin.at != NULL)
        return !is_from(request->origin, request->host);
    if (request->referer.at != NULL)
        return !is_from(request->referer, request->host);
    return false;
}

/* --- what it carries ----------------------------------------------------- */

static bool is_form(const struct http_request *request)
{
    static const char type[] = "application/x-www-form-urlencoded";
    const struct span sent = request->content_type;
    const size_t len = sizeof(type) - 1;

    if (sent.len == 0)
        return request->body.len == 0;
    return sent.len >= len && strncasecmp(sent.at, type, len) == 0 &&
           (sent.len == len || sent.at[len] == ';' || sent.at[len] == ' ');
}

struct span guard_session_token(const struct http_request *request)
{
    struct span token = cookie_get(
        request->cookies, request->is_https ? COOKIE_HTTPS : COOKIE_HTTP);

    return secret_is_token(token) ? token : SPAN_NONE;
}

static bool xsrf_fits(const struct http_request *request, struct span sent)
{
    struct span token = guard_session_token(request);
    char xsrf[SECRET_TOKEN_SIZE];

    if (token.at == NULL)
        return true;
    sessions_xsrf(xsrf, token);
    return sent.at != NULL && secret_equal(sent, span_of(xsrf));
}

bool guard_open_form(struct app *app, struct http_call *call,
                     const struct http_request *request)
{
    if (is_cross_site(request)) {
        problem_send(call, PROBLEM_CROSS_SITE);
        return false;
    }
    if (!is_form(request)) {
        problem_send(call, PROBLEM_NOT_A_FORM);
        return false;
    }
    if (!form_parse(&app->form, request->body)) {
        problem_send(call, PROBLEM_FORM_MALFORMED);
        return false;
    }
    return true;
}

bool guard_form(struct app *app, struct http_call *call,
                const struct http_request *request)
{
    struct span xsrf;

    if (!guard_open_form(app, call, request) ||
        !guard_field(app, call, "_xsrf", &xsrf))
        return false;
    if (!xsrf_fits(request, xsrf)) {
        problem_send(call, PROBLEM_XSRF_MISMATCH);
        return false;
    }
    return true;
}

bool guard_query(struct app *app, struct http_call *call,
                 const struct http_request *request)
{
    if (is_cross_site(request)) {
        problem_send(call, PROBLEM_CROSS_SITE);
        return false;
    }
    if (!form_parse(&app->form, request->query)) {
        problem_send(call, PROBLEM_FORM_MALFORMED);
        return false;
    }
    return true;
}

bool guard_field(struct app *app, struct http_call *call, const char *name,
                 struct span *value)
{
    *value = form_get(&app->form, name);
    if (form_count(&app->form, name) <= 1)
        return true;
    problem_send(call, PROBLEM_FIELD_REPEATED);
    return false;
}

bool guard_flag(struct app *app, struct http_call *call, const char *name,
                bool *value)
{
    struct span text;

    if (!guard_field(app, call, name, &text))
        return false;
    if (text.at == NULL)
        return true;
    *value = span_is(text, "1");
    if (*value || span_is(text, "0"))
        return true;
    problem_send(call, PROBLEM_FIELD_INVALID);
    return false;
}

bool guard_room(struct http_call *call, struct span *room)
{
    if (room->at == NULL)
        *room = span_of(ROOM_DEFAULT);
    if (room_name_is_valid(*room))
        return true;
    problem_send(call, PROBLEM_ROOM_INVALID);
    return false;
}

enum problem guard_problem(enum sessions_found found)
{
    return found == SESSIONS_NONE ? PROBLEM_SIGN_IN_REQUIRED
                                  : PROBLEM_UNAVAILABLE;
}

enum problem guard_verdict(enum access_verdict verdict)
{
    switch (verdict) {
    case ACCESS_NOT_FOUND:
        return PROBLEM_ROOM_NOT_FOUND;
    case ACCESS_BANNED:
        return PROBLEM_BANNED;
    case ACCESS_MUTED:
        return PROBLEM_MUTED;
    case ACCESS_ARCHIVED:
        return PROBLEM_ROOM_ARCHIVED;
    case ACCESS_BLOCKED:
        return PROBLEM_BLOCKED;
    case ACCESS_ALLOWED:
    case ACCESS_WHO:
    case ACCESS_LOADING:
    case ACCESS_UNAVAILABLE:
        break;
    }
    return PROBLEM_UNAVAILABLE;
}

void guard_refuse(struct http_call *call, enum problem problem, unsigned wait_s)
{
    char headers[48];

    if (wait_s == 0) {
        problem_send(call, problem);
        return;
    }
    snprintf(headers, sizeof(headers), "Retry-After: %u\r\n", wait_s);
    problem_send_with(call, problem, headers);
}

static void add_cookie(struct buf *headers, const char *name, const char *value,
                       unsigned max_age_s, const char *attributes)
{
    buf_addf(headers,
             "Set-Cookie: %s=%s; Path=/; Max-Age=%u; SameSite=Lax%s\r\n", name,
             value, max_age_s, attributes);
}

static void add_cookies(struct buf *headers, const char *token,
                        const char *xsrf, unsigned max_age_s, bool is_https)
{
    add_cookie(headers, is_https ? COOKIE_HTTPS : COOKIE_HTTP, token, max_age_s,
               is_https ? "; HttpOnly; Secure" : "; HttpOnly");
    /* Not HttpOnly: the page's script reads it and sends it along. */
    add_cookie(headers, "_xsrf", xsrf, max_age_s, is_https ? "; Secure" : "");
}

void guard_add_cookies(struct buf *headers, const struct app *app,
                       const struct session *session, bool is_https)
{
    char xsrf[SECRET_TOKEN_SIZE];

    sessions_xsrf(xsrf, (struct span){session->token, SECRET_TOKEN_LEN});
    add_cookies(headers, session->token, xsrf,
                (unsigned)app->core.config->session_idle_s, is_https);
}

void guard_drop_cookies(struct buf *headers, bool is_https)
{
    add_cookies(headers, "", "", 0, is_https);
}
