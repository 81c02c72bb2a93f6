// SPDX-License-Identifier: GPL-2.0-or-later
//! How much memory and paging space the machine has, asked anew once a second at most.
#![forbid(unsafe_code)]

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use crate::engine::moment::Moment;
use crate::engine::world::World;

/// How long an answer is good.
const FRESH: Duration = Duration::from_secs(1);

/// The last answer, in bytes, and when it was given.
///
/// The bytes are stored first and read last, so nobody takes older bytes for those of a newer
/// time. Two callers may ask at once; both answers are good.
pub(super) struct Capacity {
    asked: Moment,
    bytes: AtomicU64,
}

impl Capacity {
    pub const fn new() -> Self {
        Self {
            asked: Moment::never(),
            bytes: AtomicU64::new(0),
        }
    }

    /// Bytes that memory and paging space hold. May ask the kernel.
    pub fn bytes<W: World>(&self, world: &W) -> u64 {
        let now = world.uptime();
        let fresh = |asked| now.saturating_sub(asked) < FRESH;
        if self.asked.get().is_some_and(fresh) {
            return self.bytes.load(Ordering::Relaxed);
        }
        let bytes = world.capacity();
        self.bytes.store(bytes, Ordering::Relaxed);
        self.asked.set(now);
        bytes
    }
}
