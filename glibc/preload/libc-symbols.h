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

/* The public functions are in preload.c.  */
#define weak_alias(name, alias)

#define __set_errno(value) (errno = (value))

/* Internal names that the library does not export.  */
#define __file_name_lookup file_name_lookup
#define __geteuid geteuid
#define __getrlimit getrlimit
#define __mach_reply_port mach_reply_port

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
