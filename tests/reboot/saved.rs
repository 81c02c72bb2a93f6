// SPDX-License-Identifier: GPL-2.0-or-later
//! The segments that are saved and restored.

use std::fs;
use std::os::unix::fs::MetadataExt;

use shm::wire::defs::sysvshm_ds_t;

use super::client::{CREATE, Client, RDONLY};
use super::node::{lookup, run};

const NODE: &str = "/servers/ipc/shm";
/// As the runner names it: `KEPT` in `qemu/runner/src/hurd/tests.rs`.
const DIRECTORY: &str = "/var/saved";

const PAGE: u64 = 4096;
const MIB: u64 = 1 << 20;
/// The most that one touched byte brings into memory: the server supplies so many pages at once.
const CLUSTER: u64 = 64 * PAGE;

/// Clusters that come along with a request that is the next after the one before
/// (shm::mach::pager::pages::AHEAD).
const AHEAD: u64 = 3;

/// A segment, with bytes that are not zero in some parts of it: offset and length.
struct Segment {
    key: i32,
    size: u64,
    uid: u32,
    gid: u32,
    mode: u32,
    parts: &'static [(u64, u64)],
}

const SEGMENTS: [Segment; 7] = [
    Segment {
        key: 1,
        size: 10,
        uid: 1000,
        gid: 100,
        mode: 0o640,
        parts: &[(0, 5)],
    },
    // Large, and touched in few places: its first byte behind a page's end, and its last ones.
    Segment {
        key: -5,
        size: 16 * MIB + 5,
        uid: 0,
        gid: 0,
        mode: 0o600,
        parts: &[(5 * MIB - 1, 2), (16 * MIB + 2, 3)],
    },
    // Nobody may read it but root.
    Segment {
        key: i32::MAX,
        size: PAGE,
        uid: 2000,
        gid: 5,
        mode: 0o000,
        parts: &[(0, PAGE)],
    },
    Segment {
        key: i32::MIN,
        size: 3 * PAGE - 1,
        uid: 1001,
        gid: 1001,
        mode: 0o666,
        parts: &[(PAGE - 1, 2), (3 * PAGE - 2, 1)],
    },
    // Never touched.
    Segment {
        key: 0x5348_4d21,
        size: 2 * MIB,
        uid: 65_534,
        gid: 65_534,
        mode: 0o444,
        parts: &[],
    },
    // Dense, with zeros between.
    Segment {
        key: 0x52,
        size: 700 << 10,
        uid: 1000,
        gid: 0,
        mode: 0o707,
        parts: &[(0, 20_000), (300_000, 20_000), (700_000, 16_800)],
    },
    // For writing alone.
    Segment {
        key: 0x53,
        size: PAGE + 1,
        uid: 1,
        gid: 2,
        mode: 0o222,
        parts: &[(PAGE, 1)],
    },
];

impl Segment {
    /// What is in it: zeros, and in its parts bytes of its own that are none.
    fn content(&self) -> Vec<u8> {
        let mut content = vec![0; self.size as usize];
        for (offset, length) in self.parts {
            for at in *offset..offset + length {
                let mixed = (at + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                let mixed = mixed ^ u64::from(self.key.cast_unsigned());
                content[at as usize] = (mixed >> 32) as u8 | 1;
            }
        }
        content
    }

    /// Bytes that touching its parts brings into memory at most: the second request in a row
    /// brings three clusters more than it asks for.
    fn memory(&self) -> u64 {
        let part = |(_, length): &(u64, u64)| (length.div_ceil(CLUSTER) + 1 + AHEAD) * CLUSTER;
        self.parts.iter().map(part).sum()
    }

    /// What is in it, by an attachment.
    fn read(&self, client: &Client, id: i32) -> Vec<u8> {
        let attached = client.attach(id, RDONLY, 0).unwrap();
        let base = std::ptr::with_exposed_provenance::<u8>(attached.address as usize);
        // SAFETY: mapped for reading as far as that, and nobody writes it.
        let content = unsafe { std::slice::from_raw_parts(base, self.size as usize) }.to_vec();
        client.detach(attached.address).unwrap();
        content
    }

    fn check_content(&self, content: &[u8], by: &str) {
        // As slices: byte by byte takes minutes of what QEMU emulates.
        assert!(content == self.content(), "{:#x} by {by}", self.key);
    }
}

fn open() -> Client {
    Client::new(lookup(NODE, 0).unwrap())
}

/// Whether this is that boot. A test of the other one does nothing.
fn boot(number: &str) -> bool {
    let is = std::env::var("SHM_BOOT").is_ok_and(|boot| boot == number);
    if !is {
        println!("skip: qemu/test shmfs reboot runs this in boot {number} of two");
    }
    is
}

/// What shmctl(2) tells and a restore may not change.
fn told(list: &[sysvshm_ds_t]) -> Vec<[i64; 8]> {
    let of = |it: &sysvshm_ds_t| {
        [
            it.id.into(),
            it.key.into(),
            it.uid.into(),
            it.gid.into(),
            it.mode.into(),
            it.ctime,
            it.segsz.try_into().unwrap(),
            it.nattch.try_into().unwrap(),
        ]
    };
    list.iter().map(of).collect()
}

#[test]
fn segments_are_saved_before_a_reboot() {
    if !boot("1") {
        return;
    }
    let client = open();
    for segment in &SEGMENTS {
        let id = client
            .get(segment.key, segment.size, CREATE | 0o600)
            .unwrap();
        let attached = client.attach(id, 0, 0).unwrap();
        let content = segment.content();
        for (offset, length) in segment.parts {
            let part = &content[*offset as usize..(offset + length) as usize];
            let to = (attached.address + offset) as usize;
            let to = std::ptr::with_exposed_provenance_mut::<u8>(to);
            // SAFETY: inside the attachment, to which nobody has a reference.
            unsafe { std::ptr::copy_nonoverlapping(part.as_ptr(), to, part.len()) };
        }
        client.detach(attached.address).unwrap();
        client
            .set(id, segment.uid, segment.gid, segment.mode)
            .unwrap();
    }
    // Without a key, and with one no more: both are not to be saved.
    client.get(0, PAGE, CREATE | 0o600).unwrap();
    let removed = client.get(0x99, PAGE, CREATE | 0o600).unwrap();
    let attached = client.attach(removed, 0, 0).unwrap();
    client.remove(removed).unwrap();
    assert_eq!(client.list().unwrap().len(), SEGMENTS.len() + 2);
    let saved = run("/bin/shm-save", &[DIRECTORY]);
    assert_eq!(saved.status, 0, "{saved:?}");
    let said = format!("shm-save: {} segments in {DIRECTORY}\n", SEGMENTS.len());
    assert_eq!(saved.text, said);
    client.detach(attached.address).unwrap();
}

#[test]
fn segments_come_back_after_a_reboot() {
    if !boot("2") {
        return;
    }
    let client = open();
    // It is another boot: nothing is there but the directory.
    assert!(client.list().unwrap().is_empty());
    assert_eq!(fs::metadata(DIRECTORY).unwrap().mode() & 0o7777, 0o700);
    let restored = run("/bin/shm-restore", &[DIRECTORY]);
    assert_eq!(restored.status, 0, "{restored:?}");
    let said = format!("shm-restore: {} segments of {DIRECTORY}\n", SEGMENTS.len());
    assert_eq!(restored.text, said);

    let list = client.list().unwrap();
    assert_eq!(list.len(), SEGMENTS.len());
    let id = |segment: &Segment| list.iter().find(|it| it.key == segment.key).unwrap().id;
    for segment in &SEGMENTS {
        let it = client.stat(id(segment)).unwrap();
        let key = segment.key;
        assert_eq!(
            (it.segsz, it.uid, it.gid, it.mode, it.nattch),
            (segment.size, segment.uid, segment.gid, segment.mode, 0),
            "{key:#x}"
        );
        assert_eq!((it.cuid, it.cgid), (0, 0), "{key:#x}: root made it");
        // Memory that nobody had touched is untouched again.
        let memory = it.rss + it.swap;
        assert!(memory <= segment.memory(), "{key:#x}: {memory} bytes");
    }

    // A second time there is nothing to restore, and nothing is changed.
    let refuse = |there: usize| {
        let before = told(&client.list().unwrap());
        let refused = run("/bin/shm-restore", &[DIRECTORY]);
        assert_eq!((refused.status, &*refused.text), (1, ""), "{refused:?}");
        let lines = refused.errors.matches(": a segment has this key\n").count();
        assert_eq!(lines, there, "{refused:?}");
        assert!(
            refused
                .errors
                .ends_with("shm-restore: nothing is restored\n")
        );
        assert_eq!(told(&client.list().unwrap()), before);
    };
    refuse(SEGMENTS.len());
    for segment in &SEGMENTS {
        segment.check_content(&segment.read(&client, id(segment)), "shmat");
        let path = format!("/shm/by-key/0x{:08x}", segment.key);
        segment.check_content(&fs::read(path).unwrap(), "read");
    }
    // Nor is it if some are missing.
    client.remove(id(&SEGMENTS[1])).unwrap();
    refuse(SEGMENTS.len() - 1);
}
