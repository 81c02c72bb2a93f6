//! Each call, first touch and whole life, by size, with the limits beside them.

use shm::client::{self, Errno, IPC_CREAT, IPC_PRIVATE, shmlba};

use crate::Effort;
use crate::clock::timed;
use crate::memory::{map, null_call, touch, unmap};
use crate::record::Book;

/// Sizes, and how often each is measured in one run.
const SIZES: [(usize, usize); 4] = [(4 << 10, 40), (1 << 20, 12), (16 << 20, 3), (64 << 20, 1)];

/// Finds by key, in a run.
const FINDS: usize = 40;

pub fn run(book: &mut Book, effort: Effort) -> Result<(), String> {
    let said = |what: &str| {
        let what = what.to_owned();
        move |error: Errno| format!("{what}: {error}")
    };
    // The first call finds the server, or makes the first file.
    life(&mut Book::default(), shmlba()).map_err(said("first life"))?;
    null_call();
    find(book).map_err(said("find"))?;
    for (size, times) in SIZES {
        let times = if effort.quick {
            times.div_ceil(10)
        } else {
            times
        };
        if effort.quick && size > 1 << 20 {
            continue;
        }
        for _ in 0..times {
            if let Err(error) = life(book, size) {
                book.remark(format!("{size} bytes: {error}"));
                break;
            }
            anonymous(book, size).map_err(said("mmap"))?;
        }
    }
    Ok(())
}

/// One segment from shmget to its removal.
fn life(book: &mut Book, size: usize) -> Result<(), Errno> {
    let (get, id) = timed(|| client::get(IPC_PRIVATE, size, IPC_CREAT | 0o600));
    let id = id?;
    let rest = used(book, size, id, get);
    if rest.is_err() {
        // Before the next size: it may hold much.
        let _ = client::remove(id);
    }
    rest
}

/// The rest of a life, after a shmget that took `get` ticks.
fn used(book: &mut Book, size: usize, id: i32, get: u64) -> Result<(), Errno> {
    let (stat, record) = timed(|| client::stat(id));
    record?;
    // SAFETY: attached where there is room.
    let (attach, base) = timed(|| unsafe { client::attach(id, std::ptr::null(), 0) });
    let base = base?;
    // SAFETY: just attached, by nobody else.
    let (touched, ()) = timed(|| unsafe { touch(base, size) });
    let (stat_attached, record) = timed(|| client::stat(id));
    record?;
    // SAFETY: nobody uses it any more.
    let (detach, done) = timed(|| unsafe { client::detach(base) });
    done?;
    let (remove, done) = timed(|| client::remove(id));
    done?;
    book.add("shmget", size, get);
    book.add("IPC_STAT", size, stat);
    book.add("shmat", size, attach);
    book.add_part("touch", size, touched, size / shmlba());
    book.add("IPC_STAT attached", size, stat_attached);
    book.add("shmdt", size, detach);
    book.add("IPC_RMID", size, remove);
    book.add("life", size, get + attach + touched + detach + remove);
    Ok(())
}

/// The same of anonymous memory: what no implementation can beat.
fn anonymous(book: &mut Book, size: usize) -> Result<(), Errno> {
    let (mapped, base) = timed(|| map(size));
    let base = base?;
    // SAFETY: just mapped.
    let (touched, ()) = timed(|| unsafe { touch(base.as_ptr(), size) });
    // SAFETY: mapped with this size, and of no more use.
    let (unmapped, ()) = timed(|| unsafe { unmap(base, size) });
    book.add("null", size, timed(null_call).0);
    book.add("mmap", size, mapped);
    book.add_part("anonymous touch", size, touched, size / shmlba());
    book.add("munmap", size, unmapped);
    book.add("anonymous life", size, mapped + touched + unmapped);
    Ok(())
}

/// shmget of a segment that exists.
fn find(book: &mut Book) -> Result<(), Errno> {
    let key = key();
    let id = client::get(key, shmlba(), IPC_CREAT | 0o600)?;
    for _ in 0..FINDS {
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
