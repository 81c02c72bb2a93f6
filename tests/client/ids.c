/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that gave ids up holds no right with them: no port of the auth server, no port of
   the shm server.  Calls act with the ids of the moment.

   Runs as root.  Each case is a process of its own, since most give root up for good.  */

#define _GNU_SOURCE 1
#include "check.h"
#include <grp.h>
#include <pthread.h>
#include <hurd.h>
#include <hurd/auth.h>
#include <hurd/msg.h>
#include <hurd/process.h>
#include <hurd/shm.h>
#include <mach.h>
#include <mach/mach_port.h>

/* A segment of root's that nobody else may read.  */
static int roots;


/* Send PORT a request without arguments, and tell what its answer says, or -1 if none comes in
   two seconds: rights to anything are tried.  */
static kern_return_t
ask (mach_port_t port, int id)
{
  union
  {
    mach_msg_header_t head;
    mig_reply_header_t reply;
    char room[8192];
  } m;
  mach_port_t reply = mach_reply_port ();
  kern_return_t err;

  memset (&m.head, 0, sizeof m.head);
  m.head.msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
  m.head.msgh_size = sizeof m.head;
  m.head.msgh_remote_port = port;
  m.head.msgh_local_port = reply;
  m.head.msgh_id = id;
  err = mach_msg (&m.head, MACH_SEND_MSG | MACH_RCV_MSG | MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT,
		  sizeof m.head, sizeof m, reply, 2000, MACH_PORT_NULL);
  if (! err)
    {
      err = m.head.msgh_id == id + 100 ? m.reply.RetCode : -1;
      mach_msg_destroy (&m.head);
    }
  mach_port_destroy (mach_task_self (), reply);
  return err;
}

/* Whether LIST has ID.  */
static int
has (const uid_t *list, unsigned int count, uid_t id)
{
  for (unsigned int i = 0; i < count; i++)
    if (list[i] == id)
      return 1;
  return 0;
}

/* How many rights of this task have root's ids: uid 0 at the auth server, with GROUPS also
   gid 0, or at the shm server what only root may do.  */
static int
roots_rights (int groups)
{
  mach_port_t *names;
  mach_port_type_t *types;
  mach_msg_type_number_t count, types_count;
  int found = 0;

  if (mach_port_names (mach_task_self (), &names, &count, &types, &types_count))
    return -1;
  for (unsigned int i = 0; i < count; i++)
    {
      if (! (types[i] & MACH_PORT_TYPE_SEND) || (types[i] & MACH_PORT_TYPE_RECEIVE))
	continue;
      if (names[i] == mach_task_self ())
	continue;
      /* 25000 is auth_getids, 42000 sysvshm_version.  */
      if (ask (names[i], 25000) == 0)
	{
	  uid_t *e = NULL, *a = NULL;
	  gid_t *g = NULL, *b = NULL;
	  mach_msg_type_number_t ne = 0, na = 0, ng = 0, nb = 0;
	  if (auth_getids (names[i], &e, &ne, &a, &na, &g, &ng, &b, &nb))
	    continue;
	  if (has (e, ne, 0) || has (a, na, 0)
	      || (groups && (has (g, ng, 0) || has (b, nb, 0))))
	    {
	      printf ("port %u is root's at the auth server\n", names[i]);
	      found++;
	    }
	}
      else if (ask (names[i], 42000) == 0)
	{
	  sysvshm_ds_t ds;
	  if (__sysvshm_stat (names[i], roots, SYSVSHM_BY_ID, &ds) == 0)
	    {
	      printf ("port %u is root's at the shm server\n", names[i]);
	      found++;
	    }
	}
    }
  return found;
}

/* Whether the four functions act for a stranger to root's segment.  */
static int
stranger (void)
{
  struct shmid_ds ds;

  return shmctl (roots, IPC_STAT, &ds) < 0 && errno == EACCES;
}

/* Use the server as root: get, attach, and keep the attachment.  */
static void
use (void)
{
  struct shmid_ds ds;
  int id = shmget (IPC_PRIVATE, 4096, 0600);

  need (id > 0 && shmat (id, NULL, 0) != BAD, "root attaches");
  need (shmctl (roots, IPC_STAT, &ds) == 0, "root reads its own");
  shmctl (id, IPC_RMID, NULL);
}


/* The ways to give root up.  */

/* A right to the auth server without root's ids.  */
static auth_t
lesser_auth (void)
{
  uid_t uids[] = { 1000, 1000 };
  gid_t gids[] = { 1000, 1000 };
  auth_t new, old = getauth ();
  error_t err = auth_makeauth (old, NULL, MACH_MSG_TYPE_COPY_SEND, 0, uids, 1, uids, 2, gids, 1,
			       gids, 2, &new);

  mach_port_deallocate (mach_task_self (), old);
  errno = err;
  need (err == 0, "auth_makeauth");
  return new;
}

static int
by_setauth (void)
{
  auth_t new = lesser_auth ();
  int result = setauth (new);

  mach_port_deallocate (mach_task_self (), new);
  return result;
}

static int
by_setuid (void)
{
  return setuid (1000);
}

static int
by_setreuid (void)
{
  return setreuid (1000, 1000);
}

static int
by_setresuid (void)
{
  return setresuid (1000, 1000, 1000);
}

static int
by_groups_first (void)
{
  const gid_t group = 1000;

  return (setgroups (1, &group) < 0 || setresgid (1000, 1000, 1000) < 0
	  || setresuid (1000, 1000, 1000) < 0 ? -1 : 0);
}

static int
by_setgid (void)
{
  return setgid (1000) < 0 || setuid (1000) < 0 ? -1 : 0;
}

static const struct
{
  const char *name;
  int (*give_up) (void);
  int groups;			/* It gives gid 0 up as well.  */
} ways[] =
{
  { "setuid", by_setuid, 0 },
  { "setreuid", by_setreuid, 0 },
  { "setresuid", by_setresuid, 0 },
  { "setgroups_and_setresuid", by_groups_first, 1 },
  { "setgid_and_setuid", by_setgid, 1 },
  { "setauth", by_setauth, 1 },
};


/* Run BODY in a child and check what it returns: 0.  A look at all rights waits two seconds for
   each port that does not answer.  */
static void
in_child (const char *name, int (*body) (int), int argument)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      int result = body (argument);
      fflush (stdout);
      _exit (result < 0 || result > 99 ? 99 : result);
    }
  int status = reap (pid, 180);
  errno = 0;
  check (status == 0, "%s (%d)", name, status);
}

/* Looks before any call can change what is there.  */
static int
rights_left (int way)
{
  int rights = roots_rights (ways[way].groups);

  return rights + 10 * ! stranger ();
}

static int
gives_up (int way)
{
  use ();
  if (ways[way].give_up () < 0)
    return 90;
  return rights_left (way);
}

/* A child has the same rights under the same names.  */
static int
child_of_one_that_gave_up (int way)
{
  use ();
  if (ways[way].give_up () < 0)
    return 90;
  pid_t pid = fork ();
  if (pid == 0)
    _exit (rights_left (way));
  return reap (pid, 30);
}

static int
child_gives_up (int way)
{
  use ();
  pid_t pid = fork ();
  if (pid == 0)
    {
      if (ways[way].give_up () < 0)
	_exit (90);
      _exit (rights_left (way));
    }
  return reap (pid, 30);
}


/* Threads that never stop calling.  */

static volatile int over;

static void *
caller (void *argument)
{
  int attaches = (intptr_t) argument;
  struct shmid_ds ds;

  while (! over)
    {
      int id = shmget (IPC_PRIVATE, 4096, 0600);
      if (attaches)
	{
	  void *p = shmat (id, NULL, 0);
	  if (p != BAD)
	    shmdt (p);
	}
      else
	shmctl (roots, IPC_STAT, &ds);
      shmctl (id, IPC_RMID, NULL);
    }
  return NULL;
}

static pthread_t threads[4];

static void
start_threads (void)
{
  for (int i = 0; i < 4; i++)
    need (pthread_create (&threads[i], NULL, caller, (void *) (intptr_t) (i % 2)) == 0,
	  "threads start");
  usleep (100000);
}

static void
stop_threads (void)
{
  over = 1;
  for (int i = 0; i < 4; i++)
    pthread_join (threads[i], NULL);
}

static int
threads_call_meanwhile (int way)
{
  use ();
  start_threads ();
  if (ways[way].give_up () < 0)
    return 90;
  int result = rights_left (way);
  stop_threads ();
  return result + rights_left (way);
}

/* Fork while other threads call, give up in the child.  */
static int
child_of_threads (int way)
{
  int result = 0;

  use ();
  start_threads ();
  for (int i = 0; i < 5 && result == 0; i++)
    {
      /* So that they look anew for the port.  */
      if (seteuid (1000) < 0 || seteuid (0) < 0)
	return 91;
      pid_t pid = fork ();
      if (pid == 0)
	{
	  if (ways[way].give_up () < 0)
	    _exit (90);
	  _exit (rights_left (way));
	}
      result = reap (pid, 30);
    }
  stop_threads ();
  return result;
}


/* Back and forth.  */

/* 0 if calls act for EUID: a new segment is EUID's, and root's can be read by root alone.  */
static int
acts_for (uid_t euid)
{
  struct shmid_ds ds;
  int result = 0;
  int id = shmget (IPC_PRIVATE, 4096, 0600);

  if (id < 0)
    return 1;
  if (shmctl (id, IPC_STAT, &ds) < 0 || ds.shm_perm.cuid != euid)
    result |= 2;
  if ((shmctl (roots, IPC_STAT, &ds) == 0) != (euid == 0))
    result |= 4;
  if (shmctl (id, IPC_RMID, NULL) < 0)
    result |= 8;
  return result;
}

static int
back_and_forth (int unused)
{
  (void) unused;
  for (int i = 0; i < 5; i++)
    {
      if (acts_for (0))
	return 1;
      if (seteuid (1000) < 0 || acts_for (1000))
	return 2;
      if (seteuid (0) < 0 || acts_for (0))
	return 3;
      if (setreuid (0, 1001) < 0 || acts_for (1001))
	return 4;
      if (setreuid (0, 0) < 0 || acts_for (0))
	return 5;
      if (setresuid (0, 1002, 0) < 0 || acts_for (1002))
	return 6;
      if (setresuid (0, 0, 0) < 0 || acts_for (0))
	return 7;
    }
  return 0;
}

/* While effective ids are another's, only the available ones are root's: of the shm server there
   is no right of root's.  */
static int
no_port_while_another (int unused)
{
  (void) unused;
  use ();
  for (int i = 0; i < 5; i++)
    {
      if (seteuid (1000) < 0)
	return 90;
      mach_port_t *names;
      mach_port_type_t *types;
      mach_msg_type_number_t count, types_count;
      sysvshm_ds_t ds;
      if (mach_port_names (mach_task_self (), &names, &count, &types, &types_count))
	return 91;
      for (unsigned int j = 0; j < count; j++)
	if ((types[j] & MACH_PORT_TYPE_SEND) && ! (types[j] & MACH_PORT_TYPE_RECEIVE)
	    && names[j] != mach_task_self () && ask (names[j], 42000) == 0
	    && __sysvshm_stat (names[j], roots, SYSVSHM_BY_ID, &ds) == 0)
	  return 1;
      if (seteuid (0) < 0 || acts_for (0))
	return 92;
    }
  return 0;
}

/* A supplementary group comes after the effective one in the Hurd's one list.  */
static int
groups_count_at_once (int unused)
{
  struct shmid_ds ds;
  gid_t with[] = { 1000, 77 }, without[] = { 1000 };
  int id = shmget (IPC_PRIVATE, 4096, 0040);

  (void) unused;
  if (id < 0 || shmctl (id, IPC_STAT, &ds) < 0)
    return 1;
  ds.shm_perm.gid = 77;
  ds.shm_perm.uid = 2000;
  if (shmctl (id, IPC_SET, &ds) < 0)
    return 2;
  for (int i = 0; i < 3; i++)
    {
      if (setgroups (2, with) < 0 || seteuid (1000) < 0 || shmctl (id, IPC_STAT, &ds) < 0)
	return 3;
      if (seteuid (0) < 0 || setgroups (1, without) < 0 || seteuid (1000) < 0
	  || shmctl (id, IPC_STAT, &ds) == 0 || errno != EACCES)
	return 4;
      if (seteuid (0) < 0)
	return 5;
    }
  return shmctl (id, IPC_RMID, NULL) < 0 ? 6 : 0;
}

/* Another process, or here ourselves through our message port, replaces the right to the auth
   server: no function that changes ids is called.  */
static int
another_takes_it (int unused)
{
  mach_port_t port;
  auth_t new = lesser_auth ();
  error_t err;

  (void) unused;
  use ();
  err = proc_getmsgport (getproc (), getpid (), &port);
  if (! err)
    err = msg_set_init_port (port, mach_task_self (), INIT_PORT_AUTH, new,
			     MACH_MSG_TYPE_COPY_SEND);
  errno = err;
  if (err)
    return 90;
  mach_port_deallocate (mach_task_self (), new);
  return roots_rights (1) + 10 * ! stranger ();
}

/* What was attached as root stays, is counted in children, and can be detached.  */
static int
attachments_stay (int unused)
{
  int id = shmget (IPC_PRIVATE, 4096, 0666);
  void *p = shmat (id, NULL, 0);

  (void) unused;
  if (p == BAD || setuid (1000) < 0)
    return 1;
  *(int *) p = 7;
  pid_t pid = fork ();
  if (pid == 0)
    _exit (nattch (id) == 2 && shmdt (p) == 0 && nattch (id) == 1 ? 0 : 1);
  int status = reap (pid, 30);
  if (status)
    return 10 + status;
  return *(int *) p == 7 && nattch (id) == 1 && shmdt (p) == 0 && nattch (id) == 0 ? 0 : 2;
}

int
main (void)
{
  char name[100];

  setvbuf (stdout, NULL, _IOLBF, 0);
  need (geteuid () == 0, "runs as root");
  roots = shmget (IPC_PRIVATE, 4096, 0600);
  need (roots > 0, "root creates a segment");

  for (unsigned int i = 0; i < sizeof ways / sizeof ways[0]; i++)
    {
      snprintf (name, sizeof name, "no_right_is_roots_after_%s", ways[i].name);
      in_child (name, gives_up, i);
      snprintf (name, sizeof name, "nor_in_a_child_after_%s", ways[i].name);
      in_child (name, child_of_one_that_gave_up, i);
      snprintf (name, sizeof name, "nor_after_a_child's_%s", ways[i].name);
      in_child (name, child_gives_up, i);
    }
  for (int round = 0; round < 3; round++)
    {
      in_child ("no_right_is_roots_while_threads_call", threads_call_meanwhile, 3);
      in_child ("nor_in_a_child_of_threads", child_of_threads, 3);
    }
  in_child ("calls_act_with_the_ids_of_the_moment", back_and_forth, 0);
  in_child ("no_port_is_roots_while_ids_are_another's", no_port_while_another, 0);
  in_child ("groups_count_at_once", groups_count_at_once, 0);
  in_child ("no_port_is_roots_after_msg_set_init_port", another_takes_it, 0);
  in_child ("attachments_outlive_the_ids", attachments_stay, 0);
  shmctl (roots, IPC_RMID, NULL);
  return finish ();
}
