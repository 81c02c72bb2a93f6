# SPDX-License-Identifier: GPL-2.0-or-later
# Builds PostgreSQL for the Hurd, unmodified: in the current directory, from the source in
# SOURCE, with CC; an archive of its files below /opt/postgresql goes to OUT, and one of its
# regression tests below /opt/regress.
#
# configure runs no program of the target. Two questions that it cannot answer so are answered
# here; both are about options of GNU ld.
set -eu

zic=$(command -v zic || echo /usr/sbin/zic)
"$SOURCE/configure" --build=x86_64-linux-gnu --host=x86_64-gnu CC="$CC" CFLAGS=-O2 \
    --prefix=/opt/postgresql --without-readline --without-icu --without-zlib \
    pgac_cv_prog_cc_LDFLAGS_EX_BE__Wl___export_dynamic=yes \
    pgac_cv_prog_cc_LDFLAGS__Wl___as_needed=yes
make -s -C src/backend generated-headers
for part in src/port src/common src/interfaces/libpq src/fe_utils src/backend src/timezone \
    src/backend/snowball src/pl/plpgsql/src src/bin/initdb src/bin/pg_ctl src/bin/psql \
    src/bin/pgbench; do
    make -s -j "$JOBS" -C $part ZIC="$zic"
done
make -s -C src/test/regress regress.so
for part in src/interfaces/libpq src/backend src/backend/catalog src/include \
    src/timezone src/backend/snowball src/pl/plpgsql/src src/bin/initdb src/bin/pg_ctl \
    src/bin/psql src/bin/pgbench; do
    make -s -C $part install DESTDIR="$PWD/root" ZIC="$zic"
done
cd root
rm -rf opt/postgresql/include opt/postgresql/lib/pgxs opt/postgresql/lib/pkgconfig
rm -f opt/postgresql/lib/*.a
strip opt/postgresql/bin/* opt/postgresql/lib/*.so
tar -cf "$OUT/postgresql.tar" opt

tests=opt/regress
mkdir -p $tests/sql $tests/expected $tests/data
cp ../src/test/regress/regress.so $tests
strip $tests/regress.so
cp "$SOURCE"/src/test/regress/data/* $tests/data
for test in test_setup create_index create_misc select_parallel write_parallel vacuum_parallel \
    partition_aggregate incremental_sort join_hash; do
    cp "$SOURCE/src/test/regress/sql/$test.sql" $tests/sql
    cp "$SOURCE/src/test/regress/expected/$test.out" $tests/expected
done
tar -cf "$OUT/regress.tar" $tests
