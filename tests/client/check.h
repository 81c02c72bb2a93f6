/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the programs in this directory share: one line for each thing that holds or fails, in
   the words of cargo's tests, and an exit status that says whether all hold.  */

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BAD ((void *) -1)

static int passed, failed;

static void __attribute__ ((format (printf, 2, 3)))
check (int holds, const char *name, ...)
{
  const int error = errno;
  va_list list;

  printf ("test ");
  va_start (list, name);
  vprintf (name, list);
  va_end (list);
  printf (holds ? " ... ok\n" : " ... FAILED: %s\n", strerror (error));
  fflush (stdout);
  passed += !! holds;
  failed += ! holds;
}

/* The last line, and the exit status.  */
static int
finish (void)
{
  printf ("test result: %s. %d passed; %d failed\n", failed ? "FAILED" : "ok", passed, failed);
  fflush (stdout);
  return failed != 0;
}

/* Exit unless HOLDS: what follows needs it.  */
static void __attribute__ ((unused))
need (int holds, const char *what)
{
  if (holds)
    return;
  printf ("test %s ... FAILED: %s\n", what, strerror (errno));
  fflush (stdout);
  _exit (1);
}

/* The exit status of PID, or 1000 and the signal that ended it, or 2000 if it was not done in
   SECONDS and was killed.  */
static int __attribute__ ((unused))
reap (pid_t pid, double seconds)
{
  const struct timespec tick = { 0, 20 * 1000 * 1000 };
  int status;

  for (double t = 0; t < seconds; t += 0.02)
    {
      if (waitpid (pid, &status, WNOHANG) == pid)
	return WIFEXITED (status) ? WEXITSTATUS (status) : 1000 + WTERMSIG (status);
      nanosleep (&tick, NULL);
    }
  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
  return 2000;
}

static double __attribute__ ((unused))
now (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

/* Attachments of segment ID, or -1.  */
static long __attribute__ ((unused))
nattch (int id)
{
  struct shmid_ds ds;

  return shmctl (id, IPC_STAT, &ds) < 0 ? -1 : (long) ds.shm_nattch;
}
