/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs one program inside the Hurd and tells the host what came of it.

     run [-t SECONDS] [-e NAME=VALUE]... PROGRAM ARGUMENT...

   The console is shared with the kernel and ends lines in its own way, so the
   program writes into pipes, and each of its lines goes out as a frame:

     #o LENGTH TEXT    a line of standard output; #e of standard error
     #O LENGTH TEXT    a piece without a line feed yet; #E of standard error
     #exit STATUS      how it ended, or
     #signal NUMBER NAME
     #timeout          it did not end in time, and was killed

   Its own status is 0 if the program's is, and 1 otherwise.

   TEXT is LENGTH characters; backslash, a last space and everything that is
   not printable ASCII stand in it as \xHH.  */

#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <hurd.h>
#include <mach.h>

/* Bytes of a line before it is sent in pieces.  */
#define PIECE 512

struct stream
{
  int fd;			/* The end to read from, or -1.  */
  char letter;			/* Of its frames: 'o' or 'e'.  */
  size_t used;
  unsigned char text[PIECE];
};

static void
fail (const char *what)
{
  printf ("bed: run: %s: %s\n", what, strerror (errno));
  exit (125);
}

static void
send_frame (struct stream *stream, int complete)
{
  char text[4 * PIECE + 1];
  size_t length = 0;
  for (size_t i = 0; i < stream->used; i++)
    {
      unsigned char c = stream->text[i];
      int last = i + 1 == stream->used;
      if (c < ' ' || c > '~' || c == '\\' || (c == ' ' && last))
	length += sprintf (text + length, "\\x%02x", c);
      else
	text[length++] = c;
    }
  text[length] = 0;
  printf ("#%c %zu %s\n", complete ? stream->letter : stream->letter - 32,
	  length, text);
  stream->used = 0;
}

/* Reads once without waiting; returns whether there was something to read.  */
static int
forward (struct stream *stream)
{
  char buffer[8192];
  ssize_t size = read (stream->fd, buffer, sizeof buffer);
  if (size < 0 && (errno == EINTR || errno == EAGAIN))
    return 0;
  if (size <= 0)
    {
      if (stream->used)
	send_frame (stream, 0);
      close (stream->fd);
      stream->fd = -1;
      return 0;
    }
  for (ssize_t i = 0; i < size; i++)
    if (buffer[i] == '\n')
      send_frame (stream, 1);
    else
      {
	stream->text[stream->used++] = buffer[i];
	if (stream->used == PIECE)
	  send_frame (stream, 0);
      }
  return 1;
}

/* Forwards what is there, but not for ever: another stream may wait.  */
static void
forward_all (struct stream *stream)
{
  for (int reads = 0; reads < 64 && stream->fd >= 0 && forward (stream); reads++)
    ;
}

static double
now (void)
{
  struct timespec time;
  clock_gettime (CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

/* Waits for PID at most SECONDS.  */
static int
wait_at_most (pid_t pid, int *status, double seconds)
{
  double end = now () + seconds;
  for (;;)
    {
      pid_t got = waitpid (pid, status, WNOHANG);
      if (got == pid)
	return 1;
      if ((got < 0 && errno != EINTR) || now () >= end)
	return 0;
      usleep (10000);
    }
}

static pid_t
start (char **argv, struct stream streams[2])
{
  int ends[2][2];
  for (int i = 0; i < 2; i++)
    {
      if (pipe (ends[i]) < 0)
	fail ("pipe");
      fcntl (ends[i][0], F_SETFD, FD_CLOEXEC);
      fcntl (ends[i][0], F_SETFL, O_NONBLOCK);
    }
  fflush (stdout);
  pid_t pid = fork ();
  if (pid < 0)
    fail ("fork");
  if (pid == 0)
    {
      /* A group of its own, so that all of it can be killed.  */
      setpgid (0, 0);
      int nothing = open ("/dev/null", O_RDONLY);
      dup2 (nothing, 0);
      dup2 (ends[0][1], 1);
      dup2 (ends[1][1], 2);
      for (int fd = 3; fd < 16; fd++)
	close (fd);
      execvp (argv[0], argv);
      dprintf (2, "%s: %s\n", argv[0], strerror (errno));
      _exit (errno == ENOENT ? 127 : 126);
    }
  setpgid (pid, pid);
  for (int i = 0; i < 2; i++)
    {
      close (ends[i][1]);
      streams[i] = (struct stream) { .fd = ends[i][0], .letter = "oe"[i] };
    }
  return pid;
}

/* Forwards output until PID has ended, or until END.  Returns whether it ended.  */
static int
watch (pid_t pid, int *status, struct stream streams[2], double end)
{
  for (;;)
    {
      struct pollfd polls[2];
      for (int i = 0; i < 2; i++)
	polls[i] = (struct pollfd) { .fd = streams[i].fd, .events = POLLIN };
      double left = end - now ();
      if (left <= 0)
	return 0;
      if (streams[0].fd < 0 && streams[1].fd < 0)
	return wait_at_most (pid, status, left);
      int ready = poll (polls, 2, left < 1 ? (int) (left * 1000) + 1 : 1000);
      if (ready > 0)
	/* A wait costs more than a line, so let lines gather.  */
	usleep (10000);
      for (int i = 0; i < 2; i++)
	if (ready > 0 && polls[i].fd >= 0 && polls[i].revents)
	  forward_all (&streams[i]);
      if (ready == 0)
	{
	  /* Show a prompt or a last sign of life.  */
	  for (int i = 0; i < 2; i++)
	    if (streams[i].used)
	      send_frame (&streams[i], 0);
	  /* It may have ended and left children who hold the pipes.  */
	  if (waitpid (pid, status, WNOHANG) == pid)
	    return 1;
	}
      fflush (stdout);
    }
}

int
main (int argc, char **argv)
{
  double limit = 60;
  int option;
  while ((option = getopt (argc, argv, "+t:e:")) != -1)
    if (option == 't')
      limit = atof (optarg);
    else if (option != 'e' || putenv (optarg))
      exit (125);
  if (optind == argc)
    exit (125);

  static char buffer[1 << 16];
  setvbuf (stdout, buffer, _IOFBF, sizeof buffer);
  struct stream streams[2];
  int status = 0;
  pid_t pid = start (argv + optind, streams);
  int ended = watch (pid, &status, streams, now () + limit);
  int gone = ended;
  if (!ended)
    {
      /* Most end themselves when they are told to.  To kill a whole group at once
	 has been seen to leave this process in the kernel for good.  */
      kill (-pid, SIGTERM);
      gone = wait_at_most (pid, &status, 2);
    }
  if (!gone)
    {
      kill (-pid, SIGKILL);
      gone = wait_at_most (pid, &status, 5);
    }
  if (!gone)
    {
      /* Its signal thread may be what hangs.  */
      task_t task = pid2task (pid);
      if (MACH_PORT_VALID (task))
	task_terminate (task);
      gone = wait_at_most (pid, &status, 5);
    }
  /* What it wrote before the end, but not what its children may still write.  */
  for (int i = 0; i < 2; i++)
    if (streams[i].fd >= 0)
      {
	forward_all (&streams[i]);
	if (streams[i].used)
	  send_frame (&streams[i], 0);
      }
  if (!gone)
    printf ("bed: process %d does not die\n", pid);
  if (!ended)
    printf ("#timeout\n");
  else if (WIFSIGNALED (status))
    {
      const char *name = sigabbrev_np (WTERMSIG (status));
      printf ("#signal %d %s\n", WTERMSIG (status), name ? name : "?");
    }
  else
    printf ("#exit %d\n", WEXITSTATUS (status));
  fflush (stdout);
  return !(ended && WIFEXITED (status) && WEXITSTATUS (status) == 0);
}
