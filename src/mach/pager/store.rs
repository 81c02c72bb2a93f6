// SPDX-License-Identifier: GPL-2.0-or-later
//! Where the stored pages of one object are in the server's memory: pure.
//!
//! The kernel returns a page in a VM object and a map entry of its own: the page is *loose*. A
//! thread copies loose pages together into *blocks* of [`BLOCK`] pages, each of which is one entry
//! when it is made. A page leaves by being moved to the kernel, or by being freed. That takes it
//! out of its block, which then may be two entries: its pages in a row are its *runs*. Its slot is
//! *dead*: the kernel has one VM object for the block, and until that goes it keeps the paging
//! space of a slot, and the page of one that was freed (`vm_map_entry_delete` of `vm/vm_map.c`). When
//! there are too many entries or dead slots, pages that are left are copied together again.
//!
//! On a system with paging space a page is copied to a block as it comes. A loose page that is paged
//! out is a memory object of the default pager's, which costs the kernel half a page. To copy pages
//! once more would bring them in and out again, so these blocks stay whole: a page leaves as a copy,
//! and its slot is *free* for the next one that comes. The slot that was freed last is taken first,
//! since it is in memory still. So the pages take no more paging space than a segment has, but for
//! one block.
//!
//! None of the copying is on the way of a fault: a page is moved to the kernel without a copy from
//! wherever it is, and the copying takes the object's lock for one page at a time.
//!
//! # What a stored page costs
//! 767 stored pages of one segment, on GNU Mach 20250702, by the test `stored pages share map
//! entries` of the suite `pressure`:
//!
//! | | loose | in blocks |
//! |---|---|---|
//! | map entries | 763 to 775 | 62 to 64 |
//! | bytes of the kernel's, for map entries and VM objects | 298 a page | 25 a page |
//!
//! Of a page that is paged out the kernel has more: a loose one is a memory object of the default
//! pager's, with three ports and their entries. In the test `crowd` of the suite `swap`, where
//! segments of 48 MiB meet 30 MiB of memory, the kernel's caches (`kmem_cache`) were at 2.7 MiB
//! before, and in a dump of the machine at 17 MiB with 8,210 such pages. In blocks they stayed below
//! 6 MiB.
//!
//! The server itself has 8 to 16 bytes a page in [`Pages`](super::pages::Pages), and here 8 in a
//! block and 18 to 37 if loose.
//!
//! Pages stay loose while the machine has no memory for a copy.

#![forbid(unsafe_code)]

use alloc::vec::Vec;
use core::hash::BuildHasherDefault;

use hashbrown::HashMap;

use super::pages::{Spread, Stored};

/// Pages of a block.
pub const BLOCK: usize = 64;

/// Bytes of a block.
pub const BLOCK_BYTES: usize = BLOCK * PAGE;

/// What the address of a block is a multiple of, so that the block of an address can be told. No two
/// blocks touch: the kernel would join them to one VM object, which would go with the last page of
/// both.
pub const ALIGNMENT: usize = 2 * BLOCK_BYTES;

const PAGE: usize = 4096;

/// Entries that an object may have whatever it stores.
const SLACK: usize = 4;

/// Pages that share an entry on average, at least, beyond [`SLACK`] entries. A larger number
/// would have more pages copied again when pages leave in no order: with 4 it is about three
/// for each that leaves.
const SHARE: usize = 4;

/// Dead slots that an object may have whatever it stores, and beyond these one for so many stored
/// pages.
const DEAD: usize = 16;

/// Loose pages that are copied together whatever the number of entries.
const MANY: usize = BLOCK;

/// Stored pages that were copied together.
struct Block {
    /// Which slots have a page, a bit for each.
    live: u64,
    /// The page of the segment in each slot that was ever filled.
    owners: Vec<u64>,
    /// No slot is filled any more.
    sealed: bool,
    /// It stays whole, and its free slots are filled again.
    whole: bool,
}

impl Block {
    fn entries(&self) -> usize {
        if self.whole { 1 } else { runs_of(self.live) }
    }

    fn pages(&self) -> usize {
        self.live.count_ones() as usize
    }

    /// Whether it has too many entries or dead slots for its pages.
    fn is_poor(&self) -> bool {
        let dead = self.owners.len() - self.pages();
        self.entries() * SHARE > self.pages() || dead * SHARE > self.pages()
    }
}

/// Runs of set bits.
fn runs_of(live: u64) -> usize {
    (live & !(live << 1)).count_ones() as usize
}

fn base_of(address: usize) -> usize {
    address & !(ALIGNMENT - 1)
}

fn slot_of(address: usize) -> usize {
    address % ALIGNMENT / PAGE
}

/// The bit of a slot; none behind the block.
fn bit_of(address: usize) -> u64 {
    1_u64.checked_shl(slot_of(address) as u32).unwrap_or(0)
}

/// A stored page, and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its number in the segment.
    pub page: u64,
    /// Its address in the server.
    pub at: Stored,
}

/// Memory in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The address of its first byte.
    pub address: usize,
    /// How many bytes it has.
    pub bytes: usize,
}

type Table<T> = HashMap<usize, T, BuildHasherDefault<Spread>>;

/// The stored pages of one object.
#[derive(Default)]
pub struct Store {
    /// Page by address. A loose page may be in a hole of a block.
    loose: Table<u64>,
    /// By address.
    blocks: Table<Block>,
    /// The block of which slots were never filled, among those that stay whole.
    filling: Option<usize>,
    /// Free slots of blocks that stay whole, by address: the one that was freed last at the end.
    free: Vec<usize>,
    /// Blocks that stay whole.
    whole: usize,
    pages: usize,
    entries: usize,
    dead: usize,
}

impl Store {
    /// Map entries that the stored pages take at most. The kernel may join some.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.entries
    }

    /// Pages that are stored.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// Slots of blocks that stay whole.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.whole * BLOCK
    }

    /// Whether an address is in a block that stays whole.
    #[must_use]
    pub fn is_whole(&self, address: usize) -> bool {
        let block = self.blocks.get(&base_of(address));
        bit_of(address) != 0 && block.is_some_and(|block| block.whole)
    }

    /// Whether pages are to be copied together.
    #[must_use]
    pub fn is_scattered(&self) -> bool {
        self.loose.len() >= MANY
            || self.entries - self.whole > SLACK + self.pages / SHARE
            || self.dead > DEAD + self.pages / SHARE
    }

    /// The kernel has put a page into memory of its own; `false` if there is no memory to note
    /// that.
    #[must_use]
    pub fn keep(&mut self, Place { page, at }: Place) -> bool {
        if self.loose.try_reserve(1).is_err() {
            return false;
        }
        self.loose.insert(at.get(), page);
        self.pages += 1;
        self.entries += 1;
        true
    }

    /// The address that the next page that comes is to be copied to. `None`: a new block is wanted.
    #[must_use]
    pub fn next_slot(&self) -> Option<usize> {
        if let Some(&free) = self.free.last() {
            return Some(free);
        }
        let base = self.filling?;
        let filled = self.blocks.get(&base)?.owners.len();
        Some(base + filled * PAGE)
    }

    /// A new block at an aligned address, which stays whole, for pages that come; `false` if there is
    /// no memory to note it. The one before is full.
    #[must_use]
    pub fn open_whole(&mut self, base: usize) -> bool {
        // So that freeing a slot needs no memory.
        let slots = self.slots() + BLOCK - self.free.len();
        if self.free.try_reserve(slots).is_err() || !self.open(base) {
            return false;
        }
        if let Some(block) = self.blocks.get_mut(&base) {
            block.whole = true;
            self.whole += 1;
            self.entries += 1;
        }
        self.filling = Some(base);
        true
    }

    /// A page was copied to [`next_slot`](Self::next_slot), and is stored there now.
    pub fn keep_copy(&mut self, page: u64) -> Option<Stored> {
        let address = self.next_slot()?;
        let base = base_of(address);
        let block = self.blocks.get_mut(&base)?;
        match block.owners.get_mut(slot_of(address)) {
            Some(owner) => {
                *owner = page;
                self.free.pop();
            }
            None => block.owners.push(page),
        }
        block.live |= bit_of(address);
        if block.owners.len() == BLOCK {
            block.sealed = true;
            self.filling = self.filling.filter(|filling| *filling != base);
        }
        self.pages += 1;
        Stored::new(address)
    }

    /// A page is no longer stored there. Answers a block that stayed whole until now and has no page
    /// any more, to be freed. The page's own memory is the kernel's or is being freed, unless it is in
    /// a block that [stays whole](Self::is_whole).
    #[must_use]
    pub fn forget(&mut self, at: Stored) -> Option<Range> {
        let address = at.get();
        if self.loose.remove(&address).is_some() {
            self.pages -= 1;
            self.entries -= 1;
            return None;
        }
        let base = base_of(address);
        let block = self.blocks.get_mut(&base)?;
        let before = block.entries();
        let bit = bit_of(address);
        if block.live & bit == 0 {
            return None;
        }
        block.live &= !bit;
        self.pages -= 1;
        if block.whole {
            self.free.push(address);
        } else {
            self.dead += 1;
        }
        self.entries = self.entries - before + block.entries();
        if block.live != 0 || !block.sealed {
            return None;
        }
        if !block.whole {
            self.dead -= block.owners.len();
            self.blocks.remove(&base);
            return None;
        }
        self.blocks.remove(&base);
        self.free.retain(|slot| base_of(*slot) != base);
        self.whole -= 1;
        self.entries -= 1;
        Some(Range {
            address: base,
            bytes: BLOCK_BYTES,
        })
    }

    /// Pages to be copied together, at most as many as a block has, in the order of the segment:
    /// loose ones, and those of blocks with short runs or dead slots. None without memory for the
    /// list, or if they have one entry already and no dead slots.
    #[must_use]
    pub fn pick(&self) -> Vec<Place> {
        let mut picked = Vec::new();
        let mut poor = Vec::new();
        // The filling block is not among them: another thread is at work on it.
        let worn = self.blocks.iter();
        let worn = worn.filter(|(_, it)| it.sealed && !it.whole && it.is_poor());
        let loose = self.loose.len();
        if picked.try_reserve_exact(loose.max(BLOCK)).is_err()
            || poor.try_reserve_exact(worn.clone().count()).is_err()
        {
            return picked;
        }
        let place = |(&address, &page)| Stored::new(address).map(|at| Place { page, at });
        picked.extend(self.loose.iter().filter_map(place));
        if loose > BLOCK {
            // Neighbours leave together.
            picked.sort_unstable();
            picked.truncate(BLOCK);
        }
        let mut parts = picked.len();
        poor.extend(worn);
        // Those with the fewest pages first: they give most for the least copying.
        poor.sort_unstable_by_key(|(_, block)| block.pages());
        for (base, block) in poor {
            if picked.len() + block.pages() > BLOCK {
                continue;
            }
            parts += block.entries() + block.owners.len() - block.pages();
            for (slot, &page) in block.owners.iter().enumerate() {
                if block.live >> slot & 1 != 0 {
                    picked.extend(Stored::new(base + slot * PAGE).map(|at| Place { page, at }));
                }
            }
        }
        if parts < 2 {
            picked.clear();
        }
        picked.sort_unstable();
        picked
    }

    /// A new block at an aligned address, without pages; `false` if there is no memory to note it.
    #[must_use]
    pub fn open(&mut self, base: usize) -> bool {
        let mut owners = Vec::new();
        if owners.try_reserve_exact(BLOCK).is_err() || self.blocks.try_reserve(1).is_err() {
            return false;
        }
        self.blocks.insert(
            base,
            Block {
                live: 0,
                owners,
                sealed: false,
                whole: false,
            },
        );
        true
    }

    /// Whether this page is stored there.
    #[must_use]
    pub fn has(&self, place: Place) -> bool {
        self.owner(place.at) == Some(place.page)
    }

    /// The next slot of a block that is being filled was to get a copy of a page. If it did
    /// (`copied`), the page is no longer stored where it was. `false`: it is, or it left; the slot
    /// stays empty for good.
    #[must_use]
    pub fn fill(&mut self, base: usize, from: Place, copied: bool) -> bool {
        let here = copied && self.has(from);
        let Some(block) = self.blocks.get_mut(&base) else {
            return false;
        };
        let slot = block.owners.len();
        block.owners.push(from.page);
        if here {
            let before = block.entries();
            block.live |= 1 << slot;
            self.pages += 1;
            self.entries = self.entries - before + block.entries();
            // Only what does not stay whole is picked, so there is no block to be freed.
            let _ = self.forget(from.at);
        } else {
            self.dead += 1;
        }
        here
    }

    /// No slot of the block is filled any more.
    pub fn seal(&mut self, base: usize) {
        if let Some(block) = self.blocks.get_mut(&base) {
            block.sealed = true;
            if block.live == 0 {
                self.dead -= block.owners.len();
                self.blocks.remove(&base);
            }
        }
    }

    /// The page that is stored there.
    fn owner(&self, at: Stored) -> Option<u64> {
        let address = at.get();
        if let Some(page) = self.loose.get(&address) {
            return Some(*page);
        }
        let block = self.blocks.get(&base_of(address))?;
        let page = block.owners.get(slot_of(address))?;
        (block.live & bit_of(address) != 0).then_some(*page)
    }

    /// Forgets everything, and answers all memory that stored pages are in, to be freed.
    pub fn drain(&mut self) -> impl Iterator<Item = Range> + use<> {
        let Self { loose, blocks, .. } = core::mem::take(self);
        let loose = loose.into_keys().map(|address| Range {
            address,
            bytes: PAGE,
        });
        let runs = blocks.into_iter().flat_map(|(base, block)| {
            let mut rest = if block.whole { u64::MAX } else { block.live };
            core::iter::from_fn(move || {
                if rest == 0 {
                    return None;
                }
                let first = rest.trailing_zeros() as usize;
                let count = (rest >> first).trailing_ones() as usize;
                // All bits below the end of the run.
                rest &= u64::MAX.checked_shl((first + count) as u32).unwrap_or(0);
                Some(Range {
                    address: base + first * PAGE,
                    bytes: count * PAGE,
                })
            })
        });
        loose.chain(runs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: usize) -> Stored {
        Stored::new(address).unwrap()
    }

    fn place(page: u64, address: usize) -> Place {
        Place {
            page,
            at: at(address),
        }
    }

    /// A store whose pages are all in one block at `base`.
    fn packed(base: usize, pages: core::ops::Range<u64>) -> Store {
        let mut store = Store::default();
        for page in pages {
            assert!(store.keep(place(page, (2 * page as usize + 1) * PAGE)));
        }
        let picked = store.pick();
        assert!(store.open(base));
        for from in picked {
            assert!(store.fill(base, from, true));
        }
        store.seal(base);
        store
    }

    const BASE: usize = 1000 * ALIGNMENT;

    #[test]
    fn loose_pages_have_an_entry_each_and_a_block_has_one() {
        let mut store = Store::default();
        assert!((0..10).all(|page| store.keep(place(page, (page as usize + 1) * PAGE))));
        assert_eq!((store.pages(), store.entries()), (10, 10));
        assert!(store.is_scattered());
        let store = packed(BASE, 0..64);
        assert_eq!((store.pages(), store.entries()), (64, 1));
        assert!(!store.is_scattered());
    }

    #[test]
    fn pages_that_leave_a_block_split_it_or_shorten_it() {
        let mut store = packed(BASE, 0..64);
        for (slot, entries) in [(0, 1), (63, 1), (30, 2), (31, 2), (40, 3)] {
            assert_eq!(store.forget(at(BASE + slot * PAGE)), None);
            assert_eq!(store.entries(), entries);
        }
        assert_eq!(store.pages(), 59);
    }

    #[test]
    fn a_loose_page_in_the_hole_of_a_block_is_not_the_block_s() {
        let mut store = packed(BASE, 0..64);
        assert_eq!(store.forget(at(BASE + 5 * PAGE)), None);
        assert!(store.keep(place(900, BASE + 5 * PAGE)));
        assert_eq!((store.pages(), store.entries()), (64, 3));
        assert_eq!(store.forget(at(BASE + 5 * PAGE)), None);
        assert_eq!((store.pages(), store.entries()), (63, 2));
    }

    #[test]
    fn of_many_loose_pages_neighbours_are_picked() {
        let mut store = Store::default();
        for page in 0..200 {
            assert!(store.keep(place(page * 7 % 200, (page as usize + 1) * PAGE)));
        }
        let pages: Vec<u64> = store.pick().into_iter().map(|it| it.page).collect();
        assert!(pages.iter().copied().eq(0..64));
    }

    #[test]
    fn a_page_that_left_meanwhile_leaves_its_slot_empty() {
        let mut store = Store::default();
        assert!(store.keep(place(7, PAGE)) && store.keep(place(8, 3 * PAGE)));
        let picked = store.pick();
        assert_eq!(store.forget(at(PAGE)), None);
        assert!(store.open(BASE));
        let filled: Vec<bool> = picked
            .iter()
            .map(|from| store.fill(BASE, *from, true))
            .collect();
        assert_eq!(filled, [false, true], "page 7 is gone");
        store.seal(BASE);
        assert_eq!((store.pages(), store.entries()), (1, 1));
        let all: Vec<Range> = store.drain().collect();
        let address = BASE + PAGE;
        assert_eq!(
            all,
            [Range {
                address,
                bytes: PAGE
            }]
        );
    }

    #[test]
    fn a_block_with_short_runs_is_picked_and_one_with_a_long_run_is_not() {
        let mut store = packed(BASE, 0..64);
        assert!(store.pick().is_empty());
        for slot in (0..64).step_by(2) {
            assert_eq!(store.forget(at(BASE + slot * PAGE)), None);
        }
        assert!(store.is_scattered());
        let picked = store.pick();
        assert_eq!(picked.len(), 32);
        assert!(picked.is_sorted());
    }

    #[test]
    fn dead_slots_are_left_behind_in_time() {
        let mut store = packed(BASE, 0..64);
        // One run is left, so that there is one entry.
        for slot in 0..40 {
            assert_eq!(store.forget(at(BASE + slot * PAGE)), None);
        }
        assert_eq!(store.entries(), 1);
        assert!(store.is_scattered());
        let picked = store.pick();
        assert_eq!(picked.len(), 24);
        let block = BASE + ALIGNMENT;
        assert!(store.open(block));
        assert!(picked.into_iter().all(|from| store.fill(block, from, true)));
        store.seal(block);
        assert!(!store.is_scattered());
        assert_eq!((store.pages(), store.entries()), (24, 1));
    }

    /// A store of a system with paging space, with so many pages.
    fn paged(pages: usize) -> Store {
        let mut store = Store::default();
        for page in 0..pages {
            if store.next_slot().is_none() {
                assert!(store.open_whole(BASE + page / BLOCK * ALIGNMENT));
            }
            let to = store.next_slot().unwrap();
            assert_eq!(store.keep_copy(page as u64), Stored::new(to));
        }
        store
    }

    #[test]
    fn pages_that_are_copied_as_they_come_fill_one_block_after_the_other() {
        let store = paged(100);
        let counts = (store.pages(), store.entries(), store.slots());
        assert_eq!(counts, (100, 2, 2 * BLOCK));
        assert!(!store.is_scattered() && store.pick().is_empty());
        assert!(store.is_whole(BASE + 63 * PAGE) && !store.is_whole(BASE + BLOCK_BYTES));
    }

    #[test]
    fn the_slot_that_was_freed_last_is_filled_next() {
        let mut store = paged(100);
        for slot in [3, 60, 7] {
            assert_eq!(store.forget(at(BASE + slot * PAGE)), None);
        }
        for (page, slot) in [(200, 7), (201, 60), (202, 3)] {
            let place = place(page, BASE + slot * PAGE);
            assert_eq!(store.keep_copy(page), Some(place.at));
            assert!(store.has(place));
        }
        let next = BASE + ALIGNMENT + 36 * PAGE;
        assert_eq!(
            store.next_slot(),
            Some(next),
            "the first that was never filled"
        );
        assert_eq!((store.pages(), store.slots()), (100, 2 * BLOCK));
    }

    #[test]
    fn a_block_that_stays_whole_is_freed_with_its_last_page() {
        let mut store = paged(100);
        let block = |base| Range {
            address: base,
            bytes: BLOCK_BYTES,
        };
        for slot in 0..BLOCK {
            let last = (slot == BLOCK - 1).then_some(block(BASE));
            assert_eq!(store.forget(at(BASE + slot * PAGE)), last);
        }
        let counts = (store.pages(), store.entries(), store.slots());
        assert_eq!(counts, (36, 1, BLOCK));
        let all: Vec<Range> = store.drain().collect();
        assert_eq!(
            all,
            [block(BASE + ALIGNMENT)],
            "with the slots never filled"
        );
        assert_eq!((store.pages(), store.entries(), store.slots()), (0, 0, 0));
    }

    #[test]
    fn what_is_drained_is_every_run_of_a_block() {
        let mut store = packed(BASE, 0..64);
        assert_eq!(store.forget(at(BASE + 3 * PAGE)), None);
        let all: Vec<Range> = store.drain().collect();
        let run = |slot: usize, count: usize| Range {
            address: BASE + slot * PAGE,
            bytes: count * PAGE,
        };
        assert_eq!(all, [run(0, 3), run(4, 60)]);
        assert_eq!((store.pages(), store.entries()), (0, 0));
    }
}
