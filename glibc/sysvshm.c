/* The connection to the System V shared memory server.
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

#include <errno.h>
#include <stddef.h>
#include <fcntl.h>
#include <hurd.h>
#include <hurd/auth.h>
#include <hurd/io.h>
#include <hurd/paths.h>
#include <hurd/port.h>
#include <hurd/signal.h>
#include <libc-lock.h>
#include <lock-intern.h>
#include <mach/error.h>
#include <set-hooks.h>

#include "sysvshm.h"

#ifndef _SERVERS_SHM
# define _SERVERS_SHM _SERVERS "ipc/shm"
#endif

/* The port of the server, and the auth port it was authenticated with.  We
   hold a reference on the latter, so that its name cannot come to mean other
   ids.  Both change together, with the cell's lock held.  */
static struct hurd_port shm_port;
static auth_t shm_auth;

/* Held from before an attach or detach until its result is recorded, and
   while the process forks.  */
__libc_lock_define_initialized (static, shm_lock);

/* Attachments, as far as we know: those that munmap removed are still counted.
   Zero only if there are none.  */
static size_t shm_attached;

/* The server learns that this process is gone or has replaced its image from
   the death of this right.  We keep it once we have it.  */
static mach_port_t shm_token;

/* While forking: the right that stands for the child's attachments.  */
static mach_port_t shm_ticket;

/* While forking: we hold the lock of SHM_PORT.  */
static bool shm_port_locked;


/* The current auth port, without a reference: good only to compare.  */
static inline auth_t
current_auth (void)
{
  return _hurd_ports[INIT_PORT_AUTH].port;
}

/* Replace the port with PORT, authenticated with AUTH.  Consume both.  */
static void
set_port (mach_port_t port, auth_t auth)
{
  auth_t old;

  __spin_lock (&shm_port.lock);
  old = shm_auth;
  shm_auth = auth;
  _hurd_port_locked_set (&shm_port, port); /* Unlocks.  */
  if (old != MACH_PORT_NULL)
    __mach_port_deallocate (__mach_task_self (), old);
}

/* Forget PORT, unless it was replaced already.  */
static void
drop_port (mach_port_t port)
{
  __spin_lock (&shm_port.lock);
  if (shm_port.port == port)
    _hurd_port_locked_set (&shm_port, MACH_PORT_NULL); /* Unlocks.  */
  else
    __spin_unlock (&shm_port.lock);
}

/* Store in *RESULT a port like PORT, with the ids that AUTH stands for.  This
   is what becomes of descriptors too when the ids change, and works where the
   process could not open the node any more.  */
static error_t
reauthenticate (mach_port_t port, auth_t auth, mach_port_t *result)
{
  error_t err;
  mach_port_t ref = __mach_reply_port ();

  err = __io_reauthenticate (port, ref, MACH_MSG_TYPE_MAKE_SEND);
  if (! err)
    err = __auth_user_authenticate (auth, ref, MACH_MSG_TYPE_MAKE_SEND,
				    result);
  __mach_port_destroy (__mach_task_self (), ref);
  return err;
}

/* Store in *RESULT a new port of the server.  */
static error_t
look_up (mach_port_t *result)
{
  const int saved = errno;
  error_t err;

  *result = __file_name_lookup (_SERVERS_SHM, 0, 0);
  err = *result == MACH_PORT_NULL ? errno : 0;
  __set_errno (saved);

  switch (err)
    {
    case ENOENT:
    case ENOTDIR:
    case ENXIO:
    case EDIED:
      /* No node, or its translator does not start.  */
      return ENOSYS;
    default:
      return err;
    }
}

/* Find the server, with the present ids.  */
static error_t
renew_port (void)
{
  error_t err = 0;
  mach_port_t new;
  auth_t auth = __USEPORT (AUTH,
			   ({ if (port != MACH_PORT_NULL)
				err = __mach_port_mod_refs
				  (__mach_task_self (), port,
				   MACH_PORT_RIGHT_SEND, 1);
			      port; }));
  if (err)
    return err;

  err = HURD_PORT_USE (&shm_port,
		       port == MACH_PORT_NULL || auth == MACH_PORT_NULL
		       ? ENOENT : reauthenticate (port, auth, &new));
  if (err && err != EINTR)
    err = look_up (&new);

  if (! err)
    set_port (new, auth);
  else if (auth != MACH_PORT_NULL)
    __mach_port_deallocate (__mach_task_self (), auth);
  return err;
}

error_t
_hurd_shm_enter (struct hurd_shm_call *call)
{
  call->critical = _hurd_critical_section_lock ();
  if (call->exclusive)
    __libc_lock_lock (shm_lock);

  call->port = MACH_PORT_NULL;
  for (;;)
    {
      error_t err;

      __spin_lock (&shm_port.lock);
      if (shm_port.port != MACH_PORT_NULL
	  && (call->anybody || shm_auth == current_auth ()))
	{
	  call->port = _hurd_port_locked_get (&shm_port, &call->link);
	  return 0;
	}
      __spin_unlock (&shm_port.lock);

      err = renew_port ();
      if (err)
	return err;
    }
}

bool
_hurd_shm_leave (struct hurd_shm_call *call, error_t *err)
{
  bool again = false;

  switch (*err)
    {
    case 0:
      break;

    case EINTR:
      /* Nothing was done.  Let the handler run, and start over.  */
      again = true;
      break;

    case MACH_SEND_INVALID_DEST:
    case MIG_SERVER_DIED:
      /* The server is gone, and all it knew with it, so there is nothing that
	 could be done twice.  The node may have another by now, or start one;
	 but if that dies too, it may be of this very call.  */
      drop_port (call->port);
      again = ! call->died;
      call->died = true;
      *err = EIEIO;
      break;

    case EOPNOTSUPP:
    case MIG_BAD_ID:
    case MIG_BAD_ARGUMENTS:
    case MIG_TYPE_ERROR:
    case MIG_REPLY_MISMATCH:
      /* The node, or another translator on it, or one of another version.  A
	 shm server may be set there later.  */
      drop_port (call->port);
      *err = ENOSYS;
      break;

    case KERN_INVALID_ADDRESS:
    case KERN_INVALID_ARGUMENT:
      *err = EINVAL;
      break;

    case KERN_NO_SPACE:
    case KERN_RESOURCE_SHORTAGE:
    case MACH_SEND_NO_BUFFER:
      *err = ENOMEM;
      break;

    case KERN_PROTECTION_FAILURE:
    case KERN_NO_ACCESS:
      *err = EACCES;
      break;

    default:
      if (err_get_system (*err) != err_get_system (EINVAL))
	/* No errno value.  */
	*err = EIEIO;
      break;
    }

  _hurd_port_free (&shm_port, &call->link, call->port);
  if (call->exclusive)
    __libc_lock_unlock (shm_lock);
  _hurd_critical_section_unlock (call->critical);
  return again;
}

int
_hurd_shm_held (void)
{
  return shm_token != MACH_PORT_NULL ? SYSVSHM_HELD : 0;
}

void
_hurd_shm_attached (mach_port_t token)
{
  ++shm_attached;
  if (token == MACH_PORT_NULL)
    return;
  /* The first, or that of another server that took over: then the old name is
     dead.  */
  if (shm_token != MACH_PORT_NULL)
    __mach_port_deallocate (__mach_task_self (), shm_token);
  shm_token = token;
}

void
_hurd_shm_detached (void)
{
  if (shm_attached > 0)
    --shm_attached;
}


/* Fork.  The child has every attachment too.  They are counted before it
   exists, so that nobody sees it uncounted, and are at first tied to a right
   that both inherit: if the child dies early, or is never made, the last
   reference to it goes and they are uncounted.

   A process without attachments pays for taking a free lock, a comparison,
   and giving the lock back.  */

/* Have the child's attachments counted.  Apart from shm_fork_prepare, so that
   that is short when there are none.  */
static __attribute_noinline__ void
get_ticket (void)
{
  error_t err;

  do
    err = HURD_PORT_USE (&shm_port,
			 port == MACH_PORT_NULL ? ENOSYS
			 : __sysvshm_fork (port, __mach_task_self (),
					   &shm_ticket));
  while (err == EINTR);
  if (err)
    /* There is no server any more, or it has no memory left.  */
    shm_ticket = MACH_PORT_NULL;
  else if (shm_ticket == MACH_PORT_NULL)
    /* They were unmapped behind our back.  */
    shm_attached = 0;

  /* The child will need the port.  */
  __spin_lock (&shm_port.lock);
  shm_port_locked = true;
}

static void
shm_fork_prepare (void)
{
  __libc_lock_lock (shm_lock);
  if (shm_attached != 0)
    get_ticket ();
}
text_set_element (_hurd_fork_prepare_hook, shm_fork_prepare);

static void
shm_fork_parent (void)
{
  if (shm_port_locked)
    {
      shm_port_locked = false;
      __spin_unlock (&shm_port.lock);
      if (shm_ticket != MACH_PORT_NULL)
	__mach_port_deallocate (__mach_task_self (), shm_ticket);
      shm_ticket = MACH_PORT_NULL;
    }
  __libc_lock_unlock (shm_lock);
}
text_set_element (_hurd_fork_parent_hook, shm_fork_parent);

static void
shm_fork_child (void)
{
  mach_port_t token = MACH_PORT_NULL;

  /* Other threads may have been using the port, or replacing it.  */
  if (! shm_port_locked && ! __spin_try_lock (&shm_port.lock))
    shm_port.port = shm_auth = MACH_PORT_NULL;
  shm_port_locked = false;
  shm_port.users = NULL;
  __spin_unlock (&shm_port.lock);

  if (shm_ticket != MACH_PORT_NULL)
    {
      error_t err;

      do
	err = __sysvshm_fork_child (shm_port.port, __mach_task_self (),
				    shm_ticket, &token);
      while (err == EINTR);
      if (err)
	token = MACH_PORT_NULL;
      __mach_port_deallocate (__mach_task_self (), shm_ticket);
      shm_ticket = MACH_PORT_NULL;
    }

  /* While we have the parent's token, its death is not noticed.  */
  if (shm_token != MACH_PORT_NULL)
    __mach_port_deallocate (__mach_task_self (), shm_token);
  shm_token = token;

  __libc_lock_init (shm_lock);
}
text_set_element (_hurd_fork_child_hook, shm_fork_child);
