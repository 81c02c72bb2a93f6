// SPDX-License-Identifier: GPL-2.0-or-later
//! SHMMAX, SHMALL and SHMMNI of shmget(2), the bounds of a single user, and the page
//! size they count in.
//!
//! Linux has no bounds of a single user. Here the segments, the attachments and the
//! threads that hang in a client's task are one server's, so a user gets at most half of
//! each; root (user 0) has no bound but those of shmget(2).
#![forbid(unsafe_code)]

use crate::engine::ledger::Bound;
use crate::{Error, Result};

/// Bytes in a page. Also SHMLBA, to which attach addresses are aligned.
pub const PAGE_SIZE: u64 = 4096;

/// First address beyond a process's own (`VM_MAX_ADDRESS` of the kernel's `vm_param.h`).
#[cfg(target_pointer_width = "64")]
pub const USER_TOP: u64 = 1 << 47;
/// First address beyond a process's own (`VM_MAX_ADDRESS` of the kernel's `vm_param.h`).
#[cfg(target_pointer_width = "32")]
pub const USER_TOP: u64 = 0xc000_0000;

/// SHMMIN: bytes in the smallest segment.
pub const SHMMIN: u64 = 1;

/// The most segments an id can tell apart, whatever SHMMNI says.
pub const SEGMENTS_MAX: u32 = 1 << 15;

/// Attachments of all users but root. Each takes up to 512 bytes of the server's memory.
pub const ATTACHMENTS_MAX: u64 = 1 << 16;

/// Forks under way of all users but root. Each takes a port.
pub const TICKETS_MAX: u64 = 1 << 12;

/// Forks under way of one process, root's too. The preload library holds one for each child
/// that has not yet run; the patched libc holds one at a time.
pub const PROCESS_TICKETS: u64 = 64;

/// Opens of the node by all users but root. Each takes a port and a few hundred bytes.
pub const OPENS_MAX: u64 = 1 << 14;

/// Threads that wait for tasks that do not answer, of all users. Each takes a stack.
pub const STUCK_MAX: u64 = 96;

/// What creation is checked against; nothing else is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in the largest segment.
    pub shmmax: u64,
    /// Pages in all segments, removed but attached ones included, and those of removed
    /// segments that are still mapped without being on record.
    pub shmall: u64,
    /// Segments, removed but attached ones included; at most [`SEGMENTS_MAX`].
    pub shmmni: u32,
    /// What one user may have. Root may have more.
    pub user: UserLimits,
}

/// What one user may have. `None` is half of what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserLimits {
    /// Segments; else half of SHMMNI, rounded up.
    pub segments: Option<u64>,
    /// Pages in segments, those with `SHM_NORESERVE` included; else half of SHMALL or half
    /// of memory and paging space, whichever is less.
    pub pages: Option<u64>,
    /// Attachments, those of forks under way included.
    pub attachments: u64,
    /// Forks under way.
    pub tickets: u64,
    /// Opens of the server's node.
    pub opens: u64,
    /// Threads of the server that wait for this user's tasks: for those that this user's
    /// calls name, and for those whose attachments are checked.
    pub stuck: u64,
    /// Bytes of segments that this user has locked by `SHM_LOCK`.
    pub locked: u64,
}

impl Default for UserLimits {
    /// At most half of everything: a quarter of the attachments, forks and opens, and a sixth
    /// of the threads.
    fn default() -> Self {
        Self {
            segments: None,
            pages: None,
            attachments: ATTACHMENTS_MAX / 4,
            tickets: TICKETS_MAX / 4,
            opens: OPENS_MAX / 4,
            stuck: STUCK_MAX / 6,
            // Linux's RLIMIT_MEMLOCK since 5.16.
            locked: 8 << 20,
        }
    }
}

impl UserLimits {
    /// No user is bounded, as on Linux.
    pub const NONE: Self = Self {
        segments: Some(u64::MAX),
        pages: Some(u64::MAX),
        attachments: u64::MAX,
        tickets: u64::MAX,
        opens: u64::MAX,
        stuck: u64::MAX,
        locked: u64::MAX,
    };
}

impl Default for Limits {
    /// Those of Linux: practically none but 4096 segments.
    fn default() -> Self {
        let huge = u64::MAX - (1 << 24);
        Self {
            shmmax: huge,
            shmall: huge,
            shmmni: 4096,
            user: UserLimits::default(),
        }
    }
}

impl Limits {
    /// Checks that the limits can be kept.
    ///
    /// # Errors
    /// `EINVAL`: more segments than there are ids.
    pub fn validate(self) -> Result<Self> {
        if self.shmmni > SEGMENTS_MAX {
            Err(Error::EINVAL)
        } else {
            Ok(self)
        }
    }

    /// Of segments. SHMMNI is checked against the table, so the total is not bounded here.
    #[must_use]
    pub fn segments(&self) -> Bound {
        let half = u64::from(self.shmmni.div_ceil(2));
        Bound {
            user: self.user.segments.unwrap_or(half),
            total: u64::MAX,
            root_too: true,
        }
    }

    /// Of pages, on a machine with room for `machine` pages.
    #[must_use]
    pub fn pages(&self, machine: u64) -> Bound {
        let half = self.shmall.min(machine).div_ceil(2);
        Bound {
            user: self.user.pages.unwrap_or(half),
            total: self.shmall,
            root_too: true,
        }
    }

    /// Of attachments.
    #[must_use]
    pub fn attachments(&self) -> Bound {
        Bound {
            user: self.user.attachments,
            total: ATTACHMENTS_MAX,
            root_too: false,
        }
    }

    /// Of forks under way.
    #[must_use]
    pub fn tickets(&self) -> Bound {
        Bound {
            user: self.user.tickets,
            total: TICKETS_MAX,
            root_too: false,
        }
    }

    /// Of locked bytes, on a machine with room for `machine` bytes: all users but root lock
    /// half of that at most.
    #[must_use]
    pub fn locked(&self, machine: u64) -> Bound {
        Bound {
            user: self.user.locked,
            total: machine / 2,
            root_too: false,
        }
    }

    /// Of opens of the node.
    #[must_use]
    pub fn opens(&self) -> Bound {
        Bound {
            user: self.user.opens,
            total: OPENS_MAX,
            root_too: false,
        }
    }
}

/// Bytes that `size` bytes take when mapped: rounded up to pages; `None` if that
/// is beyond 64 bits.
#[must_use]
pub fn mapped_size(size: u64) -> Option<u64> {
    size.checked_next_multiple_of(PAGE_SIZE)
}

/// Pages that `size` bytes take.
#[must_use]
pub fn pages(size: u64) -> u64 {
    size.div_ceil(PAGE_SIZE)
}
