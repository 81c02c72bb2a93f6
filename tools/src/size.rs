// SPDX-License-Identifier: GPL-2.0-or-later
//! Sizes in bytes, read from a command line and shown to people.

use crate::number::{NotANumber, is_blank, split_base};

const LETTERS: &str = "KMGTPEZY";

/// Reads a size: a decimal, octal (`0`) or hexadecimal (`0x`) number, or a
/// decimal fraction, followed by a multiplier: `K` or `KiB` is 1024, `KB` is
/// 1000, and so on to `Y`, in either case.
///
/// A fraction is exact, rounded down to a byte, and needs a multiplier.
pub fn parse(word: &str) -> Result<u64, NotANumber> {
    let word = word.trim_start_matches(is_blank);
    let (base, digits) = split_base(word.strip_prefix('+').unwrap_or(word));
    let (whole, rest) = digits.split_at(span(digits, base));
    if whole.is_empty() {
        return Err(NotANumber::Malformed);
    }
    let whole = u64::from_str_radix(whole, base).map_err(|_| NotANumber::OutOfRange)?;
    if rest.is_empty() {
        return Ok(whole);
    }
    let (fraction, suffix) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(span(rest, 10)),
        None => ("", rest),
    };
    let unit = multiplier(suffix).ok_or(NotANumber::Malformed)?;
    // 1000^8 and 1024^8 fit, and so does the largest u64 times neither; what is
    // beyond u128 is beyond u64 too.
    let bytes = u128::from(whole)
        .checked_mul(unit)
        .ok_or(NotANumber::OutOfRange)?;
    u64::try_from(bytes)
        .ok()
        .and_then(|bytes| bytes.checked_add(part(fraction, unit)?))
        .ok_or(NotANumber::OutOfRange)
}

fn span(word: &str, base: u32) -> usize {
    word.find(|c: char| !c.is_digit(base)).unwrap_or(word.len())
}

fn multiplier(suffix: &str) -> Option<u128> {
    let letter = suffix.chars().next()?;
    let power = LETTERS.find(letter.to_ascii_uppercase())? + 1;
    let base: u128 = match suffix.get(letter.len_utf8()..)? {
        "" | "iB" | "ib" => 1024,
        "B" | "b" => 1000,
        _ => return None,
    };
    base.checked_pow(u32::try_from(power).ok()?)
}

/// `0.fraction` of `unit`, rounded down. Eighteen digits are more than a
/// u64 of bytes can tell apart; further ones are ignored.
fn part(fraction: &str, unit: u128) -> Option<u64> {
    let digits = fraction.get(..fraction.len().min(18))?;
    if digits.is_empty() {
        return Some(0);
    }
    let scale = 10u128.pow(u32::try_from(digits.len()).ok()?);
    // Both factors stay whole: unit = q * scale + r, and neither q * numerator
    // (< unit) nor r * numerator (< 10^36) exceeds a u128.
    let numerator: u128 = digits.parse().ok()?;
    let bytes = unit / scale * numerator + unit % scale * numerator / scale;
    u64::try_from(bytes).ok()
}

/// Shows `bytes` with at most one decimal and a single letter, as `ls -h` would
/// but rounded to nearest: `1.5K`, `2M`, `16E`.
pub fn human(bytes: u64) -> String {
    let power = (1..=6)
        .rev()
        .find(|power| bytes >> (10 * power) != 0)
        .unwrap_or(0);
    let letter = char::from(*b"BKMGTPE".get(power).unwrap_or(&b'B'));
    let unit = 1u64 << (10 * power);
    let whole = bytes / unit;
    let thousandths = u128::from(bytes % unit) * 1000 / u128::from(unit);
    match (thousandths + 50) / 100 {
        0 => format!("{whole}{letter}"),
        10 => format!("{}{letter}", whole + 1),
        tenths => format!("{whole}.{tenths}{letter}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multipliers_are_binary_unless_they_end_in_a_bare_b() {
        assert_eq!(parse("4096"), Ok(4096));
        assert_eq!(parse(" +1"), Ok(1));
        assert_eq!(parse("10K"), Ok(10240));
        assert_eq!(parse("10k"), Ok(10240));
        assert_eq!(parse("10KiB"), Ok(10240));
        assert_eq!(parse("10KB"), Ok(10000));
        assert_eq!(parse("3m"), Ok(3 << 20));
        assert_eq!(parse("3Gib"), Ok(3 << 30));
        assert_eq!(parse("1T"), Ok(1 << 40));
        assert_eq!(parse("1P"), Ok(1 << 50));
        assert_eq!(parse("15E"), Ok(15 << 60));
        assert_eq!(parse("0Y"), Ok(0));
    }

    #[test]
    fn numbers_may_be_octal_or_hexadecimal() {
        assert_eq!(parse("010"), Ok(8));
        assert_eq!(parse("0x10"), Ok(16));
        assert_eq!(parse("0x10K"), Ok(16384));
        assert_eq!(parse("0x1B"), Ok(27));
    }

    #[test]
    fn fractions_are_exact() {
        assert_eq!(parse("0.5MB"), Ok(500_000));
        assert_eq!(parse("1.5K"), Ok(1536));
        assert_eq!(parse("0.25K"), Ok(256));
        assert_eq!(parse("1.3G"), Ok(1_395_864_371));
        assert_eq!(parse("0.05MB"), Ok(50_000));
        assert_eq!(parse("1.0K"), Ok(1024));
        assert_eq!(parse("0.0000001Y"), Ok(120_892_581_961_462_917));
        let nines = format!("0.{}K", "9".repeat(99));
        assert_eq!(parse(&nines), Ok(1023));
    }

    #[test]
    fn what_does_not_fit_64_bits_is_out_of_range() {
        for word in [
            "16E",
            "1Z",
            "1Y",
            "0.5Y",
            "18446744073709551616",
            "18446744073709551615Y",
        ] {
            assert_eq!(parse(word), Err(NotANumber::OutOfRange), "{word}");
        }
        assert_eq!(parse("18446744073709551615"), Ok(u64::MAX));
    }

    #[test]
    fn anything_else_is_malformed() {
        for word in [
            "", " ", "K", "-1", "1B", "1 K", "1Ki", "1KK", "1KBB", "1.5", "1.", ".5K", "1..5K",
            "1.0.5K", "0x", "08", "1\u{e9}", "1K\u{e9}", "\u{e9}", "1,5K",
        ] {
            assert_eq!(parse(word), Err(NotANumber::Malformed), "{word:?}");
        }
    }

    #[test]
    fn people_see_one_decimal_rounded_to_nearest() {
        for (bytes, shown) in [
            (0, "0B"),
            (1, "1B"),
            (1023, "1023B"),
            (1024, "1K"),
            (1075, "1K"),
            (1076, "1.1K"),
            (1536, "1.5K"),
            (2047, "2K"),
            (1_048_575, "1024K"),
            (1 << 20, "1M"),
            (123_456_789, "117.7M"),
            (u64::MAX - (1 << 24), "16E"),
            (u64::MAX, "16E"),
        ] {
            assert_eq!(human(bytes), shown, "{bytes}");
        }
    }
}
