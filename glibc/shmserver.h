/* SPDX-License-Identifier: LGPL-2.1-or-later */
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

#ifndef _SHMSERVER_H
#define _SHMSERVER_H 1

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/shm.h>
#include <hurd.h>
#include <hurd/shm.h>

/* libshm-hurd.so, which is built from the same files outside the C library,
   defines these otherwise.  */
#ifndef HURD_SHM_HAVE_FILES
/* There is another scheme.  */
# define HURD_SHM_HAVE_FILES 1
/* The functions of shmserver.c for forks and changes of ids are called.  */
# define HURD_SHM_HOOKED 1
/* What a look-up of the server locks is free while a fork prepares.  */
# define HURD_SHM_FORK_WAITS_FOR_LOOKUPS 1
#endif

/* A process uses one of two schemes for all its segments: the server on
   _SERVERS_SHM or, on a system where none is set, files in /dev/shm.  The
   first of the four functions that it calls decides; its children inherit the
   choice, and exec forgets it.  So an attachment is always detached by the
   scheme that made it, and no process sees half of the segments in one scheme
   and half in the other.

   Return true if it is files.  An error that does not tell decides nothing:
   the call goes to the server and reports it.  */
extern bool _hurd_shm_files (void) attribute_hidden;

/* The functions of the other scheme.  */
extern int __shmget_files (key_t key, size_t size, int shmflg)
     attribute_hidden;
extern void *__shmat_files (int shmid, const void *shmaddr, int shmflg)
     attribute_hidden;
extern int __shmdt_files (const void *shmaddr) attribute_hidden;
extern int __shmctl_files (int shmid, int cmd, struct shmid_ds *buf)
     attribute_hidden;

/* Each call of the server runs between _hurd_shm_enter and _hurd_shm_leave,
   in a critical section: a signal handler of this thread runs before or after
   the call, so it never finds an attachment half made, and may itself fork or
   call these functions.  A signal whose action is to end the process ends it
   at once.  No lock is held while the server is called.  */

struct hurd_shm_call
  {
    /* For the caller to set: the call changes the attachments of this
       process, so a fork waits for its end.  */
    bool changes;

    mach_port_t port;
    /* The list of all calls under way.  */
    struct hurd_shm_call *next, **prevp;
    /* How often the ids of the process had changed when this call began.  */
    unsigned int ids;
    void *critical;
    /* It is on that list, and counted if it changes attachments.  */
    bool entered;
    /* The server died during an earlier try.  */
    bool died;
    /* How often the server was too busy for it.  */
    unsigned int refused;
    /* No shm server is on the node.  */
    bool absent;
  };

/* Get the port of the server into CALL->port.  */
extern error_t _hurd_shm_enter (struct hurd_shm_call *call) attribute_hidden;

/* End what _hurd_shm_enter began.  *ERR is what the call returned; it is
   replaced with what the user is to be told.  Return true if the whole of it
   should be done again.  */
extern bool _hurd_shm_leave (struct hurd_shm_call *call, error_t *err)
     attribute_hidden;

/* Evaluate EXPR, an RPC on `port', the port of the server.  The rest of the
   arguments initialize the flag in struct hurd_shm_call.  */
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
   __sysvshm_attach.  To be called in a call that changes attachments, as are
   the next two.  */
extern int _hurd_shm_held (void) attribute_hidden;

/* An attach succeeded and returned TOKEN; consume that right.  It is null if
   we hold one.  */
extern void _hurd_shm_attached (mach_port_t token) attribute_hidden;

/* A detach succeeded.  */
extern void _hurd_shm_detached (void) attribute_hidden;

/* The function named CALL is about to fail with ERR.  SIZE is what shmget was
   asked for, else 0.  If the user wants to know, say why.  Return ERR.  */
extern error_t _hurd_shm_explain (const char *call, error_t err, size_t size)
     attribute_hidden;

#endif /* shmserver.h */
