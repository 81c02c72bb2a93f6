// SPDX-License-Identifier: GPL-2.0-or-later
//! Who may do what with a segment: the mode bits and the ownership of sysvipc(7).
#![forbid(unsafe_code)]

use crate::engine::ledger::ROOT;
use bitflags::bitflags;

/// No user and no group: what `IPC_SET` refuses, and the group of a segment
/// whose creator had none.
pub const NOBODY: u32 = u32::MAX;

/// The nine permission bits of a mode.
pub const MODE_BITS: u32 = 0o777;

/// The effective ids of a caller, as the authentication server vouches for them.
/// Either list may be empty. The first of each is the creator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller<'a> {
    /// Effective user ids; 0 among them is privilege.
    pub uids: &'a [u32],
    /// Effective and supplementary group ids.
    pub gids: &'a [u32],
}

impl Caller<'_> {
    /// Whether mode bits and ownership do not matter.
    #[must_use]
    pub fn privileged(&self) -> bool {
        self.uids.contains(&0)
    }

    /// The user who pays for this call: root if there is privilege, else the first
    /// effective user id. Callers without user ids share one account.
    #[must_use]
    pub fn user(&self) -> u32 {
        if self.privileged() {
            return ROOT;
        }
        self.uids.first().copied().unwrap_or(NOBODY)
    }
}

bitflags! {
    /// One class's bits of a mode.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Access: u8 {
        /// Attach read-only, `IPC_STAT`.
        const READ = 4;
        /// With `READ`: attach read-write.
        const WRITE = 2;
        /// Attach with `SHM_EXEC`.
        const EXECUTE = 1;
    }
}

impl Access {
    /// What the mode argument of shmget(2) demands of an existing segment: 0400,
    /// 0040 and 0004 all mean to read, and so on.
    #[must_use]
    pub fn demanded(mode: u32) -> Self {
        Self::class(mode >> 6) | Self::class(mode >> 3) | Self::class(mode)
    }

    /// The low three bits of `mode`.
    fn class(mode: u32) -> Self {
        Self::from_bits_truncate((mode & 0o7) as u8)
    }
}

/// Owner, creator and mode: `struct ipc_perm` without key and sequence number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// Owner, which `IPC_SET` changes.
    pub uid: u32,
    /// Owning group, which `IPC_SET` changes.
    pub gid: u32,
    /// Creator; never changes.
    pub cuid: u32,
    /// Creator's group, or [`NOBODY`]; never changes.
    pub cgid: u32,
    /// The nine permission bits.
    pub mode: u32,
}

impl Ownership {
    /// Of a segment that `creator` makes; `None` if it has no user id.
    #[must_use]
    pub fn of_new(creator: &Caller<'_>, mode: u32) -> Option<Self> {
        let uid = *creator.uids.first()?;
        let gid = creator.gids.first().copied().unwrap_or(NOBODY);
        Some(Self {
            uid,
            gid,
            cuid: uid,
            cgid: gid,
            mode: mode & MODE_BITS,
        })
    }

    /// Whether `caller` has all of `access`. Exactly one class of mode bits
    /// applies, without falling through to the next when it lacks a bit.
    #[must_use]
    pub fn grants(&self, caller: &Caller<'_>, access: Access) -> bool {
        caller.privileged() || self.class_of(caller).contains(access)
    }

    /// Whether `caller` may `IPC_SET`, `IPC_RMID`, `SHM_LOCK` and `SHM_UNLOCK`:
    /// the owner, the creator and the privileged. Mode bits do not matter.
    #[must_use]
    pub fn controlled_by(&self, caller: &Caller<'_>) -> bool {
        caller.privileged() || self.is_user(caller)
    }

    fn class_of(&self, caller: &Caller<'_>) -> Access {
        let in_group = || {
            caller
                .gids
                .iter()
                .any(|&gid| gid == self.gid || gid == self.cgid)
        };
        if self.is_user(caller) {
            Access::class(self.mode >> 6)
        } else if in_group() {
            Access::class(self.mode >> 3)
        } else {
            Access::class(self.mode)
        }
    }

    fn is_user(&self, caller: &Caller<'_>) -> bool {
        caller
            .uids
            .iter()
            .any(|&uid| uid == self.uid || uid == self.cuid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Caller<'_> = Caller {
        uids: &[1],
        gids: &[10],
    };
    const NEW_OWNER: Caller<'_> = Caller {
        uids: &[2],
        gids: &[],
    };
    const MEMBER: Caller<'_> = Caller {
        uids: &[3],
        gids: &[30, 10],
    };
    const STRANGER: Caller<'_> = Caller {
        uids: &[4],
        gids: &[40],
    };
    const ROOT: Caller<'_> = Caller {
        uids: &[7, 0],
        gids: &[],
    };
    const NO_ONE: Caller<'_> = Caller {
        uids: &[],
        gids: &[],
    };

    fn segment(mode: u32) -> Ownership {
        Ownership {
            uid: 2,
            gid: 20,
            cuid: 1,
            cgid: 10,
            mode,
        }
    }

    /// sysvipc(7): owner and creator are both the user class.
    #[test]
    fn creator_keeps_user_class_after_giving_the_segment_away() {
        for caller in [OWNER, NEW_OWNER] {
            assert!(segment(0o600).grants(&caller, Access::READ | Access::WRITE));
            assert!(segment(0).controlled_by(&caller));
        }
        for caller in [MEMBER, STRANGER, NO_ONE] {
            assert!(!segment(0o777).controlled_by(&caller));
        }
    }

    /// No fall-through: mode 0077 denies the owner.
    #[test]
    fn exactly_one_class_applies() {
        assert!(!segment(0o077).grants(&OWNER, Access::READ));
        assert!(!segment(0o707).grants(&MEMBER, Access::READ));
        assert!(segment(0o004).grants(&STRANGER, Access::READ));
        assert!(segment(0o004).grants(&NO_ONE, Access::READ));
        assert!(segment(0o040).grants(&MEMBER, Access::READ));
    }

    /// Privilege bypasses all bits, execute included.
    #[test]
    fn user_0_among_several_is_privilege() {
        assert!(segment(0).grants(&ROOT, Access::all()));
        assert!(segment(0).controlled_by(&ROOT));
    }

    /// shmget(2), EACCES: any class's bit demands it; none demanded, none denied.
    #[test]
    fn demanded_bits_fold_into_one_class() {
        assert_eq!(Access::demanded(0o400), Access::READ);
        assert_eq!(Access::demanded(0o042), Access::READ | Access::WRITE);
        assert_eq!(Access::demanded(0o010), Access::EXECUTE);
        assert!(segment(0).grants(&STRANGER, Access::demanded(0)));
    }

    #[test]
    fn creator_without_group_leaves_the_group_class_empty() {
        let made = Ownership::of_new(&NEW_OWNER, 0o7777).unwrap();
        assert_eq!(
            (made.uid, made.cuid, made.gid, made.mode),
            (2, 2, NOBODY, 0o777)
        );
        assert_eq!(Ownership::of_new(&NO_ONE, 0o600), None);
    }
}
