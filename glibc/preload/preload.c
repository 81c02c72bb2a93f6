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
   LD_PRELOAD or linked with -lshm-hurd.  They are the files that become part
   of the C library, built against its public interfaces.

   With SHM_HURD_FALLBACK=files in the environment, where there is no shm
   server, the C library's functions are called instead.  A set-user-ID
   program ignores that variable, and the loader's LD_PRELOAD with it.  */

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/shm.h>

#define exported __attribute__ ((visibility ("default")))

/* What sysvshm.c has to do around a fork.  */
extern void (*const _hurd_fork_prepare_hook) (void) attribute_hidden;
extern void (*const _hurd_fork_parent_hook) (void) attribute_hidden;
extern void (*const _hurd_fork_child_hook) (void) attribute_hidden;

static pid_t (*libc_fork) (void);

/* Signals that were blocked before this fork.  Guarded by the lock that the
   hooks hold meanwhile.  Inside the C library they run in a critical section;
   here, a handler that came in between would wait for that lock for ever.  */
static sigset_t blocked;

static void
prepare (void)
{
  sigset_t all, old;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &old);
  _hurd_fork_prepare_hook ();
  blocked = old;
}

static void
parent (void)
{
  const sigset_t old = blocked;

  _hurd_fork_parent_hook ();
  pthread_sigmask (SIG_SETMASK, &old, NULL);
}

static void
child (void)
{
  const sigset_t old = blocked;

  _hurd_fork_child_hook ();
  pthread_sigmask (SIG_SETMASK, &old, NULL);
}

static void __attribute__ ((constructor))
initialize (void)
{
  /* Looked up now, because _Fork may be called from a signal handler.  */
  libc_fork = dlsym (RTLD_NEXT, "_Fork");
  /* These run in fork, and so in vfork, forkpty and daemon.  */
  pthread_atfork (prepare, parent, child);
}

/* _Fork runs none of the handlers of pthread_atfork.  The fork of the C
   library does not come here.  */
exported pid_t
_Fork (void)
{
  pid_t pid;
  int error;

  if (libc_fork == NULL)
    {
      errno = ENOSYS;
      return -1;
    }
  prepare ();
  pid = libc_fork ();
  error = errno;
  if (pid == 0)
    child ();
  else
    parent ();
  errno = error;
  return pid;
}

/* The C library's function NAME if it is to be called in place of ours, which
   just failed, or null.  It is to find errno as ours did, BEFORE.  */
static void *
fallback (const char *name, int before)
{
  const int after = errno;
  const char *choice;
  void *function = NULL;

  if (after == ENOSYS)
    {
      choice = secure_getenv ("SHM_HURD_FALLBACK");
      if (choice != NULL && strcmp (choice, "files") == 0)
	function = dlsym (RTLD_NEXT, name);
    }
  errno = function != NULL ? before : after;
  return function;
}

exported int
shmget (key_t key, size_t size, int shmflg)
{
  const int before = errno;
  int (*files) (key_t, size_t, int);
  int id = __shmget (key, size, shmflg);

  if (id < 0 && (files = fallback ("shmget", before)) != NULL)
    id = files (key, size, shmflg);
  return id;
}

exported void *
shmat (int shmid, const void *shmaddr, int shmflg)
{
  const int before = errno;
  void *(*files) (int, const void *, int);
  void *address = __shmat (shmid, shmaddr, shmflg);

  if (address == (void *) -1 && (files = fallback ("shmat", before)) != NULL)
    address = files (shmid, shmaddr, shmflg);
  return address;
}

exported int
shmdt (const void *shmaddr)
{
  const int before = errno;
  int (*files) (const void *);
  int result = __shmdt (shmaddr);

  if (result < 0 && (files = fallback ("shmdt", before)) != NULL)
    result = files (shmaddr);
  return result;
}

exported int
shmctl (int shmid, int cmd, struct shmid_ds *buf)
{
  const int before = errno;
  int (*files) (int, int, struct shmid_ds *);
  int result = __shmctl (shmid, cmd, buf);

  if (result < 0 && (files = fallback ("shmctl", before)) != NULL)
    result = files (shmid, cmd, buf);
  return result;
}
