// SPDX-License-Identifier: GPL-2.0-or-later
//! Segments made and removed as files.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};

use super::client::{CREATE, EINVAL};
use super::ground::{Ground, errno, read_write};
use super::node::run;

#[test]
fn a_size_makes_a_segment_of_a_key() {
    let ground = Ground::new();
    let path = ground.files.key(0x5151_5151);
    let text = path.to_str().unwrap();
    assert_eq!(run("truncate", &["-s", "1M", text]).status, 0);
    let id = ground.client.get(0x5151_5151, 0, 0).unwrap();
    let ds = ground.client.stat(id).unwrap();
    assert_eq!(
        (ds.segsz, ds.mode, ds.uid, ds.nattch),
        (1 << 20, 0o644, 0, 0)
    );
    assert_eq!(
        fs::read_link(&path).unwrap().to_str(),
        Some(&*format!("../{id}"))
    );
    assert_eq!(fs::metadata(&path).unwrap().ino(), id as u64);
    // It is there now, with this size and no other.
    assert_eq!(run("truncate", &["-s", "1M", text]).status, 0);
    assert_ne!(run("truncate", &["-s", "2M", text]).status, 0);
    assert_eq!(ground.client.get(0x5151_5151, 0, 0), Ok(id));
    fs::remove_file(&path).unwrap();
    assert_eq!(ground.client.stat(id).map(|ds| ds.id), Err(EINVAL));
    assert_eq!(errno(fs::metadata(&path)), libc::ENOENT);
}

#[test]
fn the_open_that_made_it_has_it() {
    let ground = Ground::new();
    // SAFETY: tests run one at a time.
    unsafe { libc::umask(0o022) };
    let path = ground.files.key(-2);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o617)
        .open(&path)
        .unwrap();
    assert_eq!(file.metadata().unwrap().len(), 0);
    assert_eq!(errno(file.write(b"x")), libc::ENOSPC);
    assert!(
        ground.files.names("by-key").is_empty(),
        "no size, no segment"
    );
    file.set_len(6000).unwrap();
    let id = ground.client.get(-2, 0, 0).unwrap();
    // With the process's umask.
    assert_eq!(ground.client.stat(id).unwrap().mode, 0o615);
    assert_eq!(file.metadata().unwrap().ino(), id as u64);
    file.write_all(b"hello").unwrap();
    assert_eq!(&fs::read(ground.files.id(id)).unwrap()[..6], b"hello\0");
    let again = OpenOptions::new().write(true).create_new(true).open(&path);
    assert_eq!(errno(again), libc::EEXIST);
    let found = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path);
    assert_eq!(found.unwrap().metadata().unwrap().ino(), id as u64);
}

#[test]
fn of_two_that_make_one_key_the_second_is_told() {
    let ground = Ground::new();
    let make = || {
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(ground.files.key(9))
            .unwrap()
    };
    let (one, other) = (make(), make());
    one.set_len(10).unwrap();
    assert_eq!(errno(other.set_len(10)), libc::EEXIST);
    drop(other);
    // One that never gets a size leaves nothing.
    drop(
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(ground.files.key(10))
            .unwrap(),
    );
    assert_eq!(ground.files.names("by-key"), ["0x00000009"]);
}

#[test]
fn limits_are_the_servers() {
    let ground = Ground::new();
    run(
        "fsysopts",
        &[ground.server.path(), "--shmmax=64K", "--shmall=20"],
    );
    let make = |key, size| {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(ground.files.key(key));
        file.unwrap().set_len(size)
    };
    assert_eq!(errno(make(1, 65537)), libc::EINVAL);
    make(1, 65536).unwrap();
    assert_eq!(errno(make(2, 65536)), libc::ENOSPC);
    let shown = run(
        "df",
        &["--output=size,used,avail,itotal,iused", ground.files.text()],
    );
    let words: Vec<_> = shown
        .text
        .lines()
        .last()
        .unwrap()
        .split_whitespace()
        .collect();
    assert_eq!(words, ["80", "64", "16", "4096", "1"], "{shown:?}");
}

#[test]
fn other_names_cannot_be_made() {
    let ground = Ground::new();
    let make = |path| {
        let path = ground.files.path().join(path);
        errno(OpenOptions::new().write(true).create_new(true).open(path))
    };
    for name in ["12", "name", "0x00000001"] {
        assert_eq!(make(name), libc::EPERM, "{name}");
    }
    for name in [
        "by-key/12",
        "by-key/0x00000000",
        "by-key/0x1",
        "by-key/0x0000000A",
    ] {
        assert_eq!(make(name), libc::EINVAL, "{name}");
    }
    let id = ground.segment(10);
    let path = ground.files.id(id);
    for result in [
        fs::create_dir(ground.files.path().join("d")),
        fs::hard_link(&path, ground.files.path().join("l")),
        fs::rename(&path, ground.files.path().join("r")),
        std::os::unix::fs::symlink("x", ground.files.path().join("s")),
        fs::remove_dir(ground.files.path().join("by-key")),
        fs::remove_file(ground.files.path().join("by-key")),
        fs::set_permissions(
            ground.files.path(),
            std::os::unix::fs::PermissionsExt::from_mode(0o700),
        ),
    ] {
        assert_eq!(errno(result), libc::EPERM);
    }
    assert!(run("settrans", &["-a", path.to_str().unwrap(), "/hurd/null"]).status != 0);
    assert!(
        run("touch", &[path.to_str().unwrap()]).status != 0,
        "nobody sets the times"
    );
    assert_eq!(ground.client.stat(id).unwrap().segsz, 10);
}

#[test]
fn removal_is_ipc_rmid() {
    let ground = Ground::new();
    let id = ground.client.get(0x77, 5000, CREATE | 0o600).unwrap();
    let attached = ground.client.attach(id, 0, 0).unwrap();
    let file = read_write(&ground.files.id(id)).unwrap();
    fs::remove_file(ground.files.id(id)).unwrap();
    // Still attached: it lives, under its id and no key.
    assert_eq!(ground.files.names("").len(), 2);
    assert!(ground.files.names("by-key").is_empty());
    assert_eq!(errno(fs::metadata(ground.files.key(0x77))), libc::ENOENT);
    assert_eq!(file.metadata().unwrap().len(), 5000);
    assert_eq!(ground.client.stat(id).unwrap().mode, 0o1600);
    // Again, as IPC_RMID.
    fs::remove_file(ground.files.id(id)).unwrap();
    ground.client.detach(attached.address).unwrap();
    assert_eq!(errno(fs::remove_file(ground.files.id(id))), libc::ENOENT);
    assert_eq!(ground.files.names(""), ["by-key"]);
    assert_eq!(errno(file.metadata()), libc::EIO);
}
