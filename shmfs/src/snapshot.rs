// SPDX-License-Identifier: GPL-2.0-or-later
//! The table of segments as it was at one moment, and the directories made of it.
#![forbid(unsafe_code)]

use netfs::{Entry, Kind, Stat};

use crate::names;

/// Ids whose low bits are the same are of one slot of the server's table (`SHM_STAT`'s index).
const SLOTS: i32 = 32_768;

/// The block size that reads are best at, in bytes.
const BLOCK: u32 = 512 << 10;

/// A segment, of `sysvshm_ds_t` what a file shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    pub id: i32,
    /// 0: private or removed.
    pub key: i32,
    pub uid: u32,
    pub gid: u32,
    /// Its creator, and the creating process.
    pub cuid: u32,
    pub cgid: u32,
    pub cpid: i32,
    /// The nine bits, and others.
    pub mode: u32,
    /// Bytes, as asked for.
    pub size: u64,
    /// Seconds since 1970; 0: never. The same below.
    pub atime: i64,
    pub dtime: i64,
    pub ctime: i64,
    /// Bytes that exist of it.
    pub used: u64,
}

/// What a segment is told by from all others that there were: an id recurs after a million
/// creations, which takes a hostile user a minute. What is here never changes in a segment's life,
/// and of two segments of different users it differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The id.
    pub id: i32,
    size: u64,
    creator: (u32, u32, i32),
}

impl Segment {
    /// What it is told from others by.
    pub fn origin(&self) -> Origin {
        Origin {
            id: self.id,
            size: self.size,
            creator: (self.cuid, self.cgid, self.cpid),
        }
    }

    /// The slot of the server's table.
    pub fn slot(&self) -> i32 {
        slot(self.id)
    }

    /// What stat(2) tells of its file.
    ///
    /// Nobody knows when memory was last written. `st_mtime` is the last detach, since a program
    /// that wrote has most often let go by then, and before the first detach the last change.
    pub fn stat(&self) -> Stat {
        let or_changed = |time| if time == 0 { self.ctime } else { time };
        Stat {
            inode: u64::from(self.id.cast_unsigned()),
            mode: libc::S_IFREG | (self.mode & 0o777),
            links: 1,
            uid: self.uid,
            gid: self.gid,
            size: self.size,
            accessed: or_changed(self.atime),
            modified: or_changed(self.dtime),
            changed: self.ctime,
            block: BLOCK,
            blocks: self.used / 512,
        }
    }
}

/// The slot of an id.
pub fn slot(id: i32) -> i32 {
    id.rem_euclid(SLOTS)
}

/// All segments, by slot.
#[derive(Debug, Default)]
pub struct Snapshot {
    segments: Vec<Segment>,
    /// Keys, sorted, each with the place of its segment.
    keys: Vec<(i32, usize)>,
}

impl Snapshot {
    /// Of the server's list.
    pub fn new(mut segments: Vec<Segment>) -> Self {
        segments.sort_unstable_by_key(Segment::slot);
        let keyed = |(place, segment): (usize, &Segment)| {
            (segment.key != 0).then_some((segment.key, place))
        };
        let mut keys: Vec<_> = segments.iter().enumerate().filter_map(keyed).collect();
        keys.sort_unstable();
        Self { segments, keys }
    }

    /// The segment with exactly this id.
    pub fn find(&self, id: i32) -> Option<Segment> {
        let place = self
            .segments
            .binary_search_by_key(&slot(id), Segment::slot)
            .ok()?;
        self.segments.get(place).copied().filter(|it| it.id == id)
    }

    /// The segment with this key.
    pub fn find_key(&self, key: i32) -> Option<Segment> {
        let place = self.keys.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        let (_, segment) = self.keys.get(place)?;
        self.segments.get(*segment).copied()
    }

    /// The entries of the root directory from number `first` on. A segment's number is that of its
    /// slot, so it keeps it while others come and go; a slot without one is a hole.
    pub fn root(&self, first: usize) -> impl Iterator<Item = Option<Entry>> + use<> {
        let by_key = entry(names::BY_KEY_INODE, Kind::Directory, names::BY_KEY);
        let head = dots(names::ROOT_INODE, names::ROOT_INODE);
        let head = head.into_iter().chain([by_key]).map(Some);
        let slots = self.slots(first.saturating_sub(3), |segment| {
            let inode = u64::from(segment.id.cast_unsigned());
            Some(entry(inode, Kind::Regular, &names::of_id(segment.id)))
        });
        head.skip(first).chain(slots)
    }

    /// The same for the directory of keys.
    pub fn by_key(&self, first: usize) -> impl Iterator<Item = Option<Entry>> + use<> {
        let head = dots(names::BY_KEY_INODE, names::ROOT_INODE);
        let head = head.into_iter().map(Some);
        let slots = self.slots(first.saturating_sub(2), |segment| {
            let key = (segment.key != 0).then_some(segment.key)?;
            Some(entry(
                names::link_inode(key),
                Kind::Link,
                &names::of_key(key),
            ))
        });
        head.skip(first).chain(slots)
    }

    /// What `show` makes of each slot from `first` to the last one with a segment.
    fn slots(
        &self,
        first: usize,
        show: impl Fn(&Segment) -> Option<Entry>,
    ) -> std::vec::IntoIter<Option<Entry>> {
        let first = i32::try_from(first).unwrap_or(i32::MAX);
        let start = self.segments.partition_point(|it| it.slot() < first);
        let mut list = Vec::new();
        for segment in self.segments.get(start..).unwrap_or_default() {
            let place = usize::try_from(segment.slot() - first).unwrap_or(0);
            list.resize(place, None);
            list.push(show(segment));
        }
        list.into_iter()
    }
}

fn entry(inode: u64, kind: Kind, name: &str) -> Entry {
    Entry {
        inode,
        kind,
        name: name.to_owned(),
    }
}

fn dots(own: u64, parent: u64) -> [Entry; 2] {
    [
        entry(own, Kind::Directory, "."),
        entry(parent, Kind::Directory, ".."),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(id: i32, key: i32) -> Segment {
        Segment {
            id,
            key,
            ctime: 5,
            ..Segment::default()
        }
    }

    fn names(entries: impl Iterator<Item = Option<Entry>>) -> Vec<String> {
        entries.flatten().map(|entry| entry.name).collect()
    }

    #[test]
    fn segments_are_found_by_id_and_key() {
        let snapshot = Snapshot::new(vec![segment(32_770, 7), segment(1, -1), segment(3, 0)]);
        assert_eq!(snapshot.find(32_770).map(|it| it.key), Some(7));
        assert_eq!(snapshot.find(2), None, "the slot's id is another now");
        assert_eq!(snapshot.find(4), None);
        assert_eq!(snapshot.find_key(-1).map(|it| it.id), Some(1));
        assert_eq!(snapshot.find_key(0), None);
        assert_eq!(snapshot.find_key(8), None);
    }

    /// A file of the one must not become a file of the other.
    #[test]
    fn segments_that_had_the_same_id_are_told_apart() {
        let one = Segment {
            cuid: 1000,
            cgid: 100,
            cpid: 50,
            size: 4096,
            ..segment(65, 7)
        };
        let others = [
            Segment { cuid: 0, ..one },
            Segment { cgid: 0, ..one },
            Segment { cpid: 51, ..one },
            Segment { size: 1, ..one },
            segment(65, 7),
        ];
        for other in others {
            assert_ne!(one.origin(), other.origin());
        }
        // What changes in its life does not matter.
        let later = Segment {
            key: 0,
            uid: 1,
            gid: 2,
            mode: 0o1000,
            atime: 5,
            dtime: 6,
            ctime: 7,
            used: 8,
            ..one
        };
        assert_eq!(one.origin(), later.origin());
    }

    #[test]
    fn directories_have_what_there_is() {
        let snapshot = Snapshot::new(vec![segment(4, 9), segment(1, 0), segment(32_770, -2)]);
        assert_eq!(
            names(snapshot.root(0)),
            [".", "..", "by-key", "1", "32770", "4"]
        );
        assert_eq!(
            names(snapshot.by_key(0)),
            [".", "..", "0xfffffffe", "0x00000009"]
        );
        assert_eq!(names(Snapshot::default().root(0)), [".", "..", "by-key"]);
    }

    /// readdir(3) goes on by number: who is there all the time is seen once, whoever comes and goes.
    #[test]
    fn a_walk_sees_each_once_while_others_come_and_go() {
        let mut state = 1_u32;
        let mut random = move |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        for _ in 0..200 {
            let lasting: Vec<i32> = (1..200).filter(|_| random(3) == 0).collect();
            let mut seen = Vec::new();
            let mut at = 0;
            loop {
                let mut now: Vec<_> = lasting.iter().map(|id| segment(*id, *id)).collect();
                for id in 1..200 {
                    if !lasting.contains(&id) && random(2) == 0 {
                        // Of another generation, so that the name differs from any before.
                        now.push(segment(id + SLOTS * (1 + random(50) as i32), 0));
                    }
                }
                let snapshot = Snapshot::new(now);
                let part: Vec<_> = snapshot.root(at).take(1 + random(20) as usize).collect();
                if part.is_empty() {
                    break;
                }
                at += part.len();
                seen.extend(names(part.into_iter()));
            }
            for id in &lasting {
                let name = names::of_id(*id);
                let times = seen.iter().filter(|it| **it == name).count();
                assert_eq!(times, 1, "{name} in {seen:?}");
            }
        }
    }

    #[test]
    fn any_start_continues_the_whole() {
        let snapshot = Snapshot::new((1..50).map(|n| segment(n * 3, n % 4)).collect());
        let (root, keys): (Vec<_>, Vec<_>) =
            (snapshot.root(0).collect(), snapshot.by_key(0).collect());
        for first in 0..root.len() + 2 {
            let rest: Vec<_> = snapshot.root(first).collect();
            assert_eq!(rest, root.get(first..).unwrap_or_default());
            let rest: Vec<_> = snapshot.by_key(first).collect();
            assert_eq!(rest, keys.get(first..).unwrap_or_default());
        }
        assert_eq!(snapshot.root(usize::MAX).count(), 0);
    }

    #[test]
    fn times_that_never_were_are_the_last_change() {
        let stat = Segment {
            mode: 0o1640,
            size: 4097,
            used: 8192,
            ..segment(65, 1)
        }
        .stat();
        assert_eq!((stat.accessed, stat.modified, stat.changed), (5, 5, 5));
        assert_eq!(stat.mode, libc::S_IFREG | 0o640);
        assert_eq!((stat.inode, stat.size, stat.blocks), (65, 4097, 16));
        let stat = Segment {
            atime: 7,
            dtime: 8,
            ..segment(65, 1)
        }
        .stat();
        assert_eq!((stat.accessed, stat.modified, stat.changed), (7, 8, 5));
    }
}
