# SPDX-License-Identifier: GPL-2.0-or-later
# Builds OSSP mm and its test for the Hurd, unmodified: in the current directory, from the source in
# SOURCE, with CC; the test goes to OUT.
#
# configure runs no program of the target. The one question that it cannot answer so is how large a
# segment may be: 64 MiB will do. Locks are flock's: fcntl's belong to the open file on the Hurd,
# and mm's processes share that after a fork.
set -eu

cp -R "$SOURCE/." .
./configure --build=x86_64-linux-gnu --host=x86_64-gnu CC="$CC" --disable-shared \
    --with-shm=IPCSHM --with-sem=FLOCK ac_cv_maxsegsize=67108864
make libmm.la
make mm_test
cp mm_test "$OUT"
