/* A server of version 1 of shm.defs, for tests.

   Copyright (C) 2026 The shm authors.
   SPDX-License-Identifier: GPL-2.0-or-later

   settrans -a NODE /bin/old-server SERVER [BUSY]

   It hands the requests of version 1 to the server at SERVER, on a port with
   the ids of the user, and lets that one reply.  The version it answers
   itself, and for every other request of shm.defs it is a node that does not
   know it.  It is too busy for BUSY requests before each that it hands on.  */

#define _GNU_SOURCE 1

#include <error.h>
#include <hurd.h>
#include <hurd/io.h>
#include <hurd/ports.h>
#include <hurd/trivfs.h>
#include <mach.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The requests of version 1.  */
#define FIRST 42000
#define LAST 42011

int trivfs_fstype = FSTYPE_MISC;
int trivfs_fsid = 0;
int trivfs_support_read = 0;
int trivfs_support_write = 0;
int trivfs_support_exec = 0;
int trivfs_allow_open = 0;

static mach_port_t server;
static unsigned long busy;
static struct port_bucket *bucket;
static struct port_class *control_class, *protid_class;

/* A port of the server with these ids, kept for as long as this runs: a port
   that nobody holds any more interrupts its calls.  One thread uses it.  */
struct known
{
  struct known *next;
  mach_port_t port;
  unsigned int nuids, ngids;
  uid_t ids[];
};

void
trivfs_modify_stat (struct trivfs_protid *cred __attribute__ ((unused)),
		    io_statbuf_t *st __attribute__ ((unused)))
{
}

error_t
trivfs_goaway (struct trivfs_control *control __attribute__ ((unused)),
	       int flags __attribute__ ((unused)))
{
  exit (0);
}

static mach_port_t
port_of (struct trivfs_protid *cred)
{
  static struct known *all;
  struct idvec *uids = cred->user->uids, *gids = cred->user->gids;
  size_t usize = uids->num * sizeof (uid_t), gsize = gids->num * sizeof (uid_t);
  struct known *it;

  for (it = all; it != NULL; it = it->next)
    if (it->nuids == uids->num && it->ngids == gids->num
	&& memcmp (it->ids, uids->ids, usize) == 0
	&& memcmp (it->ids + uids->num, gids->ids, gsize) == 0)
      return it->port;
  it = malloc (sizeof *it + usize + gsize);
  if (it == NULL)
    return MACH_PORT_NULL;
  if (io_restrict_auth (server, &it->port, uids->ids, uids->num, gids->ids,
			gids->num))
    {
      free (it);
      return MACH_PORT_NULL;
    }
  it->nuids = uids->num;
  it->ngids = gids->num;
  memcpy (it->ids, uids->ids, usize);
  memcpy (it->ids + uids->num, gids->ids, gsize);
  it->next = all;
  all = it;
  return it->port;
}

/* Sends the request on.  What it carries is gone then.  */
static error_t
forward (mach_msg_header_t *in)
{
  mach_msg_bits_t bits = in->msgh_bits;
  struct trivfs_protid *cred;
  mach_port_t port;

  if (MACH_MSGH_BITS_LOCAL (bits) == MACH_MSG_TYPE_PROTECTED_PAYLOAD)
    cred = ports_lookup_payload (bucket, in->msgh_protected_payload,
				 protid_class);
  else
    cred = ports_lookup_port (bucket, in->msgh_local_port, protid_class);
  if (cred == NULL)
    return EOPNOTSUPP;
  port = port_of (cred);
  ports_port_deref (cred);
  if (port == MACH_PORT_NULL)
    return EIO;
  in->msgh_local_port = in->msgh_remote_port;
  in->msgh_remote_port = port;
  in->msgh_bits = (MACH_MSGH_BITS_OTHER (bits)
		   | MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND,
				     MACH_MSGH_BITS_REMOTE (bits)));
  return mach_msg (in, MACH_SEND_MSG, in->msgh_size, 0, MACH_PORT_NULL,
		   MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
}

static int
demuxer (mach_msg_header_t *in, mach_msg_header_t *out)
{
  struct
  {
    mig_reply_header_t head;
    mach_msg_type_t type;
    uint32_t version;
    uint32_t pad;
  } *reply = (void *) out;

  if (in->msgh_id < FIRST || in->msgh_id > LAST)
    return trivfs_demuxer (in, out);
  if (in->msgh_id != FIRST)
    {
      static unsigned long refused;
      error_t err = EAGAIN;

      if (refused < busy)
	refused++;
      else
	{
	  refused = 0;
	  err = forward (in);
	}
      reply->head.RetCode = err ? err : MIG_NO_REPLY;
      return TRUE;
    }
  reply->type = reply->head.RetCodeType;
  reply->version = 1;
  reply->pad = 0;
  reply->head.RetCode = 0;
  out->msgh_size = sizeof *reply;
  return TRUE;
}

int
main (int argc, char **argv)
{
  struct trivfs_control *control;
  mach_port_t bootstrap;
  error_t err;

  task_get_bootstrap_port (mach_task_self (), &bootstrap);
  if (argc < 2 || argc > 3 || bootstrap == MACH_PORT_NULL)
    error (2, 0, "usage: settrans -a NODE /bin/old-server SERVER [BUSY]");
  if (argc == 3)
    busy = strtoul (argv[2], NULL, 10);
  server = file_name_lookup (argv[1], 0, 0);
  if (server == MACH_PORT_NULL)
    error (1, errno, "%s", argv[1]);
  err = trivfs_add_port_bucket (&bucket);
  if (!err)
    err = trivfs_add_control_port_class (&control_class);
  if (!err)
    err = trivfs_add_protid_port_class (&protid_class);
  if (!err)
    err = trivfs_startup (bootstrap, 0, control_class, bucket, protid_class,
			  bucket, &control);
  if (err)
    error (1, err, "startup");
  mach_port_deallocate (mach_task_self (), bootstrap);
  ports_manage_port_operations_one_thread (bucket, demuxer, 0);
  return 1;
}
