// SPDX-License-Identifier: GPL-2.0-or-later
//! Clients that mean harm, to the file system and its server.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use gnumach::right::{NULL, SendRight};
use hurd_sys as sys;

use super::client::CREATE;
use super::ground::{Ground, Map, PAGE, errno, read_write};
use super::node::lookup;
use super::process::holdings;

/// The file system's process.
fn process(ground: &Ground) -> i32 {
    let mut stat = sys::io_statbuf_t::default();
    let port = lookup(ground.files.text(), 0).unwrap();
    // SAFETY: a valid out-pointer.
    assert_eq!(unsafe { sys::io_stat(port.name(), &mut stat) }, 0);
    stat.st_fsid as i32
}

#[test]
fn a_thousand_opens_leave_nothing() {
    let ground = Ground::new();
    let id = ground.segment(3 * PAGE);
    let server = ground.server.server();
    let files = process(&ground);
    let warm = |count| {
        let mut open: Vec<File> = Vec::new();
        for _ in 0..count {
            // More than the descriptors of a process: some are closed again.
            if open.len() == 200 {
                open.clear();
            }
            let file = read_write(&ground.files.id(id)).unwrap();
            drop(Map::new(&file, PAGE, true).unwrap());
            open.push(file);
        }
    };
    warm(50);
    let before = (holdings(files), holdings(server));
    warm(1000);
    super::node::wait_until("all rights are back", || {
        holdings(files).names <= before.0.names + 8 && holdings(server).names <= before.1.names + 8
    });
}

/// Ports of the file system that are no files are refused what files do.
#[test]
fn forged_handles_are_refused() {
    let ground = Ground::new();
    let id = ground.segment(PAGE);
    let path = ground.files.id(id);
    let file = lookup(path.to_str().unwrap(), libc::O_RDONLY).unwrap();
    let (mut identity, mut system, mut number) = (NULL, NULL, 0);
    // SAFETY: valid out-pointers; the rights are ours.
    let forged = unsafe {
        let code = sys::io_identity(file.name(), &mut identity, &mut system, &mut number);
        assert_eq!(code, 0);
        [identity, system].map(|right| SendRight::from_raw(right))
    };
    let refused = [libc::EOPNOTSUPP, gnumach::sys::MIG_BAD_ID, 0x1000_0003];
    for port in &forged {
        let port = port.name();
        let (mut right, mut kind) = (NULL, 0);
        let (mut data, mut length) = (std::ptr::null_mut(), 0);
        let mut amount = 0;
        let mut stat = sys::io_statbuf_t::default();
        // The second is a port that nobody receives from: a call would wait.
        if port == forged[1].name() {
            continue;
        }
        // SAFETY: valid out-pointers and strings.
        let codes = unsafe {
            [
                sys::dir_unlink(port, c"1".as_ptr().cast_mut()),
                sys::dir_mkfile(port, 0, 0o600, &mut right),
                sys::io_duplicate(port, &mut right),
                sys::io_revoke(port),
                sys::io_stat(port, &mut stat),
                sys::io_read(port, &mut data, &mut length, 0, 10),
                sys::io_map(port, &mut right, &mut kind),
                sys::file_set_size(port, 0),
                sys::file_chmod(port, 0),
                sys::dir_readdir(port, &mut data, &mut length, 0, -1, 0, &mut amount),
            ]
        };
        for code in codes {
            assert!(refused.contains(&code), "{code:#x} in {codes:x?}");
        }
    }
    assert!(fs::read(&path).is_ok(), "it lives");
}

#[test]
fn absurd_amounts_are_cut_or_refused() {
    let ground = Ground::new();
    let id = ground.segment(100);
    let port = lookup(ground.files.id(id).to_str().unwrap(), libc::O_RDWR).unwrap();
    for (offset, amount, expected) in [
        (0, usize::MAX, Some(100)),
        (0, 1 << 40, Some(100)),
        (99, usize::MAX, Some(1)),
        (i64::MAX, usize::MAX, Some(0)),
        (-2, 1, None),
        (i64::MIN, 1, None),
    ] {
        let mut buffer = [0_u8; 2048];
        let mut data = buffer.as_mut_ptr().cast();
        let mut length = 2048;
        // SAFETY: a buffer and its length.
        let code =
            unsafe { sys::io_read(port.name(), &mut data, &mut length, offset, amount as _) };
        match expected {
            Some(count) => assert_eq!((code, length), (0, count)),
            None => assert_eq!(code, libc::EINVAL),
        }
    }
    for size in [i64::MIN, -1, i64::MAX] {
        // SAFETY: no memory is involved.
        assert_eq!(
            unsafe { sys::file_set_size(port.name(), size) },
            libc::EINVAL
        );
    }
    let (mut data, mut length, mut amount) = (std::ptr::null_mut(), 0, 0);
    let root = lookup(ground.files.text(), libc::O_RDONLY).unwrap();
    // SAFETY: valid out-pointers.
    let code = unsafe {
        sys::dir_readdir(
            root.name(),
            &mut data,
            &mut length,
            i32::MIN,
            -1,
            0,
            &mut amount,
        )
    };
    assert_eq!(code, libc::EINVAL);
    // SAFETY: as above.
    let code = unsafe {
        sys::dir_readdir(
            root.name(),
            &mut data,
            &mut length,
            i32::MAX,
            -1,
            0,
            &mut amount,
        )
    };
    assert_eq!((code, amount, length), (0, 0, 0));
}

/// A message of a megabyte is the sender's problem alone.
#[test]
fn names_and_data_of_any_size_do_no_harm() {
    let ground = Ground::new();
    let id = ground.client.get(0, 3 << 20, CREATE | 0o600).unwrap();
    let file = read_write(&ground.files.id(id)).unwrap();
    let big = vec![3_u8; 4 << 20];
    assert_eq!(file.write_at(&big, 0).unwrap(), 3 << 20);
    let name = "x".repeat(900);
    assert_eq!(
        errno(fs::metadata(ground.files.path().join(&name))),
        libc::ENOENT
    );
    assert_eq!(fs::read(ground.files.id(id)).unwrap().len(), 3 << 20);
}
