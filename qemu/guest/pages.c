/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fills the pages of shared memory segments, and checks that each page reads as
   it was written, whatever happened to it meanwhile.  A wrong page is a line on
   standard error and status 1.

     pages alone MIB           one process and one segment
     pages several N MIB       N processes with a segment each, then unattached
     pages family MIB          fork, exec and kill over one segment
     pages crowd SECONDS MIB   writers, readers and msync over neighbouring pages,
                               all of them written at least once; twice
     pages turns N MIB         N segments, one after the other
     pages many N              N small segments, and as much private memory as
                               pages the server out
     pages sparse N MIB        a page of each mebibyte of a segment, N times
     pages full MIB            segments of MIB each until shmget refuses one
     pages check ID PAGES SEED  a segment that `family' filled

   Only libc's four functions touch the segments.  On GNU/Hurd a mode that needs
   paging space fails if none was used: then it has shown nothing.  What is done
   again and again may not leave the server, or the machine, with more than it had
   after the first time.  */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __GNU__
#include <hurd.h>
#include <hurd/process.h>
#include <mach.h>
#include <mach/default_pager.h>
#endif

#ifndef SHM_NORESERVE
/* GNU/Hurd's header has no name for this flag of shmget yet.  */
#define SHM_NORESERVE 010000
#endif

enum
{
  PAGE = 4096,
  WORDS = PAGE / sizeof (uint64_t),
  MIB_PAGES = (1 << 20) / PAGE,
  /* Wrong pages that are described; the others are counted.  */
  SHOWN = 8,
};

typedef volatile uint64_t word;

/* Pages that were wrong, in this process.  */
static unsigned long wrong;

/* The numbers of a generator that a seed repeats.  */
static uint64_t
mix (uint64_t x)
{
  x += 0x9e3779b97f4a7c15;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

static uint64_t random_state;

static uint64_t
draw (uint64_t below)
{
  return mix (random_state++) % below;
}

/* The first word of page PAGE when it was written for the GENERATIONth time, by
   the owner of SEED.  Generation 0: never written.  */
static uint64_t
first_word (uint64_t seed, uint64_t page, uint64_t generation)
{
  return generation ? mix (mix (seed << 32 | generation) ^ page) | 1 : 0;
}

static uint64_t
word_of (uint64_t first, int index)
{
  return first ? first + (uint64_t) index * 0x100000001b3 : 0;
}

static void
fill (word *at, uint64_t first)
{
  for (int i = 0; i < WORDS; i++)
    at[i] = word_of (first, i);
}

/* Whether the page reads as it must.  */
static bool
check (word *at, uint64_t first, uint64_t page)
{
  int bad = 0, zero = 0, example = 0;

  for (int i = WORDS - 1; i >= 0; i--)
    if (at[i] != word_of (first, i))
      {
	bad++;
	zero += at[i] == 0;
	example = i;
      }
  if (bad == 0)
    return true;
  if (wrong++ < SHOWN)
    warnx ("page %lu: %d words wrong, %d of them zero; word %d is %#lx, not"
	   " %#lx", (unsigned long) page, bad, zero, example,
	   (unsigned long) at[example], (unsigned long) word_of (first, example));
  return false;
}

static void
fill_all (word *at, uint64_t pages, uint64_t seed, uint64_t generation)
{
  for (uint64_t page = 0; page < pages; page++)
    fill (at + page * WORDS, first_word (seed, page, generation));
}

static void
check_all (word *at, uint64_t pages, uint64_t seed, uint64_t generation)
{
  for (uint64_t page = 0; page < pages; page++)
    check (at + page * WORDS, first_word (seed, page, generation), page);
}

/* Status of a process that has checked.  */
static int
verdict (void)
{
  if (wrong > SHOWN)
    warnx ("%lu pages wrong", wrong);
  return wrong != 0;
}

/* What is promised is the business of `full'; the other modes fill more, and
   know that it fits.  */
static int
create (uint64_t pages)
{
  int id = shmget (IPC_PRIVATE, pages * PAGE, 0600 | SHM_NORESERVE);

  if (id < 0)
    err (1, "shmget of %lu pages", (unsigned long) pages);
  return id;
}

static word *
attach (int id, int flags)
{
  void *at = shmat (id, NULL, flags);

  if (at == (void *) -1)
    err (1, "shmat of %d", id);
  return at;
}

static void
detach (word *at)
{
  if (shmdt ((void *) at) != 0)
    err (1, "shmdt");
}

static void
destroy (int id)
{
  if (shmctl (id, IPC_RMID, NULL) != 0)
    err (1, "IPC_RMID of %d", id);
}

/* A child; it returns 0 there.  */
static pid_t
start (void)
{
  pid_t child = fork ();

  if (child < 0)
    err (1, "fork");
  if (child == 0)
    wrong = 0;
  return child;
}

/* Waits for a child that must have found nothing wrong.  */
static void
expect (pid_t child)
{
  int status;

  if (waitpid (child, &status, 0) != child)
    err (1, "waitpid");
  if (status == 0)
    return;
  wrong++;
  if (WIFSIGNALED (status))
    warnx ("a child died by signal %d", WTERMSIG (status));
}

/* Memory that nobody uses, and used paging space, in MiB.  */
struct space
{
  unsigned long free, paged, paging_space;
};

static struct space
space (void)
{
  struct space it = { 0 };
#ifdef __GNU__
  struct vm_statistics memory;
  struct default_pager_info pager;
  mach_port_t host, manager = MACH_PORT_NULL;

  if (vm_statistics (mach_task_self (), &memory) == 0)
    it.free = memory.free_count / MIB_PAGES;
  if (get_privileged_ports (&host, NULL) == 0)
    {
      if (vm_set_default_memory_manager (host, &manager) == 0
	  && default_pager_info (manager, &pager) == 0)
	{
	  it.paging_space = pager.dpi_total_space >> 20;
	  it.paged = (pager.dpi_total_space - pager.dpi_free_space) >> 20;
	}
      mach_port_deallocate (mach_task_self (), manager);
      mach_port_deallocate (mach_task_self (), host);
    }
#endif
  return it;
}

/* What the server has: names of rights, threads, and memory that can be used, in
   regions and in KiB: malloc reserves more, which says nothing.  All are 0 on
   another system.  */
struct holdings
{
  unsigned int names, threads, regions;
  unsigned long kib;
};

#ifdef __GNU__
/* The task of the program /hurd/shm, or null.  */
static task_t
server (void)
{
  pid_t *pids = NULL;
  mach_msg_type_number_t count = 0;
  task_t task = MACH_PORT_NULL;

  if (proc_getallpids (getproc (), &pids, &count) != 0)
    return MACH_PORT_NULL;
  for (unsigned int i = 0; i < count && task == MACH_PORT_NULL; i++)
    {
      char buffer[1024], *arguments = buffer;
      mach_msg_type_number_t size = sizeof buffer;
      if (proc_getprocargs (getproc (), pids[i], &arguments, &size) != 0)
	continue;
      if (size > 0 && strcmp (arguments, "/hurd/shm") == 0)
	proc_pid2task (getproc (), pids[i], &task);
      if (arguments != buffer)
	munmap (arguments, size);
    }
  munmap (pids, count * sizeof *pids);
  return task;
}
#endif

static struct holdings
holdings (void)
{
  struct holdings it = { 0 };
#ifdef __GNU__
  task_t task = server ();
  mach_port_t *names = NULL, *types = NULL, object;
  thread_t *threads = NULL;
  mach_msg_type_number_t type_count = 0;
  vm_address_t at = 0;
  vm_size_t size = 0, bytes = 0;
  vm_prot_t now, most;
  vm_inherit_t inheritance;
  boolean_t shared;
  vm_offset_t offset;

  if (task == MACH_PORT_NULL)
    errx (1, "no process is /hurd/shm");
  if (mach_port_names (task, &names, &it.names, &types, &type_count) != 0
      || task_threads (task, &threads, &it.threads) != 0)
    errx (1, "the server's task cannot be asked");
  for (unsigned int i = 0; i < it.threads; i++)
    mach_port_deallocate (mach_task_self (), threads[i]);
  munmap (names, it.names * sizeof *names);
  munmap (types, type_count * sizeof *types);
  munmap (threads, it.threads * sizeof *threads);
  for (; vm_region (task, &at, &size, &now, &most, &inheritance, &shared,
		    &object, &offset) == 0; at += size)
    {
      mach_port_deallocate (mach_task_self (), object);
      if (now == VM_PROT_NONE)
	continue;
      it.regions++;
      bytes += size;
    }
  mach_port_deallocate (mach_task_self (), task);
  it.kib = bytes >> 10;
#endif
  return it;
}

/* Says how full the machine is; at least LEAST MiB must be in paging space.  */
static void
report (const char *when, unsigned long least)
{
  struct space it = space ();

  printf ("%s: %lu MiB free, %lu of %lu MiB of paging space used\n", when,
	  it.free, it.paged, it.paging_space);
  fflush (stdout);
#ifdef __GNU__
  if (it.paged < least)
    errx (1, "%s: only %lu MiB in paging space, this shows nothing", when,
	  it.paged);
#else
  (void) least;
#endif
}

/* What the server has once it has done what it still had to, and once that is
   ENOUGH, given BEFORE, if this is not null: threads that a burst made end after a
   while.  Waits for at most a minute.  */
static struct holdings
settled (bool (*enough) (struct holdings, struct holdings), struct holdings before)
{
  struct holdings now = holdings ();

#ifdef __GNU__
  struct holdings last;
  int second = 0;
  do
    {
      last = now;
      sleep (2);
      second += 2;
      now = holdings ();
    }
  while (second < 60 && (memcmp (&now, &last, sizeof now) != 0
			 || (enough != NULL && !enough (now, before))));
  printf ("the server: %u names, %u threads, %lu KiB in %u regions\n", now.names,
	  now.threads, now.kib, now.regions);
  fflush (stdout);
#else
  (void) enough;
  (void) before;
#endif
  return now;
}

/* Whether the server has no more than BEFORE, but for what it keeps for the next
   segments: the ports of 32 that ended, and free pieces of its heap.  */
static bool
no_more (struct holdings now, struct holdings before)
{
  enum { NAMES = 32 + 4, KIB = 1 << 10 };

  return now.names <= before.names + NAMES && now.threads <= before.threads
	 && now.kib <= before.kib + KIB;
}

static void
expect_no_growth (struct holdings before)
{
  if (no_more (settled (no_more, before), before))
    return;
  wrong++;
  warnx ("the server had %u names, %u threads, %lu KiB in %u regions before",
	 before.names, before.threads, before.kib, before.regions);
}

static int
alone (uint64_t mib)
{
  uint64_t pages = mib * MIB_PAGES;
  int id = create (pages);
  word *at = attach (id, 0);

  fill_all (at, pages, 1, 1);
  report ("written", mib / 4);
  check_all (at, pages, 1, 1);
  report ("read", mib / 4);
  /* Against the order in which pages were used last.  */
  for (uint64_t page = pages; page-- > 0;)
    if (page % 3 == 0)
      fill (at + page * WORDS, first_word (1, page, 2));
  for (uint64_t page = 0; page < pages; page++)
    check (at + page * WORDS, first_word (1, page, page % 3 ? 1 : 2), page);
  detach (at);
  report ("detached", mib / 4);
  at = attach (id, SHM_RDONLY);
  for (uint64_t page = pages; page-- > 0;)
    check (at + page * WORDS, first_word (1, page, page % 3 ? 1 : 2), page);
  detach (at);
  destroy (id);
  report ("destroyed", 0);
  return verdict ();
}

static int
several (int count, uint64_t mib)
{
  uint64_t pages = mib * MIB_PAGES;
  int id[count];
  pid_t child[count];

  for (int i = 0; i < count; i++)
    id[i] = create (pages);
  for (int i = 0; i < count; i++)
    if ((child[i] = start ()) == 0)
      {
	word *at = attach (id[i], 0);
	fill_all (at, pages, i, 1);
	check_all (at, pages, i, 1);
	_exit (verdict ());
      }
  for (int i = 0; i < count; i++)
    expect (child[i]);
  /* Nobody has them attached now.  */
  report ("written and left", count * mib / 4);
  for (int i = 0; i < count; i++)
    {
      word *at = attach (id[i], 0);
      for (uint64_t page = 0; page < pages; page += 7)
	check (at + page * WORDS, first_word (i, page, 1), page);
      detach (at);
    }
  /* Each is another process's now, and two processes share each.  */
  for (int i = 0; i < count; i++)
    if ((child[i] = start ()) == 0)
      {
	int other = (i + 1) % count;
	word *mine = attach (id[i], 0), *its = attach (id[other], SHM_RDONLY);
	for (uint64_t page = 0; page < pages; page++)
	  {
	    /* The neighbour writes the odd pages of its own.  */
	    if (page % 2)
	      fill (mine + page * WORDS, first_word (i, page, 2));
	    else
	      check (its + page * WORDS, first_word (other, page, 1), page);
	  }
	_exit (verdict ());
      }
  for (int i = 0; i < count; i++)
    expect (child[i]);
  for (int i = 0; i < count; i++)
    {
      word *at = attach (id[i], 0);
      for (uint64_t page = 0; page < pages; page++)
	check (at + page * WORDS, first_word (i, page, 1 + page % 2), page);
      detach (at);
      destroy (id[i]);
    }
  report ("destroyed", 0);
  return verdict ();
}

/* How far a child is that may be killed at any time.  */
struct progress
{
  atomic_ulong generation, page;
};

/* Whether each word is of one generation or of the next.  */
static void
check_torn (word *at, uint64_t old, uint64_t new, uint64_t page)
{
  for (int i = 0; i < WORDS; i++)
    if (at[i] != word_of (old, i) && at[i] != word_of (new, i))
      {
	if (wrong++ < SHOWN)
	  warnx ("page %lu, which was being written: word %d is %#lx",
		 (unsigned long) page, i, (unsigned long) at[i]);
	return;
      }
}

static int
family (const char *self, uint64_t mib)
{
  uint64_t pages = mib * MIB_PAGES;
  int id = create (pages), control = create (1);
  word *at = attach (id, 0);
  struct progress *progress = (struct progress *) attach (control, 0);
  pid_t child;

  fill_all (at, pages, 1, 1);
  report ("written", mib / 4);
  /* What a child inherits, it reads, and its parent reads what it wrote.  */
  if ((child = start ()) == 0)
    {
      check_all (at, pages, 1, 1);
      fill_all (at, pages, 1, 2);
      _exit (verdict ());
    }
  expect (child);
  check_all (at, pages, 1, 2);
  report ("through fork", mib / 4);

  fill_all (at, pages, 1, 1);
  if ((child = start ()) == 0)
    {
      char number[3][24];
      snprintf (number[0], sizeof number[0], "%d", id);
      snprintf (number[1], sizeof number[1], "%lu", (unsigned long) pages);
      snprintf (number[2], sizeof number[2], "%d", 1);
      execl (self, self, "check", number[0], number[1], number[2], NULL);
      err (127, "%s", self);
    }
  expect (child);
  report ("through exec", mib / 4);

  /* Killed while it writes, with nobody else attached.  */
  detach (at);
  for (int round = 0; round < 4; round++)
    {
      unsigned long generation, page;

      progress->generation = 1;
      progress->page = 0;
      if ((child = start ()) == 0)
	{
	  at = attach (id, 0);
	  for (generation = 2;; generation++)
	    {
	      progress->generation = generation;
	      for (page = 0; page < pages; page++)
		{
		  progress->page = page;
		  fill (at + page * WORDS, first_word (1, page, generation));
		}
	    }
	}
      usleep (200000 * (round + 1));
      kill (child, SIGKILL);
      if (waitpid (child, NULL, 0) != child)
	err (1, "waitpid");
      at = attach (id, 0);
      generation = progress->generation;
      for (page = 0; page < pages && generation > 1; page++)
	{
	  uint64_t new = first_word (1, page, generation);
	  uint64_t old = first_word (1, page, generation - 1);
	  if (page == progress->page)
	    check_torn (at + page * WORDS, old, new, page);
	  else
	    check (at + page * WORDS, page < progress->page ? new : old, page);
	}
      printf ("killed in generation %lu at page %lu\n", generation,
	      (unsigned long) progress->page);
      fill_all (at, pages, 1, 1);
      detach (at);
    }
  report ("through kill", mib / 4);
  destroy (id);
  detach ((word *) progress);
  destroy (control);
  return verdict ();
}

static int
check_executed (int id, uint64_t pages, uint64_t seed)
{
  word *at = attach (id, 0);

  check_all (at, pages, seed, 1);
  detach (at);
  return verdict ();
}

/* A page of `crowd': the first word counts its writings, twice each: odd while
   it is being written.  The others follow from the count.  */
static void
crowd_write (word *at, uint64_t page, uint64_t count)
{
  uint64_t first = first_word (3, page, count / 2 + 1);

  atomic_store ((_Atomic uint64_t *) at, count + 1);
  for (int i = 1; i < WORDS; i++)
    at[i] = word_of (first, i);
  atomic_store ((_Atomic uint64_t *) at, count + 2);
}

/* Whether the page is as its own count says; a page under way counts as right.
   LEAST is what the count must have reached.  */
static void
crowd_check (word *at, uint64_t page, uint64_t least)
{
  static uint64_t copy[WORDS];
  uint64_t count = atomic_load ((_Atomic uint64_t *) at);

  for (int i = 1; i < WORDS; i++)
    copy[i] = at[i];
  if (count % 2 != 0 || atomic_load ((_Atomic uint64_t *) at) != count)
    {
      if (count >= least)
	return;
    }
  else
    {
      uint64_t first = count ? first_word (3, page, count / 2) : 0;
      int i = 1;
      while (i < WORDS && copy[i] == word_of (first, i))
	i++;
      if (i == WORDS && count >= least)
	return;
    }
  if (wrong++ < SHOWN)
    warnx ("page %lu: count %lu, at least %lu was written; its words do not"
	   " fit, or it went back", (unsigned long) page, (unsigned long) count,
	   (unsigned long) least);
}

static void
crowd_member (int id, int self, int writers, uint64_t pages, int seconds)
{
  static const int how[] = { MS_SYNC, MS_ASYNC, MS_SYNC | MS_INVALIDATE };
  uint64_t *seen = calloc (pages, sizeof *seen);
  word *at = attach (id, 0);
  unsigned long rounds = 0;

  if (seen == NULL)
    err (1, "calloc");
  random_state = mix (self);
  /* However slow the host is, there is more than the memory holds.  */
  for (uint64_t page = self; self < writers && page < pages; page += writers)
    {
      crowd_write (at + page * WORDS, page, 0);
      seen[page] = 2;
    }
  time_t end = time (NULL) + seconds;
  while (time (NULL) < end && wrong == 0)
    for (int i = 0; i < 64; i++, rounds++)
      {
	/* A few neighbours: one of them is this writer's, the rest are others'. */
	uint64_t page = draw (pages);
	word *its = at + page * WORDS;
	if (self < writers && page % writers == (uint64_t) self)
	  {
	    crowd_check (its, page, seen[page]);
	    crowd_write (its, page, seen[page]);
	    seen[page] += 2;
	  }
	else
	  {
	    crowd_check (its, page, seen[page]);
	    seen[page] = its[0] & ~(uint64_t) 1;
	  }
	if (draw (128) == 0)
	  {
	    uint64_t length = 1 + draw (pages - page < 64 ? pages - page : 64);
	    if (msync ((void *) its, length * PAGE, how[draw (3)]) != 0
		&& wrong++ < SHOWN)
	      warn ("msync");
	  }
	/* One comes and goes.  */
	if (self >= writers && draw (4096) == 0)
	  {
	    detach (at);
	    at = attach (id, 0);
	  }
      }
  for (uint64_t page = 0; page < pages; page++)
    crowd_check (at + page * WORDS, page, seen[page]);
  printf ("member %d: %lu rounds\n", self, rounds);
  fflush (stdout);
  detach (at);
  _exit (verdict ());
}

static void
crowd_once (int seconds, uint64_t mib)
{
  enum { WRITERS = 3, MEMBERS = 5 };
  uint64_t pages = mib * MIB_PAGES;
  int id = create (pages);
  pid_t child[MEMBERS];

  for (int i = 0; i < MEMBERS; i++)
    if ((child[i] = start ()) == 0)
      crowd_member (id, i, WRITERS, pages, seconds);
  for (int i = 0; i < MEMBERS; i++)
    expect (child[i]);
  report ("after the crowd", mib / 8);
  word *at = attach (id, SHM_RDONLY);
  for (uint64_t page = 0; page < pages; page++)
    crowd_check (at + page * WORDS, page, 0);
  detach (at);
  destroy (id);
}

static int
crowd (int seconds, uint64_t mib)
{
  crowd_once ((seconds + 1) / 2, mib);
  struct holdings first = settled (NULL, (struct holdings) { 0 });

  crowd_once ((seconds + 1) / 2, mib);
  expect_no_growth (first);
  return verdict ();
}

static int
turns (int count, uint64_t mib)
{
  uint64_t pages = mib * MIB_PAGES;
  struct space before = space ();
  struct holdings first = { 0 };

  for (int i = 0; i < count; i++)
    {
      int id = create (pages);
      word *at = attach (id, 0);
      /* The last one's pages must not shine through.  */
      for (uint64_t page = i % 16; page < pages; page += 16)
	check (at + page * WORDS, 0, page);
      fill_all (at, pages, i, 1);
      detach (at);
      at = attach (id, 0);
      check_all (at, pages, i, 1);
      /* Some go while they are attached.  */
      if (i % 2)
	destroy (id);
      detach (at);
      if (i % 2 == 0)
	destroy (id);
      if (i == 1)
	first = settled (NULL, first);
      if (i % 16 == 15)
	report ("in turn", 0);
    }
  /* The last objects go when the kernel has answered.  */
  sleep (2);
  struct space after = space ();
  report ("after all turns", 0);
  if (after.free + mib / 2 + 8 < before.free
      && after.paged > before.paged + mib / 2)
    {
      wrong++;
      warnx ("memory is missing: %lu MiB free, before it were %lu; %lu MiB"
	     " paged, before it were %lu", after.free, before.free, after.paged,
	     before.paged);
    }
  if (count > 2)
    expect_no_growth (first);
  return verdict ();
}

/* Uses so much private memory, in a child, so that all of it goes again.  */
static void
squeeze (unsigned long mib)
{
  pid_t child;

  /* Another system does not say how much there is.  */
  if (mib == 0)
    return;
  child = start ();
  if (child == 0)
    {
      size_t size = (size_t) mib << 20;
      char *at = mmap (NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANON, -1, 0);
      if (at == MAP_FAILED)
	err (1, "mmap of %lu MiB", mib);
      for (int round = 0; round < 2; round++)
	for (size_t i = 0; i < size; i += PAGE)
	  at[i]++;
      _exit (0);
    }
  expect (child);
}

static int
many (int count)
{
  enum { PAGES = 4 };
  int *id = calloc (count, sizeof *id);
  struct space it = space ();
  struct shmid_ds about;
  /* All of it may be in paging space at once, and the segments too.  */
  unsigned long segments = (unsigned long) count * PAGES / MIB_PAGES;
  unsigned long room = it.paging_space - it.paged - segments - segments / 4;
  unsigned long much = it.free < room ? it.free : room;

  if (id == NULL)
    err (1, "calloc");
  for (int i = 0; i < count; i++)
    {
      id[i] = create (PAGES);
      word *at = attach (id[i], 0);
      fill_all (at, PAGES, i, 1);
      detach (at);
    }
  for (int round = 0; round < 2; round++)
    {
      squeeze (much);
      report ("squeezed", it.free / 8);
      for (int i = 0; i < count; i++)
	{
	  word *at = attach (id[i], 0);
	  check_all (at, PAGES, i, 1 + round);
	  fill_all (at, PAGES, i, 2 + round);
	  if (shmctl (id[i], IPC_STAT, &about) != 0)
	    err (1, "IPC_STAT");
	  if (about.shm_nattch != 1)
	    errx (1, "segment %d: attached %d times", id[i],
		  (int) about.shm_nattch);
	  detach (at);
	}
    }
  for (int i = 0; i < count; i++)
    destroy (id[i]);
  return verdict ();
}

static void
sparse_once (uint64_t mib, uint64_t seed)
{
  uint64_t pages = mib * MIB_PAGES;
  int id = create (pages);
  word *at = attach (id, 0);

  for (uint64_t page = 0; page < pages; page += MIB_PAGES)
    fill (at + page * WORDS, first_word (seed, page, 1));
  report ("written", 0);
  for (uint64_t page = 0; page < pages; page += MIB_PAGES)
    {
      check (at + page * WORDS, first_word (seed, page, 1), page);
      /* A page that nobody wrote.  */
      uint64_t other = page + 1 + draw (MIB_PAGES - 1);
      check (at + other * WORDS, 0, other);
    }
  report ("read", 0);
  detach (at);
  at = attach (id, SHM_RDONLY);
  for (uint64_t page = 0; page < pages; page += MIB_PAGES)
    check (at + page * WORDS, first_word (seed, page, 1), page);
  detach (at);
  report ("read again", 0);
  destroy (id);
}

static int
sparse (int count, uint64_t mib)
{
  struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
  struct space before = space ();
  struct holdings first = { 0 };

  /* On GNU/Hurd a task's address space ends at the size of memory by default.  */
  if (setrlimit (RLIMIT_AS, &none) != 0)
    err (1, "setrlimit");
  for (int i = 0; i < count; i++)
    {
      sparse_once (mib, 5 + i);
      if (i == 0)
	first = settled (NULL, first);
    }
  expect_no_growth (first);
  struct space after = space ();
  report ("destroyed", 0);
  if (after.free + 16 < before.free && after.paged > before.paged + 16)
    {
      wrong++;
      warnx ("memory is missing: %lu MiB free, before it were %lu", after.free,
	     before.free);
    }
  return verdict ();
}

/* Every call but a shmget of a segment with room of its own works when all room
   is promised and written: ID is a segment of PAGES pages, filled by SEED, the first
   of COUNT.  */
static void
calls_when_full (int id, uint64_t pages, uint64_t seed, int count)
{
  struct shmid_ds about;
  struct shm_info info;
  pid_t child;
  int other;
  word *at = attach (id, 0);

  if (shmctl (id, IPC_STAT, &about) != 0 || about.shm_nattch != 1)
    err (1, "IPC_STAT when memory is full");
  about.shm_perm.mode = 0640;
  if (shmctl (id, IPC_SET, &about) != 0)
    err (1, "IPC_SET when memory is full");
  if (shmctl (0, SHM_INFO, (struct shmid_ds *) &info) < 0)
    err (1, "SHM_INFO when memory is full");
  /* A smaller one may have room: programs gave memory back meanwhile.  */
  if (shmget (IPC_PRIVATE, count * pages * PAGE, 0600) >= 0)
    errx (1, "shmget succeeds when memory is full");
  if (errno != ENOMEM)
    err (1, "shmget when memory is full, which must be ENOMEM");
  /* One that asks for no room.  */
  other = shmget (IPC_PRIVATE, PAGE, 0600 | SHM_NORESERVE);
  if (other < 0)
    err (1, "shmget with SHM_NORESERVE when memory is full");
  child = start ();
  if (child == 0)
    {
      /* Attached by fork; one more page can be had.  */
      check (at, first_word (seed, 0, 1), 0);
      word *its = attach (other, 0);
      check (its, 0, 0);
      fill (its, first_word (seed, 1, 2));
      check (its, first_word (seed, 1, 2), 0);
      detach (its);
      detach (at);
      _exit (verdict ());
    }
  expect (child);
  detach (at);
  destroy (other);
  puts ("every call works when memory is full");
}

/* Every segment that is granted can be written: what the machine has no room for
   is refused by shmget.  */
static int
full (uint64_t mib)
{
  enum { MOST = 4096, ROUNDS = 2 };
  uint64_t pages = mib * MIB_PAGES;
  static int id[MOST];
  int count = 0;

  while (count < MOST
	 && (id[count] = shmget (IPC_PRIVATE, pages * PAGE, 0600)) >= 0)
    count++;
  if (count == MOST || errno != ENOMEM)
    err (1, "shmget of segment %d, which must be too much", count);
  printf ("%d segments of %lu MiB, then ENOMEM\n", count, (unsigned long) mib);
  /* One that asks for no room is made, and costs nothing until it is touched.  */
  destroy (create (pages));
  report ("granted", 0);
  for (int i = 0; i < count; i++)
    {
      word *at = attach (id[i], 0);
      fill_all (at, pages, i, 1);
      detach (at);
    }
  report ("written", 1);
  calls_when_full (id[0], pages, 0, count);
  /* A page that was paged out once keeps its place in paging space: so in the end
     all of them have one.  */
  for (int round = 1; round < ROUNDS; round++)
    {
      for (int i = 0; i < count; i++)
	{
	  word *at = attach (id[i], 0);
	  check_all (at, pages, i, round);
	  fill_all (at, pages, i, round + 1);
	  detach (at);
	}
      report ("written again", 1);
    }
  for (int i = 0; i < count; i++)
    {
      word *at = attach (id[i], SHM_RDONLY);
      check_all (at, pages, i, ROUNDS);
      detach (at);
    }
  for (int i = 0; i < count; i++)
    destroy (id[i]);
  sleep (2);
  report ("destroyed", 0);
  /* There is room again.  */
  id[0] = shmget (IPC_PRIVATE, pages * PAGE, 0600);
  if (id[0] < 0)
    err (1, "shmget after all is destroyed");
  destroy (id[0]);
  return verdict ();
}

static uint64_t
number (char **argv, int index)
{
  char *end;
  unsigned long long it;

  if (argv[index] == NULL)
    errx (2, "%s wants more numbers", argv[1]);
  it = strtoull (argv[index], &end, 10);
  if (*end != '\0' || it == 0)
    errx (2, "%s: not a number above 0", argv[index]);
  return it;
}

/* Removes what a test that failed has left, and waits for the room that the one
   before had: pages are freed after IPC_RMID returns.  The bed runs nothing else.  */
static void
clean_up (void)
{
#ifdef __GNU__
  struct shmid_ds about;
  struct shm_info info;
  int highest = shmctl (0, SHM_INFO, (struct shmid_ds *) &info);

  for (int i = 0; i <= highest; i++)
    {
      int id = shmctl (i, SHM_STAT, &about);
      if (id >= 0)
	shmctl (id, IPC_RMID, NULL);
    }
  for (int second = 0; second < 60; second++)
    {
      struct space it = space ();
      if (it.paged <= it.paging_space / 4)
	break;
      sleep (1);
    }
#endif
}

int
main (int argc, char **argv)
{
  const char *mode = argc > 1 ? argv[1] : "";

  if (strcmp (mode, "check") == 0)
    return check_executed (strtol (argv[2], NULL, 10), number (argv, 3),
			   number (argv, 4));
  clean_up ();
  if (strcmp (mode, "alone") == 0)
    return alone (number (argv, 2));
  if (strcmp (mode, "several") == 0)
    return several (number (argv, 2), number (argv, 3));
  if (strcmp (mode, "family") == 0)
    return family (argv[0], number (argv, 2));
  if (strcmp (mode, "crowd") == 0)
    return crowd (number (argv, 2), number (argv, 3));
  if (strcmp (mode, "turns") == 0)
    return turns (number (argv, 2), number (argv, 3));
  if (strcmp (mode, "many") == 0)
    return many (number (argv, 2));
  if (strcmp (mode, "sparse") == 0)
    return sparse (number (argv, 2), number (argv, 3));
  if (strcmp (mode, "full") == 0)
    return full (number (argv, 2));
  errx (2, "pages alone|several|family|crowd|turns|many|sparse|full ...");
}
