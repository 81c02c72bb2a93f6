// SPDX-License-Identifier: GPL-2.0-or-later
//! Requests whose memory does not come, and what an open keeps between two reads.

use std::time::{Duration, Instant};

use gnumach::right::{NULL, ReceiveRight, SendRight};
use gnumach::sys;

use super::client::{CREATE, Client, restricted};
use super::node::{Node, lookup, wait_until};
use super::process::{Pipe, become_user, fork, holdings, in_child};
use super::silent::Silent;

/// Milliseconds that an answer may take on a busy host.
const SOON: u32 = 20_000;

/// The ids of io_restrict_auth may come in memory whose pager does not answer: the thread that
/// looks at them waits, and when the pager dies it gets a signal that ends the server.
#[test]
fn ids_that_cannot_be_had_end_nothing_and_keep_nobody_waiting() {
    let node = Node::active(&[]);
    let pid = node.server();
    let root = node.open();
    let id = root.get(0, 4096, CREATE | 0o600).unwrap();
    let hostile = restricted(&root, &[1001], &[1001]);
    // Its user may have no ids at all, and then counts as another.
    let nobody = restricted(&hostile, &[], &[]);
    let (sent, seen) = (Pipe::new(), Pipe::new());
    let attacker = fork(|| {
        become_user(1001);
        let memory = Silent::new();
        let replies = ReceiveRight::allocate().unwrap();
        let door = Some((replies.name(), sys::MACH_MSG_TYPE_MAKE_SEND_ONCE));
        for client in [&hostile, &nobody] {
            for _ in 0..400 {
                let request = memory.restrict();
                request.send(client.right().name(), door, SOON).unwrap();
            }
        }
        sent.write();
        seen.read();
    });
    assert!(sent.read());
    in_child(|| {
        become_user(1002);
        for _ in 0..5 {
            let began = Instant::now();
            assert!(node.open().version().is_ok());
            let took = began.elapsed();
            assert!(took < Duration::from_secs(1), "an open took {took:?}");
        }
    });
    seen.write();
    assert_eq!(attacker.wait(), 0);
    // The pager has died with the child.
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(root.stat(id).map(|ds| ds.nattch), Ok(0));
    assert_eq!(node.server(), pid);
}

/// A read of one byte makes the whole table, and the open keeps it for the next read.
#[test]
fn tables_that_are_read_in_part_take_little_memory() {
    const SEGMENTS: usize = 1000;
    const OPENS: usize = 400;
    let node = Node::active(&[]);
    let pid = node.server();
    let root = node.open();
    let mut ids = Vec::new();
    for _ in 0..SEGMENTS {
        ids.push(root.get(0, 4096, CREATE | 0o600).unwrap());
    }
    let size = node.cat().len();
    let read = lookup(node.path(), libc::O_RDONLY).unwrap();
    let hostile = restricted(&Client::new(read), &[1001], &[1001]);
    let mut held: Vec<SendRight> = Vec::new();
    let mut one = |change: u32| {
        // No two tables are the same.
        root.set(ids[0], change, change, 0o600).unwrap();
        let port = reopen(&hostile);
        assert_eq!(first_byte(&port), b' ');
        held.push(port);
    };
    for number in 0..20 {
        one(number);
    }
    let before = holdings(pid).resident_bytes;
    for number in 0..OPENS as u32 {
        one(number);
    }
    let grown = holdings(pid).resident_bytes.saturating_sub(before);
    println!("{OPENS} opens of a table of {size} bytes: {grown} bytes");
    assert!(grown < 20 * size as u64, "{grown}");
    drop(held);
    wait_until("the opens are gone", || holdings(pid).names < 600);
    root.remove(ids[0]).unwrap();
}

/// Opens the file behind a port once more.
fn reopen(client: &Client) -> SendRight {
    let (mut retry, mut port) = (0, NULL);
    let mut name: hurd_sys::string_t = [0; 1024];
    // SAFETY: valid out-pointers and a string; on success the right is ours.
    unsafe {
        let code = hurd_sys::dir_lookup(
            client.right().name(),
            c"".as_ptr(),
            libc::O_RDONLY,
            0,
            &mut retry,
            name.as_mut_ptr(),
            &mut port,
        );
        assert_eq!(code, 0);
        SendRight::from_raw(port)
    }
}

fn first_byte(port: &SendRight) -> u8 {
    let mut buffer = [0_u8; 16];
    let (mut data, mut length) = (buffer.as_mut_ptr().cast(), buffer.len() as u32);
    // SAFETY: a buffer and its length.
    let code = unsafe { hurd_sys::io_read(port.name(), &mut data, &mut length, -1, 1) };
    assert_eq!((code, length), (0, 1));
    buffer[0]
}
