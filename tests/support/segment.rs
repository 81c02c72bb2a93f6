// SPDX-License-Identifier: GPL-2.0-or-later
//! Guards: a segment removed on drop, an attachment detached on drop.

use super::client::{self, Errno, IPC_CREAT, IPC_EXCL, IPC_PRIVATE, ShmidDs};
use super::memory::{peek, poke};
use std::sync::atomic::{AtomicI32, Ordering};

/// A segment that is removed when the guard goes, however the test ends.
pub struct Segment {
    id: i32,
    size: usize,
}

impl Segment {
    /// A private segment of `size` bytes, mode 0600.
    pub fn new(size: usize) -> Self {
        Self::with_mode(size, 0o600)
    }

    /// A private segment with these permission bits.
    pub fn with_mode(size: usize, mode: i32) -> Self {
        let id = client::get(IPC_PRIVATE, size, mode).expect("shmget of a private segment");
        Segment { id, size }
    }

    /// A new segment with this key.
    pub fn keyed(key: i32, size: usize, mode: i32) -> Self {
        let id = client::get(key, size, mode | IPC_CREAT | IPC_EXCL).expect("shmget of a new key");
        Segment { id, size }
    }

    /// Takes over a segment made by other means.
    pub fn adopt(id: i32) -> Self {
        let size = client::stat(id).map_or(0, |record| record.shm_segsz);
        Segment { id, size }
    }

    /// The id.
    pub fn id(&self) -> i32 {
        self.id
    }

    /// IPC_STAT, which must work.
    pub fn stat(&self) -> ShmidDs {
        client::stat(self.id).expect("IPC_STAT")
    }

    /// The number of attachments.
    pub fn nattch(&self) -> u64 {
        self.stat().nattch()
    }

    /// Attaches anywhere for reading and writing.
    pub fn attach(&self) -> Attachment {
        self.attach_at(std::ptr::null(), 0).expect("shmat")
    }

    /// Attaches anywhere for reading.
    pub fn attach_readonly(&self) -> Attachment {
        self.attach_at(std::ptr::null(), client::SHM_RDONLY)
            .expect("shmat, SHM_RDONLY")
    }

    /// shmat(2).
    pub fn attach_at(&self, addr: *const u8, flags: i32) -> Result<Attachment, Errno> {
        attach(self.id, addr, flags).map(|base| Attachment {
            base,
            size: self.size,
        })
    }

    /// IPC_RMID, which must work. The guard tries again on drop, harmlessly: ids are not reissued.
    pub fn remove(&self) {
        client::remove(self.id).expect("IPC_RMID");
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        let _ = client::remove(self.id);
    }
}

/// An attachment that is detached when the guard goes.
pub struct Attachment {
    base: *mut u8,
    size: usize,
}

impl Attachment {
    /// Where it starts.
    pub fn base(&self) -> *mut u8 {
        self.base
    }

    /// The address `offset` bytes into it.
    pub fn at(&self, offset: usize) -> *mut u8 {
        self.base.wrapping_add(offset)
    }

    /// The byte at `offset`.
    pub fn read(&self, offset: usize) -> u8 {
        peek(self.at(offset))
    }

    /// Stores a byte at `offset`.
    pub fn write(&self, offset: usize, byte: u8) {
        poke(self.at(offset), byte);
    }

    /// Whether every byte of the segment has this value.
    pub fn is_all(&self, byte: u8) -> bool {
        (0..self.size).all(|offset| self.read(offset) == byte)
    }

    /// Gives every byte of the segment this value.
    pub fn fill(&self, byte: u8) {
        (0..self.size).for_each(|offset| self.write(offset, byte));
    }

    /// shmdt(2), which must work.
    pub fn detach(self) {
        detach(self.leak()).expect("shmdt");
    }

    /// Leaves the attachment to the test, or to the kernel.
    pub fn leak(self) -> *mut u8 {
        let base = self.base;
        std::mem::forget(self);
        base
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        let _ = detach(self.base);
    }
}

/// shmat(2), as a safe call: tests reach mapped memory through `peek` and `poke` only, so no
/// reference dangles whatever is mapped or unmapped.
pub fn attach(id: i32, addr: *const u8, flags: i32) -> Result<*mut u8, Errno> {
    // SAFETY: tests name only ranges of their own: null, `far` ones, or their attachments.
    unsafe { client::attach(id, addr, flags) }
}

/// shmdt(2), as a safe call; see [`attach`].
pub fn detach(addr: *const u8) -> Result<(), Errno> {
    // SAFETY: what is attached was attached by a test, which holds no reference into it.
    unsafe { client::detach(addr) }
}

/// The number of attachments of a segment, which must exist.
pub fn nattch(id: i32) -> u64 {
    client::stat(id).expect("IPC_STAT").nattch()
}

/// Whether IPC_STAT finds the id; anything but success and EINVAL is a failure.
pub fn exists(id: i32) -> bool {
    match client::stat(id) {
        Ok(_) => true,
        Err(Errno::EINVAL) => false,
        Err(other) => panic!("IPC_STAT of {id}: {other:?}"),
    }
}

/// A key that no segment has.
pub fn fresh_key() -> i32 {
    static NEXT: AtomicI32 = AtomicI32::new(0);
    loop {
        let serial = NEXT.fetch_add(1, Ordering::Relaxed);
        // Not '@' to DEL in the top byte, where the Hurd's own shmget keeps private segments.
        let key = 0x2300_0000 | (super::pid() & 0xfff) << 12 | (serial & 0xfff);
        if client::get(key, 0, 0) == Err(Errno::ENOENT) {
            return key;
        }
        assert!(serial < 0x1000, "shmget finds every key asked for");
    }
}

/// The ids in the table, found as ipcs finds them, with no permission needed; none where the system
/// cannot tell.
pub fn all_ids() -> Vec<i32> {
    let Ok((_, highest)) = client::shm_info() else {
        return Vec::new();
    };
    (0..=highest)
        .filter_map(|index| client::stat_index_any(index).ok())
        .map(|(id, _)| id)
        .collect()
}

/// Alone, removes every segment that was not there before, and waits until orphans of killed
/// children have detached too. Says how many were not removed already.
pub fn remove_all_but(before: &[i32]) -> usize {
    if !super::is_alone() {
        return 0;
    }
    let new = || {
        all_ids()
            .into_iter()
            .filter(|id| !before.contains(id))
            .collect::<Vec<_>>()
    };
    // An orphan that detached since the look took its segment along.
    let removed = |&id: &i32| match client::stat(id) {
        Ok(record) => record.is_removed(),
        Err(error) => [Errno::EINVAL, Errno::EIDRM].contains(&error),
    };
    let left: Vec<_> = new().into_iter().filter(|id| !removed(id)).collect();
    for &id in &left {
        let _ = client::remove(id);
    }
    super::process::poll_until("orphans stay attached", || new().is_empty());
    left.len()
}
