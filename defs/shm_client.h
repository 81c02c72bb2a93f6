/* How the server stubs of shm.defs find the client that a request is from.

   Copyright (C) 2026 The shm authors.
   SPDX-License-Identifier: GPL-2.0-or-later

   Each server says what a client is: the translator a protid of libtrivfs,
   the server of the bare bed a session of its own.  The stubs only carry the
   pointer from shm_begin to the routine, and from there to shm_end.  */

#ifndef _SYSVSHM_CLIENT_H
#define _SYSVSHM_CLIENT_H 1

#include <mach/port.h>

typedef struct sysvshm_client *sysvshm_client_t;

/* The client whose requests come on PORT, with a reference; or null.  */
extern sysvshm_client_t sysvshm_begin (mach_port_t port);

/* The same for a port with protected PAYLOAD.  */
extern sysvshm_client_t sysvshm_begin_payload (unsigned long payload);

/* Drops the reference; CLIENT may be null.  */
extern void sysvshm_end (sysvshm_client_t client);

#endif /* sysvshm client */
