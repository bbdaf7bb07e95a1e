/* programs.h -- what the binary can be asked to do; main.c has the table. */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <stdbool.h>

#include "io/config.h"

/* Each takes the arguments after its own name, and returns an exit status. */

/* Starts the workers and gateways, keeps them alive, replaces and drains them. */
int pool_main(const struct config *config, int argc, char **argv);

/* Answers requests: one thread, one loop.
 *
 *     --number N      which worker of the pool this is (default 1)
 *     --listen-fd FD  accept here instead of making a socket
 *     --ready-fd FD   write a byte here once requests are served */
int worker_main(const struct config *config, int argc, char **argv);

/* Holds WebSockets; the same arguments. */
int gateway_main(const struct config *config, int argc, char **argv);

/* Applies what is missing of sql/ to the database. */
int migrate_main(const struct config *config, int argc, char **argv);

/* The same for who has arguments of his own; false after a line in the log. */
bool migrate_database(const struct config *config);

/* Lists accounts, and makes administrators.  Without an error, 0; 1: the database
 * cannot be asked; 2: these are no arguments; 3: nobody is called that. */
int user_main(const struct config *config, int argc, char **argv);

/* Lists the products of the shop, and changes how many there are.  Without an
 * error, 0; 1: the database cannot be asked; 2: these are no arguments; 3: there is
 * no such product, or not so many. */
int shop_main(const struct config *config, int argc, char **argv);

/* Asks each worker and gateway whether it is ready; 0 when all are. */
int healthcheck_main(const struct config *config, int argc, char **argv);

#endif
