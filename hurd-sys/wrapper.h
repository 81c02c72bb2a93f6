/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The headers that hurd-sys binds, in one translation unit.  */

#include <mach.h>
#include <mach/default_pager.h>
#include <mach/notify.h>

#include <hurd.h>
#include <hurd/auth.h>
#include <hurd/fs.h>
#include <hurd/fshelp.h>
#include <hurd/fsys.h>
#include <hurd/interrupt.h>
#include <hurd/io.h>
#include <hurd/iohelp.h>
#include <hurd/netfs.h>
#include <hurd/ports.h>
#include <hurd/process.h>
#include <hurd/sigpreempt.h>
#include <hurd/startup.h>
#include <hurd/trivfs.h>

#include <argp.h>
#include <argz.h>
#include <idvec.h>
#include <malloc.h>

/* What hurd-sys/shim.c makes of inline functions and macros.  */

extern void *hurd_sys_ports_lookup_payload (struct port_bucket *bucket,
					    unsigned long payload,
					    struct port_class *port_class);
extern mach_port_t hurd_sys_ports_payload_get_name (unsigned long payload);
extern mach_port_t hurd_sys_ports_port_notify_right (void *port);
extern int hurd_sys_ports_port_is_notify (void *port);
extern int hurd_sys_idvec_contains (const struct idvec *idvec, uid_t id);
extern struct netnode *hurd_sys_netfs_node_netnode (struct node *node);
extern struct node *hurd_sys_netfs_netnode_node (struct netnode *netnode);
