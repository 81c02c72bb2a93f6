# SPDX-License-Identifier: GPL-2.0-or-later
# Builds dpkg for the Hurd, and the two libraries that it needs, from Debian's packages, unmodified:
# in the current directory, from the trees below SOURCE that are named as the packages, with CC.
# dpkg.tar goes to OUT, to be unpacked in /.
set -eu

here=$PWD
tree=$here/tree
export PKG_CONFIG="pkg-config --static" PKG_CONFIG_LIBDIR="$tree/lib/pkgconfig"
export CFLAGS="-O2 -w" CPPFLAGS="-I$tree/include" LDFLAGS="-L$tree/lib"

# build NAME OPTION...: configure in a directory of its own.
build() {
    name=$1
    shift
    echo "== $name"
    mkdir "$here/$name"
    cd "$here/$name"
    "$SOURCE/$name/configure" --quiet --build=x86_64-linux-gnu --host=x86_64-gnu CC="$CC" "$@"
}

for library in libmd xz-utils; do
    build $library --prefix="$tree" --disable-shared --enable-static --disable-nls
    make -s -j "$JOBS"
    make -s install
done

build dpkg --prefix=/usr --sysconfdir=/etc --localstatedir=/var --disable-nls \
    --disable-dselect --disable-start-stop-daemon --disable-unicode \
    --without-libz --without-libz-ng --without-libbz2 --without-libzstd --without-libselinux \
    --with-liblzma=static --with-deb-compressor=xz PS_LIBS=-lps
make -s -j "$JOBS" -C lib
make -s -j "$JOBS" -C src
make -s -j "$JOBS" -C utils
make -s DESTDIR="$here/root" -C src install
make -s DESTDIR="$here/root" -C utils install
tar -C "$here/root" -cf "$OUT/dpkg.tar" .
