// SPDX-License-Identifier: GPL-2.0-or-later
//! The table of segments: found by id, index and key in constant time.
//!
//! Invariants: slot `i` is occupied if and only if index `i` is in use in the
//! ring; every [`Naming::Keyed`] segment, and nothing else, is found by its key;
//! `pages` and `removed` are sums over all segments.
#![forbid(unsafe_code)]

use crate::registry::id::Id;
use crate::registry::ids::Ring;
use crate::registry::key::{Key, Keys};
use crate::registry::segment::{Naming, Segment};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// All segments, removed but attached ones included.
pub(crate) struct Table<M> {
    slots: Vec<Option<Box<Segment<M>>>>,
    ring: Ring,
    keys: Keys,
    pages: u64,
    /// Segments that are [`Naming::Removed`].
    removed: u32,
}

impl<M> Table<M> {
    pub fn new(hash_seed: u64) -> Self {
        Self {
            slots: Vec::new(),
            ring: Ring::new(),
            keys: Keys::new(hash_seed),
            pages: 0,
            removed: 0,
        }
    }

    /// Segments.
    pub fn len(&self) -> u32 {
        self.ring.in_use()
    }

    /// Pages of all segments, each rounded up.
    pub fn pages(&self) -> u64 {
        self.pages
    }

    /// Segments that are [`Naming::Removed`].
    pub fn removed(&self) -> u32 {
        self.removed
    }

    /// The highest index in use.
    pub fn highest(&self) -> Option<u16> {
        self.ring.highest()
    }

    /// The segment with exactly this id; `None` for a stale one.
    pub fn get(&self, id: Id) -> Option<&Segment<M>> {
        self.at(id.index()).filter(|segment| segment.id == id)
    }

    pub fn get_mut(&mut self, id: Id) -> Option<&mut Segment<M>> {
        let slot = self.slots.get_mut(usize::from(id.index()))?;
        slot.as_deref_mut().filter(|segment| segment.id == id)
    }

    /// The segment at this index, whatever its sequence number.
    pub fn at(&self, index: u16) -> Option<&Segment<M>> {
        self.slots.get(usize::from(index))?.as_deref()
    }

    pub fn find(&self, key: Key) -> Option<&Segment<M>> {
        self.get(self.keys.find(key)?)
    }

    /// In index order.
    pub fn iter(&self) -> impl Iterator<Item = &Segment<M>> {
        self.slots.iter().flatten().map(|segment| &**segment)
    }

    /// Adds the segment that `make` makes of its new id. No segment has its key.
    /// `None`: every index is in use; `make` was not called.
    pub fn insert(&mut self, make: impl FnOnce(Id) -> Segment<M>) -> Option<Id> {
        let id = self.ring.allocate()?;
        let index = usize::from(id.index());
        if self.slots.len() <= index {
            self.slots.resize_with(index + 1, || None);
        }
        let segment = make(id);
        // Cannot overflow: creation checked the sum against SHMALL.
        self.pages = self.pages.saturating_add(segment.pages());
        if let Naming::Keyed(key) = segment.naming {
            self.keys.insert(key, id);
        }
        self.slots[index] = Some(Box::new(segment));
        Some(id)
    }

    /// Frees the segment's key: from now on it is [`Naming::Removed`].
    pub fn unname(&mut self, id: Id) {
        let Some(segment) = self.get_mut(id) else {
            return;
        };
        match core::mem::replace(&mut segment.naming, Naming::Removed) {
            Naming::Keyed(key) => {
                self.keys.remove(key);
                self.removed += 1;
            }
            Naming::Private => self.removed += 1,
            Naming::Removed => {}
        }
    }

    /// Takes the segment out; its id is stale from now on.
    pub fn remove(&mut self, id: Id) -> Option<Box<Segment<M>>> {
        self.get(id)?;
        self.unname(id);
        let segment = self.slots.get_mut(usize::from(id.index()))?.take()?;
        self.removed -= 1;
        self.ring.release(id);
        self.pages = self.pages.saturating_sub(segment.pages());
        Some(segment)
    }

    /// Makes ring, keys and sums what the slots say, which hold the truth.
    pub fn recount(&mut self) {
        let Self {
            slots,
            ring,
            keys,
            pages,
            removed,
        } = self;
        ring.recount(|index| slots.get(usize::from(index)).is_some_and(Option::is_some));
        keys.clear();
        (*pages, *removed) = (0, 0);
        for segment in slots.iter().flatten() {
            *pages = pages.saturating_add(segment.pages());
            match segment.naming {
                Naming::Keyed(key) => keys.insert(key, segment.id),
                Naming::Private => {}
                Naming::Removed => *removed += 1,
            }
        }
    }

    /// The ids of all segments.
    pub fn ids(&self) -> Vec<Id> {
        self.iter().map(|segment| segment.id).collect()
    }

    /// The invariants at the top, walked.
    #[cfg(any(test, debug_assertions))]
    pub fn assert_consistent(&self) {
        let keyed = self.iter().filter(|segment| match segment.naming {
            Naming::Keyed(key) => {
                assert_eq!(self.keys.find(key), Some(segment.id));
                true
            }
            Naming::Private | Naming::Removed => false,
        });
        assert_eq!(keyed.count(), self.keys.len());
        assert_eq!(self.iter().count() as u32, self.len());
        assert_eq!(
            self.iter().filter(|segment| segment.removed()).count() as u32,
            self.removed
        );
        assert_eq!(self.iter().map(Segment::pages).sum::<u64>(), self.pages);
        assert_eq!(
            self.iter().last().map(|segment| segment.id.index()),
            self.highest()
        );
    }
}
