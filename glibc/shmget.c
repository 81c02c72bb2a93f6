/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Find or create a System V shared memory segment.  Hurd version.
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
#include <sys/shm.h>
#include <hurd.h>

#include "shmserver.h"

/* Return an identifier for the shared memory segment of at least SIZE bytes
   which is associated with KEY.  */
int
__shmget (key_t key, size_t size, int shmflg)
{
  error_t err;
  int id;

  if (_hurd_shm_files ())
    return __shmget_files (key, size, shmflg);

  err = HURD_SHM_USE (__sysvshm_get (port, __mach_task_self (), key, size,
				     shmflg, &id));
  if (err == ESRCH)
    /* The server cannot tell what process we are, so it is of no use to us;
       a debugger may have put itself between us and our task port.  */
    err = ENOSYS;
  if (err)
    return __hurd_fail (_hurd_shm_explain ("shmget", err, size));
  return id;
}

weak_alias (__shmget, shmget)
