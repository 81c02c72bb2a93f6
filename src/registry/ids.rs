// SPDX-License-Identifier: GPL-2.0-or-later
//! Which id comes next: next-fit in a ring that grows with what is in use, as
//! Linux does it, so that an id does not recur for over a million creations.
#![forbid(unsafe_code)]

use crate::registry::bitmap::{Bitmap, CAPACITY};
use crate::registry::id::Id;

/// The smallest ring, in indices.
const RING_MIN: u32 = 64;

/// The indices in use, and where the search for the next one begins.
pub(crate) struct Ring {
    used: Bitmap,
    in_use: u32,
    /// The search begins here: one above the index handed out last.
    next: u32,
    /// The index handed out last; the sequence moves on when the new one is not
    /// above it.
    last: u16,
    sequence: u16,
}

impl Ring {
    /// Begins at index 1, as if index 0 had been handed out: id 0 is never issued.
    pub fn new() -> Self {
        Self {
            used: Bitmap::new(),
            in_use: 0,
            next: 1,
            last: 0,
            sequence: 0,
        }
    }

    /// `None`: every index is in use.
    pub fn allocate(&mut self) -> Option<Id> {
        let ring = (self.in_use * 3 / 2).clamp(RING_MIN, CAPACITY);
        let within = |index: &u16| u32::from(*index) < ring;
        let index = self
            .used
            .next_clear(self.next)
            .filter(within)
            .or_else(|| self.used.next_clear(0).filter(within))?;
        if index <= self.last {
            // After the last sequence number comes 1, not 0: id 0 is never issued.
            self.sequence = (self.sequence + 1) % Id::SEQUENCES;
            self.sequence = self.sequence.max(1);
        }
        self.used.set(index, true);
        self.in_use += 1;
        self.last = index;
        self.next = u32::from(index) + 1;
        Some(Id::new(index, self.sequence))
    }

    /// The index of `id` is free again. It was in use.
    pub fn release(&mut self, id: Id) {
        self.used.set(id.index(), false);
        self.in_use -= 1;
    }

    /// Makes exactly those indices used that `used` says.
    pub fn recount(&mut self, used: impl Fn(u16) -> bool) {
        self.in_use = 0;
        for index in (0..CAPACITY).filter_map(|index| u16::try_from(index).ok()) {
            let used = used(index);
            self.used.set(index, used);
            self.in_use += u32::from(used);
        }
    }

    /// How many indices are in use.
    pub fn in_use(&self) -> u32 {
        self.in_use
    }

    /// The highest index in use.
    pub fn highest(&self) -> Option<u16> {
        self.used.highest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(id: Id) -> (u16, u16) {
        (id.sequence(), id.index())
    }

    /// Observed on Linux, shifted by its first id: 3 removed, 4 comes next, then
    /// up to 63, then round to the free one.
    #[test]
    fn next_fit_not_lowest_fit() {
        let mut ring = Ring::new();
        let ids: [Id; 3] = core::array::from_fn(|_| ring.allocate().unwrap());
        assert_eq!(ids.map(parts), [(0, 1), (0, 2), (0, 3)]);
        ring.release(ids[2]);
        for index in 4..64 {
            let id = ring.allocate().unwrap();
            assert_eq!(parts(id), (0, index));
            ring.release(id);
        }
        assert_eq!(parts(ring.allocate().unwrap()), (1, 0));
        assert_eq!(parts(ring.allocate().unwrap()), (1, 3));
    }

    #[test]
    fn sequence_wraps_to_1_and_id_0_never_comes() {
        let mut ring = Ring::new();
        let mut sequences = 0;
        for _ in 0..64 * 66_000 {
            let id = ring.allocate().unwrap();
            assert!(id.raw() > 0);
            sequences += u32::from(id.index() == 0);
            ring.release(id);
        }
        assert!(sequences > u32::from(Id::SEQUENCES));
        assert!(ring.sequence < 1000);
    }

    #[test]
    fn all_indices_can_be_in_use() {
        let mut ring = Ring::new();
        let mut seen = alloc::collections::BTreeSet::new();
        for _ in 0..CAPACITY {
            assert!(seen.insert(ring.allocate().unwrap().index()));
        }
        assert_eq!(ring.allocate(), None);
        ring.release(Id::new(77, 0));
        assert_eq!(ring.allocate().unwrap().index(), 77);
    }
}
