/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks of libc in a segment, between processes that attached it each for itself:

     locks CASE

   What this libc does not offer between processes ends with status 77.  */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 4, ROUNDS = 500, UNSUPPORTED = 77 };

struct shared
{
  pthread_mutex_t mutex;
  pthread_spinlock_t spin;
  pthread_cond_t condition;
  pthread_rwlock_t rwlock;
  pthread_barrier_t barrier;
  sem_t ping, pong;
  int said;			/* By a process to another one.  */
  long count;			/* Changed under a lock only.  */
};

static int id;

static void
check (int error, const char *what)
{
  if (error == ENOTSUP)
    {
      shmctl (id, IPC_RMID, NULL);
      printf ("%s: not supported\n", what);
      exit (UNSUPPORTED);
    }
  if (error)
    errx (1, "%s: %s", what, strerror (error));
}

/* Each process has its own attachment, at an address of its own.  */
static struct shared *
attach (void)
{
  struct shared *shared = shmat (id, NULL, 0);
  if (shared == (void *) -1)
    err (1, "shmat");
  return shared;
}

/* Runs WORK in a new process with a new attachment.  */
static pid_t
begin (void (*work) (struct shared *, int), int number)
{
  pid_t pid = fork ();
  if (pid < 0)
    err (1, "fork");
  if (pid == 0)
    {
      work (attach (), number);
      _exit (0);
    }
  return pid;
}

/* Waits for a process to end well.  */
static void
join (pid_t pid)
{
  int status;
  if (waitpid (pid, &status, 0) != pid)
    err (1, "waitpid");
  if (status)
    errx (1, "a process ended with status %#x", status);
}

static void
all (void (*work) (struct shared *, int))
{
  pid_t pids[PROCESSES];
  for (int i = 0; i < PROCESSES; i++)
    pids[i] = begin (work, i);
  for (int i = 0; i < PROCESSES; i++)
    join (pids[i]);
}

static void
expect (long count, long expected)
{
  if (count != expected)
    errx (1, "the count is %ld, not %ld", count, expected);
}

static void
make_mutex (struct shared *shared, int robust)
{
  pthread_mutexattr_t how;
  check (pthread_mutexattr_init (&how), "pthread_mutexattr_init");
  check (pthread_mutexattr_setpshared (&how, PTHREAD_PROCESS_SHARED),
	 "pthread_mutexattr_setpshared");
  if (robust)
    check (pthread_mutexattr_setrobust (&how, PTHREAD_MUTEX_ROBUST),
	   "pthread_mutexattr_setrobust");
  check (pthread_mutex_init (&shared->mutex, &how), "pthread_mutex_init");
}

/* Adds one in two steps, with an opportunity for others in between.  */
static void
add (struct shared *shared)
{
  long count = shared->count;
  sched_yield ();
  shared->count = count + 1;
}

static void
count_with_mutex (struct shared *shared, int number)
{
  (void) number;
  for (int i = 0; i < ROUNDS; i++)
    {
      check (pthread_mutex_lock (&shared->mutex), "pthread_mutex_lock");
      add (shared);
      check (pthread_mutex_unlock (&shared->mutex), "pthread_mutex_unlock");
    }
}

static void
mutex (struct shared *shared)
{
  make_mutex (shared, 0);
  all (count_with_mutex);
  expect (shared->count, PROCESSES * ROUNDS);
}

static void
count_with_spin (struct shared *shared, int number)
{
  (void) number;
  for (int i = 0; i < ROUNDS; i++)
    {
      check (pthread_spin_lock (&shared->spin), "pthread_spin_lock");
      shared->count++;
      check (pthread_spin_unlock (&shared->spin), "pthread_spin_unlock");
      sched_yield ();
    }
}

static void
spin (struct shared *shared)
{
  check (pthread_spin_init (&shared->spin, PTHREAD_PROCESS_SHARED),
	 "pthread_spin_init");
  all (count_with_spin);
  expect (shared->count, PROCESSES * ROUNDS);
}

static void
answer (struct shared *shared, int number)
{
  (void) number;
  for (int i = 0; i < ROUNDS; i++)
    {
      if (sem_wait (&shared->ping))
	err (1, "sem_wait");
      if (shared->said != i)
	errx (1, "in round %d the other one said %d", i, shared->said);
      shared->said = -i;
      if (sem_post (&shared->pong))
	err (1, "sem_post");
    }
}

static void
semaphore (struct shared *shared)
{
  if (sem_init (&shared->ping, 1, 0) || sem_init (&shared->pong, 1, 0))
    check (errno, "sem_init");
  pid_t pid = begin (answer, 0);
  for (int i = 0; i < ROUNDS; i++)
    {
      shared->said = i;
      if (sem_post (&shared->ping) || sem_wait (&shared->pong))
	err (1, "sem_post, sem_wait");
      expect (shared->said, -i);
    }
  join (pid);
}

/* Dies with the mutex, at once or when the other process waits for it.  */
static void
die_with_mutex (struct shared *shared, int late)
{
  check (pthread_mutex_lock (&shared->mutex), "pthread_mutex_lock");
  add (shared);
  if (sem_post (&shared->ping))
    err (1, "sem_post");
  if (late)
    sleep (2);
  raise (SIGKILL);
}

static void
inherit_mutex (struct shared *shared, int late)
{
  int status;

  make_mutex (shared, 1);
  if (sem_init (&shared->ping, 1, 0))
    check (errno, "sem_init");
  pid_t pid = begin (die_with_mutex, late);
  if (sem_wait (&shared->ping))
    err (1, "sem_wait");
  if (!late && waitpid (pid, &status, 0) != pid)
    err (1, "waitpid");
  int error = pthread_mutex_lock (&shared->mutex);
  if (error != EOWNERDEAD)
    errx (1, "the lock of a dead owner: %s", strerror (error));
  check (pthread_mutex_consistent (&shared->mutex),
	 "pthread_mutex_consistent");
  check (pthread_mutex_unlock (&shared->mutex), "pthread_mutex_unlock");
  if (late && waitpid (pid, &status, 0) != pid)
    err (1, "waitpid");
  all (count_with_mutex);
  expect (shared->count, 1 + PROCESSES * ROUNDS);
}

static void
robust_mutex (struct shared *shared)
{
  inherit_mutex (shared, 0);
}

static void
robust_mutex_of_waiter (struct shared *shared)
{
  inherit_mutex (shared, 1);
}

static void
await_condition (struct shared *shared, int number)
{
  (void) number;
  check (pthread_mutex_lock (&shared->mutex), "pthread_mutex_lock");
  while (shared->said != 1)
    check (pthread_cond_wait (&shared->condition, &shared->mutex),
	   "pthread_cond_wait");
  shared->count++;
  check (pthread_mutex_unlock (&shared->mutex), "pthread_mutex_unlock");
}

static void
condition (struct shared *shared)
{
  pthread_condattr_t how;
  check (pthread_condattr_init (&how), "pthread_condattr_init");
  check (pthread_condattr_setpshared (&how, PTHREAD_PROCESS_SHARED),
	 "pthread_condattr_setpshared");
  make_mutex (shared, 0);
  check (pthread_cond_init (&shared->condition, &how), "pthread_cond_init");
  pid_t pid = begin (await_condition, 0);
  sleep (1);
  check (pthread_mutex_lock (&shared->mutex), "pthread_mutex_lock");
  shared->said = 1;
  check (pthread_cond_signal (&shared->condition), "pthread_cond_signal");
  check (pthread_mutex_unlock (&shared->mutex), "pthread_mutex_unlock");
  join (pid);
  expect (shared->count, 1);
}

static void
count_with_rwlock (struct shared *shared, int number)
{
  (void) number;
  for (int i = 0; i < ROUNDS; i++)
    {
      check (pthread_rwlock_wrlock (&shared->rwlock),
	     "pthread_rwlock_wrlock");
      add (shared);
      check (pthread_rwlock_unlock (&shared->rwlock),
	     "pthread_rwlock_unlock");
    }
}

static void
rwlock (struct shared *shared)
{
  pthread_rwlockattr_t how;
  check (pthread_rwlockattr_init (&how), "pthread_rwlockattr_init");
  check (pthread_rwlockattr_setpshared (&how, PTHREAD_PROCESS_SHARED),
	 "pthread_rwlockattr_setpshared");
  check (pthread_rwlock_init (&shared->rwlock, &how), "pthread_rwlock_init");
  all (count_with_rwlock);
  expect (shared->count, PROCESSES * ROUNDS);
}

static void
meet (struct shared *shared, int number)
{
  (void) number;
  __atomic_add_fetch (&shared->count, 1, __ATOMIC_SEQ_CST);
  int error = pthread_barrier_wait (&shared->barrier);
  if (error != PTHREAD_BARRIER_SERIAL_THREAD)
    check (error, "pthread_barrier_wait");
  expect (__atomic_load_n (&shared->count, __ATOMIC_SEQ_CST), PROCESSES);
}

static void
barrier (struct shared *shared)
{
  pthread_barrierattr_t how;
  check (pthread_barrierattr_init (&how), "pthread_barrierattr_init");
  check (pthread_barrierattr_setpshared (&how, PTHREAD_PROCESS_SHARED),
	 "pthread_barrierattr_setpshared");
  check (pthread_barrier_init (&shared->barrier, &how, PROCESSES),
	 "pthread_barrier_init");
  all (meet);
}

static const struct
{
  const char *name;
  void (*run) (struct shared *);
} cases[] = {
  { "mutex", mutex },
  { "spin", spin },
  { "semaphore", semaphore },
  { "robust_mutex", robust_mutex },
  { "robust_mutex_of_waiter", robust_mutex_of_waiter },
  { "condition", condition },
  { "rwlock", rwlock },
  { "barrier", barrier },
};

int
main (int argc, char **argv)
{
  for (size_t i = 0; argc == 2 && i < sizeof cases / sizeof cases[0]; i++)
    if (strcmp (argv[1], cases[i].name) == 0)
      {
	id = shmget (IPC_PRIVATE, sizeof (struct shared), IPC_CREAT | 0600);
	if (id < 0)
	  err (1, "shmget");
	struct shared *shared = attach ();
	alarm (30);
	cases[i].run (shared);
	struct shmid_ds about;
	if (shmctl (id, IPC_STAT, &about))
	  err (1, "IPC_STAT");
	/* The dead detached, the killed ones too.  */
	expect (about.shm_nattch, 1);
	if (shmctl (id, IPC_RMID, NULL))
	  err (1, "IPC_RMID");
	return 0;
      }
  errx (2, "usage: locks CASE");
}
