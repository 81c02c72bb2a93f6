/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inline functions of hurd/netfs.h as functions, for Rust.  They refer to libnetfs, so a program
   without it must not get them.  */

#include "wrapper.h"

struct netnode *
hurd_sys_netfs_node_netnode (struct node *node)
{
  return netfs_node_netnode (node);
}

struct node *
hurd_sys_netfs_netnode_node (struct netnode *netnode)
{
  return netfs_netnode_node (netnode);
}
