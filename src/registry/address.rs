// SPDX-License-Identifier: GPL-2.0-or-later
//! What the address argument of shmat(2) asks for.
#![forbid(unsafe_code)]

use crate::engine::world::Placement;
use crate::registry::flags::AttachFlags;
use crate::registry::limits::{PAGE_SIZE, USER_TOP};
use crate::{Error, Result};

/// An address argument that is well formed, whatever the segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Null: the system picks.
    Anywhere,
    /// `SHM_RND` rounded it down to page 0.
    PageZero,
    /// This address and no other.
    Fixed(u64),
    /// This address, in place of what is there.
    Replace(u64),
}

impl Target {
    pub fn new(address: u64, flags: AttachFlags) -> Result<Self> {
        let remap = flags.contains(AttachFlags::REMAP);
        let rounded = address - address % PAGE_SIZE;
        match rounded {
            // shmat(2), EINVAL: SHM_REMAP was specified, and shmaddr was NULL.
            0 if address == 0 && remap => Err(Error::EINVAL),
            0 if address == 0 => Ok(Self::Anywhere),
            // shmat(2), EINVAL: unaligned, and SHM_RND was not specified.
            _ if rounded != address && !flags.contains(AttachFlags::RND) => Err(Error::EINVAL),
            // Rounded down to null, it is as good as null.
            0 if remap => Err(Error::EINVAL),
            0 => Ok(Self::PageZero),
            _ if remap => Ok(Self::Replace(rounded)),
            _ => Ok(Self::Fixed(rounded)),
        }
    }

    /// For a segment of `segsz` bytes.
    pub fn place(self, segsz: u64) -> Result<Placement> {
        let wraps = |address: u64| address.checked_add(segsz).is_none();
        match self {
            Self::Anywhere => Ok(Placement::Anywhere),
            // shmat(2), ENOMEM: no address space is so large.
            Self::PageZero if segsz > USER_TOP => Err(Error::ENOMEM),
            // As Linux answers the unprivileged; here nobody maps page 0.
            Self::PageZero => Err(Error::EPERM),
            // shmat(2), EINVAL: bad shmaddr: the range wraps past the top.
            Self::Fixed(address) if wraps(address) => Err(Error::EINVAL),
            // With SHM_REMAP it is just outside user space: shmat(2), ENOMEM.
            Self::Replace(address) if wraps(address) => Err(Error::ENOMEM),
            Self::Fixed(address) => Ok(Placement::Fixed(address)),
            Self::Replace(address) => Ok(Placement::Replace(address)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_syntax() {
        let (none, rnd) = (AttachFlags::empty(), AttachFlags::RND);
        let remap = AttachFlags::REMAP;
        assert_eq!(Target::new(0, none), Ok(Target::Anywhere));
        assert_eq!(Target::new(0, rnd), Ok(Target::Anywhere));
        assert_eq!(Target::new(0, remap), Err(Error::EINVAL));
        assert_eq!(Target::new(4097, none), Err(Error::EINVAL));
        assert_eq!(Target::new(4097, remap), Err(Error::EINVAL));
        assert_eq!(Target::new(4097, rnd), Ok(Target::Fixed(4096)));
        assert_eq!(Target::new(4097, rnd | remap), Ok(Target::Replace(4096)));
        assert_eq!(Target::new(1, rnd), Ok(Target::PageZero));
        assert_eq!(Target::new(1, rnd | remap), Err(Error::EINVAL));
        assert_eq!(
            Target::new(u64::MAX, rnd),
            Ok(Target::Fixed(u64::MAX - 4095))
        );
    }

    #[test]
    fn ranges_that_wrap_are_refused() {
        let top = u64::MAX - 4095;
        assert_eq!(Target::Fixed(top).place(4095), Ok(Placement::Fixed(top)));
        assert_eq!(Target::Fixed(top).place(4096), Err(Error::EINVAL));
        assert_eq!(Target::Replace(top).place(4096), Err(Error::ENOMEM));
        assert_eq!(Target::PageZero.place(1), Err(Error::EPERM));
        assert_eq!(Target::PageZero.place(1 << 62), Err(Error::ENOMEM));
    }
}
