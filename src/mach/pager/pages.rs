// SPDX-License-Identifier: GPL-2.0-or-later
//! What the pager knows of each page of a segment: pure bookkeeping.
//!
//! A page is in one of three states:
//!
//! | state | bits | the truth is | asked for, the pager supplies |
//! |---|---|---|---|
//! | fresh | not given | zeros | zeros, and fresh neighbours with it |
//! | given | given | with the kernel, or zeros if it dropped a clean page | zeros, this page only |
//! | stored | given, stored | in the server's memory | that memory, moved, as precious |
//!
//! A program that touches a segment from one end to the other pays for asking once in several
//! clusters: when a request follows on what was supplied before, the clusters behind it come
//! along, up to [`AHEAD`] of them.
//!
//! Only fresh pages are supplied unasked. A page that was ever given may be dirty in
//! the kernel or under way back to us, and zeros supplied ahead of it would destroy it.
//! The kernel asks for a page only after it has queued what it returns of it, so one
//! thread that handles an object's messages in order never answers too early.

#![forbid(unsafe_code)]

use alloc::boxed::Box;
use alloc::collections::BTreeMap;

/// Pages of one cluster: the most that one answer supplies.
pub const CLUSTER: u64 = 64;

/// Clusters that come along at most with the one asked for. A request costs as much as a dozen
/// pages, most of it two switches of threads.
pub const AHEAD: u64 = 3;

/// Address in the server's own memory of one stored page. Never 0.
pub type Stored = core::num::NonZeroUsize;

#[derive(Default)]
struct Cluster {
    given: u64,
    stored: Option<Box<[Option<Stored>; CLUSTER as usize]>>,
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

/// What to supply for a page the kernel asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// The stored page at this address, to be moved to the kernel as precious.
    Stored(Stored),
    /// `count` zero pages from page `first` on; the page asked for is among them.
    Zeros {
        /// First page of the run.
        first: u64,
        /// Pages in the run, 1 to [`CLUSTER`].
        count: u64,
    },
    /// The page lies beyond the segment.
    Beyond,
}

/// The pages of one segment.
pub struct Pages {
    total: u64,
    clusters: BTreeMap<u64, Cluster>,
    given: u64,
    stored: u64,
    window: Window,
    /// A page came back, ever.
    returned: bool,
    /// The page behind the last that was supplied unasked, or with the one asked for.
    next: u64,
    /// Clusters that came along with the request before, and those yet to come with this one.
    streak: u64,
    ahead: u64,
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
            clusters: BTreeMap::new(),
            given: 0,
            stored: 0,
            window: Window {
                pages: CLUSTER,
                calm: 0,
            },
            returned: false,
            next: u64::MAX,
            streak: 0,
            ahead: 0,
        }
    }

    /// The kernel asks for `page`: says what to supply, and takes note that it was.
    pub fn request(&mut self, page: u64) -> Answer {
        if page >= self.total {
            return Answer::Beyond;
        }
        self.window.answered();
        let number = page / CLUSTER;
        let cluster = self.clusters.entry(number).or_default();
        if let Some(stored) = cluster
            .stored
            .as_mut()
            .and_then(|all| all[slot(page)].take())
        {
            self.stored -= 1;
            return Answer::Stored(stored);
        }
        if cluster.given & bit(page) != 0 {
            return Answer::Zeros {
                first: page,
                count: 1,
            };
        }
        // The aligned window around the page, cut at the segment's end and at given pages.
        let low = page - page % self.window.pages;
        let high = (low + self.window.pages).min(self.total);
        let fresh = |page: &u64| cluster.given & bit(*page) == 0;
        let first = (low..page).rev().take_while(fresh).last().unwrap_or(page);
        let last = (page..high).take_while(fresh).last().unwrap_or(page);
        for page in first..=last {
            cluster.given |= bit(page);
        }
        let count = last - first + 1;
        self.given += count;
        // Each request in a row doubles what is supplied for one.
        let in_a_row = first == self.next && self.window.pages == CLUSTER;
        self.streak = if in_a_row {
            (2 * self.streak + 1).min(AHEAD)
        } else {
            0
        };
        self.ahead = self.streak;
        self.next = first + count;
        Answer::Zeros { first, count }
    }

    /// A run of fresh pages to supply behind what the last request was answered with, as
    /// `(first, count)`; called until there is none.
    pub fn ahead(&mut self) -> Option<(u64, u64)> {
        self.ahead = self.ahead.checked_sub(1)?;
        let first = self.next;
        let count = self.total.saturating_sub(first).min(CLUSTER);
        if count == 0 || !first.is_multiple_of(CLUSTER) {
            return None;
        }
        let cluster = self.clusters.entry(first / CLUSTER).or_default();
        if cluster.given != 0 {
            return None;
        }
        for page in first..first + count {
            cluster.given |= bit(page);
        }
        self.given += count;
        self.next = first + count;
        Some((first, count))
    }

    /// The kernel gives `page` back and it is now at `address`: answers what to free,
    /// an older copy or, for a page beyond the segment, `address` itself.
    pub fn returned(&mut self, page: u64, address: Stored) -> Option<Stored> {
        self.returned = true;
        if page >= self.total {
            return Some(address);
        }
        self.window.pressed();
        let cluster = self.clusters.entry(page / CLUSTER).or_default();
        if cluster.given & bit(page) == 0 {
            cluster.given |= bit(page);
            self.given += 1;
        }
        let all = cluster
            .stored
            .get_or_insert_with(|| Box::new([None; CLUSTER as usize]));
        let old = all[slot(page)].replace(address);
        if old.is_none() {
            self.stored += 1;
        }
        old
    }

    /// Pages the kernel was given and did not give back: an upper bound of what is resident,
    /// since it drops clean pages without a word.
    #[must_use]
    pub fn resident(&self) -> u64 {
        self.given - self.stored
    }

    /// All pages, whatever their state.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whether the kernel ever gave a page back.
    #[must_use]
    pub fn ever_returned(&self) -> bool {
        self.returned
    }

    /// Pages whose content is in the server's memory.
    #[must_use]
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// Forgets everything, and answers every stored page, to be freed.
    pub fn drain(&mut self) -> impl Iterator<Item = Stored> {
        self.given = 0;
        self.stored = 0;
        core::mem::take(&mut self.clusters)
            .into_values()
            .filter_map(|cluster| cluster.stored)
            .flat_map(|all| all.into_iter().flatten())
    }
}

fn slot(page: u64) -> usize {
    (page % CLUSTER) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    fn address(n: usize) -> Stored {
        Stored::new(n * 4096).unwrap()
    }

    /// The answer to a request for `page`: the page it begins with, and how many pages it and
    /// what comes along are.
    fn supplied(pages: &mut Pages, page: u64) -> (u64, u64) {
        let Answer::Zeros { first, mut count } = pages.request(page) else {
            panic!("page {page} is not fresh");
        };
        while let Some((next, more)) = pages.ahead() {
            assert_eq!(next, first + count);
            count += more;
        }
        (first, count)
    }

    #[test]
    fn clusters_come_along_with_requests_in_a_row() {
        let mut pages = Pages::new(1000);
        assert_eq!(supplied(&mut pages, 0), (0, 64));
        assert_eq!(supplied(&mut pages, 64), (64, 128));
        assert_eq!(supplied(&mut pages, 192), (192, 256));
        assert_eq!(supplied(&mut pages, 448), (448, 256));
        assert_eq!(supplied(&mut pages, 704), (704, 256));
        assert_eq!(supplied(&mut pages, 960), (960, 40));
        assert_eq!(pages.resident(), 1000);
    }

    #[test]
    fn nothing_comes_along_with_requests_here_and_there() {
        let mut pages = Pages::new(1000);
        for page in [640, 0, 320, 192] {
            assert_eq!(supplied(&mut pages, page), (page, 64));
        }
    }

    #[test]
    fn what_comes_along_stops_at_pages_that_were_given() {
        let mut pages = Pages::new(1000);
        assert_eq!(supplied(&mut pages, 200), (192, 64));
        assert_eq!(supplied(&mut pages, 0), (0, 64));
        assert_eq!(supplied(&mut pages, 64), (64, 128));
        assert_eq!(supplied(&mut pages, 256), (256, 64));
    }

    #[test]
    fn nothing_comes_along_when_memory_is_short() {
        let mut pages = Pages::new(1000);
        assert_eq!(supplied(&mut pages, 0), (0, 64));
        assert_eq!(pages.returned(0, address(1)), None);
        assert_eq!(supplied(&mut pages, 64), (64, 32));
        assert_eq!(supplied(&mut pages, 96), (96, 32));
    }

    #[test]
    fn a_fresh_cluster_is_supplied_at_once() {
        let mut pages = Pages::new(1000);
        assert_eq!(
            pages.request(70),
            Answer::Zeros {
                first: 64,
                count: 64
            }
        );
        assert_eq!(pages.resident(), 64);
    }

    #[test]
    fn the_last_cluster_ends_with_the_segment() {
        let mut pages = Pages::new(70);
        assert_eq!(
            pages.request(69),
            Answer::Zeros {
                first: 64,
                count: 6
            }
        );
        assert_eq!(pages.request(70), Answer::Beyond);
        assert_eq!(pages.request(u64::MAX), Answer::Beyond);
    }

    #[test]
    fn a_given_page_is_supplied_alone_and_never_unasked() {
        let mut pages = Pages::new(64);
        assert_eq!(
            pages.request(0),
            Answer::Zeros {
                first: 0,
                count: 64
            }
        );
        assert_eq!(pages.request(5), Answer::Zeros { first: 5, count: 1 });
        assert_eq!(pages.resident(), 64);
    }

    #[test]
    fn a_returned_page_comes_back_once() {
        let mut pages = Pages::new(64);
        pages.request(0);
        assert_eq!(pages.returned(7, address(1)), None);
        assert_eq!((pages.resident(), pages.stored()), (63, 1));
        assert_eq!(pages.request(7), Answer::Stored(address(1)));
        assert_eq!((pages.resident(), pages.stored()), (64, 0));
        assert_eq!(pages.request(7), Answer::Zeros { first: 7, count: 1 });
    }

    #[test]
    fn the_newer_of_two_returned_copies_stays() {
        let mut pages = Pages::new(64);
        pages.request(0);
        pages.returned(7, address(1));
        assert_eq!(pages.returned(7, address(2)), Some(address(1)));
        assert_eq!(pages.request(7), Answer::Stored(address(2)));
    }

    #[test]
    fn a_page_returned_from_beyond_the_segment_is_refused() {
        assert_eq!(Pages::new(3).returned(3, address(1)), Some(address(1)));
    }

    #[test]
    fn pressure_shrinks_the_window_and_calm_restores_it() {
        let mut pages = Pages::new(1 << 20);
        pages.request(0);
        for page in 0..6 {
            pages.returned(page, address(1 + page as usize));
        }
        assert_eq!(
            pages.request(1000),
            Answer::Zeros {
                first: 1000,
                count: 1
            }
        );
        for n in 0..96 {
            pages.request(2000 + n * CLUSTER);
        }
        assert_eq!(
            pages.request(640_000),
            Answer::Zeros {
                first: 640_000,
                count: 64
            }
        );
    }

    #[test]
    fn draining_answers_every_stored_page() {
        let mut pages = Pages::new(200);
        for page in [0, 1, 130] {
            pages.request(page);
            pages.returned(page, address(page as usize + 1));
        }
        let mut drained: Vec<_> = pages.drain().collect();
        drained.sort_unstable();
        assert_eq!(drained, [address(1), address(2), address(131)]);
        assert_eq!((pages.resident(), pages.stored()), (0, 0));
    }

    /// Whatever the kernel does, a page it wrote and gave back is never answered with zeros.
    #[test]
    fn no_history_loses_a_returned_page() {
        use proptest::prelude::*;
        proptest!(|(steps in proptest::collection::vec((0u64..500, any::<bool>()), 0..400))| {
            let mut pages = Pages::new(500);
            let mut kernel = [false; 500]; // resident in the kernel
            let mut copy = [None; 500];    // last returned and not asked for since
            for (n, (page, ask)) in steps.into_iter().enumerate() {
                let here = page as usize;
                if ask && !kernel[here] {
                    match pages.request(page) {
                        Answer::Stored(at) => {
                            prop_assert_eq!(copy[here].take(), Some(at));
                            kernel[here] = true;
                        }
                        Answer::Zeros { first, count } => {
                            prop_assert!((first..first + count).contains(&page));
                            let mut runs = vec![(first, count)];
                            runs.extend(core::iter::from_fn(|| pages.ahead()));
                            for page in runs.iter().flat_map(|(first, count)| *first..first + count) {
                                prop_assert!(copy[page as usize].is_none());
                                prop_assert!(!kernel[page as usize]);
                                kernel[page as usize] = true;
                            }
                        }
                        Answer::Beyond => prop_assert!(false),
                    }
                } else if !ask && kernel[here] {
                    kernel[here] = false;
                    copy[here] = Some(address(n + 1));
                    prop_assert_eq!(pages.returned(page, address(n + 1)), None);
                }
            }
        });
    }
}
