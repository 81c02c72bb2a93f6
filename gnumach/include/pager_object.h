/* How the server stubs of memory_object.defs find the object a message is for.

   Copyright (C) 2026 The shm authors.
   SPDX-License-Identifier: GPL-2.0-or-later

   Each pager says what its objects are.  The stubs only carry the pointer
   from pager_begin to the routine, and from there to pager_end.  */

#ifndef _PAGER_OBJECT_H
#define _PAGER_OBJECT_H 1

#include <mach/port.h>

typedef struct pager_object *pager_object_t;

/* The object whose messages come on PORT, with a reference; or null.  */
extern pager_object_t pager_begin (mach_port_t port);

/* The same for a port with protected PAYLOAD.  */
extern pager_object_t pager_begin_payload (unsigned long payload);

/* Drops the reference; OBJECT may be null.  */
extern void pager_end (pager_object_t object);

#endif /* pager_object.h */
