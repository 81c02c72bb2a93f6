// SPDX-License-Identifier: GPL-2.0-or-later
//! Objects whose segment is gone and that somebody still maps.
//!
//! Most are young: the kernel unmaps them in a task that ends, which it does in a thread of its own,
//! after it has told that the task is dead. A thread, the warden, looks at those every 10 ms,
//! [`YOUTH`] times. The others may stay for ever, and there may be as many as a user may have pages;
//! each is looked at twice a second, or less often if there are many: [`SHARE`] in 10 ms. So the
//! warden, whose priority is that of a server, takes little of the processor from anybody.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use gnumach::sync::{Event, Mutex};

use super::memory::{Batch, Held, end_all};
use super::threads::Pager;

/// Time between two looks at an orphan that is not young, about, unless there are many.
const LOOK: Duration = Duration::from_millis(500);

/// How long the warden sleeps when there are none, unless it is woken.
const LONG: Duration = Duration::from_secs(60);

/// Time between two looks at a young orphan.
const SOON: Duration = Duration::from_millis(10);

/// Looks after which an orphan is not young any more.
const YOUTH: u32 = 8;

/// Orphans that are not young and that are looked at in one go. A look takes some 10 microseconds,
/// and to end one some 100.
const SHARE: usize = 32;

/// An object that somebody else maps, as far as the last look told.
struct Orphan {
    held: Held,
    looks: u32,
}

/// Those that nobody looks at just now.
#[derive(Default)]
struct List {
    young: Vec<Orphan>,
    /// The next one to be looked at first.
    old: VecDeque<Held>,
    /// The warden has young ones in hand.
    looking: bool,
}

impl List {
    fn has_young(&self) -> bool {
        self.looking || !self.young.is_empty()
    }

    /// Adds an orphan, or answers it if there is no memory for that.
    fn add(&mut self, Orphan { held, looks }: Orphan) -> Result<(), Held> {
        let reserved = if looks < YOUTH {
            self.young.try_reserve(1)
        } else {
            self.old.try_reserve(1)
        };
        if reserved.is_err() {
            return Err(held);
        }
        if looks < YOUTH {
            self.young.push(Orphan { held, looks });
        } else {
            self.old.push_back(held);
        }
        Ok(())
    }
}

/// All orphans.
#[derive(Default)]
pub(super) struct Orphans {
    list: Mutex<List>,
    /// There is another one.
    added: Event,
    /// The warden has looked at the young ones.
    looked: Event,
}

impl Orphans {
    /// Notes an orphan. Without memory to note it, the object is never ended.
    fn keep(&self, held: Held, looks: u32) {
        let added = self.list.lock().add(Orphan { held, looks });
        if let Err(held) = added {
            core::mem::forget(held);
        }
    }
}

impl Pager {
    /// Ends an object whose segment is gone, now or when nobody maps it any more.
    pub(super) fn end(&'static self, held: Held) {
        self.end_batch([held].into_iter().collect());
    }

    /// Ends objects whose segments are gone, now or when nobody maps them any more.
    pub(super) fn end_batch(&'static self, batch: Batch) {
        for held in end_all(batch, self) {
            self.keep_orphan(held);
        }
    }

    /// Keeps an object whose segment is gone and that somebody else maps, until nobody does.
    pub(super) fn keep_orphan(&self, held: Held) {
        self.orphans.keep(held, 0);
        self.orphans.added.signal();
    }

    /// Ends an orphan if nobody maps it any more; else it is the answer.
    fn end_if_free(&'static self, held: Held) -> Option<Held> {
        if held.is_mapped() {
            return Some(held);
        }
        end_all([held].into_iter().collect(), self).pop()
    }

    /// Waits for the memory of segments that were just destroyed: ends what waits for its end, or
    /// waits for a thread that ends some, or for the next look at young orphans, for twice its time
    /// at most. `false`, at once, if there are none.
    #[must_use]
    pub fn settle(&'static self) -> bool {
        if self.end_waiting() || self.await_end(2 * SOON) {
            return true;
        }
        let seen = self.orphans.looked.read();
        let young = self.orphans.list.lock().has_young();
        if young {
            self.orphans.looked.wait(seen, 2 * SOON);
        }
        young
    }

    /// The warden's body.
    pub(super) fn look_after_orphans(&'static self) {
        // Since the last round of those that are not young began.
        let mut passed = Duration::ZERO;
        // How many this round has still to look at.
        let mut left = 0;
        loop {
            let seen = self.orphans.added.read();
            let (young, old) = {
                let list = self.orphans.list.lock();
                (list.has_young(), list.old.len())
            };
            if young || left != 0 {
                // Whatever comes meanwhile, so that the time that passed is known.
                let nothing = Event::new();
                nothing.wait(nothing.read(), SOON);
                passed += SOON;
            } else {
                let none = old == 0;
                self.orphans
                    .added
                    .wait(seen, if none { LONG } else { LOOK });
                if self.orphans.added.read() == seen {
                    passed += LOOK;
                }
            }
            if left == 0 && passed >= LOOK {
                passed = Duration::ZERO;
                left = old;
            }
            let share = left.min(SHARE);
            left -= share;
            self.look(share);
        }
    }

    /// Ends the orphans that nobody maps any more, of the young ones and of so many others.
    fn look(&'static self, others: usize) {
        let young = {
            let mut list = self.orphans.list.lock();
            list.looking = !list.young.is_empty();
            core::mem::take(&mut list.young)
        };
        for Orphan { held, looks } in young {
            if let Some(held) = self.end_if_free(held) {
                self.orphans.keep(held, looks.saturating_add(1));
            }
        }
        self.orphans.list.lock().looking = false;
        self.orphans.looked.signal();
        for _ in 0..others {
            let next = self.orphans.list.lock().old.pop_front();
            let Some(held) = next else { return };
            if let Some(held) = self.end_if_free(held) {
                self.orphans.keep(held, YOUTH);
            }
        }
    }
}
