/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Locks as inside the C library, for a build outside it.
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


#ifndef _LIBC_LOCK_H
#define _LIBC_LOCK_H 1

#include <errno.h>
#include <lock-intern.h>

/* The library's own are the same kind of lock.  */
#define __libc_lock_define_initialized(class, name) class __spin_lock_t name = 0;
#define __libc_lock_init(name) __spin_lock_init (&(name))
#define __libc_lock_lock(name) __spin_lock (&(name))
#define __libc_lock_trylock(name) (__spin_try_lock (&(name)) ? 0 : EBUSY)
#define __libc_lock_unlock(name) __spin_unlock (&(name))

#endif /* libc-lock.h */
