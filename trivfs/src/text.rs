// SPDX-License-Identifier: GPL-2.0-or-later
//! A string that a routine answers with.
#![forbid(unsafe_code)]

use crate::{Error, Result};

/// Room for a `string_t` of a reply (`hurd/hurd_types.defs`): 1023 bytes and a null byte. It is
/// empty at first.
#[derive(Debug)]
pub struct Text<'a>(&'a mut [u8]);

impl<'a> Text<'a> {
    /// Bytes of a `string_t`.
    pub const SIZE: usize = 1024;

    /// Room in `bytes`.
    pub fn new(bytes: &'a mut [u8]) -> Self {
        bytes.fill(0);
        Self(bytes)
    }

    /// Answers with `text`.
    ///
    /// # Errors
    /// `ENAMETOOLONG`: it does not fit; `EINVAL`: it has a null byte in it.
    pub fn set(&mut self, text: &str) -> Result<()> {
        if text.len() >= self.0.len() {
            return Err(Error::ENAMETOOLONG);
        }
        if text.contains('\0') {
            return Err(Error::EINVAL);
        }
        let (to, rest) = self.0.split_at_mut(text.len());
        to.copy_from_slice(text.as_bytes());
        rest.fill(0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Text;
    use crate::Error;

    #[test]
    fn texts_end_with_a_null_byte() {
        let mut bytes = [7; 5];
        let mut text = Text::new(&mut bytes);
        assert_eq!(text.set("four5"), Err(Error::ENAMETOOLONG));
        assert_eq!(text.set("a\0b"), Err(Error::EINVAL));
        text.set("four").unwrap();
        text.set("two").unwrap();
        assert_eq!(&bytes, b"two\0\0");
    }
}
