#include "io/config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/form.h"
#include "base/mem.h"

#define SECRET_MAX 1024

/* --- values -------------------------------------------------------------- */

static void complain(const char *name, const char *why)
{
    log_error("setting_refused", "name=%s why=\"%s\"", name, why);
}

static const char *get(const char *name, const char *default_value)
{
    const char *value = getenv(name);

    return value != NULL && *value != '\0' ? value : default_value;
}

static bool get_number(const char *name, uint64_t default_value, uint64_t min,
                       uint64_t max, uint64_t *number)
{
    const char *text = get(name, NULL);
    char why[96];
    char *end;

    *number = default_value;
    if (text == NULL)
        return true;
    errno = 0;
    *number = strtoull(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0 &&
        *number >= min && *number <= max)
        return true;
    snprintf(why, sizeof(why), "not a number from %llu to %llu",
             (unsigned long long)min, (unsigned long long)max);
    complain(name, why);
    *number = default_value;
    return false;
}

static bool get_yes(const char *name, bool default_value, bool *value)
{
    const char *text = get(name, default_value ? "yes" : "no");

    *value = strcmp(text, "yes") == 0;
    if (*value || strcmp(text, "no") == 0)
        return true;
    complain(name, "neither yes nor no");
    return false;
}

/* A secret from NAME, or from the file that NAME_FILE names (as orchestrators
 * mount them; a line feed at its end is not part of it).  '*secret' is NULL
 * when neither is set. */
static bool get_secret(const char *name, const char *file_name, char **secret)
{
    const char *value = get(name, NULL);
    const char *path = get(file_name, NULL);
    char text[SECRET_MAX];
    ssize_t len;
    int fd;

    *secret = value != NULL ? mem_copy_str(value) : NULL;
    if (value != NULL || path == NULL)
        return true;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    len = fd != -1 ? read(fd, text, sizeof(text)) : -1;
    if (fd != -1)
        close(fd);
    if (len < 0 || len == sizeof(text)) {
        complain(file_name,
                 len < 0 ? "the file cannot be read" : "the file is too long");
        return false;
    }
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    *secret = mem_copy(text, (size_t)len);
    return true;
}

/* --- redis://[user][:password@]host[:port][/database], unix:///path ------- */

/* A part of a URL with its percent escapes undone; NULL when they are broken. */
static char *decode(struct span part)
{
    struct form form = {0};
    struct buf pair = {0};
    char *text = NULL;

    buf_add_str(&pair, "v=");
    /* In a URL's user part, unlike in a form, '+' is a plus. */
    for (size_t i = 0; i < part.len; i++)
        if (part.at[i] == '+')
            buf_add_str(&pair, "%2B");
        else if (part.at[i] == '&')
            buf_add_str(&pair, "%26");
        else
            buf_add_char(&pair, part.at[i]);
    if (form_parse(&form, buf_span(&pair)))
        text = mem_copy(form_get(&form, "v").at, form_get(&form, "v").len);
    form_fini(&form);
    buf_fini(&pair);
    return text;
}

static bool parse_user(struct span user, struct redis_address *to)
{
    const char *colon = memchr(user.at, ':', user.len);
    size_t name_len = colon != NULL ? (size_t)(colon - user.at) : user.len;

    if (name_len > 0)
        to->user = decode((struct span){user.at, name_len});
    if (colon != NULL)
        to->password =
            decode((struct span){colon + 1, user.len - name_len - 1});
    return (name_len == 0 || to->user != NULL) &&
           (colon == NULL || to->password != NULL);
}

static bool parse_digits(const char *text, const char *end, int max,
                         int *number)
{
    long value = 0;

    if (text == end)
        return false;
    for (; text < end; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = value * 10 + (*text - '0');
        if (value > max)
            return false;
    }
    *number = (int)value;
    return true;
}

static bool parse_redis_url(const char *url, struct redis_address *to)
{
    const char *end;
    const char *slash;
    const char *at;
    const char *colon;

    to->port = 6379;
    if (strncmp(url, "unix://", 7) == 0) {
        to->path = mem_copy_str(url + 7);
        return to->path[0] == '/' &&
               strlen(to->path) < sizeof(((struct sockaddr_un *)0)->sun_path);
    }
    if (strncmp(url, "redis://", 8) != 0)
        return false;
    url += 8;
    slash = strchr(url, '/');
    end = slash != NULL ? slash : url + strlen(url);
    at = memrchr(url, '@', (size_t)(end - url));
    if (at != NULL) {
        if (!parse_user((struct span){url, (size_t)(at - url)}, to))
            return false;
        url = at + 1;
    }
    colon = memrchr(url, ':', (size_t)(end - url));
    if (colon != NULL && !parse_digits(colon + 1, end, 65535, &to->port))
        return false;
    to->host = mem_copy(url, (size_t)((colon != NULL ? colon : end) - url));
    if (slash != NULL && slash[1] != '\0' &&
        !parse_digits(slash + 1, slash + strlen(slash), 65535, &to->database))
        return false;
    return to->host[0] != '\0';
}

/* --- all of it ----------------------------------------------------------- */

/* nginx is told the addresses by the same pattern; see tools/run. */
static bool listen_is_valid(const char *listen)
{
    const char *percent = strchr(listen, '%');
    const char *colon = strrchr(listen, ':');
    int port;

    if (strncmp(listen, "unix:", 5) == 0)
        return listen[5] != '\0' &&
               (percent == NULL ||
                (percent[1] == 'd' && strchr(percent + 1, '%') == NULL));
    return percent == NULL && colon != NULL &&
           parse_digits(colon + 1, colon + strlen(colon), 65535, &port);
}

static bool read_redis(struct config *config)
{
    char *password;
    bool ok = true;

    if (!parse_redis_url(get("HOLDLINE_REDIS_URL", "redis://127.0.0.1:6379"),
                         &config->redis)) {
        complain("HOLDLINE_REDIS_URL",
                 "not redis://[user][:password@]host[:port][/database] or "
                 "unix:///path");
        ok = false;
    }
    if (!get_secret("HOLDLINE_REDIS_PASSWORD", "HOLDLINE_REDIS_PASSWORD_FILE",
                    &password))
        return false;
    if (password != NULL) {
        mem_free(config->redis.password);
        config->redis.password = password;
    }
    return ok;
}

/* By default a file in the folder for data. */
static bool read_database(struct config *config)
{
    const char *url = get("HOLDLINE_DATABASE_URL", NULL);
    struct buf file = {0};
    bool ok = true;

    if (url == NULL) {
        buf_addf(&file, "sqlite:%s/holdline.db",
                 get("HOLDLINE_DATA_DIR", "run"));
        url = buf_span(&file).at;
    }
    if (!sql_address_parse(&config->database, url)) {
        complain("HOLDLINE_DATABASE_URL",
                 "neither sqlite:PATH nor postgres://...");
        ok = false;
    }
    buf_fini(&file);
    return get_secret("HOLDLINE_DATABASE_PASSWORD",
                      "HOLDLINE_DATABASE_PASSWORD_FILE",
                      &config->database.password) &&
           ok;
}

/* Where 'count' processes listen. */
static char *read_listen(const char *name, const char *default_value,
                         unsigned count, bool *ok)
{
    const char *listen = get(name, default_value);

    if (!listen_is_valid(listen)) {
        complain(name, "neither unix:PATH nor ADDRESS:PORT");
        *ok = false;
    } else if (count > 1 && strncmp(listen, "unix:", 5) == 0 &&
               strchr(listen, '%') == NULL) {
        complain(name, "several of them need %d in the path");
        *ok = false;
    }
    return mem_copy_str(listen);
}

static bool read_times(struct config *config)
{
    bool ok = true;

    /* Above 60 s it would come too close to nginx's fastcgi_read_timeout. */
    ok &= get_number("HOLDLINE_HOLD_MS", 50000, 100, 60000, &config->hold_ms);
    ok &= get_number("HOLDLINE_STREAM_QUIET_MS", 20000, 100, 60000,
                     &config->stream_quiet_ms);
    ok &= get_number("HOLDLINE_DRAIN_MS", 10000, 0, 600000, &config->drain_ms);
    /* Above 60 s it would come too close to nginx's proxy_read_timeout. */
    ok &= get_number("HOLDLINE_PING_MS", 25000, 100, 60000, &config->ping_ms);
    ok &= get_number("HOLDLINE_PONG_MS", 10000, 100, 60000, &config->pong_ms);
    ok &=
        get_number("HOLDLINE_STALL_MS", 30000, 100, 600000, &config->stall_ms);
    ok &= get_number("HOLDLINE_SESSION_CHECK_MS", 300000, 100, 86400000,
                     &config->session_check_ms);
    ok &= get_number("HOLDLINE_SESSION_IDLE_S", 2592000, 1, 31536000,
                     &config->session_idle_s);
    /* Browsers do not keep a cookie for more than 400 days. */
    ok &= get_number("HOLDLINE_SESSION_ABSOLUTE_S", 15552000, 1, 34560000,
                     &config->session_absolute_s);
    ok &= get_number("HOLDLINE_PRESENCE_LEASE_MS", 30000, 300, 600000,
                     &config->presence_lease_ms);
    ok &= get_number("HOLDLINE_SHOP_LEASE_S", 600, 1, 86400,
                     &config->shop_lease_s);
    return ok;
}

bool config_read(struct config *config)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t workers;
    uint64_t gateways;
    uint64_t replay;
    bool ok = true;

    *config = (struct config){0};
    ok &= get_number("HOLDLINE_WORKERS", cores > 0 ? (uint64_t)cores : 1, 0,
                     256, &workers);
    ok &= get_number("HOLDLINE_GATEWAYS", 1, 0, 256, &gateways);
    ok &= get_number("HOLDLINE_REPLAY", 200, 1, 10000, &replay);
    ok &= read_times(config);
    ok &= get_yes("HOLDLINE_GUESTS", true, &config->guests);
    if (workers + gateways == 0) {
        complain("HOLDLINE_WORKERS", "neither a worker nor a gateway");
        ok = false;
    }
    config->workers = (unsigned)workers;
    config->replay = (size_t)replay;
    config->gateways = (unsigned)gateways;
    config->listen = read_listen("HOLDLINE_LISTEN", "unix:run/worker-%d.sock",
                                 config->workers, &ok);
    config->gateway_listen =
        read_listen("HOLDLINE_GATEWAY_LISTEN", "unix:run/gateway-%d.sock",
                    config->gateways, &ok);
    if (get("HOLDLINE_ORIGINS", NULL) != NULL)
        config->origins = mem_copy_str(get("HOLDLINE_ORIGINS", NULL));
    if (!log_level_parse(get("HOLDLINE_LOG_LEVEL", "info"),
                         &config->log_level)) {
        complain("HOLDLINE_LOG_LEVEL", "not debug, info, warn or error");
        config->log_level = LOG_INFO;
        ok = false;
    }
    ok &= read_database(config);
    return read_redis(config) && ok;
}

void config_fini(struct config *config)
{
    mem_free(config->listen);
    mem_free(config->gateway_listen);
    mem_free(config->origins);
    mem_free(config->redis.host);
    mem_free(config->redis.path);
    mem_free(config->redis.user);
    mem_free(config->redis.password);
    sql_address_fini(&config->database);
    *config = (struct config){0};
}

char *config_listen_address(const char *listen, unsigned number)
{
    const char *percent = strchr(listen, '%');
    const char *colon = strrchr(listen, ':');
    struct buf address = {0};
    size_t len;

    if (percent != NULL)
        buf_addf(&address, "%.*s%u%s", (int)(percent - listen), listen, number,
                 percent + 2);
    else if (strncmp(listen, "unix:", 5) == 0)
        buf_add_str(&address, listen);
    else
        buf_addf(&address, "%.*s:%lu", (int)(colon - listen), listen,
                 strtoul(colon + 1, NULL, 10) + number - 1);
    return buf_take(&address, &len);
}

bool config_has_origin(const struct config *config, struct span origin)
{
    const char *at = config->origins;

    while (*at != '\0') {
        const size_t len = strcspn(at, " ");

        if (len > 0 && len == origin.len &&
            strncasecmp(at, origin.at, len) == 0)
            return true;
        at += len + strspn(at + len, " ");
    }
    return false;
}
