//! The server's RPCs by their user stubs, and the RPCs of others that they are held against.

use std::ffi::{c_char, c_int};

use mig::sys::{kern_return_t, mach_port_t};
use mig::trap::mach_task_self;
use shm::wire;

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

pub fn run(book: &mut Book, effort: Effort) -> Result<(), String> {
    // SAFETY: a C string.
    let server = unsafe { file_name_lookup(c"/servers/ipc/shm".as_ptr(), 0, 0) };
    if server == 0 {
        return Err("no /servers/ipc/shm".to_owned());
    }
    // The first time the server learns our task.
    life(&mut Book::default(), server)?;
    for _ in 0..if effort.quick { 4 } else { TIMES } {
        life(book, server)?;
        book.add("raw: proc_task2pid", SIZE, timed(null_rpc).0);
        let (mapped, base) = timed(|| map(SIZE));
        let base = base.map_err(|error| format!("mmap: {error}"))?;
        // SAFETY: just mapped.
        let (touched, ()) = timed(|| unsafe { touch(base.as_ptr(), SIZE) });
        // SAFETY: mapped with this size, and of no more use.
        let (unmapped, ()) = timed(|| unsafe { unmap(base, SIZE) });
        book.add("raw: vm_map", SIZE, mapped);
        book.add_part("raw: anonymous touch", SIZE, touched, SIZE / 4096);
        book.add("raw: vm_deallocate", SIZE, unmapped);
    }
    Ok(())
}

fn life(book: &mut Book, server: mach_port_t) -> Result<(), String> {
    let task = mach_task_self();
    let (mut id, mut address, mut size, mut token) = (0, 0, 0, 0);
    let mut ds = wire::sysvshm_ds_t::default();
    // SAFETY, all calls: every out-pointer is a local of ours, and the memory is attached,
    // touched and detached here alone.
    unsafe {
        let flags = wire::SYSVSHM_CREATE | 0o600;
        let (get, code) = timed(|| wire::sysvshm_get(server, task, 0, SIZE as u64, flags, &mut id));
        check("sysvshm_get", code)?;
        let (stat, code) = timed(|| wire::sysvshm_stat(server, id, wire::SYSVSHM_BY_ID, &mut ds));
        check("sysvshm_stat", code)?;
        let (attach, code) = timed(|| {
            wire::sysvshm_attach(server, task, id, 0, &mut address, &mut size, &mut token)
        });
        check("sysvshm_attach", code)?;
        let (touched, ()) = timed(|| touch(address as *mut u8, SIZE));
        let (detach, code) = timed(|| wire::sysvshm_detach(server, task, address));
        check("sysvshm_detach", code)?;
        let (remove, code) = timed(|| wire::sysvshm_remove(server, id));
        check("sysvshm_remove", code)?;
        mach_port_deallocate(task, token);
        book.add("raw: sysvshm_get", SIZE, get);
        book.add("raw: sysvshm_stat", SIZE, stat);
        book.add("raw: sysvshm_attach", SIZE, attach);
        book.add_part("raw: touch", SIZE, touched, SIZE / 4096);
        book.add("raw: sysvshm_detach", SIZE, detach);
        book.add("raw: sysvshm_remove", SIZE, remove);
    }
    Ok(())
}
