// SPDX-License-Identifier: GPL-2.0-or-later
//! Functions that C calls: no panic crosses. Lines for the administrator.

use std::ffi::{CStr, CString};
use std::panic::{AssertUnwindSafe, catch_unwind};

use hurd_sys as sys;

use crate::{Error, Result};

/// Runs the body of a function that C calls, and answers as C functions do. A panic in it is an
/// error of that call and of no other.
pub fn guard(body: impl FnOnce() -> Result<()>) -> sys::error_t {
    // What a panic leaves half done is the author's: it is told to expect that.
    catch_unwind(AssertUnwindSafe(body))
        .unwrap_or(Err(Error::EIO))
        .err()
        .map_or(0, Error::code)
}

/// Names the program in the log, and makes a panic one line there: the usual report may need more
/// stack than a thread has.
pub fn open_log(name: &'static CStr) {
    // SAFETY: the name is a constant, since syslog keeps the pointer.
    unsafe {
        libc::openlog(
            name.as_ptr(),
            libc::LOG_PID | libc::LOG_CONS,
            libc::LOG_DAEMON,
        )
    };
    std::panic::set_hook(Box::new(|panic| {
        log(&panic.to_string().replace('\n', ": "))
    }));
}

/// One line for the administrator: to syslog, with the program's name and process id, or to the
/// console where nobody takes it.
pub fn log(line: &str) {
    let line: String = line
        .chars()
        .filter(|character| *character != '\0')
        .collect();
    let Ok(line) = CString::new(line) else {
        return;
    };
    // SAFETY: the format takes one string.
    unsafe { libc::syslog(libc::LOG_WARNING, c"%s".as_ptr(), line.as_ptr()) };
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The auth server's answers are served in this, and each function that C calls.
    #[test]
    fn a_panic_is_an_error_of_that_call() {
        assert_eq!(guard(|| panic!("a call")), Error::EIO.code());
        assert_eq!(guard(|| Err(Error::EBADF)), Error::EBADF.code());
        assert_eq!(guard(|| Ok(())), 0);
    }
}
