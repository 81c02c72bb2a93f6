// SPDX-License-Identifier: GPL-2.0-or-later
//! Keys, and the index from key to id.
#![forbid(unsafe_code)]

use crate::registry::id::Id;
use core::hash::BuildHasher;
use core::num::NonZeroI32;
use hashbrown::HashMap;
use siphasher::sip::SipHasher13;

/// `key_t` of shmget(2), any 32-bit value but `IPC_PRIVATE` (0), which names
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(NonZeroI32);

impl Key {
    /// `None`: `IPC_PRIVATE`.
    #[must_use]
    pub fn new(raw: i32) -> Option<Self> {
        NonZeroI32::new(raw).map(Self)
    }

    /// As clients write it.
    #[must_use]
    pub fn raw(self) -> i32 {
        self.0.get()
    }
}

/// Which segment a key finds. Every key in it is the name of one segment in the
/// table.
pub(crate) struct Keys(HashMap<Key, Id, Seeded>);

impl Keys {
    pub fn new(seed: u64) -> Self {
        Self(HashMap::with_hasher(Seeded(seed)))
    }

    pub fn find(&self, key: Key) -> Option<Id> {
        self.0.get(&key).copied()
    }

    pub fn insert(&mut self, key: Key, id: Id) {
        self.0.insert(key, id);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn remove(&mut self, key: Key) {
        self.0.remove(&key);
    }

    #[cfg(any(test, debug_assertions))]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// Clients choose keys; without a secret they could choose them to collide.
struct Seeded(u64);

impl BuildHasher for Seeded {
    type Hasher = SipHasher13;

    fn build_hasher(&self) -> SipHasher13 {
        SipHasher13::new_with_keys(self.0, !self.0)
    }
}
