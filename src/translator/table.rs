// SPDX-License-Identifier: GPL-2.0-or-later
//! The table of segments as Linux's /proc/sysvipc/shm shows it.
#![forbid(unsafe_code)]

use std::fmt::Write as _;

use shm::Stat;

/// The first line: names over columns whose widths are those of [`text`].
const HEADER: &str = "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n";

/// The whole file: a line for each segment below the names. `perms` is octal and has the
/// bits of `SHM_DEST` and `SHM_LOCKED`; sizes are in bytes and times in seconds since 1970.
/// A value that is too wide for its column takes more room.
pub fn text(segments: &[Stat]) -> Vec<u8> {
    // Six bytes more than the names take, for ids that need them.
    let mut text = String::with_capacity((segments.len() + 1) * (HEADER.len() + 6));
    text.push_str(HEADER);
    for stat in segments {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:10} {:10}  {:4o} {:21} {:5} {:5}  {:5} {:5} {:5} {:5} {:5} {:10} {:10} {:10} {:21} {:21}",
            stat.key,
            stat.id,
            stat.mode,
            stat.segsz,
            stat.cpid,
            stat.lpid,
            stat.nattch,
            stat.uid,
            stat.gid,
            stat.cuid,
            stat.cgid,
            stat.atime,
            stat.dtime,
            stat.ctime,
            stat.rss,
            stat.swap,
        );
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::{HEADER, text};
    use shm::Stat;

    fn stat() -> Stat {
        Stat {
            id: 3,
            key: 0x4d2,
            uid: 1000,
            gid: 1000,
            cuid: 1000,
            cgid: 100,
            mode: 0o1600,
            seq: 0,
            segsz: 4097,
            atime: 1_700_000_000,
            dtime: 0,
            ctime: 1_700_000_001,
            cpid: 17,
            lpid: 18,
            nattch: 2,
            rss: 8192,
            swap: 0,
        }
    }

    #[test]
    fn rows_are_as_wide_as_the_names() {
        let text = String::from_utf8(text(&[stat()])).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].len(), lines[1].len());
        let words: Vec<_> = lines[1].split_whitespace().collect();
        assert_eq!(
            words,
            [
                "1234",
                "3",
                "1600",
                "4097",
                "17",
                "18",
                "2",
                "1000",
                "1000",
                "1000",
                "100",
                "1700000000",
                "0",
                "1700000001",
                "8192",
                "0"
            ]
        );
        // Each value ends below its name.
        for (name, value) in ["key", "shmid", "perms", "size", "cpid"].iter().zip(words) {
            let under = lines[0].find(name).unwrap() + name.len();
            assert!(lines[1][..under].ends_with(value), "{name}");
        }
    }

    /// Where the kernel shows its own table, the names are compared with it.
    #[test]
    fn names_are_those_of_linux() {
        match std::fs::read_to_string("/proc/sysvipc/shm") {
            Ok(linux) => assert_eq!(linux.lines().next(), HEADER.lines().next()),
            Err(error) => println!("skipped: /proc/sysvipc/shm: {error}"),
        }
    }
}
