/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a freestanding program defines of <string.h> for MIG's stubs.  */

#ifndef _STRING_H
#define _STRING_H 1

#include <stddef.h>

extern void *memcpy (void *__restrict, const void *__restrict, size_t);
extern void *memmove (void *, const void *, size_t);
extern void *memset (void *, int, size_t);
extern int memcmp (const void *, const void *, size_t);
extern size_t strlen (const char *);

#endif
