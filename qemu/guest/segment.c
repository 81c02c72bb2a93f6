/* Puts a text into the shared memory segment of a key, which it creates, or
   shows the text that is there.

     segment KEY TEXT
     segment KEY  */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>

enum { SIZE = 4096 };

int
main (int argc, char **argv)
{
  struct shmid_ds about;
  char *text;
  int id;

  if (argc != 2 && argc != 3)
    errx (2, "segment KEY [TEXT]");
  id = shmget (atoi (argv[1]), SIZE, argc == 3 ? IPC_CREAT | 0600 : 0);
  if (id < 0)
    err (1, "shmget");
  text = shmat (id, NULL, 0);
  if (text == (void *) -1)
    err (1, "shmat");
  if (argc == 3)
    snprintf (text, SIZE, "%s", argv[2]);
  else
    {
      if (shmctl (id, IPC_STAT, &about) != 0)
        err (1, "shmctl");
      printf ("%s, attached by %d\n", text, (int) about.shm_nattch);
    }
  if (shmdt (text) != 0)
    err (1, "shmdt");
  return 0;
}
