// SPDX-License-Identifier: GPL-2.0-or-later
//! Attach, detach, exit, kill, fork and exec, as the address maps say.

use std::ffi::CString;
use std::sync::atomic::Ordering;

use super::client::{CREATE, EINVAL, RDONLY, word};
use super::node::Node;
use super::process::{Pipe, fork};

#[test]
fn processes_share_what_they_write() {
    let node = Node::active(&[]);
    let client = node.open();
    let id = client.get(0, 1 << 20, CREATE | 0o600).unwrap();
    let mine = client.attach(id, 0, 0).unwrap();
    assert_eq!((mine.size, mine.address % 4096), (1 << 20, 0));
    word(&mine, 0).store(1, Ordering::Relaxed);
    let child = fork(|| {
        // A child that uses its own open, and attaches for itself.
        let theirs = node.open().attach(id, 0, 0).unwrap();
        assert_eq!(word(&theirs, 0).load(Ordering::Relaxed), 1);
        word(&theirs, 1000).store(2, Ordering::Relaxed);
    });
    assert_eq!(child.wait(), 0);
    assert_eq!(word(&mine, 1000).load(Ordering::Relaxed), 2);
    client.detach(mine.address).unwrap();
    let again = client.attach(id, RDONLY, 0).unwrap();
    assert_eq!(word(&again, 1000).load(Ordering::Relaxed), 2);
    client.detach(again.address).unwrap();
    assert_eq!(client.stat(id).unwrap().nattch, 0);
}

#[test]
fn detach_is_for_a_base_address_and_once() {
    let node = Node::active(&[]);
    let client = node.open();
    let id = client.get(0, 8192, CREATE | 0o600).unwrap();
    assert_eq!(client.detach(0x1000), Err(EINVAL));
    let attachment = client.attach(id, 0, 0).unwrap();
    assert_eq!(client.detach(attachment.address + 4096), Err(EINVAL));
    assert_eq!(client.stat(id).unwrap().nattch, 1);
    assert_eq!(client.detach(attachment.address), Ok(()));
    assert_eq!(client.detach(attachment.address), Err(EINVAL));
    let ds = client.stat(id).unwrap();
    assert_eq!((ds.nattch, ds.lpid), (0, std::process::id() as i32));
}

#[test]
fn exit_and_kill_detach() {
    let node = Node::active(&[]);
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    let ready = Pipe::new();
    let attach_and_wait = || {
        fork(|| {
            let client = node.open();
            let _attachment = client.attach(id, 0, 0).unwrap();
            ready.write();
            // SAFETY: waits for a signal.
            unsafe { libc::pause() };
        })
    };
    let (first, second) = (attach_and_wait(), attach_and_wait());
    assert!(ready.read() && ready.read());
    assert_eq!(client.stat(id).unwrap().nattch, 2);
    first.kill();
    node.wait_for_nattch(id, 1);
    assert_eq!(client.remove(id), Ok(()));
    assert_eq!(client.stat(id).unwrap().nattch, 1);
    second.kill();
    // Its last process is gone, and so is the removed segment.
    super::node::wait_until("the segment goes", || client.stat(id).err() == Some(EINVAL));
    assert!(client.list().unwrap().is_empty());
}

#[test]
fn munmap_is_seen_by_stat() {
    let node = Node::active(&[]);
    let client = node.open();
    let id = client.get(0, 8192, CREATE | 0o600).unwrap();
    let attachment = client.attach(id, 0, 0).unwrap();
    assert_eq!(client.stat(id).unwrap().nattch, 1);
    // SAFETY: only the attachment is there, and it is not used again.
    unsafe { libc::munmap(attachment.address as *mut _, 8192) };
    assert_eq!(client.stat(id).unwrap().nattch, 0);
}

#[test]
fn exec_detaches() {
    let node = Node::active(&[]);
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    let ready = Pipe::new();
    let sleep = ["/bin/sleep", "1000"].map(|word| CString::new(word).unwrap());
    let child = fork(|| {
        let client = node.open();
        let _attachment = client.attach(id, 0, 0).unwrap();
        ready.write();
        ready.read();
        let words = [sleep[0].as_ptr(), sleep[1].as_ptr(), std::ptr::null()];
        // SAFETY: strings, and a null pointer at the end.
        unsafe { libc::execv(words[0], words.as_ptr()) };
        panic!("exec: {}", std::io::Error::last_os_error());
    });
    assert!(ready.read());
    assert_eq!(client.stat(id).unwrap().nattch, 1);
    ready.write();
    node.wait_for_nattch(id, 0);
    // The process is the same, and lives.
    // SAFETY: signal 0 only asks.
    assert_eq!(unsafe { libc::kill(child.pid(), 0) }, 0);
}

#[test]
fn a_child_of_fork_counts_from_before_it_runs() {
    let node = Node::active(&[]);
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    let attachment = client.attach(id, 0, 0).unwrap();
    let (ready, go) = (Pipe::new(), Pipe::new());
    let ticket = client.fork().unwrap().expect("there is an attachment");
    assert_eq!(client.stat(id).unwrap().nattch, 2, "before the fork");
    let child = fork(|| {
        let client = node.open();
        let _token = client
            .fork_child(gnumach::trap::mach_task_self(), ticket.name())
            .unwrap();
        // SAFETY: the child's copies of the parent's names.
        unsafe {
            let this = gnumach::trap::mach_task_self();
            gnumach::trap::mach_port_deallocate(this, ticket.name());
            gnumach::trap::mach_port_deallocate(this, attachment.token.name());
        }
        word(&attachment, 0).store(9, Ordering::Relaxed);
        ready.write();
        go.read();
        client.detach(attachment.address).unwrap();
        ready.write();
        go.read();
    });
    assert!(ready.read());
    drop(ticket);
    assert_eq!(client.stat(id).unwrap().nattch, 2);
    assert_eq!(word(&attachment, 0).load(Ordering::Relaxed), 9);
    go.write();
    assert!(ready.read());
    assert_eq!(client.stat(id).unwrap().nattch, 1);
    assert_eq!(client.stat(id).unwrap().lpid, child.pid());
    go.write();
    assert_eq!(child.wait(), 0);
}

#[test]
fn a_fork_that_does_not_happen_uncounts() {
    let node = Node::active(&[]);
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    assert!(client.fork().unwrap().is_none(), "nothing to inherit");
    let _attachment = client.attach(id, 0, 0).unwrap();
    let ticket = client.fork().unwrap();
    assert_eq!(client.stat(id).unwrap().nattch, 2);
    drop(ticket);
    node.wait_for_nattch(id, 1);
}
