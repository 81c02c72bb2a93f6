# SPDX-License-Identifier: GPL-2.0-or-later
# Inside the Hurd: what the steps of the suite postgres share. Each step sources this file.
PATH=/opt/postgresql/bin:$PATH
LC_ALL=C
export PATH LC_ALL
data=/srv/data

# Makes a cluster whose main and dynamic shared memory are System V segments.
cluster() {
    tar -xf /bin/postgresql.tar -C /
    mkdir -p $data
    chown 1000 $data
    as 1000 initdb -D $data -A trust -N --no-locale \
        -c shared_memory_type=sysv -c dynamic_shared_memory_type=sysv \
        -c listen_addresses= -c unix_socket_directories=/tmp -c max_connections=20 \
        </dev/null
}

sql() {
    as 1000 psql -h /tmp -d postgres -AtX -v ON_ERROR_STOP=1 -c "$1"
}

start() {
    as 1000 pg_ctl -D $data -l $data/log -w -t 100 start </dev/null
}

stop() {
    as 1000 pg_ctl -D $data -m "$1" -w -t 100 stop </dev/null
}

postmaster() {
    head -n 1 $data/postmaster.pid
}

# Waits until the command succeeds, at most 60 seconds.
until_holds() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ $tries -ge 60 ]; then
            echo "never held: $*" >&2
            return 1
        fi
        sleep 1
    done
}

# Segments of the cluster's user: lines of the server's table, or the incumbent's files.
segments() {
    if [ -e /servers/ipc/shm ]; then
        awk '$8 == 1000' /servers/ipc/shm
    else
        find_files=$(ls /dev/shm)
        [ -z "$find_files" ] || echo "$find_files"
    fi
}

none_left() {
    [ -z "$(segments)" ]
}

parallel='set max_parallel_workers_per_gather = 2; set parallel_setup_cost = 0;
    set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0;'

# A sum over a table by parallel workers, whose shared memory is a segment that comes and goes.
parallel_sum() {
    sql "$parallel select sum(a) from t" | grep -x 20000100000
}

# The time of a command in milliseconds.
milliseconds() {
    from=$(date +%s%N)
    "$@" >/dev/null
    echo $((($(date +%s%N) - from) / 1000000))
}
