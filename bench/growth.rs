// SPDX-License-Identifier: GPL-2.0-or-later
//! The calls when there are many segments, or many attachments.

use std::ptr;

use sysvshm::client::{self, Errno, IPC_CREAT, IPC_PRIVATE, shmlba};

use crate::Effort;
use crate::clock::timed;
use crate::memory::{map, unmap};
use crate::record::Book;

/// How many there are when the calls are measured.
const SEGMENTS: [usize; 4] = [1, 100, 1_000, 10_000];
const ATTACHMENTS: [usize; 3] = [1, 100, 1_000];

const TIMES: usize = 20;

pub fn run(book: &mut Book, effort: Effort) -> Result<(), String> {
    let times = if effort.quick { 3 } else { TIMES };
    let mut ids = Vec::new();
    let grown = segments(book, &mut ids, effort.most, times);
    let emptied = ids.drain(..).try_for_each(client::remove);
    grown
        .and(emptied)
        .map_err(|error| format!("segments: {error}"))?;
    attachments(book, times).map_err(|error| format!("attachments: {error}"))
}

fn new() -> Result<i32, Errno> {
    client::get(IPC_PRIVATE, shmlba(), IPC_CREAT | 0o600)
}

/// Makes more and more segments, all kept in `ids`, and measures the calls on yet another.
fn segments(book: &mut Book, ids: &mut Vec<i32>, most: usize, times: usize) -> Result<(), Errno> {
    for number in SEGMENTS {
        while ids.len() + 1 < number.min(most) {
            match new() {
                Ok(id) => ids.push(id),
                Err(error @ (Errno::ENOSPC | Errno::ENOMEM)) => {
                    book.remark(format!("no more than {} segments: {error}", ids.len()));
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        if number > most {
            book.remark(format!("no more than {most} segments, as asked for"));
            return Ok(());
        }
        for _ in 0..times {
            let (get, id) = timed(new);
            let id = id?;
            // SAFETY: attached where there is room.
            let (attach, base) = timed(|| unsafe { client::attach(id, ptr::null(), 0) });
            let base = base?;
            let (stat, record) = timed(|| client::stat(id));
            record?;
            // SAFETY: nobody uses it.
            let (detach, done) = timed(|| unsafe { client::detach(base) });
            done?;
            let (remove, done) = timed(|| client::remove(id));
            done?;
            book.add("segments: shmget", number, get);
            book.add("segments: shmat", number, attach);
            book.add("segments: IPC_STAT", number, stat);
            book.add("segments: shmdt", number, detach);
            book.add("segments: IPC_RMID", number, remove);
        }
    }
    Ok(())
}

/// More and more attachments of one segment to this process, and the calls on one more.
fn attachments(book: &mut Book, times: usize) -> Result<(), Errno> {
    let id = new()?;
    let mut bases = Vec::new();
    let grown = attach_many(book, id, &mut bases, times);
    for base in bases {
        // SAFETY: nobody uses it.
        unsafe { client::detach(base) }?;
    }
    client::remove(id)?;
    grown
}

fn attach_many(
    book: &mut Book,
    id: i32,
    bases: &mut Vec<*mut u8>,
    times: usize,
) -> Result<(), Errno> {
    let attach = || {
        // SAFETY: attached where there is room.
        unsafe { client::attach(id, ptr::null(), 0) }
    };
    for number in ATTACHMENTS {
        while bases.len() + 1 < number {
            bases.push(attach()?);
        }
        // Apart from IPC_STAT, which asks for each attachment and leaves nothing where it was.
        for _ in 0..times {
            let (attached, base) = timed(attach);
            let base = base?;
            // SAFETY: nobody uses it.
            let (detached, done) = timed(|| unsafe { client::detach(base) });
            done?;
            // The kernel looks for room among as many regions.
            let (mapped, base) = timed(|| map(shmlba()));
            // SAFETY: mapped with this size, and of no more use.
            unsafe { unmap(base?, shmlba()) };
            book.add("attachments: shmat", number, attached);
            book.add("attachments: shmdt", number, detached);
            book.add("attachments: mmap", number, mapped);
        }
        for _ in 0..times {
            let (stat, record) = timed(|| client::stat(id));
            record?;
            book.add("attachments: IPC_STAT", number, stat);
        }
    }
    Ok(())
}
