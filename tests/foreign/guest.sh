# SPDX-License-Identifier: GPL-2.0-or-later
# Inside the Hurd: what the steps of several suites share.

# Waits until the command succeeds, at most as many seconds as `patience` says, 120 if it is not set.
until_holds() {
    end=$(($(date +%s) + ${patience-120}))
    until "$@" >/dev/null 2>&1; do
        if [ "$(date +%s)" -ge $end ]; then
            echo "never held: $*" >&2
            return 1
        fi
        sleep 0.5
    done
}

# All segments: lines of the server's table, or the incumbent's files.
segments() {
    if [ -e /servers/ipc/shm ]; then
        sed 1d /servers/ipc/shm
    else
        ls /dev/shm
    fi
}

none_left() {
    left=$(segments)
    [ -z "$left" ] || {
        echo "left: $left" >&2
        return 1
    }
}

# The time of a command in milliseconds.
milliseconds() {
    from=$(date +%s%N)
    "$@" >/dev/null || return
    echo $((($(date +%s%N) - from) / 1000000))
}

# by_turns WHAT COMMAND...: a figure, the medians of five times with our client preloaded and of five
# with the incumbent, taken by turns; `rounds` may ask for another odd number. It says so if the
# incumbent failed.
by_turns() {
    what=$1
    shift
    rm -f /tmp/ours /tmp/incumbent
    failed=0
    round=0
    while [ $round -lt "${rounds-5}" ]; do
        round=$((round + 1))
        milliseconds env -u LD_PRELOAD "$@" >>/tmp/incumbent || failed=$((failed + 1))
        milliseconds "$@" >>/tmp/ours
    done
    middle=$(((round + 1) / 2))p
    echo "$round $failed $(sort -n /tmp/ours | sed -n $middle) $(sort -n /tmp/incumbent |
        sed -n $middle)" | awk -v what="$what" '
            $2 { printf "figure %s: %d ms, incumbent failed %d of %d times\n", what, $3, $2, $1 }
            !$2 {
                printf "figure %s: %d ms, incumbent %d ms: %.2f times as fast\n",
                    what, $3, $4, $4 / $3
            }'
}
