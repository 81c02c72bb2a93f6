// SPDX-License-Identifier: GPL-2.0-or-later
//! One memory: by shmat, by mmap of the file, by read and write.

use std::fs::{self, File};
use std::os::unix::fs::{FileExt, MetadataExt};

use super::client::RDONLY;
use super::ground::{Ground, Map, PAGE, errno, get, put, read_write};
use super::node::run;
use super::process::{Pipe, fork, in_child};

#[test]
fn what_one_way_writes_the_others_read() {
    let ground = Ground::new();
    let size = 70 * PAGE;
    let id = ground.segment(size);
    let file = read_write(&ground.files.id(id)).unwrap();
    let attached = ground.client.attach(id, 0, 0).unwrap();
    let map = Map::new(&file, size, true).unwrap();
    for page in (0..70).rev() {
        let at = page * PAGE + page;
        put(attached.address, at, page as u8 + 1);
        let mut bytes = [0; 2];
        file.read_exact_at(&mut bytes, at as u64).unwrap();
        assert_eq!((bytes, map.get(at)), ([page as u8 + 1, 0], page as u8 + 1));
        file.write_all_at(&[7, 8], at as u64).unwrap();
        assert_eq!((get(attached.address, at), map.get(at + 1)), (7, 8));
        map.put(at, 9);
        file.read_exact_at(&mut bytes, at as u64).unwrap();
        assert_eq!((bytes, get(attached.address, at)), ([9, 8], 9));
    }
    ground.client.detach(attached.address).unwrap();
    // Nobody is attached: the memory is the same.
    assert_eq!(map.get(3 * PAGE + 3), 9);
    file.write_all_at(&[1], 0).unwrap();
    let attached = ground.client.attach(id, RDONLY, 0).unwrap();
    assert_eq!(get(attached.address, 0), 1);
    assert_eq!(get(attached.address, 3 * PAGE + 3), 9);
    ground.client.detach(attached.address).unwrap();
}

#[test]
fn processes_share_it() {
    let ground = Ground::new();
    let id = ground.segment(3 * PAGE);
    let path = ground.files.id(id);
    let attached = ground.client.attach(id, 0, 0).unwrap();
    let (there, back) = (Pipe::new(), Pipe::new());
    let child = fork(|| {
        let file = read_write(&path).unwrap();
        let map = Map::new(&file, 3 * PAGE, true).unwrap();
        map.put(PAGE, 11);
        there.write();
        assert!(back.read());
        assert_eq!(map.get(2 * PAGE), 22);
        file.write_all_at(&[33], 5).unwrap();
    });
    assert!(there.read());
    assert_eq!(get(attached.address, PAGE), 11);
    put(attached.address, 2 * PAGE, 22);
    back.write();
    assert_eq!(child.wait(), 0);
    assert_eq!(get(attached.address, 5), 33);
    ground.client.detach(attached.address).unwrap();
}

#[test]
fn a_file_in_use_is_no_attachment() {
    let ground = Ground::new();
    let id = ground.segment(2 * PAGE);
    let before = ground.client.stat(id).unwrap();
    let file = read_write(&ground.files.id(id)).unwrap();
    let map = Map::new(&file, 2 * PAGE, true).unwrap();
    map.put(0, 1);
    assert_eq!(fs::read(ground.files.id(id)).unwrap().len(), 2 * PAGE);
    file.write_all_at(b"x", 9).unwrap();
    let after = ground.client.stat(id).unwrap();
    let told =
        |it: &shm::wire::defs::sysvshm_ds_t| (it.nattch, it.atime, it.dtime, it.lpid, it.ctime);
    assert_eq!(told(&before), told(&after));
    assert!(ground.client.holders(id).unwrap().is_empty());
}

#[test]
fn a_file_opened_for_reading_is_never_writable() {
    let ground = Ground::new();
    let id = ground.segment(PAGE);
    // Somebody else may write it at the same time.
    let writer = read_write(&ground.files.id(id)).unwrap();
    let file = File::open(ground.files.id(id)).unwrap();
    let map = Map::new(&file, PAGE, false).unwrap();
    let refused = Map::new(&file, PAGE, true).map(drop);
    assert_eq!(errno(refused), libc::EACCES);
    // SAFETY: changes a mapping of our own.
    let code =
        unsafe { libc::mprotect(map.start.cast(), PAGE, libc::PROT_READ | libc::PROT_WRITE) };
    assert_ne!(code, 0, "mprotect made it writable");
    assert_eq!(errno(file.write_at(b"x", 0)), libc::EBADF);
    writer.write_all_at(b"y", 0).unwrap();
    assert_eq!(map.get(0), b'y');
    // And one that may only write cannot be read.
    let blind = fs::OpenOptions::new()
        .write(true)
        .open(ground.files.id(id))
        .unwrap();
    let mut bytes = [0];
    assert_eq!(errno(blind.read_at(&mut bytes, 0)), libc::EBADF);
    // A write to the read-only mapping is a signal, as everywhere.
    in_child(|| {
        let child = fork(|| map.put(0, b'z'));
        assert_ne!(child.wait(), 0);
    });
    assert_eq!(map.get(0), b'y');
}

#[test]
fn stat_shows_the_segment() {
    let ground = Ground::new();
    let id = ground.client.get(0x1234, 5000, 0o1640).unwrap();
    ground.client.set(id, 1000, 100, 0o640).unwrap();
    let check = || {
        let ds = ground.client.stat(id).unwrap();
        let stat = fs::metadata(ground.files.id(id)).unwrap();
        assert_eq!(stat.mode(), libc::S_IFREG | (ds.mode & 0o777));
        assert_eq!((stat.uid(), stat.gid()), (ds.uid, ds.gid));
        assert_eq!((stat.size(), stat.ino()), (5000, id as u64));
        assert_eq!((stat.nlink(), stat.ctime()), (1, ds.ctime));
        let or = |time| if time == 0 { ds.ctime } else { time };
        assert_eq!((stat.atime(), stat.mtime()), (or(ds.atime), or(ds.dtime)));
    };
    check();
    // What shmctl changes is seen at once, and what shmat and shmdt do to the times.
    for mode in [0o600, 0o777, 0o000] {
        ground.client.set(id, 5, 6, mode).unwrap();
        check();
    }
    let attached = ground.client.attach(id, 0, 0).unwrap();
    check();
    ground.client.detach(attached.address).unwrap();
    check();
    // And the other way round.
    let path = ground.files.id(id);
    let text = path.to_str().unwrap();
    assert_eq!(run("chmod", &["604", text]).status, 0);
    assert_eq!(run("chown", &["7", text]).status, 0);
    let ds = ground.client.stat(id).unwrap();
    assert_eq!((ds.mode & 0o777, ds.uid, ds.gid), (0o604, 7, 6));
    assert_eq!(run("chgrp", &["8", text]).status, 0);
    assert_eq!(ground.client.stat(id).unwrap().gid, 8);
    check();
}
