/* report.h -- a run as one line of JSON. */
#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>

#include "load/run.h"

void report_print(FILE *to, const struct run *run);

#endif
