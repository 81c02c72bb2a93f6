/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Atomic operations as inside the C library, for a build outside it.
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

#ifndef _ATOMIC_H
#define _ATOMIC_H 1

#define atomic_load_relaxed(mem) __atomic_load_n (mem, __ATOMIC_RELAXED)
#define atomic_store_relaxed(mem, value) \
  __atomic_store_n (mem, value, __ATOMIC_RELAXED)
#define atomic_fetch_add_relaxed(mem, value) \
  __atomic_fetch_add (mem, value, __ATOMIC_RELAXED)
#define atomic_compare_and_exchange_val_acq(mem, new, old) \
  ({ __typeof (*(mem)) __old = (old);					      \
     __atomic_compare_exchange_n (mem, &__old, new, 0, __ATOMIC_ACQUIRE,	      \
				  __ATOMIC_RELAXED);			      \
     __old; })

#endif /* atomic.h */
