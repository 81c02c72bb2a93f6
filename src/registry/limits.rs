// SPDX-License-Identifier: GPL-2.0-or-later
//! SHMMAX, SHMALL and SHMMNI of shmget(2), and the page size they count in.
#![forbid(unsafe_code)]

use crate::{Error, Result};

/// Bytes in a page. Also SHMLBA, to which attach addresses are aligned.
pub const PAGE_SIZE: u64 = 4096;

/// SHMMIN: bytes in the smallest segment.
pub const SHMMIN: u64 = 1;

/// The most segments an id can tell apart, whatever SHMMNI says.
pub const SEGMENTS_MAX: u32 = 1 << 15;

/// What creation is checked against; nothing else is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in the largest segment.
    pub shmmax: u64,
    /// Pages in all segments, removed but attached ones included.
    pub shmall: u64,
    /// Segments, removed but attached ones included; at most [`SEGMENTS_MAX`].
    pub shmmni: u32,
}

impl Default for Limits {
    /// Those of Linux: practically none but 4096 segments.
    fn default() -> Self {
        let huge = u64::MAX - (1 << 24);
        Self {
            shmmax: huge,
            shmall: huge,
            shmmni: 4096,
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
