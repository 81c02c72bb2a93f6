// SPDX-License-Identifier: GPL-2.0-or-later
//! The one error type of the core.
//!
//! The pure layers name errors as errno(3) names them and never see a number;
//! [`Error::hurd`] gives the number that goes on the wire.

use core::fmt;

/// `Result` with the core's [`Error`], unless another is named.
pub type Result<T, E = Error> = core::result::Result<T, E>;

macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident = $number:literal),* $(,)?) => {
        /// Why a call was refused, by its errno(3) name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(clippy::upper_case_acronyms)]
        pub enum Error { $($(#[$doc])* $name),* }

        impl Error {
            /// Every error, for tests that compare numbers with a system's headers.
            pub const ALL: &'static [Error] = &[$(Error::$name),*];

            /// The name errno(3) gives it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Error::$name => stringify!($name)),* }
            }

            /// The low 14 bits of the Hurd's number (`bits/errno.h`).
            const fn number(self) -> i32 {
                match self { $(Error::$name => $number),* }
            }
        }
    };
}

errors! {
    /// Neither owner, creator nor privileged.
    EPERM = 1,
    /// No segment has this key.
    ENOENT = 2,
    /// The call was interrupted before it changed anything.
    EINTR = 4,
    /// The open is not for reading.
    EBADF = 9,
    /// No memory, or no room in the caller's address space.
    ENOMEM = 12,
    /// The mode bits deny it.
    EACCES = 13,
    /// The server, or what it needs, is in use.
    EBUSY = 16,
    /// The key exists and exclusive creation was asked for.
    EEXIST = 17,
    /// Bad id, address, size or command.
    EINVAL = 22,
    /// The user has too many attachments, or opens.
    EMFILE = 24,
    /// A table or the total of pages is full.
    ENOSPC = 28,
    /// Too many calls of this user wait for tasks that do not answer.
    EAGAIN = 35,
    /// The port is not one of ours.
    EOPNOTSUPP = 45,
    /// No such process: the task port is not a task's.
    ESRCH = 3,
    /// Something in the kernel or a server failed that has no better name.
    EIO = 5,
}

impl Error {
    /// The Hurd's number, `_HURD_ERRNO (n)` of its `bits/errno.h`: system 0x10, subsystem 0.
    #[must_use]
    pub const fn hurd(self) -> i32 {
        (0x10 << 26) | self.number()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl core::error::Error for Error {}
