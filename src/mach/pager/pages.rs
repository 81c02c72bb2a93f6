// SPDX-License-Identifier: GPL-2.0-or-later
//! The pages of one segment, and the protocol that keeps their content: pure.
//!
//! [`Pages`] takes the kernel's messages about one memory object in the order in which they were
//! queued, and answers through [`Control`]. It makes no Mach call, so the tests run it against a
//! model of the kernel (`model.rs`).
//!
//! # What the kernel does
//!
//! 1. A fault on a page that is not there puts an *absent* page in its place and then sends
//!    `memory_object_data_request`. The page stays absent until the pager acts.
//! 2. A page becomes resident only by the pager's act: `data_supply` fills absent pages and
//!    places without a page, and stops at the first page that is present;
//!    `data_unavailable` fills absent pages with zeros; `data_error` lets their faults fail.
//! 3. A page that is evicted dirty, or *precious*, is returned by `data_return`. Its place stays
//!    blocked until that message is queued. A page that is clean and not precious is dropped
//!    without a word. `msync` returns a copy, and may keep the page.
//! 4. Whoever maps a segment can have the kernel drop any page without returning it.
//!
//! So a request can be *stale*: it was sent for an absent page that a supply for a neighbour
//! filled before the pager read it. At most one stale request is under way for a page that was
//! supplied unasked; there is none for a page whose every supply answered its own request.
//!
//! # States of a page
//!
//! | state | what is known |
//! |---|---|
//! | fresh | never given: the kernel has no page, and the content is zeros. Not of the pages of the existence map |
//! | settled | given; every request was for a page that was absent: none is stale |
//! | doubtful | given unasked: one request for it may be stale |
//! | stored | the newest content is in the server's memory; *kept* if the kernel may have it too |
//! | lost | the content did not arrive or could not be kept |
//! | probing | a probe is under way, see below |
//!
//! Stored and lost are settled or doubtful besides.
//!
//! # Messages
//!
//! | state | message | answer | next state |
//! |---|---|---|---|
//! | fresh | request | zeros, and fresh neighbours with it | settled; neighbours doubtful |
//! | settled | request | `data_unavailable`: zeros | settled |
//! | doubtful | request, and no page of the object is absent | nothing: it was stale | doubtful |
//! | doubtful | request | probe with zeros | probing |
//! | stored, not kept | request | supply of the stored page, precious | settled or doubtful as before |
//! | stored, kept, settled | request | supply of the stored page, precious | settled |
//! | stored, kept, doubtful | request | probe with a copy of the stored page | probing |
//! | lost | request | `data_error` | lost |
//! | any | return | nothing; an older copy is freed | stored, kept if the message says so |
//! | any | return whose data did not arrive | one log line | lost |
//! | probing | request | nothing, but noted (*again*) | probing |
//! | probing | return | as above, and noted (*changed*) | probing |
//! | probing | completion | unlock | doubtful; stored ones are kept |
//! | probing, changed, not kept | completion | flush | stored or lost, doubtful |
//! | probing, changed, kept | completion, and the kernel's page is locked | flush | stored or lost, doubtful |
//! | probing, changed, kept | completion, and it is not | nothing | stored or lost, doubtful |
//! | any after probing, *again* | | the request is answered now | as of the request |
//! | not probing | unlock request | unlock | as before |
//! | any | request beyond the end | `data_error` | none |
//!
//! A *probe* supplies one page locked against all access (`VM_PROT_ALL`), and then asks for
//! `memory_object_lock_completed` for a range beyond the segment, which changes nothing. The
//! kernel drops the probe if it has the page. Nobody can read, write or wire a page so locked, so
//! outdated content is never seen, and neither unlocking nor flushing waits for a wired page.
//! All that the kernel returned before it took the probe is in the queue before the completion, so
//! when that comes the newest content is known:
//!
//! - Nothing was returned: the probe's content is right, if it was taken. Unlocking does nothing
//!   to a page that is not locked.
//! - The page was returned and not kept: the kernel has the probe, outdated perhaps, or nothing.
//!   A flush loses nothing.
//! - It was returned and kept: the kernel has either the page or the probe, and is asked whether
//!   it is locked (`mach_vm_object_pages`). This takes time for each page that is resident, and
//!   happens only to an `msync` at the same moment.
//!
//! (`memory_object_data_supply` could send the completion itself, and say whether the page was
//! taken. If it was not, this kernel gives up the reply right twice, and panics.)
//!
//! # How doubt ends
//! When no fault is in progress on the object (`voi_paging_in_progress` is 0), all requests
//! for pages that are or were absent are queued. When all that was queued then is served,
//! none of them is stale any more: pages that were doubtful are settled. So the pager looks
//! for such a moment, and then asks for a completion behind the queue (`Pages::settle`). This is
//! tried some time after pages were supplied unasked, and when pages are returned.
//!
//! A stored page that the kernel kept no copy of is not resident, whether a request is stale
//! or not, and so it is supplied without a probe.
//!
//! # The existence map
//! For more than 8 KiB from offset 0, `memory_object_data_unavailable` has another meaning: the
//! kernel makes an *existence map* of the object, with a bit for each of its first [`MAPPED`] pages
//! (`vm/vm_external.c`). It sets the bit when it returns the page. A fault on a page whose bit is
//! not set asks for nothing: it gets zeros at once, as a fault on anonymous memory does.
//!
//! The object asks for the map before `memory_object_ready`, and so before any fault. Its pages are
//! settled from the start: a request for one comes after its return. None of them is supplied
//! unasked, since its newest content may be in a return that is still queued. A kernel without
//! existence maps asks for each of these pages, and is answered.
//!
//! # What fails
//! A message that cannot be sent, or memory that cannot be had, leaves the page *pending*: its
//! step is tried again ([`Pages::retry`]). After [`TRIES`] attempts the fault gets `data_error`.
//! Stored pages stay stored until the kernel has taken them.

#![forbid(unsafe_code)]

use alloc::vec::Vec;
use core::hash::{BuildHasherDefault, Hasher};

use hashbrown::HashMap;

/// Pages of one cluster: the most that one answer supplies. The kernel takes as many in one
/// piece; more would let other threads run in between.
pub const CLUSTER: u64 = 64;

/// Clusters that come along with the one asked for, if that is the next after the one before. A
/// request costs as much as a dozen pages, most of it two switches of threads.
pub const AHEAD: u64 = 3;

/// Pages from the first of which the kernel knows by itself whether they exist: see "The existence
/// map". `SMALL_SIZE` of GNU Mach's `vm/vm_external.c`, in bits.
pub const MAPPED: u64 = 128;

/// How often a step that failed for want of memory is tried again before its fault fails.
pub const TRIES: u8 = 100;

/// How often the pager looks for a moment without faults, after pages were supplied unasked.
const LOOKS: u8 = 8;

/// Address in the server's own memory of one stored page. Never 0.
pub type Stored = core::num::NonZeroUsize;

/// Pages in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first of them.
    pub first: u64,
    /// How many there are, 1 to [`CLUSTER`].
    pub count: u64,
}

/// Why an act had no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// The kernel's object is gone: nobody waits for anything.
    Gone,
    /// There is no memory for it now.
    Short,
}

/// Why a fault fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The page lies beyond the segment.
    Beyond,
    /// The content of the page is lost.
    Lost,
    /// There was no memory for the answer.
    Short,
}

/// The kernel's side of a memory object, and the memory that pages are kept in.
///
/// None of these waits for a client. An act that fails has had no effect.
pub trait Control {
    /// Gives the kernel pages of zeros for the whole run (`memory_object_data_supply`).
    fn supply_zeros(&mut self, run: Run) -> Result<(), Failed>;
    /// Lets the kernel clear the page if it is absent (`memory_object_data_unavailable`).
    fn zero(&mut self, page: u64) -> Result<(), Failed>;
    /// Moves a stored page to the kernel, as precious.
    fn supply(&mut self, page: u64, stored: Stored) -> Result<(), Failed>;
    /// Gives the kernel a page locked against all access: zeros, or a copy of a stored page, as
    /// precious. It has no effect if the kernel has the page.
    fn probe(&mut self, page: u64, content: Option<Stored>) -> Result<(), Failed>;
    /// Asks for a completion of the page, behind all that is queued.
    fn fence(&mut self, page: u64) -> Result<(), Failed>;
    /// Whether no page of the object is absent, so that all requests so far are stale.
    fn nobody_waits(&mut self) -> bool;
    /// Whether no fault on the object is in progress.
    fn is_calm(&mut self) -> bool;
    /// Whether the kernel has the page, and has it locked.
    fn is_locked(&mut self, page: u64) -> Result<bool, Failed>;
    /// Unlocks the page if it is there (`memory_object_lock_request`).
    fn unlock(&mut self, page: u64) -> Result<(), Failed>;
    /// Drops the page, which is locked, if it is there (`memory_object_lock_request`).
    fn flush(&mut self, page: u64) -> Result<(), Failed>;
    /// Lets faults on the page fail if it is absent (`memory_object_data_error`).
    fn refuse(&mut self, page: u64, why: Refusal) -> Result<(), Failed>;
    /// Frees a stored page.
    fn free(&mut self, stored: Stored);
    /// Says to the log that the content of the page is lost.
    fn lost(&mut self, page: u64);
}

/// The states of the pages of one cluster, a bit for each.
#[derive(Default)]
struct Cluster {
    given: u64,
    /// Of pages that became doubtful in `epoch` or before.
    doubtful: u64,
    epoch: u32,
    lost: u64,
    kept: u64,
    stored: u64,
    /// Where the stored pages are, in their order.
    places: Vec<Stored>,
}

impl Cluster {
    /// How many stored pages there are before this one.
    fn rank(&self, page: u64) -> usize {
        (self.stored & (bit(page) - 1)).count_ones() as usize
    }

    fn place(&mut self, page: u64) -> Option<&mut Stored> {
        let rank = self.rank(page);
        let stored = self.stored & bit(page) != 0;
        self.places.get_mut(rank).filter(|_| stored)
    }

    fn stored(&self, page: u64) -> Option<Stored> {
        let stored = self.stored & bit(page) != 0;
        self.places.get(self.rank(page)).copied().filter(|_| stored)
    }

    /// The page is stored at `place` now. Answers where it was before.
    ///
    /// # Errors
    /// There is no memory to note it.
    fn put(&mut self, page: u64, place: Stored) -> Result<Option<Stored>, Failed> {
        if let Some(old) = self.place(page) {
            return Ok(Some(core::mem::replace(old, place)));
        }
        self.places.try_reserve(1).map_err(|_| Failed::Short)?;
        self.places.insert(self.rank(page), place);
        self.stored |= bit(page);
        Ok(None)
    }

    /// The page is doubtful from `epoch` on. Those that were until `settled` are no longer.
    fn doubt(&mut self, page: u64, epoch: u32, settled: u32) {
        if self.epoch <= settled {
            self.doubtful = 0;
        }
        self.epoch = epoch;
        self.doubtful |= bit(page);
    }

    fn take(&mut self, page: u64) -> Option<Stored> {
        self.stored(page)?;
        let place = self.places.remove(self.rank(page));
        self.stored &= !bit(page);
        if self.places.is_empty() {
            self.places = Vec::new();
        }
        Some(place)
    }
}

/// How many pages one answer may supply, following the kernel's need for memory.
///
/// Every page the kernel gives back halves the window; every 16 answers in a row
/// without one double it.
#[derive(Debug)]
struct Window {
    pages: u64,
    calm: u32,
}

impl Window {
    fn answered(&mut self) {
        self.calm += 1;
        if self.calm >= 16 {
            self.calm = 0;
            self.pages = (self.pages * 2).min(CLUSTER);
        }
    }

    fn pressed(&mut self) {
        self.calm = 0;
        self.pages = (self.pages / 2).max(1);
    }
}

/// What is still to be done about a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The kernel's completion of a probe is to come.
    Completion,
    Fence,
    /// The probe is to be undone, if the kernel took it.
    Check,
    /// The request is to be answered again, so many times at most.
    Ask(u8),
    Zero,
    Unlock,
    Flush,
    Refuse(Refusal),
}

/// A page that is being probed, or of which a step failed.
#[derive(Clone, Copy, Debug)]
struct Pending {
    page: u64,
    step: Step,
    /// Another request came meanwhile.
    again: bool,
    /// The kernel returned the page meanwhile.
    changed: bool,
}

/// Spreads the numbers of clusters, or addresses, over a table.
#[derive(Default)]
pub(super) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29);
    }
}

/// The pages of one segment.
pub struct Pages {
    total: u64,
    clusters: HashMap<u64, Cluster, BuildHasherDefault<Spread>>,
    pending: Vec<Pending>,
    given: u64,
    stored: u64,
    lost: u64,
    window: Window,
    /// The page behind the last that was supplied unasked, or with the one asked for.
    next: u64,
    /// The epoch now, the last in which a page became doubtful, and the last whose doubts are
    /// settled. Between a calm moment and the completion behind it, `settling` is the epoch that
    /// ended then.
    epoch: u32,
    doubted: u32,
    settled: u32,
    settling: Option<u32>,
    looks: u8,
    /// Something was answered and could not be recorded: no page comes unasked any more.
    careful: bool,
    /// A fault built in by a test, which the model is to find.
    #[cfg(test)]
    pub(super) fault: Option<Fault>,
}

/// Faults that tests build in.
#[cfg(test)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A request for a page that was supplied unasked is answered at once.
    TrustRequests,
    /// What the kernel returns during a probe is not looked at when the probe is completed.
    IgnoreChange,
    /// A request that comes during a probe is forgotten.
    ForgetAgain,
    /// A stored page that could not be supplied is forgotten.
    ForgetUnsupplied,
    /// A page that did not arrive counts as never written.
    ForgetLost,
    /// A copy that the kernel kept is taken for the only one.
    ForgetKept,
    /// A message that could not be sent is not sent again.
    ForgetUnsent,
    /// A probe is not locked against access.
    ProbeUnlocked,
    /// Doubts are settled while faults are in progress.
    SettleAtOnce,
    /// A probe is flushed though the kernel may have the page instead.
    FlushUnseen,
    /// A stored page is copied to its block though it left meanwhile.
    PackUnseen,
}

fn bit(page: u64) -> u64 {
    1 << (page % CLUSTER)
}

impl Pages {
    /// `total` fresh pages.
    #[must_use]
    pub fn new(total: u64) -> Self {
        Self {
            total,
            clusters: HashMap::with_hasher(BuildHasherDefault::default()),
            pending: Vec::new(),
            given: total.min(MAPPED),
            stored: 0,
            lost: 0,
            window: Window {
                pages: CLUSTER,
                calm: 0,
            },
            next: MAPPED,
            epoch: 1,
            doubted: 0,
            settled: 0,
            settling: None,
            looks: 0,
            careful: false,
            #[cfg(test)]
            fault: None,
        }
    }

    /// All pages, whatever their state.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Pages that the kernel may have, and that are stored: no more than these exist.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.given - self.lost
    }

    /// Pages whose content is in the server's memory.
    #[must_use]
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// Pages whose content is lost.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Whether something is to be done some time later: [`retry`](Self::retry).
    #[must_use]
    pub fn is_due(&self) -> bool {
        let failed = |pending: &Pending| pending.step != Step::Completion;
        (self.is_unsettled() && self.looks > 0) || self.pending.iter().any(failed)
    }

    fn is_unsettled(&self) -> bool {
        self.doubted > self.settled && self.settling.is_none()
    }

    /// Looks whether the doubts so far can be settled.
    fn settle(&mut self, kernel: &mut impl Control) {
        if !self.is_unsettled() {
            return;
        }
        self.looks = self.looks.saturating_sub(1);
        let calm = kernel.is_calm();
        #[cfg(test)]
        let calm = calm || self.has(Fault::SettleAtOnce);
        if calm && kernel.fence(self.total).is_ok() {
            self.settling = Some(self.epoch);
            self.epoch += 1;
        }
    }

    /// Answers `memory_object_data_request` for one page.
    pub fn request(&mut self, page: u64, kernel: &mut impl Control) {
        self.ask(page, TRIES, kernel);
    }

    fn ask(&mut self, page: u64, tries: u8, kernel: &mut impl Control) {
        if page >= self.total {
            return self.refuse(page, Refusal::Beyond, kernel);
        }
        if let Some(pending) = self.pending_on(page) {
            pending.again = true;
            return;
        }
        self.window.answered();
        let (settled, epoch) = (self.settled, self.epoch);
        let Some(cluster) = self.cluster(page) else {
            self.careful = true;
            return self.refuse(page, Refusal::Short, kernel);
        };
        let of = |bits: u64| bits & bit(page) != 0;
        let doubtful = of(cluster.doubtful) && cluster.epoch > settled;
        let (given, lost, kept) = (of(cluster.given), of(cluster.lost), of(cluster.kept));
        let stored = cluster.stored(page);
        if doubtful {
            // What is supplied now may answer a request that is yet to come.
            cluster.doubt(page, epoch, settled);
            self.doubted = epoch;
        }
        #[cfg(test)]
        let (doubtful, kept) = (
            doubtful && !self.has(Fault::TrustRequests),
            kept && !self.has(Fault::ForgetKept),
        );
        match stored {
            Some(_) if kept && doubtful => self.probe(page, stored, tries, kernel),
            Some(stored) => self.supply(page, stored, tries, kernel),
            None if lost => self.refuse(page, Refusal::Lost, kernel),
            None if given && doubtful => {
                if !kernel.nobody_waits() {
                    self.probe(page, None, tries, kernel);
                }
            }
            None if given => self.zero(page, kernel),
            None => self.supply_fresh(page, kernel),
        }
    }

    /// Keeps what `memory_object_data_return` brought: `page` is at `address` now. `kept`: the
    /// kernel has it still.
    pub fn returned(&mut self, page: u64, address: Stored, kept: bool, kernel: &mut impl Control) {
        if page >= self.total {
            return kernel.free(address);
        }
        self.window.pressed();
        if let Some(pending) = self.pending_on(page) {
            pending.changed = true;
        }
        let Some(cluster) = self.cluster(page) else {
            // The kernel returns pages that it was given, and those have a cluster.
            kernel.lost(page);
            return kernel.free(address);
        };
        let Ok(old) = cluster.put(page, address) else {
            kernel.free(address);
            return self.lose(page, kernel);
        };
        let fresh = cluster.given & bit(page) == 0;
        let lost = cluster.lost & bit(page) != 0;
        cluster.given |= bit(page);
        cluster.lost &= !bit(page);
        cluster.kept &= !bit(page);
        if kept {
            cluster.kept |= bit(page);
        }
        self.given += u64::from(fresh);
        self.lost -= u64::from(lost);
        match old {
            Some(old) => kernel.free(old),
            None => self.stored += 1,
        }
        self.settle(kernel);
    }

    /// The kernel returned `page`, and its content did not arrive. `kept`: the kernel has it still.
    pub fn missed(&mut self, page: u64, kept: bool, kernel: &mut impl Control) {
        if page >= self.total {
            return;
        }
        if let Some(pending) = self.pending_on(page) {
            pending.changed = true;
        }
        self.lose(page, kernel);
        if kept && let Some(cluster) = self.cluster(page) {
            cluster.kept |= bit(page);
        }
    }

    /// The completion of a probe of `page`; of the page behind the last, that of a calm moment.
    pub fn completed(&mut self, page: u64, kernel: &mut impl Control) {
        if page == self.total {
            self.settled = self.settling.take().unwrap_or(self.settled);
            return;
        }
        let Some(pending) = self.pending_on(page) else {
            return;
        };
        if pending.step != Step::Completion {
            return;
        }
        let changed = pending.changed;
        #[cfg(test)]
        let changed = changed && !self.has(Fault::IgnoreChange);
        if !changed {
            // The kernel has the content now, or had it before.
            if let Some(cluster) = self.cluster(page)
                && cluster.stored(page).is_some()
            {
                cluster.kept |= bit(page);
            }
            return self.step(page, Step::Unlock, kernel);
        }
        let kept = self
            .cluster(page)
            .is_none_or(|cluster| cluster.kept & bit(page) != 0);
        #[cfg(test)]
        let kept = kept && !self.has(Fault::FlushUnseen);
        let step = if kept { Step::Check } else { Step::Flush };
        self.step(page, step, kernel);
    }

    /// Answers `memory_object_data_unlock`: only probes are locked, so the page is not, or was
    /// not unlocked when it should have been.
    pub fn unlock(&mut self, page: u64, kernel: &mut impl Control) {
        if page < self.total && self.pending_on(page).is_none() {
            self.begin(page, Step::Unlock, kernel);
        }
    }

    /// The kernel has a new side of the object, in place of one that it terminated.
    pub fn restart(&mut self) {
        self.pending.clear();
        // All that the one before sent was served.
        self.settling = None;
        self.settled = self.epoch;
        self.epoch += 1;
    }

    /// Tries again what failed, and to settle doubts.
    pub fn retry(&mut self, kernel: &mut impl Control) {
        self.settle(kernel);
        let mut at = 0;
        // As often as there are pages now: one that fails again may go to the end.
        for _ in 0..self.pending.len() {
            let Some(Pending { page, step, .. }) = self.pending.get(at).copied() else {
                break;
            };
            if step != Step::Completion {
                self.step(page, step, kernel);
            }
            // One that is done is removed, and the next moves up.
            let now = self.pending.get(at).map(|pending| pending.page);
            at += usize::from(now == Some(page));
        }
    }

    /// A copy of a stored page is at `to` now, and takes its place.
    pub fn moved(&mut self, page: u64, from: Stored, to: Stored) {
        if let Some(place) = self.cluster(page).and_then(|cluster| cluster.place(page))
            && *place == from
        {
            *place = to;
        }
    }

    /// The cluster of a page, if there is memory for one.
    fn cluster(&mut self, page: u64) -> Option<&mut Cluster> {
        self.clusters.try_reserve(1).ok()?;
        let cluster = self.clusters.entry(page / CLUSTER);
        Some(cluster.or_insert_with(|| Cluster {
            given: if page < MAPPED { u64::MAX } else { 0 },
            ..Cluster::default()
        }))
    }

    fn pending_on(&mut self, page: u64) -> Option<&mut Pending> {
        self.pending.iter_mut().find(|pending| pending.page == page)
    }

    /// Gives zeros for a fresh page, and with it the fresh pages around it and, when requests
    /// come in a row, the clusters behind it.
    fn supply_fresh(&mut self, page: u64, kernel: &mut impl Control) {
        let window = if self.careful { 1 } else { self.window.pages };
        let (total, next) = (self.total, self.next);
        let Some(cluster) = self.cluster(page) else {
            return;
        };
        // The aligned window around the page, cut at the segment's end and at given pages.
        let low = page - page % window;
        let high = (low + window).min(total);
        let fresh = |page: &u64| cluster.given & bit(*page) == 0;
        let first = (low..page).rev().take_while(fresh).last().unwrap_or(page);
        let last = (page..high).take_while(fresh).last().unwrap_or(page);
        let run = Run {
            first,
            count: last - first + 1,
        };
        if run.count == 1 {
            self.give(run, page);
            return self.zero(page, kernel);
        }
        match kernel.supply_zeros(run) {
            Ok(()) => self.give(run, page),
            Err(Failed::Gone) => return,
            Err(Failed::Short) => {
                self.give(
                    Run {
                        first: page,
                        count: 1,
                    },
                    page,
                );
                return self.zero(page, kernel);
            }
        }
        self.next = last + 1;
        if first == next && window == CLUSTER {
            for _ in 0..AHEAD {
                if !self.supply_ahead(kernel) {
                    break;
                }
            }
        }
    }

    /// Gives a cluster of zeros behind what was given last, if it is fresh.
    fn supply_ahead(&mut self, kernel: &mut impl Control) -> bool {
        let first = self.next;
        let count = self.total.saturating_sub(first).min(CLUSTER);
        let run = Run { first, count };
        let fresh = count != 0
            && first.is_multiple_of(CLUSTER)
            && self
                .cluster(first)
                .is_some_and(|cluster| cluster.given == 0);
        // If there is no memory now, the pages are supplied when they are asked for.
        if !fresh || kernel.supply_zeros(run).is_err() {
            return false;
        }
        self.give(run, u64::MAX);
        self.next = first + count;
        true
    }

    /// Records that the kernel was given fresh pages, of which it had asked for `asked`.
    fn give(&mut self, run: Run, asked: u64) {
        let (settled, epoch) = (self.settled, self.epoch);
        let Some(cluster) = self.cluster(run.first) else {
            return;
        };
        for page in run.first..run.first + run.count {
            cluster.given |= bit(page);
            if page != asked {
                cluster.doubt(page, epoch, settled);
            }
        }
        self.given += run.count;
        if run.count > 1 || run.first != asked {
            self.doubted = epoch;
            self.looks = LOOKS;
        }
    }

    fn supply(&mut self, page: u64, stored: Stored, tries: u8, kernel: &mut impl Control) {
        let sent = kernel.supply(page, stored);
        #[cfg(test)]
        let sent = if self.has(Fault::ForgetUnsupplied) && sent.is_err() {
            kernel.free(stored);
            self.forget(page);
            return self.zero(page, kernel);
        } else {
            sent
        };
        match sent {
            Ok(()) => self.forget(page),
            Err(Failed::Gone) => {}
            Err(Failed::Short) => self.defer(page, tries, kernel),
        }
    }

    /// The stored page is no longer the server's.
    fn forget(&mut self, page: u64) {
        let taken = self.cluster(page).and_then(|cluster| {
            cluster.kept &= !bit(page);
            cluster.take(page)
        });
        self.stored -= u64::from(taken.is_some());
    }

    /// Marks a page as lost, and frees what was stored of it: it is outdated.
    fn lose(&mut self, page: u64, kernel: &mut impl Control) {
        kernel.lost(page);
        let Some(cluster) = self.cluster(page) else {
            return;
        };
        let known = cluster.lost & bit(page) != 0;
        let fresh = cluster.given & bit(page) == 0;
        let old = cluster.take(page);
        cluster.given |= bit(page);
        cluster.lost |= bit(page);
        cluster.kept &= !bit(page);
        self.given += u64::from(fresh);
        self.lost += u64::from(!known);
        if let Some(old) = old {
            self.stored -= 1;
            kernel.free(old);
        }
        #[cfg(test)]
        if self.has(Fault::ForgetLost) {
            self.lost -= 1;
            if let Some(cluster) = self.cluster(page) {
                cluster.lost &= !bit(page);
            }
        }
    }

    /// Asks the kernel whether it has the page, see the module's text.
    fn probe(&mut self, page: u64, content: Option<Stored>, tries: u8, kernel: &mut impl Control) {
        if !self.record(page, Step::Completion) {
            return self.refuse(page, Refusal::Short, kernel);
        }
        match kernel.probe(page, content) {
            Ok(()) => self.step(page, Step::Fence, kernel),
            Err(Failed::Gone) => self.remove(page),
            Err(Failed::Short) => {
                self.remove(page);
                self.defer(page, tries, kernel);
            }
        }
    }

    fn zero(&mut self, page: u64, kernel: &mut impl Control) {
        self.begin(page, Step::Zero, kernel);
    }

    fn refuse(&mut self, page: u64, why: Refusal, kernel: &mut impl Control) {
        self.begin(page, Step::Refuse(why), kernel);
    }

    /// The request for a page is answered later; if it was tried too often, its fault fails.
    fn defer(&mut self, page: u64, tries: u8, kernel: &mut impl Control) {
        let step = Step::Ask(tries.saturating_sub(1));
        if tries == 0 || !self.record(page, step) {
            self.refuse(page, Refusal::Short, kernel);
        }
    }

    /// Does a step, and notes it if it fails.
    fn begin(&mut self, page: u64, step: Step, kernel: &mut impl Control) {
        if Self::act(page, step, kernel) == Err(Failed::Short) && !self.unsent() {
            // Without memory to note it nothing can be done but to try once more.
            if !self.record(page, step) {
                let _ = Self::act(page, step, kernel);
            }
        }
    }

    /// Does a step of a pending page, which is done with when it succeeds.
    fn step(&mut self, page: u64, step: Step, kernel: &mut impl Control) {
        if let Step::Ask(tries) = step {
            self.remove(page);
            return self.ask(page, tries, kernel);
        }
        let next = match Self::act(page, step, kernel) {
            Err(Failed::Short) if !self.unsent() => Some(step),
            Ok(()) if step == Step::Fence => Some(Step::Completion),
            _ => None,
        };
        match (next, self.pending_on(page)) {
            (Some(next), Some(pending)) => pending.step = next,
            _ => self.done(page, kernel),
        }
    }

    fn act(page: u64, step: Step, kernel: &mut impl Control) -> Result<(), Failed> {
        match step {
            Step::Completion | Step::Ask(_) => Ok(()),
            Step::Fence => kernel.fence(page),
            Step::Check => match kernel.is_locked(page)? {
                true => kernel.flush(page),
                false => Ok(()),
            },
            Step::Zero => kernel.zero(page),
            Step::Unlock => kernel.unlock(page),
            Step::Flush => kernel.flush(page),
            Step::Refuse(why) => kernel.refuse(page, why),
        }
    }

    /// A pending page is done with: a request that came meanwhile is answered now.
    fn done(&mut self, page: u64, kernel: &mut impl Control) {
        let again = self.pending_on(page).is_some_and(|pending| pending.again);
        #[cfg(test)]
        let again = again && !self.has(Fault::ForgetAgain);
        self.remove(page);
        if again {
            self.request(page, kernel);
        }
    }

    /// Notes that a page is pending; `false` without memory.
    fn record(&mut self, page: u64, step: Step) -> bool {
        if self.pending.try_reserve(1).is_err() {
            return false;
        }
        self.pending.push(Pending {
            page,
            step,
            again: false,
            changed: false,
        });
        true
    }

    fn remove(&mut self, page: u64) {
        self.pending.retain(|pending| pending.page != page);
    }

    /// Whether a test wants failed messages forgotten.
    fn unsent(&self) -> bool {
        #[cfg(test)]
        return self.has(Fault::ForgetUnsent);
        #[cfg(not(test))]
        false
    }

    #[cfg(test)]
    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }
}
