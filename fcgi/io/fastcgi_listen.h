/* fastcgi_listen.h -- the sockets that nginx connects to. */
#ifndef FASTCGI_LISTEN_H
#define FASTCGI_LISTEN_H

/* A listening socket for "unix:PATH" or "ADDRESS:PORT", non-blocking and closed
 * on exec.  A socket file that a dead process left behind is replaced.  Returns
 * the descriptor, or -1 after a line in the log. */
int fastcgi_listen(const char *address);

#endif
