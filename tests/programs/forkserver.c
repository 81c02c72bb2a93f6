/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fuzzer and its target, in the manner of AFL:

     forkserver RUNS

   The fuzzer makes a segment for the map of edges and names it in the target's environment.  The
   target attaches it once, and forks a child for each input.  A child counts the edges that it
   takes in the map, and ends, crashes, or hangs until it is killed.  */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAP = 65536, TO_TARGET = 198, FROM_TARGET = 199, INPUT = 4 };

#define VARIABLE "FORKSERVER_SHM_ID"

/* The program under test: a lock of four letters, with a fault behind it.  */

static uint8_t *map;
static unsigned last;

/* What a compiler puts at every edge.  */
static void
edge (unsigned here)
{
  map[(here ^ last) % MAP]++;
  last = here >> 1;
}

static void
under_test (const char *input)
{
  static const char letters[] = "FUZ";
  edge (11111);
  for (unsigned i = 0; i < sizeof letters - 1; i++)
    {
      if (input[i] != letters[i])
	return edge (22222 + i);
      edge (33333 + 7 * i);
    }
  if (input[INPUT - 1] == 'Z')
    abort ();
  if (input[INPUT - 1] == 'H')
    for (;;)
      pause ();
  edge (44444);
}

static void
transfer (ssize_t (*how) (int, void *, size_t), int fd, void *data,
	  size_t size)
{
  ssize_t done;
  do
    done = how (fd, data, size);
  while (done < 0 && errno == EINTR);
  if (done != (ssize_t) size)
    err (1, "%d: %zd of %zu bytes", fd, done, size);
}

static void
get (int fd, void *data, size_t size)
{
  transfer (read, fd, data, size);
}

static void
put (int fd, const void *data, size_t size)
{
  transfer ((ssize_t (*) (int, void *, size_t)) write, fd, (void *) data,
	    size);
}

/* The target: forks at every word of the fuzzer.  */
static int
serve (const char *id)
{
  map = shmat (atoi (id), NULL, 0);
  if (map == (void *) -1)
    err (1, "target: shmat");
  put (FROM_TARGET, "hello", INPUT);
  for (;;)
    {
      char input[INPUT];
      /* The fuzzer's end of the pipe goes with it.  */
      if (read (TO_TARGET, input, sizeof input) != sizeof input)
	return 0;
      pid_t pid = fork ();
      if (pid < 0)
	err (1, "target: fork");
      if (pid == 0)
	{
	  under_test (input);
	  _exit (0);
	}
      put (FROM_TARGET, &pid, sizeof pid);
      int status;
      if (waitpid (pid, &status, 0) != pid)
	err (1, "target: waitpid");
      put (FROM_TARGET, &status, sizeof status);
    }
}

static int id;

static unsigned long
attached (void)
{
  struct shmid_ds about;
  if (shmctl (id, IPC_STAT, &about))
    err (1, "IPC_STAT");
  return about.shm_nattch;
}

static void
expect_attached (unsigned long expected, const char *when)
{
  if (attached () != expected)
    errx (1, "%s: %lu attached, not %lu", when, attached (), expected);
}

/* The map that an input has to leave, by the same code in this process.  */
static void
model (const char *input, uint8_t *expected)
{
  uint8_t *real = map;
  map = expected;
  memset (map, 0, MAP);
  last = 0;
  under_test (input);
  map = real;
}

/* Runs the target once; its map is in MAP afterwards.  */
static int
run (const char *input, int hangs)
{
  pid_t pid;
  int status;

  memset (map, 0, MAP);
  put (TO_TARGET, input, INPUT);
  get (FROM_TARGET, &pid, sizeof pid);
  if (hangs)
    {
      expect_attached (3, "a child that hangs");
      /* It is there as soon as it is forked; give it time to get where it hangs.  */
      usleep (200000);
      if (kill (pid, SIGKILL))
	err (1, "kill");
    }
  get (FROM_TARGET, &status, sizeof status);
  return status;
}

static void
expect_map (const char *input, const uint8_t *expected)
{
  if (memcmp (map, expected, MAP))
    errx (1, "%.*s left another map", INPUT, input);
}

static void
start_target (const char *program)
{
  int to[2], from[2];
  char name[20];

  if (pipe (to) || pipe (from))
    err (1, "pipe");
  snprintf (name, sizeof name, "%d", id);
  pid_t pid = fork ();
  if (pid < 0)
    err (1, "fork");
  if (pid == 0)
    {
      if (dup2 (to[0], TO_TARGET) < 0 || dup2 (from[1], FROM_TARGET) < 0
	  || setenv (VARIABLE, name, 1))
	err (1, "dup2, setenv");
      close (to[0]), close (to[1]), close (from[0]), close (from[1]);
      execlp (program, program, NULL);
      err (1, "%s", program);
    }
  if (dup2 (to[1], TO_TARGET) < 0 || dup2 (from[0], FROM_TARGET) < 0)
    err (1, "dup2");
  close (to[0]), close (to[1]), close (from[0]), close (from[1]);
}

int
main (int argc, char **argv)
{
  static uint8_t expected[MAP], seen[MAP];
  char input[INPUT + 1] = "....", hello[INPUT];
  unsigned found = 0;
  struct timeval began, ended;

  if (getenv (VARIABLE))
    return serve (getenv (VARIABLE));
  int runs = argc == 2 ? atoi (argv[1]) : 0;
  if (runs <= 0)
    errx (2, "usage: forkserver RUNS");
  alarm (120);
  id = shmget (IPC_PRIVATE, MAP, IPC_CREAT | IPC_EXCL | 0600);
  if (id < 0)
    err (1, "shmget");
  map = shmat (id, NULL, 0);
  if (map == (void *) -1)
    err (1, "shmat");
  start_target (argv[0]);
  get (FROM_TARGET, hello, sizeof hello);
  expect_attached (2, "the target has said hello");
  /* No program that dies leaves the map behind.  */
  if (shmctl (id, IPC_RMID, NULL))
    err (1, "IPC_RMID");

  gettimeofday (&began, NULL);
  for (int i = 0; i < runs; i++)
    {
      /* The letter that the map has not seen yet is the next one to be guessed.  */
      char guess[INPUT + 1];
      memcpy (guess, input, sizeof guess);
      if (found < INPUT - 1)
	guess[found] = 'A' + i % 26;
      else
	guess[found] = 'A' + i % 7;
      int status = run (guess, 0);
      if (status)
	errx (1, "%s: status %#x", guess, status);
      model (guess, expected);
      expect_map (guess, expected);
      int fresh = 0;
      for (int at = 0; at < MAP; at++)
	if (map[at] && !seen[at])
	  seen[at] = fresh = 1;
      if (fresh && i > 0 && found < INPUT - 1)
	memcpy (input, guess, sizeof input), found++;
    }
  gettimeofday (&ended, NULL);
  if (memcmp (input, "FUZ.", INPUT))
    errx (1, "after %d runs the input is %s", runs, input);

  int status = run ("FUZZ", 0);
  if (!WIFSIGNALED (status) || WTERMSIG (status) != SIGABRT)
    errx (1, "the crash ended with status %#x", status);
  status = run ("FUZH", 1);
  if (!WIFSIGNALED (status) || WTERMSIG (status) != SIGKILL)
    errx (1, "the hang ended with status %#x", status);
  expect_attached (2, "all children are gone");
  double took = (ended.tv_sec - began.tv_sec)
		+ (ended.tv_usec - began.tv_usec) / 1e6;
  printf ("figure forkserver %.1f runs/s\n", runs / took);
  return 0;
}
