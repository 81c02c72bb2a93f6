/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System V shared memory by preloading: libshm-hurd.so.
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


/* The four functions in front of the C library's own, for programs run with
   LD_PRELOAD or /etc/ld.so.preload, or linked with -lshm-hurd.  They are the
   files that become part of the C library, built against its public
   interfaces.

   Inside the C library, three hooks tell these files of a fork and of a change
   of ids.  Outside it there is no way to add to the hooks: they are sections
   of libc.so.  But to fork and to change ids the C library makes RPCs whose
   stubs are in libhurduser.so, by the names with two underscores, and these
   calls are resolved like any other.  So this library stands in front of five
   of the stubs, and each calls the real one by its other name.  That catches
   fork, _Fork, vfork, forkpty and daemon alike, every function that changes
   ids, and the changes that another process asks for (msg_add_auth,
   msg_del_auth); the order in which handlers were registered and constructors
   run does not matter; and no code of the user runs between the hooks.

   It needs the C library to find our names first, as with all three ways of
   use above.  If dlopen brought this library, it does not, and then the four
   functions are the C library's.  */

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <hurd.h>
#include <hurd/port.h>
#include <hurd/process.h>
#include <hurd/signal.h>
#include <spin-lock.h>

#define exported __attribute__ ((visibility ("default")))

/* What shmserver.c has to do around a fork, and when the ids change.  */
extern void (*const _hurd_fork_prepare_hook) (void) attribute_hidden;
extern void (*const _hurd_fork_parent_hook) (void) attribute_hidden;
extern void (*const _hurd_fork_child_hook) (void) attribute_hidden;
extern void (*const _hurd_reauth_hook) (auth_t) attribute_hidden;

/* This thread is inside of the C library's fork.  The child inherits it.  */
static __thread bool forking attribute_tls_model_ie;


/* The C library's fork: everything is locked, and now the other threads are to
   be stopped, so that the address space can be copied.

   The signal thread makes this call too, when it stops or ends the process.
   Only a fork holds the locks of all the standard ports meanwhile.  */
exported kern_return_t
__proc_dostop (process_t process, thread_t contthread)
{
  static const int cells[] = { INIT_PORT_CWDIR, INIT_PORT_CRDIR,
			       INIT_PORT_AUTH, INIT_PORT_PROC };
  kern_return_t err;

  for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
    if (*(volatile spin_lock_t *) &_hurd_ports[cells[i]].lock == 0)
      return proc_dostop (process, contthread);

  _hurd_fork_prepare_hook ();
  err = proc_dostop (process, contthread);
  if (err)
    _hurd_fork_parent_hook ();
  else
    forking = true;
  return err;
}

/* In the parent: all was copied, and the child is about to run.  */
exported kern_return_t
__proc_child (process_t process, task_t child)
{
  if (forking)
    {
      forking = false;
      _hurd_fork_parent_hook ();
    }
  return proc_child (process, child);
}

/* In the child: the first that it does as a process of its own.  */
exported kern_return_t
__proc_getpids (process_t process, pid_t *pid, pid_t *ppid, int *orphaned)
{
  if (forking)
    {
      forking = false;
      _hurd_fork_child_hook ();
    }
  return proc_getpids (process, pid, ppid, orphaned);
}

/* The ids have changed, and with them the port of the auth server.  */
exported kern_return_t
__proc_reauthenticate (process_t process, mach_port_t rendezvous,
		       mach_msg_type_name_t type)
{
  struct hurd_userlink link;
  struct hurd_port *const cell = &_hurd_ports[INIT_PORT_AUTH];
  const auth_t auth = _hurd_port_get (cell, &link);

  _hurd_reauth_hook (auth);
  _hurd_port_free (cell, &link, auth);
  return proc_reauthenticate (process, rendezvous, type);
}


/* The other scheme: what the C library had before.  */

/* Its function NAME, or null.  */
static void *
libc_function (const char *name)
{
  const int saved = errno;
  void *function = dlsym (RTLD_NEXT, name);

  errno = saved;
  return function;
}

/* Whether the C library's calls come here.  They do not if dlopen brought this
   library.  */
extern __typeof (__proc_dostop) own_dostop
     __attribute__ ((alias ("__proc_dostop"), visibility ("hidden")));

bool
_hurd_shm_hooked (void)
{
  return dlsym (RTLD_DEFAULT, "__proc_dostop") == (void *) own_dostop;
}

/* Whether a process for which there is no server is to use it.  With
   SHM_HURD_FALLBACK=none in the environment it is not: the four functions
   then fail with ENOSYS.  A set-user-ID program ignores that variable.  */
bool
_hurd_shm_have_files (void)
{
  const char *choice = secure_getenv ("SHM_HURD_FALLBACK");

  return ((choice == NULL || strcmp (choice, "none") != 0)
	  && libc_function ("shmget") != NULL);
}

int
__shmget_files (key_t key, size_t size, int shmflg)
{
  int (*function) (key_t, size_t, int) = libc_function ("shmget");

  return function != NULL ? function (key, size, shmflg) : __hurd_fail (ENOSYS);
}

void *
__shmat_files (int shmid, const void *shmaddr, int shmflg)
{
  void *(*function) (int, const void *, int) = libc_function ("shmat");

  if (function != NULL)
    return function (shmid, shmaddr, shmflg);
  __hurd_fail (ENOSYS);
  return (void *) -1;
}

int
__shmdt_files (const void *shmaddr)
{
  int (*function) (const void *) = libc_function ("shmdt");

  return function != NULL ? function (shmaddr) : __hurd_fail (ENOSYS);
}

int
__shmctl_files (int shmid, int cmd, struct shmid_ds *buf)
{
  int (*function) (int, int, struct shmid_ds *) = libc_function ("shmctl");

  return function != NULL ? function (shmid, cmd, buf) : __hurd_fail (ENOSYS);
}
