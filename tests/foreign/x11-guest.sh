# SPDX-License-Identifier: GPL-2.0-or-later
# Inside the Hurd: what the steps of the suite x11 share, after guest.sh.
DISPLAY=:1
export DISPLAY
patience=60
server=

# Before the first server of a boot: its keyboard, and the directory of its sockets.
prepare() {
    [ ! -d /tmp/.X11-unix ] || return 0
    mkdir -p /usr/share
    tar -xf /bin/xkb.tar -C /usr/share
    mkdir -p /tmp/.X11-unix
    chmod 1777 /tmp/.X11-unix
}

# start UID OPTION...: an X server of this user's. COMMAND begins with $run, if that is set.
start() {
    user=$1
    shift
    prepare
    # shellcheck disable=SC2086
    ${run-} as "$user" Xvfb $DISPLAY -ac -noreset -screen 0 640x480x24 -fp built-ins "$@" \
        </dev/null >/tmp/server.log 2>&1 &
    server=$!
    trap 'kill_server; cat /tmp/server.log >&2' EXIT
    until_holds xshm version
}

# Ends the server and sees that nothing of it is left.
stop() {
    end_server
    none_left
}

# SIGTERM that comes just before the server waits for its clients is noticed with the next one.
end_server() {
    tries=0
    while kill "$server" 2>/dev/null && [ $tries -lt 20 ]; do
        tries=$((tries + 1))
        sleep 0.5
    done
    wait "$server"
    trap - EXIT
}

# kill -9, and what it leaves in /tmp goes, for the next server may be another user's.
kill_server() {
    trap - EXIT
    kill -9 "$server" || true
    wait "$server" || true
    rm -f "/tmp/.X${DISPLAY#:}-lock" "/tmp/.X11-unix/X${DISPLAY#:}"
}

# The id that a client in the background has written to this file.
announced() {
    until_holds test -s "$1"
    cat "$1"
}
