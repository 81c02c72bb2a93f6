// SPDX-License-Identifier: GPL-2.0-or-later
//! Ids and keys as file names, and inode numbers.
#![forbid(unsafe_code)]

/// The directory of keys.
pub const BY_KEY: &str = "by-key";

/// Inode numbers of the directories. Those of segments are their ids, which have 31 bits.
pub const ROOT_INODE: u64 = 1 << 32;
/// As above.
pub const BY_KEY_INODE: u64 = ROOT_INODE + 1;

/// The inode number of a key's link.
pub fn link_inode(key: i32) -> u64 {
    2 << 32 | u64::from(key.cast_unsigned())
}

/// The inode number of the `n`th file that has a key and no segment yet.
pub fn pending_inode(n: u32) -> u64 {
    3 << 32 | u64::from(n)
}

/// The name of a segment's file: its id as ipcs(1) prints it.
pub fn of_id(id: i32) -> String {
    id.to_string()
}

/// The id in a name that is spelled exactly so.
pub fn id(name: &str) -> Option<i32> {
    let id = name.parse().ok().filter(|id| *id > 0)?;
    (of_id(id) == name).then_some(id)
}

/// The name of a key's link: eight hexadecimal digits, a negative key's as of its 32 bits.
pub fn of_key(key: i32) -> String {
    format!("0x{key:08x}")
}

/// The key in a name that is spelled exactly so. 0 is no key: it is `IPC_PRIVATE`.
pub fn key(name: &str) -> Option<i32> {
    let digits = name.strip_prefix("0x")?;
    let key = u32::from_str_radix(digits, 16).ok()?.cast_signed();
    (key != 0 && of_key(key) == name).then_some(key)
}

/// Where a key's link leads.
pub fn target(id: i32) -> String {
    format!("../{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_one_spelling() {
        for known in [1, 9, 65, 32_771, i32::MAX] {
            assert_eq!(id(&of_id(known)), Some(known));
        }
        for other in [
            "",
            "0",
            "-1",
            "+1",
            "01",
            "1 ",
            " 1",
            "0x1",
            "1a",
            "2147483648",
            "by-key",
            ".",
            "१",
        ] {
            assert_eq!(id(other), None, "{other}");
        }
    }

    #[test]
    fn keys_have_one_spelling() {
        for known in [1, 0x5348_4d21, -1, i32::MIN, i32::MAX] {
            assert_eq!(key(&of_key(known)), Some(known));
        }
        assert_eq!(of_key(-1), "0xffffffff");
        for other in [
            "",
            "0x",
            "0x00000000",
            "0x1",
            "0x000000001",
            "0X00000001",
            "0x0000000A",
            "00000001",
            "0x+0000001",
            "1",
        ] {
            assert_eq!(key(other), None, "{other}");
        }
    }

    /// A link is looked up in the directory of keys.
    #[test]
    fn links_lead_to_the_files_of_ids() {
        let target = target(65);
        let (up, name) = target.split_once('/').unwrap();
        assert_eq!((up, id(name)), ("..", Some(65)));
    }

    #[test]
    fn inode_numbers_are_apart() {
        let highest_id = u64::from(i32::MAX.cast_unsigned());
        assert!(highest_id < ROOT_INODE && ROOT_INODE < BY_KEY_INODE);
        assert!(BY_KEY_INODE < link_inode(0) && link_inode(-1) < pending_inode(0));
        assert_ne!(link_inode(1), link_inode(-1));
    }
}
