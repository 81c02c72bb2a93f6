// SPDX-License-Identifier: GPL-2.0-or-later
//! Going away: `settrans -g`, `settrans -fg`, and being killed.

use std::fs::File;
use std::sync::atomic::Ordering;

use super::client::{CREATE, VERSION, word};
use super::node::{Node, Output, run, wait_until};
use super::process::{alive, fork, in_child};

/// Bytes of a page.
const PAGE: u64 = 4096;
/// Pages at the start of a segment that the kernel makes by itself.
const MAPPED: u64 = 128;

fn goaway(node: &Node, how: &str) -> Output {
    run("settrans", &[how, node.path()])
}

#[test]
fn an_unused_translator_goes() {
    let node = Node::active(&[]);
    let pid = node.server();
    assert!(node.cat().starts_with(' '));
    // At once: the kernel knows that cat's open is gone.
    let gone = goaway(&node, "-g");
    assert_eq!(gone.status, 0, "{gone:?}");
    wait_until("the process ends", || !alive(pid));
}

#[test]
fn segments_keep_the_translator() {
    let node = Node::active(&[]);
    let pid = node.server();
    let id = {
        let client = node.open();
        client.get(0, 4096, CREATE | 0o600).unwrap()
    };
    let busy = goaway(&node, "-g");
    assert_ne!(busy.status, 0);
    assert!(busy.errors.contains("busy"), "{busy:?}");
    // It serves on.
    assert!(alive(pid));
    assert_eq!(node.open().stat(id).unwrap().nattch, 0);
    node.open().remove(id).unwrap();
    let gone = goaway(&node, "-g");
    assert_eq!(gone.status, 0, "{gone:?}");
}

#[test]
fn opens_keep_the_translator() {
    let node = Node::active(&[]);
    let client = node.open();
    assert_ne!(goaway(&node, "-g").status, 0);
    assert_eq!(
        client.version(),
        Ok(VERSION),
        "requests go on after the refusal"
    );
    assert_ne!(goaway(&node, "-g").status, 0, "again");
    drop(client);
    let file = File::open(node.as_path()).unwrap();
    assert_ne!(goaway(&node, "-g").status, 0);
    drop(file);
    let gone = goaway(&node, "-g");
    assert_eq!(gone.status, 0, "{gone:?}");
}

#[test]
fn force_does_not_ask() {
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    let gone = goaway(&node, "-fg");
    assert_eq!(gone.status, 0, "{gone:?}");
    wait_until("the process ends", || !alive(pid));
    assert!(client.stat(id).is_err());
}

#[test]
fn a_passive_translator_comes_back_empty() {
    let node = Node::passive(&[]);
    let first = node.server();
    let client = node.open();
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    assert_eq!(goaway(&node, "-fg").status, 0);
    // -g removes the passive setting as well unless told to leave it.
    drop(client);
    run("settrans", &["-p", node.path(), &super::node::program()]);
    wait_until("another process serves", || node.server() != first);
    assert!(node.open().stat(id).is_err());
    assert!(node.open().list().unwrap().is_empty());
}

#[test]
fn killed_while_attached_memory_stays_and_calls_fail_cleanly() {
    let node = Node::passive(&[]);
    let client = node.open();
    let id = client
        .get(0x77, (MAPPED + 2) * PAGE, CREATE | 0o600)
        .unwrap();
    let attachment = client.attach(id, 0, 0).unwrap();
    let first_of = |page: u64| word(&attachment, (page * PAGE / 4) as usize);
    word(&attachment, 0).store(0xfeed, Ordering::Relaxed);
    let pid = node.server();
    // SAFETY: our own translator.
    assert_eq!(unsafe { libc::kill(pid, libc::SIGKILL) }, 0);
    wait_until("the process ends", || !alive(pid));
    // The page that was touched is in memory, and stays.
    assert_eq!(word(&attachment, 0).load(Ordering::Relaxed), 0xfeed);
    word(&attachment, 1).store(1, Ordering::Relaxed);
    // The kernel makes new ones among the first, and all share them.
    let page = first_of(MAPPED - 1);
    assert_eq!(page.load(Ordering::Relaxed), 0);
    in_child(|| page.store(7, Ordering::Relaxed));
    assert_eq!(page.load(Ordering::Relaxed), 7);
    // Behind those, a page that was never touched cannot be had.
    let behind = fork(|| {
        first_of(MAPPED + 1).load(Ordering::Relaxed);
    });
    assert_eq!(behind.wait() & 0x7f, libc::SIGBUS);
    // The old port is dead, and says so at once.
    let dead = [
        gnumach::sys::MACH_SEND_INVALID_DEST,
        gnumach::sys::MIG_SERVER_DIED,
    ];
    let error = client.stat(id).unwrap_err();
    assert!(dead.contains(&error.code()), "{error}");
    assert!(client.detach(attachment.address).is_err());
    // The node starts another, which knows nothing and serves.
    wait_until("another process serves", || {
        node.open_with(0)
            .is_ok_and(|client| client.version() == Ok(VERSION))
    });
    let client = node.open();
    assert!(client.list().unwrap().is_empty());
    let id = client.get(0x77, 8192, CREATE | 0o600).unwrap();
    let other = client.attach(id, 0, 0).unwrap();
    assert_eq!(word(&other, 0).load(Ordering::Relaxed), 0);
    assert_eq!(word(&attachment, 0).load(Ordering::Relaxed), 0xfeed);
}
