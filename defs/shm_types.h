/* Wire structures of shm.defs, shared by C, MIG and Rust (bindgen).

   Copyright (C) 2026 The shm authors.
   SPDX-License-Identifier: GPL-2.0-or-later

   Every field has a fixed width, padding is explicit and sent as zero, and
   no field is a pointer.  Each structure is a multiple of eight bytes.  New
   fields go to the end of a new structure with a new routine, never here.  */

#ifndef _SYSVSHM_TYPES_H
#define _SYSVSHM_TYPES_H 1

#include <stdint.h>

/* Answered by sysvshm_version; grows when routines are added.  */
#define SYSVSHM_VERSION 2

/* Flags of sysvshm_get.  The low nine bits are the mode of shmget(2).  */
#define SYSVSHM_CREATE		01000	/* IPC_CREAT */
#define SYSVSHM_EXCLUSIVE	02000	/* IPC_EXCL */
#define SYSVSHM_HUGETLB		04000	/* SHM_HUGETLB: refused on creation */
#define SYSVSHM_NORESERVE	010000	/* SHM_NORESERVE */

/* Flags of sysvshm_attach, as in shmat(2).  */
#define SYSVSHM_RDONLY		010000
#define SYSVSHM_RND		020000
#define SYSVSHM_REMAP		040000
#define SYSVSHM_EXEC		0100000
/* Of the protocol alone: the caller holds the token of its task, and wants no
   second right to it.  libc masks the flags of shmat(2) lest it come from there.  */
#define SYSVSHM_HELD		01000000

/* How sysvshm_stat finds the segment.  */
#define SYSVSHM_BY_ID		0	/* IPC_STAT: an id; needs read permission */
#define SYSVSHM_BY_INDEX	1	/* SHM_STAT: an index; needs read permission */
#define SYSVSHM_BY_INDEX_ANY	2	/* SHM_STAT_ANY: an index; needs nothing */

/* Bits in the mode of a segment beyond the nine permissions.  */
#define SYSVSHM_DEST		01000	/* removed, freed at the last detach */
#define SYSVSHM_LOCKED		02000	/* SHM_LOCK was asked for */

/* A segment, as struct shmid_ds of shmctl(2) but wide.  */
typedef struct sysvshm_ds
{
  int32_t id;			/* what shmget returned */
  int32_t key;			/* 0: private or removed */
  uint32_t uid;			/* owner */
  uint32_t gid;
  uint32_t cuid;		/* creator */
  uint32_t cgid;
  uint32_t mode;		/* nine bits, SYSVSHM_DEST, SYSVSHM_LOCKED */
  uint32_t seq;			/* sequence part of the id */
  uint64_t segsz;		/* bytes, exactly as asked for */
  int64_t atime;		/* last attach, seconds since 1970; 0: never */
  int64_t dtime;		/* last detach; 0: never */
  int64_t ctime;		/* creation or last IPC_SET */
  int32_t cpid;			/* creating process */
  int32_t lpid;			/* last to attach or detach; 0: nobody */
  uint64_t nattch;		/* attachments */
  uint64_t rss;			/* bytes the kernel was given and holds */
  uint64_t swap;		/* bytes the kernel gave back to the server */
} sysvshm_ds_t;

/* The whole table; travels out of line when it is large.  */
typedef sysvshm_ds_t *sysvshm_table_t;

/* Limits and usage, as struct shminfo and struct shm_info but wide.  */
typedef struct sysvshm_info
{
  uint64_t shmmax;		/* bytes */
  uint64_t shmmin;		/* bytes */
  uint64_t shmmni;		/* segments */
  uint64_t shmseg;		/* attachments a process; not enforced */
  uint64_t shmall;		/* pages */
  uint64_t used_ids;		/* segments, removed ones included */
  uint64_t shm_tot;		/* pages, each segment rounded up */
  uint64_t shm_rss;		/* pages */
  uint64_t shm_swp;		/* pages */
  int32_t max_index;		/* highest index in use, 0 if none */
  uint32_t pad;			/* zero */
} sysvshm_info_t;

/* Since version 2.  */

/* What may be done with a segment's memory, as in one digit of a mode.  */
#define SYSVSHM_READ		4	/* shmat with SHM_RDONLY */
#define SYSVSHM_WRITE		2	/* with the one above: shmat */
#define SYSVSHM_EXECUTE		1	/* with SHM_EXEC */

/* The id of the message that sysvshm_watch makes the server send.  */
#define SYSVSHM_CHANGED		42099

/* An attachment, as sysvshm_holders tells it.  */
typedef struct sysvshm_holder
{
  int32_t pid;			/* process */
  uint32_t uid;			/* its first user id when it first attached; -1: none */
  uint64_t address;		/* base */
  uint64_t size;		/* bytes mapped */
  uint32_t protection;		/* SYSVSHM_READ and so on */
  uint32_t flags;		/* SYSVSHM_FORKING, SYSVSHM_STUCK */
} sysvshm_holder_t;

/* Flags of a holder.  */
#define SYSVSHM_FORKING		1	/* of a child that PID is making by fork */
#define SYSVSHM_STUCK		2	/* the process does not answer: may be gone */

/* The attachments of one segment; travels out of line when it is large.  */
typedef sysvshm_holder_t *sysvshm_holders_t;

#endif /* sysvshm types */
