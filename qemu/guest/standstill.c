// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes the Hurd's ext2fs stand still for good, without our server or client: four processes write
   to files, each write of so many KiB, and two send them signals. Writes of 32 KiB and more stop the
   file system within seconds, smaller ones and writes without signals do not.

     standstill SECONDS KIB [quiet]

   Of a write of 32 KiB and more libpager makes a vm_copy (libpager/pager-memcpy.c), in which the
   kernel waits for pages of the file. A signal to the writer sends interrupt_operation; the thread
   that serves it holds the lock of libports (libports/interrupt-rpcs.c) and waits for the writing
   thread to stop, which it does not do in a vm_copy. The pages come from ext2fs's pager, and it needs
   that lock to take the request for them.  */

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WRITERS = 4, SENDERS = 2, FILE_SIZE = 1 << 20 };

static void ignore (int signal)
{
  (void) signal;
}

/* Writes a file of holes full, again and again, until `end`.  */
static void write_files (int number, size_t size, time_t end, volatile long *writes)
{
  struct sigaction action = { .sa_handler = ignore, .sa_flags = SA_RESTART };
  sigaction (SIGUSR1, &action, 0);
  char name[32];
  snprintf (name, sizeof name, "/standstill.%d", number);
  int fd = open (name, O_RDWR | O_CREAT | O_TRUNC, 0600);
  char *data = mmap (0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
  if (fd < 0 || data == MAP_FAILED)
    err (1, "%s", name);
  memset (data, number + 1, size);
  while (time (0) < end)
    {
      if (ftruncate (fd, 0) || ftruncate (fd, FILE_SIZE))
        err (1, "ftruncate");
      for (size_t at = 0; at + size <= FILE_SIZE; at += size, ++*writes)
        if (pwrite (fd, data, size, (off_t) at) != (ssize_t) size)
          err (1, "pwrite");
    }
  unlink (name);
}

static void send_signals (unsigned seed, const pid_t *to, time_t end)
{
  while (time (0) < end)
    for (int writer = 0; writer < WRITERS; writer++)
      {
        kill (to[writer], SIGUSR1);
        struct timespec pause = { 0, rand_r (&seed) % 3000 * 1000 };
        nanosleep (&pause, 0);
      }
}

int main (int count, char **arguments)
{
  if (count < 3)
    errx (2, "usage: standstill SECONDS KIB [quiet]");
  time_t end = time (0) + atoi (arguments[1]);
  size_t size = (size_t) atoi (arguments[2]) << 10;
  volatile long *writes = mmap (0, WRITERS * sizeof *writes, PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANON, -1, 0);
  if (size == 0 || size > FILE_SIZE || writes == MAP_FAILED)
    errx (2, "KIB is 1 to 1024");
  signal (SIGUSR1, SIG_IGN);
  pid_t writers[WRITERS];
  for (int it = 0; it < WRITERS; it++)
    if ((writers[it] = fork ()) == 0)
      {
        write_files (it, size, end, &writes[it]);
        _exit (0);
      }
  for (int it = 0; it < SENDERS && count == 3; it++)
    if (fork () == 0)
      {
        /* A writer that has ended would be sent signals of another process's id.  */
        send_signals (it + 1, writers, end - 1);
        _exit (0);
      }
  while (time (0) < end)
    {
      sleep (2);
      long sum = 0;
      for (int it = 0; it < WRITERS; it++)
        sum += writes[it];
      printf ("%ld writes\n", sum);
      fflush (stdout);
    }
  int status, failed = 0;
  while (wait (&status) > 0)
    failed |= status;
  puts ("all ended");
  return failed != 0;
}
