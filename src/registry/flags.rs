// SPDX-License-Identifier: GPL-2.0-or-later
//! The flag words of shmget(2) and shmat(2), with Linux's values, which are also
//! those of `shm_types.h`. Unknown bits are ignored, as there.
#![forbid(unsafe_code)]

use crate::engine::world::Protection;
use crate::registry::permission::{Access, MODE_BITS};
use bitflags::bitflags;

bitflags! {
    /// shmget(2).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct GetFlags: u32 {
        /// `IPC_CREAT`: create if the key is absent.
        const CREATE = 0o1000;
        /// `IPC_EXCL`: with `CREATE`, fail if the key exists; alone, nothing.
        const EXCLUSIVE = 0o2000;
        /// `SHM_HUGETLB`: refused on creation.
        const HUGETLB = 0o4000;
        /// `SHM_NORESERVE`: do not check against what the machine has.
        const NORESERVE = 0o10000;
        /// The mode of a new segment, or what is demanded of an existing one.
        const MODE = MODE_BITS;
    }
}

impl GetFlags {
    /// The nine permission bits.
    #[must_use]
    pub fn mode(self) -> u32 {
        self.bits() & MODE_BITS
    }
}

impl From<u32> for GetFlags {
    fn from(bits: u32) -> Self {
        Self::from_bits_truncate(bits)
    }
}

bitflags! {
    /// shmat(2).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct AttachFlags: u32 {
        /// `SHM_RDONLY`: map read-only.
        const RDONLY = 0o10000;
        /// `SHM_RND`: round the address down to a page.
        const RND = 0o20000;
        /// `SHM_REMAP`: replace what is mapped there.
        const REMAP = 0o40000;
        /// `SHM_EXEC`: map executable as well.
        const EXEC = 0o100000;
    }
}

impl AttachFlags {
    /// The permission that the attachment needs.
    #[must_use]
    pub fn access(self) -> Access {
        let mut access = Access::READ;
        access.set(Access::WRITE, !self.contains(Self::RDONLY));
        access.set(Access::EXECUTE, self.contains(Self::EXEC));
        access
    }

    /// The protection that the mapping gets.
    #[must_use]
    pub fn protection(self) -> Protection {
        let mut protection = Protection::READ;
        protection.set(Protection::WRITE, !self.contains(Self::RDONLY));
        protection.set(Protection::EXECUTE, self.contains(Self::EXEC));
        protection
    }
}

impl From<u32> for AttachFlags {
    fn from(bits: u32) -> Self {
        Self::from_bits_truncate(bits)
    }
}
