// SPDX-License-Identifier: GPL-2.0-or-later
//! Directory entries in the form that `dir_readdir` returns them (`struct dirent64` of
//! `dirent.h`, as the Hurd lays it out).
#![forbid(unsafe_code)]

/// The kind of a file, `DT_*` of `dirent.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `DT_DIR`.
    Directory = 4,
    /// `DT_REG`.
    Regular = 8,
    /// `DT_LNK`.
    Link = 10,
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `st_ino` of the file, never 0.
    pub inode: u64,
    /// The kind of the file.
    pub kind: Kind,
    /// At most 255 bytes.
    pub name: String,
}

/// What one `dir_readdir` returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Entries, one after the other.
    pub bytes: Vec<u8>,
    /// How many, holes included.
    pub count: i32,
}

/// Bytes before the name: inode number, length of the entry, kind, length of the name.
const HEAD: usize = 12;

/// Puts entries into the form of the protocol until there are no more, or `count` of them, or
/// the next one would not fit into `bytes`. `None` bounds nothing.
///
/// `None` among the entries is a hole: an entry that was removed. It is returned with inode number 0,
/// which readdir(3) passes over, so that the numbers of the others stay as they are.
#[must_use]
pub fn encode(
    entries: impl Iterator<Item = Option<Entry>>,
    count: Option<usize>,
    bytes: Option<usize>,
) -> Page {
    let mut page = Page::default();
    for entry in entries.take(count.unwrap_or(usize::MAX)) {
        let (inode, kind, name) = match &entry {
            Some(entry) => (entry.inode, entry.kind as u8, entry.name.as_bytes()),
            None => (0, 0, &[][..]),
        };
        let name = name.get(..255).unwrap_or(name);
        // With the final zero, and the next entry aligned.
        let length = (HEAD + name.len() + 1).next_multiple_of(8);
        if bytes.is_some_and(|most| page.bytes.len() + length > most) || page.count == i32::MAX {
            break;
        }
        let end = page.bytes.len() + length;
        page.bytes.extend(inode.to_ne_bytes());
        page.bytes.extend((length as u16).to_ne_bytes());
        page.bytes.extend([kind, name.len() as u8]);
        page.bytes.extend(name);
        page.bytes.resize(end, 0);
        page.count += 1;
    }
    page
}

#[cfg(test)]
mod tests {
    use super::{Entry, Kind, encode};

    fn entries() -> impl Iterator<Item = Option<Entry>> {
        let entry = |inode, kind, name: &str| Entry {
            inode,
            kind,
            name: name.into(),
        };
        [
            Some(entry(2, Kind::Directory, ".")),
            None,
            Some(entry(65, Kind::Regular, "65")),
            Some(entry(7, Kind::Link, "0x53484d21")),
        ]
        .into_iter()
    }

    /// Inode number, kind and name of each.
    fn decode(mut bytes: &[u8]) -> Vec<(u64, u8, String)> {
        let mut found = Vec::new();
        while !bytes.is_empty() {
            let inode = u64::from_ne_bytes(bytes[..8].try_into().unwrap());
            let length = usize::from(u16::from_ne_bytes([bytes[8], bytes[9]]));
            let name = &bytes[12..12 + usize::from(bytes[11])];
            assert_eq!(bytes[12 + name.len()], 0);
            assert_eq!(length % 8, 0);
            found.push((inode, bytes[10], String::from_utf8(name.into()).unwrap()));
            bytes = &bytes[length..];
        }
        found
    }

    #[test]
    fn all_come_with_holes() {
        let page = encode(entries(), None, None);
        assert_eq!(page.count, 4);
        assert_eq!(
            decode(&page.bytes),
            [
                (2, 4, ".".into()),
                (0, 0, String::new()),
                (65, 8, "65".into()),
                (7, 10, "0x53484d21".into())
            ]
        );
    }

    #[test]
    fn count_and_bytes_bound() {
        assert_eq!(encode(entries(), Some(2), None).count, 2);
        assert_eq!(encode(entries(), Some(0), None).count, 0);
        let two = encode(entries(), Some(2), None).bytes.len();
        for bytes in 0..=encode(entries(), None, None).bytes.len() {
            let page = encode(entries(), None, Some(bytes));
            assert!(page.bytes.len() <= bytes);
            assert_eq!(page.count >= 2, bytes >= two, "{bytes}");
            assert_eq!(decode(&page.bytes).len(), page.count as usize);
        }
    }

    /// Pages of any size make up the whole.
    #[test]
    fn short_pages_lose_nothing() {
        let whole = decode(&encode(entries(), None, None).bytes);
        for most in 1..5 {
            let mut found = Vec::new();
            while found.len() < whole.len() {
                let page = encode(entries().skip(found.len()), Some(most), None);
                found.extend(decode(&page.bytes));
            }
            assert_eq!(found, whole);
        }
    }
}
