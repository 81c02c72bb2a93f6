// SPDX-License-Identifier: GPL-2.0-or-later
//! `cat`: the table in Linux's format, whatever happens while it is read.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;

use super::client::{CREATE, RDONLY, word};
use super::node::{Node, run};

/// Linux's first line; the unit tests of the translator compare it with a kernel's.
const NAMES: &str = "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap";

#[test]
fn empty_table_has_names_only() {
    let node = Node::active(&[]);
    let output = run("cat", &[node.path()]);
    assert_eq!(output.status, 0, "{output:?}");
    assert_eq!(output.text, format!("{NAMES}\n"));
}

#[test]
fn rows_show_what_stat_answers() {
    let node = Node::active(&[]);
    let client = node.open();
    let id = client.get(0x4d2, 5000, CREATE | 0o640).unwrap();
    let attachment = client.attach(id, 0, 0).unwrap();
    word(&attachment, 0).store(1, std::sync::atomic::Ordering::Relaxed);
    let text = node.cat();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(lines[0], NAMES);
    let ds = client.stat(id).unwrap();
    let row = format!(
        "{:10} {:10}  {:4o} {:21} {:5} {:5}  {:5} {:5} {:5} {:5} {:5} {:10} {:10} {:10} {:21} {:21}",
        1234, id, 0o640, 5000, ds.cpid, ds.lpid, 1, 0, 0, 0, 0, ds.atime, 0, ds.ctime, ds.rss, 0
    );
    assert_eq!(lines[1], row);
    assert_eq!(ds.cpid, std::process::id() as i32);
    client.remove(id).unwrap();
    let text = node.cat();
    let words: Vec<_> = text.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(
        (words[0], words[2]),
        ("0", "1640"),
        "removed: no key, and SHM_DEST"
    );
    client.detach(attachment.address).unwrap();
    assert_eq!(node.cat(), format!("{NAMES}\n"));
}

#[test]
fn short_reads_fit_together_while_the_table_changes() {
    let node = Node::active(&[]);
    let client = node.open();
    let ids: Vec<_> = (0..40)
        .map(|_| client.get(0, 4096, CREATE).unwrap())
        .collect();
    let before = node.cat();
    assert_eq!(before.lines().count(), 41);
    let mut file = File::open(node.as_path()).unwrap();
    let mut read = Vec::new();
    let mut part = [0; 97];
    let mut ids_left = ids.into_iter();
    loop {
        let count = file.read(&mut part).unwrap();
        if count == 0 {
            break;
        }
        read.extend_from_slice(&part[..count]);
        if let Some(id) = ids_left.next() {
            client.remove(id).unwrap();
        }
    }
    assert_eq!(String::from_utf8(read).unwrap(), before);
    // From the start it is the table of that moment.
    file.rewind().unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, format!("{NAMES}\n"));
}

#[test]
fn reads_at_an_offset_do_not_move() {
    let node = Node::active(&[]);
    let client = node.open();
    client.get(0, 4096, CREATE).unwrap();
    let text = node.cat().into_bytes();
    let mut file = File::open(node.as_path()).unwrap();
    let mut part = vec![0; 50];
    assert_eq!(file.read_at(&mut part, 0).unwrap(), 50);
    assert_eq!(part, text[..50]);
    assert_eq!(file.read_at(&mut part, 120).unwrap(), 50);
    assert_eq!(part, text[120..170]);
    assert_eq!(file.stream_position().unwrap(), 0);
    assert_eq!(file.read_at(&mut part, 1 << 40).unwrap(), 0);
    assert_eq!(file.seek(SeekFrom::End(-4)).unwrap(), text.len() as u64 - 4);
    let mut end = Vec::new();
    file.read_to_end(&mut end).unwrap();
    assert_eq!(end, text[text.len() - 4..]);
    assert!(file.seek(SeekFrom::Current(-1 << 40)).is_err());
    assert!(file.seek(SeekFrom::Start(i64::MAX as u64)).is_ok());
    assert_eq!(file.read(&mut part).unwrap(), 0);
}

#[test]
fn a_large_table_comes_out_of_line() {
    let node = Node::active(&[]);
    let client = node.open();
    for _ in 0..300 {
        client.get(0, 4096, CREATE).unwrap();
    }
    let text = node.cat();
    assert_eq!(text.lines().count(), 301);
    assert!(text.lines().all(|line| line.len() == NAMES.len()));
    assert_eq!(client.list().unwrap().len(), 300);
}

#[test]
fn select_says_that_a_read_does_not_wait() {
    let node = Node::active(&[]);
    let file = File::open(node.as_path()).unwrap();
    let mut poll = libc::pollfd {
        fd: std::os::fd::AsRawFd::as_raw_fd(&file),
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: one structure.
    assert_eq!(unsafe { libc::poll(&mut poll, 1, 10_000) }, 1);
    assert_eq!(poll.revents, libc::POLLIN);
}

#[test]
fn an_open_without_read_mode_reads_nothing() {
    let node = Node::active(&[]);
    let client = node.open();
    let (mut data, mut count) = (std::ptr::null_mut(), 0);
    // SAFETY: valid out-pointers.
    let code = unsafe { hurd_sys::io_read(client.right().name(), &mut data, &mut count, -1, 100) };
    assert_eq!(code, hurd_sys::EBADF);
    let id = client.get(0, 4096, CREATE | 0o400).unwrap();
    assert!(
        client.attach(id, RDONLY, 0).is_ok(),
        "and needs none for segments"
    );
}
