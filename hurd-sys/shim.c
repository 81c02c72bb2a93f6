/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inline functions and macros of the Hurd's headers as functions, for Rust.  */

#include "wrapper.h"

void *
hurd_sys_ports_lookup_payload (struct port_bucket *bucket,
			       unsigned long payload,
			       struct port_class *port_class)
{
  return ports_lookup_payload (bucket, payload, port_class);
}

mach_port_t
hurd_sys_ports_payload_get_name (unsigned long payload)
{
  return ports_payload_get_name (payload);
}

mach_port_t
hurd_sys_ports_port_notify_right (void *port)
{
  return ports_port_notify_right (port);
}

int
hurd_sys_ports_port_is_notify (void *port)
{
  return ports_port_is_notify (port);
}

int
hurd_sys_idvec_contains (const struct idvec *idvec, uid_t id)
{
  return idvec_contains (idvec, id);
}
