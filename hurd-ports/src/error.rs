// SPDX-License-Identifier: GPL-2.0-or-later
//! Errors as errno(3) numbers them.
#![forbid(unsafe_code)]

use core::fmt;
use core::num::NonZeroI32;

/// `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// An `error_t` of the Hurd other than success: the number that a call answers with.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Error(NonZeroI32);

macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        impl Error {
            $($(#[$doc])* pub const $name: Self = Self::of(libc::$name);)*

            /// The name of one of the constants.
            const fn name(self) -> Option<&'static str> {
                $(if self.code() == libc::$name {
                    return Some(stringify!($name));
                })*
                None
            }
        }
    };
}

errors! {
    /// Operation not permitted.
    EPERM,
    /// No such file.
    ENOENT,
    /// Interrupted before anything was done.
    EINTR,
    /// An error that has no better name; also what a panic in a call is answered with.
    EIO,
    /// What is behind the file system is away.
    ENXIO,
    /// The open is not for this.
    EBADF,
    /// Try again.
    EAGAIN,
    /// No memory.
    ENOMEM,
    /// The mode bits deny it.
    EACCES,
    /// In use.
    EBUSY,
    /// There is a file of that name.
    EEXIST,
    /// It is no directory.
    ENOTDIR,
    /// It is a directory.
    EISDIR,
    /// A bad argument.
    EINVAL,
    /// Too many opens.
    EMFILE,
    /// Too many opens of all users.
    ENFILE,
    /// A file may not be as large.
    EFBIG,
    /// No space.
    ENOSPC,
    /// A text is too long.
    ENAMETOOLONG,
    /// Too many locks.
    ENOLCK,
    /// The file, or the port, does not understand this.
    EOPNOTSUPP,
}

impl Error {
    /// The constants of libc are not zero, which is success.
    const fn of(code: i32) -> Self {
        match NonZeroI32::new(code) {
            Some(code) => Self(code),
            None => panic!("an error number is zero"),
        }
    }

    /// The error with this number; `EIO` for zero, which is none.
    #[must_use]
    pub fn from_code(code: i32) -> Self {
        NonZeroI32::new(code).map_or(Self::EIO, Self)
    }

    /// What a function of the Hurd's answered, where 0 is no error.
    ///
    /// # Errors
    /// The number that it answered.
    pub fn check(code: i32) -> Result<()> {
        NonZeroI32::new(code).map_or(Ok(()), |code| Err(Self(code)))
    }

    /// The number.
    #[must_use]
    pub const fn code(self) -> i32 {
        self.0.get()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "error {:#x}", self.code()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
