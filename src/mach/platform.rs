// SPDX-License-Identifier: GPL-2.0-or-later
//! What differs between the Hurd and a bare kernel.

use alloc::boxed::Box;

use core::time::Duration;

use gnumach::right::Name;

use super::names::TaskName;
use crate::{Pid, Result};

/// What differs between the Hurd and a bare kernel.
pub trait Platform: Send + Sync + 'static {
    /// Seconds since 1970.
    fn seconds(&self) -> i64;
    /// Time since some fixed moment; never less than before.
    fn uptime(&self) -> Duration;
    /// One line for the system's log.
    fn log(&self, line: &str);
    /// Bytes of memory and paging space that segments can have, now; in `stored` bytes of it are
    /// pages that the server stores. The core asks once a second at most.
    fn capacity(&self, stored: u64) -> u64;
    /// The privileged host port, if the server has it and `SHM_LOCK` is to wire pages with it;
    /// it stays the platform's. What wiring costs, [`wired`](super::wired) says. The translator
    /// has it not: a program that calls msync(2) must not hang because another one has locked
    /// the segment.
    fn host(&self) -> Option<Name> {
        None
    }
    /// Runs `work` in a new thread, which may hang for ever in a client's task.
    ///
    /// # Errors
    /// `EAGAIN`, `ENOMEM`: there is no room for another thread.
    fn spawn(&self, work: Box<dyn FnOnce() + Send>) -> Result<()>;
    /// Runs `body` once. Where the program unwinds, a panic ends here, with a line in the log
    /// that names `what`; the answer is whether there was none. Where it does not, a panic ends
    /// the program.
    fn guard(&self, what: &str, body: &mut dyn FnMut()) -> bool {
        let _ = what;
        body();
        true
    }
    /// The process with this task port, asked of somebody who knows, and without a call on
    /// the port itself: it may be forged.
    ///
    /// # Errors
    /// `ESRCH`: it is no task's port.
    fn pid(&self, task: TaskName) -> Result<Pid>;
}
