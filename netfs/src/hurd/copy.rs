// SPDX-License-Identifier: GPL-2.0-or-later
//! Copies of memory that may fault: a client's, or a memory object's whose pager is away.
//!
//! libc's `hurd_safe_*` functions catch the signal that the fault becomes (`hurd/sigpreempt.h`).

use std::ffi::c_void;
use std::marker::PhantomData;

use hurd_sys as sys;

use crate::{Error, Result};

unsafe extern "C" {
    fn hurd_safe_copyin(to: *mut c_void, from: *const c_void, bytes: usize) -> sys::error_t;
    fn hurd_safe_memmove(to: *mut c_void, from: *const c_void, bytes: usize) -> sys::error_t;
}

/// What a fault is answered with.
fn told(error: sys::error_t) -> Result<()> {
    if error == 0 { Ok(()) } else { Err(Error::EIO) }
}

/// Fills `to` from memory that may fault.
///
/// # Errors
/// `EIO`: it did.
///
/// # Safety
/// Nothing but other programs changes what is at `from`, and the range is mapped, whether or not
/// its pages can be had.
pub unsafe fn copy_in(to: &mut [u8], from: *const u8) -> Result<()> {
    // SAFETY: see the contract; a fault ends the call with an error.
    told(unsafe { hurd_safe_copyin(to.as_mut_ptr().cast(), from.cast(), to.len()) })
}

/// Bytes that came out of line in a client's request: they may fault, and change.
#[derive(Clone, Copy, Debug)]
pub struct Foreign<'a> {
    start: *const u8,
    length: usize,
    request: PhantomData<&'a [u8]>,
}

impl Foreign<'_> {
    /// # Safety
    /// The range is mapped for as long as the request is served.
    pub(super) const unsafe fn new(start: *const u8, length: usize) -> Self {
        Self {
            start,
            length,
            request: PhantomData,
        }
    }

    /// How many.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Copies all to memory that may fault too.
    ///
    /// # Errors
    /// `EIO`: a fault. Part of it may have been copied.
    ///
    /// # Safety
    /// As many bytes at `to` are mapped, and no reference points to them.
    pub unsafe fn copy_to(&self, to: *mut u8) -> Result<()> {
        // SAFETY: see the contracts; a fault ends the call with an error.
        told(unsafe { hurd_safe_memmove(to.cast(), self.start.cast(), self.length) })
    }
}
