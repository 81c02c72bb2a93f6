// SPDX-License-Identifier: GPL-2.0-or-later
//! What shared memory costs a process that forks.

use std::io;
use std::ptr;

use sysvshm::client::{self, IPC_CREAT, IPC_PRIVATE};

use crate::Effort;
use crate::clock::ticks;
use crate::record::Book;

const TIMES: usize = 20;
const SIZE: usize = 1 << 20;

pub fn run(book: &mut Book, effort: Effort) -> Result<(), String> {
    let times = if effort.quick { 2 } else { TIMES };
    for _ in 0..times {
        fork(book, 0).map_err(|error| format!("fork: {error}"))?;
    }
    let id =
        client::get(IPC_PRIVATE, SIZE, IPC_CREAT | 0o600).map_err(|e| format!("shmget: {e}"))?;
    // SAFETY: attached where there is room.
    let base = unsafe { client::attach(id, ptr::null(), 0) }.map_err(|e| format!("shmat: {e}"))?;
    let forked = (0..times).try_for_each(|_| fork(book, 1));
    // SAFETY: nobody uses it any more.
    let detached = unsafe { client::detach(base) };
    client::remove(id)
        .and(detached)
        .map_err(|error| format!("clean up: {error}"))?;
    forked.map_err(|error| format!("fork: {error}"))
}

/// Forks a child that ends at once; times until fork returns, and until the child is gone.
fn fork(book: &mut Book, attachments: usize) -> io::Result<()> {
    let start = ticks();
    // SAFETY: the child calls nothing but _exit.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: ends the child.
        unsafe { libc::_exit(0) };
    }
    let forked = ticks() - start;
    if child < 0 {
        return Err(io::Error::last_os_error());
    }
    let mut status = 0;
    // SAFETY: `status` is ours, and `child` too.
    while unsafe { libc::waitpid(child, &mut status, 0) } < 0 {}
    book.add("fork", attachments, forked);
    book.add("fork and wait", attachments, ticks() - start);
    Ok(())
}
