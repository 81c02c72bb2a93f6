/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes memory away from the machine for good: returns when MIB mebibytes are
   wired, and leaves a process behind that keeps them.

     ballast MIB  */

#include <err.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* At most so much is wired by one call: no call holds the kernel for long.  */
enum { PIECE = 4 << 20 };

static void
wire (long mib)
{
  size_t size = (size_t) mib << 20;
  char *memory = mmap (NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANON, -1, 0);
  size_t at;

  if (memory == MAP_FAILED)
    err (1, "mmap of %ld MiB", mib);
  for (at = 0; at < size; at += PIECE)
    if (mlock (memory + at, size - at < PIECE ? size - at : PIECE) != 0)
      err (1, "mlock at %zu MiB of %ld", at >> 20, mib);
}

int
main (int argc, char **argv)
{
  int ready[2];
  long mib = argc == 2 ? atol (argv[1]) : 0;
  char byte = 0;

  if (mib <= 0)
    errx (2, "ballast MIB");
  if (pipe (ready) != 0)
    err (1, "pipe");
  switch (fork ())
    {
    case -1:
      err (1, "fork");
    case 0:
      close (ready[0]);
      setsid ();
      wire (mib);
      if (write (ready[1], &byte, 1) != 1)
	err (1, "write");
      close (ready[1]);
      for (;;)
	pause ();
    default:
      close (ready[1]);
      /* Without its byte it has failed, and has said why.  */
      return read (ready[0], &byte, 1) == 1 ? 0 : 1;
    }
}
