// SPDX-License-Identifier: GPL-2.0-or-later
//! Numbers on the command line, read as strtol(3) reads them: leading blanks
//! and one sign allowed, nothing after the last digit.

/// Why a word is not the number asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotANumber {
    /// No digits, or something after them.
    Malformed,
    /// A number, but not one this option can take (ERANGE).
    OutOfRange,
}

/// The blanks of isspace(3) in the C locale.
pub fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// Splits off `0x` (16) or `0` (8) as strtol(3) does for base 0; else 10.
/// A lone `0x` is the number 0 followed by an `x`.
pub fn split_base(digits: &str) -> (u32, &str) {
    let hex = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"));
    match hex {
        Some(hex) if hex.starts_with(|c: char| c.is_ascii_hexdigit()) => (16, hex),
        _ if digits.starts_with('0') => (8, digits),
        _ => (10, digits),
    }
}

fn signed(word: &str, base: Option<u32>) -> Result<i128, NotANumber> {
    let word = word.trim_start_matches(is_blank);
    let (negative, digits) = match word.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    let (base, digits) = match base {
        Some(base) => (base, digits),
        None => split_base(digits),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return Err(NotANumber::Malformed);
    }
    let magnitude = i128::from_str_radix(digits, base).map_err(|_| NotANumber::OutOfRange)?;
    Ok(if negative { -magnitude } else { magnitude })
}

/// A segment's id: decimal, any `int`.
pub fn id(word: &str) -> Result<i32, NotANumber> {
    signed(word, Some(10))?
        .try_into()
        .map_err(|_| NotANumber::OutOfRange)
}

/// A key: decimal, octal after `0`, hexadecimal after `0x`; 32 bits, written
/// signed or unsigned (ftok(3) makes negative ones, ipcs(1) shows them in hex).
pub fn key(word: &str) -> Result<i32, NotANumber> {
    let number = signed(word, None)?;
    i32::try_from(number)
        .or_else(|_| u32::try_from(number).map(u32::cast_signed))
        .map_err(|_| NotANumber::OutOfRange)
}

/// Permission bits: octal, at most 07777; only the low nine mean something to shmget(2).
pub fn mode(word: &str) -> Result<u32, NotANumber> {
    match u32::try_from(signed(word, Some(8))?) {
        Ok(mode) if mode <= 0o7777 => Ok(mode),
        _ => Err(NotANumber::OutOfRange),
    }
}

/// `%#o` of printf(3): a zero before any number but 0.
pub fn octal(mode: u32) -> String {
    if mode == 0 {
        "0".to_owned()
    } else {
        format!("0{mode:o}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octal_numbers_begin_with_a_zero() {
        assert_eq!(octal(0o640), "0640");
        assert_eq!(octal(0), "0");
    }

    #[test]
    fn ids_are_decimal_ints() {
        assert_eq!(id("32769"), Ok(32769));
        assert_eq!(id(" +010"), Ok(10));
        assert_eq!(id("-1"), Ok(-1));
        assert_eq!(id("2147483647"), Ok(i32::MAX));
        assert_eq!(id("2147483648"), Err(NotANumber::OutOfRange));
        assert_eq!(id("9".repeat(99).as_str()), Err(NotANumber::OutOfRange));
        for word in ["", " ", "-", "+-1", "0x1", "1 ", "1a", "\u{663}"] {
            assert_eq!(id(word), Err(NotANumber::Malformed), "{word:?}");
        }
    }

    #[test]
    fn keys_are_32_bits_in_any_of_three_bases() {
        assert_eq!(key("0x1F"), Ok(31));
        assert_eq!(key("0X1f"), Ok(31));
        assert_eq!(key("017"), Ok(15));
        assert_eq!(key("17"), Ok(17));
        assert_eq!(key("0"), Ok(0));
        assert_eq!(key("0xffffffff"), Ok(-1));
        assert_eq!(key("-1"), Ok(-1));
        assert_eq!(key("-2147483648"), Ok(i32::MIN));
        assert_eq!(key("0x100000001"), Err(NotANumber::OutOfRange));
        assert_eq!(key("-2147483649"), Err(NotANumber::OutOfRange));
        for word in ["", "0x", "0xg", "08", "key", "-0x"] {
            assert_eq!(key(word), Err(NotANumber::Malformed), "{word:?}");
        }
    }

    #[test]
    fn modes_are_octal() {
        assert_eq!(mode("640"), Ok(0o640));
        assert_eq!(mode("0777"), Ok(0o777));
        assert_eq!(mode("10000"), Err(NotANumber::OutOfRange));
        assert_eq!(mode("-1"), Err(NotANumber::OutOfRange));
        assert_eq!(mode("8"), Err(NotANumber::Malformed));
        assert_eq!(mode(""), Err(NotANumber::Malformed));
    }
}
