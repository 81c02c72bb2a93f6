/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ARITH_TYPES_H
#define ARITH_TYPES_H

#include <stdint.h>

#define ARITH_ROW_MAX 16
#define ARITH_OVERFLOW ((int) 0x2a)

typedef struct arith_point
{
  int32_t x;
  int32_t pad;
  int64_t y;
} arith_point_t;

typedef int32_t arith_row_t[ARITH_ROW_MAX];
typedef arith_point_t *arith_table_t;

#endif
