// SPDX-License-Identifier: GPL-2.0-or-later
//! Users of a file system that is not theirs.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;

use gnumach::right::{NULL, SendRight};
use hurd_sys as sys;

use super::client::{CREATE, EOPNOTSUPP};
use super::ground::{Files, Ground, Map, PAGE, errno, read_write};
use super::node::{Node, lookup, run, wait_until};
use super::process::{Pipe, fork, holdings, in_child, take_ids};

/// A user who is nobody's owner here.
const STRANGER: (&[u32], &[u32]) = (&[3000], &[300]);

/// An open with `O_TRUNC` lets libc set the size to 0 once. One that was refused lets nobody.
#[test]
fn an_open_that_is_refused_truncates_for_nobody() {
    let ground = Ground::new();
    let id = ground.client.get(0, 5000, CREATE | 0o600).unwrap();
    let path = ground.files.id(id);
    let file = read_write(&path).unwrap();
    in_child(|| {
        take_ids(STRANGER.0, STRANGER.1);
        let open = OpenOptions::new().write(true).truncate(true).open(&path);
        assert_eq!(errno(open), libc::EACCES);
    });
    assert_eq!(errno(file.set_len(0)), libc::EINVAL);
}

/// Whoever has a file open for reading gets no more of it by any other call.
#[test]
fn an_open_for_reading_stays_one() {
    let ground = Ground::new();
    let id = ground.client.get(0, PAGE as u64, CREATE | 0o604).unwrap();
    // Somebody has it open for writing, so that the file system holds a right to write.
    let _writer = read_write(&ground.files.id(id)).unwrap();
    let text = ground.files.id(id);
    in_child(|| {
        take_ids(STRANGER.0, STRANGER.1);
        let port = lookup(text.to_str().unwrap(), libc::O_RDONLY).unwrap();
        let both = libc::O_RDONLY | libc::O_WRONLY;
        let mut amount = 0;
        // SAFETY: only numbers are passed, and a valid out-pointer.
        let code = unsafe {
            sys::io_set_all_openmodes(port.name(), both | libc::O_APPEND);
            sys::io_set_some_openmodes(port.name(), both);
            sys::io_write(port.name(), c"x".as_ptr().cast_mut(), 1, 0, &mut amount)
        };
        assert_eq!(code, libc::EBADF);
        let (mut reader, mut writer) = (NULL, NULL);
        // SAFETY: valid out-pointers; the rights are ours.
        unsafe {
            assert_eq!(sys::io_map(port.name(), &mut reader, &mut writer), 0);
            drop(SendRight::from_raw(reader));
        }
        assert_eq!(writer, NULL);
        // The file once more, by its own port.
        let (mut retry, mut name, mut again) = (0, [0; 1024], NULL);
        for (flags, expected) in [
            (libc::O_RDONLY, 0),
            (both, libc::EACCES),
            (libc::O_WRONLY, libc::EACCES),
            (libc::O_EXEC, libc::EACCES),
        ] {
            // SAFETY: a string, and valid out-pointers with the room that fs.defs wants.
            let code = unsafe {
                sys::dir_lookup(
                    port.name(),
                    c"".as_ptr(),
                    flags,
                    0,
                    &mut retry,
                    name.as_mut_ptr(),
                    &mut again,
                )
            };
            assert_eq!(code, expected, "{flags:#x}");
            if code == 0 {
                // SAFETY: the reply gave it to us.
                drop(unsafe { SendRight::from_raw(again) });
            }
        }
    });
}

/// What the file system is told to do, it is told by its owner.
#[test]
fn strangers_have_no_control() {
    let (ground, other) = (Ground::new(), Node::active(&[]));
    let id = ground.segment(10);
    let text = ground.files.text().to_owned();
    in_child(|| {
        take_ids(STRANGER.0, STRANGER.1);
        let port = lookup(&text, 0).unwrap();
        let mut control = NULL;
        // SAFETY: a valid out-pointer.
        let code = unsafe { sys::file_getcontrol(port.name(), &mut control) };
        assert_eq!(code, libc::EPERM);
    });
    assert!(ground.files.id(id).exists());
    // Itself is no server, and to ask itself does not stop it.
    for node in [&text, &format!("{text}/{id}"), &format!("{text}/by-key")] {
        let changed = run("fsysopts", &[&text, &format!("--server={node}")]);
        assert_ne!(changed.status, 0, "{node}");
    }
    assert!(ground.files.id(id).exists());
    let changed = run("fsysopts", &[&text, &format!("--server={}", other.path())]);
    assert_eq!(changed.status, 0);
    assert!(!ground.files.id(id).exists());
}

/// Offsets at the ends of their range, in each call that takes one.
#[test]
fn offsets_at_the_ends_of_their_range_do_no_harm() {
    let ground = Ground::new();
    let id = ground.segment(100);
    let port = lookup(ground.files.id(id).to_str().unwrap(), libc::O_RDWR).unwrap();
    let seek = |offset, whence| {
        let mut at = 0;
        // SAFETY: a valid out-pointer.
        let code = unsafe { sys::io_seek(port.name(), offset, whence, &mut at) };
        (code, at)
    };
    let read = || {
        let mut buffer = [0_u8; 256];
        let (mut data, mut length) = (buffer.as_mut_ptr().cast(), 256);
        // SAFETY: a buffer and its length.
        let code = unsafe { sys::io_read(port.name(), &mut data, &mut length, -1, 200) };
        (code, length)
    };
    let write = |offset| {
        let mut amount = 0;
        // SAFETY: a string and its length, and a valid out-pointer.
        unsafe {
            sys::io_write(
                port.name(),
                c"x".as_ptr().cast_mut(),
                1,
                offset,
                &mut amount,
            )
        }
    };
    assert_eq!(seek(i64::MAX, libc::SEEK_SET), (0, i64::MAX));
    assert_eq!(read(), (0, 0));
    assert_eq!(write(-1), libc::ENOSPC);
    // Over the end of the range, and below its beginning.
    for (offset, whence) in [
        (1, libc::SEEK_CUR),
        (i64::MAX, libc::SEEK_CUR),
        (i64::MAX, libc::SEEK_END),
        (i64::MIN, libc::SEEK_CUR),
        (i64::MIN, libc::SEEK_END),
        (i64::MIN, libc::SEEK_SET),
        (-1, libc::SEEK_SET),
        (0, 99),
    ] {
        let (code, _) = seek(offset, whence);
        assert!(code != 0, "{offset} {whence}");
        assert_eq!(read(), (0, 0), "it is where it was: {offset} {whence}");
    }
    for offset in [i64::MAX, i64::MAX - 1, 1 << 62] {
        assert_eq!(write(offset), libc::ENOSPC);
    }
    for offset in [-2, i64::MIN] {
        assert_eq!(write(offset), libc::EINVAL);
    }
    assert_eq!(seek(0, libc::SEEK_SET), (0, 0));
    assert_eq!(read(), (0, 100));
    // Locks of ranges that are none.
    for (start, length) in [(i64::MAX, i64::MAX), (i64::MIN, 1), (-1, 1), (0, i64::MIN)] {
        let mut lock = sys::flock64 {
            l_type: libc::F_WRLCK as _,
            l_whence: libc::SEEK_CUR as _,
            l_start: start,
            l_len: length,
            ..Default::default()
        };
        let kind = gnumach::sys::MACH_MSG_TYPE_COPY_SEND;
        // SAFETY: a valid structure.
        let code =
            unsafe { sys::file_record_lock(port.name(), libc::F_SETLK64, &mut lock, NULL, kind) };
        // From the position, which is 100, one may go back.
        let expected = if start == -1 { 0 } else { libc::EINVAL };
        assert_eq!(code, expected, "{start} {length}");
    }
    assert_eq!(seek(0, libc::SEEK_SET), (0, 0));
    assert_eq!(read(), (0, 100), "it lives");
}

/// A server that is killed again and again, under files that are open, mapped, read and listed.
#[test]
fn a_server_that_dies_again_and_again_leaves_the_file_system_whole() {
    let server = Node::passive(&[]);
    let files = Files::of(&server);
    let mut first = None;
    for round in 0..12 {
        let client = server.open();
        let size = 40 * PAGE;
        let id = client.get(7, size as u64, CREATE | 0o600).unwrap();
        let path = files.id(id);
        fs::write(&path, vec![round; size]).unwrap();
        let file = read_write(&path).unwrap();
        let map = Map::new(&file, size, true).unwrap();
        assert_eq!(map.get(PAGE), round);
        let ready = Pipe::new();
        let reader = fork(|| {
            let mut bytes = vec![0; size];
            ready.write();
            // Until it is refused.
            for _ in 0..100_000 {
                match file.read_at(&mut bytes, 0) {
                    Ok(count) => assert_eq!(count, size),
                    Err(error) => {
                        assert_eq!(error.raw_os_error(), Some(libc::EIO));
                        return;
                    }
                }
                let _ = fs::read_dir(files.path()).map(|all| all.count());
            }
            panic!("a file of a dead server is read for ever");
        });
        assert!(ready.read());
        // SAFETY: the server of this test.
        unsafe { libc::kill(server.server(), libc::SIGKILL) };
        wait_until("the server is gone", || client.version().is_err());
        assert_eq!(reader.wait(), 0);
        // What is in memory is there for whoever maps it.
        assert_eq!(map.get(PAGE), round);
        map.put(PAGE, 99);
        let mut byte = [0];
        assert_eq!(errno(file.read_at(&mut byte, 0)), libc::EIO);
        assert_eq!(errno(file.set_len(1)), libc::EIO);
        drop((map, file));
        // The next one has nothing of it.
        wait_until("the next server", || {
            fs::read_dir(files.path()).is_ok_and(|all| all.count() == 1)
        });
        let now = || holdings(files.process()).names;
        first.get_or_insert_with(now);
    }
    // Threads that waited for the servers before end, and nothing else is kept of these.
    let most = first.unwrap() + 8;
    wait_until("all names are back", || {
        holdings(files.process()).names <= most
    });
}

/// More file systems than may watch: those that may not are slower, and right.
#[test]
fn file_systems_that_may_not_watch_are_right() {
    let server = Node::active(&[]);
    let client = server.open();
    // All that one user may have.
    let ports: Vec<_> = (0..300)
        .map(|_| gnumach::right::ReceiveRight::allocate().unwrap())
        .collect();
    let watching = ports
        .iter()
        .take_while(|port| client.watch(port.name()).is_ok());
    assert!(watching.count() < 300);
    let files = Files::of(&server);
    let mut ids = Vec::new();
    for round in 0..40 {
        let id = client.get(round + 1, 10, CREATE | 0o600).unwrap();
        ids.push(id);
        if round % 3 == 2 {
            client.remove(ids.remove(0)).unwrap();
        }
        let mut names = files.names("");
        names.sort();
        let mut expected: Vec<String> = ids.iter().map(i32::to_string).collect();
        expected.push("by-key".to_owned());
        expected.sort();
        assert_eq!(names, expected);
        assert!(ids.iter().all(|id| File::open(files.id(*id)).is_ok()));
    }
    let forged = client.watch(NULL);
    assert!(forged.is_err() && forged != Err(EOPNOTSUPP));
}
