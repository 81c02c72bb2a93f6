// SPDX-License-Identifier: GPL-2.0-or-later
//! What shmctl(2) tells: a segment's state, and the limits with their usage.
#![forbid(unsafe_code)]

use crate::engine::world::Usage;
use crate::registry::limits::Limits;

/// In [`Stat::mode`]: removed, destroyed at the last detach (`SHM_DEST`).
pub const MODE_DEST: u32 = 0o1000;
/// In [`Stat::mode`]: `SHM_LOCK` was asked for (`SHM_LOCKED`).
pub const MODE_LOCKED: u32 = 0o2000;

/// How to find the segment to describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// `IPC_STAT`: by id, with read permission.
    Id(i32),
    /// `SHM_STAT`: by index, with read permission. Only the low 15 bits count.
    Index(i32),
    /// `SHM_STAT_ANY`: by index, whatever the permission.
    IndexAny(i32),
}

/// A segment as `struct shmid_ds` shows it, in the widths of `sysvshm_ds_t`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What shmget(2) returned.
    pub id: i32,
    /// 0 for private and for removed segments.
    pub key: i32,
    /// Owner.
    pub uid: u32,
    /// Owning group.
    pub gid: u32,
    /// Creator.
    pub cuid: u32,
    /// Creator's group.
    pub cgid: u32,
    /// Nine permission bits, [`MODE_DEST`] and [`MODE_LOCKED`].
    pub mode: u32,
    /// Sequence part of the id.
    pub seq: u32,
    /// Bytes, exactly as asked for at creation.
    pub segsz: u64,
    /// Last attach, in seconds since 1970; 0: never.
    pub atime: i64,
    /// Last detach, in seconds since 1970; 0: never.
    pub dtime: i64,
    /// Creation or last `IPC_SET`, in seconds since 1970.
    pub ctime: i64,
    /// Creating process.
    pub cpid: i32,
    /// Last process to attach or detach; 0: nobody.
    pub lpid: i32,
    /// Attachments on record, those of forks under way included.
    pub nattch: u64,
    /// Bytes that the kernel has in memory.
    pub rss: u64,
    /// Bytes the kernel gave back to the server.
    pub swap: u64,
}

impl Stat {
    /// With what exists of the segment's memory.
    #[must_use]
    pub fn with(self, usage: Usage) -> Self {
        Self {
            rss: usage.resident,
            swap: usage.stored,
            ..self
        }
    }
}

/// `IPC_INFO` and `SHM_INFO`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// The limits in force. SHMMIN is 1; SHMSEG is SHMMNI and not enforced.
    pub limits: Limits,
    /// Segments, removed ones included.
    pub used_ids: u32,
    /// Pages in all segments, each rounded up.
    pub shm_tot: u64,
    /// Pages the kernel was given and holds.
    pub shm_rss: u64,
    /// Pages the kernel gave back to the server.
    pub shm_swp: u64,
    /// Highest index in use, 0 if none.
    pub max_index: i32,
}

/// What stands in the way of the server's going away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Segments, removed ones included.
    pub segments: u64,
    /// Attachments on record, those of forks under way included.
    pub attachments: u64,
}
