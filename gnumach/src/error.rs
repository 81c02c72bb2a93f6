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

macro_rules! names {
    ($($name:ident),* $(,)?) => {
        /// The name of `code` in the kernel's headers.
        fn name(code: i32) -> Option<&'static str> {
            match code {
                $(sys::$name => Some(stringify!($name)),)*
                _ => None,
            }
        }
    };
}

names! {
    KERN_INVALID_ADDRESS,
    KERN_PROTECTION_FAILURE,
    KERN_NO_SPACE,
    KERN_INVALID_ARGUMENT,
    KERN_FAILURE,
    KERN_RESOURCE_SHORTAGE,
    KERN_NOT_RECEIVER,
    KERN_NO_ACCESS,
    KERN_MEMORY_FAILURE,
    KERN_MEMORY_ERROR,
    KERN_NOT_IN_SET,
    KERN_NAME_EXISTS,
    KERN_ABORTED,
    KERN_INVALID_NAME,
    KERN_INVALID_TASK,
    KERN_INVALID_RIGHT,
    KERN_INVALID_VALUE,
    KERN_UREFS_OVERFLOW,
    KERN_INVALID_CAPABILITY,
    KERN_RIGHT_EXISTS,
    KERN_INVALID_HOST,
    KERN_MEMORY_PRESENT,
    KERN_WRITE_PROTECTION_FAILURE,
    KERN_TERMINATED,
    KERN_TIMEDOUT,
    KERN_INTERRUPTED,
    MACH_SEND_IN_PROGRESS,
    MACH_SEND_INVALID_DATA,
    MACH_SEND_INVALID_DEST,
    MACH_SEND_TIMED_OUT,
    MACH_SEND_WILL_NOTIFY,
    MACH_SEND_NOTIFY_IN_PROGRESS,
    MACH_SEND_INTERRUPTED,
    MACH_SEND_MSG_TOO_SMALL,
    MACH_SEND_INVALID_REPLY,
    MACH_SEND_INVALID_RIGHT,
    MACH_SEND_INVALID_NOTIFY,
    MACH_SEND_INVALID_MEMORY,
    MACH_SEND_NO_BUFFER,
    MACH_SEND_NO_NOTIFY,
    MACH_SEND_INVALID_TYPE,
    MACH_SEND_INVALID_HEADER,
    MACH_RCV_IN_PROGRESS,
    MACH_RCV_INVALID_NAME,
    MACH_RCV_TIMED_OUT,
    MACH_RCV_TOO_LARGE,
    MACH_RCV_INTERRUPTED,
    MACH_RCV_PORT_CHANGED,
    MACH_RCV_INVALID_NOTIFY,
    MACH_RCV_INVALID_DATA,
    MACH_RCV_PORT_DIED,
    MACH_RCV_IN_SET,
    MACH_RCV_HEADER_ERROR,
    MACH_RCV_BODY_ERROR,
    MIG_TYPE_ERROR,
    MIG_REPLY_MISMATCH,
    MIG_REMOTE_ERROR,
    MIG_BAD_ID,
    MIG_BAD_ARGUMENTS,
    MIG_NO_REPLY,
    MIG_EXCEPTION,
    MIG_ARRAY_TOO_LARGE,
    MIG_SERVER_DIED,
    MIG_DESTROY_REQUEST,
}

/// Bits that `MACH_RCV_HEADER_ERROR` and `MACH_RCV_BODY_ERROR` come with: what found no room.
const ROOM: [(i32, &str); 4] = [
    (sys::MACH_MSG_IPC_SPACE, "MACH_MSG_IPC_SPACE"),
    (sys::MACH_MSG_VM_SPACE, "MACH_MSG_VM_SPACE"),
    (sys::MACH_MSG_IPC_KERNEL, "MACH_MSG_IPC_KERNEL"),
    (sys::MACH_MSG_VM_KERNEL, "MACH_MSG_VM_KERNEL"),
];

/// The name in the kernel's headers with the number, as in `KERN_INVALID_ADDRESS (0x1)`; a code of
/// another system's, such as an errno of the Hurd's, is a number only.
impl fmt::Display for Kern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code();
        if let Some(name) = name(code) {
            return write!(f, "{name} ({code:#x})");
        }
        match name(code & !sys::MACH_MSG_MASK) {
            Some(name) => {
                f.write_str(name)?;
                for (_, room) in ROOM.iter().filter(|(bit, _)| code & bit != 0) {
                    write!(f, " | {room}")?;
                }
                write!(f, " ({code:#x})")
            }
            None => write!(f, "error {code:#x}"),
        }
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

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString;

    use super::check;
    use crate::sys;

    fn text(code: i32) -> std::string::String {
        check(code).unwrap_err().to_string()
    }

    #[test]
    fn errors_have_the_names_of_the_headers() {
        assert_eq!(text(1), "KERN_INVALID_ADDRESS (0x1)");
        assert_eq!(text(0x1000_0003), "MACH_SEND_INVALID_DEST (0x10000003)");
        assert_eq!(text(sys::MIG_BAD_ID), "MIG_BAD_ID (0xfffffed1)");
        assert_eq!(
            text(0x1000_4009 | 0x2000 | 0x1000),
            "MACH_RCV_PORT_DIED | MACH_MSG_IPC_SPACE | MACH_MSG_VM_SPACE (0x10007009)"
        );
        assert_eq!(text(0x4000_0016), "error 0x40000016");
    }
}
