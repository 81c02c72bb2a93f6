# SPDX-License-Identifier: GPL-2.0-or-later
# Inside the Hurd: what the steps of the suite postgres share, after guest.sh. Each step
# begins with `running`, `stopped` or `cluster`: a step that failed leaves the next one no worse.
PATH=/opt/postgresql/bin:$PATH
LC_ALL=C
export PATH LC_ALL
data=/srv/data

# Makes a cluster whose main and dynamic shared memory are System V segments. Without fsync and
# timers for deadlocks the root's ext2fs stands still less often; hurd/postgres.rs says why it does.
cluster() {
    tar -xf /bin/postgresql.tar -C /
    mkdir -p $data
    chown 1000 $data
    as 1000 initdb -D $data -A trust -N --no-locale \
        -c shared_memory_type=sysv -c dynamic_shared_memory_type=sysv \
        -c listen_addresses= -c unix_socket_directories=/tmp -c max_connections=20 \
        -c fsync=off -c deadlock_timeout=1h -c min_wal_size=32MB -c max_wal_size=64MB \
        </dev/null
}

sql() {
    as 1000 psql -h /tmp -d "${database-postgres}" -AtX -v ON_ERROR_STOP=1 -c "$1"
}

start() {
    as 1000 pg_ctl -D $data -l $data/log -w -t 100 start </dev/null
}

stop() {
    as 1000 pg_ctl -D $data -m "$1" -w -t 100 stop </dev/null
}

answers() {
    [ "$(sql 'select 1' 2>/dev/null)" = 1 ]
}

# What an administrator does with libc's files after a crash.
by_hand() {
    [ -e /servers/ipc/shm ] || rm -f /dev/shm/sysvshm-*
}

# A server is there, and so is the table t.
running() {
    if ! answers; then
        stop immediate || true
        by_hand
        start
    fi
    sql 'create table if not exists t as select g a from generate_series(1, 200000) g'
    sql 'analyze t'
}

# No server is there.
stopped() {
    if [ -e $data/postmaster.pid ]; then
        stop fast || stop immediate || rm $data/postmaster.pid
    fi
    by_hand
}

postmaster() {
    head -n 1 $data/postmaster.pid
}

# The process whose query is like $1; none is a failure.
backend() {
    sql "select pid from pg_stat_activity where query like '$1' and pid <> pg_backend_pid()" |
        grep .
}

# The largest segment has one attachment. libc's files have no such count.
one_attached() {
    [ ! -e /servers/ipc/shm ] ||
        [ "$(segments | sort -k 4n | tail -n 1 | awk '{ print $7 }')" = 1 ]
}

# A start fails, and the server's log says that somebody uses the segment.
refused() {
    : >$data/log
    if start; then
        echo 'the server started beside a living backend' >&2
        return 1
    fi
    grep 'pre-existing shared memory block' $data/log
}

parallel='set max_parallel_workers_per_gather = 2; set parallel_setup_cost = 0;
    set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0;'

# A sum over a table by parallel workers, whose shared memory is a segment that comes and goes.
parallel_sum() {
    sql "$parallel select sum(a) from t" | grep -x 20000100000
}

# Runs one of PostgreSQL's regression tests with pg_regress's settings. Its output is left in
# /tmp/TEST.out.
regression_test() {
    cd /opt/regress
    as 1000 env PGTZ=America/Los_Angeles PGDATESTYLE='Postgres, MDY' \
        PGOPTIONS='-c intervalstyle=postgres_verbose' \
        PG_ABS_SRCDIR=/opt/regress PG_LIBDIR=/opt/regress PG_DLSUFFIX=.so \
        psql -h /tmp -d regression -aqX -v HIDE_TABLEAM=on -v HIDE_TOAST_COMPRESSION=on \
        <"sql/$1.sql" >"/tmp/$1.out" 2>&1
}

# The database of these tests, with the tables that the ones we run need.
regression_database() {
    database=regression
    [ ! -d /opt/regress ] || return 0
    tar -xf /bin/regress.tar -C /
    chmod -R a+rX /opt/regress
    database=postgres sql 'create database regression template = template0'
    for setting in "lc_messages to 'C'" "lc_monetary to 'C'" "lc_numeric to 'C'" \
        "lc_time to 'C'" "bytea_output to 'hex'" "timezone_abbreviations to 'Default'"; do
        sql "alter database regression set $setting"
    done
    regression_test test_setup
    grep -E '^CREATE INDEX (onek|tenk[12])_' /opt/regress/sql/create_index.sql |
        while read -r line; do sql "$line"; done
    regression_test create_misc
}

# The test's output is the expected one to the last character.
as_expected() {
    regression_test "$1"
    awk '
        NR == FNR { expected[FNR] = $0; lines = FNR; next }
        expected[FNR] != $0 && ++differ <= 10 {
            printf "line %d\n  expected %s\n  came     %s\n", FNR, expected[FNR], $0
        }
        END {
            if (FNR != lines) { differ++; print lines, "lines expected,", FNR, "came" }
            exit differ > 0
        }' "/opt/regress/expected/$1.out" "/tmp/$1.out"
}
