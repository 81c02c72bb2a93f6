// SPDX-License-Identifier: GPL-2.0-or-later
//! Which of the 32768 indices are in use, with searches that take the same few
//! steps whatever is in use.
#![forbid(unsafe_code)]

use alloc::boxed::Box;

const BITS: u32 = u64::BITS;
const WORDS: usize = 512;
const SUMMARY: usize = WORDS / 64;

/// Indices this holds.
pub(crate) const CAPACITY: u32 = WORDS as u32 * BITS;

/// A set of indices below [`CAPACITY`].
pub(crate) struct Bitmap {
    words: Box<[u64; WORDS]>,
    /// Bit `w`: word `w` has no clear bit.
    full: [u64; SUMMARY],
    /// Bit `w`: word `w` has a set bit.
    some: [u64; SUMMARY],
}

impl Bitmap {
    pub fn new() -> Self {
        Self {
            words: Box::new([0; WORDS]),
            full: [0; SUMMARY],
            some: [0; SUMMARY],
        }
    }

    pub fn set(&mut self, index: u16, used: bool) {
        let word = usize::from(index) / 64 % WORDS;
        let bit = 1 << (index % 64);
        if used {
            self.words[word] |= bit;
        } else {
            self.words[word] &= !bit;
        }
        let (full, some) = (self.words[word] == u64::MAX, self.words[word] != 0);
        let bit = 1 << (word % 64);
        for (summary, now) in [(&mut self.full, full), (&mut self.some, some)] {
            let summary = &mut summary[word / 64];
            *summary = if now { *summary | bit } else { *summary & !bit };
        }
    }

    /// The smallest clear index that is at least `from`.
    pub fn next_clear(&self, from: u32) -> Option<u16> {
        let word = (from / BITS) as usize;
        let here = !self.words.get(word)? & (u64::MAX << (from % BITS));
        let word = if here != 0 {
            word
        } else {
            Self::next_clear_in(&self.full, word + 1)?
        };
        let free = if here != 0 {
            here
        } else {
            !self.words.get(word)?
        };
        u16::try_from(word as u32 * BITS + free.trailing_zeros()).ok()
    }

    /// The largest set index.
    pub fn highest(&self) -> Option<u16> {
        let summary = self.some.iter().rposition(|&some| some != 0)?;
        let word = summary * 64 + self.some[summary].ilog2() as usize;
        u16::try_from(word as u32 * BITS + self.words[word].checked_ilog2()?).ok()
    }

    /// The smallest clear bit of `summary` that is at least `from`.
    fn next_clear_in(summary: &[u64; SUMMARY], from: usize) -> Option<usize> {
        let mut mask = u64::MAX << (from % 64);
        for (i, &bits) in summary.iter().enumerate().skip(from / 64) {
            if !bits & mask != 0 {
                return Some(i * 64 + (!bits & mask).trailing_zeros() as usize);
            }
            mask = u64::MAX;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_agree_with_a_walk() {
        let mut bitmap = Bitmap::new();
        let mut model = alloc::vec![false; CAPACITY as usize];
        // Blocks of full words with a few holes, and the very last index.
        for index in (0..9000).chain(12000..12001).chain(32704..32768) {
            let used = ![64, 4095, 8191].contains(&index);
            model[index] = used;
            bitmap.set(index as u16, used);
        }
        for from in [
            0, 1, 63, 64, 65, 4095, 4096, 8192, 9000, 12000, 32703, 32704, 32767, 32768,
        ] {
            let walk = (from..CAPACITY as usize).find(|&i| !model[i]);
            assert_eq!(
                bitmap.next_clear(from as u32).map(usize::from),
                walk,
                "from {from}"
            );
        }
        assert_eq!(bitmap.highest(), Some(32767));
        for index in 9000..32768 {
            bitmap.set(index as u16, false);
        }
        assert_eq!(bitmap.highest(), Some(8999));
        for index in 0..9000 {
            bitmap.set(index, false);
        }
        assert_eq!(bitmap.highest(), None);
    }
}
