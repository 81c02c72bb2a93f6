// SPDX-License-Identifier: GPL-2.0-or-later
//! Numbers as people write limits: `4096`, `64K`, `2G`.
#![forbid(unsafe_code)]

/// The number that `text` says: decimal, or hexadecimal after `0x`, or octal after `0`, and
/// then perhaps `K`, `M`, `G` or `T` in either case, each 1024 times the one before. `None`
/// if it says none, or one beyond 64 bits.
pub fn parse(text: &str) -> Option<u64> {
    let (digits, factor) = match text.char_indices().next_back()? {
        (at, 'k' | 'K') => (&text[..at], 1 << 10),
        (at, 'm' | 'M') => (&text[..at], 1 << 20),
        (at, 'g' | 'G') => (&text[..at], 1 << 30),
        (at, 't' | 'T') => (&text[..at], 1 << 40),
        _ => (text, 1_u64),
    };
    // `from_str_radix` would take a sign.
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let (digits, radix) = match digits.strip_prefix('0') {
        Some(rest) => match rest.strip_prefix(['x', 'X']) {
            Some(rest) if !rest.starts_with(['+', '-']) => (rest, 16),
            Some(_) => return None,
            None if rest.is_empty() => (digits, 10),
            None => (rest, 8),
        },
        None => (digits, 10),
    };
    u64::from_str_radix(digits, radix).ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn numbers_may_have_a_suffix() {
        assert_eq!(parse("0"), Some(0));
        assert_eq!(parse("4096"), Some(4096));
        assert_eq!(parse("64K"), Some(64 << 10));
        assert_eq!(parse("1m"), Some(1 << 20));
        assert_eq!(parse("2G"), Some(2 << 30));
        assert_eq!(parse("1T"), Some(1 << 40));
        assert_eq!(parse("0x10"), Some(16));
        assert_eq!(parse("010"), Some(8));
        assert_eq!(parse("18446744073709551615"), Some(u64::MAX));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "K",
            "-1",
            "+1",
            " 1",
            "1 ",
            "1KK",
            "1Q",
            "0x",
            "0x+1",
            "08",
            "4096.0",
            "é",
            "1é",
            "18446744073709551616",
            "99999999999T",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
