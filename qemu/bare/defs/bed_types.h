/* Types of bed.defs.

   Copyright (C) 2026 The shm authors.
   SPDX-License-Identifier: GPL-2.0-or-later  */

#ifndef _BED_TYPES_H
#define _BED_TYPES_H 1

#include <stdint.h>

typedef uint32_t *bed_ids_t;

#endif /* bed types */
