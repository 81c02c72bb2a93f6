// SPDX-License-Identifier: GPL-2.0-or-later
//! Segments, servers and file systems that go away.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use super::client::CREATE;
use super::ground::{Files, Ground, Map, PAGE, errno, get, read_write};
use super::node::{Node, run, wait_until};

#[test]
fn a_destroyed_segment_is_an_error_and_no_other() {
    let ground = Ground::new();
    let id = ground.segment(2 * PAGE);
    let file = read_write(&ground.files.id(id)).unwrap();
    let map = Map::new(&file, 2 * PAGE, true).unwrap();
    map.put(0, 1);
    ground.client.remove(id).unwrap();
    let mut bytes = [0];
    assert_eq!(errno(file.read_at(&mut bytes, 0)), libc::EIO);
    assert_eq!(errno(file.write_at(&bytes, 0)), libc::EIO);
    assert_eq!(errno(file.metadata()), libc::EIO);
    assert_eq!(errno(Map::new(&file, PAGE, true).map(drop)), libc::EIO);
    assert_eq!(errno(File::open(ground.files.id(id))), libc::ENOENT);
    // Who has it mapped has it for as long as that lasts, alone.
    for round in 0..50 {
        let next = ground.segment(2 * PAGE);
        let attached = ground.client.attach(next, 0, 0).unwrap();
        assert_eq!(get(attached.address, 0), 0);
        super::ground::put(attached.address, 0, 77);
        assert_eq!(map.get(0), round as u8 + 1);
        map.put(0, round as u8 + 2);
        assert_eq!(get(attached.address, 0), 77);
        ground.client.detach(attached.address).unwrap();
        ground.client.remove(next).unwrap();
        assert_eq!(errno(file.read_at(&mut bytes, 0)), libc::EIO);
    }
}

#[test]
fn ids_of_one_life_of_the_server_mean_nothing_in_the_next() {
    let server = Node::passive(&[]);
    let files = Files::of(&server);
    let client = server.open();
    let id = client.get(5, PAGE as u64, CREATE | 0o600).unwrap();
    let file = read_write(&files.id(id)).unwrap();
    file.write_all_at(b"old", 0).unwrap();
    let before = server.server();
    // SAFETY: the server of this test.
    unsafe { libc::kill(before, libc::SIGKILL) };
    wait_until("the server is gone", || client.version().is_err());
    let mut bytes = [0; 3];
    assert_eq!(errno(file.read_at(&mut bytes, 0)), libc::EIO);
    assert_eq!(errno(file.metadata()), libc::EIO);
    // The look-up starts the next one, which has no segment.
    wait_until("the next server", || {
        fs::symlink_metadata(files.id(id)).is_err_and(|it| it.raw_os_error() == Some(libc::ENOENT))
    });
    let client = server.open();
    let mut new = client.get(5, PAGE as u64, CREATE | 0o600).unwrap();
    while new < id {
        new = client.get(0, PAGE as u64, CREATE | 0o600).unwrap();
    }
    assert_eq!(new, id, "the same id again");
    assert_eq!(errno(file.read_at(&mut bytes, 0)), libc::EIO);
    assert_eq!(&fs::read(files.id(id)).unwrap()[..3], b"\0\0\0");
    let file = read_write(&files.id(id)).unwrap();
    file.write_all_at(b"new", 0).unwrap();
    assert!(files.names("").contains(&id.to_string()));
    assert!(files.names("by-key").contains(&"0x00000005".to_owned()));
}

#[test]
fn without_a_server_there_is_none_until_it_is_back() {
    let server = Node::active(&[]);
    let files = Files::of(&server);
    let id = server.open().get(0, 10, CREATE | 0o600).unwrap();
    assert!(files.id(id).exists());
    run("settrans", &["-fga", server.path()]);
    assert_eq!(errno(fs::metadata(files.id(id))), libc::ENXIO);
    assert_eq!(
        errno(
            fs::read_dir(files.path())
                .and_then(|mut it| it.next().unwrap_or_else(|| panic!("empty")))
        ),
        libc::ENXIO
    );
    // The directory itself is ours.
    assert!(fs::metadata(files.path()).unwrap().is_dir());
    run("settrans", &["-a", server.path(), &super::node::program()]);
    assert_eq!(files.names(""), ["by-key"]);
    let id = server.open().get(0, 10, CREATE | 0o600).unwrap();
    assert_eq!(fs::read(files.id(id)).unwrap(), [0; 10]);
}

#[test]
fn what_is_mapped_outlives_the_file_system() {
    let ground = Ground::new();
    let id = ground.segment(2 * PAGE);
    let file = read_write(&ground.files.id(id)).unwrap();
    let map = Map::new(&file, 2 * PAGE, true).unwrap();
    map.put(0, 1);
    run("settrans", &["-fga", ground.files.text()]);
    assert!(file.metadata().is_err());
    map.put(PAGE, 2);
    let attached = ground.client.attach(id, 0, 0).unwrap();
    assert_eq!(
        (get(attached.address, 0), get(attached.address, PAGE)),
        (1, 2)
    );
    ground.client.detach(attached.address).unwrap();
    ground.files.set(&ground.server);
    assert_eq!(fs::read(ground.files.id(id)).unwrap()[PAGE], 2);
}

#[test]
fn several_show_the_same() {
    let ground = Ground::new();
    let other = Files::of(&ground.server);
    let id = ground.segment(10);
    read_write(&ground.files.id(id))
        .unwrap()
        .write_all_at(b"shared", 0)
        .unwrap();
    assert_eq!(&fs::read(other.id(id)).unwrap()[..6], b"shared");
    fs::remove_file(other.id(id)).unwrap();
    assert_eq!(errno(fs::metadata(ground.files.id(id))), libc::ENOENT);
}
