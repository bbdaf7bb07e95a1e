/* main.c -- holdline: a message wall that holds the line. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "io/config.h"
#include "io/secret.h"
#include "programs.h"

static const struct {
    const char *name;
    int (*main)(const struct config *config, int argc, char **argv);
    const char *sentence;
} programs[] = {
    {"serve", pool_main,
     "start a pool of workers and gateways and keep it going"},
    {"worker", worker_main, "be one worker (what serve starts)"},
    {"gateway", gateway_main, "be one gateway (the same for WebSockets)"},
    {"migrate", migrate_main,
     "bring the database to the form that this version needs"},
    {"shop", shop_main, "list what the shop has; change how much"},
    {"user", user_main, "list accounts; make one an administrator, or not"},
    {"healthcheck", healthcheck_main,
     "ask workers and gateways whether they are ready"},
};

#define PROGRAM_COUNT (sizeof(programs) / sizeof(programs[0]))

static int usage(FILE *to)
{
    fprintf(to, "usage: holdline COMMAND\n\n");
    for (size_t i = 0; i < PROGRAM_COUNT; i++)
        fprintf(to, "  %-12s %s\n", programs[i].name, programs[i].sentence);
    fprintf(to, "\nSettings are HOLDLINE_... in the environment; "
                "see the README.\n");
    return to == stdout ? 0 : 2;
}

static int run(size_t program, int argc, char **argv)
{
    struct config config;
    int status = 1;

    if (config_read(&config)) {
        log_init(config.log_level, programs[program].name);
        if (secret_init())
            status = programs[program].main(&config, argc, argv);
        else
            log_error("no_randomness", NULL);
    }
    config_fini(&config);
    log_flush();
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return usage(stderr);
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
        return usage(stdout);
    for (size_t i = 0; i < PROGRAM_COUNT; i++) {
        if (strcmp(argv[1], programs[i].name) == 0)
            return run(i, argc - 2, argv + 2);
    }
    return usage(stderr);
}
