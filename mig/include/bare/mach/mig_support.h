/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The support functions that MIG's stubs call.  On the Hurd libc has this header
   and the functions; here the program's own run-time code defines them.  */

#ifndef _MACH_MIG_SUPPORT_H
#define _MACH_MIG_SUPPORT_H 1

#include <mach/std_types.h>
#include <mach/message.h>
#include <string.h>

/* A receive right for one reply.  */
extern mach_port_t mig_get_reply_port (void);
/* The reply came: the port can be used again.  */
extern void mig_put_reply_port (mach_port_t);
/* A late reply may still come: the port must go.  */
extern void mig_dealloc_reply_port (mach_port_t);

/* Copies at most the given size less one byte, always ends with a zero, returns
   the length with the zero.  */
extern vm_size_t mig_strncpy (char *, const char *, vm_size_t);

/* Memory for an array that came inline but was too long for the caller's room;
   only stubs of routines with such an argument call them.  */
extern void mig_allocate (vm_address_t *, vm_size_t);
extern void mig_deallocate (vm_address_t, vm_size_t);

#endif
