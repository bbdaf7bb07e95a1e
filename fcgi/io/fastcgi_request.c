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
        const char *name;
        struct span *to;
    } wanted[] = {
        {"REQUEST_METHOD", &method},
        {"DOCUMENT_URI", &request->path},
        {"QUERY_STRING", &request->query},
        {"CONTENT_TYPE", &request->content_type},
        {"REQUEST_ID", &request->id},
        {"HTTPS", &https},
        {"HTTP_COOKIE", &request->cookies},
        {"HTTP_HOST", &request->host},
        {"HTTP_ORIGIN", &request->origin},
        {"HTTP_REFERER", &request->referer},
        {"HTTP_SEC_FETCH_SITE", &request->fetch_site},
        {"HTTP_ACCEPT", &request->accept},
        {"HTTP_LAST_EVENT_ID", &request->last_event_id},
        {"HTTP_USER_AGENT", &request->user_agent},
        {"REMOTE_ADDR", &request->address},
    };

    for (; *envp != NULL; envp++) {
        const char *equals = strchr(*envp, '=');
        struct span name = {*envp, equals ? (size_t)(equals - *envp) : 0};

        for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
            if (span_is(name, wanted[i].name)) {
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
