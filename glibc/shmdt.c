/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Detach a System V shared memory segment.  Hurd version.
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
#include <unistd.h>
#include <sys/shm.h>
#include <hurd.h>

#include "shmserver.h"

/* Detach the shared memory segment that is attached at SHMADDR from the data
   segment of the calling process.  */
int
__shmdt (const void *shmaddr)
{
  error_t err;

  if (_hurd_shm_files ())
    return __shmdt_files (shmaddr);

  if ((uintptr_t) shmaddr % SHMLBA != 0)
    err = EINVAL;
  else
    err = HURD_SHM_USE (({ error_t done;
			   done = __sysvshm_detach (port, __mach_task_self (),
						    (uintptr_t) shmaddr);
			   if (! done)
			     _hurd_shm_detached ();
			   done; }),
			.changes = true);

  switch (err)
    {
    case 0:
      return 0;
    case ESRCH:
      err = EINVAL;		/* A task it does not know has none.  */
      break;
    default:
      break;
    }
  return __hurd_fail (_hurd_shm_explain ("shmdt", err, 0));
}

weak_alias (__shmdt, shmdt)
