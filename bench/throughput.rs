// SPDX-License-Identifier: GPL-2.0-or-later
//! Calls per second of several processes at once.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::ptr;
use std::time::{Duration, Instant};

use sysvshm::client::{self, Errno, IPC_CREAT, IPC_PRIVATE, shmlba};

use crate::Effort;
use crate::memory::touch;
use crate::record::Book;

const CLIENTS: [usize; 3] = [1, 2, 8];
const SPAN: Duration = Duration::from_secs(1);

/// What a client does again and again, with one segment for all.
type Work = fn(i32) -> Result<(), Errno>;

/// The work, its name, and how many calls it is.
const WORK: [(Work, &str, usize); 2] = [(life, "calls of whole lives", 5), (stat, "IPC_STAT", 1)];

pub fn run(book: &mut Book, effort: Effort) -> Result<(), String> {
    let span = if effort.quick { SPAN / 10 } else { SPAN };
    let id = client::get(IPC_PRIVATE, shmlba(), IPC_CREAT | 0o600)
        .map_err(|e| format!("shmget: {e}"))?;
    let measured = WORK.iter().try_for_each(|&(work, name, calls)| {
        CLIENTS.iter().try_for_each(|&clients| {
            let rate = together(clients, span, || work(id))?;
            book.add_rate(&format!("clients: {name}"), clients, rate * calls as f64);
            Ok(())
        })
    });
    client::remove(id).map_err(|error| format!("IPC_RMID: {error}"))?;
    measured.map_err(|error: io::Error| format!("throughput: {error}"))
}

/// get, attach, touch, detach, remove.
fn life(_: i32) -> Result<(), Errno> {
    let id = client::get(IPC_PRIVATE, shmlba(), IPC_CREAT | 0o600)?;
    // SAFETY: attached where there is room, touched, and of no more use.
    unsafe {
        let base = client::attach(id, ptr::null(), 0)?;
        touch(base, shmlba());
        client::detach(base)?;
    }
    client::remove(id)
}

fn stat(id: i32) -> Result<(), Errno> {
    client::stat(id).map(drop)
}

/// How often in a second `clients` processes together do `work`.
fn together(
    clients: usize,
    span: Duration,
    work: impl Fn() -> Result<(), Errno>,
) -> io::Result<f64> {
    let (mut begin, starter) = io::pipe()?;
    let (mut results, mut answer) = io::pipe()?;
    let mut starter = Some(starter);
    let mut children = Vec::new();
    for _ in 0..clients {
        // SAFETY: this process has one thread.
        let child = unsafe { libc::fork() };
        if child == 0 {
            drop(starter.take());
            let done = client(&mut begin, &mut answer, span, &work);
            // SAFETY: ends the child.
            unsafe { libc::_exit(i32::from(done.is_err())) };
        }
        if child < 0 {
            return Err(io::Error::last_os_error());
        }
        children.push(child);
    }
    drop((starter, answer));
    let mut rates = Vec::new();
    results.read_to_end(&mut rates)?;
    for child in children {
        // SAFETY: `child` is ours, and nobody wants its status: a failed one sent no rate.
        while unsafe { libc::waitpid(child, ptr::null_mut(), 0) } < 0 {}
    }
    let (rates, _) = rates.as_chunks();
    if rates.len() != clients {
        return Err(io::Error::other("a client failed"));
    }
    Ok(rates.iter().map(|rate| f64::from_ne_bytes(*rate)).sum())
}

/// A client's life: waits until all are there, works, and reports its rate.
fn client(
    begin: &mut PipeReader,
    answer: &mut PipeWriter,
    span: Duration,
    work: impl Fn() -> Result<(), Errno>,
) -> io::Result<()> {
    let failed = |error: Errno| io::Error::from_raw_os_error(error.0);
    // The first time it finds the server.
    work().map_err(failed)?;
    begin.read_to_end(&mut Vec::new())?;
    let start = Instant::now();
    let mut times = 0_u32;
    while start.elapsed() < span {
        work().map_err(failed)?;
        times += 1;
    }
    let rate = f64::from(times) / start.elapsed().as_secs_f64();
    answer.write_all(&rate.to_ne_bytes())
}
