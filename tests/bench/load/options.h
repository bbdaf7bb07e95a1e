/* options.h -- the command line, words of the form name=value: what to do to
 * whom. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "load/dialect.h"
#include "load/usage.h"

/* When the next message is posted. */
enum pace {
    PACE_RATE,     /* so many a second, whatever happens */
    PACE_ANSWERED, /* by each poster as soon as his last was answered */
    PACE_TOLD,     /* as soon as everybody has been told the last */
};

struct options {
    const char *label; /* repeated in the report; from the command line */
    const struct dialect *dialect;
    struct sockaddr_in server;
    enum transport transport;
    unsigned rooms;
    unsigned readers; /* in all rooms together */
    unsigned posters;
    enum pace pace;
    double rate; /* posts per second, for PACE_RATE */
    double seconds;
    unsigned size; /* of a message, bytes */
    bool with_sessions;
    bool with_probe;
    struct usage_group groups[USAGE_GROUPS_MAX];
    unsigned group_count;
};

/* False after a line on stderr that says what is wrong.  'argv' is changed, and
 * pointed into. */
bool options_parse(struct options *options, int argc, char **argv);

void options_help(FILE *to);

#endif
