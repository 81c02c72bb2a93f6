// SPDX-License-Identifier: GPL-2.0-or-later
//! Clients that mean harm, to the file system and its server.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use gnumach::right::{NULL, ReceiveRight, SendRight};
use hurd_sys as sys;

use super::client::{CREATE, Task, restricted};
use super::ground::{Ground, Map, PAGE, errno, read_write};
use super::message::{Message, descriptor, receive};
use super::node::lookup;
use super::process::holdings;

#[test]
fn a_thousand_opens_leave_nothing() {
    let ground = Ground::new();
    let id = ground.segment(3 * PAGE);
    let server = ground.server.server();
    let files = ground.files.process();
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

/// A port costs the file system memory, and libnetfs makes as many as somebody asks for.
#[test]
fn open_ports_of_a_user_are_bounded() {
    /// netfs::ports::PORTS.
    const BOUND: usize = 4096;
    let ground = Ground::new();
    let id = ground.segment(PAGE);
    let path = ground.files.id(id);
    let right = lookup(path.to_str().unwrap(), 0).unwrap();
    let roots = super::client::Client::new(right);
    let of = |user| restricted(&roots, &[user], &[user]);
    let duplicate = |port: &SendRight| {
        let mut new = NULL;
        // SAFETY: a valid out-pointer; the right is ours.
        unsafe {
            match sys::io_duplicate(port.name(), &mut new) {
                0 => Ok(SendRight::from_raw(new)),
                code => Err(code),
            }
        }
    };
    let hostile = of(1001);
    let files = ground.files.process();
    let before = holdings(files);
    for round in 0..2 {
        let mut held = Vec::new();
        let refused = loop {
            match duplicate(hostile.right()) {
                Ok(port) => held.push(port),
                Err(code) => break code,
            }
            assert!(held.len() < 2 * BOUND, "round {round}: no bound");
        };
        assert_eq!(refused, libc::EMFILE, "round {round}");
        assert_eq!(held.len(), BOUND - 1, "round {round}");
        // Nobody else is touched.
        let other = of(1002);
        assert!(duplicate(other.right()).is_ok());
        assert!(File::open(&path).is_ok());
        drop(held);
        // All are given back: the next round counts them.
        super::node::wait_until("the ports are gone", || {
            holdings(files).names <= before.names + 8
        });
    }
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
        let code = unsafe { sys::file_set_size(port.name(), size) };
        assert_eq!(code, libc::EINVAL);
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

/// A lock is held for as long as its holder likes, and who waits for it keeps a thread.
#[test]
fn who_waits_for_a_lock_holds_up_nobody() {
    let ground = Ground::new();
    let id = ground.segment(PAGE);
    let path = ground.files.id(id);
    let holder = read_write(&path).unwrap();
    holder.lock().unwrap();
    let waiter = lookup(path.to_str().unwrap(), libc::O_RDWR).unwrap();
    // More than the server has threads. Each waits without an end, if it waits.
    let replies = ReceiveRight::allocate().unwrap();
    let door = Some((replies.name(), gnumach::sys::MACH_MSG_TYPE_MAKE_SEND_ONCE));
    let request = || Message::new(20_007).int32(libc::LOCK_EX as u32);
    for _ in 0..300 {
        request().send(waiter.name(), door, 20_000).unwrap();
    }
    let began = Instant::now();
    assert!(fs::read(&path).is_ok());
    assert!(!ground.files.names(".").is_empty());
    let took = began.elapsed();
    assert!(took < Duration::from_secs(1), "{took:?}");
    // Most were refused, and the others wait, as they should.
    let mut refused = 0;
    while let Ok(reply) = receive(&replies, 500) {
        assert_eq!(reply.code, libc::ENOLCK);
        refused += 1;
    }
    assert!((250..300).contains(&refused), "{refused} were refused");
    // When the lock is given back, one gets it.
    drop(holder);
    assert_eq!(receive(&replies, 20_000).unwrap().code, 0);
}

/// libnetfs waits for the exec server here, and that for ports of the client's choice.
#[test]
fn no_file_is_a_program() {
    let ground = Ground::new();
    let id = ground.client.get(0, PAGE as u64, CREATE | 0o777).unwrap();
    let path = ground.files.id(id);
    // No open is for executing, whatever the mode says.
    assert_eq!(
        lookup(path.to_str().unwrap(), libc::O_EXEC).err(),
        Some(libc::EACCES)
    );
    let file = lookup(path.to_str().unwrap(), libc::O_RDONLY).unwrap();
    let task = Task::create();
    for id in [20_000, 20_034] {
        let kind = gnumach::sys::MACH_MSG_TYPE_COPY_SEND;
        let mut message = Message::new(id).port(kind, task.name()).int32(0);
        if id == 20_034 {
            // Two strings, each of 1024 bytes.
            let text = descriptor(gnumach::sys::MACH_MSG_TYPE_STRING_C, 8192, 1, true);
            for _ in 0..2 {
                message = message.words(&[text]).words(&[0; 128]);
            }
        }
        // argv, envp, descriptors, ports, numbers, and names to be given up: none of any.
        let kinds = [
            (gnumach::sys::MACH_MSG_TYPE_CHAR, 8),
            (gnumach::sys::MACH_MSG_TYPE_CHAR, 8),
            (kind, 64),
            (kind, 64),
            (gnumach::sys::MACH_MSG_TYPE_INTEGER_32, 32),
            (gnumach::sys::MACH_MSG_TYPE_PORT_NAME, 32),
            (gnumach::sys::MACH_MSG_TYPE_PORT_NAME, 32),
        ];
        for (kind, bits) in kinds {
            message = message.words(&[descriptor(kind, bits, 0, true)]);
        }
        let reply = message.call(file.name(), 20_000).unwrap();
        // Either the routine or, where the shape is not quite MIG's, the stub.
        let refused = [libc::EACCES, gnumach::sys::MIG_BAD_ARGUMENTS];
        assert!(refused.contains(&reply.code), "{id}: {:#x}", reply.code);
    }
    let failed = std::process::Command::new(&path).status();
    assert_eq!(errno(failed), libc::EACCES);
}
