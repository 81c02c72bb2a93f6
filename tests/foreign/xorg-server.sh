# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the X server Xvfb and xkbcomp for the Hurd, and the libraries that a client needs, from
# Debian's packages, unmodified: in the current directory, from the trees below SOURCE that are
# named as the packages, with CC.
#
# To OUT go Xvfb, xkbcomp, xkb.tar with the keyboard descriptions that Xvfb asks for, to be
# unpacked in /usr/share, and in client/ headers and static libraries of libX11 and libXext.
#
# configure runs no program of the target. The one question that it cannot answer so is answered
# below: malloc (0) of glibc does not return NULL. libxcb wants a PATH_MAX, which the Hurd does not
# have.
set -eu

here=$PWD
tree=$here/tree
export PKG_CONFIG="pkg-config --static --define-prefix"
export PKG_CONFIG_LIBDIR="$tree/lib/pkgconfig:$tree/share/pkgconfig"
export CFLAGS="-O2 -w" CPPFLAGS="-I$tree/include -DPATH_MAX=4096" LDFLAGS="-L$tree/lib" CC_FOR_BUILD=gcc
mkdir -p "$tree/include" "$tree/share" "$tree/lib/pkgconfig"

# What has no machine code is Debian's binary package: protocol headers, XML, the generator.
cp -R "$SOURCE/x11proto-dev/usr/include/." "$tree/include"
cp -R "$SOURCE/x11proto-dev/usr/share/pkgconfig" "$SOURCE/xcb-proto/usr/share/." "$tree/share"
export PYTHONPATH="$SOURCE/python3-xcbgen/usr/lib/python3/dist-packages"

# build NAME OPTION...: a library that configure knows how to build.
build() {
    name=$1
    shift
    echo "== $name"
    mkdir "$here/$name"
    cd "$here/$name"
    "$SOURCE/$name/configure" --quiet --build=x86_64-linux-gnu --host=x86_64-gnu CC="$CC" \
        --prefix="$tree" --disable-shared --enable-static "$@"
    make -s -j "$JOBS"
    make -s install
    cd "$here"
}

# The same in a copy of the source, which make writes to.
copied() {
    cp -R "$SOURCE/$1" "$here/$1"
    cd "$here/$1"
}

echo "== zlib"
copied zlib
./configure --static --prefix="$tree"
make -s -j "$JOBS" libz.a
make -s install
cd "$here"

build libmd
build xtrans --without-xmlto
build libxau
build libxdmcp --disable-docs
build libpthread-stubs
build libxcb --disable-devel-docs --disable-composite --disable-damage --disable-dbe \
    --disable-dpms --disable-dri2 --disable-dri3 --disable-glx --disable-present \
    --disable-randr --disable-record --disable-render --disable-resource \
    --disable-screensaver --disable-shape --disable-shm --disable-sync --disable-xfixes \
    --disable-xfree86-dri --disable-xinerama --disable-xinput --disable-xkb --disable-xtest \
    --disable-xv --disable-xvmc
build libx11 --disable-specs --disable-malloc0returnsnull
build libxext --disable-specs --disable-malloc0returnsnull
build libxkbfile
build libfontenc
build libxfont --disable-devel-docs --disable-freetype --without-bzip2

# pixman is built by meson only, which a machine need not have: its files, without the plain
# processor's rivals.
echo "== pixman"
mkdir "$here/pixman"
cd "$here/pixman"
version=$(sed -n "s/^  version *: *'\([0-9.]*\)'.*/\1/p" "$SOURCE/pixman/meson.build")
IFS=. read -r major minor micro <<END
$version
END
sed -e "s/@PIXMAN_VERSION_MAJOR@/$major/" -e "s/@PIXMAN_VERSION_MINOR@/$minor/" \
    -e "s/@PIXMAN_VERSION_MICRO@/$micro/" \
    "$SOURCE/pixman/pixman/pixman-version.h.in" >pixman-version.h
cat >pixman-config.h <<END
#define PACKAGE "pixman"
#define TLS __thread
#define HAVE_PTHREADS 1
#define HAVE_POSIX_MEMALIGN 1
#define SIZEOF_LONG 8
END
sed -n "/^pixman_files = /,/^)/s/.*'\(.*\)\.c'.*/\1/p" "$SOURCE/pixman/pixman/meson.build" |
    xargs -P "$JOBS" -I NAME "$CC" -c $CFLAGS -std=gnu99 -DHAVE_CONFIG_H -I. \
        -I"$SOURCE/pixman/pixman" "$SOURCE/pixman/pixman/NAME.c" -o NAME.o
ar rcs "$tree/lib/libpixman-1.a" ./*.o
mkdir "$tree/include/pixman-1"
cp pixman-version.h "$SOURCE/pixman/pixman/pixman.h" "$tree/include/pixman-1"
cat >"$tree/lib/pkgconfig/pixman-1.pc" <<END
prefix=$tree
Name: Pixman
Description: pixel manipulation
Version: $version
Cflags: -I\${prefix}/include/pixman-1
Libs: -L\${prefix}/lib -lpixman-1 -lm -lpthread
END
cd "$here"

echo "== xkbcomp"
mkdir "$here/xkbcomp"
cd "$here/xkbcomp"
"$SOURCE/x11-xkb-utils/xkbcomp/configure" --quiet --build=x86_64-linux-gnu --host=x86_64-gnu \
    CC="$CC" --prefix=/usr
make -s -j "$JOBS"
cp xkbcomp "$OUT"
cd "$here"

echo "== xorg-server"
mkdir "$here/xorg-server"
cd "$here/xorg-server"
"$SOURCE/xorg-server/configure" --quiet --build=x86_64-linux-gnu --host=x86_64-gnu CC="$CC" \
    --prefix=/usr --localstatedir=/var --with-sha1=libmd LIBS=-lmd \
    --enable-xvfb --enable-mitshm --disable-xorg --disable-xnest --disable-xephyr \
    --disable-glx --disable-dri --disable-dri2 --disable-dri3 --disable-glamor --disable-libdrm \
    --disable-pciaccess --disable-xinerama --disable-xshmfence --disable-libunwind \
    --disable-secure-rpc --disable-config-udev --disable-config-hal --disable-systemd-logind \
    --without-systemd-daemon --disable-tcp-transport --disable-docs --disable-devel-docs \
    --disable-unit-tests --without-dtrace --with-xkb-path=/usr/share/X11/xkb \
    --with-xkb-output=/tmp --with-xkb-bin-directory=/bin
make -s -j "$JOBS"
cp hw/vfb/Xvfb "$OUT"
cd "$here"

# What the keyboard of Xvfb is made of: rules base, model pc105, layout us.
cd "$SOURCE/xkb-data/usr/share/X11/xkb"
symbols=
for name in pc us inet keypad altwin level3 srvr_ctrl; do
    symbols="$symbols symbols/$name"
done
# shellcheck disable=SC2086
tar -cf "$OUT/xkb.tar" --transform 's,^,X11/xkb/,' rules/base keycodes types compat \
    geometry/pc $symbols
cd "$here"

mkdir -p "$OUT/client/lib"
cp -R "$tree/include" "$OUT/client"
for library in X11 Xext xcb Xau Xdmcp; do
    cp "$tree/lib/lib$library.a" "$OUT/client/lib"
done
