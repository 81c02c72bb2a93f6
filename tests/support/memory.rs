// SPDX-License-Identifier: GPL-2.0-or-later
//! The address space beside attachments: bytes, free ranges, mmap(2) and what damages a mapping.

use super::client::{Errno, shmlba};
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The page size, which SHMLBA equals.
pub fn page() -> usize {
    shmlba()
}

/// Reads a byte that anyone may change meanwhile.
pub fn peek(addr: *const u8) -> u8 {
    // SAFETY: tests pass addresses they mapped; a wrong one ends the process, as some tests want.
    unsafe { addr.read_volatile() }
}

/// Writes a byte that anyone may read meanwhile.
pub fn poke(addr: *mut u8, byte: u8) {
    // SAFETY: as in `peek`.
    unsafe { addr.write_volatile(byte) }
}

/// A range of free addresses which nobody is given by chance: kernels look elsewhere first.
/// 2 MiB lie between one range and the next.
pub fn far(len: usize) -> *mut u8 {
    static NEXT: AtomicUsize = AtomicUsize::new(0x1000_0000_0000);
    const GAP: usize = 2 << 20;
    let room = (len + GAP).next_multiple_of(GAP);
    ptr::without_provenance_mut(NEXT.fetch_add(room, Ordering::Relaxed))
}

/// 0 or errno.
fn check(returned: c_int) -> Result<(), Errno> {
    if returned == 0 {
        Ok(())
    } else {
        Err(Errno::last())
    }
}

/// Private anonymous memory, unmapped on drop.
pub struct Mapping {
    base: *mut u8,
    len: usize,
}

impl Mapping {
    /// At exactly `addr`, in place of what was there.
    pub fn over(addr: *mut u8, len: usize, protection: c_int) -> Self {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_FIXED;
        // SAFETY: tests name only ranges of their own, see `segment::attach`.
        let base = unsafe { libc::mmap(addr.cast(), len, protection, flags, -1, 0) };
        assert!(base == addr.cast(), "mmap: {:?}", Errno::last());
        Mapping {
            base: base.cast(),
            len,
        }
    }

    /// Readable and writable memory somewhere far.
    pub fn far(len: usize) -> Self {
        Self::over(far(len), len, libc::PROT_READ | libc::PROT_WRITE)
    }

    /// Where it starts.
    pub fn base(&self) -> *mut u8 {
        self.base
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        unmap(self.base, self.len).expect("munmap");
    }
}

/// munmap(2).
pub fn unmap(addr: *mut u8, len: usize) -> Result<(), Errno> {
    // SAFETY: tests unmap only what they mapped and hold no reference into it.
    check(unsafe { libc::munmap(addr.cast(), len) })
}

/// mprotect(2).
pub fn protect(addr: *mut u8, len: usize, protection: c_int) -> Result<(), Errno> {
    // SAFETY: as in `unmap`.
    check(unsafe { libc::mprotect(addr.cast(), len, protection) })
}

/// msync(2) and madvise(2) on a range, which must work where the system has them.
pub fn sync_and_advise(addr: *mut u8, len: usize) {
    let range: *mut c_void = addr.cast();
    // SAFETY: neither changes what is mapped where, nor the bytes of a shared mapping.
    unsafe {
        assert_eq!(
            check(libc::msync(range, len, libc::MS_SYNC)),
            Ok(()),
            "msync"
        );
        // The Hurd's libc has no madvise(2) yet: advice is lost there, as POSIX allows.
        let advised = check(libc::madvise(range, len, libc::MADV_WILLNEED));
        let missing = cfg!(target_os = "hurd") && advised == Err(Errno::ENOSYS);
        assert!(missing || advised == Ok(()), "madvise: {advised:?}");
    }
}

/// mlock(2) and munlock(2) on a range, which must work.
pub fn lock_and_unlock(addr: *mut u8, len: usize) {
    let range: *mut c_void = addr.cast();
    // SAFETY: neither changes what is mapped where, nor any byte.
    unsafe {
        assert_eq!(check(libc::mlock(range, len)), Ok(()), "mlock");
        assert_eq!(check(libc::munlock(range, len)), Ok(()), "munlock");
    }
}

/// Whether private memory of this size can be mapped.
pub fn can_map(len: usize) -> bool {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANON;
    // SAFETY: the system chooses a free place, which is left to the process's end.
    let base = unsafe { libc::mmap(ptr::null_mut(), len, libc::PROT_READ, flags, -1, 0) };
    base != libc::MAP_FAILED
}

/// Moves a mapping with mremap(2); only Linux moves attachments.
#[cfg(target_os = "linux")]
pub fn move_to(addr: *mut u8, len: usize, to: *mut u8) {
    let flags = libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED;
    // SAFETY: as in `unmap`, for both ranges.
    let at = unsafe { libc::mremap(addr.cast(), len, len, flags, to.cast::<c_void>()) };
    assert!(at == to.cast(), "mremap: {:?}", Errno::last());
}

/// Runs machine code at an address: `mov eax, 42; ret`, see [`ANSWER_CODE`].
#[cfg(target_arch = "x86_64")]
pub fn call(addr: *const u8) -> i32 {
    // SAFETY: the tests stored ANSWER_CODE there, a whole function of this type.
    let function = unsafe { std::mem::transmute::<*const u8, extern "C" fn() -> i32>(addr) };
    function()
}

/// A function that returns 42.
#[cfg(target_arch = "x86_64")]
pub const ANSWER_CODE: [u8; 6] = [0xb8, 42, 0, 0, 0, 0xc3];

/// Sets a limit of this process, soft and hard.
pub fn set_limit(resource: Resource, limit: u64) -> Result<(), Errno> {
    let value = libc::rlimit {
        rlim_cur: limit as _,
        rlim_max: limit as _,
    };
    let resource = match resource {
        Resource::AddressSpace => libc::RLIMIT_AS,
        Resource::LockedMemory => libc::RLIMIT_MEMLOCK,
        Resource::Core => libc::RLIMIT_CORE,
    };
    // SAFETY: `value` is a whole struct rlimit.
    check(unsafe { libc::setrlimit(resource, &value) })
}

/// The limits of setrlimit(2) that matter here.
#[derive(Clone, Copy)]
pub enum Resource {
    /// RLIMIT_AS.
    AddressSpace,
    /// RLIMIT_MEMLOCK.
    LockedMemory,
    /// RLIMIT_CORE.
    Core,
}
