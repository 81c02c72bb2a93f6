# SPDX-License-Identifier: GPL-2.0-or-later
# Builds GNU make for the Hurd: in the current directory, from the source in SOURCE, with CC; the
# program goes to OUT. Debian's source has no manual, so configure makes all but doc/Makefile.
set -eu

"$SOURCE/configure" --quiet --no-create --build=x86_64-linux-gnu --host=x86_64-gnu CC="$CC" \
    CFLAGS="-O2 -w" --disable-nls --disable-load --without-guile
./config.status Makefile lib/Makefile src/config.h depfiles
make -s -j "$JOBS" -C lib
make -s -j "$JOBS" make
cp make "$OUT"
