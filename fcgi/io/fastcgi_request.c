#include "io/fastcgi_request.h"

#include <fcgiapp.h>
#include <string.h>

#include "io/fastcgi_records.h"

void fastcgi_request_init(void)
{
    FCGX_Init();
}

/* Fills 'request' from the parameters we read; nginx/fastcgi.conf sends no
 * others. */
static void read_params(char **envp, struct http_request *request)
{
    struct span method = SPAN_NONE;
    struct span https = SPAN_NONE;
    const struct {
        struct span name;
        struct span *to;
    } wanted[] = {
        {span_of("REQUEST_METHOD"), &method},
        {span_of("DOCUMENT_URI"), &request->path},
        {span_of("QUERY_STRING"), &request->query},
        {span_of("CONTENT_TYPE"), &request->content_type},
        {span_of("REQUEST_ID"), &request->id},
        {span_of("HTTPS"), &https},
        {span_of("HTTP_COOKIE"), &request->cookies},
        {span_of("HTTP_HOST"), &request->host},
        {span_of("HTTP_ORIGIN"), &request->origin},
        {span_of("HTTP_REFERER"), &request->referer},
        {span_of("HTTP_SEC_FETCH_SITE"), &request->fetch_site},
        {span_of("HTTP_ACCEPT"), &request->accept},
        {span_of("HTTP_LAST_EVENT_ID"), &request->last_event_id},
        {span_of("HTTP_USER_AGENT"), &request->user_agent},
        {span_of("REMOTE_ADDR"), &request->address},
    };

    for (; *envp != NULL; envp++) {
        const char *equals = strchr(*envp, '=');
        struct span name = {*envp, equals ? (size_t)(equals - *envp) : 0};

        for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
            if (span_equal(name, wanted[i].name)) {
                *wanted[i].to = span_of(equals + 1);
                break;
            }
        }
    }
    request->is_head = span_is(method, "HEAD");
    request->method = span_is(method, "POST")                      ? HTTP_POST
                      : span_is(method, "GET") || request->is_head ? HTTP_GET
                                                                   : HTTP_OTHER;
    request->is_https = span_is(https, "on");
}

enum fastcgi_request fastcgi_request_read(int fd,
                                          fastcgi_request_fn *on_request,
                                          void *arg)
{
    /* Shared by all: a request is read and handed on in one go.  One byte more
     * than a body may have, so that its end is read too. */
    static char body[FASTCGI_BODY_MAX + 1];
    struct http_request request = {0};
    FCGX_Request parsed;
    bool accepted;
    int body_len;

    FCGX_InitRequest(&parsed, -1, 0);
    parsed.ipcFd = fd;
    parsed.keepConnection = 1;
    accepted = FCGX_Accept_r(&parsed) == 0;
    body_len = accepted ? FCGX_GetStr(body, sizeof(body), parsed.in) : 0;
    if (!accepted || FCGX_GetError(parsed.in) != 0) {
        FCGX_Free(&parsed, 0);
        return parsed.ipcFd == -1 ? FASTCGI_REQUEST_CLOSED
                                  : FASTCGI_REQUEST_FAILED;
    }
    read_params(parsed.envp, &request);
    request.body = (struct span){body, (size_t)body_len};
    on_request(&request, arg);
    FCGX_Free(&parsed, 0);
    return FASTCGI_REQUEST_OK;
}
