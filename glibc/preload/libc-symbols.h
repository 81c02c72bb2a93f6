/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the C library's own sources expect to be defined, for a build outside it.
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


#ifndef _LIBC_SYMBOLS_H
#define _LIBC_SYMBOLS_H 1

#define attribute_hidden __attribute__ ((visibility ("hidden")))
#define attribute_tls_model_ie __attribute__ ((tls_model ("initial-exec")))
#define __glibc_likely(condition) __builtin_expect ((condition), 1)

#define weak_alias(name, public) \
  extern __typeof (name) public						      \
    __attribute__ ((alias (#name), visibility ("default"), copy (name)));

#define __set_errno(value) (errno = (value))

/* Internal names that the library does not export.  */
#define __clock_gettime clock_gettime
#define __file_name_lookup file_name_lookup
#define __geteuid geteuid
#define __getpagesize getpagesize
#define __getpid getpid
#define __getrlimit getrlimit
#define __libc_secure_getenv secure_getenv
#define __mach_reply_port mach_reply_port
#define __write write

/* The other scheme is what the C library has, unless the user wants none.  */
#include <stdbool.h>
extern bool _hurd_shm_have_files (void) attribute_hidden;
#define HURD_SHM_HAVE_FILES _hurd_shm_have_files ()
/* This library is of use only where it stands in front of the C library.  */
extern bool _hurd_shm_hooked (void) attribute_hidden;
#define HURD_SHM_HOOKED _hurd_shm_hooked ()
/* A fork is prepared when the C library has locked what a look-up needs.  */
#define HURD_SHM_FORK_WAITS_FOR_LOOKUPS 0

#include <sys/shm.h>

/* Libraries that this one runs on have no such names yet.  */
#ifndef SHM_STAT_ANY
# define SHM_STAT_ANY 15
#endif

extern int __shmget (key_t, size_t, int) attribute_hidden;
extern void *__shmat (int, const void *, int) attribute_hidden;
extern int __shmdt (const void *) attribute_hidden;
extern int __shmctl (int, int, struct shmid_ds *) attribute_hidden;

#endif /* libc-symbols.h */
