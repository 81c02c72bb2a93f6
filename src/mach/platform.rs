// SPDX-License-Identifier: GPL-2.0-or-later
//! What differs between the Hurd and a bare kernel.

use gnumach::right::Name;

use crate::{Pid, Result};

/// What differs between the Hurd and a bare kernel.
pub trait Platform: Send + Sync {
    /// Seconds since 1970.
    fn seconds(&self) -> i64;
    /// Milliseconds since some fixed time.
    fn milliseconds(&self) -> u64;
    /// One line for the system's log.
    fn log(&self, line: &str);
    /// Bytes that memory and paging space hold, now. The core asks once a second at most.
    fn capacity(&self) -> u64;
    /// The process with this task port, asked of somebody who knows, and without a call on
    /// the port itself: it may be forged.
    ///
    /// # Errors
    /// `ESRCH`: it is no task's port.
    fn pid(&self, task: Name) -> Result<Pid>;
}
