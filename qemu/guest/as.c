/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command as another user, in the group of the same number:

     as UID COMMAND ARGUMENT...  */

#include <err.h>
#include <grp.h>
#include <stdlib.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  char *end;
  long id;

  if (argc < 3)
    errx (126, "usage: as UID COMMAND ARGUMENT...");
  id = strtol (argv[1], &end, 10);
  if (id < 0 || end == argv[1] || *end != '\0')
    errx (126, "%s: not a user id", argv[1]);
  if (setgroups (0, NULL) || setgid (id) || setuid (id))
    err (126, "user %ld", id);
  execvp (argv[2], argv + 2);
  err (127, "%s", argv[2]);
}
