// SPDX-License-Identifier: GPL-2.0-or-later
//! Which bytes of a file a read or a write means.
#![forbid(unsafe_code)]

/// How many of `wanted` bytes at `offset` lie within a file of `size` bytes.
#[must_use]
pub const fn within(size: u64, offset: u64, wanted: u64) -> u64 {
    let rest = size.saturating_sub(offset);
    if wanted < rest { wanted } else { rest }
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn nothing_lies_beyond_the_end() {
        assert_eq!(within(10, 0, 4), 4);
        assert_eq!(within(10, 8, 4), 2);
        assert_eq!(within(10, 10, 4), 0);
        assert_eq!(within(10, 11, 4), 0);
        assert_eq!(within(10, u64::MAX, u64::MAX), 0);
        assert_eq!(within(u64::MAX, 1, u64::MAX), u64::MAX - 1);
        assert_eq!(within(0, 0, 0), 0);
    }
}
