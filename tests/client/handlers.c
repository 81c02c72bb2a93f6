/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whoever has handlers around fork may attach, ask, detach and fork in them, whenever they were
   registered: by the program's own .preinit_array, which runs before any library's constructor,
   by a constructor, or by main.  They find no lock held.  fork, _Fork and vfork count a child's
   attachments.  (In .preinit_array no program can fork: libc's own fork waits for ever there.)

   Without arguments it runs itself once for each time of registering.  */

#define _GNU_SOURCE 1
#include "check.h"
#include <pthread.h>

static int one = -1, two = -1, trouble;
static void *mine = BAD, *theirs = BAD;

static void
before (void)
{
  if (two < 0)
    return;
  theirs = shmat (two, NULL, 0);
  if (theirs == BAD || nattch (two) != 1)
    trouble |= 1;
}

static void
in_parent (void)
{
  if (two >= 0 && (nattch (two) < 1 || shmdt (theirs) < 0))
    trouble |= 2;
}

static void
in_the_child (void)
{
  if (two < 0)
    return;
  if (nattch (two) < 1 || shmdt (theirs) < 0)
    trouble |= 4;
  void *again = shmat (two, NULL, 0);
  if (again == BAD || shmdt (again) < 0)
    trouble |= 8;
  /* A handler may have children too, if it sees to it that that ends.  */
  int id = two;
  two = -1;
  pid_t pid = fork ();
  if (pid == 0)
    _exit (mine == BAD || nattch (one) >= 2 ? 0 : 1);
  if (pid < 0 || reap (pid, 20) != 0)
    trouble |= 16;
  two = id;
}

/* Fork by MAKE with an attachment; the child is counted when fork returns, on both sides.  */
static int
counted (pid_t (*make) (void))
{
  int id = shmget (IPC_PRIVATE, 4096, 0600);
  void *p = shmat (id, NULL, 0);
  int pipe_ends[2];
  char byte;

  if (p == BAD || pipe (pipe_ends) < 0)
    return 0;
  pid_t pid = make ();
  if (pid == 0)
    {
      int right = nattch (id) == 2;
      close (pipe_ends[1]);
      if (read (pipe_ends[0], &byte, 1) < 0)
	_exit (2);
      _exit (! right);
    }
  int right = pid > 0 && nattch (id) == 2;
  close (pipe_ends[0]);
  close (pipe_ends[1]);
  right = reap (pid, 20) == 0 && right && nattch (id) == 1;
  return shmdt (p) == 0 && shmctl (id, IPC_RMID, NULL) == 0 && right;
}

static const char *mode = "";
static int early = -1;

static void
preinit (int argc, char **argv, char **envp)
{
  (void) envp;
  if (argc > 2)
    mode = argv[1];
  if (strcmp (mode, "preinit") == 0)
    pthread_atfork (before, in_parent, in_the_child);
}

__attribute__ ((section (".preinit_array"), used))
static void (*const entry) (int, char **, char **) = preinit;

static void __attribute__ ((constructor))
construct (void)
{
  if (strcmp (mode, "constructor") == 0)
    pthread_atfork (before, in_parent, in_the_child);
  if (strcmp (mode, "constructor-forks") == 0)
    early = counted (_Fork) && counted (fork);
}

/* 0 if all is well.  */
static int
inner (int attached)
{
  if (early >= 0)
    return ! early;
  if (strcmp (mode, "main") == 0)
    pthread_atfork (before, in_parent, in_the_child);
  one = shmget (IPC_PRIVATE, 4096, 0600);
  two = shmget (IPC_PRIVATE, 4096, 0600);
  if (attached)
    mine = shmat (one, NULL, 0);
  for (int round = 0; round < 5 && ! trouble; round++)
    {
      pid_t pid = fork ();
      if (pid == 0)
	_exit (trouble ? trouble : nattch (one) == 2 * attached ? 0 : 64);
      int status = reap (pid, 30);
      if (status)
	return status;
      if (nattch (one) != attached || nattch (two) != 0)
	return 65;
    }
  shmctl (one, IPC_RMID, NULL);
  shmctl (two, IPC_RMID, NULL);
  return trouble;
}

int
main (int argc, char **argv)
{
  static const char *const modes[] = { "main", "constructor", "preinit", "constructor-forks" };
  (void) argc;
  if (*mode != '\0')
    return inner (argv[2][0] == 'a');
  setvbuf (stdout, NULL, _IOLBF, 0);
  for (unsigned int i = 0; i < sizeof modes / sizeof modes[0]; i++)
    for (int attached = 0; attached < 2; attached++)
      {
	pid_t pid = fork ();
	if (pid == 0)
	  {
	    execl (argv[0], argv[0], modes[i], attached ? "attached" : "not", (char *) NULL);
	    _exit (127);
	  }
	int status = reap (pid, 30);
	errno = 0;
	check (status == 0, "handlers_of_%s_%s (%d)", modes[i],
	       attached ? "with_an_attachment" : "without", status);
      }
  check (counted (fork), "fork_counts_the_child");
  check (counted (_Fork), "_Fork_counts_the_child");
  check (counted (vfork), "vfork_counts_the_child");
  return finish ();
}
