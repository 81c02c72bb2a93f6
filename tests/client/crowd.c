/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Threads attach and detach while another forks: no child has an attachment that is not
   counted, and in the end none is left.  */

#define _GNU_SOURCE 1
#include "check.h"
#include <pthread.h>

#define THREADS 3
#define FORKS 40

static volatile int over;
static int ids[THREADS];
/* Where a thread's attachment is at this moment, or null.  */
static void *volatile held[THREADS];

static void *
attach_and_detach (void *argument)
{
  int i = (intptr_t) argument;
  long rounds = 0;

  while (! over)
    {
      void *p = shmat (ids[i], NULL, 0);
      if (p == BAD)
	return (void *) -1;
      held[i] = p;
      held[i] = NULL;
      if (shmdt (p) < 0)
	return (void *) -1;
      rounds++;
    }
  return (void *) rounds;
}

int
main (void)
{
  pthread_t threads[THREADS];
  long rounds = 0;
  int broken = 0, uncounted = 0;

  setvbuf (stdout, NULL, _IOLBF, 0);
  for (int i = 0; i < THREADS; i++)
    {
      ids[i] = shmget (IPC_PRIVATE, 4096, 0600);
      need (ids[i] > 0, "creates a segment");
      need (pthread_create (&threads[i], NULL, attach_and_detach, (void *) (intptr_t) i) == 0,
	    "starts a thread");
    }
  for (int n = 0; n < FORKS; n++)
    {
      pid_t pid = fork ();
      if (pid == 0)
	{
	  /* What was held when memory was copied is mapped here, and so must be counted for
	     this process: the parent's own may be gone, and is at most one.  */
	  for (int i = 0; i < THREADS; i++)
	    if (held[i] != NULL && nattch (ids[i]) < 1)
	      _exit (1);
	  for (int i = 0; i < THREADS; i++)
	    if (held[i] != NULL && shmdt (held[i]) < 0)
	      _exit (2);
	  _exit (0);
	}
      int status = reap (pid, 30);
      uncounted += status == 1 || status == 2;
      broken += status > 2;
    }
  over = 1;
  for (int i = 0; i < THREADS; i++)
    {
      void *result;
      pthread_join (threads[i], &result);
      broken += (long) result < 0;
      rounds += (long) result;
    }
  errno = 0;
  check (broken == 0, "threads_and_children_end_well (%d, %ld rounds)", broken, rounds);
  check (uncounted == 0, "what_a_child_inherits_is_counted (%d)", uncounted);
  for (int i = 0; i < THREADS; i++)
    {
      check (nattch (ids[i]) == 0, "nothing_is_left_%d", i);
      shmctl (ids[i], IPC_RMID, NULL);
    }
  return finish ();
}
