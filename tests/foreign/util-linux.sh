# SPDX-License-Identifier: GPL-2.0-or-later
# Builds util-linux's ipcs, ipcrm and ipcmk for the Hurd: in the current directory, from the
# source in SOURCE, with CC; the programs go to OUT.
set -eu

"$SOURCE/configure" --build=x86_64-linux-gnu --host=x86_64-gnu CC="$CC" \
    --disable-all-programs --enable-ipcs --enable-ipcrm --enable-ipcmk \
    --disable-nls --disable-asciidoc --disable-static --disable-bash-completion \
    --without-systemd --without-python --without-ncurses --without-tinfo --without-udev \
    --without-cap-ng --without-readline
make -j "$JOBS" ipcs ipcrm ipcmk
cp ipcs ipcrm ipcmk "$OUT"
