// SPDX-License-Identifier: GPL-2.0-or-later
//! Each call, first touch and whole life, by size, with the limits beside them.

use std::ptr;

use sysvshm::client::{self, Errno, IPC_CREAT, IPC_PRIVATE, shmlba};

use crate::Effort;
use crate::clock::timed;
use crate::memory::{map, null_call, touch, unmap};
use crate::record::Book;

/// Sizes, and how many whole lives of each are measured in one run.
const SIZES: [(usize, usize); 4] = [(4 << 10, 40), (1 << 20, 12), (16 << 20, 3), (64 << 20, 1)];

/// Calls on segments that nobody touches, and finds by key, in one run.
const TIMES: usize = 40;

pub fn run(book: &mut Book, effort: Effort) -> Result<(), String> {
    let said = |what: &'static str| move |error: Errno| format!("{what}: {error}");
    // The first call finds the server, or makes the first file.
    life(&mut Book::default(), shmlba(), false).map_err(said("first life"))?;
    null_call();
    find(book).map_err(said("find"))?;
    for (size, lives) in SIZES {
        if effort.quick && size > 1 << 20 {
            continue;
        }
        // Apart from the lives: after many pages were touched every switch between address
        // spaces takes longer, which would hide what the calls themselves take.
        for (times, touched) in [(TIMES, false), (lives, true)] {
            let times = if effort.quick {
                times.div_ceil(10)
            } else {
                times
            };
            let done = match touched {
                true => row(book, size, times),
                false => (0..times).try_for_each(|_| life(book, size, false)),
            };
            let done =
                done.and_then(|()| (0..times).try_for_each(|_| anonymous(book, size, touched)));
            if let Err(error) = done {
                book.remark(format!("{size} bytes: {error}"));
                break;
            }
        }
    }
    Ok(())
}

/// Whole lives in a row, since the server may end several segments at once. What it has not ended
/// yet it ends when asked for the sums, within the time. (libc's files have no such call.)
fn row(book: &mut Book, size: usize, times: usize) -> Result<(), Errno> {
    let (ticks, done) = timed(|| {
        let done = (0..times).try_for_each(|_| life(book, size, true));
        let _ = client::shm_info();
        done
    });
    done?;
    book.add_part("life", size, ticks, times);
    Ok(())
}

/// One segment from shmget to its removal.
fn life(book: &mut Book, size: usize, touched: bool) -> Result<(), Errno> {
    let (get, id) = timed(|| client::get(IPC_PRIVATE, size, IPC_CREAT | 0o600));
    let id = id?;
    let rest = match touched {
        true => used(book, size, id),
        false => unused(book, size, id, get),
    };
    if rest.is_err() {
        // Before the next size: it may hold much.
        let _ = client::remove(id);
    }
    rest
}

/// The rest of the life of a segment that nobody touches, after a shmget of `get` ticks.
fn unused(book: &mut Book, size: usize, id: i32, get: u64) -> Result<(), Errno> {
    let (stat, record) = timed(|| client::stat(id));
    record?;
    // SAFETY: attached where there is room.
    let (attach, base) = timed(|| unsafe { client::attach(id, ptr::null(), 0) });
    let base = base?;
    let (stat_attached, record) = timed(|| client::stat(id));
    record?;
    // SAFETY: nobody uses it.
    let (detach, done) = timed(|| unsafe { client::detach(base) });
    done?;
    let (remove, done) = timed(|| client::remove(id));
    done?;
    book.add("shmget", size, get);
    book.add("IPC_STAT", size, stat);
    book.add("shmat", size, attach);
    book.add("IPC_STAT attached", size, stat_attached);
    book.add("shmdt", size, detach);
    book.add("IPC_RMID", size, remove);
    Ok(())
}

/// The rest of the life of a segment whose every page is touched.
fn used(book: &mut Book, size: usize, id: i32) -> Result<(), Errno> {
    // SAFETY: attached where there is room.
    let base = unsafe { client::attach(id, ptr::null(), 0) }?;
    // SAFETY: just attached, by nobody else.
    let (touched, ()) = timed(|| unsafe { touch(base, size) });
    // SAFETY: nobody uses it any more.
    let (detach, done) = timed(|| unsafe { client::detach(base) });
    done?;
    let (remove, done) = timed(|| client::remove(id));
    done?;
    book.add_part("touch", size, touched, size / shmlba());
    book.add("shmdt touched", size, detach);
    book.add("IPC_RMID touched", size, remove);
    Ok(())
}

/// The same of anonymous memory, and a question to somebody else: what no implementation beats.
fn anonymous(book: &mut Book, size: usize, touched: bool) -> Result<(), Errno> {
    let (mapped, base) = timed(|| map(size));
    let base = base?;
    let (ticks, ()) = timed(|| {
        if touched {
            // SAFETY: just mapped.
            unsafe { touch(base.as_ptr(), size) };
        }
    });
    // SAFETY: mapped with this size, and of no more use.
    let (unmapped, ()) = timed(|| unsafe { unmap(base, size) });
    if touched {
        book.add_part("anonymous touch", size, ticks, size / shmlba());
        book.add("munmap touched", size, unmapped);
        book.add("anonymous life", size, mapped + ticks + unmapped);
        book.add("null touched", size, timed(null_call).0);
    } else {
        book.add("mmap", size, mapped);
        book.add("munmap", size, unmapped);
        book.add("null", size, timed(null_call).0);
    }
    Ok(())
}

/// shmget of a segment that exists.
fn find(book: &mut Book) -> Result<(), Errno> {
    let key = key();
    let id = client::get(key, shmlba(), IPC_CREAT | 0o600)?;
    for _ in 0..TIMES {
        let (ticks, found) = timed(|| client::get(key, 0, 0));
        found?;
        book.add("shmget by key", 0, ticks);
    }
    client::remove(id)
}

/// A key that no other process has, most likely.
fn key() -> i32 {
    0x5b00_0000 | i32::from(std::process::id() as u16)
}
