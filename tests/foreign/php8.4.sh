# SPDX-License-Identifier: GPL-2.0-or-later
# Builds PHP with shmop and sysvshm for the Hurd, unmodified: in the current directory, from the
# source in SOURCE, with CC; php-cgi goes to OUT, and php-tests.tar with PHP's own tests of both.
#
# It is the program for web servers, for the one for the command line does not compile where
# sys/param.h defines BSD and there is no PS_STRINGS, as on the Hurd.
set -eu

"$SOURCE/configure" --quiet --build=x86_64-linux-gnu --host=x86_64-gnu CC="$CC" CFLAGS="-O1 -w" \
    --disable-all --disable-cli --disable-phpdbg --enable-cgi --enable-shmop --enable-sysvshm
make -s -j "$JOBS"
strip -o "$OUT/php-cgi" sapi/cgi/php-cgi
tar -C "$SOURCE" -cf "$OUT/php-tests.tar" run-tests.php ext/shmop/tests ext/sysvshm/tests
