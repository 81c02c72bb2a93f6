// SPDX-License-Identifier: GPL-2.0-or-later
//! Memory that is not shared, and touching any.

use std::ptr::{self, NonNull};

use sysvshm::client::{Errno, shmlba};

/// Writes a byte to each page.
///
/// # Safety
/// The range is mapped, writable, and nobody's but the caller's.
pub unsafe fn touch(base: *mut u8, size: usize) {
    for offset in (0..size).step_by(shmlba()) {
        // SAFETY: inside of the caller's range.
        unsafe { base.add(offset).write_volatile(1) };
    }
}

/// New anonymous memory, by mmap(2).
///
/// # Errors
/// As mmap(2).
pub fn map(size: usize) -> Result<NonNull<u8>, Errno> {
    let (protection, flags) = (
        libc::PROT_READ | libc::PROT_WRITE,
        libc::MAP_PRIVATE | libc::MAP_ANON,
    );
    // SAFETY: new memory, where the kernel has room.
    let base = unsafe { libc::mmap(ptr::null_mut(), size, protection, flags, -1, 0) };
    match NonNull::new(base.cast()) {
        Some(mapped) if base != libc::MAP_FAILED => Ok(mapped),
        _ => Err(Errno::last()),
    }
}

/// Takes such memory back.
///
/// # Safety
/// It came from [`map`] with this size, and nobody uses it any more.
pub unsafe fn unmap(base: NonNull<u8>, size: usize) {
    // SAFETY: see the contract.
    unsafe { libc::munmap(base.as_ptr().cast(), size) };
}

/// The cheapest question to somebody else: an RPC to the process server on the Hurd, a system
/// call on Linux.
pub fn null_call() {
    #[cfg(target_os = "hurd")]
    crate::raw::null_rpc();
    #[cfg(not(target_os = "hurd"))]
    // SAFETY: has no arguments and cannot fail.
    unsafe {
        libc::getppid();
    }
}
