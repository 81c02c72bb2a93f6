/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Control a System V shared memory segment.  Hurd version.
   Copyright The GNU Toolchain Authors.
   This file is part of the GNU C Library.

   The GNU C Library is free software; you can redistribute it and/or
   modify it under the terms of the GNU Lesser General Public
   License as published by the Free Software Foundation; either
   version 2.1 of the License, or (at your option) any later version.

   The GNU C Library is distributed in the hope that it will be useful,
   but WITHOUT ANY WARRANTY; without even the implied warranty of
   MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the GNU
   Lesser General Public License for more details.

   You should have received a copy of the GNU Lesser General Public
   License along with the GNU C Library; if not, see
   <https://www.gnu.org/licenses/>.  */

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <hurd.h>

#include "shmserver.h"

/* VALUE, or as much of it as fits.  */
#define CLAMP(value, max) ((value) < (max) ? (value) : (max))

/* Describe in *DS the segment that WHICH names in the way HOW.  */
static error_t
get_stat (int which, unsigned int how, sysvshm_ds_t *ds)
{
  return HURD_SHM_USE (__sysvshm_stat (port, which, how, ds));
}

/* Fill *BUF from *DS.  */
static void
copy_stat (struct shmid_ds *buf, const sysvshm_ds_t *ds)
{
  memset (buf, 0, sizeof *buf);
  buf->shm_perm.__key = ds->key;
  buf->shm_perm.uid = ds->uid;
  buf->shm_perm.gid = ds->gid;
  buf->shm_perm.cuid = ds->cuid;
  buf->shm_perm.cgid = ds->cgid;
  buf->shm_perm.mode = ds->mode;
  buf->shm_perm.__seq = ds->seq;
  buf->shm_segsz = ds->segsz;
  buf->shm_atime = ds->atime;
  buf->shm_dtime = ds->dtime;
  buf->shm_ctime = ds->ctime;
  buf->shm_cpid = ds->cpid;
  buf->shm_lpid = ds->lpid;
  /* Never wrap: programs remove a segment that nobody has attached.  */
  buf->shm_nattch = CLAMP (ds->nattch, (shmatt_t) -1);
}

/* Describe in *BUF the segment that WHICH names in the way HOW, and store its
   id in *ID unless that is null: WHICH may be an index.  */
static error_t
describe (int which, unsigned int how, struct shmid_ds *buf, int *id)
{
  sysvshm_ds_t ds;
  error_t err = get_stat (which, how, &ds);

  if (err)
    return err;
  if (buf == NULL)
    return EFAULT;
  copy_stat (buf, &ds);
  if (id != NULL)
    *id = ds.id;
  return 0;
}

static void
copy_limits (struct shminfo *buf, const sysvshm_info_t *info)
{
  memset (buf, 0, sizeof *buf);
  buf->shmmax = CLAMP (info->shmmax, INT_MAX);
  buf->shmmin = CLAMP (info->shmmin, INT_MAX);
  buf->shmmni = CLAMP (info->shmmni, INT_MAX);
  buf->shmseg = CLAMP (info->shmseg, INT_MAX);
  buf->shmall = CLAMP (info->shmall, INT_MAX);
}

static void
copy_usage (struct shm_info *buf, const sysvshm_info_t *info)
{
  memset (buf, 0, sizeof *buf);
  buf->used_ids = CLAMP (info->used_ids, INT_MAX);
  buf->shm_tot = CLAMP (info->shm_tot, ULONG_MAX);
  buf->shm_rss = CLAMP (info->shm_rss, ULONG_MAX);
  buf->shm_swp = CLAMP (info->shm_swp, ULONG_MAX);
}

/* Check that RLIMIT_MEMLOCK allows the caller to lock segment ID.  Only the
   process knows the limit; whatever else is to be found wrong is left to the
   server.  */
static error_t
check_memlock (int id)
{
  error_t err;
  struct rlimit limit;
  sysvshm_ds_t ds;
  uid_t uid;

  if (__getrlimit (RLIMIT_MEMLOCK, &limit) < 0
      || limit.rlim_cur == RLIM_INFINITY)
    return 0;
  uid = __geteuid ();
  if (uid == 0)
    return 0;

  /* As an index, ID finds its own segment if there is one; no permission to
     read it is needed then.  */
  err = get_stat (id, SYSVSHM_BY_INDEX_ANY, &ds);
  if (err)
    return err;
  if (ds.id != id || (uid != ds.uid && uid != ds.cuid))
    return 0;
  if (limit.rlim_cur == 0)
    return EPERM;
  if (! (ds.mode & SYSVSHM_LOCKED) && ds.segsz > limit.rlim_cur)
    return ENOMEM;
  return 0;
}

/* Provide operations to control shared memory segments.  */
int
__shmctl (int shmid, int cmd, struct shmid_ds *buf)
{
  error_t err;
  int result = 0;
  sysvshm_info_t info;

  if (_hurd_shm_files ())
    return __shmctl_files (shmid, cmd, buf);

  if (shmid < 0)
    /* Even where SHMID means nothing.  */
    return __hurd_fail (_hurd_shm_explain ("shmctl", EINVAL, 0));

  switch (cmd)
    {
    case IPC_RMID:
      err = HURD_SHM_USE (__sysvshm_remove (port, shmid));
      break;

    case IPC_SET:
      if (buf == NULL)
	err = EFAULT;
      else
	{
	  const struct ipc_perm perm = buf->shm_perm;
	  err = HURD_SHM_USE (__sysvshm_set (port, shmid, perm.uid, perm.gid,
					     perm.mode));
	}
      break;

    case IPC_STAT:
      err = describe (shmid, SYSVSHM_BY_ID, buf, NULL);
      break;

    case SHM_STAT:
      err = describe (shmid, SYSVSHM_BY_INDEX, buf, &result);
      break;

    case SHM_STAT_ANY:
      err = describe (shmid, SYSVSHM_BY_INDEX_ANY, buf, &result);
      break;

    case IPC_INFO:
    case SHM_INFO:
      err = HURD_SHM_USE (__sysvshm_info (port, &info));
      if (! err && buf == NULL)
	err = EFAULT;
      if (err)
	break;
      if (cmd == IPC_INFO)
	copy_limits ((struct shminfo *) buf, &info);
      else
	copy_usage ((struct shm_info *) buf, &info);
      result = info.max_index;
      break;

    case SHM_LOCK:
      err = check_memlock (shmid);
      if (! err)
	err = HURD_SHM_USE (__sysvshm_lock (port, shmid, 1));
      break;

    case SHM_UNLOCK:
      err = HURD_SHM_USE (__sysvshm_lock (port, shmid, 0));
      break;

    default:
      err = EINVAL;
      break;
    }

  if (err)
    return __hurd_fail (_hurd_shm_explain ("shmctl", err, 0));
  return result;
}

weak_alias (__shmctl, shmctl)
