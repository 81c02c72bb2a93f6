// SPDX-License-Identifier: GPL-2.0-or-later
//! Peers that send what they like.

use gnumach::right::{DEAD, NULL, ReceiveRight, SendRight};
use gnumach::trap;
use hurd_sys as sys;
use std::time::{Duration, Instant};

use super::client::{CREATE, Client, EINVAL, EOPNOTSUPP, ESRCH, Task, VERSION};
use super::node::Node;
use super::process::{Pipe, fork, holdings};

/// The server is the one that it was, and serves.
fn unharmed(node: &Node, pid: i32) {
    assert_eq!(node.server(), pid);
    assert_eq!(node.open().version(), Ok(VERSION));
}

#[test]
fn ports_that_are_no_task_are_refused() {
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    // Nobody answers on this one: a call on it would hang the server's thread.
    let silent = ReceiveRight::allocate().unwrap();
    let forged = silent.make_send().unwrap();
    let dead = Task::create();
    dead.terminate();
    for task in [
        forged.name(),
        dead.name(),
        client.right().name(),
        trap::mach_host_self(),
        NULL,
        DEAD,
    ] {
        let refused = client.attach_to(task, id, 0, 0).err();
        // A right that died on its way cannot be sent at all.
        assert!(
            refused == Some(ESRCH) || refused.is_some_and(|error| error.code() >> 16 == 0x1000),
            "{task}: {refused:x?}"
        );
        assert!(client.get_as(task, 0, 4096, CREATE).is_err());
        assert!(client.detach_from(task, 0x1000).is_err());
    }
    assert_eq!(client.stat(id).unwrap().nattch, 0);
    unharmed(&node, pid);
}

#[test]
fn a_task_that_dies_meanwhile_is_no_harm() {
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    for _ in 0..20 {
        let child = fork(|| {
            let client = node.open();
            loop {
                let attachment = client.attach(id, 0, 0).unwrap();
                client.detach(attachment.address).unwrap();
            }
        });
        std::thread::sleep(std::time::Duration::from_millis(30));
        child.kill();
    }
    node.wait_for_nattch(id, 0);
    unharmed(&node, pid);
}

#[repr(C, align(8))]
struct Message {
    head: gnumach::sys::mach_msg_header_t,
    body: [u64; 64],
}

/// Sends a simple message with `size` bytes of body to `port`, and answers the reply's code if
/// one comes.
fn send(port: u32, id: i32, size: usize, fill: u64) -> Option<i32> {
    let reply = ReceiveRight::allocate().unwrap();
    let mut message = Message {
        head: gnumach::sys::mach_msg_header_t::default(),
        body: [fill; 64],
    };
    message.head.msgh_bits =
        gnumach::sys::MACH_MSG_TYPE_COPY_SEND | (gnumach::sys::MACH_MSG_TYPE_MAKE_SEND_ONCE << 8);
    message.head.msgh_size = (size_of::<gnumach::sys::mach_msg_header_t>() + size) as u32;
    message.head.__bindgen_anon_1.msgh_remote_port = port;
    message.head.__bindgen_anon_2.msgh_local_port = reply.name();
    message.head.msgh_id = id;
    // SAFETY: a whole message of that size, and room for the answer.
    let code = unsafe {
        trap::mach_msg(
            &mut message.head,
            (gnumach::sys::MACH_SEND_MSG
                | gnumach::sys::MACH_RCV_MSG
                | gnumach::sys::MACH_RCV_TIMEOUT) as _,
            message.head.msgh_size,
            size_of::<Message>() as _,
            reply.name(),
            20_000,
            0,
        )
    };
    assert_eq!(code, 0, "no answer to {id}");
    // A descriptor, and then the code.
    (message.head.msgh_size >= 48).then_some(message.body[1] as i32)
}

#[test]
fn messages_of_a_wrong_shape_are_answered_with_an_error() {
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    for id in 42000..42015 {
        for (size, fill) in [(0, 0), (8, 0), (24, !0), (104, 0), (104, !0), (512, 7)] {
            let code = send(client.right().name(), id, size, fill);
            // version, info and list take no arguments.
            let empty = [42000, 42008, 42009].contains(&id);
            assert!(
                size == 0 && empty || code != Some(0),
                "{id} {size}: {code:?}"
            );
        }
    }
    assert_eq!(
        send(client.right().name(), 42050, 0, 0),
        Some(gnumach::sys::MIG_BAD_ID)
    );
    unharmed(&node, pid);
}

#[test]
fn calls_on_other_ports_of_the_server_are_refused() {
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    let mut control = NULL;
    // SAFETY: a valid out-pointer; the reference is ours.
    let control = unsafe {
        assert_eq!(sys::file_getcontrol(client.right().name(), &mut control), 0);
        Client::new(SendRight::from_raw(control))
    };
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    let attachment = client.attach(id, 0, 0).unwrap();
    let token = Client::new(attachment.token.try_clone().unwrap());
    assert_eq!(control.version(), Err(EOPNOTSUPP));
    assert_eq!(control.get(0, 4096, CREATE), Err(EOPNOTSUPP));
    assert_eq!(control.attach(id, 0, 0).err(), Some(EOPNOTSUPP));
    assert!(token.version().is_err());
    // A ticket is one only if it came from fork.
    assert_eq!(
        client
            .fork_child(trap::mach_task_self(), attachment.token.name())
            .err(),
        Some(EINVAL)
    );
    unharmed(&node, pid);
}

#[test]
fn stray_file_calls_do_not_stop_the_server() {
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open_with(libc::O_RDONLY).unwrap();
    let port = client.right().name();
    let (mut amount, mut position) = (0, 0);
    // SAFETY: valid pointers.
    unsafe {
        assert_ne!(sys::io_write(port, c"x".as_ptr(), 1, -1, &mut amount), 0);
        assert_ne!(sys::file_set_size(port, 0), 0);
        assert_eq!(sys::io_readable(port, &mut amount), 0);
        assert!(amount > 0);
        assert_eq!(sys::io_set_all_openmodes(port, !0), 0);
        assert_eq!(sys::io_clear_some_openmodes(port, !0), 0);
        assert_eq!(sys::io_set_some_openmodes(port, libc::O_WRONLY), 0);
        assert_ne!(sys::io_write(port, c"x".as_ptr(), 1, -1, &mut amount), 0);
        assert_ne!(sys::io_seek(port, 0, 17, &mut position), 0);
        assert_ne!(sys::io_seek(port, -1, libc::SEEK_SET, &mut position), 0);
        let (mut data, mut count) = (std::ptr::null_mut(), 0);
        assert_ne!(sys::io_read(port, &mut data, &mut count, -2, 10), 0);
        assert_eq!(sys::io_read(port, &mut data, &mut count, 0, !0), 0);
        assert!(count > 0);
        let (mut reader, mut writer) = (NULL, NULL);
        assert_ne!(sys::io_map(port, &mut reader, &mut writer), 0);
    }
    unharmed(&node, pid);
}

#[test]
fn forged_notifications_change_nothing() {
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    let attachment = client.attach(id, 0, 0).unwrap();
    // MACH_NOTIFY_NO_SENDERS and the others, to an open and to a token.
    for notification in 64..=72 {
        send(client.right().name(), notification, 16, 0);
    }
    let mut head = gnumach::sys::mach_msg_header_t {
        msgh_bits: gnumach::sys::MACH_MSG_TYPE_COPY_SEND,
        msgh_size: size_of::<gnumach::sys::mach_msg_header_t>() as _,
        msgh_id: 70,
        ..Default::default()
    };
    head.__bindgen_anon_1.msgh_remote_port = attachment.token.name();
    // SAFETY: a header is the whole message.
    unsafe {
        trap::mach_msg(
            &mut head,
            gnumach::sys::MACH_SEND_MSG as _,
            head.msgh_size,
            0,
            0,
            0,
            0,
        )
    };
    assert_eq!(client.stat(id).unwrap().nattch, 1);
    unharmed(&node, pid);
}

/// An attachment in thousands of pieces is a walk over as many regions for each who asks.
#[test]
fn a_split_attachment_holds_up_nobody() {
    const PIECES: u64 = 4096;
    const PAGE: u64 = 4096;
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    let id = client.get(0, 2 * PIECES * PAGE, CREATE | 0o666).unwrap();
    let other = client.get(0, PAGE, CREATE | 0o600).unwrap();
    let (ready, go) = (Pipe::new(), Pipe::new());
    let askers: Vec<_> = (0..2)
        .map(|_| {
            fork(|| {
                go.close_writer();
                // SAFETY: plain numbers; the child has one thread.
                assert_eq!(unsafe { libc::setgid(1001) | libc::setuid(1001) }, 0);
                let client = node.open();
                let task = Task::create();
                let attached = client.attach_to(task.name(), id, 0, 0).unwrap();
                for piece in 0..PIECES {
                    let at = attached.address + 2 * piece * PAGE;
                    // SAFETY: unmaps a page of a task without threads.
                    let code = unsafe { trap::vm_deallocate(task.name(), at as _, PAGE as _) };
                    assert_eq!(code, 0);
                }
                ready.write();
                let end = Instant::now() + Duration::from_secs(5);
                while Instant::now() < end {
                    client.stat(id).unwrap();
                }
                // The task, with what it attached, goes with this process at last.
                go.read();
            })
        })
        .collect();
    for _ in 0..2 {
        assert!(ready.read());
    }
    let mut longest = Duration::ZERO;
    for _ in 0..30 {
        let began = Instant::now();
        client.stat(other).unwrap();
        longest = longest.max(began.elapsed());
        std::thread::sleep(Duration::from_millis(50));
    }
    println!("a call on another segment took {longest:?} at most");
    assert!(longest < Duration::from_secs(1), "{longest:?}");
    assert_eq!(client.stat(id).unwrap().nattch, 2);
    go.close_writer();
    for asker in askers {
        assert_eq!(asker.wait(), 0);
    }
    node.wait_for_nattch(id, 0);
    unharmed(&node, pid);
}

/// What an attach answers with is a token and no right to the memory object: who had one could
/// pretend to be the kernel, or map what is not attached.
#[test]
fn an_attach_gives_a_token_and_no_other_right() {
    let node = Node::active(&[]);
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    // The first attach gives the token; the second brings the same right.
    let first = client.attach(id, 0, 0).unwrap();
    let before = holdings(std::process::id() as i32);
    let second = client.attach(id, 0, 0).unwrap();
    let after = holdings(std::process::id() as i32);
    assert_eq!(before.names, after.names);
    assert_eq!(first.token.name(), second.token.name());
    // And it understands nothing.
    let token = Client::new(second.token.try_clone().unwrap());
    assert!(token.version().is_err());
    for id in 2_200..2_220 {
        let code = send(second.token.name(), id, 24, 0);
        assert_ne!(code, Some(0), "{id}");
    }
    assert_eq!(client.stat(id).unwrap().nattch, 2);
}
