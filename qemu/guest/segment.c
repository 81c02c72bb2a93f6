/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts a text into the shared memory segment of a key, which it creates, or
   shows the text that is there, or runs a command while it is attached.

     segment KEY TEXT
     segment KEY
     segment KEY TEXT COMMAND ARGUMENT...  */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 4096 };

/* Runs the command, whose exec leaves it none of our attachments.  */
static int
succeeds (char **command)
{
  int status;
  pid_t child = fork ();

  if (child < 0)
    err (1, "fork");
  if (child == 0)
    {
      execvp (command[0], command);
      err (127, "%s", command[0]);
    }
  if (waitpid (child, &status, 0) != child)
    err (1, "waitpid");
  return status == 0;
}

int
main (int argc, char **argv)
{
  struct shmid_ds about;
  char *text;
  int id;

  if (argc < 2)
    errx (2, "segment KEY [TEXT [COMMAND ARGUMENT...]]");
  id = shmget (atoi (argv[1]), SIZE, argc > 2 ? IPC_CREAT | 0600 : 0);
  if (id < 0)
    err (1, "shmget");
  text = shmat (id, NULL, 0);
  if (text == (void *) -1)
    err (1, "shmat");
  if (argc > 2)
    snprintf (text, SIZE, "%s", argv[2]);
  else
    {
      if (shmctl (id, IPC_STAT, &about) != 0)
        err (1, "shmctl");
      printf ("%s, attached by %d\n", text, (int) about.shm_nattch);
    }
  if (argc > 3 && !succeeds (argv + 3))
    errx (1, "%s failed", argv[3]);
  if (shmdt (text) != 0)
    err (1, "shmdt");
  return 0;
}
