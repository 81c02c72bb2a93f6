# SPDX-License-Identifier: GPL-2.0-or-later
# Builds perl for the Hurd, the small one that has no modules but all of the language: from the
# source in SOURCE, which is built in, with CC; the program goes to OUT.
#
# perl asks the machine it is configured on what it can do. That is Linux here, with the same C
# library on the same processor: what differs is put right below.
set -eu

cd "$SOURCE"
./Configure -des -Uusedl -Dcc=gcc -Dlibs=-lm
# What the build generates by programs of its own, for the machine it runs on.
make -j "$JOBS" uudmap.h opmini.c perlmini.c universalmini.c
# prctl is Linux's, and crypt is in a library of its own that a Hurd need not have.
sed -i -e '/define HAS_PRCTL/d' -e '/define HAS_CRYPT\>/d' config.h

objects=$(make -n miniperl | tr ' ' '\n' | sed -n 's/^\([a-z_0-9]*\)\.o$/\1/p' | sort -u)
for name in $objects; do
    case $name in
        generate_uudmap) ;;
        *mini | miniperlmain) echo "$name -DPERL_IS_MINIPERL -DPERL_EXTERNAL_GLOB" ;;
        *) echo "$name" ;;
    esac
done >objects
xargs -P "$JOBS" -L 1 sh -c '
    name=$0
    "$CC" -c -DPERL_CORE -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -fwrapv -fno-strict-aliasing \
        -O1 -w "$@" "$name.c" -o "hurd-$name.o"' <objects
"$CC" -o "$OUT/perl" hurd-*.o -lm
