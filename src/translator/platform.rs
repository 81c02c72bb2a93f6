// SPDX-License-Identifier: GPL-2.0-or-later
//! Clock, log and processes of the Hurd, for the core.

use std::fs::File;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::thread;
use std::time::Duration;

use gnumach::host;
use gnumach::right::{Name, SendRight};
use gnumach::trap;
use hurd_sys as sys;
use shm::mach::names::TaskName;
use shm::mach::pager::PAGE;
use shm::mach::platform::Platform;
use shm::{Error, Pid, Result};

use super::clock::Clock;

/// Bytes of a block that `malloc` gives back when it is freed: libc's default at the start.
const LARGE: i32 = 128 * 1024;

/// Has `malloc` give large blocks back for as long as the server runs, such as the books of a
/// sparse segment.
///
/// libc raises the limit by itself to the size of each such block that is freed, to 32 MiB at most.
/// Blocks below it come from a heap, one of several, and each keeps twice the limit of free memory.
pub fn give_back_large_blocks() {
    // SAFETY: changes only where `malloc` has memory from. It fails for a limit above 32 MiB.
    unsafe { sys::mallopt(sys::M_MMAP_THRESHOLD, LARGE) };
}

/// The process server's port, and the clock.
pub struct Hurd {
    proc_server: SendRight,
    clock: Clock,
}

/// Bytes of stack of a thread that looks at tasks: as much as libports gives its workers.
const STACK: usize = 64 * 1024;

/// How often a call of ours that somebody interrupted is made again. An interruption is meant
/// for the call under way, so that once is enough unless they come in swarms.
const TRIES: usize = 4;

impl Hurd {
    /// Asks libc for the process server.
    ///
    /// # Errors
    /// `ESRCH`: there is none.
    pub fn new() -> Result<Self> {
        // SAFETY: takes nothing, and answers a reference that is ours.
        let proc_server = unsafe { SendRight::from_raw(sys::getproc()) };
        if !gnumach::right::valid(proc_server.name()) {
            return Err(Error::ESRCH);
        }
        Ok(Self {
            proc_server,
            clock: Clock::new(),
        })
    }
}

impl Platform for Hurd {
    fn seconds(&self) -> i64 {
        self.clock.seconds()
    }

    fn uptime(&self) -> Duration {
        self.clock.uptime()
    }

    fn log(&self, line: &str) {
        trivfs::log(line);
    }

    fn capacity(&self, stored: u64) -> u64 {
        capacity(stored)
    }

    fn spawn(&self, work: Box<dyn FnOnce() + Send>) -> Result<()> {
        thread::Builder::new()
            .stack_size(STACK)
            .spawn(|| {
                // Whoever serves clients, or the kernel for them, waits for none of them.
                trivfs::raise();
                work();
            })
            .map(drop)
            .map_err(|_| Error::EAGAIN)
    }

    fn guard(&self, what: &str, body: &mut dyn FnMut()) -> bool {
        // What a panic leaves half done is behind locks that release without poisoning.
        let done = catch_unwind(AssertUnwindSafe(body)).is_ok();
        if !done {
            trivfs::log(&format!("{what} ended by a panic"));
        }
        done
    }

    fn pid(&self, task: TaskName) -> Result<Pid> {
        let mut pid = 0;
        for _ in 0..TRIES {
            // SAFETY: `pid` is a valid out-pointer; the right is lent for the call.
            let code = unsafe { sys::proc_task2pid(self.proc_server.name(), task.raw(), &mut pid) };
            match code {
                0 => return Ok(Pid(pid)),
                sys::EINTR => {}
                // ESRCH is proc's word for a port that is no task's; any other failure leaves
                // the port as unverified.
                _ => return Err(Error::ESRCH),
            }
        }
        Err(Error::EINTR)
    }
}

/// Bytes for segments, where `stored` bytes of them are stored pages.
fn capacity(stored: u64) -> u64 {
    let paging = paging().unwrap_or_default();
    let bytes = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
    let (total, free) = (bytes(paging.dpi_total_space), bytes(paging.dpi_free_space));
    room(pageable_memory(), total, free, stored)
}

/// Three quarters of what is free of memory, or has pages of files or of segments: those of files go
/// when memory is short. Or three quarters of what is free of paging space, or has pages of segments,
/// if that is more. The last quarter is for other programs, and for what the kernel and the server
/// need for each stored page: 44 MiB of segments took 52 to 56 MiB.
///
/// It is not the sum of both. Pages may be in both, and the default pager loses pages when it is
/// full, although there is memory: 56 MiB of segments that four processes wrote again filled 63 MiB
/// of it, and cost the system.
fn room(memory: u64, paging_total: u64, paging_free: u64, stored: u64) -> u64 {
    let paged = stored.min(paging_total.saturating_sub(paging_free));
    let in_memory = memory.saturating_add(stored - paged);
    let in_paging_space = paging_free.saturating_add(paged);
    in_memory.max(in_paging_space) / 4 * 3
}

/// The part of memory that the kernel keeps free: below a tenth it pages out, and below half of
/// that nobody but the default pager gets a page (`vm/vm_page.c` of GNU Mach).
const RESERVE: u64 = 10;

/// `struct vm_cache_statistics` of `mach/vm_cache_statistics.h`.
#[repr(C)]
#[derive(Default)]
struct CacheStatistics {
    objects: sys::integer_t,
    /// Pages of all memory objects that have a pager other than the default one.
    pages: sys::integer_t,
    /// The kernel leaves these 0.
    unused: [sys::integer_t; 9],
}

unsafe extern "C" {
    fn vm_cache_statistics(task: Name, statistics: *mut CacheStatistics) -> sys::kern_return_t;
}

/// The memory's part of [`capacity`]. A machine that runs out of memory and paging space stands
/// still, so the kernel's reserve is not promised.
fn pageable_memory() -> u64 {
    let size = host::memory_size().unwrap_or(0);
    let task = trap::mach_task_self();
    let (mut memory, mut cache) = (
        sys::vm_statistics_data_t::default(),
        CacheStatistics::default(),
    );
    // SAFETY: valid out-pointers.
    let codes = unsafe {
        (
            sys::vm_statistics(task, &mut memory),
            vm_cache_statistics(task, &mut cache),
        )
    };
    if codes != (0, 0) {
        return size;
    }
    let number = |count| u64::try_from(count).unwrap_or(0);
    number(memory.free_count)
        .saturating_add(number(cache.pages))
        .saturating_mul(number(memory.pagesize))
        .saturating_sub(size / RESERVE)
}

/// Whether the system has paging space, or does not tell us.
pub fn pages_out() -> bool {
    paging().is_none_or(|info| info.dpi_total_space != 0)
}

/// Copies a page of this task; `false` if it cannot be read, since the default pager lost it.
///
/// # Safety
/// As for [`shm::mach::pager::CopyPage`].
pub unsafe fn copy_page(from: usize, to: usize) -> bool {
    // SAFETY: the caller has both pages for itself. A fault on the first ends the copy.
    let code = unsafe {
        sys::hurd_safe_copyin(
            ptr::with_exposed_provenance_mut(to),
            ptr::with_exposed_provenance(from),
            PAGE as usize,
        )
    };
    code == 0
}

/// What the default pager says, if we are root. It is not needed to start: without one there is no
/// paging space.
fn paging() -> Option<sys::default_pager_info_t> {
    let mut host = 0;
    // SAFETY: a valid out-pointer, and a null one for what is not wanted.
    if unsafe { sys::get_privileged_ports(&mut host, ptr::null_mut()) } != 0 {
        return None;
    }
    // SAFETY: the reference is ours.
    let host = unsafe { SendRight::from_raw(host) };
    let mut pager = 0;
    // SAFETY: a null pager only asks for the present one.
    if unsafe { sys::vm_set_default_memory_manager(host.name(), &mut pager) } != 0 {
        return None;
    }
    // SAFETY: the reference is ours.
    let pager = unsafe { SendRight::from_raw(pager) };
    let mut info = sys::default_pager_info_t::default();
    if !gnumach::right::valid(pager.name()) {
        return Some(info);
    }
    // SAFETY: a valid out-pointer.
    let code = unsafe { sys::default_pager_info(pager.name(), &mut info) };
    (code == 0).then_some(info)
}

/// A number that clients cannot guess, or not well where the system has no source of them.
pub fn seed() -> u64 {
    let mut bytes = [0; 8];
    let random = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    if random.is_err() {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos() as u64);
        // Where the stack begins differs with every start.
        let address = bytes.as_ptr().addr() as u64;
        bytes = (now ^ address.rotate_left(32)).to_ne_bytes();
    }
    u64::from_ne_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_in_memory_or_in_paging_space() {
        const MIB: u64 = 1 << 20;
        let room = |memory, total, free, stored| {
            room(memory * MIB, total * MIB, free * MIB, stored * MIB) / MIB
        };
        // Without paging space: what is stored is in memory.
        assert_eq!(room(400, 0, 0, 0), 300);
        assert_eq!(room(300, 0, 0, 100), 300);
        // Little of it adds nothing.
        assert_eq!(room(400, 64, 64, 0), 300);
        // More than memory: all of it is to fit.
        assert_eq!(room(40, 64, 64, 0), 48);
        // As much when the segments are there and paged out.
        assert_eq!(room(10, 64, 24, 40), 48);
        // Others have the half of it.
        assert_eq!(room(10, 64, 32, 0), 24);
    }

    /// Hints, looks at suspects, surveys and the pager's threads run in this.
    #[test]
    fn a_panic_ends_no_thread() {
        let hurd = Hurd::new().unwrap();
        let mut rounds = 0;
        let mut round = || {
            rounds += 1;
            assert!(rounds > 1, "the first round");
        };
        assert!(!hurd.guard("a test", &mut round));
        assert!(hurd.guard("a test", &mut round));
        assert_eq!(rounds, 2);
    }
}
