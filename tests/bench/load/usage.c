#include "load/usage.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

bool usage_group_parse(struct usage_group *group, char *text)
{
    char *at = strchr(text, ':');

    if (at == NULL || at == text)
        return false;
    *at++ = '\0';
    group->name = text;
    for (group->count = 0; group->count < USAGE_PIDS_MAX; group->count++) {
        char *end;
        const long pid = strtol(at, &end, 10);

        if (end == at || pid <= 0 || pid > INT_MAX)
            return false;
        group->pids[group->count] = (pid_t)pid;
        if (*end == '\0') {
            group->count++;
            return true;
        }
        if (*end != ',')
            return false;
        at = end + 1;
    }
    return false;
}

static FILE *open_proc(pid_t pid, const char *file)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    return fopen(path, "re");
}

static uint64_t ticks_to_ms(uint64_t ticks)
{
    return ticks * 1000 / (uint64_t)sysconf(_SC_CLK_TCK);
}

/* The name of the program, in parentheses, may contain anything, parentheses
 * too; utime and stime are the 12th and 13th number behind it. */
static void add_cpu(struct usage *usage, pid_t pid)
{
    FILE *file = open_proc(pid, "stat");
    char line[1024];
    const char *at;
    uint64_t user;
    uint64_t system;

    if (file == NULL)
        return;
    if (fgets(line, sizeof line, file) != NULL &&
        (at = strrchr(line, ')')) != NULL &&
        // NOLINTNEXTLINE(cert-err34-c): the kernel writes numbers
        sscanf(at + 1,
               " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
               "%" SCNu64 " %" SCNu64,
               &user, &system) == 2) {
        usage->user_ms += ticks_to_ms(user);
        usage->system_ms += ticks_to_ms(system);
    }
    fclose(file);
}

static void add_memory(struct usage *usage, pid_t pid)
{
    FILE *file = open_proc(pid, "smaps_rollup");
    char line[256];

    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "Rss:", 4) == 0)
            usage->rss_kb += strtoull(line + 4, NULL, 10);
        else if (strncmp(line, "Pss:", 4) == 0)
            usage->pss_kb += strtoull(line + 4, NULL, 10);
    }
    fclose(file);
}

struct usage usage_now(const struct usage_group *group)
{
    struct usage usage = {0};

    for (unsigned i = 0; i < group->count; i++) {
        add_cpu(&usage, group->pids[i]);
        add_memory(&usage, group->pids[i]);
    }
    return usage;
}

uint64_t usage_own_cpu_ms(void)
{
    struct rusage self;

    getrusage(RUSAGE_SELF, &self);
    return (uint64_t)(self.ru_utime.tv_sec + self.ru_stime.tv_sec) * 1000 +
           (uint64_t)(self.ru_utime.tv_usec + self.ru_stime.tv_usec) / 1000;
}
