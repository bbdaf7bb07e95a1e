#include "load/options.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Connections beside those of readers and posters, and files. */
#define OTHER_DESCRIPTORS 32

static bool parse_number(const char *text, unsigned min, unsigned max,
                         unsigned *number)
{
    char *end;
    const unsigned long value = strtoul(text, &end, 10);

    if (end == text || *end != '\0' || value < min || value > max)
        return false;
    *number = (unsigned)value;
    return true;
}

static bool parse_positive(const char *text, double *number)
{
    char *end;

    *number = strtod(text, &end);
    return end > text && *end == '\0' && *number > 0 && *number < 1e6;
}

static bool set_label(struct options *options, char *value)
{
    options->label = value;
    return strpbrk(value, "\"\\") == NULL; /* it goes into JSON as it is */
}

static bool set_dialect(struct options *options, char *value)
{
    options->dialect = dialect_find(value);
    return options->dialect != NULL;
}

/* To the loopback only: this is no tool against others. */
static bool set_server(struct options *options, char *value)
{
    char *colon = strrchr(value, ':');
    struct sockaddr_in *server = &options->server;
    unsigned port;

    if (colon == NULL || !parse_number(colon + 1, 1, 65535, &port))
        return false;
    *colon = '\0';
    server->sin_family = AF_INET;
    server->sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, value, &server->sin_addr) == 1 &&
           ntohl(server->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

static bool set_transport(struct options *options, char *value)
{
    for (int i = 0; i < TRANSPORT_COUNT; i++) {
        options->transport = (enum transport)i;
        if (strcmp(value, transport_names[i]) == 0)
            return true;
    }
    return false;
}

static bool set_rooms(struct options *options, char *value)
{
    return parse_number(value, 1, 100000, &options->rooms);
}

static bool set_readers(struct options *options, char *value)
{
    return parse_number(value, 0, 100000, &options->readers);
}

static bool set_posters(struct options *options, char *value)
{
    return parse_number(value, 1, 10000, &options->posters);
}

static bool set_pace(struct options *options, char *value)
{
    options->pace = PACE_RATE;
    if (strcmp(value, "answered") == 0)
        options->pace = PACE_ANSWERED;
    else if (strcmp(value, "told") == 0)
        options->pace = PACE_TOLD;
    else
        return parse_positive(value, &options->rate);
    return true;
}

static bool set_seconds(struct options *options, char *value)
{
    return parse_positive(value, &options->seconds);
}

static bool set_size(struct options *options, char *value)
{
    return parse_number(value, 1, 3000, &options->size);
}

static bool set_sessions(struct options *options, char *value)
{
    options->with_sessions = strcmp(value, "1") == 0;
    return true;
}

static bool set_probe(struct options *options, char *value)
{
    options->with_probe = strcmp(value, "1") == 0;
    return true;
}

static bool set_group(struct options *options, char *value)
{
    return options->group_count < USAGE_GROUPS_MAX &&
           usage_group_parse(&options->groups[options->group_count++], value);
}

static const struct {
    const char *name;
    bool (*set)(struct options *options, char *value);
    const char *sentence;
} words[] = {
    {"label", set_label, "repeated in the report"},
    {"dialect", set_dialect, "what the server speaks, see below"},
    {"server", set_server, "127.0.0.1:PORT"},
    {"transport", set_transport, "how readers listen: poll, stream or ws"},
    {"rooms", set_rooms, "how many"},
    {"readers", set_readers, "how many, evenly in the rooms"},
    {"posters", set_posters, "connections that post"},
    {"pace", set_pace,
     "posts per second; 'answered': each poster posts again as soon as the "
     "last was\n              answered; 'told': when everybody has the last"},
    {"seconds", set_seconds, "how long is posted"},
    {"size", set_size, "of a message, in bytes"},
    {"sessions", set_sessions, "1: readers carry a session, as posters do"},
    {"probe", set_probe, "1: measure other requests too"},
    {"group", set_group,
     "NAME:PID,PID,... whose cost is reported; may be repeated"},
};

#define WORD_COUNT (sizeof words / sizeof words[0])

void options_help(FILE *to)
{
    fputs("usage: load NAME=VALUE...\n\n"
          "Posts into rooms, listens to them, and prints one line of JSON: how "
          "long it\ntook, what it cost, and whether anything was lost, doubled "
          "or reordered.\n\n",
          to);
    for (size_t i = 0; i < WORD_COUNT; i++)
        fprintf(to, "  %-11s %s\n", words[i].name, words[i].sentence);
    fputs("\ndialects:\n", to);
    for (size_t i = 0; dialects[i] != NULL; i++)
        fprintf(to, "  %-11s %s\n", dialects[i]->name, dialects[i]->sentence);
}

static bool take_word(struct options *options, char *word)
{
    char *equals = strchr(word, '=');

    if (equals == NULL)
        return false;
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (strncmp(word, words[i].name, (size_t)(equals - word)) == 0 &&
            words[i].name[equals - word] == '\0')
            return words[i].set(options, equals + 1);
    }
    return false;
}

static bool complain(const char *what, const char *value)
{
    fprintf(stderr, "load: %s%s (load help tells more)\n", what, value);
    return false;
}

/* As many descriptors as allowed; false if that is not enough. */
static bool get_descriptors(unsigned needed)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return false;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= needed)
        return true;
    fprintf(stderr,
            "load: the descriptor limit binds: %u needed, %llu allowed\n",
            needed, (unsigned long long)limit.rlim_max);
    return false;
}

bool options_parse(struct options *options, int argc, char **argv)
{
    *options = (struct options){
        .label = "",
        .rooms = 1,
        .posters = 1,
        .rate = 1,
        .seconds = 1,
        .size = 64,
    };
    for (int i = 1; i < argc; i++) {
        if (!take_word(options, argv[i]))
            return complain("makes no sense: ", argv[i]);
    }
    if (options->dialect == NULL || options->server.sin_port == 0)
        return complain("dialect= and server= are needed", "");
    if (options->readers > 0 &&
        options->dialect->listen[options->transport] == NULL)
        return complain("not in this dialect: readers", "");
    if (options->readers > 0 && options->readers % options->rooms != 0)
        return complain("readers must be a multiple of rooms", "");
    return get_descriptors(options->readers + options->posters +
                           OTHER_DESCRIPTORS);
}
