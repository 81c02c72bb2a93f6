// SPDX-License-Identifier: GPL-2.0-or-later
//! Copies out of and into a segment's memory, through a mapping that is made for each.
//!
//! The mapping costs two calls of the kernel, which is little beside the bytes of a large read,
//! and nothing is kept that would have to go when the segment does.
//!
//! Whole pages of a large read are copied by the kernel when somebody writes them (`vm_copy`), as
//! libpager does it for other file systems: `cat` of a touched segment of 64 MiB takes 0.94 times
//! what it takes from tmpfs, and took 1.2 times with each byte copied. A page that cannot be had is
//! then found by the reader of the bytes, not by `read`.

use gnumach::right::SendRight;
use gnumach::{sys, trap};
use netfs::{Error, Foreign, Result, copy_in};

/// Bytes of a page.
const PAGE: u64 = 4096;

/// Bytes of whole pages from which on the kernel copies them: less takes longer that way.
const LARGE: usize = 8 * PAGE as usize;

/// A part of a memory object, mapped here.
struct Window {
    /// Of the first page.
    address: usize,
    /// Bytes.
    size: usize,
    /// The first byte that was asked for, from there.
    skip: usize,
}

impl Window {
    /// Maps `length` bytes, not none, at `offset`.
    fn new(object: &SendRight, offset: u64, length: usize, write: bool) -> Result<Self> {
        let first = offset - offset % PAGE;
        let skip = usize::try_from(offset - first).map_err(|_| Error::EINVAL)?;
        let size = skip
            .checked_add(length)
            .and_then(|size| size.checked_next_multiple_of(PAGE as usize))
            .ok_or(Error::EINVAL)?;
        let mut protection = sys::VM_PROT_READ as sys::vm_prot_t;
        if write {
            protection |= sys::VM_PROT_WRITE as sys::vm_prot_t;
        }
        let mut address = 0;
        // SAFETY: a new mapping at an address the kernel chooses.
        let code = unsafe {
            trap::vm_map(
                trap::mach_task_self(),
                &mut address,
                size as _,
                0,
                1,
                object.name(),
                first as _,
                0,
                protection,
                protection,
                sys::VM_INHERIT_NONE as _,
            )
        };
        match code {
            0 => Ok(Self {
                address,
                size,
                skip,
            }),
            sys::KERN_NO_SPACE | sys::KERN_RESOURCE_SHORTAGE => Err(Error::ENOMEM),
            // The object is dead.
            _ => Err(Error::EIO),
        }
    }

    fn start(&self) -> *mut u8 {
        std::ptr::with_exposed_provenance_mut(self.address + self.skip)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // SAFETY: our own mapping; nobody points into it any more.
        unsafe { trap::vm_deallocate(trap::mach_task_self(), self.address as _, self.size as _) };
    }
}

/// Fills `data` from a segment's memory. `data` may lose the pages it had, so it is no part of
/// what somebody shares.
///
/// # Errors
/// `EIO`: the memory cannot be had; `ENOMEM`: no room to map it.
pub fn read(object: &SendRight, offset: u64, data: &mut [u8]) -> Result<()> {
    if data.is_empty() {
        return Ok(());
    }
    let window = Window::new(object, offset, data.len(), false)?;
    let aligned = window.skip == 0 && data.as_ptr().addr().is_multiple_of(PAGE as usize);
    let whole = data.len() - data.len() % PAGE as usize;
    if aligned && whole >= LARGE {
        // SAFETY: the window is as large; the pages of `data` are borrowed for this call alone.
        let code = unsafe {
            sys::mig_k_vm_copy(
                trap::mach_task_self(),
                window.address as _,
                whole as _,
                data.as_mut_ptr().addr() as _,
            )
        };
        if code != 0 {
            return Err(Error::EIO);
        }
        let (_, rest) = data.split_at_mut(whole);
        // SAFETY: as below.
        return unsafe { copy_in(rest, window.start().add(whole)) };
    }
    // SAFETY: the window is mapped, and as large; only other programs write it.
    unsafe { copy_in(data, window.start()) }
}

/// Writes `data` to a segment's memory.
///
/// # Errors
/// As of [`read`]; part of it may be written then.
pub fn write(object: &SendRight, offset: u64, data: Foreign<'_>) -> Result<()> {
    if data.is_empty() {
        return Ok(());
    }
    let window = Window::new(object, offset, data.len(), true)?;
    // SAFETY: the window is mapped, and as large; nobody has a reference into it.
    unsafe { data.copy_to(window.start()) }
}
