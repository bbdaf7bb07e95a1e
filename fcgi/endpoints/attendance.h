/* attendance.h -- who polls, or has a stream, is present in the rooms that he asks
 * for, if he has a session.
 *
 * He is not kept waiting until it is known who he is: Redis is asked meanwhile. */
#ifndef ATTENDANCE_H
#define ATTENDANCE_H

#include "endpoints/app.h"

struct attendance;

/* 'question' outlives it.  NULL for SPAN_NONE: he is nobody. */
struct attendance *attendance_start(struct app *app, struct span token,
                                    const struct hub_question *question);

/* Has him leave, as 'how' says, and frees it; NULL is fine. */
void attendance_end(struct attendance *attendance, enum presence_leaving how);

#endif
