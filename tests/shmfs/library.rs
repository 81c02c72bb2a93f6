// SPDX-License-Identifier: GPL-2.0-or-later
//! Calls that libnetfs would end the program by, or lose something with.

use std::fs::{self, File};
use std::time::{Duration, Instant};

use gnumach::right::{NULL, Name, ReceiveRight, SendRight};
use hurd_sys as sys;

use super::client::{CREATE, Client, restricted};
use super::ground::{Ground, PAGE, read_write};
use super::message::{Message, receive};
use super::node::{lookup, wait_until};
use super::process::{Pipe, alive, become_user, fork, holdings, in_child};
use super::silent::Silent;

const COPY: u32 = gnumach::sys::MACH_MSG_TYPE_COPY_SEND;

/// The most ports that a user has (netfs::ports::PORTS).
const BOUND: usize = 4096;

/// A right that a call answered with, or its errno.
fn told(code: i32, port: Name) -> Result<SendRight, i32> {
    // SAFETY: on success the reply carried this right.
    let right = (code == 0).then(|| unsafe { SendRight::from_raw(port) });
    right.ok_or(code)
}

fn duplicate(port: &SendRight) -> Result<SendRight, i32> {
    let mut new = NULL;
    // SAFETY: a valid out-pointer.
    told(unsafe { sys::io_duplicate(port.name(), &mut new) }, new)
}

/// dir_lookup, whose answer is no port where the client is to look elsewhere.
fn open(port: &SendRight, name: &std::ffi::CStr, flags: i32) -> Result<SendRight, i32> {
    let (mut retry, mut new) = (0, NULL);
    let mut rest: sys::string_t = [0; 1024];
    // SAFETY: valid out-pointers and a string.
    let code = unsafe {
        sys::dir_lookup(
            port.name(),
            name.as_ptr(),
            flags,
            0,
            &mut retry,
            rest.as_mut_ptr(),
            &mut new,
        )
    };
    told(code, new)
}

fn reparent(port: &SendRight) -> Result<SendRight, i32> {
    let mut new = NULL;
    // SAFETY: a valid out-pointer.
    told(
        unsafe { sys::file_reparent(port.name(), NULL, &mut new) },
        new,
    )
}

/// Who has as many ports as there may be gets an error for one more, in whatever way it is asked
/// for. libnetfs's fsys_getroot ended the program, and its dir_lookup lost an open each time.
#[test]
fn one_port_too_many_is_an_error_and_no_more() {
    const REFUSED: usize = 10_000;
    let ground = Ground::new();
    let files = ground.files.process();
    let (full, go, done) = (Pipe::new(), Pipe::new(), Pipe::new());
    let child = fork(|| {
        become_user(1001);
        let root = lookup(ground.files.text(), libc::O_RDONLY).unwrap();
        let mut held = Vec::new();
        while let Ok(port) = duplicate(&root) {
            held.push(port);
            assert!(held.len() <= BOUND);
        }
        let refused = |name| {
            assert_eq!(open(&root, name, 0).err(), Some(libc::EMFILE), "{name:?}");
        };
        for name in [c"", c".", c"by-key", c"by-key/.."] {
            refused(name);
        }
        full.write();
        go.read();
        for _ in 0..REFUSED {
            refused(c"by-key");
        }
        done.write();
        go.read();
        let root = lookup(ground.files.text(), 0);
        assert_eq!(
            root.err(),
            Some(libc::EMFILE),
            "the root of the file system"
        );
    });
    assert!(full.read());
    let before = holdings(files).resident_bytes;
    go.write();
    assert!(done.read());
    let grown = holdings(files).resident_bytes.saturating_sub(before);
    println!("{REFUSED} refused opens: {grown} bytes");
    go.write();
    let status = child.wait();
    assert!(alive(files));
    assert_eq!(status, 0);
    assert_eq!(ground.files.process(), files);
    assert!(grown < 512 << 10, "{grown} bytes");
}

/// What an open lost, its node kept, and that the memory object of a segment.
#[test]
fn no_open_is_lost() {
    const TIMES: usize = 60;
    let ground = Ground::new();
    let files = ground.files.process();
    // One segment, opened in a way that fails or not, and removed.
    let life = |act: &dyn Fn(&SendRight)| {
        let id = ground.segment(PAGE);
        let path = ground.files.id(id);
        let port = lookup(path.to_str().unwrap(), libc::O_RDWR).unwrap();
        act(&port);
        drop(port);
        ground.client.remove(id).unwrap();
    };
    let within = |port: &SendRight| {
        // A file is no directory to be the root of what is below it.
        if let Ok(new) = reparent(port) {
            drop(open(&new, c"", libc::O_RDONLY).unwrap());
        }
    };
    let locked = |port: &SendRight| {
        let held = open(port, c"", libc::O_RDWR | libc::O_EXLOCK).unwrap();
        for kind in [libc::O_EXLOCK, libc::O_SHLOCK] {
            let refused = open(port, c"", libc::O_RDWR | kind);
            assert_eq!(refused.err(), Some(libc::EAGAIN));
        }
        drop(held);
    };
    type Act<'a> = &'a dyn Fn(&SendRight);
    let acts: [(&str, Act<'_>); 2] = [("file_reparent", &within), ("a lock that is held", &locked)];
    for (what, act) in acts {
        for _ in 0..10 {
            life(act);
        }
        let before = holdings(files).names;
        for _ in 0..TIMES {
            life(act);
        }
        wait_until(what, || holdings(files).names <= before + 8);
    }
}

/// Each range is the file system's memory, and whoever locks another looks at all of them.
#[test]
fn ranges_that_an_open_locks_are_bounded() {
    let ground = Ground::new();
    let id = ground.segment(PAGE);
    let port = lookup(ground.files.id(id).to_str().unwrap(), libc::O_RDWR).unwrap();
    let lock = |kind: i32, start: i64, length: i64| {
        let mut lock = sys::flock64 {
            l_type: kind as _,
            l_whence: libc::SEEK_SET as _,
            l_start: start,
            l_len: length,
            ..Default::default()
        };
        // SAFETY: a valid structure.
        unsafe { sys::file_record_lock(port.name(), libc::F_SETLK64, &mut lock, NULL, COPY) }
    };
    let apart = |count: i64| (0..count).take_while(|n| lock(libc::F_WRLCK, 2 * n, 1) == 0);
    let count = apart(20_000).count();
    println!(
        "{count} ranges, then {:#x}",
        lock(libc::F_WRLCK, 100_000, 1)
    );
    assert!((16..2_000).contains(&count), "{count}");
    assert_eq!(lock(libc::F_WRLCK, 100_000, 1), libc::ENOLCK);
    // All together are one.
    assert_eq!(lock(libc::F_WRLCK, 0, 0), 0);
    let holes = (0..20_000).take_while(|n| lock(libc::F_UNLCK, 2 * n + 1, 1) == 0);
    assert!(holes.count() < 2_000);
    assert_eq!(lock(libc::F_UNLCK, 0, 0), 0);
    assert_eq!(apart(10).count(), 10);
    // The ranges of an open go with it.
    drop(port);
    assert!(read_write(&ground.files.id(id)).unwrap().try_lock().is_ok());
}

/// Each request that brings memory whose pages never come keeps a thread.
#[test]
fn data_that_never_comes_keeps_nobody_waiting() {
    let ground = Ground::new();
    let files = ground.files.process();
    let id = ground.client.get(0, PAGE as u64, CREATE | 0o666).unwrap();
    let path = ground.files.id(id);
    let (sent, seen) = (Pipe::new(), Pipe::new());
    let attacker = fork(|| {
        become_user(1001);
        let port = lookup(path.to_str().unwrap(), libc::O_RDWR).unwrap();
        let port = Client::new(port);
        let nobody = restricted(&port, &[], &[]);
        let memory = Silent::new();
        let replies = ReceiveRight::allocate().unwrap();
        let door = Some((replies.name(), gnumach::sys::MACH_MSG_TYPE_MAKE_SEND_ONCE));
        // io_write.
        let write = memory.array(Message::new(21_000), gnumach::sys::MACH_MSG_TYPE_CHAR, 8);
        let write = write.int64(0);
        let restrict = memory.restrict();
        for port in [&port, &nobody] {
            for request in [&write, &restrict] {
                for _ in 0..200 {
                    request.send(port.right().name(), door, 20_000).unwrap();
                }
            }
        }
        sent.write();
        seen.read();
        // A write that comes with its data is served again, once the others are over.
        drop(memory);
        while receive(&replies, 500).is_ok() {}
        fs::write(&path, "data").unwrap();
    });
    assert!(sent.read());
    in_child(|| {
        become_user(1002);
        for _ in 0..5 {
            let began = Instant::now();
            let read = fs::read(&path).unwrap();
            assert_eq!(read.len(), PAGE);
            fs::write(&path, vec![7; PAGE]).unwrap();
            assert!(File::open(ground.files.path()).is_ok());
            let took = began.elapsed();
            assert!(took < Duration::from_secs(1), "{took:?}");
        }
    });
    seen.write();
    assert_eq!(attacker.wait(), 0);
    assert_eq!(ground.files.process(), files);
}
