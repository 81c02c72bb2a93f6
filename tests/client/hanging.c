/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A server that hangs does not hang who forks: not while another thread waits for an attach, and
   not where the fork itself asks the server.  When it goes on, all is counted right.

   Runs as root, on a system whose shm server nobody else uses: it stops that server's task.  */

#define _GNU_SOURCE 1
#include "check.h"
#include <pthread.h>
#include <hurd.h>
#include <hurd/process.h>
#include <mach.h>

/* What a fork may take: it waits at most five seconds for attaches and five for the server.  */
#define BOUND 15.0

/* The task of the program /hurd/shm, or null.  */
static task_t
server (void)
{
  pid_t *pids = NULL;
  mach_msg_type_number_t count = 0;
  task_t task = MACH_PORT_NULL;

  if (proc_getallpids (getproc (), &pids, &count))
    return MACH_PORT_NULL;
  for (unsigned int i = 0; i < count && task == MACH_PORT_NULL; i++)
    {
      char buffer[1024], *arguments = buffer;
      mach_msg_type_number_t size = sizeof buffer;
      if (! proc_getprocargs (getproc (), pids[i], &arguments, &size)
	  && size > 0 && strcmp (arguments, "/hurd/shm") == 0)
	proc_pid2task (getproc (), pids[i], &task);
    }
  return task;
}

static int id;
static void *volatile attached = BAD;

static void *
attach (void *unused)
{
  (void) unused;
  attached = shmat (id, NULL, 0);
  return NULL;
}

/* Fork and tell how long it took, in the parent and until the child has run.  */
static double
time_fork (pid_t *pid)
{
  double start = now ();
  int ends[2];
  char byte;

  if (pipe (ends) < 0)
    return 1000;
  *pid = fork ();
  if (*pid == 0)
    {
      close (ends[0]);
      if (write (ends[1], "x", 1) < 0)
	_exit (1);
      /* Until the parent has looked.  */
      for (;;)
	pause ();
    }
  close (ends[1]);
  if (read (ends[0], &byte, 1) != 1)
    return 1000;
  close (ends[0]);
  return now () - start;
}

int
main (void)
{
  pthread_t thread;
  pid_t pid;
  double took;
  void *p;
  task_t task;

  setvbuf (stdout, NULL, _IOLBF, 0);
  id = shmget (IPC_PRIVATE, 4096, 0600);
  need (id > 0, "creates a segment");
  task = server ();
  need (task != MACH_PORT_NULL, "finds the server");

  /* Nothing is attached, and another thread's attach hangs.  */
  need (task_suspend (task) == 0, "stops the server");
  need (pthread_create (&thread, NULL, attach, NULL) == 0, "starts a thread");
  usleep (300000);
  took = time_fork (&pid);
  errno = 0;
  check (took < BOUND, "a_fork_beside_a_hanging_attach_ends (%.1f s)", took);
  check (attached == BAD, "the_attach_was_hanging");
  task_resume (task);
  pthread_join (thread, NULL);
  check (attached != BAD && nattch (id) == 1, "the_attach_ends_when_the_server_goes_on");
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);

  /* The fork asks itself.  */
  need (task_suspend (task) == 0, "stops the server");
  took = time_fork (&pid);
  errno = 0;
  check (took < BOUND, "a_fork_that_asks_a_hanging_server_ends (%.1f s)", took);
  task_resume (task);
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  for (int i = 0; i < 100 && nattch (id) != 1; i++)
    usleep (50000);
  check (nattch (id) == 1, "what_the_late_answer_granted_is_given_back");

  /* And afterwards all is as before.  */
  took = time_fork (&pid);
  check (nattch (id) == 2, "the_next_fork_is_counted");
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  p = attached;
  check (shmdt (p) == 0 && nattch (id) == 0, "and_the_attachment_can_be_detached");
  shmctl (id, IPC_RMID, NULL);
  return finish ();
}
