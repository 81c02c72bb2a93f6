// SPDX-License-Identifier: GPL-2.0-or-later
//! How many ranges of files are locked: the books.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;

/// Ranges that one open has locked, at most.
pub const OF_OPEN: usize = 64;

/// Ranges of one file that are locked, at most.
pub const OF_FILE: usize = 1024;

/// How a range is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Others may lock it so too.
    Shared,
    /// Nobody else.
    Exclusive,
}

/// Bytes from the first to before the second number.
pub type Range = (i64, i64);

/// A range of bytes of a file as fcntl(2) names it, from `base` on.
///
/// ```
/// use netfs::range_of;
/// assert_eq!(range_of(0, 10, 5), Some((10, 15)));
/// // To the end of all that there can be.
/// assert_eq!(range_of(100, -1, 0), Some((99, i64::MAX)));
/// assert_eq!(range_of(0, i64::MAX, 1), None);
/// ```
#[must_use]
pub fn range_of(base: i64, start: i64, length: i64) -> Option<Range> {
    let start = base.checked_add(start).filter(|start| *start >= 0)?;
    let end = match length {
        0 => i64::MAX,
        1.. => start.checked_add(length)?,
        _ => return None,
    };
    Some((start, end))
}

/// An open's ranges, none of which overlap.
#[derive(Debug, Default)]
struct Open {
    file: usize,
    ports: usize,
    ranges: Vec<(Range, Kind)>,
}

impl Open {
    /// The ranges after this one has become of that kind, or is given up.
    fn after(&self, (start, end): Range, kind: Option<Kind>) -> Vec<(Range, Kind)> {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 2);
        for &((first, last), old) in &self.ranges {
            for part in [(first, last.min(start)), (first.max(end), last)] {
                if part.0 < part.1 {
                    ranges.push((part, old));
                }
            }
        }
        if let Some(kind) = kind {
            ranges.push(((start, end), kind));
        }
        ranges.sort_unstable_by_key(|(range, _)| *range);
        ranges.dedup_by(|next, before| {
            let one = before.1 == next.1 && before.0.1 == next.0.0;
            if one {
                before.0.1 = next.0.1;
            }
            one
        });
        ranges
    }
}

/// Opens by their address, and ranges of each file by its.
#[derive(Debug, Default)]
pub struct Ranges {
    opens: BTreeMap<usize, Open>,
    /// No entry without any.
    files: BTreeMap<usize, usize>,
}

impl Ranges {
    /// None.
    pub const fn new() -> Self {
        Self {
            opens: BTreeMap::new(),
            files: BTreeMap::new(),
        }
    }

    /// One more port of an open of a file.
    pub fn joined(&mut self, open: usize, file: usize) {
        let entry = self.opens.entry(open).or_default();
        entry.file = file;
        entry.ports += 1;
    }

    /// One port less. With the last one the open's ranges go.
    pub fn left(&mut self, open: usize) {
        let Some(entry) = self.opens.get_mut(&open) else {
            return;
        };
        entry.ports -= 1;
        if entry.ports == 0
            && let Some(gone) = self.opens.remove(&open)
        {
            self.recount(gone.file, gone.ranges.len(), 0);
        }
    }

    /// Whether the open may lock this range, or give it up, which may make two of one (fcntl(2),
    /// ENOLCK): it has not too many then, nor has the file.
    #[must_use]
    pub fn allow(&self, open: usize, range: Range, kind: Option<Kind>) -> bool {
        let Some(open) = self.opens.get(&open) else {
            return false;
        };
        let (before, after) = (open.ranges.len(), open.after(range, kind).len());
        let all = self.files.get(&open.file).copied().unwrap_or(0);
        after <= before || (after <= OF_OPEN && all - before + after <= OF_FILE)
    }

    /// The range was locked, or given up.
    pub fn change(&mut self, open: usize, range: Range, kind: Option<Kind>) {
        let Some(entry) = self.opens.get_mut(&open) else {
            return;
        };
        let after = entry.after(range, kind);
        let (file, before, now) = (entry.file, entry.ranges.len(), after.len());
        entry.ranges = after;
        self.recount(file, before, now);
    }

    fn recount(&mut self, file: usize, before: usize, now: usize) {
        let all = self.files.entry(file).or_default();
        *all = *all - before + now;
        if *all == 0 {
            self.files.remove(&file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Kind::{Exclusive, Shared};

    const FILE: usize = 7;

    fn ranges(list: &[(Range, Option<Kind>)]) -> Vec<(Range, Kind)> {
        let mut books = Ranges::new();
        books.joined(1, FILE);
        for &(range, kind) in list {
            books.change(1, range, kind);
        }
        let found = books.opens[&1].ranges.clone();
        assert_eq!(books.files.get(&FILE).copied().unwrap_or(0), found.len());
        found
    }

    #[test]
    fn ranges_are_split_and_joined_as_fcntl_says() {
        let locked = [((0, 100), Some(Exclusive)), ((40, 60), Some(Shared))];
        let parts = [
            ((0, 40), Exclusive),
            ((40, 60), Shared),
            ((60, 100), Exclusive),
        ];
        assert_eq!(ranges(&locked), parts);
        let joined = [locked[0], locked[1], ((50, 60), Some(Exclusive))];
        assert_eq!(
            ranges(&joined),
            [parts[0], ((40, 50), Shared), ((50, 100), Exclusive)]
        );
        let given_up = [locked[0], ((10, 20), None), ((0, i64::MAX), None)];
        assert_eq!(ranges(&given_up[..2]).len(), 2);
        assert_eq!(ranges(&given_up), []);
        let touching = [((0, 5), Some(Shared)), ((5, 9), Some(Shared))];
        assert_eq!(ranges(&touching), [((0, 9), Shared)]);
    }

    /// How many single bytes the open may lock.
    fn fill(books: &mut Ranges, open: usize) -> usize {
        let mut count = 0;
        while count < 10_000 {
            let at = 2 * i64::try_from(count).unwrap();
            if !books.allow(open, (at, at + 1), Some(Shared)) {
                break;
            }
            books.change(open, (at, at + 1), Some(Shared));
            count += 1;
        }
        count
    }

    #[test]
    fn an_open_and_a_file_have_so_many_at_most() {
        let mut books = Ranges::new();
        let opens = OF_FILE / OF_OPEN;
        for open in 0..=opens {
            books.joined(open, FILE);
        }
        for open in 0..opens {
            assert_eq!(fill(&mut books, open), OF_OPEN);
        }
        assert_eq!(fill(&mut books, opens), 0, "the file is full");
        books.joined(100, FILE + 1);
        assert_eq!(fill(&mut books, 100), OF_OPEN, "another is not");
        // What takes no more is never refused.
        assert!(books.allow(0, (0, i64::MAX), Some(Exclusive)));
        assert!(books.allow(0, (0, 1), Some(Exclusive)));
        assert!(books.allow(0, (0, i64::MAX), None));
    }

    #[test]
    fn ranges_go_with_the_last_port_of_an_open() {
        let mut books = Ranges::new();
        books.joined(1, FILE);
        books.joined(1, FILE);
        assert_eq!(fill(&mut books, 1), OF_OPEN);
        books.left(1);
        assert_eq!(books.files.get(&FILE), Some(&OF_OPEN));
        books.left(1);
        books.left(1);
        assert!(books.files.is_empty() && books.opens.is_empty());
        assert!(!books.allow(1, (0, 1), Some(Shared)), "no such open");
    }

    #[test]
    fn ranges_given_up_in_the_middle_are_counted() {
        let mut books = Ranges::new();
        books.joined(1, FILE);
        books.change(1, (0, i64::MAX), Some(Shared));
        let mut at = 1;
        while books.allow(1, (at, at + 1), None) {
            books.change(1, (at, at + 1), None);
            at += 2;
            assert!(at < 1000);
        }
        assert_eq!(books.opens[&1].ranges.len(), OF_OPEN);
    }
}
