// SPDX-License-Identifier: GPL-2.0-or-later
//! Kernel return codes as errors.

use core::fmt;
use core::num::NonZeroI32;

use crate::sys;

/// A `kern_return_t` or `mach_msg_return_t` other than success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kern(NonZeroI32);

impl Kern {
    /// The code as the kernel gave it.
    #[must_use]
    pub const fn code(self) -> i32 {
        self.0.get()
    }

    /// Whether this is `code`, a constant of `mach/kern_return.h` or `mach/message.h`.
    #[must_use]
    pub const fn is(self, code: i32) -> bool {
        self.code() == code
    }

    /// The port we called is dead, or was never one.
    #[must_use]
    pub const fn is_dead(self) -> bool {
        self.is(sys::MACH_SEND_INVALID_DEST)
            || self.is(sys::MIG_SERVER_DIED)
            || self.is(sys::KERN_INVALID_TASK)
            || self.is(sys::KERN_TERMINATED)
    }
}

impl fmt::Display for Kern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kernel return code {:#x}", self.code())
    }
}

impl core::error::Error for Kern {}

/// Turns a return code into a `Result`.
///
/// # Errors
/// Every code but `KERN_SUCCESS`.
pub const fn check(code: sys::kern_return_t) -> Result<(), Kern> {
    match NonZeroI32::new(code) {
        None => Ok(()),
        Some(code) => Err(Kern(code)),
    }
}
