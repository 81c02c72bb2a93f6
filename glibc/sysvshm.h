/* The client side of the System V shared memory server.
   Copyright The GNU Toolchain Authors.
   This file is part of the GNU C Library.

   The GNU C Library is free software; you can redistribute it and/or
   modify it under the terms of the GNU Lesser General Public
   License as published by the Free Software Foundation; either
   version 2.1 of the License, or (at your option) any later version.

   The GNU C Library is distributed in the hope that it will be useful,
   but WITHOUT ANY WARRANTY; without even the implied warranty of
   MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the GNU
   Lesser General Public License for more details.

   You should have received a copy of the GNU Lesser General Public
   License along with the GNU C Library; if not, see
   <https://www.gnu.org/licenses/>.  */

#ifndef _SYSVSHM_H
#define _SYSVSHM_H 1

#include <errno.h>
#include <stdbool.h>
#include <hurd.h>
#include <hurd/port.h>
#include <hurd/shm.h>

/* Each call of the server runs between _hurd_shm_enter and _hurd_shm_leave,
   in a critical section: a signal handler of this thread runs before or after
   the call, so it never finds our lock held or an attachment half made, and
   may itself fork or call these functions.  A signal whose action is to end
   the process ends it at once.  */

struct hurd_shm_call
  {
    /* For the caller to set: hold the lock that keeps attachments as they
       are while the process forks.  */
    bool exclusive;
    /* For the caller to set: what is asked does not depend on who asks, so
       the port serves even if it has the ids of an earlier time.  */
    bool anybody;

    mach_port_t port;
    struct hurd_userlink link;
    void *critical;
    bool died;
  };

/* Get the port of the server into CALL->port.  */
extern error_t _hurd_shm_enter (struct hurd_shm_call *call) attribute_hidden;

/* End what _hurd_shm_enter began.  *ERR is what the call returned; it is
   replaced with what the user is to be told.  Return true if the whole of it
   should be done again.  */
extern bool _hurd_shm_leave (struct hurd_shm_call *call, error_t *err)
     attribute_hidden;

/* Evaluate EXPR, an RPC on `port', the port of the server.  The rest of the
   arguments initialize the flags in struct hurd_shm_call.  */
#define HURD_SHM_USE(expr, ...)						      \
  ({ struct hurd_shm_call __call = { __VA_ARGS__ };			      \
     error_t __err;							      \
     do									      \
       {								      \
	 __err = _hurd_shm_enter (&__call);				      \
	 if (! __err)							      \
	   {								      \
	     const mach_port_t port = __call.port;			      \
	     __err = (expr);						      \
	   }								      \
       }								      \
     while (_hurd_shm_leave (&__call, &__err));				      \
     __err; })

/* What to tell the server of the token of earlier attachments, as a flag of
   __sysvshm_attach.  To be called in an exclusive call, as are the next two.  */
extern int _hurd_shm_held (void) attribute_hidden;

/* An attach succeeded and returned TOKEN; consume that right.  It is null if
   we hold one.  */
extern void _hurd_shm_attached (mach_port_t token) attribute_hidden;

/* A detach succeeded.  */
extern void _hurd_shm_detached (void) attribute_hidden;

#endif /* sysvshm.h */
