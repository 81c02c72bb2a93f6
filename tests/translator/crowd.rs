// SPDX-License-Identifier: GPL-2.0-or-later
//! Many clients, and what remains of them.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use shm::Error;
use shm::mach::pager::RESERVE_MAX;
use shm::wire::client::{Answer, is};

use super::client::{CREATE, Client, Task, word};
use super::node::{Node, wait_until};
use super::process::{Child, Holdings, Pipe, fork, holdings, in_child, priorities};

/// As libc does: a call that the server is too busy for is made again, for more than a second.
fn patiently<T>(call: impl Fn() -> Answer<T>) -> T {
    for turn in 0..7 {
        let answer = call();
        if !is(&answer, Error::EAGAIN) {
            return answer.unwrap();
        }
        std::thread::sleep(Duration::from_millis(10 << turn));
    }
    call().unwrap()
}

#[test]
fn two_hundred_clients_at_once() {
    const CLIENTS: u32 = 200;
    let node = Node::active(&[]);
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    let mine = client.attach(id, 0, 0).unwrap();
    let go = Pipe::new();
    let children: Vec<Child> = (0..CLIENTS)
        .map(|_| {
            fork(|| {
                go.close_writer();
                let client = node.open();
                let attachment = patiently(|| client.attach(id, 0, 0));
                word(&attachment, 0).fetch_add(1, Ordering::Relaxed);
                // Until the parent closes its end.
                go.read();
                patiently(|| client.detach(attachment.address));
            })
        })
        .collect();
    wait_until("all are attached", || {
        word(&mine, 0).load(Ordering::Relaxed) == CLIENTS
    });
    assert_eq!(client.stat(id).unwrap().nattch, u64::from(CLIENTS) + 1);
    // All at once.
    go.close_writer();
    for child in children {
        assert_eq!(child.wait(), 0);
    }
    assert_eq!(client.stat(id).unwrap().nattch, 1);
}

/// libports's THREAD_PRI. A thread that an answer of another server's wakes would else stand behind
/// each client that is busy.
#[test]
fn threads_have_the_priority_of_a_server_s() {
    const SERVER: i32 = 2;
    let node = Node::active(&[]);
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    let task = Task::create();
    client.attach_to(task.name(), id, 0, 0).unwrap();
    // Surveys are made by threads of their own.
    assert_eq!(client.stat(id).unwrap().nattch, 1);
    let pid = node.server();
    // libc has a thread for signals; and one that was just made is not yet what it will be.
    wait_until("all other threads have that priority", || {
        let all = priorities(pid);
        let others = all.iter().filter(|&&priority| priority != SERVER);
        all.len() > 5 && others.count() <= 1
    });
}

/// Names that a new thread has: its own port, its reply ports and what libc keeps of it.
const NAMES_OF_A_THREAD: usize = 8;

/// What the server holds when its hints are done: it keeps records of tasks until it was told
/// that they are gone, which a query of nattch does not wait for.
fn steady(pid: i32) -> Holdings {
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut last = holdings(pid);
    loop {
        std::thread::sleep(Duration::from_millis(700));
        let now = holdings(pid);
        if now.names == last.names || Instant::now() > deadline {
            return now;
        }
        last = now;
    }
}

/// What the server holds when it has no more names than `before`, but for threads that it made
/// since, and for objects in reserve with three names each.
fn settled(pid: i32, before: Holdings) -> Holdings {
    let mut after = steady(pid);
    let deadline = Instant::now() + Duration::from_secs(10);
    let many = |after: Holdings| {
        let threads = after.threads.saturating_sub(before.threads);
        let reserve = 3 * RESERVE_MAX;
        after.names > before.names + reserve + threads * NAMES_OF_A_THREAD
    };
    while many(after) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(100));
        after = holdings(pid);
    }
    println!("before {before:?}, after {after:?}");
    assert!(!many(after));
    after
}

/// Attaches to a new task, and ends that.
fn round(client: &Client, id: i32) {
    let task = Task::create();
    let attachment = client.attach_to(task.name(), id, 0, 0).unwrap();
    assert!(attachment.size == 4096);
}

#[test]
fn a_thousand_rounds_leave_nothing() {
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    let rounds = |count| {
        for _ in 0..count {
            round(&client, id);
        }
        node.wait_for_nattch(id, 0);
    };
    // As many before: bursts of hints make threads, whose stacks and arenas stay a while.
    rounds(1000);
    let before = steady(pid);
    rounds(1000);
    let after = settled(pid, before);
    // A heap may grow by pages for its own reasons; not by one for every eighth round.
    assert!(after.resident_bytes < before.resident_bytes + (512 << 10));
}

#[test]
fn processes_that_exit_leave_nothing() {
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    let rounds = |count| {
        for _ in 0..count {
            in_child(|| {
                let client = node.open();
                client.attach(id, 0, 0).unwrap();
            });
        }
        node.wait_for_nattch(id, 0);
    };
    rounds(60);
    let before = steady(pid);
    rounds(240);
    let after = settled(pid, before);
    // As above: not by a page for every second process.
    assert!(after.resident_bytes < before.resident_bytes + (480 << 10));
}

#[test]
fn segments_that_come_and_go_leave_nothing() {
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    let rounds = |count| {
        for _ in 0..count {
            let id = client.get(0, 64 << 10, CREATE | 0o600).unwrap();
            let attachment = client.attach(id, 0, 0).unwrap();
            word(&attachment, 0).store(1, Ordering::Relaxed);
            client.remove(id).unwrap();
            client.detach(attachment.address).unwrap();
        }
        assert!(client.list().unwrap().is_empty());
    };
    rounds(50);
    let before = steady(pid);
    rounds(300);
    let after = settled(pid, before);
    assert!(after.resident_bytes < before.resident_bytes + (512 << 10));
}
