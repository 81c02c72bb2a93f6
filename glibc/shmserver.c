/* SPDX-License-Identifier: LGPL-2.1-or-later */
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

#include <atomic.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <hurd.h>
#include <hurd/auth.h>
#include <hurd/io.h>
#include <hurd/paths.h>
#include <hurd/port.h>
#include <hurd/signal.h>
#include <libc-lock.h>
#include <lock-intern.h>
#include <lowlevellock.h>
#include <mach/error.h>
#include <mach/gnumach.h>
#include <set-hooks.h>

#include "shmserver.h"

/* The Hurd's <hurd/paths.h> defines this beside _SERVERS_SOCKET and its like
   when the server is part of it.  */
#ifndef _SERVERS_SHM
# define _SERVERS_SHM _SERVERS "ipc/shm"
#endif

/* Bounds, in milliseconds, of what must not wait for ever.  The server answers
   any request within two seconds, on a machine that is not overloaded.  */

/* How long a fork waits for attaches and detaches of other threads; how long
   for the ticket is SYSVSHM_FORK_TIMEOUT of <hurd/shm.defs>.  */
#define FORK_WAIT 5000
/* How often a call is made again that the server was too busy for, and how
   long after the first time.  Each wait is twice the one before; together
   they take 1.3 seconds.  */
#define BUSY_TRIES 7
#define BUSY_WAIT 10
/* How long a change of ids waits for calls that began with the old ones.  */
#define REAUTH_WAIT 5000

/* Held for moments: while the following are looked at or changed, while the
   ids of the process change, and from before a fork copies them until it has.
   Never while the server is asked for anything that can take long, and never
   while code runs that is not the C library's.  */
__libc_lock_define_initialized (static, shm_lock);

/* The port of the server, made with the present ids, or null.  */
static mach_port_t shm_port;

/* How often the ids have changed.  A port that was made before a change is
   not kept after it.  */
static unsigned int shm_ids;

/* The calls under way.  A port that some of them use and that is no longer
   SHM_PORT is released by the last of them.  So whatever port is SHM_PORT or
   used by a call here holds exactly one reference of ours.  */
static struct hurd_shm_call *shm_calls;

/* Calls that may be changing attachments at this moment.  */
static unsigned int shm_changing;

/* Calls that are looking up the server.  */
static unsigned int shm_looking;

/* A fork wants SHM_CHANGING to become zero and stay so.  */
static bool shm_forking;

/* Attachments, as far as we know: those that munmap removed are still counted.
   Zero only if there are none.  */
static size_t shm_attached;

/* The server learns that this process is gone or has replaced its image from
   the death of this right.  We keep it once we have it.  */
static mach_port_t shm_token;

/* While forking: the right that stands for the child's attachments.  */
static mach_port_t shm_ticket;

/* While forking: this thread holds the lock.  */
static __thread bool shm_fork_locked attribute_tls_model_ie;

/* Counts what others may wait for, with SHM_LOCK held: the end of a call, and
   of a fork.  SHM_WAITING is the number of those that wait.  */
static unsigned int shm_event;
static unsigned int shm_waiting;


/* Waiting, with a bound.  */

/* Milliseconds of some clock that is not set back.  */
static int64_t
now (void)
{
  struct timespec t;

  if (__clock_gettime (CLOCK_MONOTONIC, &t) < 0)
    return 0;
  return (int64_t) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Something that others may wait for has happened.  The lock is held.  */
static void
announce (void)
{
  ++shm_event;
  if (atomic_load_relaxed (&shm_waiting) > 0)
    __gsync_wake (__mach_task_self (), (vm_offset_t) &shm_event, 0,
		  GSYNC_BROADCAST);
}

/* Give the lock back, and wait until something happens or it is DEADLINE.  */
static void
unlock_and_wait (int64_t deadline)
{
  const unsigned int seen = shm_event;
  const int64_t left = deadline - now ();

  atomic_fetch_add_relaxed (&shm_waiting, 1);
  __libc_lock_unlock (shm_lock);
  if (left > 0)
    __gsync_wait (__mach_task_self (), (vm_offset_t) &shm_event, seen, 0,
		  left, GSYNC_TIMED);
  atomic_fetch_add_relaxed (&shm_waiting, -1);
}

/* Sleep for so many milliseconds: nobody wakes us.  */
static void
rest (unsigned int milliseconds)
{
  static unsigned int nothing;

  __gsync_wait (__mach_task_self (), (vm_offset_t) &nothing, 0, 0,
		milliseconds, GSYNC_TIMED);
}

/* Take the lock before DEADLINE.  Return false if that cannot be.  */
static bool
lock_before (int64_t deadline)
{
  while (__libc_lock_trylock (shm_lock) != 0)
    {
      if (now () >= deadline)
	return false;
      rest (2);
    }
  return true;
}


/* The port.  These are called with the lock held.  */

/* Whether a call under way uses PORT.  */
static bool
in_use (mach_port_t port)
{
  struct hurd_shm_call *call;

  for (call = shm_calls; call != NULL; call = call->next)
    if (call->port == port)
      return true;
  return false;
}

/* PORT may have lost its last user.  */
static void
release (mach_port_t port)
{
  if (port != MACH_PORT_NULL && port != shm_port && ! in_use (port))
    __mach_port_deallocate (__mach_task_self (), port);
}

/* Replace the port with NEW and consume that reference.  */
static void
set_port (mach_port_t new)
{
  const mach_port_t old = shm_port;

  if (new != MACH_PORT_NULL && (new == old || in_use (new)))
    /* A server may answer with the same right again.  */
    __mach_port_deallocate (__mach_task_self (), new);
  shm_port = new;
  release (old);
}

static void
link_call (struct hurd_shm_call *call, mach_port_t port)
{
  call->port = port;
  call->ids = shm_ids;
  call->next = shm_calls;
  call->prevp = &shm_calls;
  if (shm_calls != NULL)
    shm_calls->prevp = &call->next;
  shm_calls = call;
}

static void
unlink_call (struct hurd_shm_call *call)
{
  *call->prevp = call->next;
  if (call->next != NULL)
    call->next->prevp = call->prevp;
  release (call->port);
  announce ();
}

/* Store in *RESULT a new port of the server.  Called without the lock.  */
static error_t
look_up (mach_port_t *result)
{
  const int saved = errno;
  error_t err;

  *result = __file_name_lookup (_SERVERS_SHM, 0, 0);
  err = *result == MACH_PORT_NULL ? errno : 0;
  __set_errno (saved);
  return err;
}

error_t
_hurd_shm_enter (struct hurd_shm_call *call)
{
  error_t err = 0;

  call->port = MACH_PORT_NULL;
  call->entered = false;
  call->absent = false;
  call->critical = _hurd_critical_section_lock ();
  __libc_lock_lock (shm_lock);
  for (;;)
    {
      mach_port_t new;

      if (shm_forking && (call->changes || HURD_SHM_FORK_WAITS_FOR_LOOKUPS))
	{
	  /* That ends, whatever the server does.  */
	  unlock_and_wait (now () + FORK_WAIT);
	  __libc_lock_lock (shm_lock);
	  continue;
	}

      if (shm_port != MACH_PORT_NULL)
	break;

      link_call (call, MACH_PORT_NULL);
      ++shm_looking;
      __libc_lock_unlock (shm_lock);
      err = look_up (&new);
      __libc_lock_lock (shm_lock);
      --shm_looking;
      unlink_call (call);
      if (err)
	break;
      if (call->ids != shm_ids || shm_port != MACH_PORT_NULL)
	/* The ids changed meanwhile, or another thread was faster.  */
	__mach_port_deallocate (__mach_task_self (), new);
      else
	set_port (new);
    }

  if (! err)
    {
      link_call (call, shm_port);
      call->entered = true;
      if (call->changes)
	++shm_changing;
    }
  __libc_lock_unlock (shm_lock);

  switch (err)
    {
    case ENOENT:
    case ENOTDIR:
      /* No node.  */
      call->absent = true;
      return ENOSYS;
    case ENXIO:
    case EDIED:
      /* Its translator does not start.  */
      return ENOSYS;
    default:
      return err;
    }
}

bool
_hurd_shm_leave (struct hurd_shm_call *call, error_t *err)
{
  bool again = false, gone = false, busy = false;

  switch (*err)
    {
    case 0:
      break;

    case EAGAIN:
      /* Too many ask at once, and nothing was done.  None of these functions
	 has EAGAIN; ENOMEM is nearest: a shortage, not a bad argument.  */
      again = busy = call->refused < BUSY_TRIES;
      *err = ENOMEM;
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
      gone = true;
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
      gone = true;
      call->absent = true;
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

  if (call->entered)
    {
      __libc_lock_lock (shm_lock);
      if (gone && shm_port == call->port)
	set_port (MACH_PORT_NULL);
      if (call->changes)
	--shm_changing;
      unlink_call (call);
      __libc_lock_unlock (shm_lock);
    }
  _hurd_critical_section_unlock (call->critical);
  if (busy)
    rest (BUSY_WAIT << call->refused++);
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
  __libc_lock_lock (shm_lock);
  ++shm_attached;
  if (token != MACH_PORT_NULL)
    {
      /* Now and then there is one: two threads attached at the same time, and
	 this is another reference to the same right; or another server took
	 over, and the old name is dead.  */
      if (shm_token != MACH_PORT_NULL)
	__mach_port_deallocate (__mach_task_self (), shm_token);
      shm_token = token;
    }
  __libc_lock_unlock (shm_lock);
}

void
_hurd_shm_detached (void)
{
  __libc_lock_lock (shm_lock);
  if (shm_attached > 0)
    --shm_attached;
  __libc_lock_unlock (shm_lock);
}


/* Change of ids.  No right with ids that the process gave up stays in it: the
   port is authenticated anew at once, as descriptors are, and where that
   fails it is dropped.  No right to the auth server is kept at all.

   Other threads may be calling the server with the old port.  They release it
   when they are done, and we wait for that, so that setuid and its like
   return when no right to the server has the old ids; but not for ever: who
   calls a server that hangs releases it later.  */

/* Store in *RESULT a port like PORT, with the ids that AUTH stands for.  This
   works where the process could not open the node any more.  */
static error_t
reauthenticate (mach_port_t port, auth_t auth, mach_port_t *result)
{
  error_t err;
  int tries = 8;
  mach_port_t ref = __mach_reply_port ();

  do
    err = __io_reauthenticate (port, ref, MACH_MSG_TYPE_MAKE_SEND);
  while (err == EINTR && --tries > 0);
  if (! err)
    do
      err = __auth_user_authenticate (auth, ref, MACH_MSG_TYPE_MAKE_SEND,
				      result);
    while (err == EINTR && --tries > 0);
  __mach_port_destroy (__mach_task_self (), ref);
  return err;
}

/* Whether a call that began before the last change of ids is under way.  */
static bool
outdated_calls (void)
{
  struct hurd_shm_call *call;

  for (call = shm_calls; call != NULL; call = call->next)
    if (call->ids != shm_ids)
      return true;
  return false;
}

static void
shm_reauth (auth_t auth)
{
  mach_port_t new = MACH_PORT_NULL;

  __libc_lock_lock (shm_lock);
  ++shm_ids;
  if (shm_port != MACH_PORT_NULL)
    {
      /* With the lock held: who calls next, calls with the new ids.  */
      if (auth == MACH_PORT_NULL || reauthenticate (shm_port, auth, &new))
	new = MACH_PORT_NULL;
      set_port (new);
    }
  if (outdated_calls ())
    {
      const int64_t deadline = now () + REAUTH_WAIT;
      do
	{
	  unlock_and_wait (deadline);
	  __libc_lock_lock (shm_lock);
	}
      while (outdated_calls () && now () < deadline);
    }
  __libc_lock_unlock (shm_lock);
}
text_set_element (_hurd_reauth_hook, shm_reauth);


/* Fork.  The child has every attachment too.  They are counted before it
   exists, so that nobody sees it uncounted, and are at first tied to a right
   that both inherit, the ticket: if the child dies early, or is never made,
   the last reference to it goes and they are uncounted.

   Other threads may attach and detach meanwhile.  What the server is told must
   be what is copied: while an attach is under way, the kernel may have mapped
   the segment already, and the child would have it, although the server's
   record that the ticket counts is still to be written.  So the fork lets
   nobody begin, waits until those under way are done, takes the ticket, and
   keeps the lock until all is copied.  That is exact, and it costs a process
   without attachments two comparisons.

   None of this waits for ever.  If an attach or detach takes longer than
   FORK_WAIT, the fork goes on; the server answers within two seconds, so that
   one hangs, and what it attaches comes after the copy.  The wait for the
   ticket is bounded likewise.  A child that got no ticket, since the server
   hangs or the user has all the attachments that the server allows, is not
   counted: a fork cannot fail here.  A ticket counts too much rather than too little: what
   another thread detached after it was taken is struck off by the server,
   which compares with the child's address map.

   In the C library, shm_fork_prepare is the last thing that a fork does before
   it locks the library's own data: handlers of the user around fork run before
   it and after shm_fork_parent and shm_fork_child, and find no lock held.  */

/* Whether something is under way whose end a fork waits for.  */
static bool
unsettled (void)
{
  return (shm_changing != 0
	  || (HURD_SHM_FORK_WAITS_FOR_LOOKUPS && shm_looking != 0));
}

static void
shm_fork_prepare (void)
{
  const int64_t deadline = now () + FORK_WAIT;
  error_t err;

  shm_fork_locked = lock_before (deadline);
  if (! shm_fork_locked)
    return;

  shm_forking = true;
  while (unsettled () && now () < deadline)
    {
      unlock_and_wait (deadline);
      shm_fork_locked = lock_before (deadline + FORK_WAIT);
      if (! shm_fork_locked)
	{
	  shm_forking = false;
	  return;
	}
    }

  shm_ticket = MACH_PORT_NULL;
  if ((shm_attached != 0 || shm_changing != 0) && shm_port != MACH_PORT_NULL)
    {
      /* Tickets of this user are used up?  Children give them back.  */
      while ((err = __sysvshm_fork (shm_port, __mach_task_self (),
				    &shm_ticket)) == EAGAIN
	     && now () < deadline)
	rest (10);
      if (err)
	/* There is no server any more, or it has no memory left, or hangs.  */
	shm_ticket = MACH_PORT_NULL;
      else if (shm_ticket == MACH_PORT_NULL && shm_changing == 0)
	/* They were unmapped behind our back.  */
	shm_attached = 0;
    }
}
text_set_element (_hurd_fork_prepare_hook, shm_fork_prepare);

static void
shm_fork_parent (void)
{
  if (! shm_fork_locked)
    return;
  shm_fork_locked = false;
  if (shm_ticket != MACH_PORT_NULL)
    __mach_port_deallocate (__mach_task_self (), shm_ticket);
  shm_ticket = MACH_PORT_NULL;
  shm_forking = false;
  announce ();
  __libc_lock_unlock (shm_lock);
}
text_set_element (_hurd_fork_parent_hook, shm_fork_parent);

static void
shm_fork_child (void)
{
  mach_port_t token = MACH_PORT_NULL;
  struct hurd_shm_call *call;

  if (shm_fork_locked)
    {
      /* The other threads are gone, and with them the calls they were making.
	 Nobody else releases the ports of these.  */
      while ((call = shm_calls) != NULL)
	{
	  shm_calls = call->next;
	  release (call->port);
	}
    }
  else
    {
      /* Another thread was changing all this for so long that we did not wait
	 for it, nor was a ticket taken.  */
      shm_calls = NULL;
      set_port (MACH_PORT_NULL);
      shm_ticket = MACH_PORT_NULL;
    }
  shm_fork_locked = shm_forking = false;
  shm_changing = shm_looking = shm_waiting = 0;

  if (shm_ticket != MACH_PORT_NULL)
    {
      error_t err = __sysvshm_fork_child (shm_port, __mach_task_self (),
					  shm_ticket, &token);
      if (err)
	token = MACH_PORT_NULL;
      /* While we have the ticket, the attachments are counted.  */
      if (err != MACH_RCV_TIMED_OUT && err != MACH_SEND_TIMED_OUT)
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


/* Which scheme.  */

enum { UNDECIDED, SERVER, FILES };
static int shm_scheme;

/* What the user wants to know.  With SHM_HURD_DEBUG=1 in the environment of a
   program that is not set-user-ID, a line on standard error says which scheme
   the process uses, and others why calls failed.  Signal handlers may be
   among the callers, so there is no stdio here and no memory is allocated.  */

struct line
  {
    size_t used;
    char text[200];
  };

static bool
debugging (void)
{
  static int wanted = -1;
  int value = atomic_load_relaxed (&wanted);

  if (value < 0)
    {
      const char *setting = __libc_secure_getenv ("SHM_HURD_DEBUG");
      value = setting != NULL && setting[0] == '1' && setting[1] == '\0';
      atomic_store_relaxed (&wanted, value);
    }
  return value != 0;
}

static void
put (struct line *line, const char *text)
{
  while (*text != '\0' && line->used < sizeof line->text - 1)
    line->text[line->used++] = *text++;
}

static void
put_number (struct line *line, uint64_t number)
{
  char digits[21];
  char *first = digits + sizeof digits - 1;

  *first = '\0';
  do
    *--first = '0' + number % 10;
  while ((number /= 10) != 0);
  put (line, first);
}

/* Write LINE, all at once, so that lines of several processes do not mix.  */
static void
finish (struct line *line)
{
  const int saved = errno;

  line->text[line->used++] = '\n';
  if (__write (STDERR_FILENO, line->text, line->used) < 0)
    /* Nobody is there to be told.  */
    __set_errno (saved);
  __set_errno (saved);
}

static void
begin (struct line *line)
{
  line->used = 0;
  put (line, "shm[");
  put_number (line, __getpid ());
  put (line, "]: ");
}

bool
_hurd_shm_files (void)
{
  int scheme = atomic_load_relaxed (&shm_scheme);
  int before;
  struct hurd_shm_call call = { .changes = false };
  uint32_t version = 0;
  error_t err = 0;
  struct line line;

  if (__glibc_likely (scheme != UNDECIDED))
    return scheme == FILES;

  if (HURD_SHM_HOOKED)
    do
      {
	err = _hurd_shm_enter (&call);
	if (! err)
	  err = __sysvshm_version (call.port, &version);
      }
    while (_hurd_shm_leave (&call, &err));

  if (! HURD_SHM_HOOKED)
    scheme = FILES;
  else if (! err)
    scheme = SERVER;
  else if (call.absent && HURD_SHM_HAVE_FILES)
    scheme = FILES;
  else
    return false;
  before = atomic_compare_and_exchange_val_acq (&shm_scheme, scheme,
						UNDECIDED);
  if (before != UNDECIDED)
    /* Another thread was faster, and all must agree.  */
    return before == FILES;

  if (debugging ())
    {
      begin (&line);
      if (scheme == SERVER)
	{
	  put (&line, "segments are those of the server on " _SERVERS_SHM
	       ", protocol ");
	  put_number (&line, version);
	}
      else
	put (&line, "no server is on " _SERVERS_SHM
	     ": segments are files in /dev/shm");
      finish (&line);
    }
  return scheme == FILES;
}

/* The name of ERR, without looking it up in the language of the user.  */
static const char *
error_name (error_t err)
{
  switch (err)
    {
    case EPERM: return "EPERM";
    case ENOENT: return "ENOENT";
    case ENOMEM: return "ENOMEM";
    case EACCES: return "EACCES";
    case EFAULT: return "EFAULT";
    case EEXIST: return "EEXIST";
    case EINVAL: return "EINVAL";
    case EMFILE: return "EMFILE";
    case ENOSPC: return "ENOSPC";
    case ENOSYS: return "ENOSYS";
    case EIEIO: return "EIEIO";
    default: return NULL;
    }
}

/* Say which limit, with its value, if it is one that INFO tells of.  */
static void
put_limit (struct line *line, error_t err, size_t size,
	   const sysvshm_info_t *info)
{
  const size_t page = __getpagesize ();
  const uint64_t pages = size / page + (size % page != 0);

  if (err == ENOSPC && info->used_ids >= info->shmmni)
    {
      put (line, ": limit --shmmni, ");
      put_number (line, info->shmmni);
      put (line, " segments, ");
      put_number (line, info->used_ids);
      put (line, " exist");
    }
  else if (err == ENOSPC
	   && (info->shm_tot > info->shmall
	       || pages > info->shmall - info->shm_tot))
    {
      put (line, ": limit --shmall, ");
      put_number (line, info->shmall);
      put (line, " pages, ");
      put_number (line, info->shm_tot);
      put (line, " are taken");
    }
  else if (err == ENOSPC)
    put (line, ": a limit of this user");
  else if (err == EINVAL && size > info->shmmax)
    {
      put (line, ": limit --shmmax, ");
      put_number (line, info->shmmax);
      put (line, " bytes");
    }
}

error_t
_hurd_shm_explain (const char *call, error_t err, size_t size)
{
  struct line line;
  const char *name;
  sysvshm_info_t info;

  if (__glibc_likely (! debugging ()))
    return err;

  begin (&line);
  put (&line, call);
  put (&line, ": ");
  name = error_name (err);
  if (name != NULL)
    put (&line, name);
  else
    {
      put (&line, "error ");
      put_number (&line, err & 0x3fff);
    }
  switch (err)
    {
    case ENOSPC:
    case EINVAL:
      if (size != 0 && ! HURD_SHM_USE (__sysvshm_info (port, &info)))
	put_limit (&line, err, size, &info);
      break;
    case EMFILE:
      put (&line, ": a limit of this user on attachments");
      break;
    case ENOSYS:
      put (&line, ": no shm server answers on " _SERVERS_SHM
	   ", or it does not know this process");
      break;
    case EIEIO:
      put (&line, ": the server on " _SERVERS_SHM " died");
      break;
    default:
      break;
    }
  finish (&line);
  return err;
}
