// SPDX-License-Identifier: GPL-2.0-or-later
//! Lines for the administrator: to syslog once the translator serves, or to the console
//! where nobody takes them.

use std::ffi::CString;

/// Names the program in the log.
pub fn open() {
    // SAFETY: the name is a constant, since syslog keeps the pointer.
    unsafe {
        libc::openlog(
            c"shm".as_ptr(),
            libc::LOG_PID | libc::LOG_CONS,
            libc::LOG_DAEMON,
        );
    }
}

/// One line of a translator that serves.
pub fn line(text: &str) {
    let Ok(text) = CString::new(text) else {
        return;
    };
    // SAFETY: the format takes one string.
    unsafe { libc::syslog(libc::LOG_WARNING, c"%s".as_ptr(), text.as_ptr()) };
}
