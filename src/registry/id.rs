// SPDX-License-Identifier: GPL-2.0-or-later
//! Segment ids: an index into the table and a sequence number against reuse.
#![forbid(unsafe_code)]

/// Bits of an id that are its index; the sequence number is above them.
const INDEX_BITS: u32 = 15;
const INDEX_MASK: u32 = (1 << INDEX_BITS) - 1;

/// What shmget(2) returns: `sequence * 32768 + index`. Never 0, never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u32);

impl Id {
    /// Sequence numbers are 1 less than this at most, which keeps ids
    /// non-negative as `int`.
    pub const SEQUENCES: u16 = u16::MAX;

    /// Of the segment at `index`, of which only the low 15 bits count.
    #[must_use]
    pub const fn new(index: u16, sequence: u16) -> Self {
        let sequence = sequence as u32 & (i32::MAX as u32 >> INDEX_BITS);
        Self(sequence << INDEX_BITS | (index as u32 & INDEX_MASK))
    }

    /// From what a client sent; `None` if negative.
    #[must_use]
    pub fn from_raw(raw: i32) -> Option<Self> {
        u32::try_from(raw).ok().map(Self)
    }

    /// For the client.
    #[must_use]
    pub const fn raw(self) -> i32 {
        self.0.cast_signed()
    }

    /// Place in the table, below 32768.
    #[must_use]
    pub const fn index(self) -> u16 {
        (self.0 & INDEX_MASK) as u16
    }

    /// `__seq` of `struct ipc_perm`.
    #[must_use]
    pub const fn sequence(self) -> u16 {
        (self.0 >> INDEX_BITS) as u16
    }
}

/// A process id, as getpid(2) returns it; 0 is nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid(pub i32);

impl Pid {
    /// Before the first attach, `shm_lpid` is 0.
    pub const NOBODY: Self = Self(0);
}
