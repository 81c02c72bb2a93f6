/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attach a System V shared memory segment.  Hurd version.
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
#include <stdint.h>
#include <sys/shm.h>
#include <hurd.h>

#include "shmserver.h"

/* Attach segment SHMID to the data segment of the calling process.  SHMADDR
   and SHMFLG determine how and where the segment is attached.  */
void *
__shmat (int shmid, const void *shmaddr, int shmflg)
{
  error_t err;
  uint64_t address, size;
  mach_port_t token;
  const int flags = shmflg & (SYSVSHM_RDONLY | SYSVSHM_RND | SYSVSHM_REMAP
			      | SYSVSHM_EXEC);

  if (_hurd_shm_files ())
    return __shmat_files (shmid, shmaddr, shmflg);

  if (shmid < 0)
    err = EINVAL;
  else
    err = HURD_SHM_USE (({ error_t done;
			   address = (uintptr_t) shmaddr;
			   done = __sysvshm_attach (port, __mach_task_self (),
						    shmid,
						    flags | _hurd_shm_held (),
						    &address, &size, &token);
			   if (! done)
			     _hurd_shm_attached (token);
			   done; }),
			.changes = true);

  switch (err)
    {
    case 0:
      return (void *) (uintptr_t) address;
    case ESRCH:
      err = ENOSYS;		/* As in shmget.  */
      break;
    default:
      break;
    }
  __hurd_fail (_hurd_shm_explain ("shmat", err, 0));
  return (void *) -1;
}

weak_alias (__shmat, shmat)
