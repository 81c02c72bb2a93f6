// SPDX-License-Identifier: GPL-2.0-or-later
//! The server's RPCs by their user stubs, and the RPCs of others that they are held against.

use std::ffi::{c_char, c_int};

use gnumach::sys::{kern_return_t, mach_port_t};
use gnumach::trap::mach_task_self;
use shm::wire::defs as wire;
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
    fn mach_port_deallocate(task: mach_port_t, name: mach_port_t) -> kern_return_t;
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

fn check(what: &str, code: kern_return_t) -> Result<(), String> {
    match code {
        0 => Ok(()),
        _ => Err(format!("{what}: error {code:#x}")),
    }
}

/// Each RPC many times in a row, as the one that it is held against.
pub fn run(book: &mut Book, effort: Effort) -> Result<(), String> {
    // SAFETY: a C string.
    let server = unsafe { file_name_lookup(c"/servers/ipc/shm".as_ptr(), 0, 0) };
    if server == 0 {
        return Err("no /servers/ipc/shm".to_owned());
    }
    let times = if effort.quick { 4 } else { TIMES };
    let server = Server(server);
    // As libc does, keep the token of the first attach: the server then knows the process.
    let id = server.get()?;
    let first = server.attach(id)?;
    server.detach(&first)?;
    server.remove(id)?;
    // The first time, the processor learns the way.
    for book in [&mut Book::default(), book] {
        limits(book, times)?;
        rpcs(book, server, times)?;
    }
    Server::forget(&first);
    Ok(())
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

fn rpcs(book: &mut Book, server: Server, times: usize) -> Result<(), String> {
    let mut ids = Vec::new();
    for _ in 0..times {
        let (ticks, id) = timed(|| server.get());
        book.add("raw: sysvshm_get", SIZE, ticks);
        ids.push(id?);
    }
    for _ in 0..times {
        let (ticks, done) = timed(|| server.stat(ids[0]));
        book.add("raw: sysvshm_stat", SIZE, ticks);
        done?;
    }
    // The first attachment of a segment, whose memory the kernel does not know yet.
    let mut attachments = Vec::new();
    for &id in &ids {
        let (ticks, attachment) = timed(|| server.attach(id));
        book.add("raw: sysvshm_attach, first", SIZE, ticks);
        attachments.push(attachment?);
    }
    for attachment in &attachments {
        // SAFETY: just attached.
        let (ticks, ()) = timed(|| unsafe { touch(attachment.address as *mut u8, SIZE) });
        book.add_part("raw: touch", SIZE, ticks, SIZE / shmlba());
    }
    for _ in 0..times {
        let (ticks, done) = timed(|| server.stat(ids[0]));
        book.add("raw: sysvshm_stat, attached", SIZE, ticks);
        done?;
    }
    let mut more = Vec::new();
    for &id in &ids {
        let (ticks, attachment) = timed(|| server.attach(id));
        book.add("raw: sysvshm_attach", SIZE, ticks);
        more.push(attachment?);
    }
    for attachment in more {
        let (ticks, done) = timed(|| server.detach(&attachment));
        book.add("raw: sysvshm_detach", SIZE, ticks);
        done?;
        Server::forget(&attachment);
    }
    for attachment in attachments {
        let (ticks, done) = timed(|| server.detach(&attachment));
        book.add("raw: sysvshm_detach, last", SIZE, ticks);
        done?;
        Server::forget(&attachment);
    }
    for id in ids {
        let (ticks, done) = timed(|| server.remove(id));
        book.add("raw: sysvshm_remove", SIZE, ticks);
        done?;
    }
    Ok(())
}

/// A port to the server.
#[derive(Clone, Copy)]
struct Server(mach_port_t);

struct Attachment {
    address: u64,
    token: mach_port_t,
}

// SAFETY, all calls: every out-pointer is a local of the right type. What is attached, its owner
// alone uses.
impl Server {
    fn get(self) -> Result<i32, String> {
        let (mut id, flags) = (0, wire::SYSVSHM_CREATE | 0o600);
        // SAFETY: see above.
        let code =
            unsafe { wire::sysvshm_get(self.0, mach_task_self(), 0, SIZE as u64, flags, &mut id) };
        check("sysvshm_get", code).map(|()| id)
    }

    fn stat(self, id: i32) -> Result<(), String> {
        let mut ds = wire::sysvshm_ds_t::default();
        // SAFETY: see above.
        check("sysvshm_stat", unsafe {
            wire::sysvshm_stat(self.0, id, wire::SYSVSHM_BY_ID, &mut ds)
        })
    }

    fn attach(self, id: i32) -> Result<Attachment, String> {
        let (mut address, mut size, mut token) = (0, 0, 0);
        let task = mach_task_self();
        // SAFETY: see above.
        let code = unsafe {
            wire::sysvshm_attach(self.0, task, id, 0, &mut address, &mut size, &mut token)
        };
        check("sysvshm_attach", code).map(|()| Attachment { address, token })
    }

    fn detach(self, attachment: &Attachment) -> Result<(), String> {
        let task = mach_task_self();
        // SAFETY: see above.
        let code = unsafe { wire::sysvshm_detach(self.0, task, attachment.address) };
        check("sysvshm_detach", code)
    }

    fn forget(attachment: &Attachment) {
        // SAFETY: the reference to the token came with the attachment.
        unsafe { mach_port_deallocate(mach_task_self(), attachment.token) };
    }

    fn remove(self, id: i32) -> Result<(), String> {
        // SAFETY: see above.
        check("sysvshm_remove", unsafe {
            wire::sysvshm_remove(self.0, id)
        })
    }
}
