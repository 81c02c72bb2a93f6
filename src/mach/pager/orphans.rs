// SPDX-License-Identifier: GPL-2.0-or-later
//! Objects whose segment is gone and that somebody still maps.
//!
//! Most are young: the kernel unmaps them in a task that ends, which it does in a thread of its own,
//! after it has told that the task is dead. A thread, the warden, looks at those every 10 ms,
//! [`YOUTH`] times. The others may stay for ever; the warden looks at all of them twice a second,
//! however often new ones come.

use alloc::vec::Vec;
use core::time::Duration;

use gnumach::sync::{Event, Mutex};

use super::memory::Held;
use super::threads::Pager;

/// Time between two looks at an orphan that is not young, about.
const LOOK: Duration = Duration::from_millis(500);

/// How long the warden sleeps when there are none, unless it is woken.
const LONG: Duration = Duration::from_secs(60);

/// Time between two looks at a young orphan.
const SOON: Duration = Duration::from_millis(10);

/// Looks after which an orphan is not young any more.
const YOUTH: u32 = 8;

/// An object that somebody else maps, as far as the last look told.
struct Orphan {
    held: Held,
    looks: u32,
}

impl Orphan {
    fn is_young(&self) -> bool {
        self.looks < YOUTH
    }
}

/// Those that nobody looks at just now.
#[derive(Default)]
struct List {
    orphans: Vec<Orphan>,
    /// The warden has young ones in hand.
    looking: bool,
}

impl List {
    fn has_young(&self) -> bool {
        self.looking || self.orphans.iter().any(Orphan::is_young)
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
        let mut list = self.list.lock();
        if list.orphans.try_reserve(1).is_ok() {
            list.orphans.push(Orphan { held, looks });
        } else {
            drop(list);
            core::mem::forget(held);
        }
    }
}

impl Pager {
    /// Ends an object whose segment is gone, now or when nobody maps it any more.
    pub(super) fn end(&'static self, held: Held) {
        if let Some(held) = held.end(self) {
            self.keep_orphan(held);
        }
    }

    /// Keeps an object whose segment is gone and that somebody else maps, until nobody does.
    pub(super) fn keep_orphan(&self, held: Held) {
        self.orphans.keep(held, 0);
        self.orphans.added.signal();
    }

    /// Waits for the next look at young orphans, for twice its time at most. `false`, at once, if
    /// there are none.
    #[must_use]
    pub fn await_look(&self) -> bool {
        let seen = self.orphans.looked.read();
        let young = self.orphans.list.lock().has_young();
        if young {
            self.orphans.looked.wait(seen, 2 * SOON);
        }
        young
    }

    /// The warden's body.
    pub(super) fn look_after_orphans(&'static self) {
        // Since the last look at all.
        let mut passed = Duration::ZERO;
        loop {
            let seen = self.orphans.added.read();
            if self.orphans.list.lock().has_young() {
                // Whatever comes meanwhile, so that the time that passed is known.
                let nothing = Event::new();
                nothing.wait(nothing.read(), SOON);
                passed += SOON;
            } else {
                let none = self.orphans.list.lock().orphans.is_empty();
                self.orphans
                    .added
                    .wait(seen, if none { LONG } else { LOOK });
                if self.orphans.added.read() == seen {
                    passed += LOOK;
                }
            }
            let all = passed >= LOOK;
            if all {
                passed = Duration::ZERO;
            }
            self.look(all);
        }
    }

    /// Ends the young orphans that nobody maps any more, or all such orphans.
    fn look(&'static self, all: bool) {
        let orphans = {
            let mut list = self.orphans.list.lock();
            list.looking = list.orphans.iter().any(Orphan::is_young);
            core::mem::take(&mut list.orphans)
        };
        for Orphan { held, looks } in orphans {
            if all || looks < YOUTH {
                if let Some(held) = held.end(self) {
                    self.orphans.keep(held, looks.saturating_add(1));
                }
            } else {
                self.orphans.keep(held, looks);
            }
        }
        self.orphans.list.lock().looking = false;
        self.orphans.looked.signal();
    }
}
