// SPDX-License-Identifier: GPL-2.0-or-later
//! How much memory and paging space the machine has, asked anew once a second at most.
#![forbid(unsafe_code)]

use core::sync::atomic::{AtomicU64, Ordering};

use crate::engine::world::World;

/// Milliseconds for which an answer is good.
const FRESH: u64 = 1_000;

/// The last answer, in bytes, and when it was given, in milliseconds.
///
/// The bytes are stored first and read last, so nobody takes older bytes for those of a newer
/// time. Two callers may ask at once; both answers are good.
pub(super) struct Capacity {
    asked: AtomicU64,
    bytes: AtomicU64,
}

/// A time at which nothing was asked.
const NEVER: u64 = u64::MAX;

impl Capacity {
    pub const fn new() -> Self {
        Self {
            asked: AtomicU64::new(NEVER),
            bytes: AtomicU64::new(0),
        }
    }

    /// Bytes that memory and paging space hold. May ask the kernel.
    pub fn bytes<W: World>(&self, world: &W) -> u64 {
        let now = world.milliseconds();
        let asked = self.asked.load(Ordering::Acquire);
        if asked != NEVER && now.saturating_sub(asked) < FRESH {
            return self.bytes.load(Ordering::Relaxed);
        }
        let bytes = world.capacity();
        self.bytes.store(bytes, Ordering::Relaxed);
        self.asked.store(now, Ordering::Release);
        bytes
    }
}
