/* SPDX-License-Identifier: GPL-2.0-or-later */
/* <mach_debug/slab_info.h> includes this and needs nothing of it but sizes.  */

#ifndef _SYS_TYPES_H
#define _SYS_TYPES_H 1

#include <stddef.h>
#include <stdint.h>

typedef long int ssize_t;

#endif
