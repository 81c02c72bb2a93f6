// SPDX-License-Identifier: GPL-2.0-or-later
//! Where C calls Rust: no panic crosses.

use std::panic::{AssertUnwindSafe, catch_unwind};

use shm::{Error, Result};

use super::log;

/// Runs the body of a routine; a panic in it is an error of that call and of no other.
pub fn guard(body: impl FnOnce() -> Result<()>) -> Result<()> {
    // What a panic leaves half done is behind locks of the core's, which release without
    // poisoning and whose steps do not panic.
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(Err(Error::EIO))
}

/// [`guard`], answering as C functions do.
pub fn guard_code(body: impl FnOnce() -> Result<()>) -> hurd_sys::error_t {
    guard(body).err().map_or(0, Error::hurd)
}

/// Makes a panic one line in the log: the usual report may need more stack than a worker has.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        log::line(&panic.to_string().replace('\n', ": "))
    }));
}
