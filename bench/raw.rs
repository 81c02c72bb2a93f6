// SPDX-License-Identifier: GPL-2.0-or-later
//! The server's RPCs by their user stubs, and the RPCs of others that they are held against.

use std::ffi::{c_char, c_int};

use gnumach::error::Kern;
use gnumach::right::SendRight;
use gnumach::sys::{kern_return_t, mach_port_t};
use gnumach::trap::mach_task_self;
use shm::wire::client::Client;
use shm::wire::defs::SYSVSHM_CREATE;
use sysvshm::client::shmlba;

use crate::Effort;
use crate::clock::timed;
use crate::memory::{map, touch, unmap};
use crate::record::Book;

#[link(name = "hurduser")]
unsafe extern "C" {
    safe fn getproc() -> mach_port_t;
    fn proc_task2pid(process: mach_port_t, task: mach_port_t, pid: *mut c_int) -> kern_return_t;
    fn file_name_lookup(name: *const c_char, flags: c_int, mode: u32) -> mach_port_t;
}

const SIZE: usize = 1 << 20;
const TIMES: usize = 40;

/// One RPC to the process server: proc_task2pid of ourselves.
pub fn null_rpc() {
    let mut pid = 0;
    // SAFETY: `pid` is ours.
    unsafe { proc_task2pid(process(), mach_task_self(), &mut pid) };
}

/// Our port to the process server. Asked for once: getproc takes locks.
fn process() -> mach_port_t {
    static PORT: std::sync::OnceLock<mach_port_t> = std::sync::OnceLock::new();
    *PORT.get_or_init(|| getproc())
}

/// The error of an RPC, with its name.
fn of(rpc: &str) -> impl Fn(Kern) -> String {
    move |error| format!("{rpc}: {error}")
}

/// Each RPC many times in a row, as the one that it is held against.
pub fn run(book: &mut Book, effort: Effort) -> Result<(), String> {
    // SAFETY: a C string.
    let server = unsafe { file_name_lookup(c"/servers/ipc/shm".as_ptr(), 0, 0) };
    if server == 0 {
        return Err("no /servers/ipc/shm".to_owned());
    }
    let times = if effort.quick { 4 } else { TIMES };
    // SAFETY: the right is ours.
    let server = Client::new(unsafe { SendRight::from_raw(server) });
    // As libc does, keep the token of the first attach: the server then knows the process.
    let id = get(&server).map_err(of("sysvshm_get"))?;
    let first = server.attach(id, 0, 0).map_err(of("sysvshm_attach"))?;
    server.detach(first.address).map_err(of("sysvshm_detach"))?;
    server.remove(id).map_err(of("sysvshm_remove"))?;
    // The first time, the processor learns the way.
    for book in [&mut Book::default(), book] {
        limits(book, times)?;
        rpcs(book, &server, times)?;
    }
    drop(first);
    Ok(())
}

fn get(server: &Client) -> Result<i32, Kern> {
    server.get(0, SIZE as u64, SYSVSHM_CREATE | 0o600)
}

/// What others' RPCs and anonymous memory take.
fn limits(book: &mut Book, times: usize) -> Result<(), String> {
    for _ in 0..times {
        book.add("raw: proc_task2pid", 0, timed(null_rpc).0);
    }
    let mut bases = Vec::new();
    for _ in 0..times {
        let (ticks, base) = timed(|| map(SIZE));
        book.add("raw: vm_map", SIZE, ticks);
        bases.push(base.map_err(|error| format!("mmap: {error}"))?);
    }
    for base in &bases {
        // SAFETY: just mapped.
        let (ticks, ()) = timed(|| unsafe { touch(base.as_ptr(), SIZE) });
        book.add_part("raw: anonymous touch", SIZE, ticks, SIZE / shmlba());
    }
    for base in bases {
        // SAFETY: mapped with this size, and of no more use.
        let (ticks, ()) = timed(|| unsafe { unmap(base, SIZE) });
        book.add("raw: vm_deallocate", SIZE, ticks);
    }
    Ok(())
}

fn rpcs(book: &mut Book, server: &Client, times: usize) -> Result<(), String> {
    let mut ids = Vec::new();
    for _ in 0..times {
        let (ticks, id) = timed(|| get(server));
        book.add("raw: sysvshm_get", SIZE, ticks);
        ids.push(id.map_err(of("sysvshm_get"))?);
    }
    for _ in 0..times {
        let (ticks, done) = timed(|| server.stat(ids[0]));
        book.add("raw: sysvshm_stat", SIZE, ticks);
        done.map_err(of("sysvshm_stat"))?;
    }
    // The first attachment of a segment, whose memory the kernel does not know yet.
    let mut attachments = Vec::new();
    for &id in &ids {
        let (ticks, attachment) = timed(|| server.attach(id, 0, 0));
        book.add("raw: sysvshm_attach, first", SIZE, ticks);
        attachments.push(attachment.map_err(of("sysvshm_attach"))?);
    }
    for attachment in &attachments {
        // SAFETY: just attached.
        let (ticks, ()) = timed(|| unsafe { touch(attachment.address as *mut u8, SIZE) });
        book.add_part("raw: touch", SIZE, ticks, SIZE / shmlba());
    }
    for _ in 0..times {
        let (ticks, done) = timed(|| server.stat(ids[0]));
        book.add("raw: sysvshm_stat, attached", SIZE, ticks);
        done.map_err(of("sysvshm_stat"))?;
    }
    let mut more = Vec::new();
    for &id in &ids {
        let (ticks, attachment) = timed(|| server.attach(id, 0, 0));
        book.add("raw: sysvshm_attach", SIZE, ticks);
        more.push(attachment.map_err(of("sysvshm_attach"))?);
    }
    for attachment in more {
        let (ticks, done) = timed(|| server.detach(attachment.address));
        book.add("raw: sysvshm_detach", SIZE, ticks);
        done.map_err(of("sysvshm_detach"))?;
    }
    for attachment in attachments {
        let (ticks, done) = timed(|| server.detach(attachment.address));
        book.add("raw: sysvshm_detach, last", SIZE, ticks);
        done.map_err(of("sysvshm_detach"))?;
    }
    for id in ids {
        let (ticks, done) = timed(|| server.remove(id));
        book.add("raw: sysvshm_remove", SIZE, ticks);
        done.map_err(of("sysvshm_remove"))?;
    }
    Ok(())
}
